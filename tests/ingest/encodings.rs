//! Encodings, compression and delimiters.

use crate::{error, opened, read};
use flate2::{Compression, write::GzEncoder};
use ringer::ingest::{Charset, Options};
use ringer::model::Column;
use std::io::Write as _;

const TEXT: &str =
    "application_id,full_name,email\n1,Zoë Müller,zoe@example.com\n2,José,j@example.com\n";

fn utf16(text: &str, big: bool, mark: bool) -> Vec<u8> {
    let mark = if mark { "\u{feff}" } else { "" };
    let units = mark.encode_utf16().chain(text.encode_utf16());
    units.flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
}

fn windows(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

#[track_caller]
fn check(bytes: Vec<u8>, charset: Charset) {
    for (bytes, gz) in [(bytes.clone(), false), (gzip(&bytes), true)] {
        let outcome = read(bytes);
        assert_eq!(outcome.bad, []);
        assert_eq!(outcome.good[0].get(Column::FullName), Some("Zoë Müller"));
        assert_eq!(outcome.good[1].get(Column::FullName), Some("José"));
        assert_eq!(outcome.report.charset, charset);
        assert_eq!(outcome.report.gzip, gz);
        assert!(!outcome.report.replaced_characters);
    }
}

#[test]
fn every_encoding_is_recognised_plain_and_compressed() {
    check(TEXT.into(), Charset::Utf8);
    check(format!("\u{feff}{TEXT}").into(), Charset::Utf8Bom);
    check(utf16(TEXT, false, true), Charset::Utf16Le);
    check(utf16(TEXT, true, true), Charset::Utf16Be);
    check(utf16(TEXT, false, false), Charset::Utf16Le);
    check(utf16(TEXT, true, false), Charset::Utf16Be);
    check(windows(TEXT), Charset::Windows1252);
}

#[test]
fn a_long_ascii_beginning_leaves_the_encoding_open() {
    let mut text = "application_id,full_name\n".to_owned();
    for i in 0..20_000 {
        text.push_str(&format!("{i},Plain Name\n"));
    }
    assert!(text.len() > 128 << 10);
    let name = |mut bytes: Vec<u8>, tail: &[u8]| {
        bytes.extend_from_slice(tail);
        let outcome = read(bytes);
        assert_eq!(outcome.bad, []);
        let name = outcome.good.last().unwrap().get(Column::FullName).unwrap().to_owned();
        (name, outcome.report.charset)
    };
    assert_eq!(name(text.clone().into(), b"x,Zo\xEB\n"), ("Zoë".into(), Charset::Windows1252));
    assert_eq!(name(text.into(), "x,Zoë\n".as_bytes()), ("Zoë".into(), Charset::Utf8));
}

#[test]
fn a_bad_byte_in_a_utf8_file_costs_its_row_and_garbles_no_other() {
    let outcome =
        read(b"application_id,full_name\n1,Zo\xC3\xAB\n2,Jo\xE9\n3,Jos\xC3\xA9\n".to_vec());
    assert_eq!(outcome.ids(), ["1", "3"]);
    assert_eq!(outcome.good[0].get(Column::FullName), Some("Zoë"));
    assert_eq!(outcome.bad_rows(), [2]);
    assert!(outcome.bad[0].reason.contains("byte 5"), "{}", outcome.bad[0].reason);
}

#[test]
fn every_delimiter_and_line_end_is_recognised() {
    for delimiter in [',', ';', '\t', '|'] {
        for line_end in ["\n", "\r\n", "\r"] {
            let text = TEXT.replace(',', &delimiter.to_string()).replace('\n', line_end);
            let outcome = read(text.clone());
            assert_eq!(outcome.ids(), ["1", "2"], "{text:?}");
            assert_eq!(outcome.good[0].get(Column::Email), Some("zoe@example.com"), "{text:?}");
            assert_eq!(outcome.report.delimiter, Some(delimiter));
        }
    }
}

#[test]
fn a_declared_delimiter_is_obeyed() {
    let outcome = read("sep=;\r\napplication_id;email\r\n1;a@example.com\r\n");
    assert_eq!((outcome.ids(), outcome.bad.len()), (vec!["1"], 0));
}

#[test]
fn delimiters_inside_the_data_do_not_mislead() {
    let outcome =
        read("application_id;full_name;resume_text\n1;Lee, Ann;a, b, c, d\n2;Poe, Bo;e, f, g, h\n");
    assert_eq!(outcome.report.delimiter, Some(';'));
    assert_eq!(outcome.good[0].get(Column::FullName), Some("Lee, Ann"));
}

#[test]
fn gzip_of_several_members_is_read_to_the_end() {
    let mut bytes = gzip(b"application_id,email\n1,a@example.com\n");
    bytes.extend(gzip(b"2,b@example.com\n"));
    assert_eq!(read(bytes).ids(), ["1", "2"]);
}

#[test]
fn truncated_gzip_keeps_what_was_whole_and_says_what_is_missing() {
    let mut text = "application_id,email\n".to_owned();
    for i in 0..50_000_u64 {
        // Hardly compressible, so that the cut falls in the middle of the rows.
        text.push_str(&format!("{i},u{}@example.com\n", i.wrapping_mul(0x9E37_79B9_7F4A_7C15)));
    }
    let mut bytes = gzip(text.as_bytes());
    bytes.truncate(bytes.len() / 2);
    let outcome = read(bytes);
    assert!(outcome.good.len() > 10_000);
    assert_eq!(outcome.bad.len(), 1);
    assert_eq!(outcome.bad[0].row, outcome.good.len() as u64 + 1);
    assert!(outcome.bad[0].reason.contains("missing"), "{}", outcome.bad[0].reason);
    assert!(outcome.report.cut_short);
}

#[test]
fn gzip_cut_within_the_header_is_an_error() {
    let mut bytes = gzip(TEXT.as_bytes());
    bytes.truncate(12);
    assert!(error(bytes, &Options::default()).to_string().contains("complete"));
    assert!(opened(gzip(b""), &Options::default()).is_err());
}
