//! `ringer report`: schedules of cluster reports, running them, their history, bringing them to people; and alerts. Not responsible for
//! what is in a report (`reports`).
//!
//! Whoever has the store's folder acts as a supervisor, as with `ringer case`.
//!
//! Invariant: no schedule is made, changed or run without a name of who did it.

mod again;
mod alert;
mod alerts;
mod ask;
mod deliver;
mod list;
mod means;
mod reaching;
mod run;
mod schedule;
mod show;
mod watching;

pub(super) use means::means;
pub(super) use watching::watch;

use crate::cli::{CliError, Exit, context::Context, recording::Asked};

/// Arguments of `ringer report`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  \
    ringer report schedule add --name weekly --cron \"0 7 * * MON\" --zone America/New_York \\\n      \
    --to ann@example.com --format html,pdf\n  \
    ringer report run weekly\n  ringer report list\n  ringer report show rep_0123456789ab\n\n\
    `ringer serve` runs the schedules by itself. Without it, have the system's own cron run\n\
    `ringer report run --due`.")]
pub struct Args {
    #[command(subcommand)]
    what: What,
    /// Who acts [env: RINGER_USER] [default: the login name]
    #[arg(long, global = true, value_name = "NAME")]
    pub(super) by: Option<String>,
}

#[derive(Debug, Clone, clap::Subcommand)]
enum What {
    /// Make, list, show, pause, resume and remove schedules
    Schedule(schedule::Args),
    /// Run a schedule now, or whatever is due
    Run(run::Args),
    /// The reports that were made and those that failed, newest first
    List(list::Args),
    /// Show a report
    Show(show::Args),
    /// Try now to bring a report or an alert to those who do not have it
    Deliver(deliver::Args),
    /// Make a report again from the journal, and say whether it is the same byte for byte
    Again(again::Args),
    /// Make, list, pause, resume and remove rules of alerts
    Alert(alert::Args),
    /// List the alerts that were raised
    Alerts(alerts::Args),
}

impl Args {
    /// What the audit trail is told.
    pub(super) fn asked(&self, asked: Asked) -> Asked {
        let (what, more) = match &self.what {
            What::Schedule(args) => ("schedule", args.word()),
            What::Run(args) => ("run", args.schedule().map(|name| ("schedule", name))),
            What::List(_) => ("list", None),
            What::Show(args) => ("show", Some(("report_id", args.id.to_string()))),
            What::Deliver(args) => ("deliver", Some(args.word())),
            What::Again(args) => ("again", Some(("report_id", args.report.to_string()))),
            What::Alert(_) => ("alert", None),
            What::Alerts(_) => ("alerts", None),
        };
        let words = [Some(("what", what.to_owned())), more].into_iter().flatten().collect();
        Asked { words, ..asked }
    }
}

/// Does it.
///
/// # Errors
/// When there is no such schedule or report, what is given makes no sense, or the store fails or is in use.
pub fn run(args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    match &args.what {
        What::Schedule(args) => schedule::run(args, ctx),
        What::Run(args) => run::run(args, ctx),
        What::List(args) => list::run(args, ctx),
        What::Show(args) => show::run(args, ctx),
        What::Deliver(args) => deliver::run(args, ctx),
        What::Again(args) => again::run(args, ctx),
        What::Alert(args) => alert::run(args, ctx),
        What::Alerts(args) => alerts::run(args, ctx),
    }
}
