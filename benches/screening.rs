//! Judging one application without storing it, as a form does when somebody applies: against stores of two sizes, by turns
//! an applicant who is stored already and a stranger. Elements a second are applications a second.

mod opened;
mod synthetic;

use criterion::{BenchmarkId, Criterion, Throughput};
use ringer::{model::Application, store::MemoryStore};
use std::{hint::black_box, time::Duration};
use tempfile::TempDir;

fn applications(dir: &TempDir) -> Vec<Application> {
    synthetic::reader(dir).map(Result::unwrap).collect()
}

fn screening(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("screen");
    group.throughput(Throughput::Elements(1));
    let strangers = applications(&synthetic::written(200, 2));
    for count in [1_000, 4_000] {
        let dir = synthetic::written(count, 1);
        let engine = opened::engine(Box::new(MemoryStore::new(opened::clock())));
        opened::import(&engine, &dir);
        let stored = applications(&dir);
        let mut turns = stored.iter().step_by(17).zip(&strangers).cycle();
        group.bench_function(BenchmarkId::new("stored", count), |b| {
            b.iter(|| turns.next().map(|(known, _)| engine.screen(black_box(known))));
        });
        group.bench_function(BenchmarkId::new("stranger", count), |b| {
            b.iter(|| turns.next().map(|(_, stranger)| engine.screen(black_box(stranger))));
        });
    }
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(3))
        .configure_from_args();
    screening(&mut criterion);
    criterion.final_summary();
}
