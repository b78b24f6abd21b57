//! `ringer synth`: labelled synthetic applications.

use crate::cli::{CliError, Exit, context::Context};
use std::path::PathBuf;

/// Arguments of `ringer synth`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  ringer synth 10000 --seed 7 --out made-up\n  \
    ringer --data made-up/store import made-up/applications.csv\n  \
    ringer --data made-up/store evaluate --truth made-up/truth.csv\n\n\
    Writes applications.csv, truth.csv (application_id,person_id,ring_id) and rings.csv.\n\
    The same number and seed give the same bytes.")]
pub struct Args {
    /// How many applications
    #[arg(value_name = "N")]
    applications: u64,
    /// Seed of the random numbers
    #[arg(long, value_name = "S")]
    seed: u64,
    /// Folder to write to, made if it is not there
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// Writes the files.
///
/// # Errors
/// When they cannot be written.
pub fn run(args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    generate(args)?;
    ctx.note(&format!("wrote applications.csv, truth.csv and rings.csv to {}", args.out.display()));
    Ok(Exit::Ok)
}

/// Awaited: `synth::generate(&synth::Options::new(args.applications, args.seed), &args.out)`.
fn generate(_args: &Args) -> Result<(), CliError> {
    Err(CliError::Awaited("synthetic applications"))
}
