//! What the engine records, in the trail: each decision is an entry that names its fact. Not responsible for making facts
//! (`engine`).
//!
//! The entry is written when its fact is durable. A process that dies in between leaves a decision without an entry; it is
//! made up for when the store is opened next, and says so.
//!
//! Invariant: every fact that a person is behind has one entry.

use crate::{
    casework::audit::{Action, Anchor, AuditError, Event, Query, Subject, Trail, segment},
    engine::Witness,
    model::{Attempt, Attribute, CaseEvent, Fact, HoldOn, Moment, Seq, Verdict},
    store::{Store, StoreError},
};
use std::{
    collections::BTreeSet,
    sync::{PoisonError, atomic::Ordering},
};

/// Ids of one fact that are named.
const NAMED: usize = 20;

/// A fact that a person is behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// Who.
    pub who: String,
    /// What.
    pub action: Action,
    /// To what.
    pub subject: Subject,
    /// When.
    pub at: Moment,
    /// Why; empty where the fact has no reason, or where the reason may be about a person.
    pub why: String,
}

/// Who is behind a fact, and what they did; none for facts that follow from others.
///
/// A reason that may be about an applicant is in the fact alone: the trail outlives an erasure, which takes such words out of
/// the journal.
#[must_use]
pub fn decided(fact: &Fact) -> Option<Decided> {
    let did = |who: &str, action, at: &Moment, subject: Subject, why: &str| {
        Some(Decided { who: who.to_owned(), action, subject, at: *at, why: why.to_owned() })
    };
    let about = |kind: &str| Subject::new().with("fact", kind);
    match fact {
        Fact::Judged(j) => {
            let subject = about("judged").with("judgement_id", &j.id);
            let subject = match &j.verdict {
                Verdict::Pair { a, b, verdict } => subject
                    .with("application_id", a)
                    .with("application_id", b)
                    .with("verdict", verdict.name()),
                Verdict::Value { attribute, verdict } => subject
                    .with("attribute_id", Attribute::id(attribute))
                    .with("kind", attribute.kind)
                    .with("verdict", verdict.name()),
                Verdict::Ring { ring, verdict } => {
                    subject.with("ring_id", ring).with("verdict", verdict.name())
                }
            };
            did(&j.by, Action::Decided, &j.at, subject, "")
        }
        Fact::Withdrawn { judgement, by, at, .. } => {
            let subject = about("withdrawn").with("judgement_id", judgement);
            did(by, Action::Decided, at, subject, "")
        }
        Fact::Checked(c) => {
            let subject = about("checked")
                .with("application_id", &c.application)
                .with("item", c.item)
                .with("result", c.result);
            did(&c.by, Action::Decided, &c.at, subject, "")
        }
        Fact::Watched { entries, by, at } => {
            let mut subject = about("watched").with("entries", entries.len());
            for entry in entries.iter().take(NAMED) {
                subject.put("watch_id", entry.id.as_str());
            }
            did(by, Action::WatchList, at, subject, "")
        }
        Fact::Unwatched { entries, by, at, .. } => {
            let mut subject = about("unwatched").with("entries", entries.len());
            for id in entries.iter().take(NAMED) {
                subject.put("watch_id", id.as_str());
            }
            did(by, Action::WatchList, at, subject, "")
        }
        Fact::Calibrated { policy, by, at, .. } => {
            did(by, Action::Policy, at, about("calibrated").with("policy", policy), "")
        }
        Fact::PolicySet { changes, policy, by, at, why } => {
            let mut subject = about("policy_set").with("policy", policy);
            for change in changes.iter().take(NAMED) {
                subject.put("number", &change.number);
            }
            did(by, Action::Policy, at, subject, why)
        }
        Fact::Case { case, by, at, event, .. } => {
            let mut subject = about(event.name()).with("case_id", case);
            match event {
                CaseEvent::StatusSet { status, .. } => subject.put("status", status.name()),
                CaseEvent::RingLinked { ring } | CaseEvent::RingUnlinked { ring, .. } => {
                    subject.put("ring_id", ring.as_str());
                }
                _ => {}
            }
            did(by, Action::Case, at, subject, "")
        }
        Fact::ImportStarted { import, by, at, .. } => {
            let subject = about("import_started").with("import_id", import);
            did(by, Action::Imported, at, subject, "")
        }
        Fact::ImportWithdrawn { import, by, at, why } => {
            let subject = about("import_withdrawn").with("import_id", import);
            did(by, Action::Imported, at, subject, why)
        }
        Fact::Referred(referral) => {
            let subject = about("referred")
                .with("referral_id", &referral.id)
                .with("ring_id", &referral.ring)
                .with("profile", referral.profile)
                .with("tlp", referral.tlp);
            did(&referral.by, Action::Exported, &referral.at, subject, &referral.purpose)
        }
        Fact::ReferralWithdrawn { referral, by, at, .. } => {
            let subject = about("referral_withdrawn").with("referral_id", referral);
            did(by, Action::Exported, at, subject, "")
        }
        Fact::Held(hold) => {
            let subject = about("held").with("hold_id", &hold.id);
            let subject = match &hold.on {
                HoldOn::Ring(ring) => subject.with("ring_id", ring),
                HoldOn::Case(case) => subject.with("case_id", case),
                HoldOn::All => subject.with("on", "everything"),
                // The trail outlives whom a hold was on: the fact names them, for as long as they are held.
                HoldOn::Applicant(applications) => subject.with("applications", applications.len()),
            };
            did(&hold.by, Action::Retention, &hold.at, subject, "")
        }
        Fact::HoldReleased { hold, by, at, .. } => {
            let subject = about("hold_released").with("hold_id", hold);
            did(by, Action::Retention, at, subject, "")
        }
        Fact::Erasure(erasure) => {
            let subject = about("erasure")
                .with("erasure_id", &erasure.id)
                .with("applicants", erasure.applicants)
                .with("applications", erasure.applications.len())
                .with("basis", erasure.basis);
            did(&erasure.by, Action::Retention, &erasure.at, subject, &erasure.why)
        }
        Fact::ScheduleSet { schedule, by, at } => {
            let subject = about("schedule_set").with("schedule", &schedule.name);
            did(by, Action::Report, at, subject, "")
        }
        Fact::ScheduleTurned { schedule, turn, by, at, .. } => {
            let subject = about("schedule_turned").with("schedule", schedule);
            did(by, Action::Report, at, subject.with("turn", turn.label()), "")
        }
        Fact::Reported(run) => {
            let subject = about("reported").with("schedule", &run.schedule);
            let subject = subject.with("report_id", &run.id);
            did(&run.by, Action::Report, &run.until.at, subject, "")
        }
        Fact::Delivered(delivery) => {
            let subject = about("delivered").with("parcel", &delivery.parcel);
            let how = match delivery.outcome {
                Attempt::Delivered { .. } => "delivered",
                Attempt::Failed { .. } => "failed",
            };
            let subject = subject.with("recipient", &delivery.to).with("outcome", how);
            did("ringer", Action::Report, &delivery.at, subject, "")
        }
        Fact::AlertRuleSet { rule, by, at } => {
            let subject = about("alert_rule_set").with("rule", &rule.name);
            did(by, Action::Report, at, subject.with("kind", rule.kind), "")
        }
        Fact::AlertRuleTurned { rule, turn, by, at, .. } => {
            let subject = about("alert_rule_turned").with("rule", rule);
            did(by, Action::Report, at, subject.with("turn", turn.label()), "")
        }
        // What stays of a decision is still one.
        Fact::Erased { rest, .. } => rest.as_deref().and_then(decided),
        Fact::Received { .. }
        | Fact::ImportFinished { .. }
        | Fact::Lineage { .. }
        | Fact::Alerted(_)
        | Fact::AuditAnchored { .. } => None,
    }
}

fn event(seq: Seq, decided: Decided, place: String) -> Event {
    let Decided { who, action, subject, at, why } = decided;
    Event { at, who, action, subject, place, why, fact: Some(seq.0), status: None }
}

impl Witness for Trail {
    fn recorded(&self, seq: Seq, fact: &Fact) {
        let Some(decided) = decided(fact) else { return };
        self.is_decided.store(true, Ordering::Release);
        let place = self.decides(&decided.who);
        // It is done; what cannot be written now is made up for when the store is opened next, and the next thing that
        // is to be recorded fails before it is done.
        let _ = self.record_done(event(seq, decided, place));
    }

    fn to_anchor(&self) -> Option<(u64, String)> {
        if !self.is_decided.load(Ordering::Acquire) {
            return None;
        }
        // An anchor is of entries that survive a power cut.
        self.sync().ok()?;
        let (n, hash) = self.head().ok()?;
        (n > self.anchored.load(Ordering::Acquire)).then_some((n, hash))
    }

    fn anchored(&self, seq: Seq, journal: &[u8; 32], entry: (u64, String), at: Moment) {
        let hash = segment::hex(journal);
        let subject = Subject::new().with("fact", "audit_anchored").with("journal", hash);
        let mut event = Event::new(at, "ringer", Action::Anchored, subject, "");
        event.fact = Some(seq.0);
        if let Ok(n) = self.record_done(event) {
            self.anchored.store(n, Ordering::Release);
            self.is_decided.store(false, Ordering::Release);
            let _ = self.sync();
        }
        let (entry, hash) = entry;
        let anchor = Anchor { fact: seq.0, entry, hash, at };
        *self.last_anchor.lock().unwrap_or_else(PoisonError::into_inner) = Some(anchor);
    }
}

/// Makes up for decisions that a process took and did not live to record; returns how many. O(facts since the last
/// entry that names one).
///
/// # Errors
/// When the trail or the journal cannot be read, or the trail not be written.
pub fn recover(trail: &Trail, store: &dyn Store) -> Result<u64, AuditError> {
    let named = last_facts(trail)?;
    let Some(&first) = named.first() else { return Ok(0) };
    let mut owed = Vec::new();
    // Two who decide at once may come into the trail in the other order: the last few are looked at together.
    let read = store.facts(Seq(first + 1), &mut |seq, fact| {
        let decided = decided(&fact).filter(|_| !named.contains(&seq.0));
        owed.extend(decided.map(|decided| (seq, decided)));
        Ok::<(), StoreError>(())
    });
    let dir = trail.folder().unwrap_or_default();
    read.map_err(|e| AuditError::io(&dir)(std::io::Error::other(e.to_string())))?;
    let n = owed.len() as u64;
    for (seq, mut decided) in owed {
        decided.subject.put("recovered", "the process that decided it ended before it was here");
        trail.record(event(seq, decided, String::new()))?;
    }
    trail.sync()?;
    Ok(n)
}

/// The facts that the last entries name, if any does.
fn last_facts(trail: &Trail) -> Result<BTreeSet<u64>, AuditError> {
    let mut query = Query { subject: String::new(), ..Query::default() };
    loop {
        let found = trail.find(&query, 1_000, 1_000)?;
        let named: BTreeSet<u64> = found.entries.iter().filter_map(|e| e.event.fact).collect();
        query.before = found.next;
        if !named.is_empty() || query.before.is_none() {
            return Ok(named);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::contract::sample_facts;

    #[test]
    fn reasons_that_may_be_about_an_applicant_are_in_the_fact_alone() {
        for fact in sample_facts() {
            let Some(decided) = decided(&fact) else { continue };
            let may_have_one = matches!(
                fact.as_remaining(),
                Some(
                    Fact::PolicySet { .. }
                        | Fact::ImportWithdrawn { .. }
                        | Fact::Referred(_)
                        | Fact::Erasure(_)
                )
            );
            assert!(may_have_one || decided.why.is_empty(), "{fact:?}");
        }
    }
}
