//! JSON Lines and JSON lists.

use crate::{error, mapped, read, read_with};
use ringer::ingest::{IngestError, Options};
use ringer::model::Column;

#[test]
fn an_object_becomes_an_application() {
    let outcome = read(
        "{\"application_id\":7,\"full_name\":\"Ann Lee\",\"email\":null,\"grad_year\":2011,\"remote\":true,\
         \"phone\":\" \",\"education\":[{\"school\":\"Sample College\",\"from\":2001}],\"events\":[]}\n",
    );
    assert_eq!(outcome.bad, []);
    let a = &outcome.good[0];
    assert_eq!(a.id.as_str(), "7");
    assert_eq!(a.get(Column::GradYear), Some("2011"));
    assert_eq!(a.get(Column::Email), None);
    assert_eq!(a.get(Column::Phone), None);
    assert_eq!(a.extra["remote"], "true");
    assert_eq!(a.nested["education"], "[{\"from\":2001,\"school\":\"Sample College\"}]");
    assert!(!a.nested.contains_key("events"));
    assert_eq!(outcome.report.format, "jsonl");
    assert_eq!(outcome.report.extra, ["remote"]);
}

#[test]
fn a_broken_line_costs_itself_and_rows_are_numbered_by_line() {
    let outcome = read(
        "{\"application_id\":\"1\",\"email\":\"a@example.com\"}\n\n{\"application_id\":\"2\n[1]\n7\n\
         {\"application_id\":\"5\",\"stage\":\"x\"}\n{\"email\":\"a\",\"email\":\"b\",\"application_id\":\"6\"}\n\
         {\"application_id\":1e30,\"email\":\"c@example.com\"}\n\
         {\"application_id\":\"8\",\"email\":\"d@example.com\"}",
    );
    assert_eq!(outcome.ids(), ["1", "8"]);
    assert_eq!(outcome.good[1].source.row, 9);
    assert_eq!(outcome.bad_rows(), [3, 4, 5, 6, 7, 8]);
    let reasons =
        ["not a valid JSON", "not a valid JSON", "not a valid", "no name", "twice", "in quotes"];
    for (problem, reason) in outcome.bad.iter().zip(reasons) {
        assert!(problem.reason.contains(reason), "{}", problem.reason);
    }
}

#[test]
fn lists_and_objects_over_lines_are_read_as_well() {
    let one = "{\n  \"application_id\": \"1\",\n  \"full_name\": \"A ] } \\\" [ B\"\n}";
    let two = "{\"application_id\":\"2\",\"email\":\"b@example.com\"}";
    for text in [
        format!("[{one},{two}]"),
        format!("[\n{one},\n{two}\n]\n"),
        format!("{one}\n{two}\n"),
        format!("[{two},{one}]"),
    ] {
        let outcome = read(text.clone());
        let mut ids = outcome.ids();
        ids.sort_unstable();
        assert_eq!((ids, outcome.bad.len()), (vec!["1", "2"], 0), "{text}");
        assert_eq!(outcome.report.format, "json");
        assert!(!outcome.report.cut_short);
    }
}

#[test]
fn a_bad_element_of_a_list_costs_itself_and_a_broken_list_says_where_it_breaks() {
    let ok = |id| format!("{{\"application_id\":\"{id}\",\"email\":\"x@example.com\"}}");
    let outcome = read(format!("[{}, 7, {{\"a\" 1}}, {}]", ok(1), ok(4)));
    assert_eq!((outcome.ids(), outcome.bad_rows()), (vec!["1", "4"], vec![2, 3]));
    let outcome = read(format!("[{},\n{{\"email\":\"x\n}},{}]", ok(1), ok(3)));
    assert_eq!((outcome.ids(), outcome.bad_rows()), (vec!["1"], vec![2]));
    assert!(outcome.report.cut_short);
    let outcome = read(format!("[{},", ok(1)));
    assert!(outcome.report.cut_short && outcome.bad.len() == 1);
}

#[test]
fn a_protected_key_at_any_depth_is_refused_by_name() {
    for text in [
        "{\"email\":\"a@example.com\",\"gender\":\"f\"}\n",
        "{\"email\":\"a@example.com\",\"survey\":{\"answers\":[{\"race\":\"x\"}]}}\n",
        "[{\"email\":\"a@example.com\",\"visaStatus\":\"x\"}]",
    ] {
        let e = error(text, &Options::default());
        assert!(matches!(&e, IngestError::Protected { columns, .. } if columns.len() == 1), "{e}");
        assert!(e.to_string().contains("drop = ["), "{e}");
    }
}

#[test]
fn a_protected_key_further_down_costs_its_row_and_is_not_copied() {
    let mut text = String::new();
    for i in 0..3_000 {
        text.push_str(&format!("{{\"application_id\":\"{i}\",\"email\":\"a@example.com\"}}\n"));
    }
    text.push_str(
        "{\"application_id\":\"x\",\"email\":\"a@example.com\",\"religion\":\"secret\"}\n",
    );
    let outcome = read(text);
    assert_eq!((outcome.good.len(), outcome.bad_rows()), (3_000, vec![3_001]));
    assert!(outcome.bad[0].reason.contains("religion"));
    assert!(!outcome.bad[0].raw.contains("secret"));
}

#[test]
fn dropped_keys_leave_no_trace_at_any_depth() {
    let options = mapped("drop = ['gender', 'survey.answer', 'notes']");
    let outcome = read_with(
        "{\"application_id\":\"1\",\"email\":\"a@example.com\",\"gender\":\"secret\",\
         \"survey\":[{\"q\":1,\"answer\":\"secret\",\"gender\":\"secret\"}],\"notes\":\"secret\"}\n\
         {\"application_id\":\"2\",\"gender\":\"secret\"}\n",
        &options,
    );
    assert_eq!(outcome.good[0].nested["survey"], "[{\"q\":1}]");
    assert!(!format!("{:?}{:?}", outcome.good, outcome.bad).contains("secret"));
    assert_eq!(outcome.report.dropped, ["gender", "notes", "survey.answer", "survey.gender"]);
}

#[test]
fn a_mapping_reaches_into_nested_values() {
    let options = mapped(
        "[columns]\nid = 'application_id'\n'candidate.name' = 'full_name'\n\
         'candidate.emails.value' = 'email'\nstreet = ['home.no', 'home.road']\n",
    );
    let outcome = read_with(
        "{\"id\":\"1\",\"candidate\":{\"name\":\"Ann\",\"emails\":[{\"value\":\"a@example.com\"},\
         {\"value\":\"b@example.com\"}]},\"home\":{\"road\":\"Sample Rd\",\"no\":5}}\n",
        &options,
    );
    assert_eq!(outcome.bad, []);
    let a = &outcome.good[0];
    assert_eq!(a.get(Column::FullName), Some("Ann"));
    assert_eq!(a.get(Column::Email), Some("a@example.com"));
    assert_eq!(a.get(Column::Street), Some("5 Sample Rd"));
    assert!(a.nested["candidate"].contains("b@example.com"));
}

#[test]
fn a_list_of_texts_gives_its_first_and_keeps_all() {
    let outcome =
        read("{\"application_id\":\"1\",\"email\":[\"a@example.com\",\"b@example.com\"]}\n");
    assert_eq!(outcome.good[0].get(Column::Email), Some("a@example.com"));
    assert_eq!(outcome.good[0].nested["email"], "[\"a@example.com\",\"b@example.com\"]");
}
