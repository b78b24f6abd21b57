//! SIGKILL while a package is made: there is all of it or none, and what the journal knows of is there.

use crate::{
    lab::{json, ring, run},
    ringer::Dir,
};
use ringer::referral::verify::verify;
use std::{
    fs,
    process::Stdio,
    time::{Duration, Instant},
};

#[test]
fn a_killed_refer_leaves_a_whole_package_or_none_and_never_a_record_without_one() {
    let dir = Dir::new();
    let ring = ring(&dir);
    let began = Instant::now();
    run(&dir, &["refer", &ring, "--out", "out"], 0);
    let usual = began.elapsed();
    for n in 0..10_u32 {
        let mut command = dir.command(&["refer", &ring, "--out", "out"]);
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Most of the time passes before anything is written; so do most of the kills after.
        let until = Instant::now() + usual.mul_f64(0.5 + 0.06 * f64::from(n));
        while Instant::now() < until && child.try_wait().unwrap().is_none() {
            std::thread::park_timeout(Duration::from_millis(1));
        }
        let _ = child.kill();
        child.wait().unwrap();
        let known = json(&dir, &["referrals"]);
        for record in known.as_array().unwrap() {
            let id = record["referral_id"].as_str().unwrap();
            assert!(dir.path().join("out").join(id).is_dir(), "{id} is recorded and not there");
        }
        for entry in fs::read_dir(dir.path().join("out")).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            if !name.starts_with(".ringer-unfinished-") {
                let verdict = verify(&path).unwrap();
                assert!(verdict.is_intact(), "{name}: {}", verdict.told());
            }
        }
    }
    run(&dir, &["refer", &ring, "--out", "out"], 0);
    run(&dir, &["verify"], 0);
}

#[test]
fn what_cannot_be_recorded_is_taken_away_again() {
    let dir = Dir::new();
    let ring = ring(&dir);
    // A blank purpose is refused by the journal, after the files were written.
    let said = run(&dir, &["refer", &ring, "--out", "out", "--purpose", " "], 2).stderr;
    assert!(said.contains("purpose"), "{said}");
    let left = fs::read_dir(dir.path().join("out")).map_or(0, Iterator::count);
    assert_eq!(left, 0);
}
