//! An engine with a runner over it, and a clock that the test moves.

use jiff::Timestamp;
use ringer::{
    casework::keeping::RetentionPolicy,
    engine::Engine,
    ingest::{self, Input, Options},
    matching::Policy,
    model::{Attempt, Clock, Moment, ReportFormat, ReportRun, Schedule},
    reports::{
        Kept, Means, Runner, Sight,
        delivery::{Carrier, Shipment},
    },
    store::MemoryStore,
};
use std::{
    io::Cursor,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

/// A clock that shows what it was set to.
pub struct Hand(AtomicI64);

impl Clock for Hand {
    fn now(&self) -> Moment {
        Moment(self.0.load(Ordering::SeqCst))
    }
}

/// Takes everything.
struct Everybody;

impl Carrier for Everybody {
    fn carry(&self, _shipment: &Shipment, _now: Moment) -> Attempt {
        Attempt::Delivered { answer: "taken".to_owned() }
    }
}

pub struct House {
    pub clock: Arc<Hand>,
    pub engine: Arc<Engine>,
    pub runner: Runner,
    pub folder: tempfile::TempDir,
}

pub fn moment(text: &str) -> Moment {
    Moment(text.parse::<Timestamp>().unwrap().as_second())
}

impl House {
    pub fn at(text: &str) -> Self {
        let clock = Arc::new(Hand(AtomicI64::new(moment(text).0)));
        let store = Box::new(MemoryStore::new(clock.clone()));
        let engine = Arc::new(Engine::open(store, Policy::default(), clock.clone()).unwrap());
        let folder = tempfile::tempdir().unwrap();
        let runner = Runner::new(engine.clone(), means(Some(Kept::of(folder.path()))));
        Self { clock, engine, runner, folder }
    }

    pub fn set(&self, at: Moment) {
        self.clock.0.store(at.0, Ordering::SeqCst);
    }

    pub fn set_to(&self, text: &str) {
        self.set(moment(text));
    }

    /// Moves the clock and ticks.
    pub fn tick_at(&self, text: &str) {
        self.set_to(text);
        self.runner.tick().unwrap();
    }

    pub fn schedule(&self, name: &str, cron: &str, zone: &str) {
        self.engine.set_schedule(schedule(name, cron, zone), "ann").unwrap();
    }

    /// The runs of a schedule, oldest first.
    pub fn runs(&self, name: &str) -> Vec<ReportRun> {
        let view = self.engine.view();
        let name = name.parse().unwrap();
        let mut runs: Vec<ReportRun> =
            view.reports.runs_of(&name).map(|record| record.run.clone()).collect();
        runs.reverse();
        runs
    }

    /// Imports applications of these ids.
    pub fn import(&self, ids: &[&str]) {
        let rows: String =
            ids.iter().map(|id| format!("{id},Ada {id},{id}@example.com\n")).collect();
        let text = format!("application_id,full_name,email\n{rows}");
        let input = Input::stream("rows.csv", Cursor::new(text.into_bytes()));
        let mut reader = ingest::open(input, &Options::default()).unwrap();
        let (mut reject, mut progress) = (|_: &_| Ok(()), |_| {});
        self.engine.import("rows.csv", &mut reader, &mut reject, "ann", &mut progress).unwrap();
    }
}

pub fn means(kept: Option<Kept>) -> Means {
    Means {
        retention: RetentionPolicy::default(),
        house: "Example Corporation".to_owned(),
        base: "https://ringer.example".to_owned(),
        kept,
        carrier: Arc::new(Everybody),
        sight_of: Arc::new(|_, _| Sight::Counts),
    }
}

pub fn schedule(name: &str, cron: &str, zone: &str) -> Schedule {
    Schedule {
        name: name.parse().unwrap(),
        cron: cron.to_owned(),
        zone: zone.to_owned(),
        to: ["ann@example.com".parse().unwrap()].into(),
        formats: [ReportFormat::Html].into(),
        filter: String::new(),
        personal: false,
    }
}
