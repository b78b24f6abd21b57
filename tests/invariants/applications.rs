//! Applications to try the engine with: small random ones in which everything collides, and slices of synthetic
//! data sets.

use crate::lab::Row;
use proptest::{prelude::*, sample::select};
use ringer::synth::{self, Options, RingSpacing};
use std::{collections::HashMap, ops::RangeInclusive, sync::LazyLock};

const NAMES: &[&str] = &[
    "Anna Hartley",
    "Ann Hartley",
    "Anna Hartly",
    "Hartley, Anna",
    "Robert Finch",
    "Bob Finch",
    "Robert Finch Jr.",
    "Miguel Santos Vega",
    "Miguel Santos",
    "Priya Raman",
    "Wei Zhang",
    "Zhang Wei",
    "Tomasz Okafor",
    "T. Okafor",
    "Lena Brandt",
    "Zoë O'Neill",
];
const PHONES: &[&str] = &[
    "(212) 555-0101",
    "212-555-0101",
    "+1 212 555 0110",
    "212 555 0111",
    "+12125550112",
    "415-555-0199",
    "(701) 555-0123",
    "not known",
];
const EMAILS: &[&str] = &[
    "anna.hartley@example.com",
    "AnnaHartley+jobs@example.com",
    "quietfalcon12@example.net",
    "quietfalcon27@example.net",
    "r.finch@example.org",
    "jobs@agency.example",
    "wei.zhang88@mail.example",
];
const HOMES: &[[&str; 5]] = &[
    ["14 Linden Street", "", "Erie", "PA", "16501"],
    ["14 Linden St.", "Apt 2", "Erie", "PA", "16501"],
    ["14 Linden St", "#3", "Erie", "PA", "16501"],
    ["900 Quarry Road", "", "Fargo", "ND", "58102"],
    ["77 Harbor Ave", "Unit 9", "Tampa", "FL", "33602"],
];
const PROFILES: &[&str] = &[
    "https://www.linkedin.com/in/anna-hartley-example",
    "linkedin.com/in/anna-hartley-example/",
    "linkedin.com/in/quietfalcon-example",
];
const DEVICES: &[&str] = &["c02606452ead7216", "feedfacecafebeef", "0123456789abcdef"];
const IPS: &[&str] = &["192.0.2.7", "192.0.2.8", "198.51.100.20", "2001:db8:a4f1:8e94::2612"];
const SENTENCES: &[&str] = &[
    "Built a billing service in Rust for a chain of garden centres across three states.",
    "Moved nine hundred nightly jobs from cron to a queue without losing a single invoice.",
    "Wrote the parser that reads weather reports of small airfields every ten minutes.",
    "Led four people who kept the ticket machines of a ferry line running all summer.",
    "Cut the time of the monthly close from two days to forty minutes by indexing ledgers.",
    "Taught evening classes in databases at the public library for five winters.",
];
const BIRTHS: &[&str] = &["1990-04-12", "1990-04-21", "1984-11-02"];
const PDFS: &[&str] = &["6263fd6adc0c7547908d295bc4836f49", "a0b1c2d3e4f5061728394a5b6c7d8e9f"];
const PHASHES: &[&str] = &["f0e1d2c3b4a59687", "f0e1d2c3b4a59686", "0123456789abcdef"];
const TIMES: &[&str] = &["2026-03-01T10:00:00Z", "2026-03-01T10:04:00Z", "2026-08-20T15:30:00Z"];

/// One of these values, or in `missing` of ten cases none.
fn some(
    column: &'static str,
    values: &'static [&'static str],
    missing: u32,
) -> BoxedStrategy<Vec<(&'static str, String)>> {
    let given = select(values).prop_map(move |v| vec![(column, v.to_owned())]);
    if missing == 0 {
        return given.boxed();
    }
    prop_oneof![missing => Just(Vec::new()), 10 - missing => given].boxed()
}

fn home(columns: [&'static str; 5], missing: u32) -> BoxedStrategy<Vec<(&'static str, String)>> {
    let given = select(HOMES).prop_map(move |home| {
        columns.iter().zip(home).map(|(&c, v)| (c, (*v).to_owned())).collect()
    });
    prop_oneof![missing => Just(Vec::new()), 10 - missing => given].boxed()
}

fn resume() -> BoxedStrategy<Vec<(&'static str, String)>> {
    let given = prop::sample::subsequence(SENTENCES, 2..=SENTENCES.len())
        .prop_map(|sentences| vec![("resume_text", sentences.join(" "))]);
    prop_oneof![5 => Just(Vec::new()), 5 => given].boxed()
}

fn application() -> impl Strategy<Value = Row> {
    let parts: Vec<BoxedStrategy<Vec<(&'static str, String)>>> = vec![
        some("full_name", NAMES, 0),
        some("phone", PHONES, 4),
        some("phone_line_type", &["mobile", "voip"], 6),
        some("email", EMAILS, 4),
        home(["street", "unit", "city", "state", "postal_code"], 5),
        home(["ship_street", "ship_unit", "ship_city", "ship_state", "ship_postal_code"], 8),
        some("linkedin", PROFILES, 8),
        some("device_id", DEVICES, 7),
        some("ip", IPS, 6),
        resume(),
        some("birth_date", BIRTHS, 6),
        some("pdf_id", PDFS, 8),
        some("photo_phash", PHASHES, 8),
        some("submitted_at", TIMES, 2),
        some("channel", &["careers site", "job board"], 3),
        some("reference_email", &["mentor@example.org", "boss@example.com"], 8),
        some("bank_account_hash", &["5f0c5f0c5f0c5f0c", "77aa77aa77aa77aa"], 9),
        some("institution", &["Erie Falls College", "University of Nowhere"], 6),
        some("employer", &["Zephyrloop Software", "Vertexgate Logistics"], 6),
    ];
    parts.prop_map(|parts| {
        parts
            .into_iter()
            .flatten()
            .filter(|(_, value)| !value.is_empty())
            .map(|(column, value)| (column.to_owned(), value))
            .collect()
    })
}

/// So many applications, numbered; few values for many applications.
pub fn applications(count: RangeInclusive<usize>) -> impl Strategy<Value = Vec<Row>> {
    prop::collection::vec(application(), count).prop_map(|mut rows| {
        for (n, row) in rows.iter_mut().enumerate() {
            row.insert("application_id".to_owned(), format!("A{n:03}"));
        }
        rows
    })
}

/// Settings for properties that compute several views a case.
pub fn cases(n: u32) -> ProptestConfig {
    ProptestConfig {
        cases: n,
        max_shrink_iters: 300,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

fn make(applications: u64, seed: u64, spacing: u64) -> Vec<Row> {
    let dir = tempfile::tempdir().unwrap();
    let mut options = Options::new(applications, seed);
    options.spacing = RingSpacing::new(spacing).unwrap();
    synth::generate(&options, dir.path()).unwrap();
    let mut table = csv::Reader::from_path(dir.path().join("applications.csv")).unwrap();
    table
        .deserialize::<HashMap<String, String>>()
        .map(|row| row.unwrap().into_iter().filter(|(_, value)| !value.is_empty()).collect())
        .collect()
}

/// Synthetic applications, dense in rings.
pub static SYNTH: LazyLock<[Vec<Row>; 3]> =
    LazyLock::new(|| [make(300, 11, 60), make(400, 12, 80), make(700, 13, 120)]);
