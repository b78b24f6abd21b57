//! The whole: a grouping while nobody reviewed the ring, a report afterwards. Not responsible for what it lists.
//!
//! Invariant: a report has the review of two persons; without one a package says "suspicious activity, for ongoing
//! analysis" and nothing more. Both keep their id from one package of a ring to the next of the same profile; a report is
//! another object than the grouping it came of, as the specification has it.

use crate::referral::{
    Heading,
    stix::{
        confidence,
        object::{Frame, Object, Objects, stamp},
    },
};
use serde_json::{Value, json};

/// Types that are not part of what is said of the ring.
const APART: &[&str] = &["marking-definition", "extension-definition"];

/// The report or grouping of what was taken in.
pub(super) fn object(frame: &Frame<'_>, objects: &Objects, apart: &[String]) -> Object {
    let heading = &frame.dossier.heading;
    let mut refs: Vec<String> =
        objects.ids_but(APART).into_iter().filter(|id| !apart.contains(id)).collect();
    if refs.is_empty() {
        refs.push(frame.author().to_owned());
    }
    let object = match &heading.review {
        None => frame.domain("grouping", &["ring"]).set("context", "suspicious-activity"),
        Some(_) => frame
            .domain("report", &["ring"])
            .set("report_types", types(objects))
            .set("published", stamp(heading.at)),
    };
    let confidence = confidence::of_ring(heading);
    object
        .set("name", format!("Ring of job applications {}: {}", heading.ring, heading.wording))
        .set("description", told(frame, confidence))
        .set("confidence", confidence)
        .set("labels", labels(heading))
        .set("external_references", references(heading))
        .set("object_refs", refs)
}

fn types(objects: &Objects) -> Value {
    let has = |kind: &&str| objects.has(kind);
    let types: Vec<&str> =
        ["attack-pattern", "indicator", "observed-data"].into_iter().filter(has).collect();
    match objects.has("observed-data") || types.is_empty() {
        true => json!([types, vec!["identity"]].concat()),
        false => json!(types),
    }
}

fn labels(heading: &Heading) -> Value {
    let review = if heading.review.is_some() { "reviewed" } else { "draft" };
    json!([heading.status.name(), review, heading.profile.name().replace('_', "-")])
}

fn references(heading: &Heading) -> Value {
    let one = |what: &str, id: &str| json!({ "source_name": "ringer", "description": what, "external_id": id });
    let mut all =
        vec![one("ring", heading.ring.as_str()), one("referral", heading.referral.as_str())];
    all.extend(heading.supersedes.as_ref().map(|id| one("superseded referral", id.as_str())));
    all.extend(heading.case.as_ref().map(|(id, _)| one("case", id.as_str())));
    Value::Array(all)
}

fn told(frame: &Frame<'_>, confidence: u8) -> String {
    let heading = &frame.dossier.heading;
    let mut lines = vec![match heading.review.is_some() {
        true => format!(
            "Reviewed by two persons: {} (confidence {confidence}, {}).",
            heading.wording,
            confidence::word(confidence)
        ),
        false => format!(
            "DRAFT, not reviewed: {}, for ongoing analysis (confidence {confidence}, {}).",
            heading.wording,
            confidence::word(confidence)
        ),
    }];
    lines.push(
        "Identities are as claimed and may be victims of identity theft. Facts are in observed data, what was computed from \
         them in relationships and indicators, what persons made of it in notes."
            .to_owned(),
    );
    lines.extend(frame.dossier.summary.iter().cloned());
    if !heading.purpose.is_empty() {
        lines.push(format!("Purpose: {}", heading.purpose));
    }
    lines.join("\n")
}
