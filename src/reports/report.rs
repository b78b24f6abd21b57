//! A report in its canonical form: what is kept, hashed, and made again. Not responsible for making it (`build`) nor for the
//! forms in which people get it (`render`).
//!
//! Invariant: no clock, no path and no host is in it; what was built from the same facts under the same settings is equal byte
//! for byte.

use crate::{
    model::{ApplicationId, FileHash, Moment, Point, ReportId, Slug},
    reports::{ReportError, section::Section},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;

/// Version of what a report consists of; raised with any change of what is said or of how it is counted.
pub const FORMAT: u32 = 1;

/// What a report is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// Its id.
    pub id: ReportId,
    /// Version of what a report consists of.
    pub format: u32,
    /// The schedule it is of.
    pub schedule: Slug,
    /// Which rings it is about; empty for all.
    pub filter: String,
    /// Time zone in which its days and weeks begin.
    pub zone: String,
    /// Where its period begins: the end of the report before.
    pub since: Point,
    /// Where it ends.
    pub until: Point,
    /// Whether there was no report of this schedule before.
    pub is_first: bool,
    /// When it was due; none when somebody asked for it.
    pub due: Option<Moment>,
    /// Moments before that one which nobody ran.
    pub missed: u32,
    /// Hash of the journal's chain at its end.
    pub head: FileHash,
    /// Hash of the policy in force at its end.
    pub policy: String,
}

/// A report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// What it is about.
    pub heading: Heading,
    /// What matters most, in one sentence.
    pub headline: String,
    /// Its sections, in the order of `SECTIONS`.
    pub sections: Vec<Section>,
    /// The applications of whoever it names or shows a value of: an erasure takes it along.
    pub named: BTreeSet<ApplicationId>,
}

impl Report {
    /// Its canonical form: JSON, by the order of the fields.
    ///
    /// # Errors
    /// When it cannot be written, which is a defect of the program.
    pub fn canonical(&self) -> Result<Vec<u8>, ReportError> {
        Ok(serde_json::to_vec(self)?)
    }

    /// The report that a canonical form is.
    ///
    /// # Errors
    /// When the bytes are none.
    pub fn read(bytes: &[u8]) -> Result<Self, ReportError> {
        Ok(serde_json::from_slice(bytes)?)
    }

    /// A section by its id.
    #[must_use]
    pub fn section(&self, id: &str) -> Option<&Section> {
        self.sections.iter().find(|section| section.id == id)
    }
}

/// SHA-256 of a canonical form.
#[must_use]
pub fn digest(canonical: &[u8]) -> Option<FileHash> {
    let hash: [u8; 32] = Sha256::digest(canonical).into();
    FileHash::of(&hash)
}
