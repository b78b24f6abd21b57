//! Where versions lie, in memory, read from the journal: what serves when sled cannot (a full disk, a reader
//! beside the writer). Not responsible for growing: a store that uses it takes no facts.
//!
//! Invariant: 24 bytes a version; a hash collision only yields a place whose fact has another id.

use crate::{
    model::Seq,
    store::{
        StoreError,
        journal::{Journal, Place, received_id},
    },
};
use xxhash_rust::xxh3::xxh3_64;

/// Places by hash of the id, sorted.
pub(super) struct Index {
    rows: Vec<(u64, Seq, Place)>,
}

impl Index {
    /// Reads the journal through once: O(n log n).
    pub fn build(journal: &Journal) -> Result<Self, StoreError> {
        let mut rows = Vec::new();
        let mut reader = journal.reader(Seq(1));
        while let Some(f) = reader.next()? {
            if let Some(id) = received_id(f.kind, f.schema, f.payload) {
                rows.push((xxh3_64(id.as_bytes()), f.seq, f.place));
            }
        }
        rows.sort_unstable();
        Ok(Self { rows })
    }

    /// Of no facts.
    pub fn empty() -> Self {
        Self { rows: Vec::new() }
    }

    /// Where versions of an application may lie, oldest first.
    pub fn places(&self, id: &str) -> Vec<(Seq, Place)> {
        let hash = xxh3_64(id.as_bytes());
        let start = self.rows.partition_point(|r| r.0 < hash);
        let rows = self.rows.iter().skip(start).take_while(|r| r.0 == hash);
        rows.map(|&(_, seq, place)| (seq, place)).collect()
    }
}
