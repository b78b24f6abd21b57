//! A row that could not become an application. Not responsible for whole files (`error`).
//!
//! Invariant: the raw text is bounded, so that no row can fill the memory.

use crate::model::Application;

/// One row: an application, or why it is none.
pub type Row = Result<Application, RowProblem>;

/// A rejected row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowProblem {
    /// Row number: in CSV the first row under the header is 1 and blank lines do not count; in JSON Lines
    /// the number of the line; in a JSON list the number of the element.
    pub row: u64,
    /// Its text, shortened to `Limits::raw_bytes`; what a mapping drops is not
    /// in it, unless the row is so broken that nobody can tell its columns apart.
    pub raw: String,
    /// Why it was rejected: a lower-case fragment that says what to change.
    pub reason: String,
}

impl RowProblem {
    /// A problem whose raw text is the lossy beginning of `raw`, at most `limit` bytes, followed by a note
    /// when `total` bytes were more than that.
    pub(super) fn new(row: u64, raw: &[u8], total: u64, limit: usize, reason: String) -> Self {
        let kept = raw.get(..limit).unwrap_or(raw);
        let mut text = String::from_utf8_lossy(kept).into_owned();
        if total > kept.len() as u64 {
            // A character cut in two shows as a replacement character; take it away.
            while text.ends_with('\u{fffd}') {
                text.pop();
            }
            text.push_str(&format!("… ({total} bytes in all)"));
        }
        Self { row, raw: text, reason }
    }
}
