//! What a recipient of a report gets: a letter, the body of a webhook, or files. Not responsible for bringing it there
//! (`delivery`).
//!
//! Invariant: whoever sees counts alone gets no file with lines by mail.

use crate::{
    model::{Recipient, ReportFormat, ReportRun},
    reports::{
        Report, ReportError, Sight,
        delivery::{Enclosure, Load},
        render::{Form, Rendering, csv, hook, html, json, letter, pdf, words},
    },
};

/// Every form.
pub const FORMS: &[Form] = &[HTML, PDF, JSON, CSV];

const HTML: Form = Form {
    format: ReportFormat::Html,
    media_type: "text/html; charset=utf-8",
    render: html::render,
};
const PDF: Form =
    Form { format: ReportFormat::Pdf, media_type: "application/pdf", render: pdf::render };
const JSON: Form =
    Form { format: ReportFormat::Json, media_type: "application/json", render: json::render };
const CSV: Form =
    Form { format: ReportFormat::Csv, media_type: "text/csv; charset=utf-8", render: csv::render };

/// The form of a format.
#[must_use]
pub fn form(format: ReportFormat) -> &'static Form {
    match format {
        ReportFormat::Html => &HTML,
        ReportFormat::Pdf => &PDF,
        ReportFormat::Json => &JSON,
        ReportFormat::Csv => &CSV,
    }
}

/// What this recipient gets of a report, in the formats of its run. A second or two for a long PDF.
///
/// # Errors
/// When a form cannot be made, which is a defect of the program.
pub fn load(
    report: &Report,
    run: &ReportRun,
    to: &Recipient,
    rendering: &Rendering<'_>,
) -> Result<Load, ReportError> {
    match to {
        Recipient::Webhook(_) => Ok(Load::Hook(hook::body(report, rendering)?)),
        Recipient::Folder(_) => Ok(Load::Files(files(report, run, rendering)?)),
        Recipient::Mail(_) => {
            let mut letter = letter::letter(report, rendering)?;
            if rendering.sight > Sight::Counts {
                letter.files = files(report, run, rendering)?;
            }
            Ok(Load::Letter(letter))
        }
    }
}

fn files(
    report: &Report,
    run: &ReportRun,
    rendering: &Rendering<'_>,
) -> Result<Vec<Enclosure>, ReportError> {
    let heading = &report.heading;
    let day = words::Clock::of(report).day(heading.until.at);
    // Far out of range a day is written otherwise.
    let day: String = day.chars().filter(|c| c.is_ascii_digit() || *c == '-').collect();
    let enclose = |&format: &ReportFormat| {
        let form = form(format);
        Ok(Enclosure {
            name: format!("ringer-{}-{day}-{}.{}", heading.schedule, heading.id, format.name()),
            media_type: form.media_type,
            bytes: (form.render)(report, rendering)?,
        })
    };
    run.formats.iter().map(enclose).collect()
}
