//! Random pairs of applications. Not responsible for comparing them.
//!
//! Invariant: the pairs depend only on the set of applications.

use crate::{
    matching::{Corpus, blocking::key},
    model::AppIx,
};

/// The applications in an order that does not depend on arrival.
pub(super) fn ordered(corpus: &Corpus) -> Vec<AppIx> {
    let mut all: Vec<AppIx> = corpus.apps().collect();
    all.sort_unstable_by_key(|&app| (corpus.app(app).key(), app));
    all
}

/// Up to `most` pairs of different applications, drawn with replacement. O(n log n + most).
pub(super) fn pairs(corpus: &Corpus, most: usize) -> Vec<(AppIx, AppIx)> {
    let all = ordered(corpus);
    let n = all.len();
    if n < 2 {
        return Vec::new();
    }
    let most = most.min(n.saturating_mul(n - 1) / 2);
    (0_u32..)
        .take(most)
        .filter_map(|i| {
            #[expect(clippy::cast_possible_truncation, reason = "a remainder below the length")]
            let pick = |side: u32| (key(77, &[i, side]) % n as u64) as usize;
            let (a, b) = (all[pick(1)], all[pick(2)]);
            (a != b).then_some((a, b))
        })
        .collect()
}
