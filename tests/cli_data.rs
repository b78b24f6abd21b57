//! The command line over a real store: what an import leaves, what a restart keeps, what a kill cannot break.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail")]

mod ringer;

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore, SeedableRng},
};
use ringer::{Dir, Run};
use serde_json::Value;
use std::{collections::BTreeMap, process::Stdio, time::Duration};

/// Three claimed identities on one device and one phone, and one applicant who has nothing to do with them.
const FARM: &str = "\
application_id,submitted_at,full_name,email,phone,device_id,street,city,state,postal_code
A-1,2026-03-01,Ada Quill,ada.quill@example.com,202-555-0143,dev-7f3a,12 Elm St,Springfield,IL,62701
A-2,2026-03-02,Bruno Tarn,bruno.tarn@example.net,202-555-0143,dev-7f3a,9 Oak Ave,Dayton,OH,45402
A-3,2026-03-03,Cleo Marsh,cleo.marsh@example.org,202-555-0143,dev-7f3a,77 Pine Rd,Reno,NV,89501
A-4,2026-03-04,Dina Voss,dina.voss@example.com,303-555-0177,dev-1111,5 Birch Ln,Denver,CO,80202
";

#[track_caller]
fn ok(run: Run) -> Run {
    assert_eq!(run.code, 0, "{run:?}");
    run
}

fn json(run: &Run) -> Value {
    serde_json::from_str(&run.stdout).unwrap_or_else(|e| panic!("{e}: {run:?}"))
}

/// The lines of `members`, each ring named by its first application: who is together, whatever rings are called.
fn together(members: &str) -> String {
    let mut first = BTreeMap::new();
    let lines = members.lines().map(|line| {
        let [application, applicant, ring] =
            line.split(',').collect::<Vec<_>>().try_into().unwrap();
        let ring = if ring.is_empty() { "" } else { first.entry(ring).or_insert(application) };
        format!("{application},{applicant},{ring}")
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn farm() -> Dir {
    let dir = Dir::new();
    dir.write("farm.csv", FARM);
    ok(dir.ringer(&["import", "farm.csv"]));
    dir
}

#[test]
fn importing_twice_changes_nothing_and_a_restart_keeps_rings_and_their_ids() {
    let dir = Dir::new();
    dir.write("farm.csv", FARM);
    let first = json(&ok(dir.ringer(&["import", "farm.csv", "--format", "json"])));
    assert_eq!((&first[0]["read"], &first[0]["new"]), (&4.into(), &4.into()));
    let members = ok(dir.ringer(&["members"])).stdout;
    let rings = ok(dir.ringer(&["rings", "--format", "json"])).stdout;
    let second = json(&ok(dir.ringer(&["import", "farm.csv", "--format", "json"])));
    assert_eq!((&second[0]["new"], &second[0]["repeated"]), (&0.into(), &4.into()));
    assert_eq!(ok(dir.ringer(&["members"])).stdout, members);
    assert_eq!(ok(dir.ringer(&["rings", "--format", "json"])).stdout, rings);
    assert!(!dir.names().contains(&"farm.csv.rejects.csv".to_owned()));
}

/// Enough applications for more than one of sled's segments: its log alone no longer shows the whole.
#[test]
fn a_judgement_and_restarts_after_it_need_no_repair() {
    let dir = Dir::new();
    let seed = concat!(env!("CARGO_MANIFEST_DIR"), "/seed_data/applications.csv");
    ok(dir.ringer(&["import", seed]));
    ok(dir.ringer(&["judge", "pair", "A0000001", "A0000002", "different", "--why", "x"]));
    for _ in 0..3 {
        assert_eq!(ok(dir.ringer(&["members"])).stderr, "");
    }
}

#[test]
fn members_are_csv_with_fixed_columns_and_one_line_for_each_application() {
    let dir = farm();
    let members = ok(dir.ringer(&["members"])).stdout;
    let lines: Vec<Vec<&str>> = members.lines().map(|l| l.split(',').collect()).collect();
    assert_eq!(lines[0], ["application_id", "applicant_id", "ring_id"]);
    let ids: Vec<&str> = lines[1..].iter().map(|l| l[0]).collect();
    assert_eq!(ids, ["A-1", "A-2", "A-3", "A-4"]);
    assert!(lines[1][2].starts_with("ring_"), "{members}");
    assert!(lines[1..4].iter().all(|l| l[2] == lines[1][2]), "{members}");
    assert_eq!(lines[4][2], "", "{members}");
    let as_json = json(&ok(dir.ringer(&["members", "--format", "json"])));
    assert_eq!(as_json[3]["ring_id"], Value::Null);
}

#[test]
fn ids_that_look_like_formulas_are_never_altered_in_members() {
    let dir = Dir::new();
    dir.write("odd.csv", "application_id,full_name\n=1+1,Ada Quill\n-7,Bruno Tarn\n");
    ok(dir.ringer(&["import", "odd.csv"]));
    let members = ok(dir.ringer(&["members"])).stdout;
    assert!(members.contains("\n=1+1,") && members.contains("\n-7,"), "{members}");
}

#[test]
fn rejected_rows_go_to_a_file_with_reasons_and_only_a_file_of_them_is_an_error() {
    let dir = Dir::new();
    dir.write(
        "mixed.csv",
        "application_id,full_name,email\nA-1,Ada Quill,a@example.com\n,,\nA-2,,\n",
    );
    let run = ok(dir.ringer(&["import", "mixed.csv", "--format", "json"]));
    let line = &json(&run)[0];
    assert_eq!((&line["new"], &line["rejects_file"]), (&1.into(), &"mixed.csv.rejects.csv".into()));
    assert!(line["rejected"].as_u64().unwrap() >= 1, "{line}");
    assert!(dir.read("mixed.csv.rejects.csv").starts_with("row,reason,raw\n"));
    dir.write("bad.csv", "application_id,full_name,email\nA-9,,\n");
    assert_eq!(dir.ringer(&["import", "bad.csv"]).code, 3);
    dir.write("race.csv", "application_id,full_name,race\nA-1,Ada Quill,x\n");
    let refused = dir.ringer(&["import", "race.csv", "mixed.csv", "--format", "json"]);
    assert_eq!(refused.code, 3, "{refused:?}");
    assert!(refused.stderr.contains("\"race\""), "{refused:?}");
    assert_eq!(json(&refused).as_array().unwrap().len(), 1, "the other file is imported");
    assert_eq!(dir.ringer(&["import", "gone.csv"]).code, 3);
    assert_eq!(dir.ringer(&["import", "mixed.csv", "--mapping", "gone.toml"]).code, 2);
}

#[test]
fn standard_input_is_a_file_like_any_other() {
    let dir = Dir::new();
    let run = dir.ringer_with(&["import", "-", "--format", "json"], &[], FARM.as_bytes());
    assert_eq!(json(&ok(run))[0]["new"], 4);
    dir.write("farm.csv", FARM);
    let again = json(&ok(dir.ringer(&["import", "farm.csv", "--format", "json"])));
    assert_eq!(again[0]["repeated"], 4, "the same rows are the same wherever they come from");
}

#[test]
fn every_answer_is_valid_json_with_the_names_the_contract_fixes() {
    let dir = farm();
    let rings = json(&ok(dir.ringer(&["rings", "--format", "json"])));
    let ring = rings[0]["ring_id"].as_str().unwrap().to_owned();
    assert_eq!(rings[0]["status"], "open");
    let one = json(&ok(dir.ringer(&["ring", &ring, "--format", "json"])));
    assert_eq!(one["ring_id"], ring.as_str());
    assert_eq!(one["members"].as_array().unwrap().len(), 3, "{one}");
    assert!(one["members"][0]["applicant_id"].as_str().unwrap().starts_with("apt_"));
    let pair = json(&ok(dir.ringer(&["explain", "A-1", "A-2", "--format", "json"])));
    let sum: f64 =
        pair["lines"].as_array().unwrap().iter().map(|l| l["bits"].as_f64().unwrap()).sum();
    assert!((sum - pair["total"].as_f64().unwrap()).abs() < 1e-6, "{pair}");
    let path = json(&ok(dir.ringer(&["path", "A-1", "A-3", "--format", "json"])));
    assert!(path[0]["from_applicant_id"].as_str().unwrap().starts_with("apt_"), "{path}");
    let hits = json(&ok(dir.ringer(&["search", "202-555-0143", "--format", "json"])));
    assert!(!hits.as_array().unwrap().is_empty());
    let newcomer = "application_id,full_name,device_id\nX-1,Erik Lund,dev-7f3a\n";
    let run = dir.ringer_with(&["screen", "--format", "json"], &[], newcomer.as_bytes());
    assert_eq!(json(&ok(run))[0]["application_id"], "X-1");
    let verified = json(&ok(dir.ringer(&["verify"])));
    assert_eq!((&verified["applications"], &verified["rings"]), (&4.into(), &1.into()));
}

#[test]
fn nothing_found_ends_with_1() {
    let dir = farm();
    for args in [
        &["rings", "--min-size", "99"][..],
        &["rings", "--status", "referred"],
        &["ring", "ring_000000000000"],
        &["search", "zzzzzzzzzz"],
        &["explain", "A-1", "A-99"],
        &["path", "A-1", "A-4"],
        &["judge", "list"],
        &["judge", "withdraw", "jdg_000000000000", "--why", "x"],
    ] {
        let run = dir.ringer(args);
        assert_eq!(run.code, 1, "{args:?}: {run:?}");
    }
    assert_eq!(dir.ringer(&["judge", "pair", "A-1", "A-1", "same", "--why", "x"]).code, 2);
    assert_eq!(dir.ringer(&["judge", "pair", "A-1", "A-2", "same", "--why", " "]).code, 2);
}

#[test]
fn a_judgement_binds_until_it_is_withdrawn() {
    let dir = farm();
    let before = ok(dir.ringer(&["members"])).stdout;
    let made = json(&ok(dir.ringer(&[
        "judge",
        "value",
        "phone",
        "(202) 555-0143",
        "common",
        "--why",
        "our own switchboard",
        "--by",
        "grace",
        "--format",
        "json",
    ])));
    assert_eq!((&made[0]["by"], &made[0]["verdict"]), (&"grace".into(), &"common".into()));
    let id = made[0]["judgement_id"].as_str().unwrap();
    let during = ok(dir.ringer(&["members"])).stdout;
    assert_ne!(together(&during), together(&before), "it binds");
    assert_eq!(json(&ok(dir.ringer(&["judge", "list", "--format", "json"]))), made);
    ok(dir.ringer(&["judge", "withdraw", id, "--why", "mixed up two numbers"]));
    assert_eq!(dir.ringer(&["judge", "list"]).code, 1);
    let after = ok(dir.ringer(&["members"])).stdout;
    assert_eq!(together(&after), together(&before));
}

#[test]
fn a_dump_loaded_elsewhere_gives_the_same_members_and_a_cut_one_is_refused() {
    let dir = farm();
    ok(dir.ringer(&["dump", "all.ndjson"]));
    // The trail tells of the first dump in the second.
    let facts = |dump: &str| {
        let lines = dump.lines().filter(|line| line.starts_with("{\"seq\""));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(facts(&ok(dir.ringer(&["dump"])).stdout), facts(&dir.read("all.ndjson")));
    ok(dir.ringer(&["--data", "copy", "load", "all.ndjson"]));
    let members = |data: &str| ok(dir.ringer(&["--data", data, "members"])).stdout;
    assert_eq!(members("copy"), members("ringer-data"));
    assert_eq!(dir.ringer(&["--data", "copy", "load", "all.ndjson"]).code, 2, "it is not empty");
    let cut = dir.read("all.ndjson");
    dir.write("cut.ndjson", &cut[..cut.len() / 2]);
    assert_eq!(dir.ringer(&["--data", "third", "load", "cut.ndjson"]).code, 3);
    assert_eq!(dir.ringer(&["dump", "all.ndjson"]).code, 2, "nothing is overwritten");
}

#[test]
fn a_folder_with_other_things_in_it_is_not_made_a_store() {
    let dir = Dir::new();
    dir.write("photos/cat.txt", "meow");
    dir.write("farm.csv", FARM);
    let run = dir.ringer(&["--data", "photos", "import", "farm.csv"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains("\"photos\" holds other files"), "{run:?}");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let dir = Dir::new();
    ok(dir.ringer(&["synth", "3000", "--seed", "5", "--out", "made"]));
    ok(dir.ringer(&["import", "made/applications.csv"]));
    let mut command = dir.command(&["members"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}

#[test]
fn an_import_killed_at_any_point_is_completed_by_the_same_import() {
    let dir = Dir::new();
    ok(dir.ringer(&["synth", "2500", "--seed", "11", "--out", "made"]));
    let import =
        |data: &str| ["--data", data, "import", "made/applications.csv"].map(str::to_owned);
    let whole = import("whole");
    ok(dir.ringer(&whole.each_ref().map(String::as_str)));
    let expected = ok(dir.ringer(&["--data", "whole", "members"])).stdout;
    let mut random = ChaCha8Rng::seed_from_u64(20_261_123);
    for round in 0..7 {
        let data = format!("killed-{round}");
        let args = import(&data);
        for _ in 0..3 {
            let mut command = dir.command(&args.each_ref().map(String::as_str));
            let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            // Where the kill falls is up to the machine; that it leaves a store that can be completed is not.
            std::thread::park_timeout(Duration::from_millis(u64::from(random.next_u32() % 1200)));
            child.kill().unwrap();
            child.wait().unwrap();
        }
        ok(dir.ringer(&args.each_ref().map(String::as_str)));
        let members = ok(dir.ringer(&["--data", &data, "members"])).stdout;
        // A ring that an unfinished import had already shown keeps the id it had then.
        assert!(together(&members) == together(&expected), "round {round}");
        ok(dir.ringer(&["--data", &data, "verify"]));
    }
}

#[test]
fn the_demo_prints_rings_and_leaves_nothing_behind() {
    let dir = Dir::new();
    let run = ok(dir.ringer(&["demo", "--no-serve"]));
    let rings: Vec<&str> = run.stdout.lines().collect();
    assert!(rings.len() >= 3 && rings.iter().all(|l| l.starts_with("ring_")), "{run:?}");
    assert_eq!(dir.names(), Vec::<String>::new());
    assert_eq!(dir.ringer(&["demo", "--no-serve", "--port", "1"]).code, 2);
}

#[test]
fn calibrating_shows_what_it_would_do_and_can_be_taken_back() {
    let dir = farm();
    let members = ok(dir.ringer(&["members"])).stdout;
    let shown = ok(dir.ringer(&["calibrate", "--format", "json"]));
    assert!(shown.stderr.contains("nothing was changed"), "{shown:?}");
    let levels = json(&shown);
    assert!(levels.as_array().is_some_and(|all| all.iter().any(|l| l["comparison"] == "phone")));
    let facts = |dir: &Dir| json(&ok(dir.ringer(&["verify"])))["facts"].as_u64().unwrap();
    let before = facts(&dir);
    let applied = ok(dir.ringer(&["calibrate", "--apply", "--by", "Ada Example"]));
    assert!(applied.stderr.contains("applied"), "{applied:?}");
    assert!(facts(&dir) > before, "applying is a fact");
    let dump = ok(dir.ringer(&["dump"])).stdout;
    assert!(dump.contains("calibrated") && dump.contains("Ada Example"));
    ok(dir.ringer(&["calibrate", "--reset"]));
    assert_eq!(together(&ok(dir.ringer(&["members"])).stdout), together(&members));
    ok(dir.ringer(&["verify"]));
}
