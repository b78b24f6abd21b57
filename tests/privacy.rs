//! One person's data: what is erased is in no byte of the store, others keep theirs, and what is handed out holds nobody
//! else's.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should fail"
)]

use ringer::{
    casework::{
        Attachments, FilteredPage, SavedFilters,
        audit::Trail,
        keeping::{self, Beside, EraseRequest, HeldBy, Keeping, RetentionPolicy},
        subject_access::{self, Asked},
    },
    engine::{
        CaseChange, Cases, Engine, EngineError, EraseOrder, Erased, ErasurePlan, RingLookup, View,
    },
    ingest::{self, Input, Options, RowProblem},
    matching::Policy,
    model::{
        Attribute, AttributeKind, Case, CaseEvent, CaseSubject, CheckItem, CheckResult, Clock,
        Column, ErasureBasis, Fact, FixedClock, Grade, HoldOn, ImportCounts, Moment, PairVerdict,
        RingId, RingStatus, Seq, Tlp, ValueVerdict, Verdict, WatchEntry, WatchId, WatchKind,
    },
    store::{MemoryStore, SledOptions, SledStore, Store, dump, load},
};
use serde_json::{Value, json};
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

/// Digits that are only the person's.
const DIGITS: &str = "2025550177";

/// 2026-11-23.
const NOW: Moment = Moment(1_795_392_000);

/// The person's id, in which the mark is too.
const PERSON: &str = "APP-quillon-7";

/// Everybody: four who share a device and an account with the person, and the person, with a mark in every field.
fn everybody() -> String {
    let mut text = String::new();
    let names = ["Ada Lindqvist", "Bruno Okafor", "Cleo Nakamura", "Edgar Tarn"];
    for (n, name) in names.iter().enumerate() {
        let row = json!({
            "application_id": format!("B-{n}"), "full_name": name, "email": format!("p{n}@example.org"),
            "phone": format!("202-555-011{n}"), "device_id": "device-shared", "bank_account_hash": "account-shared",
            "submitted_at": format!("2020-01-0{}", n + 1), "city": "Springfield", "state": "IL", "country": "US",
        });
        text.push_str(&format!("{row}\n"));
    }
    text.push_str(&format!("{}\n", person("first")));
    text.push_str(&format!("{}\n", person("second")));
    text
}

/// The row of the person.
fn person(version: &str) -> Value {
    let mut row = serde_json::Map::new();
    for column in Column::ALL {
        let value = match column {
            Column::ApplicationId => PERSON.to_owned(),
            Column::FullName => "Jory Quillon".to_owned(),
            Column::Email | Column::ReferenceEmail => {
                format!("{}.{MARK}@example.com", column.name())
            }
            Column::Phone => "202-555-0177".to_owned(),
            Column::DeviceId => "device-shared".to_owned(),
            Column::BankAccountHash => "account-shared".to_owned(),
            Column::SubmittedAt => "2020-01-09".to_owned(),
            Column::Linkedin => format!("https://linkedin.com/in/{MARK}"),
            Column::Website => format!("https://{MARK}.example/{version}"),
            Column::ResumeText => {
                format!("{MARK} {version} {}", "built things for people ".repeat(30))
            }
            Column::PhotoSha256 => "c0ffee11".repeat(8),
            Column::State => "IL".to_owned(),
            Column::Country => "US".to_owned(),
            column => format!("{MARK}-{}", column.name()),
        };
        row.insert(column.name().to_owned(), value.into());
    }
    row.insert("house_badge".to_owned(), format!("{MARK} badge").into());
    row.insert(
        "education".to_owned(),
        json!([{"institution": format!("{MARK} college"), "degree": "bs"}]),
    );
    row.insert(
        "profiles".to_owned(),
        json!([{"platform": "github", "handle": format!("{MARK}-dev")}]),
    );
    row.insert(
        "events".to_owned(),
        json!([{"kind": "interview", "note": format!("{MARK} was late")}]),
    );
    Value::Object(row)
}

struct Lab {
    dir: tempfile::TempDir,
}

impl Lab {
    fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    fn clock() -> Arc<dyn Clock> {
        Arc::new(FixedClock(NOW))
    }

    fn open(&self) -> Engine {
        let store =
            SledStore::open(self.dir.path(), SledOptions::default(), Self::clock()).unwrap();
        Engine::open(Box::new(store), Policy::default(), Self::clock()).unwrap()
    }
}

fn import(engine: &Engine, text: &str) -> (ImportCounts, Vec<RowProblem>) {
    let input = Input::stream("rows.jsonl", Cursor::new(text.to_owned().into_bytes()));
    let mut reader = ingest::open(input, &Options::default()).unwrap();
    let mut problems = Vec::new();
    let mut reject = |problem: &RowProblem| {
        problems.push(problem.clone());
        Ok(())
    };
    let counts = engine.import("rows.jsonl", &mut reader, &mut reject, "ann", &mut |_| {}).unwrap();
    (counts, problems)
}

/// Imports everybody and has people work on the person in every way there is; the ring they are in.
fn worked_on(engine: &Engine, attachments: &Attachments, filters: &SavedFilters) -> RingId {
    assert_eq!(import(engine, &everybody()).0.new, 6);
    let view = engine.view();
    let ix = view.applicant(PERSON).unwrap();
    let ring = view.ring_of(ix).unwrap().id.clone();
    let id: ringer::model::ApplicationId = PERSON.parse().unwrap();
    let pair = Verdict::pair(id.clone(), "B-0".parse().unwrap(), PairVerdict::Linked).unwrap();
    let judged = engine.judge(pair, "ann", "Jory Quillon again").unwrap();
    engine.withdraw(&judged, "ann", "not Jory Quillon after all").unwrap();
    let attribute = view
        .network
        .corpus()
        .app(view.network.corpus().find(&id).unwrap())
        .used()
        .map(|(ix, _)| view.network.corpus().attribute(ix))
        .find(|a| a.kind == AttributeKind::Phone && a.value.contains(DIGITS))
        .unwrap();
    engine
        .judge(Verdict::Value { attribute, verdict: ValueVerdict::Common }, "ann", "a desk")
        .unwrap();
    let shared = Attribute { kind: AttributeKind::Device, value: "device-shared".to_owned() };
    let known_bad = Verdict::Value { attribute: shared, verdict: ValueVerdict::KnownBad };
    engine.judge(known_bad, "ann", "seen with +1 (202) 555-0177").unwrap();
    let confirmed = Verdict::Ring { ring: ring.clone(), verdict: RingStatus::Confirmed };
    engine.judge(confirmed, "ann", "five of them, Jory Quillon in front").unwrap();
    engine
        .check(
            &id,
            CheckItem::LiveInterview,
            CheckResult::Refuted,
            "ann",
            "quillon hid behind Ada Lindqvist",
        )
        .unwrap();

    let note = |text: &str| CaseEvent::Noted { text: text.to_owned() };
    let change = |case, events| {
        let expected = engine.cases().get(&case).unwrap().version;
        engine.change_cases(&[CaseChange { case, expected, events }], "ann").unwrap();
    };
    let attached = |name: &str, text: &str| {
        let mut incoming = attachments.begin(name).unwrap();
        incoming.write(text.as_bytes()).unwrap();
        incoming.finish().unwrap().attached()
    };
    let alone =
        engine.open_case(CaseSubject::Applicant(id.clone()), "Jory Quillon", "ann").unwrap();
    change(
        alone,
        vec![
            note("a tall man from a far town"),
            attached("quillon-cv.txt", "the curriculum of quillon"),
            CaseEvent::set(ringer::model::CaseStatus::Closed, "quillon wrote"),
        ],
    );
    let of_ring = engine.open_case(CaseSubject::Ring(ring.clone()), "The farm", "ann").unwrap();
    change(
        of_ring,
        vec![
            note("Ada Lindqvist called, and quillon, jory as well (APP-QUILLON-7)"),
            note("Ada Lindqvist called"),
            attached("photo of jory quillon.txt", "a picture of the house"),
        ],
    );
    let on = HoldOn::Applicant([id].into());
    let hold = engine.hold(on, None, "ann", "Jory Quillon sues").unwrap();
    engine.release_hold(&hold, "ann", "Jory Quillon settled").unwrap();
    let entry = WatchEntry {
        id: WatchId::derive("one"),
        list: "own".to_owned(),
        kind: WatchKind::Email,
        value: format!("email.{MARK}@example.com"),
        aliases: Vec::new(),
        weak_aliases: Vec::new(),
        reason: "jory quillon".to_owned(),
        source: "us".to_owned(),
        grade: Grade::Medium,
        tlp: Tlp::Amber,
        added: NOW,
        expires: None,
    };
    engine.watch(vec![entry], "ann").unwrap();
    engine.unwatch(&[WatchId::derive("one")], "ann", "no longer Jory Quillon").unwrap();
    filters.save("ann", FilteredPage::Queue, "mine", "q=Jory+Quillon&min=5").unwrap();
    filters.save("ann", FilteredPage::Queue, "other", "min=5").unwrap();
    ring
}

fn request(view: &View, who: &str) -> EraseRequest {
    EraseRequest {
        applicants: vec![view.applicant(who).unwrap()],
        taken_back: BTreeSet::new(),
        basis: ErasureBasis::Request,
        despite_floor: true,
        files: BTreeSet::new(),
        by: "dpo".to_owned(),
        why: "asked for it in writing".to_owned(),
    }
}

fn erase(engine: &Engine, request: &EraseRequest) -> Result<Erased, EngineError> {
    let filters = SavedFilters::default();
    erase_beside(engine, request, &Beside::new(None, &filters, None, None))
}

fn erase_beside(
    engine: &Engine,
    request: &EraseRequest,
    beside: &Beside<'_>,
) -> Result<Erased, EngineError> {
    let (view, policy) = (engine.view(), RetentionPolicy::default());
    let since = engine.held_since(&view)?;
    let order = keeping::order(
        &view,
        &Keeping::new(&view, &engine.cases(), &policy, since.clone(), NOW),
        request,
    )?;
    let may = |view: &View, cases: &Cases| {
        let keeping = Keeping::new(view, cases, &policy, since.clone(), NOW);
        keeping::order(view, &keeping, request).map(drop)
    };
    engine.erase(&order, &may, &|plan| beside.first(&order.applications, plan))
}

/// Everything in the folder that has one of these, in its bytes as they lie there or unpacked; the audit trail aside.
fn found(dir: &Path, wanted: &[&[u8]]) -> Vec<String> {
    let has = |bytes: &[u8]| {
        let lower = bytes.to_ascii_lowercase();
        wanted.iter().any(|wanted| memchr::memmem::find(&lower, wanted).is_some())
    };
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                if !path.ends_with("audit") {
                    folders.push(path);
                }
            } else if has(&fs::read(&path).unwrap()) || has(path.to_string_lossy().as_bytes()) {
                found.push(path.display().to_string());
            }
        }
    }
    let store = SledStore::open_reader(dir, Lab::clock()).unwrap();
    store
        .facts(Seq(1), &mut |seq, fact| {
            if has(serde_json::to_string(&fact).unwrap().as_bytes()) {
                found.push(format!("fact {}: {fact:?}", seq.0));
            }
            Ok(())
        })
        .unwrap();
    for name in ["live", "cases"] {
        if let Some((_, body)) = store.read_snapshot(name).unwrap()
            && has(&body)
        {
            found.push(format!("the snapshot {name}"));
        }
    }
    for n in 0..4 {
        if let Some((_, packed)) = store.read_snapshot(&format!("live-{n}")).unwrap()
            && has(&lz4_flex::block::decompress_size_prepended(&packed).unwrap())
        {
            found.push(format!("the snapshot live-{n}"));
        }
    }
    found
}

/// What must be nowhere afterwards: the mark, the phone's digits, the photo's hash as text and as bytes.
fn wanted() -> Vec<Vec<u8>> {
    let photo = "c0ffee11".repeat(8);
    vec![
        MARK.as_bytes().to_vec(),
        b"555-0177".to_vec(),
        DIGITS.as_bytes().to_vec(),
        photo.into_bytes(),
        [0xc0, 0xff, 0xee, 0x11].repeat(8).to_ascii_lowercase(),
        b"a tall man".to_vec(),
    ]
}

#[test]
fn nothing_of_an_erased_person_is_in_any_byte_of_the_store_and_the_chain_still_verifies() {
    let lab = Lab::new();
    let (attachments, filters) =
        (Attachments::of(lab.dir.path()), SavedFilters::of(lab.dir.path()));
    let wanted = wanted();
    let wanted: Vec<&[u8]> = wanted.iter().map(Vec::as_slice).collect();
    let engine = lab.open();
    let ring = worked_on(&engine, &attachments, &filters);
    drop(engine);
    let before = found(lab.dir.path(), &wanted);
    for part in [
        "journal",
        "snapshots",
        "attachments",
        "saved_filters",
        "the snapshot live",
        "the snapshot cases",
    ] {
        assert!(
            before.iter().any(|place| place.contains(part)),
            "{part} is not looked at: {before:?}"
        );
    }
    let engine = lab.open();
    let head = engine.store().head();
    let view = engine.view();
    let members = view.rings.find(&ring).unwrap().members.len();
    let beside = Beside::new(Some(&attachments), &filters, None, None);
    let erased = erase_beside(&engine, &request(&view, PERSON), &beside);
    let (erased, beside) = beside.after::<Box<dyn Error>>(erased).unwrap();
    assert_eq!((erased.plan.goes.versions, erased.plan.goes.checks), (2, 1));
    assert_eq!(erased.plan.files.len(), 1, "of the case about them alone");
    assert_eq!((beside.files, beside.filters), (1, 1));

    let check = |engine: &Engine, when: &str| {
        let view = engine.view();
        assert!(view.applicant(PERSON).is_none(), "{when}");
        assert!(!format!("{view:?}").to_lowercase().contains(MARK), "{when}");
        assert!(!format!("{:?}", engine.cases()).to_lowercase().contains(MARK), "{when}");
        engine.verify().unwrap();
        let chain = engine.hash_at(head.seq).unwrap().unwrap().to_string();
        let was: String = head.hash.iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(chain, was, "{when}: a head that was printed before still verifies");
        // What is about others is as it was.
        let RingLookup::Found(found) = view.ring(&ring) else { panic!("{when}: the ring is gone") };
        assert_eq!((found.members.len(), found.status), (members - 1, RingStatus::Confirmed));
        let history = view.lineage.get(&ring).unwrap();
        let first = &history[0].event.members;
        assert_eq!(first.len(), members, "history is as it was");
        assert!(first.iter().any(|id| id.as_str().starts_with("erased-")), "{first:?}");
        let cases = engine.cases();
        let notes: Vec<&str> =
            cases.iter().flat_map(|case| &case.notes).map(|n| n.text.as_str()).collect();
        // No part of a text stays from which what is gone could be computed back.
        assert_eq!(notes, ["[erased]", "[erased]", "Ada Lindqvist called"]);
        assert_eq!(view.erasures.len(), 1);
    };
    check(&engine, "at once");
    drop(engine);
    assert_eq!(found(lab.dir.path(), &wanted), Vec::<String>::new());
    let engine = lab.open();
    check(&engine, "after opening again");

    // Backups made afterwards have nothing either, and are as good.
    let (mut bytes, again) = (Vec::new(), MemoryStore::new(Lab::clock()));
    dump(engine.store(), &mut bytes).unwrap();
    assert!(!String::from_utf8_lossy(&bytes).to_lowercase().contains(MARK));
    assert_eq!(load(&mut bytes.as_slice(), &again).unwrap(), engine.store().head());
    again.verify().unwrap();

    // The row is refused when it comes again, and nothing of it is written down.
    let (counts, problems) = import(&engine, &everybody());
    assert_eq!((counts.new, counts.repeated, counts.rejected), (0, 4, 2));
    assert!(problems[0].reason.contains("was erased on 2026-11-23"), "{}", problems[0].reason);
    assert!(problems.iter().all(|p| p.raw.is_empty() && !p.reason.contains(MARK)));
    drop(engine);
    assert_eq!(found(lab.dir.path(), &wanted), Vec::<String>::new());

    // Whoever may keep them again says so; then their rows are like any other.
    let engine = lab.open().restoring_erased();
    assert_eq!(import(&engine, &everybody()).0.new, 2);
    drop(engine);
    let engine = lab.open();
    assert_eq!(import(&engine, &everybody()).0.repeated, 6);
    // And they can be erased once more, from facts that were erased in part before.
    erase(&engine, &request(&engine.view(), PERSON)).unwrap();
    erase(&engine, &request(&engine.view(), "B-0")).unwrap();
    engine.verify().unwrap();
    drop(engine);
    assert_eq!(found(lab.dir.path(), &wanted), Vec::<String>::new());
    assert_eq!(found(lab.dir.path(), &[b"lindqvist", b"5550110"]), Vec::<String>::new());
    lab.open().verify().unwrap();
}

#[test]
fn a_filter_that_names_them_is_gone_before_the_tombstone_is_written() {
    let lab = Lab::new();
    let filters = SavedFilters::of(lab.dir.path());
    let engine = lab.open();
    import(&engine, &everybody());
    filters.save("ann", FilteredPage::Queue, "mine", "q=Jory+Quillon").unwrap();
    let (view, head) = (engine.view(), engine.store().head());
    let applications: BTreeSet<_> = [PERSON.parse().unwrap()].into();
    let order = EraseOrder {
        applications: applications.clone(),
        applicants: 1,
        files: BTreeSet::new(),
        basis: ErasureBasis::Request,
        set_aside: Vec::new(),
        by: "dpo".to_owned(),
        why: "asked for it in writing".to_owned(),
    };
    let beside = Beside::new(None, &filters, None, None);
    // Whoever erases is killed at the last moment before the tombstone.
    let killed = |plan: &ErasurePlan| {
        beside.first(&applications, plan)?;
        assert_eq!(engine.store().head(), head);
        Err(EngineError::Refused("killed".to_owned()))
    };
    engine.erase(&order, &|_, _| Ok(()), &killed).unwrap_err();
    assert!(filters.list("ann", FilteredPage::Queue).unwrap().is_empty());
    assert_eq!((engine.store().head(), engine.view().seq), (head, view.seq));
}

#[test]
fn files_of_every_case_that_covers_or_covered_them_are_told_and_go_when_named() {
    let lab = Lab::new();
    let (attachments, filters) =
        (Attachments::of(lab.dir.path()), SavedFilters::of(lab.dir.path()));
    let engine = lab.open();
    let ring = worked_on(&engine, &attachments, &filters);
    let change = |case: &Arc<Case>, events| {
        let expected = engine.cases().get(&case.id).unwrap().version;
        let change = CaseChange { case: case.id.clone(), expected, events };
        engine.change_cases(&[change], "ann").unwrap();
    };
    let cases = engine.cases();
    let about = |of_ring: bool| cases.iter().find(|c| c.subject.ring().is_some() == of_ring);
    let (of_ring, own) = (about(true).unwrap(), about(false).unwrap());
    let (taken_off, own_file) = (&of_ring.attachments[0].sha256, &own.attachments[0].sha256);
    let detached = CaseEvent::Detached { sha256: taken_off.clone(), why: "blurred".to_owned() };
    let closed = CaseEvent::set(ringer::model::CaseStatus::Closed, "done");
    change(of_ring, vec![detached, closed]);
    change(own, vec![CaseEvent::RingLinked { ring }]);
    let view = engine.view();
    let told = keeping::files_of(&view, &engine.cases(), &[PERSON.parse().unwrap()].into());
    assert!(told.iter().any(|f| f.sha256 == *taken_off && f.is_detached), "{told:?}");
    let named = EraseRequest { files: [taken_off.clone()].into(), ..request(&view, PERSON) };
    let beside = Beside::new(Some(&attachments), &filters, None, None);
    let erased = erase_beside(&engine, &named, &beside);
    let (erased, done) = beside.after::<Box<dyn Error>>(erased).unwrap();
    assert_eq!(done.files, 2, "the own case's file goes though a ring is linked to it");
    assert!(!attachments.has(taken_off) && !attachments.has(own_file));
    let view = engine.view();
    let record = view.erasures.iter().find(|r| r.erasure.id == erased.id).unwrap();
    let said = record.erasure.set_aside.join("; ");
    assert!(said.contains(taken_off.as_str()) && said.contains(of_ring.id.as_str()), "{said}");
}

#[test]
fn erasing_is_refused_below_a_floor_and_under_a_hold_and_nothing_happens() {
    let lab = Lab::new();
    let engine = lab.open();
    import(&engine, &everybody());
    let view = engine.view();
    let ring = view.ring_of(view.applicant(PERSON).unwrap()).unwrap().id.clone();
    let refused = |request: &EraseRequest, said: &str| {
        let head = engine.store().head();
        let error = erase(&engine, request).unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
        assert_eq!(engine.store().head(), head);
    };
    let plain = EraseRequest { despite_floor: false, ..request(&view, PERSON) };
    // One who applied in 2020, of whom nothing was recorded since: the floor has passed.
    let policy = RetentionPolicy::default();
    let since = engine.held_since(&view).unwrap();
    let keeping = Keeping::new(&view, &engine.cases(), &policy, since, NOW);
    let standing = keeping.standing(view.applicant("B-0").unwrap());
    assert_eq!(standing.since.to_string(), "2020-01-01");
    assert_eq!(standing.from.to_string(), "2020-12-31");
    // Of the other a second version came today: an action on record.
    assert_eq!(keeping.standing(plain.applicants[0]).since.to_string(), "2026-11-23");

    let cases: [HoldOn; 4] = [
        HoldOn::Ring(ring.clone()),
        HoldOn::Applicant([PERSON.parse().unwrap()].into()),
        HoldOn::Case(engine.open_case(CaseSubject::Ring(ring), "The farm", "ann").unwrap()),
        HoldOn::All,
    ];
    for on in cases {
        let id = engine.hold(on.clone(), None, "counsel", "a claim").unwrap();
        refused(&request(&view, PERSON), id.as_str());
        let view = engine.view();
        let keeping =
            Keeping::new(&view, &engine.cases(), &policy, engine.held_since(&view).unwrap(), NOW);
        let held = keeping.standing(view.applicant(PERSON).unwrap()).held_by;
        assert!(held.contains(&HeldBy::Hold(id.clone())), "{on:?}");
        engine.release_hold(&id, "counsel", "settled").unwrap();
    }
    // Work on the case of their ring today starts the clock anew.
    refused(&plain, "365 days since 2026-11-23");
    let tidy = EraseRequest { basis: ErasureBasis::Retention, ..request(&view, PERSON) };
    refused(&tidy, "own request only");
    let naming = EraseRequest { why: "Jory Quillon wrote".to_owned(), ..request(&view, PERSON) };
    refused(&naming, "names a value");
    let erased = erase(&engine, &request(&view, PERSON)).unwrap();
    let view = engine.view();
    let record = view.erasures.iter().find(|r| r.erasure.id == erased.id).unwrap();
    assert!(record.erasure.set_aside[0].contains("365 days"), "{:?}", record.erasure.set_aside);
}

#[test]
fn what_is_handed_out_holds_nobody_else_s_data() {
    let lab = Lab::new();
    let (attachments, filters) =
        (Attachments::of(lab.dir.path()), SavedFilters::of(lab.dir.path()));
    let engine = lab.open();
    worked_on(&engine, &attachments, &filters);
    let (view, cases, policy) = (engine.view(), engine.cases(), RetentionPolicy::default());
    let keeping = Keeping::new(&view, &cases, &policy, engine.held_since(&view).unwrap(), NOW);
    let hits = engine.watched_hits(&view).unwrap();
    let trail = Trail::in_memory();
    let held = |who: &str| {
        let applicant = view.applicant(who).unwrap();
        let held = subject_access::gather(&Asked {
            view: &view,
            cases: &cases,
            keeping: &keeping,
            applicant,
            assessment: &engine.assess(&view, applicant),
            versions: &|id| engine.versions(id).unwrap(),
            hits: &hits,
            trail: &trail,
            include_referrals: true,
            now: NOW,
        });
        let held = held.unwrap();
        let text = subject_access::text(&held);
        (serde_json::to_string(&held).unwrap(), text)
    };
    for other in ["B-0", "B-1", "B-3"] {
        let (data, text) = held(other);
        assert!(data.contains("another applicant 1") && data.contains("device-shared"), "{data}");
        for bytes in [&data, &text] {
            let lower = bytes.to_lowercase();
            assert!(!lower.contains(MARK) && !lower.contains("0177"), "{other}: {bytes}");
            assert!(!lower.contains("a tall man"), "{bytes}");
        }
    }
    let (data, text) = held(PERSON);
    for column in Column::ALL.iter().filter(|c| **c != Column::ApplicationId) {
        assert!(data.contains(&format!("\"{}\"", column.name())), "{column}: {data}");
    }
    for part in
        ["What we hold", "Until when", "Your rights", "house badge", "quillon badge", "a tall man"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    for other in ["Lindqvist", "Okafor", "p0@example.org", "B-0", "555-0110"] {
        assert!(!data.contains(other) && !text.contains(other), "{other}");
    }
    for name in ["\"ann\"", " ann\"", " ann "] {
        assert!(!data.contains(name), "colleagues are not named: {data}");
    }
    assert!(text.split(|c: char| !c.is_alphanumeric()).all(|word| word != "ann"), "{text}");
    assert!(data.contains("a value that only you gave") && data.contains(": common"), "{data}");
    assert!(data.contains("The words of 1 note of checks"), "{data}");
}

#[test]
fn facts_of_others_do_not_change_when_somebody_is_erased_whom_nobody_names() {
    let lab = Lab::new();
    let engine = lab.open();
    import(&engine, &everybody());
    import(
        &engine,
        "{\"application_id\":\"Z-1\",\"full_name\":\"Zo Hale\",\"email\":\"zo@example.net\"}\n",
    );
    let all = |engine: &Engine| {
        let mut facts: Vec<(Seq, Fact)> = Vec::new();
        engine
            .store()
            .facts(Seq(1), &mut |seq, fact| {
                facts.push((seq, fact));
                Ok(())
            })
            .unwrap();
        facts
    };
    let before = all(&engine);
    erase(&engine, &request(&engine.view(), "Z-1")).unwrap();
    let after = all(&engine);
    let changed: Vec<&Fact> =
        before.iter().zip(&after).filter(|(a, b)| a != b).map(|(_, (_, fact))| fact).collect();
    assert!(matches!(&changed[..], [Fact::Erased { kind: 2, rest: None, .. }]), "{changed:?}");
}

#[test]
fn entries_that_were_taken_off_go_and_those_in_force_stay_and_are_counted() {
    let lab = Lab::new();
    let engine = lab.open();
    import(&engine, &everybody());
    let entry = |kind, value: &str| WatchEntry {
        id: WatchEntry::id_of("own", kind, value),
        list: "own".to_owned(),
        kind,
        value: value.to_owned(),
        aliases: Vec::new(),
        weak_aliases: Vec::new(),
        reason: "seen before".to_owned(),
        source: "us".to_owned(),
        grade: Grade::Medium,
        tlp: Tlp::Amber,
        added: NOW,
        expires: None,
    };
    let phone = entry(WatchKind::Phone, "(202) 555-0177");
    let domain = entry(WatchKind::Domain, &format!("{MARK}.example"));
    let handle = entry(WatchKind::Handle, &format!("{MARK}-dev"));
    let other = entry(WatchKind::Phone, "202-555-0110");
    let ids: Vec<WatchId> = [&phone, &domain, &handle].map(|e| e.id.clone()).into();
    engine.watch(vec![phone, domain, handle.clone()], "ann").unwrap();
    engine.watch(vec![other], "ann").unwrap();
    engine.unwatch(&ids, "ann", "a mistake").unwrap();
    // This one is on the list again.
    engine.watch(vec![handle.clone()], "ann").unwrap();
    let erased = erase(&engine, &request(&engine.view(), PERSON)).unwrap();
    assert_eq!(erased.plan.watched, [handle.id.clone()].into());
    let (mut watched, mut unwatched) = (Vec::new(), Vec::new());
    engine
        .store()
        .facts(Seq(1), &mut |_, fact| {
            match fact.as_remaining() {
                Some(Fact::Watched { entries, .. }) => {
                    watched.extend(entries.iter().map(|e| e.value.clone()));
                }
                Some(Fact::Unwatched { entries, .. }) => unwatched.extend(entries.clone()),
                _ => {}
            }
            Ok(())
        })
        .unwrap();
    watched.sort();
    watched.dedup();
    assert_eq!(watched, ["202-555-0110", "quillon-dev"]);
    assert_eq!(
        unwatched,
        std::slice::from_ref(&handle.id),
        "the ids of the others are made from their values"
    );
    assert!(engine.view().watched.contains_key(&handle.id));
    engine.verify().unwrap();
}
