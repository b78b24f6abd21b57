//! Blocks asked of the index: the same that `blocking` builds for everybody at once, as far as one application is in
//! them. Not responsible for comparing.
//!
//! Invariant: `near` of an application is whom `Blocks::before` pairs it with, on either side; `meet` says of two
//! applications whether they are so paired.

use crate::{
    matching::{
        Corpus, Index,
        blocking::{AGAIN, PASSES, SecondKeys, keys, windows},
        corpus::App,
    },
    model::AppIx,
};
use rustc_hash::FxHashMap;

/// Blocks of a corpus, through its index.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub corpus: &'a Corpus,
    pub index: &'a Index,
    /// Most members of a block.
    pub limit: usize,
}

/// What an application is in together with others: how many blocks it shares with each, and whether one of them is of a
/// whole value.
type Met = FxHashMap<AppIx, (u32, bool)>;

/// The keys of an application in a pass, each once.
pub(super) fn keys_of(corpus: &Corpus, x: &App<'_>, pass: usize) -> Vec<u64> {
    let mut all = Vec::with_capacity(32);
    keys(corpus, x, pass, |k| all.push(k));
    all.sort_unstable();
    all.dedup();
    all
}

impl Asked<'_> {
    /// Whoever shares a block of a whole value with an application, or two others: sorted. O(sizes of its runs).
    #[must_use]
    pub fn near(&self, app: AppIx) -> Vec<AppIx> {
        let mut met = Met::default();
        self.blocks(app, &mut |pass, members| {
            for &other in members.iter().filter(|&&other| other != app) {
                let seen = met.entry(other).or_default();
                *seen = (seen.0 + 1, seen.1 || pass == 0);
            }
        });
        let mut near: Vec<AppIx> =
            met.into_iter().filter(|(_, (n, strong))| *strong || *n > 1).map(|(a, _)| a).collect();
        near.sort_unstable();
        near
    }

    /// Every block of an application, with its pass.
    fn blocks(&self, app: AppIx, put: &mut dyn FnMut(usize, &[AppIx])) {
        let x = self.corpus.app(app);
        let second = SecondKeys::of(&x);
        let mut run = Vec::new();
        for pass in 0..PASSES {
            for k in keys_of(self.corpus, &x, pass) {
                self.index.block(pass, k, &mut run);
                if run.len() <= self.limit {
                    put(pass, &run);
                } else {
                    for (s, members) in second.all.iter().zip(self.refined(&second, &run)) {
                        if members.len() <= self.limit {
                            put(pass, &members);
                        } else if k & s & AGAIN == AGAIN {
                            for window in windows(self.corpus, &members, self.limit) {
                                if window.contains(&app) {
                                    put(pass, &window);
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// The members of a run with each of these second keys.
    fn refined(&self, second: &SecondKeys, run: &[AppIx]) -> Vec<Vec<AppIx>> {
        let mut refined = vec![Vec::new(); second.all.len()];
        for &member in run {
            second.shared(&self.corpus.app(member), |at| {
                if refined[at].last() != Some(&member) {
                    refined[at].push(member);
                }
            });
        }
        refined
    }

    /// Whether two applications are paired. O(sizes of the runs they share).
    #[must_use]
    pub fn meet(&self, a: AppIx, b: AppIx) -> bool {
        let (x, y) = (self.corpus.app(a), self.corpus.app(b));
        let second = SecondKeys::of(&x);
        let theirs = SecondKeys::of(&y).all;
        let mut run = Vec::new();
        let mut n = 0;
        for pass in 0..PASSES {
            let others = keys_of(self.corpus, &y, pass);
            for k in keys_of(self.corpus, &x, pass) {
                if others.binary_search(&k).is_err() {
                    continue;
                }
                self.index.block(pass, k, &mut run);
                if run.len() <= self.limit {
                    n += 1;
                } else {
                    let refined = second.all.iter().zip(self.refined(&second, &run));
                    for (s, members) in refined.filter(|(s, _)| theirs.binary_search(s).is_ok()) {
                        if members.len() <= self.limit {
                            n += 1;
                        } else if k & s & AGAIN == AGAIN {
                            let both = |w: &Vec<AppIx>| w.contains(&a) && w.contains(&b);
                            n += windows(self.corpus, &members, self.limit).filter(both).count();
                        }
                    }
                }
                if n > usize::from(pass > 0) {
                    return true;
                }
            }
        }
        false
    }

    /// Blocks of an application that are of another kind in another state: too large in one and not in the other, or
    /// of neighbors that others stand between. Their members' pairs are to be looked at again.
    #[must_use]
    pub fn changed(&self, other: &Self, app: AppIx) -> Vec<Vec<AppIx>> {
        let x = self.corpus.app(app);
        let second = SecondKeys::of(&x);
        let (mut run, mut theirs) = (Vec::new(), Vec::new());
        let mut changed = Vec::new();
        for pass in 0..PASSES {
            for k in keys_of(self.corpus, &x, pass) {
                self.index.block(pass, k, &mut run);
                other.index.block(pass, k, &mut theirs);
                let fits = (run.len() <= self.limit, theirs.len() <= self.limit);
                if fits.0 != fits.1 {
                    changed.push(union(&run, &theirs));
                }
                if fits != (false, false) {
                    continue;
                }
                let refined = self.refined(&second, &run);
                for ((s, ours), theirs) in
                    second.all.iter().zip(refined).zip(other.refined(&second, &theirs))
                {
                    let fits = (ours.len() <= self.limit, theirs.len() <= self.limit);
                    let windows = k & s & AGAIN == AGAIN && fits != (true, true);
                    if fits.0 != fits.1 || windows {
                        changed.push(union(&ours, &theirs));
                    }
                }
            }
        }
        changed
    }
}

/// The members of either list, sorted.
fn union(a: &[AppIx], b: &[AppIx]) -> Vec<AppIx> {
    let mut all = [a, b].concat();
    all.sort_unstable();
    all.dedup();
    all
}
