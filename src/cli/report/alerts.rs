//! `ringer report alerts`: the alerts that were raised, and what became of them. Not responsible for raising them
//! (`reports::alerts`).
//!
//! Invariant: held-back alerts are listed too.

use crate::{
    cli::{
        CliError, Exit,
        context::Context,
        output::{Column, Format, FormatArg, Row, id, text},
    },
    engine::Reports,
    model::{Alert, Attempt, Day, Parcel, Slug},
};
use serde::Serialize;

/// Arguments of `ringer report alerts`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  ringer report alerts --rule farms --since 2026-11-01\n\n\
    Newest first. Ends with exit code 1 when there is none.")]
pub struct Args {
    /// Those of this rule only
    #[arg(long, value_name = "NAME")]
    rule: Option<Slug>,
    /// Those of this day and later, in UTC
    #[arg(long, value_name = "DAY")]
    since: Option<Day>,
    #[command(flatten)]
    format: FormatArg,
}

#[derive(Serialize)]
struct Line {
    alert_id: String,
    raised_at: String,
    rule: String,
    kind: &'static str,
    ring_id: Option<String>,
    attribute_id: Option<String>,
    application_ids: Vec<String>,
    delivery: String,
    text: String,
}

impl Row for Line {
    const COLUMNS: &'static [Column] = &[
        id("alert_id"),
        id("raised_at"),
        id("rule"),
        id("kind"),
        id("ring_id"),
        id("attribute_id"),
        text("application_ids"),
        text("delivery"),
        text("text"),
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.alert_id.clone(),
            self.raised_at.clone(),
            self.rule.clone(),
            self.kind.to_owned(),
            self.ring_id.clone().unwrap_or_default(),
            self.attribute_id.clone().unwrap_or_default(),
            self.application_ids.join(" "),
            self.delivery.clone(),
            self.text.clone(),
        ]
    }
}

/// Lists alerts.
///
/// # Errors
/// When there is no store, or it cannot be read.
pub fn run(args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    let format = args.format.or(Format::Table);
    let view = ctx.engine()?.view();
    let reports = &view.reports;
    let is_wanted = |alert: &&Alert| {
        args.rule.as_ref().is_none_or(|rule| *rule == alert.rule)
            && args.since.is_none_or(|since| Day::of(alert.at).is_none_or(|day| day >= since))
    };
    let alerts = reports.alerts().iter().rev().map(|record| &record.alert);
    let lines: Vec<Line> = alerts.filter(is_wanted).map(|alert| line(reports, alert)).collect();
    let exit = if lines.is_empty() { Exit::Nothing } else { Exit::Ok };
    ctx.out.list(format, lines)?;
    ctx.out.flush()?;
    if exit == Exit::Nothing {
        ctx.note(match reports.rules().is_empty() {
            true => "no rule is set; `ringer report alert add` makes one",
            false => "no alert was raised",
        });
    }
    Ok(exit)
}

fn line(reports: &Reports, alert: &Alert) -> Line {
    Line {
        alert_id: alert.id.to_string(),
        raised_at: alert.at.to_string(),
        rule: alert.rule.to_string(),
        kind: alert.kind.name(),
        ring_id: alert.ring.as_ref().map(ToString::to_string),
        attribute_id: alert.attribute.as_ref().map(ToString::to_string),
        application_ids: alert.applications.iter().map(ToString::to_string).collect(),
        delivery: delivery(reports, alert),
        text: alert.text.clone(),
    }
}

/// What became of an alert, in a few words.
fn delivery(reports: &Reports, alert: &Alert) -> String {
    if alert.held_back {
        return "held back".to_owned();
    }
    if alert.to.is_empty() {
        return "on the page only".to_owned();
    }
    let parcel = Parcel::Alert(alert.id.clone());
    let tries = alert.to.iter().filter_map(|to| reports.last_try(&parcel, to));
    let done = tries.filter(|last| matches!(last.outcome, Attempt::Delivered { .. })).count();
    format!("{done} of {} delivered", alert.to.len())
}
