//! The outbox: everything that is on record and has not reached its recipient, tried when it is due. Not responsible for how
//! something is brought there (`Carrier`), nor for when this is called (`running`).
//!
//! Up to [`LANES`] recipients are tried at a time, each on a thread of its own, so one that hangs keeps up nobody but itself;
//! what was never tried goes first. At most [`MOST`] tries are made at a call: with [`LANES`] and a minute each it is over in
//! a few minutes even if everybody hangs, and whoever was left out is due at the next.
//!
//! A try is on record right after it was made. When the program is killed in between, the same is delivered again under the
//! same key: twice at worst, never not at all. The same holds where two calls are made at once, so whoever calls sees to it
//! that one is over before the next.
//!
//! The clock is read right before each try: with many that hang a call takes minutes, and what is signed with a moment is
//! refused where that is long ago.
//!
//! Invariant: a try is on record before the next one to the same recipient is made; what failed for good or too often says
//! so and stays visible, and can be delivered by hand.

use crate::{
    engine::Engine,
    model::{Attempt, Clock, Delivery, Moment, Parcel, Recipient},
    reports::{
        ReportError,
        delivery::{
            Carrier, Load, MOST_TRIES, Shipment, due_at,
            trouble::{LONGEST, Trouble, one_line},
        },
    },
};
use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError, mpsc},
    thread,
};

/// Tries at a time.
const LANES: usize = 16;

/// Tries at a call at most.
const MOST: usize = 64;

/// What came of trying.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Tries that brought something to somebody.
    pub delivered: u32,
    /// Tries that failed and are repeated.
    pub failed: u32,
    /// Tries that failed for good, or once too often.
    pub given_up: u32,
    /// Recipients who are not due yet, or were left to the next call.
    pub waiting: u32,
}

/// Renders something for a recipient.
pub type Loader<'l> = dyn FnMut(&Parcel, &Recipient) -> Result<Load, ReportError> + 'l;

/// Says whether no further try is to be begun.
type IsOver<'o> = &'o (dyn Fn() -> bool + Sync);

/// A try to be made.
struct Job {
    parcel: Parcel,
    to: Recipient,
    attempt: u32,
}

/// Tries everything undelivered that is due, and puts each try on record. A `load` that fails counts as a try that failed.
///
/// # Errors
/// When a try cannot be put on record.
pub fn deliver(
    engine: &Engine,
    carrier: &dyn Carrier,
    load: &mut Loader<'_>,
    clock: &dyn Clock,
) -> Result<Tally, ReportError> {
    deliver_until(engine, carrier, load, clock, &|| false)
}

/// The same, and begins no further try once `is_over`; what was left out is due at the next call.
///
/// # Errors
/// When a try cannot be put on record.
pub fn deliver_until(
    engine: &Engine,
    carrier: &dyn Carrier,
    load: &mut Loader<'_>,
    clock: &dyn Clock,
    is_over: IsOver<'_>,
) -> Result<Tally, ReportError> {
    let now = clock.now();
    let reports = engine.view().reports.clone();
    let mut due = Vec::new();
    let mut waiting = 0;
    for (parcel, recipients) in reports.undelivered() {
        for to in recipients {
            let tries = reports.tries(&parcel).and_then(|tries| tries.get(&to));
            let tries = tries.map_or(&[][..], Vec::as_slice);
            match due_at(tries) {
                Some(at) if at <= now => due.push((at, job(&parcel, to, tries))),
                Some(_) => waiting += 1,
                None => {}
            }
        }
    }
    // Stable: of those due since the same moment, the oldest first.
    due.sort_by_key(|(at, _)| *at);
    let left = u32::try_from(due.len().saturating_sub(MOST)).unwrap_or(u32::MAX);
    let jobs = due.into_iter().take(MOST).map(|(_, job)| job);
    let tally = try_all(engine, carrier, jobs, load, clock, is_over)?;
    Ok(Tally { waiting: tally.waiting.saturating_add(waiting).saturating_add(left), ..tally })
}

/// Tries to bring one thing to everybody who was to get it and does not have it, due or not, given up or not.
///
/// # Errors
/// When a try cannot be put on record.
pub fn deliver_parcel(
    engine: &Engine,
    carrier: &dyn Carrier,
    parcel: &Parcel,
    load: &mut Loader<'_>,
    clock: &dyn Clock,
) -> Result<Tally, ReportError> {
    let reports = engine.view().reports.clone();
    let to: BTreeSet<Recipient> = match parcel {
        Parcel::Report(id) => reports
            .run(id)
            .filter(|record| record.run.is_made())
            .map(|record| record.run.to.clone()),
        Parcel::Alert(id) => reports.alert(id).map(|record| record.alert.to.clone()),
    }
    .unwrap_or_default();
    let jobs = to.into_iter().filter_map(|to| {
        let tries = reports.tries(parcel).and_then(|tries| tries.get(&to));
        let tries = tries.map_or(&[][..], Vec::as_slice);
        let has_it = tries.iter().any(|try_| matches!(try_.outcome, Attempt::Delivered { .. }));
        (!has_it).then(|| job(parcel, to, tries))
    });
    try_all(engine, carrier, jobs, load, clock, &|| false)
}

fn job(parcel: &Parcel, to: Recipient, tries: &[Delivery]) -> Job {
    let attempt = tries.last().map_or(0, |last| last.attempt).saturating_add(1);
    Job { parcel: parcel.clone(), to, attempt }
}

/// Makes these tries, several at a time. What is carried is rendered on this thread, one after the other, and only when
/// somebody is free to carry it.
fn try_all(
    engine: &Engine,
    carrier: &dyn Carrier,
    jobs: impl Iterator<Item = Job>,
    load: &mut Loader<'_>,
    clock: &dyn Clock,
    is_over: IsOver<'_>,
) -> Result<Tally, ReportError> {
    let (hand, take) = mpsc::sync_channel::<(Job, Load)>(0);
    let take = Mutex::new(take);
    let done = Mutex::new(Ok(Tally::default()));
    thread::scope(|scope| {
        let carry = || {
            loop {
                // The lock is held while it waits: whoever has it takes the next one.
                let next = take.lock().unwrap_or_else(PoisonError::into_inner).recv();
                let Ok((job, load)) = next else { break };
                // Somebody else may have tried while this waited its turn.
                if is_over() || !is_next(engine, &job) {
                    continue;
                }
                let shipment = Shipment { parcel: job.parcel.clone(), to: job.to.clone(), load };
                let now = clock.now();
                let outcome = carrier.carry(&shipment, now);
                record(engine, job, outcome, now, &done);
            }
        };
        let mut lanes = 0;
        for job in jobs {
            if is_over() {
                break;
            }
            match load(&job.parcel, &job.to) {
                Ok(load) => {
                    if lanes < LANES {
                        scope.spawn(carry);
                        lanes += 1;
                    }
                    if hand.send((job, load)).is_err() {
                        break;
                    }
                }
                Err(error) => {
                    let why = format!("it cannot be put into the form for this recipient: {error}");
                    record(engine, job, Err(Trouble::passing(why)).into(), clock.now(), &done);
                }
            }
            if done.lock().unwrap_or_else(PoisonError::into_inner).is_err() {
                break;
            }
        }
        drop(hand);
    });
    done.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Whether nobody made this try meanwhile.
fn is_next(engine: &Engine, job: &Job) -> bool {
    let view = engine.view();
    let last = view.reports.last_try(&job.parcel, &job.to).map_or(0, |last| last.attempt);
    last.saturating_add(1) == job.attempt
}

/// Puts a try on record, and counts it.
fn record(
    engine: &Engine,
    job: Job,
    outcome: Attempt,
    now: Moment,
    done: &Mutex<Result<Tally, ReportError>>,
) {
    let Job { parcel, to, attempt } = job;
    let outcome = match outcome {
        Attempt::Failed { why, is_final: false } if attempt >= MOST_TRIES => {
            let why = format!("{why}; given up after {attempt} tries");
            Attempt::Failed { why, is_final: true }
        }
        other => other,
    };
    let outcome = match outcome {
        Attempt::Failed { why, is_final } => {
            Attempt::Failed { why: one_line(&why, LONGEST + 50), is_final }
        }
        Attempt::Delivered { answer } => Attempt::Delivered { answer: one_line(&answer, LONGEST) },
    };
    let count = |tally: &mut Tally| {
        *match &outcome {
            Attempt::Delivered { .. } => &mut tally.delivered,
            Attempt::Failed { is_final: true, .. } => &mut tally.given_up,
            Attempt::Failed { is_final: false, .. } => &mut tally.failed,
        } += 1;
    };
    let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
    if let Ok(tally) = done.as_mut() {
        count(tally);
    }
    let recorded = engine.record_delivery(Delivery { parcel, to, attempt, at: now, outcome });
    if let Err(error) = recorded {
        *done = Err(error.into());
    }
}
