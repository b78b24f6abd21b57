//! The audit trail on disk: whatever is done to it is found, several processes write one, and none dies with half a line.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail")]

use proptest::prelude::*;
use ringer::{
    casework::audit::{Action, AuditError, Event, Query, Subject, Trail, check, recover},
    engine::{Engine, Witness},
    matching::Policy,
    model::{
        Attribute, AttributeKind, Fact, FixedClock, Judgement, JudgementId, Moment, Seq,
        ValueVerdict, Verdict,
    },
    store::{MemoryStore, Store},
};
use std::{
    env, fs,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
};

const NOW: Moment = Moment(1_795_392_000);

fn store() -> MemoryStore {
    MemoryStore::new(Arc::new(FixedClock(NOW)))
}

fn read(i: u64) -> Event {
    let subject = Subject::new().with("ring_id", format!("ring_{i}"));
    Event::new(NOW, "ann", Action::Read, subject, "192.0.2.7").why("a reason, \"quoted\"")
}

fn segments(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder.join("audit")).unwrap().map(|e| e.unwrap().path());
    let mut found: Vec<PathBuf> =
        entries.filter(|p| p.extension().is_some_and(|e| e == "ndjson")).collect();
    found.sort();
    found
}

fn judged(n: u64) -> Fact {
    Fact::Judged(Judgement {
        id: JudgementId::derive(&n.to_string()),
        verdict: Verdict::Value {
            attribute: Attribute { kind: AttributeKind::Phone, value: format!("+1202555010{n}") },
            verdict: ValueVerdict::Common,
        },
        by: "ann".to_owned(),
        at: NOW,
        why: "our switchboard".to_owned(),
    })
}

/// Records a decision in the journal and tells the trail, as the engine does.
fn decide(store: &MemoryStore, trail: &Trail, fact: Fact) {
    let seq = store.append(std::slice::from_ref(&fact)).unwrap();
    trail.recorded(seq, &fact);
}

fn anchor(store: &MemoryStore, trail: &Trail) {
    trail.want_anchor();
    let (entry, hash) = trail.to_anchor().unwrap();
    let seq = store.append(&[Fact::AuditAnchored { entry, hash: hash.clone(), at: NOW }]).unwrap();
    trail.anchored(seq, &store.head().hash, (entry, hash), NOW);
}

/// A trail of reads and decisions in several files, anchored twice.
fn written(folder: &Path) -> MemoryStore {
    let (store, trail) = (store(), Trail::rolling(folder, 1_500));
    for i in 0..6 {
        trail.record(read(i)).unwrap();
        decide(&store, &trail, judged(i));
        if i % 3 == 2 {
            anchor(&store, &trail);
        }
    }
    assert!(segments(folder).len() > 2);
    store
}

fn wrong(folder: &Path, store: &dyn Store) -> String {
    match check(&Trail::of(folder), store) {
        Ok(held) => format!("holds: {held:?}"),
        Err(error @ AuditError::Damaged { .. }) => error.to_string(),
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn a_trail_that_was_left_alone_holds() {
    let folder = tempfile::tempdir().unwrap();
    let store = written(folder.path());
    let held = check(&Trail::of(folder.path()), &store).unwrap();
    // Six reads, six decisions, two entries of anchors, the last of which nothing anchors yet.
    assert_eq!((held.entries, held.decisions, held.anchors, held.anchored), (14, 6, 2, 13));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]
    #[test]
    fn any_changed_byte_is_found(at in any::<prop::sample::Index>(), flip in 1_u8..=255) {
        let folder = tempfile::tempdir().unwrap();
        let store = written(folder.path());
        let files = segments(folder.path());
        let sizes: Vec<usize> = files.iter().map(|f| fs::read(f).unwrap().len()).collect();
        // The entry after the last anchor is tied by nothing but the fact it names.
        let mut at = at.index(sizes.iter().sum::<usize>() - 400);
        for (file, size) in files.iter().zip(sizes) {
            if at < size {
                let mut bytes = fs::read(file).unwrap();
                bytes[at] ^= flip;
                fs::write(file, bytes).unwrap();
                break;
            }
            at -= size;
        }
        let said = wrong(folder.path(), &store);
        prop_assert!(said.contains("damaged"), "{said}");
    }

    #[test]
    fn any_removed_swapped_repeated_or_inserted_line_is_found(
        i in 0_usize..13,
        j in 0_usize..13,
        what in 0..4,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let store = written(folder.path());
        let files = segments(folder.path());
        let text: String = files.iter().map(|f| fs::read_to_string(f).unwrap()).collect();
        let mut lines: Vec<&str> = text.lines().collect();
        let before = lines.clone();
        match what {
            0 => drop(lines.remove(i)),
            1 => lines.swap(i, j),
            2 => lines.insert(i, lines[j]),
            _ => lines.insert(i, "{}"),
        }
        prop_assume!(lines != before);
        files.iter().skip(1).for_each(|file| fs::remove_file(file).unwrap());
        fs::write(&files[0], lines.join("\n") + "\n").unwrap();
        let said = wrong(folder.path(), &store);
        prop_assert!(said.contains("damaged"), "{said}");
    }

    #[test]
    fn a_tail_that_was_cut_is_found_by_the_anchor_or_the_decision(left in 0_usize..13) {
        let folder = tempfile::tempdir().unwrap();
        let store = written(folder.path());
        let files = segments(folder.path());
        let text: String = files.iter().map(|f| fs::read_to_string(f).unwrap()).collect();
        let lines: String = text.lines().take(left).map(|line| format!("{line}\n")).collect();
        files.iter().skip(1).for_each(|file| fs::remove_file(file).unwrap());
        fs::write(&files[0], lines).unwrap();
        let said = wrong(folder.path(), &store);
        prop_assert!(said.contains(&format!("entries {} to 13 are missing", left + 1)), "{said}");
    }
}

#[test]
fn a_trail_written_anew_and_one_that_is_gone_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let store = written(folder.path());
    fs::remove_dir_all(folder.path().join("audit")).unwrap();
    assert!(wrong(folder.path(), &store).contains("entries 1 to 13 are missing"));
    let forged = Trail::of(folder.path());
    for i in 0..20 {
        forged.record(read(i)).unwrap();
    }
    assert!(wrong(folder.path(), &store).contains("entry 6 is not the one that fact 4"));
}

#[test]
fn a_decision_without_an_entry_and_an_entry_without_a_decision_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let (journal, trail) = (store(), Trail::of(folder.path()));
    trail.record(read(1)).unwrap();
    anchor(&journal, &trail);
    journal.append(&[judged(1)]).unwrap();
    assert!(wrong(folder.path(), &journal).contains("fact 2 (decided by ann) has no entry"));

    let mut invented = read(2);
    (invented.action, invented.fact) = (Action::Decided, Some(1));
    trail.record(invented).unwrap();
    assert!(wrong(folder.path(), &journal).contains("entry 3 is of fact 1, which is no decision"));
}

#[test]
fn an_entry_in_somebody_elses_name_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let (journal, trail) = (store(), Trail::of(folder.path()));
    let seq = journal.append(&[judged(1)]).unwrap();
    let mut other = read(1);
    (other.action, other.fact, other.who) = (Action::Decided, Some(seq.0), "ben".to_owned());
    trail.record(other).unwrap();
    let said = wrong(folder.path(), &journal);
    assert!(said.contains("decided by ben; the journal says decided by ann"), "{said}");
}

#[test]
fn a_decision_that_a_process_did_not_live_to_record_is_made_up_for() {
    let folder = tempfile::tempdir().unwrap();
    let (journal, trail) = (store(), Trail::of(folder.path()));
    decide(&journal, &trail, judged(1));
    anchor(&journal, &trail);
    journal.append(&[judged(2)]).unwrap();
    drop(trail);
    let trail = Trail::of(folder.path());
    assert_eq!(recover(&trail, &journal).unwrap(), 1);
    assert_eq!(recover(&trail, &journal).unwrap(), 0);
    let held = check(&trail, &journal).unwrap();
    assert_eq!(held.decisions, 2);
    let newest = trail.find(&Query::default(), 1, 1).unwrap().entries;
    assert!(newest[0].event.subject.get("recovered").is_some());
}

#[test]
fn a_torn_line_is_cut_and_a_last_line_that_is_no_entry_is_an_alarm() {
    let folder = tempfile::tempdir().unwrap();
    let trail = Trail::of(folder.path());
    trail.record(read(1)).unwrap();
    let file = segments(folder.path()).remove(0);
    let whole = fs::read(&file).unwrap();
    for torn in [&whole[..whole.len() - 9], b"{\"n\":2,", &[0; 40]] {
        fs::write(&file, [&whole[..], torn].concat()).unwrap();
        assert_eq!(Trail::of(folder.path()).head().unwrap().0, 1);
    }
    assert_eq!(fs::read(&file).unwrap(), whole);
    // Also under a trail that is open.
    fs::OpenOptions::new().append(true).open(&file).unwrap().write_all(b"{\"n\":2,\"at").unwrap();
    trail.record(read(2)).unwrap();
    assert_eq!(check(&Trail::of(folder.path()), &store()).unwrap().entries, 2);

    fs::write(&file, [&whole[..], b"nonsense\n"].concat()).unwrap();
    let refused = Trail::of(folder.path()).record(read(3)).unwrap_err();
    assert!(refused.is_damage(), "{refused}");
}

#[test]
fn the_engine_tells_the_trail_and_is_anchored_when_it_ends() {
    let folder = tempfile::tempdir().unwrap();
    let trail = Arc::new(Trail::of(folder.path()));
    let journal = Arc::new(store());
    let open = || {
        let clock = Arc::new(FixedClock(NOW));
        let store: Box<dyn Store> = Box::new(Shared(journal.clone()));
        Engine::open(store, Policy::default(), clock).unwrap()
    };
    let engine = open().watched_by(trail.clone());
    trail.seen("ann", "192.0.2.7");
    let verdict = Verdict::Value {
        attribute: Attribute { kind: AttributeKind::Phone, value: "+12025550101".into() },
        verdict: ValueVerdict::Common,
    };
    let id = engine.judge(verdict, "ann", "our switchboard").unwrap();
    let newest = trail.find(&Query::default(), 1, 1).unwrap().entries.remove(0).event;
    assert_eq!((newest.fact, newest.place.as_str()), (Some(1), "192.0.2.7"));
    assert_eq!(newest.subject.get("judgement_id"), Some(id.as_str()));
    assert_eq!(newest.why, "", "the fact has the reason, from where an erasure takes it");
    drop(engine);
    assert_eq!(check(&trail, &*journal).unwrap().anchored, 1);
    // What only looks leaves the journal alone.
    let facts = journal.head().seq;
    drop(open().watched_by(trail.clone()));
    assert_eq!(journal.head().seq, facts);
}

/// A store that several engines open one after another.
struct Shared(Arc<MemoryStore>);

impl Store for Shared {
    fn append_batch(&self, batch: &ringer::store::Batch) -> Result<Seq, ringer::store::StoreError> {
        self.0.append_batch(batch)
    }
    fn erase(
        &self,
        erasure: ringer::model::Erasure,
        facts: &[ringer::store::Erasing],
    ) -> Result<Seq, ringer::store::StoreError> {
        self.0.erase(erasure, facts)
    }
    fn head(&self) -> ringer::store::Head {
        self.0.head()
    }
    fn facts(
        &self,
        from: Seq,
        each: &mut dyn FnMut(Seq, Fact) -> Result<(), ringer::store::StoreError>,
    ) -> Result<(), ringer::store::StoreError> {
        self.0.facts(from, each)
    }
    fn versions_as_of(
        &self,
        id: &ringer::model::ApplicationId,
        last: Seq,
        withdrawn: &std::collections::BTreeSet<ringer::model::ImportId>,
    ) -> Result<Vec<ringer::store::Version>, ringer::store::StoreError> {
        self.0.versions_as_of(id, last, withdrawn)
    }
    fn withdrawn(&self) -> Arc<std::collections::BTreeSet<ringer::model::ImportId>> {
        self.0.withdrawn()
    }
    fn write_snapshot(
        &self,
        name: &str,
        seq: Seq,
        body: &[u8],
    ) -> Result<(), ringer::store::StoreError> {
        self.0.write_snapshot(name, seq, body)
    }
    fn read_snapshot(
        &self,
        name: &str,
    ) -> Result<Option<(Seq, Vec<u8>)>, ringer::store::StoreError> {
        self.0.read_snapshot(name)
    }
    fn read_only(&self) -> Option<String> {
        self.0.read_only()
    }
    fn notices(&self) -> Vec<ringer::store::Notice> {
        self.0.notices()
    }
    fn verify(&self) -> Result<ringer::store::Verified, ringer::store::StoreError> {
        self.0.verify()
    }
}

const FOLDER: &str = "RINGER_TEST_TRAIL";
const FOR_EVER: &str = "RINGER_TEST_FOR_EVER";

/// What a process of the tests below does: records, and says each number it was given.
#[test]
#[ignore = "the child process of the tests below"]
fn a_process_that_records() {
    let Some(folder) = env::var_os(FOLDER) else { return };
    let trail = Trail::rolling(Path::new(&folder), 20_000);
    let many = if env::var_os(FOR_EVER).is_some() { u64::MAX } else { 300 };
    let mut out = std::io::stdout().lock();
    for i in 0..many {
        let n = trail.record(read(i)).unwrap();
        writeln!(out, "recorded {n}").unwrap();
        out.flush().unwrap();
    }
}

fn child(folder: &Path, forever: bool) -> std::process::Child {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", "a_process_that_records", "--ignored", "--nocapture"]);
    command.env(FOLDER, folder).stdout(Stdio::piped());
    if forever {
        command.env(FOR_EVER, "yes");
    }
    command.spawn().unwrap()
}

#[test]
fn several_processes_write_one_trail() {
    let folder = tempfile::tempdir().unwrap();
    let children: Vec<_> = (0..3).map(|_| child(folder.path(), false)).collect();
    let trail = Trail::rolling(folder.path(), 20_000);
    for i in 0..300 {
        trail.record(read(i)).unwrap();
    }
    for child in children {
        assert!(child.wait_with_output().unwrap().status.success());
    }
    let held = check(&Trail::of(folder.path()), &store()).unwrap();
    assert_eq!(held.entries, 1_200);
    assert_eq!(trail.head().unwrap().0, 1_200);
    assert!(segments(folder.path()).len() > 5);
}

#[test]
fn a_process_killed_in_the_middle_leaves_a_trail_that_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let mut last = 0;
    for round in 0..4_u64 {
        let mut killed = child(folder.path(), true);
        let lines = BufReader::new(killed.stdout.take().unwrap()).lines().map(Result::unwrap);
        let numbers = lines.filter_map(|line| {
            line.split("recorded ").nth(1).and_then(|n| n.trim().parse::<u64>().ok())
        });
        let wanted = 40 + usize::try_from(round).unwrap() * 37;
        last = numbers.take(wanted).last().unwrap().max(last);
        killed.kill().unwrap();
        killed.wait().unwrap();
        let trail = Trail::of(folder.path());
        trail.record(read(0)).unwrap();
        let held = check(&trail, &store()).unwrap();
        assert!(held.entries > last, "what was acknowledged is there: {held:?}, {last}");
    }
}

#[test]
fn the_script_of_the_documentation_agrees() {
    let folder = tempfile::tempdir().unwrap();
    written(folder.path());
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("docs/audit.md")).unwrap();
    let script = text.split("```python\n").nth(1).unwrap().split("```").next().unwrap();
    assert!(script.lines().count() <= 10, "ten lines");
    let file = folder.path().join("check.py");
    fs::write(&file, script).unwrap();
    let run = || Command::new("python3").arg(&file).arg(folder.path().join("audit")).output();
    let Ok(output) = run() else {
        println!("skipped: there is no python3 here");
        return;
    };
    let (n, hash) = Trail::of(folder.path()).head().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), format!("{n} {hash}\n"), "{output:?}");
    let first = segments(folder.path()).remove(0);
    let changed = fs::read_to_string(&first).unwrap().replacen("ann", "eve", 1);
    fs::write(&first, changed).unwrap();
    let output = run().unwrap();
    assert!(
        !output.status.success() && String::from_utf8_lossy(&output.stderr).contains("entry 2")
    );
}

#[test]
fn a_dump_of_lines_comes_back_as_it_was_and_only_into_an_empty_trail() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = written(one.path());
    let mut lines = Vec::new();
    Trail::of(one.path())
        .lines::<AuditError>(&mut |line| {
            lines.push(String::from_utf8(line.to_vec()).unwrap());
            Ok(())
        })
        .unwrap();
    let trail = Trail::of(other.path());
    assert_eq!(trail.restore(&mut lines.clone().into_iter()).unwrap(), 14);
    assert_eq!(check(&trail, &store).unwrap().anchors, 2);
    assert!(trail.restore(&mut lines.into_iter()).is_err());
}

#[test]
#[ignore = "a measurement: cargo test --release --test audit measure -- --ignored --nocapture"]
fn measure_what_an_entry_costs_and_what_a_million_take_to_search() {
    let folder = tempfile::tempdir().unwrap();
    let trail = Trail::of(folder.path());
    let clock = std::time::Instant::now;
    let mut took = Vec::new();
    for i in 0..1_000_000_u64 {
        let event = read(i % 5_000);
        let begun = clock();
        trail.record(event).unwrap();
        took.push(begun.elapsed());
    }
    took.sort_unstable();
    let at = |share: usize| took[took.len() * share / 1_000];
    println!("an entry: p50 {:?}, p95 {:?}, p99.9 {:?}", at(500), at(950), at(999));
    for (what, query) in [
        ("the newest", Query::default()),
        ("of a ring", Query { subject: "ring_77".into(), ..Query::default() }),
        ("nothing", Query { who: "nobody".into(), ..Query::default() }),
    ] {
        let begun = clock();
        let found = trail.find(&query, 50, usize::MAX).unwrap();
        println!("{what}: {} in {:?}", found.entries.len(), begun.elapsed());
    }
    let begun = clock();
    check(&trail, &store()).unwrap();
    println!("checking a million: {:?}", begun.elapsed());
}

const DISK: &str = "RINGER_TEST_TRAIL_DISK";

/// The story on the disk that the parent named.
#[test]
#[ignore = "the child process of the test below"]
fn on_the_small_disk() {
    let Some(disk) = env::var_os(DISK).map(PathBuf::from) else { return };
    let mut mount = Command::new("mount");
    let mounted = mount.args(["-t", "tmpfs", "-o", "size=2m", "none"]).arg(&disk).status().unwrap();
    assert!(mounted.success());
    let trail = Trail::of(&disk);
    trail.record(read(1)).unwrap();
    let ballast = disk.join("ballast");
    let mut file = fs::File::create(&ballast).unwrap();
    while file.write(&[1; 4096]).is_ok() {}
    let full = |outcome: Result<u64, AuditError>| matches!(outcome, Err(AuditError::Full { .. }));
    let mut n = 1;
    // What is left of the last block still takes some.
    while trail.record(read(2)).is_ok() {
        n += 1;
        assert!(n < 100);
    }
    for _ in 0..20 {
        assert!(full(trail.record(read(3))), "nothing more is shown");
        n = trail.record_done(read(4)).unwrap();
    }
    assert!(trail.ready().is_err(), "nothing more is done");
    assert_eq!(check(&Trail::of(&disk), &store()).unwrap().entries, n);
    assert!(full(Trail::of(&disk).record(read(5))), "nor after a restart");
    drop(file);
    fs::remove_file(ballast).unwrap();
    trail.ready().unwrap();
    assert_eq!(trail.record(read(6)).unwrap(), n + 1);
    assert_eq!(check(&Trail::of(&disk), &store()).unwrap().entries, n + 1);
    println!("the story is told");
}

#[test]
fn a_full_disk_refuses_what_is_not_done_yet_and_records_what_is() {
    let disk = tempfile::tempdir().unwrap();
    let possible = |flags: &str| {
        let tried = Command::new("unshare").args([flags, "true"]).output();
        tried.is_ok_and(|output| output.status.success())
    };
    let Some(flags) = ["-m", "-rm"].into_iter().find(|flags| possible(flags)) else {
        println!("skipped: neither root nor user namespaces here, so no small disk can be mounted");
        return;
    };
    let output = Command::new("unshare")
        .arg(flags)
        .arg(env::current_exe().unwrap())
        .args(["--exact", "on_the_small_disk", "--ignored", "--nocapture"])
        .env(DISK, disk.path())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && text.contains("the story is told"), "{text}\n{said}");
}
