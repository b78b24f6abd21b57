//! `ringer policy`: the thresholds in force and where each comes from, what moving them would do, moving them, and giving
//! them back to the configuration.
//!
//! Invariant: nothing is moved without a name and a reason, and looking changes nothing.

use crate::{
    cli::{
        CliError, Exit,
        context::Context,
        output::{Column, Format, Row, id, number, text},
        progress::Progress,
    },
    engine::{Engine, EngineError, RingChange, WhatIf},
    matching::{
        Policy,
        thresholds::{Changes, THRESHOLDS, Threshold, ThresholdError},
    },
    model::{RingId, numbers_set},
};
use serde::Serialize;

/// Arguments of `ringer policy`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  \
    ringer policy show\n  \
    ringer policy what-if --set link.threshold=2.5 --set ring.min_families=3\n  \
    ringer policy set link.threshold=2.5 --why \"three in four weak rings were dismissed\"\n  \
    ringer policy reset --why \"the export was to blame\"\n\n\
    Built-in numbers lie under those of ringer.toml, and those under what is set here, which is a fact of\n\
    the store. `ringer config` shows the configured ones, `ringer calibrate` those that tell persons apart.")]
pub struct Args {
    #[command(subcommand)]
    what: Deed,
    /// Who does it [env: RINGER_USER] [default: the login name]
    #[arg(long, global = true, value_name = "NAME")]
    pub(super) by: Option<String>,
    /// How to print [default: table]
    #[arg(long, global = true, value_enum, value_name = "FORMAT")]
    format: Option<Format>,
}

#[derive(Debug, Clone, clap::Subcommand)]
enum Deed {
    /// The numbers that can be set, what each is and who says so
    #[command(after_help = "Example:\n  ringer policy show --format json")]
    Show,
    /// Which rings other numbers would change; nothing is recorded
    #[command(after_help = "Example:\n  ringer policy what-if --set link.threshold=2.5\n\n\
        One line a ring, the largest change first. Ends with exit code 1 when no ring would change.")]
    WhatIf {
        /// A number and what it would be
        #[arg(long = "set", value_name = "NAME=VALUE", required = true)]
        set: Vec<String>,
    },
    /// Set numbers from now on, and compute everything anew
    #[command(
        after_help = "Example:\n  ringer policy set link.threshold=2.5 --why \"three in four weak rings were dismissed\""
    )]
    Set {
        /// A number and what it is to be
        #[arg(value_name = "NAME=VALUE", required = true)]
        set: Vec<String>,
        /// The reason, recorded for good
        #[arg(long, value_name = "TEXT")]
        why: String,
    },
    /// Give numbers back to the configuration: all that were set, or those named
    #[command(after_help = "Example:\n  ringer policy reset --why \"the export was to blame\"")]
    Reset {
        /// The numbers; all without one
        #[arg(value_name = "NAME")]
        names: Vec<String>,
        /// The reason, recorded for good
        #[arg(long, value_name = "TEXT")]
        why: String,
    },
}

#[derive(Serialize)]
struct Line {
    number: &'static str,
    value: f64,
    unit: &'static str,
    least: f64,
    most: f64,
    source: &'static str,
    configured: f64,
    built_in: f64,
    by: String,
    at: String,
    why: String,
}

impl Row for Line {
    const COLUMNS: &'static [Column] = &[
        id("number"),
        number("value"),
        id("unit"),
        number("least"),
        number("most"),
        id("source"),
        number("configured"),
        number("built_in"),
        text("by"),
        id("at"),
        text("why"),
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.number.to_owned(),
            self.value.to_string(),
            self.unit.to_owned(),
            self.least.to_string(),
            self.most.to_string(),
            self.source.to_owned(),
            self.configured.to_string(),
            self.built_in.to_string(),
            self.by.clone(),
            self.at.clone(),
            self.why.clone(),
        ]
    }
}

#[derive(Serialize)]
struct Effect {
    ring_id: RingId,
    fate: &'static str,
    status: &'static str,
    applications_before: usize,
    applications_after: usize,
    joined: usize,
    left: usize,
    other_ring_id: Option<RingId>,
}

impl Row for Effect {
    const COLUMNS: &'static [Column] = &[
        id("ring_id"),
        id("fate"),
        id("status"),
        number("applications_before"),
        number("applications_after"),
        number("joined"),
        number("left"),
        id("other_ring_id"),
    ];

    fn cells(&self) -> Vec<String> {
        let mut cells =
            vec![self.ring_id.to_string(), self.fate.to_owned(), self.status.to_owned()];
        let counts = [self.applications_before, self.applications_after, self.joined, self.left];
        cells.extend(counts.map(|n| n.to_string()));
        cells.push(self.other_ring_id.as_ref().map_or_else(String::new, RingId::to_string));
        cells
    }
}

impl From<&RingChange> for Effect {
    fn from(ring: &RingChange) -> Self {
        Self {
            ring_id: ring.ring.clone(),
            fate: ring.fate.name(),
            status: ring.status.name(),
            applications_before: ring.before,
            applications_after: ring.after,
            joined: ring.joined,
            left: ring.left,
            other_ring_id: ring.other.clone(),
        }
    }
}

/// Shows, foresees, sets or gives back.
///
/// # Errors
/// When there is no store, a number cannot be set so, a reason is missing, or the store fails.
pub fn run(args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    let format = args.format.unwrap_or(Format::Table);
    match &args.what {
        Deed::Show => show(ctx, format),
        Deed::WhatIf { set } => {
            let changes = read(set)?;
            foresee(ctx, &changes, format)
        }
        Deed::Set { set, why } => {
            let changes = read(set)?;
            put(ctx, |_| Ok(changes.clone()), why, format)
        }
        Deed::Reset { names, why } => put(ctx, |engine| back(engine, names), why, format),
    }
}

fn refused(error: &ThresholdError) -> CliError {
    CliError::Usage(error.to_string())
}

fn read(set: &[String]) -> Result<Changes, CliError> {
    let mut pairs = Vec::new();
    for text in set {
        let pair = text.split_once('=').ok_or_else(|| {
            let text: String = text.chars().take(60).collect();
            CliError::Usage(format!("\"{text}\" is no NAME=VALUE, such as link.threshold=2.5"))
        })?;
        if pair.1.trim().is_empty() {
            return Err(CliError::Usage(format!("{}: what is it to be?", pair.0)));
        }
        pairs.push(pair);
    }
    Changes::read(pairs).map_err(|error| refused(&error))
}

/// What gives these numbers back to the configuration, or all that were set.
fn back(engine: &Engine, names: &[String]) -> Result<Changes, CliError> {
    let all = Changes::between(&engine.policy(), engine.configured());
    if names.is_empty() {
        return Ok(all);
    }
    let mut pairs = Vec::new();
    for name in names {
        let threshold = Threshold::named(name).map_err(|error| refused(&error))?;
        pairs.push((threshold.name, threshold.of(engine.configured()).to_string()));
    }
    let pairs = pairs.iter().map(|(name, text)| (*name, text.as_str()));
    Changes::read(pairs).map_err(|error| refused(&error))
}

fn show(ctx: &mut Context, format: Format) -> Result<Exit, CliError> {
    let engine = ctx.engine()?;
    let (view, configured, built_in) = (engine.view(), engine.configured(), Policy::default());
    let set = numbers_set(&view.policy_changes);
    let lines = THRESHOLDS.iter().map(|threshold| {
        let (own, default) = (threshold.of(configured), threshold.of(&built_in));
        let set = set.get(threshold.name).map(|set| set.record);
        Line {
            number: threshold.name,
            value: threshold.of(&view.in_force).get(),
            unit: threshold.unit,
            least: threshold.least.get(),
            most: threshold.most.get(),
            source: match set {
                Some(_) => "set",
                None if own == default => "built_in",
                None => "configured",
            },
            configured: own.get(),
            built_in: default.get(),
            by: set.map_or_else(String::new, |record| record.by.clone()),
            at: set.map_or_else(String::new, |record| record.at.to_string()),
            why: set.map_or_else(String::new, |record| record.why.clone()),
        }
    });
    ctx.out.list(format, lines)?;
    ctx.out.flush()?;
    ctx.note(&format!("policy {} in force", view.policy));
    Ok(Exit::Ok)
}

fn foresee(ctx: &mut Context, changes: &Changes, format: Format) -> Result<Exit, CliError> {
    let engine = ctx.engine()?;
    let bar = Progress::new("computing what would be");
    let what_if = engine.what_if(&engine.view(), changes)?;
    drop(bar);
    ctx.out.list(format, what_if.rings.iter().map(Effect::from))?;
    ctx.out.flush()?;
    ctx.note(&told(&what_if, "would be"));
    Ok(if what_if.rings.is_empty() { Exit::Nothing } else { Exit::Ok })
}

fn told(what_if: &WhatIf, be: &str) -> String {
    let (before, after) = (what_if.decided_before, what_if.decided_after);
    format!(
        "{} rings, {be} {}: {} change, {} confirmed lost and {} dismissed gone; {} applications come into a ring, {} are in \
         none any more; policy {}",
        what_if.rings_before,
        what_if.rings_after,
        what_if.rings.len(),
        before.confirmed - after.confirmed,
        before.dismissed - after.dismissed,
        what_if.entering,
        what_if.leaving,
        what_if.after
    )
}

/// Sets numbers and prints what that did.
fn put(
    ctx: &mut Context,
    changes: impl Fn(&Engine) -> Result<Changes, CliError>,
    why: &str,
    format: Format,
) -> Result<Exit, CliError> {
    let engine = ctx.engine_to_write()?;
    let changes = changes(&engine)?;
    let bar = Progress::new("computing everything anew");
    let view = engine.view();
    let what_if = engine.what_if(&view, &changes)?;
    match engine.set_policy(&changes, &view.stand(), &ctx.settings.user, why) {
        Err(EngineError::Incomplete(what)) if changes.from(&view.in_force).is_empty() => {
            drop(bar);
            ctx.note(&format!("nothing was changed: this needs {what}"));
            return Ok(Exit::Nothing);
        }
        done => done?,
    }
    drop(bar);
    ctx.out.list(format, what_if.rings.iter().map(Effect::from))?;
    ctx.out.flush()?;
    ctx.note(&told(&what_if, "now"));
    Ok(Exit::Ok)
}
