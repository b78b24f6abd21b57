//! Watch-lists: 10,000 institutions against what applications claim. Making the index, looking up 100,000 different names
//! (schools that are watched and others, as they are, mistyped and cut short), the school of every application of a store,
//! and the distinct values of the store. At the end, what of an import the looking up would be. Elements a second are names,
//! applications or entries a second.

#![expect(clippy::unwrap_used, reason = "a bench that cannot go on should fail")]

mod opened;
mod synthetic;

use criterion::{Criterion, Throughput};
use flate2::read::GzDecoder;
use ringer::{
    indicators::{
        WatchLists,
        watch::{Claim, Claims},
    },
    model::{Column, Grade, Moment, Tlp, WatchEntry, WatchKind},
    store::MemoryStore,
};
use std::{
    hint::black_box,
    io::Read,
    time::{Duration, Instant},
};

/// Institutions on the list.
const WATCHED: usize = 10_000;

/// Different names looked up.
const CLAIMED: usize = 100_000;

/// Applications imported.
const APPLICATIONS: u64 = 20_000;

/// Every school of the reference table.
fn schools() -> Vec<String> {
    let bytes = include_bytes!("../seed_data/reference/universities.tsv.gz");
    let mut text = String::new();
    GzDecoder::new(&bytes[..]).read_to_string(&mut text).unwrap();
    text.lines().skip(1).filter_map(|line| line.split('\t').next()).map(str::to_owned).collect()
}

fn entries(schools: &[String]) -> Vec<WatchEntry> {
    let entry = |value: &String| WatchEntry {
        id: WatchEntry::id_of("bench", WatchKind::Institution, value),
        list: "bench".to_owned(),
        kind: WatchKind::Institution,
        value: value.clone(),
        aliases: Vec::new(),
        weak_aliases: Vec::new(),
        reason: "a bench".to_owned(),
        source: "a bench".to_owned(),
        grade: Grade::Low,
        tlp: Tlp::Clear,
        added: Moment(0),
        expires: None,
    };
    schools.iter().take(WATCHED).map(entry).collect()
}

/// The names as they are and in seven further writings each, until there are enough.
fn claimed(schools: &[String]) -> Vec<String> {
    let without = |name: &str, at: usize| -> String {
        name.chars().enumerate().filter(|(i, _)| *i != at).map(|(_, c)| c).collect()
    };
    let mut all: Vec<String> = schools.to_vec();
    for round in 1..=9_usize {
        for (n, name) in schools.iter().enumerate() {
            let at = (n * 7 + round * 5) % name.chars().count().max(1);
            all.push(match round % 3 {
                0 => {
                    name.replace("University", "Univ.").replace(" of ", " ")
                        + &format!(", Site {round}")
                }
                1 => without(name, at),
                _ => without(&without(name, at), at / 2),
            });
        }
    }
    all.truncate(CLAIMED);
    all
}

fn look(lists: &WatchLists, name: &str) -> usize {
    let claim = Claim { name: name.to_owned(), ..Claim::default() };
    lists.schools(&Claims { schools: vec![claim], ..Claims::default() }).len()
}

fn watching(criterion: &mut Criterion) {
    let schools = schools();
    let entries = entries(&schools);
    let claimed = claimed(&schools);
    let mut group = criterion.benchmark_group("watch");
    group.throughput(Throughput::Elements(entries.len() as u64));
    group.bench_function("index_10000", |b| {
        b.iter_with_large_drop(|| WatchLists::new(entries.clone(), opened::clock().now()));
    });
    let lists = WatchLists::new(entries.clone(), opened::clock().now());
    group.throughput(Throughput::Elements(claimed.len() as u64));
    group.bench_function("100000_names", |b| {
        b.iter(|| claimed.iter().map(|name| look(&lists, black_box(name))).sum::<usize>());
    });

    let dir = synthetic::written(APPLICATIONS, 1);
    let engine = opened::engine(Box::new(MemoryStore::new(opened::clock())));
    let begun = Instant::now();
    opened::import(&engine, &dir);
    let import = begun.elapsed();
    let named: Vec<String> = synthetic::reader(&dir)
        .filter_map(|row| row.unwrap().get(Column::Institution).map(str::to_owned))
        .collect();
    group.throughput(Throughput::Elements(named.len() as u64));
    group.bench_function("school_of_every_application", |b| {
        b.iter(|| named.iter().map(|name| look(&lists, black_box(name))).sum::<usize>());
    });
    let view = engine.view();
    group.throughput(Throughput::Elements(APPLICATIONS));
    group.bench_function("values_of_the_store", |b| {
        b.iter(|| view.touched(0, black_box(&lists)));
    });
    group.finish();

    let begun = Instant::now();
    let found: usize = named.iter().map(|name| look(&lists, black_box(name))).sum();
    let looked = begun.elapsed();
    let begun = Instant::now();
    let different: usize = claimed.iter().map(|name| look(&lists, black_box(name))).sum();
    let each = begun.elapsed().as_secs_f64() / claimed.len() as f64;
    println!(
        "importing {APPLICATIONS} applications took {:.2} s; looking the school of each up (one thread) {:.4} s, {:.2} % of it; \
         {found} found\nof {CLAIMED} different names {different} found, {:.1} µs each, {:.2} % of importing as many applications",
        import.as_secs_f64(),
        looked.as_secs_f64(),
        100.0 * looked.as_secs_f64() / import.as_secs_f64(),
        each * 1e6,
        100.0 * each * APPLICATIONS as f64 / import.as_secs_f64(),
    );
}

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(3))
        .configure_from_args();
    watching(&mut criterion);
    criterion.final_summary();
}
