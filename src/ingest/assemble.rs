//! Turns the values of one row into an application: constants, the id, and what must be there. Not
//! responsible for where the values come from.
//!
//! Invariant: the same values give the same application on every machine, in every file.

use crate::ingest::{DeriveId, IngestError, Mapping, plan::PERSON};
use crate::model::{Application, ApplicationId, Column, Fields, Source};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// The values of one row.
#[derive(Debug, Default)]
pub(super) struct Draft {
    /// Known columns, none empty.
    pub(super) fields: Fields,
    /// Unknown columns, none empty.
    pub(super) extra: BTreeMap<String, String>,
    /// Nested lists and objects, as JSON.
    pub(super) nested: BTreeMap<String, String>,
    /// The application's id as given; empty when not.
    pub(super) id: String,
}

/// What holds for all rows of a file.
#[derive(Debug)]
pub(super) struct Assembler {
    file: String,
    constants: BTreeMap<Column, String>,
    derive: bool,
    allow_unnamed: bool,
    derived: u64,
    value_bytes: usize,
}

/// What a derived id is made from.
const IDENTITY: [Column; 5] =
    [Column::RequisitionId, Column::FullName, Column::Email, Column::Phone, Column::SubmittedAt];

impl Assembler {
    /// For the file called `name`; `has_id` tells whether it has a column for ids (`None`: not known, each
    /// row decides).
    ///
    /// # Errors
    /// No column for ids, and the mapping forbids deriving them.
    pub(super) fn new(
        name: &str,
        mapping: &Mapping,
        has_id: Option<bool>,
        value_bytes: usize,
    ) -> Result<Self, IngestError> {
        let derive = match (mapping.derive_id, has_id) {
            (DeriveId::Never, Some(false)) => {
                return Err(IngestError::NoId { name: name.to_owned() });
            }
            (DeriveId::Never, _) => false,
            (DeriveId::WhereMissing, _) => true,
            (DeriveId::WithoutColumn, has_id) => has_id != Some(true),
        };
        Ok(Self {
            file: name.to_owned(),
            allow_unnamed: mapping.allow_unnamed,
            constants: mapping.constants.clone(),
            derive,
            derived: 0,
            value_bytes,
        })
    }

    /// The application in row `row`.
    ///
    /// # Errors
    /// Why the row is none, as a reason for `RowProblem`.
    pub(super) fn finish(&mut self, mut draft: Draft, row: u64) -> Result<Application, String> {
        for (column, value) in &self.constants {
            if draft.fields.get(*column).is_none() {
                draft.fields.set(*column, value);
            }
        }
        if draft.fields.is_empty() && draft.id.trim().is_empty() {
            return Err("the row is empty".to_owned());
        }
        self.check_values(&draft)?;
        if !self.allow_unnamed && !PERSON.iter().any(|c| draft.fields.get(*c).is_some()) {
            return Err("no name, no email and no phone; at least one is needed".to_owned());
        }
        let id = if !draft.id.trim().is_empty() {
            draft.id.parse().map_err(|e| format!("column \"application_id\": {e}"))?
        } else if self.derive {
            let id = derive_id(&draft.fields)?;
            self.derived += 1;
            id
        } else {
            return Err(
                "application_id is empty; fill it in, or set derive_id = true in the mapping file"
                    .to_owned(),
            );
        };
        let Draft { fields, extra, nested, .. } = draft;
        Ok(Application {
            id,
            fields,
            extra,
            nested,
            source: Source { file: self.file.clone(), row },
        })
    }

    /// How many ids were derived so far.
    pub(super) fn derived(&self) -> u64 {
        self.derived
    }

    fn check_values(&self, draft: &Draft) -> Result<(), String> {
        let all = draft.fields.text();
        let others = draft.extra.is_empty() && draft.nested.is_empty();
        if others && all.len() <= self.value_bytes && !all.as_bytes().contains(&0) {
            return Ok(());
        }
        let known = draft.fields.iter().map(|(c, v)| (c.name(), v));
        let others = draft.extra.iter().chain(&draft.nested).map(|(n, v)| (n.as_str(), v.as_str()));
        for (name, value) in known.chain(others) {
            if value.len() > self.value_bytes {
                return Err(format!(
                    "column {name:?} is {} bytes long, the limit is {}",
                    value.len(),
                    self.value_bytes
                ));
            }
            if value.as_bytes().contains(&0) {
                return Err(format!("column {name:?} holds a NUL character"));
            }
        }
        Ok(())
    }
}

/// The id of an application that came without: `derived-` and 96 bits of SHA-256 (format version 1) over
/// requisition, name, email, phone and time of submission, letter case and repeated blanks aside. The same
/// row has the same id in every import; a row that differs in anything else is a new version of it.
///
/// # Errors
/// A name alone: two people of one name would become one application.
fn derive_id(fields: &Fields) -> Result<ApplicationId, String> {
    if IDENTITY.iter().all(|c| *c == Column::FullName || fields.get(*c).is_none()) {
        return Err(
            "no application_id, and a name alone is too little to derive one from; add an id, an \
                    email, a phone, a requisition or a time of submission"
                .to_owned(),
        );
    }
    let mut hash = Sha256::new();
    hash.update(b"ringer:derived-application-id:1");
    for column in IDENTITY {
        let value = fields.get(column).unwrap_or_default();
        let folded = value.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        hash.update((folded.len() as u64).to_le_bytes());
        hash.update(folded.as_bytes());
    }
    let digest = hash.finalize();
    let hex: String = digest.iter().take(12).map(|b| format!("{b:02x}")).collect();
    format!("derived-{hex}").parse().map_err(|e| format!("cannot derive an application id: {e}"))
}
