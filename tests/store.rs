//! The store's contract, on every store there is.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use ringer::{
    model::{Clock, Fact, FixedClock, Moment, Seq},
    store::{
        MemoryStore, SledOptions, SledStore, Store, StoreError, Version,
        contract::{CASES, Subject, received, sample_facts},
    },
};
use std::sync::Arc;

fn clock() -> Arc<dyn Clock> {
    Arc::new(FixedClock(Moment(1_795_392_000)))
}

struct InMemory(MemoryStore);

impl Subject for InMemory {
    fn open(&mut self) -> Result<Box<dyn Store>, StoreError> {
        Ok(Box::new(self.0.clone()))
    }
}

struct OnDisk(tempfile::TempDir, SledOptions);

impl Subject for OnDisk {
    fn open(&mut self) -> Result<Box<dyn Store>, StoreError> {
        Ok(Box::new(SledStore::open(self.0.path(), self.1.clone(), clock())?))
    }
}

#[track_caller]
fn check(mut subject: impl FnMut() -> Box<dyn Subject>) {
    let failures: Vec<String> = CASES
        .iter()
        .filter_map(|case| {
            let failure = (case.run)(&mut *subject()).err()?;
            Some(format!("{}: {failure}", case.name))
        })
        .collect();
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

#[test]
fn the_memory_store_keeps_the_contract() {
    check(|| Box::new(InMemory(MemoryStore::new(clock()))));
}

#[test]
fn the_sled_store_keeps_the_contract() {
    check(|| Box::new(OnDisk(tempfile::tempdir().unwrap(), SledOptions::default())));
}

#[test]
fn the_sled_store_keeps_the_contract_with_many_small_segments() {
    let options = SledOptions { segment_bytes: 1_000, sync_every: 1, ..SledOptions::default() };
    check(|| Box::new(OnDisk(tempfile::tempdir().unwrap(), options.clone())));
}

/// What is done to a store.
#[derive(Debug, Clone)]
enum Step {
    Append(Vec<(u8, String)>),
    Snapshot(u8, Vec<u8>),
    Reopen,
    Crash,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let fact = (0..8_u8, ".{0,20}");
    prop::collection::vec(
        prop_oneof![
            4 => prop::collection::vec(fact, 0..6).prop_map(Step::Append),
            1 => (any::<u8>(), prop::collection::vec(any::<u8>(), 0..50))
                .prop_map(|(seq, body)| Step::Snapshot(seq, body)),
            1 => Just(Step::Reopen),
            1 => Just(Step::Crash),
        ],
        1..12,
    )
}

/// All that a store answers.
type Answers = (Vec<(Seq, Fact)>, Vec<Vec<Version>>, Option<(Seq, Vec<u8>)>);

fn answers(store: &dyn Store) -> Answers {
    let mut facts = Vec::new();
    store
        .facts(Seq(1), &mut |seq, fact| {
            facts.push((seq, fact));
            Ok(())
        })
        .unwrap();
    let versions = (0..8).map(|id| store.versions(&format!("P-{id}").parse().unwrap()).unwrap());
    (facts, versions.collect(), store.read_snapshot("view").unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_done_to_them_both_stores_answer_the_same(steps in steps(), small in any::<bool>()) {
        let dir = tempfile::tempdir().unwrap();
        let segment_bytes = if small { 700 } else { 1 << 20 };
        let open = || {
            let options = SledOptions { segment_bytes, ..SledOptions::default() };
            SledStore::open(dir.path(), options, clock()).unwrap()
        };
        let memory = MemoryStore::new(clock());
        let mut disk = Some(open());
        for step in steps {
            let sled = disk.as_ref().unwrap();
            match step {
                Step::Append(applications) => {
                    let facts: Vec<Fact> = applications
                        .iter()
                        .map(|(id, text)| received(&format!("P-{id}"), text))
                        .chain(sample_facts().into_iter().take(1))
                        .collect();
                    prop_assert_eq!(sled.append(&facts).unwrap(), memory.append(&facts).unwrap());
                }
                Step::Snapshot(seq, body) => {
                    let (a, b) = (
                        sled.write_snapshot("view", Seq(seq.into()), &body),
                        memory.write_snapshot("view", Seq(seq.into()), &body),
                    );
                    prop_assert_eq!(a.is_ok(), b.is_ok());
                }
                Step::Reopen | Step::Crash => {
                    drop(disk.take());
                    if matches!(step, Step::Crash) {
                        // All that a crash leaves different once everything was synced.
                        std::fs::remove_file(dir.path().join("clean")).unwrap();
                    }
                    disk = Some(open());
                }
            }
            let sled = disk.as_ref().unwrap();
            prop_assert_eq!(sled.head(), memory.head());
            prop_assert_eq!(answers(sled), answers(&memory));
        }
        let sled = disk.unwrap();
        prop_assert_eq!(sled.verify().unwrap(), memory.verify().unwrap());
        prop_assert!(sled.notices().is_empty());
    }
}
