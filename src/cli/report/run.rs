//! `ringer report run`: a schedule is run now, or whatever is due. Not responsible for asking another process (`ask`).
//!
//! Invariant: what was run is printed, whoever ran it; a report that could not be made is no success.

use crate::{
    cli::{
        CliError, Exit,
        context::Context,
        output::{Format, FormatArg},
        report::{
            ask::{self, Came},
            list::Line,
            means, reaching,
        },
    },
    engine::{Engine, Reports},
    model::{ReportRun, RunOutcome, Slug},
    reports::{Answer, LONGEST_WAIT, Runner},
    store::StoreError,
};
use std::sync::Arc;

/// Arguments of `ringer report run`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  ringer report run weekly\n  ringer report run --due\n\n\
    While another process has the store, such as `ringer serve`, that one is asked to run it.\n\
    With --due a schedule runs only if it is due: for the system's own cron, and for CI.")]
pub struct Args {
    /// The schedule
    #[arg(value_name = "NAME", required_unless_present = "due")]
    name: Option<Slug>,
    /// Only what is due: this schedule if it is, or all that are
    #[arg(long)]
    due: bool,
    /// How long to wait for another process that has the store
    #[arg(long, value_name = "SECONDS", default_value_t = 60,
        value_parser = clap::value_parser!(u32).range(1..=i64::from(LONGEST_WAIT)))]
    wait: u32,
    #[command(flatten)]
    format: FormatArg,
}

impl Args {
    /// Of which schedule.
    pub(super) fn schedule(&self) -> Option<String> {
        self.name.as_ref().map(ToString::to_string)
    }
}

/// Runs it.
///
/// # Errors
/// When there is no such schedule, nobody who has the store answers, or the store fails.
pub fn run(args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    let ran = match ctx.engine_to_write() {
        Ok(engine) => alone(args, ctx, engine)?,
        Err(CliError::Store(holder @ StoreError::InUse { .. })) => {
            match ask::ask(ctx, args.name.as_ref(), args.due, args.wait, &holder)? {
                Came::Store(engine) => alone(args, ctx, *engine)?,
                Came::Answer(Answer::Ran(runs)) => Ran { runs, reports: None },
                Came::Answer(Answer::Refused(why)) => return Err(CliError::NotYet(why)),
            }
        }
        Err(other) => return Err(other),
    };
    print(args, ctx, &ran)
}

/// What was run, and where this process has the store what became of it.
struct Ran {
    runs: Vec<ReportRun>,
    reports: Option<Arc<Reports>>,
}

/// Runs it in this process, which has the store.
fn alone(args: &Args, ctx: &Context, engine: Engine) -> Result<Ran, CliError> {
    let engine = Arc::new(engine);
    let (runner, by) = (Runner::new(engine.clone(), means(ctx)), &ctx.settings.user);
    let runs = match &args.name {
        None => runner.run_due(by)?,
        Some(name) if args.due => runner.run_if_due(name, by)?.into_iter().collect(),
        Some(name) => vec![runner.run_now(name, by)?],
    };
    runner.afterwards()?;
    Ok(Ran { runs, reports: Some(engine.view().reports.clone()) })
}

fn print(args: &Args, ctx: &mut Context, ran: &Ran) -> Result<Exit, CliError> {
    let (runs, mut exit) = (&ran.runs, Exit::Ok);
    for run in runs {
        if let RunOutcome::Failed { why } = &run.outcome {
            ctx.note(&format!("{}: no report could be made: {why}", run.schedule));
            exit = Exit::Nothing;
        }
    }
    let lines = runs.iter().map(|run| Line::new(run, ran.reports.as_deref()));
    ctx.out.list(args.format.or(Format::Table), lines)?;
    ctx.out.flush()?;
    if runs.is_empty() {
        // No failure: most of the times that cron asks, nothing is due.
        ctx.note("nothing is due");
    }
    if let Some(reports) = &ran.reports {
        reaching::tell_deliveries(ctx, reports, runs);
    }
    Ok(exit)
}
