//! A report as one HTML page that stands alone: its styles, its drawings and its tables are in it, nothing is asked for from
//! outside, nothing runs. Not responsible for pages of the web UI.
//!
//! Invariant: every outside text is escaped; a drawing is followed by the table that says the same.

use crate::reports::{
    Figure, Line, Report, ReportError, Section, Table,
    render::{
        Rendering, drawing,
        words::{self, Clock, Piece},
    },
};
use askama::Template;

/// Colors, sizes and drawings as in the web UI, then what is particular to the page.
const STYLES: &[&str] = &[
    include_str!("../../../static/css/tokens.css"),
    include_str!("../../../static/css/graph.css"),
    include_str!("../../../static/css/charts.css"),
    include_str!("../../../templates/reports/report.css"),
];

/// A cell, and whether it is a number.
struct Cell {
    pieces: Vec<Piece>,
    is_number: bool,
}

/// The head of a column, and whether it is one of numbers.
struct Head<'a> {
    text: &'a str,
    is_number: bool,
}

struct Numbers<'a> {
    caption: &'a str,
    head: Vec<Head<'a>>,
    rows: Vec<Vec<Cell>>,
    note: &'a str,
}

struct Drawn<'a> {
    svg: &'a str,
    caption: &'a str,
    table: Numbers<'a>,
}

struct Item<'a> {
    at: String,
    about: String,
    href: String,
    text: Vec<Piece>,
    evidence: Vec<Vec<Piece>>,
    innocent: &'a [String],
    act: &'a str,
}

struct Part<'a> {
    section: &'a Section,
    lines: Vec<Item<'a>>,
    tables: Vec<Numbers<'a>>,
    figures: Vec<Drawn<'a>>,
}

#[derive(Template)]
#[template(path = "reports/report.html")]
struct Page<'a> {
    report: &'a Report,
    title: String,
    day: String,
    facts: Vec<[String; 2]>,
    page: String,
    style: String,
    parts: Vec<Part<'a>>,
}

/// The page. O(size of the report).
///
/// # Errors
/// When the template fails, which is a defect of the program.
pub(super) fn render(report: &Report, rendering: &Rendering<'_>) -> Result<Vec<u8>, ReportError> {
    let clock = Clock::of(report);
    let page = Page {
        report,
        title: format!("Report {}", report.heading.schedule),
        day: clock.long_day(report.heading.until.at),
        facts: words::facts(report, &clock, rendering),
        page: words::page(report, rendering),
        style: format!("<style>\n{}\n</style>", STYLES.join("\n")),
        parts: report.sections.iter().map(|section| part(section, &clock, rendering)).collect(),
    };
    let html =
        page.render().map_err(|e| ReportError::Form { form: "HTML", what: e.to_string() })?;
    Ok(html.into_bytes())
}

fn part<'a>(section: &'a Section, clock: &Clock, rendering: &Rendering<'_>) -> Part<'a> {
    Part {
        section,
        lines: section.lines.iter().map(|line| item(line, clock, rendering)).collect(),
        tables: section.tables.iter().map(|table| numbers(table, rendering)).collect(),
        figures: section.figures.iter().map(|figure| drawn(figure, rendering)).collect(),
    }
}

fn item<'a>(line: &'a Line, clock: &Clock, rendering: &Rendering<'_>) -> Item<'a> {
    Item {
        at: line.at.map_or_else(String::new, |at| clock.time(at)),
        about: line.about.as_ref().map_or_else(String::new, words::id),
        href: line
            .about
            .as_ref()
            .map_or_else(String::new, |to| words::href(rendering.base, &to.path())),
        text: words::pieces(&line.text, rendering),
        evidence: line.evidence.iter().map(|text| words::pieces(text, rendering)).collect(),
        innocent: &line.innocent,
        act: line.act.as_deref().unwrap_or_default(),
    }
}

fn numbers<'a>(table: &'a Table, rendering: &Rendering<'_>) -> Numbers<'a> {
    let cell = |text: &crate::reports::Text| Cell {
        is_number: words::is_number(&text.said(rendering.sight)),
        pieces: words::pieces(text, rendering),
    };
    Numbers {
        caption: &table.caption,
        head: table
            .head
            .iter()
            .enumerate()
            .map(|(i, text)| Head {
                text,
                is_number: words::is_column_of_numbers(table, i, rendering.sight),
            })
            .collect(),
        rows: table.rows.iter().map(|row| row.iter().map(cell).collect()).collect(),
        note: &table.note,
    }
}

fn drawn<'a>(figure: &'a Figure, rendering: &Rendering<'_>) -> Drawn<'a> {
    Drawn {
        svg: drawing::harmless(&figure.svg),
        caption: &figure.caption,
        table: numbers(&figure.table, rendering),
    }
}
