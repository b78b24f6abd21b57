//! `ringer evaluate`: quality of persons and rings against labelled truth.

use crate::{
    cli::{CliError, Exit, context::Context},
    engine::View,
};
use std::path::PathBuf;

/// Arguments of `ringer evaluate`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  ringer evaluate --truth truth.csv\n\n\
    The truth is a CSV with the columns application_id,person_id,ring_id, as `ringer synth`\n\
    writes it. Prints one JSON object.")]
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
    let view = ctx.engine()?.view();
    let quality = quality(args, &view)?;
    ctx.out.object(&quality)?;
    Ok(Exit::Ok)
}

/// Awaited: `evaluate::read_truth` and `evaluate::evaluate`.
fn quality(_args: &Args, _view: &View) -> Result<serde_json::Value, CliError> {
    Err(CliError::Awaited("evaluation"))
}
