//! `ringer search`: applicants and values by text.

use crate::{
    cli::{
        CliError, Exit,
        context::Context,
        output::{Column, Format, FormatArg, Row, id, text},
    },
    engine::View,
};
use serde::Serialize;

/// Arguments of `ringer search`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  ringer search \"+1 202 555 0143\"\n\n\
    Ends with exit code 1 when nothing is found.")]
pub struct Args {
    /// A name, an id, a phone number, an address, or a part of one
    #[arg(value_name = "TEXT", required = true, allow_hyphen_values = true)]
    text: String,
    /// At most so many hits
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
    #[command(flatten)]
    format: FormatArg,
}

#[derive(Serialize)]
struct Hit {
    kind: String,
    id: String,
    label: String,
}

impl Row for Hit {
    const COLUMNS: &'static [Column] = &[id("kind"), id("id"), text("label")];

    fn cells(&self) -> Vec<String> {
        vec![self.kind.clone(), self.id.clone(), self.label.clone()]
    }
}

/// Prints the hits.
///
/// # Errors
/// When the store fails, or the hits cannot be written.
pub fn run(args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    let view = ctx.engine()?.view();
    let hits = hits(&view, &args.text, args.limit)?;
    let exit = if hits.is_empty() { Exit::Nothing } else { Exit::Ok };
    ctx.out.list(args.format.or(Format::Table), hits)?;
    Ok(exit)
}

/// Awaited: `View::search(text, limit)`.
fn hits(_view: &View, _text: &str, _limit: usize) -> Result<Vec<Hit>, CliError> {
    Err(CliError::Awaited("search"))
}
