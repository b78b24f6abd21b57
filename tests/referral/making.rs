//! Making packages from the command line: bare, chosen, foreseen, superseded, withdrawn.

use crate::{
    lab::{files, json, refer, ring, ring_of, run},
    ringer::Dir,
};
use ringer::{
    engine::Engine,
    matching::Policy,
    model::{FixedClock, Moment, RingId},
    referral::{
        Ground, Organisation, Scope, build,
        package::{Package, assemble},
    },
    store::{SledOptions, SledStore},
};
use std::{fs, sync::Arc};

#[test]
fn a_bare_refer_of_the_seed_story_makes_a_package_that_proves_itself() {
    let dir = Dir::new();
    let seed = concat!(env!("CARGO_MANIFEST_DIR"), "/seed_data/applications.csv");
    let ring = ring_of(&dir, "seed.csv", &fs::read_to_string(seed).unwrap());
    let said = run(&dir, &["refer", &ring, "--out", "out"], 0);
    assert!(said.stderr.contains("this is a DRAFT"), "{}", said.stderr);
    assert!(said.stderr.contains("[organisation]"), "{}", said.stderr);
    assert!(said.stdout.contains(&ring) && said.stdout.contains("manifest SHA-256"));
    let id = said.stdout.split_whitespace().next().unwrap();
    for path in [format!("out/{id}"), format!("out/{id}.zip")] {
        let told = run(&dir, &["verify-package", &path], 0).stdout;
        assert!(told.starts_with("intact: ") && told.contains("recorded by fact"), "{told}");
        assert_eq!(told.lines().count(), 1);
    }
    run(&dir, &["verify"], 0);
}

#[test]
fn a_package_says_what_it_is_and_is_recorded() {
    let dir = Dir::new();
    let ring = ring(&dir);
    let config = "[organisation]\nname = \"Example Corporation\"\nphone = \"202-555-0100\"\n";
    dir.write("ringer.toml", config);
    assert!(run(&dir, &["config"], 0).stdout.contains("Example Corporation"));
    run(&dir, &["referrals"], 1);
    let (made, folder) = refer(&dir, &ring, &["--by", "ann", "--recipient", "Field office"]);
    let manifest = json_file(&folder.join("manifest.json"));
    assert_eq!(manifest["referral_id"], made["referral_id"]);
    assert_eq!((&manifest["draft"], &made["draft"]), (&true.into(), &true.into()));
    assert_eq!(manifest["tlp"], "TLP:AMBER+STRICT");
    assert_eq!(manifest["organisation"]["name"], "Example Corporation");
    let readme = fs::read_to_string(folder.join("README.txt")).unwrap();
    for needed in ["DRAFT", "Field office", "Example Corporation", "202-555-0100", "ann"] {
        assert!(readme.contains(needed), "{needed}: {readme}");
    }
    let id = made["referral_id"].as_str().unwrap();
    let shown = json(&dir, &["referrals", "show", id]);
    assert_eq!(shown["manifest_sha256"], made["manifest_sha256"]);
    assert_eq!((&shown["status"], &shown["by"]), (&"stands".into(), &"ann".into()));
    assert_eq!(shown["files"], files(&folder).len());
    let all: usize = files(&folder).values().map(Vec::len).sum();
    assert_eq!(shown["bytes"], all);
    assert_eq!(json(&dir, &["referrals", "list"]).as_array().unwrap().len(), 1);
    let trail = run(&dir, &["audit", "--format", "json"], 0).stdout;
    assert!(trail.contains(id) && trail.contains("exported"), "{trail}");
}

fn json_file(path: &std::path::Path) -> serde_json::Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

#[test]
fn a_package_of_a_case_that_two_persons_reviewed_is_no_draft() {
    let dir = Dir::new();
    let ring = ring(&dir);
    let opened = json(&dir, &["case", "open", &ring, "--by", "ann"]);
    let case = opened[0]["case_id"].as_str().unwrap();
    let said = run(&dir, &["refer", &ring, "--dry-run"], 0).stderr;
    assert!(said.contains("DRAFT") && said.contains(case), "{said}");
    run(&dir, &["judge", "ring", &ring, "confirmed", "--why", "same hands"], 0);
    run(&dir, &["case", "status", case, "suspected-ring", "--why", "seen", "--by", "ann"], 0);
    run(&dir, &["case", "propose", case, "--alternatives", "no agency", "--by", "ann"], 0);
    run(&dir, &["case", "status", case, "referral-ready", "--why", "agreed", "--by", "sue"], 0);
    let (made, folder) = refer(&dir, &ring, &["--by", "sue"]);
    assert_eq!((&made["draft"], &made["case_id"]), (&false.into(), &case.into()));
    let manifest = json_file(&folder.join("manifest.json"));
    assert_eq!(manifest["review"]["proposed_by"], "ann");
    assert_eq!(manifest["review"]["agreed_by"], "sue");
    let readme = fs::read_to_string(folder.join("README.txt")).unwrap();
    assert!(!readme.contains("DRAFT") && readme.contains("Proposed by ann"), "{readme}");
}

#[test]
fn a_dry_run_lists_what_would_leave_and_leaves_nothing_behind() {
    let dir = Dir::new();
    let ring = ring(&dir);
    let before = dir.names();
    let told = json(&dir, &["refer", &ring, "--dry-run", "--member", "A0", "A1", "A2"]);
    assert_eq!(told["people"].as_array().unwrap().len(), 3);
    let said = run(&dir, &["refer", &ring, "--dry-run"], 0).stdout;
    for needed in ["Ada Quill", "ada.quill@example.com", "README.txt", "Withheld", "device-1"] {
        assert!(said.contains(needed), "{needed}: {said}");
    }
    assert!(!said.contains("1961-03-0"), "sealed: {said}");
    assert_eq!(dir.names(), before);
    run(&dir, &["referrals"], 1);
    let (_, folder) = refer(&dir, &ring, &["--member", "A0", "A1", "A2"]);
    let mut planned: Vec<String> = told["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file["path"].as_str().unwrap().to_owned())
        .collect();
    planned.sort();
    assert_eq!(planned, files(&folder).into_keys().collect::<Vec<_>>());
}

#[test]
fn what_cannot_be_is_refused_with_the_way_out_and_writes_nothing() {
    let dir = Dir::new();
    let ring = ring(&dir);
    let refused = |args: &[&str], code: i32, needed: &str| {
        let args = [&["refer", &ring, "--out", "out"], args].concat();
        let said = run(&dir, &args, code).stderr;
        assert!(said.contains(needed), "{needed}: {said}");
        assert!(!dir.path().join("out").exists());
    };
    refused(&["--member", "nobody"], 1, "no application");
    refused(&["--annex-for", "age1qqqq"], 2, "mistyped or cut short");
    refused(&["--supersede", "ref_0123456789ab"], 1, "no referral");
    refused(&["--case", "cas_0123456789ab"], 1, "there is no case");
    refused(&["--profile", "everybody"], 2, "profile");
    refused(&["--format", "csv"], 2, "no table");
    let said = run(&dir, &["refer", "ring_0123456789ab", "--out", "out"], 1).stderr;
    assert!(said.contains("no ring has the id"), "{said}");
    run(&dir, &["refer", &ring], 2);
}

#[test]
fn what_was_withdrawn_or_superseded_is_told_and_still_intact() {
    let dir = Dir::new();
    let ring = ring(&dir);
    let (first, one) = refer(&dir, &ring, &[]);
    let first = first["referral_id"].as_str().unwrap();
    let (second, two) = refer(&dir, &ring, &["--supersede", first]);
    let second = second["referral_id"].as_str().unwrap();
    let told = |folder: &std::path::Path| {
        run(&dir, &["verify-package", folder.to_str().unwrap()], 0).stdout
    };
    assert!(told(&one).contains(&format!("BUT {second} took its place")), "{}", told(&one));
    let again = ["refer", &ring, "--out", "out", "--supersede", first];
    assert!(run(&dir, &again, 1).stderr.contains("superseded before"));
    run(&dir, &["referrals", "withdraw", second, "--why", " "], 2);
    run(&dir, &["referrals", "withdraw", second, "--why", "Ada was cleared", "--by", "sue"], 0);
    let told = told(&two);
    assert!(told.starts_with("intact: ") && told.contains("by sue: Ada was cleared"), "{told}");
    let json = json(&dir, &["verify-package", two.to_str().unwrap()]);
    assert_eq!((&json["intact"], &json["journal"]["withdrawn_by"]), (&true.into(), &"sue".into()));
    run(&dir, &["referrals", "withdraw", second, "--why", "again"], 2);
    run(&dir, &["verify"], 0);
}

/// A package made of a copy of the store, at this moment.
fn at(dir: &Dir, copy: &str, ring: &str, moment: i64) -> Package {
    let data = dir.path().join(copy);
    for (name, bytes) in files(&dir.path().join("ringer-data")) {
        dir.write(&format!("{copy}/{name}"), bytes);
    }
    let clock = || Arc::new(FixedClock(Moment(moment)));
    let store = SledStore::open(&data, SledOptions::default(), clock()).unwrap();
    let engine = Engine::open(Box::new(store), Policy::default(), clock()).unwrap();
    let ground = Ground {
        engine: &engine,
        view: &engine.view(),
        cases: &engine.cases(),
        attachments: None,
        organisation: &Organisation::default(),
        by: "ann",
        at: Moment(moment),
        case: None,
        supersedes: None,
        key: None,
    };
    let ring: RingId = ring.parse().unwrap();
    let scope = Scope {
        purpose: "A complaint".to_owned(),
        ..Scope::of(ringer::model::ReferralProfile::LawEnforcement)
    };
    let built = build(&ground, &ring, &scope).unwrap();
    assemble(&built.dossier, &built.secrets, &[]).unwrap()
}

#[test]
fn the_same_ring_twice_is_the_same_bytes_but_for_the_stated_time_and_id() {
    let dir = Dir::new();
    let ring = ring(&dir);
    let [one, two, later] = [("a", 1_795_392_000), ("b", 1_795_392_000), ("c", 1_795_478_461)]
        .map(|(copy, moment)| at(&dir, copy, &ring, moment));
    assert_eq!(one, two);
    assert_eq!(one.zip().unwrap(), two.zip().unwrap());
    // Hashes follow from bytes, so that they are masked with the time and the id.
    let masked = |package: &Package, bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let text = text.replace(package.name(), "ID");
        let at = package.referral.at;
        let text = text.replace(&at.to_string(), "TIME").replace(&at.day(), "DAY");
        text.split(|c: char| !c.is_ascii_hexdigit())
            .filter(|word| word.len() != 64)
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(one.files.len(), later.files.len());
    for (a, b) in one.files.iter().zip(&later.files) {
        assert_eq!(a.path, b.path);
        // The document compresses, and STIX derives its ids from the time: theirs are tests of their own.
        if a.path.ends_with(".pdf") || a.path.ends_with("stix.json") {
            continue;
        }
        if ["manifest.json"].contains(&a.path.as_str()) {
            // Sizes of the files above are in it.
            continue;
        }
        assert_eq!(masked(&one, &a.bytes), masked(&later, &b.bytes), "{}", a.path);
    }
}
