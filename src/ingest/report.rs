//! What was found out about a file while reading it. Not responsible for rejected rows' texts (`problem`).
//!
//! Invariant: `rows == applications + problems`.

use crate::ingest::Charset;
use crate::model::Column;

/// A column of the file and what it was taken for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MappedColumn {
    /// As the file spells it.
    pub header: String,
    /// What it became, alone or joined with others.
    pub column: Column,
}

/// What is known about a file so far; complete when the reader has ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Name of the format.
    pub format: &'static str,
    /// Encoding of the text.
    pub charset: Charset,
    /// Whether it was compressed with gzip.
    pub gzip: bool,
    /// Delimiter of a CSV file.
    pub delimiter: Option<char>,
    /// Preset used, given or recognised.
    pub preset: Option<String>,
    /// Whether the preset was recognised by its header and not asked for.
    pub preset_detected: bool,
    /// Columns that became columns of Ringer, in file order (JSON: sorted).
    pub mapped: Vec<MappedColumn>,
    /// Columns kept as extra fields under their own names, in file order (JSON: sorted).
    pub extra: Vec<String>,
    /// Columns discarded unread because the mapping says so, in file order (JSON: sorted).
    pub dropped: Vec<String>,
    /// Columns that the mapping file names and the file does not have, sorted.
    pub missing: Vec<String>,
    /// Applications whose id was derived from the row because none was given.
    pub derived_ids: u64,
    /// Rows read.
    pub rows: u64,
    /// Rows that became applications.
    pub applications: u64,
    /// Rows that were rejected.
    pub problems: u64,
    /// Whether reading ended before the file did (cut-off gzip, read error): the last problem says why.
    pub cut_short: bool,
    /// Whether characters that the encoding cannot hold were replaced (UTF-16 only).
    pub replaced_characters: bool,
}
