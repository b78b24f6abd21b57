//! A store as it was at a fact: what came later is not there, and an import that was withdrawn later still counts. Not
//! responsible for what facts said before they were erased: nobody can tell that any more.
//!
//! Invariant: it answers what a store would whose last fact is that one, but for what was erased since and for snapshots, of
//! which it has none; nothing changes it, whatever becomes of the store that it is of.

use crate::{
    model::{ApplicationId, Erasure, Fact, ImportId, Seq},
    store::{
        Batch, Erasing, Glance, Head, Notice, Store, StoreError, Verified, Version, journal,
        snapshot,
    },
};
use std::{collections::BTreeSet, sync::Arc};

/// A store that ends at one of the facts of another.
pub struct AsOf {
    inner: Arc<dyn Store>,
    head: Head,
    withdrawn: Arc<BTreeSet<ImportId>>,
}

impl AsOf {
    /// What a store was after a fact; none when it ends before. O(facts up to it).
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn new(inner: Arc<dyn Store>, last: Seq) -> Result<Option<Self>, StoreError> {
        if last > inner.head().seq {
            return Ok(None);
        }
        let mut head = Head { seq: Seq(0), hash: journal::EMPTY };
        let mut withdrawn = BTreeSet::new();
        until(|from, each| inner.facts(from, each), Seq(1), last, &mut |seq, fact: Fact| {
            let hash = journal::chain(&head.hash, seq, &journal::fact_hash(&fact)?);
            head = Head { seq, hash };
            if let Some(Fact::ImportWithdrawn { import, .. }) = fact.as_remaining() {
                withdrawn.insert(import.clone());
            }
            Ok(())
        })?;
        Ok(Some(Self { inner, head, withdrawn: Arc::new(withdrawn) }))
    }

    /// The same where the hash of the chain there, and which imports were withdrawn then, are at hand. O(1).
    #[must_use]
    pub fn ending(inner: Arc<dyn Store>, head: Head, withdrawn: Arc<BTreeSet<ImportId>>) -> Self {
        Self { inner, head, withdrawn }
    }

    fn refusal(&self) -> String {
        format!("it is shown as it was at fact {}", self.head.seq.0)
    }

    fn refused<T>(&self) -> Result<T, StoreError> {
        Err(StoreError::ReadOnly { reason: self.refusal() })
    }
}

/// Whoever is told of facts in their order.
type Each<'e, F> = &'e mut dyn FnMut(Seq, F) -> Result<(), StoreError>;

/// Every fact from one on up to another, in order, as `read` reads them.
fn until<F>(
    read: impl FnOnce(Seq, Each<'_, F>) -> Result<(), StoreError>,
    from: Seq,
    last: Seq,
    each: Each<'_, F>,
) -> Result<(), StoreError> {
    if from > last {
        return Ok(());
    }
    let mut is_over = false;
    let read = read(from, &mut |seq, fact| {
        if seq <= last {
            each(seq, fact)?;
        }
        if seq >= last {
            // A store knows no other way to stop early.
            is_over = true;
            return Err(StoreError::Encode { what: "there is no more to read".to_owned() });
        }
        Ok(())
    });
    if is_over { Ok(()) } else { read }
}

impl Store for AsOf {
    fn append_batch(&self, _: &Batch) -> Result<Seq, StoreError> {
        self.refused()
    }

    fn erase(&self, _: Erasure, _: &[Erasing]) -> Result<Seq, StoreError> {
        self.refused()
    }

    fn head(&self) -> Head {
        self.head
    }

    fn facts(
        &self,
        from: Seq,
        each: &mut dyn FnMut(Seq, Fact) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        until(|from, each| self.inner.facts(from, each), from, self.head.seq, each)
    }

    fn glances(
        &self,
        from: Seq,
        each: &mut dyn FnMut(Seq, Glance) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        until(|from, each| self.inner.glances(from, each), from, self.head.seq, each)
    }

    fn versions_as_of(
        &self,
        id: &ApplicationId,
        last: Seq,
        withdrawn: &BTreeSet<ImportId>,
    ) -> Result<Vec<Version>, StoreError> {
        self.inner.versions_as_of(id, last.min(self.head.seq), withdrawn)
    }

    fn withdrawn(&self) -> Arc<BTreeSet<ImportId>> {
        Arc::clone(&self.withdrawn)
    }

    fn write_snapshot(&self, name: &str, _: Seq, _: &[u8]) -> Result<(), StoreError> {
        snapshot::check_name(name)?;
        self.refused()
    }

    fn read_snapshot(&self, name: &str) -> Result<Option<(Seq, Vec<u8>)>, StoreError> {
        snapshot::check_name(name)?;
        Ok(None)
    }

    fn read_only(&self) -> Option<String> {
        Some(self.refusal())
    }

    fn notices(&self) -> Vec<Notice> {
        Vec::new()
    }

    fn verify(&self) -> Result<Verified, StoreError> {
        self.inner.verify()?;
        let mut head = Head { seq: Seq(0), hash: journal::EMPTY };
        let (mut ids, mut withdrawn) = (BTreeSet::new(), BTreeSet::new());
        self.facts(Seq(1), &mut |seq, fact| {
            let hash = journal::chain(&head.hash, seq, &journal::fact_hash(&fact)?);
            head = Head { seq, hash };
            match fact.remaining() {
                Some(Fact::Received { import, application })
                    if !self.withdrawn.contains(&import) =>
                {
                    ids.insert(application.id);
                }
                Some(Fact::ImportWithdrawn { import, .. }) => drop(withdrawn.insert(import)),
                _ => {}
            }
            Ok(())
        })?;
        if head != self.head || withdrawn != *self.withdrawn {
            let what = "the facts up to there are not those that it is said to end with";
            return Err(StoreError::damaged("as-of".as_ref(), 0, head.seq, what));
        }
        Ok(Verified { facts: head.seq.0, applications: ids.len() as u64, head })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{FixedClock, Moment},
        store::{
            MemoryStore,
            contract::{received, sample_facts},
            dump, hash_at,
        },
    };

    fn memory() -> MemoryStore {
        MemoryStore::new(Arc::new(FixedClock(Moment(0))))
    }

    /// Facts among which are two imports that are withdrawn, one of them twice, and versions before and after.
    fn facts() -> Vec<Fact> {
        let in_import = |name: &str, id: &str, text: &str| match received(id, text) {
            Fact::Received { application, .. } => {
                Fact::Received { import: ImportId::derive(name), application }
            }
            other => other,
        };
        let withdrawn = |name: &str| Fact::ImportWithdrawn {
            import: ImportId::derive(name),
            by: "ann".to_owned(),
            at: Moment(0),
            why: "wrong file".to_owned(),
        };
        let mut facts = sample_facts();
        facts.extend([
            in_import("one", "Z-1", "first"),
            in_import("two", "Z-1", "second"),
            in_import("two", "Z-2", "only"),
            withdrawn("two"),
            in_import("three", "Z-1", "third"),
            withdrawn("one"),
            withdrawn("two"),
            in_import("four", "Z-2", "again"),
        ]);
        facts
    }

    /// What a store answers to whoever reads.
    fn answers(store: &dyn Store) -> String {
        let mut all = Vec::new();
        let dumped = dump(store, &mut all).unwrap();
        let mut middle = Vec::new();
        for from in [0, 2, 5, 11, u64::MAX] {
            let mut n = Vec::new();
            store
                .facts(Seq(from), &mut |seq, _| {
                    n.push(seq);
                    Ok(())
                })
                .unwrap();
            middle.push(n);
        }
        let ids = ["A-1", "A-2", "A-3", "Z-1", "Z-2", "Q"];
        let versions: Vec<_> =
            ids.iter().map(|id| store.versions(&id.parse().unwrap()).unwrap()).collect();
        let (head, withdrawn, verified) =
            (store.head(), store.withdrawn(), store.verify().unwrap());
        let dump = String::from_utf8(all).unwrap();
        format!("{dump}{dumped:?}{head:?}{middle:?}{versions:?}{withdrawn:?}{verified:?}")
    }

    #[test]
    fn at_every_fact_it_answers_what_a_store_does_that_ends_there() {
        let facts = facts();
        let whole = memory();
        whole.append(&facts).unwrap();
        for last in 0..=facts.len() {
            let ends = memory();
            ends.append(&facts[..last]).unwrap();
            let seq = Seq(last as u64);
            let as_of = AsOf::new(Arc::new(whole.clone()), seq).unwrap().unwrap();
            assert_eq!(answers(&as_of), answers(&ends), "as of fact {last}");
            assert_eq!(hash_at(&whole, seq).unwrap(), Some(as_of.head().hash));
            let again = AsOf::ending(Arc::new(whole.clone()), ends.head(), ends.withdrawn());
            assert_eq!(answers(&again), answers(&ends), "as of fact {last}");
        }
        let beyond = Seq(facts.len() as u64 + 1);
        assert!(AsOf::new(Arc::new(whole), beyond).unwrap().is_none());
    }

    #[test]
    fn it_takes_nothing_and_says_why_and_stops_at_the_first_error_of_the_reader() {
        let whole = memory();
        whole.append(&facts()).unwrap();
        let as_of = AsOf::new(Arc::new(whole.clone()), Seq(4)).unwrap().unwrap();
        assert!(as_of.append(&[received("B-1", "x")]).is_err());
        assert!(as_of.write_snapshot("view", Seq(1), b"").is_err());
        assert!(as_of.read_snapshot("../x").is_err());
        assert_eq!(as_of.read_only().unwrap(), "it is shown as it was at fact 4");
        whole.write_snapshot("view", Seq(4), b"body").unwrap();
        assert_eq!(as_of.read_snapshot("view").unwrap(), None);
        let mut seen = 0;
        let stopped = as_of.facts(Seq(1), &mut |_, _| {
            seen += 1;
            Err(StoreError::Load { line: 3, what: "enough".to_owned() })
        });
        assert!(seen == 1 && matches!(stopped, Err(StoreError::Load { line: 3, .. })));
        // What comes to the whole store afterwards is not seen.
        let before = answers(&as_of);
        whole.append(&[received("A-1", "later")]).unwrap();
        assert_eq!(answers(&as_of), before);
    }
}
