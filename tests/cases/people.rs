//! The invented honest people of the cases: those that surround a case, and those that its crowds are made of. Not
//! responsible for what a case makes of them (`lab.rs`).

use ringer::synth;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::LazyLock,
};

/// An application by import columns.
pub type Row = BTreeMap<String, String>;

/// Honest applications that surround a case unless it says otherwise.
pub fn few_hundred() -> usize {
    300
}

/// Honest synthetic applications with the person behind each.
fn honest(applications: u64, seed: u64) -> Vec<(String, Row)> {
    let dir = tempfile::tempdir().unwrap();
    let mut options = synth::Options::new(applications, seed);
    options.spacing = synth::RingSpacing::new(1_000_000).unwrap();
    synth::generate(&options, dir.path()).unwrap();
    let table = |name: &str| -> Vec<HashMap<String, String>> {
        let mut reader = csv::Reader::from_path(dir.path().join(name)).unwrap();
        reader.deserialize().map(Result::unwrap).collect()
    };
    let rows = table("applications.csv").into_iter();
    rows.zip(table("truth.csv"))
        .map(|(row, truth)| {
            let row = row.into_iter().filter(|(_, value)| !value.is_empty()).collect();
            (truth["person_id"].clone(), row)
        })
        .collect()
}

static BACKGROUND: LazyLock<Vec<Row>> =
    LazyLock::new(|| honest(2_000, 31).into_iter().map(|(_, row)| row).collect());

/// The first of the honest applications.
pub fn background(applications: usize) -> Vec<Row> {
    BACKGROUND.iter().take(applications).cloned().collect()
}

/// The five-word passages of a resume.
fn passages(row: &Row) -> BTreeSet<String> {
    let text = row.get("resume_text").map_or("", String::as_str).to_lowercase();
    let words: Vec<&str> = text.split_whitespace().collect();
    words.windows(5).map(|five| five.join(" ")).collect()
}

/// The contacts, places and machines of an application; of a phone the digits that tell it apart.
fn values(row: &Row) -> Vec<String> {
    let columns = ["email", "phone", "street", "ip", "device_id", "linkedin", "github"];
    let short = |value: &String| {
        let digits: String = value.chars().filter(char::is_ascii_digit).collect();
        let is_phone = value.chars().all(|c| c.is_ascii_digit() || "+()-. ".contains(c));
        if is_phone { digits[digits.len().saturating_sub(10)..].to_owned() } else { value.clone() }
    };
    columns.iter().filter_map(|&column| row.get(column)).map(short).collect()
}

/// Honest people and what ties them to others.
#[derive(Default)]
struct Acquaintances {
    values: BTreeSet<String>,
    texts: HashMap<String, Vec<usize>>,
    people: usize,
}

impl Acquaintances {
    /// Whether a newcomer shares a value, or a quarter of the resume, with one of them; whoever does not is added.
    fn meet(&mut self, row: &Row) -> bool {
        let values = values(row);
        let passages = passages(row);
        let mut shared: HashMap<usize, usize> = HashMap::new();
        for person in passages.iter().filter_map(|p| self.texts.get(p)).flatten() {
            *shared.entry(*person).or_default() += 1;
        }
        let stranger = values.iter().all(|v| !self.values.contains(v))
            && shared.values().all(|n| n * 4 < passages.len());
        if stranger {
            self.add(values, passages);
        }
        !stranger
    }

    fn add(&mut self, values: Vec<String>, passages: BTreeSet<String>) {
        self.values.extend(values);
        for passage in passages {
            self.texts.entry(passage).or_default().push(self.people);
        }
        self.people += 1;
    }
}

/// People for crowds, one application each, who have nothing in common with one another or with the background:
/// what a crowd shares is for the case to say.
pub static PEOPLE: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let mut known = Acquaintances::default();
    for row in background(few_hundred()) {
        known.add(values(&row), passages(&row));
    }
    let mut seen = BTreeSet::new();
    let mut people: Vec<Row> = Vec::new();
    // The later ones are for the largest crowds only.
    let first = honest(900, 32).into_iter().map(|(person, row)| ((32, person), row));
    let later = honest(3_000, 33).into_iter().map(|(person, row)| ((33, person), row));
    for (person, mut row) in first.chain(later) {
        let own_words = row.contains_key("resume_text") && !row.contains_key("agency");
        if own_words && seen.insert(person) && !known.meet(&row) {
            row.retain(|column, _| {
                !["ship_", "reference_", "pdf_", "resume_sha", "website"]
                    .iter()
                    .any(|start| column.starts_with(start))
            });
            people.push(row);
        }
    }
    assert!(people.len() >= 260, "{} people are too few for a crowd", people.len());
    people
});
