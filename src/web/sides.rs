//! Two applicants field by field: the union of what they gave, and what could not be compared because one of them gave nothing.
//! Not responsible for weighing (`matching`).
//!
//! Invariant: sealed values are compared but never shown.

use crate::{
    explain::words::grouped,
    matching::FEATURES,
    model::{ApplicantIx, Column, Normalized},
    normalize::normalize,
    web::{
        WebError,
        diff::{self, Run},
        labels,
        state::Visit,
        veil::Seen,
    },
};
use std::collections::{BTreeMap, BTreeSet};

/// Values of one field shown for one side.
const VALUES: usize = 4;

/// Bytes from which on a value is a long text.
const LONG: usize = 500;

/// Applications of one side that are read, the newest first.
const READ: usize = 20;

/// One field.
pub struct FieldRow {
    /// Its name.
    pub name: String,
    /// What the left side gave.
    pub left: Vec<Run>,
    /// What the right side gave.
    pub right: Vec<Run>,
    /// `same`, `differs`, `left` or `right`.
    pub state: &'static str,
}

impl FieldRow {
    /// The state in words.
    pub fn in_words(&self) -> &'static str {
        match self.state {
            "same" => "same",
            "differs" => "differs",
            "left" => "left only",
            _ => "right only",
        }
    }
}

/// A comparison that could not be made.
pub struct Uncompared {
    /// Its label.
    pub label: &'static str,
    /// Who gave nothing to compare.
    pub why: String,
}

/// Everything one side gave.
pub struct Given {
    name: String,
    values: BTreeMap<Column, Vec<String>>,
    normalized: Vec<Normalized>,
}

impl Given {
    /// What the newest applications of an applicant say.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn read(visit: &Visit, ix: ApplicantIx) -> Result<Self, WebError> {
        let network = &visit.view.network;
        let name = network.label(ix).to_owned();
        let mut given = Self { name, values: BTreeMap::new(), normalized: Vec::new() };
        for &app in network.applicant(ix).applications.iter().rev().take(READ) {
            let versions = visit.state.desk.versions(&network.corpus().id(app))?;
            let Some(newest) = versions.last() else { continue };
            for (column, value) in newest.application.fields.iter() {
                let list = given.values.entry(column).or_default();
                if !list.iter().any(|known| known == value) {
                    list.push(value.to_owned());
                }
            }
            given.normalized.push(normalize(&newest.application));
        }
        Ok(given)
    }
}

/// The union of both sides, in the order of the columns.
pub fn fields(view: &Seen, left: &Given, right: &Given) -> Vec<FieldRow> {
    let (left, right) = (&left.values, &right.values);
    let columns: BTreeSet<Column> = left.keys().chain(right.keys()).copied().collect();
    columns.into_iter().map(|c| field(view, c, left.get(&c), right.get(&c))).collect()
}

fn field(
    view: &Seen,
    column: Column,
    left: Option<&Vec<String>>,
    right: Option<&Vec<String>>,
) -> FieldRow {
    let state = match (left, right) {
        (Some(l), Some(r)) if l.iter().any(|v| r.contains(v)) => "same",
        (Some(_), Some(_)) => "differs",
        (Some(_), None) => "left",
        _ => "right",
    };
    // Told of what was given, above; what is shown may be masked, and then different values may look alike.
    let shown = |given: Option<&Vec<String>>| -> Option<Vec<String>> {
        given.map(|all| all.iter().map(|value| view.field(column, value)).collect())
    };
    let (left, right) = (shown(left), shown(right));
    let (left, right) = (left.as_ref(), right.as_ref());
    let side = |own: Option<&Vec<String>>, other: Option<&Vec<String>>| match own {
        None => Vec::new(),
        Some(_) if column.is_sealed() => diff::plain(labels::SEALED),
        // Who gave one value in common differs in nothing by giving others too.
        Some(own) if state == "same" => values(own, &[]),
        Some(own) => values(own, other.map(Vec::as_slice).unwrap_or_default()),
    };
    let (left, right) = (side(left, right), side(right, left));
    FieldRow { name: labels::column(column), left, right, state }
}

/// The values of one side, each marked against the one of the other that is most like it.
fn values(own: &[String], other: &[String]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for value in own.iter().take(VALUES) {
        if !runs.is_empty() {
            runs.push(Run::same(" / "));
        }
        if other.contains(value) {
            runs.extend(diff::plain(value));
            continue;
        }
        // Long texts are compared once: each comparison takes as long as the texts.
        let tried = if value.len() > LONG { 1 } else { VALUES };
        let best = other
            .iter()
            .take(tried)
            .map(|other| {
                let [marked, _] = diff::marked(value, other);
                marked
            })
            .max_by_key(|runs| {
                let is_marked = runs.iter().any(Run::is_different);
                let same = runs.iter().filter(|run| !run.is_different());
                (is_marked, same.map(|run| run.text.len()).sum::<usize>())
            });
        runs.extend(best.unwrap_or_else(|| diff::plain(value)));
    }
    let more = own.len().saturating_sub(VALUES);
    if more > 0 {
        runs.push(Run::same(format!(" / {} more", grouped(more))));
    }
    runs
}

/// The comparisons not among those made, of fields that at least one side could have given.
pub fn uncompared(left: &Given, right: &Given, made: &BTreeSet<&str>) -> Vec<Uncompared> {
    FEATURES
        .iter()
        .filter(|feature| !feature.columns().is_empty() && !made.contains(feature.name()))
        .filter_map(|feature| {
            let has = |side: &Given| side.normalized.iter().any(|n| feature.value(n).is_some());
            let why = match (has(left), has(right)) {
                (true, true) => return None,
                (true, false) => format!("{} gave none", right.name),
                (false, true) => format!("{} gave none", left.name),
                (false, false) => "neither gave one".to_owned(),
            };
            Some(Uncompared { label: feature.label(), why })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen() -> Seen {
        Seen::new(std::sync::Arc::default(), crate::web::veil::Veil::Lifted)
    }

    #[test]
    fn sealed_fields_are_compared_but_not_shown() {
        let (a, b) = (vec!["1990-02-01".to_owned()], vec!["1991-02-01".to_owned()]);
        let row = field(&seen(), Column::BirthDate, Some(&a), Some(&b));
        assert_eq!(row.state, "differs");
        assert_eq!(row.left, diff::plain(labels::SEALED));
        assert_eq!(field(&seen(), Column::BirthDate, Some(&a), Some(&a)).state, "same");
    }

    #[test]
    fn of_several_values_each_is_marked_against_the_one_most_like_it() {
        let a = vec!["ann.lee@example.com".to_owned(), "lee@example.org".to_owned()];
        let b = vec!["zed@example.net".to_owned(), "ann.leo@example.com".to_owned()];
        let row = field(&seen(), Column::Email, Some(&a), Some(&b));
        let marked: Vec<&str> =
            row.left.iter().filter(|r| r.is_different()).map(|r| r.text.as_str()).collect();
        assert_eq!(marked.first(), Some(&"e"), "{:?}", row.left);
        let text: String = row.left.iter().map(|r| r.text.as_str()).collect();
        assert_eq!(text, a.join(" / "));
    }

    #[test]
    fn a_field_that_one_side_gave_says_which() {
        let values = vec!["x".to_owned()];
        assert_eq!(field(&seen(), Column::City, Some(&values), None).in_words(), "left only");
        assert_eq!(field(&seen(), Column::City, None, Some(&values)).in_words(), "right only");
    }
}
