//! `ringer calibrate`: estimate how much each comparison says for "one person" from the store itself, show it beside
//! the numbers in force, and apply it or go back.
//!
//! Invariant: without `--apply` and `--reset` nothing changes.

use crate::{
    cli::{
        CliError, Exit,
        context::Context,
        output::{Column, Format, Row, id, text},
        progress::Progress,
    },
    matching::calibrate::Change,
};
use serde::Serialize;

/// Arguments of `ringer calibrate`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  \
    ringer calibrate\n  \
    ringer calibrate --apply\n  \
    ringer calibrate --reset\n\n\
    Without labels: how often unrelated people agree (u) is counted on random pairs, how often one\n\
    person does (m) is estimated from candidate pairs; pairs judged same or different are taken at\n\
    their word. One line a level: the numbers in force, those found, and the bits they are worth (of\n\
    a level by frequency, for a value that one in ten thousand has).\n\
    --apply records the numbers as a fact and links everything anew; --reset goes back to the\n\
    configured ones. Importing never changes a number.")]
pub struct Args {
    /// Put the numbers found in force
    #[arg(long, conflicts_with = "reset")]
    apply: bool,
    /// Put the configured numbers in force again
    #[arg(long)]
    reset: bool,
    /// Who applies them [env: RINGER_USER] [default: the login name]
    #[arg(long, value_name = "NAME")]
    pub(super) by: Option<String>,
    /// How to print [default: table]
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<Format>,
}

#[derive(Serialize)]
struct Line {
    comparison: &'static str,
    level: &'static str,
    m_before: f64,
    m_after: f64,
    u_before: Option<f64>,
    u_after: Option<f64>,
    bits_before: f64,
    bits_after: f64,
    matched_pairs: f64,
    random_pairs: u64,
}

impl Row for Line {
    const COLUMNS: &'static [Column] = &[
        id("comparison"),
        id("level"),
        text("m_before"),
        text("m_after"),
        text("u_before"),
        text("u_after"),
        text("bits_before"),
        text("bits_after"),
        text("matched_pairs"),
        text("random_pairs"),
    ];

    fn cells(&self) -> Vec<String> {
        let rate = |x: f64| format!("{x:.4}");
        let chance =
            |u: Option<f64>| u.map_or_else(|| "frequency".to_owned(), |u| format!("{u:.6}"));
        vec![
            self.comparison.to_owned(),
            self.level.to_owned(),
            rate(self.m_before),
            rate(self.m_after),
            chance(self.u_before),
            chance(self.u_after),
            format!("{:.1}", self.bits_before),
            format!("{:.1}", self.bits_after),
            format!("{:.0}", self.matched_pairs),
            self.random_pairs.to_string(),
        ]
    }
}

impl From<&Change> for Line {
    fn from(change: &Change) -> Self {
        let (before, after) = change.bits();
        let rate = |u: f64| (!change.after.by_frequency).then_some(u);
        Self {
            comparison: change.comparison,
            level: change.level,
            m_before: change.before.m,
            m_after: change.after.m,
            u_before: rate(change.before.u),
            u_after: rate(change.after.u),
            bits_before: before.get(),
            bits_after: after.get(),
            matched_pairs: change.matched,
            random_pairs: change.random,
        }
    }
}

/// Estimates and prints; applies or goes back where asked to.
///
/// # Errors
/// When there is no store, or it fails.
pub fn run(args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    let engine = if args.apply || args.reset { ctx.engine_to_write()? } else { ctx.engine()? };
    let user = ctx.settings.user.clone();
    if args.reset {
        let bar = Progress::new("linking everything anew");
        engine.apply(None, &user)?;
        drop(bar);
        ctx.note("the configured numbers are in force");
        return Ok(Exit::Ok);
    }
    let bar = Progress::new("estimating from what is stored");
    let found = engine.calibrate();
    drop(bar);
    let calibration = &found.calibration;
    let lines: Vec<Line> = calibration
        .changes
        .iter()
        .filter(|c| c.matched >= 0.5 || c.random > 0)
        .map(Line::from)
        .collect();
    if lines.is_empty() {
        ctx.note("there is nothing to estimate from: the store has no two applications to compare");
        return Ok(Exit::Nothing);
    }
    ctx.out.list(args.format.unwrap_or(Format::Table), lines)?;
    ctx.note(&format!(
        "{} candidate and {} random pairs, {} judged; {} rounds{}; numbers {}",
        calibration.pairs,
        calibration.random,
        calibration.judged,
        calibration.rounds,
        if calibration.converged { "" } else { ", not at rest" },
        calibration.identity.hash()
    ));
    if args.apply {
        let bar = Progress::new("linking everything anew");
        engine.apply(Some(&calibration.identity), &user)?;
        drop(bar);
        ctx.note(&format!(
            "applied: {} pairs of applications became one person's, {} no longer are",
            found.joined, found.parted
        ));
    } else {
        ctx.note(&format!(
            "applying would make {} pairs of applications one person's, and part {}; nothing was changed",
            found.joined, found.parted
        ));
    }
    Ok(Exit::Ok)
}
