//! What a written case is made of, and how it is brought about and judged. Not responsible for which cases there are
//! (`main.rs` and the files beside it).

use crate::people::{PEOPLE, Row, background, few_hundred};
use ringer::{
    engine::{Engine, View},
    explain::{PairExplanation, RingReport},
    indicators::Band,
    ingest::{self, Input},
    matching::Policy,
    model::{ApplicantIx, FixedClock, Moment},
    store::MemoryStore,
};
use serde::Deserialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Cursor,
    path::Path,
    sync::Arc,
};

pub type Ids = BTreeSet<String>;

/// What a case expects.
#[derive(Debug, Deserialize, Clone, Copy, PartialEq)]
pub enum Expect {
    #[serde(rename = "no ring")]
    NoRing,
    #[serde(rename = "ring")]
    Ring,
    #[serde(rename = "two rings")]
    TwoRings,
}

/// A column's value: one for all, or several that the people of a crowd take in turn.
#[derive(Debug, Deserialize, Clone)]
#[serde(untagged)]
enum Value {
    One(String),
    InTurn(Vec<String>),
}

/// Invented honest people with some columns replaced.
#[derive(Debug, Deserialize)]
struct Crowd {
    id: String,
    count: usize,
    #[serde(default = "once")]
    applications_each: usize,
    #[serde(flatten)]
    columns: BTreeMap<String, Value>,
}

fn once() -> usize {
    1
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub title: String,
    why: String,
    pub expect: Expect,
    #[serde(default)]
    persons: Vec<Vec<String>>,
    #[serde(default)]
    rings: Vec<Vec<String>>,
    #[serde(default)]
    outside: Vec<String>,
    #[serde(default)]
    unlinked: Vec<String>,
    #[serde(default)]
    held_by_one_artefact: bool,
    /// Indicators that its rings must raise.
    #[serde(default)]
    raises: Vec<String>,
    /// The most that indicators may make of any of its people; `note` where no ring is expected and nothing is said.
    most: Option<String>,
    #[serde(default = "few_hundred")]
    background: usize,
    #[serde(default)]
    application: Vec<Row>,
    #[serde(default)]
    crowd: Vec<Crowd>,
}

/// `{n}` is the number of a person, `{nn}` the same in two digits, `{k}` that of the application, `{own}` what
/// the invented person had in the column, and `{full_name}` the name.
fn fill(text: &str, n: usize, k: usize, own: &str, name: &str) -> String {
    text.replace("{nn}", &format!("{n:02}"))
        .replace("{n}", &n.to_string())
        .replace("{k}", &k.to_string())
        .replace("{own}", own)
        .replace("{full_name}", name)
}

impl Crowd {
    /// The applications, from the people that start at `from`.
    fn rows(&self, from: usize) -> Vec<Row> {
        let mut rows = Vec::new();
        for n in 1..=self.count {
            let person = &PEOPLE[from + n - 1];
            for k in 1..=self.applications_each {
                let mut row = person.clone();
                let id = if self.applications_each == 1 {
                    format!("{}-{n}", self.id)
                } else {
                    format!("{}-{n}-{k}", self.id)
                };
                for (column, value) in &self.columns {
                    let text = match value {
                        Value::One(text) => text,
                        Value::InTurn(texts) => &texts[(n + k - 2) % texts.len()],
                    };
                    let own = person.get(column).map_or("", String::as_str);
                    let text = fill(text, n, k, own, &person["full_name"]);
                    if text.is_empty() {
                        row.remove(column);
                    } else {
                        row.insert(column.clone(), text);
                    }
                }
                row.insert("application_id".to_owned(), id);
                rows.push(row);
            }
        }
        rows
    }
}

impl Case {
    fn rows(&self) -> Vec<Row> {
        let mut rows = self.application.clone();
        let mut from = 0;
        for crowd in &self.crowd {
            rows.extend(crowd.rows(from));
            from += crowd.count;
        }
        rows
    }
}

/// Ids as a case writes them: `dorm-*` is every id that begins with `dorm-`.
fn expand(list: &[String], all: &Ids) -> Ids {
    let mut ids = Ids::new();
    for item in list {
        let before = ids.len();
        match item.strip_suffix('*') {
            Some(start) => ids.extend(all.iter().filter(|id| id.starts_with(start)).cloned()),
            None => ids.extend(all.get(item).cloned()),
        }
        assert!(ids.len() > before, "the case has no application \"{item}\"");
    }
    ids
}

pub fn applications(view: &View, applicant: ApplicantIx) -> Ids {
    let corpus = view.network.corpus();
    let ids = &view.network.applicant(applicant).applications;
    ids.iter().map(|&app| corpus.id_text(app).to_owned()).collect()
}

pub fn engine(rows: &[Row]) -> Engine {
    let clock = Arc::new(FixedClock(Moment(1_795_392_000)));
    let store = Box::new(MemoryStore::new(clock.clone()));
    let engine = Engine::open(store, Policy::default(), clock).unwrap();
    let lines: Vec<String> = rows.iter().map(|r| serde_json::to_string(r).unwrap()).collect();
    let input = Input::stream("case.jsonl", Cursor::new(lines.join("\n").into_bytes()));
    let mut reader = ingest::open(input, &ingest::Options::default()).unwrap();
    let mut problems = Vec::new();
    let mut reject = |problem: &ingest::RowProblem| {
        problems.push(format!("{problem:?}"));
        Ok(())
    };
    let counts = engine.import("case.jsonl", &mut reader, &mut reject, "tester", &mut |_| {});
    assert_eq!((counts.unwrap().new as usize, &problems), (rows.len(), &Vec::new()));
    let unknown = reader.report().extra;
    assert_eq!(unknown, Vec::<String>::new(), "columns that Ringer does not know");
    engine
}

/// An explanation in a few lines.
fn shortened(told: &PairExplanation) -> String {
    let lines: Vec<String> = told
        .lines
        .iter()
        .map(|l| {
            let discount = l
                .discount
                .map_or(String::new(), |d| format!(" ({:?} -{:.1})", d.class, d.bits.get()));
            format!("{} {}{discount}", l.feature, l.bits)
        })
        .collect();
    format!(
        "    {:?} - {:?}: {:?} {:?}, total {} with prior {}; {}; as one person {}",
        told.a.applications.first().map(ToString::to_string).unwrap_or_default(),
        told.b.applications.first().map(ToString::to_string).unwrap_or_default(),
        told.class,
        told.strength,
        told.total,
        told.prior,
        lines.join(", "),
        told.identity_prior + told.identity_total,
    )
}

/// Reads the case of a file's name without its ending.
///
/// # Panics
/// When it is not a case, or does not say what it is.
pub fn read(name: &str) -> Case {
    let path = folder().join(name).with_extension("toml");
    let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let case: Case = toml::from_str(&text).unwrap_or_else(|e| panic!("{name}: {e}"));
    assert!(!case.title.is_empty() && !case.why.is_empty(), "{name} does not say what it is");
    case
}

/// Where the cases are.
pub fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases"))
}

/// What indicators make of the people of a case beyond what it allows, and what its rings do not raise.
fn flagged(
    case: &Case,
    engine: &Engine,
    view: &View,
    whose: &BTreeMap<&String, ApplicantIx>,
) -> Vec<String> {
    let mut wrong = Vec::new();
    let most = case.most.as_deref().or((case.expect == Expect::NoRing).then_some("note"));
    let most = most.map(|name| *Band::ALL.iter().find(|b| b.name() == name).unwrap());
    let people: BTreeSet<ApplicantIx> = whose.values().copied().collect();
    for &ix in people.iter().filter(|_| most.is_some()) {
        let assessment = engine.assess(view, ix);
        if most.is_some_and(|most| assessment.band > most) {
            let raised: Vec<&str> = assessment.raised().iter().map(|(i, ..)| i.id).collect();
            wrong.push(format!("{} is {}: {raised:?}", view.network.label(ix), assessment.band));
        }
    }
    for ring in view.rings.iter().filter(|ring| ring.members.iter().any(|m| people.contains(m))) {
        let report = RingReport::of(&engine.assess_ring(view, ring));
        let raised: BTreeSet<&str> =
            report.assessment.raised.iter().map(|line| line.indicator_id).collect();
        for id in case.raises.iter().filter(|id| !raised.contains(id.as_str())) {
            wrong.push(format!("{id} is not raised, but {raised:?}"));
        }
    }
    wrong
}

/// What is wrong with how a case came out, with the evidence; nothing when it is as expected.
pub fn judge(case: &Case) -> Vec<String> {
    let mine = case.rows();
    let all: Ids = mine.iter().map(|row| row["application_id"].clone()).collect();
    assert_eq!(all.len(), mine.len(), "an id is used twice");
    let mut rows = background(case.background);
    rows.extend(mine);
    let engine = engine(&rows);
    let view = engine.view();
    let mut wrong = Vec::new();
    let whose: BTreeMap<&String, ApplicantIx> =
        all.iter().map(|id| (id, view.applicant(id).unwrap())).collect();
    let rings: Vec<Ids> = view
        .rings
        .iter()
        .map(|ring| ring.members.iter().flat_map(|&m| applications(&view, m)).collect::<Ids>())
        .filter(|ids| !ids.is_disjoint(&all))
        .collect();
    let expected = match case.expect {
        Expect::NoRing => 0,
        Expect::Ring => 1,
        Expect::TwoRings => 2,
    };
    if rings.len() != expected {
        wrong.push(format!("{} rings, not {expected}: {rings:?}", rings.len()));
    }
    for ring in &case.rings {
        let ids = expand(ring, &all);
        if !rings.contains(&ids) {
            wrong.push(format!("not one ring: {ids:?}; rings are {rings:?}"));
        }
    }
    for id in expand(&case.outside, &all) {
        if rings.iter().any(|ring| ring.contains(&id)) {
            wrong.push(format!("{id} is in a ring"));
        }
    }
    wrong.extend(flagged(case, &engine, &view, &whose));
    for id in expand(&case.unlinked, &all) {
        if !view.network.links_of(whose[&id]).is_empty() {
            wrong.push(format!("{id} is linked"));
        }
    }
    for person in &case.persons {
        let ids = expand(person, &all);
        let found = applications(&view, whose[ids.first().unwrap()]);
        if found != ids {
            wrong.push(format!("not one person and only that: {ids:?}; found {found:?}"));
        }
    }
    if case.held_by_one_artefact {
        let warned = view.rings.iter().any(|ring| {
            ring.members.contains(&whose[all.first().unwrap()])
                && (ring.drop_one.as_ref().is_some_and(|d| d.remaining.get() < 0.6)
                    || ring.bridges.iter().any(|b| b.weak))
        });
        if !warned {
            wrong.push("no warning that one artefact holds the ring".to_owned());
        }
    }
    if !wrong.is_empty() {
        wrong.extend(evidence(&engine, &view, &whose));
    }
    wrong
}

/// The strongest links of a case, or its first two applicants when there are none.
pub fn evidence(
    engine: &Engine,
    view: &View,
    whose: &BTreeMap<&String, ApplicantIx>,
) -> Vec<String> {
    let mine: BTreeSet<ApplicantIx> = whose.values().copied().collect();
    let mut links: Vec<_> =
        view.network.links().filter(|l| mine.contains(&l.a) || mine.contains(&l.b)).collect();
    links.sort_by_key(|l| std::cmp::Reverse((l.strength, l.bits)));
    let mut pairs: Vec<(ApplicantIx, ApplicantIx)> =
        links.iter().take(4).map(|l| (l.a, l.b)).collect();
    if let (true, Some(&a), Some(&b)) = (pairs.is_empty(), mine.first(), mine.iter().nth(1)) {
        pairs.push((a, b));
    }
    pairs.into_iter().map(|(a, b)| shortened(&engine.explain(view, a, b))).collect()
}
