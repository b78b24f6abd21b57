//! What of reports and alerts wants to be looked at: the mark beside the entry of the menu. Not responsible for showing what
//! it counts (`pages::reports`, `pages::alerts`).
//!
//! Invariant: costs the same however many reports and alerts there are.

use crate::{
    engine::Reports,
    explain::words::count,
    model::{Attempt, Moment, Parcel, Recipient},
};
use std::collections::BTreeSet;

/// So many of the last reports and alerts are looked at.
const LAST: usize = 50;
/// Seconds for which an alert counts as new.
const NEW: i64 = 24 * 3600;

/// What wants to be looked at, of the last reports and alerts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Waits {
    /// Reports and alerts that somebody did not get at the last try.
    pub failed: usize,
    /// Alerts of the last day.
    pub alerts: usize,
    /// Whether the last run of a schedule made no report.
    pub is_broken: bool,
}

impl Waits {
    /// Of everything on record.
    #[must_use]
    pub fn of(reports: &Reports, now: Moment) -> Self {
        let runs = || reports.runs().iter().rev().take(LAST).map(|record| &record.run);
        let alerts = || reports.alerts().iter().rev().take(LAST).map(|record| &record.alert);
        let failed = |parcel: &Parcel, to: &BTreeSet<Recipient>| {
            to.iter().any(|to| {
                let last = reports.last_try(parcel, to);
                last.is_some_and(|last| matches!(last.outcome, Attempt::Failed { .. }))
            })
        };
        let letters = runs().map(|run| (Parcel::Report(run.id.clone()), &run.to));
        let calls = alerts().map(|alert| (Parcel::Alert(alert.id.clone()), &alert.to));
        let mut seen = BTreeSet::new();
        Self {
            failed: letters.chain(calls).filter(|(parcel, to)| failed(parcel, to)).count(),
            alerts: alerts().filter(|alert| now.seconds_since(alert.at) <= NEW).count(),
            is_broken: runs().any(|run| seen.insert(&run.schedule) && !run.is_made()),
        }
    }

    /// How many things that are.
    #[must_use]
    pub fn n(self) -> usize {
        self.failed + self.alerts + usize::from(self.is_broken)
    }

    /// What they are.
    #[must_use]
    pub fn words(self) -> String {
        let mut said = Vec::new();
        if self.is_broken {
            said.push("a report could not be made".to_owned());
        }
        if self.failed > 0 {
            said.push(count(self.failed, "delivery failed", "deliveries failed"));
        }
        if self.alerts > 0 {
            said.push(count(self.alerts, "alert within a day", "alerts within a day"));
        }
        said.join(", ")
    }
}
