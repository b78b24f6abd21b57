//! Alerts between reports: what each rule finds and what it does not, that a thing is raised once whoever looks, and how much of
//! it is delivered in an hour. The clock is given, the store is in memory.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail")]

use proptest::prelude::*;
use ringer::{
    engine::Engine,
    indicators::Band,
    ingest::{self, Input, Options},
    matching::Policy,
    model::{
        Alert, AlertKind, AlertRule, Clock, Digest, Grade, Moment, RingId, RingStatus, Seq, Tlp,
        Turn, Verdict, WatchEntry, WatchKind,
    },
    reports::{
        Kept,
        alerts::{self, Place},
    },
    store::{MemoryStore, Store},
};
use std::{
    collections::BTreeSet,
    fmt::Write,
    io::Cursor,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

/// A clock that tests set.
struct Hand(AtomicI64);

impl Clock for Hand {
    fn now(&self) -> Moment {
        Moment(self.0.load(Ordering::SeqCst))
    }
}

/// An hour in January 2026.
const NOW: i64 = 1_768_000_000;

struct Trial {
    store: MemoryStore,
    engine: Engine,
    clock: Arc<Hand>,
    through: Option<Seq>,
}

impl Trial {
    fn new() -> Self {
        let clock = Arc::new(Hand(AtomicI64::new(NOW)));
        let store = MemoryStore::new(clock.clone());
        let engine = open(&store, &clock);
        Self { store, engine, clock, through: None }
    }

    /// With a rule of this kind.
    fn with(kind: AlertKind) -> Self {
        let trial = Self::new();
        trial.rule(kind, 0, 1_000);
        trial
    }

    fn rule(&self, kind: AlertKind, number: u32, hourly: u32) {
        let to = ["ann@example.com".parse().unwrap()].into();
        let name = kind.name().parse().unwrap();
        self.engine.set_alert_rule(AlertRule { name, kind, number, to, hourly }, "ann").unwrap();
    }

    fn import(&self, rows: &str) {
        self.bring("rows.csv", rows);
    }

    fn bring(&self, name: &str, text: &str) {
        let input = Input::stream(name, Cursor::new(text.to_owned().into_bytes()));
        let mut reader = ingest::open(input, &Options::default()).unwrap();
        let (mut reject, mut progress) = (|_: &_| Ok(()), |_| {});
        self.engine.import(name, &mut reader, &mut reject, "tester", &mut progress).unwrap();
    }

    fn judge(&self, verdict: RingStatus) -> RingId {
        let ring = self.engine.view().rings[0].id.clone();
        let said = Verdict::Ring { ring: ring.clone(), verdict };
        self.engine.judge(said, "ann", "seen on camera").unwrap();
        ring
    }

    fn watch(&mut self) -> usize {
        alerts::watch(&self.engine, &mut self.through).unwrap()
    }

    fn all(&self) -> Vec<Alert> {
        self.engine.view().reports.alerts().iter().map(|record| record.alert.clone()).collect()
    }

    fn keys(&self) -> BTreeSet<Digest> {
        self.all().into_iter().map(|alert| alert.key).collect()
    }

    fn later(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds, Ordering::SeqCst);
    }

    /// Whoever looks again, from wherever: nothing is raised twice.
    #[track_caller]
    fn raised_once(&mut self, n: usize) -> Vec<Alert> {
        let before = self.keys();
        assert_eq!(self.watch(), n, "{:#?}", self.all());
        assert_eq!(self.watch(), 0, "at once again");
        assert_eq!(
            alerts::watch(&self.engine, &mut Some(Seq(0))).unwrap(),
            0,
            "from the beginning"
        );
        // A second evaluator that has lost its place, and one that found the same meanwhile.
        let other = open(&self.store, &self.clock);
        assert_eq!(alerts::watch(&other, &mut None).unwrap(), 0, "after a restart");
        drop(other);
        assert_eq!(self.engine.raise(self.all()).unwrap(), 0, "by another process");
        for alert in self.all() {
            assert!(!alert.text.contains('@') && !alert.text.contains("Quill"), "{}", alert.text);
            assert!(alert.text.contains("To rule out first") || alert.text.contains("held back"));
        }
        self.all().into_iter().filter(|alert| !before.contains(&alert.key)).collect()
    }
}

fn open(store: &MemoryStore, clock: &Arc<Hand>) -> Engine {
    let clock: Arc<dyn Clock> = clock.clone();
    Engine::open(Box::new(store.clone()), Policy::default(), clock).unwrap()
}

const HEAD: &str = "application_id,full_name,email,phone,device_id,bank_account_hash,submitted_at,street,unit,city,state,\
                    postal_code,ship_street,ship_unit,ship_city,ship_state,ship_postal_code,role,stage,outcome\n";

const NAMES: [&str; 10] = [
    "Ada Quill",
    "Bruno Tarn",
    "Cleo Okafor",
    "Edgar Lindqvist",
    "Fenna Nakamura",
    "Gustav Oyelaran",
    "Hanna Petrov",
    "Ivo Castellan",
    "Jora Whitfield",
    "Kasimir Dunmore",
];

/// One row: who they are, what they share, where they live and have things sent to.
#[derive(Debug, Clone, Default)]
struct Row {
    n: usize,
    group: Option<usize>,
    day: usize,
    home: Option<String>,
    ship: Option<String>,
    role: &'static str,
    stage: &'static str,
    outcome: &'static str,
    note: usize,
}

impl Row {
    fn of(n: usize) -> Self {
        Self { n, day: n + 1, role: "ML engineer", ..Self::default() }
    }

    fn in_group(n: usize, group: usize) -> Self {
        Self { group: Some(group), ..Self::of(n) }
    }

    fn write(&self, out: &mut String) {
        let n = self.n;
        let name = NAMES[n % NAMES.len()];
        let own = name.to_lowercase().replace(' ', ".");
        // Who is in no group shares nothing.
        let thing = self.group.map_or(100 + n, |group| group);
        let home = self.home.clone().unwrap_or_else(|| ",,,,".to_owned());
        let ship = self.ship.clone().unwrap_or_else(|| ",,,,".to_owned());
        writeln!(
            out,
            "A{n},{name},{own}{n}@example.com,202-555-0{:03},device-{thing},account-{thing},2026-01-{:02}T0{}:00:00Z,{home},{ship},\
             {},{},{}",
            100 + thing % 100, self.day % 28 + 1, self.note % 10, self.role, self.stage, self.outcome
        )
        .unwrap();
    }
}

fn file(rows: &[Row]) -> String {
    let mut out = HEAD.to_owned();
    rows.iter().for_each(|row| row.write(&mut out));
    out
}

fn group(range: std::ops::Range<usize>, of: usize) -> Vec<Row> {
    range.map(|n| Row::in_group(n, of)).collect()
}

fn entry(kind: WatchKind, value: &str) -> WatchEntry {
    WatchEntry {
        id: WatchEntry::id_of("ours", kind, value),
        list: "ours".into(),
        kind,
        value: value.into(),
        aliases: Vec::new(),
        weak_aliases: Vec::new(),
        reason: "a test".into(),
        source: "a test".into(),
        grade: Grade::High,
        tlp: Tlp::Green,
        added: Moment(0),
        expires: None,
    }
}

#[test]
fn a_confirmed_ring_that_gains_a_member_is_raised_once() {
    let mut trial = Trial::with(AlertKind::ConfirmedRingGains);
    trial.import(&file(&group(0..3, 1)));
    trial.raised_once(0);
    let grown = file(&group(3..4, 1));
    trial.import(&grown);
    trial.raised_once(0);
    let ring = trial.judge(RingStatus::Confirmed);
    trial.raised_once(0);
    // The same file, another application of a member, and somebody who has nothing to do with it.
    trial.import(&grown);
    trial.import(&file(&[Row { note: 5, ..Row::in_group(2, 1) }, Row::of(9)]));
    trial.raised_once(0);
    trial.import(&file(&group(4..6, 1)));
    let new = trial.raised_once(1);
    assert_eq!(new[0].ring.as_ref(), Some(&ring));
    assert!(new[0].text.contains("(confirmed) gained 2 members through"), "{}", new[0].text);
    let named: Vec<&str> = new[0].applications.iter().map(|id| id.as_str()).collect();
    assert_eq!(named, ["A4", "A5"]);
    trial.judge(RingStatus::Referred);
    trial.import(&file(&group(6..7, 1)));
    assert!(trial.raised_once(1)[0].text.contains("(referred) gained 1 member "));
    trial.judge(RingStatus::Dismissed);
    trial.import(&file(&group(7..8, 1)));
    trial.raised_once(0);
}

#[test]
fn what_counts_is_what_was_decided_when_the_ring_grew() {
    let mut trial = Trial::with(AlertKind::ConfirmedRingGains);
    trial.import(&file(&group(0..3, 1)));
    trial.import(&file(&group(3..4, 1)));
    trial.judge(RingStatus::Confirmed);
    assert_eq!(trial.watch(), 0, "it grew before");
    trial.import(&file(&group(4..5, 1)));
    trial.judge(RingStatus::Dismissed);
    assert_eq!(trial.watch(), 1, "it was confirmed when it grew");
}

const DOOR: &str = "12 Elm Street,Apt 4,Tucson,AZ,85701";

/// A home of one's own, in another state each.
fn home(n: usize) -> Option<String> {
    const AT: [&str; 6] = [
        "Austin,TX,78701",
        "Boise,ID,83702",
        "Fargo,ND,58102",
        "Salem,OR,97301",
        "Albany,NY,12207",
        "Mobile,AL,36602",
    ];
    Some(format!("{} Birch Lane,,{}", 100 + 7 * n, AT[n % AT.len()]))
}

#[test]
fn an_address_that_gets_its_third_identity_is_raised_once() {
    let mut trial = Trial::with(AlertKind::AddressIdentities);
    let row = |n: usize| Row { home: home(n), ship: Some(DOOR.to_owned()), ..Row::of(n) };
    trial.import(&file(&[row(0), row(1)]));
    trial.raised_once(0);
    // One of the two again is no third.
    trial.import(&file(&[Row { note: 3, ..row(1) }]));
    trial.raised_once(0);
    trial.import(&file(&[row(2)]));
    let new = trial.raised_once(1);
    assert!(new[0].attribute.is_some() && new[0].text.contains("3 different claimed identities"));
    assert_eq!(new[0].applications.len(), 1);
    trial.import(&file(&[row(3), row(2)]));
    trial.raised_once(0);
    let fourth = AlertRule {
        name: "fifth".parse().unwrap(),
        kind: AlertKind::AddressIdentities,
        number: 5,
        to: BTreeSet::new(),
        hourly: 10,
    };
    trial.engine.set_alert_rule(fourth, "ann").unwrap();
    trial.import(&file(&[row(4)]));
    assert_eq!(trial.raised_once(1)[0].rule.as_str(), "fifth");
}

#[test]
fn families_buildings_mail_drops_and_campuses_are_no_address_of_many_identities() {
    for place in [
        "PMB 210 44 Market Street,,Dover,DE,19901",
        "PO Box 77,,Dover,DE,19901",
        "Hale Residence Hall Room 4,,Ames,IA,50011",
    ] {
        let mut trial = Trial::with(AlertKind::AddressIdentities);
        let rows: Vec<Row> =
            (0..5).map(|n| Row { ship: Some(place.to_owned()), ..Row::of(n) }).collect();
        trial.import(&file(&rows));
        assert_eq!(trial.raised_once(0), [], "{place}");
    }
    // A building of which others name units.
    let mut trial = Trial::with(AlertKind::AddressIdentities);
    let unit = |n: usize, unit: &str| {
        let ship = Some(format!("500 Tower Road,{unit},Reno,NV,89501"));
        Row { home: home(n), ship, ..Row::of(n) }
    };
    trial.import(&file(&[unit(0, ""), unit(1, ""), unit(2, "Apt 9"), unit(3, ""), unit(4, "")]));
    trial.raised_once(0);
    // Flatmates: one home, and nothing else in common.
    let mut trial = Trial::with(AlertKind::AddressIdentities);
    let flat =
        |n: usize| Row { home: Some("8 Cedar Court,Apt 2,Salem,OR,97301".into()), ..Row::of(n) };
    trial.import(&file(&[flat(0), flat(1), flat(2), flat(3)]));
    trial.raised_once(0);
    // More of them than a home holds.
    trial.import(&file(&[flat(4), flat(5), flat(6), flat(7)]));
    trial.raised_once(1);
}

#[test]
fn something_sent_to_a_known_unit_is_raised_once() {
    let mut trial = Trial::with(AlertKind::KnownUnit);
    let member =
        |n: usize| Row { ship: Some(DOOR.to_owned()), home: home(n), ..Row::in_group(n, 1) };
    trial.import(&file(&[member(0), member(1), member(2)]));
    trial.raised_once(0);
    // Of an open ring: not yet known.
    trial.import(&file(&[Row { ship: Some(DOOR.to_owned()), home: home(5), ..Row::of(5) }]));
    trial.raised_once(0);
    let ring = trial.judge(RingStatus::Confirmed);
    trial.raised_once(0);
    let to_it = |n: usize| Row { ship: Some(DOOR.to_owned()), home: home(n), ..Row::of(n) };
    trial.import(&file(&[to_it(6), Row { ship: home(7), ..Row::of(7) }]));
    let new = trial.raised_once(1);
    assert_eq!(new[0].ring.as_ref(), Some(&ring));
    assert!(
        new[0].text.contains("Application A6 has things sent to") && new[0].attribute.is_some()
    );
    // What it said before is not sent again.
    trial.import(&file(&[Row { note: 4, ..to_it(6) }]));
    trial.raised_once(0);
    trial.bring(
        "rows.jsonl",
        r#"{"application_id":"S1","full_name":"Jora Whitfield","email":"jora@example.com","shipments":[{"serial":"X1","ship_to":"12 Elm Street Apt 4, Tucson, AZ 85701"}]}
"#,
    );
    assert!(trial.raised_once(1)[0].text.contains("Application S1 "));
}

#[test]
fn something_sent_to_a_watched_address_is_raised_once() {
    let mut trial = Trial::with(AlertKind::KnownUnit);
    let row = |n: usize| Row { ship: Some(DOOR.to_owned()), ..Row::of(n) };
    trial.import(&file(&[row(0)]));
    let watched = entry(WatchKind::Address, "12 Elm Street Apt 4, Tucson, AZ 85701");
    assert_eq!(trial.engine.watch(vec![watched], "ann").unwrap().hits.len(), 1);
    trial.raised_once(0);
    // A home there is nothing sent there.
    trial.import(&file(&[row(1), Row { home: Some(DOOR.to_owned()), ..Row::of(2) }]));
    let new = trial.raised_once(1);
    assert!(new[0].text.contains("Application A1 ") && new[0].text.contains("watch-list"));
}

#[test]
fn a_watched_value_at_an_offer_is_raised_whichever_came_second() {
    let mut trial = Trial::with(AlertKind::WatchedAtOffer);
    let at = |n: usize, stage| Row { stage, ..Row::of(n) };
    trial.import(&file(&[at(0, "offer extended"), at(1, "interview"), at(2, "offer")]));
    trial.raised_once(0);
    // The entry comes second: A0 is at an offer, A1 is not.
    let mails = [
        entry(WatchKind::Email, "ada.quill0@example.com"),
        entry(WatchKind::Email, "bruno.tarn1@example.com"),
    ];
    trial.engine.watch(mails.to_vec(), "ann").unwrap();
    let new = trial.raised_once(1);
    assert!(
        new[0].text.contains("Application A0, with an offer") && new[0].applications.len() == 1
    );
    // The stage comes second, and a later stage says nothing new.
    trial.import(&file(&[at(1, "offer"), at(2, "hired")]));
    assert!(trial.raised_once(1)[0].text.contains("Application A1, with an offer"));
    trial.import(&file(&[at(1, "hired")]));
    trial.raised_once(0);
    // The value comes second.
    trial.engine.watch(vec![entry(WatchKind::Domain, "front.example")], "ann").unwrap();
    trial.import(
        &file(&[at(4, "offer"), at(5, "no offer")])
            .replace("fenna.nakamura4@example.com", "f@hr.front.example"),
    );
    assert!(trial.raised_once(1)[0].text.contains("Application A4, with an offer"));
}

#[test]
fn somebody_who_comes_back_under_another_identity_is_raised_once() {
    let mut trial = Trial::with(AlertKind::Return);
    let turned_down = Row { outcome: "rejected", ..Row::in_group(0, 1) };
    let other = Row { role: "Data analyst", ..Row::in_group(1, 1) };
    trial.import(&file(&[turned_down.clone(), other]));
    trial.raised_once(0);
    // The same person again, and a stranger.
    trial.import(&file(&[Row { day: 9, note: 2, n: 10, ..Row::in_group(0, 1) }, Row::of(8)]));
    trial.raised_once(0);
    trial.import(&file(&[Row { day: 12, ..Row::in_group(2, 1) }]));
    let new = trial.raised_once(1);
    assert!(new[0].text.contains("A0 was rejected, and A2 came"), "{}", new[0].text);
    assert!(new[0].ring.is_some() && new[0].applications.len() == 2);
    trial.import(&file(&[Row { day: 12, stage: "interview", ..Row::in_group(2, 1) }, turned_down]));
    trial.raised_once(0);
    trial.rule(AlertKind::Return, 0, 1_000);
    trial.import(&file(&[Row { day: 13, note: 1, ..Row::in_group(2, 1) }]));
    trial.raised_once(0);
}

fn story() -> Vec<String> {
    let text = std::fs::read_to_string("seed_data/applications.csv").unwrap();
    let mut rows = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    let all: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
    let write = |rows: &[csv::StringRecord]| {
        let mut out = csv::Writer::from_writer(Vec::new());
        out.write_record(&all[0]).unwrap();
        rows.iter().for_each(|row| out.write_record(row).unwrap());
        String::from_utf8(out.into_inner().unwrap()).unwrap()
    };
    all[1..].chunks(all.len() / 3 + 1).map(write).collect()
}

#[test]
fn a_ring_that_becomes_urgent_is_raised_once_and_one_that_was_is_not() {
    let parts = story();
    let mut trial = Trial::with(AlertKind::UrgentRing);
    let mut urgent: BTreeSet<RingId> = BTreeSet::new();
    for part in &parts {
        trial.import(part);
        let view = trial.engine.view();
        let assessed = trial.engine.assess_rings(&view);
        let now = assessed.iter().filter(|(_, a)| a.band() == Band::Urgent);
        urgent.extend(now.map(|(ring, _)| ring.clone()));
        trial.watch();
    }
    assert!(!urgent.is_empty(), "the story has urgent rings");
    let raised: BTreeSet<RingId> = trial.all().into_iter().filter_map(|alert| alert.ring).collect();
    assert_eq!(raised, urgent);
    trial.raised_once(0);
    // A rule that comes after the fact stays silent, also when a row of an urgent ring comes again.
    let mut late = Trial::new();
    parts.iter().for_each(|part| late.import(part));
    late.rule(AlertKind::UrgentRing, 0, 1_000);
    late.import(&file(&[Row::of(3)]));
    let last = parts.last().unwrap().replace(",applied", ",screening");
    late.import(&last);
    let view = late.engine.view();
    let before: BTreeSet<RingId> = urgent;
    late.watch();
    for alert in late.all() {
        let ring = alert.ring.unwrap();
        assert!(!before.contains(&ring) && view.rings.find(&ring).is_some(), "{}", alert.text);
    }
}

#[test]
fn what_is_too_much_in_an_hour_is_held_back_and_told_of_later() {
    let mut trial = Trial::new();
    trial.rule(AlertKind::WatchedAtOffer, 0, 2);
    let all: Vec<WatchEntry> = (0..10)
        .map(|n| {
            let own = NAMES[n].to_lowercase().replace(' ', ".");
            entry(WatchKind::Email, &format!("{own}{n}@example.com"))
        })
        .collect();
    trial.engine.watch(all, "ann").unwrap();
    let at = |n: usize| Row { stage: "offer", ..Row::of(n) };
    trial.import(&file(&[at(0), at(1), at(2), at(3), at(4)]));
    assert_eq!(trial.watch(), 5);
    let held = |trial: &Trial| trial.all().iter().filter(|a| a.held_back).count();
    assert_eq!(held(&trial), 3);
    trial.later(1_800);
    assert_eq!(trial.watch(), 0, "the hour is not over");
    trial.later(1_800);
    assert_eq!(trial.watch(), 1, "the hour is over");
    let summary = trial.all().pop().unwrap();
    assert!(!summary.held_back && summary.ring.is_none());
    assert!(
        summary.text.starts_with("3 alerts of the rule")
            && summary.text.contains("/reports/alerts?rule=")
    );
    assert_eq!(trial.watch(), 0, "it is said once");
    let other = open(&trial.store, &trial.clock);
    assert_eq!(alerts::watch(&other, &mut None).unwrap(), 0);
    drop(other);
    // The summary counts too; what is held back next is told of by the next that is delivered.
    trial.import(&file(&[at(5), at(6)]));
    assert_eq!((trial.watch(), held(&trial)), (2, 4));
    trial.later(3_600);
    trial.import(&file(&[at(7)]));
    assert_eq!(trial.watch(), 1);
    let last = trial.all().pop().unwrap();
    assert!(
        last.text.contains("Application A7")
            && last.text.contains("Before it 1 alert of this rule was held back")
    );
    trial.later(7_200);
    assert_eq!(trial.watch(), 0, "nothing is owed");
    let to: Vec<_> = trial.engine.view().reports.undelivered();
    assert_eq!(to.len(), 5, "two, the summary, one, and the last");
}

#[test]
fn what_happens_while_a_rule_is_paused_or_before_it_is_set_stays_silent() {
    let mut trial = Trial::new();
    trial.import(&file(&group(0..3, 1)));
    trial.judge(RingStatus::Confirmed);
    trial.import(&file(&group(3..4, 1)));
    assert_eq!(alerts::watch(&trial.engine, &mut Some(Seq(0))).unwrap(), 0, "no rule is set");
    trial.rule(AlertKind::ConfirmedRingGains, 0, 10);
    trial.raised_once(0);
    let name = AlertKind::ConfirmedRingGains.name().parse().unwrap();
    trial.engine.turn_alert_rule(&name, Turn::Paused, "ann", "away").unwrap();
    trial.import(&file(&group(4..5, 1)));
    trial.raised_once(0);
    trial.engine.turn_alert_rule(&name, Turn::Resumed, "ann", "back").unwrap();
    trial.raised_once(0);
    trial.import(&file(&group(5..6, 1)));
    trial.raised_once(1);
    trial.engine.turn_alert_rule(&name, Turn::Removed, "ann", "nobody reads it").unwrap();
    trial.import(&file(&group(6..7, 1)));
    assert_eq!(trial.watch(), 0);
}

/// A ring that people confirmed grows while nobody looks; then somebody looks from there on, who raises an alert of another rule.
fn grown_while_nobody_looked() -> (Trial, Seq) {
    let trial = Trial::new();
    trial.import(&file(&group(0..3, 1)));
    trial.judge(RingStatus::Confirmed);
    trial.rule(AlertKind::ConfirmedRingGains, 0, 10);
    trial.rule(AlertKind::WatchedAtOffer, 0, 10);
    trial.engine.watch(vec![entry(WatchKind::Email, "jo.offer@example.com")], "ann").unwrap();
    trial.import(&file(&group(3..4, 1)));
    let here = trial.engine.view().seq;
    trial.import("application_id,full_name,email,stage\nO1,Jo Offer,jo.offer@example.com,offer\n");
    (trial, here)
}

#[test]
fn an_alert_of_one_rule_does_not_hide_what_another_was_not_applied_to() {
    let (mut trial, here) = grown_while_nobody_looked();
    assert_eq!(alerts::watch(&trial.engine, &mut Some(here)).unwrap(), 1);
    assert_eq!(trial.all()[0].kind, AlertKind::WatchedAtOffer);
    assert_eq!(trial.watch(), 1, "whoever does not know the place begins at the first rule");
    assert_eq!(trial.all()[1].kind, AlertKind::ConfirmedRingGains);
    assert_eq!(alerts::watch(&trial.engine, &mut None).unwrap(), 0);
}

#[test]
fn the_place_is_kept_for_whoever_looks_next_and_a_broken_one_costs_only_time() {
    let (trial, _) = grown_while_nobody_looked();
    let folder = tempfile::tempdir().unwrap();
    let kept = Kept::of(folder.path());
    let (place, file) = (Place::among(&kept), folder.path().join("reports/watched"));
    let head = || trial.engine.view().seq;
    assert_eq!(alerts::watch_on(&trial.engine, &place).unwrap(), 2);
    let looked = place.get(head()).unwrap();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), format!("{}\n", looked.0));
    // Another process goes on there: what is before it is not looked at again.
    place.put(head());
    assert_eq!(alerts::watch_on(&open(&trial.store, &trial.clock), &place).unwrap(), 0);
    let before = place.get(head());
    assert!(before.is_some() && before == Some(head()));
    for broken in ["", "12", "many\n", "-1\n", "99999999\n", &"9".repeat(90)] {
        std::fs::write(&file, broken).unwrap();
        assert_eq!(place.get(head()), None, "{broken}");
        assert_eq!(alerts::watch_on(&trial.engine, &place).unwrap(), 0, "{broken}");
        assert!(place.get(head()).is_some(), "it is kept anew");
    }
    std::fs::remove_file(&file).unwrap();
    std::fs::create_dir(&file).unwrap();
    assert_eq!(alerts::watch_on(&trial.engine, &place).unwrap(), 0);
}

#[test]
fn an_import_that_is_withdrawn_raises_nothing_more() {
    let mut trial = Trial::with(AlertKind::AddressIdentities);
    let row = |n: usize| Row { home: home(n), ship: Some(DOOR.to_owned()), ..Row::of(n) };
    trial.import(&file(&[row(0), row(1)]));
    trial.import(&file(&[row(2)]));
    let import = trial.engine.imports()[0].id.clone();
    trial.engine.withdraw_import(&import, "ann", "the wrong file").unwrap();
    trial.raised_once(0);
    trial.import(&file(&[row(2)]));
    trial.raised_once(1);
}

/// What happens in a history.
#[derive(Debug, Clone)]
enum Step {
    Rows(Vec<Row>),
    Judge(usize, RingStatus),
    Watch(usize),
    Nothing,
}

fn row() -> impl Strategy<Value = Row> {
    let stage = prop::sample::select(vec!["applied", "interview", "offer", "hired"]);
    let outcome = prop::sample::select(vec!["", "", "rejected"]);
    (0_usize..10, stage, outcome, 0_usize..3).prop_map(|(n, stage, outcome, note)| {
        let places =
            [Some(DOOR.to_owned()), None, Some("77 Oak Road,Unit 3,Reno,NV,89501".to_owned())];
        // Who somebody is, where they live and where they have things sent to does not change.
        let ship = places[n % places.len()].clone();
        Row { home: home(n), ship, stage, outcome, note, ..Row::in_group(n, n / 5) }
    })
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => prop::collection::vec(row(), 1..4).prop_map(Step::Rows),
        2 => (0_usize..3, prop::sample::select(RingStatus::ALL.to_vec()))
            .prop_map(|(at, status)| Step::Judge(at, status)),
        1 => (0_usize..10).prop_map(Step::Watch),
        1 => Just(Step::Nothing),
    ]
}

fn lived(steps: &[Step], looks: &[bool]) -> BTreeSet<Digest> {
    let mut trial = Trial::new();
    for kind in [AlertKind::ConfirmedRingGains, AlertKind::WatchedAtOffer, AlertKind::KnownUnit] {
        trial.rule(kind, 0, 1_000);
    }
    for (step, look) in steps.iter().zip(looks) {
        match step {
            Step::Rows(rows) => trial.import(&file(rows)),
            Step::Judge(at, status) => {
                let view = trial.engine.view();
                if let Some(ring) = view.rings.get(*at) {
                    let verdict = Verdict::Ring { ring: ring.id.clone(), verdict: *status };
                    trial.engine.judge(verdict, "ann", "seen").unwrap();
                }
            }
            Step::Watch(n) => {
                let own = NAMES[*n].to_lowercase().replace(' ', ".");
                let mail = entry(WatchKind::Email, &format!("{own}{n}@example.com"));
                trial.engine.watch(vec![mail], "ann").unwrap();
            }
            Step::Nothing => trial.later(60),
        }
        if *look {
            trial.watch();
        }
    }
    trial.watch();
    let keys = trial.keys();
    assert_eq!(alerts::watch(&trial.engine, &mut Some(Seq(0))).unwrap(), 0);
    assert!(trial.store.head().seq > Seq(0));
    keys
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn however_often_somebody_looks_the_same_is_raised(
        steps in prop::collection::vec(step(), 1..12),
        looks in prop::collection::vec(any::<bool>(), 12),
    ) {
        let always = lived(&steps, &[true; 12]);
        prop_assert_eq!(&lived(&steps, &looks), &always);
        prop_assert_eq!(&lived(&steps, &[false; 12]), &always);
    }
}
