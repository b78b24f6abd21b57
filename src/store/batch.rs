//! Facts made ready for a store: encoded, hashed and packed, which is nearly all the work of an append and needs no
//! store, so that many threads can do it. Not responsible for making anything durable.
//!
//! Invariant: the same facts give the same bytes on every machine.

use crate::{
    model::{Fact, ImportId, Seq},
    store::{StoreError, journal::Block, journal::pack},
};
use xxhash_rust::xxh3::xxh3_64;

/// Facts ready to be appended together.
#[derive(Debug, Clone)]
pub struct Batch {
    pub(super) blocks: Vec<Block>,
    /// Position in the batch, counted from 0, and hash of the id of each application received.
    received: Vec<(u64, u64)>,
    /// Imports withdrawn.
    pub(super) withdrawn: Vec<ImportId>,
    len: u64,
}

impl Batch {
    /// Makes facts ready. O(bytes).
    ///
    /// # Errors
    /// When one of them is longer than a fact may be.
    pub fn new(facts: &[Fact]) -> Result<Self, StoreError> {
        let id = |fact: &Fact| match fact {
            Fact::Received { application, .. } => Some(id_hash(application.id.as_str())),
            _ => None,
        };
        let received = (0..).zip(facts).filter_map(|(nth, fact)| Some((nth, id(fact)?)));
        let withdrawn = facts.iter().filter_map(|fact| match fact.as_remaining() {
            Some(Fact::ImportWithdrawn { import, .. }) => Some(import.clone()),
            _ => None,
        });
        Ok(Self {
            blocks: pack(facts.iter())?,
            received: received.collect(),
            withdrawn: withdrawn.collect(),
            len: facts.len() as u64,
        })
    }

    /// These facts and after them others.
    #[must_use]
    pub fn and(mut self, more: Self) -> Self {
        self.blocks.extend(more.blocks);
        self.received.extend(more.received.into_iter().map(|(nth, id)| (self.len + nth, id)));
        self.withdrawn.extend(more.withdrawn);
        self.len += more.len;
        self
    }

    /// How many facts there are.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Position and hash of the id of each application received, when the batch begins with fact `first`.
    pub(super) fn received(&self, first: Seq) -> impl Iterator<Item = (Seq, u64)> {
        self.received.iter().map(move |&(nth, hash)| (Seq(first.0 + nth), hash))
    }
}

/// What applications are looked up by (XXH3, format version 1).
pub(super) fn id_hash(id: &str) -> u64 {
    xxh3_64(id.as_bytes())
}
