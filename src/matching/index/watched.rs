//! Who has the passages that will be common before long, so that nobody else is looked at when one becomes it. Not
//! responsible for when that is (`corpus::Passages`).
//!
//! Invariant: whoever has a passage in a watched cell is listed under it; some who are listed have it no longer.

use crate::{
    matching::{
        Corpus,
        corpus::{App, Map},
        sorting::sorted_by_key,
    },
    model::AppIx,
};
use rayon::prelude::*;

/// Applications by watched cell. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(super) struct Watched {
    cells: Map<Vec<u32>>,
}

fn key(cell: u32) -> u64 {
    crate::matching::blocking::key(92, &[cell])
}

impl Watched {
    /// Watches the cells that are nearly full. O(length of all texts).
    pub fn build(corpus: &Corpus) -> Self {
        Self::of(corpus, &corpus.passages().nearly_full())
    }

    fn of(corpus: &Corpus, cells: &[u32]) -> Self {
        let mut watch = vec![0_u64; cells.last().map_or(0, |cell| (cell >> 6) as usize + 1)];
        for cell in cells {
            watch[(cell >> 6) as usize] |= 1 << (cell & 63);
        }
        let entries = (0..corpus.len())
            .into_par_iter()
            .with_min_len(4_096)
            .fold(Vec::new, |mut entries: Vec<(u64, u32)>, i| {
                let x = corpus.app(AppIx::new(i));
                let cells = x.shingles().iter().map(|&shingle| corpus.passages().cell(shingle));
                let is = |cell: &u32| {
                    watch.get((cell >> 6) as usize).is_some_and(|bits| bits >> (cell & 63) & 1 == 1)
                };
                entries.extend(cells.filter(is).map(|cell| (key(cell), x.ix.0)));
                entries
            })
            .reduce(Vec::new, |mut a, mut b| {
                a.append(&mut b);
                a
            });
        let mut entries = sorted_by_key(entries);
        entries.dedup();
        let of_cell = |same: &[(u64, u32)]| (same[0].0, same.iter().map(|(_, app)| *app).collect());
        Self { cells: entries.chunk_by(|a, b| a.0 == b.0).map(of_cell).collect() }
    }

    /// Takes in an application that is new or has a new version. O(length).
    pub fn put(&mut self, corpus: &Corpus, x: &App<'_>) {
        let mut before = None;
        for &shingle in x.shingles() {
            let cell = corpus.passages().cell(shingle);
            if before.replace(cell) != Some(cell) && self.cells.get(key(cell)).is_some() {
                self.cells.entry(key(cell), Vec::new).push(x.ix.0);
            }
        }
    }

    /// The applications with passages in these cells, sorted. O(those who have one); where one is not watched, the
    /// length of all texts, after which all that are nearly full are.
    pub fn holders(&mut self, corpus: &Corpus, cells: &[u32]) -> Vec<AppIx> {
        let passages = corpus.passages();
        if cells.iter().any(|&cell| self.cells.get(key(cell)).is_none()) {
            let mut all = passages.nearly_full();
            all.extend(cells);
            all.sort_unstable();
            *self = Self::of(corpus, &all);
        }
        let listed = cells.iter().filter_map(|&cell| self.cells.get(key(cell))).flatten();
        let mut holders: Vec<AppIx> = listed.map(|&app| AppIx(app)).collect();
        holders.sort_unstable();
        holders.dedup();
        holders.retain(|&app| passages.has_any(&corpus.app(app), cells));
        // What became common is not looked for again.
        for &cell in cells {
            self.cells.remove(key(cell));
        }
        holders
    }
}
