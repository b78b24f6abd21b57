//! Who has the passages that will be common before long, so that nobody else is looked at when one becomes it. Not
//! responsible for when that is (`corpus::Passages`).
//!
//! Invariant: whoever has a passage in a watched cell is listed under it; some who are listed have it no longer.

use crate::{
    matching::{
        Corpus,
        corpus::{App, Map},
        gathering::{Entry, Gathered},
    },
    model::AppIx,
};
use rayon::prelude::*;
use std::{collections::BTreeSet, sync::Arc};

/// Applications by watched cell. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(super) struct Watched {
    cells: Map<Vec<u32>>,
    /// Cells that are nearly full since, and not watched yet.
    rising: Arc<BTreeSet<u32>>,
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
        let entries = Gathered::from_each(corpus.len(), |i, sink| {
            let x = corpus.app(AppIx::new(i));
            let cells = x.shingles().iter().map(|&shingle| corpus.passages().cell(shingle));
            let is = |cell: &u32| {
                watch.get((cell >> 6) as usize).is_some_and(|bits| bits >> (cell & 63) & 1 == 1)
            };
            cells.filter(is).for_each(|cell| sink.put(key(cell), x.ix.0));
        });
        let mut entries = entries.into_parts().concat();
        entries.dedup();
        let of_cell = |same: &[Entry]| (same[0].0, same.iter().map(|(_, app)| *app).collect());
        let cells = entries.chunk_by(|a, b| a.0 == b.0).map(of_cell).collect();
        Self { cells, rising: Arc::default() }
    }

    /// Takes in an application that is new or has a new version. O(length).
    pub fn put(&mut self, corpus: &Corpus, x: &App<'_>) {
        let passages = corpus.passages();
        let mut before = None;
        for &shingle in x.shingles() {
            let cell = passages.cell(shingle);
            if before.replace(cell) == Some(cell) {
                continue;
            }
            if self.cells.get(key(cell)).is_some() {
                self.cells.entry(key(cell), Vec::new).push(x.ix.0);
            } else if passages.is_nearly_full(cell) && !self.rising.contains(&cell) {
                Arc::make_mut(&mut self.rising).insert(cell);
            }
        }
    }

    /// The applications with passages in these cells, sorted. O(those who have one); where one is not watched, a look into
    /// every text, after which all that are nearly full by now are.
    pub fn holders(&mut self, corpus: &Corpus, cells: &[u32]) -> Vec<AppIx> {
        let passages = corpus.passages();
        if cells.iter().any(|&cell| self.cells.get(key(cell)).is_none()) {
            let mut unwatched = std::mem::take(Arc::make_mut(&mut self.rising));
            unwatched.retain(|&cell| passages.is_nearly_full(cell));
            unwatched.extend(cells);
            unwatched.retain(|&cell| self.cells.get(key(cell)).is_none());
            self.watch(corpus, &unwatched.into_iter().collect::<Vec<u32>>());
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

    /// Watches these cells too, sorted. O(n log length), and the cells a text.
    fn watch(&mut self, corpus: &Corpus, cells: &[u32]) {
        let passages = corpus.passages();
        let found: Vec<(u32, u32)> = (0..corpus.len())
            .into_par_iter()
            .with_min_len(4_096)
            .fold(Vec::new, |mut found, i| {
                let x = corpus.app(AppIx::new(i));
                passages.each_in(&x, cells, |cell| found.push((cell, x.ix.0)));
                found
            })
            .reduce(Vec::new, |mut a, mut b| {
                a.append(&mut b);
                a
            });
        for &cell in cells {
            self.cells.insert(key(cell), Vec::new());
        }
        for (cell, app) in found {
            self.cells.entry(key(cell), Vec::new).push(app);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{Application, Column, Source},
        normalize::normalize,
    };
    use std::collections::BTreeMap;

    fn put(corpus: &mut Corpus, n: usize, text: &str) -> (AppIx, Vec<u32>) {
        let application = Application {
            id: format!("A{n}").parse().unwrap(),
            fields: [(Column::ResumeText, text.to_owned())].into(),
            extra: BTreeMap::new(),
            nested: BTreeMap::new(),
            source: Source { file: "a.csv".into(), row: 1 },
        };
        match corpus.put_settled(&normalize(&application), "x") {
            Some((app, flips)) => (app, [flips.up, flips.down].concat()),
            // Everything is judged anew.
            None => {
                let app = corpus.put(&normalize(&application), "x");
                corpus.settle();
                (app, Vec::new())
            }
        }
    }

    #[test]
    fn whoever_has_a_passage_that_becomes_common_is_found_whether_it_was_expected_or_not() {
        let mut corpus = Corpus::default();
        let words = ["ferry", "ledger", "garden", "lantern", "quarry", "meadow", "harbor"];
        let (mut watched, mut found) = (Watched::build(&corpus), 0);
        for n in 0..400 {
            let word = |k: usize| words[(n / 5 + k) % 7];
            let own = format!("Kept the {n}th {} of the {} by night {n}.", word(1), word(2));
            let common =
                format!("Ran a {} service for the {} line every summer.", word(0), word(3));
            let before = corpus.len();
            let (app, mut cells) = put(&mut corpus, n, &format!("{own} {common}"));
            if before.max(1).ilog2() != corpus.len().ilog2() {
                watched = Watched::build(&corpus);
                continue;
            }
            watched.put(&corpus, &corpus.app(app));
            if cells.is_empty() {
                continue;
            }
            cells.sort_unstable();
            let has = |app: &AppIx| corpus.passages().has_any(&corpus.app(*app), &cells);
            let all: Vec<AppIx> = corpus.apps().filter(has).collect();
            assert_eq!(watched.holders(&corpus, &cells), all, "application {n}");
            found += all.len();
        }
        assert!(found > 10, "only {found} texts had one");
    }
}
