//! Passages that many applications contain: templates, copied postings. Not responsible for comparing texts.
//!
//! A shingle is counted in one of a table's cells by its leading bits, so that a hundred million shingles take
//! megabytes (a count-min sketch of one row: Cormode and Muthukrishnan, *An improved data stream summary*, 2005).
//! A cell never counts too little; it counts too much by the few shingles that share it.
//!
//! Invariant: depends only on the set of applications. Each mailbox counts once: a person who applies ten times
//! makes no template.

use crate::{
    matching::{Corpus, corpus::App},
    model::AppIx,
};
use rayon::prelude::*;

/// How common the passages of all texts are.
#[derive(Debug, Default)]
pub struct Passages {
    cells: Vec<u16>,
    shift: u32,
    limit: u16,
    /// Of each application, how many shingles are its own.
    own: Vec<u16>,
}

/// A passage under more mailboxes than this is a template or a copied posting: one application in 2,000, at
/// least 25, but in a small store no more than one in 60.
fn common_passage(applications: usize) -> u16 {
    let least = (applications / 60).min(25);
    u16::try_from((applications / 2_000).max(least).max(2)).unwrap_or(u16::MAX - 1)
}

impl Passages {
    /// The passages of a corpus. O(length of all texts).
    #[must_use]
    pub fn of(corpus: &Corpus) -> Self {
        // Of the applications with one mailbox, the one whose key is least speaks for it.
        let mut speaker: Vec<u64> = vec![u64::MAX; corpus.attribute_numbers().len()];
        let mut total = 0_usize;
        for app in corpus.apps() {
            let x = corpus.app(app);
            total += x.shingles().len();
            if let Some(email) = x.email() {
                speaker[email.at()] = speaker[email.at()].min(x.key());
            }
        }
        // Half a shingle a cell at first, and never more than 2^24 cells.
        let bits = (usize::BITS - total.leading_zeros() + 1).clamp(12, 24);
        let mut cells = vec![0_u16; 1 << bits];
        let shift = 32 - bits;
        for app in corpus.apps() {
            let x = corpus.app(app);
            if x.email().is_none_or(|email| speaker[email.at()] == x.key()) {
                for &shingle in x.shingles() {
                    let cell = &mut cells[(shingle >> shift) as usize];
                    *cell = cell.saturating_add(1);
                }
            }
        }
        let mut passages =
            Self { cells, shift, limit: common_passage(corpus.len()), own: Vec::new() };
        passages.own = (0..corpus.len())
            .into_par_iter()
            .with_min_len(1_024)
            .map(|i| passages.counted(&corpus.app(AppIx::new(i))))
            .collect();
        passages
    }

    /// Whether a shingle is in a passage that many have.
    #[inline]
    #[must_use]
    pub fn is_common(&self, shingle: u32) -> bool {
        self.cells.get((shingle >> self.shift) as usize).is_some_and(|&n| n > self.limit)
    }

    fn counted(&self, app: &App<'_>) -> u16 {
        let own = app.shingles().iter().filter(|&&s| !self.is_common(s)).count();
        u16::try_from(own).unwrap_or(u16::MAX)
    }

    /// How many shingles of an application are not in passages which many have, at most 65,535.
    #[must_use]
    pub fn own_length(&self, app: &App<'_>) -> usize {
        usize::from(self.own.get(app.ix.at()).copied().unwrap_or_else(|| self.counted(app)))
    }
}
