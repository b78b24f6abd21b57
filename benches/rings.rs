//! Rings of one large component: four hundred members in eight groups of fifty, closely linked within by what each
//! group shares, and chained by weak links, some of which rest on one value. Every cut is tried, found and tried again
//! on what remains. Elements a second are links a second.

#![expect(clippy::unwrap_used, reason = "a bench that cannot go on should fail")]

use criterion::{Criterion, Throughput};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use ringer::{
    graph::Network,
    matching::{Applicants, Background, Corpus, Entry, FEATURES, Policy},
    model::{
        Agreement, AppIx, Applicant, ApplicantId, ApplicantIx, Application, Attribute, AttributeIx,
        AttributeKind, Bits, Column, Evidence, FeatureId, Link, LinkClass, LinkStrength, Source,
    },
    normalize::normalize,
    rings,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    hint::black_box,
    time::Duration,
};

const MEMBERS: u32 = 400;
const GROUPS: u32 = 8;
const LINKS: usize = 4_000;

/// Five of a group have a phone in common, and all of it a device.
fn entry(n: u32) -> Entry {
    let fields = [
        (Column::FullName, format!("Person {n}")),
        (Column::Phone, phone(n)),
        (Column::DeviceId, device(n)),
        (Column::SubmittedAt, format!("2026-01-{:02}", n % 28 + 1)),
    ];
    let application = Application {
        id: format!("A{n}").parse().unwrap(),
        fields: fields.into(),
        extra: BTreeMap::new(),
        nested: BTreeMap::new(),
        source: Source { file: "bench.csv".into(), row: 1 },
    };
    Entry { normalized: normalize(&application).into(), label: "bench".into() }
}

fn group(n: u32) -> u32 {
    n / (MEMBERS / GROUPS)
}

fn phone(n: u32) -> String {
    format!("+1202555{:04}", 10 * group(n) + n % 10)
}

fn device(n: u32) -> String {
    format!("device-{}", group(n))
}

fn evidence(feature: &str, attribute: Option<AttributeIx>, bits: f64) -> Evidence {
    let at = FEATURES.iter().position(|f| f.name() == feature).unwrap();
    Evidence {
        feature: FeatureId(u8::try_from(at).unwrap()),
        family: FEATURES[at].family(),
        counted: FEATURES[at].family(),
        agreement: Agreement::Supports,
        bits: Bits::new(bits),
        left: AppIx(0),
        right: AppIx(0),
        attribute,
        discount: None,
    }
}

fn network(policy: &Policy) -> Network {
    let corpus = Corpus::build((0..MEMBERS).map(entry).collect());
    let value = |kind, value| corpus.index_of(&Attribute { kind, value }).unwrap();
    let phone = |n| value(AttributeKind::Phone, phone(n));
    let device = |n| value(AttributeKind::Device, device(n));
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let mut links: BTreeMap<(u32, u32), Vec<Evidence>> = BTreeMap::new();
    // Between neighboring groups one weak link, or three that rest on the phone of one of them.
    for g in 1..GROUPS {
        let (before, after) = ((g - 1) * MEMBERS / GROUPS, g * MEMBERS / GROUPS);
        for i in 0..if g % 2 == 0 { 1 } else { 3 } {
            let said = vec![evidence("phone", Some(phone(before)), 7.0)];
            links.insert((before + 10 * i, after), said);
        }
    }
    while links.len() < LINKS {
        let a = random.random_range(0..MEMBERS);
        let b = group(a) * MEMBERS / GROUPS + random.random_range(0..MEMBERS / GROUPS);
        let mut said = vec![
            evidence("device", Some(device(a)), random.random_range(6.0..9.0)),
            evidence("resume_text", None, random.random_range(0.5..6.0)),
        ];
        if a % 10 == b % 10 {
            said.push(evidence("phone", Some(phone(a)), 8.0));
        }
        if a != b {
            links.insert((a.min(b), a.max(b)), said);
        }
    }
    let link = |((a, b), evidence): (_, Vec<Evidence>)| {
        let bits: Bits = evidence.iter().map(|e| e.bits).sum();
        assert!(policy.link.prior + bits >= policy.link.threshold, "it binds");
        Link {
            a: ApplicantIx(a),
            b: ApplicantIx(b),
            class: LinkClass::SharedInfrastructure,
            strength: LinkStrength::Ring,
            bits,
            evidence,
        }
    };
    let links = links.into_iter().map(link).collect();
    let person = |n: u32| Applicant {
        id: ApplicantId::derive(&n.to_string()),
        applications: vec![AppIx(n)],
    };
    let people = Applicants::new((0..MEMBERS).map(person).collect(), MEMBERS as usize);
    Network::new(corpus, people, links)
}

fn of_one_component(criterion: &mut Criterion) {
    let (policy, background) = (Policy::default(), Background::default());
    let network = network(&policy);
    let rings: rings::Rings = rings::build(&network, &background, &policy).into_iter().collect();
    assert_eq!(rings.len(), GROUPS as usize, "it is cut everywhere");
    let touched = BTreeSet::from([ApplicantIx(0)]);
    let mut group = criterion.benchmark_group("rings");
    group.throughput(Throughput::Elements(LINKS as u64));
    group.bench_function("one_component_again", |b| {
        b.iter(|| rings::rebuild(black_box(&network), &background, &policy, &rings, &touched));
    });
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(3))
        .configure_from_args();
    of_one_component(&mut criterion);
    criterion.final_summary();
}
