//! Which facts may be the versions of an application, in memory, and which imports were withdrawn. Not responsible for
//! whether a fact is a version: whoever reads it compares its id and its import.
//!
//! Invariant: 8 bytes a version and what a vector keeps in reserve; facts of one application come oldest first.

use crate::model::{ImportId, Seq};
use std::{collections::BTreeSet, sync::Arc};

/// Lists that facts are spread over: at a million applications one has 250 entries, which is read in less time than
/// one fetch from memory that a tree would need more of.
const LISTS: usize = 4096;

/// Facts by hash of the id.
pub(super) struct Index {
    /// By the upper bits of the hash: its lower half, and the fact.
    lists: Vec<Vec<(u32, u32)>>,
    withdrawn: Arc<BTreeSet<ImportId>>,
}

impl Index {
    /// Of no facts.
    pub fn new() -> Self {
        Self { lists: vec![Vec::new(); LISTS], withdrawn: Arc::default() }
    }

    /// Adds an import that was withdrawn: what it brought is no version of anything.
    pub fn withdraw(&mut self, import: ImportId) {
        Arc::make_mut(&mut self.withdrawn).insert(import);
    }

    /// The imports that were withdrawn.
    pub fn withdrawn(&self) -> Arc<BTreeSet<ImportId>> {
        Arc::clone(&self.withdrawn)
    }

    /// Adds a version. Facts beyond `MOST` are not found; a store takes none.
    pub fn add(&mut self, hash: u64, seq: Seq) {
        let Ok(seq) = u32::try_from(seq.0) else { return };
        if let Some(list) = self.lists.get_mut(list_of(hash)) {
            list.push((low(hash), seq));
        }
    }

    /// Whether a fact is among those of a hash.
    pub fn holds(&self, hash: u64, seq: Seq) -> bool {
        let list = self.lists.get(list_of(hash));
        u32::try_from(seq.0).is_ok_and(|seq| list.is_some_and(|l| l.contains(&(low(hash), seq))))
    }

    /// Facts that may be versions, oldest first: all that are, and beside those of withdrawn imports hardly ever one more.
    pub fn facts(&self, hash: u64) -> Vec<Seq> {
        let list = self.lists.get(list_of(hash)).into_iter().flatten();
        list.filter(|(of, _)| *of == low(hash)).map(|&(_, seq)| Seq(u64::from(seq))).collect()
    }
}

/// The last fact that an index can hold.
pub(super) const MOST: Seq = Seq(u32::MAX as u64);

fn list_of(hash: u64) -> usize {
    (hash >> 52) as usize % LISTS
}

fn low(hash: u64) -> u32 {
    (hash & 0xffff_ffff) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_facts_of_a_hash_come_oldest_first_and_no_others() {
        let mut index = Index::new();
        for (seq, hash) in [(3, 7), (4, 7 | 1 << 60), (9, 7), (11, 8)] {
            index.add(hash, Seq(seq));
        }
        assert_eq!(index.facts(7), [Seq(3), Seq(9)]);
        assert_eq!(index.facts(7 | 1 << 60), [Seq(4)]);
        assert_eq!(index.facts(9), []);
    }
}
