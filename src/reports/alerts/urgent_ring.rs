//! A ring becomes urgent: what came since makes it so, and without that it would be less.
//!
//! Looked at are rings that came about or changed, those a member of which came or was checked, and those in which a new entry
//! of a watch-list is found. A change of the numbers in force alerts nobody: it moves many at once, and whoever makes it is
//! shown which.

use crate::{
    engine::Assessed,
    explain::words::{count, list},
    indicators::{Band, Reach, WatchLists},
    model::{AlertKind, AlertRule, Ring, RingId, WatchId},
    reports::{
        ReportError,
        alerts::{Found, Happened, Kind},
        past::members_at,
    },
};
use std::collections::BTreeSet;

/// The kind.
pub const KIND: Kind = Kind { kind: AlertKind::UrgentRing, number: None, find };

/// From so many rings on, all are assessed at once, on all cores.
const MANY: usize = 48;

fn find(happened: &Happened<'_>, rule: &AlertRule) -> Result<Vec<Found>, ReportError> {
    let (engine, view) = (happened.engine, happened.view);
    let rings: Vec<&Ring> = touched(happened)?
        .into_iter()
        .filter(|id| !happened.is_raised(rule, &[id.to_string()]))
        .filter_map(|id| view.rings.find(&id))
        .collect();
    let all: Option<Assessed> = (rings.len() >= MANY).then(|| engine.assess_rings(view));
    let without: BTreeSet<WatchId> = happened.watched.keys().cloned().collect();
    let mut found = Vec::new();
    for ring in rings {
        let known = all.as_ref().and_then(|all| all.get(&ring.id)).map(|a| (**a).clone());
        let assessment = known.unwrap_or_else(|| engine.assess_ring(view, ring));
        if assessment.band() < Band::Urgent {
            continue;
        }
        let before = members_at(view, &ring.id, happened.after)
            .and_then(|were| engine.assess_ring_before(view, ring, were, happened.after, &without));
        if before.is_some_and(|before| before.band() >= Band::Urgent) {
            continue;
        }
        let mut says: Vec<_> = assessment.ring.raised();
        says.truncate(3);
        let titles: Vec<String> = says
            .iter()
            .map(|(indicator, ..)| format!("\u{201c}{}\u{201d}", indicator.title))
            .collect();
        let because = match titles.is_empty() {
            true => String::new(),
            false => format!(" Most telling: {}.", list(&titles)),
        };
        let reach = match assessment.reach {
            Reach::Applied => String::new(),
            reach => format!(", the farthest {}", reach.label()),
        };
        let innocent = says.iter().filter_map(|(indicator, ..)| indicator.innocent.first());
        let innocent = innocent.map(|text| (*text).to_owned()).collect::<BTreeSet<_>>();
        let innocent: Vec<String> = innocent.into_iter().collect();
        let innocent = match innocent.is_empty() {
            true => "people who know each other".to_owned(),
            false => innocent.join("; "),
        };
        found.push(Found {
            what: vec![ring.id.to_string()],
            ring: Some(ring.id.clone()),
            attribute: None,
            applications: BTreeSet::new(),
            text: format!(
                "{} became urgent: {}{reach}.{because} It says: verify first, before anything else goes on. To rule out \
                 first: {innocent}.",
                ring.id,
                count(ring.identities as usize, "claimed identity", "claimed identities"),
            ),
        });
    }
    Ok(found)
}

/// The rings that may have become urgent.
fn touched(happened: &Happened<'_>) -> Result<BTreeSet<RingId>, ReportError> {
    let (engine, view) = (happened.engine, happened.view);
    let network = &view.network;
    let mut rings: BTreeSet<RingId> = happened.rings().into_iter().cloned().collect();
    let mut applications = happened.checked.clone();
    if !happened.watched.is_empty() {
        let entries = happened.watched.values().map(|(_, entry)| entry.clone());
        let lists = WatchLists::new(entries, engine.clock().now());
        let hits = engine.watch_hits_after(view, &lists, happened.through)?;
        applications.extend(hits.into_iter().flat_map(|hit| hit.applications));
    }
    let apps = applications.iter().filter_map(|id| network.corpus().find(id));
    let of = apps.filter_map(|app| view.ring_of(network.applicant_of(app)));
    rings.extend(of.map(|ring| ring.id.clone()));
    Ok(rings)
}
