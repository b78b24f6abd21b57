//! Importing from end to end, in memory: reading, normalizing, candidate pairs, comparing, linking, rings. What is spent
//! where, `scaling.sh` tells for sizes that matter. Elements a second are applications a second.

mod opened;
mod synthetic;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput};
use ringer::store::MemoryStore;
use std::time::Duration;

fn imports(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("import");
    for applications in [1_000, 4_000] {
        let dir = synthetic::written(applications, 1);
        group.throughput(Throughput::Elements(applications));
        group.bench_with_input(BenchmarkId::from_parameter(applications), &dir, |b, dir| {
            let empty = || opened::engine(Box::new(MemoryStore::new(opened::clock())));
            let import = |engine| {
                opened::import(&engine, dir);
                engine
            };
            b.iter_batched(empty, import, BatchSize::PerIteration);
        });
    }
    group.finish();
}

/// A day's hundred into a store that is there already: their ids are known, so they are new versions.
fn days(criterion: &mut Criterion) {
    let stored = synthetic::written(4_000, 1);
    let day = synthetic::written(100, 2);
    let mut group = criterion.benchmark_group("import_a_day");
    group.throughput(Throughput::Elements(100));
    group.bench_function("100_into_4000", |b| {
        let filled = || {
            let engine = opened::engine(Box::new(MemoryStore::new(opened::clock())));
            opened::import(&engine, &stored);
            engine
        };
        let import = |engine| {
            opened::import(&engine, &day);
            engine
        };
        b.iter_batched(filled, import, BatchSize::PerIteration);
    });
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(5))
        .configure_from_args();
    imports(&mut criterion);
    days(&mut criterion);
    criterion.final_summary();
}
