//! `ringer report`: reports of what changed. Not responsible for what is in one (`reports`).
//!
//! Invariant: what shows a report changes nothing in the store.

mod again;

use crate::cli::{CliError, Exit, context::Context};

/// Arguments of `ringer report`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  ringer report again rep_0123456789ab --out report.json")]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Clone, clap::Subcommand)]
enum What {
    /// Make a report again from the journal, and say whether it is the same byte for byte
    Again(again::Args),
}

/// Does what is asked for.
///
/// # Errors
/// As what is asked for has.
pub fn run(args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    match &args.what {
        What::Again(args) => again::run(args, ctx),
    }
}
