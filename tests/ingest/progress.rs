//! What a progress bar needs, and the names of formats.

use crate::encodings::gzip;
use ringer::ingest::{FORMATS, Input, Options, open};
use std::collections::BTreeSet;

#[test]
fn the_bytes_read_grow_to_the_size_of_the_file() {
    let mut text = "application_id,email\n".to_owned();
    for i in 0..200_000 {
        text.push_str(&format!("{i},a@example.com\n"));
    }
    let folder = tempfile::tempdir().unwrap();
    for bytes in [text.clone().into_bytes(), gzip(text.as_bytes())] {
        let path = folder.path().join("a.csv");
        std::fs::write(&path, &bytes).unwrap();
        let mut reader = open(Input::from_arg(&path), &Options::default()).unwrap();
        let total = bytes.len() as u64;
        assert_eq!(reader.total_bytes(), Some(total));
        let mut last = reader.bytes_read();
        assert!(last < total, "opening reads only the beginning");
        for row in reader.by_ref() {
            assert_eq!(row.unwrap().source.file, path.display().to_string());
        }
        assert!(reader.bytes_read() > last);
        last = reader.bytes_read();
        assert_eq!(last, total);
        assert_eq!(reader.report().rows, 200_000);
    }
}

#[test]
fn a_stream_has_a_name_and_no_size() {
    let reader = open(Input::stream("-", "email\n".as_bytes()), &Options::default()).unwrap();
    assert_eq!(reader.total_bytes(), None);
    assert_eq!(Input::from_arg("-".as_ref()).name(), "-");
}

#[test]
fn formats_have_names_of_their_own() {
    let names: BTreeSet<&str> = FORMATS.iter().map(|f| f.name()).collect();
    assert_eq!(names.len(), FORMATS.len());
    for format in FORMATS {
        assert!(format.name().chars().all(|c| c.is_ascii_lowercase() || c == '_'));
        assert!(!format.about().is_empty());
    }
}
