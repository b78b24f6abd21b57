//! A store of which something was broken: what is derived heals with a notice, what is the truth raises an alarm
//! or, when it was never acknowledged, is cut with a notice. Nothing is lost silently.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail")]

use ringer::{
    model::{Clock, Fact, FixedClock, Moment, Seq},
    store::{
        Head, MemoryStore, SledOptions, SledStore, Store, StoreError,
        contract::{received, sample_facts},
    },
};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

fn clock() -> Arc<dyn Clock> {
    Arc::new(FixedClock(Moment(1_795_392_000)))
}

fn open(dir: &Path) -> Result<SledStore, StoreError> {
    SledStore::open(dir, SledOptions::default(), clock())
}

fn notices(store: &SledStore) -> String {
    store.notices().into_iter().map(|n| n.text).collect::<Vec<_>>().join("\n")
}

fn facts(store: &dyn Store) -> Vec<Fact> {
    let mut facts = Vec::new();
    store
        .facts(Seq(1), &mut |_, fact| {
            facts.push(fact);
            Ok(())
        })
        .unwrap();
    facts
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// A closed store of the sample facts and some more applications.
struct Closed {
    dir: tempfile::TempDir,
    head: Head,
    facts: Vec<Fact>,
}

impl Closed {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut all = sample_facts();
        all.extend((0..500).map(|n| received(&format!("B-{n}"), "a resume")));
        let store = open(dir.path()).unwrap();
        for batch in all.chunks(50) {
            store.append(batch).unwrap();
        }
        store.write_snapshot("view", Seq(9), b"the view").unwrap();
        Self { head: store.head(), facts: all, dir }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Opens it and finds everything there; returns what the store told of.
    #[track_caller]
    fn is_whole(&self) -> String {
        let store = open(self.dir.path()).unwrap();
        assert_eq!(store.head(), self.head);
        assert_eq!(facts(&store), self.facts);
        let resumes = store.versions(&"A-1".parse().unwrap()).unwrap();
        assert_eq!(resumes.iter().map(|v| v.seq.0).collect::<Vec<_>>(), [2, 5]);
        assert_eq!(store.verify().unwrap().applications, 503);
        assert_eq!(store.read_only(), None);
        store.append(&[]).unwrap();
        notices(&store)
    }
}

/// Breaks a closed store, with and without its marker of an orderly close, and expects it whole and a notice.
#[track_caller]
fn heals(says: &str, break_it: impl Fn(&Closed)) {
    for orderly in [true, false] {
        let closed = Closed::new();
        if !orderly {
            fs::remove_file(closed.path("clean")).unwrap();
        }
        break_it(&closed);
        let told = closed.is_whole();
        assert!(told.contains(says), "orderly {orderly}: \"{told}\" does not say \"{says}\"");
        assert_eq!(closed.is_whole(), "", "orderly {orderly}: healed for good");
        assert!(!closed.path("sled.aside").exists());
    }
}

#[test]
fn a_store_closed_in_order_or_not_opens_without_a_word() {
    heals("", |_| {});
}

#[test]
fn a_sled_that_is_missing_is_rebuilt() {
    heals("missing and was rebuilt", |c| fs::remove_dir_all(c.path("sled")).unwrap());
}

#[test]
fn a_sled_without_its_conf_is_rebuilt() {
    heals("conf is missing", |c| fs::remove_file(c.path("sled/conf")).unwrap());
}

#[test]
fn a_sled_whose_conf_contradicts_it_is_rebuilt_and_garbage_in_it_is_passed_over() {
    heals("was rebuilt", |c| {
        let conf = "segment_size: 1024\nuse_compression: true\nversion: 0.99\n";
        fs::write(c.path("sled/conf"), conf).unwrap();
    });
    heals("", |c| fs::write(c.path("sled/conf"), "garbage\n").unwrap());
}

#[test]
fn a_sled_truncated_anywhere_is_rebuilt() {
    for part in [0, 1, 2, 5, 9] {
        heals("the serving store", |c| {
            let file = fs::File::options().write(true).open(c.path("sled/db")).unwrap();
            let len = file.metadata().unwrap().len();
            file.set_len(len * part / 10).unwrap();
        });
    }
}

#[test]
fn a_sled_of_garbage_is_rebuilt() {
    heals("the serving store", |c| {
        let len = fs::metadata(c.path("sled/db")).unwrap().len();
        fs::write(c.path("sled/db"), vec![0xa5; usize::try_from(len).unwrap()]).unwrap();
    });
}

#[test]
fn broken_snapshots_of_sled_cost_nothing() {
    heals("", |c| {
        fs::write(c.path("sled/snap.0000000000000FFF"), "garbage").unwrap();
        fs::write(c.path("sled/snap.0000000000000FFF.generating"), "").unwrap();
    });
}

#[test]
fn an_empty_sled_is_rebuilt() {
    heals("it is empty", |c| {
        let other = tempfile::tempdir().unwrap();
        drop(open(other.path()).unwrap());
        fs::remove_dir_all(c.path("sled")).unwrap();
        copy(&other.path().join("sled"), &c.path("sled"));
    });
}

#[test]
fn the_sled_of_another_journal_is_rebuilt() {
    heals("another journal", |c| {
        let other = tempfile::tempdir().unwrap();
        open(other.path()).unwrap().append(&[received("Z-1", "")]).unwrap();
        fs::remove_dir_all(c.path("sled")).unwrap();
        copy(&other.path().join("sled"), &c.path("sled"));
    });
}

#[test]
fn a_sled_that_is_behind_catches_up() {
    let closed = Closed::new();
    let old = tempfile::tempdir().unwrap();
    copy(&closed.path("sled"), old.path());
    open(closed.dir.path()).unwrap().append(&[received("A-1", "third")]).unwrap();
    fs::remove_dir_all(closed.path("sled")).unwrap();
    copy(old.path(), &closed.path("sled"));
    let store = open(closed.dir.path()).unwrap();
    assert!(notices(&store).contains("1 facts behind"), "{}", notices(&store));
    assert_eq!(store.versions(&"A-1".parse().unwrap()).unwrap().len(), 3);
    store.verify().unwrap();
}

#[test]
fn a_broken_snapshot_is_none_with_a_notice() {
    for bytes in [&b""[..], b"garbage", &[0; 500]] {
        let closed = Closed::new();
        fs::write(closed.path("snapshots/view.snap"), bytes).unwrap();
        let store = open(closed.dir.path()).unwrap();
        assert_eq!(store.read_snapshot("view").unwrap(), None);
        assert!(notices(&store).contains("snapshot \"view\" is not used"));
    }
}

#[test]
fn a_snapshot_of_facts_that_were_lost_is_not_used() {
    let closed = Closed::new();
    let store = open(closed.dir.path()).unwrap();
    store.write_snapshot("view", store.head().seq, b"the view").unwrap();
    drop(store);
    let journal = closed.path("journal/00000001.seg");
    let file = fs::File::options().write(true).open(&journal).unwrap();
    file.set_len(file.metadata().unwrap().len() - 1).unwrap();
    fs::remove_file(closed.path("clean")).unwrap();
    let store = open(closed.dir.path()).unwrap();
    assert_eq!(store.read_snapshot("view").unwrap(), None);
    let told = notices(&store);
    assert!(told.contains("was torn") && told.contains("facts that were lost"), "{told}");
}

const SEGMENT_HEADER: usize = 60;
const FRAME_HEADER: usize = 52;

/// Where the frames of a segment begin, by its documented layout.
fn frames(segment: &[u8]) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut at = SEGMENT_HEADER;
    while at < segment.len() {
        starts.push(at);
        let len = u32::from_le_bytes(segment[at..at + 4].try_into().unwrap());
        at += FRAME_HEADER + usize::try_from(len).unwrap();
    }
    starts
}

/// Frames of a small store: the block of S-1, commit, that of S-2 and S-3, commit, that of S-4 and S-5, commit.
const LAST_BATCH: usize = 4;

/// A small store whose journal is changed and opened many times; sled is left out where it only costs time.
struct Small {
    dir: tempfile::TempDir,
    journal: PathBuf,
    bytes: Vec<u8>,
    clean: Vec<u8>,
}

impl Small {
    /// Three batches: one fact, two, two.
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = open(dir.path()).unwrap();
        for batch in [&["S-1"][..], &["S-2", "S-3"], &["S-4", "S-5"]] {
            let batch: Vec<Fact> = batch.iter().map(|id| received(id, "r")).collect();
            store.append(&batch).unwrap();
        }
        drop(store);
        let journal = dir.path().join("journal/00000001.seg");
        let bytes = fs::read(&journal).unwrap();
        let clean = fs::read(dir.path().join("clean")).unwrap();
        Self { journal, bytes, clean, dir }
    }

    fn with(&self, bytes: &[u8], orderly: bool) -> Result<SledStore, StoreError> {
        fs::write(&self.journal, bytes).unwrap();
        let clean = self.dir.path().join("clean");
        if orderly {
            fs::write(clean, &self.clean).unwrap();
        } else {
            let _ = fs::remove_file(clean);
        }
        open(self.dir.path())
    }

    fn reader(&self) -> Result<SledStore, StoreError> {
        SledStore::open_reader(self.dir.path(), clock())
    }
}

#[test]
fn a_journal_cut_at_any_byte_of_its_last_batch_keeps_the_batches_before_it_or_is_an_alarm() {
    let small = Small::new();
    let starts = frames(&small.bytes);
    let last_batch = starts[LAST_BATCH];
    for cut in last_batch + 1..small.bytes.len() {
        for orderly in [false, true] {
            let opened = small.with(&small.bytes[..cut], orderly);
            if orderly {
                // What was there when it was closed in order was acknowledged: its loss is an alarm.
                let error = opened.err().unwrap();
                assert!(
                    error.is_damage() && error.to_string().contains("ended at fact 5"),
                    "{error}"
                );
                continue;
            }
            let store = opened.unwrap();
            assert_eq!(store.head().seq, Seq(3), "cut at {cut}");
            assert_eq!(facts(&store).len(), 3);
            let told = notices(&store);
            assert!(told.contains("was torn"), "cut at {cut}: {told}");
            assert!(store.versions(&"S-4".parse().unwrap()).unwrap().is_empty());
            store.verify().unwrap();
            assert_eq!(store.append(&[received("S-4", "again")]).unwrap(), Seq(4));
        }
    }
}

#[test]
fn a_journal_cut_between_batches_is_an_alarm_when_it_was_closed_in_order() {
    let small = Small::new();
    let error = small.with(&small.bytes[..frames(&small.bytes)[LAST_BATCH]], true).err().unwrap();
    assert!(error.is_damage() && error.to_string().contains("ended at fact 5"), "{error}");
    // The way out that the message names: without the marker, what is there is taken as it is.
    let store = small.with(&small.bytes[..frames(&small.bytes)[LAST_BATCH]], false).unwrap();
    assert_eq!(store.head().seq, Seq(3));
    store.verify().unwrap();
}

#[test]
fn one_bit_flipped_anywhere_in_an_old_batch_is_an_alarm_and_nothing_is_changed() {
    let small = Small::new();
    let old = frames(&small.bytes)[LAST_BATCH];
    for at in 0..old {
        for orderly in [false, true] {
            let mut bytes = small.bytes.clone();
            bytes[at] ^= 1 << (at % 8);
            let error = small.with(&bytes, orderly).err().unwrap_or_else(|| panic!("byte {at}"));
            assert!(error.is_damage(), "byte {at}: {error}");
            assert!(error.to_string().contains("00000001.seg"), "{error}");
            assert_eq!(fs::read(&small.journal).unwrap(), bytes, "byte {at}");
            assert!(small.reader().err().unwrap().is_damage(), "byte {at}: a reader is told too");
        }
    }
}

#[test]
fn one_bit_flipped_in_the_last_batch_of_an_orderly_close_is_an_alarm_too() {
    let small = Small::new();
    for at in frames(&small.bytes)[LAST_BATCH]..small.bytes.len() {
        let mut bytes = small.bytes.clone();
        bytes[at] ^= 1 << (at % 8);
        let error = small.with(&bytes, true).err().unwrap_or_else(|| panic!("byte {at}"));
        assert!(error.is_damage(), "byte {at}: {error}");
    }
}

#[test]
fn after_a_crash_a_flip_in_the_last_batch_never_yields_part_of_it() {
    let small = Small::new();
    let starts = frames(&small.bytes);
    for at in starts[LAST_BATCH]..small.bytes.len() {
        let mut bytes = small.bytes.clone();
        bytes[at] ^= 1 << (at % 8);
        match small.with(&bytes, false) {
            // Only the last frame, the commit itself, cannot be told from a torn one.
            Ok(store) => {
                assert!(at >= starts[LAST_BATCH + 1], "byte {at}");
                assert_eq!(store.head().seq, Seq(3), "byte {at}");
                assert!(notices(&store).contains("was torn"));
            }
            Err(error) => assert!(error.is_damage(), "byte {at}: {error}"),
        }
    }
}

#[test]
fn a_changed_byte_whose_checksum_was_fixed_up_breaks_the_chain_or_changes_no_fact() {
    let small = Small::new();
    let starts = frames(&small.bytes);
    let (mut tried, mut harmless) = (0, 0);
    let whole = facts(&small.with(&small.bytes, false).unwrap());
    for (n, &start) in starts.iter().enumerate().take(LAST_BATCH) {
        let end = starts[n + 1];
        for at in (start + 8..end).chain([start]) {
            let mut bytes = small.bytes.clone();
            bytes[at] ^= 1;
            let covered = [&bytes[start..start + 4], &bytes[start + 8..end]].concat();
            bytes[start + 4..start + 8].copy_from_slice(&crc32c::crc32c(&covered).to_le_bytes());
            tried += 1;
            match small.with(&bytes, false).and_then(|store| store.verify().map(|_| facts(&store)))
            {
                Err(error) => assert!(error.is_damage(), "frame {n} byte {}: {error}", at - start),
                // Packed otherwise, as one text can be packed in several ways, and the same when unpacked.
                Ok(found) => {
                    assert_eq!(found, whole, "frame {n} byte {}", at - start);
                    harmless += 1;
                }
            }
        }
    }
    assert!(harmless * 20 < tried, "{harmless} of {tried} changes went unnoticed");
}

#[test]
fn garbage_behind_the_last_batch_is_cut_and_a_hostile_length_allocates_nothing() {
    let small = Small::new();
    for tail in [&[0_u8][..], &[0xff; 60], &[0; 5_000], b"{\"not\":\"a frame\"}"] {
        let store = small.with(&[&small.bytes, tail].concat(), true).unwrap();
        assert_eq!(store.head().seq, Seq(5));
        assert!(notices(&store).contains("was torn"));
        drop(store);
        assert_eq!(fs::read(&small.journal).unwrap(), small.bytes);
    }
}

#[test]
fn a_reader_changes_nothing_and_does_not_see_a_batch_that_is_being_written() {
    let small = Small::new();
    let torn = &small.bytes[..small.bytes.len() - 1];
    fs::write(&small.journal, torn).unwrap();
    let reader = small.reader().unwrap();
    assert_eq!(reader.head().seq, Seq(3));
    assert_eq!(reader.versions(&"S-3".parse().unwrap()).unwrap().len(), 1);
    assert!(matches!(reader.append(&[]), Err(StoreError::ReadOnly { .. })));
    assert!(matches!(reader.write_snapshot("view", Seq(1), b""), Err(StoreError::ReadOnly { .. })));
    drop(reader);
    assert_eq!(fs::read(&small.journal).unwrap(), torn);
}

#[test]
fn a_reader_reads_beside_the_writer_and_a_second_writer_is_told_who_holds_the_store() {
    let dir = tempfile::tempdir().unwrap();
    let options = SledOptions { command: "ringer serve".to_owned(), ..SledOptions::default() };
    let writer = SledStore::open(dir.path(), options, clock()).unwrap();
    writer.append(&sample_facts()).unwrap();
    let reader = SledStore::open_reader(dir.path(), clock()).unwrap();
    assert_eq!(reader.head(), writer.head());
    assert_eq!(reader.verify().unwrap().facts, sample_facts().len() as u64);
    let told = open(dir.path()).err().unwrap().to_string();
    let expected = format!("process {} (ringer serve), since 2026-11-23", std::process::id());
    assert!(told.contains(&expected), "{told}");
    assert!(SledStore::open_reader(&dir.path().join("none"), clock()).is_err());
}

/// A store with a segment for each batch.
fn segmented() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let options = SledOptions { segment_bytes: 1, ..SledOptions::default() };
    let store = SledStore::open(dir.path(), options, clock()).unwrap();
    for n in 0..4 {
        store.append(&[received(&format!("S-{n}"), "r")]).unwrap();
    }
    dir
}

#[test]
fn a_missing_exchanged_or_torn_segment_is_an_alarm() {
    let seg = |dir: &Path, n: u32| dir.join(format!("journal/{n:08}.seg"));
    type Break = Box<dyn Fn(&Path)>;
    let breaks: [(&str, Break); 5] = [
        ("the first is gone", Box::new(move |d| fs::remove_file(seg(d, 1)).unwrap())),
        ("a middle one is gone", Box::new(move |d| fs::remove_file(seg(d, 2)).unwrap())),
        ("the last is gone", Box::new(move |d| fs::remove_file(seg(d, 4)).unwrap())),
        (
            "two are exchanged",
            Box::new(move |d| {
                fs::rename(seg(d, 2), d.join("x")).unwrap();
                fs::rename(seg(d, 3), seg(d, 2)).unwrap();
                fs::rename(d.join("x"), seg(d, 3)).unwrap();
            }),
        ),
        (
            "an old one is cut",
            Box::new(move |d| {
                let file = fs::File::options().write(true).open(seg(d, 2)).unwrap();
                file.set_len(file.metadata().unwrap().len() - 1).unwrap();
            }),
        ),
    ];
    for (what, break_it) in breaks {
        let dir = segmented();
        break_it(dir.path());
        let error = open(dir.path()).err().unwrap_or_else(|| panic!("{what}"));
        assert!(error.is_damage(), "{what}: {error}");
    }
    let dir = segmented();
    fs::remove_dir_all(dir.path().join("journal")).unwrap();
    assert!(open(dir.path()).is_err(), "a store does not begin anew because its journal is gone");
}

#[test]
fn segments_chain_from_one_file_to_the_next() {
    let dir = segmented();
    assert_eq!(fs::read_dir(dir.path().join("journal")).unwrap().count(), 4);
    let store = open(dir.path()).unwrap();
    let memory = MemoryStore::new(clock());
    memory.append(&facts(&store)).unwrap();
    assert_eq!(store.head(), memory.head());
    assert_eq!(store.verify().unwrap().facts, 4);
}

#[test]
fn a_folder_of_another_version_is_refused_and_not_touched() {
    let closed = Closed::new();
    fs::write(closed.path("format"), "ringer-store 1\n").unwrap();
    assert!(matches!(open(closed.dir.path()), Err(StoreError::Format { .. })));
    assert!(closed.path("clean").exists());
}
