//! The audit trail on the command line: every command that opens a store is in it, `verify` proves it, a dump takes it along.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail")]

mod ringer;

use ringer::{Dir, Run};
use std::{
    fs::{self, OpenOptions},
    io::{BufRead, BufReader, Write},
    process::Stdio,
};

const PEOPLE: &str = "application_id,full_name,phone\n\
    A-1,Zyxomma Quillfeather,+1 202 555 0177\n\
    A-2,Bruno Tarn,+1 202 555 0178\n";

#[track_caller]
fn ok(dir: &Dir, args: &[&str]) -> Run {
    let run = dir.ringer(args);
    assert_eq!(run.code, 0, "ringer {args:?}: {run:?}");
    run
}

fn filled() -> Dir {
    let dir = Dir::new();
    dir.write("people.csv", PEOPLE);
    ok(&dir, &["import", "people.csv"]);
    dir
}

fn trail(dir: &Dir) -> String {
    dir.read("ringer-data/audit/000000000001.ndjson")
}

/// The entries, as `action subject`, oldest first.
fn said(dir: &Dir) -> Vec<String> {
    let entries = trail(dir);
    let entries = entries.lines().map(|line| serde_json::from_str(line).unwrap());
    entries
        .map(|e: serde_json::Value| format!("{} {}", e["action"].as_str().unwrap(), e["subject"]))
        .collect()
}

#[test]
fn every_command_that_opens_the_store_is_recorded_once_and_nothing_that_was_typed() {
    let dir = filled();
    let before = said(&dir);
    assert_eq!(before.len(), 3, "{before:?}");
    assert!(before[0].contains("\"command\":\"import\"") && before[1].contains("import_started"));
    assert!(before[2].starts_with("anchored "));
    for args in [
        vec!["rings"],
        vec!["members"],
        vec!["search", "zyxomma quillfeather"],
        vec!["explain", "A-1", "Zyxomma Quillfeather"],
        vec!["path", "A-1", "A-2"],
        vec!["indicators", "A-1"],
        vec!["imports"],
        vec!["judge", "list"],
        vec!["watchlist", "list"],
        vec!["user", "list"],
        vec!["dump", "dump.ndjson"],
        vec!["fairness"],
        vec!["check", "A-1"],
        vec!["audit", "--searched", "zyxomma"],
    ] {
        let n = said(&dir).len();
        let run = dir.ringer(&args);
        assert!(run.code < 2, "{args:?}: {run:?}");
        let entries = said(&dir);
        assert_eq!(entries.len(), n + 1, "{args:?}: {entries:?}");
        assert!(entries[n].contains(&format!("\"command\":\"{}\"", args[0])), "{}", entries[n]);
    }
    // The id of an application that exists is named by its applicant; a name is not.
    let explained = said(&dir).into_iter().find(|e| e.contains("\"explain\"")).unwrap();
    assert!(explained.contains("\"applicant_id\":\"apt_"), "{explained}");
    assert!(explained.contains("\"typed\":\"hmac-sha256:"), "{explained}");
    let text = trail(&dir).to_lowercase();
    for marker in ["zyxomma", "quillfeather", "0177", "people.csv"] {
        assert!(!text.contains(marker), "{marker}");
    }
    let found = ok(&dir, &["audit", "--searched", "Zyxomma Quillfeather", "--format", "json"]);
    let found: serde_json::Value = serde_json::from_str(&found.stdout).unwrap();
    // The search, the name that was given for an application, and this question itself.
    assert_eq!(found.as_array().unwrap().len(), 3, "{found}");
    for quiet in [vec!["config"], vec!["verify"], vec!["indicators", "--help"]] {
        let n = said(&dir).len();
        ok(&dir, &quiet);
        assert_eq!(said(&dir).len(), n, "{quiet:?}");
    }
}

#[test]
fn a_decision_is_recorded_with_its_fact_that_has_the_reason_and_is_anchored() {
    let dir = filled();
    let why = ["--why", "two people", "--by", "ann"];
    ok(&dir, &[&["judge", "pair", "A-1", "A-2", "different"], &why[..]].concat());
    let json = ok(&dir, &["audit", "--action", "decided", "--format", "json"]).stdout;
    let found: serde_json::Value = serde_json::from_str(&json).unwrap();
    let entry = &found[0];
    assert_eq!(entry["who"], "ann");
    // The reason may be about an applicant: the fact has it, from which it can be erased.
    assert_eq!((&entry["why"], &entry["place"]), (&"".into(), &"command line".into()));
    assert!(ok(&dir, &["judge", "list"]).stdout.contains("two people"));
    assert_eq!(entry["subject"]["application_id"], "A-1, A-2");
    assert!(entry["fact"].as_u64().unwrap() > 3);
    let report: serde_json::Value = serde_json::from_str(&ok(&dir, &["verify"]).stdout).unwrap();
    assert_eq!(report["audit"]["decisions"], 2, "{report}");
    assert_eq!(report["audit"]["anchors"], 2, "{report}");
    let csv = ok(&dir, &["audit", "--format", "csv", "--limit", "2"]).stdout;
    assert!(csv.starts_with("n,at,who,action,subject,place,why,fact,status,prev\n"), "{csv}");
    assert_eq!(dir.ringer(&["audit", "--who", "nobody"]).code, 1);
    assert_eq!(dir.ringer(&["audit", "--since", "yesterday"]).code, 2);
}

#[test]
fn verify_tells_of_a_changed_line_of_a_cut_tail_and_of_a_trail_that_is_gone() {
    let dir = filled();
    ok(&dir, &["verify"]);
    let path = dir.path().join("ringer-data/audit/000000000001.ndjson");
    let whole = fs::read_to_string(&path).unwrap();
    let verify = || {
        let run = dir.ringer(&["verify"]);
        assert_eq!((run.code, run.stdout.as_str()), (4, ""), "{run:?}");
        assert_eq!(run.stderr.lines().filter(|l| l.starts_with("ringer: ")).count(), 1);
        run.stderr
    };
    fs::write(&path, whole.replacen("tester", "nobody", 1)).unwrap();
    assert!(verify().contains("entry 2 does not follow entry 1"));
    fs::write(&path, whole.lines().next().unwrap().to_owned() + "\n").unwrap();
    assert!(verify().contains("entries 2 to 2 are missing"));
    fs::remove_dir_all(dir.path().join("ringer-data/audit")).unwrap();
    assert!(verify().contains("entries 1 to 2 are missing"));
}

#[test]
fn an_export_is_the_trail_as_it_is_and_never_overwrites_a_file() {
    let dir = filled();
    ok(&dir, &["audit", "--export", "out.ndjson"]);
    assert_eq!(dir.read("out.ndjson"), trail(&dir), "its own entry included");
    let again = dir.ringer(&["audit", "--export", "out.ndjson"]);
    assert_eq!(again.code, 2, "{again:?}");
    ok(&dir, &["audit", "--who", "tester", "--export", "out.csv"]);
    assert!(dir.read("out.csv").lines().count() > 2);
    assert_eq!(dir.names(), ["out.csv", "out.ndjson", "people.csv", "ringer-data"]);
}

#[test]
fn a_dump_takes_the_trail_along_and_the_loaded_store_verifies() {
    let dir = filled();
    ok(&dir, &["members"]);
    ok(&dir, &["dump", "dump.ndjson"]);
    let before = trail(&dir);
    ok(&dir, &["--data", "other", "load", "dump.ndjson"]);
    let after = dir.read("other/audit/000000000001.ndjson");
    assert!(after.starts_with(&before), "{after}");
    assert!(after.lines().last().unwrap().contains("\"command\":\"load\""));
    ok(&dir, &["--data", "other", "verify"]);
    let dump = dir.read("dump.ndjson");
    let line = dump.lines().find(|line| line.starts_with("{\"beside\"")).unwrap();
    dir.write("cut.ndjson", dump.replacen(&format!("{line}\n"), "", 1));
    let cut = dir.ringer(&["--data", "third", "load", "cut.ndjson"]);
    assert!(cut.code == 3 && cut.stderr.contains("lines of the audit trail"), "{cut:?}");
}

#[test]
fn a_server_and_commands_beside_it_write_one_trail_and_a_kill_breaks_nothing() {
    let dir = filled();
    let mut command = dir.command(&["serve", "--bind", "127.0.0.1:0"]);
    let mut server = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut link = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut link).unwrap();
    assert!(link.contains("/sign-in/"), "{link}");
    ok(&dir, &["members"]);
    ok(&dir, &["user", "add", "ann", "--role", "viewer"]);
    ok(&dir, &["audit"]);
    server.kill().unwrap();
    server.wait().unwrap();
    // What the kill may have left of a line.
    let path = dir.path().join("ringer-data/audit/000000000001.ndjson");
    OpenOptions::new().append(true).open(path).unwrap().write_all(b"{\"n\":99").unwrap();
    ok(&dir, &["members"]);
    let entries = said(&dir);
    assert!(entries.iter().any(|e| e.starts_with("started ")), "{entries:?}");
    assert!(entries.iter().any(|e| e.contains("\"account\":\"ann\"")), "{entries:?}");
    ok(&dir, &["verify"]);
}

#[cfg(unix)]
#[test]
fn a_store_and_its_trail_are_read_by_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = filled();
    let mode =
        |name: &str| fs::metadata(dir.path().join(name)).unwrap().permissions().mode() & 0o777;
    // Whoever cannot enter the folder reads nothing in it.
    assert_eq!(mode("ringer-data"), 0o700);
    assert_eq!(mode("ringer-data/audit/000000000001.ndjson"), 0o600);
}
