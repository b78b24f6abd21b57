//! Claimed identities and their applications. Not responsible for what identities share (`things`) nor for what is between
//! two of them (`links`).
//!
//! Invariant: an identity is an `identity`, never a `threat-actor`, and says of itself that it may be the victim's; nothing of
//! this is in a package for another employer.

use crate::{
    model::{Application, ApplicationId, Column, Source},
    normalize,
    referral::{
        ApplicationLine, Identity, Value,
        stix::{
            confidence, extension,
            files::Files,
            object::{Frame, Object, Objects, stamp},
            seen,
            things::Shown,
        },
    },
};
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};

/// What every one of them says.
pub(super) const AS_CLAIMED: &str = "As claimed; may be a victim of identity theft.";

/// Takes in identities and applications.
///
/// Returns the ids of identities by their numbers.
pub(super) fn add(
    frame: &Frame<'_>,
    files: &Files,
    shown: &BTreeMap<usize, Shown>,
    objects: &mut Objects,
) -> BTreeMap<usize, String> {
    let mut ids = BTreeMap::new();
    for identity in &frame.dossier.identities {
        let id = objects.add(object(frame, identity));
        shares(frame, shown, identity, &id, objects);
        for application in &identity.applications {
            applied(frame, files, shown, (identity, &id), application, objects);
        }
        ids.insert(identity.no, id);
    }
    ids
}

fn object(frame: &Frame<'_>, identity: &Identity) -> Object {
    let name = match identity.label.trim() {
        "" => format!("Identity {}", identity.no),
        label => label.to_owned(),
    };
    let n = identity.applications.len();
    let applications =
        if n == 1 { "1 application".to_owned() } else { format!("{n} applications") };
    let cut = if identity.is_cut { " The ring falls apart without it." } else { "" };
    let description = format!(
        "{AS_CLAIMED} Claimed in {applications}. Nobody verified the name: confidence {} ({}) that it is the person's own.{cut}",
        confidence::CLAIMED,
        confidence::word(confidence::CLAIMED),
    );
    // Whole resumes are in the package's tables and originals, and would bury the rest here.
    let claims: Vec<Json> = identity
        .claims
        .iter()
        .filter(|c| c.column != Column::ResumeText.name() && !c.value.is_empty())
        .map(|c| {
            let of: Vec<&str> = c.applications.iter().map(ApplicationId::as_str).collect();
            json!({ "column": c.column, "about": c.about, "value": c.value, "applications": of })
        })
        .collect();
    let object = frame
        .domain("identity", &["applicant", identity.id.as_str()])
        .set("name", name)
        .set("identity_class", "individual")
        .set("labels", json!(["claimed-applicant-identity"]))
        .set("description", description)
        .set("confidence", confidence::CLAIMED)
        .set("external_references", reference("applicant", identity.id.as_str()));
    match claims.is_empty() {
        true => object,
        false => object.set(
            "extensions",
            json!({ extension::ID: { "extension_type": "property-extension", "claims": claims } }),
        ),
    }
}

/// Where something is found in the rest of the package.
pub(super) fn reference(what: &str, id: &str) -> Json {
    json!([{ "source_name": "ringer", "description": what, "external_id": id }])
}

/// What an identity shares with others.
fn shares(
    frame: &Frame<'_>,
    shown: &BTreeMap<usize, Shown>,
    identity: &Identity,
    id: &str,
    objects: &mut Objects,
) {
    for no in &identity.things {
        let thing = frame.dossier.things.iter().find(|t| t.no == *no);
        if let (Some(thing), Some(shown)) = (thing, shown.get(no)) {
            let description = format!("{}: claimed or used in its applications.", thing.label);
            let link = frame.relationship("related-to", id, &shown.main);
            objects.add(link.set("description", description));
        }
    }
}

/// An application, and that it was seen.
fn applied(
    frame: &Frame<'_>,
    files: &Files,
    shown: &BTreeMap<usize, Shown>,
    (identity, id): (&Identity, &str),
    line: &ApplicationLine,
    objects: &mut Objects,
) {
    let house = &frame.dossier.heading.organisation.name;
    let key = match house.as_str() {
        "" => json!({ "application_id": line.id.as_str() }),
        house => json!({ "house": house, "application_id": line.id.as_str() }),
    };
    let application = frame
        .custom("ringer-application", key)
        .set("submitted_at", line.submitted.map(stamp))
        .set("requisition", line.requisition.as_str())
        .set("role", line.role.as_str())
        .set("channel", line.channel.as_str())
        .set("agency", line.agency.as_str())
        .set("stage", line.stage.as_str())
        .set("outcome", line.outcome.as_str());
    let mut refs = BTreeSet::from([objects.add(application.clone())]);
    for object in observed(frame, files, identity, &line.id) {
        refs.insert(objects.add(object));
    }
    // What is claimed in no column belongs to the one application there is.
    if identity.applications.len() == 1 {
        let things = identity.things.iter().filter_map(|no| shown.get(no));
        refs.extend(things.flat_map(|shown| shown.observables.iter().cloned()));
    }
    let original = frame.dossier.originals.iter().find(|o| o.application == line.id);
    if let Some(file) = original.and_then(|o| kept(frame, &o.path)) {
        refs.insert(objects.add(file));
    }
    let seen = line.submitted.or(original.and_then(|o| o.received));
    let Some(seen) = seen else {
        objects.add(frame.relationship("related-to", id, &application.id()));
        return;
    };
    let refs: Vec<String> = refs.into_iter().collect();
    let observed = frame
        .domain("observed-data", &["application", line.id.as_str()])
        .set("first_observed", stamp(seen))
        .set("last_observed", stamp(seen))
        .set("number_observed", 1)
        .set("object_refs", refs)
        .set("labels", json!(["job-application"]))
        .set("external_references", reference("application", line.id.as_str()));
    let observed = objects.add(observed);
    objects.add(frame.relationship("related-to", id, &observed));
}

/// The values of one application, as Ringer reads them.
fn observed(
    frame: &Frame<'_>,
    files: &Files,
    identity: &Identity,
    application: &ApplicationId,
) -> Vec<Object> {
    // Keyed hashes would be taken for what they stand for.
    if frame.is_keyed() {
        return Vec::new();
    }
    let claims = identity.claims.iter().filter(|c| c.applications.contains(application));
    let fields: Vec<(Column, &str)> = claims
        .filter_map(|c| Some((Column::from_name(&c.column)?, c.value.as_str())))
        .filter(|(column, _)| *column != Column::ResumeText && !column.is_sealed())
        .collect();
    let received = Application {
        id: application.clone(),
        fields: fields.iter().map(|(column, value)| (*column, (*value).to_owned())).collect(),
        extra: BTreeMap::new(),
        nested: BTreeMap::new(),
        source: Source { file: String::new(), row: 0 },
    };
    let read = normalize::normalize(&received);
    let withheld = |kind| {
        let mut things = frame.dossier.things.iter().filter(|t| t.kind == Some(kind));
        things.any(|t| t.value == Value::Withheld)
    };
    let canonical = read
        .attributes
        .iter()
        .filter(|(a, _)| !withheld(a.kind))
        .filter_map(|(a, _)| seen::of(frame, files, a.kind, &a.value))
        .flat_map(|seen| seen.objects);
    // As it was spelled: what was received is evidence, what it was read as is an inference.
    let spelled = fields.iter().filter_map(|(column, value)| match column {
        Column::Email if read.email.is_some() => seen::mailbox(frame, value.trim()),
        Column::Ip if read.ip.is_some() => seen::host(frame, value),
        _ => None,
    });
    canonical.chain(spelled).collect()
}

/// A file of the package.
fn kept(frame: &Frame<'_>, path: &str) -> Option<Object> {
    let line = frame.dossier.custody.iter().find(|c| c.file.as_deref() == Some(path))?;
    let hash = line.sha256.as_ref()?;
    let name = path.rsplit('/').next().unwrap_or(path);
    let file = json!({ "hashes": { "SHA-256": hash.as_str() }, "name": name });
    Some(
        frame.observable("file", file).set("size", line.bytes).set("mime_type", "application/json"),
    )
}
