//! CSV, JSON, the body of a webhook, and files for a folder.

use crate::lab::{BASE, SIGHTS, folder, form_of, hook, keep, text_of};
use ringer::{
    model::{ReportFormat, spreadsheet::begins_like_a_formula},
    reports::{Sight, render::FORMS, sample},
};
use serde_json::Value;
use std::collections::BTreeSet;

#[test]
fn a_table_is_read_back_row_by_row_and_holds_no_formula() {
    let report = sample::report();
    let bytes = form_of(&report, ReportFormat::Csv, Sight::Full);
    keep("sample.csv", &bytes);
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let head: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    assert_eq!(head.join(","), "section,part,at,about,text,evidence,innocent,act,link");
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert!(rows.iter().flatten().all(|cell| !begins_like_a_formula(cell)));
    let n = |part: &str| rows.iter().filter(|row| &row[1] == part).count();
    assert_eq!((n("headline"), n("summary"), n("line")), (1, 7, 10));
    assert!(n("row") > 60);
    let line = rows.iter().find(|row| &row[1] == "line").unwrap();
    assert!(
        line[8].starts_with(&format!("{BASE}/rings/ring_")) && line[3].starts_with("ring_"),
        "{line:?}"
    );
    let all: String = rows.iter().flatten().collect();
    assert!(all.contains("two\nlines\r\nand a\ttab"), "line breaks stay within their cell");
}

#[test]
fn json_says_everything_but_the_drawings_and_keeps_its_names() {
    let report = sample::report();
    for sight in SIGHTS {
        let text = text_of(&report, ReportFormat::Json, sight);
        keep(&format!("sample-{sight:?}.json"), text.as_bytes());
        let value: Value = serde_json::from_str(&text).unwrap();
        assert!(!text.contains("<svg"));
        assert_eq!(value["version"], 1);
        assert_eq!(value["until"]["seq"], 1_811);
        assert_eq!(value["sections"].as_array().unwrap().len(), 7);
        let line = &value["sections"][0]["lines"][0];
        assert_eq!(line["about"]["kind"], "ring");
        assert!(line["about"]["path"].as_str().unwrap().starts_with("/rings/ring_"));
        assert!(line["links"].as_array().unwrap().len() >= 3);
        let mut names = BTreeSet::new();
        collect(&value, &mut names);
        let snake = |name: &&String| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        assert!(names.iter().all(|name| snake(&name)), "{names:?}");
    }
}

fn collect(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Object(entries) => {
            for (name, value) in entries {
                names.insert(name.clone());
                collect(value, names);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, names)),
        _ => {}
    }
}

#[test]
fn a_webhook_gets_counts_and_a_link_and_lines_only_by_sight() {
    let report = sample::report();
    let body: Value = serde_json::from_slice(&hook(&report, Sight::Counts)).unwrap();
    keep("hook.json", serde_json::to_string_pretty(&body).unwrap().as_bytes());
    assert_eq!(body["event"], "report");
    assert_eq!(body["schedule"], "weekly");
    assert_eq!(body["counts"][0]["id"], "decisions");
    assert_eq!(body["counts"][0]["count"], 6);
    assert!(body["link"].as_str().unwrap().starts_with(&format!("{BASE}/reports/")));
    assert!(body.get("sections").is_none());
    let body: Value = serde_json::from_slice(&hook(&report, Sight::Masked)).unwrap();
    assert_eq!(body["sections"][0]["lines"].as_array().unwrap().len(), 6);
}

#[test]
fn a_folder_gets_every_format_under_a_plain_name() {
    let files = folder(&sample::report(), Sight::Counts);
    assert_eq!(files.len(), FORMS.len());
    for (file, end) in files.iter().zip(["html", "pdf", "json", "csv"]) {
        assert!(file.name.starts_with("ringer-weekly-2026-11-23-") && file.name.ends_with(end));
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.".contains(c);
        assert!(file.name.chars().all(plain), "{}", file.name);
    }
}

#[test]
fn the_same_report_gives_the_same_bytes_in_every_form() {
    for form in FORMS {
        for report in [sample::report, sample::quiet] {
            let made = || form_of(&report(), form.format, Sight::Masked);
            assert!(made() == made(), "{:?}", form.format);
        }
    }
}
