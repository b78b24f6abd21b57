//! What a report says, as a page shows it: names and values become text here, through the veil of whoever looks. Not
//! responsible for what it says (`reports::sections`) nor for other forms of it (`reports::render`).
//!
//! Invariant: no value of anybody leaves here but by `Seen::value`, and no link but to a page of ours.

use crate::{
    engine::RingLookup,
    model::{Attribute, Moment},
    reports::{Line, Part, Report, Section, Table, Target, Text},
    web::{text::Piece, urls, veil::Seen},
};

/// A section.
pub struct SectionView {
    /// Its place on the page.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// How many things it found.
    pub n: u32,
    /// What it found, in a sentence.
    pub summary: String,
    /// What happened, most important first.
    pub lines: Vec<LineView>,
    /// Lines left out.
    pub more: u32,
    /// Numbers.
    pub tables: Vec<TableView>,
    /// Drawings.
    pub figures: Vec<FigureView>,
}

impl SectionView {
    /// Whether it says no more than its sentence.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.tables.is_empty() && self.figures.is_empty()
    }
}

/// Something that happened, or has to be done.
pub struct LineView {
    /// When.
    pub at: Option<Moment>,
    /// What happened.
    pub text: Vec<Piece>,
    /// What it is about, where its words do not lead there.
    pub about: Option<Piece>,
    /// Through what.
    pub evidence: Vec<Vec<Piece>>,
    /// What would explain it innocently.
    pub innocent: Vec<String>,
    /// Who has to do what; empty where nobody has to.
    pub act: String,
}

/// A cell of a table.
pub struct Cell {
    /// What it says.
    pub text: Vec<Piece>,
    /// Whether it is a number.
    pub is_number: bool,
}

/// Numbers side by side.
pub struct TableView {
    /// What it shows.
    pub caption: String,
    /// Heads of the columns, and whether numbers are below.
    pub head: Vec<(String, bool)>,
    /// Names and their cells.
    pub rows: Vec<(Vec<Piece>, Vec<Cell>)>,
    /// What has to be known to read it.
    pub note: String,
}

/// A drawing.
pub struct FigureView {
    /// Its place on the page.
    pub id: String,
    /// The SVG; empty when there is nothing to draw.
    pub svg: String,
    /// The sentence below it.
    pub caption: String,
    /// The same in numbers.
    pub table: TableView,
}

/// The sections of a report. O(parts of its texts).
#[must_use]
pub fn sections(seen: &Seen, report: &Report) -> Vec<SectionView> {
    report.sections.iter().map(|one| section(seen, one)).collect()
}

fn section(seen: &Seen, section: &Section) -> SectionView {
    let id = place(&section.id);
    SectionView {
        n: section.n,
        title: section.title.clone(),
        summary: section.summary.clone(),
        lines: section.lines.iter().map(|one| line(seen, one)).collect(),
        more: section.more,
        tables: section.tables.iter().map(|one| table(seen, one)).collect(),
        figures: section
            .figures
            .iter()
            .map(|figure| FigureView {
                id: format!("{id}-{}", place(&figure.id)),
                svg: figure.svg.clone(),
                caption: figure.caption.clone(),
                table: table(seen, &figure.table),
            })
            .collect(),
        id,
    }
}

/// A name among those of a page.
fn place(id: &str) -> String {
    let plain: String = id.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    format!("s-{plain}")
}

fn line(seen: &Seen, line: &Line) -> LineView {
    let text = pieces(seen, &line.text);
    let about = line.about.as_ref().and_then(|about| piece(seen, about)).filter(|about| {
        let leads = |piece: &Piece| piece.href.split(['?', '#']).next() == Some(&*about.href);
        !text.iter().any(leads)
    });
    LineView {
        at: line.at,
        about,
        text,
        evidence: line.evidence.iter().map(|one| pieces(seen, one)).collect(),
        innocent: line.innocent.clone(),
        act: line.act.clone().unwrap_or_default(),
    }
}

/// What something is about, by its name.
fn piece(seen: &Seen, target: &Target) -> Option<Piece> {
    let words = match target {
        Target::Ring(id) => id.to_string(),
        Target::Applicant(id) => id.to_string(),
        Target::Attribute(_) => "the value".to_owned(),
        Target::Case(id) => id.to_string(),
        Target::Page(_) => "where that is".to_owned(),
    };
    leads(seen, target).map(|href| Piece::link(words, href))
}

/// The address of a page of ours, where there still is such a thing: a report outlives what it tells of, and may come from a
/// file that somebody else wrote.
fn leads(seen: &Seen, target: &Target) -> Option<String> {
    let is_there = match target {
        Target::Ring(id) => !matches!(seen.ring(id), RingLookup::Unknown),
        Target::Applicant(id) => seen.network.find(id).is_some(),
        Target::Attribute(id) => seen.network.corpus().find_attribute(id).is_some(),
        Target::Case(_) | Target::Page(_) => true,
    };
    if !is_there {
        return None;
    }
    let path = target.path();
    urls::here(&path).map(str::to_owned)
}

fn pieces(seen: &Seen, text: &Text) -> Vec<Piece> {
    text.parts()
        .iter()
        .map(|part| {
            let words = match part {
                // Names nobody, by what a part is.
                Part::Plain(words) | Part::Link { words, .. } => words.clone(),
                Part::Person { label, .. } => label.clone(),
                Part::Value { kind, full, .. } => {
                    seen.value(&Attribute { kind: *kind, value: full.clone() })
                }
            };
            let href = part.target().as_ref().and_then(|target| leads(seen, target));
            Piece { text: words, href: href.unwrap_or_default() }
        })
        .collect()
}

fn table(seen: &Seen, table: &Table) -> TableView {
    let cell = |text: &Text| {
        let text = pieces(seen, text);
        let is_number = text.iter().all(|p| !p.text.chars().any(char::is_alphabetic))
            && text.iter().any(|p| p.text.chars().any(|c| c.is_ascii_digit()));
        Cell { text, is_number }
    };
    let rows: Vec<(Vec<Piece>, Vec<Cell>)> = table
        .rows
        .iter()
        .filter_map(|row| {
            let (name, cells) = row.split_first()?;
            Some((pieces(seen, name), cells.iter().map(cell).collect()))
        })
        .collect();
    // A column of numbers stands to the right of its place, head and all.
    let is_of_numbers = |at: usize| {
        let cells = || rows.iter().filter_map(|(_, cells)| cells.get(at));
        cells().next().is_some() && cells().all(|cell| cell.is_number || is_blank(&cell.text))
    };
    let head = table
        .head
        .iter()
        .enumerate()
        .map(|(at, head)| (head.clone(), at.checked_sub(1).is_some_and(is_of_numbers)));
    let head: Vec<(String, bool)> = head.collect();
    let rows = rows
        .into_iter()
        .map(|(name, mut cells)| {
            for (cell, (_, of_numbers)) in cells.iter_mut().zip(head.iter().skip(1)) {
                cell.is_number = *of_numbers;
            }
            (name, cells)
        })
        .collect();
    TableView { caption: table.caption.clone(), head, rows, note: table.note.clone() }
}

fn is_blank(text: &[Piece]) -> bool {
    text.iter().all(|p| !p.text.chars().any(char::is_alphanumeric))
}
