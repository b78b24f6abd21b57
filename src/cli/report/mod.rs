//! `ringer report`: rules of alerts and alerts. Not responsible for what a rule finds (`reports::alerts`).
//!
//! Invariant: nothing is set, paused or removed without a name.

mod alert;
mod alerts;
mod watching;

pub(super) use watching::{place, watch};

use crate::cli::{CliError, Exit, context::Context, output::Format};

/// Arguments of `ringer report`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  \
    ringer report alert add --name farms --kind confirmed-ring-gains --to ann@example.com\n  \
    ringer report alerts --rule farms")]
pub struct Args {
    #[command(subcommand)]
    what: What,
    /// Who acts [env: RINGER_USER] [default: the login name]
    #[arg(long, global = true, value_name = "NAME")]
    pub(super) by: Option<String>,
    /// How to print [default: table]
    #[arg(long, global = true, value_enum, value_name = "FORMAT")]
    format: Option<Format>,
}

#[derive(Debug, Clone, clap::Subcommand)]
enum What {
    /// Make, list, pause, resume and remove rules of alerts
    Alert(alert::Args),
    /// List the alerts that were raised
    Alerts(alerts::Args),
}

/// Does it.
///
/// # Errors
/// When there is no store or no such rule, something is missing, or the store fails.
pub fn run(args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    let format = args.format.unwrap_or(Format::Table);
    match &args.what {
        What::Alert(args) => alert::run(args, ctx, format),
        What::Alerts(args) => alerts::run(args, ctx, format),
    }
}
