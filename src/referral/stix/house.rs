//! The house that refers, as the creator of all that is said. Not responsible for how it is configured.
//!
//! Invariant: one house has one id, in every package; a house that was not named says so.

use crate::referral::{
    Dossier, Organisation,
    stix::{
        ids, marking,
        object::{Object, stamp},
    },
};
use serde_json::json;

/// When houses began to be written: an object keeps its time of creation in every package, and no ring's time is common to
/// all of a house.
const CREATED: &str = "2026-01-01T00:00:00.000Z";

/// The house.
pub(super) fn object(dossier: &Dossier) -> Object {
    let house = &dossier.heading.organisation;
    let id = ids::derived("identity", &["house", &house.name]);
    let name = match house.name.trim() {
        "" => "Reporting organization (name not stated)",
        name => name,
    };
    let modified = stamp(dossier.heading.at).max(CREATED.to_owned());
    Object::new("identity", id.clone())
        .set("created_by_ref", id)
        .set("created", CREATED)
        .set("modified", modified)
        .set("object_marking_refs", json!([marking::id(dossier.heading.tlp)]))
        .set("name", name)
        .set("identity_class", "organization")
        .set("description", "The organization that received the applications and refers them.")
        .set("labels", json!(["reporting-organization"]))
        .set("contact_information", contact(house))
}

fn contact(house: &Organisation) -> String {
    let parts = [
        ("", &house.contact),
        ("", &house.email),
        ("", &house.phone),
        ("", &house.address),
        ("counsel: ", &house.counsel),
    ];
    let given = parts.into_iter().filter(|(_, text)| !text.is_empty());
    given.map(|(before, text)| format!("{before}{text}")).collect::<Vec<_>>().join("; ")
}
