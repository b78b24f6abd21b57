//! The story of the seed data as its reader would have had it: a report a week while it happened. The pictures of
//! `docs/screens/report-*.png` are of the pages that this writes.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own data has failed")]

use ringer::{
    casework::keeping::RetentionPolicy,
    engine::Engine,
    ingest::{self, Input},
    matching::Policy,
    model::{Clock, Moment, Point, ReportFormat, RingId},
    reports::{
        self, Order, Report, Sight, Target,
        render::{Rendering, form},
    },
    store::MemoryStore,
};
use std::{
    collections::BTreeMap,
    fs,
    io::Cursor,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

/// Monday, 2 March 2026, 00:00 UTC: before the first application of the story.
const BEGIN: i64 = 1_772_409_600;
/// Seconds of a week.
const WEEK: i64 = 7 * 86_400;
/// Weeks of the story: until 1 June.
const WEEKS: i64 = 13;

/// A clock that is set.
struct Hand(AtomicI64);

impl Clock for Hand {
    fn now(&self) -> Moment {
        Moment(self.0.load(Ordering::Relaxed))
    }
}

/// The seed data by week of the story: 0 for all before it.
fn weeks() -> BTreeMap<i64, String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("seed_data/applications.csv");
    let mut reader = csv::Reader::from_path(path).unwrap();
    let head = reader.headers().unwrap().clone();
    let at = head.iter().position(|column| column == "submitted_at").unwrap();
    let mut weeks: BTreeMap<i64, csv::Writer<Vec<u8>>> = BTreeMap::new();
    for record in reader.records() {
        let record = record.unwrap();
        let moment: jiff::Timestamp = record[at].parse().unwrap();
        let week = (moment.as_second() - BEGIN).div_euclid(WEEK) + 1;
        if week > WEEKS {
            continue;
        }
        let file = weeks.entry(week.max(0)).or_insert_with(|| {
            let mut file = csv::Writer::from_writer(Vec::new());
            file.write_record(&head).unwrap();
            file
        });
        file.write_record(&record).unwrap();
    }
    let text = |file: csv::Writer<Vec<u8>>| String::from_utf8(file.into_inner().unwrap()).unwrap();
    weeks.into_iter().map(|(week, file)| (week, text(file))).collect()
}

fn import(engine: &Engine, week: i64, csv: &str) {
    let name = format!("week-{week}.csv");
    let input = Input::stream(&name, Cursor::new(csv.as_bytes().to_vec()));
    let mut reader = ingest::open(input, &ingest::Options::default()).unwrap();
    engine.import(&name, &mut reader, &mut |_| Ok(()), "recruiting", &mut |_| {}).unwrap();
}

fn story() -> (Arc<Engine>, Vec<Report>) {
    let clock = Arc::new(Hand(AtomicI64::new(BEGIN)));
    let store = MemoryStore::new(clock.clone());
    let engine = Arc::new(Engine::open(Box::new(store), Policy::default(), clock.clone()).unwrap());
    let (mut made, mut since) = (Vec::new(), Point::default());
    for (week, csv) in weeks() {
        // Each week's export is there on Monday at six, the report an hour later.
        let monday = BEGIN + week * WEEK;
        clock.0.store(monday + 6 * 3_600, Ordering::Relaxed);
        import(&engine, week, &csv);
        let at = Moment(monday + 7 * 3_600);
        clock.0.store(at.0, Ordering::Relaxed);
        if week == 0 {
            since = Point { seq: engine.present().head.seq, at };
            continue;
        }
        let order = Order {
            schedule: "weekly".parse().unwrap(),
            filter: String::new(),
            zone: "UTC".to_owned(),
            since,
            at,
            is_first: week == 1,
            due: Some(at),
            missed: 0,
        };
        let retention = RetentionPolicy::default();
        let report = reports::build(&engine, &engine.present(), &retention, &order).unwrap();
        since = report.heading.until;
        made.push(report);
    }
    (engine, made)
}

/// The ring that an application is in at the end.
fn ring_of(engine: &Engine, application: &str) -> RingId {
    let view = engine.view();
    view.ring_of(view.applicant(application).unwrap()).unwrap().id.clone()
}

/// The weeks, by number from 1, whose report has a line about this in this section.
fn told(reports: &[Report], section: &str, about: &Target) -> Vec<i64> {
    let has = |report: &Report| {
        let lines = &report.section(section).unwrap().lines;
        lines.iter().any(|line| line.about.as_ref() == Some(about))
    };
    (1..).zip(reports).filter(|(_, report)| has(report)).map(|(week, _)| week).collect()
}

#[test]
fn each_ring_of_the_story_is_told_when_it_happened_and_the_report_of_that_week_is_written_down() {
    let (engine, reports) = story();
    assert_eq!(reports.len(), usize::try_from(WEEKS).unwrap());
    // Maple Court, the bright mailboxes, the borrowed profile: by their first applications.
    let rings = ["A0003538", "A0003612", "A0003781"].map(|id| ring_of(&engine, id));
    for ring in &rings {
        let about = Target::Ring(ring.clone());
        let born = told(&reports, "births", &about);
        assert_eq!(born.len(), 1, "{ring}: {born:?}");
        assert!(told(&reports, "lineage", &about).iter().all(|week| *week > born[0]), "{ring}");
    }
    // Who was rejected on 11 May is back on 23 May under another name.
    let borrowed = Target::Ring(rings[2].clone());
    assert!(told(&reports, "lineage", &borrowed).contains(&12));
    // One was hired on 12 April: the report of the Monday after says so first.
    let maple = Target::Ring(rings[0].clone());
    assert!(
        !told(&reports, "reached", &maple).is_empty()
            || !told(&reports, "decisions", &maple).is_empty()
    );
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("story");
    fs::create_dir_all(&folder).unwrap();
    let report = &reports[11];
    for format in [ReportFormat::Html, ReportFormat::Pdf] {
        let rendering = Rendering {
            base: "https://ringer.example.com",
            sight: Sight::Full,
            house: "Example Corporation",
        };
        let bytes = (form(format).render)(report, &rendering).unwrap();
        assert!(!bytes.is_empty());
        fs::write(folder.join(format!("weekly.{}", format.name())), bytes).unwrap();
    }
    fs::write(folder.join("weekly.canonical.json"), report.canonical().unwrap()).unwrap();
}
