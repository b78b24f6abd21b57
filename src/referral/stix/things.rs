//! What identities share: each thing as an observable, a place or an organization. Not responsible for what one identity
//! claims (`claimed`) nor for how a value is found again (`indicator`).
//!
//! Invariant: a withheld thing has no object, and no id is made of it: an id is a hash that tries would undo.

use crate::{
    model::AttributeKind,
    normalize::address,
    referral::{
        Thing, Value,
        stix::{
            files::Files,
            object::{Frame, Object, Objects, stamp},
            seen::{self, Seen},
        },
    },
};
use serde_json::json;
use std::collections::BTreeMap;

/// The objects of a thing.
#[derive(Debug)]
pub(super) struct Shown {
    /// What identities are related to: the place where there is one, or else the value.
    pub(super) main: String,
    /// The observables, the value first; none for an organization.
    pub(super) observables: Vec<String>,
    /// The place that is suspected to be shared, if it is one.
    pub(super) infrastructure: Option<String>,
    /// The pattern that finds the value; empty for an organization.
    pub(super) pattern: String,
}

/// Takes in every thing that has a value, and says by its number what became of it.
pub(super) fn add(
    frame: &Frame<'_>,
    files: &Files,
    objects: &mut Objects,
) -> BTreeMap<usize, Shown> {
    let things = frame.dossier.things.iter();
    things.filter_map(|t| Some((t.no, show(frame, files, objects, t)?))).collect()
}

fn show(frame: &Frame<'_>, files: &Files, objects: &mut Objects, thing: &Thing) -> Option<Shown> {
    let kind = thing.kind?;
    let seen = match &thing.value {
        Value::Clear(value) => match kind {
            AttributeKind::Institution | AttributeKind::Employer => {
                let main = objects.add(organization(frame, thing, kind, value));
                let none = String::new();
                return Some(Shown {
                    main,
                    observables: Vec::new(),
                    infrastructure: None,
                    pattern: none,
                });
            }
            _ => seen::of(frame, files, kind, value)?,
        },
        Value::Keyed(hmac) => seen::keyed(frame, kind, hmac)?,
        Value::Withheld | Value::None => return None,
    };
    let Seen { objects: made, pattern } = seen;
    let spelled = kind == AttributeKind::Address && !thing.spellings.is_empty();
    let observables: Vec<String> = made
        .into_iter()
        .map(|object| match spelled {
            true => objects.add(object.set("spellings", json!(thing.spellings))),
            false => objects.add(object),
        })
        .collect();
    let value = observables.first()?.clone();
    let mut shown = Shown { main: value.clone(), observables, infrastructure: None, pattern };
    if kind == AttributeKind::Address {
        place(frame, objects, thing, &value, &mut shown);
    }
    Some(shown)
}

/// A school or an employer that several name: a real one, most times, which has nothing to do with it.
fn organization(frame: &Frame<'_>, thing: &Thing, kind: AttributeKind, value: &str) -> Object {
    let name = thing.spellings.first().map_or(value, String::as_str);
    frame
        .domain("identity", &[kind.name(), value])
        .set("name", name)
        .set("identity_class", "organization")
        .set("labels", json!([format!("claimed-{}", kind.name())]))
        .set(
            "description",
            format!(
                "{}, as named in applications. Naming it says nothing about the {} itself, whose name may be misused.",
                thing.label,
                kind.label()
            ),
        )
}

/// The place of an address; for one that parcels go to the infrastructure that it is suspected to be.
fn place(frame: &Frame<'_>, objects: &mut Objects, thing: &Thing, value: &str, shown: &mut Shown) {
    let location = location(frame, thing, value).map(|location| objects.add(location));
    if thing.is_delivery {
        let infrastructure = frame
            .domain("infrastructure", &["delivery", value])
            .set("name", "Suspected shared delivery address")
            .set("description", told(thing))
            .set("labels", json!(["suspected-shared-delivery-address"]))
            .set("first_seen", thing.first_seen.map(stamp));
        let last =
            thing.last_seen.filter(|last| thing.first_seen.is_none_or(|first| first <= *last));
        let infrastructure = objects.add(infrastructure.set("last_seen", last.map(stamp)));
        // STIX lets infrastructure consist of its own observables alone.
        objects.add(frame.relationship("related-to", &infrastructure, value));
        if let Some(location) = &location {
            objects.add(frame.relationship("located-at", &infrastructure, location));
        }
        shown.infrastructure = Some(infrastructure.clone());
        shown.main = infrastructure;
    } else if let Some(location) = location {
        objects.add(frame.relationship("related-to", value, &location));
    }
}

/// The place, where its country is known: STIX has no location without one.
fn location(frame: &Frame<'_>, thing: &Thing, value: &str) -> Option<Object> {
    let Value::Clear(canonical) = &thing.value else { return None };
    let texts = thing.spellings.iter().chain([canonical]);
    let parts = texts.filter_map(|text| address::parse_line(text)).find(|a| a.country.is_some())?;
    let street: Vec<&str> =
        [&parts.number, &parts.street].into_iter().flatten().map(|t| &**t).collect();
    let unit = parts.unit.as_ref().map(|unit| format!(" #{unit}")).unwrap_or_default();
    let optional = |text: &Option<Box<str>>| text.as_deref().map(str::to_owned);
    Some(
        frame
            .domain("location", &["address", value])
            .set("name", canonical.as_str())
            .set("description", told(thing))
            .set("country", optional(&parts.country))
            .set("administrative_area", optional(&parts.state))
            .set("city", optional(&parts.city))
            .set("street_address", format!("{}{unit}", street.join(" ")).trim())
            .set("postal_code", optional(&parts.postal_code)),
    )
}

/// What is known of a thing, in words, how many others use it among them.
pub(super) fn told(thing: &Thing) -> String {
    let n = thing.identities.len();
    let mut text = format!("{}: used by {n} claimed identities of the ring", thing.label);
    match thing.others {
        0 => text.push_str(", and by nobody else on record."),
        1 => text.push_str(", and by 1 other applicant, who is not named and may have nothing to do with it."),
        others => text.push_str(&format!(
            ", and by {others} other applicants, who are not named and may have nothing to do with it."
        )),
    }
    text.push_str(&format!(" Worth at most {:.1} bits between two identities.", thing.bits.get()));
    if !thing.class.is_empty() {
        text.push_str(&format!(" Sort of value: {}.", thing.class));
    }
    if !thing.judged.is_empty() {
        text.push_str(&format!(" Judged by a person: {}.", thing.judged));
    }
    text
}
