//! The store's contract, on every store there is.

use ringer::{
    model::{Clock, FixedClock, Moment},
    store::{
        MemoryStore, SledOptions, SledStore, Store, StoreError,
        contract::{CASES, Subject},
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
