//! `ringer import`: files into the store. Not responsible for formats (`ingest`) nor for what is new (`engine`).
//!
//! Invariant: every row read is counted as new, repeated or rejected, and every rejected row is in a file with
//! its reason.

use crate::{
    cli::{
        CliError, Exit,
        context::Context,
        output::{Column, Format, FormatArg, Row, number, text},
    },
    engine::Engine,
    model::ImportCounts,
};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Arguments of `ringer import`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  ringer import monday.csv tuesday.jsonl.gz\n  \
    ringer import export.csv --mapping columns.toml\n  \
    zcat export.csv.gz | ringer import -\n\n\
    Rows that cannot be taken go to FILE.rejects.csv with the reason (standard input:\n\
    stdin.rejects.csv). Importing a file again changes nothing, and completes an import that\n\
    was interrupted.\n\n\
    Exit code 0 when every file was read and gave at least one row, new or repeated, rejects\n\
    or not; 3 when a file was refused whole or all its rows were rejected. The other files are\n\
    imported in any case.")]
pub struct Args {
    /// CSV or JSON Lines, also .gz; - for standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Which foreign columns mean what: a TOML file, or the name of a preset
    #[arg(long, value_name = "FILE")]
    mapping: Option<String>,
    /// Who imports [env: RINGER_USER] [default: the login name]
    #[arg(long, value_name = "NAME")]
    pub(super) by: Option<String>,
    #[command(flatten)]
    format: FormatArg,
}

#[derive(Serialize)]
struct Line {
    file: String,
    read: u64,
    new: u64,
    changed: u64,
    repeated: u64,
    rejected: u64,
    rejects_file: Option<String>,
}

impl Row for Line {
    const COLUMNS: &'static [Column] = &[
        text("file"),
        number("read"),
        number("new"),
        number("changed"),
        number("repeated"),
        number("rejected"),
        text("rejects_file"),
    ];

    fn cells(&self) -> Vec<String> {
        let mut cells = vec![self.file.clone()];
        let counts = [self.read, self.new, self.changed, self.repeated, self.rejected];
        cells.extend(counts.iter().map(u64::to_string));
        cells.push(self.rejects_file.clone().unwrap_or_default());
        cells
    }
}

/// Imports the files, one after the other.
///
/// # Errors
/// When the store fails; a file that is refused is told and counted in the exit code.
pub fn run(args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    let engine = ctx.engine_or_new()?;
    let mut lines = Vec::new();
    let mut exit = Exit::Ok;
    for file in &args.files {
        match import(args, ctx, &engine, file) {
            Ok((counts, rejects_file)) => {
                exit = exit.worse(outcome(counts));
                lines.push(line(file, counts, rejects_file));
            }
            Err(CliError::Input { file, why }) => {
                ctx.note(&format!("ringer: {file}: {why}"));
                exit = exit.worse(Exit::Rejected);
            }
            Err(error) => return Err(error),
        }
    }
    ctx.out.list(args.format.or(Format::Table), lines)?;
    ctx.note(&format!("{} rings in the store", engine.view().rings.len()));
    Ok(exit)
}

fn line(file: &Path, counts: ImportCounts, rejects_file: Option<PathBuf>) -> Line {
    Line {
        file: file.display().to_string(),
        read: counts.read,
        new: counts.new,
        changed: counts.changed,
        repeated: counts.repeated,
        rejected: counts.rejected,
        rejects_file: rejects_file.map(|f| f.display().to_string()),
    }
}

/// A file of which something was taken, or which has no rows at all, is fine; one whose rows were all rejected
/// is not.
fn outcome(counts: ImportCounts) -> Exit {
    let nothing_taken = counts.rejected > 0 && counts.new + counts.repeated == 0;
    if nothing_taken { Exit::Rejected } else { Exit::Ok }
}

/// Awaited: `ingest::open`, `ingest::RejectsWriter` and `Engine::import`.
fn import(
    args: &Args,
    _ctx: &Context,
    _engine: &Engine,
    _file: &Path,
) -> Result<(ImportCounts, Option<PathBuf>), CliError> {
    let _ = &args.mapping;
    Err(CliError::Awaited("import"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_rejected_only_when_none_of_its_rows_was_taken() {
        let counts = |new, repeated, rejected| ImportCounts {
            read: new + repeated + rejected,
            new,
            changed: 0,
            repeated,
            rejected,
        };
        assert_eq!(outcome(counts(1, 0, 9)), Exit::Ok);
        assert_eq!(outcome(counts(0, 1, 9)), Exit::Ok);
        assert_eq!(outcome(counts(0, 0, 1)), Exit::Rejected);
        assert_eq!(outcome(counts(0, 0, 0)), Exit::Ok);
    }
}
