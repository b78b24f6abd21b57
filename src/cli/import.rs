//! `ringer import`: files into the store. Not responsible for formats (`ingest`) nor for what is new (`engine`).
//!
//! Invariant: every row read is counted as new, repeated or rejected, and every rejected row is in a file with
//! its reason.

use crate::{
    cli::{
        CliError, Exit,
        context::Context,
        output::{Column, Format, FormatArg, Row, number, text},
        progress::Progress,
        report,
    },
    engine::{self, Engine, Stage},
    ingest::{
        self, IngestError, Input, Mapping, Options, Reader, RejectsWriter, Report, RowProblem,
    },
    model::ImportCounts,
};
use serde::Serialize;
use std::{
    fs, io,
    path::{Path, PathBuf},
};

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
    /// Take applications in again that were erased
    #[arg(long)]
    restore_erased: bool,
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
    let options = options(args.mapping.as_deref())?;
    let mut engine = None;
    let mut lines = Vec::new();
    let mut exit = Exit::Ok;
    for file in &args.files {
        let rejects = RejectsWriter::for_input(file)?;
        let imported = Source::open(Input::from_arg(file), &options).and_then(|source| {
            // Only now, so that a file that is refused never leaves an empty store behind.
            let (engine, _) = match &mut engine {
                Some(known) => known,
                none => {
                    let engine = ctx.engine_to_import()?;
                    let engine =
                        if args.restore_erased { engine.restoring_erased() } else { engine };
                    let before = engine.view().network.corpus().len();
                    none.insert((engine, before))
                }
            };
            import(ctx, engine, source, rejects)
        });
        match imported {
            Ok((counts, rejects_file)) => {
                exit = exit.worse(outcome(counts));
                lines.push(line(file, counts, rejects_file));
            }
            Err(error @ CliError::Ingest(_)) => {
                ctx.note(&format!("ringer: {error}"));
                exit = exit.worse(error.exit());
            }
            Err(error) => return Err(error),
        }
    }
    ctx.out.list(args.format.or(Format::Table), lines)?;
    if let Some((engine, before)) = engine {
        ctx.out.flush()?;
        watched(ctx, &engine, before);
        report::watch(ctx, &engine)?;
        ctx.note(&format!("{} rings in the store", engine.view().rings.len()));
    }
    Ok(exit)
}

/// Says how many of the applications from this place on have something that is watched.
fn watched(ctx: &Context, engine: &Engine, before: usize) {
    let view = engine.view();
    let lists = engine.watched(&super::watchlist::policy(ctx));
    let touched = view.touched(before, &lists);
    if touched > 0 {
        let new = view.network.corpus().len() - before;
        ctx.note(&format!(
            "{touched} of {new} new applications have something on a watch-list: `ringer watchlist hits` says what"
        ));
    }
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

/// An input that can be read.
pub struct Source {
    name: String,
    reader: Reader,
}

impl Source {
    /// Looks at the beginning of an input.
    ///
    /// # Errors
    /// When the input is refused whole.
    pub fn open(input: Input, options: &Options) -> Result<Self, CliError> {
        let name = input.name();
        Ok(Self { name, reader: ingest::open(input, options)? })
    }
}

/// Imports one input; rejected rows go to `rejects`.
///
/// # Errors
/// When the store fails, or the rejects cannot be written.
pub fn import(
    ctx: &Context,
    engine: &Engine,
    source: Source,
    mut rejects: RejectsWriter,
) -> Result<(ImportCounts, Option<PathBuf>), CliError> {
    let Source { name, mut reader } = source;
    let bar = Progress::new(&format!("importing {name}"));
    let mut reject = |problem: &RowProblem| {
        rejects.write(problem).map_err(|error| match error {
            IngestError::Rejects { source, .. } => source,
            other => io::Error::other(other),
        })
    };
    let mut show = |progress: engine::Progress| match progress.stage {
        Stage::Reading => bar.bytes(progress.bytes_read, progress.total_bytes),
        Stage::Linking => bar.stage(&format!(
            "{name}: {} rows read, finding persons, links and rings",
            progress.counts.read
        )),
        Stage::Done => {}
    };
    let counts = engine.import(&name, &mut reader, &mut reject, &ctx.settings.user, &mut show)?;
    drop(bar);
    let rejects_file = rejects.finish()?;
    tell(ctx, &name, &reader.report());
    Ok((counts, rejects_file))
}

/// What the user should know about how a file was read.
fn tell(ctx: &Context, name: &str, report: &Report) {
    if let Some(preset) = report.preset.as_ref().filter(|_| report.preset_detected) {
        ctx.note(&format!("note: {name} was read with the preset \"{preset}\", by its header"));
    }
    let columns = [
        ("kept under their own names, and not compared", &report.extra),
        ("discarded unread, as the mapping says", &report.dropped),
        ("named by the mapping and not in the file", &report.missing),
    ];
    for (what, names) in columns {
        if !names.is_empty() {
            ctx.note(&format!("note: {name}: columns {what}: {}", names.join(", ")));
        }
    }
    if report.derived_ids > 0 {
        ctx.note(&format!(
            "note: {name}: {} rows have no application_id; theirs was derived from the row",
            report.derived_ids
        ));
    }
    if report.cut_short {
        ctx.note(&format!("note: {name} ended before it should: the last row read says why"));
    }
}

/// What `--mapping` names: a file, or a preset when there is no such file.
fn options(mapping: Option<&str>) -> Result<Options, CliError> {
    let Some(mapping) = mapping else { return Ok(Options::default()) };
    let mapping = match fs::read_to_string(mapping) {
        Ok(text) => Mapping::from_toml(&text)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound && is_word(mapping) => {
            Mapping::preset(mapping)?
        }
        Err(error) => {
            return Err(CliError::Usage(format!("cannot read the mapping \"{mapping}\": {error}")));
        }
    };
    Ok(Options { mapping: Some(mapping), ..Options::default() })
}

/// A preset's name has no dots and no slashes; a file's nearly always has.
fn is_word(mapping: &str) -> bool {
    mapping.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
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
