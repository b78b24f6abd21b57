//! A report as the body of a webhook. Not responsible for signing and sending (`delivery`).
//!
//! Invariant: whoever sees counts alone gets counts and links, and no line of any section.

use crate::reports::{
    Report, ReportError, Sight,
    render::{
        Rendering,
        json::{self, SectionSaid},
        words,
    },
};
use serde::Serialize;

/// What happened, for programs that get several sorts of bodies.
const EVENT: &str = "report";
/// Version of the body.
const VERSION: u32 = 1;

/// A section by its number.
#[derive(Serialize)]
struct Count<'a> {
    id: &'a str,
    title: &'a str,
    count: u32,
}

#[derive(Serialize)]
struct Body<'a> {
    event: &'static str,
    version: u32,
    report: String,
    schedule: &'a str,
    since: json::Place,
    until: json::Place,
    zone: &'a str,
    is_first: bool,
    due: Option<String>,
    missed: u32,
    head: String,
    headline: &'a str,
    counts: Vec<Count<'a>>,
    link: String,
    sight: Sight,
    #[serde(skip_serializing_if = "Option::is_none")]
    sections: Option<Vec<SectionSaid<'a>>>,
}

/// The body. O(size of the report).
///
/// # Errors
/// When it cannot be written, which is a defect of the program.
pub(super) fn body(report: &Report, rendering: &Rendering<'_>) -> Result<Vec<u8>, ReportError> {
    let heading = &report.heading;
    let body = Body {
        event: EVENT,
        version: VERSION,
        report: heading.id.to_string(),
        schedule: heading.schedule.as_str(),
        since: json::place(heading.since),
        until: json::place(heading.until),
        zone: &heading.zone,
        is_first: heading.is_first,
        due: heading.due.map(|due| due.to_string()),
        missed: heading.missed,
        head: heading.head.to_string(),
        headline: &report.headline,
        counts: report
            .sections
            .iter()
            .map(|s| Count { id: &s.id, title: &s.title, count: s.n })
            .collect(),
        link: words::page(report, rendering),
        sight: rendering.sight,
        sections: (rendering.sight > Sight::Counts).then(|| json::sections(report, rendering)),
    };
    Ok(serde_json::to_vec(&body)?)
}
