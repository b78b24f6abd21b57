//! Indicators: shared values that another may look for in their own data, and until when. Not responsible for the patterns
//! (`pattern`, `seen`).
//!
//! Invariant: what a person judged common is no indicator; a name of a school or employer never is one; an indicator says
//! that a match is a reason to look and no verdict.

use crate::{
    model::{AttributeKind, Moment},
    referral::{
        Thing, Value,
        stix::{
            confidence,
            object::{Frame, Objects, stamp},
            things::{Shown, told},
        },
    },
};
use serde_json::json;
use std::collections::BTreeMap;

const DAY: i64 = 86_400;

/// Days after its last use for which a value is worth looking for: numbers and lines are given to others, mailboxes are kept
/// longer, places and files stay what they are.
fn days(kind: AttributeKind) -> Option<i64> {
    match kind {
        AttributeKind::Phone | AttributeKind::Ip => Some(90),
        AttributeKind::Device => Some(365),
        AttributeKind::Email | AttributeKind::Profile | AttributeKind::Referee => Some(730),
        AttributeKind::Address
        | AttributeKind::Institution
        | AttributeKind::Employer
        | AttributeKind::Document
        | AttributeKind::Photo
        | AttributeKind::PaymentAccount
        | AttributeKind::GovernmentId => None,
    }
}

/// Takes in an indicator for every thing that is fit to be one.
pub(super) fn add(frame: &Frame<'_>, shown: &BTreeMap<usize, Shown>, objects: &mut Objects) {
    for thing in &frame.dossier.things {
        if let (Some(kind), Some(shown)) = (thing.kind, shown.get(&thing.no))
            && !shown.pattern.is_empty()
            && thing.judged != "common"
        {
            one(frame, thing, kind, shown, objects);
        }
    }
}

fn one(
    frame: &Frame<'_>,
    thing: &Thing,
    kind: AttributeKind,
    shown: &Shown,
    objects: &mut Objects,
) {
    let Some(value) = shown.observables.first() else { return };
    let heading = &frame.dossier.heading;
    let from = thing.first_seen.or(heading.first_seen).unwrap_or(heading.at);
    let last = thing.last_seen.unwrap_or(from).max(from);
    let until = days(kind).map(|days| Moment(last.0.saturating_add(days * DAY)));
    let confidence = confidence::of_thing(thing);
    let keyed = match &thing.value {
        Value::Keyed(_) => " Given as a keyed hash: only who has the key can compare it.",
        _ => "",
    };
    let description = format!(
        "{}{keyed} A match is a reason to look, not a verdict: {}.",
        told(thing),
        innocent(kind)
    );
    let indicator = frame
        .domain("indicator", &[value])
        .set("name", format!("{} of a ring of job applications", thing.label))
        .set("description", description)
        .set("indicator_types", json!(["anomalous-activity"]))
        .set("pattern", shown.pattern.as_str())
        .set("pattern_type", "stix")
        .set("pattern_version", "2.1")
        .set("valid_from", stamp(from))
        .set("valid_until", until.map(stamp).filter(|until| *until > stamp(from)))
        .set("confidence", confidence);
    let indicator = objects.add(indicator);
    objects.add(frame.relationship("related-to", &indicator, value));
    if let Some(infrastructure) = &shown.infrastructure {
        objects.add(frame.relationship("indicates", &indicator, infrastructure));
    }
}

/// Why an innocent person may match.
fn innocent(kind: AttributeKind) -> &'static str {
    match kind {
        AttributeKind::Phone => "numbers are given to others, and families share lines",
        AttributeKind::Ip => "offices, schools and providers put many people behind one address",
        AttributeKind::Address => "people live, and get their mail, where others do",
        AttributeKind::Device => "libraries, career centers and families share devices",
        AttributeKind::Email => "a mailbox may be an agency's, or taken over",
        AttributeKind::Profile => "a profile may be copied from the person it belongs to",
        AttributeKind::Document => "templates and print shops leave one mark in many files",
        AttributeKind::Photo => "a photo may be stolen from the person in it",
        AttributeKind::Referee => "one manager is a referee of many",
        AttributeKind::Institution
        | AttributeKind::Employer
        | AttributeKind::PaymentAccount
        | AttributeKind::GovernmentId => "somebody else may have used it",
    }
}
