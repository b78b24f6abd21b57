//! Kept reports and erasure: a report that names somebody goes with them, and is made again without them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail")]

use ringer::{
    casework::{
        SavedFilters,
        keeping::{self, Beside, EraseRequest, Keeping, RetentionPolicy},
    },
    engine::{Engine, View},
    ingest::{self, Input, Options},
    matching::Policy,
    model::{ErasureBasis, FixedClock, Moment, Point, ReportRun, RunOutcome},
    reports::{
        self, Kept, Order,
        again::{self, Same, Why},
    },
    store::{SledOptions, SledStore},
};
use serde_json::json;
use std::{
    collections::BTreeSet,
    error::Error,
    fs,
    io::Cursor,
    path::{Path, PathBuf},
    sync::Arc,
};

/// What is in every value that is only the person's.
const MARK: &str = "quillon";

/// 2026-11-23.
const NOW: Moment = Moment(1_795_392_000);

/// The person's id, in which the mark is too.
const PERSON: &str = "APP-quillon-7";

/// Four who share a device and an account with the person, and the person.
fn everybody() -> String {
    let names = ["Ada Lindqvist", "Bruno Okafor", "Cleo Nakamura", "Edgar Tarn", "Jory Quillon"];
    let rows = names.iter().enumerate().map(|(n, name)| {
        let (id, mailbox) = match n {
            4 => (PERSON.to_owned(), format!("{MARK}@example.com")),
            n => (format!("B-{n}"), format!("p{n}@example.org")),
        };
        let row = json!({
            "application_id": id, "full_name": name, "email": mailbox, "device_id": "device-shared",
            "bank_account_hash": "account-shared", "submitted_at": format!("2020-01-0{}", n + 1), "state": "IL",
        });
        format!("{row}\n")
    });
    rows.collect()
}

fn open(dir: &Path) -> Engine {
    let clock = Arc::new(FixedClock(NOW));
    let store = SledStore::open(dir, SledOptions::default(), clock.clone()).unwrap();
    let engine = Engine::open(Box::new(store), Policy::default(), clock).unwrap();
    let input = Input::stream("rows.jsonl", Cursor::new(everybody().into_bytes()));
    let mut reader = ingest::open(input, &Options::default()).unwrap();
    let mut refuse = |_: &_| Ok(());
    engine.import("rows.jsonl", &mut reader, &mut refuse, "ann", &mut |_| {}).unwrap();
    engine
}

fn request(view: &View) -> EraseRequest {
    EraseRequest {
        applicants: vec![view.applicant(PERSON).unwrap()],
        taken_back: BTreeSet::new(),
        basis: ErasureBasis::Request,
        despite_floor: true,
        files: BTreeSet::new(),
        by: "dpo".to_owned(),
        why: "asked for it in writing".to_owned(),
    }
}

/// Files in which the mark is.
fn marked(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(marked(&path));
        } else {
            let bytes = fs::read(&path).unwrap().to_ascii_lowercase();
            if memchr::memmem::find(&bytes, MARK.as_bytes()).is_some() {
                found.push(path);
            }
        }
    }
    found
}

/// A report of everything, kept, with the run that is on record of it.
fn reported(
    engine: &Engine,
    kept: &Kept,
    name: &str,
    retention: &RetentionPolicy,
    (since, filter): (Point, &str),
) -> ReportRun {
    let present = engine.present();
    let order = Order {
        schedule: name.parse().unwrap(),
        filter: filter.to_owned(),
        zone: "UTC".to_owned(),
        since,
        at: NOW,
        is_first: true,
        due: None,
        missed: 0,
    };
    let report = reports::build(engine, &present, retention, &order).unwrap();
    let canonical = report.canonical().unwrap();
    assert!(again::keep(engine, kept, &report, present.view.erasures.len()).unwrap());
    let run = ReportRun {
        id: report.heading.id.clone(),
        schedule: order.schedule,
        filter: order.filter,
        zone: order.zone,
        due: None,
        missed: 0,
        since: order.since,
        until: report.heading.until,
        head: report.heading.head.clone(),
        settings: again::settings(engine, retention),
        format: report.heading.format,
        to: BTreeSet::new(),
        formats: BTreeSet::new(),
        personal: false,
        by: "ann".to_owned(),
        took: 1,
        outcome: RunOutcome::Made {
            digest: reports::digest(&canonical).unwrap(),
            counts: Default::default(),
        },
    };
    engine.record_run(run.clone()).unwrap();
    run
}

#[test]
fn a_kept_report_that_names_them_goes_and_is_made_again_without_them() {
    let dir = tempfile::tempdir().unwrap();
    let engine = open(dir.path());
    let kept = Kept::of(dir.path());
    // All are past this ceiling, so that a report names them; and without one it names nobody.
    let (none, ends) = (
        RetentionPolicy::default(),
        RetentionPolicy { ceiling_days: 1_000.try_into().ok(), ..RetentionPolicy::default() },
    );
    let naming = reported(&engine, &kept, "naming", &ends, (Point::default(), ""));
    // Nothing came in its period and it is about no ring, so that no value is said either.
    let nothing = Point { seq: engine.present().head.seq, at: NOW };
    let silent = reported(&engine, &kept, "silent", &none, (nothing, "min=1000"));
    let person = PERSON.parse().unwrap();
    let report = kept.get(&naming.id).unwrap().unwrap();
    assert!(report.named.contains(&person), "{report:?}");
    assert!(!kept.get(&silent.id).unwrap().unwrap().named.contains(&person));
    assert!(!marked(&dir.path().join("reports")).is_empty());
    let anew = again::again(&engine, &naming, &ends).unwrap();
    assert_eq!(again::compare(&engine, &ends, &naming, &anew).unwrap(), Same::Same);

    let (filters, copies) = (SavedFilters::default(), kept.copies());
    let before = engine.view().erasures.len();
    let beside = Beside::new(None, &filters, None, Some(&copies));
    let view = engine.view();
    let since = engine.held_since(&view).unwrap();
    let keeping = Keeping::new(&view, &engine.cases(), &none, since, NOW);
    let order = keeping::order(&view, &keeping, &request(&view)).unwrap();
    let first = |plan: &_| beside.first(&order.applications, plan);
    let erased = engine.erase(&order, &|_, _| Ok(()), &first);
    let (erased, gone) = beside.after::<Box<dyn Error>>(erased).unwrap();
    assert_eq!(gone.reports, [naming.id.clone()].into());
    assert!(kept.bytes(&naming.id).unwrap().is_none());
    assert!(kept.bytes(&silent.id).unwrap().is_some(), "nobody is named in it");
    assert!(
        !again::keep(&engine, &kept, &report, before).unwrap(),
        "what was built before is not kept afterwards"
    );
    assert!(kept.bytes(&naming.id).unwrap().is_none());
    assert_eq!(marked(dir.path()), Vec::<PathBuf>::new());

    let anew = again::report(&engine, Some(&kept), &naming, &ends).unwrap();
    assert!(!anew.named.contains(&person) && !anew.named.is_empty());
    assert!(!format!("{anew:?}").to_lowercase().contains(MARK));
    assert_eq!(kept.get(&naming.id).unwrap(), Some(anew.clone()), "it is kept from now on");
    let why = again::compare(&engine, &ends, &naming, &anew).unwrap();
    assert_eq!(why, Same::Differs(vec![Why::Erased(vec![erased.id])]));
    assert_eq!(marked(dir.path()), Vec::<PathBuf>::new());
}
