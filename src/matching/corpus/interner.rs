//! Values under small numbers: each kind and text once, with how often it is used. Not responsible for what a
//! value means.
//!
//! Invariant: one number a kind and text, given in the order of first arrival and never given again.

use crate::matching::corpus::{texts::Texts, tree::Shelf};
use hashbrown::HashTable;
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Tables a dictionary is spread over, so that a change copies little of it.
const SHARDS: usize = 256;

/// Numbers by hash. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Dictionary {
    shards: Vec<Arc<HashTable<(u32, u32)>>>,
}

impl Default for Dictionary {
    fn default() -> Self {
        let empty = Arc::new(HashTable::new());
        Self { shards: vec![empty; SHARDS] }
    }
}

/// The shard of a hash, and the part of the hash that is kept: its upper half.
fn place(hash: u64) -> (usize, u32) {
    #[expect(clippy::cast_possible_truncation, reason = "the parts of a hash")]
    ((hash & (SHARDS as u64 - 1)) as usize, (hash >> 32) as u32)
}

/// The kept part spread over 64 bits again: a table wants its upper and lower bits to vary.
fn spread(kept: u32) -> u64 {
    u64::from(kept).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

impl Dictionary {
    /// The number that was put under a hash and satisfies `is`. O(1).
    #[inline]
    pub fn find(&self, hash: u64, mut is: impl FnMut(u32) -> bool) -> Option<u32> {
        let (shard, kept) = place(hash);
        self.shards[shard].find(spread(kept), |&(h, n)| h == kept && is(n)).map(|&(_, n)| n)
    }

    /// Takes a number away from under a hash. O(1).
    pub fn remove(&mut self, hash: u64, number: u32) {
        let (shard, kept) = place(hash);
        let table = Arc::make_mut(&mut self.shards[shard]);
        if let Ok(found) = table.find_entry(spread(kept), |&entry| entry == (kept, number)) {
            found.remove();
        }
    }

    /// Puts a number under a hash, beside what is there. O(1) amortised.
    pub fn insert(&mut self, hash: u64, number: u32) {
        let (shard, kept) = place(hash);
        Arc::make_mut(&mut self.shards[shard]).insert_unique(
            spread(kept),
            (kept, number),
            |&(h, _)| spread(h),
        );
    }
}

/// Values of several kinds under numbers.
#[derive(Debug, Clone, Default)]
pub(in crate::matching) struct Interner {
    texts: Texts,
    kinds: Shelf<u8>,
    counts: Shelf<u32>,
    marks: Shelf<u32>,
    index: Dictionary,
}

/// The hash that values are found by unless their caller brings one of its own.
#[must_use]
pub(in crate::matching) fn hash(kind: u8, text: &str) -> u64 {
    xxh3_64_with_seed(text.as_bytes(), u64::from(kind))
}

impl Interner {
    /// Number of values.
    #[must_use]
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// The number of a value by its hash, if it has one. O(length).
    #[must_use]
    pub fn find(&self, hash: u64, kind: u8, text: &str) -> Option<u32> {
        self.index.find(hash, |n| self.is(n, kind, text))
    }

    /// The number of the first value under a hash that is as wanted.
    #[must_use]
    pub fn find_by(&self, hash: u64, is: impl FnMut(u32) -> bool) -> Option<u32> {
        self.index.find(hash, is)
    }

    fn is(&self, number: u32, kind: u8, text: &str) -> bool {
        *self.kinds.get(number as usize) == kind && self.texts.get(number as usize) == text
    }

    /// The number of a value by its hash, given to it where it has none. O(length).
    pub fn intern(&mut self, hash: u64, kind: u8, text: &str) -> u32 {
        if let Some(number) = self.index.find(hash, |n| self.is(n, kind, text)) {
            return number;
        }
        let number = u32::try_from(self.texts.push(text)).unwrap_or(u32::MAX);
        self.kinds.push(kind);
        self.counts.push(0);
        self.marks.push(0);
        self.index.insert(hash, number);
        number
    }

    /// What a value says.
    ///
    /// # Panics
    /// When the number is of another interner.
    #[inline]
    #[must_use]
    pub fn text(&self, number: u32) -> &str {
        self.texts.get(number as usize)
    }

    /// The kind of a value.
    ///
    /// # Panics
    /// When the number is of another interner.
    #[inline]
    #[must_use]
    pub fn kind(&self, number: u32) -> u8 {
        *self.kinds.get(number as usize)
    }

    /// How many uses of a value were counted.
    ///
    /// # Panics
    /// When the number is of another interner.
    #[inline]
    #[must_use]
    pub fn count(&self, number: u32) -> u32 {
        *self.counts.get(number as usize)
    }

    /// Counts a use of a value, or takes one back.
    ///
    /// # Panics
    /// When the number is of another interner.
    pub fn add(&mut self, number: u32, change: i32) {
        let count = self.counts.get_mut(number as usize);
        *count = count.saturating_add_signed(change);
    }
}

impl Interner {
    /// A second count of a value, for what its owner wants to know besides.
    ///
    /// # Panics
    /// When the number is of another interner.
    #[inline]
    #[must_use]
    pub fn marked(&self, number: u32) -> u32 {
        *self.marks.get(number as usize)
    }

    /// Changes the second count of a value.
    ///
    /// # Panics
    /// When the number is of another interner.
    pub fn mark(&mut self, number: u32, change: i32) {
        let count = self.marks.get_mut(number as usize);
        *count = count.saturating_add_signed(change);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn intern(values: &mut Interner, kind: u8, text: &str) -> u32 {
        values.intern(hash(kind, text), kind, text)
    }

    fn find(values: &Interner, kind: u8, text: &str) -> Option<u32> {
        values.find(hash(kind, text), kind, text)
    }

    #[test]
    fn one_text_under_two_kinds_is_two_values_and_under_one_kind_is_one() {
        let mut values = Interner::default();
        let a = intern(&mut values, 1, "x");
        let b = intern(&mut values, 2, "x");
        assert_eq!((a, b, intern(&mut values, 1, "x")), (0, 1, 0));
        assert_eq!((find(&values, 2, "x"), find(&values, 3, "x")), (Some(1), None));
        assert_eq!((values.text(b), values.kind(b)), ("x", 2));
    }

    #[test]
    fn a_clone_does_not_see_what_is_interned_later() {
        let mut values = Interner::default();
        for i in 0..10_000 {
            intern(&mut values, 0, &i.to_string());
        }
        let before = values.clone();
        let new = intern(&mut values, 0, "new");
        values.add(0, 3);
        assert_eq!((find(&before, 0, "new"), before.count(0), before.len()), (None, 0, 10_000));
        assert_eq!((find(&values, 0, "new"), values.count(0)), (Some(new), 3));
        assert!((0..10_000).all(|i| find(&before, 0, &i.to_string()) == Some(i)));
    }

    #[test]
    fn two_texts_with_one_hash_are_two_values() {
        let mut index = Dictionary::default();
        index.insert(7 << 32, 1);
        index.insert(7 << 32, 2);
        assert_eq!(index.find(7 << 32, |n| n == 2), Some(2));
        assert_eq!(index.find(7 << 32, |n| n == 1), Some(1));
        assert_eq!(index.find(7 << 32, |n| n == 3), None);
    }
}
