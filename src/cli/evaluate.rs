//! `ringer evaluate`: quality of persons and rings against labelled truth.

use crate::{
    cli::{CliError, Exit, context::Context, members},
    evaluate::{evaluate, read_truth},
};
use std::path::PathBuf;

/// Arguments of `ringer evaluate`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  ringer evaluate --truth truth.csv\n\n\
    The truth is a CSV with the columns application_id,person_id,ring_id, as `ringer synth`\n\
    writes it; kinds of rings are read from a rings.csv beside it. Prints one JSON object.")]
pub struct Args {
    /// The labelled truth
    #[arg(long, value_name = "FILE")]
    truth: PathBuf,
}

/// Prints the figures.
///
/// # Errors
/// When the truth or the store cannot be read, or the figures not be written.
pub fn run(args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    let mut truth = read_truth(&args.truth)?;
    let kinds = args.truth.with_file_name("rings.csv");
    if kinds.exists() {
        truth.read_kinds(&kinds)?;
    }
    let view = ctx.engine()?.view();
    let members = members::lines(&view)
        .map(|line| (line.application_id, line.applicant_id, line.ring_id.unwrap_or_default()));
    ctx.out.object(&evaluate(members, &truth))?;
    Ok(Exit::Ok)
}
