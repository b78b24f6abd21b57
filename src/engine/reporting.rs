//! Reporting as durable facts: schedules, runs, deliveries, rules of alerts and alerts are put on record. Not responsible for
//! when a report is due, what is in one, or how it is delivered (`reports`).
//!
//! Invariant: one report for each moment that one is due, and one alert for each key, however many ask at once.

use crate::{
    engine::{Cases, Engine, EngineError, View, publish::Brought, service::spoken},
    model::{Alert, AlertRule, Delivery, Fact, ReportRun, Schedule, Seq, Slug, Turn},
    store::Head,
};
use std::{collections::BTreeSet, sync::Arc};

/// What there is at one moment of the journal.
#[derive(Debug, Clone)]
pub struct Present {
    /// The view.
    pub view: Arc<View>,
    /// The cases.
    pub cases: Arc<Cases>,
    /// The last fact that is in them, or of no consequence to them.
    pub head: Head,
}

impl Engine {
    /// View and cases as of one moment of the journal. Waits for a running import, so that what became of rings is recorded
    /// up to there: whoever opens the store as of its head ([`Engine::as_of`]) finds every ring under its name.
    #[must_use]
    pub fn present(&self) -> Present {
        let mut ledger = self.writer();
        let before = self.view().seq;
        if before != ledger.seq {
            // A view was missed: the store failed, or whoever imported ended, before it was published. What is recorded of
            // it makes the place a settled one.
            let _ = self.refresh(&mut ledger, before, None, Brought::Many(0));
        }
        let _cases = self.cases.writer();
        Present { view: self.view(), cases: self.cases(), head: self.store.head() }
    }

    /// Makes a schedule, or replaces the one of this name.
    ///
    /// # Errors
    /// When `by` is blank, or when the store fails.
    pub fn set_schedule(&self, schedule: Schedule, by: &str) -> Result<(), EngineError> {
        let by = spoken(by, "the name of who sets it")?;
        let at = self.clock.now();
        self.put(|_| Ok(vec![Fact::ScheduleSet { schedule: Box::new(schedule), by, at }]))
    }

    /// Pauses, resumes or removes a schedule.
    ///
    /// # Errors
    /// When there is none of this name, when it is so already, when `by` or `why` is blank, or when the store fails.
    pub fn turn_schedule(
        &self,
        name: &Slug,
        turn: Turn,
        by: &str,
        why: &str,
    ) -> Result<(), EngineError> {
        let (by, why) = (spoken(by, "the name of who does it")?, spoken(why, "a reason")?);
        let (schedule, at) = (name.clone(), self.clock.now());
        self.put(|view| {
            let paused = view.reports.schedules().get(name).map(|s| s.paused.is_some());
            turns("schedule", name, paused, turn)?;
            Ok(vec![Fact::ScheduleTurned { schedule, turn, by, at, why }])
        })
    }

    /// Puts a run of a schedule on record.
    ///
    /// # Errors
    /// When a report was made for the moment it was due, or a later one; or when the store fails.
    pub fn record_run(&self, run: ReportRun) -> Result<(), EngineError> {
        self.put(|view| {
            if let Some(due) = run.due {
                let made = view.reports.runs_of(&run.schedule).filter(|r| r.run.is_made());
                if made.filter_map(|r| r.run.due).any(|other| other >= due) {
                    let text = format!("{} has run for {due} already", run.schedule);
                    return Err(EngineError::Refused(text));
                }
            }
            Ok(vec![Fact::Reported(Box::new(run))])
        })
    }

    /// Puts a try to deliver something on record.
    ///
    /// # Errors
    /// When the store fails.
    pub fn record_delivery(&self, delivery: Delivery) -> Result<(), EngineError> {
        self.put(|_| Ok(vec![Fact::Delivered(Box::new(delivery))]))
    }

    /// Makes a rule of alerts, or replaces the one of this name.
    ///
    /// # Errors
    /// When `by` is blank, or when the store fails.
    pub fn set_alert_rule(&self, rule: AlertRule, by: &str) -> Result<(), EngineError> {
        let by = spoken(by, "the name of who sets it")?;
        let at = self.clock.now();
        self.put(|_| Ok(vec![Fact::AlertRuleSet { rule: Box::new(rule), by, at }]))
    }

    /// Pauses, resumes or removes a rule of alerts.
    ///
    /// # Errors
    /// As [`Engine::turn_schedule`] has.
    pub fn turn_alert_rule(
        &self,
        name: &Slug,
        turn: Turn,
        by: &str,
        why: &str,
    ) -> Result<(), EngineError> {
        let (by, why) = (spoken(by, "the name of who does it")?, spoken(why, "a reason")?);
        let (rule, at) = (name.clone(), self.clock.now());
        self.put(|view| {
            let paused = view.reports.rules().get(name).map(|s| s.paused.is_some());
            turns("rule of alerts", name, paused, turn)?;
            Ok(vec![Fact::AlertRuleTurned { rule, turn, by, at, why }])
        })
    }

    /// Puts alerts on record, but for those whose key was raised before, and returns how many were new.
    ///
    /// # Errors
    /// When the store fails.
    pub fn raise(&self, alerts: Vec<Alert>) -> Result<usize, EngineError> {
        let mut n = 0;
        self.put(|view| {
            let mut keys = BTreeSet::new();
            let fresh = alerts
                .into_iter()
                .filter(|alert| !view.reports.is_raised(&alert.key) && keys.insert(alert.key));
            let facts: Vec<Fact> = fresh.map(|alert| Fact::Alerted(Box::new(alert))).collect();
            n = facts.len();
            Ok(facts)
        })?;
        Ok(n)
    }

    /// Records what `ready` makes of the present view, which nobody changes meanwhile.
    fn put(
        &self,
        ready: impl FnOnce(&View) -> Result<Vec<Fact>, EngineError>,
    ) -> Result<(), EngineError> {
        let mut ledger = self.writer();
        let (before, view): (Seq, _) = (ledger.seq, self.view());
        let facts = ready(&view)?;
        if facts.is_empty() {
            return Ok(());
        }
        self.record(&mut ledger, facts)?;
        self.restate(&mut ledger, before, None)
    }
}

/// Whether that can be done to something of this name, of which `paused` says how it is.
fn turns(
    what: &'static str,
    name: &Slug,
    paused: Option<bool>,
    turn: Turn,
) -> Result<(), EngineError> {
    match (paused, turn) {
        (None, _) => Err(EngineError::NotFound { what, id: name.to_string() }),
        (Some(true), Turn::Paused) => {
            Err(EngineError::Refused(format!("{name} is paused already")))
        }
        (Some(false), Turn::Resumed) => Err(EngineError::Refused(format!("{name} is not paused"))),
        (Some(_), _) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        engine::fixtures::{open, store},
        model::{
            Attempt, Delivery, Moment, Parcel, Point, Recipient, ReportFormat, ReportId, ReportRun,
            RunOutcome, Schedule, Turn,
        },
    };

    fn schedule() -> Schedule {
        Schedule {
            name: "weekly".parse().unwrap(),
            cron: "0 7 * * MON".to_owned(),
            zone: "America/New_York".to_owned(),
            to: ["ann@example.com".parse().unwrap()].into(),
            formats: [ReportFormat::Html].into(),
            filter: String::new(),
            personal: false,
        }
    }

    fn run(due: i64) -> ReportRun {
        let schedule = schedule();
        ReportRun {
            id: ReportId::derive(&due.to_string()),
            schedule: schedule.name,
            filter: String::new(),
            zone: schedule.zone,
            due: Some(Moment(due)),
            missed: 0,
            since: Point::default(),
            until: Point::default(),
            head: "00".repeat(32).parse().unwrap(),
            settings: String::new(),
            format: 1,
            to: schedule.to,
            formats: schedule.formats,
            personal: false,
            by: "ringer".to_owned(),
            took: 3,
            outcome: RunOutcome::Made {
                digest: "11".repeat(32).parse().unwrap(),
                counts: [("rings".to_owned(), 2)].into(),
            },
        }
    }

    #[test]
    fn a_report_is_on_record_once_for_each_moment_and_over_a_restart() {
        let store = store();
        let engine = open(&store);
        engine.set_schedule(schedule(), "ann").unwrap();
        engine.record_run(run(100)).unwrap();
        assert!(engine.record_run(run(100)).unwrap_err().to_string().contains("already"));
        assert!(engine.record_run(run(99)).is_err());
        engine.verify().unwrap();
        let before = engine.view().reports.clone();
        drop(engine);
        let engine = open(&store);
        assert_eq!(engine.view().reports, before);
        engine.record_run(run(101)).unwrap();
        assert_eq!(engine.view().reports.runs().len(), 2);
    }

    #[test]
    fn a_schedule_is_paused_once_and_what_is_removed_is_not_found() {
        let engine = open(&store());
        let name = schedule().name;
        assert!(engine.turn_schedule(&name, Turn::Paused, "ann", "holidays").is_err());
        engine.set_schedule(schedule(), "ann").unwrap();
        assert!(engine.turn_schedule(&name, Turn::Resumed, "ann", "over").is_err());
        engine.turn_schedule(&name, Turn::Paused, "ann", "holidays").unwrap();
        assert!(engine.turn_schedule(&name, Turn::Paused, "ann", "holidays").is_err());
        engine.set_schedule(schedule(), "ben").unwrap();
        assert!(
            engine.view().reports.schedules()[&name].paused.is_some(),
            "editing resumes nothing"
        );
        engine.turn_schedule(&name, Turn::Resumed, "ann", "over").unwrap();
        engine.turn_schedule(&name, Turn::Removed, "ann", "nobody reads it").unwrap();
        assert!(engine.view().reports.schedules().is_empty());
    }

    #[test]
    fn what_is_not_delivered_stays_to_be_delivered_until_it_is_or_cannot_be() {
        let engine = open(&store());
        engine.record_run(run(100)).unwrap();
        let to: Recipient = "ann@example.com".parse().unwrap();
        let parcel = Parcel::Report(run(100).id);
        let tried = |attempt, outcome| Delivery {
            parcel: parcel.clone(),
            to: to.clone(),
            attempt,
            at: Moment(i64::from(attempt)),
            outcome,
        };
        let failed = Attempt::Failed { why: "nobody answers".to_owned(), is_final: false };
        engine.record_delivery(tried(1, failed)).unwrap();
        assert_eq!(engine.view().reports.undelivered(), [(parcel.clone(), vec![to.clone()])]);
        let delivered = Attempt::Delivered { answer: "250 OK".to_owned() };
        engine.record_delivery(tried(2, delivered)).unwrap();
        assert!(engine.view().reports.undelivered().is_empty());
        assert_eq!(engine.view().reports.tries(&parcel).unwrap()[&to].len(), 2);
    }
}
