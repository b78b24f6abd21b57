//! Files to applications and row problems: CSV and JSON, plain or gzip, in the encodings that spreadsheets
//! and applicant-tracking systems write. Not responsible for what the values mean (`normalize`), for
//! versions and repeats (`engine`) or for showing progress (`cli`).
//!
//! Invariant: every row of the input comes out exactly once, as an application or as a problem with a
//! reason; no input, however broken, makes this room panic or hold more than a few records in memory.

mod assemble;
mod charset;
mod choice;
mod csv;
mod delimiter;
mod error;
mod id_key;
mod input;
mod json;
mod jsonl;
mod lines;
mod mapping;
mod object;
mod options;
mod plan;
mod preset;
mod problem;
mod quoting;
mod reader;
pub mod rejects;
mod report;
mod rubbish;
mod survey;

pub use charset::Charset;
pub use choice::Choice;
pub use error::IngestError;
pub use id_key::IdKey;
pub use input::Input;
pub use mapping::{DeriveId, Mapping};
pub use options::{Limits, Options};
pub use preset::{PRESETS, Preset};
pub use problem::{Row, RowProblem};
pub use reader::{Reader, open};
pub use rejects::RejectsWriter;
pub use report::{MappedColumn, Report};
pub use survey::{Columns, Fate, Survey, Surveyed, survey};

use crate::ingest::reader::Text;

/// How sure a format is that a sample of text is of its kind, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// It cannot be.
    No,
    /// Nothing speaks against it.
    Possible,
    /// It looks like it.
    Likely,
    /// Nothing else looks like this.
    Certain,
}

/// A file format that holds applications.
pub trait Format: Sync {
    /// Name used in reports and on the command line, snake_case.
    fn name(&self) -> &'static str;

    /// One phrase for the help text.
    fn about(&self) -> &'static str;

    /// How well the first 64 KiB of a text (decoded to UTF-8, byte-order mark removed) fit.
    fn sniff(&self, sample: &[u8]) -> Confidence;

    /// The rows of `text`, read one by one.
    ///
    /// # Errors
    /// What makes the file as a whole unusable: its header, its columns, protected fields.
    fn rows(&self, text: Text, options: &Options) -> Result<Box<dyn Rows>, IngestError>;

    /// The columns of `text` by their names alone, whatever they mean.
    ///
    /// # Errors
    /// No header, or one that cannot be read.
    fn columns(&self, text: Text, options: &Options) -> Result<Columns, IngestError>;
}

/// The rows of one file of some format.
pub trait Rows: Send {
    /// The next row; `None` at the end, and again ever after.
    fn next_row(&mut self) -> Option<Row>;

    /// What is known so far about columns and encoding; counts are filled in by the reader.
    fn report(&self) -> Report;

    /// Whether the input ended because it could not be read further.
    fn is_cut_short(&self) -> bool;
}

/// Every format, the first of equally confident ones being taken. A new format is one file and one line here.
pub const FORMATS: &[&dyn Format] = &[&csv::Csv, &jsonl::Jsonl, &json::Json];
