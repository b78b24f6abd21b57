//! What every bundle holds to, on made-up dossiers. What tools of others say of them is in `tests/stix.rs`.

use super::*;
use crate::{
    model::{AttributeKind, Moment, ReferralId, ReferralProfile, RingStatus},
    referral::{Value as Said, sample},
};
use std::collections::{BTreeMap, BTreeSet};

fn all(dossier: &Dossier) -> Vec<Value> {
    bundle(dossier).get("objects").and_then(Value::as_array).unwrap().clone()
}

fn text<'v>(object: &'v Value, name: &str) -> &'v str {
    object.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn of_type<'v>(objects: &'v [Value], kind: &str) -> Vec<&'v Value> {
    objects.iter().filter(|o| text(o, "type") == kind).collect()
}

fn draft(n: usize) -> Dossier {
    let mut dossier = sample::dossier(n);
    dossier.heading.review = None;
    dossier.heading.status = RingStatus::Open;
    dossier
}

fn peer(n: usize) -> Dossier {
    let mut dossier = sample::dossier(n);
    dossier.heading.profile = ReferralProfile::PeerEmployer;
    dossier.heading.tlp = Tlp::Amber;
    dossier
}

/// A dossier whose texts are hostile to JSON, to patterns and to readers.
fn hostile() -> Dossier {
    let mut dossier = sample::dossier(3);
    let evil = "'] OR [x:y = '\\\" \u{0}\u{1}\u{202e}\r\n<script>陈";
    dossier.heading.organisation.name = evil.to_owned();
    dossier.heading.purpose = evil.to_owned();
    dossier.alternatives = evil.to_owned();
    for thing in &mut dossier.things {
        if let Said::Clear(value) = &mut thing.value {
            value.push_str(evil);
        }
        thing.spellings.push(evil.to_owned());
    }
    for identity in &mut dossier.identities {
        identity.label = evil.to_owned();
        for claim in &mut identity.claims {
            claim.value.push_str(evil);
        }
    }
    dossier
}

fn each() -> Vec<(&'static str, Dossier)> {
    let mut bare = sample::dossier(2);
    bare.things.clear();
    bare.links.clear();
    bare.identities.clear();
    bare.heading.organisation = Default::default();
    vec![
        ("2", sample::dossier(2)),
        ("8", sample::dossier(8)),
        ("draft", draft(8)),
        ("peer", peer(8)),
        ("hostile", hostile()),
        ("bare", bare),
    ]
}

/// Every text under a property that ends in `_ref` or `_refs`.
fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                if name.ends_with("_ref") || name.ends_with("_refs") {
                    let one = value.as_str().into_iter().map(str::to_owned);
                    let many = value.as_array().into_iter().flatten();
                    found.extend(one.chain(many.filter_map(Value::as_str).map(str::to_owned)));
                }
                references(value, found);
            }
        }
        Value::Array(list) => list.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[test]
fn every_reference_resolves_and_no_id_is_twice() {
    for (name, dossier) in each() {
        let objects = all(&dossier);
        let ids: BTreeSet<String> = objects.iter().map(|o| text(o, "id").to_owned()).collect();
        assert_eq!(ids.len(), objects.len(), "{name}");
        let uuids: BTreeSet<&str> = ids.iter().filter_map(|id| id.split("--").nth(1)).collect();
        assert_eq!(uuids.len(), ids.len(), "{name}: a UUID is of one object, whatever its type");
        let mut found = BTreeSet::new();
        objects.iter().for_each(|o| references(o, &mut found));
        let loose: Vec<&String> = found.difference(&ids).collect();
        assert!(loose.is_empty(), "{name}: {loose:?}");
        for object in &objects {
            assert!(text(object, "id").starts_with(&format!("{}--", text(object, "type"))));
        }
    }
}

#[test]
fn every_object_is_marked_and_nobody_is_a_threat_actor() {
    for (name, dossier) in each() {
        let objects = all(&dossier);
        for kind in ["threat-actor", "intrusion-set", "campaign", "malware", "opinion"] {
            assert!(of_type(&objects, kind).is_empty(), "{name}: {kind}");
        }
        let marking = marking::id(dossier.heading.tlp);
        for object in objects.iter().filter(|o| text(o, "type") != "marking-definition") {
            let marked = object.get("object_marking_refs").and_then(Value::as_array).unwrap();
            // The project and its extension are public wherever they go.
            let public =
                text(object, "type") == "extension-definition" || text(object, "name") == "Ringer";
            let expected = if public { marking::id(Tlp::Clear) } else { marking };
            assert_eq!(marked, &[json!(expected)], "{name}: {}", text(object, "id"));
        }
    }
}

#[test]
fn claimed_identities_say_that_they_may_be_victims() {
    let objects = all(&sample::dossier(8));
    let people: Vec<&Value> = of_type(&objects, "identity")
        .into_iter()
        .filter(|o| text(o, "identity_class") == "individual")
        .collect();
    assert_eq!(people.len(), 8);
    for person in people {
        assert_eq!(person.get("labels"), Some(&json!(["claimed-applicant-identity"])));
        assert!(text(person, "description").contains("may be a victim of identity theft"));
        assert_eq!(person.get("confidence"), Some(&json!(15)));
    }
}

#[test]
fn a_draft_is_a_grouping_and_a_reviewed_ring_a_report() {
    let objects = all(&draft(8));
    assert!(of_type(&objects, "report").is_empty());
    let grouping = of_type(&objects, "grouping")[0];
    assert_eq!(text(grouping, "context"), "suspicious-activity");
    assert!(text(grouping, "description").starts_with("DRAFT, not reviewed: suspected"));
    assert!(
        of_type(&objects, "note").iter().all(|n| text(n, "abstract") != "Reviewed by two persons")
    );

    let dossier = sample::dossier(8);
    let objects = all(&dossier);
    assert!(of_type(&objects, "grouping").is_empty());
    let report = of_type(&objects, "report")[0];
    assert_eq!(text(report, "published"), object::stamp(dossier.heading.at));
    assert_eq!(
        report.get("report_types"),
        Some(&json!(["indicator", "observed-data", "identity"]))
    );
    // What is about the report is not in it: readers that go by references would never end.
    let listed = report.get("object_refs").unwrap().to_string();
    let notes = of_type(&objects, "note");
    assert!(notes.iter().any(|n| text(n, "abstract") == "Reviewed by two persons"));
    for note in notes {
        let about_all = note.get("object_refs").unwrap().to_string().contains("report--");
        assert_ne!(about_all, listed.contains(text(note, "id")), "{note}");
    }
}

#[test]
fn another_employer_gets_values_and_no_persons() {
    let dossier = peer(8);
    let objects = all(&dossier);
    let kinds: BTreeSet<&str> = objects.iter().map(|o| text(o, "type")).collect();
    for kind in ["observed-data", "ringer-application", "email-addr", "file", "attack-pattern"] {
        assert!(!kinds.contains(kind), "{kind}");
    }
    let people = of_type(&objects, "identity");
    assert!(people.iter().all(|o| text(o, "identity_class") != "individual"));
    assert_eq!(of_type(&objects, "indicator").len(), 4);
    let whole = bundle(&dossier).to_string();
    for identity in &dossier.identities {
        assert!(!whole.contains(identity.id.as_str()) && !whole.contains("Ada Quill"));
        assert!(identity.applications.iter().all(|a| !whole.contains(a.id.as_str())));
    }
    assert!(!whole.contains("Ada Example"), "who decided is nobody's business there");
}

#[test]
fn a_later_package_of_the_ring_updates_the_same_objects() {
    let first = sample::dossier(8);
    let mut second = first.clone();
    second.heading.referral = ReferralId::derive("second");
    second.heading.at = Moment(first.heading.at.0 + 86_400);
    assert_ne!(text(&bundle(&first), "id"), text(&bundle(&second), "id"));
    let by_id = |dossier| -> BTreeMap<String, Value> {
        all(dossier).into_iter().map(|o| (text(&o, "id").to_owned(), o)).collect()
    };
    let (first, second) = (by_id(&first), by_id(&second));
    assert!(first.keys().eq(second.keys()));
    for (id, before) in &first {
        let after = &second[id];
        assert_eq!(text(before, "created"), text(after, "created"), "{id}");
        let fixed = ["marking-definition", "extension-definition"].contains(&text(before, "type"))
            || text(before, "name") == "Ringer";
        if before.get("modified").is_some() && !fixed {
            assert!(text(before, "created") <= text(before, "modified"));
            assert!(text(before, "modified") < text(after, "modified"), "{id}");
        }
    }
}

#[test]
fn packages_for_different_readers_do_not_overwrite_each_other() {
    let ids = |dossier| -> BTreeSet<String> {
        let dated = all(dossier).into_iter().filter(|o| o.get("created_by_ref").is_some());
        let ours = dated.filter(|o| !text(o, "labels").contains("reporting"));
        ours.map(|o| text(&o, "id").to_owned()).collect()
    };
    let (full, peer) = (ids(&sample::dossier(8)), ids(&peer(8)));
    let both: Vec<&String> = full.intersection(&peer).collect();
    // The house and the extension are the same for all.
    assert!(
        both.iter()
            .all(|id| id.starts_with("identity--") || id.starts_with("extension-definition--")),
        "{both:?}"
    );
    assert_eq!(both.len(), 2);
}

#[test]
fn withheld_values_leave_no_object_and_keyed_ones_their_hash() {
    let mut dossier = sample::dossier(8);
    for thing in &mut dossier.things {
        match thing.kind {
            Some(AttributeKind::Address) => thing.value = Said::Withheld,
            Some(AttributeKind::Phone) => thing.value = Said::Keyed(format!("{:064x}", thing.no)),
            _ => {}
        }
        thing.spellings.clear();
    }
    let objects = all(&dossier);
    for kind in
        ["ringer-postal-address", "ringer-phone-number", "infrastructure", "location", "email-addr"]
    {
        assert!(of_type(&objects, kind).is_empty(), "{kind}");
    }
    let keyed = of_type(&objects, "ringer-keyed-value");
    assert_eq!(keyed.len(), 3);
    assert!(keyed.iter().all(|o| text(o, "kind") == "phone" && text(o, "hmac").len() == 64));
    assert_eq!(of_type(&objects, "indicator").len(), 3);
    // An id is a hash that tries of all numbers would undo: none may be of a withheld value.
    let before = all(&sample::dossier(8));
    let places: Vec<&Value> = ["ringer-postal-address", "ringer-phone-number", "location"]
        .into_iter()
        .flat_map(|kind| of_type(&before, kind))
        .collect();
    assert!(places.len() >= 5);
    let whole = bundle(&dossier).to_string();
    for place in places {
        assert!(!whole.contains(text(place, "id")));
    }
}

#[test]
fn a_delivery_address_is_suspected_infrastructure_at_a_place() {
    let objects = all(&sample::dossier(8));
    let infrastructure = of_type(&objects, "infrastructure")[0];
    assert_eq!(text(infrastructure, "name"), "Suspected shared delivery address");
    assert!(
        text(infrastructure, "description").contains("by 3 other applicants, who are not named")
    );
    let location = of_type(&objects, "location")[0];
    let parts = ["country", "administrative_area", "city", "street_address"];
    assert_eq!(parts.map(|p| text(location, p)), ["US", "IL", "springfield", "12 dock st #4"]);
    let at = of_type(&objects, "relationship")
        .into_iter()
        .find(|r| text(r, "relationship_type") == "located-at")
        .unwrap();
    assert_eq!(text(at, "source_ref"), text(infrastructure, "id"));
    assert_eq!(text(at, "target_ref"), text(location, "id"));
}

#[test]
fn a_link_says_what_speaks_against_it_and_how_sure_it_is() {
    let dossier = sample::dossier(8);
    let objects = all(&dossier);
    let links: Vec<&Value> = of_type(&objects, "relationship")
        .into_iter()
        .filter(|r| {
            text(r, "source_ref").starts_with("identity--")
                && text(r, "target_ref").starts_with("identity--")
        })
        .collect();
    assert_eq!(links.len(), dossier.links.len());
    for link in links {
        assert_eq!(text(link, "relationship_type"), "related-to");
        let told = text(link, "description");
        assert!(
            told.contains("Supports: shipping address")
                && told.contains("Speaks against: time zone")
        );
        assert!([Some(&json!(75)), Some(&json!(69))].contains(&link.get("confidence")));
        assert!(text(link, "start_time") < text(link, "stop_time"));
    }
}

#[test]
fn indicators_expire_as_their_kind_does_and_common_values_are_none() {
    let mut dossier = sample::dossier(8);
    dossier.things[1].kind = Some(AttributeKind::Email);
    dossier.things[1].value = Said::Clear("shared@example.com".to_owned());
    dossier.things[2].judged = "common".to_owned();
    let objects = all(&dossier);
    let indicators = of_type(&objects, "indicator");
    assert_eq!(indicators.len(), 3, "address, mailbox and one phone");
    for (pattern, from, until) in [
        (
            "[ringer-phone-number:value = '+12025550102']",
            "2026-03-02T09:00:00.000Z",
            "2026-06-07T09:00:00.000Z",
        ),
        (
            "[email-addr:value = 'shared@example.com']",
            "2026-03-02T09:00:00.000Z",
            "2028-03-08T09:00:00.000Z",
        ),
        (
            "[ringer-postal-address:value = '12 dock st unit 4, springfield il 62701']",
            "2026-03-02T09:00:00.000Z",
            "",
        ),
    ] {
        let one = indicators.iter().find(|i| text(i, "pattern") == pattern).expect(pattern);
        assert_eq!((text(one, "valid_from"), text(one, "valid_until")), (from, until), "{pattern}");
        assert!(text(one, "description").contains("A match is a reason to look, not a verdict"));
    }
}

#[test]
fn techniques_are_named_for_strong_indicators_alone() {
    let mut dossier = sample::dossier(3);
    let named = |dossier: &Dossier| -> Vec<String> {
        let objects = all(dossier);
        let patterns = of_type(&objects, "attack-pattern");
        patterns
            .iter()
            .map(|p| text(&p["external_references"][0], "external_id").to_owned())
            .collect()
    };
    assert!(named(&dossier).is_empty());
    dossier.indicators[0].id = "impersonation".to_owned();
    assert_eq!(named(&dossier), ["T1656"]);
    dossier.indicators[0].strength = "medium".to_owned();
    assert!(named(&dossier).is_empty());
    dossier.indicators[0].strength = "strong".to_owned();
    dossier.indicators[0].id = "post-hire-corroboration".to_owned();
    assert!(named(&dossier).is_empty(), "other alerts of a work device are no such hardware");
    let seen = "a device that passes keyboard and screen on over the network".to_owned();
    dossier.indicators[0].values.push(("alerts".to_owned(), seen));
    assert_eq!(named(&dossier), ["T1219.003"]);
}

#[test]
fn decisions_are_notes_and_withdrawn_ones_say_so() {
    let mut dossier = sample::dossier(3);
    dossier.decisions[0].is_withdrawn = true;
    let objects = all(&dossier);
    let notes = of_type(&objects, "note");
    let note =
        notes.iter().find(|n| text(n, "abstract").starts_with("Withdrawn decision")).unwrap();
    assert_eq!(note.get("labels"), Some(&json!(["decision", "withdrawn"])));
    assert!(text(note, "content").contains("withdrawn later and does not count"));
    assert_eq!(note.get("authors"), Some(&json!(["Ada Example"])));
}

#[test]
fn the_same_dossier_gives_the_same_bytes() {
    for (name, dossier) in each() {
        let (one, two) = (Stix.files(&dossier).unwrap(), Stix.files(&dossier).unwrap());
        assert_eq!(one, two, "{name}");
        assert_eq!(one.len(), 2);
    }
}
