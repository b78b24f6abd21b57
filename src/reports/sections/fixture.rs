//! What tests of sections have in common: a small store, and a report of it. Not responsible for what they show.
//!
//! Invariant: the clock stands still, and the store is read as of its last fact.

use crate::{
    casework::keeping::RetentionPolicy,
    engine::Engine,
    ingest::{self, Input, Options},
    matching::Policy,
    model::{FixedClock, Moment, Point, Seq},
    reports::{Order, Report, Section, Sight, Text, build},
    store::MemoryStore,
};
use std::{io::Cursor, sync::Arc};

/// Wednesday 2026-06-10, nine in the morning, UTC.
pub const NOW: Moment = Moment(1_781_082_000);

/// Four people who share a phone, a device and a delivery address, one of them who shares nothing beside them.
pub const RING: &str = "\
application_id,submitted_at,full_name,email,phone,device_id,street,city,state,postal_code,ship_street,ship_city,ship_state,ship_postal_code,role,channel,agency
A-1,2026-06-01T14:00:00Z,Ada Quill,ada.quill@example.com,202-555-0143,dev-7f3a,12 Elm St,Springfield,IL,62701,12 Dock St #4,Springfield,IL,62701,AI engineer,job board,
A-2,2026-06-02T15:00:00Z,Bruno Tarn,bruno.tarn@example.net,202-555-0143,dev-7f3a,9 Oak Ave,Dayton,OH,45402,12 Dock St #4,Springfield,IL,62701,AI engineer,job board,
A-3,2026-06-03T16:00:00Z,Cleo Marsh,cleo.marsh@example.org,202-555-0143,dev-7f3a,77 Pine Rd,Reno,NV,89501,12 Dock St #4,Springfield,IL,62701,data engineer,job board,
A-4,2026-06-04T17:00:00Z,Edgar Lindqvist,edgar.lindqvist@example.com,202-555-0143,dev-7f3a,3 Hill Ct,Austin,TX,78701,12 Dock St #4,Springfield,IL,62701,AI engineer,job board,
B-1,2026-06-04T18:00:00Z,Fenna Okafor,fenna.okafor@example.org,202-555-0177,dev-99c1,5 Lake Dr,Salem,OR,97301,,,,,frontend developer,careers page,
";

/// A store.
pub struct House {
    /// Its engine.
    pub engine: Engine,
    store: MemoryStore,
}

impl House {
    pub fn empty() -> Self {
        let clock = Arc::new(FixedClock(NOW));
        let store = MemoryStore::new(clock);
        Self::over(store)
    }

    fn over(store: MemoryStore) -> Self {
        let clock = Arc::new(FixedClock(NOW));
        let engine = Engine::open(Box::new(store.clone()), Policy::default(), clock).unwrap();
        Self { engine, store }
    }

    /// The same store, everything of it computed anew.
    pub fn anew(&self) -> Self {
        Self::over(self.store.clone())
    }

    pub fn with_a_ring() -> Self {
        let house = Self::empty();
        house.import(RING);
        assert_eq!(house.engine.view().rings.len(), 1);
        house
    }

    pub fn import(&self, text: &str) {
        let input = Input::stream("rows.csv", Cursor::new(text.as_bytes().to_vec()));
        let mut reader = ingest::open(input, &Options::default()).unwrap();
        let (mut reject, mut progress) = (|_: &_| Ok(()), |_| {});
        self.engine.import("rows.csv", &mut reader, &mut reject, "tester", &mut progress).unwrap();
    }

    /// The last fact there is.
    pub fn head(&self) -> Seq {
        self.engine.present().head.seq
    }

    /// A report of everything after a fact, about rings that a filter lets through.
    pub fn report(&self, since: Seq, filter: &str) -> Report {
        let order = Order {
            schedule: "weekly".parse().unwrap(),
            filter: filter.to_owned(),
            zone: "UTC".to_owned(),
            since: Point { seq: since, at: Moment(0) },
            at: NOW,
            is_first: since == Seq(0),
            due: None,
            missed: 0,
        };
        build(&self.engine, &self.engine.present(), &RetentionPolicy::default(), &order).unwrap()
    }

    /// A section of a report of everything there ever was.
    pub fn section(&self, id: &str) -> Section {
        self.since(Seq(0), id)
    }

    /// A section of a report of everything after a fact.
    pub fn since(&self, since: Seq, id: &str) -> Section {
        self.report(since, "").section(id).unwrap().clone()
    }
}

/// Everything that a section says, a line each.
pub fn said(section: &Section, sight: Sight) -> String {
    let mut all = vec![section.summary.clone()];
    for line in &section.lines {
        all.push(line.text.said(sight));
        all.extend(line.evidence.iter().map(|text| text.said(sight)));
        all.extend(line.innocent.iter().cloned());
        all.extend(line.act.clone());
    }
    for table in section.tables.iter().chain(section.figures.iter().map(|figure| &figure.table)) {
        let rows = table.rows.iter();
        all.extend(rows.map(|row| {
            row.iter().map(|cell: &Text| cell.said(sight)).collect::<Vec<_>>().join(" | ")
        }));
        all.push(table.note.clone());
    }
    all.join("\n")
}

/// The row of a table that begins with a name.
pub fn row(section: &Section, name: &str) -> Vec<String> {
    let rows = section.tables.iter().flat_map(|table| &table.rows);
    let mut rows =
        rows.map(|row| row.iter().map(|cell| cell.said(Sight::Full)).collect::<Vec<_>>());
    rows.find(|row| row.first().is_some_and(|first| first == name))
        .unwrap_or_else(|| panic!("{name}: {section:#?}"))
}
