//! Terms: values that only those have who are erased, and where a text names one. Not responsible for which texts are looked
//! at (`redact`).
//!
//! Texts are compared by their words, letters and digits in lower case, so that another spelling of a phone or a name with
//! its parts joined otherwise is found. What only resembles a value, or quotes a part of a long one, is not.
//!
//! Invariant: what is taken out of a text is the value and nothing beside it; a text that names none stays as it is.

use crate::{
    model::{Application, ApplicationId, Column},
    normalize::normalize,
};
use rustc_hash::{FxHashMap, FxHashSet};
use std::ops::Range;
use xxhash_rust::xxh3::xxh3_64;

/// What stands in the place of what was taken out.
pub const ERASED: &str = "[erased]";

/// Shortest value that is looked for, in letters and digits: shorter ones are words of any text.
const SHORTEST: usize = 4;

/// Longest value that is looked for, in bytes.
const LONGEST: usize = 300;

/// Values that only those have who are erased.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    /// By first word: the words that follow, longest first.
    by_first: FxHashMap<String, Vec<Vec<String>>>,
    count: usize,
}

/// A word of a text: where it stands, and what it is.
struct Word {
    at: Range<usize>,
    text: String,
}

fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut is_open = false;
    for (at, c) in text.char_indices() {
        if !c.is_alphanumeric() {
            is_open = false;
            continue;
        }
        let end = at + c.len_utf8();
        match words.last_mut().filter(|_| is_open) {
            Some(word) => word.at.end = end,
            None => words.push(Word { at: at..end, text: String::new() }),
        }
        is_open = true;
        if let Some(word) = words.last_mut() {
            word.text.extend(c.to_lowercase());
        }
    }
    words
}

fn folded(text: &str) -> Vec<String> {
    words(text).into_iter().map(|word| word.text).collect()
}

/// What two spellings of a value have in common.
fn hash(words: &[String]) -> u64 {
    xxh3_64(words.join(" ").as_bytes())
}

/// Every value of an application, in the spellings in which it may be named, folded.
fn values(application: &Application) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    let mut put = |text: &str| {
        if text.len() <= LONGEST {
            all.push(folded(text));
        }
    };
    for (column, value) in application.fields.iter() {
        put(value);
        if matches!(column, Column::FullName | Column::ReferenceName) {
            put(&turned(value));
        }
    }
    application.extra.values().for_each(|value| put(value));
    for json in application.nested.values() {
        match serde_json::from_str(json) {
            Ok(value) => leaves(&value, &mut put),
            Err(_) => put(json),
        }
    }
    all
}

/// A name with its last part in front, as directories write it.
fn turned(name: &str) -> String {
    match name.trim().rsplit_once(' ') {
        Some((given, family)) => format!("{family} {given}"),
        None => name.to_owned(),
    }
}

fn leaves(value: &serde_json::Value, put: &mut impl FnMut(&str)) {
    match value {
        serde_json::Value::String(text) => put(text),
        serde_json::Value::Number(number) => put(&number.to_string()),
        serde_json::Value::Array(items) => items.iter().for_each(|item| leaves(item, put)),
        serde_json::Value::Object(map) => map.values().for_each(|item| leaves(item, put)),
        _ => {}
    }
}

/// Values that those who are erased have, of which others may turn out to have some.
#[derive(Default)]
pub struct Candidates {
    values: FxHashMap<u64, Vec<String>>,
    ids: Vec<Vec<String>>,
    of_others: FxHashSet<u64>,
}

impl Candidates {
    /// Takes in a version of somebody who is erased.
    pub fn put(&mut self, application: &Application) {
        let canonical = normalize(application).attributes;
        let canonical = canonical.iter().map(|(attribute, _)| folded(&attribute.value));
        for words in values(application).into_iter().chain(canonical) {
            if words.iter().map(|word| word.chars().count()).sum::<usize>() >= SHORTEST {
                self.values.insert(hash(&words), words);
            }
        }
    }

    /// Takes in the id of an application that is erased: no other has it.
    pub fn put_id(&mut self, id: &ApplicationId) {
        let words = folded(id.as_str());
        let letters: usize = words.iter().map(|word| word.chars().count()).sum();
        if letters >= SHORTEST || words.iter().any(|word| word.contains(|c: char| c.is_numeric())) {
            self.ids.push(words);
        }
    }

    /// Takes in a version of somebody else, whose values stay. O(values).
    pub fn pass(&mut self, application: &Application) {
        for words in values(application) {
            let hash = hash(&words);
            if self.values.contains_key(&hash) {
                self.of_others.insert(hash);
            }
        }
    }

    /// The values that nobody else has.
    pub fn terms(self) -> Terms {
        let Self { mut values, ids, of_others } = self;
        values.retain(|hash, _| !of_others.contains(hash));
        let mut terms = Terms::default();
        for mut words in
            values.into_values().chain(ids.into_iter().filter(|w| w.concat().len() > 1))
        {
            if words.is_empty() {
                continue;
            }
            let first = words.remove(0);
            terms.by_first.entry(first).or_default().push(words);
            terms.count += 1;
        }
        for rests in terms.by_first.values_mut() {
            rests.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        }
        terms
    }
}

impl Terms {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Whether a text names one. O(words).
    #[must_use]
    pub fn are_in(&self, text: &str) -> bool {
        !self.found(text).is_empty()
    }

    /// The text without them; none when it names none.
    #[must_use]
    pub fn taken_out(&self, text: &str) -> Option<String> {
        let found = self.found(text);
        if found.is_empty() {
            return None;
        }
        let mut out = String::with_capacity(text.len());
        let mut from = 0;
        for at in found {
            out.push_str(text.get(from..at.start).unwrap_or_default());
            out.push_str(ERASED);
            from = at.end;
        }
        out.push_str(text.get(from..).unwrap_or_default());
        Some(out)
    }

    /// Where a text names one, in order and apart.
    fn found(&self, text: &str) -> Vec<Range<usize>> {
        if self.is_empty() {
            return Vec::new();
        }
        let words = words(text);
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(first) = words.get(at) {
            let rests = self.by_first.get(&first.text);
            let is_here = |rest: &&Vec<String>| {
                let next = words.iter().skip(at + 1).map(|word| &word.text);
                words.len() - at > rest.len() && next.zip(rest.iter()).all(|(a, b)| a == b)
            };
            match rests.into_iter().flatten().find(is_here) {
                Some(rest) => {
                    let end = words.get(at + rest.len()).map_or(first.at.end, |last| last.at.end);
                    found.push(first.at.start..end);
                    at += rest.len() + 1;
                }
                None => at += 1,
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Source;

    fn application(id: &str, fields: &[(Column, &str)]) -> Application {
        Application {
            id: id.parse().unwrap(),
            fields: fields
                .iter()
                .map(|(column, value)| (*column, (*value).to_owned()))
                .collect::<Vec<_>>()
                .into_iter()
                .collect(),
            extra: [("badge".to_owned(), "Kestrel Nine".to_owned())].into(),
            nested: [("profiles".to_owned(), r#"[{"handle":"quill-ada"}]"#.to_owned())].into(),
            source: Source { file: "a.csv".to_owned(), row: 1 },
        }
    }

    fn terms() -> Terms {
        let mut candidates = Candidates::default();
        candidates.put(&application(
            "A-1042",
            &[
                (Column::FullName, "Ada Quill"),
                (Column::Phone, "202-555-0101"),
                (Column::City, "Springfield"),
            ],
        ));
        candidates.put_id(&"A-1042".parse().unwrap());
        let other = Application {
            extra: Default::default(),
            nested: Default::default(),
            ..application("B-1", &[(Column::City, "springfield")])
        };
        candidates.pass(&other);
        candidates.terms()
    }

    #[test]
    fn a_value_is_taken_out_in_any_spelling_and_nothing_beside_it() {
        let out = |text: &str| terms().taken_out(text);
        assert_eq!(out("Spoke to ADA  QUILL's aunt").as_deref(), Some("Spoke to [erased]'s aunt"));
        assert_eq!(out("Quill, Ada on (202) 555.0101!").as_deref(), Some("[erased] on ([erased]!"));
        assert_eq!(out("at +12025550101").as_deref(), Some("at +[erased]"));
        assert_eq!(out("see a 1042, kestrel nine").as_deref(), Some("see [erased], [erased]"));
        assert_eq!(out("github.com/Quill-Ada").as_deref(), Some("github.com/[erased]"));
    }

    #[test]
    fn what_others_have_too_and_parts_of_values_stay() {
        for text in ["the house in Springfield", "Ada called", "Quillery", "A-10420", "", "555"] {
            assert_eq!(terms().taken_out(text), None, "{text}");
        }
    }
}
