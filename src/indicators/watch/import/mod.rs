//! Reading watched values from files: tables in CSV, and bundles of STIX 2.1. Not responsible for opening files (`cli`) nor for
//! keeping entries (`engine`).
//!
//! Invariant: everything in a file becomes an entry or a problem with its place; no input makes this panic; no entry names a
//! person, a list that comes with Ringer, or a value that would be everybody's.

mod draft;
mod pattern;
mod stix;
mod table;

use crate::model::{Moment, WatchEntry};

/// Longest text that is read, in bytes.
pub const MOST_BYTES: usize = 64 << 20;

/// Entries and problems read at most from one text, each.
const MOST: usize = 200_000;

/// What the importer has to know beside the text.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// The list that everything goes to, whatever the file says.
    pub list: Option<&'a str>,
    /// The list of what names none: usually the name of the file.
    pub name: &'a str,
    /// The present hour: since when entries hold that do not say.
    pub now: Moment,
}

/// Something in a file that became no entry, or not all of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where: "row 3", "object 5 (indicator--...)".
    pub place: String,
    /// What is wrong, as a fragment of a sentence.
    pub what: String,
}

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Imported {
    /// Entries in the order of the file; of several under one id the last holds.
    pub entries: Vec<WatchEntry>,
    /// What became none.
    pub problems: Vec<Problem>,
    /// Names of columns that mean nothing here.
    pub unknown: Vec<String>,
    /// Rows or objects that could have been entries.
    pub read: usize,
}

impl Imported {
    fn problem(&mut self, place: &str, what: impl Into<String>) {
        if self.problems.len() < MOST {
            self.problems.push(Problem { place: place.to_owned(), what: what.into() });
        }
    }
}

/// What makes a file unusable as a whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// There is nothing in it.
    #[error("it is empty")]
    Empty,
    /// It is longer than what is read.
    #[error("it has {0} bytes, at most {MOST_BYTES} are read; split it")]
    Large(usize),
    /// The header lacks a column.
    #[error(
        "the header has no column \"{0}\"; it needs kind and value, and may have aliases, weak_aliases, reason, source, grade, tlp, added, expires, list"
    )]
    Column(&'static str),
    /// It is no table.
    #[error("it is not CSV: {0}")]
    Csv(String),
    /// It is no JSON.
    #[error("it is not JSON: {0}")]
    Json(String),
    /// It is JSON without objects.
    #[error("it is no STIX 2.1 bundle: there is no list \"objects\"")]
    NoBundle,
    /// The name of the list cannot be.
    #[error(
        "\"{0}\" cannot be the name of a list: 1 to 80 characters, none of them a control character, and not shipped/..."
    )]
    List(String),
}

/// Reads a table or a bundle, told by its first character. O(bytes).
///
/// # Errors
/// What makes it unusable as a whole.
pub fn read(text: &str, options: &Options<'_>) -> Result<Imported, ImportError> {
    let text = text.trim_start_matches('\u{feff}');
    if text.len() > MOST_BYTES {
        return Err(ImportError::Large(text.len()));
    }
    for list in options.list.into_iter().chain([options.name]) {
        if !draft::is_list(list) {
            return Err(ImportError::List(list.chars().take(80).collect()));
        }
    }
    match text.trim_start().chars().next() {
        None => Err(ImportError::Empty),
        Some('{' | '[') => stix::read(text, options),
        Some(_) => table::read(text, options),
    }
}

/// One entry as a person types it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Typed<'a> {
    /// The list.
    pub list: &'a str,
    /// What sort of value.
    pub kind: &'a str,
    /// The value.
    pub value: &'a str,
    /// Other names, with `|` between them.
    pub aliases: &'a str,
    /// Names that others bear too, with `|` between them.
    pub weak_aliases: &'a str,
    /// Why it is watched.
    pub reason: &'a str,
    /// Who says so; who types it where nothing is given.
    pub source: &'a str,
    /// How good the source is; low where nothing is given.
    pub grade: &'a str,
    /// Who may see it.
    pub tlp: &'a str,
    /// Since when it holds; now where nothing is given.
    pub added: &'a str,
    /// Until when it holds; without end where nothing is given.
    pub expires: &'a str,
}

/// The entry that a person types, under the same rules as those of files.
///
/// # Errors
/// What makes it none, as a fragment of a sentence about it.
pub fn typed(typed: &Typed<'_>, by: &str, now: Moment) -> Result<WatchEntry, String> {
    let names = |text: &str| text.split('|').map(str::to_owned).collect();
    let draft = draft::Draft {
        kind: typed.kind.to_owned(),
        value: typed.value.to_owned(),
        aliases: names(typed.aliases),
        weak_aliases: names(typed.weak_aliases),
        reason: typed.reason.to_owned(),
        source: typed.source.to_owned(),
        grade: typed.grade.to_owned(),
        tlp: typed.tlp.to_owned(),
        added: typed.added.to_owned(),
        expires: typed.expires.to_owned(),
        list: typed.list.to_owned(),
    };
    let options = Options { list: Some(typed.list.trim()), name: by, now };
    match draft.finish(&options)? {
        (entry, left_out) if left_out.is_empty() => Ok(entry),
        // A form can be corrected, so nothing is left out in silence.
        (_, left_out) => Err(left_out.join("; ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const OPTIONS: Options<'_> = Options { list: None, name: "x", now: Moment(1_795_392_000) };

    #[test]
    fn what_is_neither_is_told_so() {
        assert_eq!(read("", &OPTIONS), Err(ImportError::Empty));
        assert_eq!(read("a,b\n1,2\n", &OPTIONS), Err(ImportError::Column("kind")));
        assert!(matches!(read("{", &OPTIONS), Err(ImportError::Json(_))));
        assert_eq!(read("{}", &OPTIONS), Err(ImportError::NoBundle));
        let shipped = Options { list: Some("shipped/x"), ..OPTIONS };
        assert!(matches!(read("kind,value\n", &shipped), Err(ImportError::List(_))));
    }

    #[test]
    fn what_is_typed_is_an_entry_under_the_rules_of_files() {
        let domain = Typed {
            list: "fronts",
            kind: "domain",
            value: "front.example",
            reason: "named",
            ..Typed::default()
        };
        let entry = typed(&domain, "ann", Moment(7)).unwrap();
        assert_eq!(
            (entry.list.as_str(), entry.source.as_str(), entry.added),
            ("fronts", "ann", Moment(7))
        );
        for (wrong, why) in [
            (Typed { kind: "person", ..domain }, "names of persons"),
            (Typed { value: "gmail.com", ..domain }, "to anybody"),
            (Typed { list: "shipped/x", ..domain }, "name of a list"),
            (Typed { list: " ", ..domain }, "name of a list"),
            (Typed { weak_aliases: "fe", ..domain }, "no weak aliases"),
        ] {
            let told = typed(&wrong, "ann", Moment(7)).unwrap_err();
            assert!(told.contains(why), "{told}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(
            text in ".{0,80}|kind,value\n(domain|email|person|wallet),.{0,40}\n|\\{\"objects\":\\[.{0,60}\\]\\}",
        ) {
            let _ = read(&text, &OPTIONS);
        }

        #[test]
        fn no_pattern_makes_it_panic(text in "[\\[\\]()=' \\\\a-z:OR AND-]{0,60}") {
            let bundle = serde_json::json!({"objects": [
                {"type": "indicator", "pattern_type": "stix", "pattern": text}
            ]});
            let found = read(&bundle.to_string(), &OPTIONS).unwrap();
            prop_assert_eq!(found.read, 1);
            prop_assert!(found.entries.len() + found.problems.len() > 0);
        }
    }
}
