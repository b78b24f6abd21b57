//! Where the first report of a schedule begins: the place in the journal that was reached at a moment. Not responsible for
//! which moment (`running`).
//!
//! Applications carry no time of their own: an import that was not over at the moment counts to what came after it.
//!
//! Invariant: every fact up to the place that has a time has one that is not after the moment, as long as no clock went
//! backwards.

use crate::{
    engine::{Engine, EngineError, View},
    model::{Fact, Moment, Point, Seq},
    reports::ReportError,
    store::StoreError,
};

/// The place that was reached at a moment, up to `head`. The view tells when rings changed and reports were made, which is
/// most of the way; what lies between two such facts is read. O(changes of rings + facts between two of them).
///
/// # Errors
/// When the journal cannot be read.
pub(super) fn beginning(
    engine: &Engine,
    view: &View,
    head: Seq,
    moment: Moment,
) -> Result<Point, ReportError> {
    let rings = view.lineage.iter().flat_map(|(_, events)| events.iter().map(|e| (e.seq, e.at)));
    let runs = view.reports.runs().iter().map(|record| (record.seq, record.run.until.at));
    let (mut from, mut to) = (Seq(0), Seq(head.0.saturating_add(1)));
    let marks: Vec<(Seq, Moment)> = rings.chain(runs).collect();
    for &(seq, at) in &marks {
        if at > moment {
            to = to.min(seq);
        }
    }
    for &(seq, at) in &marks {
        if at <= moment && seq < to {
            from = from.max(seq);
        }
    }
    let mut is_over = false;
    let mut reached = from;
    let read = engine.store().facts(Seq(from.0.saturating_add(1)), &mut |seq, fact| {
        let at = fact.remaining().as_ref().and_then(time);
        if seq >= to || at.is_some_and(|at| at > moment) {
            is_over = true;
            // Ends the reading: the store knows no other way to stop early.
            return Err(StoreError::Encode { what: "the period begins here".to_owned() });
        }
        if at.is_some() {
            reached = seq;
        }
        Ok(())
    });
    if !is_over {
        read.map_err(EngineError::from)?;
    }
    Ok(Point { seq: reached, at: moment })
}

/// When a fact came about; none for what has no time of its own.
fn time(fact: &Fact) -> Option<Moment> {
    Some(match fact {
        Fact::Received { .. } | Fact::Erased { .. } => return None,
        Fact::Judged(judgement) => judgement.at,
        Fact::Checked(check) => check.at,
        Fact::Referred(referral) => referral.at,
        Fact::Held(hold) => hold.at,
        Fact::Erasure(erasure) => erasure.at,
        Fact::Reported(run) => run.until.at,
        Fact::Delivered(delivery) => delivery.at,
        Fact::Alerted(alert) => alert.at,
        Fact::ImportStarted { at, .. }
        | Fact::ImportFinished { at, .. }
        | Fact::Withdrawn { at, .. }
        | Fact::Lineage { at, .. }
        | Fact::Calibrated { at, .. }
        | Fact::Watched { at, .. }
        | Fact::Unwatched { at, .. }
        | Fact::ImportWithdrawn { at, .. }
        | Fact::Case { at, .. }
        | Fact::PolicySet { at, .. }
        | Fact::AuditAnchored { at, .. }
        | Fact::ReferralWithdrawn { at, .. }
        | Fact::HoldReleased { at, .. }
        | Fact::ScheduleSet { at, .. }
        | Fact::ScheduleTurned { at, .. }
        | Fact::AlertRuleSet { at, .. }
        | Fact::AlertRuleTurned { at, .. } => *at,
    })
}
