//! A ring that people confirmed or referred gains a member.
//!
//! What counts is what had been decided when it grew. Another application of somebody who was a member is no gain.

use crate::{
    engine::Recorded,
    explain::{
        innocent_of, nouns,
        words::{count, list},
    },
    model::{
        AlertKind, AlertRule, ApplicantIx, ApplicationId, AttributeKind, LineageEvent, LineageKind,
        RingId, Seq,
    },
    reports::{
        ReportError,
        alerts::{Found, Happened, Kind},
        past::{is_known, members_at, status_at},
    },
};
use std::collections::BTreeSet;

/// The kind.
pub const KIND: Kind = Kind { kind: AlertKind::ConfirmedRingGains, number: None, find };

fn find(happened: &Happened<'_>, _rule: &AlertRule) -> Result<Vec<Found>, ReportError> {
    let gains = happened.lineage.iter().filter_map(|(seq, event)| gain(happened, *seq, event));
    Ok(gains.collect())
}

/// What a change of a ring gains for one that people said is one.
fn gain(happened: &Happened<'_>, seq: Seq, event: &LineageEvent) -> Option<Found> {
    let view = happened.view;
    let status = status_at(view, &event.ring, seq);
    // Which change of the ring it is: the same whatever else is on record in between.
    let is_it = |r: &std::sync::Arc<Recorded>| r.seq == seq && r.event == *event;
    let nth = view.lineage.get(&event.ring)?.iter().position(is_it)?;
    let before = members_at(view, &event.ring, Seq(seq.0.saturating_sub(1)))?;
    let (now, into) = match (event.kind, &event.other) {
        (LineageKind::Grew, _) => (&event.members, None),
        // Where the other is known too, it grew, and says so.
        (LineageKind::Merged, Some(into)) if !is_known(status_at(view, into, seq)) => {
            (members_at(view, into, seq)?, Some(into))
        }
        _ => return None,
    };
    if !is_known(status) {
        return None;
    }
    let (joined, gained) = joined(happened, before, now);
    if gained.is_empty() {
        return None;
    }
    let ring = into.unwrap_or(&event.ring);
    let (through, attribute, kind) = through(happened, ring, &gained, event);
    let members = count(gained.len(), "member", "members");
    let what = match into {
        Some(into) => format!(
            "{} ({}) merged into {into} and so gained {members} through {through}",
            event.ring,
            status.name()
        ),
        None => format!("{} ({}) gained {members} through {through}", event.ring, status.name()),
    };
    let innocent =
        kind.map_or("Somebody who knows a member may share things with them.", innocent_of);
    Some(Found {
        what: vec![event.ring.to_string(), nth.to_string()],
        ring: Some(ring.clone()),
        attribute,
        applications: joined,
        text: format!(
            "{what}. What was decided is about those who were in it then. To rule out first: {innocent}"
        ),
    })
}

/// The applications that joined, and who joined with them and had no application there before.
fn joined(
    happened: &Happened<'_>,
    before: &BTreeSet<ApplicationId>,
    now: &BTreeSet<ApplicationId>,
) -> (BTreeSet<ApplicationId>, BTreeSet<ApplicantIx>) {
    let network = &happened.view.network;
    let who = |id: &ApplicationId| network.corpus().find(id).map(|app| network.applicant_of(app));
    let were: BTreeSet<ApplicantIx> = before.iter().filter_map(who).collect();
    let joined: Vec<&ApplicationId> = now.difference(before).collect();
    let gained: BTreeSet<ApplicantIx> =
        joined.iter().filter_map(|id| who(id)).filter(|ix| !were.contains(ix)).collect();
    let of = |id: &&&ApplicationId| who(id).is_some_and(|ix| gained.contains(&ix));
    (joined.iter().filter(of).map(|id| (*id).clone()).collect(), gained)
}

/// Through what they came to the ring, with the most important of it.
fn through(
    happened: &Happened<'_>,
    ring: &RingId,
    gained: &BTreeSet<ApplicantIx>,
    event: &LineageEvent,
) -> (String, Option<crate::model::AttributeId>, Option<AttributeKind>) {
    let network = &happened.view.network;
    let shared: Vec<_> = happened
        .view
        .rings
        .find(ring)
        .map(|ring| ring.artefacts.iter())
        .into_iter()
        .flatten()
        .filter(|artefact| artefact.members.iter().any(|member| gained.contains(member)))
        .collect();
    let mut words = nouns(network, shared.iter().copied());
    let first = shared.iter().find_map(|artefact| artefact.attribute);
    let first = first.map(|ix| network.corpus().attribute(ix));
    let more = words.len().saturating_sub(3);
    words.truncate(3);
    if more > 0 {
        words.push(count(more, "other kind of thing", "other kinds of things"));
    }
    let through = if words.is_empty() { event.cause.label().to_owned() } else { list(&words) };
    (through, first.as_ref().map(crate::model::Attribute::id), first.map(|value| value.kind))
}
