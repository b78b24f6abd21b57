//! Comparing short strings, fast: names, mailboxes, numbers, streets. Plain functions on `&str` without allocation for
//! the lengths that occur; what two strings being alike means is for the comparisons (`matching::features`) to say.
//!
//! Invariant: every result is exactly that of strsim, which stays the reference, the way for what is long or not ASCII,
//! and the oracle of the tests. A bound may let an unlike pair through and never holds back a like one.
//!
//! The fastest way through many pairs: ask the [`Letters`] of both first, and only then the strings.

mod edit_distance;
mod intersection;
mod jaro_winkler;
mod lanes;
mod letters;
mod pattern;
mod positions;
#[cfg(test)]
mod sample;

pub use edit_distance::osa_within;
pub use intersection::each_common;
pub use jaro_winkler::jaro_winkler;
pub use letters::Letters;
pub use pattern::Pattern;
