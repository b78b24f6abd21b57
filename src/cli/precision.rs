//! `ringer precision`: how often people confirmed the rings they decided about, by what held them together.
//!
//! Invariant: where too few were decided no share is printed.

use crate::{
    casework::{By, Line as Counted, Precision},
    cli::{
        CliError, Exit,
        context::Context,
        output::{Column, Format, FormatArg, Row, id, number, text},
    },
};
use serde::Serialize;

/// Arguments of `ringer precision`.
#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "Example:\n  ringer precision\n  ringer precision --by rule --format csv\n\n\
    Of the rings that people confirmed, referred or dismissed, how many they confirmed, with the interval\n\
    in which that lies with 95 % certainty; nothing is said of fewer than five. A ring counts once, by its\n\
    last verdict, and one that is no more with the members it had then. People look first at what ranks\n\
    high, so this is how right rings were among those looked at. Ends with exit code 1 when nobody has\n\
    decided about a ring."
)]
pub struct Args {
    /// Only this division: month, rule, kind, family, size or band
    #[arg(long, value_name = "DIVISION")]
    by: Option<By>,
    #[command(flatten)]
    format: FormatArg,
}

#[derive(Serialize)]
struct Line {
    by: &'static str,
    class: String,
    label: String,
    confirmed: usize,
    dismissed: usize,
    open: usize,
    precision: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
}

impl Row for Line {
    const COLUMNS: &'static [Column] = &[
        id("by"),
        id("class"),
        number("confirmed"),
        number("dismissed"),
        number("open"),
        number("precision"),
        number("low"),
        number("high"),
        text("label"),
    ];

    fn cells(&self) -> Vec<String> {
        let share = |share: Option<f64>| share.map_or_else(String::new, |s| format!("{s:.3}"));
        vec![
            self.by.to_owned(),
            self.class.clone(),
            self.confirmed.to_string(),
            self.dismissed.to_string(),
            self.open.to_string(),
            share(self.precision),
            share(self.low),
            share(self.high),
            self.label.clone(),
        ]
    }
}

impl Line {
    fn of(by: &'static str, line: &Counted) -> Self {
        let precision = line.counts.precision();
        Self {
            by,
            class: line.class.key.clone(),
            label: line.class.label.clone(),
            confirmed: line.counts.confirmed,
            dismissed: line.counts.dismissed,
            open: line.counts.open,
            precision: precision.map(|c| c.share.get()),
            low: precision.map(|c| c.low.get()),
            high: precision.map(|c| c.high.get()),
        }
    }
}

/// Prints the numbers.
///
/// # Errors
/// When there is no store, or it fails.
pub fn run(args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    let engine = ctx.engine()?;
    let view = engine.view();
    let all = Precision::of(&view, &engine.assess_rings(&view));
    let mut lines = Vec::new();
    if args.by.is_none() {
        let class = crate::casework::Class { key: "all".to_owned(), label: "all rings".to_owned() };
        lines.push(Line::of("all", &Counted { class, counts: all.total() }));
    }
    for by in By::ALL.iter().filter(|by| args.by.is_none_or(|wanted| wanted == **by)) {
        lines.extend(all.lines(*by).iter().map(|line| Line::of(by.name(), line)));
    }
    ctx.out.list(args.format.or(Format::Table), lines)?;
    ctx.out.flush()?;
    if all.total().decided() == 0 {
        ctx.note("nobody has decided about a ring yet; `ringer judge ring` does");
        return Ok(Exit::Nothing);
    }
    Ok(Exit::Ok)
}
