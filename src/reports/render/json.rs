//! A report as JSON for programs. Not responsible for the canonical form, which is kept and never leaves.
//!
//! Names of fields are in snake case and stay; what is said is said as whoever gets it sees it, with the ids and pages it leads
//! to. Drawings are left out, since their tables say the same.
//!
//! Invariant: the same report gives the same bytes.

use crate::{
    model::{Moment, Point},
    reports::{
        Line, Part, Report, ReportError, Section, Sight, Table, Target, Text,
        render::{Rendering, words},
    },
};
use serde::Serialize;

/// Version of the names and the structure below; raised when something is renamed or removed.
const VERSION: u32 = 1;

#[derive(Serialize)]
pub(super) struct Place {
    seq: u64,
    at: String,
}

/// Something that a text leads to.
#[derive(Serialize)]
struct Link {
    words: String,
    kind: &'static str,
    id: String,
    path: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    href: String,
}

#[derive(Serialize)]
struct Said {
    text: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    links: Vec<Link>,
}

#[derive(Serialize)]
struct LineSaid<'a> {
    at: Option<String>,
    about: Option<Link>,
    #[serde(flatten)]
    text: Said,
    evidence: Vec<Said>,
    innocent: &'a [String],
    act: Option<&'a str>,
}

#[derive(Serialize)]
struct TableSaid<'a> {
    caption: &'a str,
    head: &'a [String],
    rows: Vec<Vec<Said>>,
    note: &'a str,
}

#[derive(Serialize)]
struct FigureSaid<'a> {
    id: &'a str,
    caption: &'a str,
    table: TableSaid<'a>,
}

#[derive(Serialize)]
pub(super) struct SectionSaid<'a> {
    id: &'a str,
    title: &'a str,
    count: u32,
    summary: &'a str,
    lines: Vec<LineSaid<'a>>,
    left_out: u32,
    tables: Vec<TableSaid<'a>>,
    figures: Vec<FigureSaid<'a>>,
}

#[derive(Serialize)]
struct Whole<'a> {
    version: u32,
    report: String,
    format: u32,
    schedule: &'a str,
    filter: &'a str,
    zone: &'a str,
    since: Place,
    until: Place,
    is_first: bool,
    due: Option<String>,
    missed: u32,
    head: String,
    policy: &'a str,
    sight: Sight,
    link: String,
    headline: &'a str,
    sections: Vec<SectionSaid<'a>>,
}

pub(super) fn place(point: Point) -> Place {
    Place { seq: point.seq.0, at: point.at.to_string() }
}

/// The file. O(size of the report).
///
/// # Errors
/// When it cannot be written, which is a defect of the program.
pub(super) fn render(report: &Report, rendering: &Rendering<'_>) -> Result<Vec<u8>, ReportError> {
    let heading = &report.heading;
    let whole = Whole {
        version: VERSION,
        report: heading.id.to_string(),
        format: heading.format,
        schedule: heading.schedule.as_str(),
        filter: &heading.filter,
        zone: &heading.zone,
        since: place(heading.since),
        until: place(heading.until),
        is_first: heading.is_first,
        due: heading.due.map(|due| due.to_string()),
        missed: heading.missed,
        head: heading.head.to_string(),
        policy: &heading.policy,
        sight: rendering.sight,
        link: words::page(report, rendering),
        headline: &report.headline,
        sections: sections(report, rendering),
    };
    let mut bytes = serde_json::to_vec_pretty(&whole)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// The sections as they are said.
pub(super) fn sections<'a>(report: &'a Report, rendering: &Rendering<'_>) -> Vec<SectionSaid<'a>> {
    report.sections.iter().map(|section| said_section(section, rendering)).collect()
}

fn said_section<'a>(section: &'a Section, rendering: &Rendering<'_>) -> SectionSaid<'a> {
    let figure = |figure: &'a crate::reports::Figure| FigureSaid {
        id: &figure.id,
        caption: &figure.caption,
        table: table(&figure.table, rendering),
    };
    SectionSaid {
        id: &section.id,
        title: &section.title,
        count: section.n,
        summary: &section.summary,
        lines: section.lines.iter().map(|one| line(one, rendering)).collect(),
        left_out: section.more,
        tables: section.tables.iter().map(|one| table(one, rendering)).collect(),
        figures: section.figures.iter().map(figure).collect(),
    }
}

fn line<'a>(line: &'a Line, rendering: &Rendering<'_>) -> LineSaid<'a> {
    LineSaid {
        at: line.at.map(|at: Moment| at.to_string()),
        about: line.about.as_ref().map(|to| link(words::id(to), to, rendering)),
        text: said(&line.text, rendering),
        evidence: line.evidence.iter().map(|text| said(text, rendering)).collect(),
        innocent: &line.innocent,
        act: line.act.as_deref(),
    }
}

fn table<'a>(table: &'a Table, rendering: &Rendering<'_>) -> TableSaid<'a> {
    let row = |row: &Vec<Text>| row.iter().map(|cell| said(cell, rendering)).collect();
    TableSaid {
        caption: &table.caption,
        head: &table.head,
        rows: table.rows.iter().map(row).collect(),
        note: &table.note,
    }
}

fn said(text: &Text, rendering: &Rendering<'_>) -> Said {
    let lead = |part: &Part| {
        let to = part.target()?;
        Some(link(part.said(rendering.sight), &to, rendering))
    };
    Said { text: text.said(rendering.sight), links: text.parts().iter().filter_map(lead).collect() }
}

fn link(words: String, to: &Target, rendering: &Rendering<'_>) -> Link {
    let kind = match to {
        Target::Ring(_) => "ring",
        Target::Applicant(_) => "applicant",
        Target::Attribute(_) => "attribute",
        Target::Case(_) => "case",
        Target::Page(_) => "page",
    };
    let path = to.path();
    let href = match rendering.base {
        "" => String::new(),
        base => words::href(base, &path),
    };
    Link { words, kind, id: words::id(to), path, href }
}
