//! Watch-lists as scripts see them: the real binary, its files, its exit codes.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail")]

mod ringer;

use ringer::{Dir, Run};
use serde_json::Value;

const ROWS: &str = "\
application_id,full_name,email,phone,institution,employer,employer_domain
A-1,Ada Quill,ada@mail.front.example,202-555-0141,Wuzhenbery Univeristy of Tech.,Works,
A-2,Bo Tarn,bo@example.org,202-555-0142,WUT,Silver Star Trading Ltd,https://silverstar.example/
A-3,Cleo Okafor,cleo@example.org,202-555-0143,Hong Kong University of Science and Technology,Works,
";

const LIST: &str = "\
kind,value,aliases,weak_aliases,reason,source,grade,tlp,added,expires
institution,Wuzhenbury University of Technology,Universidad de Wuzhenbury,WUT,closed,a registrar,medium,green,2026-01-01,2100-01-01
domain,front.example,,,seized,a court,high,clear,2026-01-01,
domain,silverstar.example,,,seized,a court,high,clear,2026-01-01,
phone,+1 202 555 0143,,,reported,a partner,low,amber,2026-01-01,2026-02-01
person,Jane Example,,,,,,,,
";

#[track_caller]
fn ok(run: Run) -> Run {
    assert_eq!(run.code, 0, "{run:?}");
    run
}

#[track_caller]
fn json(run: &Run) -> Vec<Value> {
    serde_json::from_str::<Value>(&run.stdout).unwrap().as_array().unwrap().clone()
}

/// Which value was found in which application, sorted.
fn told(hits: &[Value]) -> Vec<String> {
    let text = |hit: &Value, key: &str| hit[key].as_str().unwrap().to_owned();
    let mut all: Vec<String> = hits
        .iter()
        .map(|h| format!("{} {} {}", text(h, "application_id"), text(h, "value"), text(h, "how")))
        .collect();
    all.sort();
    all
}

fn filled() -> Dir {
    let dir = Dir::new();
    dir.write("rows.csv", ROWS);
    dir.write("fronts.csv", LIST);
    ok(dir.ringer(&["import", "rows.csv"]));
    dir
}

#[test]
fn importing_a_list_prints_where_its_entries_are_and_twice_changes_nothing() {
    let dir = filled();
    let first = ok(dir.ringer(&["watchlist", "import", "fronts.csv", "--format", "json"]));
    let expected = [
        "A-1 Wuzhenbury University of Technology misspelled",
        "A-1 front.example under",
        "A-2 silverstar.example exact",
    ];
    assert_eq!(
        told(&json(&first)),
        expected,
        "the phone's entry has expired, WUT alone is no school"
    );
    assert!(first.stderr.contains("row 5: names a person"), "{first:?}");
    assert!(first.stderr.contains("4 new, 0 changed, 0 there already, 1 problem"), "{first:?}");
    // The audit trail goes on.
    let facts = || {
        let dump = ok(dir.ringer(&["dump"])).stdout;
        dump.lines().filter(|l| l.starts_with("{\"seq\"")).map(str::to_owned).collect::<Vec<_>>()
    };
    let before = facts();
    let second = ok(dir.ringer(&["watchlist", "import", "fronts.csv", "--format", "json"]));
    assert_eq!(json(&second), [] as [Value; 0]);
    assert!(second.stderr.contains("0 new, 0 changed, 4 there already"), "{second:?}");
    assert_eq!(facts(), before, "nothing was recorded");
    assert_eq!(before.len(), 8);
    let hits = json(&ok(dir.ringer(&["watchlist", "hits", "--format", "json"])));
    assert_eq!(told(&hits), expected);
    assert!(hits.iter().all(|h| h["applicant_id"].as_str().unwrap().starts_with("apt_")));
    let entries = json(&ok(dir.ringer(&["watchlist", "list", "--format", "json"])));
    let phone = entries.iter().find(|e| e["kind"] == "phone").unwrap();
    assert_eq!((&phone["holds"], &phone["list"]), (&"expired".into(), &"fronts".into()));
    ok(dir.ringer(&["verify"]));
}

#[test]
fn a_list_that_is_removed_gives_no_hits() {
    let dir = filled();
    ok(dir.ringer(&["watchlist", "import", "fronts.csv", "--list", "ours"]));
    let entries =
        json(&ok(dir.ringer(&["watchlist", "list", "--list", "ours", "--format", "json"])));
    let domain = entries.iter().find(|e| e["value"] == "front.example").unwrap();
    let id = domain["watch_id"].as_str().unwrap();
    assert_eq!(dir.ringer(&["watchlist", "remove", id]).code, 2, "a reason is needed");
    assert_eq!(dir.ringer(&["watchlist", "remove", id, "--why", " "]).code, 2);
    ok(dir.ringer(&["watchlist", "remove", id, "--why", "it was ours"]));
    assert_eq!(json(&ok(dir.ringer(&["watchlist", "hits", "--format", "json"]))).len(), 2);
    assert_eq!(dir.ringer(&["watchlist", "remove", id, "--why", "again"]).code, 1);
    ok(dir.ringer(&["watchlist", "remove", "ours", "--why", "withdrawn by its source"]));
    assert_eq!(dir.ringer(&["watchlist", "hits"]).code, 1);
    assert_eq!(dir.ringer(&["watchlist", "list"]).code, 1);
    assert_eq!(dir.ringer(&["watchlist", "remove", "ours", "--why", "x"]).code, 1);
    assert_eq!(dir.ringer(&["watchlist", "remove", "shipped/dprk-front", "--why", "x"]).code, 2);
}

#[test]
fn a_dump_loaded_elsewhere_has_the_same_lists() {
    let dir = filled();
    ok(dir.ringer(&["watchlist", "import", "fronts.csv"]));
    ok(dir.ringer(&["dump", "all.ndjson"]));
    ok(dir.ringer(&["--data", "copy", "load", "all.ndjson"]));
    assert!(dir.read("all.ndjson").contains("\"watched\""));
    for what in ["list", "hits"] {
        let of = |data: &str| {
            ok(dir.ringer(&["--data", data, "watchlist", what, "--format", "csv"])).stdout
        };
        assert_eq!(of("copy"), of("ringer-data"), "{what}");
    }
}

#[test]
fn a_bundle_is_a_list_too_and_files_that_cannot_be_used_are_refused() {
    let dir = filled();
    let bundle = r#"{"type":"bundle","objects":[
        {"type":"indicator","id":"indicator--1","pattern_type":"stix","pattern":"[domain-name:value = 'front.example']",
         "confidence":80,"object_marking_refs":["marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"]},
        {"type":"identity","id":"identity--1","identity_class":"individual","name":"Jane Example"}]}"#;
    let run = dir.ringer_with(
        &["watchlist", "import", "-", "--list", "feed", "--format", "json"],
        &[],
        bundle.as_bytes(),
    );
    assert_eq!(told(&json(&ok(run))), ["A-1 front.example under"]);
    let entries = json(&ok(dir.ringer(&["watchlist", "list", "--format", "json"])));
    assert_eq!((&entries[0]["tlp"], &entries[0]["grade"]), (&"red".into(), &"high".into()));
    dir.write("none.csv", "kind,value\nperson,Jane Example\n");
    dir.write("odd.csv", "a,b\n1,2\n");
    dir.write("odd.json", "{\"objects\":");
    for (file, code) in [("none.csv", 3), ("odd.csv", 3), ("odd.json", 3), ("gone.csv", 3)] {
        assert_eq!(dir.ringer(&["watchlist", "import", file]).code, code, "{file}");
    }
    assert_eq!(dir.ringer(&["watchlist", "import", "fronts.csv", "--list", "shipped/x"]).code, 3);
}

#[test]
fn an_import_says_how_many_of_its_applications_touch_a_list() {
    let dir = filled();
    ok(dir.ringer(&["watchlist", "import", "fronts.csv"]));
    dir.write(
        "more.csv",
        "application_id,full_name,email\nB-1,Dee Lund,dee@front.example\nB-2,Eva Roe,eva@example.org\n",
    );
    let run = ok(dir.ringer(&["import", "more.csv"]));
    assert!(
        run.stderr.contains("1 of 2 new applications have something on a watch-list"),
        "{run:?}"
    );
    let again = ok(dir.ringer(&["import", "more.csv"]));
    assert!(!again.stderr.contains("watch-list"), "{again:?}");
}

#[test]
fn the_lists_that_come_with_ringer_are_there_and_say_what_is_on() {
    let dir = Dir::new();
    let run = ok(dir.ringer(&["watchlist", "list", "--shipped", "--format", "json"]));
    assert!(json(&run).len() > 400);
    let (on, off) = run.stderr.split_once("; off ").unwrap();
    assert!(on.contains("shipped/dprk-front") && on.contains("shipped/diploma-mill"), "{on}");
    assert!(
        off.contains("shipped/research-security") && off.contains("shipped/dprk-delisted"),
        "{off}"
    );
    assert_eq!(dir.names(), Vec::<String>::new());
    dir.write(
        "rows.csv",
        "application_id,full_name,email,institution\n\
         A-1,Ada Quill,ada@example.org,Kimchaek Univ. of Technology\n\
         A-2,Bo Tarn,bo@example.org,Sichuan University\n",
    );
    ok(dir.ringer(&["import", "rows.csv"]));
    let hits = json(&ok(dir.ringer(&["watchlist", "hits", "--format", "json"])));
    assert_eq!(told(&hits), ["A-1 Kim Chaek University of Technology alias"]);
}
