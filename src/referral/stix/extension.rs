//! The extension by which a bundle says what STIX has no words for: phone numbers, addresses, devices, referees, keyed
//! hashes, applications, and what was claimed. Not responsible for writing such objects (`seen`, `claimed`).
//!
//! Types have no `x-` before them: that is for content without a definition, and python-stix2 refuses references to such types
//! even where they are registered.
//!
//! Invariant: one definition for all of them, the same in every bundle; its schema goes along in the package, since nobody
//! has to be online to read one.

use crate::{
    model::Tlp,
    referral::stix::{marking, object::Object},
};
use serde_json::json;

/// The id of the definition.
pub(super) const ID: &str = "extension-definition--7c1d8b52-3d0e-4f5b-9a86-0b6f2a7c41e9";

/// The id of the project, who made it.
const PROJECT: &str = "identity--b2f6c0de-91a4-4c37-8d52-6e0f3a5b7d18";

/// The file of the schema in a package.
pub(super) const FILE: &str = "stix-extension-schema.json";

/// The schema.
pub(super) const SCHEMA: &str = include_str!("extension-schema.json");

/// When the definition was made.
const MADE: &str = "2026-11-28T00:00:00.000Z";

/// The project and its definition.
pub(super) fn objects() -> [Object; 2] {
    let dated = |object: Object| {
        object
            .set("created", MADE)
            .set("modified", MADE)
            .set("object_marking_refs", json!([marking::id(Tlp::Clear)]))
    };
    let project = dated(Object::new("identity", PROJECT.to_owned()))
        .set("name", "Ringer")
        .set("identity_class", "system")
        .set("description", "The program that wrote this bundle, and the author of its extension.");
    let definition = dated(Object::new("extension-definition", ID.to_owned()))
        .set("created_by_ref", PROJECT)
        .set("name", "Ringer job-application observables")
        .set(
            "description",
            "What job applications share and STIX 2.1 has no object for: phone numbers, postal addresses, devices, referees, \
             document ids, keyed hashes of values, and applications themselves; and, on identities, profiles and photos, what \
             was claimed of them.",
        )
        .set(
            "schema",
            format!(
                "The JSON Schema is the file {FILE} beside this bundle. New observables: ringer-phone-number, \
                 ringer-postal-address, ringer-device, ringer-mailbox, ringer-referee, ringer-document, ringer-keyed-value, \
                 ringer-application. Property extensions: identity (claims), user-account (platform), file \
                 (perceptual_hash)."
            ),
        )
        .set("version", "1.0.0")
        .set("extension_types", json!(["new-sco", "property-extension"]));
    [project, definition]
}
