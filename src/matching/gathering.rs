//! Gathering entries under keys that are as good as random, on all cores: whoever makes them puts each in the part of its
//! leading bits, and then each part is sorted by itself, on whichever core is free. Not responsible for what the entries
//! are.
//!
//! Nothing is copied but once, from where it was put to its place among its part, and at most a part for each core is in
//! memory twice.
//!
//! Invariant: what comes out depends on the entries alone, not on how many cores made them nor on their order.

use rayon::prelude::*;
use std::mem;

/// A key and whose it is.
pub type Entry = (u64, u32);

/// Leading bits that tell the part.
const BITS: u32 = 6;

/// Parts: enough that a part of a large store fits a processor's cache, and few enough to be filled side by side.
const PARTS: usize = 1 << BITS;

/// Below this many entries one sort is as good as buckets.
const FEW: usize = 1 << 13;

/// Of a part, entries in a bucket: 64 KiB.
const BUCKET: usize = 1 << 12;

/// Fewest of those that make entries that are worth a list of their own.
const SHARE: usize = 1_024;

/// Where entries are put.
#[derive(Debug)]
pub struct Sink {
    parts: Vec<Vec<Entry>>,
}

impl Default for Sink {
    fn default() -> Self {
        Self { parts: vec![Vec::new(); PARTS] }
    }
}

impl Sink {
    /// Puts an entry. O(1).
    #[inline]
    pub fn put(&mut self, key: u64, value: u32) {
        self.parts[part_of(key)].push((key, value));
    }
}

fn part_of(key: u64) -> usize {
    (key >> (u64::BITS - BITS)) as usize
}

/// Entries that were put, not sorted yet.
#[derive(Debug)]
pub struct Gathered {
    /// By part, the lists that hold it together.
    parts: Vec<Vec<Vec<Entry>>>,
}

impl Gathered {
    /// What `n` things give, each put by `make`, which is called once for each of them. O(entries).
    #[must_use]
    pub fn from_each(n: usize, make: impl Fn(usize, &mut Sink) + Sync) -> Self {
        let share = n.div_ceil(8 * rayon::current_num_threads()).clamp(SHARE, 1 << 16);
        let shares = n.div_ceil(share);
        let sinks = (0..shares).into_par_iter().map(|at| {
            let mut sink = Sink::default();
            (at * share..n.min((at + 1) * share)).for_each(|i| make(i, &mut sink));
            sink
        });
        Self::of(sinks.collect())
    }

    /// What was put in these.
    #[must_use]
    pub fn of(sinks: Vec<Sink>) -> Self {
        let mut parts: Vec<Vec<Vec<Entry>>> = vec![Vec::new(); PARTS];
        for sink in sinks {
            for (lists, list) in parts.iter_mut().zip(sink.parts) {
                lists.push(list);
            }
        }
        Self { parts }
    }

    /// Shows every part, its entries sorted by key and then by value, and hands back what was made of each, in the order of
    /// the keys: all entries of one key are in one part. O(n log n).
    #[must_use]
    pub fn each_part<T: Send>(self, show: impl Fn(&[Entry]) -> T + Sync) -> Vec<T> {
        self.parts.into_par_iter().map(|lists| show(&sorted(lists))).collect()
    }

    /// The parts, in the order of the keys, each sorted by key and then by value. O(n log n).
    #[must_use]
    pub fn into_parts(self) -> Vec<Vec<Entry>> {
        self.parts.into_par_iter().map(sorted).collect()
    }
}

/// The entries of a key, of the parts of `into_parts`. O(log n).
#[must_use]
pub fn of_key(parts: &[Vec<Entry>], key: u64) -> &[Entry] {
    let part = parts.get(part_of(key)).map_or(&[][..], Vec::as_slice);
    let rest = &part[part.partition_point(|entry| entry.0 < key)..];
    &rest[..rest.partition_point(|entry| entry.0 == key)]
}

/// One part of these lists, sorted.
fn sorted(lists: Vec<Vec<Entry>>) -> Vec<Entry> {
    let n: usize = lists.iter().map(Vec::len).sum();
    if n < FEW {
        let mut all = lists.concat();
        all.sort_unstable();
        return all;
    }
    // The bits that follow those of the part.
    let bits = (n / BUCKET).ilog2().clamp(1, 12);
    let bucket = |key: u64| (key << BITS >> (u64::BITS - bits)) as usize;
    let mut at = vec![0_usize; 1 << bits];
    for (key, _) in lists.iter().flatten() {
        at[bucket(*key)] += 1;
    }
    let mut sum = 0;
    for at in &mut at {
        sum += mem::replace(at, sum);
    }
    let mut all = vec![(0_u64, 0_u32); n];
    for list in lists {
        for entry in list {
            let at = &mut at[bucket(entry.0)];
            all[*at] = entry;
            *at += 1;
        }
    }
    let mut from = 0;
    for end in at {
        all[from..end].sort_unstable();
        from = end;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn entries_come_out_as_by_a_plain_sort_however_they_are_shared_out(
            entries in prop::collection::vec((any::<u64>(), any::<u32>()), 0..60_000),
            skewed in any::<bool>(),
        ) {
            let entries: Vec<Entry> =
                entries.into_iter().map(|(k, v)| (if skewed { k % 7 } else { k }, v)).collect();
            let gathered = Gathered::from_each(entries.len(), |i, sink| {
                let (key, value) = entries[i];
                sink.put(key, value);
            });
            let mut plain = entries.clone();
            plain.sort_unstable();
            prop_assert_eq!(gathered.each_part(<[Entry]>::to_vec).concat(), plain);
        }
    }

    #[test]
    fn the_entries_of_a_key_are_found_and_no_others() {
        let key = |n: usize| (n as u64 % 7).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let parts = Gathered::from_each(700, |n, sink| sink.put(key(n), n as u32)).into_parts();
        for n in 0..7 {
            let found = of_key(&parts, key(n));
            assert_eq!(found.len(), 100, "{n}");
            assert!(found.iter().all(|&(k, value)| k == key(n) && value as usize % 7 == n));
        }
        assert!(of_key(&parts, 5).is_empty() && of_key(&[], 5).is_empty());
    }

    #[test]
    fn one_key_is_in_one_part() {
        let gathered = Gathered::from_each(50_000, |i, sink| sink.put((i as u64 % 3) << 61, 1));
        let parts = gathered.each_part(|part| part.chunk_by(|a, b| a.0 == b.0).count());
        assert_eq!(parts.iter().sum::<usize>(), 3);
    }
}
