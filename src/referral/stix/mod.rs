//! The package as a STIX 2.1 bundle, for threat-intelligence platforms. Not responsible for what may be in it (`build`).
//!
//! Facts are `observed-data` and observables, what was computed from them `relationship` and `indicator`, what persons made of
//! it `note`, and the whole a `grouping` or, once reviewed, a `report`. docs/STIX.md has the mapping.
//!
//! Invariant: claimed identities are never threat actors; every object is marked, and every reference resolves in the bundle.

mod claimed;
mod confidence;
mod container;
mod extension;
mod files;
mod house;
mod ids;
mod indicator;
mod links;
mod marking;
mod notes;
mod object;
mod pattern;
mod seen;
mod technique;
#[cfg(test)]
mod tests;
mod things;

use crate::{
    model::Tlp,
    referral::{Dossier, PackageFile, Part, ReferralError},
};
use files::Files;
use object::{Frame, Objects};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The bundle's file.
const FILE: &str = "bundle.stix.json";

/// The STIX 2.1 bundle and the schema of its extension.
#[derive(Debug)]
pub struct Stix;

impl Part for Stix {
    fn name(&self) -> &'static str {
        "stix"
    }

    fn about(&self) -> &'static str {
        "STIX 2.1 bundle, for threat-intelligence platforms (OpenCTI, MISP)"
    }

    fn files(&self, dossier: &Dossier) -> Result<Vec<PackageFile>, ReferralError> {
        let mut bytes = serde_json::to_vec_pretty(&bundle(dossier))
            .map_err(|e| ReferralError::Part { file: FILE.to_owned(), what: e.to_string() })?;
        bytes.push(b'\n');
        Ok(vec![
            PackageFile::new(
                FILE,
                "the ring as a STIX 2.1 bundle, for threat-intelligence platforms",
                "application/stix+json",
                bytes,
            ),
            PackageFile::new(
                extension::FILE,
                "JSON Schema of the bundle's extension objects",
                "application/schema+json",
                extension::SCHEMA.as_bytes().to_vec(),
            ),
        ])
    }
}

/// The bundle of a dossier.
fn bundle(dossier: &Dossier) -> Value {
    let mut objects = Objects::default();
    let markings = [dossier.heading.tlp, Tlp::Clear].map(|tlp| objects.add(marking::object(tlp)));
    let house = objects.add(house::object(dossier));
    let apart: Vec<String> = extension::objects()
        .into_iter()
        .map(|object| objects.add(object))
        .chain(markings)
        .chain([house.clone()])
        .collect();
    let frame = Frame::new(dossier, house);
    // Another employer gets what is shared, and nothing of who is said to share it.
    let files = if frame.is_for_peer() { Files::default() } else { Files::of(dossier) };
    let shown = things::add(&frame, &files, &mut objects);
    indicator::add(&frame, &shown, &mut objects);
    if !frame.is_for_peer() {
        let identities: BTreeMap<usize, String> =
            claimed::add(&frame, &files, &shown, &mut objects);
        links::add(&frame, &identities, &mut objects);
        notes::on_identities(&frame, &identities, &mut objects);
        technique::add(&frame, &mut objects);
    }
    let container = container::object(&frame, &objects, &apart);
    let container = objects.add(container);
    notes::on_ring(&frame, &container, &mut objects);
    json!({
        "type": "bundle",
        "id": ids::derived("bundle", &["referral", dossier.heading.referral.as_str()]),
        "objects": objects.into_values(),
    })
}
