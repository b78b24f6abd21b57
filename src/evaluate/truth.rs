//! The labelled truth: for each application its person and, if any, its ring. Not responsible for comparing.
//!
//! Invariant: every application is there once.

use crate::evaluate::EvaluateError;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::path::Path;

/// Labels of a data set, interned: persons and rings are numbered in order of appearance.
#[derive(Debug, Clone, Default)]
pub struct Truth {
    pub(crate) position: FxHashMap<String, u32>,
    pub(crate) person: Vec<u32>,
    pub(crate) ring: Vec<Option<u32>>,
    persons: FxHashMap<String, u32>,
    rings: FxHashMap<String, u32>,
    pub(crate) kinds: BTreeMap<u32, String>,
}

fn intern(names: &mut FxHashMap<String, u32>, name: &str) -> u32 {
    if let Some(&n) = names.get(name) {
        return n;
    }
    let n = u32::try_from(names.len()).unwrap_or(u32::MAX);
    names.insert(name.to_owned(), n);
    n
}

impl Truth {
    /// Adds a label; false when the application is there already. An empty ring is none.
    pub fn add(&mut self, application: &str, person: &str, ring: &str) -> bool {
        let at = u32::try_from(self.person.len()).unwrap_or(u32::MAX);
        if self.position.contains_key(application) {
            return false;
        }
        self.position.insert(application.to_owned(), at);
        self.person.push(intern(&mut self.persons, person));
        self.ring.push((!ring.is_empty()).then(|| intern(&mut self.rings, ring)));
        true
    }

    /// Says of which kind a ring is, for figures by kind. Unknown rings are ignored.
    pub fn set_kind(&mut self, ring: &str, kind: &str) {
        if let Some(&ring) = self.rings.get(ring) {
            self.kinds.insert(ring, kind.to_owned());
        }
    }

    /// How many applications are labelled.
    #[must_use]
    pub fn applications(&self) -> usize {
        self.person.len()
    }

    /// How many persons there are.
    #[must_use]
    pub fn persons(&self) -> usize {
        self.persons.len()
    }

    /// Reads the kinds from a `rings.csv` with the columns `ring_id` and `kind`.
    ///
    /// # Errors
    /// When the file cannot be read or lacks a column.
    pub fn read_kinds(&mut self, path: &Path) -> Result<(), EvaluateError> {
        const NEEDED: &str = "ring_id and kind";
        each_row(path, &[("ring_id", true), ("kind", true)], NEEDED, |_, cells| {
            self.set_kind(cells[0], cells[1]);
            Ok(())
        })
    }
}

/// The labels of a CSV file with the columns `application_id`, `person_id` and, optionally, `ring_id`.
///
/// # Errors
/// When the file cannot be read, lacks a column or names an application twice.
pub fn read_truth(path: &Path) -> Result<Truth, EvaluateError> {
    const NEEDED: &str = "application_id, person_id and optionally ring_id";
    let mut truth = Truth::default();
    let columns = [("application_id", true), ("person_id", true), ("ring_id", false)];
    each_row(path, &columns, NEEDED, |row, cells| {
        if truth.add(cells[0], cells[1], cells[2]) {
            return Ok(());
        }
        let application = cells[0].to_owned();
        Err(EvaluateError::Repeated { path: path.to_owned(), row, application })
    })?;
    Ok(truth)
}

fn each_row(
    path: &Path,
    columns: &[(&'static str, bool)],
    needed: &'static str,
    mut take: impl FnMut(u64, &[&str]) -> Result<(), EvaluateError>,
) -> Result<(), EvaluateError> {
    let read = |source| EvaluateError::Read { path: path.to_owned(), source };
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .flexible(true)
        .from_path(path)
        .map_err(read)?;
    let header = reader.headers().map_err(read)?.clone();
    let mut at = Vec::new();
    for (name, required) in columns {
        let found = header.iter().position(|h| h.trim_start_matches('\u{feff}') == *name);
        if found.is_none() && *required {
            return Err(EvaluateError::Column { path: path.to_owned(), column: name, needed });
        }
        at.push(found);
    }
    let mut record = csv::StringRecord::new();
    let mut row = 0;
    while reader.read_record(&mut record).map_err(read)? {
        row += 1;
        let cells: Vec<&str> =
            at.iter().map(|i| i.and_then(|i| record.get(i)).unwrap_or("")).collect();
        take(row, &cells)?;
    }
    Ok(())
}
