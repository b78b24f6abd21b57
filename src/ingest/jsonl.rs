//! JSON Lines: one object a line.

use crate::ingest::{Confidence, Format, IngestError, Options, Rows, reader::Text};

/// JSON Lines.
pub(super) struct Jsonl;

impl Format for Jsonl {
    fn name(&self) -> &'static str {
        "jsonl"
    }
    fn about(&self) -> &'static str {
        "JSON Lines: one object a line, with nested lists"
    }
    fn sniff(&self, _: &[u8]) -> Confidence {
        Confidence::No
    }
    fn rows(&self, text: Text, _: &Options) -> Result<Box<dyn Rows>, IngestError> {
        Err(IngestError::Empty { name: text.name })
    }
}
