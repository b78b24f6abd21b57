//! Cases are what their facts add up to, however the engine came to them: at once, by a snapshot, by a dump, beside
//! imports.

use super::lab::{clock, import, open, rows, store};
use proptest::{prelude::*, sample::Index};
use ringer::{
    engine::{CaseChange, Cases, Engine, EngineError},
    model::{
        Basis, CaseEvent, CaseId, CaseStatus, CaseSubject, Fact, FileHash, Moment, RingId, Seq,
    },
    store::{MemoryStore, Store, dump, load},
};
use std::sync::Barrier;

fn ring(n: u8) -> RingId {
    RingId::derive(&format!("ring {}", n % 4))
}

fn event() -> impl Strategy<Value = CaseEvent> {
    let text = || "[ a-zé@`*\n]{0,12}";
    let hash = (0_u8..3).prop_map(|n| FileHash::of(&[n; 32]).unwrap());
    prop_oneof![
        text().prop_map(|title| CaseEvent::Renamed { title }),
        (0..CaseStatus::ALL.len(), text(), any::<bool>()).prop_map(|(status, why, based)| {
            let basis = based.then(Basis::default);
            CaseEvent::StatusSet { status: CaseStatus::ALL[status], why, basis }
        }),
        text().prop_map(CaseEvent::propose),
        text().prop_map(|why| CaseEvent::ReferralDeclined { why }),
        prop::option::of(text()).prop_map(|to| CaseEvent::Assigned { to }),
        prop::option::of(1..29_u8).prop_map(|day| CaseEvent::DueSet {
            due: day.map(|day| format!("2026-02-{day:02}").parse().unwrap())
        }),
        text().prop_map(|text| CaseEvent::Noted { text }),
        (0..60_u64, text()).prop_map(|(note, why)| CaseEvent::NoteStruck { note: Seq(note), why }),
        (hash.clone(), text()).prop_map(|(sha256, name)| CaseEvent::Attached {
            sha256,
            name,
            media_type: "text/plain".into(),
            bytes: 3
        }),
        (hash, text()).prop_map(|(sha256, why)| CaseEvent::Detached { sha256, why }),
        any::<u8>().prop_map(|n| CaseEvent::RingLinked { ring: ring(n) }),
        (any::<u8>(), text()).prop_map(|(n, why)| CaseEvent::RingUnlinked { ring: ring(n), why }),
        any::<u8>().prop_map(|n| CaseEvent::Opened {
            subject: CaseSubject::Ring(ring(n)),
            title: "again".into()
        }),
    ]
}

#[derive(Debug, Clone)]
enum Step {
    Open(u8),
    Change(Index, Vec<CaseEvent>, bool),
    Import(usize),
    /// A fact that no engine wrote, as a dump of another hand may hold.
    Foreign(u8, CaseEvent),
    Reopen,
    /// Opened again though it was never closed.
    Crash,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => any::<u8>().prop_map(Step::Open),
        6 => (any::<Index>(), prop::collection::vec(event(), 1..4), any::<bool>())
            .prop_map(|(pick, events, stale)| Step::Change(pick, events, stale)),
        1 => (0..3_usize).prop_map(Step::Import),
        1 => (any::<u8>(), event()).prop_map(|(n, event)| Step::Foreign(n, event)),
        1 => Just(Step::Reopen),
        1 => Just(Step::Crash),
    ]
}

/// What the facts of a store add up to, folded by an engine that knows nothing else.
fn anew(store: &MemoryStore) -> std::sync::Arc<Cases> {
    let mut text = Vec::new();
    dump(store, &mut text).unwrap();
    let again = self::store();
    load(&mut text.as_slice(), &again).unwrap();
    open(Box::new(again)).cases()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn any_history_adds_up_to_the_same_cases(steps in prop::collection::vec(step(), 1..25)) {
        let store = store();
        let mut engine = open(Box::new(store.clone()));
        let mut ids: Vec<CaseId> = Vec::new();
        let mut imported = 0;
        for step in steps {
            match step {
                Step::Open(n) => {
                    let made = engine.open_case(CaseSubject::Ring(ring(n)), "The house", "ann");
                    ids.extend(made.ok());
                }
                Step::Change(pick, events, stale) if !ids.is_empty() => {
                    let id = ids[pick.index(ids.len())].clone();
                    let cases = engine.cases();
                    let case = cases.get(&id).unwrap();
                    let entry = if stale { case.opening() } else { case.last() };
                    let (expected, version) = (entry.unwrap().seq, case.version);
                    let adds = events.iter().all(CaseEvent::adds_only);
                    let change = CaseChange { case: id.clone(), expected, events };
                    let outcome = engine.change_cases(std::slice::from_ref(&change), "bob");
                    let after = engine.cases();
                    let after = after.get(&id).unwrap();
                    match outcome {
                        Ok(versions) => {
                            prop_assert_eq!(versions, vec![after.version]);
                            prop_assert_eq!(after.since(version).len(), change.events.len());
                            prop_assert!(expected == version || adds);
                        }
                        Err(EngineError::StaleCase { since, .. }) => {
                            prop_assert_eq!(&since[..], case.since(expected));
                            prop_assert_eq!(after, case);
                        }
                        Err(_) => prop_assert_eq!(after, case, "all or none"),
                    }
                }
                Step::Change(..) => {}
                Step::Import(group) => {
                    import(&engine, &rows([group], imported..imported + 2));
                    imported += 2;
                }
                Step::Foreign(n, event) => {
                    // Nobody else writes while an engine runs.
                    drop(engine);
                    let case = CaseId::derive(&format!("foreign {}", n % 2));
                    let fact = Fact::Case { case, by: "x".into(), at: Moment(1), on: Seq(7), event };
                    store.append(&[fact]).unwrap();
                    engine = open(Box::new(store.clone()));
                }
                Step::Reopen => {
                    drop(engine);
                    engine = open(Box::new(store.clone()));
                }
                Step::Crash => {
                    std::mem::forget(engine);
                    engine = open(Box::new(store.clone()));
                }
            }
            for n in 0..4 {
                let cases = engine.cases();
                let of_ring: Vec<&CaseId> = cases.of_ring(&ring(n)).map(|c| &c.id).collect();
                let searched: Vec<&CaseId> =
                    cases.iter().filter(|c| c.rings.contains_key(&ring(n))).map(|c| &c.id).collect();
                prop_assert_eq!(of_ring, searched);
            }
        }
        let live = engine.cases();
        prop_assert!(live.same_as(&anew(&store)), "a dump");
        engine.verify().unwrap();
        drop(engine);
        let kept = open(Box::new(store.clone()));
        prop_assert!(live.same_as(&kept.cases()), "a snapshot");
        kept.verify().unwrap();
    }
}

fn note(engine: &Engine, id: &CaseId, text: String, by: &str) {
    let version = engine.cases().get(id).unwrap().version;
    engine.change_case(id, version, CaseEvent::Noted { text }, by).unwrap();
}

#[test]
fn nothing_is_lost_when_many_work_on_cases_while_imports_run() {
    const PEOPLE: usize = 4;
    const NOTES: usize = 40;
    let store = store();
    let engine = open(Box::new(store.clone()));
    let ids: Vec<CaseId> = (0..2)
        .map(|n| engine.open_case(CaseSubject::Ring(ring(n)), "The house", "ann").unwrap())
        .collect();
    let start = Barrier::new(PEOPLE + 1);
    let assigned: usize = std::thread::scope(|scope| {
        scope.spawn(|| {
            start.wait();
            for n in 0..12 {
                import(&engine, &rows(0..3, n..n + 1));
            }
        });
        let people: Vec<_> = (0..PEOPLE)
            .map(|person| {
                let (engine, ids, start) = (&engine, &ids, &start);
                scope.spawn(move || {
                    let by = format!("user {person}");
                    start.wait();
                    let mut assigned = 0;
                    for n in 0..NOTES {
                        let id = &ids[(n + person) % 2];
                        note(engine, id, format!("{person} {n}"), &by);
                        let version = engine.cases().get(id).unwrap().version;
                        let event = CaseEvent::Assigned { to: Some(by.clone()) };
                        match engine.change_case(id, version, event, &by) {
                            Ok(_) => assigned += 1,
                            Err(EngineError::StaleCase { .. }) => {}
                            Err(other) => panic!("{other}"),
                        }
                    }
                    assigned
                })
            })
            .collect();
        people.into_iter().map(|person| person.join().unwrap()).sum()
    });
    let cases = engine.cases();
    let count = |wanted: fn(&CaseEvent) -> bool| {
        let all = ids.iter().flat_map(|id| &cases.get(id).unwrap().history);
        all.filter(|entry| wanted(&entry.event)).count()
    };
    assert_eq!(count(|e| matches!(e, CaseEvent::Noted { .. })), PEOPLE * NOTES);
    assert_eq!(count(|e| matches!(e, CaseEvent::Assigned { .. })), assigned);
    // Who decided had seen what came before.
    for id in &ids {
        for pair in cases.get(id).unwrap().history.windows(2) {
            let decided = !pair[1].event.adds_only();
            assert!(!decided || pair[1].on == pair[0].seq, "{pair:?}");
        }
    }
    assert_eq!(engine.view().network.corpus().len(), 36);
    engine.verify().unwrap();
    assert!(cases.same_as(&anew(&store)));
    std::mem::forget(engine);
    let again = open(Box::new(store));
    assert!(cases.same_as(&again.cases()));
    again.verify().unwrap();
    let _ = clock();
}

#[test]
fn a_bulk_change_is_all_or_none() {
    let engine = open(Box::new(store()));
    let ids: Vec<CaseId> = (0..3)
        .map(|n| engine.open_case(CaseSubject::Ring(ring(n)), "The house", "ann").unwrap())
        .collect();
    let assign = |cases: &Cases| -> Vec<CaseChange> {
        let change = |id: &CaseId| CaseChange {
            case: id.clone(),
            expected: cases.get(id).unwrap().version,
            events: vec![CaseEvent::Assigned { to: Some("bob".into()) }],
        };
        ids.iter().map(change).collect()
    };
    let before = engine.cases();
    let stale = assign(&before);
    note(&engine, &ids[2], "seen".into(), "cy");
    let outcome = engine.change_cases(&stale, "ann");
    assert!(matches!(outcome, Err(EngineError::StaleCase { ref case, .. }) if *case == ids[2]));
    assert!(engine.cases().iter().all(|case| case.assignee.is_none()));
    let head = engine.store().head().seq.0;
    let versions = engine.change_cases(&assign(&engine.cases()), "ann").unwrap();
    assert_eq!(versions, [Seq(head + 1), Seq(head + 2), Seq(head + 3)], "one append");
    assert!(engine.cases().iter().all(|case| case.assignee.as_deref() == Some("bob")));
    assert!(engine.change_cases(&[], "ann").unwrap().is_empty());
    // Who holds an older state sees that.
    assert!(before.iter().all(|case| case.assignee.is_none()));
}
