//! Quotes, right and wrong.

use crate::{read, read_with};
use ringer::ingest::{Limits, Options};
use ringer::model::Column;

/// The role column of each row that was read, `!` for each that was rejected, in file order.
#[track_caller]
fn check(rows: &str, expected: &[&str]) {
    for line_end in ["\n", "\r\n"] {
        let text = format!("application_id,email,role\n{rows}").replace('\n', line_end);
        let outcome = read(text.clone());
        let good = outcome
            .good
            .iter()
            .map(|a| (a.source.row, a.get(Column::Role).unwrap_or("").replace("\r\n", "\n")));
        let bad = outcome.bad.iter().map(|p| (p.row, "!".to_owned()));
        let mut all: Vec<_> = good.chain(bad).collect();
        all.sort();
        let found: Vec<&str> = all.iter().map(|(_, role)| role.as_str()).collect();
        assert_eq!(found, expected, "{text:?}");
        let rows: Vec<u64> = all.iter().map(|(row, _)| *row).collect();
        assert_eq!(rows, (1..=all.len() as u64).collect::<Vec<_>>(), "every row has its number");
    }
}

#[test]
fn quoted_fields_are_read_as_they_are_meant() {
    check("1,a@example.com,\"x, y\"\n", &["x, y"]);
    check("1,a@example.com,\"say \"\"hi\"\"\"\n", &["say \"hi\""]);
    check("1,a@example.com,\"two\nlines\"\n2,b@example.com,z\n", &["two\nlines", "z"]);
    check("1,a@example.com,\"a\n\n\nb\"\n", &["a\n\n\nb"]);
    check("1,a@example.com,\"\"\n", &[""]);
    check("1,a@example.com,\"x\" \n", &["x"]);
    check("\"1\",\"a@example.com\",\"x\"", &["x"]);
}

#[test]
fn a_quote_in_the_middle_of_a_field_is_only_a_character() {
    check("1,a@example.com,5\" disk\n2,b@example.com,y\n", &["5\" disk", "y"]);
}

#[test]
fn a_stray_quote_costs_its_line_and_nothing_else() {
    // Met by the next quoted field.
    check(
        "1,a@example.com,\"Engineer\n2,b@example.com,\"Lead, ops\"\n3,c@example.com,z\n",
        &["!", "Lead, ops", "z"],
    );
    // Met by nothing until the end of the file.
    check("1,\"a@example.com,x\n2,b@example.com,y\n3,c@example.com,z\n", &["!", "y", "z"]);
    // Met by another stray one in a place where no quote can close.
    check(
        "1,a@example.com,\"x\n2,b@example.com,y\n3,c@example.com,z \"w\n4,d@example.com,w\n",
        &["!", "y", "z \"w", "w"],
    );
    // Met by another one that closes it, so that the row has too few fields.
    check(
        "1,\"a@example.com,x\n2,b@example.com,y\n3,c@example.com,z\"\n4,d@example.com,w\n",
        &["!", "y", "z\"", "w"],
    );
    // Followed by a record that really goes over lines.
    check(
        "1,a@example.com,\"x\n2,b@example.com,\"one\ntwo\"\n3,c@example.com,z\n",
        &["!", "one\ntwo", "z"],
    );
    check("1,a@example.com,\"x\"y\n2,b@example.com,z\n", &["!", "z"]);
}

#[test]
fn a_text_that_looks_like_rows_stays_a_text() {
    let forged = "x\n2,victim@example.com,forged\n3,victim@example.com,forged";
    check(&format!("1,a@example.com,\"{forged}\"\n4,d@example.com,w\n"), &[forged, "w"]);
}

#[test]
fn the_reason_names_the_field_and_the_raw_text_is_the_line() {
    let outcome = read("application_id,email,role\n1,\"a@example.com,x\n2,b@example.com,y\n");
    assert_eq!(outcome.bad[0].raw, "1,\"a@example.com,x");
    assert!(outcome.bad[0].reason.contains("field 2"), "{}", outcome.bad[0].reason);
}

#[test]
fn a_row_with_the_wrong_number_of_fields_is_rejected_whole() {
    check("1,a@example.com\n2,b@example.com,y,z\n3,c@example.com,w\n", &["!", "!", "w"]);
    check("1,\"a\nb\"\n2,b@example.com,y\n", &["!", "y"]);
}

#[test]
fn quotes_that_stay_open_too_long_are_given_up() {
    let limits = Limits { record_lines: 10, ..Limits::default() };
    let mut text = "application_id,email,role\n0,a@example.com,\"x\n".to_owned();
    for i in 1..=100 {
        text.push_str(&format!("{i},b@example.com,y\n"));
    }
    let outcome = read_with(text, &Options { limits, ..Options::default() });
    assert_eq!((outcome.bad_rows(), outcome.good.len()), (vec![1], 100));
}

#[test]
fn lines_made_to_be_read_again_and_again_are_read_in_linear_time() {
    // Each line leaves a quote open whether one was open before it or not.
    let mut text = "application_id,email,role\n".to_owned();
    for _ in 0..100_000 {
        text.push_str("\",x\",\"\n");
    }
    let limits = Limits { record_bytes: 64 << 10, ..Limits::default() };
    let outcome = read_with(text, &Options { limits, ..Options::default() });
    // Each line is a row of its own, or belongs to one that happened to close: none is lost.
    assert!(outcome.bad.len() > 1_000);
    assert_eq!(outcome.good.len(), 0);
}
