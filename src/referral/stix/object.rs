//! STIX objects on the way into a bundle: their common properties, and each once. Not responsible for what is in them.
//!
//! Invariant: no property is empty text or an empty list, which the specification forbids; a bundle's objects are sorted, and
//! none has the id of another.

use crate::{
    model::{Moment, ReferralProfile},
    referral::{
        Dossier,
        stix::{extension, ids, marking},
    },
};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// One object.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Object(Map<String, Value>);

impl Object {
    /// An object of this type and id.
    pub(super) fn new(kind: &str, id: String) -> Self {
        let mut map = Map::new();
        map.insert("type".to_owned(), kind.into());
        map.insert("spec_version".to_owned(), "2.1".into());
        map.insert("id".to_owned(), id.into());
        Self(map)
    }

    /// With this property; left out where it is empty.
    #[must_use]
    pub(super) fn set(mut self, name: &str, value: impl Into<Value>) -> Self {
        let value = value.into();
        let is_empty = match &value {
            Value::Null => true,
            Value::String(text) => text.is_empty(),
            Value::Array(list) => list.is_empty(),
            Value::Object(map) => map.is_empty(),
            Value::Bool(_) | Value::Number(_) => false,
        };
        if !is_empty {
            self.0.insert(name.to_owned(), value);
        }
        self
    }

    /// Its id.
    pub(super) fn id(&self) -> String {
        self.0.get("id").and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// Its type.
    pub(super) fn kind(&self) -> &str {
        self.0.get("type").and_then(Value::as_str).unwrap_or_default()
    }

    /// As JSON.
    pub(super) fn into_value(self) -> Value {
        Value::Object(self.0)
    }
}

/// The objects of a bundle, each once: of two with one id the first.
#[derive(Debug, Default)]
pub(super) struct Objects(BTreeMap<(u8, String), Object>);

impl Objects {
    /// Takes an object in.
    ///
    /// Returns its id.
    pub(super) fn add(&mut self, object: Object) -> String {
        let id = object.id();
        // What others refer to comes first, for readers that go through a bundle once.
        let rank = match object.kind() {
            "marking-definition" => 0,
            "identity" => 1,
            "extension-definition" => 2,
            "relationship" | "note" => 4,
            "grouping" | "report" => 5,
            _ => 3,
        };
        self.0.entry((rank, id.clone())).or_insert(object);
        id
    }

    /// Ids of all that is taken in but for objects of these types, sorted as they are.
    pub(super) fn ids_but(&self, kinds: &[&str]) -> Vec<String> {
        self.0.values().filter(|o| !kinds.contains(&o.kind())).map(Object::id).collect()
    }

    /// Whether there is one of this type.
    pub(super) fn has(&self, kind: &str) -> bool {
        self.0.values().any(|o| o.kind() == kind)
    }

    /// All of them, sorted.
    pub(super) fn into_values(self) -> Vec<Value> {
        self.0.into_values().map(Object::into_value).collect()
    }
}

/// What all objects of a package have in common.
#[derive(Debug)]
pub(super) struct Frame<'d> {
    /// What is said.
    pub(super) dossier: &'d Dossier,
    author: String,
    born: String,
    now: String,
}

impl<'d> Frame<'d> {
    /// The frame of a dossier, whose objects this identity made.
    pub(super) fn new(dossier: &'d Dossier, author: String) -> Self {
        let heading = &dossier.heading;
        let of_ring = dossier.timeline.iter().filter(|e| e.kind == "ring").map(|e| e.at).min();
        // An object of the ring cannot be older than it, and its first version has to keep this time in every package.
        let born = of_ring.or(heading.first_seen).unwrap_or(heading.at).min(heading.at);
        Self { dossier, author, born: stamp(born), now: stamp(heading.at) }
    }

    /// Whether it goes to another employer, who gets things and no persons.
    pub(super) fn is_for_peer(&self) -> bool {
        self.dossier.heading.profile == ReferralProfile::PeerEmployer
    }

    /// Whether values are given as keyed hashes.
    pub(super) fn is_keyed(&self) -> bool {
        let keyed =
            |t: &crate::referral::Thing| matches!(t.value, crate::referral::Value::Keyed(_));
        self.dossier.things.iter().any(keyed)
    }

    /// Who made it.
    pub(super) fn author(&self) -> &str {
        &self.author
    }

    /// An object about something of the ring. Its id is of the ring, the profile and the content: packages for different
    /// readers say different things, and one must not overwrite the other where they meet.
    pub(super) fn domain(&self, kind: &str, content: &[&str]) -> Object {
        let heading = &self.dossier.heading;
        let mut parts = vec![heading.ring.as_str(), heading.profile.name()];
        parts.extend(content);
        Object::new(kind, ids::derived(kind, &parts))
            .set("created_by_ref", self.author.as_str())
            .set("created", self.born.as_str())
            .set("modified", self.now.as_str())
            .set("object_marking_refs", self.markings())
    }

    /// An observable of the specification, of the properties that its id is made of.
    pub(super) fn observable(&self, kind: &str, contributing: Value) -> Object {
        let Value::Object(map) = contributing else {
            return Object::new(kind, ids::derived(kind, &[]));
        };
        let object = Object::new(kind, ids::observable(kind, &map));
        let object = object.set("object_marking_refs", self.markings());
        map.into_iter().fold(object, |object, (name, value)| object.set(&name, value))
    }

    /// An observable of ours, of the properties that its id is made of.
    pub(super) fn custom(&self, kind: &str, contributing: Value) -> Object {
        let id = ids::derived(kind, &[&ids::canonical(&contributing)]);
        let object = Object::new(kind, id).set("object_marking_refs", self.markings());
        let object =
            object.set("extensions", json!({ extension::ID: { "extension_type": "new-sco" } }));
        match contributing {
            Value::Object(map) => {
                map.into_iter().fold(object, |object, (name, value)| object.set(&name, value))
            }
            _ => object,
        }
    }

    /// What is between two objects.
    pub(super) fn relationship(&self, kind: &str, from: &str, to: &str) -> Object {
        self.domain("relationship", &[kind, from, to])
            .set("relationship_type", kind)
            .set("source_ref", from)
            .set("target_ref", to)
    }

    fn markings(&self) -> Value {
        json!([marking::id(self.dossier.heading.tlp)])
    }
}

/// First and last second that RFC 3339 and the calendar in use can write.
const SPAN: (i64, i64) = (-62_135_596_800, 253_402_207_200);

/// A moment as STIX writes it; one that cannot be written is the nearest that can.
pub(super) fn stamp(moment: Moment) -> String {
    let text = Moment(moment.0.clamp(SPAN.0, SPAN.1)).to_string();
    text.replace('Z', ".000Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_have_milliseconds_and_extreme_ones_are_still_moments() {
        assert_eq!(stamp(Moment(0)), "1970-01-01T00:00:00.000Z");
        assert_eq!(stamp(Moment(i64::MIN)), "0001-01-01T00:00:00.000Z");
        assert_eq!(stamp(Moment(i64::MAX)), "9999-12-30T22:00:00.000Z");
    }

    #[test]
    fn empty_properties_are_left_out_and_of_two_objects_with_one_id_the_first_stays() {
        let mut objects = Objects::default();
        let object =
            Object::new("note", "note--1".into()).set("abstract", "").set("authors", json!([]));
        objects.add(object.clone().set("content", "first"));
        objects.add(object.set("content", "second"));
        let expected =
            json!([{"type": "note", "spec_version": "2.1", "id": "note--1", "content": "first"}]);
        assert_eq!(Value::Array(objects.into_values()), expected);
    }
}
