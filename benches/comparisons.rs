//! String comparisons of `matching::similarity` beside those of strsim, on full names, mailboxes and phone numbers of
//! synthetic applications: every one of a list with every other. Elements a second are pairs a second.

mod synthetic;

use criterion::{Criterion, Throughput};
use ringer::{
    matching::similarity::{Letters, jaro_winkler, osa_within},
    model::{Application, Column},
};
use std::{hint::black_box, time::Duration};

/// Texts in a list: their pairs are 90,000.
const TEXTS: usize = 300;

/// The first different values of a column, folded to lower case.
fn texts(applications: &[Application], column: Column) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    for text in applications.iter().filter_map(|a| a.get(column)).map(str::to_lowercase) {
        if text.is_ascii() && !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts.truncate(TEXTS);
    assert_eq!(texts.len(), TEXTS, "too few different values of {column:?}");
    texts
}

/// The sum over all pairs, so that nothing is left out as unused.
fn all_pairs<T: Default + std::ops::AddAssign>(
    texts: &[String],
    mut compare: impl FnMut(&str, &str) -> T,
) -> T {
    let mut sum = T::default();
    for a in texts {
        for b in texts {
            sum += compare(black_box(a), black_box(b));
        }
    }
    sum
}

fn jaro_winklers(criterion: &mut Criterion, names: &[String]) {
    let mut group = criterion.benchmark_group("jaro_winkler_names");
    group.throughput(Throughput::Elements((TEXTS * TEXTS) as u64));
    group.bench_function("strsim", |b| b.iter(|| all_pairs(names, strsim::jaro_winkler)));
    group.bench_function("once", |b| b.iter(|| all_pairs(names, jaro_winkler)));
    group.finish();
}

fn given_names(criterion: &mut Criterion, names: &[String]) {
    let given: Vec<String> = names
        .iter()
        .map(|name| name.split(' ').next().map_or_else(String::new, str::to_owned))
        .collect();
    let mut group = criterion.benchmark_group("jaro_winkler_given_names");
    group.throughput(Throughput::Elements((given.len() * given.len()) as u64));
    group.bench_function("strsim", |b| b.iter(|| all_pairs(&given, strsim::jaro_winkler)));
    group.bench_function("once", |b| b.iter(|| all_pairs(&given, jaro_winkler)));
    group.finish();
}

fn edit_distances(criterion: &mut Criterion, what: &str, texts: &[String]) {
    let letters: Vec<Letters> = texts.iter().map(|t| Letters::of(t)).collect();
    let mut group = criterion.benchmark_group(what);
    group.throughput(Throughput::Elements((TEXTS * TEXTS) as u64));
    group.bench_function("strsim", |b| {
        b.iter(|| all_pairs(texts, strsim::osa_distance));
    });
    for most in [1, 2, 3] {
        group.bench_function(format!("within_{most}"), |b| {
            b.iter(|| all_pairs(texts, |x, y| osa_within(x, y, most).unwrap_or(9)));
        });
    }
    group.bench_function("letters_within_2", |b| {
        b.iter(|| {
            let mut near = 0;
            for (x, a) in black_box(&letters).iter().zip(texts) {
                for (y, b) in letters.iter().zip(texts) {
                    near += usize::from(x.may_be_within(y, 2) && osa_within(a, b, 2).is_some());
                }
            }
            near
        });
    });
    group.finish();
}

fn signatures(criterion: &mut Criterion, names: &[String]) {
    let mut group = criterion.benchmark_group("letters_of_names");
    group.throughput(Throughput::Elements(TEXTS as u64));
    group.bench_function("make", |b| {
        b.iter(|| names.iter().map(|n| Letters::of(black_box(n)).length()).sum::<usize>());
    });
    group.finish();
}

fn comparisons(criterion: &mut Criterion) {
    let rows = synthetic::reader(&synthetic::written(3_000, 1));
    let applications: Vec<Application> = rows.map(Result::unwrap).collect();
    let names = texts(&applications, Column::FullName);
    jaro_winklers(criterion, &names);
    given_names(criterion, &names);
    edit_distances(criterion, "osa_mailboxes", &texts(&applications, Column::Email));
    edit_distances(criterion, "osa_phones", &texts(&applications, Column::Phone));
    signatures(criterion, &names);
}

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args();
    comparisons(&mut criterion);
    criterion.final_summary();
}
