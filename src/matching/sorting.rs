//! Sorting entries by a key that is as good as random: by its leading bits into buckets that fit the processor's
//! cache, and those on all cores. Not responsible for what the entries are.

use rayon::prelude::*;

/// Below this many entries one sort is as good.
const FEW: usize = 1 << 14;

/// Sorts entries by key and then by value. O(n log n) with two passes over memory.
#[must_use]
pub fn sorted_by_key(mut entries: Vec<(u64, u32)>) -> Vec<(u64, u32)> {
    if entries.len() < FEW {
        entries.sort_unstable();
        return entries;
    }
    // About 4,096 entries (64 KiB) a bucket.
    let bits = (entries.len() >> 12).ilog2().clamp(1, 12);
    let bucket = |key: u64| (key >> (64 - bits)) as usize;
    let mut ends = vec![0_usize; 1 << bits];
    for (key, _) in &entries {
        ends[bucket(*key)] += 1;
    }
    let mut sum = 0;
    for end in &mut ends {
        (*end, sum) = (sum, sum + *end);
    }
    let mut sorted = vec![(0_u64, 0_u32); entries.len()];
    for &entry in &entries {
        let end = &mut ends[bucket(entry.0)];
        sorted[*end] = entry;
        *end += 1;
    }
    drop(entries);
    let mut rest = sorted.as_mut_slice();
    let mut from = 0;
    let mut buckets = Vec::with_capacity(ends.len());
    for end in ends {
        let (head, tail) = rest.split_at_mut(end - from);
        buckets.push(head);
        (rest, from) = (tail, end);
    }
    buckets.into_par_iter().for_each(|bucket| bucket.sort_unstable());
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn entries_come_out_as_by_a_plain_sort(
            entries in prop::collection::vec((any::<u64>(), any::<u32>()), 0..60_000),
            skewed in any::<bool>(),
        ) {
            let entries: Vec<(u64, u32)> =
                entries.into_iter().map(|(k, v)| (if skewed { k % 7 } else { k }, v)).collect();
            let mut plain = entries.clone();
            plain.sort_unstable();
            prop_assert_eq!(sorted_by_key(entries), plain);
        }
    }
}
