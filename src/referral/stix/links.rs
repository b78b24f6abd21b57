//! What is between two identities, as a relationship with its evidence in words. Not responsible for the evidence.
//!
//! Invariant: always `related-to`. `duplicate-of` would say that two identities are one, and identities that persons judged to
//! be one are one before a package is made. What contradicts is said beside what supports.

use crate::{
    model::Moment,
    referral::{
        LinkLine,
        stix::{
            confidence,
            object::{Frame, Objects, stamp},
        },
    },
};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// Takes in every link.
pub(super) fn add(frame: &Frame<'_>, ids: &BTreeMap<usize, String>, objects: &mut Objects) {
    let submitted: BTreeMap<&str, Moment> = frame
        .dossier
        .identities
        .iter()
        .flat_map(|i| &i.applications)
        .filter_map(|a| Some((a.id.as_str(), a.submitted?)))
        .collect();
    for link in &frame.dossier.links {
        let (Some(a), Some(b)) = (ids.get(&link.a), ids.get(&link.b)) else { continue };
        let applications: BTreeSet<&str> =
            link.evidence.iter().flat_map(|e| &e.applications).map(|a| a.as_str()).collect();
        let times: BTreeSet<Moment> =
            applications.iter().filter_map(|a| submitted.get(a).copied()).collect();
        let (first, last) = (times.first().copied(), times.last().copied());
        let references: Vec<_> = applications
            .iter()
            .map(|a| json!({ "source_name": "ringer", "description": "application", "external_id": a }))
            .collect();
        let relationship = frame
            .relationship("related-to", a, b)
            .set("description", told(link))
            .set("confidence", confidence::of_link(link))
            .set("start_time", first.map(stamp))
            .set("stop_time", last.filter(|last| Some(*last) > first).map(stamp))
            .set("labels", json!([link.class.replace(' ', "-")]))
            .set("external_references", references);
        objects.add(relationship);
    }
}

fn told(link: &LinkLine) -> String {
    let confidence = confidence::of_link(link);
    let mut text = format!(
        "Computed, not observed: {}, {} bits in all (confidence {confidence}, {}).",
        link.class,
        link.bits,
        confidence::word(confidence)
    );
    if !link.binds {
        text.push_str(" It does not bind a ring by itself.");
    }
    if link.is_weak_bridge {
        text.push_str(" The ring hangs together here by this link alone.");
    }
    for (agreement, title) in
        [("supports", "Supports"), ("contradicts", "Speaks against"), ("neutral", "Says nothing")]
    {
        for evidence in link.evidence.iter().filter(|e| e.agreement == agreement) {
            let values = match (evidence.left.as_str(), evidence.right.as_str()) {
                ("", "") => String::new(),
                (left, right) if left == right => format!(" ({left})"),
                (left, right) => format!(" ({left} / {right})"),
            };
            text.push_str(&format!(
                "\n{title}: {}, {} bits: {}{values}",
                evidence.label, evidence.bits, evidence.text
            ));
        }
    }
    text
}
