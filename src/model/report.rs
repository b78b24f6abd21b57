//! Reports that were made, as facts: from what, when and with what outcome. Not responsible for what is in one (`reports`).
//!
//! Invariant: what a run says is enough to make the same report again from the journal, and to tell whether it is the same.

use crate::model::{FileHash, Moment, Recipient, ReportFormat, ReportId, Seq, Slug};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A place in the journal and when it was reached, as far as its facts tell.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct Point {
    /// The last fact before it.
    pub seq: Seq,
    /// When.
    pub at: Moment,
}

/// What came of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunOutcome {
    /// A report.
    Made {
        /// SHA-256 of its canonical form, which is what is kept.
        digest: FileHash,
        /// Number of lines of each section, by its id.
        counts: BTreeMap<String, u32>,
    },
    /// No report.
    Failed {
        /// Why, without personal data.
        why: String,
    },
}

/// One run of a schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportRun {
    /// Id of the report.
    pub id: ReportId,
    /// Of which schedule.
    pub schedule: Slug,
    /// What the schedule said of the content then: its filter.
    pub filter: String,
    /// Time zone in which days and weeks of the report begin, by its IANA name.
    pub zone: String,
    /// The moment it was due; none when somebody asked for it.
    pub due: Option<Moment>,
    /// Moments due before that one which nobody ran; this report is in their places.
    pub missed: u32,
    /// Where the period begins: the end of the report before, of this schedule.
    pub since: Point,
    /// Where it ends.
    pub until: Point,
    /// Hash of the journal's chain there.
    pub head: FileHash,
    /// Hash of the settings that say what is computed, beside the journal.
    pub settings: String,
    /// Version of what a report consists of.
    pub format: u32,
    /// Who was to get it then.
    pub to: BTreeSet<Recipient>,
    /// In which forms.
    pub formats: BTreeSet<ReportFormat>,
    /// Whether personal data might go to those whose role sees it.
    pub personal: bool,
    /// Who ran it: a person, or `ringer`.
    pub by: String,
    /// How long it took, in milliseconds.
    pub took: u32,
    /// What came of it.
    pub outcome: RunOutcome,
}

impl ReportRun {
    /// Whether there is a report.
    #[must_use]
    pub fn is_made(&self) -> bool {
        matches!(self.outcome, RunOutcome::Made { .. })
    }
}
