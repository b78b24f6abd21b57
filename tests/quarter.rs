//! A quarter in which applications arrive day by day: every planted birth, growth, merger and split is in the report of its
//! week, once, under a stable id. What is not found, and what else is told, is held as it is: the limits of matching.

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
        lineage::{Net, QUIET_DAYS, Side},
    },
    store::MemoryStore,
    synth::{self, Options, Planted, PlantedDecision, PlantedEvent, PlantedFile, Quarter, WEEKS},
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
    /// The rings that came out of it, with the planted rings that each is.
    parts: Vec<(RingId, Vec<u64>)>,
}

struct Run {
    quarter: Quarter,
    seen: Vec<Seen>,
    reports: Vec<Report>,
}

/// Runs a quarter through an engine, with a report at the end of each week.
fn run(seed: u64) -> Run {
    let quarter = synth::quarter(&Options::new(8_000, seed)).unwrap();
    let clock = Arc::new(Hand(AtomicI64::new(Quarter::begin().0)));
    let store = MemoryStore::new(clock.clone());
    let engine = Engine::open(Box::new(store), Policy::default(), clock.clone()).unwrap();
    let of: BTreeMap<String, u64> = quarter
        .truth
        .iter()
        .filter_map(|(id, _, ring)| ring.map(|ring| (id.to_string(), ring)))
        .collect();
    let mut imports: BTreeMap<String, ImportId> = BTreeMap::new();
    let take = |file: &PlantedFile| {
        let input = Input::stream(&file.name, Cursor::new(file.csv.clone().into_bytes()));
        let mut reader = ingest::open(input, &ingest::Options::default()).unwrap();
        let mut refuse = |problem: &ingest::RowProblem| panic!("rejected: {problem:?}");
        let counts =
            engine.import(&file.name, &mut reader, &mut refuse, "tester", &mut |_| {}).unwrap();
        assert_eq!(counts.new, file.applications as u64);
        engine.imports()[0].id.clone()
    };
    take(&quarter.before);
    let (mut seen, mut made) = (Vec::new(), Vec::new());
    let mut since = Point { at: Quarter::begin(), seq: engine.present().head.seq };
    for (number, day) in (0_i64..).zip(&quarter.days) {
        let midnight = Quarter::begin().0 + number * 86_400;
        clock.0.store(midnight + 9 * 3_600, Ordering::Relaxed);
        for decision in &day.decisions {
            decide(&engine, decision, &imports);
        }
        clock.0.store(midnight + 86_390, Ordering::Relaxed);
        for file in &day.files {
            imports.insert(file.name.clone(), take(file));
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
    Run { quarter, seen, reports: made }
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
    let mut add = |event, id: &RingId, rings: BTreeSet<u64>, parts| {
        let (id, rings) = (id.clone(), rings.into_iter().collect());
        seen.push(Seen { week, event, rings, id, parts });
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
                add(PlantedEvent::Quiet, id, rings.into_iter().collect(), Vec::new());
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
            let size = |side: &Side<'_>| side.before.map_or(0, BTreeSet::len);
            for absorbed in &change.absorbed {
                assert!(size(absorbed) <= size(&change.ring), "the larger keeps its id: {said}");
            }
            let part = |side: &Side<'_>| {
                let rings: BTreeSet<u64> = side.after.into_iter().flat_map(planted).collect();
                (side.ring.clone(), rings.into_iter().collect())
            };
            let parts = change.parts.iter().map(part).collect();
            add(event, id, sides.flat_map(planted).collect(), parts);
        }
    }
    seen.sort();
    seen
}

/// What a run is held to: of what is planted all is found but `missed`, in its week and once; of planted rings nothing else is
/// told but `besides`, and of honest people so many lines.
struct Held {
    seed: u64,
    planted: usize,
    missed: &'static [&'static str],
    besides: &'static [&'static str],
    honest: usize,
}

fn hold(held: &Held) {
    let run = run(held.seed);
    assert_eq!(run.reports.len(), WEEKS as usize);
    let wanted: BTreeSet<Planted> = run.quarter.planted.iter().cloned().collect();
    assert_eq!((wanted.len(), run.quarter.planted.len()), (held.planted, held.planted));
    let found = |s: &Seen| Planted { week: s.week, event: s.event, rings: s.rings.clone() };
    let said = |p: &Planted| format!("{} {} {:?}", p.week, p.event.name(), p.rings);
    let all: Vec<Planted> = run.seen.iter().map(found).collect();
    let times = |planted: &Planted| all.iter().filter(|one| *one == planted).count();
    let missed: Vec<String> = wanted.iter().filter(|p| times(p) == 0).map(said).collect();
    let twice: Vec<String> = wanted.iter().filter(|p| times(p) > 1).map(said).collect();
    let others = || all.iter().filter(|one| !wanted.contains(one));
    let besides: Vec<String> = others().filter(|one| !one.rings.is_empty()).map(said).collect();
    assert_eq!(missed, held.missed, "planted, and not found");
    assert_eq!(twice, Vec::<String>::new(), "found more than once");
    assert_eq!(besides, held.besides, "told of planted rings, and not planted");
    assert_eq!(others().filter(|one| one.rings.is_empty()).count(), held.honest);
    stable(&run);
}

/// A ring has the id that it was born under as long as it is there; of those that merge one keeps its own, and who leaves
/// again has its own again.
fn stable(run: &Run) {
    let (mut now, mut born): (BTreeMap<u64, RingId>, BTreeMap<u64, RingId>) = Default::default();
    for seen in run.seen.iter().filter(|seen| !seen.rings.is_empty()) {
        let known: Vec<&RingId> = seen.rings.iter().filter_map(|ring| now.get(ring)).collect();
        match seen.event {
            PlantedEvent::Born => {
                for &ring in &seen.rings {
                    assert!(born.insert(ring, seen.id.clone()).is_none(), "{ring} is born twice");
                    now.insert(ring, seen.id.clone());
                }
            }
            PlantedEvent::Merged => {
                assert!(known.contains(&&seen.id), "{seen:?}");
                now.extend(seen.rings.iter().map(|&ring| (ring, seen.id.clone())));
            }
            PlantedEvent::Split => {
                assert!(known.iter().all(|id| **id == seen.id), "{seen:?} {known:?}");
                assert!(!seen.parts.is_empty(), "{seen:?}");
                for (id, rings) in &seen.parts {
                    let [ring] = rings.as_slice() else { panic!("{seen:?}") };
                    if born[ring] != seen.id {
                        assert_eq!(born[ring], *id, "ring {ring} was born apart");
                    }
                    now.insert(*ring, id.clone());
                }
            }
            _ => assert!(known.iter().all(|id| **id == seen.id), "{seen:?} {known:?}"),
        }
    }
}

#[test]
fn everything_that_is_planted_is_told_in_its_week_once_and_under_its_id() {
    // Eight lines are about rings of honest people that were there before the quarter: students of courses, who share their
    // projects word for word.
    hold(&Held { seed: 1, planted: 46, missed: &[], besides: &[], honest: 8 });
}

#[test]
fn what_is_not_seen_in_its_week_is_what_nobody_showed() {
    // The newcomers of ring 3 left out their machine and have only a network in common with it, so that it did not grow and
    // went quiet four weeks earlier. Three mailboxes of one series, which is what ring 9 showed in its first week, prove too
    // little; with those of its second week it is born.
    hold(&Held {
        seed: 2,
        planted: 46,
        missed: &["5 born [9]", "6 grew [3]", "8 grew [9]", "10 quiet [3]"],
        besides: &["6 quiet [3]", "8 born [9]"],
        honest: 15,
    });
}

#[test]
fn the_same_options_give_the_same_quarter() {
    let make = |seed| format!("{:?}", synth::quarter(&Options::new(4_000, seed)).unwrap());
    assert_eq!(make(5), make(5));
    assert_ne!(make(5), make(6));
    assert!(synth::quarter(&Options::new(3_999, 5)).is_err());
    assert_eq!(QUIET_DAYS, 28, "synthetic rings are planted as quiet by the same days");
}
