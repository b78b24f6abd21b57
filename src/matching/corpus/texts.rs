//! Many short texts, each under a number, without an allocation each. Not responsible for finding one by what it
//! says (`interner`).
//!
//! Invariant: a text never changes.

use crate::matching::corpus::{
    needle::{Chunks, Grams, Needle},
    tree::{BITS, FAN, Tree},
};
use std::sync::{Arc, OnceLock};

/// Texts by number. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(in crate::matching) struct Texts {
    chunks: Tree<Chunk>,
    len: usize,
    /// Which trigrams each 256 chunks have, once somebody searched: only of those that are full, which never change.
    grams: Vec<Arc<OnceLock<Grams>>>,
}

/// Up to 256 texts, end to end.
#[derive(Debug, Clone, Default)]
struct Chunk {
    text: String,
    ends: Vec<u32>,
}

impl Chunk {
    /// Hands `found` every text that has a part, by its place in the chunk, with where the part begins in it; false when
    /// it was told that it is enough.
    fn with(&self, part: &Needle<'_>, found: &mut dyn FnMut(usize, usize) -> bool) -> bool {
        let mut from = 0;
        while let Some(at) = part.next(&self.text, from) {
            let i = self.ends.partition_point(|&end| end as usize <= at);
            let end = self.ends.get(i).map_or(0, |&end| end as usize);
            if at + part.len() <= end {
                let begin =
                    i.checked_sub(1).and_then(|i| self.ends.get(i)).map_or(0, |&e| e as usize);
                if !found(i, at - begin) {
                    return false;
                }
            }
            from = at + 1;
        }
        true
    }
}

impl Texts {
    /// Number of texts.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// A text. O(1).
    ///
    /// # Panics
    /// When there is none under this number.
    #[inline]
    #[must_use]
    pub fn get(&self, at: usize) -> &str {
        let chunk = self.chunks.chunk(at >> BITS);
        let i = at & (FAN - 1);
        let from = if i == 0 { 0 } else { chunk.ends[i - 1] as usize };
        &chunk.text[from..chunk.ends[i] as usize]
    }

    /// Adds a text and returns its number. A chunk of 256 texts holds 4 GiB at most; what does not fit is cut.
    pub fn push(&mut self, text: &str) -> usize {
        if self.len & (FAN - 1) == 0 {
            // About as much as in the chunk before, so that it hardly ever grows.
            let before = self.chunks.last().map_or(0, |chunk| chunk.text.len());
            let text = String::with_capacity(before + before / 16);
            self.chunks.push(Chunk { text, ends: Vec::with_capacity(FAN) });
        }
        let chunk = self.chunks.chunk_mut(self.len >> BITS);
        let text = if u32::try_from(chunk.text.len() + text.len()).is_ok() { text } else { "" };
        chunk.text.push_str(text);
        chunk.ends.push(u32::try_from(chunk.text.len()).unwrap_or(u32::MAX));
        self.len += 1;
        if self.len.is_multiple_of(FAN * FAN) {
            self.grams.push(Arc::default());
        }
        self.len - 1
    }

    /// Hands `found` every text that has one of the parts, with the position of the part and where it begins in the text,
    /// until it says that it is enough; a text comes once for each place. O(bytes of the chunks that may have one), and
    /// the first time O(bytes).
    pub fn with(&self, parts: &[Needle<'_>], found: &mut dyn FnMut(usize, usize, usize) -> bool) {
        let chunks = if parts.is_empty() { 0 } else { self.len.div_ceil(FAN) };
        let mut may = vec![Chunks::ALL; parts.len()];
        for number in 0..chunks {
            if number.is_multiple_of(FAN) {
                let grams = self.grams(number / FAN);
                let of = |part| grams.map_or(Chunks::ALL, |grams| grams.may_have(part));
                may = parts.iter().map(of).collect();
            }
            for (n, (part, may)) in parts.iter().zip(&may).enumerate() {
                let mut put = |i, at| found((number << BITS) + i, n, at);
                if may.has(number % FAN) && !self.chunks.chunk(number).with(part, &mut put) {
                    return;
                }
            }
        }
    }

    /// Makes what the first search would make. O(bytes).
    pub fn warm(&self) {
        for number in 0..self.grams.len() {
            let _ = self.grams(number);
        }
    }

    /// The filter of 256 chunks; none when they are not full.
    fn grams(&self, number: usize) -> Option<&Grams> {
        let of = |i| self.chunks.chunk(number * FAN + i).text.as_str();
        Some(self.grams.get(number)?.get_or_init(|| Grams::of((0..FAN).map(of))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_search_finds_every_text_that_has_a_part_also_after_more_texts_came(
            texts in prop::collection::vec("[ab]{0,6}", 0..700),
            cut in 0_usize..700,
            parts in prop::collection::vec("[ab]{3,5}", 1..4),
        ) {
            let needles: Vec<Needle<'_>> = parts.iter().filter_map(|p| Needle::new(p)).collect();
            let mut kept = Texts::default();
            for (n, text) in texts.iter().enumerate() {
                if n == cut {
                    // What was made ready then must not stand for what comes.
                    kept.warm();
                    let _shared = kept.clone();
                }
                kept.push(text);
            }
            let mut found = Vec::new();
            kept.with(&needles, &mut |text, part, at| {
                found.push((text, part, at));
                true
            });
            found.sort_unstable();
            let mut plain = Vec::new();
            for (n, text) in texts.iter().enumerate() {
                for (p, part) in parts.iter().enumerate() {
                    let places = (0..text.len()).filter(|&at| text[at..].starts_with(part.as_str()));
                    plain.extend(places.map(|at| (n, p, at)));
                }
            }
            prop_assert_eq!(found, plain);
        }
    }

    #[test]
    fn a_search_finds_what_is_in_full_chunks_and_in_those_that_came_since() {
        let mut texts = Texts::default();
        for i in 0..FAN * FAN + 1_000 {
            if i == FAN * FAN {
                texts.warm();
            }
            texts.push(&format!("text {i}."));
        }
        for (part, expected) in
            [("65535", vec![65_535]), ("65536", vec![65_536]), ("t 66.", vec![66])]
        {
            let mut found = Vec::new();
            texts.with(&[Needle::new(part).unwrap()], &mut |i, _, _| {
                found.push(i);
                true
            });
            assert_eq!(found, expected, "{part}");
        }
        let mut found = 0;
        texts.with(
            &[Needle::new("text").unwrap(), Needle::new("xt 1").unwrap()],
            &mut |_, _, _| {
                found += 1;
                found < 3
            },
        );
        assert_eq!(found, 3, "it was enough");
    }

    #[test]
    fn texts_are_found_under_their_numbers() {
        let mut texts = Texts::default();
        for i in 0..1_000 {
            assert_eq!(texts.push(&format!("text {i}")), i);
        }
        let before = texts.clone();
        texts.push("");
        assert_eq!(
            (texts.get(0), texts.get(255), texts.get(256)),
            ("text 0", "text 255", "text 256")
        );
        assert_eq!((texts.get(1_000), texts.len(), before.len()), ("", 1_001, 1_000));
    }
}
