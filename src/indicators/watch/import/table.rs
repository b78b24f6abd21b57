//! Watched values from a table: CSV with a header, commas, semicolons or tabs between its cells.
//!
//! | column | what it holds |
//! |---|---|
//! | `kind` | `institution`, `employer`, `domain`, `email`, `handle`, `phone`, `wallet`, `address` |
//! | `value` | the name or the value |
//! | `aliases` | other names, each as good as the value, with bars between them |
//! | `weak_aliases` | names that others bear too, with bars between them |
//! | `reason`, `source` | why, and who says so; without a source it is the file |
//! | `grade` | `high`, `medium`, `low`; without one `low` |
//! | `tlp` | `clear`, `green`, `amber`, `amber+strict`, `red`; without one `amber+strict` |
//! | `added`, `expires` | days or moments; without them from now on, and for good |
//! | `list` | the list; without one the name of the file |
//!
//! Only `kind` and `value` have to be there. Not responsible for what a cell may hold (`draft`).
//!
//! Invariant: every row after the header is counted and is an entry or a problem.

use super::{ImportError, Imported, MOST, Options, draft::Draft};
use crate::model::fold;

/// Columns, in the order of the documentation.
const COLUMNS: [&str; 11] = [
    "kind",
    "value",
    "aliases",
    "weak_aliases",
    "reason",
    "source",
    "grade",
    "tlp",
    "added",
    "expires",
    "list",
];

/// Reads a table. O(bytes).
///
/// # Errors
/// When it has no header with kind and value, or is no CSV.
pub(super) fn read(text: &str, options: &Options<'_>) -> Result<Imported, ImportError> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(text))
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let header = reader.headers().map_err(|e| ImportError::Csv(e.to_string()))?.clone();
    let place_of = |name: &str| header.iter().position(|cell| fold(cell) == fold(name));
    let places = COLUMNS.map(place_of);
    for (name, place) in COLUMNS.iter().zip(places).take(2) {
        if place.is_none() {
            return Err(ImportError::Column(name));
        }
    }
    let mut found = Imported::default();
    let known = |at: usize| places.contains(&Some(at));
    found.unknown =
        (0..).zip(&header).filter(|(at, _)| !known(*at)).map(|(_, name)| name.to_owned()).collect();
    for (number, record) in (1_u64..).zip(reader.records()) {
        let place = format!("row {number}");
        if found.read >= MOST {
            found.problem(&place, format!("is beyond the {MOST} rows that are read"));
            break;
        }
        found.read += 1;
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                found.problem(&place, format!("cannot be read: {error}"));
                continue;
            }
        };
        let cell = |n: usize| {
            let at = places.get(n).copied().flatten();
            at.and_then(|at| record.get(at)).unwrap_or_default().to_owned()
        };
        let list = |n: usize| cell(n).split('|').map(str::to_owned).collect();
        let draft = Draft {
            kind: cell(0),
            value: cell(1),
            aliases: list(2),
            weak_aliases: list(3),
            reason: cell(4),
            source: cell(5),
            grade: cell(6),
            tlp: cell(7),
            added: cell(8),
            expires: cell(9),
            list: cell(10),
        };
        match draft.finish(options) {
            Ok((entry, left_out)) => {
                left_out.into_iter().for_each(|what| found.problem(&place, what));
                found.entries.push(entry);
            }
            Err(what) => found.problem(&place, what),
        }
    }
    Ok(found)
}

/// What stands between the cells of the first line most often.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |mark: &u8| first.bytes().filter(|b| b == mark).count();
    // Of equally many the last, which is the comma.
    [b'\t', b';', b','].into_iter().max_by_key(count).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Grade, Moment, Tlp, WatchKind};

    const OPTIONS: Options<'_> = Options { list: None, name: "mine", now: Moment(1_795_392_000) };

    #[test]
    fn rows_become_entries_with_everything_they_say() {
        let text = "\
Kind;Value;Aliases;Weak aliases;Reason;Source;Grade;TLP;Added;Expires;List;Color
institution;Rochville University;Rochville Univ|Universidad Rochville;RU;sold degrees;a court;high;TLP:AMBER+STRICT;2026-01-01;2028-01-01;mills;red
domain;front.example;;;;;;;;;;
";
        let found = read(text, &OPTIONS).unwrap();
        assert_eq!((found.read, found.entries.len()), (2, 2), "{:?}", found.problems);
        let [school, domain] = &found.entries[..] else { panic!() };
        assert_eq!(
            (school.kind, school.grade, school.tlp),
            (WatchKind::Institution, Grade::High, Tlp::AmberStrict)
        );
        assert_eq!(school.aliases, ["Rochville Univ", "Universidad Rochville"]);
        assert_eq!((school.list.as_str(), school.added.day().as_str()), ("mills", "2026-01-01"));
        assert_eq!(
            (domain.list.as_str(), domain.source.as_str(), domain.expires),
            ("mine", "mine", None)
        );
        assert_eq!((domain.added, domain.grade), (OPTIONS.now, Grade::Low));
        assert_eq!(found.unknown, ["Color"]);
    }

    #[test]
    fn what_cannot_be_watched_is_a_problem_with_its_row() {
        let text = "\
kind,value,aliases,expires
person,Jane Example,,
employer,Robert Example,,
domain,gmail.com,,
phone,12,,
institution,University,,
email,jane@example.org,,soon
shoe,9,,
email,ok@example.org,nobody|also@example.org,
wallet,,,
";
        let found = read(text, &OPTIONS).unwrap();
        assert_eq!((found.read, found.entries.len()), (9, 1), "{:?}", found.entries);
        assert_eq!(found.entries[0].aliases, ["also@example.org"]);
        let told: Vec<String> =
            found.problems.iter().map(|p| format!("{}: {}", p.place, p.what)).collect();
        for expected in [
            "row 1: names a person",
            "row 2: \"Robert Example\" looks like a person's name",
            "row 3: \"gmail.com\" gives mailboxes to anybody",
            "row 4: \"12\" is no phone number",
            "row 5: \"University\" names no one organization",
            "row 6: column \"expires\": \"soon\" is not a date",
            "row 7: \"shoe\" is not a kind of watched value",
            "row 8: alias left out: \"nobody\" is no mailbox",
            "row 9: has no value",
        ] {
            assert!(told.iter().any(|t| t.starts_with(expected)), "{expected} in {told:?}");
        }
    }
}
