//! `ringer report alert`: rules of alerts. Not responsible for what a rule finds (`reports::alerts`).
//!
//! Invariant: a rule that is set is one that can apply; one that is replaced says so.

use crate::{
    cli::{
        CliError, Exit,
        context::Context,
        output::{Column, Format, Row, id, number, text},
        report::reaching,
    },
    engine::{Engine, Standing},
    model::{AlertKind, AlertRule, Recipient, Slug, Turn},
    reports::alerts::{Kind, kind},
};
use serde::Serialize;
use std::collections::BTreeSet;

/// Arguments of `ringer report alert`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  \
    ringer report alert add --name farms --kind confirmed-ring-gains --to ann@example.com\n  \
    ringer report alert add --name doors --kind address-identities --number 4\n  \
    ringer report alert list\n  \
    ringer report alert pause farms --why \"ann is away\"\n\n\
    A rule applies to what happens after it is set or resumed. `ringer serve` applies rules all the time,\n\
    and commands that import or judge apply them at their end. The same thing is alerted once.")]
pub struct Args {
    #[command(subcommand)]
    what: What,
    /// How to print [default: table]
    #[arg(long, global = true, value_enum, value_name = "FORMAT")]
    format: Option<Format>,
}

#[derive(Debug, Clone, clap::Subcommand)]
enum What {
    /// Make a rule, or replace the one of this name
    #[command(after_help = "Example:\n  \
        ringer report alert add --name farms --kind confirmed-ring-gains --to ann@example.com --hourly 5\n\n\
        Kinds:\n  \
        confirmed-ring-gains  a ring that people confirmed or referred gains a member\n  \
        address-identities    an address gets its third claimed identity, or that of --number\n  \
        known-unit            something is sent to an address of such a ring, or a watched one\n  \
        watched-at-offer      a watched value in an application at stage offer or later\n  \
        urgent-ring           a ring becomes urgent\n  \
        return                somebody in a ring is back under another identity after a rejection\n\n\
        Recipients are a mailbox, an http or https URL, or folder: and an absolute path. Every alert is on\n\
        the page of alerts and in `ringer report alerts`, with recipients or without.")]
    Add {
        /// What to call it: small letters, digits, - and _
        #[arg(long, value_name = "NAME")]
        name: Slug,
        /// What to look for
        #[arg(long, value_name = "KIND")]
        kind: AlertKind,
        /// From which claimed identity on [default: 3]
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=1000))]
        number: Option<u32>,
        /// Who is told; repeatable
        #[arg(long, value_name = "RECIPIENT")]
        to: Vec<Recipient>,
        /// Alerts delivered in an hour; what is more is counted in the next one
        #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=1000))]
        hourly: u32,
    },
    /// Every rule, by name
    #[command(after_help = "Example:\n  ringer report alert list --format csv")]
    List,
    /// Have a rule do nothing until it is resumed
    #[command(after_help = "Example:\n  ringer report alert pause farms --why \"ann is away\"")]
    Pause(Change),
    /// Have a rule go on; what happened meanwhile stays without alert
    #[command(after_help = "Example:\n  ringer report alert resume farms --why \"ann is back\"")]
    Resume(Change),
    /// Take a rule away; its alerts stay
    #[command(
        after_help = "Example:\n  ringer report alert remove farms --why \"nobody reads it\""
    )]
    Remove(Change),
}

/// A change of a rule that is there.
#[derive(Debug, Clone, clap::Args)]
struct Change {
    /// The rule, as `ringer report alert list` prints it
    #[arg(value_name = "NAME")]
    name: Slug,
    /// The reason, recorded for good
    #[arg(long, value_name = "TEXT")]
    why: String,
}

#[derive(Serialize)]
struct Line {
    name: String,
    kind: &'static str,
    number: Option<u32>,
    to: String,
    hourly: u32,
    state: &'static str,
    since: String,
    by: String,
    alerts: usize,
}

impl Row for Line {
    const COLUMNS: &'static [Column] = &[
        id("name"),
        id("kind"),
        number("number"),
        text("to"),
        number("hourly"),
        id("state"),
        id("since"),
        text("by"),
        number("alerts"),
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.name.clone(),
            self.kind.to_owned(),
            self.number.map_or_else(String::new, |n| n.to_string()),
            self.to.clone(),
            self.hourly.to_string(),
            self.state.to_owned(),
            self.since.clone(),
            self.by.clone(),
            self.alerts.to_string(),
        ]
    }
}

/// Makes, lists or changes rules.
///
/// # Errors
/// When there is no store or no such rule, a reason is missing, or the store fails or is in use.
pub fn run(args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    let format = args.format.unwrap_or(Format::Table);
    let (change, turn) = match &args.what {
        What::List => {
            let engine = ctx.engine()?;
            return list(ctx, &engine, None, format);
        }
        What::Add { name, kind, number, to, hourly } => {
            let number = number_of(*kind, *number)?;
            let engine = reaching::engine_to_write(ctx)?;
            let was = engine.view().reports.rules().contains_key(name);
            let to: BTreeSet<Recipient> = to.iter().cloned().collect();
            let (told, hourly) = (to.clone(), *hourly);
            let rule = AlertRule { name: name.clone(), kind: *kind, number, to, hourly };
            engine.set_alert_rule(rule, &ctx.settings.user)?;
            reaching::tell_what_lacks(ctx, &told);
            if was {
                ctx.note(&format!("note: the rule {name} was replaced"));
            }
            return list(ctx, &engine, Some(name), format);
        }
        What::Pause(change) => (change, Turn::Paused),
        What::Resume(change) => (change, Turn::Resumed),
        What::Remove(change) => (change, Turn::Removed),
    };
    let engine = reaching::engine_to_write(ctx)?;
    engine.turn_alert_rule(&change.name, turn, &ctx.settings.user, &change.why)?;
    if turn == Turn::Removed {
        ctx.note(&format!("the rule {} was removed; its alerts stay", change.name));
        return Ok(Exit::Ok);
    }
    list(ctx, &engine, Some(&change.name), format)
}

/// The number that a rule of a kind is given.
fn number_of(of: AlertKind, number: Option<u32>) -> Result<u32, CliError> {
    let has_one = kind(of).is_some_and(|kind| kind.number.is_some());
    match number {
        Some(_) if !has_one => {
            Err(CliError::Usage(format!("a rule of the kind {of} goes by no --number")))
        }
        number => Ok(number.unwrap_or(0)),
    }
}

fn list(
    ctx: &mut Context,
    engine: &Engine,
    of: Option<&Slug>,
    format: Format,
) -> Result<Exit, CliError> {
    let view = engine.view();
    let reports = &view.reports;
    let wanted = reports.rules().iter().filter(|(name, _)| of.is_none_or(|of| of == *name));
    let line = |(name, standing): (&Slug, &Standing<AlertRule>)| {
        let alerts = reports.alerts().iter().filter(|record| record.alert.rule == *name).count();
        line(standing, kind(standing.is.kind), alerts)
    };
    let lines: Vec<Line> = wanted.map(line).collect();
    let exit = if lines.is_empty() { Exit::Nothing } else { Exit::Ok };
    ctx.out.list(format, lines)?;
    ctx.out.flush()?;
    if exit == Exit::Nothing {
        ctx.note("no rule is set; `ringer report alert add` makes one");
    }
    Ok(exit)
}

fn line(standing: &Standing<AlertRule>, kind: Option<&Kind>, alerts: usize) -> Line {
    let rule = &standing.is;
    let to: Vec<String> = rule.to.iter().map(ToString::to_string).collect();
    Line {
        name: rule.name.to_string(),
        kind: rule.kind.name(),
        number: kind.filter(|kind| kind.number.is_some()).map(|kind| kind.number_of(rule)),
        to: to.join(" "),
        hourly: rule.hourly,
        state: if standing.paused.is_some() { "paused" } else { "at work" },
        since: standing.paused.as_ref().map_or(standing.from, |pause| pause.at).to_string(),
        by: standing.paused.as_ref().map_or(&standing.by, |pause| &pause.by).clone(),
        alerts,
    }
}
