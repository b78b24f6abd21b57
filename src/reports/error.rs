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
    /// A text that is no plan.
    #[error(
        "\"{cron}\" is no plan: {why}. Give five fields (minute, hour, day, month, weekday), such as \"0 7 * * MON\" for every Monday at 07:00"
    )]
    Plan {
        /// The text, shortened.
        cron: String,
        /// What is wrong with it.
        why: String,
    },
    /// A kept report that cannot be read or written.
    #[error("report {id} cannot be kept or read: {source}")]
    Kept {
        /// Which.
        id: ReportId,
        /// Why.
        source: std::io::Error,
    },
    /// Nobody can be asked.
    #[error("another process cannot be asked: {}: {source}", folder.display())]
    Asking {
        /// Where requests lie.
        folder: std::path::PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// What is on record is not there.
    #[error("{0} is on record but not kept on this machine")]
    Gone(String),
    /// A defect of the program.
    #[error("a part of the report met a bug; the log names the place")]
    Broken,
    /// A kept report that cannot be removed.
    #[error(transparent)]
    Copies(#[from] CopiesError),
    /// A run that made no report.
    #[error("the run {0} made no report: `ringer report list` says why")]
    NotMade(ReportId),
    /// A report that cannot be written down or read.
    #[error("a report cannot be put into its canonical form: {0}")]
    Canonical(#[from] serde_json::Error),
    /// A form of a report that cannot be made.
    #[error("the report cannot be made as {form}: {what}; its other forms can")]
    Form {
        /// Which.
        form: &'static str,
        /// Why.
        what: String,
    },
}
