//! The sections of a report: one file each, one line in the list. Not responsible for their order in any one form.
//!
//! Invariant: a section in which nothing happened says so in a sentence, and has no lines.

use crate::reports::{ReportError, ground::Ground, section::Section};

mod quality;
mod reached;
mod returns;
#[cfg(test)]
mod trial;
mod watch_hits;

/// A section that reports have.
pub struct SectionKind {
    /// Its id in JSON, CSV and anchors: `a-z` and `-`.
    pub id: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// What it says and what it leaves out, in a sentence or two.
    pub about: &'static str,
    /// Builds it. Id and title are put in by the caller.
    pub build: fn(&Ground<'_>) -> Result<Section, ReportError>,
}

/// Every section, in the order in which it is read: what needs a decision first.
pub const SECTIONS: &[SectionKind] =
    &[reached::KIND, returns::KIND, watch_hits::KIND, quality::KIND];
