//! Terms: values that only those have who are erased, and whether a text names one. Not responsible for which texts are
//! looked at (`redact`) nor for what spellings have in common (`spelling`).
//!
//! A value is looked for by its words and, from seven letters on, squashed, so that another spelling of a phone or a name
//! with its parts joined otherwise is found. Of a long text any passage is looked for. A value that somebody else has in any
//! spelling is none.
//!
//! Invariant: a text that names none is told to name none; what is told of a text depends on nothing but it and the values.

use crate::{
    engine::erasing::spelling::{
        Squashed, bare, folded, last_ten, parts, squash, turned, unspaced,
    },
    model::{Application, ApplicationId, Attribute, AttributeId, Column, Fields},
    normalize::normalize,
};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeSet;
use xxhash_rust::xxh3::xxh3_64;

/// What stands in the place of a text that named somebody.
pub const ERASED: &str = "[erased]";

/// Shortest value that is looked for, in letters and digits: shorter ones are words of any text.
const SHORTEST: usize = 4;

/// Shortest value that is looked for squashed: the letters of shorter ones stand side by side by chance.
const SQUASHED: usize = 7;

/// Longest value that is looked for as a whole, in bytes.
const LONGEST: usize = 300;

/// Letters and digits of a long text that are looked for together: what sixty characters of prose hold at least.
const PASSAGE: usize = 44;

/// Columns of which the meaning of others depends.
const CONTEXT: [Column; 7] = [
    Column::City,
    Column::State,
    Column::PostalCode,
    Column::Country,
    Column::ShipCity,
    Column::ShipState,
    Column::ShipPostalCode,
];

/// A squashed value.
#[derive(Debug, Clone)]
struct Run {
    /// What follows the first letters.
    rest: Box<[u8]>,
    /// The value that it is of, by place.
    of: usize,
    /// Whether more digits may stand in front, as a country's code does.
    is_phone: bool,
    /// Whether somebody else has a longer value in which it is: then it has to stand apart.
    is_in_another: bool,
}

type Runs = FxHashMap<[u8; SQUASHED], Vec<Run>>;

/// Values that only those have who are erased.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    /// By first word: the words that follow, longest first.
    by_first: FxHashMap<String, Vec<Vec<String>>>,
    runs: Runs,
    unspaced: BTreeSet<String>,
    passages: FxHashSet<u64>,
    /// Hashes of what an entry of a watch-list may name: whole values, hosts, handles.
    names: FxHashSet<u64>,
    count: usize,
}

/// One value in the spellings in which it may be named.
#[derive(Debug, Clone, Default)]
struct Value {
    words: Vec<Vec<String>>,
    squashed: Vec<(String, bool)>,
    unspaced: Option<String>,
    /// Whether it is a name of somebody, which is compared with names only.
    is_name: bool,
    /// Whether it is a part of a value.
    is_part: bool,
    /// Whether texts are searched for it.
    is_sought: bool,
}

/// Hash of a spelling among those it is compared with.
fn hash(way: char, text: &str) -> u64 {
    xxh3_64(format!("{way}{text}").as_bytes())
}

impl Value {
    fn of(column: Option<Column>, text: &str) -> Self {
        let is_name = matches!(column, Some(Column::FullName | Column::ReferenceName));
        let mut value = Self { is_name, is_sought: true, ..Self::default() };
        value.unspaced = unspaced(text);
        let spellings = match is_name {
            true => [Some(text.to_owned()), turned(text)],
            false => [Some(bare(text).to_owned()), None],
        };
        for text in spellings.into_iter().flatten() {
            value.words.push(folded(&text));
            if value.unspaced.is_none() {
                value.squashed.push((squash(&text), false));
            }
        }
        if let Some(digits) = last_ten(text) {
            value.squashed.push((digits, true));
        }
        value
    }

    fn part(text: &str, is_sought: bool) -> Self {
        Self { is_part: true, is_sought, ..Self::of(None, text) }
    }

    /// Hashes by which two values are the same.
    fn hashes(&self) -> Vec<u64> {
        let mut all: Vec<u64> = match self.is_part {
            true => Vec::new(),
            false => self.words.iter().map(|words| hash('w', &words.join(" "))).collect(),
        };
        let way = match (self.is_part, self.is_name) {
            (true, _) => 'p',
            (_, true) => 'n',
            _ => 's',
        };
        let squashed = self.squashed.iter().filter(|(text, _)| text.len() >= SHORTEST);
        all.extend(squashed.map(|(text, _)| hash(way, text)));
        all.extend(self.unspaced.iter().map(|text| hash('u', text)));
        all
    }

    /// Hashes by which it may be a part of somebody's value.
    fn hashes_as_part(&self) -> impl Iterator<Item = u64> {
        self.words.iter().map(|words| hash('e', &words.join(" ")))
    }
}

/// Every value of an application, and its long texts.
fn values(application: &Application, mut put: impl FnMut(Option<Column>, &str)) {
    for (column, value) in application.fields.iter() {
        put(Some(column), value);
    }
    application.extra.values().for_each(|value| put(None, value));
    for json in application.nested.values() {
        match serde_json::from_str(json) {
            Ok(value) => leaves(&value, &mut |text| put(None, text)),
            Err(_) => put(None, json),
        }
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

/// A value and those of its parts that are values in their own right.
fn with_parts(column: Option<Column>, text: &str) -> Vec<Value> {
    let mut all = vec![Value::of(column, text)];
    for (n, part) in parts(text).into_iter().enumerate() {
        // The host of somebody's own site names them, that of a service does not.
        all.push(Value::part(bare(part), n == 0 && column == Some(Column::Website)));
    }
    all
}

/// Hashes of every passage of a squashed text. O(its length).
fn passages(bytes: &[u8]) -> impl Iterator<Item = u64> {
    const BASE: u64 = 0x9e37_79b9_7f4a_7c15;
    let out = (0..PASSAGE).fold(1_u64, |power, _| power.wrapping_mul(BASE));
    let mut rolled = 0_u64;
    bytes.iter().enumerate().filter_map(move |(at, byte)| {
        rolled = rolled.wrapping_mul(BASE).wrapping_add(u64::from(*byte) + 1);
        if let Some(gone) = at.checked_sub(PASSAGE).and_then(|at| bytes.get(at)) {
            rolled = rolled.wrapping_sub((u64::from(*gone) + 1).wrapping_mul(out));
        }
        (at + 1 >= PASSAGE).then_some(rolled)
    })
}

/// Where runs are in a text: its place, the run, and its end.
fn runs_in<'a>(runs: &'a Runs, bytes: &'a [u8]) -> impl Iterator<Item = (usize, &'a Run, usize)> {
    let heads = bytes.windows(SQUASHED).enumerate();
    heads.flat_map(move |(at, head)| {
        let head: Option<[u8; SQUASHED]> = head.try_into().ok();
        let found = head.and_then(|head| runs.get(&head)).into_iter().flatten();
        let after = bytes.get(at + SQUASHED..).unwrap_or_default();
        let here = found.filter(move |run| after.starts_with(&run.rest));
        here.map(move |run| (at, run, at + SQUASHED + run.rest.len()))
    })
}

/// Values that those who are erased have, of which others may turn out to have some.
#[derive(Default)]
pub struct Candidates {
    values: Vec<Value>,
    seen: FxHashMap<(Option<Column>, String), usize>,
    /// By hash of a spelling: the values that have it.
    by_hash: FxHashMap<u64, Vec<usize>>,
    /// By attribute: the values that are written for it.
    by_attribute: FxHashMap<AttributeId, Vec<usize>>,
    runs: Runs,
    passages: FxHashSet<u64>,
    of_others: BTreeSet<usize>,
    ids: Vec<Vec<String>>,
}

impl Candidates {
    /// Takes in a version of somebody who is erased.
    pub fn put(&mut self, application: &Application) {
        values(application, |column, text| {
            if text.len() > LONGEST {
                self.passages.extend(passages(&Squashed::of(text).bytes));
                return;
            }
            let known = (column, text.to_owned());
            if self.seen.contains_key(&known) {
                return;
            }
            let attributes = match column {
                Some(column) => written(application, column, text),
                None => Vec::new(),
            };
            self.seen.insert(known, self.values.len());
            for value in with_parts(column, text) {
                let at = self.put_value(value);
                for attribute in &attributes {
                    self.by_attribute.entry(Attribute::id(attribute)).or_default().push(at);
                }
            }
        });
        for (attribute, _) in normalize(application).attributes {
            let id = Attribute::id(&attribute);
            let known = (None, format!("{id}"));
            if self.seen.contains_key(&known) {
                continue;
            }
            self.seen.insert(known, self.values.len());
            let at = self.put_value(Value::of(None, &attribute.value));
            self.by_attribute.entry(id).or_default().push(at);
        }
    }

    fn put_value(&mut self, value: Value) -> usize {
        let at = self.values.len();
        for hash in value.hashes() {
            self.by_hash.entry(hash).or_default().push(at);
        }
        if value.is_sought {
            for (text, is_phone) in &value.squashed {
                self.put_run(text, *is_phone, at);
            }
        }
        self.values.push(value);
        at
    }

    fn put_run(&mut self, text: &str, is_phone: bool, of: usize) {
        if let Some((head, rest)) = text.as_bytes().split_first_chunk::<SQUASHED>() {
            let run = Run { rest: rest.into(), of, is_phone, is_in_another: false };
            self.runs.entry(*head).or_default().push(run);
        }
    }

    /// Takes in the id of an application that is erased: no other has it.
    pub fn put_id(&mut self, id: &ApplicationId) {
        let words = folded(id.as_str());
        let letters: usize = words.iter().map(|word| word.chars().count()).sum();
        if letters >= SHORTEST || words.iter().any(|word| word.contains(|c: char| c.is_numeric())) {
            self.ids.push(words);
        }
        self.put_run(&squash(id.as_str()), false, usize::MAX);
    }

    /// Takes in a version of somebody else, whose values stay. O(their length).
    pub fn pass(&mut self, application: &Application) {
        let Self { by_hash, runs, passages: kept, of_others, .. } = self;
        let mut pass = |column: Option<Column>, text: &str| {
            if text.len() > LONGEST {
                if !kept.is_empty() {
                    for hash in passages(&Squashed::of(text).bytes) {
                        kept.remove(&hash);
                    }
                }
                return;
            }
            for value in with_parts(column, text) {
                let found = value.hashes().into_iter().filter_map(|hash| by_hash.get(&hash));
                of_others.extend(found.flatten());
                let whole = value.squashed.iter().filter(|_| !value.is_part);
                for (text, _) in whole {
                    // What somebody has as a whole value is theirs as a part of another's.
                    of_others.extend(by_hash.get(&hash('p', text)).into_iter().flatten());
                    let bytes = text.as_bytes();
                    for (at, head) in bytes.windows(SQUASHED).enumerate() {
                        let head: Option<[u8; SQUASHED]> = head.try_into().ok();
                        let found = head.and_then(|head| runs.get_mut(&head));
                        let after = bytes.get(at + SQUASHED..).unwrap_or_default();
                        for run in found.into_iter().flatten() {
                            let is_longer = bytes.len() > SQUASHED + run.rest.len();
                            run.is_in_another |= is_longer && after.starts_with(&run.rest);
                        }
                    }
                }
            }
        };
        pass(None, application.id.as_str());
        values(application, pass);
    }

    /// Takes in an attribute that somebody else has too, however they write it.
    pub fn pass_attribute(&mut self, id: &AttributeId) {
        self.of_others.extend(self.by_attribute.get(id).into_iter().flatten());
    }

    /// The values that nobody else has.
    pub fn terms(self) -> Terms {
        let Self { values, ids, of_others, mut runs, passages, .. } = self;
        let mut terms = Terms { passages, ..Terms::default() };
        runs.retain(|_, runs| {
            runs.retain(|run| !of_others.contains(&run.of));
            !runs.is_empty()
        });
        terms.runs = runs;
        let mut sought: BTreeSet<Vec<String>> =
            ids.into_iter().filter(|words| words.concat().len() > 1).collect();
        for (at, value) in values.into_iter().enumerate() {
            if of_others.contains(&at) {
                continue;
            }
            terms.names.extend(value.hashes_as_part());
            if !value.is_sought {
                continue;
            }
            let least = if value.is_name { 2 } else { SHORTEST };
            terms.unspaced.extend(value.unspaced.filter(|text| text.chars().count() >= least));
            let is_long = |words: &Vec<String>| {
                words.iter().map(|word| word.chars().count()).sum::<usize>() >= SHORTEST
            };
            sought.extend(value.words.into_iter().filter(is_long));
        }
        terms.count = sought.len();
        for mut words in sought {
            if !words.is_empty() {
                let first = words.remove(0);
                terms.by_first.entry(first).or_default().push(words);
            }
        }
        for rests in terms.by_first.values_mut() {
            rests.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        }
        terms
    }
}

/// The attributes for which a value is written in a column, as far as that can be told.
fn written(application: &Application, column: Column, text: &str) -> Vec<Attribute> {
    let of = |fields: Fields| {
        let bare = Application {
            id: application.id.clone(),
            fields,
            extra: Default::default(),
            nested: Default::default(),
            source: application.source.clone(),
        };
        normalize(&bare).attributes
    };
    let is_context = |c: &Column| CONTEXT.contains(c) && *c != column;
    let around = || {
        let all = application.fields.iter().filter(move |(c, _)| is_context(c));
        all.map(|(c, value)| (c, value.to_owned()))
    };
    if CONTEXT.contains(&column) {
        // A city or a postal code is no address.
        return Vec::new();
    }
    let without: Vec<_> = of(around().collect());
    let with = of(around().chain([(column, text.to_owned())]).collect());
    let is_new = |found: &(Attribute, _)| !without.contains(found);
    with.into_iter().filter(is_new).map(|(attribute, _)| attribute).collect()
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
        self.count == 0 && self.runs.is_empty() && self.passages.is_empty()
    }

    /// Whether a text names one. O(its length).
    #[must_use]
    pub fn are_in(&self, text: &str) -> bool {
        if self.is_empty() {
            return false;
        }
        self.words_are_in(text)
            || self.squashed_are_in(text)
            || (!self.unspaced.is_empty()
                && unspaced(text).is_some_and(|text| {
                    self.unspaced.iter().any(|term| text.contains(term.as_str()))
                }))
    }

    /// Whether a value, as a watch-list has it, is one, or the host, the handle or the mailbox of one.
    #[must_use]
    pub fn are_named(&self, value: &str) -> bool {
        let words = folded(bare(value)).join(" ");
        !words.is_empty() && self.names.contains(&hash('e', &words))
    }

    fn words_are_in(&self, text: &str) -> bool {
        let words = folded(text);
        let mut rest = words.as_slice();
        while let Some((first, after)) = rest.split_first() {
            let found = self.by_first.get(first).into_iter().flatten();
            if found.into_iter().any(|words| after.starts_with(words)) {
                return true;
            }
            rest = after;
        }
        false
    }

    fn squashed_are_in(&self, text: &str) -> bool {
        let squashed = Squashed::of(text);
        let is_one = |(at, run, end): (usize, &Run, usize)| {
            let is_whole =
                !squashed.is_in_number(end) && (run.is_phone || !squashed.is_in_number(at));
            is_whole && (!run.is_in_another || (squashed.is_edge(at) && squashed.is_edge(end)))
        };
        runs_in(&self.runs, &squashed.bytes).any(is_one)
            || (!self.passages.is_empty()
                && passages(&squashed.bytes).any(|hash| self.passages.contains(&hash)))
    }
}

#[cfg(test)]
mod tests;
