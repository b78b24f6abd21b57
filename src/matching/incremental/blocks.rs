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
use std::collections::BTreeSet;

/// Blocks of a corpus, through its index.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub corpus: &'a Corpus,
    pub index: &'a Index,
    /// Most members of a block.
    pub limit: usize,
}

/// The blocks that an application is in, as one state has them.
pub(super) struct Held {
    second: SecondKeys,
    blocks: Vec<Block>,
}

struct Block {
    pass: usize,
    key: u64,
    /// Its members, however many.
    run: Vec<AppIx>,
    /// Of one that is too large, those with each second key.
    refined: Vec<Vec<AppIx>>,
}

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
        self.near_of(app, &self.held(app))
    }

    /// The same where its blocks are at hand.
    #[must_use]
    pub fn near_of(&self, app: AppIx, held: &Held) -> Vec<AppIx> {
        let mut met: Vec<u64> = Vec::new();
        let mut put = |pass: usize, members: &[AppIx]| {
            let others = members.iter().filter(|&&other| other != app);
            met.extend(others.map(|other| u64::from(other.0) << 1 | u64::from(pass == 0)));
        };
        for block in &held.blocks {
            if block.run.len() <= self.limit {
                put(block.pass, &block.run);
                continue;
            }
            for (s, members) in held.second.all.iter().zip(&block.refined) {
                if members.len() <= self.limit {
                    put(block.pass, members);
                } else if block.key & s & AGAIN == AGAIN {
                    windows(self.corpus, members, self.limit)
                        .filter(|window| window.contains(&app))
                        .for_each(|window| put(block.pass, &window));
                }
            }
        }
        met.sort_unstable();
        let same = met.chunk_by(|a, b| a >> 1 == b >> 1);
        let near = same.filter(|same| same.len() > 1 || same[0] & 1 == 1);
        near.map(|same| AppIx::new((same[0] >> 1) as usize)).collect()
    }

    /// The blocks of an application. O(sizes of its runs).
    #[must_use]
    pub fn held(&self, app: AppIx) -> Held {
        let x = self.corpus.app(app);
        let second = SecondKeys::of(&x);
        let mut blocks = Vec::new();
        for pass in 0..PASSES {
            for key in keys_of(self.corpus, &x, pass) {
                let mut run = Vec::new();
                self.index.block(pass, key, &mut run);
                let large = run.len() > self.limit;
                let refined = if large { self.refined(&second, &run) } else { Vec::new() };
                blocks.push(Block { pass, key, run, refined });
            }
        }
        Held { second, blocks }
    }

    /// The members of a run with each of these second keys.
    fn refined(&self, second: &SecondKeys, run: &[AppIx]) -> Vec<Vec<AppIx>> {
        let mut refined = vec![Vec::new(); second.all.len()];
        self.corpus.each(run, |y| {
            second.shared(&y, |at| {
                if refined[at].last() != Some(&y.ix) {
                    refined[at].push(y.ix);
                }
            });
        });
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
    /// of neighbors that others stand between. Their members' pairs are to be looked at again. All but those that
    /// `moved` are in both states what they are.
    #[must_use]
    pub fn changed(&self, held: &Held, other: &Self, moved: &BTreeSet<AppIx>) -> Vec<Changed> {
        let mut theirs = Vec::new();
        let mut changed = Vec::new();
        for Block { pass, key, run, refined } in &held.blocks {
            other.index.block(*pass, *key, &mut theirs);
            let fits = (run.len() <= self.limit, theirs.len() <= self.limit);
            if fits.0 != fits.1 {
                let (members, weak) = (union(run, &theirs), *pass > 0);
                changed.push(Changed { members, fits: fits.0, weak, rows: None });
            }
            if fits != (false, false) {
                continue;
            }
            theirs.retain(|app| moved.contains(app));
            let theirs = other.refined(&held.second, &theirs);
            for ((s, ours), theirs) in held.second.all.iter().zip(refined).zip(theirs) {
                let stayed: Vec<AppIx> =
                    ours.iter().copied().filter(|app| !moved.contains(app)).collect();
                let theirs = union(&stayed, &theirs);
                let fits = (ours.len() <= self.limit, theirs.len() <= self.limit);
                let members = || union(ours, &theirs);
                if fits.0 != fits.1 {
                    changed.push(Changed {
                        members: members(),
                        fits: fits.0,
                        weak: false,
                        rows: None,
                    });
                } else if key & s & AGAIN == AGAIN && fits == (false, false) {
                    let rows = [self.row(ours), other.row(&theirs)];
                    changed.push(Changed {
                        members: members(),
                        fits: false,
                        weak: false,
                        rows: Some(rows),
                    });
                }
            }
        }
        changed
    }

    /// Members in the order in which they are neighbors.
    fn row(&self, members: &[AppIx]) -> Vec<AppIx> {
        let mut row = members.to_vec();
        row.sort_unstable_by_key(|&app| self.corpus.app(app).key());
        row
    }
}

/// A block that is of another kind than in another state.
pub(super) struct Changed {
    /// Who is in it in either state, sorted.
    pub members: Vec<AppIx>,
    /// Whether all its members are paired in this state, and not in the other; or else the reverse.
    fits: bool,
    /// Whether it is of what two must share twice: refined, it may be shared twice by some who shared it once.
    weak: bool,
    /// Where they are paired with their neighbors in both: in which order in this state and in the other.
    rows: Option<[Vec<AppIx>; 2]>,
}

impl Changed {
    /// Whether any two members may meet now who did not, where they are not paired with neighbors: `now` when this is the
    /// state of now.
    pub fn joins(&self, now: bool) -> bool {
        self.weak || self.fits == now
    }

    /// Pairs that are in the one state and were not in the other, where members are paired with their neighbors: of `now`
    /// this state is the one. O(members × `limit`).
    pub fn gained(&self, limit: usize, now: bool) -> Option<Vec<(AppIx, AppIx)>> {
        let [ours, theirs] = self.rows.as_ref()?;
        let (is, was) = if now { (ours, theirs) } else { (theirs, ours) };
        let step = limit.div_ceil(2).max(1);
        let before: FxHashMap<AppIx, usize> =
            was.iter().zip(0..).map(|(app, i)| (*app, i)).collect();
        // Of the windows that one place is in, the last reaches farthest.
        let together = |i: usize, j: usize| i.max(j) < i.min(j) / step * step + limit;
        let mut gained = Vec::new();
        for (i, &a) in is.iter().enumerate() {
            let old = before.get(&a);
            for (j, &b) in is.iter().enumerate().skip(i + 1).take(limit) {
                let were = || old.zip(before.get(&b)).is_some_and(|(&p, &q)| together(p, q));
                if together(i, j) && !were() {
                    gained.push((a.min(b), a.max(b)));
                }
            }
        }
        Some(gained)
    }
}

/// The members of either list, sorted.
fn union(a: &[AppIx], b: &[AppIx]) -> Vec<AppIx> {
    let mut all = [a, b].concat();
    all.sort_unstable();
    all.dedup();
    all
}
