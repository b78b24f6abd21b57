//! Running: what is due is run once, what was asked for is run, what is made is brought to people. Not responsible for one
//! run (`run`), for when something is due (`plan`), nor for threads of its own (`work`).
//!
//! A schedule that was due several times while nobody ran it is run once, for the last of those moments, and the report
//! says how many it stands for. What was due while a schedule was paused, or before it was made or changed, stays undone.
//! A run that somebody asks for is the one that is due, where one is.
//!
//! Invariant: one report for each moment that one is due, however many runners there are over one engine, and over however
//! many processes that have the store one after another.

use crate::{
    casework::keeping::RetentionPolicy,
    engine::{Engine, EngineError, Reports, Standing, View},
    model::{Delivery, Moment, Parcel, Recipient, ReportRun, Schedule, Seq, Slug},
    reports::{
        Kept, Plan, Report, ReportError, Sight,
        alerts::{self, Place},
        asking::{Answer, Asking, Request},
        bell::Bell,
        delivery::{Carrier, Load, deliver_parcel, deliver_until},
        run,
    },
};
use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

/// Seconds until what failed is tried again: after the first time, and at most.
const FIRST_REST: i64 = 60;
const LONGEST_REST: i64 = 3_600;

/// Says how much of a report somebody sees; the second argument is whether personal data may go out at all.
pub type SightOf = Arc<dyn Fn(&Recipient, bool) -> Sight + Send + Sync>;

/// What it takes to run reports, beside an engine.
#[derive(Clone)]
pub struct Means {
    /// How long data is kept.
    pub retention: RetentionPolicy,
    /// The house whose reports they are; empty where it was not configured.
    pub house: String,
    /// What links begin with: scheme and host, without a slash at the end.
    pub base: String,
    /// Where reports are kept, and where other processes ask for them; none for a store in memory.
    pub kept: Option<Kept>,
    /// Brings reports to people.
    pub carrier: Arc<dyn Carrier>,
    /// Says how much they see.
    pub sight_of: SightOf,
}

/// One of the things that are done at each tick.
type Step = fn(&Runner, Moment) -> Result<(), ReportError>;

/// What is run, in this order, and then held against the rules of alerts. A step that fails keeps no other from being taken.
const RUNS: &[Step] = &[asked, due, watched];

/// What comes after a run: what happened is held against the rules of alerts, and what is on record is brought to people.
const AFTERWARDS: &[Step] = &[watched, delivered];

/// Runs reports over an engine.
pub struct Runner {
    pub(super) engine: Arc<Engine>,
    pub(super) means: Means,
    asking: Option<Asking>,
    /// Schedules whose failure could not be put on record, until when they rest and how often that was in turn.
    resting: Mutex<BTreeMap<Slug, (Moment, u32)>>,
    /// How far alerts looked.
    watched: Mutex<Option<Seq>>,
    /// Held by whoever delivers: two at once would bring the same twice.
    delivering: Mutex<()>,
    /// Those of the two threads, where there are any.
    runs_bell: Bell,
    deliveries_bell: Bell,
}

impl fmt::Debug for Runner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runner").finish_non_exhaustive()
    }
}

/// What is wanted of a schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// A report if one is due and not resting after a failure.
    InTime,
    /// A report if one is due.
    OnlyDue,
    /// A report.
    Now,
}

impl Runner {
    /// One over this engine. Requests that a process took which ended before it answered are forgotten.
    #[must_use]
    pub fn new(engine: Arc<Engine>, means: Means) -> Self {
        let asking = means.kept.as_ref().map(Kept::asking);
        if let Some(asking) = &asking {
            asking.clear();
        }
        let (resting, watched, delivering) = (Mutex::default(), Mutex::default(), Mutex::default());
        let (runs_bell, deliveries_bell) = (Bell::default(), Bell::default());
        Self { engine, means, asking, resting, watched, delivering, runs_bell, deliveries_bell }
    }

    /// Takes every step once: what other processes ask for, what is due, alerts, what is to be delivered.
    ///
    /// # Errors
    /// The first failure that could not be put on record; the other steps were taken all the same.
    pub fn tick(&self) -> Result<(), ReportError> {
        let runs = self.take(RUNS);
        let delivered = self.take(&[delivered]);
        runs.and(delivered)
    }

    /// Looks for alerts and delivers what is to be delivered, without running anything.
    ///
    /// # Errors
    /// As [`Runner::tick`] has.
    pub fn afterwards(&self) -> Result<(), ReportError> {
        self.take(AFTERWARDS)
    }

    /// Runs a schedule because somebody asks for it, also one that is paused.
    ///
    /// # Errors
    /// When there is none of this name, or the run cannot be put on record. One that failed is on record and is no error.
    pub fn run_now(&self, schedule: &Slug, by: &str) -> Result<ReportRun, ReportError> {
        self.run(schedule, Wanted::Now, by)?.ok_or_else(|| unknown(schedule))
    }

    /// Runs a schedule if it is due, also one that rests after a failure; none where it is not.
    ///
    /// # Errors
    /// As [`Runner::run_now`] has.
    pub fn run_if_due(&self, schedule: &Slug, by: &str) -> Result<Option<ReportRun>, ReportError> {
        if !self.engine.view().reports.schedules().contains_key(schedule) {
            return Err(unknown(schedule));
        }
        self.run(schedule, Wanted::OnlyDue, by)
    }

    /// Runs every schedule that is due, also those that rest after a failure.
    ///
    /// # Errors
    /// The first that could not be put on record; the others were run all the same.
    pub fn run_due(&self, by: &str) -> Result<Vec<ReportRun>, ReportError> {
        self.run_all(Wanted::OnlyDue, by)
    }

    /// Tries now to bring something to everybody who does not have it, also where trying was given up.
    ///
    /// # Errors
    /// When there is no such thing, or a try cannot be put on record. One that failed is on record and is no error.
    pub fn deliver_now(&self, parcel: &Parcel, by: &str) -> Result<Vec<Delivery>, ReportError> {
        if by.trim().is_empty() {
            return Err(EngineError::Incomplete("the name of who asks for it").into());
        }
        let reports = Arc::clone(&self.engine.view().reports);
        let what = if matches!(parcel, Parcel::Alert(_)) { "alert" } else { "report" };
        let not_found = || EngineError::NotFound { what, id: parcel.to_string() };
        match parcel {
            Parcel::Report(id) => {
                let mut made = reports.runs().iter().filter(|r| r.run.is_made());
                made.find(|r| r.run.id == *id).map(drop).ok_or_else(not_found)?;
            }
            Parcel::Alert(id) => reports.alert(id).map(drop).ok_or_else(not_found)?,
        }
        let tries_of = |reports: &Reports| -> Vec<Delivery> {
            let tries = reports.tries(parcel).into_iter().flat_map(|tries| tries.values());
            tries.flatten().cloned().collect()
        };
        let known = tries_of(&reports);
        let mut load = |parcel: &Parcel, to: &Recipient| self.load(parcel, to);
        let _alone = self.delivering.lock().unwrap_or_else(PoisonError::into_inner);
        deliver_parcel(&self.engine, &*self.means.carrier, parcel, &mut load, self.engine.clock())?;
        let mut tries = tries_of(&self.engine.view().reports);
        tries.retain(|delivery| !known.contains(delivery));
        Ok(tries)
    }

    /// The report of a run that made one: as it is kept, or made again. Seconds where it is made again.
    ///
    /// # Errors
    /// When it can neither be read nor made again.
    pub fn report(&self, run: &ReportRun) -> Result<Report, ReportError> {
        run::report(self, run)
    }

    /// How much somebody sees of what is sent; `personal` is whether the schedule lets personal data go out.
    #[must_use]
    pub fn sight_of(&self, to: &Recipient, personal: bool) -> Sight {
        (self.means.sight_of)(to, personal)
    }

    /// What is missing or forbidden for a recipient, with the way out; none where a try makes sense. May wait for a disk.
    #[must_use]
    pub fn lacks(&self, to: &Recipient) -> Option<String> {
        self.means.carrier.lacks(to)
    }

    /// What is carried to somebody.
    ///
    /// # Errors
    /// When it is not there or cannot be rendered.
    pub fn load(&self, parcel: &Parcel, to: &Recipient) -> Result<Load, ReportError> {
        run::load(self, parcel, to)
    }

    /// When the report of a schedule that is due by now was due, and how many moments before that nobody ran; none when it is
    /// paused or not due.
    ///
    /// # Errors
    /// When its plan cannot be read.
    pub fn due_of(
        view: &View,
        standing: &Standing<Schedule>,
        now: Moment,
    ) -> Result<Option<(Moment, u32)>, ReportError> {
        if standing.paused.is_some() {
            return Ok(None);
        }
        let plan = Plan::new(&standing.is.cron, &standing.is.zone)?;
        let made = view.reports.runs_of(&standing.is.name).filter(|record| record.run.is_made());
        let done = made.filter_map(|record| record.run.due).max();
        let after = done.map_or(standing.from, |done| done.max(standing.from));
        let due = plan.due(after, now);
        Ok(due.last.map(|last| (last, due.missed)))
    }

    /// Has the threads that wait go on at once.
    pub fn ring(&self) {
        self.runs_bell.ring();
        self.deliveries_bell.ring();
    }

    /// Has every thread that waits end.
    pub(super) fn stop(&self) {
        self.runs_bell.stop();
        self.deliveries_bell.stop();
    }

    /// What rings for the thread that runs.
    pub(super) fn runs_bell(&self) -> &Bell {
        &self.runs_bell
    }

    /// What rings for the thread that delivers.
    pub(super) fn deliveries_bell(&self) -> &Bell {
        &self.deliveries_bell
    }

    /// A round of the thread that runs: everything but delivering, which the other thread is rung for.
    pub(super) fn take_runs(&self) -> Result<(), ReportError> {
        let before = self.engine.view().seq;
        let done = self.take(RUNS);
        if self.engine.view().seq != before {
            self.deliveries_bell.ring();
        }
        done
    }

    /// A round of the thread that delivers. Once it is over no try is begun.
    pub(super) fn take_deliveries(&self) -> Result<(), ReportError> {
        self.deliver(&|| self.deliveries_bell.is_over())
    }

    /// Brings what is on record to people.
    fn deliver(&self, is_over: &(dyn Fn() -> bool + Sync)) -> Result<(), ReportError> {
        let _alone = self.delivering.lock().unwrap_or_else(PoisonError::into_inner);
        let (engine, carrier) = (&self.engine, &*self.means.carrier);
        let mut load = |parcel: &Parcel, to: &Recipient| self.load(parcel, to);
        deliver_until(engine, carrier, &mut load, engine.clock(), is_over).map(drop)
    }

    fn take(&self, steps: &[Step]) -> Result<(), ReportError> {
        let now = self.engine.clock().now();
        let mut outcome = Ok(());
        for step in steps {
            let done = step(self, now);
            outcome = outcome.and(done);
        }
        outcome
    }

    fn run_all(&self, wanted: Wanted, by: &str) -> Result<Vec<ReportRun>, ReportError> {
        let names: Vec<Slug> = self.engine.view().reports.schedules().keys().cloned().collect();
        let (mut runs, mut failure) = (Vec::new(), Ok(()));
        for name in names {
            match self.run(&name, wanted, by) {
                Ok(run) => runs.extend(run),
                Err(error) => failure = failure.and(Err(error)),
            }
        }
        failure.map(|()| runs)
    }

    /// Runs a schedule if that is wanted. None where it is not there, is not due, rests, or somebody else ran it meanwhile.
    fn run(&self, name: &Slug, wanted: Wanted, by: &str) -> Result<Option<ReportRun>, ReportError> {
        let now = self.engine.clock().now();
        if wanted == Wanted::InTime {
            // Without the writer's lock: this is asked of every schedule every few seconds.
            let view = self.engine.view();
            let Some(standing) = view.reports.schedules().get(name) else { return Ok(None) };
            if self.rests(&view, name, now) || Self::due_of(&view, standing, now)?.is_none() {
                return Ok(None);
            }
        }
        // Two runners that keep reports in one folder take turns. Where that cannot be had nothing can be kept either, and
        // the run fails with that.
        let _alone = self.means.kept.as_ref().and_then(|kept| kept.alone().ok());
        let present = self.engine.present();
        let now = self.engine.clock().now();
        let Some(standing) = present.view.reports.schedules().get(name) else { return Ok(None) };
        let due = match Self::due_of(&present.view, standing, now) {
            Err(_) if wanted == Wanted::Now => None,
            due => due?,
        };
        if due.is_none() && wanted != Wanted::Now {
            return Ok(None);
        }
        let outcome = run::run(self, &present, &standing.is, due, now, by);
        let mut resting = self.resting.lock().unwrap_or_else(PoisonError::into_inner);
        match outcome {
            Ok(run) => {
                resting.remove(name);
                Ok(Some(run))
            }
            Err(ReportError::Engine(EngineError::Refused(_))) if due.is_some() => {
                let view = self.engine.view();
                let moment = due.map(|(moment, _)| moment);
                let mut theirs = view.reports.runs_of(name).map(|record| &record.run);
                let theirs = theirs.find(|run| run.is_made() && run.due >= moment);
                Ok(theirs.filter(|_| wanted == Wanted::Now).cloned())
            }
            Err(error) => {
                let times = resting.get(name).map_or(0, |(_, times)| *times).saturating_add(1);
                resting.insert(name.clone(), (later(now, times), times));
                Err(error)
            }
        }
    }

    /// Whether a schedule failed so lately that it is not tried again yet: a minute after the first time, then twice as long
    /// each time, at most an hour. What is on record tells, so that a restart changes nothing.
    fn rests(&self, view: &View, name: &Slug, now: Moment) -> bool {
        let resting = self.resting.lock().unwrap_or_else(PoisonError::into_inner);
        if resting.get(name).is_some_and(|(until, _)| now < *until) {
            return true;
        }
        let runs = view.reports.runs_of(name).filter(|record| record.run.due.is_some());
        let mut failed = runs.take_while(|record| !record.run.is_made()).peekable();
        let last = failed.peek().map(|record| record.run.until.at);
        let times = u32::try_from(failed.take(32).count()).unwrap_or(32);
        last.is_some_and(|last| now < later(last, times))
    }

    fn answer(&self, request: &Request) -> Answer {
        let runs = match &request.schedule {
            None => self.run_due(&request.by),
            Some(name) if request.only_due => {
                self.run_if_due(name, &request.by).map(|run| run.into_iter().collect())
            }
            Some(name) => self.run_now(name, &request.by).map(|run| vec![run]),
        };
        runs.map_or_else(|error| Answer::Refused(error.to_string()), Answer::Ran)
    }
}

/// When what failed so many times in turn, last at that moment, is tried again.
fn later(last: Moment, times: u32) -> Moment {
    let rest = FIRST_REST.saturating_mul(1_i64 << times.saturating_sub(1).min(20));
    Moment(last.0.saturating_add(rest.min(LONGEST_REST)))
}

fn unknown(schedule: &Slug) -> ReportError {
    EngineError::NotFound { what: "schedule", id: schedule.to_string() }.into()
}

/// Runs what other processes ask for.
fn asked(runner: &Runner, now: Moment) -> Result<(), ReportError> {
    let Some(asking) = &runner.asking else { return Ok(()) };
    for taken in asking.take(now)? {
        let answer = runner.answer(&taken.request);
        taken.answered(answer);
    }
    Ok(())
}

/// Runs what is due.
fn due(runner: &Runner, _now: Moment) -> Result<(), ReportError> {
    runner.run_all(Wanted::InTime, run::BY_ITSELF).map(drop)
}

/// Holds what happened against the rules of alerts.
fn watched(runner: &Runner, _now: Moment) -> Result<(), ReportError> {
    let mut through = runner.watched.lock().unwrap_or_else(PoisonError::into_inner);
    let place = runner.means.kept.as_ref().map(Place::among);
    // While this process has the store nobody else gets further.
    if through.is_none() {
        *through = place.as_ref().and_then(|place| place.get(runner.engine.view().seq));
    }
    let known = *through;
    let watched = alerts::watch(&runner.engine, &mut through);
    if let Some((place, seq)) = place.zip(*through)
        && known != *through
    {
        place.put(seq);
    }
    watched.map(drop)
}

/// Brings what is on record to people.
fn delivered(runner: &Runner, _now: Moment) -> Result<(), ReportError> {
    runner.deliver(&|| false)
}
