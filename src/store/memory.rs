//! A store that lives as long as the process: for tests, for `ringer demo`, and as the other party of the
//! contract. Not responsible for durability.
//!
//! Invariant: facts pass through the same encoding and the same chain as on disk.

use crate::{
    model::{ApplicationId, Clock, Fact, Moment, Seq},
    store::{Head, Notice, Store, StoreError, Verified, Version, journal, snapshot},
};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// A store in memory. A clone is a further handle on the same facts.
#[derive(Clone)]
pub struct MemoryStore {
    inner: Arc<Mutex<Inner>>,
}

struct Inner {
    frames: Vec<Frame>,
    head: Head,
    index: BTreeMap<ApplicationId, Vec<Seq>>,
    snapshots: BTreeMap<String, (Seq, Vec<u8>)>,
    opened: Moment,
}

/// Kind, schema and payload, as in a journal file.
#[derive(Clone)]
struct Frame {
    kind: u16,
    schema: u16,
    payload: Arc<[u8]>,
}

impl Frame {
    fn fact(&self, seq: Seq) -> Result<Fact, StoreError> {
        journal::decode(self.kind, self.schema, &self.payload)
            .map_err(|what| StoreError::damaged("memory".as_ref(), 0, seq, what))
    }
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let inner = Inner {
            frames: Vec::new(),
            head: Head { seq: Seq(0), hash: journal::EMPTY },
            index: BTreeMap::new(),
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
    fn append(&self, facts: &[Fact]) -> Result<Seq, StoreError> {
        let encoded = facts.iter().map(journal::encode).collect::<Result<Vec<_>, _>>()?;
        let mut inner = self.lock();
        for (fact, e) in facts.iter().zip(encoded) {
            let seq = Seq(inner.head.seq.0 + 1);
            let hash = journal::chain(&inner.head.hash, seq, e.kind, e.schema, &e.payload);
            inner.head = Head { seq, hash };
            if let Fact::Received { application, .. } = fact {
                inner.index.entry(application.id.clone()).or_default().push(seq);
            }
            inner.frames.push(Frame { kind: e.kind, schema: e.schema, payload: e.payload.into() });
        }
        Ok(inner.head.seq)
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
        for seq in (from.0.max(1)..=end.0).map(Seq) {
            // The lock is let go before `each`, which may append.
            let frame =
                usize::try_from(seq.0 - 1).ok().and_then(|i| self.lock().frames.get(i).cloned());
            if let Some(frame) = frame {
                each(seq, frame.fact(seq)?)?;
            }
        }
        Ok(())
    }

    fn versions(&self, id: &ApplicationId) -> Result<Vec<Version>, StoreError> {
        let inner = self.lock();
        let mut versions = Vec::new();
        for &seq in inner.index.get(id).into_iter().flatten() {
            let frame = usize::try_from(seq.0 - 1).ok().and_then(|i| inner.frames.get(i));
            if let Some(Fact::Received { application, .. }) =
                frame.map(|f| f.fact(seq)).transpose()?
            {
                versions.push(Version { seq, application: *application });
            }
        }
        Ok(versions)
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
        let mut served = 0;
        for f in &inner.frames {
            let seq = Seq(head.seq.0 + 1);
            let fact = f.fact(seq)?;
            if let Fact::Received { application, .. } = &fact {
                served += usize::from(
                    inner.index.get(&application.id).is_some_and(|s| s.binary_search(&seq).is_ok()),
                );
            }
            let hash = journal::chain(&head.hash, seq, f.kind, f.schema, &f.payload);
            head = Head { seq, hash };
        }
        let indexed: usize = inner.index.values().map(Vec::len).sum();
        if head != inner.head || served != indexed {
            let what = "the facts in memory are not those that were appended";
            return Err(StoreError::damaged("memory".as_ref(), 0, head.seq, what));
        }
        Ok(Verified { facts: head.seq.0, applications: inner.index.len() as u64, head })
    }
}
