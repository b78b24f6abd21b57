//! What an uploaded file is, what its columns become and how its first rows are read, as the page shows it. Not
//! responsible for understanding the file (`choices`).
//!
//! Invariant: sealed values, and values of columns whose names sound like them, are masked.

use crate::{
    explain::words::{bytes, count, grouped, shortened},
    ingest::{Choice, Fate, PRESETS, Survey, Surveyed},
    model::{Application, Column, column},
    web::{
        WebError,
        choices::{Base, Preview, Refusal, Understood},
        labels,
        uploads::{Upload, lock},
    },
};
use std::collections::BTreeSet;

/// Columns with a field of their own on the page; of more the guess holds.
const SHOWN: usize = 200;

/// Longest value in the table of rows, in characters.
const CELL: usize = 48;

/// Longest column name shown, in characters.
const HEADER: usize = 80;

/// What the page shows of a file that is not imported yet.
pub struct Table {
    pub verdict: String,
    pub way_out: String,
    pub facts: Vec<(&'static str, String)>,
    pub presets: Vec<(&'static str, String, bool)>,
    pub asks_protected: bool,
    pub protected: String,
    pub drop_protected: bool,
    pub columns: Vec<ColumnRow>,
    pub more: usize,
    pub meanings: Vec<(&'static str, &'static str)>,
    pub preview: Option<Grid>,
}

/// A column of the file.
pub struct ColumnRow {
    pub place: usize,
    pub header: String,
    pub times: usize,
    pub sample: String,
    pub guess: String,
    pub chosen: &'static str,
    pub tag: &'static str,
    pub tag_class: &'static str,
    pub fixed: String,
}

/// The first rows as they would be read.
pub struct Grid {
    pub heads: Vec<&'static str>,
    pub rows: Vec<GridRow>,
    pub taken: usize,
}

/// One of them.
pub struct GridRow {
    pub n: String,
    pub cells: Vec<String>,
    pub problem: String,
}

impl ColumnRow {
    /// Whether this is what somebody chose.
    pub fn is(&self, meaning: &str) -> bool {
        self.chosen == meaning
    }
}

impl GridRow {
    /// Whether it would be rejected.
    pub fn is_rejected(&self) -> bool {
        !self.problem.is_empty()
    }
}

impl Table {
    /// What is to be shown of a file under what was chosen for it.
    pub fn of(upload: &Upload) -> Result<Self, WebError> {
        let choices = lock(&upload.choices).clone();
        let understood = Understood::under(upload, &choices)?;
        let (survey, guessed) = (&understood.survey, &understood.guessed);
        let preview = understood.preview(upload);
        let (verdict, way_out) = said(&upload.name, survey, &preview);
        let protected: Vec<String> = survey
            .protected()
            .map(|column| match column.fate {
                Fate::Protected(named) => {
                    format!("{} ({named})", shortened(&column.header, HEADER))
                }
                _ => String::new(),
            })
            .collect();
        let masked = masked(survey);
        Ok(Self {
            verdict,
            way_out,
            facts: facts(upload, survey),
            presets: presets(guessed, choices.base),
            asks_protected: !protected.is_empty() || choices.drop_protected,
            protected: protected.join(", "),
            drop_protected: choices.drop_protected,
            columns: survey
                .columns
                .iter()
                .zip(&guessed.columns)
                .take(SHOWN)
                .enumerate()
                .map(|(place, (column, guess))| {
                    row(place, column, guess, choices.columns.get(&column.header).copied())
                })
                .collect(),
            more: survey.columns.len().saturating_sub(SHOWN),
            meanings: Column::ALL.iter().map(|c| (c.name(), c.about())).collect(),
            preview: preview.ok().map(|preview| grid(&preview, &masked)),
        })
    }
}

/// The sentence about a file, and what to do where it cannot be taken.
fn said(name: &str, survey: &Survey, preview: &Result<Preview, Refusal>) -> (String, String) {
    match preview {
        Err(Refusal::Protected) => {
            let n = survey.protected().count();
            (
                format!(
                    "{name} has {}, and Ringer refuses to read {}.",
                    count(n, "protected column", "protected columns"),
                    if n == 1 { "it" } else { "them" }
                ),
                "Say below that they are to be left out, or export the file without them."
                    .to_owned(),
            )
        }
        Err(Refusal::NoPerson) => (
            format!("No column of {name} says whose application it is."),
            "Say below which column is the full_name, the email or the phone.".to_owned(),
        ),
        Err(Refusal::Other(why)) => {
            (format!("{name} cannot be read this way: {why}."), String::new())
        }
        Ok(preview) => {
            let known = |c: &&Surveyed| matches!(c.fate, Fate::Column(_) | Fate::Part(_));
            let known = survey.columns.iter().filter(known).count();
            let (good, all) = (preview.rows.len(), preview.rows.len() + preview.problems.len());
            let columns = format!(
                "{} of {} mean something to Ringer",
                grouped(known),
                count(survey.columns.len(), "column", "columns")
            );
            let rows = match (good, all) {
                (_, 0) => "there are no rows below them".to_owned(),
                (good, all) if good == all && all == 1 => "its first row can be taken".to_owned(),
                (good, all) if good == all => format!("its first {all} rows can be taken"),
                (good, all) => format!("of its first {all} rows {good} can be taken"),
            };
            (format!("{columns}; {rows}."), String::new())
        }
    }
}

fn facts(upload: &Upload, survey: &Survey) -> Vec<(&'static str, String)> {
    let format = match (survey.format, survey.delimiter) {
        ("csv", Some(',')) => "CSV, comma".to_owned(),
        ("csv", Some(';')) => "CSV, semicolon".to_owned(),
        ("csv", Some('\t')) => "CSV, tab".to_owned(),
        ("csv", Some('|')) => "CSV, bar".to_owned(),
        ("jsonl", _) => "JSON Lines".to_owned(),
        ("json", _) => "JSON".to_owned(),
        (other, _) => other.to_owned(),
    };
    let size = bytes(upload.size);
    vec![
        ("format", format),
        ("encoding", survey.charset.to_string()),
        ("size", if survey.gzip { format!("{size}, gzip") } else { size }),
        ("columns", grouped(survey.columns.iter().map(|c| c.times).sum::<usize>())),
    ]
}

fn presets(guessed: &Survey, base: Base) -> Vec<(&'static str, String, bool)> {
    let recognised = match (&guessed.preset, guessed.preset_detected) {
        (Some(preset), true) => format!("recognized by the header: {preset}"),
        _ => "recognize by the header".to_owned(),
    };
    let mut all = vec![
        ("", recognised, base == Base::Recognised),
        ("none", "none: Ringer's own names".to_owned(), base == Base::Plain),
    ];
    all.extend(PRESETS.iter().map(|p| (p.name, p.about.to_owned(), base == Base::Preset(p.name))));
    all
}

/// The columns of Ringer that are not to be shown: the sealed ones, and those that a column is put into whose name
/// sounds like one.
fn masked(survey: &Survey) -> BTreeSet<Column> {
    let all = survey.columns.iter().filter(|c| column::sounds_sealed(&c.header));
    let into = all.filter_map(|c| match c.fate {
        Fate::Column(column) | Fate::Part(column) => Some(column),
        _ => None,
    });
    into.chain(Column::ALL.iter().copied().filter(|c| c.is_sealed())).collect()
}

fn row(place: usize, column: &Surveyed, guess: &Surveyed, choice: Option<Choice>) -> ColumnRow {
    let sealed = match column.fate {
        Fate::Column(c) | Fate::Part(c) => c.is_sealed(),
        _ => false,
    };
    let sample = if (sealed || column::sounds_sealed(&column.header)) && !column.samples.is_empty()
    {
        labels::SEALED.to_owned()
    } else {
        column.samples.join(" · ")
    };
    let (tag, tag_class) = match column.fate {
        Fate::Column(_) | Fate::Part(_) => ("understood", "same"),
        Fate::Extra => ("kept", ""),
        Fate::Dropped => ("left out", ""),
        Fate::Protected(_) => ("refused", "against"),
    };
    let fixed = match (column.fate, crate::model::column::protected_trait(&column.header)) {
        (Fate::Protected(named), _) => format!("protected ({named}): refused"),
        (Fate::Dropped, Some(named)) => format!("protected ({named}): left out, unread"),
        _ => String::new(),
    };
    ColumnRow {
        place,
        header: match column.header.trim() {
            "" => "(no name)".to_owned(),
            name => shortened(name, HEADER),
        },
        times: column.times,
        sample,
        guess: match guess.fate {
            Fate::Column(c) => c.name().to_owned(),
            Fate::Part(c) => format!("{}, joined", c.name()),
            Fate::Extra => "keep as an extra field".to_owned(),
            Fate::Dropped => "leave out".to_owned(),
            Fate::Protected(named) => format!("refused ({named})"),
        },
        chosen: match choice {
            None => "",
            Some(Choice::Column(c)) => c.name(),
            Some(Choice::Extra) => "extra",
            Some(Choice::Drop) => "drop",
        },
        tag,
        tag_class,
        fixed,
    }
}

fn grid(preview: &Preview, masked: &BTreeSet<Column>) -> Grid {
    let used = |c: &Column| {
        *c != Column::ApplicationId && preview.rows.iter().any(|a| a.get(*c).is_some())
    };
    let columns: Vec<Column> = Column::ALL.iter().copied().filter(used).collect();
    let cell = |application: &Application, column: Column| match application.get(column) {
        None => String::new(),
        Some(_) if masked.contains(&column) => labels::SEALED.to_owned(),
        Some(value) => shortened(value.trim(), CELL),
    };
    let mut rows: Vec<(u64, GridRow)> = Vec::new();
    for application in &preview.rows {
        let id = shortened(application.id.as_str(), CELL);
        let mut cells = vec![id];
        cells.extend(columns.iter().map(|&column| cell(application, column)));
        let n = application.source.row;
        rows.push((n, GridRow { n: grouped(n), cells, problem: String::new() }));
    }
    for problem in &preview.problems {
        let (n, reason) = (problem.row, problem.reason.clone());
        rows.push((n, GridRow { n: grouped(n), cells: Vec::new(), problem: reason }));
    }
    rows.sort_by_key(|(n, _)| *n);
    let mut heads = vec![Column::ApplicationId.name()];
    heads.extend(columns.iter().map(|c| c.name()));
    Grid { heads, rows: rows.into_iter().map(|(_, row)| row).collect(), taken: preview.rows.len() }
}
