//! What a person chose for single columns of one file, over what a mapping says of them. Not responsible for the
//! mapping itself (`mapping`).
//!
//! Invariant: a protected column can only be left out.

use crate::ingest::{
    IngestError, Mapping,
    error::shorten,
    mapping::{Target, key, value_error},
};
use crate::model::{Column, column::protected_trait};
use std::collections::BTreeMap;

/// What a column of a file is to become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// A column of Ringer.
    Column(Column),
    /// An extra field under its own name, which is not compared.
    Extra,
    /// Nothing: discarded unread.
    Drop,
}

/// Columns of which a file often has a piece in each of several columns; of any other the first that says something
/// is taken.
const JOINED: &[Column] = &[
    Column::FullName,
    Column::Street,
    Column::Unit,
    Column::ShipStreet,
    Column::ShipUnit,
    Column::ReferenceName,
    Column::ResumeText,
];

impl Mapping {
    /// Sets what single columns of a file with these `headers` become. Where several become the same name, street or
    /// text, they are joined in the order of the file, together with those that the mapping joins already.
    ///
    /// # Errors
    /// A protected column that is not to be left out; two columns that Ringer cannot tell apart, such as "E-mail"
    /// and "email", with different choices.
    pub fn choose(
        &mut self,
        headers: &[String],
        choices: &BTreeMap<String, Choice>,
    ) -> Result<(), IngestError> {
        let mut chosen: BTreeMap<String, Choice> = BTreeMap::new();
        for (header, &choice) in choices {
            let shown = shorten(header, 80);
            if choice != Choice::Drop
                && let Some(named) = protected_trait(header)
            {
                let problem =
                    format!("{shown:?} is a protected field ({named}) and can only be left out");
                return Err(value_error("columns", &problem));
            }
            if chosen.insert(key(header), choice).is_some_and(|before| before != choice) {
                let problem = format!("{shown:?} is named twice; give it one meaning");
                return Err(value_error("columns", &problem));
            }
        }
        for (key, &choice) in &chosen {
            let target = match choice {
                Choice::Column(column) => Target::Column(column),
                Choice::Extra => Target::Extra,
                Choice::Drop => Target::Drop,
            };
            self.chosen.insert(key.clone(), target);
        }
        for &column in JOINED {
            self.join_chosen(headers, column);
        }
        Ok(())
    }

    fn join_chosen(&mut self, headers: &[String], column: Column) {
        let mut pieces: Vec<String> = Vec::new();
        let mut any = false;
        for header in headers {
            let key = key(header);
            let piece = match self.chosen.get(&key) {
                Some(&Target::Column(c)) if c == column => {
                    any = true;
                    true
                }
                Some(_) => false,
                None => matches!(self.target(header), Target::Part(c, _) if c == column),
            };
            if piece && !pieces.contains(&key) {
                pieces.push(key);
            }
        }
        if !any || pieces.len() < 2 {
            return;
        }
        for (nth, key) in pieces.into_iter().enumerate() {
            self.chosen.insert(key, Target::Part(column, nth));
        }
        self.separators.entry(column).or_insert_with(|| " ".to_owned());
    }

    /// The mapping, refusing every protected column, also those that it would drop.
    #[must_use]
    pub fn refusing_protected(mut self) -> Self {
        self.refuse_protected = true;
        self.drop_protected = false;
        self
    }

    /// The mapping, discarding every protected column unread.
    #[must_use]
    pub fn dropping_protected(mut self) -> Self {
        self.refuse_protected = false;
        self.drop_protected = true;
        self
    }
}
