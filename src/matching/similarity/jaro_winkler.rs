//! Jaro-Winkler similarity, bit-parallel. Responsible for the score and for what a score takes; finding the
//! matches is for `lanes` (two short texts, once) and `pattern` (one text and many).
//!
//! Invariant: every score is, bit by bit, what `strsim::jaro_winkler` gives: characters in common up to half of the longer
//! text away, those out of order halved *as an integer*, and a common prefix of up to four characters added only to a
//! similarity *above 0.7*. Other implementations differ in the last two.

use super::{
    lanes::{EightLanes, SixteenLanes},
    pattern::Pattern,
};

/// A common prefix counts from here on.
const BOOST_ABOVE: f64 = 0.7;
/// What each character of it takes away from the distance.
const BOOST: f64 = 0.1;

/// The characters that two texts have in common.
pub(super) trait Matches {
    /// How many.
    fn count(&self) -> u32;
    /// How many of them stand in another order; `other` is the text that the matches were found with.
    fn out_of_order(&self, other: &[u8]) -> u32;
}

/// Jaro-Winkler similarity of two texts, from 0 (nothing in common) to 1 (the same). Symmetric.
///
/// O(bytes) without allocation for ASCII of at most 64 bytes; anything else is left to strsim.
#[must_use]
pub fn jaro_winkler(a: &str, b: &str) -> f64 {
    let (x, y) = shorter_first(a.as_bytes(), b.as_bytes());
    // The similarity is the same both ways: the first character that finds a partner finds the same one from both
    // sides. So the shorter text can do the walking.
    let score = if x.is_empty() {
        Some(if y.is_empty() { 1.0 } else { 0.0 })
    } else if y.len() <= EightLanes::LONGEST {
        EightLanes::find(y, x, window(x, y)).map(|m| score(&m, x, y))
    } else if y.len() <= SixteenLanes::LONGEST {
        SixteenLanes::find(y, x, window(x, y)).map(|m| score(&m, x, y))
    } else {
        let (x, y) = if x.len() == a.len() { (a, b) } else { (b, a) };
        return Pattern::new(y).jaro_winkler(x);
    };
    score.unwrap_or_else(|| strsim::jaro_winkler(a, b))
}

impl Pattern<'_> {
    /// Jaro-Winkler similarity of the pattern's text and another, as [`jaro_winkler`].
    #[must_use]
    pub fn jaro_winkler(&self, other: &str) -> f64 {
        let (x, y) = (self.text().as_bytes(), other.as_bytes());
        if x.is_empty() || y.is_empty() {
            return if x.len() == y.len() { 1.0 } else { 0.0 };
        }
        match self.matches(y, window(x, y)) {
            Some(matches) => score(&matches, y, x),
            None => strsim::jaro_winkler(self.text(), other),
        }
    }
}

/// How far apart two characters may stand and match.
#[inline]
fn window(a: &[u8], b: &[u8]) -> usize {
    (a.len().max(b.len()) / 2).saturating_sub(1)
}

fn shorter_first<'a>(a: &'a [u8], b: &'a [u8]) -> (&'a [u8], &'a [u8]) {
    if a.len() <= b.len() { (a, b) } else { (b, a) }
}

#[inline]
fn length(text: &[u8]) -> f64 {
    u32::try_from(text.len()).map_or(f64::INFINITY, f64::from)
}

/// Characters at the beginning that are the same, at most four.
#[inline]
fn prefix(a: &[u8], b: &[u8]) -> u32 {
    if let (Some(x), Some(y)) = (a.first_chunk::<4>(), b.first_chunk::<4>()) {
        return (u32::from_le_bytes(*x) ^ u32::from_le_bytes(*y)).trailing_zeros() / 8;
    }
    a.iter().zip(b).take_while(|(x, y)| x == y).map(|_| 1).sum()
}

/// The score of two texts; `other` is the one that the matches were found with. The order of the operations is that of
/// strsim, so that the result is too.
#[inline]
fn score(matches: &impl Matches, other: &[u8], text: &[u8]) -> f64 {
    let count = matches.count();
    if count == 0 {
        return 0.0;
    }
    let in_order = f64::from(count - matches.out_of_order(other) / 2);
    let m = f64::from(count);
    let jaro = (m / length(other) + m / length(text) + in_order / m) / 3.0;
    if jaro > BOOST_ABOVE {
        jaro + BOOST * f64::from(prefix(other, text)) * (1.0 - jaro)
    } else {
        jaro
    }
}

#[cfg(test)]
mod tests {
    use super::{super::sample, *};
    use proptest::prelude::*;

    #[track_caller]
    fn same_as_strsim(a: &str, b: &str) {
        let expected = strsim::jaro_winkler(a, b);
        assert_eq!(jaro_winkler(a, b).to_bits(), expected.to_bits(), "{a:?} {b:?}");
        assert_eq!(jaro_winkler(b, a).to_bits(), expected.to_bits(), "{b:?} {a:?}");
        let pattern = Pattern::new(a);
        assert_eq!(pattern.jaro_winkler(b).to_bits(), expected.to_bits(), "{a:?} {b:?}");
    }

    #[test]
    fn known_pairs_come_out_as_with_strsim() {
        for (a, b) in [
            ("", ""),
            ("", "a"),
            ("a", "a"),
            ("a", "b"),
            ("martha", "marhta"),
            ("dixon", "dicksonx"),
            ("dwayne", "duane"),
            ("cheeseburger", "cheese fries"),
            ("aaaaaaaa", "aaaaaaab"),
            ("\0\0", "\0a"),
            ("ab\0", "ab"),
            ("josé", "jose"),
            ("éa", "aé"),
        ] {
            same_as_strsim(a, b);
        }
    }

    #[test]
    fn the_lengths_at_which_the_way_changes_come_out_as_with_strsim() {
        let text = "the quick brown fox jumps over the lazy dog and then over the next one as well";
        for length in [1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 70] {
            let a = &text[..length];
            for other in [length.saturating_sub(1), length, length + 1] {
                same_as_strsim(a, &text[..other]);
                same_as_strsim(a, &text[1..=other]);
                let reversed: String = text[..other].chars().rev().collect();
                same_as_strsim(a, &reversed);
            }
        }
    }

    #[test]
    fn a_prefix_counts_only_above_seven_tenths() {
        let pairs = [("abcd", "abxy"), ("abcdefgh", "abxyzwvu"), ("abcdef", "abcxyz")];
        for (a, b) in pairs {
            assert!(strsim::jaro(a, b) <= 0.7, "{a} {b}");
            same_as_strsim(a, b);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn every_pair_comes_out_as_with_strsim((a, b) in sample::pair()) {
            same_as_strsim(&a, &b);
        }

        #[test]
        fn few_letters_in_many_orders_come_out_as_with_strsim(a in "[abc]{0,70}", b in "[abc]{0,70}") {
            same_as_strsim(&a, &b);
        }
    }
}
