//! The rules: who may do what, and that two persons agree to a referral on the same evidence.

use super::lab::{Person, case, confirm, engine, import, judge, refused, ring_of, rows};
use ringer::{
    casework::{Actor, CaseError, Follower, Ground, Permission, Role},
    engine::{CaseChange, Engine, EngineError},
    ingest::{self, Input, Options},
    model::{CaseEvent, CaseId, CaseStatus, CaseSubject, RingId, RingStatus, Seq},
    web::Desk,
};
use std::io::Cursor;

/// Something that happens to a case, or to its ring.
type Change = dyn Fn(&Engine, &CaseId, &RingId);

/// A case about a confirmed ring, proposed for referral by ann.
fn proposed(engine: &Engine) -> (CaseId, RingId) {
    let ring = ring_of(engine, "G0N0");
    confirm(engine, &ring);
    let ann = Person::new(engine, "ann", Role::Investigator);
    let id = ann.open(&ring).unwrap();
    ann.set(&id, CaseStatus::SuspectedRing).unwrap();
    ann.propose(&id).unwrap();
    (id, ring)
}

#[test]
fn a_viewer_may_do_nothing_and_an_investigator_everything_but_refer() {
    let engine = engine();
    let (id, ring) = proposed(&engine);
    let viewer = Person::new(&engine, "vic", Role::Viewer);
    let bob = Person::new(&engine, "bob", Role::Investigator);
    for outcome in [
        viewer.open(&ring).map(drop),
        viewer.act(&id, vec![CaseEvent::Noted { text: "hi".into() }]).map(drop),
        viewer.set(&id, CaseStatus::Closed).map(drop),
    ] {
        assert!(matches!(outcome, Err(CaseError::Forbidden { what: Permission::Judge, .. })));
    }
    let refer = bob.set(&id, CaseStatus::ReferralReady);
    assert!(matches!(refer, Err(CaseError::Forbidden { what: Permission::Refer, .. })));
    bob.act(&id, vec![CaseEvent::Assigned { to: Some("bob".into()) }]).unwrap();
}

#[test]
fn a_case_is_referral_ready_when_two_persons_looked_at_the_same_evidence() {
    let engine = engine();
    let (id, ring) = proposed(&engine);
    let sue = Person::new(&engine, "sue", Role::Supervisor);
    let seen = case(&engine, &id).version;
    sue.set(&id, CaseStatus::ReferralReady).unwrap();
    let case = case(&engine, &id);
    assert_eq!((case.status, &case.proposal), (CaseStatus::ReferralReady, &None));
    let last = case.last().unwrap();
    assert_eq!((last.by.as_str(), last.on), ("sue", seen));
    let basis = case.basis.as_ref().unwrap();
    assert_eq!((&basis.rings[0].ring, basis.rings[0].applications), (&ring, 5));
    // What was agreed on stays as it is.
    refused(
        sue.act(&id, vec![CaseEvent::RingLinked { ring: ring_of(&engine, "G1N0") }]),
        "set it back",
    );
    let bob = Person::new(&engine, "bob", Role::Investigator);
    assert!(matches!(bob.set(&id, CaseStatus::Closed), Err(CaseError::Forbidden { .. })));
    sue.set(&id, CaseStatus::SuspectedRing).unwrap();
}

#[test]
fn nobody_agrees_to_their_own_proposal_under_any_spelling() {
    let engine = engine();
    let (id, _) = proposed(&engine);
    for name in ["ann", "ANN", " Ann ", "ａｎｎ", "a\u{200b}nn", "ann\u{2060}"] {
        let same = Person::new(&engine, name, Role::Administrator);
        refused(same.set(&id, CaseStatus::ReferralReady), "somebody else who may refer");
    }
    // Nor in one breath with a proposal of their own in place of hers.
    let sue = Person::new(&engine, "sue", Role::Supervisor);
    let both = vec![CaseEvent::propose("none"), CaseEvent::set(CaseStatus::ReferralReady, "yes")];
    refused(sue.act(&id, both), "sue proposed this");
    assert_eq!(case(&engine, &id).proposal.unwrap().by, "ann", "all or none");
}

#[test]
fn a_proposal_that_was_taken_back_or_never_made_refers_nothing() {
    let engine = engine();
    let (id, _) = proposed(&engine);
    let (ann, sue) = (
        Person::new(&engine, "ann", Role::Investigator),
        Person::new(&engine, "sue", Role::Supervisor),
    );
    let bob = Person::new(&engine, "bob", Role::Investigator);
    let decline = || vec![CaseEvent::ReferralDeclined { why: "too thin".into() }];
    assert!(matches!(bob.act(&id, decline()), Err(CaseError::Forbidden { .. })));
    ann.act(&id, decline()).unwrap();
    refused(sue.set(&id, CaseStatus::ReferralReady), "nobody has proposed it");
    refused(sue.act(&id, decline()), "no referral is proposed");
    ann.propose(&id).unwrap();
    // A new status ends it too.
    ann.set(&id, CaseStatus::Linked).unwrap();
    refused(sue.set(&id, CaseStatus::ReferralReady), "nobody has proposed it");
    refused(ann.propose(&id), "suspected ring");
}

#[test]
fn evidence_that_changed_since_the_proposal_has_to_be_proposed_again() {
    // Another member, a judgement withdrawn and made again, a ring more.
    let grows = |engine: &Engine, _: &CaseId, _: &RingId| import(engine, &rows([0], 5..6));
    let judged_again = |engine: &Engine, _: &CaseId, ring: &RingId| {
        judge(engine, ring, RingStatus::Dismissed);
        confirm(engine, ring);
    };
    let linked = |engine: &Engine, id: &CaseId, _: &RingId| {
        let other = ring_of(engine, "G1N0");
        confirm(engine, &other);
        let bob = Person::new(engine, "bob", Role::Investigator);
        bob.act(id, vec![CaseEvent::RingLinked { ring: other }]).unwrap();
    };
    let changes: [(&Change, &str); 3] = [
        (&grows, "6 applications instead of 5"),
        (&judged_again, "was judged again"),
        (&linked, "has become part of the case"),
    ];
    for (change, says) in changes {
        let engine = engine();
        let (id, ring) = proposed(&engine);
        let sue = Person::new(&engine, "sue", Role::Supervisor);
        change(&engine, &id, &ring);
        refused(sue.set(&id, CaseStatus::ReferralReady), says);
        Person::new(&engine, "ann", Role::Investigator).propose(&id).unwrap();
        sue.set(&id, CaseStatus::ReferralReady).unwrap();
    }
    // What has nothing to do with it changes nothing.
    let engine = engine();
    let (id, _) = proposed(&engine);
    import(&engine, &rows([1], 5..6));
    Person::new(&engine, "sue", Role::Supervisor).set(&id, CaseStatus::ReferralReady).unwrap();
}

#[test]
fn the_ladder_asks_for_a_judgement_in_force() {
    let engine = engine();
    let ring = ring_of(&engine, "G0N0");
    let ann = Person::new(&engine, "ann", Role::Investigator);
    let id = ann.open(&ring).unwrap();
    refused(ann.set(&id, CaseStatus::SuspectedRing), "no judgement in force confirms");
    ann.set(&id, CaseStatus::ProbablyOrdinary).unwrap();
    let judgement = confirm(&engine, &ring);
    let view = engine.view();
    let (cases, follower) = (engine.cases(), Follower::new(&view));
    let ground = Ground { view: &view, cases: &cases, follower: &follower, attachments: None };
    let overtaken = ground.overtaken(&case(&engine, &id)).unwrap();
    assert!(overtaken.contains("is confirmed"), "{overtaken}");
    let choices = ground.choices(&case(&engine, &id), &ann.actor);
    let against: Vec<bool> = choices.iter().map(|choice| choice.against.is_some()).collect();
    assert_eq!(against, [false, false, true, false], "{choices:?}");
    ann.set(&id, CaseStatus::SuspectedRing).unwrap();
    refused(ann.set(&id, CaseStatus::ProbablyOrdinary), "is confirmed");
    engine.withdraw(&judgement, "ann", "twins").unwrap();
    let view = engine.view();
    let (cases, follower) = (engine.cases(), Follower::new(&view));
    let ground = Ground { view: &view, cases: &cases, follower: &follower, attachments: None };
    let overtaken = ground.overtaken(&case(&engine, &id)).unwrap();
    assert!(overtaken.contains("no judgement in force"), "{overtaken}");
    refused(ann.propose(&id), "no judgement in force");
}

#[test]
fn a_closed_case_takes_notes_only_and_opens_again_with_a_reason() {
    let engine = engine();
    let ring = ring_of(&engine, "G0N0");
    let ann = Person::new(&engine, "ann", Role::Investigator);
    let id = ann.open(&ring).unwrap();
    refused(ann.act(&id, vec![CaseEvent::set(CaseStatus::Closed, " ")]), "a reason");
    ann.set(&id, CaseStatus::Closed).unwrap();
    refused(ann.act(&id, vec![CaseEvent::Assigned { to: None }]), "this case is closed");
    ann.act(&id, vec![CaseEvent::Noted { text: "they called again".into() }]).unwrap();
    // The ring may have another case meanwhile, and then the first one stays closed.
    let second = ann.open(&ring).unwrap();
    let reopened = ann.set(&id, CaseStatus::Linked);
    assert!(
        matches!(&reopened, Err(CaseError::Engine(EngineError::CaseOpen { case, .. })) if *case == second),
        "{reopened:?}"
    );
    ann.set(&second, CaseStatus::Closed).unwrap();
    ann.set(&id, CaseStatus::Linked).unwrap();
}

#[test]
fn a_version_that_is_still_to_come_is_no_way_around_the_rules() {
    let engine = engine();
    let (id, _) = proposed(&engine);
    let next = Seq(engine.store().head().seq.0 + 1);
    let ann = Person::new(&engine, "ann", Role::Supervisor);
    // Whatever becomes fact number `next`, ann has not seen it and proposed this herself.
    let outcome = ann.act_on(&id, next, vec![CaseEvent::set(CaseStatus::ReferralReady, "yes")]);
    assert!(matches!(outcome, Err(CaseError::Engine(EngineError::NotFound { .. }))), "{outcome:?}");
    // Nor does a file come to a case that somebody made ready meanwhile.
    let seen = case(&engine, &id).version;
    Person::new(&engine, "sue", Role::Supervisor).set(&id, CaseStatus::ReferralReady).unwrap();
    let file = CaseEvent::Attached {
        sha256: ringer::model::FileHash::of(&[1; 32]).unwrap(),
        name: "a.pdf".into(),
        media_type: "application/pdf".into(),
        bytes: 1,
    };
    let outcome = engine.change_case(&id, seen, file, "ann");
    assert!(matches!(outcome, Err(EngineError::Refused(_))), "{outcome:?}");
}

#[test]
fn a_stale_decision_is_refused_with_what_changed_and_a_note_is_not() {
    let engine = engine();
    let ring = ring_of(&engine, "G0N0");
    let (ann, bob) = (
        Person::new(&engine, "ann", Role::Investigator),
        Person::new(&engine, "bob", Role::Investigator),
    );
    let id = ann.open(&ring).unwrap();
    let seen = case(&engine, &id).version;
    ann.act_on(&id, seen, vec![CaseEvent::Assigned { to: Some("ann".into()) }]).unwrap();
    let stale = bob.act_on(&id, seen, vec![CaseEvent::set(CaseStatus::Closed, "a family")]);
    let Err(CaseError::Engine(EngineError::StaleCase { since, .. })) = &stale else {
        panic!("{stale:?}")
    };
    assert_eq!((since.len(), since[0].by.as_str()), (1, "ann"));
    assert!(stale.unwrap_err().to_string().contains("ann assigned it to ann"));
    bob.act_on(&id, seen, vec![CaseEvent::Noted { text: "saw them".into() }]).unwrap();
    let last = case(&engine, &id).last().unwrap().clone();
    assert_eq!((last.on, last.by.as_str()), (seen, "bob"));
    // A version that never was is no version.
    for version in [Seq(0), Seq(u64::MAX), Seq(seen.0 + 1_000)] {
        let outcome = bob.act_on(&id, version, vec![CaseEvent::Noted { text: "x".into() }]);
        assert!(
            matches!(outcome, Err(CaseError::Engine(EngineError::NotFound { .. }))),
            "{outcome:?}"
        );
    }
}

#[test]
fn a_ring_has_one_open_case_also_under_two_who_open_it_at_once() {
    let engine = engine();
    let ring = ring_of(&engine, "G0N0");
    let made = std::thread::scope(|scope| {
        let all: Vec<_> = (0..8)
            .map(|n| {
                let (engine, ring) = (&engine, &ring);
                scope.spawn(move || {
                    Person::new(engine, &format!("user {n}"), Role::Investigator).open(ring).is_ok()
                })
            })
            .collect();
        all.into_iter().filter(|_| true).map(|t| t.join().unwrap()).filter(|made| *made).count()
    });
    assert_eq!(made, 1);
    let ann = Person::new(&engine, "ann", Role::Investigator);
    refused(ann.open(&ring), "has an open case");
    let other = ann.open(&ring_of(&engine, "G1N0")).unwrap();
    refused(ann.act(&other, vec![CaseEvent::RingLinked { ring }]), "has an open case");
    let nobody = CaseSubject::Ring(RingId::derive("nobody"));
    let view = engine.view();
    let work = ringer::casework::Casework { engine: &engine, view: &view, attachments: None };
    refused(work.open(&ann.actor, nobody, "x"), "no ring has the id");
    let nobody = CaseSubject::Applicant("NOBODY".parse().unwrap());
    refused(work.open(&ann.actor, nobody, "x"), "no application has the id");
}

#[test]
fn a_note_is_struck_by_its_author_or_a_supervisor() {
    let engine = engine();
    let (ann, bob) = (
        Person::new(&engine, "ann", Role::Investigator),
        Person::new(&engine, "bob", Role::Investigator),
    );
    let sue = Person::new(&engine, "sue", Role::Supervisor);
    let id = ann.open(&ring_of(&engine, "G0N0")).unwrap();
    let note = |text: &str| ann.act(&id, vec![CaseEvent::Noted { text: text.into() }]).unwrap();
    let strike = |note| vec![CaseEvent::NoteStruck { note, why: "the wrong case".into() }];
    let (one, two) = (note("one"), note("two"));
    refused(bob.act(&id, strike(one)), "who wrote it or by a supervisor");
    ann.act(&id, strike(one)).unwrap();
    sue.act(&id, strike(two)).unwrap();
    refused(sue.act(&id, strike(two)), "struck out before");
    refused(sue.act(&id, strike(Seq(1))), "no such note");
}

#[test]
fn texts_that_say_nothing_or_far_too_much_are_refused() {
    let engine = engine();
    let ann = Person::new(&engine, "ann", Role::Investigator);
    let id = ann.open(&ring_of(&engine, "G0N0")).unwrap();
    let long = "x".repeat(20_001);
    for (event, says) in [
        (CaseEvent::Noted { text: " \n ".into() }, "a text"),
        (CaseEvent::Noted { text: long.clone() }, "too long"),
        (CaseEvent::Renamed { title: "x".repeat(201) }, "too long"),
        (CaseEvent::Assigned { to: Some(" ".into()) }, "a name"),
        (CaseEvent::set(CaseStatus::Linked, "again"), "already"),
        (CaseEvent::propose(long), "suspected ring"),
        (
            CaseEvent::RingUnlinked { ring: ring_of(&engine, "G0N0"), why: "x".into() },
            "cannot be taken off",
        ),
        (
            CaseEvent::RingUnlinked { ring: ring_of(&engine, "G1N0"), why: "x".into() },
            "does not belong",
        ),
    ] {
        refused(ann.act(&id, vec![event]), says);
    }
    assert_eq!(case(&engine, &id).history.len(), 1);
}

#[test]
fn a_ring_that_was_dismissed_while_an_import_runs_is_not_referred() {
    let engine = engine();
    let (id, ring) = proposed(&engine);
    let version = engine.cases().get(&id).unwrap().version;
    let input = Input::stream("more.csv", Cursor::new(rows(5..6, 0..2).into_bytes()));
    let mut reader = ingest::open(input, &Options::default()).unwrap();
    let mut said = None;
    engine
        .import("more.csv", &mut reader, &mut |p| panic!("{p:?}"), "tester", &mut |_| {
            if engine.is_importing() && said.is_none() {
                judge(&engine, &ring, RingStatus::Dismissed);
                let events = vec![CaseEvent::set(CaseStatus::ReferralReady, "agreed")];
                let change = CaseChange { case: id.clone(), expected: version, events };
                let sue = Actor::new("sue", Role::Supervisor);
                said = Some(Desk::change_cases(&engine, &sue, vec![change], None).is_err());
            }
        })
        .unwrap();
    assert_eq!(said, Some(true), "it was decided while the import ran");
    assert_eq!(engine.view().rings.find(&ring).unwrap().status, RingStatus::Dismissed);
}
