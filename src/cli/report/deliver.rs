//! `ringer report deliver`: try now to bring a report or an alert to those who do not have it. Not responsible for how (`reports`).
//!
//! Invariant: every try is on record and is printed.

use crate::{
    cli::{
        CliError, Exit,
        context::Context,
        output::{Column, Format, FormatArg, Row, id, number, text},
        report::{means, reaching},
    },
    model::{AlertId, Attempt, Delivery, Parcel, ReportId},
    reports::Runner,
};
use serde::Serialize;
use std::sync::Arc;

/// Arguments of `ringer report deliver`.
#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "Example:\n  ringer report deliver rep_0123456789ab\n  ringer report deliver alr_0123456789ab\n\n\
    Those who have it do not get it again. What fails is tried again by `ringer serve`."
)]
pub struct Args {
    /// The report, as `ringer report list` prints it, or the alert, as `ringer report alerts` does
    #[arg(value_name = "REPORT_OR_ALERT", value_parser = parcel)]
    what: Parcel,
    #[command(flatten)]
    format: FormatArg,
}

impl Args {
    /// What the audit trail is told.
    pub(super) fn word(&self) -> (&'static str, String) {
        match &self.what {
            Parcel::Report(id) => ("report_id", id.to_string()),
            Parcel::Alert(id) => ("alert_id", id.to_string()),
        }
    }
}

/// What an id is one of.
fn parcel(text: &str) -> Result<Parcel, String> {
    if let Ok(id) = text.parse::<AlertId>() {
        return Ok(Parcel::Alert(id));
    }
    let is_neither = |_| {
        "give the id of a report, rep_ and 12 letters or digits, or of an alert, alr_ and 12"
            .to_owned()
    };
    text.parse::<ReportId>().map(Parcel::Report).map_err(is_neither)
}

#[derive(Serialize)]
struct Line {
    id: String,
    to: String,
    attempt: u32,
    at: String,
    outcome: &'static str,
    said: String,
}

impl Row for Line {
    const COLUMNS: &'static [Column] =
        &[id("id"), text("to"), number("attempt"), id("at"), id("outcome"), text("said")];

    fn cells(&self) -> Vec<String> {
        vec![
            self.id.clone(),
            self.to.clone(),
            self.attempt.to_string(),
            self.at.clone(),
            self.outcome.to_owned(),
            self.said.clone(),
        ]
    }
}

impl From<Delivery> for Line {
    fn from(delivery: Delivery) -> Self {
        let (outcome, said) = match delivery.outcome {
            Attempt::Delivered { answer } => ("delivered", answer),
            Attempt::Failed { why, is_final: true } => ("given up", why),
            Attempt::Failed { why, is_final: false } => ("failed", why),
        };
        Self {
            id: delivery.parcel.to_string(),
            to: delivery.to.to_string(),
            attempt: delivery.attempt,
            at: delivery.at.to_string(),
            outcome,
            said,
        }
    }
}

/// Tries.
///
/// # Errors
/// When there is no such report or alert, or the store fails or is in use.
pub fn run(args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    let engine = Arc::new(reaching::engine_to_write(ctx)?);
    let runner = Runner::new(engine, means(ctx));
    let tries = runner.deliver_now(&args.what, &ctx.settings.user)?;
    let lines: Vec<Line> = tries.into_iter().map(Line::from).collect();
    let exit = match lines.iter().all(|line| line.outcome == "delivered") {
        true => Exit::Ok,
        false => Exit::Nothing,
    };
    if lines.is_empty() {
        ctx.note("everybody who is to get it has it");
    }
    ctx.out.list(args.format.or(Format::Table), lines)?;
    ctx.out.flush()?;
    Ok(exit)
}
