//! `ringer report schedule`: schedules are made, listed, shown, paused, resumed and removed. Not responsible for running them
//! (`run`).
//!
//! Invariant: a schedule that is made can be run: its plan, its zone and its filter were read.

use crate::{
    cli::{
        CliError, Exit,
        context::Context,
        output::{Column, Format, FormatArg, Row, id, text},
        report::reaching,
    },
    engine::{Engine, Reports, Standing, View},
    model::{Moment, Recipient, ReportFormat, Schedule, Slug, Turn},
    reports::{Filter, Plan},
};
use serde::Serialize;

/// Arguments of `ringer report schedule`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  \
    ringer report schedule add --name weekly --cron \"0 7 * * MON\" --zone America/New_York\n  \
    ringer report schedule list\n  \
    ringer report schedule pause weekly --why \"the house is closed\"")]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Clone, clap::Subcommand)]
enum What {
    /// Make a schedule
    #[command(after_help = "Example:\n  \
        ringer report schedule add --name weekly --cron \"0 7 * * MON\" --zone America/New_York \\\n      \
        --to ann@example.com --to https://hooks.example.com/ringer --to folder:/srv/reports \\\n      \
        --format html,pdf,json,csv --filter \"min=5\"\n\n\
        The five fields are minute, hour, day, month and weekday. A time that the clock skips in spring\n\
        is due right after the gap; one that it shows twice in autumn is due once.")]
    Add {
        /// What to call it: small letters, digits, - and _
        #[arg(long, value_name = "NAME")]
        name: Slug,
        /// When a report is due, five fields of cron
        #[arg(long, value_name = "CRON")]
        cron: String,
        /// On the clock of which time zone, by its IANA name
        #[arg(long, value_name = "ZONE", default_value = "UTC")]
        zone: String,
        /// Who gets it: a mailbox, a URL, or folder:/path; repeatable [default: nobody, it is on the page of reports]
        #[arg(long, value_name = "RECIPIENT")]
        to: Vec<Recipient>,
        /// In which forms: html, pdf, json, csv
        #[arg(long, value_name = "FORMS", value_delimiter = ',', default_value = "html")]
        format: Vec<ReportFormat>,
        /// Only rings that fit: min=N, status=…, band=…, kind=…
        #[arg(long, value_name = "FILTER", default_value = "")]
        filter: String,
        /// Let personal data go to recipients whose role sees it; counts and links alone otherwise
        #[arg(long)]
        personal: bool,
        /// Take the place of the schedule of this name; what was due before is not made up for
        #[arg(long)]
        replace: bool,
    },
    /// Every schedule, with when it runs next
    #[command(after_help = "Example:\n  ringer report schedule list --format csv")]
    List {
        #[command(flatten)]
        format: FormatArg,
    },
    /// One schedule
    #[command(after_help = "Example:\n  ringer report schedule show weekly --format json")]
    Show {
        /// Its name
        name: Slug,
        #[command(flatten)]
        format: FormatArg,
    },
    /// Have a schedule do nothing until it is resumed
    #[command(
        after_help = "Example:\n  ringer report schedule pause weekly --why \"the house is closed\""
    )]
    Pause(Turned),
    /// Have a paused schedule go on; what was due meanwhile stays undone
    #[command(after_help = "Example:\n  ringer report schedule resume weekly --why \"open again\"")]
    Resume(Turned),
    /// Remove a schedule; its reports stay
    #[command(
        after_help = "Example:\n  ringer report schedule remove weekly --why \"nobody reads it\""
    )]
    Remove(Turned),
}

#[derive(Debug, Clone, clap::Args)]
struct Turned {
    /// Its name
    name: Slug,
    /// The reason, recorded for good
    #[arg(long, value_name = "TEXT")]
    why: String,
}

impl Args {
    /// What the audit trail is told.
    pub(super) fn word(&self) -> Option<(&'static str, String)> {
        let name = match &self.what {
            What::Add { name, .. } | What::Show { name, .. } => name,
            What::Pause(turned) | What::Resume(turned) | What::Remove(turned) => &turned.name,
            What::List { .. } => return None,
        };
        Some(("schedule", name.to_string()))
    }
}

#[derive(Serialize)]
struct Line {
    name: String,
    state: &'static str,
    when: String,
    next: Option<String>,
    next_utc: Option<String>,
    to: Vec<String>,
    formats: Vec<&'static str>,
    filter: String,
    personal: bool,
    cron: String,
    zone: String,
    last: Option<String>,
    last_outcome: Option<&'static str>,
    by: String,
}

impl Row for Line {
    const COLUMNS: &'static [Column] = &[
        id("name"),
        id("state"),
        text("when"),
        id("next"),
        id("next_utc"),
        text("to"),
        id("formats"),
        text("filter"),
        id("personal"),
        text("cron"),
        id("zone"),
        id("last"),
        id("last_outcome"),
        text("by"),
    ];

    fn cells(&self) -> Vec<String> {
        let or_none = |text: &Option<String>| text.clone().unwrap_or_default();
        vec![
            self.name.clone(),
            self.state.to_owned(),
            self.when.clone(),
            or_none(&self.next),
            or_none(&self.next_utc),
            self.to.join(" "),
            self.formats.join(","),
            self.filter.clone(),
            if self.personal { "yes" } else { "no" }.to_owned(),
            self.cron.clone(),
            self.zone.clone(),
            or_none(&self.last),
            self.last_outcome.unwrap_or_default().to_owned(),
            self.by.clone(),
        ]
    }
}

impl Line {
    fn new(standing: &Standing<Schedule>, reports: &Reports, now: Moment) -> Self {
        let is = &standing.is;
        let plan = Plan::new(&is.cron, &is.zone).ok();
        let next = plan.as_ref().filter(|_| standing.paused.is_none()).and_then(|p| p.next(now));
        let last = reports.runs_of(&is.name).next().map(|record| &record.run);
        Self {
            name: is.name.to_string(),
            state: if standing.paused.is_some() { "paused" } else { "at work" },
            when: plan.as_ref().map(Plan::phrase).unwrap_or_default(),
            next: plan.as_ref().and_then(|plan| Some(plan.shown(next?))),
            next_utc: next.map(|at| at.to_string()),
            to: is.to.iter().map(ToString::to_string).collect(),
            formats: is.formats.iter().map(|format| format.name()).collect(),
            filter: is.filter.clone(),
            personal: is.personal,
            cron: is.cron.clone(),
            zone: is.zone.clone(),
            last: last.map(|run| run.id.to_string()),
            last_outcome: last.map(|run| if run.is_made() { "made" } else { "failed" }),
            by: standing.by.clone(),
        }
    }
}

/// Does it.
///
/// # Errors
/// When there is no such schedule, what is given makes none, a reason is missing, or the store fails or is in use.
pub fn run(args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    match &args.what {
        What::List { format } => {
            let view = ctx.engine()?.view();
            list(ctx, &view, None, format.or(Format::Table))
        }
        What::Show { name, format } => {
            let view = ctx.engine()?.view();
            known(&view, name)?;
            list(ctx, &view, Some(name), format.or(Format::Table))
        }
        What::Pause(turned) => turn(ctx, turned, Turn::Paused),
        What::Resume(turned) => turn(ctx, turned, Turn::Resumed),
        What::Remove(turned) => turn(ctx, turned, Turn::Removed),
        What::Add { name, cron, zone, to, format, filter, personal, replace } => {
            // Before a store is opened, which takes a while.
            let plan = Plan::new(cron, zone)?;
            let filter: Filter = filter.parse().map_err(crate::reports::ReportError::from)?;
            let schedule = Schedule {
                name: name.clone(),
                cron: plan.cron(),
                zone: plan.zone().to_owned(),
                to: to.iter().cloned().collect(),
                formats: format.iter().copied().collect(),
                filter: filter.to_string(),
                personal: *personal,
            };
            let engine = reaching::engine_to_write(ctx)?;
            add(ctx, &engine, schedule, *replace)
        }
    }
}

fn add(
    ctx: &mut Context,
    engine: &Engine,
    schedule: Schedule,
    replace: bool,
) -> Result<Exit, CliError> {
    let name = schedule.name.clone();
    if !replace && engine.view().reports.schedules().contains_key(&name) {
        return Err(CliError::Usage(format!(
            "there is a schedule \"{name}\" already; --replace takes its place, another --name makes a second one"
        )));
    }
    let to = schedule.to.clone();
    engine.set_schedule(schedule, &ctx.settings.user)?;
    reaching::tell_what_lacks(ctx, &to);
    list(ctx, &engine.view(), Some(&name), Format::Table)
}

fn turn(ctx: &mut Context, turned: &Turned, turn: Turn) -> Result<Exit, CliError> {
    let engine = reaching::engine_to_write(ctx)?;
    known(&engine.view(), &turned.name)?;
    engine.turn_schedule(&turned.name, turn, &ctx.settings.user, &turned.why)?;
    if turn == Turn::Removed {
        ctx.note(&format!("{} is removed; its reports stay", turned.name));
        return Ok(Exit::Ok);
    }
    list(ctx, &engine.view(), Some(&turned.name), Format::Table)
}

fn known(view: &View, name: &Slug) -> Result<(), CliError> {
    match view.reports.schedules().contains_key(name) {
        true => Ok(()),
        false => Err(CliError::NotFound(format!(
            "no schedule is called \"{name}\"; `ringer report schedule list` lists them"
        ))),
    }
}

fn list(
    ctx: &mut Context,
    view: &View,
    only: Option<&Slug>,
    format: Format,
) -> Result<Exit, CliError> {
    let now = ctx.clock.now();
    let all = view.reports.schedules().values();
    let shown = all.filter(|standing| only.is_none_or(|name| standing.is.name == *name));
    let lines: Vec<Line> = shown.map(|s| Line::new(s, &view.reports, now)).collect();
    let exit = if lines.is_empty() { Exit::Nothing } else { Exit::Ok };
    match (only, format, lines.first()) {
        (Some(_), Format::Json, Some(line)) => ctx.out.object(line)?,
        _ => ctx.out.list(format, lines)?,
    }
    ctx.out.flush()?;
    if exit == Exit::Nothing {
        ctx.note("there is no schedule; `ringer report schedule add` makes one");
    }
    Ok(exit)
}
