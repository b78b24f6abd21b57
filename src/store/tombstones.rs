//! Holding erased facts against the tombstones that name them. Not responsible for the chain, which an erased fact keeps.
//!
//! The chain cannot tell an erased fact from the one it stands for: that is what it is for. So whoever takes a fact out by
//! hand, or puts something else in the place of what stays, is found here.
//!
//! Invariant: a fact that is erased without a tombstone, otherwise than its last tombstone says, or named and still there,
//! is told.

use crate::{
    model::{Digest, ErasedFact, Fact, Seq},
    store::journal,
};
use std::collections::BTreeMap;

/// What a fact says of erasing.
pub(super) enum Told {
    /// It was erased, and this is the hash of what stays.
    Erased(Option<Digest>),
    /// It is a tombstone and names these.
    Names(Vec<ErasedFact>),
}

impl Told {
    /// What a fact says of it; none for those that have nothing to do with it.
    ///
    /// # Errors
    /// In words, when what stays of it does not encode.
    pub fn of(fact: &Fact) -> Result<Option<Self>, String> {
        Ok(match fact {
            Fact::Erased { rest, .. } => {
                let rest = rest.as_deref().map(journal::fact_hash).transpose();
                Some(Self::Erased(rest.map_err(|e| e.to_string())?.map(Digest)))
            }
            Fact::Erasure(erasure) => Some(Self::Names(erasure.facts.clone())),
            _ => None,
        })
    }
}

/// Erased facts and the tombstones that name them.
#[derive(Default)]
pub(super) struct Tombstones {
    erased: BTreeMap<Seq, Option<Digest>>,
    named: BTreeMap<Seq, Option<Digest>>,
}

impl Tombstones {
    /// Takes in what fact `seq` says; in the order of the journal.
    pub fn put(&mut self, seq: Seq, told: Told) {
        match told {
            Told::Erased(rest) => drop(self.erased.insert(seq, rest)),
            Told::Names(facts) => self.named.extend(facts.iter().map(|fact| (fact.seq, fact.rest))),
        }
    }

    /// The first fact that is not as its tombstone says, and how.
    pub fn differs(&self) -> Option<(Seq, &'static str)> {
        let unnamed = self.erased.iter().find_map(|(&seq, rest)| match self.named.get(&seq) {
            None => Some((seq, "the fact was taken out, and no tombstone names it")),
            Some(named) if named != rest => {
                Some((seq, "what stays of the erased fact is not what its tombstone says"))
            }
            Some(_) => None,
        });
        let there = || {
            let mut named = self.named.keys().filter(|seq| !self.erased.contains_key(seq));
            named.next().map(|&seq| {
                (seq, "a tombstone names this fact, and it is still there; open the store for writing")
            })
        };
        unnamed.or_else(there)
    }
}
