//! `ringer search`: applicants and values by text.

use crate::{
    cli::{
        CliError, Exit,
        context::Context,
        output::{Column, Format, FormatArg, Row, id, number, text},
    },
    engine::{Hit, HitKind},
};
/// Arguments of `ringer search`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  ringer search \"+1 202 555 0143\"\n\n\
    Ends with exit code 1 when nothing is found.")]
pub struct Args {
    /// A name, an id, a phone number, an address, or a part of one
    #[arg(value_name = "TEXT", required = true, allow_hyphen_values = true)]
    pub(super) text: String,
    /// At most so many hits
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
    #[command(flatten)]
    format: FormatArg,
}

impl Row for Hit {
    const COLUMNS: &'static [Column] =
        &[id("kind"), id("id"), text("label"), number("fit"), text("reason")];

    fn cells(&self) -> Vec<String> {
        let kind = match self.kind {
            HitKind::Ring => "ring",
            HitKind::Applicant => "applicant",
            HitKind::Attribute => "attribute",
        };
        vec![
            kind.to_owned(),
            self.id.clone(),
            self.label.clone(),
            self.fit.to_string(),
            self.reason.clone(),
        ]
    }
}

/// Prints the hits.
///
/// # Errors
/// When the store fails, or the hits cannot be written.
pub fn run(args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    let view = ctx.engine()?.view();
    let hits = view.search(&args.text, args.limit);
    let exit = if hits.is_empty() { Exit::Nothing } else { Exit::Ok };
    ctx.out.list(args.format.or(Format::Table), hits)?;
    if exit == Exit::Nothing {
        ctx.note(&format!("nothing stored looks like \"{}\"", args.text));
    }
    Ok(exit)
}
