//! A watched value in an application at stage offer or later, whichever came second: the stage, the value or the entry.
//!
//! Of applications that came before the entry only values that applications share are looked at; wallets and the like are
//! found in those that come.

use crate::{
    indicators::{Reach, Subject, WatchHit, WatchLists, watch::Claims},
    model::{AlertKind, AlertRule, Application, ApplicationId, WatchId},
    reports::{
        ReportError,
        alerts::{Found, Happened, Kind},
        stage,
    },
};
use std::collections::{BTreeMap, BTreeSet};

/// The kind.
pub const KIND: Kind = Kind { kind: AlertKind::WatchedAtOffer, number: None, find };

fn find(happened: &Happened<'_>, _rule: &AlertRule) -> Result<Vec<Found>, ReportError> {
    let lists = happened.engine.watched(happened.engine.indicator_policy());
    let mut found = Vec::new();
    for (id, came) in happened.came.iter().filter(|(_, came)| came.reach >= Reach::Offer) {
        let mut hits = BTreeMap::new();
        for version in happened.versions(id)? {
            let reach = stage::reach(&version.application);
            if reach >= Reach::Offer {
                let new = watched(&lists, &version.application);
                hits.extend(new.into_iter().map(|(entry, hit)| (entry, (hit, reach))));
            }
        }
        if hits.is_empty() {
            continue;
        }
        let before = happened.before(id)?.filter(|a| stage::reach(a) >= Reach::Offer);
        let before = before.map(|a| watched(&lists, &a)).unwrap_or_default();
        for (entry, (hit, reach)) in hits {
            let was_there = !happened.watched.contains_key(&entry);
            if !(was_there && before.contains_key(&entry)) {
                found.push(told(happened, id, came.app, &hit, reach));
            }
        }
    }
    found.extend(of_new_entries(happened)?);
    found.sort_by(|a, b| a.what.cmp(&b.what));
    Ok(found)
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
