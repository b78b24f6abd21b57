//! An engine with synthetic applications, for the benches. Not responsible for what is measured.

#![expect(clippy::unwrap_used, reason = "a bench that cannot go on should fail")]

use crate::synthetic;
use ringer::{
    engine::Engine,
    matching::Policy,
    model::{Clock, FixedClock, Moment},
    store::Store,
};
use std::sync::Arc;
use tempfile::TempDir;

/// The hour of every bench.
pub fn clock() -> Arc<dyn Clock> {
    Arc::new(FixedClock(Moment(1_795_392_000)))
}

/// An engine over this store.
pub fn engine(store: Box<dyn Store>) -> Engine {
    Engine::open(store, Policy::default(), clock()).unwrap()
}

/// Imports the applications of a folder of synthetic ones.
pub fn import(engine: &Engine, dir: &TempDir) {
    let mut reader = synthetic::reader(dir);
    let mut reject = |problem: &ringer::ingest::RowProblem| panic!("{problem:?}");
    engine.import("bench.csv", &mut reader, &mut reject, "bench", &mut |_| {}).unwrap();
}
