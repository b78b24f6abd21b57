//! `ringer demo`: the shortest way to see what Ringer does, on invented applications that live in the binary.
//!
//! Invariant: the store is thrown away at the end, and the settings' own store is never touched.

use crate::{
    cli::{CliError, Exit, context::Context, import, serve},
    engine::Engine,
    explain::ring_sentence,
    ingest::{self, Input, RejectsWriter},
    referral::Organisation,
    web::Options,
};
use std::{net::SocketAddr, path::Path, sync::Arc};

/// Arguments of `ringer demo`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  ringer demo\n  ringer demo --no-serve\n\n\
    Everybody in the demo is invented. The store is a temporary folder and is deleted at the\n\
    end.")]
pub struct Args {
    /// Print the rings and end, without serving the UI
    #[arg(long)]
    no_serve: bool,
    /// Port to serve on, on this machine only; 0 picks a free one
    #[arg(long, value_name = "N", default_value_t = 0, conflicts_with = "no_serve")]
    port: u16,
}

/// Everybody in the demo; made by `ringer synth` and checked in.
const APPLICATIONS: &[u8] = include_bytes!("../../seed_data/applications.csv");

/// Loads the demo, prints its rings and serves them.
///
/// # Errors
/// When the temporary folder cannot be made, or the port not be used.
pub fn run(args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    let folder = tempfile::Builder::new().prefix("ringer-demo-").tempdir().map_err(|source| {
        CliError::Surroundings { what: "cannot make a temporary folder".to_owned(), source }
    })?;
    ctx.settings.data = folder.path().join("store");
    ctx.settings.organisation = house();
    let engine = ctx.engine_or_new()?;
    fill(ctx, &engine, folder.path())?;
    let view = engine.view();
    for (ring, _) in view.queue(&engine.assess_rings(&view)) {
        ctx.out.line(&format!("{}  {}", ring.id, ring_sentence(&view.network, ring)))?;
    }
    ctx.out.flush()?;
    if view.rings.is_empty() {
        return Err(CliError::NotFound("the demo has no ring, which it should have".to_owned()));
    }
    if !args.no_serve {
        let bind = SocketAddr::from(([127, 0, 0, 1], args.port));
        serve::serve(ctx, Arc::new(engine), Options { bind, ..Options::default() })?;
    }
    Ok(Exit::Ok)
}

/// The house that refers in the demo; invented like everybody else.
fn house() -> Organisation {
    Organisation {
        name: "Example Corporation".to_owned(),
        address: "100 Example Avenue, Springfield, IL 62701".to_owned(),
        phone: "202-555-0100".to_owned(),
        email: "security@example.com".to_owned(),
        contact: "Dana Example, Head of Talent Security".to_owned(),
        counsel: "Example & Partners LLP, counsel@example.com".to_owned(),
    }
}

/// Imports the demo's applications as `ringer import` would.
fn fill(ctx: &Context, engine: &Engine, folder: &Path) -> Result<(), CliError> {
    let input = Input::stream("demo.csv", APPLICATIONS);
    let source = import::Source::open(input, &ingest::Options::default())?;
    let rejects = RejectsWriter::at(folder.join("demo.rejects.csv"))?;
    let (counts, _) = import::import(ctx, engine, source, rejects)?;
    ctx.note(&format!("{} invented applications, {} rejected", counts.new, counts.rejected));
    Ok(())
}
