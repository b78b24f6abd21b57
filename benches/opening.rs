//! Opening a store on the disk: with a snapshot that fits, as after a good end, and without one, when everything is
//! computed from the journal. Elements a second are applications a second.

#![expect(clippy::unwrap_used, reason = "a bench that cannot go on should fail")]

mod opened;
mod synthetic;

use criterion::{BatchSize, Criterion, Throughput};
use ringer::{
    engine::Engine,
    matching::Policy,
    store::{SledOptions, SledStore, Store},
};
use std::{path::Path, time::Duration};

const APPLICATIONS: u64 = 4_000;

fn store(dir: &Path) -> Box<dyn Store> {
    Box::new(SledStore::open(dir, SledOptions::default(), opened::clock()).unwrap())
}

fn opening(criterion: &mut Criterion) {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("store");
    opened::import(&opened::engine(store(&data)), &synthetic::written(APPLICATIONS, 1));
    let mut group = criterion.benchmark_group("open");
    group.throughput(Throughput::Elements(APPLICATIONS));
    // What is opened is closed again within the measurement: one process holds a store at a time.
    group.bench_function("from_its_snapshot", |b| {
        b.iter(|| opened::engine(store(&data)).view().rings.len());
    });
    // Another policy makes the snapshot one that does not fit, and each turn writes one for its own. The number that
    // changes is a floor below what is stored, so the work is the same.
    let mut policy = Policy::default();
    group.bench_function("from_its_journal", |b| {
        let another = || {
            policy.identity.prior_floor += 1;
            policy.clone()
        };
        let open = |policy| Engine::open(store(&data), policy, opened::clock()).unwrap();
        b.iter_batched(another, |policy| drop(open(policy)), BatchSize::PerIteration);
    });
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(5))
        .configure_from_args();
    opening(&mut criterion);
    criterion.final_summary();
}
