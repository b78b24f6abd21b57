//! What makes a whole file or a mapping unusable. Not responsible for single rows (`problem`).
//!
//! Invariant: every message names the place, the value and the way out.

use std::{fmt::Write as _, io};

/// Why a file could not be imported at all.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// The file cannot be opened.
    #[error("cannot open \"{name}\": {source}; check the path and its permissions")]
    Open {
        /// File as given.
        name: String,
        /// What the system said.
        source: io::Error,
    },
    /// The beginning of the file cannot be read.
    #[error("cannot read \"{name}\": {source}; check that the file is complete")]
    Read {
        /// File as given.
        name: String,
        /// What the system or the decompressor said.
        source: io::Error,
    },
    /// Nothing in it.
    #[error("\"{name}\" is empty; export it again")]
    Empty {
        /// File as given.
        name: String,
    },
    /// Not a text.
    #[error("\"{name}\" looks like {looks_like}, not like CSV or JSON Lines; {way_out}")]
    NotText {
        /// File as given.
        name: String,
        /// What it seems to be.
        looks_like: &'static str,
        /// What to do.
        way_out: &'static str,
    },
    /// The header line cannot be used.
    #[error("the header of \"{name}\" {problem}; the first line must name the columns")]
    Header {
        /// File as given.
        name: String,
        /// What is wrong with it.
        problem: String,
    },
    /// More columns than an export has.
    #[error(
        "\"{name}\" has {columns} columns, the limit is {limit}; check the delimiter or export fewer columns"
    )]
    TooManyColumns {
        /// File as given.
        name: String,
        /// Columns found.
        columns: usize,
        /// Columns allowed.
        limit: usize,
    },
    /// No column means anything to Ringer.
    #[error(
        "\"{name}\" has no column that Ringer knows (found: {found}); rename them to application_id, full_name, email, phone and so on, or give a mapping file"
    )]
    NoKnownColumn {
        /// File as given.
        name: String,
        /// The first columns found, quoted.
        found: String,
    },
    /// No column says whose application it is.
    #[error(
        "\"{name}\" has no column for a name, an email or a phone (found: {found}); map one of its columns to full_name, email or phone in a mapping file"
    )]
    NoPerson {
        /// File as given.
        name: String,
        /// The first columns found, quoted.
        found: String,
    },
    /// No application ids, and the mapping forbids deriving them.
    #[error(
        "\"{name}\" has no column for application_id; map one of its columns to it, or set derive_id = true in the mapping file"
    )]
    NoId {
        /// File as given.
        name: String,
    },
    /// Protected fields, refused by name.
    #[error("\"{name}\" holds protected fields that Ringer refuses to read: {}; remove these columns, or list them in a mapping file as drop = [{}], so that they are discarded unread{}",
        named(columns, traits), quoted(columns), preset_hint(*preset))]
    Protected {
        /// File as given.
        name: String,
        /// The columns, as the file spells them.
        columns: Vec<String>,
        /// The trait that each of `columns` names.
        traits: Vec<&'static str>,
        /// A preset that fits the file and drops all of them.
        preset: Option<&'static str>,
    },
    /// The mapping is not TOML, or a value has the wrong type.
    #[error("the mapping is not valid: {0}")]
    MappingSyntax(String),
    /// A key of the mapping that means nothing.
    #[error("the mapping has an unknown key \"{key}\"{}; the keys are {known}", did_you_mean(suggestion.as_deref()))]
    MappingKey {
        /// The key.
        key: String,
        /// The known key most like it.
        suggestion: Option<String>,
        /// All keys.
        known: &'static str,
    },
    /// A column of the mapping that Ringer does not have.
    #[error("the mapping, {place}: \"{column}\" is not a column of Ringer{}", did_you_mean(suggestion.as_deref()))]
    MappingColumn {
        /// Where in the mapping.
        place: String,
        /// The name.
        column: String,
        /// What was probably meant.
        suggestion: Option<String>,
    },
    /// The mapping contradicts itself or says nothing.
    #[error("the mapping, {place}: {problem}")]
    MappingValue {
        /// Where in the mapping.
        place: String,
        /// What is wrong, and what to write.
        problem: String,
    },
    /// No preset of that name.
    #[error("\"{name}\" is not a preset{}; the presets are {known}", did_you_mean(suggestion.as_deref()))]
    UnknownPreset {
        /// The name.
        name: String,
        /// The preset most like it.
        suggestion: Option<String>,
        /// All presets.
        known: String,
    },
    /// The file of rejects cannot be written.
    #[error(
        "cannot write rejected rows to \"{path}\": {source}; make the folder writable or free some space"
    )]
    Rejects {
        /// The file of rejects.
        path: String,
        /// What the system said.
        source: io::Error,
    },
}

fn named(columns: &[String], traits: &[&str]) -> String {
    let mut text = String::new();
    for (i, (column, named)) in columns.iter().zip(traits).enumerate() {
        let comma = if i == 0 { "" } else { ", " };
        let _ = write!(text, "{comma}\"{}\" ({named})", shorten(column, 80));
    }
    text
}

/// `"a", "b"`, at most 20 of them, each at most 80 characters.
pub(super) fn quoted<S: AsRef<str>>(names: &[S]) -> String {
    let mut text = String::new();
    for (i, name) in names.iter().take(20).enumerate() {
        let comma = if i == 0 { "" } else { ", " };
        let _ = write!(text, "{comma}{:?}", shorten(name.as_ref(), 80));
    }
    if names.len() > 20 {
        let _ = write!(text, ", and {} more", names.len() - 20);
    }
    text
}

fn preset_hint(preset: Option<&str>) -> String {
    preset
        .map_or_else(String::new, |p| format!(" (a mapping file with preset = \"{p}\" does that)"))
}

fn did_you_mean(suggestion: Option<&str>) -> String {
    suggestion.map_or_else(String::new, |s| format!(" (did you mean \"{s}\"?)"))
}

/// The first `limit` characters, with an ellipsis when there were more.
pub(super) fn shorten(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// The candidate most like `name`, when one is near enough to be a slip of the pen.
pub(super) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    let name: String = name.chars().take(80).flat_map(char::to_lowercase).collect();
    known
        .map(|k| (strsim::jaro_winkler(&name, k), k))
        // 0.8: keeps "colums" and "emial", leaves out words that merely begin alike.
        .filter(|(likeness, _)| *likeness >= 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))
        .map(|(_, k)| k.to_owned())
}
