//! The import room as its users see it: bytes in, applications and problems out.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

mod encodings;
mod json;
mod mapping;
mod progress;
mod quotes;
mod rejects;
mod rubbish;
mod survey;

use ringer::ingest::{IngestError, Input, Mapping, Options, Reader, Report, RowProblem, open};
use ringer::model::Application;

/// What came out of a file.
struct Outcome {
    good: Vec<Application>,
    bad: Vec<RowProblem>,
    report: Report,
}

impl Outcome {
    fn ids(&self) -> Vec<&str> {
        self.good.iter().map(|a| a.id.as_str()).collect()
    }

    fn bad_rows(&self) -> Vec<u64> {
        self.bad.iter().map(|p| p.row).collect()
    }
}

fn opened(bytes: impl Into<Vec<u8>>, options: &Options) -> Result<Reader, IngestError> {
    open(Input::stream("test.csv", std::io::Cursor::new(bytes.into())), options)
}

#[track_caller]
fn drained(mut reader: Reader) -> Outcome {
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for row in reader.by_ref() {
        match row {
            Ok(application) => good.push(application),
            Err(problem) => bad.push(problem),
        }
    }
    assert!(reader.next().is_none(), "the reader is fused");
    let report = reader.report();
    assert_eq!(report.rows, report.applications + report.problems);
    assert_eq!(report.applications, good.len() as u64);
    assert_eq!(report.problems, bad.len() as u64);
    Outcome { good, bad, report }
}

#[track_caller]
fn read_with(bytes: impl Into<Vec<u8>>, options: &Options) -> Outcome {
    drained(opened(bytes, options).unwrap_or_else(|e| panic!("{e}")))
}

#[track_caller]
fn read(bytes: impl Into<Vec<u8>>) -> Outcome {
    read_with(bytes, &Options::default())
}

#[track_caller]
fn error(bytes: impl Into<Vec<u8>>, options: &Options) -> IngestError {
    match opened(bytes, options) {
        Ok(_) => panic!("the file was accepted"),
        Err(e) => e,
    }
}

fn mapped(toml: &str) -> Options {
    Options { mapping: Some(Mapping::from_toml(toml).unwrap()), ..Options::default() }
}
