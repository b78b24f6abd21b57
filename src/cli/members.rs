//! `ringer members`: the applicant and the ring of every application.
//!
//! Invariant: exactly one line for each application, sorted by its id, with ids never altered.

use crate::{
    cli::{
        CliError, Exit,
        context::Context,
        output::{Column, Format, FormatArg, Row, id},
    },
    engine::View,
    model::AppIx,
};
use serde::Serialize;

/// Arguments of `ringer members`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  ringer members > members.csv\n\n\
    Prints CSV unless --format says otherwise; ring_id is empty (null in JSON) for an\n\
    application that is in no ring.")]
pub struct Args {
    #[command(flatten)]
    format: FormatArg,
}

/// Where an application belongs.
#[derive(Serialize)]
pub struct Line<'a> {
    /// The application.
    pub application_id: &'a str,
    /// Its applicant.
    pub applicant_id: &'a str,
    /// The applicant's ring, if it is in one.
    pub ring_id: Option<&'a str>,
}

impl Row for Line<'_> {
    const COLUMNS: &'static [Column] = &[id("application_id"), id("applicant_id"), id("ring_id")];

    fn cells(&self) -> Vec<String> {
        [self.application_id, self.applicant_id, self.ring_id.unwrap_or_default()]
            .map(str::to_owned)
            .into()
    }
}

/// Prints the lines.
///
/// # Errors
/// When the store cannot be opened, or the lines not be written.
pub fn run(args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    let view = ctx.engine()?.view();
    ctx.out.list(args.format.or(Format::Csv), lines(&view))?;
    Ok(Exit::Ok)
}

/// A line for every application, sorted by its id.
pub fn lines(view: &View) -> impl Iterator<Item = Line<'_>> {
    let network = &view.network;
    let mut order: Vec<AppIx> = network.corpus().apps().collect();
    order.sort_unstable_by_key(|&app| network.corpus().id_text(app));
    order.into_iter().map(|app| {
        let applicant = network.applicant_of(app);
        Line {
            application_id: network.corpus().id_text(app),
            applicant_id: network.applicant(applicant).id.as_str(),
            ring_id: view.ring_of(applicant).map(|ring| ring.id.as_str()),
        }
    })
}
