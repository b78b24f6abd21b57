//! Looking for a part of many short texts: which three bytes in a row the chunks of texts have, kept in two bits a byte or
//! so, so that most chunks need not be read. Not responsible for where the texts are kept (`texts`).
//!
//! The filter is Bloom's (*Space/Time Trade-offs in Hash Coding with Allowable Errors*, 1970) with one hash, over the
//! trigrams of a chunk; those of 256 chunks stand across, so that one row says which of them may have a trigram.
//!
//! Invariant: of a no it is certain.

use memchr::memmem::Finder;

/// Rows: a chunk of 256 values has about four thousand different trigrams.
const ROWS: usize = 1 << 14;
/// Words of a row, a bit for each chunk.
const WORDS: usize = 4;
/// Chunks of a filter.
const CHUNKS: usize = 64 * WORDS;

/// Which of 256 chunks have a trigram.
#[derive(Debug, Clone)]
pub(super) struct Grams(Vec<[u64; WORDS]>);

/// Some of 256 chunks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Chunks([u64; WORDS]);

impl Chunks {
    /// All of them.
    pub(super) const ALL: Self = Self([u64::MAX; WORDS]);

    /// Whether one is among them.
    pub(super) fn has(self, chunk: usize) -> bool {
        self.0.get(chunk / 64).is_some_and(|word| word >> (chunk % 64) & 1 == 1)
    }
}

fn place(gram: [u8; 3]) -> u16 {
    let [a, b, c] = gram.map(u32::from);
    // The upper 14 bits of 32.
    ((a | b << 8 | c << 16).wrapping_mul(0x9e37_79b1) >> 18) as u16
}

fn places(text: &[u8]) -> impl Iterator<Item = u16> {
    text.windows(3).filter_map(|gram| gram.first_chunk().copied()).map(place)
}

impl Grams {
    /// The filter of these chunks, at most 256. O(bytes).
    pub(super) fn of<'a>(chunks: impl Iterator<Item = &'a str>) -> Self {
        let mut rows = vec![[0; WORDS]; ROWS];
        for (chunk, text) in chunks.enumerate().take(CHUNKS) {
            for place in places(text.as_bytes()) {
                let row = rows.get_mut(usize::from(place));
                if let Some(word) = row.and_then(|row| row.get_mut(chunk / 64)) {
                    *word |= 1 << (chunk % 64);
                }
            }
        }
        Self(rows)
    }

    /// The chunks that may have a part. O(bytes of the part).
    pub(super) fn may_have(&self, part: &Needle<'_>) -> Chunks {
        let rows = part.places.iter().filter_map(|&place| self.0.get(usize::from(place)));
        Chunks(rows.fold(Chunks::ALL.0, |[a, b, c, d], [e, f, g, h]| [a & e, b & f, c & g, d & h]))
    }
}

/// A part of a text that is looked for, made ready.
#[derive(Debug)]
pub struct Needle<'a> {
    finder: Finder<'a>,
    places: Vec<u16>,
}

impl<'a> Needle<'a> {
    /// Makes a part ready; none of fewer than three bytes, which would be found nearly everywhere.
    #[must_use]
    pub fn new(part: &'a str) -> Option<Self> {
        let finder = Finder::new(part.as_bytes());
        (part.len() >= 3).then(|| Self { finder, places: places(part.as_bytes()).collect() })
    }

    /// Its length in bytes.
    pub(super) fn len(&self) -> usize {
        self.finder.needle().len()
    }

    /// Where it begins in a text the next time from a place on.
    pub(super) fn next(&self, text: &str, from: usize) -> Option<usize> {
        Some(from + self.finder.find(text.as_bytes().get(from..)?)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_part_of_two_bytes_is_not_looked_for() {
        assert!(Needle::new("ab").is_none() && Needle::new("").is_none());
        assert!(Needle::new("é").is_none() && Needle::new("éa").is_some());
    }

    proptest! {
        #[test]
        fn what_a_chunk_has_its_filter_never_denies(
            texts in prop::collection::vec("[a-c0-1é ]{0,60}", 0..300),
            at in 0_usize..60,
            n in 1_usize..9,
        ) {
            let grams = Grams::of(texts.iter().map(String::as_str));
            for (chunk, text) in texts.iter().enumerate().take(CHUNKS) {
                let part: String = text.chars().skip(at).take(n).collect();
                if let Some(needle) = Needle::new(&part) {
                    prop_assert!(grams.may_have(&needle).has(chunk));
                    prop_assert_eq!(needle.next(text, 0), text.find(&part));
                }
            }
        }
    }

    #[test]
    fn a_filter_denies_most_of_what_is_not_there() {
        let text: String =
            (0..256).map(|i| format!("person.{i}@mail{}.example", i * 7919 % 997)).collect();
        let grams = Grams::of(std::iter::once(text.as_str()));
        let absent = (0..1_000).map(|i| format!("zq{i}kx"));
        let let_through = absent.filter(|part| grams.may_have(&Needle::new(part).unwrap()).has(0));
        assert!(let_through.count() < 20);
    }
}
