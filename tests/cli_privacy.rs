//! `ringer retention`, `hold`, `erase` and `subject-access` as scripts see them: exit codes, streams, and what they refuse.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail")]

mod ringer;

use ringer::{Dir, Run};
use serde_json::Value;
use std::{fmt::Write, fs};

/// Five people with one device and one account, who applied long ago.
fn rows() -> String {
    const NAMES: [&str; 5] = ["Ada Quill", "Bruno Tarn", "Cleo Holt", "Edgar Okafor", "Fenna Sand"];
    let mut text = String::from(
        "application_id,full_name,email,phone,device_id,bank_account_hash,submitted_at,state\n",
    );
    for (n, name) in NAMES.iter().enumerate() {
        let mail = name.to_lowercase().replace(' ', ".");
        let state = if n == 1 { "California" } else { "IL" };
        writeln!(
            text,
            "A{n},{name},{mail}@example.com,202-555-01{n}0,device-1,account-1,2019-01-0{},{state}",
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
fn json(dir: &Dir, args: &[&str], code: i32) -> Value {
    serde_json::from_str(&run(dir, args, code).stdout).unwrap()
}

fn store() -> Dir {
    let dir = Dir::new();
    dir.write("rows.csv", rows());
    run(&dir, &["import", "rows.csv"], 0);
    dir
}

#[test]
fn somebody_is_erased_by_name_and_reason_and_their_row_is_refused_from_then_on() {
    let dir = store();
    let head = json(&dir, &["verify"], 0)["facts"].as_u64().unwrap();
    let why = ["--why", "asked for it in writing"];
    let planned = json(&dir, &[&["erase", "A0", "--dry-run"], &why[..]].concat(), 0);
    assert_eq!((&planned["erasure_id"], &planned["versions"]), (&Value::Null, &1.into()));
    assert_eq!(json(&dir, &["verify"], 0)["facts"], head, "nothing was changed");
    let erased = run(&dir, &[&["erase", "A0"], &why[..]].concat(), 0);
    assert!(erased.stdout.contains("\"era_"), "{}", erased.stdout);
    assert!(erased.stderr.contains("audit trail") && !erased.stderr.contains("Quill"));
    run(&dir, &["verify"], 0);
    assert!(run(&dir, &["erase", "A0", "--why", "again"], 1).stderr.contains("A0"));
    let imported = run(&dir, &["import", "rows.csv"], 0);
    let rejects = dir.read("rows.csv.rejects.csv");
    assert!(imported.stdout.contains("rows.csv.rejects.csv"), "{}", imported.stdout);
    assert!(rejects.contains("--restore-erased") && !rejects.contains("Quill"), "{rejects}");
    assert_eq!(json(&dir, &["retention", "--format", "json"], 1)["erasures"], 1);
    run(&dir, &["import", "rows.csv", "--restore-erased"], 0);
    assert_eq!(run(&dir, &["members"], 0).stdout.matches("A0").count(), 1);
}

#[test]
fn holds_and_floors_refuse_in_words_with_a_way_out() {
    let dir = store();
    run(&dir, &["hold", "list"], 1);
    run(&dir, &["hold", "add", "--why", "a claim"], 2);
    run(&dir, &["hold", "add", "--applicant", "nobody", "--why", "a claim"], 1);
    let held = json(&dir, &["hold", "add", "--all", "--why", "a claim", "--format", "json"], 0);
    let hold = held[0]["hold_id"].as_str().unwrap();
    assert_eq!((&held[0]["state"], &held[0]["on"]), (&"holds".into(), &"everything".into()));
    let said = run(&dir, &["erase", "A2", "--why", "asked", "--despite-floor"], 2).stderr;
    assert!(said.contains(hold) && said.contains("Release it first"), "{said}");
    assert_eq!(json(&dir, &["retention", "--format", "json"], 1)["held"], 5);
    run(&dir, &["hold", "release", hold, "--why", "settled"], 0);
    run(&dir, &["hold", "release", hold, "--why", "settled"], 2);
    // A check is an action on record, which starts the clock anew.
    run(&dir, &["check", "A2", "employment", "confirmed", "--why", "called"], 0);
    let said = run(&dir, &["erase", "A2", "--why", "asked"], 2).stderr;
    assert!(said.contains("a floor of 365 days") && said.contains("--despite-floor"), "{said}");
    let erased = json(&dir, &["erase", "A2", "--why", "asked", "--despite-floor"], 0);
    assert!(erased["set_aside"][0].as_str().unwrap().contains("365 days"), "{erased}");
    run(&dir, &["verify"], 0);
}

#[test]
fn a_purge_takes_those_past_the_ceiling_and_nobody_who_is_held_or_lives_where_it_is_longer() {
    let dir = store();
    dir.write(
        "ringer.toml",
        "[retention]\nceiling_days = 1000\n[[retention.places]]\nname = \"California\"\nstates = [\"CA\"]\nfloor_days = 36500\n",
    );
    run(&dir, &["hold", "add", "--applicant", "A3", "--why", "a claim"], 0);
    let listed = json(&dir, &["retention", "list", "--format", "json"], 0);
    let states: Vec<&str> =
        listed.as_array().unwrap().iter().map(|line| line["state"].as_str().unwrap()).collect();
    assert_eq!(states.iter().filter(|s| **s == "due").count(), 3, "{listed}");
    assert!(states.contains(&"below_floor") && states.contains(&"held"), "{listed}");
    let planned = json(&dir, &["retention", "purge", "--dry-run", "--format", "json"], 0);
    assert_eq!(planned.as_array().unwrap().len(), 3);
    let none = run(&dir, &["retention", "purge", "--before", "2000-01-01"], 1).stderr;
    assert!(none.contains("nothing was erased"), "{none}");
    let purged = run(&dir, &["retention", "purge"], 0).stderr;
    assert!(purged.contains("3 applicants, 3 versions"), "{purged}");
    run(&dir, &["verify"], 0);
    let left = run(&dir, &["members", "--format", "csv"], 0).stdout;
    assert!(left.contains("A1") && left.contains("A3") && !left.contains("A0"), "{left}");
    run(&dir, &["retention", "purge"], 1);
}

#[test]
fn who_is_known_only_from_an_import_that_was_taken_back_is_handed_out_and_erased() {
    let dir = store();
    dir.write("slip.csv", "application_id,full_name,email\nZ9,Zora Slipp,zora@example.net\nA0,Ada Slipp,ada@example.net\n");
    run(&dir, &["import", "slip.csv"], 0);
    let imports = json(&dir, &["imports", "--format", "json"], 0);
    let slip = imports.as_array().unwrap().iter().find(|i| i.to_string().contains("slip.csv"));
    let slip = slip.unwrap()["import_id"].as_str().unwrap().to_owned();
    run(&dir, &["imports", "undo", &slip, "--why", "the wrong file"], 0);
    let held = json(&dir, &["subject-access", "Z9", "--out", "-"], 0);
    assert!(held.to_string().contains("Zora Slipp"), "{held}");
    let held = json(&dir, &["subject-access", "A0", "--out", "-"], 0);
    assert!(held.to_string().contains("Ada Slipp") && held.to_string().contains("Ada Quill"));
    let erased = json(&dir, &["erase", "Z9", "--why", "the wrong file", "--basis", "mistake"], 0);
    assert_eq!(erased["versions"], 1);
    run(&dir, &["verify"], 0);
    run(&dir, &["dump", "all.jsonl"], 0);
    assert!(!dir.read("all.jsonl").contains("Zora"));
    run(&dir, &["subject-access", "Z9", "--out", "-"], 1);
    run(&dir, &["erase", "Z9", "--why", "again"], 1);
}

#[test]
fn an_answer_for_a_person_is_a_letter_and_data_and_names_nobody_else() {
    let dir = store();
    let said = run(&dir, &["subject-access", "A0", "--out", "answer"], 0);
    assert!(said.stderr.contains("left out"), "{}", said.stderr);
    assert!(dir.names().contains(&"answer".to_owned()));
    let (letter, data) = (dir.read("answer/letter.txt"), dir.read("answer/data.json"));
    assert!(letter.contains("Ada Quill") && letter.contains("Your rights"), "{letter}");
    assert!(letter.lines().all(|line| line.chars().count() <= 120), "{letter}");
    for other in ["Bruno", "Holt", "okafor", "A3"] {
        assert!(!letter.contains(other) && !data.contains(other), "{other}");
    }
    let parsed: Value = serde_json::from_str(&data).unwrap();
    assert_eq!(parsed["links"][0]["with"], "another applicant 1");
    assert!(run(&dir, &["subject-access", "A0", "--out", "answer"], 2).stderr.contains("answer"));
    let to_stdout = json(&dir, &["subject-access", "A0", "--out", "-"], 0);
    assert_eq!(to_stdout["applicant_id"], parsed["applicant_id"]);
    assert!(to_stdout["looked_at"].as_array().is_some_and(|days| !days.is_empty()), "{to_stdout}");
    run(&dir, &["subject-access", "nobody", "--out", "-"], 1);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(dir.path().join("answer/data.json")).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{mode:o}");
    }
    #[cfg(not(unix))]
    assert!(fs::metadata(dir.path().join("answer/data.json")).is_ok());
}
