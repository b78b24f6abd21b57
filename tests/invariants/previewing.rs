//! A preview tells what then happens, changes nothing, and knows what was decided since.

use crate::{
    applications::{SYNTH, applications, cases},
    lab::{
        Ids, Row, applicant, engine_with, id, import, judge, memory, open, pair, rings, shape,
        value, withdraw,
    },
};
use proptest::{prelude::*, sample::Index};
use ringer::{
    engine::{Changes, Effect, Engine, EngineError, Person, Proposed, Turn, View, What},
    model::{
        AttributeIx, JudgementId, LinkStrength, PairVerdict, RingStatus, ValueVerdict, Verdict,
    },
};
use std::collections::{BTreeMap, BTreeSet};

/// What a step proposes: a pair, a value, a ring, or the withdrawal of an earlier judgement.
fn proposal(
    engine: &Engine,
    rows: &[Row],
    made: &[JudgementId],
    (kind, one, other): (u8, Index, Index),
) -> Option<Proposed> {
    let view = engine.view();
    let corpus = view.network.corpus();
    let pairs =
        [PairVerdict::Same, PairVerdict::Different, PairVerdict::Linked, PairVerdict::NotLinked];
    match kind {
        0..4 => {
            let (a, b) = (one.index(rows.len()), other.index(rows.len()));
            let verdict = pairs[usize::from(kind)];
            (a != b).then(|| Proposed::Judge(pair(id(&rows[a]), id(&rows[b]), verdict)))
        }
        4 | 5 => {
            let n = corpus.attribute_numbers().len();
            let verdict = if kind == 4 { ValueVerdict::Common } else { ValueVerdict::KnownBad };
            let ix = (n > 0).then(|| AttributeIx::new(one.index(n)))?;
            Some(Proposed::Judge(value(corpus.attribute(ix).clone(), verdict)))
        }
        6 => {
            // A link of a ring: what people part most often.
            let links: Vec<_> = view.rings.iter().flat_map(|ring| ring.links.clone()).collect();
            let link = view.network.link(*links.get(one.index(links.len().max(1)))?);
            let first = |ix| applicant(&view, ix).into_iter().next().unwrap();
            let verdict = PairVerdict::NotLinked;
            Some(Proposed::Judge(pair(&first(link.a), &first(link.b), verdict)))
        }
        7 => {
            let ring =
                (!view.rings.is_empty()).then(|| &view.rings[one.index(view.rings.len())])?;
            let verdict = RingStatus::ALL[other.index(RingStatus::ALL.len())];
            Some(Proposed::Judge(Verdict::Ring { ring: ring.id.clone(), verdict }))
        }
        _ => {
            let id = (!made.is_empty()).then(|| made[one.index(made.len())].clone())?;
            view.judgements.iter().any(|j| j.id == id).then_some(Proposed::TakeBack(id))
        }
    }
}

fn do_it(engine: &Engine, proposed: &Proposed) -> Option<JudgementId> {
    match proposed {
        Proposed::Judge(verdict) => Some(judge(engine, verdict.clone())),
        Proposed::TakeBack(id) => {
            withdraw(engine, id);
            None
        }
    }
}

fn ids(people: &[Person]) -> Ids {
    people.iter().flat_map(|p| &p.applications).map(ToString::to_string).collect()
}

/// The rings that a preview says there will be, by their applications.
fn told(before: &View, changes: &Changes) -> BTreeSet<Ids> {
    let mut all: BTreeSet<Ids> = rings(before).into_values().collect();
    for change in &changes.rings {
        for ring in &change.before {
            assert!(all.remove(&ids(&ring.members)), "{change:?} is about no ring there is");
        }
    }
    all.extend(changes.rings.iter().flat_map(|c| &c.after).map(|ring| ids(&ring.members)));
    all
}

/// Which links bind, by the applications of their ends.
fn bound(view: &View) -> BTreeMap<(Ids, Ids), bool> {
    let ends = |a, b| (applicant(view, a), applicant(view, b));
    let links = view.network.links().map(|l| (ends(l.a, l.b), l.strength == LinkStrength::Ring));
    links.map(|((a, b), binds)| ((a.clone().min(b.clone()), a.max(b)), binds)).collect()
}

/// What is wrong with a preview, given the views before and after it was done.
fn wrong(effect: &Effect, before: &View, after: &View) -> Option<String> {
    let Some(changes) = &effect.changes else { return Some("no figures".to_owned()) };
    let happened = Changes::between(before, after);
    if *changes != happened {
        return Some(format!("told {changes:?}\nhappened {happened:?}"));
    }
    let now: BTreeSet<Ids> = rings(after).into_values().collect();
    if told(before, changes) != now {
        return Some(format!("the rings told are not those there are: {changes:?} {now:?}"));
    }
    let persons = shape(after).persons;
    let people = changes.persons.iter().flat_map(|c| &c.after);
    let strange = people.map(|p| ids(std::slice::from_ref(p))).find(|p| !persons.contains(p));
    if strange.is_some() || changes.persons.is_empty() != (shape(before).persons == persons) {
        return Some(format!("persons: {:?}", changes.persons));
    }
    let now = bound(after);
    for change in changes.links.iter().filter(|l| l.after.is_some()) {
        let (a, b) = (ids(std::slice::from_ref(&change.a)), ids(std::slice::from_ref(&change.b)));
        let key = (a.clone().min(b.clone()), a.max(b));
        if now.get(&key) != change.after.map(|s| s.binds).as_ref() {
            return Some(format!("{change:?} is not so"));
        }
    }
    let status = |view: &View| -> BTreeMap<String, RingStatus> {
        view.rings.iter().map(|r| (r.id.to_string(), r.status)).collect()
    };
    match &effect.status {
        Some((ring, was, will)) => {
            let of = |view| status(view).get(ring.as_str()).copied();
            let is_so = (of(before), of(after)) == (Some(*was), Some(*will))
                // It may have dissolved before its judgement is withdrawn.
                || of(after).is_none();
            (!is_so).then(|| format!("{:?} is not so", effect.status))
        }
        None => None,
    }
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn what_is_previewed_is_what_then_happens(
        rows in applications(2..=24),
        steps in prop::collection::vec((0_u8..10, any::<Index>(), any::<Index>()), 1..7),
    ) {
        check(&engine_with(&rows), &rows, &steps)?;
    }

    #[test]
    fn what_is_previewed_is_what_then_happens_among_many(
        slice in 0..SYNTH.len(),
        steps in prop::collection::vec((0_u8..10, any::<Index>(), any::<Index>()), 1..7),
    ) {
        check(&engine_with(&SYNTH[slice]), &SYNTH[slice], &steps)?;
    }
}

fn check(engine: &Engine, rows: &[Row], steps: &[(u8, Index, Index)]) -> Result<(), TestCaseError> {
    let mut made = Vec::new();
    for step in steps {
        let Some(proposed) = proposal(engine, rows, &made, *step) else { continue };
        let (before, head) = (engine.view(), engine.store().head().seq);
        let effect = engine.preview(&proposed).unwrap();
        prop_assert_eq!(engine.store().head().seq, head, "a preview records nothing");
        prop_assert!(
            std::sync::Arc::ptr_eq(&before, &engine.view()),
            "a preview publishes nothing"
        );
        made.extend(do_it(engine, &proposed));
        let after = engine.view();
        prop_assert_eq!(wrong(&effect, &before, &after), None, "{:?}", proposed);
        if let Proposed::Judge(verdict) = &proposed {
            prop_assert_eq!(effect.unmet, after.unmet(verdict));
        }
    }
    Ok(())
}

#[test]
fn a_ring_that_would_be_parted_is_told_in_parts_and_what_does_not_exist_is_refused() {
    let engine = engine_with(&SYNTH[0]);
    let view = engine.view();
    let mut turns = BTreeSet::new();
    for ring in view.rings.iter() {
        for &ix in &ring.links {
            let link = view.network.link(ix);
            // Some that do not bind by themselves belong to a ring because of others.
            if link.strength != LinkStrength::Ring {
                continue;
            }
            let first = |ix| applicant(&view, ix).into_iter().next().unwrap();
            let verdict = pair(&first(link.a), &first(link.b), PairVerdict::NotLinked);
            let effect = engine.preview(&Proposed::Judge(verdict)).unwrap();
            let changes = effect.changes.unwrap();
            assert!(changes.links.iter().any(|l| l.looses()), "{changes:?}");
            turns.extend(changes.rings.iter().map(|change| change.turn()));
        }
    }
    assert!(turns.contains(&Turn::Dissolves) && turns.contains(&Turn::Weighs), "{turns:?}");
    let unknown = Proposed::Judge(pair(id(&SYNTH[0][0]), "nobody", PairVerdict::Same));
    assert!(matches!(engine.preview(&unknown), Err(EngineError::NotFound { .. })));
    let unknown = Proposed::TakeBack(JudgementId::derive("nobody"));
    assert!(matches!(engine.preview(&unknown), Err(EngineError::NotFound { .. })));
}

#[test]
fn of_two_who_decide_about_one_thing_the_second_is_told_of_the_first() {
    let engine = engine_with(&SYNTH[0]);
    let view = engine.view();
    let ring = view.rings[0].id.clone();
    let decide = |by: &str, verdict, seen| {
        engine.judge_as_of(Verdict::Ring { ring: ring.clone(), verdict }, by, "because", Some(seen))
    };
    decide("ann", RingStatus::Confirmed, view.seq).unwrap();
    let refused = decide("bob", RingStatus::Dismissed, view.seq).unwrap_err();
    let EngineError::Overtaken { news } = refused else { panic!("{refused:?}") };
    assert!(matches!(&news[..], [n] if n.by == "ann" && matches!(n.what, What::Judged { .. })));
    assert_eq!(engine.view().rings[0].status, RingStatus::Confirmed, "nothing was recorded");
    // One's own decision is no news, and who has seen it may decide otherwise.
    decide("ann", RingStatus::Open, view.seq).unwrap();
    decide("bob", RingStatus::Dismissed, engine.view().seq).unwrap();
    assert_eq!(engine.view().decisions.len(), 3);
}

#[test]
fn a_ring_that_somebody_parted_meanwhile_is_not_decided_about_unseen() {
    let engine = engine_with(&SYNTH[0]);
    let view = engine.view();
    let few = view.rings.iter().filter(|r| r.members.len() > 2).min_by_key(|r| r.links.len());
    let ring = few.unwrap();
    let first = |ix| applicant(&view, ix).into_iter().next().unwrap();
    for &ix in &ring.links {
        let link = view.network.link(ix);
        judge(&engine, pair(&first(link.a), &first(link.b), PairVerdict::NotLinked));
    }
    let verdict = Verdict::Ring { ring: ring.id.clone(), verdict: RingStatus::Confirmed };
    let refused = engine.judge_as_of(verdict, "bob", "because", Some(view.seq)).unwrap_err();
    let EngineError::Overtaken { news } = refused else { panic!("{refused:?}") };
    assert!(news.iter().all(|n| n.by == "tester"), "{news:?}");
    assert!(news.iter().any(|n| matches!(n.what, What::Changed { .. })), "{news:?}");
}

#[test]
fn every_judgement_ever_made_is_kept_through_reopening_with_who_withdrew_it_and_why() {
    let store = memory();
    let rows = &SYNTH[0][..40];
    let engine = open(&store);
    import(&engine, rows);
    let kept = judge(&engine, pair(id(&rows[0]), id(&rows[1]), PairVerdict::Different));
    let gone = judge(&engine, pair(id(&rows[0]), id(&rows[2]), PairVerdict::Different));
    engine.withdraw(&gone, "bob", "mixed up").unwrap();
    let again = engine.withdraw(&gone, "eve", "me too").unwrap_err();
    assert!(matches!(again, EngineError::TakenBack { by, .. } if by == "bob"));
    let seen = |engine: &Engine| {
        let view = engine.view();
        let told: Vec<(JudgementId, Option<(String, String)>)> = view
            .decisions
            .iter()
            .map(|d| {
                let back = d.taken_back.as_ref().map(|b| (b.by.clone(), b.why.clone()));
                (d.judgement.id.clone(), back)
            })
            .collect();
        assert_eq!(view.decisions.in_force(), *view.judgements);
        told
    };
    let expected = [(kept, None), (gone, Some(("bob".to_owned(), "mixed up".to_owned())))].to_vec();
    assert_eq!(seen(&engine), expected);
    let whole = engine.view().decisions.clone();
    // Once from a snapshot, which dropping the engine writes, and once from the journal alone.
    drop(engine);
    let reopened = open(&store);
    assert_eq!(seen(&reopened), expected);
    assert!(reopened.view().decisions == whole);
}
