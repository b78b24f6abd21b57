//! The thresholds in words: where each number in force comes from, what was changed and what rings did through it. Not
//! responsible for which numbers there are (`matching::thresholds`) nor for changing them (`engine`).
//!
//! Invariant: a number is told with who set it and why, or with the word that it is built in or configured.

use crate::{
    engine::View,
    explain::words::count,
    matching::{
        Policy,
        thresholds::{Changes, THRESHOLDS, Threshold},
    },
    model::{Cause, LineageKind, PolicyPart, PolicyRecord, RingId, numbers_set},
    web::{
        display::Display,
        text::{Piece, listed},
        urls,
    },
};

/// A threshold as it is in force.
pub struct InForce {
    pub threshold: &'static Threshold,
    pub value: String,
    pub origin: String,
    pub is_set: bool,
}

/// Every threshold as it is in force.
pub fn in_force(view: &View, configured: &Policy, display: &Display) -> Vec<InForce> {
    let (built_in, set) = (Policy::default(), numbers_set(&view.policy_changes));
    let row = |threshold: &'static Threshold| {
        let (own, default) = (threshold.of(configured), threshold.of(&built_in));
        let under = match own == default {
            true => format!("built in: {default}"),
            false => format!("configured: {own}; built in: {default}"),
        };
        let set = set.get(threshold.name);
        let origin = match set {
            Some(set) => {
                let (by, why) = (&set.record.by, &set.record.why);
                let at = display.written(&set.record.at);
                format!("set by {by}, {at}: {why} ({under})")
            }
            None if own == default => "built in".to_owned(),
            None => format!("configured, in ringer.toml or the environment (built in: {default})"),
        };
        let value = threshold.of(&view.in_force).to_string();
        InForce { threshold, value, origin, is_set: set.is_some() }
    };
    THRESHOLDS.iter().map(row).collect()
}

/// Where the effect of going back to the configuration is shown; none where nothing was set.
pub fn back_url(view: &View, configured: &Policy) -> Option<String> {
    let back = Changes::between(&view.in_force, configured);
    (!back.is_empty()).then(|| url(&back))
}

/// Where the effect of changes is shown.
pub fn url(changes: &Changes) -> String {
    let texts: Vec<(&str, String)> =
        changes.iter().map(|(threshold, to)| (threshold.name, to.to_string())).collect();
    let pairs: Vec<(&str, &str)> = texts.iter().map(|(name, to)| (*name, to.as_str())).collect();
    urls::query(urls::WHAT_IF, &pairs)
}

/// A change of the policy as a row.
pub struct ChangeRow {
    pub at: crate::model::Moment,
    pub by: String,
    pub why: String,
    pub what: Vec<String>,
    pub effect: String,
    pub effect_url: String,
}

/// Every change of the policy, newest first.
pub fn changes(view: &View) -> Vec<ChangeRow> {
    let row = |record: &PolicyRecord| ChangeRow {
        at: record.at,
        by: record.by.clone(),
        why: record.why.clone(),
        what: what(record),
        effect: effect(record),
        effect_url: match record.effect.is_empty() {
            true => String::new(),
            false => {
                let seq = record.seq.0.to_string();
                format!("{}#changed", urls::query(urls::POLICY, &[("change", &seq)]))
            }
        },
    };
    view.policy_changes.iter().rev().map(row).collect()
}

/// What was changed, a phrase a number.
fn what(record: &PolicyRecord) -> Vec<String> {
    match &record.part {
        PolicyPart::Identity(true) => {
            vec!["the numbers that tell persons apart: calibrated from the store".to_owned()]
        }
        PolicyPart::Identity(false) => {
            vec!["the numbers that tell persons apart: back to the configuration".to_owned()]
        }
        PolicyPart::Thresholds(changes) => changes
            .iter()
            .map(|change| {
                let label =
                    Threshold::named(&change.number).map_or(change.number.as_str(), |t| t.label);
                match &change.after {
                    Some(after) => format!("{label}: {} → {after}", change.before),
                    None => format!("{label}: {} → as configured", change.before),
                }
            })
            .collect(),
    }
}

/// What rings did through a change.
fn effect(record: &PolicyRecord) -> String {
    if record.effect.is_empty() {
        return "no ring changed".to_owned();
    }
    let said = |(kind, n): (&LineageKind, &u32)| {
        let rings = count(usize::try_from(*n).unwrap_or(usize::MAX), "ring", "rings");
        Piece::text(format!("{rings} {}", happened(*kind)))
    };
    listed(record.effect.iter().map(said).collect()).into_iter().map(|piece| piece.text).collect()
}

/// What rings did, after their number.
fn happened(kind: LineageKind) -> &'static str {
    match kind {
        LineageKind::Born => "appeared",
        LineageKind::Grew => "grew",
        LineageKind::Shrank => "lost members",
        LineageKind::Merged => "merged into others",
        LineageKind::Split => "split off",
        LineageKind::Dissolved => "dissolved",
        LineageKind::Revived => "came back",
    }
}

/// What one ring did through a change of the policy.
pub struct Happened<'a> {
    pub ring: &'a RingId,
    pub kind: LineageKind,
    pub other: Option<&'a RingId>,
    pub applications: usize,
}

/// What rings did through the change that is this fact, by ring. O(events).
pub fn happened_through(view: &View, seq: u64) -> Option<Vec<Happened<'_>>> {
    let at = view.policy_changes.iter().position(|record| record.seq.0 == seq)?;
    let next = view.policy_changes.get(at + 1).map_or(u64::MAX, |record| record.seq.0);
    let recorded = view.lineage.iter().flat_map(|(_, events)| events);
    let through = recorded.filter(|recorded| {
        recorded.event.cause == Cause::Policy && (seq..next).contains(&recorded.seq.0)
    });
    let told = through.map(|recorded| Happened {
        ring: &recorded.event.ring,
        kind: recorded.event.kind,
        other: recorded.event.other.as_ref(),
        applications: recorded.event.members.len(),
    });
    Some(told.collect())
}
