//! A quarter in which applications arrive day by day: every planted birth, growth, merger and split is in the report of its
//! week, once, under a stable id, and nothing else is.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own data has failed")]

use ringer::{
    casework::keeping::RetentionPolicy,
    engine::Engine,
    ingest::{self, Input},
    matching::Policy,
    model::{
        Clock, ImportId, LineageKind, Moment, PairVerdict, Point, RingId, Slug, ValueVerdict,
        Verdict,
    },
    reports::{
        self, Order, Report,
        lineage::{Net, QUIET_DAYS},
    },
    store::MemoryStore,
    synth::{self, Options, Planted, PlantedDecision, PlantedEvent, Quarter, WEEKS},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    io::Cursor,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

/// A clock that is set.
struct Hand(AtomicI64);

impl Clock for Hand {
    fn now(&self) -> Moment {
        Moment(self.0.load(Ordering::Relaxed))
    }
}

/// What the sections say of one ring in one week.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Seen {
    week: u32,
    event: PlantedEvent,
    /// The planted rings that its applications are of, before or after; none for the honest.
    rings: Vec<u64>,
    id: RingId,
}

struct Run {
    quarter: Quarter,
    seen: Vec<Seen>,
    reports: Vec<Report>,
    engine: Engine,
}

/// Runs a quarter through an engine, with a report at the end of each week.
fn run(seed: u64) -> Run {
    let quarter = synth::quarter(&Options::new(4_000, seed)).unwrap();
    let clock = Arc::new(Hand(AtomicI64::new(Quarter::begin().0)));
    let store = MemoryStore::new(clock.clone());
    let engine = Engine::open(Box::new(store), Policy::default(), clock.clone()).unwrap();
    let of: BTreeMap<String, u64> = quarter
        .truth
        .iter()
        .filter_map(|(id, _, ring)| ring.map(|ring| (id.to_string(), ring)))
        .collect();
    let mut imports: BTreeMap<String, ImportId> = BTreeMap::new();
    let (mut seen, mut made) = (Vec::new(), Vec::new());
    let mut since = Point { at: Quarter::begin(), ..Point::default() };
    for (number, day) in (0_i64..).zip(&quarter.days) {
        let midnight = Quarter::begin().0 + number * 86_400;
        clock.0.store(midnight + 9 * 3_600, Ordering::Relaxed);
        for decision in &day.decisions {
            decide(&engine, decision, &imports);
        }
        clock.0.store(midnight + 86_390, Ordering::Relaxed);
        for file in &day.files {
            let input = Input::stream(&file.name, Cursor::new(file.csv.clone().into_bytes()));
            let mut reader = ingest::open(input, &ingest::Options::default()).unwrap();
            let mut refuse = |problem: &ingest::RowProblem| panic!("rejected: {problem:?}");
            let counts =
                engine.import(&file.name, &mut reader, &mut refuse, "tester", &mut |_| {}).unwrap();
            assert_eq!(counts.new, file.applications as u64);
            imports.insert(file.name.clone(), engine.imports()[0].id.clone());
        }
        if number % 7 == 6 {
            let at = Quarter::end_of(day.week);
            clock.0.store(at.0, Ordering::Relaxed);
            let report = report(&engine, since, at, made.is_empty());
            let until = report.heading.until;
            seen.extend(read(&engine, &report, since, &of, day.week));
            made.push(report);
            since = until;
        }
    }
    Run { quarter, seen, reports: made, engine }
}

fn decide(engine: &Engine, decision: &PlantedDecision, imports: &BTreeMap<String, ImportId>) {
    let verdict = match decision {
        PlantedDecision::NotLinked(a, b) => {
            Verdict::pair(a.clone(), b.clone(), PairVerdict::NotLinked).unwrap()
        }
        PlantedDecision::Common(attribute) => {
            Verdict::Value { attribute: attribute.clone(), verdict: ValueVerdict::Common }
        }
        PlantedDecision::Withdraw(file) => {
            engine.withdraw_import(&imports[file], "tester", "the wrong file").unwrap();
            return;
        }
    };
    engine.judge(verdict, "tester", "looked at both").unwrap();
}

fn report(engine: &Engine, since: Point, at: Moment, is_first: bool) -> Report {
    let order = Order {
        schedule: "weekly".parse::<Slug>().unwrap(),
        filter: String::new(),
        zone: "UTC".to_owned(),
        since,
        at,
        is_first,
        due: Some(at),
        missed: 0,
    };
    reports::build(engine, &engine.present(), &RetentionPolicy::default(), &order).unwrap()
}

/// What a report says of rings, held against what the journal says.
fn read(
    engine: &Engine,
    report: &Report,
    since: Point,
    of: &BTreeMap<String, u64>,
    week: u32,
) -> Vec<Seen> {
    let view = engine.view();
    let net = Net::of(&view.lineage, since.seq, report.heading.until.seq);
    let mut seen = Vec::new();
    let mut add = |event, id: &RingId, rings: BTreeSet<u64>| {
        seen.push(Seen { week, event, rings: rings.into_iter().collect(), id: id.clone() });
    };
    for section in ["births", "lineage"] {
        let section = report.section(section).unwrap();
        assert_eq!(section.more, 0);
        for line in &section.lines {
            let Some(reports::Target::Ring(id)) = &line.about else { panic!("{line:?}") };
            let said = line.text.said(reports::Sight::Full);
            let planted = |members: &BTreeSet<ringer::model::ApplicationId>| {
                members.iter().filter_map(|id| of.get(id.as_str())).copied().collect::<Vec<_>>()
            };
            if said.contains("went quiet") {
                let events = view.lineage.get(id).unwrap();
                let rings = planted(&events.last().unwrap().event.members);
                add(PlantedEvent::Quiet, id, rings.into_iter().collect());
                continue;
            }
            let change = net.changes.iter().find(|change| change.ring.ring == id).unwrap();
            let event = match change.kind {
                LineageKind::Born => PlantedEvent::Born,
                LineageKind::Grew | LineageKind::Revived => PlantedEvent::Grew,
                LineageKind::Merged => PlantedEvent::Merged,
                LineageKind::Split | LineageKind::Shrank => PlantedEvent::Split,
                LineageKind::Dissolved => PlantedEvent::Dissolved,
            };
            let sides = change.sides().flat_map(|side| [side.before, side.after]).flatten();
            add(event, id, sides.flat_map(planted).collect());
        }
    }
    seen
}

fn show(run: &Run) {
    let wanted: BTreeSet<Planted> = run.quarter.planted.iter().cloned().collect();
    let found = |s: &Seen| Planted { week: s.week, event: s.event, rings: s.rings.clone() };
    let all: BTreeSet<Planted> = run.seen.iter().map(found).collect();
    for planted in &wanted {
        println!("{} {planted:?}", if all.contains(planted) { "found " } else { "MISSED" });
    }
    for other in run.seen.iter().filter(|s| !wanted.contains(&found(s))) {
        println!("OTHER {other:?}");
        let report = &run.reports[other.week as usize - 1];
        for line in ["births", "lineage"].iter().flat_map(|id| &report.section(id).unwrap().lines) {
            if line.about == Some(reports::Target::Ring(other.id.clone())) {
                println!("    {}", line.text.said(reports::Sight::Full));
                for text in &line.evidence {
                    println!("      {}", text.said(reports::Sight::Full));
                }
            }
        }
    }
    for ring in &run.quarter.rings {
        println!("{ring:?}");
    }
}

#[test]
fn look() {
    let seed = std::env::var("SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(1);
    let begun = std::time::Instant::now();
    let run = run(seed);
    println!("{:?} {}", begun.elapsed(), run.engine.view().network.corpus().len());
    assert_eq!(i64::from(QUIET_DAYS), 28);
    assert_eq!(WEEKS, 13);
    show(&run);
}
