//! `ringer synth`: labelled synthetic applications.

use crate::{
    cli::{CliError, Exit, context::Context, progress::Progress},
    synth::{self, Noise, Options, SynthError},
};
use std::path::PathBuf;

/// Arguments of `ringer synth`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  ringer synth 10000 --seed 7 --out made-up\n  \
    ringer --data made-up/store import made-up/applications.csv\n  \
    ringer --data made-up/store evaluate --truth made-up/truth.csv\n\n\
    Writes applications.csv, truth.csv (application_id,person_id,ring_id) and rings.csv.\n\
    With --quarter it writes what came before (before.csv) and thirteen weeks that arrive day by day: one CSV file a day,\n\
    decisions.csv (what people decide on which day), lineage.csv (what becomes of rings in which week) and the truth.\n\
    --noise 3 makes three times as many slips, gaps and changes. The same options give the same bytes.")]
pub struct Args {
    /// How many applications
    #[arg(value_name = "N")]
    applications: u64,
    /// Seed of the random numbers
    #[arg(long, value_name = "S")]
    seed: u64,
    /// How much of every kind of slip and gap, 0 to 10, 1 being what people do
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0)]
    noise: f64,
    /// A quarter that arrives day by day, in which rings are born, grow, merge, split and dissolve in known weeks
    #[arg(long)]
    quarter: bool,
    /// Folder to write to, made if it is not there
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// Writes the files.
///
/// # Errors
/// When they cannot be written.
pub fn run(args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    let noise = Noise::new(args.noise).map_err(|error| CliError::Usage(error.to_string()))?;
    let options = Options { noise, ..Options::new(args.applications, args.seed) };
    let bar = Progress::new("writing synthetic applications");
    let failed = |error| match error {
        SynthError::Write { path, source } => {
            CliError::Write { what: path.display().to_string(), source }
        }
        other => CliError::Usage(other.to_string()),
    };
    if args.quarter {
        let summary = synth::quarter_files(&options, &args.out).map_err(failed)?;
        drop(bar);
        ctx.note(&format!(
            "wrote {} applications in {} files, with {} rings to which {} things happen, to {}",
            summary.applications,
            summary.files,
            summary.rings,
            summary.planted,
            args.out.display()
        ));
        return Ok(Exit::Ok);
    }
    let summary = synth::generate(&options, &args.out).map_err(failed)?;
    drop(bar);
    ctx.note(&format!(
        "wrote {} applications of {} persons, {} of them in {} rings, to {}",
        summary.applications,
        summary.persons,
        summary.ring_applications,
        summary.rings,
        args.out.display()
    ));
    Ok(Exit::Ok)
}
