//! One run of a schedule: the report is built, kept and put on record, or that it could not be. Not responsible for whether
//! it is wanted (`running`).
//!
//! Invariant: whoever finds a report on record finds it kept; a run that failed is on record with its reason.

use crate::{
    engine::{Engine, Present},
    model::{FileHash, Moment, Parcel, Point, Recipient, ReportRun, RunOutcome, Schedule},
    reports::{
        Order, Plan, Report, ReportError, Runner, Sight,
        beginning::beginning,
        build::{build, report_id},
        delivery::{Enclosure, Letter, Load},
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
        settings: settings(),
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

/// Where the first report of a schedule begins: at the moment before the one it is for, so that a weekly report is about a
/// week. One that is asked for begins at the last moment but one, so that it is about a whole week at least.
fn first_period(
    engine: &Engine,
    present: &Present,
    schedule: &Schedule,
    due: Option<(Moment, u32)>,
    now: Moment,
) -> Result<Point, ReportError> {
    let plan = Plan::new(&schedule.cron, &schedule.zone)?;
    let this = due.map(|(moment, _)| moment).or_else(|| plan.last(now));
    let before = this.and_then(|this| plan.last(Moment(this.0.saturating_sub(1))));
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
        kept.put(&report.heading.id, &canonical)?;
    }
    let counts = report.sections.iter().map(|section| (section.id.clone(), section.n)).collect();
    Ok(RunOutcome::Made { digest, counts })
}

/// Hash of the settings that say what is computed.
fn settings() -> String {
    // `again::settings(engine, retention)` takes this place.
    String::new()
}

/// What is carried to somebody.
///
/// # Errors
/// When it is not there or cannot be rendered.
pub(super) fn load(runner: &Runner, parcel: &Parcel, to: &Recipient) -> Result<Load, ReportError> {
    let view = runner.engine.view();
    let record = match parcel {
        Parcel::Report(id) => {
            view.reports.runs().iter().find(|r| r.run.id == *id && r.run.is_made())
        }
        // `alerts::load` takes this place.
        Parcel::Alert(_) => None,
    };
    let Some(record) = record else { return Err(ReportError::Gone(parcel.to_string())) };
    let report = report(runner, &record.run)?;
    let sight = (runner.means.sight_of)(to, record.run.personal);
    // `render::load` takes this place.
    plain(runner, &report, to, sight)
}

/// A report that was made.
fn report(runner: &Runner, run: &ReportRun) -> Result<Report, ReportError> {
    // `again::report(engine, kept, run, retention)` takes this place.
    let kept = runner.means.kept.as_ref().map(|kept| kept.get(&run.id)).transpose()?.flatten();
    kept.ok_or_else(|| ReportError::Gone(run.id.to_string()))
}

/// That there is a report and where, and nothing of what is in it.
fn plain(
    runner: &Runner,
    report: &Report,
    to: &Recipient,
    _sight: Sight,
) -> Result<Load, ReportError> {
    let id = &report.heading.id;
    let text = format!("{}/reports/{id}\n", runner.means.base);
    Ok(match to {
        Recipient::Mail(_) => {
            let subject = format!("Report {} of {}", report.heading.schedule, runner.means.house);
            Load::Letter(Letter { subject, text, ..Letter::default() })
        }
        Recipient::Webhook(_) => Load::Hook(serde_json::to_vec(&serde_json::json!({
            "report_id": id, "schedule": report.heading.schedule,
        }))?),
        Recipient::Folder(_) => Load::Files(vec![Enclosure {
            name: format!("{id}.txt"),
            media_type: "text/plain",
            bytes: text.into_bytes(),
        }]),
    })
}
