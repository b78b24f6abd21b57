//! `ringer load`: a dump into an empty store.

use crate::{
    cli::{CliError, Exit, context::Context, progress::Progress},
    store,
};
use std::{
    fs::File,
    io::{self, BufRead, BufReader, BufWriter, Seek, Write},
    path::PathBuf,
};

/// Arguments of `ringer load`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  ringer --data ./restored load journal.ndjson\n  \
    gzip -dc journal.ndjson.gz | ringer --data ./restored load\n\n\
    Files attached to cases are not in a dump: copy the folder `attachments` of the old store.\n\
    Ends with exit code 3 when the dump is not whole.")]
pub struct Args {
    /// A file that `ringer dump` wrote; - for standard input
    #[arg(value_name = "FILE", default_value = "-")]
    file: PathBuf,
}

/// Loads the dump.
///
/// # Errors
/// When the store is not empty, or the dump cannot be read.
pub fn run(args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    let mut dump: Box<dyn BufRead> = if args.file.as_os_str() == "-" {
        Box::new(io::stdin().lock())
    } else {
        let file = args.file.display().to_string();
        let opened = File::open(&args.file);
        Box::new(BufReader::new(opened.map_err(|e| CliError::Input { file, why: e.to_string() })?))
    };
    let store = ctx.store_or_new()?;
    let bar = Progress::new("loading the dump");
    // The trail comes back only once the facts did.
    let spool = |source| CliError::Surroundings { what: "cannot keep the trail".into(), source };
    let mut lines = BufWriter::new(tempfile::tempfile().map_err(spool)?);
    let head = store::load_with(&mut *dump, &*store, &mut |line| {
        lines.write_all(line)?;
        lines.write_all(b"\n")
    })?;
    drop(bar);
    let mut lines = lines.into_inner().map_err(|e| spool(e.into_error()))?;
    lines.rewind().map_err(spool)?;
    let n = ctx.trail().restore(&mut BufReader::new(lines).lines().map_while(Result::ok))?;
    if n > 0 {
        ctx.note(&format!("loaded {n} entries of the audit trail"));
    }
    ctx.record(None)?;
    ctx.note(&format!("loaded {} facts", head.seq.0));
    Ok(Exit::Ok)
}
