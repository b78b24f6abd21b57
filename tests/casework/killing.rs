//! SIGKILL in the middle of casework: nothing acknowledged is lost, nothing is half there, and no file is half there.
//!
//! The work is a child process: this test binary itself, running `worker` (an ignored test) with the store's folder in an
//! environment variable. It prints every acknowledged version and file on a line of its own.

use super::lab::clock;
use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore, SeedableRng},
};
use ringer::{
    casework::Attachments,
    engine::Engine,
    matching::Policy,
    model::{CaseEvent, CaseSubject, FileHash, RingId, Seq},
    store::{SledOptions, SledStore},
};
use std::{
    env,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

const DIR: &str = "RINGER_TEST_WORK_IN";

fn engine(dir: &Path) -> Engine {
    let store = SledStore::open(dir, SledOptions::default(), clock()).unwrap();
    Engine::open(Box::new(store), Policy::default(), clock()).unwrap()
}

/// Works until it is killed; started by the test below, not by itself.
#[test]
#[ignore = "the child process of the other test"]
fn worker() {
    let Some(dir) = env::var_os(DIR) else { return };
    let dir = Path::new(&dir);
    let (engine, files) = (engine(dir), Attachments::of(dir));
    let mut out = std::io::stdout();
    let known = engine.cases().iter().next().map(|case| case.id.clone());
    let id = known.unwrap_or_else(|| {
        let subject = CaseSubject::Ring(RingId::derive("killing"));
        engine.open_case(subject, "The house", "ann").unwrap()
    });
    for n in 0..400 {
        let version = engine.cases().get(&id).unwrap().version;
        let text = format!("note {n} after {}\n{}", version.0, "x".repeat(50_000));
        let stored = files.put("a.txt", &mut text.as_bytes()).unwrap();
        let version = engine.change_case(&id, version, stored.attached(), "ann").unwrap();
        writeln!(out, "\nacknowledged {} {}", version.0, stored.sha256).unwrap();
    }
}

#[test]
fn casework_killed_at_random_points_loses_nothing_acknowledged() {
    let mut random = ChaCha8Rng::seed_from_u64(20_261_128);
    let dir = tempfile::tempdir().unwrap();
    let mut before = 0;
    for round in 0..8 {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "killing::worker", "--ignored", "--nocapture"])
            .env(DIR, dir.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut said = lines.map_while(Result::ok).filter_map(|line| {
            let (version, hash) = line.strip_prefix("acknowledged ")?.split_once(' ')?;
            Some((version.parse::<u64>().ok()?, hash.parse::<FileHash>().ok()?))
        });
        let mut acknowledged: Vec<(u64, FileHash)> =
            said.by_ref().take(1 + round % 3 * 4).collect();
        let (since, then) = (Instant::now(), Duration::from_micros(random.next_u64() % 6_000));
        while since.elapsed() < then {
            std::hint::spin_loop();
        }
        child.kill().unwrap();
        acknowledged.extend(said);
        child.wait().unwrap();
        let (engine, files) = (engine(dir.path()), Attachments::of(dir.path()));
        let cases = engine.cases();
        assert_eq!(cases.len(), 1);
        let case = cases.iter().next().unwrap();
        for (version, hash) in &acknowledged {
            let entry = case.history.iter().find(|entry| entry.seq == Seq(*version)).unwrap();
            assert!(matches!(&entry.event, CaseEvent::Attached { sha256, .. } if sha256 == hash));
        }
        assert!(case.history.len() > before, "round {round}");
        before = case.history.len();
        // Every file that a fact tells of is whole, acknowledged or not.
        files.check(case.files()).unwrap();
        engine.verify().unwrap();
    }
}
