//! A watched value in an application at stage offer or later, whichever came second: the stage, the value or the entry.
//!
//! Of applications that came before the entry only values that applications share are looked at; wallets and the like are
//! found in those that come.

use crate::{
    indicators::{Reach, Subject, WatchHit, WatchLists, watch::Claims},
    model::{AlertKind, AlertRule, Application, ApplicationId, Seq, WatchId},
    reports::{
        ReportError,
        alerts::{Came, Found, Happened, Kind},
        stage,
    },
};
use std::collections::{BTreeMap, BTreeSet};

/// The kind.
pub const KIND: Kind = Kind { kind: AlertKind::WatchedAtOffer, number: None, find };

fn find(happened: &Happened<'_>, _rule: &AlertRule) -> Result<Vec<Found>, ReportError> {
    let lists = happened.engine.watched(happened.engine.indicator_policy());
    let mut found = Vec::new();
    for (id, came) in &happened.came {
        for (hit, reach) in hits(happened, &lists, id, *came)?.into_values() {
            found.push(told(happened, id, came.app, &hit, reach));
        }
    }
    found.extend(of_new_entries(happened)?);
    found.sort_by(|a, b| a.what.cmp(&b.what));
    Ok(found)
}

/// What of an application that came was watched while it was at an offer, by entry, and was not so before. A version counts with
/// the entries that were there when it came, and with those that came while it was the newest.
fn hits(
    happened: &Happened<'_>,
    lists: &WatchLists,
    id: &ApplicationId,
    came: Came,
) -> Result<BTreeMap<WatchId, (WatchHit, Reach)>, ReportError> {
    let mut all = BTreeMap::new();
    // Without a new entry a version of before says nothing new.
    if came.reach < Reach::Offer && happened.watched.is_empty() {
        return Ok(all);
    }
    let versions = happened.versions(id)?;
    let before = match happened.before(id)? {
        Some(application) if stage::reach(&application) >= Reach::Offer => Some(application),
        _ => None,
    };
    let since = |entry: &WatchId| happened.watched.get(entry).map(|(since, _)| *since);
    let end = Seq(u64::MAX);
    let mut there = BTreeSet::new();
    if let Some(application) = &before {
        let next = versions.first().map_or(end, |version| version.seq);
        let reach = stage::reach(application);
        for (entry, hit) in watched(lists, application) {
            match since(&entry) {
                None => drop(there.insert(entry)),
                Some(since) if since < next => drop(all.insert(entry, (hit, reach))),
                Some(_) => {}
            }
        }
    }
    for (at, version) in versions.iter().enumerate() {
        let reach = stage::reach(&version.application);
        if reach < Reach::Offer {
            continue;
        }
        let next = versions.get(at + 1).map_or(end, |version| version.seq);
        for (entry, hit) in watched(lists, &version.application) {
            let is_in_time = since(&entry).is_none_or(|since| since < next);
            if is_in_time && !there.contains(&entry) {
                all.insert(entry, (hit, reach));
            }
        }
    }
    Ok(all)
}

/// Old applications that entries which came are found in.
fn of_new_entries(happened: &Happened<'_>) -> Result<Vec<Found>, ReportError> {
    let (engine, view) = (happened.engine, happened.view);
    let entries = happened.watched.values().map(|(_, entry)| entry.clone());
    let lists = WatchLists::new(entries, engine.clock().now());
    let corpus = view.network.corpus();
    let mut found: BTreeMap<Vec<String>, Found> = BTreeMap::new();
    for hit in engine.watch_hits_after(view, &lists, happened.through)? {
        for id in hit.applications.iter().filter(|id| !happened.came.contains_key(*id)) {
            let Some(app) = corpus.find(id) else { continue };
            let reach = engine.raw(view, app).map_or(Reach::Applied, |a| stage::reach(&a));
            if reach >= Reach::Offer {
                let mut told = told(happened, id, app, &hit.hit, reach);
                told.attribute.clone_from(&hit.attribute);
                found.insert(told.what.clone(), told);
            }
        }
    }
    Ok(found.into_values().collect())
}

/// What of an application is watched, by entry.
fn watched(lists: &WatchLists, application: &Application) -> BTreeMap<WatchId, WatchHit> {
    if lists.is_empty() {
        return BTreeMap::new();
    }
    let claims = Claims::of(&Subject::new(application));
    let exact = lists.identifiers(&claims).into_iter().map(|(hit, _)| hit);
    let hits = exact.chain(lists.schools(&claims)).chain(lists.employers(&claims));
    hits.map(|hit| (hit.entry.id.clone(), hit)).collect()
}

fn told(
    happened: &Happened<'_>,
    id: &ApplicationId,
    app: crate::model::AppIx,
    hit: &WatchHit,
    reach: Reach,
) -> Found {
    let view = happened.view;
    let entry = &hit.entry;
    let ring = view.ring_of(view.network.applicant_of(app)).map(|ring| ring.id.clone());
    let inside = ring.as_ref().map_or_else(String::new, |ring| format!(", in {ring}"));
    Found {
        what: vec![id.to_string(), entry.id.to_string()],
        ring,
        attribute: None,
        applications: BTreeSet::from([id.clone()]),
        text: format!(
            "Application {id}, {}{inside}, has a {} that is watched: {} of grade {}, found {}. To rule out first: a list that \
             is out of date, somebody else of that name, or a person whose identity was stolen.",
            reach.label(),
            entry.kind.about(),
            entry.id,
            entry.grade.name(),
            hit.how.name().replace('_', " "),
        ),
    }
}
