//! What tests of the engine have in common: an engine over a store in memory, and files that are text. Not responsible
//! for what they show.
//!
//! Invariant: the clock stands still.

use crate::{
    engine::Engine,
    ingest::{self, Input, Options, Reader},
    matching::Policy,
    model::{FixedClock, Moment},
    store::MemoryStore,
};
use std::{io::Cursor, sync::Arc};

pub fn store() -> MemoryStore {
    MemoryStore::new(Arc::new(FixedClock(Moment(0))))
}

pub fn open(store: &MemoryStore) -> Engine {
    let clock = Arc::new(FixedClock(Moment(0)));
    Engine::open(Box::new(store.clone()), Policy::default(), clock).unwrap()
}

/// A reader over a file `rows.csv`.
pub fn reader(text: &str) -> Reader {
    let input = Input::stream("rows.csv", Cursor::new(text.to_owned().into_bytes()));
    ingest::open(input, &Options::default()).unwrap()
}

pub fn import(engine: &Engine, text: &str) {
    let (mut reject, mut progress) = (|_: &_| Ok(()), |_| {});
    engine.import("rows.csv", &mut reader(text), &mut reject, "tester", &mut progress).unwrap();
}
