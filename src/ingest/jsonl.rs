//! JSON Lines: one object a line. Not responsible for what an object's members mean (`object`) or for JSON
//! that spans lines (`json`).
//!
//! Invariant: a line that is broken costs itself alone; the row number is the line's number.

use crate::ingest::{
    Columns, Confidence, Format, IngestError, Options, Report, Row, RowProblem, Rows,
    lines::{Fetched, Lines},
    object::{Object, Objects, columns},
    reader::Text,
};

/// JSON Lines, also called NDJSON.
pub(super) struct Jsonl;

impl Format for Jsonl {
    fn name(&self) -> &'static str {
        "jsonl"
    }

    fn about(&self) -> &'static str {
        "JSON Lines: one object a line, nested lists welcome"
    }

    fn sniff(&self, sample: &[u8]) -> Confidence {
        match sample.trim_ascii_start() {
            // A brace alone on its line begins an object that spans lines.
            [b'{', b'\n' | b'\r', ..] => Confidence::Possible,
            [b'{', ..] => Confidence::Certain,
            _ => Confidence::No,
        }
    }

    fn rows(&self, text: Text, options: &Options) -> Result<Box<dyn Rows>, IngestError> {
        let Text { name, sample, lines } = text;
        let objects = Objects::new(&name, &first(&sample), options)?;
        let raw_limit = options.limits.raw_bytes;
        let record_limit = options.limits.record_bytes;
        let line = Vec::new();
        Ok(Box::new(JsonlRows {
            lines,
            objects,
            line,
            row: 0,
            raw_limit,
            record_limit,
            ended: false,
        }))
    }

    fn columns(&self, text: Text, _: &Options) -> Result<Columns, IngestError> {
        Ok(columns(&first(&text.sample)))
    }
}

/// The objects in the first lines, which tell about keys; the sample may end in the middle of one, which then is
/// no JSON.
fn first(sample: &[u8]) -> Vec<Object> {
    let lines = sample.split(|&b| b == b'\n');
    lines.filter_map(|line| serde_json::from_slice(line.trim_ascii()).ok()).collect()
}

struct JsonlRows {
    lines: Lines,
    objects: Objects,
    line: Vec<u8>,
    row: u64,
    raw_limit: usize,
    record_limit: usize,
    ended: bool,
}

impl Rows for JsonlRows {
    fn next_row(&mut self) -> Option<Row> {
        while !self.ended {
            let fetched = self.lines.next(&mut self.line);
            self.row += 1;
            let length = self.line.len() as u64;
            let (total, reason) = match fetched {
                Ok(Fetched::End) => {
                    self.ended = true;
                    return None;
                }
                Err(e) => {
                    self.ended = true;
                    self.objects.report.cut_short = true;
                    (length, format!("reading stopped here ({e}); the rows after it are missing"))
                }
                Ok(Fetched::TooLong(n)) => {
                    (n, format!("the row is {n} bytes long, the limit is {}", self.record_limit))
                }
                Ok(Fetched::BadText(at)) => {
                    (length, format!("byte {} of the line is not valid UTF-8", at + 1))
                }
                Ok(Fetched::Line) => {
                    let text = self.line.trim_ascii();
                    if text.is_empty() {
                        continue;
                    }
                    match self.objects.read(text, self.row) {
                        Ok(application) => return Some(Ok(application)),
                        Err(refused) => {
                            if let Some(raw) = refused.raw {
                                self.line = raw;
                            }
                            (self.line.len() as u64, refused.reason)
                        }
                    }
                }
            };
            return Some(Err(RowProblem::new(self.row, &self.line, total, self.raw_limit, reason)));
        }
        None
    }

    fn report(&self) -> Report {
        Report { charset: self.lines.charset, ..self.objects.report() }
    }

    fn is_cut_short(&self) -> bool {
        self.objects.report.cut_short
    }
}
