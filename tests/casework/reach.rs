//! What a case covers when its rings merge, split and come back.

use super::lab::{Person, case, engine, import, refused, ring_of, rows};
use ringer::{
    casework::{Checklist, Follower, Role},
    engine::Engine,
    model::{CaseId, CheckItem, CheckResult, PairVerdict, RingId, Verdict},
};

fn covered(engine: &Engine, id: &CaseId) -> Vec<RingId> {
    let view = engine.view();
    let reach = Follower::new(&view).reach(&case(engine, id));
    reach.covered.iter().map(|covered| covered.ring.id.clone()).collect()
}

fn story(engine: &Engine, id: &CaseId) -> String {
    let view = engine.view();
    let reach = Follower::new(&view).reach(&case(engine, id));
    let steps = reach.covered.iter().flat_map(|covered| &covered.story);
    let gone = reach.gone.iter().flat_map(|gone| &gone.story);
    steps.chain(gone).map(|step| step.text.clone()).collect::<Vec<_>>().join("\n")
}

/// People who use what both groups use.
const BETWEEN: &str = "application_id,full_name,email,device_id,bank_account_hash,submitted_at\n\
    B1,Petra Sand,petra.sand@example.com,device-0,account-1,2026-02-01\n\
    B2,Omar Vance,omar.vance@example.com,device-1,account-0,2026-02-03\n\
    B3,Lena Brook,lena.brook@example.com,device-0,account-1,2026-02-05\n\
    B4,Hugo Marsh,hugo.marsh@example.com,device-1,account-0,2026-02-07\n";

#[test]
fn a_case_goes_along_when_its_ring_is_merged_and_back_when_that_is_undone() {
    let engine = engine();
    let (one, two) = (ring_of(&engine, "G0N0"), ring_of(&engine, "G1N0"));
    let ann = Person::new(&engine, "ann", Role::Investigator);
    let (a, b) = (ann.open(&one).unwrap(), ann.open(&two).unwrap());
    assert_eq!(
        (covered(&engine, &a), covered(&engine, &b)),
        (vec![one.clone()], vec![two.clone()])
    );
    import(&engine, BETWEEN);
    let whole = ring_of(&engine, "G0N0");
    assert_eq!(whole, ring_of(&engine, "G1N0"), "they merged");
    assert_eq!(covered(&engine, &a), [whole.clone()]);
    assert_eq!(covered(&engine, &b), [whole.clone()]);
    let told = [story(&engine, &a), story(&engine, &b)].join("");
    assert!(told.contains(&format!("was merged into {whole}")), "{told}");
    let view = engine.view();
    let both = Follower::new(&view).covering(&engine.cases(), &whole);
    assert_eq!(both.len(), 2);
    // Nobody opens a third.
    refused(ann.open(&whole), "has an open case");
    // The import is undone: both are there again, and each case has its own.
    let import = engine.imports()[0].id.clone();
    engine.withdraw_import(&import, "ann", "the wrong file").unwrap();
    assert_eq!((covered(&engine, &a), covered(&engine, &b)), (vec![one], vec![two]));
}

#[test]
fn a_case_covers_the_parts_of_its_ring_and_not_those_of_a_ring_that_joined_later() {
    let engine = engine();
    import(&engine, BETWEEN);
    let whole = ring_of(&engine, "G0N0");
    let ann = Person::new(&engine, "ann", Role::Investigator);
    let id = ann.open(&whole).unwrap();
    let import = engine.imports()[0].id.clone();
    engine.withdraw_import(&import, "ann", "the wrong file").unwrap();
    let (one, two) = (ring_of(&engine, "G0N0"), ring_of(&engine, "G1N0"));
    assert_ne!(one, two);
    let mut both = vec![one, two];
    both.sort();
    assert_eq!(covered(&engine, &id), both);
    let told = story(&engine, &id);
    assert!(told.contains("split off from") || told.contains("came back out of"), "{told}");
}

#[test]
fn a_case_about_a_ring_that_dissolved_says_so() {
    let engine = engine();
    let ring = ring_of(&engine, "G0N0");
    let ann = Person::new(&engine, "ann", Role::Investigator);
    let id = ann.open(&ring).unwrap();
    let import = engine.imports()[0].id.clone();
    engine.withdraw_import(&import, "ann", "the wrong file").unwrap();
    assert!(covered(&engine, &id).is_empty());
    let view = engine.view();
    let reach = Follower::new(&view).reach(&case(&engine, &id));
    assert_eq!(reach.gone[0].linked, ring);
    assert!(story(&engine, &id).contains("dissolved"), "{}", story(&engine, &id));
    import_again(&engine);
    assert_eq!(covered(&engine, &id), [ring]);
}

fn import_again(engine: &Engine) {
    import(engine, &rows(0..2, 0..5));
}

#[test]
fn the_checklist_counts_every_member_of_every_ring_once() {
    let engine = engine();
    let ring = ring_of(&engine, "G0N0");
    let ann = Person::new(&engine, "ann", Role::Investigator);
    let id = ann.open(&ring).unwrap();
    for (application, result) in [
        ("G0N0", CheckResult::Confirmed),
        ("G0N1", CheckResult::Refuted),
        ("G0N1", CheckResult::Inconclusive),
        ("G1N0", CheckResult::Confirmed),
    ] {
        let application = application.parse().unwrap();
        engine.check(&application, CheckItem::Employment, result, "ann", "called").unwrap();
    }
    let view = engine.view();
    let reach = Follower::new(&view).reach(&case(&engine, &id));
    let list = Checklist::of(&case(&engine, &id), &reach, &view);
    assert_eq!((list.members.len(), list.done()), (5, (2, 5 * CheckItem::ALL.len())));
    let tallies = list.tallies();
    let employment = tallies.iter().find(|t| t.item == CheckItem::Employment).unwrap();
    assert_eq!((employment.confirmed, employment.refuted), (1, 0));
    assert_eq!((employment.inconclusive, employment.open), (1, 3));
}

#[test]
fn a_case_keeps_a_ring_that_a_judgement_takes_a_member_from() {
    let engine = engine();
    let ring = ring_of(&engine, "G0N0");
    let ann = Person::new(&engine, "ann", Role::Investigator);
    let id = ann.open(&ring).unwrap();
    for other in ["G0N0", "G0N1", "G0N2", "G0N3"] {
        let pair =
            Verdict::pair("G0N4".parse().unwrap(), other.parse().unwrap(), PairVerdict::NotLinked);
        engine.judge(pair.unwrap(), "ann", "met in person").unwrap();
    }
    assert_eq!(covered(&engine, &id), [ring]);
}
