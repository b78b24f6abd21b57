//! What was cleared stays cleared: a pair judged not linked, and a value judged innocently shared, survive whatever comes
//! in later.

use crate::lab::{
    Row, applicant, engine, import, judge, memory, open, pair, undo, value, withdraw,
};
use ringer::{
    engine::{Engine, View},
    model::{Attribute, Bits, JudgementId, LinkStrength, PairVerdict, ValueVerdict},
};
use std::collections::BTreeMap;

/// Somebody of a ring of five who share a device and a payment account.
fn person(n: usize) -> Row {
    const NAMES: [&str; 5] =
        ["Ada Quill", "Bruno Tarn", "Cleo Lindqvist", "Edgar Okafor", "Fenna Nakamura"];
    let fields = [
        ("application_id", format!("A-{n}")),
        ("full_name", NAMES[n % 5].to_owned()),
        ("email", format!("p{n}@example.com")),
        ("phone", format!("+1 202 555 01{:02}", 10 + n)),
        ("device_id", "c02606452ead0001".to_owned()),
        ("bank_account_hash", "5f4dcc3b5aa765d61d8327deb882cf99".to_owned()),
        ("submitted_at", format!("2026-01-{:02}T10:00:00Z", n + 1)),
    ];
    fields.into_iter().map(|(column, text)| (column.to_owned(), text)).collect()
}

fn ring() -> Vec<Row> {
    (0..5).map(person).collect()
}

fn with(mut row: Row, fields: &[(&str, &str)]) -> Row {
    row.extend(fields.iter().map(|(column, text)| ((*column).to_owned(), (*text).to_owned())));
    row
}

fn bound(view: &View, a: &str, b: &str) -> bool {
    let (a, b) = (view.applicant(a).unwrap(), view.applicant(b).unwrap());
    let link = view.network.link_between(a, b).map(|ix| view.network.link(ix));
    link.is_some_and(|link| link.strength == LinkStrength::Ring)
}

/// A ring in which are cleared of each other, and what the judgement is.
fn cleared() -> (Engine, JudgementId) {
    let engine = engine();
    import(&engine, &ring());
    assert!(bound(&engine.view(), "A-0", "A-1"), "without a judgement they are bound");
    let id = judge(&engine, pair("A-0", "A-1", PairVerdict::NotLinked));
    assert!(!bound(&engine.view(), "A-0", "A-1"));
    (engine, id)
}

#[track_caller]
fn check(engine: &Engine, id: &JudgementId) {
    let view = engine.view();
    assert!(!bound(&view, "A-0", "A-1"), "they are bound again");
    assert!(view.judgements.iter().any(|j| j.id == *id), "the judgement is gone");
    engine.verify().unwrap();
}

#[test]
fn a_cleared_link_survives_the_same_file_again() {
    let (engine, id) = cleared();
    assert_eq!(import(&engine, &ring()), 0);
    check(&engine, &id);
}

#[test]
fn a_cleared_link_survives_new_versions_of_both() {
    let (engine, id) = cleared();
    let more = [("ship_street", "14 Linden Street"), ("ship_city", "Erie"), ("ship_state", "PA")];
    import(&engine, &[with(person(0), &more), with(person(1), &more)]);
    check(&engine, &id);
    // They share more than before, and the others still bind them into one ring.
    assert!(bound(&engine.view(), "A-0", "A-2"));
}

#[test]
fn a_cleared_link_survives_new_evidence_between_the_two_alone() {
    let (engine, id) = cleared();
    let file =
        [("resume_sha256", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")];
    import(&engine, &[with(person(0), &file), with(person(1), &file)]);
    check(&engine, &id);
}

#[test]
fn a_cleared_link_survives_another_application_of_one_of_them() {
    let (engine, id) = cleared();
    // The same person applies again: the applicant has two applications then.
    let again = with(person(0), &[("application_id", "A-9"), ("role", "Data engineer")]);
    import(&engine, &[again]);
    let view = engine.view();
    let whole = applicant(&view, view.applicant("A-0").unwrap());
    assert_eq!(whole, ["A-0".to_owned(), "A-9".to_owned()].into(), "one person");
    check(&engine, &id);
    assert!(!bound(&engine.view(), "A-9", "A-1"));
}

#[test]
fn a_cleared_link_survives_a_judgement_that_makes_one_of_them_somebody_else_too() {
    let (engine, id) = cleared();
    let same = judge(&engine, pair("A-0", "A-3", PairVerdict::Same));
    check(&engine, &id);
    assert!(!bound(&engine.view(), "A-3", "A-1"), "it holds for the whole person");
    withdraw(&engine, &same);
    check(&engine, &id);
    assert!(bound(&engine.view(), "A-3", "A-1"), "and for no others");
}

#[test]
fn a_cleared_link_survives_that_its_import_is_withdrawn_and_comes_again() {
    let (engine, id) = cleared();
    undo(&engine, &engine.imports()[0].id);
    assert!(engine.view().applicant("A-0").is_none());
    import(&engine, &ring());
    check(&engine, &id);
}

#[test]
fn a_cleared_link_survives_opening_the_store_again() {
    let store = memory();
    let engine = open(&store);
    import(&engine, &ring());
    let id = judge(&engine, pair("A-0", "A-1", PairVerdict::NotLinked));
    drop(engine);
    let again = open(&store);
    check(&again, &id);
    import(&again, &[with(person(7), &[("full_name", "Gustav Brandt")])]);
    check(&again, &id);
    withdraw(&again, &id);
    assert!(bound(&again.view(), "A-0", "A-1"), "until it is withdrawn");
}

#[test]
fn what_was_said_of_other_things_does_not_bring_a_cleared_link_back() {
    let (engine, id) = cleared();
    judge(&engine, pair("A-0", "A-1", PairVerdict::Different));
    judge(&engine, pair("A-0", "A-2", PairVerdict::Linked));
    let view = engine.view();
    let values = view.network.corpus().attribute_numbers().len();
    assert!(values > 0);
    for ix in 0..values {
        let attribute = view.network.corpus().attribute(ringer::model::AttributeIx::new(ix));
        judge(&engine, value(attribute, ValueVerdict::KnownBad));
    }
    check(&engine, &id);
}

/// The device of the ring, as the corpus has it.
fn device(view: &View) -> Attribute {
    let corpus = view.network.corpus();
    let all = (0..corpus.attribute_numbers().len()).map(ringer::model::AttributeIx::new);
    all.map(|ix| corpus.attribute(ix))
        .find(|a| a.kind == ringer::model::AttributeKind::Device)
        .unwrap()
}

fn counts(view: &View, attribute: &Attribute) -> BTreeMap<String, Bits> {
    let ix = view.network.corpus().index_of(attribute).unwrap();
    let evidence = view.network.links().flat_map(|link| &link.evidence);
    let told = evidence.filter(|e| e.attribute == Some(ix) && e.bits != Bits::ZERO);
    told.map(|e| (format!("{:?}{:?}", e.left, e.right), e.bits)).collect()
}

#[test]
fn a_value_judged_common_counts_for_nothing_whoever_comes_to_use_it() {
    let engine = engine();
    import(&engine, &ring());
    let device = device(&engine.view());
    assert!(!counts(&engine.view(), &device).is_empty());
    let id = judge(&engine, value(device.clone(), ValueVerdict::Common));
    let check = |engine: &Engine| {
        assert_eq!(counts(&engine.view(), &device), BTreeMap::new());
        engine.verify().unwrap();
    };
    check(&engine);
    import(&engine, &ring());
    check(&engine);
    let more: Vec<Row> = (10..16).map(person).collect();
    import(&engine, &more);
    check(&engine);
    import(&engine, &[with(person(0), &[("phone", "+1 202 555 0177")])]);
    check(&engine);
    judge(&engine, pair("A-0", "A-3", PairVerdict::Same));
    check(&engine);
    undo(&engine, &engine.imports()[0].id);
    import(&engine, &ring());
    check(&engine);
    withdraw(&engine, &id);
    assert!(!counts(&engine.view(), &device).is_empty(), "until it is withdrawn");
}
