//! The referral package: what of a ring leaves the house, in the forms that investigators load, and the proof that it was
//! not altered. Not responsible for who may refer (`casework`), nor for typesetting (`typeset`).
//!
//! One way in: a [`Scope`] says what was chosen, a [`Dossier`] is what that leaves of the ring, and every file of a package
//! is written from the dossier alone. What was withheld is in no dossier, so that no file can give it away.
//!
//! Invariant: the same ring, scope, time and id give the same bytes.

mod build;
mod contents;
mod dossier;
mod error;
mod originals;
pub mod package;
mod part;
pub mod sample;
mod scope;
pub mod secrets;
pub mod verify;

pub use build::{Built, Ground, build, keyed};
pub use contents::{Contents, Listed};
pub use dossier::*;
pub use error::ReferralError;
pub use part::{PARTS, PackageFile, Part};
pub use scope::{Members, Organisation, Scope};
pub use secrets::Secrets;

/// Writes the document, which is told the hash of the evidence beside it.
pub type WriteDocument = fn(&Dossier, &Contents) -> Result<PackageFile, ReferralError>;

/// What writes the document.
pub const DOCUMENT_OF: Option<WriteDocument> = None;

/// Follows the chain of a custody log, and says what is wrong where it breaks.
pub type CheckCustody = fn(&[u8]) -> Result<(), String>;

/// What follows the chain of the custody log.
pub const CUSTODY_CHECK: Option<CheckCustody> = None;
