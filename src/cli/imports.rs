//! `ringer imports`: what was imported, by whom and when, and taking an import back. Not responsible for importing
//! (`cli::import`).
//!
//! Invariant: nothing is taken back without a name and a reason, and every import is listed, withdrawn or not.

use crate::{
    cli::{
        CliError, Exit,
        context::Context,
        output::{Column, Format, Row, id, number, text},
        progress::Progress,
        report,
    },
    model::{ImportId, ImportRecord},
};
use serde::Serialize;

/// Arguments of `ringer imports`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  \
    ringer imports\n  \
    ringer imports --format csv\n  \
    ringer imports undo imp_0123456789ab --why \"the export of another company\"\n\n\
    Without a word after it: every import, newest first. Ends with exit code 1 when there is none.")]
pub struct Args {
    #[command(subcommand)]
    what: Option<What>,
    /// Who does it [env: RINGER_USER] [default: the login name]
    #[arg(long, global = true, value_name = "NAME")]
    pub(super) by: Option<String>,
    /// How to print [default: table]
    #[arg(long, global = true, value_enum, value_name = "FORMAT")]
    format: Option<Format>,
}

#[derive(Debug, Clone, clap::Subcommand)]
enum What {
    /// Take an import back: all is as if it had not come
    #[command(
        after_help = "Example:\n  ringer imports undo imp_0123456789ab --why \"the export of another company\"\n\n\
        Applications that came with it alone are gone, others are back at the version before. Rows that a\n\
        later file only repeated were not kept twice: those go as well, until that file is imported again.\n\
        Judgements stay, without effect while what they are about is gone. Nothing is erased: the journal\n\
        keeps what was received and says who took it back. Importing the file again brings it back.\n\
        Everything is computed anew, which takes about as long as reading the whole store."
    )]
    Undo {
        /// The import, as `ringer imports` lists it
        #[arg(value_name = "IMPORT_ID")]
        import: ImportId,
        /// The reason, recorded for good
        #[arg(long, value_name = "TEXT")]
        why: String,
    },
}

#[derive(Serialize)]
struct Line {
    import_id: ImportId,
    file: String,
    started_at: String,
    by: String,
    read: u64,
    new: u64,
    changed: u64,
    repeated: u64,
    rejected: u64,
    withdrawn_at: Option<String>,
    withdrawn_by: Option<String>,
    why: Option<String>,
}

impl Row for Line {
    const COLUMNS: &'static [Column] = &[
        id("import_id"),
        text("file"),
        id("started_at"),
        text("by"),
        number("read"),
        number("new"),
        number("changed"),
        number("repeated"),
        number("rejected"),
        id("withdrawn_at"),
        text("withdrawn_by"),
        text("why"),
    ];

    fn cells(&self) -> Vec<String> {
        let mut cells = vec![
            self.import_id.to_string(),
            self.file.clone(),
            self.started_at.clone(),
            self.by.clone(),
        ];
        let counts = [self.read, self.new, self.changed, self.repeated, self.rejected];
        cells.extend(counts.iter().map(u64::to_string));
        let withdrawn = [&self.withdrawn_at, &self.withdrawn_by, &self.why];
        cells.extend(withdrawn.into_iter().map(|text| text.clone().unwrap_or_default()));
        cells
    }
}

impl From<ImportRecord> for Line {
    fn from(record: ImportRecord) -> Self {
        let counts = record.counts;
        let withdrawn = record.withdrawn;
        Self {
            import_id: record.id,
            file: record.file,
            started_at: record.started.to_string(),
            by: record.by,
            read: counts.read,
            new: counts.new,
            changed: counts.changed,
            repeated: counts.repeated,
            rejected: counts.rejected,
            withdrawn_at: withdrawn.as_ref().map(|w| w.at.to_string()),
            withdrawn_by: withdrawn.as_ref().map(|w| w.by.clone()),
            why: withdrawn.map(|w| w.why),
        }
    }
}

#[derive(Serialize)]
struct UndoneLine {
    import_id: ImportId,
    gone: u64,
    back: u64,
    kept: u64,
}

impl Row for UndoneLine {
    const COLUMNS: &'static [Column] =
        &[id("import_id"), number("gone"), number("back"), number("kept")];

    fn cells(&self) -> Vec<String> {
        let counts = [self.gone, self.back, self.kept].map(|n| n.to_string());
        [vec![self.import_id.to_string()], counts.to_vec()].concat()
    }
}

/// Lists imports, or takes one back.
///
/// # Errors
/// When there is no store or no such import, it was taken back before, a reason is missing, or the store fails.
pub fn run(args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    let format = args.format.unwrap_or(Format::Table);
    match &args.what {
        None => list(ctx, format),
        Some(What::Undo { import, why }) => undo(ctx, import, why, format),
    }
}

fn list(ctx: &mut Context, format: Format) -> Result<Exit, CliError> {
    let imports = ctx.engine()?.imports();
    let exit = if imports.is_empty() { Exit::Nothing } else { Exit::Ok };
    let broken: Vec<ImportRecord> =
        imports.iter().filter(|r| r.finished.is_none() && r.withdrawn.is_none()).cloned().collect();
    ctx.out.list(format, imports.into_iter().map(Line::from))?;
    ctx.out.flush()?;
    if exit == Exit::Nothing {
        ctx.note("nothing was imported yet; `ringer import FILE` does");
    }
    for record in broken {
        ctx.note(&format!(
            "note: {} broke off after {} new rows of {}; importing the file again completes it",
            record.id, record.counts.new, record.file
        ));
    }
    Ok(exit)
}

fn undo(ctx: &mut Context, import: &ImportId, why: &str, format: Format) -> Result<Exit, CliError> {
    let engine = ctx.engine_to_write()?;
    let bar = Progress::new("computing everything without the import");
    let undone = engine.withdraw_import(import, &ctx.settings.user, why)?;
    drop(bar);
    let (gone, back, kept) = (undone.gone, undone.back, undone.kept);
    ctx.out.list(format, [UndoneLine { import_id: import.clone(), gone, back, kept }])?;
    ctx.out.flush()?;
    let applications =
        |n: u64| if n == 1 { "1 application".into() } else { format!("{n} applications") };
    let view = engine.view();
    ctx.note(&format!(
        "withdrawn: {} gone, {} back at the version before; {} rings in the store",
        applications(gone),
        applications(back),
        view.rings.len()
    ));
    for later in view.repeated_after(import) {
        ctx.note(&format!(
            "note: {} came later and repeated {} known rows; if they were of this import, import it again",
            later.file, later.counts.repeated
        ));
    }
    report::watch(ctx, &engine)?;
    Ok(Exit::Ok)
}
