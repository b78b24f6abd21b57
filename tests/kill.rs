//! SIGKILL in the middle of an import: no acknowledged fact is lost, nothing is half applied, and the same import
//! again completes it.
//!
//! The import is a child process: this test binary itself, running `importer` (an ignored test) with the store's
//! folder in an environment variable. It prints the position of each acknowledged batch on a line of its own.
//! `kill_and_check` only needs a command that does the like.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail")]

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore, SeedableRng},
};
use ringer::{
    model::{Clock, Fact, FixedClock, Moment, Seq},
    store::{SledOptions, SledStore, Store, StoreError, contract::received},
};
use std::{
    env,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

const DIR: &str = "RINGER_TEST_IMPORT_INTO";
const HOLD: &str = "RINGER_TEST_HOLD";
const BATCH: u64 = 40;
const BATCHES: u64 = 60;

fn clock() -> Arc<dyn Clock> {
    Arc::new(FixedClock(Moment(1_795_392_000)))
}

/// Small segments and frequent syncs, so that kills hit changes of files too.
fn options() -> SledOptions {
    SledOptions { segment_bytes: 60_000, sync_every: 200, ..SledOptions::default() }
}

/// The fact at position `seq` of the import: two versions of every second application.
fn fact(seq: u64) -> Fact {
    received(&format!("K-{:05}", seq / 2), &format!("fact {seq} {}", "x".repeat(200)))
}

fn command() -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", "importer", "--ignored", "--nocapture"]);
    command
}

fn start(command: &mut Command, dir: &Path) -> Child {
    let command = command.env(DIR, dir).stdin(Stdio::piped()).stdout(Stdio::piped());
    command.stderr(Stdio::null()).spawn().unwrap()
}

/// Acknowledged positions, as the child prints them.
fn acknowledged(child: &mut Child) -> impl Iterator<Item = u64> + use<> {
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    lines.map_while(Result::ok).filter_map(|line| line.strip_prefix("acknowledged ")?.parse().ok())
}

/// Imports from where the store ends; started by the tests below, not by itself.
#[test]
#[ignore = "the child process of the other tests"]
fn importer() {
    let Some(dir) = env::var_os(DIR) else { return };
    let store = SledStore::open(dir.as_ref(), options(), clock()).unwrap();
    let mut out = std::io::stdout();
    // The test harness has begun a line.
    writeln!(out, "\nacknowledged {}", store.head().seq.0).unwrap();
    if env::var_os(HOLD).is_some() {
        std::io::stdin().read_line(&mut String::new()).unwrap();
    }
    while store.head().seq.0 < BATCH * BATCHES {
        let next = store.head().seq.0 + 1;
        let batch: Vec<Fact> = (next..next + BATCH).map(fact).collect();
        writeln!(out, "acknowledged {}", store.append(&batch).unwrap().0).unwrap();
    }
}

/// Starts the import, kills it after `batches` acknowledged batches and `then` more, and checks what is left.
fn kill_and_check(dir: &Path, batches: usize, then: Duration) -> u64 {
    let mut child = start(&mut command(), dir);
    let mut lines = acknowledged(&mut child);
    let mut last = lines.by_ref().take(batches).last().unwrap_or(0);
    let since = Instant::now();
    while since.elapsed() < then {
        std::hint::spin_loop();
    }
    child.kill().unwrap();
    // What it had said until then counts as acknowledged too.
    last = lines.last().unwrap_or(last);
    child.wait().unwrap();
    check(dir, last)
}

/// Opens the store and finds a whole number of batches, at least up to `acknowledged`, all of them right.
#[track_caller]
fn check(dir: &Path, acknowledged: u64) -> u64 {
    let store = SledStore::open(dir, options(), clock()).unwrap();
    let head = store.head().seq.0;
    assert!(head >= acknowledged, "{head} of {acknowledged} acknowledged facts");
    assert_eq!(head % BATCH, 0, "a batch was applied in part");
    let mut n = 0;
    store
        .facts(Seq(1), &mut |seq, found| {
            n += 1;
            assert_eq!((seq.0, found), (n, fact(n)));
            Ok(())
        })
        .unwrap();
    assert_eq!(n, head);
    for seq in [1, head / 2, head].into_iter().filter(|seq| (1..=head).contains(seq)) {
        let Fact::Received { application, .. } = fact(seq) else { unreachable!() };
        let versions = store.versions(&application.id).unwrap();
        let served = versions.iter().any(|v| v.seq == Seq(seq) && v.application == *application);
        assert!(
            served,
            "fact {seq} of {head} is not among {} versions; {:?}",
            versions.len(),
            store.notices()
        );
    }
    assert_eq!(store.verify().unwrap().facts, head);
    assert_eq!(store.read_only(), None);
    head
}

#[test]
fn an_import_killed_at_twenty_random_points_loses_nothing_acknowledged_and_resumes() {
    let mut random = ChaCha8Rng::seed_from_u64(20_261_123);
    let mut below = |n: u64| random.next_u64() % n;
    let mut unfinished = 0;
    for round in 0..20 {
        let dir = tempfile::tempdir().unwrap();
        let batches = usize::try_from(below(BATCHES)).unwrap();
        let head = kill_and_check(dir.path(), batches, Duration::from_micros(below(3_000)));
        unfinished += u64::from(head < BATCH * BATCHES);
        // Again, now while it starts on what the first kill left, or soon after.
        kill_and_check(dir.path(), 0, Duration::from_micros(below(40_000)));
        // The same import again completes it.
        let mut child = start(&mut command(), dir.path());
        let last = acknowledged(&mut child).last();
        assert!(child.wait().unwrap().success(), "round {round}");
        assert_eq!(last, Some(BATCH * BATCHES), "round {round}");
        assert_eq!(check(dir.path(), BATCH * BATCHES), BATCH * BATCHES);
    }
    assert!(unfinished > 15, "only {unfinished} of 20 kills hit an import at work");
}

#[test]
fn a_second_process_is_told_which_process_holds_the_store_and_may_read() {
    let dir = tempfile::tempdir().unwrap();
    let mut child = start(command().env(HOLD, "1"), dir.path());
    let mut lines = acknowledged(&mut child);
    assert_eq!(lines.next(), Some(0));
    match SledStore::open(dir.path(), options(), clock()) {
        Err(StoreError::InUse { pid, .. }) => assert_eq!(pid, child.id()),
        other => panic!("{:?}", other.err()),
    }
    assert_eq!(SledStore::open_reader(dir.path(), clock()).unwrap().head().seq, Seq(0));
    drop(child.stdin.take());
    assert_eq!(lines.last(), Some(BATCH * BATCHES));
    assert!(child.wait().unwrap().success());
    check(dir.path(), BATCH * BATCHES);
}
