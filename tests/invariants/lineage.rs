//! A ring changes only through evidence, a judgement or the policy, and every change is an event that says through
//! what: replaying the events gives today's rings.

use crate::{
    applications::{SYNTH, applications, cases},
    lab::{Ids, Row, clock, engine, id, import, judge, memory, open, pair, rings, undo, withdraw},
};
use proptest::{prelude::*, sample::Index};
use ringer::{
    engine::{Engine, Recorded, View},
    matching::Policy,
    model::{Cause, JudgementId, LineageKind, PairVerdict},
};
use std::collections::BTreeMap;

/// What the events of a view add up to: the applications of each ring that is left.
fn replayed(view: &View) -> BTreeMap<String, Ids> {
    let mut events: Vec<&Recorded> =
        view.lineage.iter().flat_map(|(_, events)| events).map(|e| &**e).collect();
    events.sort_by_key(|e| e.seq);
    let mut rings = BTreeMap::new();
    for recorded in events {
        let event = &recorded.event;
        let members: Ids = event.members.iter().map(ToString::to_string).collect();
        if members.is_empty() {
            rings.remove(event.ring.as_str());
        } else {
            rings.insert(event.ring.to_string(), members);
        }
    }
    rings
}

/// What is wrong with how the step from one view to the next is recorded, if anything.
fn unaccounted(before: &View, after: &View, through: &dyn Fn(&Cause) -> bool) -> Option<String> {
    if replayed(after) != rings(after) {
        return Some(format!("events give {:?}, rings are {:?}", replayed(after), rings(after)));
    }
    let new = |ring: &String| -> Vec<&Recorded> {
        let events = after.lineage.iter().find(|(id, _)| id.as_str() == ring);
        let events = events.map_or(&[][..], |(_, events)| events);
        events.iter().map(|e| &**e).filter(|e| e.seq > before.seq).collect()
    };
    let (then, now) = (rings(before), rings(after));
    for ring in then.keys().chain(now.keys()) {
        let events = new(ring);
        if (then.get(ring) != now.get(ring)) == events.is_empty() {
            return Some(format!(
                "{ring}: {:?} then, {:?} now: {events:?}",
                then.get(ring),
                now.get(ring)
            ));
        }
        for recorded in events {
            if !through(&recorded.event.cause) {
                return Some(format!("{ring}: not the cause: {recorded:?}"));
            }
            let born = matches!(
                recorded.event.kind,
                LineageKind::Born | LineageKind::Split | LineageKind::Revived
            );
            if born == then.contains_key(ring) {
                return Some(format!("{ring}: not what happened: {recorded:?}"));
            }
        }
    }
    None
}

fn by_evidence(cause: &Cause) -> bool {
    matches!(cause, Cause::Evidence { applications, .. } if !applications.is_empty())
}

fn by_judgement(id: &JudgementId) -> impl Fn(&Cause) -> bool {
    move |cause| matches!(cause, Cause::Judgement { id: named } if named == id)
}

fn verdict(n: u8) -> PairVerdict {
    [PairVerdict::Same, PairVerdict::Different, PairVerdict::Linked, PairVerdict::NotLinked]
        [usize::from(n % 4)]
}

/// Imports in portions with a judgement after each, of which every other is taken back, and every third portion as well.
fn live(
    engine: &Engine,
    rows: &[Row],
    portion: usize,
    picks: &[(Index, Index, u8)],
) -> Option<String> {
    let mut picks = picks.iter();
    for (n, end) in
        (0..rows.len()).step_by(portion).map(|s| (s + portion).min(rows.len())).enumerate()
    {
        let before = engine.view();
        import(engine, &rows[end - (end - 1) % portion - 1..end]);
        let problem = unaccounted(&before, &engine.view(), &by_evidence);
        if problem.is_some() {
            return problem;
        }
        if n % 3 == 2 {
            let before = engine.view();
            let id = engine.imports()[0].id.clone();
            undo(engine, &id);
            let by_withdrawal = |cause: &Cause| *cause == Cause::ImportWithdrawn { id: id.clone() };
            let problem = unaccounted(&before, &engine.view(), &by_withdrawal);
            if problem.is_some() {
                return problem;
            }
            import(engine, &rows[end - (end - 1) % portion - 1..end]);
        }
        let Some((a, b, kind)) = picks.next() else { continue };
        let (a, b) = (a.index(end), b.index(end));
        if a == b {
            continue;
        }
        let before = engine.view();
        let made = judge(engine, pair(id(&rows[a]), id(&rows[b]), verdict(*kind)));
        let problem = unaccounted(&before, &engine.view(), &by_judgement(&made));
        if problem.is_some() {
            return problem;
        }
        if n % 2 == 1 {
            let before = engine.view();
            withdraw(engine, &made);
            let problem = unaccounted(&before, &engine.view(), &by_judgement(&made));
            if problem.is_some() {
                return problem;
            }
        }
    }
    None
}

proptest! {
    #![proptest_config(cases(16))]

    #[test]
    fn every_change_of_a_ring_is_an_event_that_names_its_cause(
        rows in applications(4..=36),
        portion in 3_usize..12,
        picks in prop::collection::vec((any::<Index>(), any::<Index>(), any::<u8>()), 8),
    ) {
        prop_assert_eq!(live(&engine(), &rows, portion, &picks), None);
    }
}

#[test]
fn every_change_of_a_ring_in_synthetic_data_is_an_event_that_names_its_cause() {
    let engine = engine();
    assert_eq!(live(&engine, &SYNTH[1], 125, &[]), None);
    assert!(!engine.view().lineage.is_empty());
}

#[test]
fn a_ring_that_changes_with_the_policy_says_so() {
    let store = memory();
    let engine = open(&store);
    import(&engine, &SYNTH[0]);
    let before = engine.view();
    assert!(!before.rings.is_empty());
    drop(engine);
    let mut strict = Policy::default();
    strict.ring.min_families = 9;
    strict.ring.min_identities = 9;
    strict.ring.unique_strong = ringer::model::Bits::new(99.0);
    let engine = Engine::open(store(), strict, clock()).unwrap();
    let after = engine.view();
    assert!(after.rings.len() < before.rings.len());
    assert_eq!(unaccounted(&before, &after, &|cause| *cause == Cause::Policy), None);
}

#[test]
fn a_view_in_which_no_ring_changes_records_nothing() {
    let engine = engine();
    import(&engine, &SYNTH[0]);
    let before = engine.view();
    let newcomer = Row::from([
        ("application_id".to_owned(), "new".to_owned()),
        ("full_name".to_owned(), "Ottoline Quist".to_owned()),
        ("email".to_owned(), "ottoline.quist@example.org".to_owned()),
    ]);
    import(&engine, &[newcomer]);
    assert_eq!(before.lineage, engine.view().lineage);
}
