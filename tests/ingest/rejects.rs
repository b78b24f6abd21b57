//! The file of rejects.

use ringer::ingest::{RejectsWriter, RowProblem};
use std::path::Path;

fn problem(row: u64, raw: &str) -> RowProblem {
    RowProblem { row, raw: raw.to_owned(), reason: "because".to_owned() }
}

#[test]
fn the_rejects_lie_beside_the_file() {
    for (input, rejects) in [
        ("a/b.csv", "a/b.csv.rejects.csv"),
        ("b.csv.gz", "b.csv.gz.rejects.csv"),
        ("-", "stdin.rejects.csv"),
    ] {
        assert_eq!(RejectsWriter::path_for(Path::new(input)), Path::new(rejects));
    }
}

#[test]
fn the_file_is_there_only_when_something_was_rejected() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("a.csv");
    let path = RejectsWriter::path_for(&input);
    std::fs::write(&path, "of a former import").unwrap();
    let writer = RejectsWriter::for_input(&input).unwrap();
    assert!(!path.exists(), "the stale file is removed at once");
    assert_eq!(writer.finish().unwrap(), None);
    assert!(!path.exists());
}

#[test]
fn rows_are_written_with_number_reason_and_text_and_no_formula_survives() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("a.csv");
    let mut writer = RejectsWriter::for_input(&input).unwrap();
    let raws = ["1,\"a\nb\",c", "=1+1", "+1", "-1", "@x", "\tx", "\rx", "plain"];
    for (row, raw) in (1..).zip(raws) {
        writer.write(&problem(row, raw)).unwrap();
    }
    assert_eq!(writer.count(), 8);
    let path = writer.finish().unwrap().unwrap();
    let mut reader = csv::Reader::from_path(path).unwrap();
    assert_eq!(reader.headers().unwrap(), vec!["row", "reason", "raw"]);
    let read: Vec<Vec<String>> =
        reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect();
    assert_eq!(read[0], ["1", "because", "1,\"a\nb\",c"]);
    let texts: Vec<&str> = read.iter().skip(1).map(|r| r[2].as_str()).collect();
    assert_eq!(texts, ["'=1+1", "'+1", "'-1", "'@x", "'\tx", "'\rx", "plain"]);
}

#[test]
fn a_folder_that_is_not_there_is_an_error_that_names_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = RejectsWriter::for_input(&folder.path().join("none/a.csv")).unwrap();
    let message = writer.write(&problem(1, "x")).unwrap_err().to_string();
    assert!(message.contains("a.csv.rejects.csv"), "{message}");
}
