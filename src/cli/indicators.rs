//! `ringer indicators`: the list of them with everything a person needs to defend each, or what they make of one applicant.

use crate::{
    cli::{
        CliError, Exit,
        context::Context,
        lookup,
        output::{Column, Format, FormatArg, Row, id, number, text},
    },
    explain::AssessmentReport,
    indicators::{self, Band, EXCULPATING, Indicator, Source, Topic},
};
use serde::Serialize;

/// Arguments of `ringer indicators`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  ringer indicators\n  ringer indicators A0003561\n  \
    ringer indicators A0003561 --format json\n\n\
    Without an id it lists every indicator, and JSON has how each is computed, its innocent\n\
    explanations and its sources. With an id it assesses that applicant, and ends with exit code 1\n\
    when nothing is raised.")]
pub struct Args {
    /// An application or applicant to assess
    #[arg(value_name = "ID")]
    pub(super) id: Option<String>,
    #[command(flatten)]
    format: FormatArg,
}

/// An indicator in the list.
#[derive(Serialize)]
struct Listed {
    indicator_id: &'static str,
    scope: &'static str,
    topic: Topic,
    title: &'static str,
    strength: &'static str,
    bits: f64,
    needs: &'static [&'static str],
    how: &'static str,
    innocent: &'static [&'static str],
    sources: &'static [Source],
    compares_names: bool,
    muted: bool,
}

impl Row for Listed {
    const COLUMNS: &'static [Column] = &[
        id("indicator_id"),
        id("scope"),
        id("topic"),
        id("strength"),
        number("bits"),
        text("title"),
        text("needs"),
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.indicator_id.to_owned(),
            self.scope.to_owned(),
            self.topic.name().to_owned(),
            if self.muted { "muted" } else { self.strength }.to_owned(),
            format!("{:.2}", self.bits),
            self.title.to_owned(),
            self.needs.join(", "),
        ]
    }
}

/// What an indicator makes of an applicant.
#[derive(Serialize)]
struct Found {
    indicator_id: &'static str,
    state: &'static str,
    bits: String,
    what: String,
}

impl Row for Found {
    const COLUMNS: &'static [Column] =
        &[id("indicator_id"), id("state"), number("bits"), text("what")];

    fn cells(&self) -> Vec<String> {
        vec![
            self.indicator_id.to_owned(),
            self.state.to_owned(),
            self.bits.clone(),
            self.what.clone(),
        ]
    }
}

/// Prints the list, or the assessment.
///
/// # Errors
/// When there is no such applicant, the store cannot be opened, or the report not be written.
pub fn run(args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    match &args.id {
        None => list(args, ctx),
        Some(id) => assess(args, id, ctx),
    }
}

fn list(args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    let policy = ctx.settings.indicators.clone();
    let listed = |indicator: &'static Indicator| Listed {
        indicator_id: indicator.id,
        scope: indicator.scope(),
        topic: indicator.topic,
        title: indicator.title,
        strength: indicator.strength.name(),
        bits: policy.worth_of(indicator.id, indicator.strength).get(),
        needs: indicator.needs,
        how: indicator.how,
        innocent: indicator.innocent,
        sources: indicator.sources,
        compares_names: indicator.compares_names,
        muted: policy.muted.contains(indicator.id),
    };
    let format = args.format.or(Format::Table);
    ctx.out.list(format, indicators::all().map(listed))?;
    if format == Format::Table {
        ctx.out.heading("What speaks for an applicant")?;
        for one in EXCULPATING {
            ctx.out.line(&format!("{}: {} {}", one.id, one.how, one.effect))?;
        }
    }
    Ok(Exit::Ok)
}

fn assess(args: &Args, id: &str, ctx: &mut Context) -> Result<Exit, CliError> {
    let engine = ctx.engine()?;
    let view = engine.view();
    let applicant = lookup::applicant(&view, id)?;
    let (assessment, band) = engine.assess_standing(&view, applicant);
    let report = AssessmentReport::of(&assessment);
    match args.format.or(Format::Table) {
        Format::Json => ctx.out.object(&report)?,
        Format::Csv => ctx.out.list(Format::Csv, found(&report))?,
        Format::Table => {
            print(&report, ctx)?;
            if let Some((ring, band)) = view.ring_of(applicant).zip(band) {
                ctx.out.line(&format!(
                    "in {}, which is {band}: `ringer ring {}` says why",
                    ring.id, ring.id
                ))?;
            }
        }
    }
    Ok(if report.band == Band::None { Exit::Nothing } else { Exit::Ok })
}

fn found(report: &AssessmentReport) -> Vec<Found> {
    let raised = report.raised.iter().map(|line| Found {
        indicator_id: line.indicator_id,
        state: "raised",
        bits: line.bits.to_string(),
        what: line.reason.clone(),
    });
    let plain = |indicator_id, state| Found {
        indicator_id,
        state,
        bits: String::new(),
        what: String::new(),
    };
    let mut all: Vec<Found> = raised.collect();
    all.extend(report.clear.iter().map(|id| plain(*id, "clear")));
    all.extend(report.muted.iter().map(|id| plain(*id, "muted")));
    all.extend(
        report.not_assessed.iter().map(|line| Found {
            what: line.why.clone(),
            ..plain(line.indicator_id, "not_assessed")
        }),
    );
    all
}

fn print(report: &AssessmentReport, ctx: &mut Context) -> Result<(), CliError> {
    let out = &mut ctx.out;
    out.line(&format!("{}: {}", report.band, report.sentence))?;
    if let Some(held) = report.held {
        out.line(held)?;
    }
    for line in &report.raised {
        out.line(&format!(
            "{} {} ({}, {} bits)",
            line.strength, line.title, line.indicator_id, line.bits
        ))?;
        out.line(&format!("    {}", line.reason))?;
        for value in &line.values {
            out.line(&format!("    {}: {}", value.what, value.value))?;
        }
        out.line(&format!("    may be innocent: {}", line.innocent.join("; ")))?;
    }
    if !report.exculpating.is_empty() {
        out.heading("Speaks for the applicant")?;
        for line in &report.exculpating {
            out.line(&format!("+ {} ({})", line.reason, line.effect))?;
        }
    }
    if !report.topics.is_empty() {
        out.heading("How it adds up, in bits")?;
        for topic in &report.topics {
            let why = topic.why.map_or_else(String::new, |why| format!(" ({why})"));
            out.line(&format!("{}: {} of {}{why}", topic.label, topic.counted, topic.said))?;
        }
        out.line(&format!("taken off: {}", report.taken_off))?;
        out.line(&format!(
            "total {}: of 100,000 such applications, {} before and {} after",
            report.total, report.prior_per_100k, report.posterior_per_100k
        ))?;
    }
    out.line(&format!(
        "{} looked and found nothing; {} could not be assessed (--format csv lists them)",
        report.clear.len(),
        report.not_assessed.len()
    ))?;
    Ok(())
}
