//! `ringer screen`: applications judged against everything stored, without storing them.

use crate::{
    cli::{
        CliError, Exit,
        context::Context,
        output::{Column, Format, FormatArg, Row, id, text},
        progress::Progress,
    },
    engine::{Engine, ScreenMatch, Screening},
    explain::AssessmentReport,
    ingest::{self, Input, Options},
};
use serde::Serialize;
use std::path::PathBuf;

/// Arguments of `ringer screen`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  ringer screen new-applicant.csv\n  \
    echo '{\"application_id\":\"X-1\",\"email\":\"a@example.com\"}' | ringer screen - --format json\n\n\
    Ends with exit code 1 when none of the applications is linked to anything, and 3 when no\n\
    row could be read. CSV prints one line for each match.")]
pub struct Args {
    /// CSV or JSON Lines, also .gz; - for standard input
    #[arg(value_name = "FILE", default_value = "-")]
    file: PathBuf,
    #[command(flatten)]
    format: FormatArg,
}

#[derive(Serialize)]
struct Line<'a> {
    application_id: &'a str,
    applicant_id: &'a str,
    name: &'a str,
    same_person: bool,
    ring_id: Option<&'a str>,
    evidence: String,
}

impl Row for Line<'_> {
    const COLUMNS: &'static [Column] = &[
        id("application_id"),
        id("applicant_id"),
        text("name"),
        id("same_person"),
        id("ring_id"),
        text("evidence"),
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.application_id.to_owned(),
            self.applicant_id.to_owned(),
            self.name.to_owned(),
            if self.same_person { "yes" } else { "no" }.to_owned(),
            self.ring_id.unwrap_or_default().to_owned(),
            self.evidence.clone(),
        ]
    }
}

/// An application as it was screened, with what indicators make of it by itself.
#[derive(Serialize)]
struct Screened {
    #[serde(flatten)]
    screening: Screening,
    indicators: AssessmentReport,
}

/// Prints what is found.
///
/// # Errors
/// When the file or the store cannot be read, or the report not be written.
pub fn run(args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    let engine = ctx.engine_to_screen()?;
    let found = screened(args, ctx, &engine)?;
    match args.format.or(Format::Table) {
        Format::Json => {
            // An array, since a file holds any number of applications.
            ctx.out.object(&found)?;
        }
        Format::Csv => {
            ctx.out.list(Format::Csv, found.iter().flat_map(|one| lines(&one.screening)))?
        }
        Format::Table => {
            for Screened { screening, indicators } in &found {
                ctx.out.line(&format!("{}: {}", screening.application_id, screening.verdict))?;
                ctx.out
                    .line(&format!("indicators: {}: {}", indicators.band, indicators.sentence))?;
                ctx.out.list(Format::Table, lines(screening))?;
            }
        }
    }
    let linked = found.iter().any(|one| !one.screening.matches.is_empty());
    Ok(if linked { Exit::Ok } else { Exit::Nothing })
}

fn lines(screening: &Screening) -> impl Iterator<Item = Line<'_>> {
    screening.matches.iter().map(|found| Line {
        application_id: screening.application_id.as_str(),
        applicant_id: found.applicant_id.as_str(),
        name: &found.label,
        same_person: found.same_person,
        ring_id: found.ring_id.as_ref().map(|id| id.as_str()),
        evidence: evidence(found),
    })
}

fn evidence(found: &ScreenMatch) -> String {
    let parts: Vec<String> =
        found.lines.iter().map(|line| format!("{} {}", line.label, line.bits)).collect();
    parts.join(", ")
}

/// Screens row by row; rows that cannot be read are told on standard error.
fn screened(args: &Args, ctx: &Context, engine: &Engine) -> Result<Vec<Screened>, CliError> {
    let mut found = Vec::new();
    let mut problems = 0_u64;
    let bar = Progress::new("screening");
    for row in ingest::open(Input::from_arg(&args.file), &Options::default())? {
        match row {
            Ok(application) => found.push(Screened {
                screening: engine.screen(&application),
                indicators: AssessmentReport::of(&engine.assess_alone(&application)),
            }),
            Err(problem) => {
                problems += 1;
                bar.aside(|| ctx.note(&format!("row {}: {}", problem.row, problem.reason)));
            }
        }
    }
    if found.is_empty() && problems > 0 {
        let file = args.file.display().to_string();
        return Err(CliError::Input { file, why: "none of its rows could be read".to_owned() });
    }
    Ok(found)
}
