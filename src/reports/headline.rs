//! The headline of a report: what matters most, in one sentence. Not responsible for any count in it, which the sections have.
//!
//! Invariant: it says nothing that no section says, and names nobody.

use crate::{
    explain::words::{capital, count, list},
    reports::section::Section,
};

/// What is said of a section by its number, in the order in which it matters: id, and the words for one and for several.
const SAID: &[(&str, &str, &str)] = &[
    ("decisions", "ring or case needs a decision", "rings and cases need a decision"),
    ("births", "ring was born", "rings were born"),
    (
        "reached",
        "member reached an offer, a shipment or access",
        "members reached an offer, a shipment or access",
    ),
    ("returns", "possible return after a rejection", "possible returns after a rejection"),
    ("watch-hits", "watch-list hit", "watch-list hits"),
];

/// Sections whose own sentence goes on with the headline, where they found something: what became of rings, and how the trend
/// runs.
const GOING_ON: &[&str] = &["lineage", "growth"];
/// A longer sentence is left to its section.
const LONGEST: usize = 200;

/// The sentence, from what the sections found. `standing` is the number of rings that there are.
#[must_use]
pub fn headline(sections: &[Section], standing: usize) -> String {
    let found = |id: &str| sections.iter().find(|section| section.id == id && section.n > 0);
    let counted: Vec<String> = SAID
        .iter()
        .filter_map(|(id, one, several)| {
            let n = usize::try_from(found(id)?.n).unwrap_or(usize::MAX);
            Some(count(n, one, several))
        })
        .collect();
    let nothing_happened = counted.is_empty() && found("lineage").is_none();
    let mut clauses = match (nothing_happened, standing) {
        (false, _) if counted.is_empty() => Vec::new(),
        (false, _) => vec![list(&counted)],
        (true, 0) => vec!["Nothing changed: there is no ring".to_owned()],
        (true, 1) => vec!["Nothing changed: 1 ring stands".to_owned()],
        (true, n) => vec![format!("Nothing changed: {} stand", count(n, "ring", "rings"))],
    };
    clauses.extend(GOING_ON.iter().filter_map(|id| clause(&found(id)?.summary)));
    format!("{}.", capital(&clauses.join("; ")))
}

/// The first sentence as part of another one; none where there is none or it is too long.
fn clause(summary: &str) -> Option<String> {
    let first = summary.split(". ").next().unwrap_or_default().trim().trim_end_matches('.');
    let fits = !first.is_empty() && first.chars().count() <= LONGEST;
    fits.then(|| crate::explain::words::inside(first))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(id: &str, n: u32, summary: &str) -> Section {
        Section { id: id.to_owned(), n, summary: summary.to_owned(), ..Section::default() }
    }

    #[test]
    fn what_matters_most_comes_first_and_the_trend_last() {
        let sections = [
            section("growth", 27, "Linked applications are up from 100 to 127. More follows."),
            section("births", 2, ""),
            section("decisions", 3, ""),
            section("lineage", 4, "3 rings grew and 1 split. Some were not told."),
            section("returns", 0, "Nobody came back."),
        ];
        assert_eq!(
            headline(&sections, 12),
            "3 rings and cases need a decision and 2 rings were born; 3 rings grew and 1 split; linked applications are up from \
             100 to 127."
        );
    }

    #[test]
    fn a_quiet_week_says_so() {
        let moved = [section("lineage", 1, "1 ring grew."), section("growth", 0, "None.")];
        assert_eq!(headline(&moved, 12), "1 ring grew.");
        assert_eq!(headline(&[], 0), "Nothing changed: there is no ring.");
        assert_eq!(
            headline(&[section("births", 0, "None.")], 12),
            "Nothing changed: 12 rings stand."
        );
        assert_eq!(headline(&[], 1), "Nothing changed: 1 ring stands.");
    }
}
