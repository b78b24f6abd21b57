//! The watch-lists that come with Ringer: schools, firms and domains that public bodies, courts or the press named, with who
//! says so and when it was last looked at. Not responsible for finding them among applications, nor for which are on.
//!
//! Invariant: names and domains of organisations only, never a person.

use super::table::rows;

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listed {
    /// The list it is on.
    pub list: &'static str,
    /// `institution`, `employer` or `domain`.
    pub kind: &'static str,
    /// The name or the domain.
    pub value: &'static str,
    /// Other names, with bars between them.
    pub aliases: &'static str,
    /// Names that others bear too, with bars between them.
    pub weak_aliases: &'static str,
    /// How good the source is: `high`, `medium` or `low`.
    pub grade: &'static str,
    /// Why it is on the list.
    pub reason: &'static str,
    /// Who says so.
    pub source: &'static str,
    /// The day the list is of.
    pub date: &'static str,
}

/// Every row, in the order of the table. O(bytes).
pub fn all() -> impl Iterator<Item = Listed> {
    let text = include_str!("../../seed_data/reference/watch_lists.tsv");
    rows::<9>(text).map(
        |[list, kind, value, aliases, weak_aliases, grade, reason, source, date]| Listed {
            list,
            kind,
            value,
            aliases,
            weak_aliases,
            grade,
            reason,
            source,
            date,
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_says_why_who_and_when() {
        assert!(all().count() > 400);
        for row in all() {
            let cells =
                [row.list, row.kind, row.value, row.grade, row.reason, row.source, row.date];
            assert!(cells.iter().all(|cell| !cell.is_empty()), "{row:?}");
        }
    }
}
