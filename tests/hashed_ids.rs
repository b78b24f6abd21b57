//! Birth dates and government numbers kept as keyed hashes: nothing is left of what was given, equality still counts, and
//! without the right key nothing new comes in.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail")]

mod ringer;

use ringer::{Dir, Run};
use std::{collections::BTreeMap, fs, path::Path};

const ON: (&str, &str) = ("RINGER_PRIVACY_HASH_IDS", "true");

/// Two applications of one person in two spellings, one a slip apart, one of somebody else, and rows that are rejected.
const ROWS: &str = "\
application_id,full_name,email,phone,birth_date,national_id
A-1,Maria Example,maria@example.com,202-555-0101,1987-03-04,912-65-4329
A-2,Maria T Example,mt@example.org,202-555-0102,\"March 4, 1987\",912654329
A-3,Maria Example,other@example.net,202-555-0103,1987-03-05,912-65-4328
A-4,Boris Sample,boris@example.com,202-555-0104,,
,Nobody,,,1987-03-04,912-65-4329
A-6,,,,1987-03-04,912-65-4329
A-7,Too,many,cells,1987-03-04,912-65-4329,912-65-4329,912-65-4329
";

/// What must not be left anywhere.
const GIVEN: &[&str] =
    &["912-65-4329", "912654329", "912-65-4328", "1987-03-04", "March 4", "19870304"];

fn run(dir: &Dir, args: &[&str], env: &[(&str, &str)]) -> Run {
    dir.ringer_with(args, env, b"")
}

#[track_caller]
fn imported(dir: &Dir) -> Run {
    dir.write("a.csv", ROWS);
    let run = run(dir, &["import", "a.csv", "--format", "json"], &[ON]);
    assert_eq!(run.code, 0, "{run:?}");
    run
}

#[track_caller]
fn leaks_nothing(what: &str, text: &str) {
    for given in GIVEN {
        assert!(!text.contains(given), "{what} holds {given}");
    }
}

fn files(folder: &Path, all: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, all);
        } else {
            all.insert(path.display().to_string(), fs::read(&path).unwrap());
        }
    }
}

#[test]
fn nothing_of_what_was_given_is_left_in_store_output_or_rejects() {
    let dir = Dir::new();
    let run_ = imported(&dir);
    leaks_nothing("output", &format!("{}{}", run_.stdout, run_.stderr));
    assert!(run_.stderr.contains("back it up"), "{run_:?}");
    let rejects = dir.read("a.csv.rejects.csv");
    leaks_nothing("the file of rejects", &rejects);
    assert!(rejects.lines().count() >= 3 && rejects.contains("row 5 of the file"), "{rejects}");
    let dump = dir.ringer(&["dump"]).stdout;
    leaks_nothing("the journal", &dump);
    assert_eq!(dump.matches("\"sealed").count(), 6, "{dump}");
    let mut all = BTreeMap::new();
    files(&dir.path().join("ringer-data"), &mut all);
    for (name, bytes) in all {
        leaks_nothing(&name, &String::from_utf8_lossy(&bytes));
    }
    assert!(dir.names().contains(&"a.csv".to_owned()));
    // Where the setting is not on, the very same is kept: the test could fail.
    let plain = Dir::new();
    plain.write("a.csv", ROWS);
    run(&plain, &["import", "a.csv"], &[]);
    assert!(run(&plain, &["dump"], &[]).stdout.contains("912-65-4329"));
}

fn evidence(dir: &Dir, a: &str, b: &str) -> BTreeMap<String, f64> {
    let told = run(dir, &["explain", a, b, "--format", "json"], &[]);
    let told: serde_json::Value = serde_json::from_str(&told.stdout).unwrap();
    let lines = told["identity"].as_array().unwrap().iter();
    lines
        .map(|line| (line["feature"].as_str().unwrap().to_owned(), line["bits"].as_f64().unwrap()))
        .collect()
}

#[test]
fn equal_is_evidence_and_a_slip_apart_is_not_pretended_to_be_near() {
    let (hashed, plain) = (Dir::new(), Dir::new());
    imported(&hashed);
    plain.write("a.csv", ROWS);
    run(&plain, &["import", "a.csv"], &[]);
    for feature in ["birth_date", "government_id"] {
        let [same, plain_same] = [&hashed, &plain].map(|dir| evidence(dir, "A-1", "A-2")[feature]);
        assert!(
            same > 3.0 && (same - plain_same).abs() < 0.01,
            "{feature}: {same} and {plain_same}"
        );
        let [slip, plain_slip] = [&hashed, &plain].map(|dir| evidence(dir, "A-1", "A-3")[feature]);
        assert!(slip < 0.0 && slip < plain_slip, "{feature}: {slip} and {plain_slip}");
    }
    for (args, code) in [(vec!["verify"], 0), (vec!["members"], 0), (vec!["search", "Maria"], 0)] {
        let run = run(&hashed, &args, &[]);
        assert_eq!(run.code, code, "no key is needed to look: {args:?}: {run:?}");
        leaks_nothing("output", &run.stdout);
    }
    let screened = "application_id,full_name,national_id\nX-1,Maria Example,912 65 4329\n";
    let found =
        hashed.ringer_with(&["screen", "-", "--format", "json"], &[ON], screened.as_bytes());
    assert!(found.stdout.contains("\"same_person\": true"), "{found:?}");
    leaks_nothing("screening", &found.stdout);
    let again = run(&hashed, &["import", "a.csv", "--format", "json"], &[ON]);
    let again: serde_json::Value = serde_json::from_str(&again.stdout).unwrap();
    assert_eq!((&again[0]["new"], &again[0]["repeated"]), (&0.into(), &4.into()), "{again}");
}

#[test]
fn without_the_key_or_with_another_nothing_new_comes_in_and_the_way_out_is_told() {
    let dir = Dir::new();
    imported(&dir);
    let key = dir.path().join("ringer-data/keys/ids.key");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let backup = dir.read("ringer-data/keys/ids.key");
    let refused = |env: &[(&str, &str)], said: &str| {
        for args in
            [&["import", "a.csv"][..], &["screen", "a.csv"], &["serve", "--bind", "127.0.0.1:0"]]
        {
            let run = run(&dir, args, env);
            assert_eq!(run.code, 2, "{args:?}: {run:?}");
            assert!(run.stderr.contains(said) && run.stdout.is_empty(), "{args:?}: {run:?}");
            assert!(!run.stderr.contains(&backup[16..40]), "a key is never shown");
        }
    };
    refused(&[], "hash_ids is not set");
    fs::remove_file(&key).unwrap();
    refused(&[ON], "there is none in");
    assert!(!key.exists(), "no key is made for ids that another hashed");
    dir.write("other.key", format!("ringer-id-key-1 {}\n", "ab".repeat(32)));
    refused(&[ON, ("RINGER_ID_KEY_FILE", "other.key")], "were hashed under");
    dir.write("junk.key", "junk");
    refused(&[ON, ("RINGER_ID_KEY_FILE", "junk.key")], "is no key");
    dir.write("backup.key", &backup);
    let run = run(&dir, &["import", "a.csv"], &[ON, ("RINGER_ID_KEY_FILE", "backup.key")]);
    assert_eq!(run.code, 0, "with the backup all goes on: {run:?}");
    assert!(!run.stderr.contains("made the key"), "{run:?}");
}

#[test]
fn a_hash_that_an_applicant_made_up_is_no_government_number() {
    let dir = Dir::new();
    let forged = format!("sealed{}", "0".repeat(40));
    dir.write("a.csv", format!("application_id,full_name,national_id\nA-1,Ann Example,{forged}\n"));
    assert_eq!(run(&dir, &["import", "a.csv"], &[]).code, 0);
    assert!(!dir.ringer(&["dump"]).stdout.contains(&forged));
    assert_eq!(run(&dir, &["import", "a.csv"], &[]).code, 0, "it locks nobody out");
}
