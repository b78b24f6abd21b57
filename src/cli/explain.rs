//! `ringer explain`: why two applications are or are not linked, comparison by comparison.

use crate::{
    cli::{
        CliError, Exit,
        context::Context,
        lookup,
        output::{Column, Format, FormatArg, Output, Row, id, number, text},
    },
    explain::{self, Ground, PairExplanation, Side},
    matching::Rulings,
    model::{Bits, EvidenceLine},
};
use serde::Serialize;
use std::io;

/// Arguments of `ringer explain`.
#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "Example:\n  ringer explain APP-1041 APP-1187\n  ringer explain apt_0123456789ab APP-1187 --format json\n\n\
    A and B are application ids or applicant ids. Two applications of one applicant are compared\n\
    as one person's. CSV prints the comparisons: of different applicants those that link them."
)]
pub struct Args {
    /// One application or applicant
    pub(super) a: String,
    /// The other
    pub(super) b: String,
    #[command(flatten)]
    format: FormatArg,
}

/// One comparison in a list.
#[derive(Serialize)]
pub struct Line {
    agreement: &'static str,
    bits: Bits,
    feature: &'static str,
    label: &'static str,
    left: String,
    right: String,
    sentence: String,
}

impl From<&EvidenceLine> for Line {
    fn from(line: &EvidenceLine) -> Self {
        Self {
            agreement: line.agreement.sign(),
            bits: line.bits,
            feature: line.feature,
            label: line.label,
            left: line.left.clone(),
            right: line.right.clone(),
            sentence: line.sentence.clone(),
        }
    }
}

impl Row for Line {
    const COLUMNS: &'static [Column] = &[
        id("agreement"),
        number("bits"),
        id("feature"),
        text("left"),
        text("right"),
        text("sentence"),
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.agreement.to_owned(),
            self.bits.to_string(),
            self.feature.to_owned(),
            self.left.clone(),
            self.right.clone(),
            self.sentence.clone(),
        ]
    }
}

/// Prints the explanation.
///
/// # Errors
/// When one of the two is unknown, both are the same, the store fails, or the report cannot be written.
pub fn run(args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    let engine = ctx.engine()?;
    let view = engine.view();
    let a = lookup::applicant(&view, &args.a)?;
    let b = lookup::applicant(&view, &args.b)?;
    let network = &view.network;
    if a == b && (args.a == args.b || network.applicant(a).applications.len() < 2) {
        return Err(CliError::Usage(format!(
            "\"{}\" and \"{}\" are one and the same ({}, {}): name two applications or applicants",
            args.a,
            args.b,
            network.label(a),
            network.applicant(a).id
        )));
    }
    let explanation =
        match (lookup::application(&view, &args.a), lookup::application(&view, &args.b)) {
            (Some(x), Some(y)) => {
                let rulings = Rulings::build(network.corpus(), &view.judgements);
                let ground = Ground {
                    network,
                    background: &view.background,
                    rulings: &rulings,
                    policy: &view.in_force,
                };
                explain::applications(&ground, x, y, &|app| engine.raw(&view, app))
            }
            _ => engine.explain(&view, a, b),
        };
    let one = a == b;
    match args.format.or(Format::Table) {
        Format::Json => ctx.out.object(&explanation)?,
        Format::Csv => {
            let lines = if one { &explanation.identity } else { &explanation.lines };
            ctx.out.list(Format::Csv, lines.iter().map(Line::from))?;
        }
        Format::Table => print(&mut ctx.out, &explanation, one)?,
    }
    Ok(Exit::Ok)
}

fn print(out: &mut Output, pair: &PairExplanation, one: bool) -> io::Result<()> {
    out.line(&pair.verdict)?;
    out.line(&side("left", &pair.a))?;
    out.line(&side("right", &pair.b))?;
    if let Some(class) = pair.class {
        out.line(&format!("link:  {}", class.label()))?;
    }
    if !one {
        out.heading("What links them as different people")?;
        comparisons(out, &pair.lines, pair.total, pair.prior)?;
    }
    out.heading("What makes them one person, or not")?;
    comparisons(out, &pair.identity, pair.identity_total, pair.identity_prior)?;
    if !pair.judgements.is_empty() {
        out.heading("Judgements")?;
        for judgement in &pair.judgements {
            out.line(judgement)?;
        }
    }
    out.heading("What would change this")?;
    out.line(&pair.would_change)
}

fn comparisons(
    out: &mut Output,
    lines: &[EvidenceLine],
    total: Bits,
    prior: Bits,
) -> io::Result<()> {
    out.list(Format::Table, lines.iter().map(Line::from))?;
    let sum = prior + total;
    out.line(&format!("comparisons {total} bits, starting point {prior} bits, together {sum} bits"))
}

fn side(name: &str, side: &Side) -> String {
    let ids: Vec<&str> = side.applications.iter().map(|id| id.as_str()).collect();
    format!("{:<6} {} ({}; {})", format!("{name}:"), side.label, side.applicant_id, ids.join(", "))
}
