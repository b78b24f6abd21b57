//! Markings: the Traffic Light Protocol 2.0 as STIX objects, as OASIS published them. Not responsible for which marking a
//! package has.
//!
//! Invariant: word for word the published objects, so that a consumer that knows them sees the same and one that does not can
//! resolve them in the bundle. They have no `definition_type`: readers take that for TLP 1.0 and refuse the object.

use crate::{model::Tlp, referral::stix::object::Object};
use serde_json::json;

/// The extension by which TLP 2.0 is said.
const EXTENSION: &str = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d";

/// The id of a marking.
pub(super) fn id(tlp: Tlp) -> &'static str {
    match tlp {
        Tlp::Clear => "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
        Tlp::Green => "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
        Tlp::Amber => "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
        Tlp::AmberStrict => "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
        Tlp::Red => "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
    }
}

/// The marking itself.
pub(super) fn object(tlp: Tlp) -> Object {
    Object::new("marking-definition", id(tlp).to_owned())
        .set("created", "2022-10-01T00:00:00.000Z")
        .set("name", tlp.label())
        .set(
            "extensions",
            json!({ EXTENSION: { "extension_type": "property-extension", "tlp_2_0": tlp.name() } }),
        )
}
