//! A text of at most 16 bytes in one machine word, a lane of eight bits a character, all compared with a character at
//! once. For comparing two texts once, when a table of positions would cost more than the comparison. Not responsible
//! for the score (`jaro_winkler`).
//!
//! Invariant: only ASCII, so that the highest bit of a lane is free to say whether it matched.

use super::jaro_winkler::Matches;

/// Lowest bit of every lane: times a character it is that character in all lanes.
const ONES: u64 = 0x0101_0101_0101_0101;

macro_rules! lanes {
    ($name:ident, $word:ty, $lanes:literal, $doc:literal) => {
        #[doc = $doc]
        #[derive(Debug)]
        pub(super) struct $name {
            text: $word,
            ours: $word,
            theirs: u32,
        }

        impl $name {
            /// Longest text, in characters.
            pub(super) const LONGEST: usize = $lanes;

            /// As Jaro has it: each character of `other` in turn takes the first equal one of `text` that is free, at
            /// most `window` places away. Both texts at most [`Self::LONGEST`]; nothing unless both are ASCII.
            #[inline]
            pub(super) fn find(text: &[u8], other: &[u8], window: usize) -> Option<Self> {
                let high = Self::spread(0x80);
                let (lanes, size) = (Self::load(text), 8 * text.len());
                if (lanes | Self::load(other)) & high != 0 {
                    return None;
                }
                let inside = if size == 8 * $lanes { <$word>::MAX } else { (1 << size) - 1 };
                // `window` is less than half of the lanes, so the shift cannot overflow.
                let mut near = high & ((1 << (8 * (window + 1))) - 1);
                let mut free = high & inside;
                let mut theirs = 0;
                for (i, &byte) in other.iter().enumerate() {
                    // Lanes are below 128, so a sum stays in its lane and reaches 128 where the lane is not zero.
                    let differs = (lanes ^ Self::spread(byte)) + (high - Self::spread(1));
                    let hits = free & near & !differs;
                    free ^= hits & hits.wrapping_neg();
                    theirs |= u32::from(hits != 0) << i;
                    near = near << 8 | if i < window { 0x80 } else { 0 };
                }
                Some(Self { text: lanes, ours: free ^ (high & inside), theirs })
            }

            #[inline]
            fn spread(byte: u8) -> $word {
                let lanes = ONES * u64::from(byte);
                (0..$lanes / 8).fold(0, |word, i| word | <$word>::from(lanes) << (64 * i))
            }

            /// The bytes as lanes, the first lowest. By overlapping reads, since a copy of unknown length is a call.
            #[inline]
            fn load(bytes: &[u8]) -> $word {
                if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
                    let last = <$word>::from(u64::from_le_bytes(*last));
                    <$word>::from(u64::from_le_bytes(*first)) | last << (8 * (bytes.len() - 8))
                } else if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk())
                {
                    let last = <$word>::from(u32::from_le_bytes(*last));
                    <$word>::from(u32::from_le_bytes(*first)) | last << (8 * (bytes.len() - 4))
                } else {
                    bytes.iter().rev().fold(0, |word, &byte| word << 8 | <$word>::from(byte))
                }
            }
        }

        impl Matches for $name {
            #[inline]
            fn count(&self) -> u32 {
                self.theirs.count_ones()
            }

            #[inline]
            fn out_of_order(&self, other: &[u8]) -> u32 {
                let (mut ours, mut theirs, mut out) = (self.ours, self.theirs, 0);
                while theirs != 0 {
                    let byte = other[theirs.trailing_zeros() as usize];
                    let lane = self.text >> (ours.trailing_zeros() & !7);
                    out += u32::from(lane & 0xff != <$word>::from(byte));
                    ours &= ours - 1;
                    theirs &= theirs - 1;
                }
                out
            }
        }
    };
}

lanes!(EightLanes, u64, 8, "Matches of two texts of at most eight characters.");
lanes!(SixteenLanes, u128, 16, "Matches of two texts of at most sixteen characters.");
