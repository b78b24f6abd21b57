//! One JSON object as a row: scalars become columns and extra fields, lists and objects are kept as JSON
//! text. Not responsible for finding the objects in a file (`jsonl`, `json`).
//!
//! A mapping can reach into nested values by path: `"candidate.emails.value" = "email"`. Positions in lists
//! are left out of a path; the first value found is taken. What is reached that way also stays in the
//! nested text.
//!
//! Invariant: no protected key, at any depth, gets into an application or into the rejects.

use crate::ingest::{
    Columns, IngestError, Limits, MappedColumn, Mapping, Options, Report,
    assemble::{Assembler, Draft},
    error::{quoted, shorten},
    mapping::{Target, key},
    plan::{PERSON, choose_mapping, refuse_protected},
};
use crate::model::{Application, Column};
use rustc_hash::FxHashMap;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

/// An object with its members in the order of the text.
pub(super) struct Object(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Object;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Object(members))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

/// Why an object is no application.
pub(super) struct Refused {
    /// For `RowProblem`.
    pub(super) reason: String,
    /// The text to show instead of the row's own, when that holds what must not be copied.
    pub(super) raw: Option<Vec<u8>>,
}

/// Turns the objects of one file into applications.
pub(super) struct Objects {
    mapping: Mapping,
    assembler: Assembler,
    limits: Limits,
    /// What keys and paths mean, and whether `mapped` or `extra` has them already. Never iterated over.
    known: FxHashMap<String, (Target, bool)>,
    mapped: BTreeMap<String, Column>,
    extra: BTreeSet<String>,
    dropped: BTreeSet<String>,
    pub(super) report: Report,
}

/// Most names remembered of one file: a hostile one has a new key in every row.
const NAMES: usize = 10_000;

impl Objects {
    /// For the file called `name`, of which `sample` are the first objects.
    ///
    /// # Errors
    /// Protected keys in the sample; no key in it that Ringer knows, or none that says whose application it is.
    pub(super) fn new(
        name: &str,
        sample: &[Object],
        options: &Options,
    ) -> Result<Self, IngestError> {
        let paths = paths(sample);
        let (mapping, detected) = choose_mapping(options.mapping.as_ref(), &paths);
        let keys = paths.iter().map(|p| p.rsplit('.').next().unwrap_or(p));
        // A dropped path need not be dropped under its last key alone.
        let own = Mapping::default();
        let judge = if detected { &own } else { &mapping };
        let keys = keys.zip(&paths).filter(|(_, p)| !is_path_dropped(judge, p)).map(|(k, _)| k);
        refuse_protected(name, keys, &mapping, detected)?;
        let columns: BTreeSet<Column> = paths
            .iter()
            .filter_map(|p| match target_of(&mapping, p) {
                Target::Column(c) | Target::Part(c, _) => Some(c),
                _ => None,
            })
            .collect();
        let top: Vec<&String> = paths.iter().filter(|p| !p.contains('.')).collect();
        if !sample.is_empty() && columns.is_empty() {
            return Err(IngestError::NoKnownColumn { name: name.to_owned(), found: quoted(&top) });
        }
        if !sample.is_empty()
            && !mapping.allow_unnamed
            && !PERSON.iter().any(|c| columns.contains(c))
        {
            return Err(IngestError::NoPerson { name: name.to_owned(), found: quoted(&top) });
        }
        let has_id = sample.is_empty() || columns.contains(&Column::ApplicationId);
        let limits = options.limits;
        let assembler = Assembler::new(name, &mapping, Some(has_id), limits.value_bytes)?;
        let report = Report {
            preset: mapping.preset.clone(),
            preset_detected: detected,
            ..Report::default()
        };
        Ok(Self {
            mapping,
            assembler,
            limits,
            known: FxHashMap::default(),
            mapped: BTreeMap::new(),
            extra: BTreeSet::new(),
            dropped: BTreeSet::new(),
            report,
        })
    }

    /// The application in the JSON text `text`, row `row`.
    pub(super) fn read(&mut self, text: &[u8], row: u64) -> Result<Application, Refused> {
        let plain = |reason| Refused { reason, raw: None };
        let Object(mut members) = serde_json::from_slice(text)
            .map_err(|e| plain(format!("not a valid JSON object: {e}")))?;
        if members.len() > self.limits.columns {
            return Err(plain(format!(
                "{} keys, the limit is {}",
                members.len(),
                self.limits.columns
            )));
        }
        let mut dropped = false;
        let mut protected = None;
        members.retain_mut(|(key, value)| self.keep(key, value, &mut dropped, &mut protected));
        if let Some((key, named)) = protected {
            return Err(Refused {
                reason: format!(
                    "protected field {:?} ({named}); remove it, or list it under drop in a mapping file",
                    shorten(&key, 80)
                ),
                raw: Some(b"(not copied: the row holds a protected field)".to_vec()),
            });
        }
        let raw = dropped.then(|| {
            let members = members.iter().map(|(k, v)| format!("{}:{v}", Value::from(k.as_str())));
            format!("{{{}}}", members.collect::<Vec<_>>().join(",")).into_bytes()
        });
        self.draft(members)
            .and_then(|draft| self.assembler.finish(draft, row))
            .map_err(|reason| Refused { reason, raw })
    }

    /// What is known so far.
    pub(super) fn report(&self) -> Report {
        let mapped = self.mapped.iter();
        let met: BTreeSet<String> = self.mapped.keys().map(|path| key(path)).collect();
        let missing = self.mapping.named.iter().filter(|(k, _)| !met.contains(*k));
        Report {
            mapped: mapped
                .map(|(header, column)| MappedColumn { header: header.clone(), column: *column })
                .collect(),
            extra: self.extra.iter().cloned().collect(),
            dropped: self.dropped.iter().cloned().collect(),
            missing: missing.map(|(_, header)| header.clone()).collect(),
            derived_ids: self.assembler.derived(),
            ..self.report.clone()
        }
    }

    fn target(&mut self, path: &str) -> Target {
        if let Some((target, _)) = self.known.get(path) {
            return *target;
        }
        let target = target_of(&self.mapping, path);
        if self.known.len() < NAMES {
            self.known.insert(path.to_owned(), (target, false));
        }
        target
    }

    /// Notes for the report what became of a path, the first time.
    fn note(&mut self, path: &str, column: Option<Column>) {
        match self.known.get_mut(path) {
            Some((_, noted)) if !*noted => *noted = true,
            _ => return,
        }
        match column {
            Some(column) => {
                self.mapped.insert(path.to_owned(), column);
            }
            None => remember(&mut self.extra, path),
        }
    }

    /// Removes what the mapping drops from `value`, at any depth; false when it is to go itself.
    fn keep(
        &mut self,
        path: &str,
        value: &mut Value,
        dropped: &mut bool,
        protected: &mut Option<(String, &'static str)>,
    ) -> bool {
        match self.target(path) {
            Target::Drop => {
                *dropped = true;
                remember(&mut self.dropped, path);
                return false;
            }
            Target::Protected(named) => {
                protected.get_or_insert_with(|| (path.to_owned(), named));
            }
            _ => {}
        }
        match value {
            Value::Object(map) => {
                map.retain(|key, value| {
                    self.keep(&format!("{path}.{key}"), value, dropped, protected)
                });
            }
            Value::Array(list) => {
                for item in list.iter_mut().filter(|i| i.is_object() || i.is_array()) {
                    self.keep(path, item, dropped, protected);
                }
            }
            _ => {}
        }
        true
    }

    fn draft(&mut self, members: Vec<(String, Value)>) -> Result<Draft, String> {
        let mut draft = Draft::default();
        let mut parts: BTreeMap<(Column, usize), String> = BTreeMap::new();
        let mut keys: Vec<&str> = members.iter().map(|(key, _)| key.as_str()).collect();
        keys.sort_unstable();
        if let Some([twice, _]) = keys.array_windows().find(|[a, b]| a == b) {
            return Err(format!("key {:?} occurs twice", shorten(twice, 80)));
        }
        for (key, value) in members {
            match value {
                Value::Null => {}
                Value::Array(_) | Value::Object(_) => {
                    self.lift(&key, &value, &mut draft, &mut parts)?;
                    let text = value.to_string();
                    if text != "[]" && text != "{}" {
                        draft.nested.insert(key, text);
                    }
                }
                scalar => {
                    if let Some(text) = text_of(&key, scalar)?
                        && let Some(text) = self.put(&key, text, &mut draft, &mut parts)
                    {
                        self.note(&key, None);
                        draft.extra.insert(key, text);
                    }
                }
            }
        }
        let mut joined: BTreeMap<Column, String> = BTreeMap::new();
        for ((column, _), part) in parts {
            match joined.get_mut(&column) {
                Some(text) => {
                    text.push_str(self.mapping.separators.get(&column).map_or(" ", String::as_str));
                    text.push_str(&part);
                }
                None => {
                    joined.insert(column, part);
                }
            }
        }
        for (column, text) in joined {
            if column != Column::ApplicationId {
                if draft.fields.get(column).is_none() {
                    draft.fields.set(column, &text);
                }
            } else if draft.id.is_empty() {
                draft.id = text;
            }
        }
        Ok(draft)
    }

    /// Puts a text where its path belongs; gives it back when that is nowhere.
    fn put(
        &mut self,
        path: &str,
        text: String,
        draft: &mut Draft,
        parts: &mut BTreeMap<(Column, usize), String>,
    ) -> Option<String> {
        let (column, part) = match self.target(path) {
            Target::Column(column) => (column, None),
            Target::Part(column, nth) => (column, Some(nth)),
            _ => return Some(text),
        };
        self.note(path, Some(column));
        if let Some(nth) = part {
            parts.entry((column, nth)).or_insert(text);
            return None;
        }
        if column == Column::ApplicationId {
            if draft.id.is_empty() {
                draft.id = text;
                return None;
            }
            return (draft.id != text).then_some(text);
        }
        match draft.fields.get(column) {
            Some(other) => (*other != *text).then_some(text),
            None => {
                draft.fields.set(column, &text);
                None
            }
        }
    }

    /// Puts the scalars inside `value` where a mapping's paths want them.
    fn lift(
        &mut self,
        path: &str,
        value: &Value,
        draft: &mut Draft,
        parts: &mut BTreeMap<(Column, usize), String>,
    ) -> Result<(), String> {
        match value {
            Value::Object(map) => {
                for (key, value) in map {
                    self.lift(&format!("{path}.{key}"), value, draft, parts)?;
                }
            }
            Value::Array(list) => {
                for value in list {
                    self.lift(path, value, draft, parts)?;
                }
            }
            scalar => {
                if matches!(self.target(path), Target::Column(_) | Target::Part(..))
                    && let Some(text) = text_of(path, scalar.clone())?
                {
                    // A second value of a list stays in the nested text.
                    let _ = self.put(path, text, draft, parts);
                }
            }
        }
        Ok(())
    }
}

/// What a path means: at the top as a header does; below it only what the mapping names, and what is dropped
/// or protected under its last key.
pub(super) fn target_of(mapping: &Mapping, path: &str) -> Target {
    let Some((_, key)) = path.rsplit_once('.') else { return mapping.target(path) };
    match mapping.explicit(path) {
        Some(target) => target,
        None if is_path_dropped(mapping, path) => Target::Drop,
        None => match mapping.target(key) {
            found @ (Target::Drop | Target::Protected(_)) => found,
            _ => Target::Extra,
        },
    }
}

fn is_path_dropped(mapping: &Mapping, path: &str) -> bool {
    mapping.target(path) == Target::Drop
}

/// The keys of some objects and the paths inside them, in the order of the text.
pub(super) fn paths(sample: &[Object]) -> Vec<String> {
    let mut paths = Vec::new();
    let mut seen = BTreeSet::new();
    for Object(members) in sample {
        for (key, value) in members {
            collect(key, value, &mut |path| {
                if seen.len() < NAMES && seen.insert(path.to_owned()) {
                    paths.push(path.to_owned());
                }
            });
        }
    }
    paths
}

/// The columns of a file that begins with these objects, paths into nested values among them.
pub(super) fn columns(sample: &[Object]) -> Columns {
    let headers = paths(sample);
    let places: BTreeMap<String, usize> =
        headers.iter().enumerate().map(|(i, path)| (path.clone(), i)).collect();
    let mut columns = Columns { headers, nested: true, ..Columns::default() };
    for Object(members) in sample {
        for (key, value) in members {
            scalars(key, value, &mut |path, value| {
                if let Some(&place) = places.get(path) {
                    columns.sample(place, value);
                }
            });
        }
    }
    columns
}

/// Calls `put` with every scalar inside and its path.
fn scalars(path: &str, value: &Value, put: &mut impl FnMut(&str, &str)) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                scalars(&format!("{path}.{key}"), value, put);
            }
        }
        Value::Array(list) => {
            for value in list {
                scalars(path, value, put);
            }
        }
        Value::Null => {}
        Value::String(text) => put(path, text),
        other => put(path, &other.to_string()),
    }
}

/// Calls `put` with the path of every member inside.
fn collect(path: &str, value: &Value, put: &mut impl FnMut(&str)) {
    put(path);
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                collect(&format!("{path}.{key}"), value, put);
            }
        }
        Value::Array(list) => {
            for value in list.iter().filter(|v| v.is_object() || v.is_array()) {
                collect(path, value, put);
            }
        }
        _ => {}
    }
}

/// A scalar as text; nothing for an empty one.
fn text_of(key: &str, value: Value) -> Result<Option<String>, String> {
    // 2^53: beyond it a number read as floating point has lost digits, and two ids could become one.
    let inexact =
        value.is_f64() && value.as_f64().is_some_and(|n| n.abs() >= 9_007_199_254_740_992.0);
    if inexact {
        return Err(format!("{key:?} is a number too long to keep exactly; write it in quotes"));
    }
    Ok(match value {
        Value::String(text) if text.trim().is_empty() => None,
        Value::String(text) => Some(text),
        Value::Null => None,
        other => Some(other.to_string()),
    })
}

fn remember(names: &mut BTreeSet<String>, name: &str) {
    if names.len() < NAMES && !names.contains(name) {
        names.insert(name.to_owned());
    }
}
