//! A full disk: a clear error, service goes on for reading, and everything acknowledged is there once there is
//! room again. The disk is a small tmpfs, mounted by a child in a mount namespace of its own.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail")]

use ringer::{
    model::{Clock, Fact, FixedClock, Moment, Seq},
    store::{SledOptions, SledStore, Store, StoreError, contract::received},
};
use std::{
    env,
    fs::{self, File},
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

const DIR: &str = "RINGER_TEST_SMALL_DISK";

fn open(disk: &Path) -> Result<SledStore, StoreError> {
    let clock: Arc<dyn Clock> = Arc::new(FixedClock(Moment(1_795_392_000)));
    let options = SledOptions { cache_bytes: 1 << 20, ..SledOptions::default() };
    SledStore::open(&disk.join("data"), options, clock)
}

fn batch(n: u64) -> Vec<Fact> {
    (0..20).map(|i| received(&format!("F-{n}-{i}"), &"x".repeat(1_000))).collect()
}

fn count(store: &dyn Store) -> u64 {
    let mut n = 0;
    store
        .facts(Seq(1), &mut |_, _| {
            n += 1;
            Ok(())
        })
        .unwrap();
    n
}

/// Takes all the room there is but `leave` bytes.
fn fill(disk: &Path, leave: usize) -> PathBuf {
    let path = disk.join("ballast");
    let spare = disk.join("spare");
    fs::write(&spare, vec![1; leave]).unwrap();
    let mut file = File::create(&path).unwrap();
    loop {
        match file.write(&[1; 4096]) {
            Ok(_) => {}
            Err(e) if e.kind() == ErrorKind::StorageFull => break,
            Err(e) => panic!("{e}"),
        }
    }
    fs::remove_file(spare).unwrap();
    path
}

#[track_caller]
fn serves(store: &dyn Store, acknowledged: u64) {
    assert_eq!(store.head().seq, Seq(acknowledged));
    assert_eq!(count(store), acknowledged);
    assert_eq!(store.versions(&"F-0-0".parse().unwrap()).unwrap().len(), 1);
    assert_eq!(store.verify().unwrap().facts, acknowledged);
}

/// Appends until the disk is full; returns what was acknowledged by then.
#[track_caller]
fn append_until_full(store: &dyn Store, mut n: u64) -> u64 {
    loop {
        match store.append(&batch(n)) {
            Ok(_) => n += 1,
            Err(StoreError::Full { path }) => {
                assert!(path.ends_with("00000001.seg"), "{}", path.display());
                break;
            }
            // sled was the first to find the disk full; the batch before was durable and acknowledged.
            Err(StoreError::ReadOnly { reason }) => {
                assert!(reason.contains("full"), "{reason}");
                break;
            }
            Err(e) => panic!("{e}"),
        }
        assert!(n < 10_000, "the disk does not get full");
    }
    assert!(store.read_only().unwrap().contains("full"), "{:?}", store.read_only());
    assert!(matches!(store.append(&batch(n)), Err(StoreError::ReadOnly { .. })));
    n
}

/// The whole story, on the disk that the parent named.
#[test]
#[ignore = "the child process of the test below"]
fn on_the_small_disk() {
    let Some(disk) = env::var_os(DIR).map(PathBuf::from) else { return };
    let mut mount = Command::new("mount");
    let mounted = mount.args(["-t", "tmpfs", "-o", "size=16m", "none"]).arg(&disk);
    let mounted = mounted.status().unwrap();
    assert!(mounted.success());

    for leave in [0, 300_000, 1_000_000, 3_000_000] {
        let store = open(&disk).unwrap();
        let mut n = store.head().seq.0 / 20;
        store.append(&batch(n)).unwrap();
        n += 1;
        let ballast = fill(&disk, leave);
        n = append_until_full(&store, n);
        serves(&store, 20 * n);
        drop(store);

        // Starting again while it is full: serves, and says why it takes nothing.
        for _ in 0..2 {
            let store = open(&disk).unwrap();
            assert!(store.read_only().unwrap().contains("full"));
            assert!(matches!(store.append(&batch(n)), Err(StoreError::ReadOnly { .. })));
            serves(&store, 20 * n);
        }

        // Room again: takes facts again, nothing acknowledged was lost.
        fs::remove_file(ballast).unwrap();
        let store = open(&disk).unwrap();
        assert_eq!(store.read_only(), None);
        serves(&store, 20 * n);
        store.append(&batch(n)).unwrap();
        serves(&store, 20 * n + 20);
        drop(store);
        fs::remove_dir_all(disk.join("data")).unwrap();
        println!("left {leave}: ok at {n} batches");
    }
    println!("the story is told");
}

#[test]
fn a_full_disk_is_a_clear_error_then_reading_only_then_all_is_well_again() {
    let disk = tempfile::tempdir().unwrap();
    // As root a mount namespace suffices; others need a user namespace around it.
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
        .env(DIR, disk.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let erred = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("the story is told"), "{said}\n{erred}");
}
