//! Erasing in a store on disk, step by step. Not responsible for the plan (`store::erasing`) nor for how a file is rewritten
//! (`journal::rewriting`).
//!
//! Invariant: from the tombstone on an erasure happens: here, or at the next open for writing.

use super::{
    opening,
    store::{SledStore, hold},
};
use crate::{
    model::{Erasure, Seq},
    store::{
        Batch, Erasing, Store, StoreError,
        erasing::{self, Plan, Step},
    },
};
use std::sync::PoisonError;

impl SledStore {
    /// Erases, up to this step.
    pub(super) fn erase_until(
        &self,
        erasure: Erasure,
        facts: &[Erasing],
        last: Step,
    ) -> Result<Seq, StoreError> {
        let mut since_sync = hold(&self.order);
        if let Some(reason) = self.read_only() {
            return Err(StoreError::ReadOnly { reason });
        }
        let (tombstone, plan) = erasing::ready(erasure, facts, self.head().seq)?;
        plan.check(|seq| self.journal.fact_at(seq))?;
        let batch = Batch::new(&[tombstone])?;
        plan.write(&self.layout)?;
        if last < Step::Named {
            return Ok(self.head().seq);
        }
        let seq = self.append_held(&mut since_sync, &batch).inspect_err(|_| {
            // Nothing happened; a plan that stays is found to be none at the next open.
            let _ = erasing::forget(&self.layout);
        })?;
        self.carry_out(&plan, last).inspect_err(|e| {
            self.stop_taking(format!(
                "an erasure could not be finished ({e}); start again to finish it"
            ));
            self.note(format!("an erasure could not be finished: {e}"));
        })?;
        Ok(seq)
    }

    /// Does what a plan says, whose tombstone is durable.
    fn carry_out(&self, plan: &Plan, last: Step) -> Result<(), StoreError> {
        if last >= Step::Rewritten {
            self.journal.rewrite(&plan.rests)?;
        }
        if last < Step::Forgotten {
            return Ok(());
        }
        let mut trees = hold(&self.trees);
        // Closed first: closing writes.
        drop(trees.take());
        erasing::forget_derived(&self.layout)?;
        if last < Step::Done {
            return Ok(());
        }
        let mut untold = Vec::new();
        let cache = self.options.cache_bytes;
        let index = match opening::open(&self.layout, &self.journal, cache, &mut untold) {
            Ok((opened, index)) => {
                *trees = Some(opened);
                drop(trees);
                index
            }
            Err(unusable) => {
                drop(trees);
                self.leave_sled(unusable);
                opening::index(&self.journal)?
            }
        };
        *self.index.write().unwrap_or_else(PoisonError::into_inner) = index;
        erasing::forget(&self.layout)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{ErasureBasis, ErasureId, Fact, FixedClock, Moment},
        store::{Head, SledOptions, contract::received, tombstone_of},
    };
    use std::{fs, path::Path, sync::Arc};

    const MARK: &str = "Quillfeather";

    fn open(dir: &Path) -> SledStore {
        let options = SledOptions { segment_bytes: 4_000, ..SledOptions::default() };
        SledStore::open(dir, options, Arc::new(FixedClock(Moment(0)))).unwrap()
    }

    fn erasure() -> Erasure {
        Erasure {
            id: ErasureId::derive("one"),
            applications: vec![tombstone_of(&"A-7".parse().unwrap())],
            applicants: 1,
            facts: Vec::new(),
            files: Vec::new(),
            basis: ErasureBasis::Request,
            set_aside: Vec::new(),
            by: "Ada Example".to_owned(),
            at: Moment(7),
            why: "asked for it".to_owned(),
        }
    }

    /// Twenty applications, the eighth with a mark and a note about it, over several files.
    fn filled(dir: &Path) -> (Head, Vec<Erasing>) {
        let store = open(dir);
        for n in 0..20 {
            // Noise, so that files fill up.
            let noise: String = (0..300_u32)
                .map(|i| char::from_u32(i * 2_654_435 % 50_000 + 200).unwrap())
                .collect();
            let mark = if n == 7 { MARK } else { "" };
            store.append(&[received(&format!("A-{n}"), &format!("{noise} {mark}"))]).unwrap();
        }
        let note =
            |why: &str| Fact::AuditAnchored { entry: 1, hash: why.to_owned(), at: Moment(1) };
        store.append(&[note(MARK), note("other")]).unwrap();
        store.write_snapshot("view", Seq(22), MARK.as_bytes()).unwrap();
        let facts = vec![
            Erasing { seq: Seq(8), rest: None },
            Erasing { seq: Seq(21), rest: Some(note("[erased]")) },
        ];
        (store.head(), facts)
    }

    /// Whether the mark is in any file, or in any fact.
    fn is_marked(dir: &Path) -> bool {
        let mut folders = vec![dir.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if memchr::memmem::find(&fs::read(path).unwrap(), MARK.as_bytes()).is_some()
                {
                    return true;
                }
            }
        }
        let mut found = false;
        let store = SledStore::open_reader(dir, Arc::new(FixedClock(Moment(0)))).unwrap();
        store
            .facts(Seq(1), &mut |_, fact| {
                found |= serde_json::to_string(&fact).unwrap().contains(MARK);
                Ok(())
            })
            .unwrap();
        found
    }

    #[test]
    fn what_is_erased_is_in_no_file_and_the_chain_is_what_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let (before, facts) = filled(dir.path());
        assert!(is_marked(dir.path()));
        let store = open(dir.path());
        let seq = store.erase(erasure(), &facts).unwrap();
        assert_eq!(seq, Seq(before.seq.0 + 1));
        assert_eq!(store.journal.hash_at(before.seq).unwrap(), Some(before.hash));
        assert_eq!(store.verify().unwrap().applications, 19);
        assert!(store.versions(&"A-7".parse().unwrap()).unwrap().is_empty());
        assert_eq!(store.versions(&"A-8".parse().unwrap()).unwrap().len(), 1);
        assert_eq!(store.read_snapshot("view").unwrap(), None);
        // The same facts may be erased further, and the last tombstone counts.
        let more = [Erasing { seq: Seq(21), rest: None }];
        store.erase(Erasure { id: ErasureId::derive("two"), ..erasure() }, &more).unwrap();
        store.append(&[received("A-30", "afterwards")]).unwrap();
        let head = store.verify().unwrap().head;
        drop(store);
        assert!(!is_marked(dir.path()));
        let store = open(dir.path());
        assert_eq!(store.notices(), []);
        assert_eq!((store.head(), store.verify().unwrap().applications), (head, 20));
    }

    #[test]
    fn an_erasure_that_is_cut_off_after_any_step_is_finished_by_the_next_start() {
        for last in [Step::Planned, Step::Named, Step::Rewritten, Step::Forgotten, Step::Done] {
            let dir = tempfile::tempdir().unwrap();
            let (before, facts) = filled(dir.path());
            let store = open(dir.path());
            store.erase_until(erasure(), &facts, last).unwrap();
            // As if it had been killed: nothing is left in order.
            store.stop_taking("killed".to_owned());
            drop(store);
            let store = open(dir.path());
            let happened = last > Step::Planned;
            assert_eq!(store.verify().unwrap().applications, 20 - u64::from(happened), "{last:?}");
            assert_eq!(store.journal.hash_at(before.seq).unwrap(), Some(before.hash));
            let told: String = store.notices().into_iter().map(|n| n.text).collect();
            let word = match last {
                Step::Planned => "nothing was erased",
                Step::Done => "",
                _ => "was finished",
            };
            assert!(told.contains(word), "{last:?}: {told}");
            assert!(!dir.path().join("erasing").exists());
            drop(store);
            assert_eq!(is_marked(dir.path()), !happened, "{last:?}");
        }
    }

    #[test]
    fn a_fact_that_is_not_there_or_a_rest_of_another_kind_erases_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let (before, _) = filled(dir.path());
        let store = open(dir.path());
        let other = Fact::AuditAnchored { entry: 1, hash: String::new(), at: Moment(1) };
        for facts in [
            vec![],
            vec![Erasing { seq: Seq(99), rest: None }],
            vec![Erasing { seq: Seq(0), rest: None }],
            vec![Erasing { seq: Seq(8), rest: None }, Erasing { seq: Seq(8), rest: None }],
            vec![Erasing { seq: Seq(8), rest: Some(other) }],
        ] {
            store.erase(erasure(), &facts).unwrap_err();
        }
        assert_eq!((store.head(), store.read_only()), (before, None));
        assert!(!dir.path().join("erasing").exists());
    }

    #[test]
    fn a_fact_taken_out_without_a_tombstone_is_an_alarm() {
        let dir = tempfile::tempdir().unwrap();
        filled(dir.path());
        let store = open(dir.path());
        let rests = [(Seq(8), None)].into();
        store.journal.rewrite(&rests).unwrap();
        let error = store.verify().unwrap_err();
        assert!(error.is_damage() && error.to_string().contains("no tombstone"), "{error}");
    }

    #[test]
    fn a_tombstone_of_a_fact_that_is_still_there_is_an_alarm() {
        let dir = tempfile::tempdir().unwrap();
        let (_, facts) = filled(dir.path());
        let store = open(dir.path());
        store.erase_until(erasure(), &facts, Step::Named).unwrap();
        let error = store.verify().unwrap_err();
        assert!(error.is_damage() && error.to_string().contains("still there"), "{error}");
    }
}
