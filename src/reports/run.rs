//! One run of a schedule: the report is built, kept and put on record, or that it could not be. Not responsible for whether
//! it is wanted (`running`).
//!
//! Invariant: whoever finds a report on record finds it kept; a run that failed is on record with its reason.

use crate::{
    engine::{Engine, Present, RunRecord},
    model::{FileHash, Moment, Parcel, Point, Recipient, ReportRun, RunOutcome, Schedule},
    reports::{
        Order, Plan, Report, ReportError, Runner, again, alerts,
        beginning::beginning,
        build::{build, report_id},
        delivery::Load,
        render::{self, Rendering},
        report::{FORMAT, digest},
    },
};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::Instant,
};

/// Who runs what nobody asked for.
pub(super) const BY_ITSELF: &str = "ringer";

/// Longest reason for a failure, in characters.
const WHY: usize = 300;

/// Runs a schedule. `due` is the moment it was due and how many before that nobody ran.
///
/// # Errors
/// When the run cannot be put on record. One that failed is on record.
pub(super) fn run(
    runner: &Runner,
    present: &Present,
    schedule: &Schedule,
    due: Option<(Moment, u32)>,
    now: Moment,
    by: &str,
) -> Result<ReportRun, ReportError> {
    // The one place in reports that looks at a watch. It tells how long something took, never what time it is.
    let begun = Instant::now();
    let head = FileHash::of(&present.head.hash)
        .ok_or_else(|| ReportError::Zone("the head of the journal".to_owned()))?;
    let before = present.view.reports.last_made(&schedule.name).map(|record| record.run.until);
    let until = Point { seq: present.head.seq, at: now };
    let mut since = before.unwrap_or(until);
    let made = catch_unwind(AssertUnwindSafe(|| {
        if before.is_none() {
            since = first_period(&runner.engine, present, schedule, due, now)?;
        }
        let order = Order {
            schedule: schedule.name.clone(),
            filter: schedule.filter.clone(),
            zone: schedule.zone.clone(),
            since,
            at: now,
            is_first: before.is_none(),
            due: due.map(|(moment, _)| moment),
            missed: due.map_or(0, |(_, missed)| missed),
        };
        make(runner, present, &order)
    }));
    // The message of a panic may quote an applicant.
    let made = made.unwrap_or(Err(ReportError::Broken));
    let outcome = made.unwrap_or_else(|error| RunOutcome::Failed {
        why: error.to_string().chars().take(WHY).collect(),
    });
    let run = ReportRun {
        id: report_id(&schedule.name, until),
        schedule: schedule.name.clone(),
        filter: schedule.filter.clone(),
        zone: schedule.zone.clone(),
        due: due.map(|(moment, _)| moment),
        missed: due.map_or(0, |(_, missed)| missed),
        since,
        until,
        head,
        settings: again::settings(&runner.engine, &runner.means.retention),
        format: FORMAT,
        to: schedule.to.clone(),
        formats: schedule.formats.clone(),
        personal: schedule.personal,
        by: by.to_owned(),
        took: u32::try_from(begun.elapsed().as_millis()).unwrap_or(u32::MAX),
        outcome,
    };
    runner.engine.record_run(run.clone())?;
    Ok(run)
}

/// Where the first report of a schedule begins: at the moment before the first it stands for, so that a weekly report is about
/// a week, and about all weeks that nobody ran. One that is asked for begins at the last moment but one, so that it is about
/// a whole week at least.
fn first_period(
    engine: &Engine,
    present: &Present,
    schedule: &Schedule,
    due: Option<(Moment, u32)>,
    now: Moment,
) -> Result<Point, ReportError> {
    let plan = Plan::new(&schedule.cron, &schedule.zone)?;
    // Since it was made, changed or resumed: what was due before stays undone.
    let standing = present.view.reports.schedules().get(&schedule.name);
    let from = standing.map_or(now, |standing| standing.from);
    let before = match due {
        Some(_) => plan.last(from),
        None => {
            let last = plan.last(now);
            last.and_then(|last| plan.last(Moment(last.0.saturating_sub(1)))).min(plan.last(from))
        }
    };
    match before {
        Some(before) => beginning(engine, &present.view, present.head.seq, before),
        None => Ok(Point::default()),
    }
}

/// Builds a report and keeps it.
fn make(runner: &Runner, present: &Present, order: &Order) -> Result<RunOutcome, ReportError> {
    let report = build(&runner.engine, present, &runner.means.retention, order)?;
    let canonical = report.canonical()?;
    let digest = digest(&canonical).ok_or(ReportError::Broken)?;
    if let Some(kept) = &runner.means.kept {
        again::keep(&runner.engine, kept, &report, present.view.erasures.len())?;
    }
    let counts = report.sections.iter().map(|section| (section.id.clone(), section.n)).collect();
    Ok(RunOutcome::Made { digest, counts })
}

/// What is carried to somebody.
///
/// # Errors
/// When it is not there or cannot be rendered.
pub(super) fn load(runner: &Runner, parcel: &Parcel, to: &Recipient) -> Result<Load, ReportError> {
    let (view, means) = (runner.engine.view(), &runner.means);
    let gone = || ReportError::Gone(parcel.to_string());
    let rendering = |personal| Rendering {
        base: &means.base,
        sight: (means.sight_of)(to, personal),
        house: &means.house,
    };
    match parcel {
        Parcel::Report(id) => {
            let made = |r: &&RunRecord| r.run.id == *id && r.run.is_made();
            let run = &view.reports.runs().iter().find(made).ok_or_else(gone)?.run;
            let report = report(runner, run)?;
            render::load(&report, run, to, &rendering(run.personal))
        }
        Parcel::Alert(id) => {
            let alert = &view.reports.alert(id).ok_or_else(gone)?.alert;
            alerts::load(alert, to, &rendering(false))
        }
    }
}

/// The report of a run that made one: kept, or made again.
///
/// # Errors
/// When it can neither be read nor made again.
pub(super) fn report(runner: &Runner, run: &ReportRun) -> Result<Report, ReportError> {
    let means = &runner.means;
    again::report(&runner.engine, means.kept.as_ref(), run, &means.retention)
}
