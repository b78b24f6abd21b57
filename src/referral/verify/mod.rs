//! Proving a package: that every file is what the lists say, that the lists agree, and that the journal knows of it. Not
//! responsible for making one (`package`).
//!
//! A package comes from anywhere. It is never unpacked; nothing outside its folder is read, no link is followed, and how
//! much is read or kept is bounded whatever it claims.
//!
//! Invariant: a file that differs in one byte is named, and no other is.

mod archive;
mod bundle;
mod checking;
mod folder;
mod inventory;
mod journal;

pub use checking::{Problem, Verdict, verify};
pub use journal::{Recorded, recorded};
