//! A judgement and its withdrawal: the persons, links and rings that they touch are made anew, and each change of a ring
//! is recorded. Elements a second are applications a second, though their number hardly matters.

#![expect(clippy::unwrap_used, reason = "a bench that cannot go on should fail")]

mod opened;
mod synthetic;

use criterion::{Criterion, Throughput};
use ringer::{
    model::{PairVerdict, Verdict},
    store::MemoryStore,
};
use std::time::Duration;

const APPLICATIONS: u64 = 4_000;

fn judging(criterion: &mut Criterion) {
    let engine = opened::engine(Box::new(MemoryStore::new(opened::clock())));
    opened::import(&engine, &synthetic::written(APPLICATIONS, 1));
    let view = engine.view();
    let ring = view.rings.first().unwrap();
    let corpus = view.network.corpus();
    let id = |n: usize| {
        let member = view.network.applicant(ring.members[n]);
        corpus.id(member.applications[0])
    };
    let verdict = Verdict::pair(id(0), id(1), PairVerdict::NotLinked).unwrap();
    let mut group = criterion.benchmark_group("judge");
    group.throughput(Throughput::Elements(2 * APPLICATIONS));
    group.bench_function("pair_and_withdraw", |b| {
        b.iter(|| {
            let judgement = engine.judge(verdict.clone(), "bench", "to measure").unwrap();
            engine.withdraw(&judgement, "bench", "measured").unwrap();
        });
    });
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(5))
        .configure_from_args();
    judging(&mut criterion);
    criterion.final_summary();
}
