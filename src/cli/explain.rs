//! `ringer explain`: why two applications are or are not linked, comparison by comparison.

use crate::{
    cli::{
        CliError, Exit,
        context::Context,
        lookup,
        output::{Column, Format, FormatArg, Output, Row, id, number, text},
    },
    explain::{PairExplanation, Side},
    model::{Bits, EvidenceLine},
};
use serde::Serialize;
use std::io;

/// Arguments of `ringer explain`.
#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "Example:\n  ringer explain APP-1041 APP-1187\n  ringer explain apt_0123456789ab APP-1187 --format json\n\n\
    A and B are application ids or applicant ids. CSV prints the comparisons."
)]
pub struct Args {
    /// One application or applicant
    a: String,
    /// The other
    b: String,
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
/// When one of the two is unknown, both are one, the store fails, or the report cannot be written.
pub fn run(args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    let engine = ctx.engine()?;
    let view = engine.view();
    let a = lookup::applicant(&view, &args.a)?;
    let b = lookup::applicant(&view, &args.b)?;
    if a == b {
        return Err(CliError::Usage(format!(
            "\"{}\" and \"{}\" belong to one applicant ({}, {}): there is nothing to compare",
            args.a,
            args.b,
            view.network.label(a),
            view.network.applicant(a).id
        )));
    }
    let explanation = engine.explain(&view, a, b);
    match args.format.or(Format::Table) {
        Format::Json => ctx.out.object(&explanation)?,
        Format::Csv => ctx.out.list(Format::Csv, explanation.lines.iter().map(Line::from))?,
        Format::Table => print(&mut ctx.out, &explanation)?,
    }
    Ok(Exit::Ok)
}

fn print(out: &mut Output, pair: &PairExplanation) -> io::Result<()> {
    out.line(&pair.verdict)?;
    out.line(&side("left", &pair.a))?;
    out.line(&side("right", &pair.b))?;
    if let Some(class) = pair.class {
        out.line(&format!("link:  {}", class.label()))?;
    }
    out.heading("Comparisons")?;
    out.list(Format::Table, pair.lines.iter().map(Line::from))?;
    let sum = pair.prior + pair.total;
    out.line(&format!(
        "comparisons {} bits, starting point {} bits, together {sum} bits",
        pair.total, pair.prior
    ))?;
    if !pair.judgements.is_empty() {
        out.heading("Judgements")?;
        for judgement in &pair.judgements {
            out.line(judgement)?;
        }
    }
    out.heading("What would change this")?;
    out.line(&pair.would_change)
}

fn side(name: &str, side: &Side) -> String {
    let ids: Vec<&str> = side.applications.iter().map(|id| id.as_str()).collect();
    format!("{:<6} {} ({}; {})", format!("{name}:"), side.label, side.applicant_id, ids.join(", "))
}
