//! The serving store in sled: which facts of the journal are the versions of an application. The only file that
//! names the `sled` crate. Not responsible for the values: they are in the journal, so entries stay small.
//!
//! Trees: `app` (application id, 0x00, sequence big endian -> version 1, segment, offset big endian) and `meta`
//! (`applied` -> how far, under which chain hash, how many entries, and their fingerprint), changed together in
//! one transaction. An id holds no control characters, so 0x00 ends it, and ids that arrive in order are
//! written in order: random keys cost sled several times the work.
//!
//! Invariant: whatever is on disk, a call answers or returns words; sled's panics end here.

use crate::{
    model::Seq,
    store::journal::{EMPTY, Place},
};
use ::sled::{
    Config, Db, Mode, Tree,
    transaction::{ConflictableTransactionError, TransactionError, Transactional},
};
use serde::{Deserialize, Serialize};
use std::{
    cell::Cell,
    fs::{self, File},
    io,
    panic::{self, AssertUnwindSafe},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, Once, PoisonError},
    thread,
    time::Duration,
};
use xxhash_rust::xxh3::Xxh3;

/// How far the trees have come, and what they then hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Applied {
    /// Of this record.
    version: u8,
    /// The last fact applied.
    pub seq: Seq,
    /// The journal's chain there: trees of another journal are recognised.
    pub hash: [u8; 32],
    /// Entries in `app`.
    pub entries: u64,
    /// Sum of the XXH3 hashes of the entries, wrapping; independent of order.
    pub fingerprint: u64,
}

impl Applied {
    pub const NOTHING: Self =
        Self { version: 1, seq: Seq(0), hash: EMPTY, entries: 0, fingerprint: 0 };

    /// Counts an entry.
    pub fn add(&mut self, entry: &Entry) {
        self.count(&entry.key, &entry.value());
    }

    fn count(&mut self, key: &[u8], value: &[u8]) {
        let mut hash = Xxh3::new();
        hash.update(key);
        hash.update(value);
        self.entries += 1;
        self.fingerprint = self.fingerprint.wrapping_add(hash.digest());
    }
}

/// One version of an application: where its fact lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    key: Vec<u8>,
    place: Place,
}

impl Entry {
    pub fn new(id: &str, seq: Seq, place: Place) -> Self {
        let mut key = prefix(id);
        key.extend_from_slice(&seq.0.to_be_bytes());
        Self { key, place }
    }

    fn value(&self) -> [u8; 9] {
        let mut value = [1; 9];
        let bytes =
            self.place.segment.to_be_bytes().into_iter().chain(self.place.offset.to_be_bytes());
        for (to, from) in value.iter_mut().skip(1).zip(bytes) {
            *to = from;
        }
        value
    }
}

fn prefix(id: &str) -> Vec<u8> {
    let mut key = Vec::with_capacity(id.len() + 9);
    key.extend_from_slice(id.as_bytes());
    key.push(0);
    key
}

/// Why the trees cannot be used.
#[derive(Debug)]
pub(super) enum Unusable {
    /// The disk is full: building them anew would not help.
    Full,
    /// Anything else, in words.
    Broken(String),
}

impl From<::sled::Error> for Unusable {
    fn from(error: ::sled::Error) -> Self {
        match &error {
            ::sled::Error::Io(e)
                if matches!(
                    e.kind(),
                    io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
                ) =>
            {
                Self::Full
            }
            _ => Self::Broken(error.to_string()),
        }
    }
}

impl From<io::Error> for Unusable {
    fn from(error: io::Error) -> Self {
        ::sled::Error::Io(error).into()
    }
}

/// The trees, open.
pub(super) struct Trees {
    db: Db,
    app: Tree,
    meta: Tree,
    dir: PathBuf,
    applied: Mutex<Applied>,
}

impl Trees {
    /// Opens what is in `dir`, or makes it. sled's own snapshots are used where they serve: without them it reads
    /// its log from the start, and finds nothing at all in one that went on after a restart; with a broken one it
    /// does not open.
    pub fn open(dir: &Path, cache_bytes: u64) -> Result<Self, Unusable> {
        let existed = dir.join("db").exists();
        if existed && !dir.join("conf").exists() {
            return Err(Unusable::Broken("its file conf is missing".to_owned()));
        }
        remove_files(dir, |name| name.ends_with(".generating"))?;
        match Self::open_as_it_is(dir, cache_bytes) {
            Err(Unusable::Full) => return Err(Unusable::Full),
            Ok(trees) if !existed || trees.applied() != Applied::NOTHING => return Ok(trees),
            // Closed before the next try.
            Ok(_) | Err(_) => {}
        }
        remove_files(dir, |name| name.starts_with("snap."))?;
        Self::open_as_it_is(dir, cache_bytes)
    }

    fn open_as_it_is(dir: &Path, cache_bytes: u64) -> Result<Self, Unusable> {
        guard(|| {
            let config = Config::new()
                .path(dir)
                .cache_capacity(cache_bytes)
                .mode(Mode::HighThroughput)
                .flush_every_ms(Some(500));
            let db = open_patiently(&config)?;
            let (app, meta) = (db.open_tree("app")?, db.open_tree("meta")?);
            let applied = match meta.get("applied")? {
                None => Applied::NOTHING,
                Some(bytes) => postcard::from_bytes::<Applied>(&bytes)
                    .ok()
                    .filter(|a| a.version == 1)
                    .ok_or_else(|| Unusable::Broken("it is of another version".to_owned()))?,
            };
            Ok(Self { db, app, meta, dir: dir.to_owned(), applied: Mutex::new(applied) })
        })
    }

    /// How far they are.
    pub fn applied(&self) -> Applied {
        *self.lock()
    }

    /// Adds entries, and that the journal is applied up to `seq`: both or neither.
    pub fn apply(&self, entries: &[Entry], seq: Seq, hash: [u8; 32]) -> Result<(), Unusable> {
        let mut applied = self.lock();
        let mut next = Applied { seq, hash, ..*applied };
        for entry in entries {
            next.add(entry);
        }
        let record = postcard::to_stdvec(&next).map_err(|e| Unusable::Broken(e.to_string()))?;
        guard(|| {
            (&self.app, &self.meta)
                .transaction(|(app, meta)| {
                    for entry in entries {
                        app.insert(entry.key.as_slice(), &entry.value())?;
                    }
                    meta.insert("applied", record.as_slice())?;
                    Ok::<(), ConflictableTransactionError<()>>(())
                })
                .map_err(|e| match e {
                    TransactionError::Storage(e) => Unusable::from(e),
                    TransactionError::Abort(()) => Unusable::Broken("the change was undone".into()),
                })
        })?;
        *applied = next;
        Ok(())
    }

    /// Where the versions of an application lie, oldest first.
    pub fn places(&self, id: &str) -> Result<Vec<(Seq, Place)>, Unusable> {
        guard(|| {
            let prefix = prefix(id);
            let mut places = Vec::new();
            for item in self.app.scan_prefix(&prefix) {
                let (key, value) = item?;
                let seq = key.get(prefix.len()..).and_then(|b| <[u8; 8]>::try_from(b).ok());
                let place = read_place(&value);
                let (Some(seq), Some(place)) = (seq, place) else {
                    return Err(Unusable::Broken(format!("an entry of {id} is malformed")));
                };
                places.push((Seq(u64::from_be_bytes(seq)), place));
            }
            Ok(places)
        })
    }

    /// Reads every entry: what `applied` should say of them, and the number of different applications.
    pub fn count(&self) -> Result<(Applied, u64), Unusable> {
        guard(|| {
            let mut found = Applied { entries: 0, fingerprint: 0, ..self.applied() };
            let (mut applications, mut former) = (0, Vec::new());
            for item in &self.app {
                let (key, value) = item?;
                found.count(&key, &value);
                let id = key.get(..key.len().saturating_sub(9)).unwrap_or_default();
                if applications == 0 || id != former.as_slice() {
                    applications += 1;
                    former = id.to_vec();
                }
            }
            Ok((found, applications))
        })
    }

    /// Makes durable what is applied. sled's own flush does not wait for the disk (it asks for write-out by
    /// range), so its file is synced here.
    pub fn sync(&self) -> Result<(), Unusable> {
        guard(|| {
            self.db.flush()?;
            File::open(self.dir.join("db"))?.sync_all()?;
            Ok(())
        })
    }

    /// Makes durable that the files exist at all; sled never syncs `conf`.
    pub fn sync_files(&self) -> Result<(), Unusable> {
        self.sync()?;
        for path in [self.dir.join("conf"), self.dir.clone()] {
            File::open(path)?.sync_all()?;
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Applied> {
        self.applied.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn read_place(value: &[u8]) -> Option<Place> {
    let (version, rest) = value.split_first()?;
    let (segment, offset) = rest.split_first_chunk::<4>()?;
    let offset = <[u8; 4]>::try_from(offset).ok()?;
    (*version == 1).then_some(Place {
        segment: u32::from_be_bytes(*segment),
        offset: u32::from_be_bytes(offset),
    })
}

/// Deletes files of sled's by name. A start on a full disk leaves an empty `snap.*.generating` that makes every
/// later start fail.
fn remove_files(dir: &Path, of_name: impl Fn(&str) -> bool) -> io::Result<()> {
    if !dir.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        if of_name(&entry.file_name().to_string_lossy()) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Opens sled, waiting up to two seconds for its lock: a thread of a store just closed may still hold it. No
/// other process can, since the store's own lock is ours.
fn open_patiently(config: &Config) -> Result<Db, Unusable> {
    let mut tries = 0;
    loop {
        match config.open() {
            Err(::sled::Error::Io(e)) if tries < 100 && e.to_string().contains("acquire lock") => {
                tries += 1;
                thread::sleep(Duration::from_millis(20));
            }
            other => return Ok(other?),
        }
    }
}

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Runs something of sled; a panic becomes words instead of a backtrace on the administrator's terminal.
fn guard<T>(run: impl FnOnce() -> Result<T, Unusable>) -> Result<T, Unusable> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let former = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !GUARDED.get() {
                former(info);
            }
        }));
    });
    let outer = GUARDED.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(run));
    GUARDED.set(outer);
    result.unwrap_or_else(|panic| {
        let text = panic
            .downcast_ref::<&str>()
            .map(ToString::to_string)
            .or_else(|| panic.downcast_ref::<String>().cloned())
            .unwrap_or_default();
        Err(Unusable::Broken(format!(
            "sled panicked: {}",
            text.chars().take(200).collect::<String>()
        )))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: &str, seq: u64) -> Entry {
        Entry::new(id, Seq(seq), Place { segment: 1, offset: 60 + u32::try_from(seq).unwrap() })
    }

    #[test]
    fn entries_and_progress_are_there_after_reopening() {
        let dir = tempfile::tempdir().unwrap();
        let trees = Trees::open(dir.path(), 1 << 20).unwrap();
        trees.apply(&[entry("A", 1), entry("AB", 2), entry("A", 3)], Seq(3), [5; 32]).unwrap();
        trees.sync_files().unwrap();
        let before = trees.applied();
        drop(trees);
        let trees = Trees::open(dir.path(), 1 << 20).unwrap();
        assert_eq!(trees.applied(), before);
        assert_eq!(trees.count().unwrap(), (before, 2));
        let seqs: Vec<u64> = trees.places("A").unwrap().into_iter().map(|(s, _)| s.0).collect();
        assert_eq!(seqs, [1, 3], "an id that begins with another is not its version");
    }

    #[test]
    fn a_panic_inside_the_guard_becomes_words() {
        let error = guard::<()>(|| panic!("tried to serialize Uninitialized")).unwrap_err();
        assert!(matches!(error, Unusable::Broken(text) if text.contains("Uninitialized")));
    }
}
