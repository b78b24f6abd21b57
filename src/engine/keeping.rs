//! Keeping: from time to time a snapshot of the live view, so that the next open is quick. Not responsible for what is
//! in it (`snapshot`).
//!
//! Writing one takes time that grows with the store. After many small changes a thread beside the engine writes it, of
//! a ledger and a view that cost little to hold on to; a large import and the end wait for it.
//!
//! Invariant: a snapshot is never of a ledger and a view that do not belong together; never are two written at once. One
//! that cannot be written costs time at the next open and nothing else.

use crate::{
    engine::{
        Engine, View,
        ledger::Ledger,
        snapshot::{self, Pace},
    },
    model::Seq,
};
use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread::{Builder, JoinHandle},
};

/// An import of more applications than this is followed by a snapshot: opening without one would cost as much again.
const LARGE: u64 = 3_000;

/// Facts since the last snapshot beyond which one is written, however small the portions they came in.
const BEHIND: u64 = 5_000;

/// What is kept, and what is being kept.
pub(super) struct Keeper {
    /// The last fact in the newest snapshot, written or being written.
    kept: AtomicU64,
    writing: Mutex<Option<JoinHandle<()>>>,
}

impl Keeper {
    /// Of a store with a snapshot up to this fact.
    pub fn new(kept: Seq) -> Self {
        Self { kept: AtomicU64::new(kept.0), writing: Mutex::default() }
    }

    /// Goes on from a fact that is in the snapshot, or as good as, to one that changes nothing of what is computed.
    pub fn pass_over(&self, before: Seq, fact: Seq) {
        let (before, fact) = (before.0, fact.0);
        let _ = self.kept.compare_exchange(before, fact, Ordering::Relaxed, Ordering::Relaxed);
    }

    fn kept(&self) -> u64 {
        self.kept.load(Ordering::Relaxed)
    }

    /// Waits until no snapshot is being written.
    pub fn wait(&self) {
        let writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner).take();
        // One that panicked was not written.
        writing.into_iter().for_each(|thread| drop(thread.join()));
    }
}

impl Engine {
    /// Keeps a snapshot after a change that brought many applications, or when many facts came since the last one.
    pub(super) fn keep_if_due(&self, ledger: &Ledger, view: &Arc<View>, applications: u64) {
        if applications > LARGE {
            self.keep(ledger, view);
        } else if ledger.seq.0.saturating_sub(self.keeper.kept()) > BEHIND {
            self.keep_aside(ledger, view);
        }
    }

    fn may_keep(&self, ledger: &Ledger, view: &View) -> bool {
        self.store.read_only().is_none() && view.seq == ledger.seq && self.has_nothing_beside()
    }

    /// Keeps a snapshot.
    pub(super) fn keep(&self, ledger: &Ledger, view: &View) {
        self.keeper.wait();
        if self.may_keep(ledger, view) {
            let _ = snapshot::write(&*self.store, ledger, view, &self.policy, Pace::Awaited);
            self.keep_cases();
            self.keeper.kept.store(ledger.seq.0, Ordering::Relaxed);
        }
    }

    /// Has a snapshot kept while others come and go, unless one still is.
    fn keep_aside(&self, ledger: &Ledger, view: &Arc<View>) {
        let mut writing = self.keeper.writing.lock().unwrap_or_else(PoisonError::into_inner);
        if writing.as_ref().is_some_and(|thread| !thread.is_finished())
            || !self.may_keep(ledger, view)
        {
            return;
        }
        let (store, policy) = (Arc::clone(&self.store), self.policy.clone());
        let (ledger, view) = (ledger.clone(), Arc::clone(view));
        let seq = ledger.seq.0;
        let write = move || drop(snapshot::write(&*store, &ledger, &view, &policy, Pace::Aside));
        // Without another thread it waits for the end.
        *writing = Builder::new().name("ringer-snapshot".to_owned()).spawn(write).ok();
        self.keep_cases();
        if writing.is_some() {
            self.keeper.kept.store(seq, Ordering::Relaxed);
        }
    }

    /// Keeps a snapshot of what is not in the last one, if there is anything, so that the next open is quick. Dropping
    /// an engine does the same. O(n), or O(1) when there is nothing.
    pub fn close(&self) {
        self.keeper.wait();
        // What cannot be anchored now is anchored with the next decision.
        if !self.ledger.is_poisoned() {
            let _ = self.anchor();
        }
        // A writer that panicked may have left the ledger in between two states.
        if let Ok(ledger) = self.ledger.lock()
            && self.keeper.kept() != ledger.seq.0
        {
            self.keep(&ledger, &self.view());
        }
        self.keep_cases_if_due();
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.close();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        engine::fixtures::{import, open, store},
        store::{MemoryStore, Store},
    };
    use std::fmt::Write;

    fn kept(store: &MemoryStore) -> Option<Seq> {
        store.read_snapshot(snapshot::NAME).unwrap().map(|(seq, _)| seq)
    }

    #[test]
    fn a_snapshot_is_kept_after_a_large_import_and_otherwise_at_the_end() {
        let store = store();
        let engine = open(&store);
        import(&engine, "application_id,full_name\nA1,Ada Quill\n");
        assert_eq!(kept(&store), None, "a small import");
        let mut text = String::from("application_id,full_name,email\n");
        for n in 0..=LARGE {
            writeln!(text, "B{n},Person {n},p{n}@example.com").unwrap();
        }
        import(&engine, &text);
        let large = kept(&store);
        assert_eq!(large, Some(engine.view().seq), "a large import");
        import(&engine, "application_id,full_name\nC1,Petra Holt\n");
        import(&engine, "application_id,full_name\nC1,Petra Holt\n");
        assert_eq!(kept(&store), large, "a small import after it");
        let seq = engine.view().seq;
        drop(engine);
        assert_eq!(kept(&store), Some(seq), "the end");
        drop(open(&store));
        assert_eq!(kept(&store), Some(seq), "nothing happened");
    }

    #[test]
    fn small_changes_make_a_snapshot_aside_when_there_were_many() {
        let store = store();
        let engine = open(&store);
        import(&engine, "application_id,full_name\nA1,Ada Quill\n");
        let seq = engine.view().seq;
        let mut ledger = engine.writer();
        for behind in [BEHIND, BEHIND + 1] {
            assert_eq!(kept(&store), None);
            ledger.seq = Seq(behind);
            let view = View { seq: ledger.seq, ..View::clone(&engine.view()) };
            engine.keep_if_due(&ledger, &Arc::new(view), 1);
            engine.keeper.wait();
        }
        assert_eq!(engine.keeper.kept(), BEHIND + 1);
        ledger.seq = seq;
    }

    #[test]
    fn what_is_written_aside_is_what_was_there_when_it_began_and_the_end_adds_the_rest() {
        let store = store();
        let engine = open(&store);
        import(&engine, "application_id,full_name\nA1,Ada Quill\nA2,Bruno Tarn\n");
        let view = engine.view();
        engine.keep_aside(&engine.writer(), &view);
        import(&engine, "application_id,full_name\nA3,Cleo Okafor\n");
        engine.keeper.wait();
        assert_eq!(kept(&store), Some(view.seq));
        assert_eq!(open(&store).view().network.corpus().len(), 3);
        let seq = engine.view().seq;
        assert!(seq > view.seq);
        drop(engine);
        assert_eq!(kept(&store), Some(seq));
    }
}
