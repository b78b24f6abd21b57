//! Making a report: the first of a store, and one of a period in which one application of twenty came; and making one again,
//! for which everything is computed anew. Elements a second are applications a second; the ratio to `open/from_its_journal`
//! tells what making one again costs beside computing.
//!
//! `RINGER_REPORT_STORE=DIR cargo bench --bench reporting` prints instead how long reports of a store on the disk take, which is
//! only read: the first, one of the last 20,000 facts, and each once more when what they look at is at hand.

#![expect(clippy::unwrap_used, reason = "a bench that cannot go on should fail")]

mod opened;
mod synthetic;

use criterion::{Criterion, Throughput};
use ringer::{
    casework::keeping::RetentionPolicy,
    engine::Engine,
    matching::Policy,
    model::{Moment, Point, Seq},
    reports::{Order, build},
    store::{MemoryStore, SledStore},
};
use std::{
    path::Path,
    time::{Duration, Instant},
};

const APPLICATIONS: u64 = 4_000;

/// 2026-11-23.
const AT: Moment = Moment(1_795_392_000);

fn order(since: Seq) -> Order {
    Order {
        schedule: "weekly".parse().unwrap(),
        filter: String::new(),
        zone: "America/New_York".to_owned(),
        since: Point { seq: since, at: Moment(AT.0 - 7 * 86_400) },
        at: AT,
        is_first: since == Seq(0),
        due: None,
        missed: 0,
    }
}

/// With a ceiling, so that everybody's deadline is looked at.
fn retention() -> RetentionPolicy {
    RetentionPolicy { ceiling_days: 2_000.try_into().ok(), ..RetentionPolicy::default() }
}

/// Bytes of a report of what is present.
fn made(engine: &Engine, since: Seq) -> usize {
    let report = build(engine, &engine.present(), &retention(), &order(since)).unwrap();
    report.canonical().unwrap().len()
}

fn reporting(criterion: &mut Criterion) {
    let engine = opened::engine(Box::new(MemoryStore::new(opened::clock())));
    opened::import(&engine, &synthetic::written(APPLICATIONS, 1));
    let head = engine.view().seq;
    let mut group = criterion.benchmark_group("report");
    group.throughput(Throughput::Elements(APPLICATIONS));
    group.bench_function("first", |b| b.iter(|| made(&engine, Seq(0))));
    let since = Seq(head.0 - APPLICATIONS / 20);
    group.bench_function("of_a_twentieth", |b| b.iter(|| made(&engine, since)));
    group.bench_function("again", |b| {
        b.iter(|| made(&engine.as_of(head, AT).unwrap(), since));
    });
    group.finish();
}

/// How long reports of a store on the disk take.
fn of_a_store(dir: &Path) {
    let timed = |what: &str, begun: Instant| {
        println!("{what:<34} {:>8.2} s", begun.elapsed().as_secs_f64());
    };
    let begun = Instant::now();
    let store = SledStore::open_reader(dir, opened::clock()).unwrap();
    let engine = Engine::open(Box::new(store), Policy::default(), opened::clock()).unwrap();
    timed("open", begun);
    let present = engine.present();
    let begun = Instant::now();
    let n = engine.assess_rings(&present.view).len();
    timed(&format!("assess {n} rings"), begun);
    let begun = Instant::now();
    let n = engine.held_since(&present.view).unwrap().len();
    timed(&format!("retention clocks of {n}"), begun);
    let week = Seq(present.head.seq.0.saturating_sub(20_000));
    for round in ["", ", once more"] {
        for (what, since) in [("first report", Seq(0)), ("report of 20,000 facts", week)] {
            let begun = Instant::now();
            let bytes = made(&engine, since);
            timed(&format!("{what}{round}, {bytes} bytes"), begun);
        }
    }
}

fn main() {
    if let Some(dir) = std::env::var_os("RINGER_REPORT_STORE") {
        return of_a_store(Path::new(&dir));
    }
    let mut criterion = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(5))
        .configure_from_args();
    reporting(&mut criterion);
    criterion.final_summary();
}
