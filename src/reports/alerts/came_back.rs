//! Somebody in a ring comes back under another identity after a rejection.
//!
//! Somebody who applies again under their own name, a household, and a rejection that was known before together with both
//! applications are none.

use crate::{
    explain::words::count,
    model::{AlertKind, AlertRule, LineageKind, RingId},
    reports::{
        ReportError,
        alerts::{Found, Happened, Kind},
        back::{first_of, is_new, returns},
    },
};
use std::collections::{BTreeMap, BTreeSet};

/// The kind.
pub const KIND: Kind = Kind { kind: AlertKind::Return, number: None, find };

fn find(happened: &Happened<'_>, _rule: &AlertRule) -> Result<Vec<Found>, ReportError> {
    let (engine, view) = (happened.engine, happened.view);
    let corpus = view.network.corpus();
    let mut found: BTreeMap<Vec<String>, Found> = BTreeMap::new();
    for ring in happened.rings().into_iter().filter_map(|id| view.rings.find(id)) {
        let merged = happened.lineage.iter().filter_map(|(_, event)| {
            let is_one =
                event.kind == LineageKind::Merged && event.other.as_ref() == Some(&ring.id);
            is_one.then_some(&event.ring)
        });
        let rings: Vec<&RingId> = std::iter::once(&ring.id).chain(merged).collect();
        for back in returns(view, ring) {
            if !is_new(engine, view, &rings, &back, happened.after)? {
                continue;
            }
            let firsts = first_of(view, back.who).zip(first_of(view, back.other));
            let Some((who, other)) = firsts else { continue };
            let [rejected, after] = [back.rejected, back.after].map(|app| corpus.id(app));
            let text = format!(
                "{} has a return: application {rejected} was rejected, and {after} came under another identity {} after it \
                 was submitted. To \
                 rule out first: a reapplication under a married name, or a friend or relative who heard of the opening.",
                ring.id,
                count(usize::try_from(back.days).unwrap_or(0), "day", "days"),
            );
            let what = vec![who.to_string(), other.to_string()];
            found.entry(what.clone()).or_insert(Found {
                what,
                ring: Some(ring.id.clone()),
                attribute: None,
                applications: BTreeSet::from([rejected, after]),
                text,
            });
        }
    }
    Ok(found.into_values().collect())
}
