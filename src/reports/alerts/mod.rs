//! Alerts between reports: rules that people set are applied to what happened since they were applied last. Not responsible for
//! putting rules and alerts on record (`engine`), nor for bringing alerts to anybody (`delivery`).
//!
//! A rule applies to what happened after it was set or resumed. What it finds has a key of the rule, what it is about and what
//! happened to that, so that the same thing is raised once: after a restart, by two processes, after the same file is imported
//! again. Therefore it does no harm to look at a stretch of the journal twice, and whoever has lost their place begins earlier.
//!
//! Invariant: the journal and the hour determine what is raised; an alert names no person and no value, only ids.

mod address_identities;
mod came_back;
mod confirmed_ring;
mod happened;
mod known_unit;
mod letter;
mod place;
mod rate;
mod urgent_ring;
mod watched_at_offer;

pub use happened::{Came, Happened};
pub use letter::load;
pub use place::{Place, watch_on};

use crate::{
    engine::Engine,
    model::{
        Alert, AlertId, AlertKind, AlertRule, ApplicationId, AttributeId, Digest, RingId, Seq, Slug,
    },
    reports::ReportError,
};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// Every kind of rule: one file each, one line here.
pub const KINDS: &[Kind] = &[
    confirmed_ring::KIND,
    address_identities::KIND,
    known_unit::KIND,
    watched_at_offer::KIND,
    urgent_ring::KIND,
    came_back::KIND,
];

/// Applications that an alert names at most.
const NAMED: usize = 20;

/// A kind of rule.
pub struct Kind {
    /// Which.
    pub kind: AlertKind,
    /// The number it goes by where the rule says none; none where it goes by no number.
    pub number: Option<u32>,
    /// Finds what it applies to, in one order.
    find: fn(&Happened<'_>, &AlertRule) -> Result<Vec<Found>, ReportError>,
}

impl Kind {
    /// The number that a rule of this kind goes by, 2 at least.
    #[must_use]
    pub fn number_of(&self, rule: &AlertRule) -> u32 {
        let number = if rule.number == 0 { self.number.unwrap_or_default() } else { rule.number };
        number.max(2)
    }
}

/// A kind by what it looks for.
#[must_use]
pub fn kind(of: AlertKind) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.kind == of)
}

/// Something that a rule applies to.
pub(super) struct Found {
    /// What it is about and what happened to that: the same thing has the same words.
    what: Vec<String>,
    ring: Option<RingId>,
    attribute: Option<AttributeId>,
    applications: BTreeSet<ApplicationId>,
    text: String,
}

/// The key of what a rule applies to.
fn key(rule: &AlertRule, what: &[String]) -> Digest {
    let mut hash = Sha256::new();
    let words = [rule.name.as_str(), rule.kind.name()].into_iter();
    for word in words.chain(what.iter().map(String::as_str)) {
        // With its length, so that no two lists of words are one text.
        hash.update((word.len() as u64).to_le_bytes());
        hash.update(word.as_bytes());
    }
    Digest(hash.finalize().into())
}

/// The id of the alert of this key.
fn id(key: &Digest) -> AlertId {
    AlertId::derive(&key.to_string())
}

impl Happened<'_> {
    /// Whether this was raised for a rule already.
    #[must_use]
    fn is_raised(&self, rule: &AlertRule, what: &[String]) -> bool {
        self.view.reports.is_raised(&key(rule, what))
    }
}

/// What rules found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Evaluated {
    /// What is to be raised, in the order of the rules' names; what was raised before is left out.
    pub alerts: Vec<Alert>,
    /// The last fact that was looked at.
    pub through: Seq,
}

/// Applies every rule that is at work to what happened after `since`, or after the rule was set or resumed if that was later.
/// O(facts from there on), and what each kind says.
///
/// # Errors
/// When the journal or the store cannot be read.
pub fn evaluate(engine: &Engine, since: Seq) -> Result<Evaluated, ReportError> {
    let present = engine.present();
    let (reports, now) = (&present.view.reports, engine.clock().now());
    let through = present.head.seq;
    let mut read: BTreeMap<Seq, Happened<'_>> = BTreeMap::new();
    let mut alerts = Vec::new();
    for standing in reports.rules().values().filter(|standing| standing.paused.is_none()) {
        let rule = &standing.is;
        let after = since.max(standing.seq);
        let mut fresh = Vec::new();
        if after < through
            && let Some(kind) = kind(rule.kind)
        {
            let happened = match read.entry(after) {
                std::collections::btree_map::Entry::Occupied(known) => known.into_mut(),
                std::collections::btree_map::Entry::Vacant(place) => {
                    place.insert(Happened::read(engine, &present, after)?)
                }
            };
            fresh = (kind.find)(happened, rule)?;
        }
        let mut keys = BTreeSet::new();
        let mut new = Vec::new();
        for found in fresh {
            let key = key(rule, &found.what);
            if !reports.is_raised(&key) && keys.insert(key) {
                new.push(alert(rule, key, found, through, now));
            }
        }
        alerts.extend(rate::delivered(reports, rule, new, through, now));
    }
    Ok(Evaluated { alerts, through })
}

fn alert(
    rule: &AlertRule,
    key: Digest,
    found: Found,
    as_of: Seq,
    at: crate::model::Moment,
) -> Alert {
    Alert {
        id: id(&key),
        rule: rule.name.clone(),
        kind: rule.kind,
        key,
        as_of,
        at,
        ring: found.ring,
        attribute: found.attribute,
        applications: found.applications.into_iter().take(NAMED).collect(),
        text: found.text,
        to: rule.to.clone(),
        held_back: false,
    }
}

/// Applies every rule to what happened since the last time and puts what they find on record; `through` keeps the place. None
/// where that was lost: then everything since the first rule at work is looked at, whatever was raised since, for an alert of
/// one rule does not say that another was applied too. Returns how many alerts were new. Where no rule is set, or nothing happened, it costs nothing.
///
/// # Errors
/// When the journal cannot be read or written.
pub fn watch(engine: &Engine, through: &mut Option<Seq>) -> Result<usize, ReportError> {
    let view = engine.view();
    let reports = &view.reports;
    let active = || reports.rules().values().filter(|standing| standing.paused.is_none());
    let Some(first) = active().map(|standing| standing.seq).min() else { return Ok(0) };
    let since = through.unwrap_or(first);
    let is_owed = || active().any(|standing| rate::owes(reports, &standing.is.name));
    if view.seq <= since && !is_owed() {
        *through = Some(since);
        return Ok(0);
    }
    let evaluated = evaluate(engine, since)?;
    let new = engine.raise(evaluated.alerts)?;
    *through = Some(evaluated.through);
    Ok(new)
}

/// The page that lists the alerts of a rule.
#[must_use]
pub fn list_of(rule: &Slug) -> String {
    format!("/reports/alerts?rule={rule}")
}
