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
        corpus::App,
        features::resume,
        findings::newest,
        incremental::{
            Known,
            blocks::Asked,
            candidates::{Candidates, Pair, ordered},
        },
        texts,
    },
    model::{AppIx, ApplicantIx},
};
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
    close: Vec<(AppIx, AppIx)>,
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
        reread.close = close(before, &reread.touched);
        reread
    }

    /// Pairs of applications of which a text says something else on whether they are one person's.
    pub fn persons(&self, was: &Asked<'_>, is: &Asked<'_>) -> Vec<(AppIx, AppIx)> {
        let mut pairs: Vec<(AppIx, AppIx)> = Vec::new();
        let known = |app: &AppIx| app.at() < was.corpus.len();
        for &x in &self.shorter {
            let near = is.near(x).into_iter().filter(known);
            pairs.extend(near.map(|y| (x.min(y), x.max(y))));
        }
        pairs.extend(&self.close);
        pairs.sort_unstable();
        pairs.dedup();
        let level = |corpus: &Corpus, a, b| resume::level(corpus, &corpus.app(a), &corpus.app(b));
        pairs.retain(|&(a, b)| level(was.corpus, a, b) != level(is.corpus, a, b));
        pairs
    }

    /// Candidate pairs, of before, of stayed applicants who share something else in their texts than before.
    pub fn links(
        &self,
        old: &Candidates<'_>,
        new: &Candidates<'_>,
        moved: &BTreeSet<ApplicantIx>,
    ) -> Vec<Pair> {
        let n = new.known.corpus.len();
        let of = |app| new.known.applicants.of(app);
        let ends = self.close.iter().map(|&(x, y)| ordered(of(x), of(y)));
        let mut pairs: Vec<Pair> = ends.filter(|(a, b)| a != b).collect();
        pairs.sort_unstable();
        pairs.dedup();
        pairs.retain(|&(a, b)| {
            let stayed = !moved.contains(&a) && !moved.contains(&b);
            let other = || {
                texts_of(&old.known, &new.known, (a, b), &mut |(x, y), (p, q)| {
                    let (was, is) = (overlap(&old.known, x, y), overlap(&new.known, p, q));
                    was != is && resume::tells(was.0, n)
                })
            };
            stayed && other() && old.are(a, b)
        });
        let mut shorter = new.users(self.shorter.iter().copied());
        shorter.retain(|user| !moved.contains(user));
        for a in shorter {
            let others = new.of(a);
            let others = others.iter().filter(|&&b| !moved.contains(&b));
            pairs.extend(others.map(|&b| ordered(a, b)).filter(|&pair| {
                texts_of(&new.known, &new.known, pair, &mut |(x, y), _| {
                    resume::tells(overlap(&new.known, x, y).0, n)
                })
            }));
        }
        pairs
    }
}

/// Pairs of texts with so much in common that it may say something. O(passages, and the pairs that share each).
fn close(corpus: &Corpus, apps: &[AppIx]) -> Vec<(AppIx, AppIx)> {
    let passages = corpus.passages();
    let mut all: Vec<(u32, u32)> = Vec::new();
    for (n, &app) in (0_u32..).zip(apps) {
        let own = corpus.app(app);
        let own = own.shingles().iter().filter(|&&passage| !passages.is_common(passage));
        all.extend(own.map(|&passage| (passage, n)));
    }
    all.sort_unstable();
    let n = apps.len();
    let mut common = vec![0_u8; n * n];
    for same in all.chunk_by(|a, b| a.0 == b.0) {
        for (i, &(_, a)) in same.iter().enumerate() {
            let row = &mut common[a as usize * n..][..n];
            for &(_, b) in &same[i + 1..] {
                row[b as usize] = row[b as usize].saturating_add(1);
            }
        }
    }
    let length: Vec<usize> = apps.iter().map(|&app| passages.settled_length(app)).collect();
    let mut close = Vec::new();
    for (i, row) in common.chunks(n.max(1)).enumerate() {
        for (j, common) in row.iter().enumerate().skip(i + 1) {
            let common = usize::from(*common);
            let tells = common > 0 && resume::tells(common, corpus.len());
            // Of short texts less is a tenth.
            if tells || common * 10 >= (length[i] + length[j]).saturating_sub(common).max(1) {
                close.push((apps[i], apps[j]));
            }
        }
    }
    close
}

/// What two texts have in common, and by what that is known.
fn overlap(known: &Known<'_>, x: &App<'_>, y: &App<'_>) -> (usize, [Option<u32>; 4]) {
    resume::overlap(known.corpus, x, y).map_or((0, [None; 4]), |o| (o.common, o.least))
}

type Two<'a, 'b> = (&'a App<'b>, &'a App<'b>);

/// Whether something is so of any two texts of two applicants, in two states that both know them.
fn texts_of(
    old: &Known<'_>,
    new: &Known<'_>,
    (a, b): Pair,
    is: &mut dyn FnMut(Two<'_, '_>, Two<'_, '_>) -> bool,
) -> bool {
    newest(&new.applicants.get(a).applications).iter().any(|&x| {
        newest(&new.applicants.get(b).applications).iter().any(|&y| {
            is((&old.corpus.app(x), &old.corpus.app(y)), (&new.corpus.app(x), &new.corpus.app(y)))
        })
    })
}
