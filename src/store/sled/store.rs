//! `SledStore`: opening, appending, serving, closing. Not responsible for recovery of either part
//! (`journal::opening`, `super::opening`).
//!
//! Invariant: facts go to the journal first and are acknowledged by it alone; a failure of sled never fails an
//! append whose facts are durable, it ends the taking of further ones.

use super::{
    SledOptions,
    clean::{self, Clean},
    index::Index,
    opening,
    trees::{Applied, Entry, Trees, Unusable},
};
use crate::{
    model::{ApplicationId, Clock, Fact, Seq},
    store::{
        Head, Notice, Store, StoreError, Verified, Version,
        journal::{Access, Journal, Place, decode},
        layout::{self, Layout},
        lock::Lock,
        snapshot,
    },
};
use rustc_hash::FxHashSet;
use std::{
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
};
use xxhash_rust::xxh3::xxh3_64;

/// A store in a folder. One process may write; any number may read beside it.
pub struct SledStore {
    layout: Layout,
    options: SledOptions,
    clock: Arc<dyn Clock>,
    journal: Journal,
    serving: RwLock<Serving>,
    /// Held while facts go to the journal and then to the trees; facts since the last sync of the trees.
    order: Mutex<u64>,
    read_only: Mutex<Option<String>>,
    notices: Mutex<Vec<Notice>>,
    /// None for a reader.
    lock: Option<Lock>,
}

enum Serving {
    Trees(Trees),
    Index(Index),
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
        let (serving, read_only) = if layout::has_room(dir, options.room_bytes)? {
            let trusted = clean.is_some_and(|c| c.sled_bytes == clean::sled_bytes(&layout));
            Clean::forget(&layout)?;
            match opening::open(&layout, &journal, options.cache_bytes, trusted, &mut notes) {
                Ok(trees) => (Serving::Trees(trees), None),
                Err(Unusable::Full) => (Serving::Index(Index::build(&journal)?), Some(full(dir))),
                Err(Unusable::Broken(what)) => {
                    let reason =
                        format!("the serving store can be neither opened nor rebuilt: {what}");
                    (Serving::Index(Index::build(&journal)?), Some(reason))
                }
            }
        } else {
            (Serving::Index(Index::build(&journal)?), Some(full(dir)))
        };
        notes.extend(
            read_only.iter().map(|reason| format!("the store takes no more facts: {reason}")),
        );
        let store = Self::assemble(layout, options, clock, journal, serving, Some(lock));
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
        let serving = Serving::Index(Index::build(&journal)?);
        let store = Self::assemble(layout, options, clock, journal, serving, None);
        *hold(&store.read_only) = Some("it was opened for reading".to_owned());
        Ok(store)
    }

    fn assemble(
        layout: Layout,
        options: SledOptions,
        clock: Arc<dyn Clock>,
        journal: Journal,
        serving: Serving,
        lock: Option<Lock>,
    ) -> Self {
        Self {
            layout,
            options,
            clock,
            journal,
            serving: RwLock::new(serving),
            order: Mutex::new(0),
            read_only: Mutex::new(None),
            notices: Mutex::new(Vec::new()),
            lock,
        }
    }

    fn note(&self, text: String) {
        let notice = Notice { at: self.clock.now(), text };
        hold(&self.notices).push(notice);
    }

    fn stop_taking(&self, reason: String) {
        let mut read_only = hold(&self.read_only);
        if read_only.is_none() {
            *read_only = Some(reason);
        }
    }

    /// Serves from the journal alone from now on, and takes no more facts.
    fn leave_sled(&self, what: Unusable) -> Result<(), StoreError> {
        let what = match what {
            Unusable::Full => "the disk is full".to_owned(),
            Unusable::Broken(what) => what,
        };
        self.stop_taking(format!(
            "the serving store failed ({what}); start again to have it rebuilt"
        ));
        let index = Index::build(&self.journal)?;
        let mut serving = self.serving.write().unwrap_or_else(PoisonError::into_inner);
        if matches!(*serving, Serving::Trees(_)) {
            *serving = Serving::Index(index);
            self.note(format!("the serving store failed ({what}); serving from the journal"));
        }
        Ok(())
    }

    /// Applies a batch to the trees.
    fn apply(&self, entries: &[Entry], head: Head, sync: bool) -> Result<(), Unusable> {
        match &*self.serving.read().unwrap_or_else(PoisonError::into_inner) {
            Serving::Index(_) => Ok(()),
            Serving::Trees(trees) => {
                trees.apply(entries, head.seq, head.hash)?;
                if sync { trees.sync() } else { Ok(()) }
            }
        }
    }

    /// Places of an application, and whether sled said so.
    fn places(&self, id: &ApplicationId) -> (Result<Vec<(Seq, Place)>, Unusable>, bool) {
        match &*self.serving.read().unwrap_or_else(PoisonError::into_inner) {
            Serving::Trees(trees) => (trees.places(id.as_str()), true),
            Serving::Index(index) => (Ok(index.places(id.as_str())), false),
        }
    }

    /// What the trees hold, when they serve.
    fn count(&self) -> Option<Result<(Applied, u64), Unusable>> {
        match &*self.serving.read().unwrap_or_else(PoisonError::into_inner) {
            Serving::Trees(trees) => Some(trees.count()),
            Serving::Index(_) => None,
        }
    }

    fn versions_at(
        &self,
        id: &ApplicationId,
        places: Vec<(Seq, Place)>,
    ) -> Result<Vec<Version>, StoreError> {
        let mut versions = Vec::with_capacity(places.len());
        for (seq, place) in places {
            if let Fact::Received { application, .. } = self.journal.fact_at(place, seq)?
                && application.id == *id
            {
                versions.push(Version { seq, application: *application });
            }
        }
        Ok(versions)
    }

    /// Leaves what the next open trusts. The trees are closed first: closing writes.
    fn close(&mut self) -> Result<(), StoreError> {
        let serving = self.serving.get_mut().unwrap_or_else(PoisonError::into_inner);
        let Serving::Trees(trees) = serving else { return Ok(()) };
        if self.read_only.get_mut().unwrap_or_else(PoisonError::into_inner).is_some()
            || trees.sync().is_err()
        {
            return Ok(());
        }
        *serving = Serving::Index(Index::empty());
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
    fn append(&self, facts: &[Fact]) -> Result<Seq, StoreError> {
        let mut since_sync = hold(&self.order);
        if let Some(reason) = self.read_only() {
            return Err(StoreError::ReadOnly { reason });
        }
        if facts.is_empty() {
            return Ok(self.head().seq);
        }
        let appended = self.journal.append(facts).inspect_err(|e| {
            if !matches!(e, StoreError::Encode { .. }) {
                self.stop_taking(e.to_string());
                self.note(format!("an append failed and was taken back: {e}"));
            }
        })?;
        let entries: Vec<Entry> = (appended.first.0..)
            .zip(facts.iter().zip(&appended.places))
            .filter_map(|(seq, (fact, &place))| match fact {
                Fact::Received { application, .. } => {
                    Some(Entry::new(application.id.as_str(), Seq(seq), place))
                }
                _ => None,
            })
            .collect();
        *since_sync += facts.len() as u64;
        let sync = *since_sync >= self.options.sync_every;
        if sync {
            *since_sync = 0;
        }
        if let Err(unusable) = self.apply(&entries, appended.head, sync) {
            // The facts are durable, so this append succeeded.
            if let Err(e) = self.leave_sled(unusable) {
                self.note(format!("the journal could not be indexed: {e}"));
            }
        }
        Ok(appended.head.seq)
    }

    fn head(&self) -> Head {
        self.journal.head()
    }

    fn facts(
        &self,
        from: Seq,
        each: &mut dyn FnMut(Seq, Fact) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut reader = self.journal.reader(from);
        while let Some(f) = reader.next()? {
            let (seq, place) = (f.seq, f.place);
            let fact = decode(f.kind, f.schema, f.payload);
            each(seq, fact.map_err(|what| reader.damaged(place, what))?)?;
        }
        Ok(())
    }

    fn versions(&self, id: &ApplicationId) -> Result<Vec<Version>, StoreError> {
        let unusable = match self.places(id) {
            (Ok(places), by_sled) => match self.versions_at(id, places) {
                Err(e) if by_sled => Unusable::Broken(e.to_string()),
                other => return other,
            },
            (Err(unusable), _) => unusable,
        };
        self.leave_sled(unusable)?;
        self.versions_at(id, self.places(id).0.unwrap_or_default())
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
        let head = self.journal.verify(&mut |f| {
            let fact = decode(f.kind, f.schema, f.payload)?;
            if let Fact::Received { application, .. } = fact {
                let id = application.id.as_str();
                ids.insert(xxh3_64(id.as_bytes()));
                expected.add(&Entry::new(id, f.seq, f.place));
            }
            Ok(())
        })?;
        let applications = ids.len() as u64;
        (expected.seq, expected.hash) = (head.seq, head.hash);
        let differs = match self.count() {
            None => None,
            Some(Ok((found, n))) => (found != expected || n != applications).then(|| {
                format!(
                    "it holds {} versions of {n} applications, the journal {} of {applications}, or they differ",
                    found.entries, expected.entries
                )
            }),
            // After a full disk sled answers nothing any more; that is known, and no damage.
            Some(Err(Unusable::Broken(what))) if self.read_only().is_none() => Some(what),
            Some(Err(unusable)) => {
                self.leave_sled(unusable)?;
                None
            }
        };
        if let Some(what) = differs {
            // Right answers until then, and no marker that would make the next start trust it.
            self.leave_sled(Unusable::Broken(what.clone()))?;
            return Err(StoreError::damaged(&self.layout.sled(), 0, head.seq, what));
        }
        Ok(Verified { facts: head.seq.0, applications, head })
    }
}

fn hold<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
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
    fn a_lost_entry_is_found_by_verify_and_healed_by_the_next_start() {
        let dir = tempfile::tempdir().unwrap();
        open(dir.path()).append(&sample_facts()).unwrap();
        tamper(dir.path(), |app| {
            app.pop_min().unwrap();
        });
        let id: ApplicationId = "A-1".parse().unwrap();
        let store = open(dir.path());
        assert_eq!(store.versions(&id).unwrap().len(), 1, "trusted after an orderly close");
        let error = store.verify().unwrap_err();
        assert!(error.is_damage() && error.to_string().contains("start again"), "{error}");
        assert_eq!(store.versions(&id).unwrap().len(), 2, "served from the journal");
        drop(store);
        let store = open(dir.path());
        assert!(store.notices()[0].text.contains("entries are missing"), "{:?}", store.notices());
        assert_eq!(store.versions(&id).unwrap().len(), 2);
        store.verify().unwrap();
    }

    #[test]
    fn an_entry_that_points_elsewhere_is_never_served() {
        let dir = tempfile::tempdir().unwrap();
        open(dir.path()).append(&sample_facts()).unwrap();
        tamper(dir.path(), |app| {
            let (key, _) = app.first().unwrap().unwrap();
            let (_, other) = app.last().unwrap().unwrap();
            app.insert(key, other).unwrap();
        });
        let store = open(dir.path());
        let versions = store.versions(&"A-1".parse().unwrap()).unwrap();
        assert_eq!(versions.iter().map(|v| v.seq.0).collect::<Vec<_>>(), [2, 5]);
        assert!(store.read_only().unwrap().contains("another fact is there"));
        drop(store);
        assert_eq!(open(dir.path()).read_only(), None);
    }
}
