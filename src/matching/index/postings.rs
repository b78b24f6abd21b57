//! Postings: which applications have a key. A large sorted base that never changes, and beside it what came since.
//! Not responsible for what keys mean.
//!
//! Invariant: a run is sorted and without repeats, and holds exactly the applications whose newest version has the
//! key.

use crate::{
    matching::{corpus::Map, gathering::Gathered},
    model::AppIx,
};
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use std::sync::Arc;

/// Most leading bits of a key that choose its bucket; the 32 after them are kept.
const MOST_BITS: u32 = 20;

/// Applications by key. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(super) struct Postings {
    base: Arc<Base>,
    /// What was added since, by key, sorted.
    added: Map<Vec<u32>>,
    /// Applications of the base whose keys are no longer those of the base.
    moved: Arc<FxHashSet<u32>>,
}

/// Sorted entries, eight bytes each.
#[derive(Debug, Default)]
struct Base {
    bits: u32,
    /// Where each bucket begins, and at last where the last one ends.
    begins: Vec<u32>,
    /// What is kept of the key, and the application.
    entries: Vec<(u32, u32)>,
}

impl Base {
    #[expect(clippy::cast_possible_truncation, reason = "parts of a hash")]
    fn place(&self, key: u64) -> (usize, u32) {
        ((key >> (64 - self.bits)) as usize, (key << self.bits >> 32) as u32)
    }

    fn run(&self, key: u64) -> &[(u32, u32)] {
        if self.entries.is_empty() {
            return &[];
        }
        let (bucket, kept) = self.place(key);
        let all = &self.entries[self.begins[bucket] as usize..self.begins[bucket + 1] as usize];
        let from = all.partition_point(|(k, _)| *k < kept);
        let len = all[from..].partition_point(|(k, _)| *k == kept);
        &all[from..from + len]
    }
}

impl Postings {
    /// The postings of these entries. O(n log n).
    #[must_use]
    pub fn build(entries: Gathered) -> Self {
        let mut parts = entries.into_parts();
        parts.par_iter_mut().for_each(Vec::dedup);
        let n: usize = parts.iter().map(Vec::len).sum();
        let bits = (n.max(2).ilog2()).clamp(1, MOST_BITS);
        let mut base = Base { bits, begins: vec![0; (1 << bits) + 1], entries: Vec::new() };
        base.entries.reserve_exact(n);
        for part in parts {
            for (key, app) in part {
                let (bucket, kept) = base.place(key);
                base.begins[bucket + 1] += 1;
                base.entries.push((kept, app));
            }
        }
        let mut sum = 0;
        for begin in &mut base.begins {
            sum += *begin;
            *begin = sum;
        }
        Self { base: Arc::new(base), ..Self::default() }
    }

    /// The applications with a key, into `run`, sorted. O(log n + run).
    pub fn run(&self, key: u64, run: &mut Vec<AppIx>) {
        run.clear();
        let base = self.base.run(key).iter().map(|(_, app)| *app);
        run.extend(base.filter(|app| !self.moved.contains(app)).map(AppIx));
        if let Some(added) = self.added.get(key) {
            run.extend(added.iter().map(|&app| AppIx(app)));
            // Two sorted runs, which this takes as such.
            run.sort();
            run.dedup();
        }
    }

    /// Gives an application these keys in the place of those it had; none for one that is new. O(keys).
    pub fn put(&mut self, app: AppIx, before: Option<&[u64]>, after: &[u64]) {
        if let Some(before) = before {
            Arc::make_mut(&mut self.moved).insert(app.0);
            for &key in before {
                if self.added.get(key).is_some_and(|run| run.contains(&app.0)) {
                    self.added.entry(key, Vec::new).retain(|&other| other != app.0);
                }
            }
        }
        for &key in after {
            let run = self.added.entry(key, Vec::new);
            if let Err(at) = run.binary_search(&app.0) {
                run.insert(at, app.0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::{BTreeMap, BTreeSet};

    proptest! {
        #[test]
        fn a_run_holds_whoever_has_the_key_now(
            built in prop::collection::vec((0_u64..12, 0_u32..20), 0..80),
            puts in prop::collection::vec((0_u32..30, prop::collection::vec(0_u64..12, 0..5)), 0..20),
        ) {
            let hash = |k: u64| k.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let mut plain: BTreeMap<u32, BTreeSet<u64>> = BTreeMap::new();
            for &(k, app) in &built {
                plain.entry(app).or_default().insert(hash(k));
            }
            let mut postings = Postings::build(Gathered::from_each(built.len(), |i, sink| {
                let (k, app) = built[i];
                sink.put(hash(k), app);
            }));
            for (app, keys) in puts {
                let after: BTreeSet<u64> = keys.into_iter().map(hash).collect();
                let before = plain.insert(app, after.clone());
                let list = |keys: &BTreeSet<u64>| keys.iter().copied().collect::<Vec<u64>>();
                postings.put(AppIx(app), before.as_ref().map(list).as_deref(), &list(&after));
            }
            let mut run = Vec::new();
            for k in (0..12).map(hash) {
                postings.run(k, &mut run);
                let expected: Vec<AppIx> =
                    plain.iter().filter(|(_, keys)| keys.contains(&k)).map(|(a, _)| AppIx(*a)).collect();
                prop_assert_eq!(&run, &expected);
            }
        }
    }
}
