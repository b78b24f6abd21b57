//! What can go wrong with reports. Not responsible for exit codes and pages (`cli`, `web`).
//!
//! Invariant: every message says what and the way out, and holds no personal data of an applicant.

use crate::{
    casework::keeping::CopiesError, engine::EngineError, model::ReportId, reports::FilterError,
};

/// What can go wrong with reports.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The engine or its store failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// A filter that says nothing.
    #[error(transparent)]
    Filter(#[from] FilterError),
    /// A name that is no time zone.
    #[error("\"{0}\" is no time zone; give an IANA name such as America/New_York or UTC")]
    Zone(String),
    /// A kept report that cannot be read or written.
    #[error("report {id} cannot be kept or read: {source}")]
    Kept {
        /// Which.
        id: ReportId,
        /// Why.
        source: std::io::Error,
    },
    /// A kept report that cannot be removed.
    #[error(transparent)]
    Copies(#[from] CopiesError),
    /// A run that made no report.
    #[error("the run {0} made no report: `ringer report list` says why")]
    NotMade(ReportId),
    /// A report that cannot be written down or read.
    #[error("a report cannot be put into its canonical form: {0}")]
    Canonical(#[from] serde_json::Error),
}
