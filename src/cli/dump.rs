//! `ringer dump`: the whole journal and the audit trail as NDJSON, so that the data outlives the engine.

use crate::{
    casework::audit::AuditError,
    cli::{CliError, Exit, context::Context, progress::Progress},
    store::{self, StoreError},
};
use std::{
    fs::File,
    io::{self, BufWriter, ErrorKind},
    path::PathBuf,
};

/// Arguments of `ringer dump`.
#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "Example:\n  ringer dump journal.ndjson\n  ringer dump | gzip > journal.ndjson.gz\n\n\
    The dump holds every application as received, and the audit trail: keep it as safe as the\n\
    store. Files attached to cases are not in it, only their hashes; they lie in the folder\n\
    `attachments` of the store."
)]
pub struct Args {
    /// File to write, which must not be there yet; - for standard output
    #[arg(value_name = "FILE", default_value = "-")]
    file: PathBuf,
}

/// Writes the dump.
///
/// # Errors
/// When the store cannot be read or the file not be written.
pub fn run(args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    let store = ctx.store()?;
    ctx.record(None)?;
    let trail = ctx.trail();
    let mut beside = |each: &mut dyn FnMut(&[u8]) -> io::Result<()>| {
        trail.lines::<Stopped>(&mut |line| Ok(each(line)?)).map_err(|Stopped(error)| error)
    };
    if args.file.as_os_str() == "-" {
        store::dump_with(&*store, &mut beside, ctx.out.stream()).map_err(to_stdout)?;
        return Ok(Exit::Ok);
    }
    let failed = |source| CliError::Write { what: args.file.display().to_string(), source };
    let mut out = BufWriter::new(File::create_new(&args.file).map_err(failed)?);
    let bar = Progress::new("writing the dump");
    let head = store::dump_with(&*store, &mut beside, &mut out)?;
    out.into_inner().map_err(|e| failed(e.into_error()))?.sync_all().map_err(failed)?;
    drop(bar);
    ctx.note(&format!("dumped {} facts to {}", head.seq.0, args.file.display()));
    Ok(Exit::Ok)
}

/// What stops reading the trail.
struct Stopped(io::Error);

impl From<io::Error> for Stopped {
    fn from(error: io::Error) -> Self {
        Self(error)
    }
}

impl From<AuditError> for Stopped {
    fn from(error: AuditError) -> Self {
        Self(io::Error::other(error))
    }
}

/// A closed pipe is recognised by the I/O error it is.
fn to_stdout(error: StoreError) -> CliError {
    match error {
        StoreError::Io { source, .. } if source.kind() == ErrorKind::BrokenPipe => source.into(),
        other => other.into(),
    }
}
