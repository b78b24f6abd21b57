//! Raw text to canonical values: whole synthetic applications, and each of the costlier kinds alone. Elements a second are
//! applications, or values, a second.

mod synthetic;

use criterion::{Criterion, Throughput};
use ringer::{
    model::{Application, Column},
    normalize,
};
use std::{hint::black_box, time::Duration};

fn whole(criterion: &mut Criterion, applications: &[Application]) {
    let mut group = criterion.benchmark_group("normalize");
    group.throughput(Throughput::Elements(applications.len() as u64));
    group.bench_function("application", |b| {
        b.iter(|| {
            let normalized = applications.iter().map(|a| normalize::normalize(black_box(a)));
            normalized.map(|n| n.attributes.len()).sum::<usize>()
        });
    });
    group.finish();
}

fn alone<T>(
    criterion: &mut Criterion,
    applications: &[Application],
    column: Column,
    mut parse: impl FnMut(&str) -> Option<T>,
) {
    let values: Vec<&str> = applications.iter().filter_map(|a| a.get(column)).collect();
    let mut group = criterion.benchmark_group("normalize");
    group.throughput(Throughput::Elements(values.len() as u64));
    group.bench_function(column.name(), |b| {
        b.iter(|| values.iter().filter(|v| parse(black_box(v)).is_some()).count());
    });
    group.finish();
}

fn normalizers(criterion: &mut Criterion) {
    let rows = synthetic::reader(&synthetic::written(2_000, 1));
    let applications: Vec<Application> = rows.map(Result::unwrap).collect();
    let all = &applications[..];
    whole(criterion, all);
    alone(criterion, all, Column::FullName, normalize::name::parse);
    alone(criterion, all, Column::Email, normalize::email::parse);
    alone(criterion, all, Column::Phone, |text| normalize::phone::parse(text, Some("US")));
    alone(criterion, all, Column::Street, normalize::address::parse_line);
    alone(criterion, all, Column::Institution, normalize::organisation::institution);
    alone(criterion, all, Column::ResumeText, |text| Some(normalize::resume::shingle(text, None)));
}

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args();
    normalizers(&mut criterion);
    criterion.final_summary();
}
