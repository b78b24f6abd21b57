//! What tests of sections have in common: an engine over a store in memory, and one section of a report. Not responsible for
//! what they show.
//!
//! Invariant: the clock stands still.

use crate::{
    casework::keeping::RetentionPolicy,
    engine::Engine,
    ingest::{self, Input, Options},
    matching::Policy,
    model::{FixedClock, Moment, Point, Seq},
    reports::{Order, Section, build},
    store::MemoryStore,
};
use std::{io::Cursor, sync::Arc};

/// The hour.
const NOW: Moment = Moment(1_772_000_000);

pub struct Trial {
    pub engine: Engine,
}

impl Trial {
    pub fn new() -> Self {
        let clock = Arc::new(FixedClock(NOW));
        let store = MemoryStore::new(clock.clone());
        Self { engine: Engine::open(Box::new(store), Policy::default(), clock).unwrap() }
    }

    pub fn import(&self, text: &str) {
        let input = Input::stream("rows.csv", Cursor::new(text.to_owned().into_bytes()));
        let mut reader = ingest::open(input, &Options::default()).unwrap();
        let (mut reject, mut progress) = (|_: &_| Ok(()), |_| {});
        self.engine.import("rows.csv", &mut reader, &mut reject, "tester", &mut progress).unwrap();
    }

    pub fn head(&self) -> u64 {
        self.engine.store().head().seq.0
    }

    pub fn section(&self, id: &str, since: u64) -> Section {
        self.section_of(id, since, "")
    }

    /// A section of the report after a fact, the same when built twice.
    pub fn section_of(&self, id: &str, since: u64, filter: &str) -> Section {
        let order = Order {
            schedule: "weekly".parse().unwrap(),
            filter: filter.to_owned(),
            zone: "UTC".to_owned(),
            since: Point { seq: Seq(since), at: Moment(0) },
            at: NOW,
            is_first: since == 0,
            due: None,
            missed: 0,
        };
        let retention = RetentionPolicy::default();
        let make = || build(&self.engine, &self.engine.present(), &retention, &order).unwrap();
        let report = make();
        assert_eq!(report.canonical().unwrap(), make().canonical().unwrap());
        let section = report.section(id).unwrap().clone();
        assert_eq!(section.n as usize, section.lines.len() + section.more as usize);
        section
    }
}
