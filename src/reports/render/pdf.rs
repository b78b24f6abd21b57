//! A report as a PDF, for reading and filing. Not responsible for setting type (`typeset`).
//!
//! Long lists are given in part, and wherever that is so it is said how much is left out and where all of it is.
//!
//! Invariant: made from the report alone; the same of it gives the same bytes.

use crate::{
    explain::words::count,
    reports::{
        Figure, Line, Report, ReportError, Section, Table, Text,
        render::{
            Rendering, drawing,
            words::{self, Clock, Piece},
        },
    },
    typeset::{self, Document, Printed, Template},
};
use serde::Serialize;

const TEMPLATE: Template = Template {
    name: "report",
    source: include_str!("../../../templates/typst/report.typ"),
    parts: &[],
};

/// Most lines of a section, of all sections, and most rows of a table and of a drawing's table.
const LINES: usize = 120;
const ALL_LINES: usize = 600;
const ROWS: usize = 80;
const DRAWN_ROWS: usize = 40;
/// Most innocent explanations and pieces of evidence of a line.
const PHRASES: usize = 12;

/// Bytes of a line that is not divided between pages.
const SHORT: usize = 1_200;

/// Names of drawings: the typesetter keeps each path that it ever saw, so that they are few and the program's own.
const NAMES: [&str; 24] = [
    "d01", "d02", "d03", "d04", "d05", "d06", "d07", "d08", "d09", "d10", "d11", "d12", "d13",
    "d14", "d15", "d16", "d17", "d18", "d19", "d20", "d21", "d22", "d23", "d24",
];

#[derive(Serialize)]
struct Item {
    at: String,
    about: String,
    href: String,
    text: Vec<Piece>,
    evidence: Vec<Vec<Piece>>,
    innocent: Vec<String>,
    act: String,
    /// Whether it is surely shorter than a page, so that no page has a part of it.
    is_short: bool,
}

#[derive(Serialize)]
struct Numbers {
    caption: String,
    head: Vec<String>,
    rows: Vec<Vec<Vec<Piece>>>,
    /// Whether each column is one of numbers.
    is_number: Vec<bool>,
    note: String,
    more: String,
}

#[derive(Serialize)]
struct Drawn {
    /// Name of its image; empty where there is nothing to draw.
    name: &'static str,
    caption: String,
    table: Numbers,
}

#[derive(Serialize)]
struct Part {
    title: String,
    n: String,
    summary: String,
    lines: Vec<Item>,
    more: String,
    tables: Vec<Numbers>,
    figures: Vec<Drawn>,
}

#[derive(Serialize)]
struct Data {
    running: String,
    reference: String,
    kind: String,
    day: String,
    headline: String,
    facts: Vec<[String; 2]>,
    parts: Vec<Part>,
    head: String,
    id: String,
    seq: u64,
    page: String,
}

/// The file. Some 10 ms a page; a long report has 100 pages.
///
/// # Errors
/// When it cannot be typeset, which is a defect of the program.
pub(super) fn render(report: &Report, rendering: &Rendering<'_>) -> Result<Vec<u8>, ReportError> {
    Ok(printed(report, rendering)?.bytes)
}

/// The file with what the typesetter says of it.
///
/// # Errors
/// As [`render`].
pub(super) fn printed(report: &Report, rendering: &Rendering<'_>) -> Result<Printed, ReportError> {
    let wrong = |what: String| ReportError::Form { form: "PDF", what };
    let (clock, heading) = (Clock::of(report), &report.heading);
    let mut images = Vec::new();
    let mut left = ALL_LINES;
    let sections = report.sections.iter();
    let parts = sections.map(|s| part(s, &clock, rendering, &mut images, &mut left)).collect();
    let kind = format!("Report {}", heading.schedule);
    let data = Data {
        running: format!("{kind} · {} · {}", words::period(report, &clock), clock.name),
        reference: format!(
            "Journal entry {}, {}",
            heading.until.seq.0,
            heading.head.as_str().get(..16).unwrap_or_default()
        ),
        day: clock.long_day(heading.until.at),
        headline: report.headline.clone(),
        facts: words::facts(report, &clock, rendering),
        parts,
        head: heading.head.to_string(),
        id: heading.id.to_string(),
        seq: heading.until.seq.0,
        page: outside(words::page(report, rendering), rendering),
        kind,
    };
    let document = Document {
        template: TEMPLATE,
        title: format!("{}, {}", data.kind, data.day),
        author: rendering.house.to_owned(),
        id: format!("{}:{:?}", heading.id, rendering.sight),
        made: heading.until.at,
        data: serde_json::to_value(data)?,
        images,
    };
    typeset::pdf(&document).map_err(|e| wrong(e.to_string()))
}

/// An address as a document may have it, which is read away from the web UI.
fn outside(href: String, rendering: &Rendering<'_>) -> String {
    if rendering.base.is_empty() { String::new() } else { href }
}

fn pieces(text: &Text, rendering: &Rendering<'_>) -> Vec<Piece> {
    let mut pieces = words::pieces(text, rendering);
    for piece in &mut pieces {
        piece.href = outside(std::mem::take(&mut piece.href), rendering);
    }
    pieces
}

fn part(
    section: &Section,
    clock: &Clock,
    rendering: &Rendering<'_>,
    images: &mut Vec<(&'static str, String)>,
    left: &mut usize,
) -> Part {
    let shown = section.lines.len().min(LINES).min(*left);
    *left -= shown;
    let more = section.lines.len() - shown;
    let beyond = usize::try_from(section.more).unwrap_or(usize::MAX);
    let mut said = Vec::new();
    if more > 0 {
        let n = count(more, "more line is", "more lines are");
        said.push(format!("{n} in the other forms of this report: HTML, CSV and JSON."));
    }
    if beyond > 0 {
        said.push(format!("{} left out of the report.", count(beyond, "line is", "lines are")));
    }
    let mut draw = |figure: &Figure| {
        let svg = drawing::harmless(&figure.svg);
        let name = match NAMES.get(images.len()) {
            Some(&name) if !svg.is_empty() => {
                images.push((name, svg.to_owned()));
                name
            }
            _ => "",
        };
        let table = numbers(&figure.table, rendering, DRAWN_ROWS);
        Drawn { name, caption: figure.caption.clone(), table }
    };
    Part {
        title: section.title.clone(),
        n: crate::explain::words::grouped(section.n),
        summary: section.summary.clone(),
        figures: section.figures.iter().map(&mut draw).collect(),
        lines: section.lines.iter().take(shown).map(|line| item(line, clock, rendering)).collect(),
        more: said.join(" "),
        tables: section.tables.iter().map(|table| numbers(table, rendering, ROWS)).collect(),
    }
}

fn item(line: &Line, clock: &Clock, rendering: &Rendering<'_>) -> Item {
    let about = line.about.as_ref();
    let href = about.map_or_else(String::new, |to| words::href(rendering.base, &to.path()));
    let mut evidence: Vec<Vec<Piece>> =
        line.evidence.iter().take(PHRASES).map(|text| pieces(text, rendering)).collect();
    let and_more = |n: usize| format!("and {n} more");
    if line.evidence.len() > PHRASES {
        let text = and_more(line.evidence.len() - PHRASES);
        evidence.push(vec![Piece { text, href: String::new() }]);
    }
    let mut innocent: Vec<String> = line.innocent.iter().take(PHRASES).cloned().collect();
    if line.innocent.len() > PHRASES {
        innocent.push(and_more(line.innocent.len() - PHRASES));
    }
    let letters = |pieces: &Vec<Piece>| pieces.iter().map(|p| p.text.len()).sum::<usize>();
    let text = pieces(&line.text, rendering);
    let said: usize = evidence.iter().map(letters).sum::<usize>() + letters(&text);
    let long: usize = innocent.iter().chain(&line.act).map(String::len).sum();
    Item {
        is_short: said + long < SHORT,
        at: line.at.map_or_else(String::new, |at| clock.time(at)),
        about: about.map_or_else(String::new, words::id),
        href: outside(href, rendering),
        text,
        evidence,
        innocent,
        act: line.act.clone().unwrap_or_default(),
    }
}

fn numbers(table: &Table, rendering: &Rendering<'_>, most: usize) -> Numbers {
    let columns = table.head.len();
    let is_number = |i: usize| words::is_column_of_numbers(table, i, rendering.sight);
    // A row has as many cells as there are heads, whatever a kept report says.
    let row = |row: &Vec<Text>| {
        (0..columns).map(|i| row.get(i).map_or_else(Vec::new, |c| pieces(c, rendering))).collect()
    };
    let left = table.rows.len().saturating_sub(most);
    let more = match left {
        0 => String::new(),
        n => format!(
            "{} in the other forms of this report: HTML, CSV and JSON.",
            count(n, "more row is", "more rows are")
        ),
    };
    Numbers {
        caption: table.caption.clone(),
        head: table.head.clone(),
        is_number: (0..columns).map(is_number).collect(),
        rows: table.rows.iter().take(most).map(row).collect(),
        note: table.note.clone(),
        more,
    }
}
