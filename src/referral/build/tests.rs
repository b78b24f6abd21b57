//! What a dossier may say and what it may not, over a small store. Not responsible for any form.
//!
//! Invariant: a marker stands for a value that must not leave the house.

use super::*;
use crate::{
    casework::{Actor, Casework, Role},
    ingest::{self, Input, Options},
    matching::Policy,
    model::{AttributeKind, CaseEvent, CaseSubject, FixedClock, RingStatus, Tlp, Verdict},
    referral::{Members, Value},
    store::MemoryStore,
};
use std::{collections::BTreeSet, io::Cursor};

const ROWS: &str = "\
application_id,submitted_at,full_name,email,phone,device_id,street,city,state,postal_code,ship_street,ship_city,ship_state,ship_postal_code,ip,national_id,birth_date,bank_account_hash,resume_text,reference_email,passport_no,remarks
A-1,2026-03-01,Ada Quill,ada.quill@example.com,202-555-0143,dev-7f3a,12 Elm St,Springfield,IL,62701,12 Dock St #4,Springfield,IL,62701,192.0.2.7,SEALED-NATIONAL,1987-06-05,SEALED-BANK,I knew Neighbour Marker well,,SEALED-PASSPORT,ask neighbour.marker@example.com
A-2,2026-03-02,Bruno Tarn,bruno.tarn@example.net,202-555-0143,dev-7f3a,9 Oak Ave,Dayton,OH,45402,12 Dock St #4,Springfield,IL,62701,192.0.2.7,,,,,,,
A-3,2026-03-03,Cleo Marsh,cleo.marsh@example.org,202-555-0143,dev-7f3a,77 Pine Rd,Reno,NV,89501,12 Dock St #4,Springfield,IL,62701,192.0.2.7,,,,,,,
MARKER-APP-9,2026-03-04,Neighbour Marker,neighbour.marker@example.com,202-555-0177,dev-marker-99,5 Marker Way,Markertown,TX,78701,6 Marker Way,Markertown,TX,78702,192.0.2.7,MARKER-NATIONAL,1971-02-03,MARKER-BANK,MARKER resume words,marker.referee@example.org,MARKER-PASS,MARKER remarks
";

fn engine() -> Engine {
    engine_of("rows.csv", ROWS)
}

fn engine_of(file: &str, text: &str) -> Engine {
    let clock = Arc::new(FixedClock(Moment(1_772_800_000)));
    let store = MemoryStore::new(Arc::clone(&clock) as _);
    let engine = Engine::open(Box::new(store), Policy::default(), clock).unwrap();
    let input = Input::stream(file, Cursor::new(text.as_bytes().to_vec()));
    let mut reader = ingest::open(input, &Options::default()).unwrap();
    let (mut reject, mut progress) = (|_: &_| Ok(()), |_| {});
    engine.import(file, &mut reader, &mut reject, "Ada Example", &mut progress).unwrap();
    engine
}

fn scope(profile: ReferralProfile) -> Scope {
    Scope { purpose: "a complaint".to_owned(), ..Scope::of(profile) }
}

fn built(engine: &Engine, scope: &Scope) -> Result<Built, ReferralError> {
    let view = engine.view();
    let cases = engine.cases();
    let ring = view.rings.first().expect("a ring").id.clone();
    let ground = Ground {
        engine,
        view: &view,
        cases: &cases,
        attachments: None,
        organisation: &Organisation::default(),
        by: "Ben Example",
        at: Moment(1_772_900_000),
        case: None,
        supersedes: None,
        key: Some(b"a key of the two houses"),
    };
    build(&ground, &ring, scope)
}

/// Everything a dossier says, but for the annex, as text.
fn said(dossier: &Dossier) -> String {
    let originals: String =
        dossier.originals.iter().map(|o| String::from_utf8_lossy(&o.bytes)).collect();
    let rest = Dossier { annex: Vec::new(), ..dossier.clone() };
    format!("{rest:?}\n{originals}")
}

#[test]
fn named_members_come_with_what_they_claim_share_and_did() {
    let dossier = built(&engine(), &scope(ReferralProfile::LawEnforcement)).unwrap().dossier;
    let labels: Vec<&str> = dossier.identities.iter().map(|i| i.label.as_str()).collect();
    assert_eq!(labels, ["Ada Quill", "Bruno Tarn", "Cleo Marsh"]);
    let phone = dossier.things.iter().find(|t| t.kind == Some(AttributeKind::Phone)).unwrap();
    assert_eq!(phone.identities, [1, 2, 3]);
    assert_eq!(phone.spellings, ["202-555-0143"]);
    assert_eq!(phone.value, Value::Clear("+12025550143".to_owned()));
    let address = dossier.things.iter().find(|t| t.kind == Some(AttributeKind::Address)).unwrap();
    assert!(address.is_delivery && address.others == 0, "{address:?}");
    let ip = dossier.things.iter().find(|t| t.kind == Some(AttributeKind::Ip)).unwrap();
    assert_eq!((ip.sharers, ip.others), (3, 1));
    assert_eq!(dossier.bystanders, 1);
    assert_eq!(dossier.links.len(), 3);
    assert_eq!(dossier.originals.len(), 3);
    assert_eq!(dossier.timeline.iter().filter(|e| e.kind == "applied").count(), 3);
    assert_eq!(dossier.custody.last().unwrap().action, "referred");
    assert!(dossier.heading.review.is_none() && dossier.heading.case.is_none(), "a draft");
}

#[test]
fn nothing_of_a_bystander_and_no_sealed_value_is_said() {
    for profile in ReferralProfile::ALL {
        let Built { dossier, secrets } = built(&engine(), &scope(*profile)).unwrap();
        let text = said(&dossier);
        for marker in
            ["MARKER", "Marker", "marker", "0177", "7870", "1971-02-03", "SEALED", "1987-06-05"]
        {
            assert!(!text.contains(marker), "{profile}: {marker} in {text}");
        }
        assert!(!secrets.is_empty());
    }
    let dossier = built(&engine(), &scope(ReferralProfile::LawEnforcement)).unwrap().dossier;
    let text = said(&dossier);
    assert!(text.contains("I knew [withheld] well"), "{text}");
    let sealed: BTreeSet<&str> = dossier.annex.iter().map(|s| s.value.as_str()).collect();
    assert_eq!(
        sealed,
        BTreeSet::from(["SEALED-NATIONAL", "1987-06-05", "SEALED-BANK", "SEALED-PASSPORT"])
    );
    assert!(dossier.originals[0].redacted.contains(&"resume_text".to_owned()));
}

#[test]
fn a_member_that_is_left_out_becomes_a_bystander() {
    let engine = engine();
    let view = engine.view();
    let id = |n: &str| view.network.applicant(view.applicant(n).unwrap()).id.clone();
    let members = Members::Only(BTreeSet::from([id("A-1"), id("A-3")]));
    let chosen = Scope { members, ..scope(ReferralProfile::LawEnforcement) };
    let dossier = built(&engine, &chosen).unwrap().dossier;
    assert_eq!(dossier.identities.len(), 2);
    assert_eq!(dossier.bystanders, 2);
    let text = said(&dossier);
    assert!(
        !text.contains("Bruno") && !text.contains("bruno.tarn") && !text.contains("A-2"),
        "{text}"
    );
    assert!(text.contains("2 of its 3 members are named"), "{text}");

    let stranger = Members::Only(BTreeSet::from([id("MARKER-APP-9")]));
    let error = built(&engine, &Scope { members: stranger, ..chosen }).unwrap_err().to_string();
    assert!(error.contains("is no member"), "{error}");
}

#[test]
fn a_kind_that_was_not_chosen_is_in_no_text() {
    let without = BTreeSet::from([AttributeKind::Phone]);
    let chosen = Scope { without, ..scope(ReferralProfile::LawEnforcement) };
    let dossier = built(&engine(), &chosen).unwrap().dossier;
    let text = said(&dossier);
    assert!(!text.contains("5550143") && !text.contains("555-0143"), "{text}");
    assert!(
        dossier.withheld.iter().any(|w| w.what == "Phones" && w.count == 3),
        "{:?}",
        dossier.withheld
    );
    assert!(dossier.things.iter().any(|t| t.value == Value::Withheld));

    let without = BTreeSet::from([AttributeKind::Address]);
    let chosen = Scope { without, ..scope(ReferralProfile::LawEnforcement) };
    let text = said(&built(&engine(), &chosen).unwrap().dossier).to_lowercase();
    assert!(!text.contains("12 dock") && !text.contains("12 elm"), "{text}");
}

#[test]
fn a_bystander_of_any_script_is_struck_from_what_people_wrote() {
    let other = "B-77,2026-03-05,Жанна Петрова,li@example.org,202-555-0166,dev-77,7 Ökologie Allee,Dayton,OH,45402,\
        8 Ökologie Allee,Dayton,OH,45402,192.0.2.7,ÄÖ-7919-ЖЩ,1961-03-01,,,,,\n";
    let engine = engine_of("rows.csv", &format!("{ROWS}{other}"));
    let ring = engine.view().rings.first().unwrap().id.clone();
    let verdict = Verdict::Ring { ring, verdict: RingStatus::Confirmed };
    let why = "ЖАННА ПЕТРОВА of 7 ökologie allee, (202) 555 0166, born March 1, 1961, äö-7919-жщ, is fine";
    engine.judge(verdict, "Ada Example", why).unwrap();
    let dossier = built(&engine, &scope(ReferralProfile::Full)).unwrap().dossier;
    let reason = &dossier.decisions.last().unwrap().why;
    assert_eq!(
        reason,
        "[withheld] of [withheld], [withheld], born [withheld], [withheld], is fine"
    );
}

#[test]
fn an_entry_of_a_list_that_says_it_is_a_passport_is_sealed() {
    let row = |id: &str, name: &str, day: u8, home: &str| {
        let passport = format!("SEALED-PASS-{id}");
        serde_json::json!({
            "application_id": id, "submitted_at": format!("2026-03-{day:02}"), "full_name": name,
            "email": format!("{}@example.com", name.to_lowercase().replace(' ', ".")),
            "phone": "202-555-0143", "device_id": "dev-7f3a", "street": home, "city": "Reno",
            "state": "NV", "postal_code": "89501",
            "documents": [{"kind": "passport", "number": passport}],
        })
        .to_string()
    };
    let rows = [
        row("A-1", "Ada Quill", 1, "1 Elm St"),
        row("A-2", "Bruno Tarn", 2, "2 Oak Ave"),
        row("A-3", "Cleo Marsh", 3, "3 Pine Rd"),
    ];
    let engine = engine_of("rows.jsonl", &rows.join("\n"));
    let dossier = built(&engine, &scope(ReferralProfile::Full)).unwrap().dossier;
    assert!(!said(&dossier).contains("SEALED-PASS"));
    assert!(
        dossier.annex.iter().any(|sealed| sealed.value == "SEALED-PASS-A-1"),
        "{:?}",
        dossier.annex
    );
}

#[test]
fn another_employer_gets_shared_things_and_nobody() {
    let keyed = Scope { is_keyed: true, ..scope(ReferralProfile::PeerEmployer) };
    let dossier = built(&engine(), &keyed).unwrap().dossier;
    let text = said(&dossier);
    assert_eq!(dossier.heading.tlp, Tlp::Amber);
    assert!(dossier.identities.is_empty() && dossier.originals.is_empty());
    assert!(
        !text.contains("Ada Quill") && !text.contains("5550143") && !text.contains("dock"),
        "{text}"
    );
    assert!(dossier.things.iter().all(|t| matches!(t.value, Value::Keyed(_)) && t.sharers == 3));
}

#[test]
fn the_same_choice_gives_the_same_dossier() {
    let chosen = scope(ReferralProfile::Full);
    assert_eq!(
        built(&engine(), &chosen).unwrap().dossier,
        built(&engine(), &chosen).unwrap().dossier
    );
}

#[test]
fn a_reviewed_case_names_its_two_persons_and_what_they_considered() {
    let engine = engine();
    let ring = engine.view().rings.first().unwrap().id.clone();
    let verdict = Verdict::Ring { ring: ring.clone(), verdict: RingStatus::Confirmed };
    engine.judge(verdict, "Ada Example", "the same hands on camera").unwrap();
    let view = engine.view();
    let casework = Casework { engine: &engine, view: &view, attachments: None };
    let actor = |name: &str| Actor::new(name, Role::Supervisor);
    let ada = actor("Ada Example");
    let case = casework.open(&ada, CaseSubject::Ring(ring.clone()), "The locker").unwrap();
    let events = [
        ("Ada Example", CaseEvent::set(CaseStatus::SuspectedRing, "confirmed")),
        ("Ada Example", CaseEvent::propose("a dormitory: it is a locker")),
        ("Ben Example", CaseEvent::set(CaseStatus::ReferralReady, "agreed")),
    ];
    for (who, event) in events {
        let expected = engine.cases().get(&case).unwrap().version;
        let change =
            crate::engine::CaseChange { case: case.clone(), expected, events: vec![event] };
        casework.change(&actor(who), vec![change]).unwrap();
    }
    let dossier = built(&engine, &scope(ReferralProfile::LawEnforcement)).unwrap().dossier;
    let review = dossier.heading.review.unwrap();
    assert_eq!(
        (review.proposed_by.as_str(), review.agreed_by.as_str()),
        ("Ada Example", "Ben Example")
    );
    assert_eq!(dossier.alternatives, "a dormitory: it is a locker");
    assert_eq!(dossier.heading.wording, "suspected identity fraud");
    assert!(dossier.decisions.iter().any(|d| d.text == "The ring is confirmed"));

    let verdict = Verdict::Ring { ring, verdict: RingStatus::Dismissed };
    engine.judge(verdict, "Cleo Example", "they are one firm").unwrap();
    let dossier = built(&engine, &scope(ReferralProfile::LawEnforcement)).unwrap().dossier;
    assert!(dossier.heading.review.is_none(), "what was overtaken is a draft");
    assert_eq!(dossier.heading.wording, "share an artifact");
    assert!(
        dossier.summary.iter().any(|said| said.contains("is a draft")),
        "{:?}",
        dossier.summary
    );
}
