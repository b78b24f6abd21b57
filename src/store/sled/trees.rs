//! The serving store in sled: which facts are applications received, and the hashes of their ids, so that opening a
//! store need not unpack its journal. The only file that names the `sled` crate. Not responsible for the values: they
//! are in the journal, so entries stay small.
//!
//! Trees: `app` (first fact big endian -> version 2, then for each of up to 128 facts the distance to the one before
//! as LEB128 and the hash of the id, 8 bytes little endian) and `meta` (`applied` -> how far, under which chain hash,
//! how many entries, and their fingerprint; `withdrawn` and an import's id -> nothing), changed together in one
//! transaction. Ascending keys of many entries cost sled a thirtieth of what one random key for each entry does.
//!
//! Invariant: whatever is on disk, a call answers or returns words; sled's panics end here.

use crate::{
    model::{ImportId, Seq},
    store::{index::Index, journal::EMPTY},
};
use ::sled::{
    Config, Db, Mode, Tree,
    transaction::{ConflictableTransactionError, TransactionError, Transactional},
};
use serde::{Deserialize, Serialize};
use std::{
    cell::Cell,
    collections::BTreeSet,
    fs::{self, File},
    io,
    panic::{self, AssertUnwindSafe},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, Once, PoisonError},
    thread,
    time::Duration,
};
use xxhash_rust::xxh3::xxh3_64;

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
    /// Sum of the XXH3 hashes of the entries and of the withdrawn imports, wrapping; independent of order.
    pub fingerprint: u64,
}

impl Applied {
    pub const NOTHING: Self =
        Self { version: 2, seq: Seq(0), hash: EMPTY, entries: 0, fingerprint: 0 };

    /// Counts an entry.
    pub fn add(&mut self, entry: Entry) {
        let (seq, id) = (entry.seq.0.to_le_bytes(), entry.id.to_le_bytes());
        let mut bytes = [0; 16];
        for (to, from) in bytes.iter_mut().zip(seq.into_iter().chain(id)) {
            *to = from;
        }
        self.entries += 1;
        self.fingerprint = self.fingerprint.wrapping_add(xxh3_64(&bytes));
    }

    /// Counts an import that was withdrawn, once.
    pub fn withdraw(&mut self, import: &ImportId) {
        self.fingerprint = self.fingerprint.wrapping_add(xxh3_64(&withdrawn_key(import)));
    }
}

/// What the keys of withdrawn imports begin with.
const WITHDRAWN: &[u8] = b"withdrawn ";

fn withdrawn_key(import: &ImportId) -> Vec<u8> {
    [WITHDRAWN, import.as_str().as_bytes()].concat()
}

/// The import that a key names; none when it is no such key.
fn withdrawn_import(key: &[u8]) -> Option<ImportId> {
    std::str::from_utf8(key.strip_prefix(WITHDRAWN)?).ok()?.parse().ok()
}

/// One version of an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    /// The fact that brought it.
    pub seq: Seq,
    /// Hash of its id.
    pub id: u64,
}

/// Entries in one value: 1.2 kB of hashes, since sled wants values below a page.
const IN_VALUE: usize = 128;

/// The version of a value.
const VERSION: u8 = 2;

/// The value of entries that follow on each other.
fn value(entries: &[Entry]) -> Vec<u8> {
    let mut value = Vec::with_capacity(1 + 9 * entries.len());
    value.push(VERSION);
    let mut last = entries.first().map_or(0, |e| e.seq.0);
    for entry in entries {
        let mut distance = entry.seq.0 - last;
        while distance >= 0x80 {
            value.push((distance & 0x7f) as u8 | 0x80);
            distance >>= 7;
        }
        value.push(distance as u8);
        value.extend_from_slice(&entry.id.to_le_bytes());
        last = entry.seq.0;
    }
    value
}

/// The entries of a key and its value; none when they are not what `value` makes.
fn entries(key: &[u8], value: &[u8]) -> Option<Vec<Entry>> {
    let mut seq = u64::from_be_bytes(key.try_into().ok()?);
    let (&version, mut rest) = value.split_first()?;
    let mut entries = Vec::with_capacity(rest.len() / 9);
    while !rest.is_empty() {
        for shift in (0..64).step_by(7) {
            let (&byte, after) = rest.split_first()?;
            rest = after;
            seq = seq.checked_add(u64::from(byte & 0x7f).checked_shl(shift)?)?;
            if byte < 0x80 {
                break;
            }
        }
        let (id, after) = rest.split_first_chunk()?;
        rest = after;
        entries.push(Entry { seq: Seq(seq), id: u64::from_le_bytes(*id) });
    }
    (version == VERSION).then_some(entries)
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
                    .filter(|a| a.version == Applied::NOTHING.version)
                    .ok_or_else(|| Unusable::Broken("it is of another version".to_owned()))?,
            };
            Ok(Self { db, app, meta, dir: dir.to_owned(), applied: Mutex::new(applied) })
        })
    }

    /// How far they are.
    pub fn applied(&self) -> Applied {
        *self.lock()
    }

    /// Adds entries and imports that were withdrawn, and that the journal is applied up to `seq`: all or nothing.
    pub fn apply(
        &self,
        entries: &[Entry],
        withdrawn: &[ImportId],
        seq: Seq,
        hash: [u8; 32],
    ) -> Result<(), Unusable> {
        let mut applied = self.lock();
        let mut fresh: BTreeSet<&ImportId> = withdrawn.iter().collect();
        guard(|| {
            for import in withdrawn {
                if self.meta.contains_key(withdrawn_key(import))? {
                    fresh.remove(import);
                }
            }
            Ok(())
        })?;
        let mut next = Applied { seq, hash, ..*applied };
        for &entry in entries {
            next.add(entry);
        }
        fresh.iter().for_each(|import| next.withdraw(import));
        let keys: Vec<Vec<u8>> = fresh.into_iter().map(withdrawn_key).collect();
        let values: Vec<([u8; 8], Vec<u8>)> = entries
            .chunks(IN_VALUE)
            .map(|chunk| (chunk.first().map_or(0, |e| e.seq.0).to_be_bytes(), value(chunk)))
            .collect();
        let record = postcard::to_stdvec(&next).map_err(|e| Unusable::Broken(e.to_string()))?;
        guard(|| {
            (&self.app, &self.meta)
                .transaction(|(app, meta)| {
                    for (key, value) in &values {
                        app.insert(key, value.as_slice())?;
                    }
                    for key in &keys {
                        meta.insert(key.as_slice(), &[])?;
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

    /// Reads every entry and every withdrawn import: what `applied` should say of them, and each into `index`.
    pub fn read(&self, index: &mut Index) -> Result<Applied, Unusable> {
        guard(|| {
            let mut found = Applied { entries: 0, fingerprint: 0, ..self.applied() };
            for item in &self.app {
                let (key, value) = item?;
                let Some(entries) = entries(&key, &value) else {
                    return Err(Unusable::Broken("an entry is malformed".to_owned()));
                };
                for entry in entries {
                    found.add(entry);
                    index.add(entry.id, entry.seq);
                }
            }
            for item in self.meta.scan_prefix(WITHDRAWN) {
                let (key, _) = item?;
                let Some(import) = withdrawn_import(&key) else {
                    return Err(Unusable::Broken("a withdrawn import is malformed".to_owned()));
                };
                found.withdraw(&import);
                index.withdraw(import);
            }
            Ok(found)
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

    #[test]
    fn entries_and_progress_are_there_after_reopening() {
        let dir = tempfile::tempdir().unwrap();
        let trees = Trees::open(dir.path(), 1 << 20).unwrap();
        let all: Vec<Entry> = (0..1_000)
            .map(|n| Entry {
                seq: Seq(1 + n * (1 + n % 300)),
                id: n.wrapping_mul(0x9e37_79b9_7f4a_7c15),
            })
            .collect();
        let mut sorted = all.clone();
        sorted.sort_by_key(|e| e.seq);
        sorted.dedup_by_key(|e| e.seq);
        let (first, rest) = sorted.split_at(300);
        let imports: Vec<ImportId> = ["a", "b"].into_iter().map(ImportId::derive).collect();
        trees.apply(first, &imports[..1], Seq(9_000), [5; 32]).unwrap();
        // Told twice it is withdrawn once.
        let twice = [imports.clone(), imports.clone()].concat();
        trees.apply(rest, &twice, Seq(900_000), [6; 32]).unwrap();
        trees.sync_files().unwrap();
        let before = trees.applied();
        drop(trees);
        let trees = Trees::open(dir.path(), 1 << 20).unwrap();
        assert_eq!(trees.applied(), before);
        let mut index = Index::new();
        assert_eq!(trees.read(&mut index).unwrap(), before);
        assert_eq!(before.entries, sorted.len() as u64);
        assert!(sorted.iter().all(|e| index.facts(e.id) == [e.seq]));
        assert_eq!(*index.withdrawn(), imports.into_iter().collect());
    }

    #[test]
    fn a_value_cut_anywhere_is_malformed_or_shorter() {
        let all = [Entry { seq: Seq(7), id: 1 }, Entry { seq: Seq(700), id: u64::MAX }];
        let (key, whole) = (7_u64.to_be_bytes(), value(&all));
        assert_eq!(entries(&key, &whole).unwrap(), all);
        for cut in 0..whole.len() {
            assert!(entries(&key, &whole[..cut]).is_none_or(|found| found.len() < all.len()));
        }
        assert_eq!(entries(&key[1..], &whole), None);
    }

    #[test]
    fn a_panic_inside_the_guard_becomes_words() {
        let error = guard::<()>(|| panic!("tried to serialize Uninitialized")).unwrap_err();
        assert!(matches!(error, Unusable::Broken(text) if text.contains("Uninitialized")));
    }
}
