//! Imports as scripts see them: listed, taken back, brought again, and what a kill cannot break.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail")]

mod ringer;

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore, SeedableRng},
};
use ringer::{Dir, Run};
use serde_json::Value;
use std::{process::Stdio, time::Duration};

/// Three claimed identities on one device and one phone, and one applicant who has nothing to do with them.
const MONDAY: &str = "\
application_id,submitted_at,full_name,email,phone,device_id,street,city,state,postal_code
A-1,2026-03-01,Ada Quill,ada.quill@example.com,202-555-0143,dev-7f3a,12 Elm St,Springfield,IL,62701
A-2,2026-03-02,Bruno Tarn,bruno.tarn@example.net,202-555-0143,dev-7f3a,9 Oak Ave,Dayton,OH,45402
A-3,2026-03-03,Cleo Marsh,cleo.marsh@example.org,202-555-0143,dev-7f3a,77 Pine Rd,Reno,NV,89501
A-4,2026-03-04,Dina Voss,dina.voss@example.com,303-555-0177,dev-1111,5 Birch Ln,Denver,CO,80202
";

/// A fourth of them, somebody alone, the phone and the device for the one who was alone, and a row that is known.
const TUESDAY: &str = "\
application_id,submitted_at,full_name,email,phone,device_id,street,city,state,postal_code
A-5,2026-03-05,Edgar Lind,edgar.lind@example.com,202-555-0143,dev-7f3a,3 Ash Ct,Mobile,AL,36602
A-6,2026-03-06,Fenna Okafor,fenna.okafor@example.net,303-555-0178,dev-2222,8 Fir Way,Boise,ID,83702
A-4,2026-03-04,Dina Voss,dina.voss@example.com,202-555-0143,dev-7f3a,5 Birch Ln,Denver,CO,80202
A-1,2026-03-01,Ada Quill,ada.quill@example.com,202-555-0143,dev-7f3a,12 Elm St,Springfield,IL,62701
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

/// What the store says of persons and rings.
fn said(dir: &Dir, data: &str) -> [String; 2] {
    ["members", "rings"].map(|what| {
        let run = dir.ringer(&["--data", data, what, "--format", "csv"]);
        assert!(run.code <= 1, "{run:?}");
        run.stdout
    })
}

#[test]
fn an_import_is_listed_taken_back_and_brought_again() {
    let dir = Dir::new();
    dir.write("monday.csv", MONDAY);
    dir.write("tuesday.csv", TUESDAY);
    ok(dir.ringer(&["import", "monday.csv", "--by", "Ada Example"]));
    let monday = said(&dir, "ringer-data");
    ok(dir.ringer(&["import", "tuesday.csv"]));
    let both = said(&dir, "ringer-data");
    assert_ne!(monday, both);

    assert_eq!(dir.names(), ["monday.csv", "ringer-data", "tuesday.csv"]);
    let listed = json(&ok(dir.ringer(&["imports", "--format", "json"])));
    let files: Vec<&Value> = listed.iter().map(|line| &line["file"]).collect();
    assert_eq!(files, ["tuesday.csv", "monday.csv"]);
    assert_eq!((&listed[0]["by"], &listed[1]["by"]), (&"tester".into(), &"Ada Example".into()));
    let counts = ["read", "new", "changed", "repeated", "rejected"].map(|key| &listed[0][key]);
    assert_eq!(counts, [4, 3, 1, 1, 0]);
    assert_eq!(
        (&listed[0]["withdrawn_at"], &listed[0]["withdrawn_by"]),
        (&Value::Null, &Value::Null)
    );
    let import = listed[0]["import_id"].as_str().unwrap();
    let csv = ok(dir.ringer(&["imports", "--format", "csv"])).stdout;
    assert!(
        csv.starts_with(
            "import_id,file,started_at,by,read,new,changed,repeated,rejected,withdrawn_at,withdrawn_by,why\n"
        ),
        "{csv}"
    );

    let undo = ["imports", "undo", import, "--why", "another company's", "--by", "Bo Example"];
    let run = ok(dir.ringer(&[&undo[..], &["--format", "json"]].concat()));
    let undone = &json(&run)[0];
    assert_eq!(
        [&undone["gone"], &undone["back"], &undone["kept"]],
        [2, 1, 0],
        "two came with it alone, one has another phone again: {run:?}"
    );
    assert!(run.stderr.contains("withdrawn: 2 applications gone, 1 application back"), "{run:?}");
    for _ in 0..2 {
        assert_eq!(said(&dir, "ringer-data"), monday, "rings and their names, too");
        ok(dir.ringer(&["verify"]));
    }
    let listed = json(&ok(dir.ringer(&["imports", "--format", "json"])));
    assert_eq!(listed.len(), 2, "it is listed still");
    assert_eq!(
        (&listed[0]["withdrawn_by"], &listed[0]["why"]),
        (&"Bo Example".into(), &"another company's".into())
    );
    assert!(listed[0]["withdrawn_at"].as_str().unwrap().ends_with('Z'));
    assert_eq!(dir.ringer(&["explain", "A-5", "A-1"]).code, 1);
    let ring = monday[1].lines().nth(1).unwrap().split(',').next().unwrap().to_owned();
    let told = ok(dir.ringer(&["ring", &ring, "--format", "json"])).stdout;
    assert!(told.contains("import_withdrawn") && told.contains(import), "{told}");
    let told = ok(dir.ringer(&["ring", &ring])).stdout;
    assert!(
        told.contains("shrank: 3 applications, through an import that was withdrawn"),
        "{told}"
    );

    let again = dir.ringer(&undo);
    assert_eq!(again.code, 2, "{again:?}");
    assert!(again.stderr.contains("by Bo Example"), "{again:?}");
    let blank = dir.ringer(&["imports", "undo", import, "--why", " "]);
    assert_eq!(blank.code, 2, "{blank:?}");
    let unknown = dir.ringer(&["imports", "undo", "imp_0123456789ab", "--why", "x"]);
    assert_eq!(unknown.code, 1, "{unknown:?}");

    let line = json(&ok(dir.ringer(&["import", "tuesday.csv", "--format", "json"])));
    assert_eq!([&line[0]["new"], &line[0]["changed"], &line[0]["repeated"]], [3, 1, 1]);
    assert_eq!(said(&dir, "ringer-data"), both);
    ok(dir.ringer(&["verify"]));

    let dump = ok(dir.ringer(&["dump"])).stdout;
    assert!(dump.contains("import_withdrawn"));
    ok(dir.ringer_with(&["--data", "copy", "load", "-"], &[], dump.as_bytes()));
    assert_eq!(said(&dir, "copy"), both);
    assert_eq!(
        ok(dir.ringer(&["--data", "copy", "imports"])).stdout,
        ok(dir.ringer(&["imports"])).stdout
    );
}

#[test]
fn the_only_import_taken_back_leaves_an_empty_store_that_takes_it_again() {
    let dir = Dir::new();
    dir.write("monday.csv", MONDAY);
    ok(dir.ringer(&["import", "monday.csv"]));
    let before = said(&dir, "ringer-data");
    let listed = json(&ok(dir.ringer(&["imports", "--format", "json"])));
    let import = listed[0]["import_id"].as_str().unwrap();
    dir.write("again.csv", MONDAY);
    ok(dir.ringer(&["import", "again.csv"]));
    let run = ok(dir.ringer(&["imports", "undo", import, "--why", "x"]));
    assert!(run.stderr.contains("again.csv came later and repeated 4 known rows"), "{run:?}");
    assert_eq!(dir.ringer(&["rings"]).code, 1);
    ok(dir.ringer(&["verify"]));
    std::fs::remove_dir_all(dir.path().join("ringer-data/sled")).unwrap();
    std::fs::remove_dir_all(dir.path().join("ringer-data/snapshots")).unwrap();
    assert_eq!(dir.ringer(&["search", "Ada"]).code, 1);
    ok(dir.ringer(&["import", "monday.csv"]));
    assert_eq!(said(&dir, "ringer-data"), before);
}

#[test]
fn a_withdrawal_killed_at_any_point_has_happened_or_not() {
    let dir = Dir::new();
    ok(dir.ringer(&["synth", "1000", "--seed", "11", "--out", "made"]));
    let rows = dir.read("made/applications.csv");
    let (header, rest) = rows.split_once('\n').unwrap();
    let all: Vec<&str> = rest.split_inclusive('\n').collect();
    let (one, two) = all.split_at(all.len() / 2);
    for (name, half) in [("one.csv", one), ("two.csv", two)] {
        dir.write(name, format!("{header}\n{}", half.concat()));
    }
    ok(dir.ringer(&["import", "one.csv"]));
    let without = said(&dir, "ringer-data");
    ok(dir.ringer(&["import", "two.csv"]));
    let with = said(&dir, "ringer-data");
    assert_ne!(without, with);
    let newest = || json(&ok(dir.ringer(&["imports", "--format", "json"])))[0].clone();
    let mut random = ChaCha8Rng::seed_from_u64(20_261_124);
    for round in 0..6 {
        let import = newest()["import_id"].as_str().unwrap().to_owned();
        let mut command = dir.command(&["imports", "undo", &import, "--why", "x"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // Where the kill falls is up to the machine; that there is nothing in between is not.
        std::thread::park_timeout(Duration::from_millis(u64::from(random.next_u32() % 1800)));
        child.kill().unwrap();
        child.wait().unwrap();
        ok(dir.ringer(&["verify"]));
        let found = said(&dir, "ringer-data");
        if newest()["withdrawn_at"].is_null() {
            assert!(found == with, "round {round}: not withdrawn");
        } else {
            assert!(found == without, "round {round}: withdrawn");
            ok(dir.ringer(&["import", "two.csv"]));
            assert!(said(&dir, "ringer-data") == with, "round {round}: again");
        }
    }
}
