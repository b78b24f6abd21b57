//! `ringer demo`: the shortest way to see what Ringer does, on invented applications that live in the binary.
//!
//! Invariant: the store is thrown away at the end, and the settings' own store is never touched.

use crate::{
    cli::{CliError, Exit, context::Context, import, report, serve},
    engine::Engine,
    explain::ring_sentence,
    ingest::{self, Input, RejectsWriter},
    model::{ReportFormat, Schedule, Slug},
    referral::Organisation,
    reports::Runner,
    web::Options,
};
use std::{collections::BTreeSet, net::SocketAddr, path::Path, sync::Arc};

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

/// From this day on applications come with the second import.
const LATER: &[u8] = b"2026-05-18";

/// Who does things in the demo that a person would do.
const DEMO: &str = "demo";

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
    let engine = Arc::new(ctx.engine_or_new()?);
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
        serve::serve(ctx, engine, Options { bind, ..Options::default() })?;
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

/// Imports the demo's applications as `ringer import` would, in two files, and makes a report after each: so the second has
/// something to tell.
fn fill(ctx: &Context, engine: &Arc<Engine>, folder: &Path) -> Result<(), CliError> {
    let weekly: Slug = "weekly".parse().map_err(|e| CliError::Usage(format!("{e}")))?;
    let schedule = Schedule {
        name: weekly.clone(),
        cron: "0 7 * * MON".to_owned(),
        zone: "America/Chicago".to_owned(),
        to: BTreeSet::new(),
        formats: [ReportFormat::Html, ReportFormat::Pdf].into(),
        filter: String::new(),
        personal: false,
    };
    engine.set_schedule(schedule, DEMO)?;
    let runner = Runner::new(Arc::clone(engine), report::means(ctx));
    let (mut new, mut rejected) = (0, 0);
    for (name, part) in parts()? {
        let input = Input::stream(name, std::io::Cursor::new(part));
        let source = import::Source::open(input, &ingest::Options::default())?;
        let rejects = RejectsWriter::at(folder.join(format!("{name}.rejects.csv")))?;
        let (counts, _) = import::import(ctx, engine, source, rejects)?;
        (new, rejected) = (new + counts.new, rejected + counts.rejected);
        runner.run_now(&weekly, DEMO)?;
    }
    ctx.note(&format!("{new} invented applications, {rejected} rejected"));
    Ok(())
}

/// The demo's applications as two files: those submitted before [`LATER`], and the others.
fn parts() -> Result<[(&'static str, Vec<u8>); 2], CliError> {
    let bad = |e: csv::Error| CliError::NotFound(format!("the demo's applications: {e}"));
    let mut reader = csv::Reader::from_reader(APPLICATIONS);
    let head = reader.byte_headers().map_err(bad)?.clone();
    let submitted = head.iter().position(|column| column == b"submitted_at");
    let mut files = [csv::Writer::from_writer(Vec::new()), csv::Writer::from_writer(Vec::new())];
    for file in &mut files {
        file.write_byte_record(&head).map_err(bad)?;
    }
    let [earlier, later] = &mut files;
    for record in reader.byte_records() {
        let record = record.map_err(bad)?;
        let is_later = submitted.and_then(|at| record.get(at)).is_some_and(|day| day >= LATER);
        let file = if is_later { &mut *later } else { &mut *earlier };
        file.write_byte_record(&record).map_err(bad)?;
    }
    let [earlier, later] = files.map(|file| file.into_inner().unwrap_or_default());
    Ok([("demo-1.csv", earlier), ("demo-2.csv", later)])
}
