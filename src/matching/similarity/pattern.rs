//! A text made ready to be compared with many others. Not responsible for the score (`jaro_winkler`).
//!
//! Invariant: comparing with a pattern gives what comparing with its text gives.

use super::{
    jaro_winkler::Matches,
    positions::{LONGEST, Positions},
};

/// A text and where its characters stand. About 1 KiB: make one for the one side of one-to-many, and do not keep it.
#[derive(Debug, Clone)]
pub struct Pattern<'a> {
    text: &'a str,
    positions: Option<Positions>,
}

impl<'a> Pattern<'a> {
    /// Makes a text ready. O(bytes), no allocation.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        Self { text, positions: Positions::of(text.as_bytes()) }
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// Matches with another text, or nothing when one of the two is too long or not ASCII. O(bytes of `other`).
    #[inline]
    pub(super) fn matches(&self, other: &[u8], window: usize) -> Option<PatternMatches<'_>> {
        let positions = self.positions.as_ref()?;
        (other.len() <= LONGEST && other.is_ascii())
            .then(|| PatternMatches::find(positions, other, window))
    }
}

/// Which characters of a pattern and of another text match.
#[derive(Debug)]
pub(super) struct PatternMatches<'a> {
    positions: &'a Positions,
    ours: u64,
    theirs: u64,
}

impl<'a> PatternMatches<'a> {
    /// As Jaro has it: each character of `other` in turn takes the first equal one that is free, at most `window`
    /// places away.
    #[inline]
    fn find(positions: &'a Positions, other: &[u8], window: usize) -> Self {
        // `window` is at most 31, so the shift cannot overflow.
        let mut near = (2_u64 << window) - 1;
        let (mut ours, mut theirs) = (0_u64, 0_u64);
        for (i, &byte) in other.iter().enumerate() {
            let free = positions.at(byte) & near & !ours;
            ours |= free & free.wrapping_neg();
            theirs |= u64::from(free != 0) << i;
            near = near << 1 | u64::from(i < window);
        }
        Self { positions, ours, theirs }
    }
}

impl Matches for PatternMatches<'_> {
    #[inline]
    fn count(&self) -> u32 {
        self.theirs.count_ones()
    }

    #[inline]
    fn out_of_order(&self, other: &[u8]) -> u32 {
        let (mut ours, mut theirs, mut out) = (self.ours, self.theirs, 0);
        while theirs != 0 {
            let byte = other[theirs.trailing_zeros() as usize];
            let place = ours & ours.wrapping_neg();
            out += u32::from(self.positions.at(byte) & place == 0);
            ours ^= place;
            theirs &= theirs - 1;
        }
        out
    }
}
