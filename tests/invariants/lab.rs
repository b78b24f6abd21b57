//! An engine over a store, and what its view says in a form that two engines can be compared by.

use ringer::{
    engine::{Engine, Undone, View, difference as computed},
    ingest::{self, Input, Options},
    matching::{Policy, feature},
    model::{
        ApplicantIx, Application, Attribute, FixedClock, ImportId, JudgementId, Moment,
        PairVerdict, Ring, RingId, RingStatus, ValueVerdict, Verdict,
    },
    store::{MemoryStore, Store},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    io::Cursor,
    sync::Arc,
};

/// One row of an import file, by column name.
pub type Row = BTreeMap<String, String>;

/// Applications that belong together, by id.
pub type Ids = BTreeSet<String>;

pub fn clock() -> Arc<FixedClock> {
    Arc::new(FixedClock(Moment(1_795_392_000)))
}

pub fn open(store: &dyn Fn() -> Box<dyn Store>) -> Engine {
    Engine::open(store(), Policy::default(), clock()).unwrap()
}

/// A store in memory that can be opened again.
pub fn memory() -> impl Fn() -> Box<dyn Store> {
    let store = MemoryStore::new(clock());
    move || Box::new(store.clone()) as Box<dyn Store>
}

/// An engine over an empty store in memory.
pub fn engine() -> Engine {
    open(&memory())
}

/// An engine into which these rows were imported at once.
pub fn engine_with(rows: &[Row]) -> Engine {
    let engine = engine();
    import(&engine, rows);
    engine
}

/// Rows as a file that is read.
pub fn reader(rows: &[Row]) -> ingest::Reader {
    let mut text = String::new();
    for row in rows {
        text.push_str(&serde_json::to_string(row).unwrap());
        text.push('\n');
    }
    let input = Input::stream("rows.jsonl", Cursor::new(text.into_bytes()));
    ingest::open(input, &Options::default()).unwrap()
}

/// Imports rows as one file and returns how many were new. Every row must be taken.
pub fn import(engine: &Engine, rows: &[Row]) -> u64 {
    if rows.is_empty() {
        return 0;
    }
    let refuse = |problem: &ingest::RowProblem| panic!("rejected: {problem:?}");
    engine
        .import("rows.jsonl", &mut reader(rows), &mut |p| refuse(p), "tester", &mut |_| {})
        .unwrap()
        .new
}

/// Rows as the applications that an import would make of them.
pub fn applications(rows: &[Row]) -> Vec<Application> {
    reader(rows).map(|row| row.unwrap()).collect()
}

pub fn id(row: &Row) -> &str {
    &row["application_id"]
}

pub fn pair(a: &str, b: &str, verdict: PairVerdict) -> Verdict {
    Verdict::pair(a.parse().unwrap(), b.parse().unwrap(), verdict).unwrap()
}

pub fn value(attribute: Attribute, verdict: ValueVerdict) -> Verdict {
    Verdict::Value { attribute, verdict }
}

pub fn judge(engine: &Engine, verdict: Verdict) -> JudgementId {
    engine.judge(verdict, "tester", "because").unwrap()
}

pub fn withdraw(engine: &Engine, id: &JudgementId) {
    engine.withdraw(id, "tester", "after all not").unwrap();
}

/// Withdraws an import.
pub fn undo(engine: &Engine, id: &ImportId) -> Undone {
    engine.withdraw_import(id, "tester", "the wrong file").unwrap()
}

/// What does not depend on when and in which portions things arrived: persons, links and rings, all told in the
/// ids of applications.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    pub persons: BTreeSet<Ids>,
    /// By the applications of both ends: class, strength, bits, and each piece of evidence.
    pub links: BTreeMap<(Ids, Ids), String>,
    /// By its applications: score, families, gates.
    pub rings: BTreeMap<Ids, String>,
}

pub fn applicant(view: &View, ix: ApplicantIx) -> Ids {
    let network = &view.network;
    network
        .applicant(ix)
        .applications
        .iter()
        .map(|&app| network.corpus().id_text(app).to_owned())
        .collect()
}

/// The applications of each ring, by ring id.
pub fn rings(view: &View) -> BTreeMap<String, Ids> {
    let members = |ring: &ringer::model::Ring| -> Ids {
        ring.members.iter().flat_map(|&m| applicant(view, m)).collect()
    };
    view.rings.iter().map(|ring| (ring.id.to_string(), members(ring))).collect()
}

pub fn shape(view: &View) -> Shape {
    let network = &view.network;
    let corpus = network.corpus();
    let persons: Vec<Ids> =
        (0..network.applicants().slots()).map(|i| applicant(view, ApplicantIx::new(i))).collect();
    let links = network.links().map(|link| {
        let mut evidence: Vec<String> = link
            .evidence
            .iter()
            .map(|e| {
                let value = e.attribute.map(|ix| format!("{:?}", corpus.attribute(ix)));
                format!("{} {} {value:?}", feature(e.feature).name(), e.bits)
            })
            .collect();
        evidence.sort();
        let (a, b) = (persons[link.a.at()].clone(), persons[link.b.at()].clone());
        let text = format!("{:?} {:?} {} {evidence:?}", link.class, link.strength, link.bits);
        ((a.clone().min(b.clone()), a.max(b)), text)
    });
    let links = links.collect();
    let members = rings(view);
    let rings = view
        .rings
        .iter()
        .map(|ring| {
            let text = format!("{} {:?} {:?}", ring.score, ring.families, ring.gates);
            (members[ring.id.as_str()].clone(), text)
        })
        .collect();
    Shape { persons: persons.into_iter().filter(|p| !p.is_empty()).collect(), links, rings }
}

/// The first respect in which two views are not the same, ids, lineage and judgements included.
pub fn difference(a: &View, b: &View) -> Option<String> {
    fn told<T: PartialEq + std::fmt::Debug>(what: &str, a: &T, b: &T) -> Option<String> {
        (a != b).then(|| format!("{what}: {a:?} is not {b:?}"))
    }
    // Numbers differ where one came bit by bit and the other at once, and so does how much was compared.
    let rings = |view: &View| -> Vec<(RingId, RingStatus, Ids)> {
        let members = rings(view);
        let told = |ring: &Ring| (ring.id.clone(), ring.status, members[ring.id.as_str()].clone());
        view.rings.iter().map(told).collect()
    };
    told("policy", &a.policy, &b.policy)
        .or_else(|| computed(a, b).map(str::to_owned))
        .or_else(|| told("rings", &rings(a), &rings(b)))
        .or_else(|| told("lineage", &a.lineage, &b.lineage))
        .or_else(|| told("judgements", &a.judgements, &b.judgements))
        .or_else(|| told("decisions", &a.decisions, &b.decisions))
        .or_else(|| told("imports", &a.imports, &b.imports))
        .or_else(|| told("tallies", &a.tallies, &b.tallies))
}
