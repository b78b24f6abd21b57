//! `ringer report again`: makes a report again from the journal as it was, and says whether it is the one that was made. Not
//! responsible for making it (`reports::again`).
//!
//! Invariant: the store is only read; exit code 0 says that every byte is the same.

use crate::{
    cli::{CliError, Exit, context::Context, output::Format, progress::Progress},
    model::{FileHash, ReportId},
    reports::{
        ReportError,
        again::{self, Same, Why},
        digest,
    },
};
use serde::Serialize;
use std::{fs, path::PathBuf};

/// Arguments of `ringer report again`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  ringer report again rep_0123456789ab\n  \
    ringer report again rep_0123456789ab --out report.json --format json\n\n\
    Computes everything anew from the journal up to the fact the report ends with: as long as a first\n\
    import of as many applications takes. Ends with exit code 1 when the report differs, and says why:\n\
    other settings, another version of Ringer, or data erased since.")]
pub(super) struct Args {
    /// The report
    #[arg(value_name = "REPORT")]
    pub(super) report: ReportId,
    /// Write the report, in its canonical form, to this file
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// How to print [default: table]
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<Format>,
}

#[derive(Serialize)]
struct Told {
    report_id: ReportId,
    same: bool,
    sha256: Option<FileHash>,
    until_fact: u64,
    why: Vec<String>,
}

/// Makes it again.
///
/// # Errors
/// When there is no such report, when it cannot be made again, or when the file cannot be written.
pub(super) fn run(args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    let engine = ctx.engine()?;
    let view = engine.view();
    let Some(record) = view.reports.run(&args.report) else {
        let text = format!("there is no report {}; `ringer report list` shows all", args.report);
        return Err(CliError::NotFound(text));
    };
    let (run, retention) = (&record.run, &ctx.settings.retention);
    let bar = Progress::new("making the report again from the journal");
    let report = again::again(&engine, run, retention).map_err(failed)?;
    let same = again::compare(&engine, retention, run, &report).map_err(failed)?;
    drop(bar);
    let canonical = report.canonical().map_err(failed)?;
    if let Some(file) = &args.out {
        let what = file.display().to_string();
        fs::write(file, &canonical).map_err(|source| CliError::Write { what, source })?;
    }
    let why: &[Why] = match &same {
        Same::Same => &[],
        Same::Differs(why) => why,
    };
    let told = Told {
        report_id: run.id.clone(),
        same: same == Same::Same,
        sha256: digest(&canonical),
        until_fact: run.until.seq.0,
        why: why.iter().map(ToString::to_string).collect(),
    };
    match args.format.unwrap_or(Format::Table) {
        Format::Table => {
            let (id, seq) = (&told.report_id, told.until_fact);
            match told.same {
                true => {
                    ctx.out.line(&format!("{id} as of fact {seq}: the same, byte for byte"))?;
                }
                false => {
                    ctx.out.line(&format!("{id} as of fact {seq}: it differs"))?;
                    for why in &told.why {
                        ctx.out.line(&format!("  {why}"))?;
                    }
                }
            }
        }
        _ => ctx.out.object(&told)?,
    }
    ctx.out.flush()?;
    Ok(if told.same { Exit::Ok } else { Exit::Nothing })
}

fn failed(error: ReportError) -> CliError {
    match error {
        ReportError::Engine(error) => error.into(),
        ReportError::Kept { id, source } => {
            CliError::Write { what: format!("report {id}"), source }
        }
        error @ ReportError::NotMade(_) => CliError::NotFound(error.to_string()),
        other => CliError::Usage(other.to_string()),
    }
}
