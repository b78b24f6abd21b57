//! `ringer retention`: how long data is kept, who is past it, and erasing those. Not responsible for the rules
//! (`casework::keeping`).
//!
//! Invariant: nobody is purged who is below a floor or held, whatever day is given.

use crate::{
    casework::keeping::{EraseRequest, Standing},
    cli::{
        CliError, Exit,
        context::Context,
        output::{Column, Format, Row, id, number, text},
        people,
    },
    engine::View,
    model::{Day, ErasureBasis},
};
use serde::Serialize;
use std::collections::BTreeSet;

/// Arguments of `ringer retention`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  ringer retention\n  ringer retention list --format csv\n  \
    ringer retention purge --dry-run\n\n\
    Floors and ceilings stand in ringer.toml under [retention]; `ringer config` shows them. The clock\n\
    starts at the last application or the last action on record. Without a ceiling nothing is ever due.\n\
    Nothing is erased by itself. Ends with exit code 1 when nobody is due.")]
pub struct Args {
    #[command(subcommand)]
    what: Option<What>,
    /// Who acts [env: RINGER_USER] [default: the login name]
    #[arg(long, global = true, value_name = "NAME")]
    pub(super) by: Option<String>,
    /// How to print [default: table]
    #[arg(long, global = true, value_enum, value_name = "FORMAT")]
    format: Option<Format>,
}

#[derive(Debug, Clone, clap::Subcommand)]
enum What {
    /// Who is due, held, or due next, one a line
    #[command(after_help = "Example:\n  ringer retention list --format csv")]
    List,
    /// Erase everybody who is kept longer than they may be
    #[command(after_help = "Example:\n  ringer retention purge --dry-run\n  \
        ringer retention purge --before 2023-01-01 --why \"yearly purge\"")]
    Purge {
        /// Only those whose last day was before this one
        #[arg(long, value_name = "DAY")]
        before: Option<Day>,
        /// The reason, recorded for good
        #[arg(long, value_name = "TEXT", default_value = "kept for as long as it may be")]
        why: String,
        /// Say who would go, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
}

#[derive(Serialize)]
struct Report {
    floor_days: u32,
    ceiling_days: Option<u32>,
    applicants: usize,
    due: usize,
    held: usize,
    holds: usize,
    below_floor: usize,
    next_due: Option<String>,
    erasures: usize,
}

#[derive(Serialize)]
struct Line {
    applicant_id: String,
    state: &'static str,
    since: String,
    may_be_erased_from: String,
    kept_until: Option<String>,
    rule: String,
    held_by: String,
    applications: usize,
}

impl Row for Line {
    const COLUMNS: &'static [Column] = &[
        id("applicant_id"),
        id("state"),
        id("since"),
        id("may_be_erased_from"),
        id("kept_until"),
        text("rule"),
        text("held_by"),
        number("applications"),
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.applicant_id.clone(),
            self.state.to_owned(),
            self.since.clone(),
            self.may_be_erased_from.clone(),
            self.kept_until.clone().unwrap_or_default(),
            self.rule.clone(),
            self.held_by.clone(),
            self.applications.to_string(),
        ]
    }
}

fn line(view: &View, standing: &Standing, today: Day) -> Line {
    let applicant = view.network.applicant(standing.applicant);
    let held: Vec<String> = standing.held_by.iter().map(ToString::to_string).collect();
    Line {
        applicant_id: applicant.id.to_string(),
        state: match standing {
            s if !s.held_by.is_empty() => "held",
            s if s.is_due(today) => "due",
            s if s.from > today => "below_floor",
            _ => "kept",
        },
        since: standing.since.to_string(),
        may_be_erased_from: standing.from.to_string(),
        kept_until: standing.until.map(|day| day.to_string()),
        rule: standing.interval.floor_of.clone(),
        held_by: held.join("; "),
        applications: applicant.applications.len(),
    }
}

/// Shows how data stands, or erases what is due.
///
/// # Errors
/// When there is no store, when it fails or is in use, or when an erasure is refused.
pub fn run(args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    let format = args.format.unwrap_or(Format::Table);
    match &args.what {
        None => overview(ctx, format),
        Some(What::List) => list(ctx, format),
        Some(What::Purge { before, why, dry_run }) => purge(ctx, *before, why, *dry_run, format),
    }
}

fn overview(ctx: &mut Context, format: Format) -> Result<Exit, CliError> {
    let engine = ctx.engine()?;
    let view = engine.view();
    let keeping = people::keeping(ctx, &engine, &view)?;
    let today = keeping.today();
    let all: Vec<Standing> = keeping.all().collect();
    let free = |s: &&Standing| s.held_by.is_empty();
    let report = Report {
        floor_days: ctx.settings.retention.floor_days.get(),
        ceiling_days: ctx.settings.retention.ceiling_days.map(|days| days.get()),
        applicants: all.len(),
        due: all.iter().filter(|s| s.is_due(today)).count(),
        held: all.iter().filter(|s| !s.held_by.is_empty()).count(),
        holds: view.holds.iter().filter(|record| record.holds(today)).count(),
        below_floor: all.iter().filter(free).filter(|s| s.from > today).count(),
        next_due: all
            .iter()
            .filter(free)
            .filter_map(|s| s.until.filter(|until| *until >= today))
            .min()
            .and_then(|last| last.plus(1))
            .map(|day| day.to_string()),
        erasures: view.erasures.len(),
    };
    drop(keeping);
    let due = report.due;
    if format == Format::Table {
        let ceiling = report.ceiling_days.map_or("none".to_owned(), |days| format!("{days} days"));
        let rows = [
            ("Kept at least", format!("{} days, longer where a place says so", report.floor_days)),
            ("Kept at most", ceiling),
            ("Applicants", report.applicants.to_string()),
            ("Due to be erased", report.due.to_string()),
            ("Next due", report.next_due.clone().unwrap_or_else(|| "nobody".to_owned())),
            ("Below the floor", report.below_floor.to_string()),
            ("Held", format!("{}, by {} holds and standing referrals", report.held, report.holds)),
            ("Erasures so far", report.erasures.to_string()),
        ];
        for (name, value) in rows {
            ctx.out.line(&format!("{name:<18} {value}"))?;
        }
    } else {
        ctx.out.object(&report)?;
    }
    ctx.out.flush()?;
    if report.ceiling_days.is_none() {
        ctx.note(
            "note: no ceiling is set for everybody, so most are kept without an end; ceiling_days under [retention] in \
             ringer.toml sets one",
        );
    }
    Ok(if due == 0 { Exit::Nothing } else { Exit::Ok })
}

fn list(ctx: &mut Context, format: Format) -> Result<Exit, CliError> {
    let engine = ctx.engine()?;
    let view = engine.view();
    let keeping = people::keeping(ctx, &engine, &view)?;
    let today = keeping.today();
    let mut all: Vec<Standing> = keeping.all().collect();
    all.sort_by_key(|s| (s.until.is_none(), s.until, s.from, s.applicant));
    let lines: Vec<Line> = all.iter().map(|standing| line(&view, standing, today)).collect();
    drop(keeping);
    let exit = if lines.is_empty() { Exit::Nothing } else { Exit::Ok };
    ctx.out.list(format, lines)?;
    Ok(exit)
}

fn purge(
    ctx: &mut Context,
    before: Option<Day>,
    why: &str,
    dry_run: bool,
    format: Format,
) -> Result<Exit, CliError> {
    let engine = if dry_run { ctx.engine()? } else { people::engine_to_write(ctx)? };
    let view = engine.view();
    let keeping = people::keeping(ctx, &engine, &view)?;
    let today = keeping.today();
    let is_meant = |s: &Standing| before.is_none_or(|day| s.until.is_some_and(|until| until < day));
    let due: Vec<Standing> =
        keeping.all().filter(|s| s.is_due(today) && s.from <= today && is_meant(s)).collect();
    let lines: Vec<Line> = due.iter().map(|standing| line(&view, standing, today)).collect();
    drop(keeping);
    ctx.out.list(format, lines)?;
    ctx.out.flush()?;
    if due.is_empty() {
        ctx.note("nobody is kept longer than they may be; nothing was erased");
        return Ok(Exit::Nothing);
    }
    if dry_run {
        ctx.note(&format!("{} applicants would be erased; nothing was changed", due.len()));
        return Ok(Exit::Ok);
    }
    let request = EraseRequest {
        applicants: due.iter().map(|standing| standing.applicant).collect(),
        taken_back: BTreeSet::new(),
        basis: ErasureBasis::Retention,
        despite_floor: false,
        files: BTreeSet::new(),
        by: ctx.settings.user.clone(),
        why: why.to_owned(),
    };
    let done = people::erase(ctx, &engine, &view, &request)?;
    ctx.note(&format!(
        "erased as {}: {} applicants, {} versions of applications, {} attached files",
        done.id,
        due.len(),
        done.plan.goes.versions,
        done.beside.files
    ));
    people::tell_what_stays(ctx, &done.plan, &done.traces);
    Ok(Exit::Ok)
}
