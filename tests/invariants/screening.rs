//! Screening changes nothing, and foretells what importing then brings about. It compares the newcomer with what is
//! near and at today's counts; importing computes everything anew. So the two may differ where the newcomer
//! changes what others are to each other, which is bounded here.

use crate::{
    applications::{SYNTH, applications, cases},
    lab::{Ids, Row, applicant, applications as parse, engine_with, id, import},
};
use proptest::prelude::*;
use ringer::engine::Engine;
use std::{collections::BTreeSet, sync::Arc};

/// What screening and importing say of one newcomer.
struct Told {
    /// Applications of the persons it is taken for.
    person: [Ids; 2],
    /// Rings it joins that existed before.
    rings: [BTreeSet<String>; 2],
}

fn tell(engine: &Engine, newcomer: &Row) -> Told {
    let before = engine.view();
    let foretold = engine.screen(&parse(std::slice::from_ref(newcomer))[0]);
    let person = foretold
        .matches
        .iter()
        .filter(|m| m.same_person)
        .flat_map(|m| applicant(&before, before.applicant(m.applicant_id.as_str()).unwrap()))
        .collect();
    import(engine, std::slice::from_ref(newcomer));
    let after = engine.view();
    let me = after.applicant(id(newcomer)).unwrap();
    let mut then = applicant(&after, me);
    then.remove(id(newcomer));
    let known: BTreeSet<String> = before.rings.iter().map(|r| r.id.to_string()).collect();
    let joined = after.ring_of(me).map(|r| r.id.to_string()).filter(|id| known.contains(id));
    let rings = foretold.rings.iter().map(ToString::to_string).collect();
    Told { person: [person, then], rings: [rings, joined.into_iter().collect()] }
}

proptest! {
    #![proptest_config(cases(20))]

    #[test]
    fn screening_changes_nothing_and_says_the_same_again(rows in applications(3..=24)) {
        let (newcomer, stored) = rows.split_last().unwrap();
        let engine = engine_with(stored);
        let (view, head) = (engine.view(), engine.store().head());
        let newcomer = parse(std::slice::from_ref(newcomer)).remove(0);
        let first = engine.screen(&newcomer);
        prop_assert_eq!(&first, &engine.screen(&newcomer));
        prop_assert!(Arc::ptr_eq(&view, &engine.view()));
        prop_assert_eq!(head, engine.store().head());
        prop_assert!(first.matches.iter().all(|m| view.applicant(m.applicant_id.as_str()).is_some()));
        prop_assert!(first.rings.iter().all(|r| view.rings.iter().any(|ring| ring.id == *r)));
    }
}

#[test]
fn what_screening_foretells_of_synthetic_newcomers_is_what_importing_them_brings_about() {
    let rows = &SYNTH[0];
    let (stored, newcomers): (Vec<_>, Vec<_>) =
        rows.iter().cloned().enumerate().partition(|(n, _)| n % 9 != 4);
    let plain = |rows: Vec<(usize, Row)>| rows.into_iter().map(|(_, row)| row).collect::<Vec<_>>();
    let (stored, newcomers) = (plain(stored), plain(newcomers));
    let engine = engine_with(&stored);
    let mut wrong: Vec<String> = Vec::new();
    let (mut persons, mut rings) = (0, 0);
    for newcomer in &newcomers {
        let told = tell(&engine, newcomer);
        persons += usize::from(!told.person[1].is_empty());
        rings += usize::from(!told.rings[1].is_empty());
        if told.person[0] != told.person[1] || told.rings[0] != told.rings[1] {
            wrong.push(format!(
                "{}: person {:?} then {:?}, rings {:?} then {:?}",
                id(newcomer),
                told.person[0],
                told.person[1],
                told.rings[0],
                told.rings[1]
            ));
        }
    }
    assert!(persons > 5 && rings > 2, "{persons} and {rings} are too few to prove anything");
    assert!(wrong.len() <= newcomers.len() / 20, "\n{}", wrong.join("\n"));
}

#[test]
fn a_known_application_screened_again_is_taken_for_its_person() {
    let rows = &SYNTH[0];
    let engine = engine_with(rows);
    let view = engine.view();
    let mut missed = Vec::new();
    for row in rows.iter().step_by(9) {
        let mut copy = row.clone();
        copy.insert("application_id".to_owned(), "copy".to_owned());
        let told = engine.screen(&parse(&[copy])[0]);
        let whose = view.applicant(id(row)).unwrap();
        let expected = &view.network.applicant(whose).id;
        if !told.matches.iter().any(|m| m.same_person && m.applicant_id == *expected) {
            missed.push(id(row));
        }
    }
    assert!(missed.is_empty(), "{missed:?}");
}
