//! One section of a report: a sentence, then lines, tables and drawings. Not responsible for what any one section says
//! (`sections`) nor for how it looks (`render`).
//!
//! Invariant: whatever is left out is counted; a drawing shows nothing that its table does not say, and names nobody.

use crate::{
    model::Moment,
    reports::text::{Target, Text},
    svg::chart::Chart,
};
use serde::{Deserialize, Serialize};

/// Something that happened, or has to be done.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Line {
    /// When, where that is one moment.
    pub at: Option<Moment>,
    /// What it is about.
    pub about: Option<Target>,
    /// What happened, in a sentence.
    pub text: Text,
    /// Through what, one phrase each.
    pub evidence: Vec<Text>,
    /// What would explain it innocently, one phrase each.
    pub innocent: Vec<String>,
    /// Who has to do what; none where nobody has to.
    pub act: Option<String>,
}

/// Numbers side by side.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Table {
    /// What it shows.
    pub caption: String,
    /// Heads of the columns; the first is that of the rows' names.
    pub head: Vec<String>,
    /// A name and its cells, as many as there are heads. Cells are numbers unless they have letters.
    pub rows: Vec<Vec<Text>>,
    /// What has to be known to read it: how intervals are made, what is too few to tell.
    pub note: String,
}

/// A drawing with what says the same in words and numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Figure {
    /// Its name among the drawings of a report, `a-z` and `-`.
    pub id: String,
    /// The SVG; empty when there is nothing to draw.
    pub svg: String,
    /// The sentence below it.
    pub caption: String,
    /// What its table says.
    pub table: Table,
}

impl Figure {
    /// A chart under this name.
    #[must_use]
    pub fn of(id: &str, chart: Chart) -> Self {
        let row = |(name, cells): (String, Vec<String>)| {
            std::iter::once(name).chain(cells).map(Text::plain).collect()
        };
        Self {
            id: id.to_owned(),
            svg: chart.svg,
            caption: chart.caption,
            table: Table {
                caption: chart.about,
                head: chart.head.into_iter().map(str::to_owned).collect(),
                rows: chart.rows.into_iter().map(row).collect(),
                note: String::new(),
            },
        }
    }
}

/// A section.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Section {
    /// Its id, as in `SECTIONS`.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// How many things it found: lines that are shown and left out, or what else it counts.
    pub n: u32,
    /// What it found, in a sentence; where it found nothing, that, in a sentence. Names nobody.
    pub summary: String,
    /// What happened, most important first.
    pub lines: Vec<Line>,
    /// Lines left out.
    pub more: u32,
    /// Numbers.
    pub tables: Vec<Table>,
    /// Drawings.
    pub figures: Vec<Figure>,
}

impl Section {
    /// What it says of a section in which nothing happened.
    #[must_use]
    pub fn nothing(summary: &str) -> Self {
        Self { summary: summary.to_owned(), ..Self::default() }
    }

    /// The same with these lines, which are the first of so many: where only those that are shown are made.
    #[must_use]
    pub fn showing(mut self, lines: Vec<Line>, all: usize) -> Self {
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        (self.n, self.more) = (count(all), count(all.saturating_sub(lines.len())));
        self.lines = lines;
        self
    }

    /// The same with these lines, of which it keeps so many at most and counts the others.
    #[must_use]
    pub fn listing(mut self, mut lines: Vec<Line>, most: usize) -> Self {
        let all = lines.len();
        lines.truncate(most);
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        (self.n, self.more) = (count(all), count(all - lines.len()));
        self.lines = lines;
        self
    }
}
