//! Putting a package together: every file in memory, the lists that prove them, the check that nothing withheld is in
//! them, and the way onto the disk. Not responsible for what a file says (`part`) nor for proving a package later
//! (`verify`).
//!
//! Three lists, each for a reader of its own: `evidence.sha256` names the evidence, and its hash is what the document
//! prints; `manifest.json` names every file, and its hash is what the journal records; `SHA256SUMS` is for somebody who
//! has nothing but `sha256sum`.
//!
//! Invariant: nothing is written before every file was searched for what is withheld, and what is written is durable
//! before anybody says so.

mod age;
mod annex;
mod assembly;
mod gate;
mod manifest;
pub(in crate::referral) mod names;
mod readme;
mod said;
pub(in crate::referral) mod sums;
mod writing;
mod zipped;

pub use age::{Recipient, UnfitRecipient};
pub use assembly::{Package, assemble};
pub use manifest::{FORMAT, LISTS, Manifest, ManifestFile, VERSION};
pub use names::plain_name;
pub use sums::{Sums, sum_lines};
pub use writing::{Written, write};
pub use zipped::zipped;

use crate::model::FileHash;
use sha2::{Digest, Sha256};

/// The list of what there is, whose hash is what is compared.
pub const MANIFEST: &str = "manifest.json";
/// The list for `sha256sum -c`.
pub const SUMS: &str = "SHA256SUMS";
/// The list of the evidence, whose hash the document prints.
pub const EVIDENCE: &str = "evidence.sha256";
/// What a person reads first.
pub const README: &str = "README.txt";
/// The document.
pub const DOCUMENT: &str = "referral.pdf";
/// The folder of what is encrypted.
pub const ANNEX: &str = "annex-sealed/";

/// The SHA-256 of these bytes. O(bytes).
#[must_use]
pub fn sha256(bytes: &[u8]) -> FileHash {
    FileHash::of(&Sha256::digest(bytes)).unwrap_or_else(|| unreachable!("a digest has 32 bytes"))
}
