//! Judgements bind until they are withdrawn, and leave nothing behind when they are.

use crate::{
    applications::{SYNTH, applications, cases},
    lab::{
        Row, applicant, engine_with, id, import, judge, memory, open, pair, rings, shape, value,
        withdraw,
    },
};
use proptest::{prelude::*, sample::Index};
use ringer::{
    engine::{Engine, View},
    model::{
        ApplicantIx, Attribute, AttributeIx, AttributeKind, Bits, LinkStrength, PairVerdict,
        RingStatus, ValueVerdict, Verdict,
    },
};

fn ends(view: &View, a: &str, b: &str) -> (ApplicantIx, ApplicantIx) {
    (view.applicant(a).unwrap(), view.applicant(b).unwrap())
}

fn linked(view: &View, a: ApplicantIx, b: ApplicantIx) -> bool {
    view.network
        .link_between(a, b)
        .is_some_and(|ix| view.network.link(ix).strength == LinkStrength::Ring)
}

/// What is wrong with how a judgement is obeyed, if anything.
pub fn broken(engine: &Engine, verdict: &Verdict) -> Option<String> {
    let view = engine.view();
    match verdict {
        Verdict::Pair { a, b, verdict } => {
            let (p, q) = ends(&view, a.as_str(), b.as_str());
            let obeyed = match verdict {
                PairVerdict::Same => p == q,
                PairVerdict::Different => p != q,
                // Two applications that are one person's belong together anyhow.
                PairVerdict::Linked => p == q || linked(&view, p, q),
                PairVerdict::NotLinked => p == q || !linked(&view, p, q),
            };
            (!obeyed).then(|| format!("{verdict:?} of {a} and {b} is not obeyed"))
        }
        Verdict::Value { attribute, verdict: ValueVerdict::Common } => {
            let ix = view.network.corpus().index_of(attribute)?;
            let counts = view
                .network
                .links()
                .flat_map(|link| &link.evidence)
                .find(|e| e.attribute == Some(ix) && e.bits != Bits::ZERO)?;
            Some(format!("{attribute:?} is common and counts: {counts:?}"))
        }
        _ => None,
    }
}

/// Judgements that cannot contradict each other: all of one verdict, or "different" and "same" each of pairs
/// that are not touched by the other.
fn judgements(rows: &[Row], picks: &[(Index, Index)], kind: u8) -> Vec<Verdict> {
    let verdict =
        [PairVerdict::Same, PairVerdict::Different, PairVerdict::Linked, PairVerdict::NotLinked]
            [usize::from(kind % 4)];
    picks
        .iter()
        .map(|(a, b)| (a.index(rows.len()), b.index(rows.len())))
        .filter(|(a, b)| a != b)
        .map(|(a, b)| pair(id(&rows[a]), id(&rows[b]), verdict))
        .collect()
}

proptest! {
    #![proptest_config(cases(20))]

    #[test]
    fn judgements_bind_through_imports_and_reopening(
        rows in applications(3..=24),
        picks in prop::collection::vec((any::<Index>(), any::<Index>()), 1..6),
        values in prop::collection::vec(any::<Index>(), 0..3),
        kind in 0_u8..4,
    ) {
        let store = memory();
        let engine = open(&store);
        let half = rows.len().div_ceil(2).max(2);
        import(&engine, &rows[..half]);
        let mut made = judgements(&rows[..half], &picks, kind);
        let view = engine.view();
        let corpus = view.network.corpus();
        for pick in values.iter().filter(|_| corpus.attribute_numbers().len() > 0) {
            let ix = AttributeIx::new(pick.index(corpus.attribute_numbers().len()));
            made.push(value(corpus.attribute(ix), ValueVerdict::Common));
        }
        for verdict in &made {
            judge(&engine, verdict.clone());
        }
        let check = |engine: &Engine| made.iter().find_map(|verdict| broken(engine, verdict));
        prop_assert_eq!(check(&engine), None, "at once");
        import(&engine, &rows);
        prop_assert_eq!(check(&engine), None, "after an import");
        drop(engine);
        prop_assert_eq!(check(&open(&store)), None, "after reopening");
    }

    #[test]
    fn a_judgement_that_is_withdrawn_leaves_persons_links_and_rings_as_they_were(
        rows in applications(2..=24),
        picks in prop::collection::vec((any::<Index>(), any::<Index>()), 1..4),
        value_pick in any::<Index>(),
        kind in 0_u8..6,
    ) {
        let engine = engine_with(&rows);
        let before = engine.view();
        let verdicts = match kind {
            0..4 => judgements(&rows, &picks, kind),
            _ => {
                let corpus = before.network.corpus();
                let n = corpus.attribute_numbers().len();
                let ix = AttributeIx::new(value_pick.index(n.max(1)));
                let verdict =
                    if kind == 4 { ValueVerdict::Common } else { ValueVerdict::KnownBad };
                (n > 0).then(|| value(corpus.attribute(ix), verdict)).into_iter().collect()
            }
        };
        let ids: Vec<_> = verdicts.into_iter().map(|v| judge(&engine, v)).collect();
        for id in ids.iter().rev() {
            withdraw(&engine, id);
        }
        let after = engine.view();
        prop_assert_eq!(shape(&before), shape(&after));
        prop_assert_eq!(ringer::engine::difference(&*before, &*after), None);
        prop_assert!(after.judgements.is_empty());
        prop_assert!(engine.verify().is_ok());
    }
}

#[test]
fn a_value_may_be_judged_common_before_anybody_uses_it() {
    let rows = &SYNTH[0];
    let first = engine_with(rows);
    let view = first.view();
    let binding = view.network.links().find(|l| {
        l.strength == LinkStrength::Ring && l.evidence.iter().any(|e| e.attribute.is_some())
    });
    let shared = binding.unwrap().evidence.iter().find_map(|e| e.attribute).unwrap();
    let verdict = value(view.network.corpus().attribute(shared).clone(), ValueVerdict::Common);
    let second = crate::lab::engine();
    judge(&second, verdict.clone());
    import(&second, rows);
    assert_eq!(broken(&second, &verdict), None);
    judge(&first, verdict);
    assert_eq!(shape(&first.view()), shape(&second.view()));
}

#[test]
fn an_unknown_value_or_application_is_judged_or_refused_and_never_breaks_anything() {
    let engine = engine_with(&SYNTH[0][..20]);
    let before = shape(&engine.view());
    let nobody = Attribute { kind: AttributeKind::Phone, value: "+12125550199".to_owned() };
    judge(&engine, value(nobody, ValueVerdict::KnownBad));
    let unknown = pair("A0000001", "nobody", PairVerdict::Same);
    assert!(engine.judge(unknown, "tester", "because").is_err());
    assert!(engine.judge(pair("A0000001", "A0000002", PairVerdict::Same), "tester", " ").is_err());
    assert_eq!(before, shape(&engine.view()));
}

#[test]
fn a_number_that_three_had_within_a_year_makes_a_ring_while_it_is_judged_bad_and_at_no_other_time()
{
    let owners = [
        ("Gerald Ostrander", "2025-08-03"),
        ("Nkechi Balogun", "2026-01-21"),
        ("Paulina Reyes", "2026-06-29"),
    ];
    let owner = |(i, (name, day)): (usize, &(&str, &str))| -> Row {
        [
            ("application_id", format!("owner-{i}")),
            ("full_name", (*name).to_owned()),
            ("phone", "+1 713 555 0164".to_owned()),
            ("submitted_at", format!("{day}T10:00:00Z")),
        ]
        .map(|(column, text)| (column.to_owned(), text))
        .into()
    };
    let rows: Vec<Row> =
        owners.iter().enumerate().map(owner).chain(SYNTH[0].iter().cloned()).collect();
    let engine = engine_with(&rows);
    let ring_of = |id| {
        let view = engine.view();
        view.ring_of(view.applicant(id).unwrap()).map(|ring| ring.members.len())
    };
    assert_eq!(ring_of("owner-0"), None);
    let number = Attribute { kind: AttributeKind::Phone, value: "+17135550164".to_owned() };
    let bad = judge(&engine, value(number, ValueVerdict::KnownBad));
    assert_eq!(ring_of("owner-0"), Some(3));
    withdraw(&engine, &bad);
    assert_eq!(ring_of("owner-0"), None);
}

/// Parts every link of a ring that has few of them, and takes that back; the applications of the ring.
pub fn part_and_take_back(engine: &Engine) -> crate::lab::Ids {
    let before = engine.view();
    let few = before.rings.iter().filter(|r| r.members.len() > 2).min_by_key(|r| r.links.len());
    let ring = few.unwrap();
    let first = |ix| applicant(&before, ix).into_iter().next().unwrap();
    let made: Vec<_> = ring
        .links
        .iter()
        .map(|&ix| before.network.link(ix))
        .map(|link| judge(engine, pair(&first(link.a), &first(link.b), PairVerdict::NotLinked)))
        .collect();
    let members = rings(&before)[ring.id.as_str()].clone();
    let parted = rings(&engine.view());
    assert!(!parted.values().any(|r| r.is_superset(&members)), "parting its links dissolves it");
    for id in &made {
        withdraw(engine, id);
    }
    members
}

#[test]
fn parting_every_link_of_a_ring_dissolves_it_and_withdrawing_brings_it_back() {
    let engine = engine_with(&SYNTH[0]);
    let before = engine.view();
    let members = part_and_take_back(&engine);
    assert_eq!(shape(&before), shape(&engine.view()));
    assert!(rings(&engine.view()).values().any(|r| *r == members));
}

#[test]
fn a_judgement_about_a_ring_changes_its_status_and_nothing_else() {
    let engine = engine_with(&SYNTH[0]);
    let before = engine.view();
    let ring = before.rings[0].id.clone();
    let verdict = ringer::model::RingStatus::Confirmed;
    let made = judge(&engine, Verdict::Ring { ring: ring.clone(), verdict });
    assert_eq!(engine.view().rings[0].status, verdict);
    assert_eq!(shape(&before), shape(&engine.view()));
    assert_eq!(before.lineage, engine.view().lineage);
    withdraw(&engine, &made);
    assert_eq!(before.rings, engine.view().rings);
}

#[test]
fn what_was_decided_about_a_ring_stays_with_its_people_however_judgements_are_withdrawn() {
    let engine = engine_with(&SYNTH[0]);
    let before = engine.view();
    let first = |ix| applicant(&before, ix).into_iter().next().unwrap();
    let decided = before.rings.iter().min_by_key(|r| r.members.len()).unwrap();
    // The one with the most applications: by them alone it would keep the id.
    let other = before.rings.iter().max_by_key(|r| r.members.len()).unwrap();
    let stranger = before.network.applicants().iter().map(|(ix, _)| ix);
    let stranger = stranger.filter(|&ix| before.ring_of(ix).is_none()).map(first).next().unwrap();
    let verdict = Verdict::Ring { ring: decided.id.clone(), verdict: RingStatus::Confirmed };
    judge(&engine, verdict);
    let members = rings(&before)[decided.id.as_str()].clone();
    let one = first(decided.members[0]);
    let tie = |to: &str| judge(&engine, pair(&one, to, PairVerdict::Linked));
    let (early, late) = (tie(&stranger), tie(&first(other.members[0])));
    withdraw(&engine, &early);
    withdraw(&engine, &late);
    let after = engine.view();
    let confirmed: Vec<_> =
        after.rings.iter().filter(|r| r.status == RingStatus::Confirmed).collect();
    assert_eq!(confirmed.len(), 1);
    for ring in &confirmed {
        assert_eq!(rings(&after)[ring.id.as_str()], members);
    }
    assert_eq!(shape(&before).rings, shape(&after).rings);
}
