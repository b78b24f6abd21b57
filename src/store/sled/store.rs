//! `SledStore`: opening, appending, serving, closing. Not responsible for recovery of either part
//! (`journal::opening`, `super::opening`).
//!
//! Invariant: facts go to the journal first and are acknowledged by it alone; a failure of sled never fails an
//! append whose facts are durable, it ends the taking of further ones.

use super::{
    SledOptions,
    clean::Clean,
    opening,
    trees::{Applied, Entry, Trees, Unusable},
};
use crate::{
    model::{ApplicationId, Clock, Erasure, Fact, ImportId, Seq},
    store::{
        Batch, Erasing, Glance, Head, Notice, Store, StoreError, Verified, Version,
        batch::id_hash,
        erasing::{self, Step},
        index::{self, Index},
        journal::{Access, Journal, decode, glance},
        layout::{self, Layout},
        lock::Lock,
        snapshot,
        tombstones::{self, Tombstones},
    },
};
use rustc_hash::FxHashSet;
use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
};

/// A store in a folder. One process may write; any number may read beside it.
pub struct SledStore {
    pub(super) layout: Layout,
    pub(super) options: SledOptions,
    clock: Arc<dyn Clock>,
    pub(super) journal: Journal,
    pub(super) index: RwLock<Index>,
    /// None for a reader, and once sled failed.
    pub(super) trees: Mutex<Option<Trees>>,
    /// Held while facts go to the journal and then to the trees; facts since the last sync of the trees.
    pub(super) order: Mutex<u64>,
    read_only: Mutex<Option<String>>,
    notices: Mutex<Vec<Notice>>,
    /// None for a reader.
    lock: Option<Lock>,
}

impl SledStore {
    /// Opens the store in `dir` for writing, or makes it. Costs one reading of the journal (checksums and order)
    /// and sled's own opening; repairs what `Store::notices` then tells of.
    ///
    /// A full disk is no error here: the store then serves what it has, and `Store::read_only` says why.
    ///
    /// # Errors
    /// `InUse` when another process writes to it, `Damaged` when acknowledged facts are not whole, `Format` when
    /// another version wrote it.
    pub fn open(
        dir: &Path,
        options: SledOptions,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, StoreError> {
        let layout = Layout::new(dir);
        layout::make_dir(dir)?;
        let lock = Lock::take(&layout, &options.command, clock.now())?;
        if !layout.is_store()? {
            Journal::create(&layout.journal())?;
            layout.seal()?;
        }
        let clean = Clean::read(&layout);
        let witness = clean.as_ref().map(|c| &c.journal);
        let mut notes = Vec::new();
        let journal = Journal::open(
            &layout.journal(),
            Access::Write,
            options.segment_bytes,
            witness,
            &mut notes,
        )?;
        let (trees, index, read_only) = if layout::has_room(dir, options.room_bytes)? {
            Clean::forget(&layout)?;
            // Before anything is served of it.
            erasing::resume(&layout, &journal, &mut notes)?;
            match opening::open(&layout, &journal, options.cache_bytes, &mut notes) {
                Ok((trees, index)) => (Some(trees), index, None),
                Err(Unusable::Full) => (None, opening::index(&journal)?, Some(full(dir))),
                Err(Unusable::Broken(what)) => {
                    let reason =
                        format!("the serving store can be neither opened nor rebuilt: {what}");
                    (None, opening::index(&journal)?, Some(reason))
                }
            }
        } else {
            (None, opening::index(&journal)?, Some(full(dir)))
        };
        notes.extend(
            read_only.iter().map(|reason| format!("the store takes no more facts: {reason}")),
        );
        let store = Self::assemble(layout, options, clock, journal, index, trees, Some(lock));
        *hold(&store.read_only) = read_only;
        for text in notes {
            store.note(text);
        }
        Ok(store)
    }

    /// Opens the store in `dir` for reading, as it is at this moment, also while another process writes to it.
    /// Changes no file; serves from an index made by one reading of the journal.
    ///
    /// # Errors
    /// When there is no store, `Damaged` when acknowledged facts are not whole, `Format` when another version
    /// wrote it.
    pub fn open_reader(dir: &Path, clock: Arc<dyn Clock>) -> Result<Self, StoreError> {
        let layout = Layout::new(dir);
        if !layout.is_store()? {
            return Err(StoreError::Format {
                file: dir.to_owned(),
                what: "there is no store here; import something first".to_owned(),
            });
        }
        let options = SledOptions::default();
        let journal = Journal::open(
            &layout.journal(),
            Access::Read,
            options.segment_bytes,
            None,
            &mut Vec::new(),
        )?;
        let index = opening::index(&journal)?;
        let store = Self::assemble(layout, options, clock, journal, index, None, None);
        *hold(&store.read_only) = Some("it was opened for reading".to_owned());
        Ok(store)
    }

    fn assemble(
        layout: Layout,
        options: SledOptions,
        clock: Arc<dyn Clock>,
        journal: Journal,
        index: Index,
        trees: Option<Trees>,
        lock: Option<Lock>,
    ) -> Self {
        Self {
            layout,
            options,
            clock,
            journal,
            index: RwLock::new(index),
            trees: Mutex::new(trees),
            order: Mutex::new(0),
            read_only: Mutex::new(None),
            notices: Mutex::new(Vec::new()),
            lock,
        }
    }

    pub(super) fn note(&self, text: String) {
        let notice = Notice { at: self.clock.now(), text };
        hold(&self.notices).push(notice);
    }

    pub(super) fn stop_taking(&self, reason: String) {
        let mut read_only = hold(&self.read_only);
        if read_only.is_none() {
            *read_only = Some(reason);
        }
    }

    /// Goes on without sled, and takes no more facts. The index has all that sled had.
    pub(super) fn leave_sled(&self, what: Unusable) {
        let what = match what {
            Unusable::Full => "the disk is full".to_owned(),
            Unusable::Broken(what) => what,
        };
        self.stop_taking(format!(
            "the serving store failed ({what}); start again to have it rebuilt"
        ));
        if hold(&self.trees).take().is_some() {
            self.note(format!("the serving store failed ({what}); serving from the journal"));
        }
    }

    /// Applies a batch to the trees.
    fn apply(
        &self,
        entries: &[Entry],
        withdrawn: &[ImportId],
        head: Head,
        sync: bool,
    ) -> Result<(), Unusable> {
        match &*hold(&self.trees) {
            None => Ok(()),
            Some(trees) => {
                trees.apply(entries, withdrawn, head.seq, head.hash)?;
                if sync { trees.sync() } else { Ok(()) }
            }
        }
    }

    /// Appends while `order` is held.
    pub(super) fn append_held(
        &self,
        since_sync: &mut u64,
        batch: &Batch,
    ) -> Result<Seq, StoreError> {
        if let Some(reason) = self.read_only() {
            return Err(StoreError::ReadOnly { reason });
        }
        let head = self.head().seq;
        if batch.is_empty() {
            return Ok(head);
        }
        if head.0.saturating_add(batch.len()) > index::MOST.0 {
            return Err(StoreError::Encode {
                what: format!("a journal holds at most {} facts", index::MOST.0),
            });
        }
        let appended = self.journal.append(&batch.blocks).inspect_err(|e| {
            if !matches!(e, StoreError::Encode { .. }) {
                self.stop_taking(e.to_string());
                self.note(format!("an append failed and was taken back: {e}"));
            }
        })?;
        let received = batch.received(appended.first);
        let entries: Vec<Entry> = received.map(|(seq, id)| Entry { seq, id }).collect();
        {
            let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
            for entry in &entries {
                index.add(entry.id, entry.seq);
            }
            for import in &batch.withdrawn {
                index.withdraw(import.clone());
            }
        }
        *since_sync += batch.len();
        let sync = *since_sync >= self.options.sync_every;
        if sync {
            *since_sync = 0;
        }
        if let Err(unusable) = self.apply(&entries, &batch.withdrawn, appended.head, sync) {
            // The facts are durable, so this append succeeded.
            self.leave_sled(unusable);
        }
        Ok(appended.head.seq)
    }

    /// Leaves what the next open trusts. The trees are closed first: closing writes.
    fn close(&mut self) -> Result<(), StoreError> {
        let trees = self.trees.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        let read_only = self.read_only.get_mut().unwrap_or_else(PoisonError::into_inner);
        match trees {
            Some(trees) if read_only.is_none() && trees.sync().is_ok() => drop(trees),
            _ => return Ok(()),
        }
        Clean::write(&self.layout, self.journal.witness())
    }
}

impl Drop for SledStore {
    fn drop(&mut self) {
        if self.lock.is_some() {
            // Without the marker the next open checks more and takes longer, nothing else.
            let _ = self.close();
        }
    }
}

impl Store for SledStore {
    fn append_batch(&self, batch: &Batch) -> Result<Seq, StoreError> {
        self.append_held(&mut hold(&self.order), batch)
    }

    fn erase(&self, erasure: Erasure, facts: &[Erasing]) -> Result<Seq, StoreError> {
        self.erase_until(erasure, facts, Step::Done)
    }

    fn head(&self) -> Head {
        self.journal.head()
    }

    fn facts(
        &self,
        from: Seq,
        each: &mut dyn FnMut(Seq, Fact) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let reader = self.journal.reader(from);
        reader.each(|_, kind, schema, payload| decode(kind, schema, payload), each)
    }

    fn glances(
        &self,
        from: Seq,
        each: &mut dyn FnMut(Seq, Glance) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let reader = self.journal.reader(from);
        reader.each(|_, kind, schema, payload| glance(kind, schema, payload), each)
    }

    fn versions_as_of(
        &self,
        id: &ApplicationId,
        last: Seq,
        withdrawn: &BTreeSet<ImportId>,
    ) -> Result<Vec<Version>, StoreError> {
        let hash = id_hash(id.as_str());
        let facts = self.index.read().unwrap_or_else(PoisonError::into_inner).facts(hash);
        let mut versions = Vec::with_capacity(facts.len());
        for seq in facts.into_iter().filter(|seq| *seq <= last) {
            if let Fact::Received { import, application } = self.journal.fact_at(seq)?
                && application.id == *id
                && !withdrawn.contains(&import)
            {
                versions.push(Version { seq, import, application: *application });
            }
        }
        Ok(versions)
    }

    fn withdrawn(&self) -> Arc<BTreeSet<ImportId>> {
        self.index.read().unwrap_or_else(PoisonError::into_inner).withdrawn()
    }

    fn write_snapshot(&self, name: &str, seq: Seq, body: &[u8]) -> Result<(), StoreError> {
        let dir = self.layout.snapshots();
        let path = snapshot::path(&dir, name)?;
        if let Some(reason) = self.read_only() {
            return Err(StoreError::ReadOnly { reason });
        }
        let Some(hash) = self.journal.hash_at(seq)? else {
            return Err(snapshot::ahead(seq, self.head().seq));
        };
        layout::make_dir(&dir)?;
        snapshot::write(&path, seq, &hash, body)
    }

    fn read_snapshot(&self, name: &str) -> Result<Option<(Seq, Vec<u8>)>, StoreError> {
        let path = snapshot::path(&self.layout.snapshots(), name)?;
        let what = match snapshot::read(&path)? {
            snapshot::Found::Nothing => return Ok(None),
            snapshot::Found::Broken(what) => what,
            snapshot::Found::Whole(seq, hash, body) => {
                if self.journal.hash_at(seq)? == Some(hash) {
                    return Ok(Some((seq, body)));
                }
                "it was made from another journal, or from facts that were lost".to_owned()
            }
        };
        self.note(format!("the snapshot \"{name}\" is not used: {what}"));
        Ok(None)
    }

    fn read_only(&self) -> Option<String> {
        hold(&self.read_only).clone()
    }

    fn notices(&self) -> Vec<Notice> {
        hold(&self.notices).clone()
    }

    fn verify(&self) -> Result<Verified, StoreError> {
        // Nothing is appended meanwhile, so that journal and trees are compared at one moment.
        let _still = hold(&self.order);
        let mut expected = Applied::NOTHING;
        let mut ids = FxHashSet::default();
        let mut unserved = 0_u64;
        let index = self.index.read().unwrap_or_else(PoisonError::into_inner);
        let (known, mut withdrawn) = (index.withdrawn(), BTreeSet::new());
        let read = |kind, schema, payload: &[u8]| match decode(kind, schema, payload)? {
            Fact::Received { import, application } => {
                let id = id_hash(application.id.as_str());
                Ok(Told::Received { id, counts: !known.contains(&import) })
            }
            fact => {
                let of_erasing = tombstones::Told::of(&fact)?;
                let withdrawn = match fact.remaining() {
                    Some(Fact::ImportWithdrawn { import, .. }) => Some(import),
                    _ => None,
                };
                Ok(Told::Else { withdrawn, of_erasing })
            }
        };
        let mut tombstones = Tombstones::default();
        let head = self.journal.verify(read, &mut |seq, told| match told {
            Told::Received { id, counts } => {
                if counts {
                    ids.insert(id);
                }
                expected.add(Entry { seq, id });
                unserved += u64::from(!index.holds(id, seq));
            }
            Told::Else { withdrawn: import, of_erasing } => {
                withdrawn.extend(import);
                of_erasing.into_iter().for_each(|told| tombstones.put(seq, told));
            }
        })?;
        if let Some((seq, what)) = tombstones.differs() {
            return Err(StoreError::damaged(&self.layout.journal(), 0, seq, what));
        }
        drop(index);
        withdrawn.iter().for_each(|import| expected.withdraw(import));
        let applications = ids.len() as u64;
        (expected.seq, expected.hash) = (head.seq, head.hash);
        let found = hold(&self.trees).as_ref().map(|trees| trees.read(&mut Index::new()));
        let differs = match found {
            _ if unserved > 0 => Some(format!("{unserved} versions are not served")),
            _ if withdrawn != *known => Some(format!(
                "it knows of {} withdrawn imports, the journal of {}, or they differ",
                known.len(),
                withdrawn.len()
            )),
            None => None,
            Some(Ok(found)) => (found != expected).then(|| {
                format!(
                    "it holds {} versions of applications, the journal {}, or they differ",
                    found.entries, expected.entries
                )
            }),
            // After a full disk sled answers nothing any more; that is known, and no damage.
            Some(Err(Unusable::Broken(what))) if self.read_only().is_none() => Some(what),
            Some(Err(unusable)) => {
                self.leave_sled(unusable);
                None
            }
        };
        if let Some(what) = differs {
            self.leave_sled(Unusable::Broken(what.clone()));
            // Out of the way, so that the next start rebuilds it whatever it says of itself.
            let _ = fs::rename(self.layout.sled(), self.layout.aside());
            return Err(StoreError::damaged(&self.layout.sled(), 0, head.seq, what));
        }
        Ok(Verified { facts: head.seq.0, applications, head })
    }
}

/// What a fact tells `verify`.
enum Told {
    /// An application was received; whether it counts.
    Received { id: u64, counts: bool },
    /// Anything else.
    Else {
        /// The import that was withdrawn.
        withdrawn: Option<ImportId>,
        /// What it says of erasing.
        of_erasing: Option<tombstones::Told>,
    },
}

pub(super) fn hold<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn full(dir: &Path) -> String {
    StoreError::Full { path: dir.to_owned() }.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{FixedClock, Moment},
        store::contract::sample_facts,
    };

    fn open(dir: &Path) -> SledStore {
        let clock = Arc::new(FixedClock(Moment(0)));
        SledStore::open(dir, SledOptions::default(), clock).unwrap()
    }

    /// Changes the `app` tree behind the store's back, keeping the marker of an orderly close.
    fn tamper(dir: &Path, change: impl Fn(&::sled::Tree)) {
        let layout = Layout::new(dir);
        let db = ::sled::Config::new().path(layout.sled()).open().unwrap();
        change(&db.open_tree("app").unwrap());
        db.flush().unwrap();
        drop(db);
        let marker = Clean::read(&layout).unwrap();
        Clean::write(&layout, marker.journal).unwrap();
    }

    #[test]
    fn entries_lost_or_changed_behind_its_back_are_healed_by_the_next_start() {
        let changes: [fn(&::sled::Tree); 3] = [
            |app| drop(app.pop_min().unwrap()),
            |app| {
                let (key, value) = app.first().unwrap().unwrap();
                let mut other = value.to_vec();
                *other.last_mut().unwrap() ^= 1;
                app.insert(key, other).unwrap();
            },
            |app| drop(app.insert(100_u64.to_be_bytes(), b"garbage").unwrap()),
        ];
        for change in changes {
            let dir = tempfile::tempdir().unwrap();
            open(dir.path()).append(&sample_facts()).unwrap();
            tamper(dir.path(), change);
            let store = open(dir.path());
            assert!(store.notices()[0].text.contains("was rebuilt"), "{:?}", store.notices());
            assert_eq!(store.versions(&"A-1".parse().unwrap()).unwrap().len(), 2);
            store.verify().unwrap();
        }
    }

    #[test]
    fn a_withdrawal_that_sled_missed_is_caught_up_with_and_one_that_it_lost_is_healed() {
        let dir = tempfile::tempdir().unwrap();
        let store = open(dir.path());
        store.append(&sample_facts()).unwrap();
        let import = ImportId::derive("contract");
        // As if the process had been killed between the two.
        *hold(&store.trees) = None;
        let (by, why) = ("Ada Example".to_owned(), "the wrong file".to_owned());
        let fact = Fact::ImportWithdrawn { import: import.clone(), by, at: Moment(1), why };
        store.append(&[fact]).unwrap();
        drop(store);
        let check = |said: &str| {
            let store = open(dir.path());
            assert!(store.notices()[0].text.contains(said), "{:?}", store.notices());
            assert!(store.withdrawn().contains(&import));
            assert!(store.versions(&"A-1".parse().unwrap()).unwrap().is_empty());
            assert_eq!(store.verify().unwrap().applications, 0);
        };
        check("has caught up");
        let layout = Layout::new(dir.path());
        let db = ::sled::Config::new().path(layout.sled()).open().unwrap();
        let meta = db.open_tree("meta").unwrap();
        assert!(meta.remove(format!("withdrawn {import}")).unwrap().is_some());
        db.flush().unwrap();
        drop((meta, db));
        check("was rebuilt");
    }

    #[test]
    fn an_entry_too_many_is_found_by_verify_and_healed_by_the_next_start() {
        let dir = tempfile::tempdir().unwrap();
        let store = open(dir.path());
        store.append(&sample_facts()).unwrap();
        let Head { seq, hash } = store.head();
        let trees = hold(&store.trees);
        trees.as_ref().unwrap().apply(&[Entry { seq: Seq(3), id: 1 }], &[], seq, hash).unwrap();
        drop(trees);
        let error = store.verify().unwrap_err();
        assert!(error.is_damage() && error.to_string().contains("start again"), "{error}");
        assert_eq!(store.versions(&"A-1".parse().unwrap()).unwrap().len(), 2);
        drop(store);
        let store = open(dir.path());
        assert!(store.notices()[0].text.contains("was rebuilt"), "{:?}", store.notices());
        store.verify().unwrap();
    }

    #[test]
    fn an_index_without_a_version_is_found_by_verify() {
        let dir = tempfile::tempdir().unwrap();
        let store = open(dir.path());
        store.append(&sample_facts()).unwrap();
        *store.index.write().unwrap() = Index::new();
        let error = store.verify().unwrap_err();
        assert!(error.is_damage() && error.to_string().contains("4 versions"), "{error}");
    }
}
