//! Texts that are read otherwise because a passage became common: whose, and between which pairs that can matter. Not
//! responsible for what it comes to.
//!
//! A passage that becomes common is taken out of a few hundred texts at once. What two texts share changes only where
//! both have it; how long a text is, and so its every proportion, only where the length is judged anew; and what is
//! sampled of it only where the sample is wider. So hardly anybody has to be looked at with everybody they meet.
//!
//! Invariant: what a text says of any other pair is what it said before.

use crate::{
    matching::{
        Corpus,
        features::resume,
        incremental::{
            blocks::Asked,
            candidates::{Candidates, Pair, ordered},
        },
        texts,
    },
    model::{AppIx, ApplicantIx},
};
use rayon::prelude::*;
use std::collections::BTreeSet;

/// Applications with texts that are read otherwise, none of which is new or has a new version.
#[derive(Debug, Default)]
pub(super) struct Reread {
    /// Those with a passage that became common, sorted.
    pub touched: Vec<AppIx>,
    /// Those among them that are of another length by that.
    pub shorter: Vec<AppIx>,
    /// Those to be looked at again with everybody: another part of them is sampled, or they share more than before.
    pub again: Vec<AppIx>,
    /// Pairs of those touched that had so much in common that it may have said something, of two persons or of one.
    close: Vec<Close>,
}

/// Two applications with passages in common.
#[derive(Debug, Clone, Copy)]
struct Close {
    x: AppIx,
    y: AppIx,
    /// How many were of their own.
    common: usize,
    /// How many of those no longer are.
    lost: usize,
}

impl Reread {
    /// Where passages became common that `touched` have; or, where some are common no longer, everybody.
    pub fn of(
        before: &Corpus,
        corpus: &Corpus,
        changed: &BTreeSet<AppIx>,
        touched: BTreeSet<AppIx>,
        more: bool,
    ) -> Self {
        let mut reread = Self::default();
        let length = |corpus: &Corpus, app| corpus.passages().own_length(&corpus.app(app));
        for app in touched.into_iter().filter(|app| !changed.contains(app)) {
            let (was, is) = (length(before, app), length(corpus, app));
            if more || texts::cut(was) != texts::cut(is) {
                reread.again.push(app);
            } else if was != is {
                reread.shorter.push(app);
            }
            reread.touched.push(app);
        }
        if more {
            reread.touched.clear();
        }
        reread.close = close(before, corpus, &reread.touched);
        reread
    }

    /// Pairs of applications of which a text says something else on whether they are one person's.
    pub fn persons(&self, was: &Asked<'_>, is: &Asked<'_>) -> Vec<(AppIx, AppIx)> {
        let level = |corpus: &Corpus, a, b| resume::level(corpus, &corpus.app(a), &corpus.app(b));
        let other = |x, y: &AppIx| {
            y.at() < was.corpus.len() && level(was.corpus, x, *y) != level(is.corpus, x, *y)
        };
        let mut pairs: Vec<(AppIx, AppIx)> = self
            .shorter
            .par_iter()
            .flat_map_iter(|&x| {
                let near = is.near(x).into_iter();
                near.filter(move |y| other(x, y)).map(move |y| (x.min(y), x.max(y)))
            })
            .collect();
        let agree = |corpus: &Corpus, pair: &Close, common| {
            let length = |app| corpus.passages().settled_length(app);
            resume::agreement(common, length(pair.x), length(pair.y))
        };
        let other = |pair: &&Close| {
            agree(was.corpus, pair, pair.common) != agree(is.corpus, pair, pair.common - pair.lost)
        };
        pairs.extend(self.close.iter().filter(other).map(|pair| (pair.x, pair.y)));
        pairs
    }

    /// Candidate pairs, of before, of stayed applicants who share something else in their texts than before. Whoever
    /// has a passage that became common and is paired by it is among them: such texts have more in common than that.
    pub fn links(
        &self,
        old: &Candidates<'_>,
        new: &Candidates<'_>,
        moved: &BTreeSet<ApplicantIx>,
    ) -> BTreeSet<Pair> {
        let n = new.known.corpus.len();
        let told = self.close.iter().filter(|pair| pair.lost > 0 && resume::says(pair.common, n));
        let of = |app| new.known.applicants.of(app);
        let pairs: BTreeSet<Pair> = told.map(|pair| ordered(of(pair.x), of(pair.y))).collect();
        let stayed = pairs
            .into_iter()
            .filter(|(a, b)| a != b && !moved.contains(a) && !moved.contains(b) && old.are(*a, *b));
        stayed.collect()
    }
}

/// Pairs of texts with so much in common that it may say something. O(passages, and the pairs that share each).
fn close(was: &Corpus, is: &Corpus, apps: &[AppIx]) -> Vec<Close> {
    let passages = was.passages();
    let mut all: Vec<(u32, u32)> = Vec::new();
    for (n, &app) in (0_u32..).zip(apps) {
        let own = was.app(app);
        let own = own.shingles().iter().filter(|&&passage| !passages.is_common(passage));
        all.extend(own.map(|&passage| (passage, n)));
    }
    all.sort_unstable();
    let (mut common, mut lost) = (Square::new(apps.len()), Square::new(apps.len()));
    for same in all.chunk_by(|a, b| a.0 == b.0) {
        common.add_all(same);
        if is.passages().is_common(same[0].0) {
            lost.add_all(same);
        }
    }
    let length: Vec<usize> = apps.iter().map(|&app| passages.settled_length(app)).collect();
    let mut close = Vec::new();
    for i in 0..apps.len() {
        for j in i + 1..apps.len() {
            let (common, lost) = (usize::from(common.of(i, j)), usize::from(lost.of(i, j)));
            // Of short texts less is a tenth.
            let tells = || resume::says(common, was.len()) || common * 11 >= length[i] + length[j];
            if common > 0 && tells() {
                close.push(Close { x: apps[i], y: apps[j], common, lost });
            }
        }
    }
    close
}

/// A number for each pair of so many.
struct Square {
    n: usize,
    all: Vec<u16>,
}

impl Square {
    fn new(n: usize) -> Self {
        Self { n, all: vec![0; n * n] }
    }

    /// Adds one to each pair of these, sorted.
    fn add_all(&mut self, same: &[(u32, u32)]) {
        for (i, &(_, a)) in same.iter().enumerate() {
            let row = &mut self.all[a as usize * self.n..][..self.n];
            for &(_, b) in &same[i + 1..] {
                row[b as usize] = row[b as usize].saturating_add(1);
            }
        }
    }

    /// The number of a pair.
    fn of(&self, a: usize, b: usize) -> u16 {
        self.all.get(a.min(b) * self.n + a.max(b)).copied().unwrap_or(0)
    }
}
