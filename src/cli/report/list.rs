//! `ringer report list`: the history of reports. Not responsible for what is in one (`show`).
//!
//! Invariant: a run that failed is listed with its reason.

use crate::{
    cli::{
        CliError, Exit,
        context::Context,
        output::{Column, Format, FormatArg, Row, id, number, text},
    },
    engine::Reports,
    model::{Attempt, Moment, Parcel, ReportRun, RunOutcome, Slug},
};
use serde::Serialize;

/// Arguments of `ringer report list`.
#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "Example:\n  ringer report list\n  ringer report list --schedule weekly --format csv"
)]
pub struct Args {
    /// Only those of this schedule
    #[arg(long, value_name = "NAME")]
    schedule: Option<Slug>,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
    #[command(flatten)]
    format: FormatArg,
}

/// A run, as it is printed.
#[derive(Debug, Serialize)]
pub(super) struct Line {
    report_id: String,
    schedule: String,
    due: Option<String>,
    missed: u32,
    made_at: String,
    took_ms: u32,
    outcome: &'static str,
    lines: u32,
    /// None where another process ran it, which delivers it.
    delivered: Option<String>,
    by: String,
    why: Option<String>,
}

impl Row for Line {
    const COLUMNS: &'static [Column] = &[
        id("report_id"),
        id("schedule"),
        id("due"),
        number("missed"),
        id("made_at"),
        number("took_ms"),
        id("outcome"),
        number("lines"),
        id("delivered"),
        text("by"),
        text("why"),
    ];

    fn cells(&self) -> Vec<String> {
        let or_none = |text: &Option<String>| text.clone().unwrap_or_default();
        vec![
            self.report_id.clone(),
            self.schedule.clone(),
            or_none(&self.due),
            self.missed.to_string(),
            self.made_at.clone(),
            self.took_ms.to_string(),
            self.outcome.to_owned(),
            self.lines.to_string(),
            or_none(&self.delivered),
            self.by.clone(),
            or_none(&self.why),
        ]
    }
}

impl Line {
    pub(super) fn new(run: &ReportRun, reports: Option<&Reports>) -> Self {
        let (outcome, lines, why) = match &run.outcome {
            RunOutcome::Made { counts, .. } => {
                ("made", counts.values().fold(0, |all: u32, n| all.saturating_add(*n)), None)
            }
            RunOutcome::Failed { why } => ("failed", 0, Some(why.clone())),
        };
        Self {
            report_id: run.id.to_string(),
            schedule: run.schedule.to_string(),
            due: run.due.map(|at: Moment| at.to_string()),
            missed: run.missed,
            made_at: run.until.at.to_string(),
            took_ms: run.took,
            outcome,
            lines,
            delivered: reports.filter(|_| run.is_made()).map(|all| delivered(run, all)),
            by: run.by.clone(),
            why,
        }
    }
}

/// How many of those who were to get it have it: `2 of 3`.
fn delivered(run: &ReportRun, reports: &Reports) -> String {
    let parcel = Parcel::Report(run.id.clone());
    let has = |to: &&_| {
        let last = reports.last_try(&parcel, to);
        last.is_some_and(|last| matches!(last.outcome, Attempt::Delivered { .. }))
    };
    format!("{} of {}", run.to.iter().filter(has).count(), run.to.len())
}

/// Lists them.
///
/// # Errors
/// When there is no store, or it fails.
pub fn run(args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    let engine = ctx.engine()?;
    let reports = engine.view().reports.clone();
    let fits = |run: &&ReportRun| args.schedule.as_ref().is_none_or(|name| run.schedule == *name);
    let runs = reports.runs().iter().rev().map(|record| &record.run).filter(fits);
    let lines: Vec<Line> =
        runs.take(args.limit).map(|run| Line::new(run, Some(&reports))).collect();
    let exit = if lines.is_empty() { Exit::Nothing } else { Exit::Ok };
    ctx.out.list(args.format.or(Format::Table), lines)?;
    ctx.out.flush()?;
    if exit == Exit::Nothing {
        ctx.note(match reports.schedules().is_empty() {
            true => "no report was made yet; `ringer report schedule add` makes a schedule",
            false => "no report was made yet; `ringer report run NAME` makes one",
        });
    }
    Ok(exit)
}
