//! The referral package: what of a ring leaves the house, in the forms that investigators load, and the proof that it was
//! not altered. Not responsible for who may refer (`casework`), nor for typesetting (`typeset`).
//!
//! One way in: a [`Scope`] says what was chosen, a [`Dossier`] is what that leaves of the ring, and every file of a package
//! is written from the dossier alone. What was withheld is in no dossier, so that no file can give it away.
//!
//! Invariant: the same ring, scope, time and id give the same bytes.

mod build;
mod dossier;
mod error;
mod part;
pub mod sample;
mod scope;
pub mod secrets;

pub use build::{Built, Ground, build, keyed};
pub use dossier::*;
pub use error::ReferralError;
pub use part::{PARTS, PackageFile, Part};
pub use scope::{Members, Organisation, Scope};
pub use secrets::Secrets;
