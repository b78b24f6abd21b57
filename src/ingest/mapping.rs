//! What the columns of a foreign export mean. Not responsible for the export's format or for a particular
//! file's header (`plan`).
//!
//! A mapping file is TOML:
//!
//! ```toml
//! preset = "greenhouse"          # start from a preset; what follows overrides it
//! separator = " "                # between joined columns
//! allow_unnamed = true           # accept rows without name, email and phone (they need an id)
//! derive_id = true               # derive an application id where the file gives none
//! drop = ["Gender", "EEOC *"]    # discarded unread; a trailing * stands for any ending
//! drop_protected = true          # the same for every column that names a protected trait
//!
//! [columns]
//! "Candidate e-mail" = "email"                   # foreign column = column of Ringer
//! full_name = ["First name", "Last name"]        # column of Ringer = foreign columns, joined
//! street = { join = ["No", "Street"], separator = " " }
//!
//! [constants]
//! country = "AU"                 # for rows that say nothing else
//! ```
//!
//! Header names are compared as `model::column::fold` does: letter case, blanks and punctuation do not matter.
//! Columns the mapping does not name are still recognised by their Ringer name.
//!
//! Invariant: a header has one meaning, and a protected one can only be dropped.

use crate::ingest::{
    IngestError, Preset,
    error::{nearest, shorten},
};
use crate::model::{
    Column,
    column::{fold, protected_trait},
};
use std::{collections::BTreeMap, sync::LazyLock};
use toml::{Table, Value};

/// Whether application ids may be derived from the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DeriveId {
    /// Only in a file that has no column for them.
    #[default]
    WithoutColumn,
    /// Also where the column is there but the cell is empty.
    WhereMissing,
    /// Never.
    Never,
}

/// What a header means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// A column of Ringer.
    Column(Column),
    /// The nth of several that are joined into one.
    Part(Column, usize),
    /// Unknown: kept under its own name.
    Extra,
    /// Discarded unread.
    Drop,
    /// Refused; the trait it names.
    Protected(&'static str),
}

/// What foreign columns mean.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mapping {
    pub(super) preset: Option<String>,
    pub(super) separators: BTreeMap<Column, String>,
    pub(super) constants: BTreeMap<Column, String>,
    pub(super) derive_id: DeriveId,
    pub(super) allow_unnamed: bool,
    /// Headers the mapping itself (not its preset) names, as written, under their keys.
    pub(super) named: BTreeMap<String, String>,
    /// What a person chose for single columns, under their keys; nothing else of the mapping counts for them.
    pub(super) chosen: BTreeMap<String, Target>,
    /// Whether protected columns are refused even where the mapping would drop them.
    pub(super) refuse_protected: bool,
    pub(super) drop_protected: bool,
    targets: BTreeMap<String, Target>,
    drop: Vec<String>,
}

/// The columns under the keys of their names.
static NAMES: LazyLock<BTreeMap<String, Column>> =
    LazyLock::new(|| Column::ALL.iter().map(|c| (key(c.name()), *c)).collect());

const KEYS: &str =
    "allow_unnamed, columns, constants, derive_id, drop, drop_protected, preset, separator";

/// A header in the form in which spellings are compared.
pub(super) fn key(header: &str) -> String {
    let folded = fold(header);
    if folded.is_empty() { header.trim().to_owned() } else { folded }
}

impl Mapping {
    /// The mapping that a TOML text describes; see the module's documentation for its form.
    ///
    /// # Errors
    /// Invalid TOML; unknown keys, columns and presets, each with what was probably meant; contradictions.
    pub fn from_toml(text: &str) -> Result<Self, IngestError> {
        let table: Table =
            toml::from_str(text).map_err(|e| IngestError::MappingSyntax(e.to_string()))?;
        let mut mapping = match table.get("preset") {
            None => Self::default(),
            Some(name) => Self::preset(text_of("preset", name)?)?,
        };
        let separator = match table.get("separator") {
            None => " ",
            Some(value) => text_of("separator", value)?,
        };
        for (name, value) in &table {
            match name.as_str() {
                "preset" | "separator" => {}
                "columns" => mapping.add_columns(table_of("[columns]", value)?, separator)?,
                "constants" => mapping.add_constants(table_of("[constants]", value)?)?,
                "drop" => {
                    for header in texts_of("drop", value)? {
                        mapping.add_drop(header)?;
                    }
                }
                "allow_unnamed" => mapping.allow_unnamed = bool_of("allow_unnamed", value)?,
                "drop_protected" => mapping.drop_protected = bool_of("drop_protected", value)?,
                "derive_id" => {
                    let derive = bool_of("derive_id", value)?;
                    mapping.derive_id =
                        if derive { DeriveId::WhereMissing } else { DeriveId::Never };
                }
                _ => {
                    return Err(IngestError::MappingKey {
                        key: shorten(name, 80),
                        suggestion: nearest(name, KEYS.split(", ")),
                        known: KEYS,
                    });
                }
            }
        }
        Ok(mapping)
    }

    /// The mapping of a preset; the names are in [`PRESETS`](crate::ingest::PRESETS).
    ///
    /// # Errors
    /// No preset has that name.
    pub fn preset(name: &str) -> Result<Self, IngestError> {
        let preset = Preset::find(name)?;
        let mut mapping = Self::from_toml(preset.toml)?;
        mapping.preset = Some(preset.name.to_owned());
        mapping.named.clear();
        Ok(mapping)
    }

    /// What `header` means.
    pub(super) fn target(&self, header: &str) -> Target {
        let key = key(header);
        if let Some(chosen) = self.chosen.get(&key) {
            return *chosen;
        }
        if self.refuse_protected
            && let Some(named) = protected_trait(header)
        {
            return Target::Protected(named);
        }
        let dropped = self.drop.iter().any(|pattern| match pattern.strip_suffix('*') {
            Some(start) => key.starts_with(start),
            None => key == *pattern,
        });
        if dropped {
            return Target::Drop;
        }
        if let Some(named) = protected_trait(header) {
            return if self.drop_protected { Target::Drop } else { Target::Protected(named) };
        }
        match self.targets.get(&key) {
            Some(target) => *target,
            None => NAMES.get(&key).map_or(Target::Extra, |c| Target::Column(*c)),
        }
    }

    /// What the mapping itself says of a header or of a path into nested JSON.
    pub(super) fn explicit(&self, header: &str) -> Option<Target> {
        let key = key(header);
        self.chosen.get(&key).or_else(|| self.targets.get(&key)).copied()
    }

    fn add_columns(&mut self, columns: &Table, separator: &str) -> Result<(), IngestError> {
        for (name, value) in columns {
            let place = format!("[columns] {:?}", shorten(name, 80));
            match value {
                Value::String(column) => {
                    let target =
                        column_named(&place, column).map_err(|e| {
                            match Column::from_name(name) {
                                Some(_) => value_error(
                                    &place,
                                    &format!(
                                        "write the file's column first: {column:?} = {name:?}"
                                    ),
                                ),
                                None => e,
                            }
                        })?;
                    self.add_header(&place, name, Target::Column(target))?;
                }
                Value::Array(_) => self.add_join(&place, name, value, separator)?,
                Value::Table(join) => {
                    let parts = join.get("join").ok_or_else(|| {
                        value_error(&place, "write { join = [\"A\", \"B\"], separator = \" \" }")
                    })?;
                    if let Some(key) =
                        join.keys().find(|k| !matches!(k.as_str(), "join" | "separator"))
                    {
                        return Err(IngestError::MappingKey {
                            key: shorten(key, 80),
                            suggestion: nearest(key, ["join", "separator"].into_iter()),
                            known: "join, separator",
                        });
                    }
                    let own = match join.get("separator") {
                        None => separator,
                        Some(value) => text_of(&place, value)?,
                    };
                    self.add_join(&place, name, parts, own)?;
                }
                _ => {
                    return Err(value_error(
                        &place,
                        "write a column's name, or a list of the file's columns",
                    ));
                }
            }
        }
        Ok(())
    }

    fn add_join(
        &mut self,
        place: &str,
        name: &str,
        parts: &Value,
        separator: &str,
    ) -> Result<(), IngestError> {
        let column = column_named(place, name)?;
        let parts = texts_of(place, parts)?;
        if parts.is_empty() {
            return Err(value_error(
                place,
                "the list is empty; name at least one column of the file",
            ));
        }
        // A mapping's own join replaces its preset's.
        self.targets.retain(|_, t| !matches!(t, Target::Part(c, _) if *c == column));
        for (i, part) in parts.into_iter().enumerate() {
            self.add_header(place, part, Target::Part(column, i))?;
        }
        self.separators.insert(column, separator.to_owned());
        Ok(())
    }

    fn add_header(&mut self, place: &str, header: &str, target: Target) -> Result<(), IngestError> {
        if let Some(named) = protected_trait(header) {
            let problem = format!(
                "{:?} is a protected field ({named}) and cannot be mapped; list it under drop",
                shorten(header, 80)
            );
            return Err(value_error(place, &problem));
        }
        let key = key(header);
        let before = self.named.insert(key.clone(), header.to_owned());
        if before.is_some() && self.targets.get(&key) != Some(&target) {
            let problem = format!("{:?} is named twice; give it one meaning", shorten(header, 80));
            return Err(value_error(place, &problem));
        }
        self.targets.insert(key, target);
        Ok(())
    }

    fn add_drop(&mut self, header: &str) -> Result<(), IngestError> {
        let (start, star) = match header.trim().strip_suffix('*') {
            Some(start) => (start, "*"),
            None => (header, ""),
        };
        let key = key(start);
        if key.is_empty() {
            return Err(value_error(
                "drop",
                "\"*\" alone would drop every column; name the columns",
            ));
        }
        self.drop.push(format!("{key}{star}"));
        Ok(())
    }

    fn add_constants(&mut self, constants: &Table) -> Result<(), IngestError> {
        for (name, value) in constants {
            let place = format!("[constants] {:?}", shorten(name, 80));
            let column = column_named(&place, name)?;
            if column == Column::ApplicationId {
                return Err(value_error(
                    &place,
                    "one id for all rows would make them one application",
                ));
            }
            let value = match value {
                Value::String(text) => text.clone(),
                Value::Integer(n) => n.to_string(),
                _ => return Err(value_error(&place, "write a text in quotes")),
            };
            self.constants.insert(column, value);
        }
        Ok(())
    }
}

pub(super) fn value_error(place: &str, problem: &str) -> IngestError {
    IngestError::MappingValue { place: place.to_owned(), problem: problem.to_owned() }
}

fn column_named(place: &str, name: &str) -> Result<Column, IngestError> {
    Column::from_name(name).ok_or_else(|| IngestError::MappingColumn {
        place: place.to_owned(),
        column: shorten(name, 80),
        suggestion: nearest(name, Column::ALL.iter().map(|c| c.name())),
    })
}

fn text_of<'a>(place: &str, value: &'a Value) -> Result<&'a str, IngestError> {
    value.as_str().ok_or_else(|| value_error(place, "write a text in quotes"))
}

fn bool_of(place: &str, value: &Value) -> Result<bool, IngestError> {
    value.as_bool().ok_or_else(|| value_error(place, "write true or false"))
}

fn table_of<'a>(place: &str, value: &'a Value) -> Result<&'a Table, IngestError> {
    value.as_table().ok_or_else(|| value_error(place, "write it as a table of its own"))
}

fn texts_of<'a>(place: &str, value: &'a Value) -> Result<Vec<&'a str>, IngestError> {
    let list = value
        .as_array()
        .ok_or_else(|| value_error(place, "write a list of texts: [\"A\", \"B\"]"))?;
    list.iter().map(|item| text_of(place, item)).collect()
}
