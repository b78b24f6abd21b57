//! What each column of one particular file becomes. Not responsible for reading cells.
//!
//! Invariant: no column is lost: each becomes a column of Ringer, an extra field, or is named as dropped.

use crate::ingest::{
    IngestError, MappedColumn, Mapping, Report,
    error::quoted,
    mapping::{Target, key},
    preset,
};
use crate::model::Column;
use std::collections::{BTreeMap, BTreeSet};

/// Where one column of Ringer comes from.
#[derive(Debug, Clone)]
pub(super) struct Slot {
    /// The column.
    pub(super) column: Column,
    /// Cells that say it; the first that is not empty is taken.
    pub(super) direct: Vec<usize>,
    /// Cells that are joined when none of `direct` says anything.
    pub(super) parts: Vec<usize>,
    /// What stands between them.
    pub(super) separator: String,
}

/// What the cells of a row become.
#[derive(Debug, Clone, Default)]
pub(super) struct Plan {
    /// Sorted by column.
    pub(super) slots: Vec<Slot>,
    /// Cells kept as extra fields, with unique names.
    pub(super) extra: Vec<(usize, String)>,
    /// Cells discarded unread.
    pub(super) dropped: Vec<usize>,
    /// A name for every cell.
    pub(super) names: Vec<String>,
    /// What to tell about it.
    pub(super) report: Report,
}

/// The mapping to read `headers` with: the one given, or the preset that fits, or none.
pub(super) fn choose_mapping(given: Option<&Mapping>, headers: &[String]) -> (Mapping, bool) {
    match given {
        Some(mapping) => (mapping.clone(), false),
        None => match preset::recognise(headers) {
            Some(mapping) => (mapping, true),
            None => (Mapping::default(), false),
        },
    }
}

/// Refuses `headers` that name protected fields.
///
/// A preset that was only recognised does not drop them on its own: discarding such data is a decision,
/// and a decision is written down.
pub(super) fn refuse_protected<'a>(
    name: &str,
    headers: impl Iterator<Item = &'a str>,
    mapping: &Mapping,
    detected: bool,
) -> Result<(), IngestError> {
    let own = Mapping::default();
    let judge = if detected { &own } else { mapping };
    let mut columns = Vec::new();
    let mut traits = Vec::new();
    for header in headers {
        if let Target::Protected(named) = judge.target(header)
            && !columns.iter().any(|c| c == header)
        {
            columns.push(header.to_owned());
            traits.push(named);
        }
    }
    if columns.is_empty() {
        return Ok(());
    }
    let all_dropped = columns.iter().all(|c| mapping.target(c) == Target::Drop);
    let preset = mapping.preset.as_deref().filter(|_| detected && all_dropped);
    let preset = preset.and_then(|p| preset::Preset::find(p).ok()).map(|p| p.name);
    Err(IngestError::Protected { name: name.to_owned(), columns, traits, preset })
}

impl Plan {
    /// The plan for a header.
    ///
    /// # Errors
    /// Protected columns; no column that Ringer knows; none that says whose application it is.
    pub(super) fn new(
        name: &str,
        headers: &[String],
        mapping: &Mapping,
        detected: bool,
    ) -> Result<Self, IngestError> {
        refuse_protected(name, headers.iter().map(String::as_str), mapping, detected)?;
        let mut slots: BTreeMap<Column, (Vec<usize>, BTreeMap<usize, usize>)> = BTreeMap::new();
        let mut plan = Self::default();
        let mut taken = BTreeSet::new();
        for (i, header) in headers.iter().enumerate() {
            let trimmed = header.trim();
            let shown =
                if trimmed.is_empty() { format!("column {}", i + 1) } else { trimmed.to_owned() };
            let mapped = |column| MappedColumn { header: shown.clone(), column };
            match mapping.target(header) {
                Target::Column(column) => {
                    slots.entry(column).or_default().0.push(i);
                    plan.report.mapped.push(mapped(column));
                }
                Target::Part(column, nth) => {
                    // A header that repeats a part is only an alternative spelling of it.
                    slots.entry(column).or_default().1.entry(nth).or_insert(i);
                    plan.report.mapped.push(mapped(column));
                }
                Target::Drop | Target::Protected(_) => {
                    plan.dropped.push(i);
                    plan.report.dropped.push(shown.clone());
                }
                Target::Extra => {
                    plan.extra.push((i, String::new()));
                }
            }
            // The second "Notes" becomes "Notes (2)".
            let mut unique = shown.clone();
            let mut n = 1;
            while !taken.insert(unique.clone()) {
                n += 1;
                unique = format!("{shown} ({n})");
            }
            plan.names.push(unique);
        }
        for (i, extra) in &mut plan.extra {
            extra.clone_from(plan.names.get(*i).unwrap_or(&String::new()));
            plan.report.extra.push(extra.clone());
        }
        plan.slots = slots
            .into_iter()
            .map(|(column, (direct, parts))| Slot {
                column,
                direct,
                parts: parts.into_values().collect(),
                separator: mapping.separators.get(&column).cloned().unwrap_or_default(),
            })
            .collect();
        plan.report.preset.clone_from(&mapping.preset);
        plan.report.preset_detected = detected;
        let keys: BTreeSet<String> = headers.iter().map(|h| key(h)).collect();
        plan.report.missing = mapping
            .named
            .iter()
            .filter(|(k, _)| !keys.contains(*k))
            .map(|(_, h)| h.clone())
            .collect();
        if plan.slots.is_empty() {
            return Err(IngestError::NoKnownColumn {
                name: name.to_owned(),
                found: quoted(headers),
            });
        }
        if !mapping.allow_unnamed
            && !PERSON.iter().any(|c| plan.slots.iter().any(|s| s.column == *c))
        {
            return Err(IngestError::NoPerson { name: name.to_owned(), found: quoted(headers) });
        }
        Ok(plan)
    }

    /// Whether the file has a column for the application's id.
    pub(super) fn has_id(&self) -> bool {
        self.slots.iter().any(|s| s.column == Column::ApplicationId)
    }
}

/// At least one of these must be known of an application.
pub(super) const PERSON: [Column; 3] = [Column::FullName, Column::Email, Column::Phone];
