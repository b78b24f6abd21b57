//! The nested lists of an application (`education[]`, `events[]`, `checks[]`, ...) and its unknown columns, read leniently.
//! Not responsible for what an entry means: each indicator reads the fields it needs.
//!
//! Invariant: total; an entry that is not an object, or a field of another type, is as if it were not there.

use crate::{
    model::{Application, Moment, PartialDate},
    normalize::{date, fold::words},
};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Entries read at most from one nested list: some indicators compare each with each.
const MOST: usize = 100;

/// Visits come in greater number, and are looked at one by one.
const MOST_EVENTS: usize = 1_000;

/// The nested lists and unknown columns of one application.
#[derive(Debug, Clone, Default)]
pub struct Record {
    lists: BTreeMap<String, Vec<Entry>>,
    /// Unknown columns under their folded names.
    extra: BTreeMap<String, String>,
}

/// One entry of a nested list.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Entry(Map<String, Value>);

/// A moment with the offset from UTC it was written with, in minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// When.
    pub at: Moment,
    /// Minutes east of UTC; none where it was not written, or as plain UTC.
    pub offset: Option<i32>,
}

impl Record {
    /// What an application has beside its columns. O(bytes).
    #[must_use]
    pub fn read(application: &Application) -> Self {
        let entries = |most: usize, text: &String| -> Vec<Entry> {
            let values = match serde_json::from_str(text) {
                Ok(Value::Array(values)) => values,
                Ok(value) => vec![value],
                Err(_) => return Vec::new(),
            };
            let object = |value| match value {
                Value::Object(map) => Some(Entry(map)),
                _ => None,
            };
            values.into_iter().filter_map(object).take(most).collect()
        };
        let lists = application.nested.iter().map(|(name, text)| {
            let name = fold(name);
            let most = if name == "events" { MOST_EVENTS } else { MOST };
            let entries = entries(most, text);
            (name, entries)
        });
        let extra = application.extra.iter().map(|(name, text)| (fold(name), text.clone()));
        Self { lists: lists.collect(), extra: extra.collect() }
    }

    /// The entries of a list, in their order; none where there is no such list. The name is in snake_case.
    #[must_use]
    pub fn list(&self, name: &str) -> &[Entry] {
        self.lists.get(&fold(name)).map_or(&[], Vec::as_slice)
    }

    /// The value of a column that Ringer does not know, not blank. The name is in snake_case.
    #[must_use]
    pub fn extra(&self, name: &str) -> Option<&str> {
        self.extra.get(&fold(name)).map(|text| text.trim()).filter(|text| !text.is_empty())
    }

    /// The same as a yes or no.
    #[must_use]
    pub fn extra_flag(&self, name: &str) -> Option<bool> {
        flag(self.extra(name)?)
    }

    /// The results of checks of one kind: entries of `checks[]` whose `kind` is this.
    pub fn checks<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Entry> {
        self.list("checks").iter().filter(move |entry| entry.is(&["kind"], kind))
    }
}

impl Entry {
    /// Whether there is a field of this name, be it empty.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| !value.is_null())
    }

    /// An entry with these fields, without those that have no value.
    #[must_use]
    pub fn of<'a>(fields: impl IntoIterator<Item = (&'a str, Option<&'a str>)>) -> Self {
        let given = fields.into_iter().filter_map(|(name, value)| Some((name, value?)));
        Self(given.map(|(name, value)| (name.to_owned(), Value::from(value))).collect())
    }

    /// The first of these fields that is a text or a number, as text, not blank.
    #[must_use]
    pub fn text(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| match self.0.get(*name)? {
            Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        })
    }

    /// Whether the first of these fields says this word or these words; letter case, hyphens and underscores do not matter.
    #[must_use]
    pub fn is(&self, names: &[&str], what: &str) -> bool {
        self.word(names).is_some_and(|word| Some(word) == words(what).map(Into::into))
    }

    /// The first of these fields in folded words: lower case, single blanks.
    #[must_use]
    pub fn word(&self, names: &[&str]) -> Option<String> {
        words(&self.text(names)?).map(Into::into)
    }

    /// The first of these fields as a moment.
    #[must_use]
    pub fn moment(&self, names: &[&str]) -> Option<Moment> {
        date::moment(&self.text(names)?)
    }

    /// The first of these fields as a date, as far as it is given.
    #[must_use]
    pub fn date(&self, names: &[&str]) -> Option<PartialDate> {
        date::parse(&self.text(names)?)
    }

    /// The first of these fields as a moment with its offset.
    #[must_use]
    pub fn stamp(&self, names: &[&str]) -> Option<Stamp> {
        stamp(&self.text(names)?)
    }

    /// The first of these fields as a number.
    #[must_use]
    pub fn number(&self, names: &[&str]) -> Option<f64> {
        self.text(names)?.parse().ok().filter(|n: &f64| n.is_finite())
    }

    /// The first of these fields as a yes or no.
    #[must_use]
    pub fn flag(&self, names: &[&str]) -> Option<bool> {
        names.iter().find_map(|name| match self.0.get(*name)? {
            Value::Bool(flag) => Some(*flag),
            Value::String(text) => flag(text),
            _ => None,
        })
    }

    /// The texts of the first of these fields that is a list of texts; a lone text is a list of one.
    #[must_use]
    pub fn texts(&self, names: &[&str]) -> Vec<String> {
        let found = names.iter().find_map(|name| match self.0.get(*name)? {
            Value::Array(values) => Some(values.iter().filter_map(as_text).take(MOST).collect()),
            value => Some(vec![as_text(value)?]),
        });
        found.unwrap_or_default()
    }

    /// The objects of the first of these fields that is a list of objects; a lone object is a list of one.
    #[must_use]
    pub fn entries(&self, names: &[&str]) -> Vec<Entry> {
        let found = names.iter().find_map(|name| match self.0.get(*name)? {
            Value::Array(values) => {
                let maps = values.iter().filter_map(Value::as_object);
                Some(maps.take(MOST).map(|map| Entry(map.clone())).collect())
            }
            Value::Object(map) => Some(vec![Entry(map.clone())]),
            _ => None,
        });
        found.unwrap_or_default()
    }
}

fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Letters and digits in lower case: `email_first_seen` and `Email First Seen` are one name.
fn fold(name: &str) -> String {
    crate::model::fold(name)
}

/// A text that says yes or no.
#[must_use]
pub fn flag(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "y" | "yes" | "true" | "1" | "t" => Some(true),
        "n" | "no" | "false" | "0" | "f" => Some(false),
        _ => None,
    }
}

/// A moment in a text with the offset it was written with.
#[must_use]
pub fn stamp(text: &str) -> Option<Stamp> {
    let at = date::moment(text)?;
    let text = text.trim();
    let sign = text.rfind(['+', '-']).filter(|&at| text[..at].contains(':'));
    let offset = sign.and_then(|at| {
        let (_, rest) = text.split_at_checked(at)?;
        let minus = rest.starts_with('-');
        let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
        let (hours, minutes) = (digits.get(..2)?, digits.get(2..4).unwrap_or("0"));
        let minutes = hours.parse::<i32>().ok()? * 60 + minutes.parse::<i32>().ok()?;
        (minutes != 0).then_some(if minus { -minutes } else { minutes })
    });
    Some(Stamp { at, offset })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Source;

    fn record(lists: &[(&str, &str)], extra: &[(&str, &str)]) -> Record {
        let owned = |all: &[(&str, &str)]| {
            all.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
        };
        Record::read(&Application {
            id: "A-1".parse().unwrap(),
            fields: crate::model::Fields::default(),
            extra: owned(extra),
            nested: owned(lists),
            source: Source { file: "a.jsonl".into(), row: 1 },
        })
    }

    #[test]
    fn entries_are_read_by_any_of_their_names_and_what_does_not_fit_is_not_there() {
        let record = record(
            &[(
                "Events",
                r#"[{"at":"2026-03-01T10:00:00Z","n":3,"vpn":"yes"},7,"x",{"at":[],"o":{"p":1}}]"#,
            )],
            &[("Email First-Seen", " 2026-01-01 ")],
        );
        let events = record.list("events");
        assert_eq!(events.len(), 2);
        assert_eq!(events[0].text(&["ts", "at"]).as_deref(), Some("2026-03-01T10:00:00Z"));
        assert_eq!(events[0].number(&["n"]), Some(3.0));
        assert_eq!(events[0].flag(&["vpn"]), Some(true));
        assert_eq!(events[1].text(&["at"]), None);
        assert_eq!(events[1].entries(&["o"])[0].text(&["p"]).as_deref(), Some("1"));
        assert_eq!(record.extra("email_first_seen"), Some("2026-01-01"));
        assert!(record.list("payments").is_empty());
    }

    #[test]
    fn broken_lists_are_empty() {
        for text in ["", "{", "null", "3", "[[[]]]", "[null]"] {
            assert!(record(&[("events", text)], &[]).list("events").is_empty(), "{text}");
        }
    }

    #[test]
    fn the_offset_of_a_moment_is_kept_unless_it_is_utc() {
        let offset = |text| stamp(text).and_then(|s| s.offset);
        assert_eq!(offset("2026-03-01T10:00:00+09:00"), Some(540));
        assert_eq!(offset("2026-03-01T10:00:00-0530"), Some(-330));
        assert_eq!(offset("2026-03-01T10:00:00Z"), None);
        assert_eq!(offset("2026-03-01T10:00:00+00:00"), None);
        assert_eq!(offset("2026-03-01"), None);
    }
}
