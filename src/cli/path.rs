//! `ringer path`: how two applications are connected, link by link.

use crate::cli::{
    CliError, Exit,
    context::Context,
    lookup,
    output::{Column, Format, FormatArg, Row, id, number, text},
};
use crate::{
    engine::View,
    model::{ApplicantId, ApplicantIx, Bits, LinkClass},
};
use serde::Serialize;

/// Arguments of `ringer path`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  ringer path APP-1041 APP-1187\n\n\
    A and B are application ids or applicant ids. Ends with exit code 1 when nothing\n\
    connects them.")]
pub struct Args {
    /// One application or applicant
    a: String,
    /// The other
    b: String,
    #[command(flatten)]
    format: FormatArg,
}

#[derive(Serialize)]
struct Hop {
    from: ApplicantId,
    from_name: String,
    to: ApplicantId,
    to_name: String,
    class: LinkClass,
    bits: Bits,
    families: Vec<&'static str>,
}

impl Row for Hop {
    const COLUMNS: &'static [Column] = &[
        id("from"),
        text("from_name"),
        id("to"),
        text("to_name"),
        id("class"),
        number("bits"),
        id("families"),
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.from.to_string(),
            self.from_name.clone(),
            self.to.to_string(),
            self.to_name.clone(),
            self.class.label().to_owned(),
            self.bits.to_string(),
            self.families.join(" "),
        ]
    }
}

/// Prints the path.
///
/// # Errors
/// When one of the two is unknown, the store fails, or the report cannot be written.
pub fn run(args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    let view = ctx.engine()?.view();
    let a = lookup::applicant(&view, &args.a)?;
    let b = lookup::applicant(&view, &args.b)?;
    let hops = match between(&view, a, b)? {
        Some(stops) => hops(&view, &stops),
        None => {
            return Err(CliError::NotFound(format!(
                "nothing connects \"{}\" and \"{}\"",
                args.a, args.b
            )));
        }
    };
    if hops.is_empty() {
        ctx.note("both belong to one applicant");
    }
    ctx.out.list(args.format.or(Format::Table), hops)?;
    Ok(Exit::Ok)
}

fn hops(view: &View, stops: &[ApplicantIx]) -> Vec<Hop> {
    let network = &view.network;
    let pairs = stops.windows(2).filter_map(|pair| <[ApplicantIx; 2]>::try_from(pair).ok());
    pairs
        .filter_map(|[from, to]| {
            let link = network.link(network.link_between(from, to)?);
            let mut families: Vec<_> = link.evidence.iter().map(|e| e.family).collect();
            families.sort_unstable();
            families.dedup();
            Some(Hop {
                from: network.applicant(from).id.clone(),
                from_name: network.label(from).to_owned(),
                to: network.applicant(to).id.clone(),
                to_name: network.label(to).to_owned(),
                class: link.class,
                bits: link.bits,
                families: families.iter().map(|f| f.name()).collect(),
            })
        })
        .collect()
}

/// Awaited: `View::path(a, b)`; the applicants on the way, both ends included.
fn between(
    _view: &View,
    _a: ApplicantIx,
    _b: ApplicantIx,
) -> Result<Option<Vec<ApplicantIx>>, CliError> {
    Err(CliError::Awaited("paths"))
}
