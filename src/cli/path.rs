//! `ringer path`: how two applications are connected, link by link.

use crate::cli::{
    CliError, Exit,
    context::Context,
    lookup,
    output::{Column, Format, FormatArg, Row, id, number, text},
};
use crate::{
    engine::View,
    explain::link_sentence,
    model::{ApplicantId, ApplicantIx, Bits, LinkClass, LinkIx},
};
use serde::Serialize;

/// Arguments of `ringer path`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  ringer path APP-1041 APP-1187\n\n\
    A and B are application ids or applicant ids. Ends with exit code 1 when nothing\n\
    connects them.")]
pub struct Args {
    /// One application or applicant
    pub(super) a: String,
    /// The other
    pub(super) b: String,
    #[command(flatten)]
    format: FormatArg,
}

#[derive(Serialize)]
struct Hop {
    from_applicant_id: ApplicantId,
    from_name: String,
    to_applicant_id: ApplicantId,
    to_name: String,
    class: LinkClass,
    bits: Bits,
    sentence: String,
}

impl Row for Hop {
    const COLUMNS: &'static [Column] = &[
        id("from_applicant_id"),
        text("from_name"),
        id("to_applicant_id"),
        text("to_name"),
        number("bits"),
        text("sentence"),
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.from_applicant_id.to_string(),
            self.from_name.clone(),
            self.to_applicant_id.to_string(),
            self.to_name.clone(),
            self.bits.to_string(),
            self.sentence.clone(),
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
    let links = view.path(a, b).ok_or_else(|| {
        CliError::NotFound(format!("nothing connects \"{}\" and \"{}\"", args.a, args.b))
    })?;
    let hops = hops(&view, a, &links);
    if hops.is_empty() {
        ctx.note("both belong to one applicant");
    }
    ctx.out.list(args.format.or(Format::Table), hops)?;
    Ok(Exit::Ok)
}

fn hops(view: &View, from: ApplicantIx, links: &[LinkIx]) -> Vec<Hop> {
    let network = &view.network;
    let mut here = from;
    let hop = |&ix: &LinkIx| {
        let link = network.link(ix);
        let next = if link.a == here { link.b } else { link.a };
        let hop = Hop {
            from_applicant_id: network.applicant(here).id.clone(),
            from_name: network.label(here).to_owned(),
            to_applicant_id: network.applicant(next).id.clone(),
            to_name: network.label(next).to_owned(),
            class: link.class,
            bits: link.bits,
            sentence: link_sentence(network, link),
        };
        here = next;
        hop
    };
    links.iter().map(hop).collect()
}
