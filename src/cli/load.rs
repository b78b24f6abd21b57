//! `ringer load`: a dump into an empty store.

use crate::{
    cli::{CliError, Exit, context::Context, progress::Progress},
    store,
};
use std::{
    fs::File,
    io::{self, BufRead, BufReader},
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
    let head = store::load(&mut *dump, &*store)?;
    drop(bar);
    ctx.note(&format!("loaded {} facts", head.seq.0));
    Ok(Exit::Ok)
}
