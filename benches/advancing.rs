//! One application more into a store that is there: made durable, and persons, links and rings brought up to date. By
//! turns a stranger, and somebody who meets those who are stored. Elements a second are applications a second.
//!
//! At the end it says what an update takes in stores of two sizes, and the ratio: what an update touches should grow
//! little with the store.

mod opened;
mod synthetic;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput};
use ringer::{
    engine::Engine,
    ingest::{self, Input, Options},
    store::MemoryStore,
};
use std::{
    io::Cursor,
    time::{Duration, Instant},
};
use synthetic::Later;
use tempfile::TempDir;

/// Applications of the small store, and of the large one.
const SIZES: [usize; 2] = [3_000, 30_000];

/// Of so many stored applications one is held back and comes later.
const HELD_BACK: usize = 50;

/// A folder with synthetic rows of a store, and those that come to it one by one: some of its own, some of another
/// world.
fn split(size: usize) -> (TempDir, Later) {
    let (dir, own) = synthetic::split(size as u64, 1, HELD_BACK);
    let (_, strange) = synthetic::split((size / HELD_BACK) as u64, 2, 1);
    let rows = own.rows.into_iter().zip(strange.rows).flat_map(<[String; 2]>::from).collect();
    (dir, Later { header: own.header, rows })
}

fn import(engine: &Engine, csv: Vec<u8>) {
    let input = Input::stream("rows.csv", Cursor::new(csv));
    let Ok(mut reader) = ingest::open(input, &Options::default()) else { return };
    let done = engine.import("rows.csv", &mut reader, &mut |_| Ok(()), "bench", &mut |_| {});
    assert!(done.is_ok_and(|counts| counts.new == 1));
}

/// A store of this size, the index at hand, and what comes to it.
fn filled(size: usize) -> (Engine, Later) {
    let (stored, later) = split(size);
    let engine = opened::engine(Box::new(MemoryStore::new(opened::clock())));
    opened::import(&engine, &stored);
    let _ = engine.view().index();
    (engine, later)
}

fn advancing(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("advance");
    group.throughput(Throughput::Elements(1));
    let mut medians: Vec<Duration> = Vec::new();
    for size in SIZES {
        let (engine, later) = filled(size);
        let mut came = 0..;
        let mut took: Vec<Duration> = Vec::new();
        group.bench_function(BenchmarkId::from_parameter(size), |b| {
            b.iter_batched(
                || came.next().map(|n| later.file(n)).unwrap_or_default(),
                |one| {
                    let begun = Instant::now();
                    import(&engine, one);
                    took.push(begun.elapsed());
                },
                BatchSize::PerIteration,
            );
        });
        took.sort_unstable();
        let at = |hundredth: usize| took.get(took.len() * hundredth / 100).copied();
        if let (Some(half), Some(most)) = (at(50), at(99)) {
            println!("{size}: half within {half:?}, 99 of 100 within {most:?}");
            medians.push(half);
        }
    }
    group.finish();
    if let [small, large] = medians[..] {
        println!(
            "{} times as many applications: {:.2} times the time",
            SIZES[1] / SIZES[0],
            large.as_secs_f64() / small.as_secs_f64()
        );
    }
}

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(3))
        .configure_from_args();
    advancing(&mut criterion);
    criterion.final_summary();
}
