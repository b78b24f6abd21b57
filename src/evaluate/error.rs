//! Why a truth file cannot be used.

use std::path::PathBuf;

/// Why there is nothing to measure against.
#[derive(Debug, thiserror::Error)]
pub enum EvaluateError {
    /// The file could not be opened or read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the reader said.
        source: csv::Error,
    },
    /// A column is missing.
    #[error("{} has no column \"{column}\"; it needs {needed}", path.display())]
    Column {
        /// The file.
        path: PathBuf,
        /// The missing column.
        column: &'static str,
        /// The columns that are needed.
        needed: &'static str,
    },
    /// The file says something twice.
    #[error("{}, row {row}: application \"{application}\" is there twice; keep one row for each", path.display())]
    Repeated {
        /// The file.
        path: PathBuf,
        /// Data row, the first being 1.
        row: u64,
        /// The application.
        application: String,
    },
}
