//! The trail as everybody holds it: records what happens, in a folder or, for tests and stores that are thrown away, in
//! memory. Not responsible for what is recorded when (`web`, `cli`, `witness`).
//!
//! Invariant: entries are in the order in which `record` was called; what `sync` returned for survives a power cut.

use crate::{
    casework::audit::{
        AuditError, Entry, Event,
        chain::{self, Chain},
        entry::LONGEST,
        follow::Followed,
        segment::{self, End},
        typed::{self, KEY},
    },
    model::Moment,
};
use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{
        Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

/// The name of the folder within a store's.
const FOLDER: &str = "audit";

/// People of whom it is remembered where they decide.
const DECIDERS: usize = 10_000;

/// The trail of one store.
#[derive(Debug)]
pub struct Trail {
    kept: Mutex<Kept>,
    key: OnceLock<[u8; KEY]>,
    /// Whether something was written that was not synced.
    is_dirty: AtomicBool,
    /// Whether something was decided since the last anchor.
    pub(super) is_decided: AtomicBool,
    /// Number of the entry that tells of the last anchor.
    pub(super) anchored: AtomicU64,
    /// The last anchor that this process made.
    pub(super) last_anchor: Mutex<Option<Anchor>>,
    /// Where somebody who decides was seen last, and how many decisions of theirs were recorded.
    deciders: Mutex<BTreeMap<String, (String, u64)>>,
}

/// An anchor in the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    /// The fact that it is.
    pub fact: u64,
    /// The entry that it is of.
    pub entry: u64,
    /// Hash of that entry's line, in hexadecimal.
    pub hash: String,
    /// When.
    pub at: Moment,
}

/// Reads the whole lines of a file.
pub(super) type Load<'a> = &'a mut dyn FnMut() -> Result<Vec<u8>, AuditError>;

/// Is given the files of a trail one after another, and says whether it wants another.
pub(super) type EachFile<'a> = &'a mut dyn FnMut(u64, Load<'_>) -> Result<bool, AuditError>;

/// Is given the entries that fit one after another, each with its line.
pub type EachEntry<'a, E> = &'a mut dyn FnMut(&Entry, &[u8]) -> Result<(), E>;

#[derive(Debug)]
enum Kept {
    Folder(Chain),
    Memory(Vec<u8>, End),
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Trail {
    fn new(kept: Kept) -> Self {
        Self {
            kept: Mutex::new(kept),
            key: OnceLock::new(),
            is_dirty: AtomicBool::new(false),
            is_decided: AtomicBool::new(false),
            anchored: AtomicU64::new(0),
            last_anchor: Mutex::default(),
            deciders: Mutex::default(),
        }
    }

    /// The trail of the store in this folder. Nothing is made or read before it is needed.
    #[must_use]
    pub fn of(store: &Path) -> Self {
        Self::new(Kept::Folder(Chain::at(store.join(FOLDER))))
    }

    /// The same, in files of about so many bytes.
    #[must_use]
    pub fn rolling(store: &Path, bytes: u64) -> Self {
        Self::new(Kept::Folder(Chain::rolling(store.join(FOLDER), bytes)))
    }

    /// One that is forgotten with the process.
    #[must_use]
    pub fn in_memory() -> Self {
        let trail = Self::new(Kept::Memory(Vec::new(), End::NONE));
        let _ = trail.key.set([7; KEY]);
        trail
    }

    /// Where it is kept, if it is.
    #[must_use]
    pub fn folder(&self) -> Option<PathBuf> {
        match &*lock(&self.kept) {
            Kept::Folder(chain) => Some(chain.dir().to_owned()),
            Kept::Memory(..) => None,
        }
    }

    /// Records what is going to be shown or done, and returns the number of the entry. Tens of microseconds.
    ///
    /// # Errors
    /// When it cannot be written; it must not be shown or done then.
    pub fn record(&self, event: Event) -> Result<u64, AuditError> {
        self.put(event, false)
    }

    /// Records what was done already, if need be at the expense of what is kept back for it.
    ///
    /// # Errors
    /// When it cannot be written even so.
    pub fn record_done(&self, event: Event) -> Result<u64, AuditError> {
        self.put(event, true)
    }

    fn put(&self, event: Event, owed: bool) -> Result<u64, AuditError> {
        let event = event.clipped();
        let make = |end: End| {
            let entry = Entry { n: end.n + 1, event: event.clone(), prev: segment::hex(&end.hash) };
            let mut line = serde_json::to_vec(&entry)
                .map_err(|e| AuditError::io(Path::new(FOLDER))(io::Error::other(e)))?;
            line.push(b'\n');
            Ok(line)
        };
        let end = match &mut *lock(&self.kept) {
            Kept::Folder(chain) => chain.append(owed, &make)?,
            Kept::Memory(lines, end) => {
                let line = make(*end)?;
                let text = line.strip_suffix(b"\n").unwrap_or(&line);
                *end = End { n: end.n + 1, hash: segment::hash(text) };
                lines.extend_from_slice(&line);
                *end
            }
        };
        self.is_dirty.store(true, Ordering::Release);
        Ok(end.n)
    }

    /// Whether what is going to be done can be recorded then.
    ///
    /// # Errors
    /// When it cannot.
    pub fn ready(&self) -> Result<(), AuditError> {
        match &mut *lock(&self.kept) {
            Kept::Folder(chain) => chain.ready(),
            Kept::Memory(..) => Ok(()),
        }
    }

    /// Makes every entry of this process durable. Waits for the disk, and lets others record meanwhile.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn sync(&self) -> Result<(), AuditError> {
        if !self.is_dirty.swap(false, Ordering::AcqRel) {
            return Ok(());
        }
        let file = match &*lock(&self.kept) {
            Kept::Folder(chain) => chain.file(),
            Kept::Memory(..) => None,
        };
        let Some((file, path)) = file else { return Ok(()) };
        file.sync_data().map_err(|e| {
            self.is_dirty.store(true, Ordering::Release);
            AuditError::io(&path)(e)
        })
    }

    /// Number and hash, in hexadecimal, of the last entry, whoever wrote it.
    ///
    /// # Errors
    /// When the trail cannot be read.
    pub fn head(&self) -> Result<(u64, String), AuditError> {
        let end = match &mut *lock(&self.kept) {
            Kept::Folder(chain) => chain.end()?,
            Kept::Memory(_, end) => *end,
        };
        Ok((end.n, segment::hex(&end.hash)))
    }

    /// What stands in the trail for a text that somebody typed.
    ///
    /// # Errors
    /// When the key cannot be read, or made with the first use.
    pub fn typed(&self, text: &str) -> Result<String, AuditError> {
        let key = match (self.key.get(), self.folder()) {
            (Some(key), _) => *key,
            (None, Some(dir)) => {
                self.ready()?;
                let key = key_in(&dir)?;
                *self.key.get_or_init(|| key)
            }
            (None, None) => [0; KEY],
        };
        Ok(typed::typed(&key, text))
    }

    /// Remembers from where somebody decides: facts do not say. Returns how many decisions of theirs this process has
    /// recorded so far.
    pub fn seen(&self, who: &str, place: &str) -> u64 {
        let mut deciders = lock(&self.deciders);
        if deciders.len() >= DECIDERS && !deciders.contains_key(who) {
            deciders.pop_first();
        }
        let seen = deciders.entry(who.to_owned()).or_default();
        place.clone_into(&mut seen.0);
        seen.1
    }

    /// How many decisions of somebody this process has recorded so far.
    #[must_use]
    pub fn decisions_of(&self, who: &str) -> u64 {
        lock(&self.deciders).get(who).map_or(0, |(_, n)| *n)
    }

    /// Counts a decision, and says from where it was taken.
    pub(super) fn decides(&self, who: &str) -> String {
        let mut deciders = lock(&self.deciders);
        let Some((place, n)) = deciders.get_mut(who) else { return String::new() };
        *n += 1;
        place.clone()
    }

    /// The last anchor that this process made.
    #[must_use]
    pub fn last_anchor(&self) -> Option<Anchor> {
        lock(&self.last_anchor).clone()
    }

    /// Whole lines of the trail, a file at a time, the newest file first, each with the number of its first entry; until
    /// `each` says that it has seen enough.
    pub(super) fn files(&self, each: EachFile<'_>) -> Result<(), AuditError> {
        let Some(dir) = self.folder() else {
            let lines = match &*lock(&self.kept) {
                Kept::Memory(lines, _) => lines.clone(),
                Kept::Folder(_) => Vec::new(),
            };
            return each(1, &mut || Ok(lines.clone())).map(drop);
        };
        for found in segment::all(&dir)?.into_iter().rev() {
            let mut load = || {
                let mut bytes = chain::read(&found.path, 0)?;
                bytes.truncate(segment::whole(&bytes).len());
                Ok(bytes)
            };
            if !each(found.first, &mut load)? {
                break;
            }
        }
        Ok(())
    }

    /// The whole trail, line by line, oldest first.
    ///
    /// # Errors
    /// When it cannot be read, or what `each` returned.
    pub fn lines<E: From<AuditError>>(
        &self,
        each: &mut dyn FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let Some(dir) = self.folder() else {
            let lines = match &*lock(&self.kept) {
                Kept::Memory(lines, _) => lines.clone(),
                Kept::Folder(_) => Vec::new(),
            };
            return segment::lines(&lines).try_for_each(each);
        };
        for found in segment::all(&dir)? {
            let bytes = chain::read(&found.path, 0)?;
            segment::lines(segment::whole(&bytes)).try_for_each(&mut *each)?;
        }
        Ok(())
    }

    /// Reads on from where a look at the trail ended, and checks that each entry follows the one before. O(entries since).
    ///
    /// # Errors
    /// When the trail cannot be read; what is wrong with it stands in what was followed.
    pub fn follow(&self, followed: &mut Followed) -> Result<(), AuditError> {
        let anchor = self.last_anchor();
        let Some(dir) = self.folder() else {
            let lines = match &*lock(&self.kept) {
                Kept::Memory(lines, _) => lines.clone(),
                Kept::Folder(_) => Vec::new(),
            };
            followed.read_on(
                1,
                lines.get(followed.offset(1)..).unwrap_or_default(),
                anchor.as_ref(),
            );
            return Ok(());
        };
        for found in segment::all(&dir)? {
            if followed.is_past(found.first) {
                continue;
            }
            let bytes = chain::read(&found.path, followed.offset(found.first) as u64)?;
            followed.read_on(found.first, segment::whole(&bytes), anchor.as_ref());
        }
        Ok(())
    }

    /// Puts the lines of a trail that was taken away into the empty one of a store, as they were.
    ///
    /// # Errors
    /// When there is a trail already, or it cannot be written.
    pub fn restore(&self, lines: &mut dyn Iterator<Item = String>) -> Result<u64, AuditError> {
        let Some(dir) = self.folder() else { return Ok(0) };
        if self.head()?.0 > 0 {
            return Err(AuditError::damaged(&dir, "there is a trail already"));
        }
        let mut n = 0;
        for line in lines {
            if line.len() > LONGEST {
                return Err(AuditError::damaged(&dir, format!("entry {} is too long", n + 1)));
            }
            if let Kept::Folder(chain) = &mut *lock(&self.kept) {
                n = chain.append(false, &|_| Ok(format!("{line}\n").into_bytes()))?.n;
            }
        }
        self.is_dirty.store(true, Ordering::Release);
        self.sync()?;
        Ok(n)
    }

    /// Has the next anchor made even where nothing was decided.
    pub fn want_anchor(&self) {
        self.is_decided.store(true, Ordering::Release);
    }
}

/// The key of a trail, made if there is none.
fn key_in(dir: &Path) -> Result<[u8; KEY], AuditError> {
    let path = dir.join("key");
    let read = |text: &str| {
        let text = text.trim();
        let mut key = [0; KEY];
        let pairs = text.as_bytes().chunks(2);
        let is_whole = text.len() == 2 * KEY;
        for (byte, pair) in key.iter_mut().zip(pairs) {
            let digits = std::str::from_utf8(pair).ok()?;
            *byte = u8::from_str_radix(digits, 16).ok()?;
        }
        is_whole.then_some(key)
    };
    for _ in 0..2 {
        match fs::read_to_string(&path) {
            Ok(text) => {
                let damaged = || {
                    let what = "its key is no key: what was typed before can be found no more";
                    AuditError::damaged(dir, what)
                };
                return read(&text).ok_or_else(damaged);
            }
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            Err(e) => return Err(AuditError::io(&path)(e)),
        }
        let mut key = [0; KEY];
        getrandom::fill(&mut key).map_err(|e| AuditError::NoRandomness(e.to_string()))?;
        // Whole or not at all, and the first of two processes wins.
        let fresh = tempfile::NamedTempFile::new_in(dir).map_err(AuditError::io(&path))?;
        let put = || -> io::Result<()> {
            let mut file = fresh.as_file();
            file.write_all(format!("{}\n", segment::hex(&key)).as_bytes())?;
            file.sync_all()
        };
        put().map_err(AuditError::io(&path))?;
        match fresh.persist_noclobber(&path) {
            Ok(_) => return Ok(key),
            Err(e) if e.error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(e) => return Err(AuditError::io(&path)(e.error)),
        }
    }
    Err(AuditError::damaged(dir, "its key comes and goes"))
}
