//! `ringer case` as scripts see it: exit codes, streams, ids, and that rules hold there too.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail")]

mod ringer;

use ringer::{Dir, Run};
use serde_json::Value;
use std::{fmt::Write, fs};

/// Five people with one device and one account.
fn rows() -> String {
    const NAMES: [&str; 5] = ["Ada Quill", "Bruno Tarn", "Cleo Holt", "Edgar Okafor", "Fenna Sand"];
    let mut text = String::from(
        "application_id,full_name,email,phone,device_id,bank_account_hash,submitted_at\n",
    );
    for (n, name) in NAMES.iter().enumerate() {
        let mail = name.to_lowercase().replace(' ', ".");
        let phone = if n % 2 == 0 { 100 } else { 110 + n };
        writeln!(
            text,
            "A{n},{name},{mail}@example.com,202-555-0{phone},device-1,account-1,2026-01-0{}",
            n + 1
        )
        .unwrap();
    }
    text
}

#[track_caller]
fn run(dir: &Dir, args: &[&str], code: i32) -> Run {
    let run = dir.ringer(args);
    assert_eq!(run.code, code, "ringer {args:?}: {run:?}");
    run
}

#[track_caller]
fn json(dir: &Dir, args: &[&str]) -> Value {
    let run = run(dir, &[args, &["--format", "json"]].concat(), 0);
    serde_json::from_str(&run.stdout).unwrap()
}

/// A store with a ring, its id.
fn ring(dir: &Dir) -> String {
    dir.write("rows.csv", rows());
    run(dir, &["import", "rows.csv"], 0);
    json(dir, &["rings"])[0]["ring_id"].as_str().unwrap().to_owned()
}

#[test]
fn a_case_goes_from_opening_to_referral_by_two_persons_and_is_closed() {
    let dir = Dir::new();
    let ring = ring(&dir);
    run(&dir, &["case", "list"], 1);
    let opened = json(&dir, &["case", "open", &ring, "--by", "ann"]);
    let case = opened[0]["case_id"].as_str().unwrap();
    assert!(case.starts_with("cas_") && opened[0]["status"] == "linked", "{opened}");
    assert_eq!(opened[0]["ring_ids"][0], ring.as_str());
    let said = run(&dir, &["case", "open", &ring], 1).stderr;
    assert!(said.contains(case), "{said}");
    let status = |status: &str, by: &str, code| {
        run(&dir, &["case", "status", case, status, "--why", "looked at", "--by", by], code).stderr
    };
    assert!(status("suspected-ring", "ann", 1).contains("judge the ring first"));
    run(&dir, &["judge", "ring", &ring, "confirmed", "--why", "same hands"], 0);
    status("suspected-ring", "ann", 0);
    assert!(status("referral-ready", "sue", 1).contains("nobody has proposed it"));
    let propose =
        ["case", "propose", case, "--alternatives", "no agency\nno family", "--by", "ann"];
    run(&dir, &propose, 0);
    assert!(status("referral-ready", "ANN", 1).contains("somebody else who may refer"));
    status("referral-ready", "sue", 0);
    let shown = json(&dir, &["case", "show", case]);
    assert_eq!(shown["wording"], "suspected identity fraud");
    assert_eq!((&shown["overtaken"], &shown["rings"][0]["members"]), (&Value::Null, &5.into()));
    let history: Vec<&str> =
        shown["history"].as_array().unwrap().iter().map(|e| e["by"].as_str().unwrap()).collect();
    assert_eq!(history, ["ann", "ann", "ann", "sue"]);
    let text = run(&dir, &["case", "show", case], 0).stdout;
    assert!(text.contains("Referral-ready: \"suspected identity fraud\" may be said."), "{text}");
    run(&dir, &["case", "close", case, "--why", "handed over", "--by", "sue"], 0);
    run(&dir, &["case", "list", "--open"], 1);
    assert_eq!(json(&dir, &["case", "list", "--ring", &ring])[0]["status"], "closed");
    assert!(run(&dir, &["verify"], 0).stdout.contains("\"cases\": 1"));
}

#[test]
fn what_is_stale_unknown_or_wrong_ends_with_the_right_code() {
    let dir = Dir::new();
    let ring = ring(&dir);
    let opened = json(&dir, &["case", "open", &ring, "--title", "=cmd()", "--by", "ann"]);
    let (case, version) =
        (opened[0]["case_id"].as_str().unwrap(), opened[0]["version"].to_string());
    run(&dir, &["case", "assign", case, "bob"], 0);
    let stale = run(&dir, &["case", "due", case, "2026-12-24", "--on", &version], 1).stderr;
    assert!(stale.contains("tester assigned it to bob"), "{stale}");
    run(&dir, &["case", "note", case, "- still true", "--on", &version], 0);
    run(&dir, &["case", "due", case, "2026-12-24"], 0);
    run(&dir, &["case", "due", case, "tomorrow"], 2);
    run(&dir, &["case", "status", case, "guilty", "--why", "x"], 2);
    run(&dir, &["case", "note", case, " "], 2);
    run(&dir, &["case", "show", "cas_0123456789ab"], 1);
    run(&dir, &["case", "show", "../etc"], 2);
    run(&dir, &["case", "note", "cas_0123456789ab", "x"], 1);
    run(&dir, &["case", "link", case, "ring_0123456789ab"], 1);
    run(&dir, &["case", "open", "NOBODY"], 1);
    run(&dir, &["case", "open", "A0"], 0);
    let csv = run(&dir, &["case", "list", "--format", "csv", "--assignee", "BOB"], 0).stdout;
    assert!(csv.starts_with("case_id,status,") && csv.contains("'=cmd()"), "{csv}");
    assert_eq!(csv.lines().count(), 2);
    assert_eq!(json(&dir, &["case", "list", "--unassigned"]).as_array().unwrap().len(), 1);
}

#[test]
fn a_file_is_kept_under_its_hash_and_damage_ends_with_4() {
    let dir = Dir::new();
    let ring = ring(&dir);
    let opened = json(&dir, &["case", "open", &ring]);
    let case = opened[0]["case_id"].as_str().unwrap();
    dir.write("report.pdf", b"%PDF-1.7 hello");
    dir.write("page.pdf", b"<html>");
    run(&dir, &["case", "attach", case, "page.pdf"], 3);
    run(&dir, &["case", "attach", case, "missing.pdf"], 3);
    run(&dir, &["case", "attach", case, "ringer-data"], 3);
    run(&dir, &["case", "attach", case, "report.pdf"], 0);
    let shown = json(&dir, &["case", "show", case]);
    let hash = shown["files"][0]["sha256"].as_str().unwrap();
    run(&dir, &["case", "save", case, hash, "--out", "copy.pdf"], 0);
    assert_eq!(dir.read("copy.pdf"), "%PDF-1.7 hello");
    assert!(
        run(&dir, &["case", "save", case, hash, "--out", "copy.pdf"], 2)
            .stderr
            .contains("copy.pdf")
    );
    run(&dir, &["case", "save", case, &"0".repeat(64), "--out", "other.pdf"], 1);
    assert!(run(&dir, &["verify"], 0).stdout.contains("\"files\": 1"));
    let lies = dir.path().join("ringer-data/attachments").join(&hash[..2]).join(hash);
    fs::write(&lies, b"%PDF-1.7 hallo").unwrap();
    run(&dir, &["case", "save", case, hash, "--out", "other.pdf"], 4);
    assert!(!dir.names().contains(&"other.pdf".to_owned()), "nothing was written");
    assert!(run(&dir, &["verify"], 4).stderr.contains(hash));
    fs::remove_file(&lies).unwrap();
    assert!(run(&dir, &["verify"], 4).stderr.contains("restore it from a backup"));
    run(&dir, &["case", "detach", case, hash, "--why", "lost"], 0);
    // A dump has the cases, and a store loaded from it the same ones.
    run(&dir, &["dump", "dump.ndjson"], 0);
    run(&dir, &["load", "dump.ndjson", "--data", "again"], 0);
    let again = json(&dir, &["case", "list", "--data", "again"]);
    assert_eq!(again, json(&dir, &["case", "list"]));
}
