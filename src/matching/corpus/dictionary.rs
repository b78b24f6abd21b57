//! Numbers by hash: where each value stands, in tables that are cheap to clone. Not responsible for what a value says
//! (`interner`).
//!
//! A table is a plain array with linear probing (Knuth, *The Art of Computer Programming*, volume 3, section 6.4), so
//! that a search is one step in memory and the place where it begins can be asked for before it is needed.
//!
//! Invariant: every number is found from its hash; a clone never changes through its origin, nor the origin through a
//! clone.

use std::sync::Arc;

/// Tables a dictionary is spread over, so that a change copies little of it.
const SHARDS: usize = 256;

/// A slot with nothing in it. No number is `u32::MAX`.
const EMPTY: u64 = u64::MAX;

/// Numbers by hash. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Dictionary {
    shards: Vec<Arc<Table>>,
}

impl Default for Dictionary {
    fn default() -> Self {
        Self { shards: vec![Arc::default(); SHARDS] }
    }
}

/// The shard of a hash, and the part of the hash that is kept.
fn place(hash: u64) -> (usize, u32) {
    #[expect(clippy::cast_possible_truncation, reason = "the parts of a hash")]
    ((hash & (SHARDS as u64 - 1)) as usize, (hash >> 8) as u32)
}

/// A hash with a kind in it: what is found under it has this kind.
#[inline]
#[must_use]
pub(super) fn of_kind(hash: u64, kind: u8) -> u64 {
    hash & !0xff00 | u64::from(kind) << 8
}

impl Dictionary {
    /// The number that was put under a hash and satisfies `is`. O(1).
    #[inline]
    pub fn find(&self, hash: u64, is: impl FnMut(u32) -> bool) -> Option<u32> {
        let (shard, kept) = place(hash);
        self.shards[shard].find(kept, is)
    }

    /// The number that a search begins with, if it may be what is searched for: for reading ahead.
    #[inline]
    #[must_use]
    pub fn guess(&self, hash: u64) -> Option<u32> {
        let (shard, kept) = place(hash);
        let table = &self.shards[shard];
        let slot = *table.slots.get(table.begin(kept))?;
        #[expect(clippy::cast_possible_truncation, reason = "the parts of an entry")]
        (slot != EMPTY && (slot >> 32) as u32 == kept).then_some(slot as u32)
    }

    /// Takes a number away from under a hash. O(1).
    pub fn remove(&mut self, hash: u64, number: u32) {
        let (shard, kept) = place(hash);
        Arc::make_mut(&mut self.shards[shard]).remove(kept, number);
    }

    /// Puts a number under a hash, beside what is there. O(1) amortised.
    pub fn insert(&mut self, hash: u64, number: u32) {
        let (shard, kept) = place(hash);
        Arc::make_mut(&mut self.shards[shard]).insert(kept, number);
    }
}

/// One array of kept hashes with their numbers; its size is none or a power of two, and a quarter of it is empty.
#[derive(Debug, Clone, Default)]
struct Table {
    slots: Vec<u64>,
    len: usize,
}

fn entry(kept: u32, number: u32) -> u64 {
    u64::from(kept) << 32 | u64::from(number)
}

impl Table {
    /// Where a search begins: the kept part spread over all slots.
    #[inline]
    fn begin(&self, kept: u32) -> usize {
        let spread = u64::from(kept).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (spread >> 32) as usize & self.slots.len().wrapping_sub(1)
    }

    /// The slots from where a search begins up to the first empty one.
    #[inline]
    fn run(&self, kept: u32) -> impl Iterator<Item = (usize, u64)> {
        let (begin, mask) = (self.begin(kept), self.slots.len().wrapping_sub(1));
        let all = (0..self.slots.len()).map(move |i| (begin + i) & mask);
        all.map(|at| (at, self.slots[at])).take_while(|&(_, slot)| slot != EMPTY)
    }

    #[inline]
    fn find(&self, kept: u32, mut is: impl FnMut(u32) -> bool) -> Option<u32> {
        #[expect(clippy::cast_possible_truncation, reason = "the parts of an entry")]
        let mut numbers =
            self.run(kept).filter(|(_, slot)| (slot >> 32) as u32 == kept).map(|(_, s)| s as u32);
        numbers.find(|&number| is(number))
    }

    fn insert(&mut self, kept: u32, number: u32) {
        if self.len * 4 >= self.slots.len() * 3 {
            let larger = (self.slots.len() * 2).max(8);
            let before = std::mem::replace(&mut self.slots, vec![EMPTY; larger]);
            before.into_iter().filter(|&slot| slot != EMPTY).for_each(|slot| self.place(slot));
        }
        self.place(entry(kept, number));
        self.len += 1;
    }

    /// Puts an entry where there is room.
    fn place(&mut self, slot: u64) {
        let (mut at, mask) = (self.begin((slot >> 32) as u32), self.slots.len() - 1);
        while self.slots[at] != EMPTY {
            at = (at + 1) & mask;
        }
        self.slots[at] = slot;
    }

    fn remove(&mut self, kept: u32, number: u32) {
        let gone = entry(kept, number);
        let Some((mut hole, _)) = self.run(kept).find(|&(_, slot)| slot == gone) else { return };
        // What comes after and would no longer be found moves into the hole.
        let mask = self.slots.len() - 1;
        let mut at = hole;
        loop {
            at = (at + 1) & mask;
            let slot = self.slots[at];
            if slot == EMPTY {
                break;
            }
            let begin = self.begin((slot >> 32) as u32);
            if at.wrapping_sub(begin) & mask >= at.wrapping_sub(hole) & mask {
                self.slots[hole] = slot;
                hole = at;
            }
        }
        self.slots[hole] = EMPTY;
        self.len -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn two_values_with_one_hash_are_two() {
        let mut index = Dictionary::default();
        index.insert(7 << 32, 1);
        index.insert(7 << 32, 2);
        assert_eq!(index.find(7 << 32, |n| n == 2), Some(2));
        assert_eq!(index.find(7 << 32, |n| n == 1), Some(1));
        assert_eq!(index.find(7 << 32, |n| n == 3), None);
    }

    #[test]
    fn a_value_of_another_kind_is_not_found() {
        let mut index = Dictionary::default();
        index.insert(of_kind(0x1234_5678_9abc, 1), 1);
        assert_eq!(index.find(of_kind(0x1234_5678_9abc, 2), |_| true), None);
        assert_eq!(index.find(of_kind(0x1234_5678_9abc, 1), |_| true), Some(1));
    }

    proptest! {
        #[test]
        fn it_holds_what_a_plain_set_holds_and_a_clone_what_it_held_then(
            before in prop::collection::vec((0_u64..40, 0_u32..4), 0..90),
            after in prop::collection::vec((0_u64..40, 0_u32..4, any::<bool>()), 0..90),
        ) {
            // All in one shard, many with one kept hash.
            let hash = |h: u64| (h / 2) << 8;
            let (mut index, mut plain) = (Dictionary::default(), BTreeSet::new());
            for (h, n) in before {
                if plain.insert((hash(h), n)) {
                    index.insert(hash(h), n);
                }
            }
            let (kept, was) = (index.clone(), plain.clone());
            for (h, n, put) in after {
                if !put {
                    plain.remove(&(hash(h), n));
                    index.remove(hash(h), n);
                } else if plain.insert((hash(h), n)) {
                    index.insert(hash(h), n);
                }
            }
            for (index, plain) in [(index, plain), (kept, was)] {
                for h in 0..40 {
                    for n in 0..4 {
                        let found = index.find(hash(h), |m| m == n).is_some();
                        prop_assert_eq!(found, plain.contains(&(hash(h), n)));
                    }
                }
            }
        }
    }
}
