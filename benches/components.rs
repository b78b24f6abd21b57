//! Connected components of random networks with as many links as applicants, the hardest case: one component of four fifths
//! and very many small ones. Elements a second are links a second.

use criterion::{BenchmarkId, Criterion, Throughput};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use ringer::{graph::components, model::ApplicantIx};
use std::{hint::black_box, time::Duration};

fn of_random_networks(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("components");
    for n in [100_000_u32, 1_000_000] {
        let mut random = ChaCha8Rng::seed_from_u64(1);
        let mut end = || ApplicantIx(random.random_range(0..n));
        let links: Vec<(ApplicantIx, ApplicantIx)> = (0..n).map(|_| (end(), end())).collect();
        group.throughput(Throughput::Elements(u64::from(n)));
        group.bench_with_input(BenchmarkId::from_parameter(n), &links, |b, links| {
            b.iter(|| components(n as usize, black_box(links).iter().copied()).len());
        });
    }
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(3))
        .configure_from_args();
    of_random_networks(&mut criterion);
    criterion.final_summary();
}
