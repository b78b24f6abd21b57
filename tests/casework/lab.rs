//! An engine with rings in it, and people who work on cases about them.

use ringer::{
    casework::{Actor, Attachments, CaseError, Casework, Role},
    engine::{CaseChange, Engine},
    ingest::{self, Input, Options},
    matching::Policy,
    model::{
        Case, CaseEvent, CaseId, CaseStatus, CaseSubject, FixedClock, JudgementId, Moment, RingId,
        RingStatus, Seq, Verdict,
    },
    store::{MemoryStore, Store},
};
use std::{fmt::Write, io::Cursor, sync::Arc};

pub fn clock() -> Arc<FixedClock> {
    Arc::new(FixedClock(Moment(1_795_392_000)))
}

pub fn store() -> MemoryStore {
    MemoryStore::new(clock())
}

pub fn open(store: Box<dyn Store>) -> Engine {
    Engine::open(store, Policy::default(), clock()).unwrap()
}

pub fn import(engine: &Engine, text: &str) {
    let input = Input::stream("rows.csv", Cursor::new(text.to_owned().into_bytes()));
    let mut reader = ingest::open(input, &Options::default()).unwrap();
    let refuse = |problem: &ingest::RowProblem| panic!("rejected: {problem:?}");
    engine.import("rows.csv", &mut reader, &mut |p| refuse(p), "tester", &mut |_| {}).unwrap();
}

/// Rows of people of these groups: everybody of a group shares a device, a payment account and every other one a phone.
pub fn rows(groups: impl IntoIterator<Item = usize>, people: std::ops::Range<usize>) -> String {
    const GIVEN: [&str; 6] = ["Ada", "Bruno", "Cleo", "Edgar", "Fenna", "Gustav"];
    const FAMILY: [&str; 6] = ["Quill", "Tarn", "Lindqvist", "Okafor", "Nakamura", "Holt"];
    let mut text = String::from(
        "application_id,full_name,email,phone,device_id,bank_account_hash,submitted_at\n",
    );
    for group in groups {
        for n in people.clone() {
            let phone = if n % 2 == 0 { 100 + group } else { 120 + group * 6 + n };
            let (given, family) = (GIVEN[(n * 5 + group) % 6], FAMILY[(n + group) % 6]);
            writeln!(
                text,
                "G{group}N{n},{given} {family},{given}.{family}{group}{n}@example.com,202-555-0{phone},\
                 device-{group},account-{group},2026-01-{:02}",
                group * 6 + n + 1
            )
            .unwrap();
        }
    }
    text
}

/// An engine with two rings.
pub fn engine() -> Engine {
    let engine = open(Box::new(store()));
    import(&engine, &rows(0..2, 0..5));
    assert_eq!(engine.view().rings.len(), 2, "the lab has two rings");
    engine
}

/// The ring that an application is in.
pub fn ring_of(engine: &Engine, application: &str) -> RingId {
    let view = engine.view();
    view.ring_of(view.applicant(application).unwrap()).unwrap().id.clone()
}

pub fn confirm(engine: &Engine, ring: &RingId) -> JudgementId {
    judge(engine, ring, RingStatus::Confirmed)
}

pub fn judge(engine: &Engine, ring: &RingId, verdict: RingStatus) -> JudgementId {
    engine.judge(Verdict::Ring { ring: ring.clone(), verdict }, "ann", "looked at").unwrap()
}

/// Somebody who works on cases.
pub struct Person<'e> {
    pub engine: &'e Engine,
    pub actor: Actor,
    pub files: Option<Attachments>,
}

impl<'e> Person<'e> {
    pub fn new(engine: &'e Engine, name: &str, role: Role) -> Self {
        Self { engine, actor: Actor::new(name, role), files: None }
    }

    pub fn open(&self, ring: &RingId) -> Result<CaseId, CaseError> {
        let view = self.engine.view();
        let work = Casework { engine: self.engine, view: &view, attachments: None };
        work.open(&self.actor, CaseSubject::Ring(ring.clone()), "The house")
    }

    /// Does these to a case as it is.
    pub fn act(&self, id: &CaseId, events: Vec<CaseEvent>) -> Result<Seq, CaseError> {
        let version = self.engine.cases().get(id).unwrap().version;
        self.act_on(id, version, events)
    }

    pub fn act_on(
        &self,
        id: &CaseId,
        expected: Seq,
        events: Vec<CaseEvent>,
    ) -> Result<Seq, CaseError> {
        let view = self.engine.view();
        let work = Casework { engine: self.engine, view: &view, attachments: self.files.as_ref() };
        let change = CaseChange { case: id.clone(), expected, events };
        work.change(&self.actor, vec![change]).map(|versions| versions[0])
    }

    pub fn set(&self, id: &CaseId, status: CaseStatus) -> Result<Seq, CaseError> {
        self.act(id, vec![CaseEvent::set(status, "because")])
    }

    pub fn propose(&self, id: &CaseId) -> Result<Seq, CaseError> {
        self.act(id, vec![CaseEvent::propose("no agency, no family, no shared house")])
    }
}

pub fn case(engine: &Engine, id: &CaseId) -> Case {
    Case::clone(engine.cases().get(id).unwrap())
}

#[track_caller]
pub fn refused<T: std::fmt::Debug>(outcome: Result<T, CaseError>, says: &str) {
    let error = outcome.expect_err(says).to_string();
    assert!(error.contains(says), "{error}");
}
