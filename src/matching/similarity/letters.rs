//! How often each letter occurs in a text, in 64 bits, and what that says before the text is looked at: an upper bound
//! of the characters that two texts have in common, and from it whether they can be alike at all. Not responsible for
//! any comparison itself.
//!
//! Invariant: lossless. When a bound says no, strsim says no; of a yes nothing follows.

/// Counters in the signature; a character's is its last five bits. So 26 letters have one each, and so have ten digits,
/// which share theirs with letters: sharing only makes a bound weaker, and names hold few digits, numbers few letters.
const COUNTERS: u32 = 32;

/// The signature of a text: 32 counters that stop at two, and how long the text is, and how much of it the counters do
/// not hold. 16 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Letters {
    /// Two bits a counter, as a tally: 00, 01, 11. So what two texts have in common is one `and`.
    tally: u64,
    /// Characters, at most `u16::MAX`.
    length: u16,
    /// Characters that are not in the tally because their counter is full.
    excess: u16,
}

impl Letters {
    /// The signature of a text. O(characters).
    #[must_use]
    pub fn of(text: &str) -> Self {
        if text.is_ascii() {
            Self::count(text.bytes().map(u32::from))
        } else {
            Self::count(text.chars().map(u32::from))
        }
    }

    #[inline]
    fn count(characters: impl Iterator<Item = u32>) -> Self {
        let (mut tally, mut length) = (0_u64, 0_usize);
        for character in characters {
            let place = 2 * (character % COUNTERS);
            let once = tally >> place & 1;
            tally |= (1 | once << 1) << place;
            length += 1;
        }
        match u16::try_from(length) {
            Ok(length) => {
                let held = u16::try_from(tally.count_ones()).unwrap_or(0);
                Self { tally, length, excess: length - held }
            }
            // Everything may be in common with a text of that length. That the length is given as less than it is
            // makes the bound weaker, so it still holds.
            Err(_) => Self { tally: u64::MAX, length: u16::MAX, excess: u16::MAX },
        }
    }

    /// Characters in the text, at most 65,535.
    #[must_use]
    pub fn length(&self) -> usize {
        usize::from(self.length)
    }

    /// At most so many characters can the two texts have in common, wherever they stand. O(1).
    ///
    /// Of a letter that both have more than twice, the tallies hold two; the rest is in the excess of both. So the
    /// smaller excess has to be added: without it the bound would be wrong for texts with many of a letter.
    #[inline]
    #[must_use]
    pub fn common(&self, other: &Self) -> u32 {
        (self.tally & other.tally).count_ones() + u32::from(self.excess.min(other.excess))
    }

    /// Whether the optimal string alignment distance of the two texts can be `most` or less. O(1).
    ///
    /// Every character of the longer text that has no counterpart in the other costs one edit at least, and an edit
    /// disposes of one only; exchanging neighbors costs one and disposes of none.
    #[inline]
    #[must_use]
    pub fn may_be_within(&self, other: &Self, most: usize) -> bool {
        let longer = u32::from(self.length.max(other.length));
        longer.saturating_sub(self.common(other)) as usize <= most
    }
}

#[cfg(test)]
mod tests {
    use super::{super::sample, *};
    use proptest::prelude::*;

    #[test]
    fn letters_that_occur_more_than_twice_are_not_forgotten() {
        let (a, b) = ("aaaaaaaa", "aaaaaaab");
        let (x, y) = (Letters::of(a), Letters::of(b));
        assert!(x.common(&y) >= 7);
        assert!(x.may_be_within(&y, 1));
    }

    #[test]
    fn what_has_nothing_in_common_is_held_back() {
        let (x, y) = (Letters::of("maria lopez"), Letters::of("kwun chuf"));
        assert!(!x.may_be_within(&y, 2));
    }

    #[test]
    fn digits_have_a_counter_each() {
        let (x, y) = (Letters::of("2025550123"), Letters::of("2025550987"));
        assert!(!x.may_be_within(&y, 1));
    }

    #[test]
    fn a_text_of_a_hundred_thousand_characters_bounds_nothing_wrongly() {
        let (long, short) = ("ab".repeat(50_000), "ab".repeat(10));
        let (x, y) = (Letters::of(&long), Letters::of(&short));
        assert!(x.may_be_within(&x, 0));
        assert!(!x.may_be_within(&y, 1_000));
        assert!(x.may_be_within(&y, 99_980));
    }

    proptest! {
        #[test]
        fn the_bound_holds_back_no_pair_that_is_alike((a, b) in sample::pair()) {
            let (x, y) = (Letters::of(&a), Letters::of(&b));
            prop_assert!(x.may_be_within(&y, strsim::osa_distance(&a, &b)), "{a:?} {b:?}");
        }

        #[test]
        fn the_bound_does_not_depend_on_the_order((a, b) in sample::pair()) {
            let (x, y) = (Letters::of(&a), Letters::of(&b));
            prop_assert_eq!(x.common(&y), y.common(&x));
            prop_assert_eq!(x.may_be_within(&y, 2), y.may_be_within(&x, 2));
        }
    }
}
