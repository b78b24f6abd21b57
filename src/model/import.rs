//! Imports as they are remembered: which file, who brought it, how it ended, and whether it was withdrawn. Not
//! responsible for carrying one out (`engine`).
//!
//! Invariant: made of facts alone, so that replaying the journal gives the same records.

use crate::model::{ImportCounts, ImportId, Moment};
use serde::{Deserialize, Serialize};

/// One import, from its facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportRecord {
    /// The import.
    pub id: ImportId,
    /// File name, `-` for standard input.
    pub file: String,
    /// Who ran it.
    pub by: String,
    /// When it began.
    pub started: Moment,
    /// When it ended; none when it broke off.
    pub finished: Option<Moment>,
    /// How it ended. Of one that broke off, what it brought until then: `read` and `new` only.
    pub counts: ImportCounts,
    /// Who withdrew it, if somebody did; nothing that it brought counts then.
    pub withdrawn: Option<ImportWithdrawal>,
}

impl ImportRecord {
    /// One that began.
    #[must_use]
    pub fn begun(id: ImportId, file: String, by: String, at: Moment) -> Self {
        let counts = ImportCounts::default();
        Self { id, file, by, started: at, finished: None, counts, withdrawn: None }
    }
}

/// That an import was withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportWithdrawal {
    /// By whom.
    pub by: String,
    /// When.
    pub at: Moment,
    /// Why.
    pub why: String,
}
