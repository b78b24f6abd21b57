//! `ringer report show`: what a report says, for a terminal, as JSON or as CSV. Not responsible for making one (`reports`).
//!
//! Whoever has the store's folder sees everything, as with `ringer ring`.
//!
//! Invariant: nothing that a report says is left out; a section in which nothing happened says so.

use crate::{
    cli::{
        CliError, Exit,
        context::Context,
        output::{Format, FormatArg},
    },
    model::{ReportFormat, ReportId, RunOutcome},
    reports::{
        Kept, Line, MOST_MISSED, Plan, Report, Sight, Table, again,
        render::{self, Rendering},
    },
};

/// Arguments of `ringer report show`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  ringer report show rep_0123456789ab\n  \
    ringer report show rep_0123456789ab --format json\n\n\
    JSON is the report whole; CSV has each line and each row of a table.")]
pub struct Args {
    /// The report, as `ringer report list` prints it
    #[arg(value_name = "REPORT")]
    pub(super) id: ReportId,
    #[command(flatten)]
    format: FormatArg,
}

/// Shows it.
///
/// # Errors
/// When there is no such report, or it is neither kept nor can be made again.
pub fn run(args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    let engine = ctx.engine()?;
    let reports = engine.view().reports.clone();
    let record = reports.run(&args.id).ok_or_else(|| {
        CliError::NotFound(format!(
            "no report has the id {}; `ringer report list` lists them",
            args.id
        ))
    })?;
    if let RunOutcome::Failed { why } = &record.run.outcome {
        return Err(CliError::NotFound(format!("{} could not be made: {why}", args.id)));
    }
    let kept = Kept::of(&ctx.settings.data);
    let report = again::report(&engine, Some(&kept), &record.run, &ctx.settings.retention)?;
    match args.format.or(Format::Table) {
        Format::Json => rendered(ctx, &report, ReportFormat::Json)?,
        Format::Csv => rendered(ctx, &report, ReportFormat::Csv)?,
        Format::Table => print(ctx, &report)?,
    }
    ctx.out.flush()?;
    Ok(Exit::Ok)
}

/// Prints one of the forms in which programs get a report.
fn rendered(ctx: &mut Context, report: &Report, format: ReportFormat) -> Result<(), CliError> {
    let base = ctx.settings.posting.base(&ctx.settings.serving, ctx.settings.bind);
    let house = ctx.settings.organisation.name.clone();
    let rendering = Rendering { base: &base, sight: Sight::Full, house: &house };
    let bytes = (render::form(format).render)(report, &rendering)?;
    for line in String::from_utf8_lossy(&bytes).lines() {
        ctx.out.line(line)?;
    }
    Ok(())
}

fn print(ctx: &mut Context, report: &Report) -> Result<(), CliError> {
    let heading = &report.heading;
    let plan = Plan::new("0 0 * * *", &heading.zone).ok();
    let shown =
        |at: crate::model::Moment| plan.as_ref().map_or_else(|| at.to_string(), |p| p.shown(at));
    ctx.out.line(&format!("Report {} of {}", heading.id, heading.schedule))?;
    if !report.headline.is_empty() {
        ctx.out.line(&report.headline)?;
    }
    ctx.out.line(&format!(
        "From {} to {}, as of fact {} of the journal{}",
        shown(heading.since.at),
        shown(heading.until.at),
        heading.until.seq.0,
        if heading.is_first { "; the first of this schedule" } else { "" },
    ))?;
    if let Some(due) = heading.due {
        ctx.out.line(&format!("Due {}{}", shown(due), stands_for(heading.missed)))?;
    }
    if !heading.filter.is_empty() {
        ctx.out.line(&format!("Only rings that fit: {}", heading.filter))?;
    }
    for section in &report.sections {
        ctx.out.heading(&section.title)?;
        ctx.out.line(&section.summary)?;
        for line in &section.lines {
            told(ctx, line)?;
        }
        if section.more > 0 {
            ctx.out.line(&format!("- and {} more", section.more))?;
        }
        let figures = section.figures.iter().map(|figure| &figure.table);
        for table in section.tables.iter().chain(figures) {
            tabled(ctx, table)?;
        }
    }
    Ok(())
}

/// What the words for missed moments are.
fn stands_for(missed: u32) -> String {
    match missed {
        0 => String::new(),
        1 => "; it stands for 1 moment before, at which nobody ran it".to_owned(),
        n if n >= MOST_MISSED => {
            format!("; it stands for {n} or more moments before, at which nobody ran it")
        }
        n => format!("; it stands for {n} moments before, at which nobody ran it"),
    }
}

fn told(ctx: &mut Context, line: &Line) -> Result<(), CliError> {
    let at = line.at.map(|at| format!("{} ", at.day())).unwrap_or_default();
    ctx.out.line(&format!("- {at}{}", line.text.said(Sight::Full)))?;
    for evidence in &line.evidence {
        ctx.out.line(&format!("    {}", evidence.said(Sight::Full)))?;
    }
    for innocent in &line.innocent {
        ctx.out.line(&format!("    innocent if: {innocent}"))?;
    }
    if let Some(act) = &line.act {
        ctx.out.line(&format!("    to do: {act}"))?;
    }
    Ok(())
}

fn tabled(ctx: &mut Context, table: &Table) -> Result<(), CliError> {
    if table.rows.is_empty() {
        return Ok(());
    }
    ctx.out.line(&table.caption)?;
    let rows = table.rows.iter().map(|row| row.iter().map(|cell| cell.said(Sight::Full)).collect());
    let rows: Vec<Vec<String>> = std::iter::once(table.head.clone()).chain(rows).collect();
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let wide =
        |at: usize| rows.iter().filter_map(|row| row.get(at)).map(|c| c.chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|at| wide(at).unwrap_or(0)).collect();
    for row in &rows {
        let cells = row.iter().zip(&widths).map(|(cell, &wide)| format!("{cell:wide$}"));
        ctx.out.line(format!("  {}", cells.collect::<Vec<_>>().join("  ")).trim_end())?;
    }
    if !table.note.is_empty() {
        ctx.out.line(&table.note)?;
    }
    Ok(())
}
