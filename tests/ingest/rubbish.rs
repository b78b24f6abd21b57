//! Files that are no files.

use crate::{drained, error, opened, read, read_with};
use proptest::prelude::*;
use ringer::ingest::{IngestError, Input, Limits, Options, open};
use std::io::{self, Read};

#[track_caller]
fn check(bytes: &[u8], expected: &str) {
    let message = error(bytes, &Options::default()).to_string();
    assert!(message.contains(expected), "{message}");
    assert!(message.contains("test.csv"), "{message}");
}

#[test]
fn rubbish_is_called_what_it_is() {
    check(b"", "is empty");
    check(b"\xEF\xBB\xBF", "is empty");
    check(b"\n\n  \n", "is empty");
    check(b"PK\x03\x04\x14\0\x06\0", "Excel");
    check(b"%PDF-1.7\n%\xE2\xE3", "PDF");
    check(b"<!DOCTYPE html><html><body>Sign in</body></html>", "web page");
    check(b"<?xml version='1.0'?><a/>", "XML");
    check(&(0..=255).cycle().take(5_000).collect::<Vec<u8>>(), "binary");
    check(b"just one sentence without any column\n", "no column that Ringer knows");
    check(b"stage,outcome\nx,y\n", "no column for a name, an email or a phone");
    check(b"application_id,\"email\nx,y\n", "quote");
}

#[test]
fn a_header_alone_is_an_import_of_nothing() {
    let outcome = read("application_id,email\n");
    assert_eq!((outcome.good.len(), outcome.bad.len()), (0, 0));
    assert_eq!(outcome.report.mapped.len(), 2);
}

#[test]
fn ten_thousand_columns_are_refused_and_ten_thousand_cells_are_rejected() {
    let header: Vec<String> = (0..10_000).map(|i| format!("c{i}")).collect();
    check(format!("email,{}\n", header.join(",")).as_bytes(), "10001 columns, the limit is 2000");
    let outcome = read(format!("application_id,email\n{}\n1,a@example.com\n", ",".repeat(10_000)));
    assert_eq!((outcome.bad_rows(), outcome.ids()), (vec![1], vec!["1"]));
}

/// Produces `lines` on the fly, each a text and how often it is repeated.
struct Endless {
    lines: Vec<(&'static [u8], usize)>,
}

impl Read for Endless {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let Some((text, left)) = self.lines.first_mut() else { return Ok(0) };
        let n = (out.len() / text.len()).min(*left);
        for chunk in out.chunks_exact_mut(text.len()).take(n) {
            chunk.copy_from_slice(text);
        }
        *left -= n;
        let read = n * text.len();
        if *left == 0 {
            self.lines.remove(0);
        }
        Ok(read)
    }
}

/// Four times the longest row allowed.
const HUGE: usize = 16 << 20;

#[track_caller]
fn check_huge(lines: Vec<(&'static [u8], usize)>, ids: &[&str], bad: &[u64]) {
    let input = Input::stream("huge", io::BufReader::with_capacity(1 << 16, Endless { lines }));
    let reader = open(input, &Options::default()).unwrap_or_else(|e| panic!("{e}"));
    let outcome = drained(reader);
    assert_eq!((outcome.ids(), outcome.bad_rows()), (ids.to_vec(), bad.to_vec()));
    assert!(outcome.bad.iter().all(|p| p.raw.len() < 20_000), "the raw text is bounded");
    assert!(outcome.bad[0].reason.contains("the limit is 4194304"), "{}", outcome.bad[0].reason);
}

#[test]
fn an_endless_row_is_skipped_and_the_next_one_is_read() {
    let header: (&[u8], usize) = (b"application_id,email\n", 1);
    let end: (&[u8], usize) = (b"\n2,b@example.com\n", 1);
    check_huge(vec![header, (b"x", HUGE), end], &["2"], &[1]);
    let object: (&[u8], usize) = (b"{\"application_id\":\"2\",\"email\":\"b@example.com\"}\n", 1);
    check_huge(vec![(b"{\"a\":\"", 1), (b"x", HUGE), (b"\"}\n", 1), object], &["2"], &[1]);
    check_huge(
        vec![(b"[{\"a\":\"", 1), (b"x", HUGE), (b"\"},\n", 1), object, (b"]", 1)],
        &["2"],
        &[1],
    );
}

#[test]
fn an_endless_quoted_field_is_skipped_too() {
    let header: (&[u8], usize) = (b"application_id,email\n", 1);
    let lines = vec![header, (b"1,\"", 1), (b"x", HUGE), (b"\"\n2,b@example.com\n", 1)];
    check_huge(lines, &["2"], &[1]);
}

#[test]
fn an_endless_header_is_an_error() {
    let endless = Endless { lines: vec![(b"x", HUGE)] };
    let Err(e) = open(Input::stream("huge", endless), &Options::default()) else {
        panic!("accepted")
    };
    assert!(e.to_string().contains("header"), "{e}");
}

#[test]
fn a_compressed_bomb_costs_time_and_no_memory() {
    use std::io::Write as _;
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(b"application_id,email\n").unwrap();
    for _ in 0..HUGE >> 16 {
        packer.write_all(&[b'x'; 1 << 16]).unwrap();
    }
    packer.write_all(b"\n2,b@example.com\n").unwrap();
    let outcome = read(packer.finish().unwrap());
    assert_eq!((outcome.ids(), outcome.bad_rows()), (vec!["2"], vec![1]));
}

#[test]
fn odd_characters_are_rejected_with_their_column() {
    let outcome =
        read(b"application_id,email,role\n1,a@example.com,x\0y\n2,b@example.com,z\n".to_vec());
    assert_eq!(outcome.ids(), ["2"]);
    assert!(outcome.bad[0].reason.contains("\"role\"") && outcome.bad[0].reason.contains("NUL"));
}

#[test]
fn a_value_that_is_too_long_is_rejected_with_its_column() {
    let limits = Limits { value_bytes: 10, ..Limits::default() };
    let text = "application_id,email,role\n1,a@x.test,aaaaaaaaaaaa\n2,b@x.test,y\n";
    let outcome = read_with(text, &Options { limits, ..Options::default() });
    assert_eq!(outcome.ids(), ["2"]);
    assert!(outcome.bad[0].reason.contains("\"role\""), "{}", outcome.bad[0].reason);
}

#[test]
fn a_missing_file_or_a_folder_is_an_error_with_its_name() {
    for path in ["no-such-file.csv", "src"] {
        let Err(e @ IngestError::Open { .. }) =
            open(Input::from_arg(path.as_ref()), &Options::default())
        else {
            panic!("opened {path}")
        };
        assert!(e.to_string().contains(path));
    }
}

/// Fails after some bytes.
struct Failing(io::Cursor<Vec<u8>>);

impl Read for Failing {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self.0.read(out)? {
            0 => Err(io::Error::other("the cable is out")),
            n => Ok(n),
        }
    }
}

#[test]
fn a_read_error_ends_the_file_with_a_problem() {
    for text in [
        "application_id,email\n1,a@example.com\n2,b@exa",
        "{\"application_id\":\"1\",\"email\":\"a@example.com\"}\n{\"applica",
        "[{\"application_id\":\"1\",\"email\":\"a@example.com\"},\n{\"applica",
    ] {
        let input = Input::stream("x", Failing(io::Cursor::new(text.into())));
        let outcome = drained(open(input, &Options::default()).unwrap());
        assert_eq!(outcome.ids(), ["1"]);
        assert!(outcome.bad[0].reason.contains("cable"), "{}", outcome.bad[0].reason);
        assert!(outcome.report.cut_short);
    }
}

/// Pieces of which hostile files are made.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..12),
        prop::sample::select(vec![
            "\"",
            "\"\"",
            ",",
            "\n",
            "\r\n",
            "\r",
            ";",
            "\t",
            "\0",
            "{",
            "}",
            "[",
            "]",
            ":",
            "\\",
            "é",
            "1",
            "x",
            "a@example.com",
            "email",
            "application_id",
            "{\"email\":\"a\"}\n",
            "null",
            "\u{feff}",
        ])
        .prop_map(|s| s.as_bytes().to_vec()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_panic_and_every_row_is_accounted_for(
        head in prop::sample::select(vec![
            "", "application_id,email\n", "email;role\r\n", "{\"email\":\"a\"}\n", "[{\"email\":\"a\"},",
            "\u{feff}email,role\n", "sep=;\n",
        ]),
        pieces in prop::collection::vec(piece(), 0..60),
        tight in any::<bool>(),
    ) {
        let bytes: Vec<u8> = head.bytes().chain(pieces.concat()).collect();
        let limits = Limits { record_bytes: 20, record_lines: 2, raw_bytes: 7, ..Limits::default() };
        let limits = if tight { limits } else { Limits::default() };
        if let Ok(reader) = opened(bytes, &Options { limits, ..Options::default() }) {
            drained(reader);
        }
    }

    #[test]
    fn what_is_written_as_csv_is_read_back(
        roles in prop::collection::vec("[a-z,;\"\n\té ]{1,12}x", 1..20),
    ) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["application_id", "email", "role"]).unwrap();
        for (i, role) in roles.iter().enumerate() {
            writer.write_record([&i.to_string(), "a@example.com", role]).unwrap();
        }
        let outcome = read(writer.into_inner().unwrap());
        prop_assert_eq!(outcome.bad, vec![]);
        let read: Vec<&str> =
            outcome.good.iter().map(|a| a.get(ringer::model::Column::Role).unwrap()).collect();
        prop_assert_eq!(read, roles.iter().map(String::as_str).collect::<Vec<_>>());
    }
}
