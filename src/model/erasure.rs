//! Erasures: the tombstones that say what is no longer there. Not responsible for taking it out (`store`, `engine`).
//!
//! A tombstone holds nothing of whom it is about but hashes: of the ids of applications, by which a row that comes again is
//! recognised, and by its number each fact that was erased.
//!
//! Invariant: every erased fact is named by a tombstone of the same journal.

use crate::model::{Digest, ErasureId, FileHash, Moment, Seq, words::words};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

words! {
    /// Why somebody's data was erased.
    ErasureBasis, UnknownErasureBasis, "a ground for erasing",
    Request = "request", "the person asked for it";
    Retention = "retention", "it was kept for as long as it may be";
    Mistake = "mistake", "it should never have come";
}

/// A fact that was erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasedFact {
    /// Which.
    pub seq: Seq,
    /// The hash of what stays of it, as the chain hashes facts; none where nothing does.
    pub rest: Option<Digest>,
}

/// A tombstone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erasure {
    /// Its id.
    pub id: ErasureId,
    /// Hashes of the ids of the applications, ascending.
    pub applications: Vec<Digest>,
    /// Claimed identities that were erased.
    pub applicants: u32,
    /// The facts that were erased, ascending.
    pub facts: Vec<ErasedFact>,
    /// Attached files that were removed.
    pub files: Vec<FileHash>,
    /// On what ground.
    pub basis: ErasureBasis,
    /// Rules that somebody set aside, one sentence each: a floor that had not passed.
    pub set_aside: Vec<String>,
    /// By whom.
    pub by: String,
    /// When.
    pub at: Moment,
    /// Why.
    pub why: String,
}

/// An erasure as it is remembered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasureRecord {
    /// The fact that it is.
    pub seq: Seq,
    /// Number of the facts that were erased.
    pub facts: u64,
    /// The tombstone, without the list of facts.
    pub erasure: Erasure,
}

impl ErasureRecord {
    /// Of a tombstone that is this fact.
    #[must_use]
    pub fn new(seq: Seq, mut erasure: Erasure) -> Self {
        let facts = std::mem::take(&mut erasure.facts).len() as u64;
        Self { seq, facts, erasure }
    }
}
