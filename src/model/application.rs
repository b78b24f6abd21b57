//! An application exactly as it was received. Not responsible for what its values mean: that is
//! `model::normalized`, made by `normalize`.
//!
//! Invariant: immutable. Changed content under the same id is a new version beside the old one.

use crate::model::{ApplicationId, Column, Fields};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use xxhash_rust::xxh3::xxh3_128;

/// The row of a file that something came from; every claim leads back to one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Source {
    /// File name as given, `-` for standard input.
    pub file: String,
    /// Row number, the first data row being 1 (a CSV header is not counted).
    pub row: u64,
}

/// One submission, as received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Application {
    /// Its id in the system it came from.
    pub id: ApplicationId,
    /// The columns Ringer knows, untouched; empty values are absent.
    pub fields: Fields,
    /// Columns Ringer does not know, kept under their own names.
    pub extra: BTreeMap<String, String>,
    /// Nested lists of JSON Lines (`education`, `employment`, `profiles`, `references`, `events`, ...), each as
    /// the JSON text of the list.
    pub nested: BTreeMap<String, String>,
    /// Where it came from.
    pub source: Source,
}

impl Application {
    /// The value of a column, if it was given.
    #[must_use]
    pub fn get(&self, column: Column) -> Option<&str> {
        self.fields.get(column)
    }

    /// Bytes of all values, names of unknown columns aside.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let others = self.extra.values().chain(self.nested.values()).map(String::len);
        self.fields.text().len() + others.sum::<usize>()
    }

    /// A 128-bit hash (XXH3, format version 1) of the content, not of where it came from: equal for two rows
    /// that say the same.
    #[must_use]
    pub fn content_hash(&self) -> u128 {
        let mut bytes = Vec::with_capacity(2048);
        let mut put = |kind: u8, name: &str, value: &str| {
            bytes.push(kind);
            for text in [name, value] {
                bytes.extend_from_slice(&(text.len() as u64).to_le_bytes());
                bytes.extend_from_slice(text.as_bytes());
            }
        };
        put(0, "ringer:content:1", self.id.as_str());
        for (column, value) in self.fields.iter() {
            put(1, column.name(), value);
        }
        for (name, value) in &self.extra {
            put(2, name, value);
        }
        for (name, value) in &self.nested {
            put(3, name, value);
        }
        xxh3_128(&bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn application(file: &str, email: &str) -> Application {
        Application {
            id: "A-1".parse().unwrap(),
            fields: [(Column::Email, email)].into(),
            extra: BTreeMap::new(),
            nested: BTreeMap::new(),
            source: Source { file: file.to_owned(), row: 1 },
        }
    }

    #[test]
    fn the_content_hash_depends_on_what_is_said_and_not_on_the_file_it_is_said_in() {
        let a = application("a.csv", "x@example.com");
        assert_eq!(a.content_hash(), application("b.csv", "x@example.com").content_hash());
        assert_ne!(a.content_hash(), application("a.csv", "y@example.com").content_hash());
        assert_eq!(
            a.content_hash(),
            0x127c_09fa_eef8_c13f_d0dc_b70c_a9a7_7f67,
            "the format is pinned"
        );
    }
}
