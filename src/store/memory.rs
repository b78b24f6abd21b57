//! A store that lives as long as the process: for tests, for `ringer demo`, and as the other party of the
//! contract. Not responsible for durability.
//!
//! Invariant: facts pass through the same encoding and the same chain as on disk.

use crate::{
    model::{ApplicationId, Clock, Erasure, Fact, ImportId, Moment, Seq},
    store::{
        Batch, Erasing, Head, Notice, Store, StoreError, Verified, Version,
        batch::id_hash,
        erasing,
        index::Index,
        journal, snapshot,
        tombstones::{Told, Tombstones},
    },
};
use rustc_hash::FxHashSet;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// A store in memory. A clone is a further handle on the same facts.
#[derive(Clone)]
pub struct MemoryStore {
    inner: Arc<Mutex<Inner>>,
}

struct Inner {
    /// Blocks as in a journal file, each with its last fact.
    blocks: Vec<(Seq, Arc<journal::Block>)>,
    head: Head,
    index: Index,
    /// Versions in the index.
    indexed: u64,
    snapshots: BTreeMap<String, (Seq, Vec<u8>)>,
    opened: Moment,
}

/// The facts of a block that ends with fact `last`.
fn facts(last: Seq, block: &journal::Block) -> Result<Vec<(Seq, [u8; 32], Fact)>, StoreError> {
    let first = last.0 + 1 - block.count();
    let mut facts = Vec::new();
    journal::unpack(block.packing, &block.bytes)
        .and_then(|unpacked| {
            unpacked.each(|nth, kind, payload| {
                let hash = journal::hash(kind, journal::SCHEMA, payload);
                let fact = journal::decode(kind, journal::SCHEMA, payload)?;
                facts.push((Seq(first + u64::from(nth)), hash, fact));
                Ok(())
            })
        })
        .map_err(|what| StoreError::damaged("memory".as_ref(), 0, last, what))?;
    Ok(facts)
}

impl Inner {
    /// The block that holds a fact.
    fn block_of(&self, seq: Seq) -> Option<(Seq, Arc<journal::Block>)> {
        self.blocks.get(self.blocks.partition_point(|(last, _)| *last < seq)).cloned()
    }
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let inner = Inner {
            blocks: Vec::new(),
            head: Head { seq: Seq(0), hash: journal::EMPTY },
            index: Index::new(),
            indexed: 0,
            snapshots: BTreeMap::new(),
            opened: clock.now(),
        };
        Self { inner: Arc::new(Mutex::new(inner)) }
    }

    /// When it was made.
    #[must_use]
    pub fn opened(&self) -> Moment {
        self.lock().opened
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for MemoryStore {
    fn append_batch(&self, batch: &Batch) -> Result<Seq, StoreError> {
        let mut inner = self.lock();
        let first = Seq(inner.head.seq.0 + 1);
        for block in &batch.blocks {
            for fact in &block.hashes {
                let seq = Seq(inner.head.seq.0 + 1);
                inner.head = Head { seq, hash: journal::chain(&inner.head.hash, seq, fact) };
            }
            let last = inner.head.seq;
            inner.blocks.push((last, Arc::new(block.clone())));
        }
        for (seq, hash) in batch.received(first) {
            inner.index.add(hash, seq);
            inner.indexed += 1;
        }
        for import in &batch.withdrawn {
            inner.index.withdraw(import.clone());
        }
        Ok(inner.head.seq)
    }

    fn erase(&self, erasure: Erasure, erased: &[Erasing]) -> Result<Seq, StoreError> {
        let (tombstone, plan) = erasing::ready(erasure, erased, self.head().seq)?;
        plan.check(|seq| {
            let found = self.lock().block_of(seq);
            let all = found.map_or(Ok(Vec::new()), |(last, block)| facts(last, &block))?;
            let fact = all.into_iter().find(|(at, ..)| *at == seq).map(|(.., fact)| fact);
            fact.ok_or_else(|| StoreError::damaged("memory".as_ref(), 0, seq, "no such fact"))
        })?;
        let seq = self.append(&[tombstone])?;
        let mut inner = self.lock();
        let inner = &mut *inner;
        let (mut index, mut indexed) = (Index::new(), 0);
        for (last, block) in &mut inner.blocks {
            let first = Seq(last.0 + 1 - block.count());
            if plan.rests.range(first..=*last).next().is_some() {
                *block = Arc::new(journal::block_without(*last, block, &plan.rests)?);
            }
            for (seq, _, fact) in facts(*last, block)? {
                match fact.remaining() {
                    Some(Fact::Received { application, .. }) => {
                        index.add(id_hash(application.id.as_str()), seq);
                        indexed += 1;
                    }
                    Some(Fact::ImportWithdrawn { import, .. }) => index.withdraw(import),
                    _ => {}
                }
            }
        }
        (inner.index, inner.indexed) = (index, indexed);
        inner.snapshots.clear();
        Ok(seq)
    }

    fn head(&self) -> Head {
        self.lock().head
    }

    fn facts(
        &self,
        from: Seq,
        each: &mut dyn FnMut(Seq, Fact) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let end = self.head().seq;
        let mut next = Seq(from.0.max(1));
        while next <= end {
            // The lock is let go before `each`, which may append.
            let found = self.lock().block_of(next);
            let Some((last, block)) = found else { return Ok(()) };
            for (seq, _, fact) in facts(last, &block)? {
                if seq >= next {
                    each(seq, fact)?;
                }
            }
            next = Seq(last.0 + 1);
        }
        Ok(())
    }

    fn versions_as_of(
        &self,
        id: &ApplicationId,
        last: Seq,
        withdrawn: &BTreeSet<ImportId>,
    ) -> Result<Vec<Version>, StoreError> {
        let inner = self.lock();
        let mut versions = Vec::new();
        for seq in inner.index.facts(id_hash(id.as_str())).into_iter().filter(|seq| *seq <= last) {
            let Some((end, block)) = inner.block_of(seq) else { continue };
            for (at, _, fact) in facts(end, &block)? {
                if let Fact::Received { import, application } = fact
                    && at == seq
                    && application.id == *id
                    && !withdrawn.contains(&import)
                {
                    versions.push(Version { seq, import, application: *application });
                }
            }
        }
        Ok(versions)
    }

    fn withdrawn(&self) -> Arc<BTreeSet<ImportId>> {
        self.lock().index.withdrawn()
    }

    fn write_snapshot(&self, name: &str, seq: Seq, body: &[u8]) -> Result<(), StoreError> {
        snapshot::check_name(name)?;
        let mut inner = self.lock();
        if seq > inner.head.seq {
            return Err(snapshot::ahead(seq, inner.head.seq));
        }
        inner.snapshots.insert(name.to_owned(), (seq, body.to_vec()));
        Ok(())
    }

    fn read_snapshot(&self, name: &str) -> Result<Option<(Seq, Vec<u8>)>, StoreError> {
        snapshot::check_name(name)?;
        Ok(self.lock().snapshots.get(name).cloned())
    }

    fn read_only(&self) -> Option<String> {
        None
    }

    fn notices(&self) -> Vec<Notice> {
        Vec::new()
    }

    fn verify(&self) -> Result<Verified, StoreError> {
        let inner = self.lock();
        let mut head = Head { seq: Seq(0), hash: journal::EMPTY };
        let (mut served, mut ids) = (0, FxHashSet::default());
        let (known, mut withdrawn) = (inner.index.withdrawn(), BTreeSet::new());
        let mut tombstones = Tombstones::default();
        for (last, block) in &inner.blocks {
            for (seq, hash, fact) in facts(*last, block)? {
                let told = Told::of(&fact)
                    .map_err(|what| StoreError::damaged("memory".as_ref(), 0, seq, what))?;
                told.into_iter().for_each(|told| tombstones.put(seq, told));
                match fact.as_remaining() {
                    Some(Fact::Received { import, application }) => {
                        let hash = id_hash(application.id.as_str());
                        served += u64::from(inner.index.facts(hash).contains(&seq));
                        if !known.contains(import) {
                            ids.insert(hash);
                        }
                    }
                    Some(Fact::ImportWithdrawn { import, .. }) => {
                        withdrawn.insert(import.clone());
                    }
                    _ => {}
                }
                head = Head { seq, hash: journal::chain(&head.hash, seq, &hash) };
            }
        }
        if head != inner.head || served != inner.indexed || withdrawn != *known {
            let what = "the facts in memory are not those that were appended";
            return Err(StoreError::damaged("memory".as_ref(), 0, head.seq, what));
        }
        if let Some((seq, what)) = tombstones.differs() {
            return Err(StoreError::damaged("memory".as_ref(), 0, seq, what));
        }
        Ok(Verified { facts: head.seq.0, applications: ids.len() as u64, head })
    }
}
