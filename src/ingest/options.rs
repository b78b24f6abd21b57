//! How to read a file: mapping and limits. Not responsible for the mapping's meaning (`mapping`).
//!
//! Invariant: the default reads every export that people really have, and bounds every other.

use crate::ingest::Mapping;

/// Bounds on what one record may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Longest record in bytes of text; a longer one is skipped in constant memory and rejected. A resume's
    /// text is seldom over 100 KiB.
    pub record_bytes: usize,
    /// Most lines one CSV record may span inside quotes; beyond it the quote is taken as unbalanced. Far
    /// more than a text has, because what lies beyond is read as rows.
    pub record_lines: usize,
    /// Most columns of a CSV header or keys of a JSON object; beyond it the file (the row) is refused.
    pub columns: usize,
    /// Longest value in bytes; a row with a longer one is rejected.
    pub value_bytes: usize,
    /// How much of a rejected row's text is kept, in bytes.
    pub raw_bytes: usize,
    /// Most bytes of text, after decompression; reading stops there, and the last problem says so. Without
    /// bound for files that the user names; what comes over a network should have one.
    pub text_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            record_bytes: 4 << 20,
            record_lines: 65_536,
            columns: 2_000,
            value_bytes: 1 << 20,
            raw_bytes: 16 << 10,
            text_bytes: u64::MAX,
        }
    }
}

/// How to read a file.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Which foreign columns mean what; without it, a preset is taken when the header fits one.
    pub mapping: Option<Mapping>,
    /// Bounds.
    pub limits: Limits,
}
