//! Schedules, reports, rules of alerts, alerts and deliveries: what the facts about them add up to. Not responsible for
//! writing such facts (`reporting`), nor for what is in a report or when one is due (`reports`).
//!
//! Invariant: a pure fold over the facts in their order.

use crate::model::{
    Alert, AlertId, AlertRule, Attempt, Delivery, Digest, Fact, Moment, Parcel, Recipient,
    ReportId, ReportRun, Schedule, Seq, Slug, Turn,
};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Since when something does nothing, and who had it so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// Since when.
    pub at: Moment,
    /// By whom.
    pub by: String,
    /// Why.
    pub why: String,
}

/// A schedule or a rule that is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing<T> {
    /// What it says.
    pub is: T,
    /// Who said so last.
    pub by: String,
    /// When it was made, replaced or resumed last: nothing before is due.
    pub from: Moment,
    /// The fact that said so.
    pub seq: Seq,
    /// Since when it does nothing; none while it is at work.
    pub paused: Option<Pause>,
}

/// A run, and the fact that says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunRecord {
    /// The fact.
    pub seq: Seq,
    /// The run.
    pub run: ReportRun,
}

/// An alert, and the fact that says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertRecord {
    /// The fact.
    pub seq: Seq,
    /// The alert.
    pub alert: Alert,
}

/// The tries to deliver one thing, oldest first, by recipient.
pub type Tries = BTreeMap<Recipient, Vec<Delivery>>;

/// Everything that the facts say of reports and alerts. Cheap to clone as long as nothing is added.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Reports {
    schedules: BTreeMap<Slug, Standing<Schedule>>,
    runs: Vec<RunRecord>,
    rules: BTreeMap<Slug, Standing<AlertRule>>,
    alerts: Vec<AlertRecord>,
    keys: BTreeSet<Digest>,
    deliveries: BTreeMap<Parcel, Tries>,
}

impl Reports {
    /// The schedules that are there, by name.
    #[must_use]
    pub fn schedules(&self) -> &BTreeMap<Slug, Standing<Schedule>> {
        &self.schedules
    }

    /// Every run, oldest first, failed ones too.
    #[must_use]
    pub fn runs(&self) -> &[RunRecord] {
        &self.runs
    }

    /// The runs of a schedule, newest first. O(runs).
    pub fn runs_of<'r>(&'r self, schedule: &'r Slug) -> impl Iterator<Item = &'r RunRecord> {
        self.runs.iter().rev().filter(move |record| record.run.schedule == *schedule)
    }

    /// The last report of a schedule that was made; none when there is none. O(runs).
    #[must_use]
    pub fn last_made(&self, schedule: &Slug) -> Option<&RunRecord> {
        let mut runs = self.runs.iter().rev();
        runs.find(|record| record.run.schedule == *schedule && record.run.is_made())
    }

    /// A run that made this report. O(runs).
    #[must_use]
    pub fn run(&self, id: &ReportId) -> Option<&RunRecord> {
        self.runs.iter().find(|record| record.run.id == *id)
    }

    /// The rules of alerts that are there, by name.
    #[must_use]
    pub fn rules(&self) -> &BTreeMap<Slug, Standing<AlertRule>> {
        &self.rules
    }

    /// Every alert, oldest first.
    #[must_use]
    pub fn alerts(&self) -> &[AlertRecord] {
        &self.alerts
    }

    /// An alert. O(alerts).
    #[must_use]
    pub fn alert(&self, id: &AlertId) -> Option<&AlertRecord> {
        self.alerts.iter().find(|record| record.alert.id == *id)
    }

    /// Whether an alert of this key was raised.
    #[must_use]
    pub fn is_raised(&self, key: &Digest) -> bool {
        self.keys.contains(key)
    }

    /// The tries to deliver something, by recipient; none where nobody tried.
    #[must_use]
    pub fn tries(&self, parcel: &Parcel) -> Option<&Tries> {
        self.deliveries.get(parcel)
    }

    /// The last try to deliver something to somebody.
    #[must_use]
    pub fn last_try(&self, parcel: &Parcel, to: &Recipient) -> Option<&Delivery> {
        self.deliveries.get(parcel)?.get(to)?.last()
    }

    /// Whether somebody has something, or never will: no further try is made.
    #[must_use]
    pub fn is_settled(&self, parcel: &Parcel, to: &Recipient) -> bool {
        self.last_try(parcel, to).is_some_and(|last| match &last.outcome {
            Attempt::Delivered { .. } => true,
            Attempt::Failed { is_final, .. } => *is_final,
        })
    }

    /// Everything that is still to be delivered, with its recipients: reports first, each oldest first. O(reports and
    /// alerts).
    #[must_use]
    pub fn undelivered(&self) -> Vec<(Parcel, Vec<Recipient>)> {
        let made = self.runs.iter().map(|record| &record.run).filter(|run| run.is_made());
        let reports = made.map(|run| (Parcel::Report(run.id.clone()), &run.to));
        let alerts =
            self.alerts.iter().map(|record| &record.alert).filter(|alert| !alert.held_back);
        let alerts = alerts.map(|alert| (Parcel::Alert(alert.id.clone()), &alert.to));
        let open = |(parcel, to): (Parcel, &BTreeSet<Recipient>)| {
            let left: Vec<Recipient> =
                to.iter().filter(|to| !self.is_settled(&parcel, to)).cloned().collect();
            (!left.is_empty()).then_some((parcel, left))
        };
        reports.chain(alerts).filter_map(open).collect()
    }
}

/// Takes in a fact; one about something else changes nothing.
pub(super) fn fold(reports: &mut Arc<Reports>, seq: Seq, fact: Fact) {
    let reports = Arc::make_mut(reports);
    match fact {
        Fact::ScheduleSet { schedule, by, at } => {
            let name = schedule.name.clone();
            let paused = reports.schedules.get(&name).and_then(|old| old.paused.clone());
            let standing = Standing { is: *schedule, by, from: at, seq, paused };
            reports.schedules.insert(name, standing);
        }
        Fact::ScheduleTurned { schedule, turn, by, at, why } => {
            turned(&mut reports.schedules, &schedule, turn, seq, Pause { at, by, why });
        }
        Fact::Reported(run) => reports.runs.push(RunRecord { seq, run: *run }),
        Fact::Delivered(delivery) => {
            let tries = reports.deliveries.entry(delivery.parcel.clone()).or_default();
            tries.entry(delivery.to.clone()).or_default().push(*delivery);
        }
        Fact::AlertRuleSet { rule, by, at } => {
            let name = rule.name.clone();
            let paused = reports.rules.get(&name).and_then(|old| old.paused.clone());
            reports.rules.insert(name, Standing { is: *rule, by, from: at, seq, paused });
        }
        Fact::AlertRuleTurned { rule, turn, by, at, why } => {
            turned(&mut reports.rules, &rule, turn, seq, Pause { at, by, why });
        }
        Fact::Alerted(alert) => {
            reports.keys.insert(alert.key);
            reports.alerts.push(AlertRecord { seq, alert: *alert });
        }
        _ => {}
    }
}

fn turned<T>(
    all: &mut BTreeMap<Slug, Standing<T>>,
    name: &Slug,
    turn: Turn,
    seq: Seq,
    pause: Pause,
) {
    let Some(standing) = all.get_mut(name) else { return };
    match turn {
        Turn::Paused => drop(standing.paused.get_or_insert(pause)),
        Turn::Resumed => {
            if standing.paused.take().is_some() {
                (standing.from, standing.seq) = (pause.at, seq);
            }
        }
        Turn::Removed => drop(all.remove(name)),
    }
}
