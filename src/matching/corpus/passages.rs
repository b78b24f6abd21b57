//! Passages that many applications contain: templates, copied postings. Not responsible for comparing texts.
//!
//! A shingle is counted in one of a table's cells by its leading bits, so that a hundred million shingles take
//! megabytes (a count-min sketch of one row: Cormode and Muthukrishnan, *An improved data stream summary*, 2005).
//! A cell never counts too little; it counts too much by the few shingles that share it. Which cells are full is
//! kept as bits beside the counts, since comparing texts asks nothing else.
//!
//! Invariant: depends only on the set of applications. Each mailbox counts once: a person who applies ten times
//! makes no template.

use crate::{
    matching::{
        Corpus,
        corpus::{App, Shelf, tree::Tree},
    },
    model::{AppIx, AttributeIx},
};
use rayon::prelude::*;
use std::sync::Arc;

/// How common the passages of all texts are. Cheap to clone.
#[derive(Debug, Default, Clone)]
pub struct Passages {
    /// How many have a shingle in each cell.
    cells: Cells,
    /// Whether that is more than the limit, a bit a cell.
    full: Arc<Vec<u64>>,
    shift: u32,
    limit: u16,
    /// Of each application, how many shingles are its own.
    own: Shelf<u16>,
}

/// Cells a chunk, as a power of two. Long chunks: one application more changes cells all over, and to copy a few
/// kilobytes in a row is cheaper than to count up hundreds of references.
const CHUNK: usize = 12;

/// A count in each cell. Cheap to clone.
#[derive(Debug, Default, Clone)]
struct Cells {
    chunks: Tree<Vec<u16>>,
    len: usize,
}

impl Cells {
    fn get(&self, at: usize) -> u16 {
        self.chunks.chunk(at >> CHUNK)[at & ((1 << CHUNK) - 1)]
    }

    fn get_mut(&mut self, at: usize) -> &mut u16 {
        &mut self.chunks.chunk_mut(at >> CHUNK)[at & ((1 << CHUNK) - 1)]
    }
}

impl From<&[u16]> for Cells {
    fn from(cells: &[u16]) -> Self {
        let mut chunks = Tree::default();
        cells.chunks(1 << CHUNK).for_each(|chunk| chunks.push(chunk.to_vec()));
        Self { chunks, len: cells.len() }
    }
}

/// Cells that became full, or are full no longer.
#[derive(Debug, Default)]
pub struct Flips {
    /// Cells whose passages are common now, sorted.
    pub up: Vec<u32>,
    /// Cells whose passages are common no longer, sorted.
    pub down: Vec<u32>,
}

/// What some applications add to the counts: those that speak for a mailbox.
pub(super) type Spoken = Vec<Vec<u32>>;

/// A passage under more mailboxes than this is a template or a copied posting: one application in 2,000, at
/// least 25, but in a small store no more than one in 60.
fn common_passage(applications: u32) -> u16 {
    let least = (applications / 60).min(25);
    u16::try_from((applications / 2_000).max(least).max(2)).unwrap_or(u16::MAX - 1)
}

/// A number of passages as it is judged: by its leading three bits, and as the middle of those that have them. One
/// passage that becomes common so changes what a long text says hardly ever. Up to eight are exact.
fn length(own: u16) -> usize {
    let cut = (u16::BITS - own.leading_zeros()).saturating_sub(3);
    usize::from((own >> cut) << cut) + ((1 << cut) >> 1)
}

/// How many applications there are, as far as it matters here: a doubling changes it, and by less what is counted.
fn judged(corpus: &Corpus) -> u32 {
    let n = u64::try_from(corpus.len().max(1)).unwrap_or(u64::MAX);
    // Half-way between two powers of two, in their own measure.
    u32::try_from((1_u64 << n.ilog2()) * 181 / 128).unwrap_or(u32::MAX)
}

impl Passages {
    /// The passages of a corpus. O(length of all texts).
    #[must_use]
    pub fn of(corpus: &Corpus) -> Self {
        // Of the applications with one mailbox, the one whose key is least speaks for it.
        let mut speaker: Vec<u64> = vec![u64::MAX; corpus.attribute_numbers().len()];
        for app in corpus.apps() {
            let x = corpus.app(app);
            if let Some(email) = x.email() {
                speaker[email.at()] = speaker[email.at()].min(x.key());
            }
        }
        // Some 256 cells an application, and never more than 2^24.
        let bits = (judged(corpus).max(1).ilog2() + 8).clamp(16, 24);
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
        let limit = common_passage(judged(corpus));
        let bit = |chunk: &[u16]| {
            chunk.iter().rev().fold(0_u64, |bits, &n| bits << 1 | u64::from(n > limit))
        };
        let full: Vec<u64> = cells.chunks(64).map(bit).collect();
        Self {
            cells: cells.as_slice().into(),
            full: Arc::new(full),
            shift,
            limit,
            own: Shelf::default(),
        }
    }

    /// How many shingles of each application are its own, of texts that are parted.
    pub(super) fn own(&self, corpus: &Corpus) -> Vec<u16> {
        (0..corpus.len())
            .into_par_iter()
            .with_min_len(1_024)
            .map(|i| self.counted(corpus.app(AppIx::new(i)).front()))
            .collect()
    }

    /// Keeps that.
    pub(super) fn set_own(&mut self, own: Vec<u16>) {
        self.own = own.into_iter().collect();
    }

    /// Puts the shingles of a text that are its own in front, both parts sorted, and says how many they are.
    pub(super) fn part(&self, text: &mut [u32]) -> usize {
        if self.full.is_empty() {
            return text.len();
        }
        text.sort_unstable();
        let mut common = Vec::with_capacity(text.len());
        let mut own = 0;
        for at in 0..text.len() {
            let shingle = text[at];
            if self.is_common(shingle) {
                common.push(shingle);
            } else {
                text[own] = shingle;
                own += 1;
            }
        }
        text[own..].copy_from_slice(&common);
        own
    }

    /// Whether all shingles of a text that are its own are in front.
    pub(super) fn is_parted(&self, x: &App<'_>) -> bool {
        x.back().iter().all(|&shingle| self.is_common(shingle))
    }

    /// Whether a text is to be parted: it has to be, or was not yet and would become much shorter.
    pub(super) fn wants_parting(&self, x: &App<'_>) -> bool {
        let common = || x.front().iter().filter(|&&s| self.is_common(s)).count();
        !self.is_parted(x) || (x.back().is_empty() && common() * 4 > x.front().len())
    }

    /// Whether a shingle is in a passage that many have.
    #[inline]
    #[must_use]
    pub fn is_common(&self, shingle: u32) -> bool {
        let cell = shingle >> self.shift;
        self.full.get((cell >> 6) as usize).is_some_and(|bits| bits >> (cell & 63) & 1 == 1)
    }

    fn counted(&self, shingles: &[u32]) -> u16 {
        let own = shingles.iter().filter(|&&s| !self.is_common(s)).count();
        u16::try_from(own).unwrap_or(u16::MAX)
    }

    /// How many shingles of an application are not in passages which many have, as it is judged.
    #[must_use]
    pub fn own_length(&self, app: &App<'_>) -> usize {
        let at = app.ix.at();
        let own =
            if at < self.own.len() { *self.own.get(at) } else { self.counted(app.shingles()) };
        length(own)
    }

    /// The same of an application that is known to be counted, without looking at its text.
    #[must_use]
    pub fn settled_length(&self, app: AppIx) -> usize {
        if app.at() < self.own.len() { length(*self.own.get(app.at())) } else { 0 }
    }

    /// Counts the passages of its own that a text has, which is parted.
    pub(super) fn count_own(&mut self, app: &App<'_>) {
        while self.own.len() <= app.ix.at() {
            self.own.push(0);
        }
        let own = self.counted(app.front());
        if *self.own.get(app.ix.at()) != own {
            *self.own.get_mut(app.ix.at()) = own;
        }
    }

    /// The cell of a shingle.
    #[inline]
    #[must_use]
    pub fn cell(&self, shingle: u32) -> u32 {
        shingle >> self.shift
    }

    /// Whether a text has a passage in one of these cells.
    #[must_use]
    pub fn has_any(&self, app: &App<'_>, cells: &[u32]) -> bool {
        let has = |part: &[u32], cell: u32| {
            let from = part.partition_point(|&shingle| self.cell(shingle) < cell);
            part.get(from).is_some_and(|&shingle| self.cell(shingle) == cell)
        };
        cells.iter().any(|&cell| has(app.front(), cell) || has(app.back(), cell))
    }

    /// Tells those of these cells, sorted, in which a text has a passage, some twice. O(cells × log length), or their sum.
    pub fn each_in(&self, app: &App<'_>, cells: &[u32], mut put: impl FnMut(u32)) {
        for part in [app.front(), app.back()] {
            let mut rest = part;
            for &cell in cells {
                // From where the last one was: cells and passages are both sorted.
                let ahead = rest.len().min(16);
                let near = rest[..ahead].iter().position(|&shingle| self.cell(shingle) >= cell);
                let from = near.unwrap_or_else(|| {
                    ahead + rest[ahead..].partition_point(|&shingle| self.cell(shingle) < cell)
                });
                rest = &rest[from..];
                match rest.first() {
                    Some(&shingle) if self.cell(shingle) == cell => put(cell),
                    Some(_) => {}
                    None => break,
                }
            }
        }
    }

    /// Whether a cell will be full before long.
    #[must_use]
    pub fn is_nearly_full(&self, cell: u32) -> bool {
        let least = self.limit - self.limit / 4;
        let known = (cell as usize) < self.cells.len;
        known && (least..=self.limit).contains(&self.cells.get(cell as usize))
    }

    /// The cells that will be full before long, sorted. O(cells).
    #[must_use]
    pub fn nearly_full(&self) -> Vec<u32> {
        let cells = 0..u32::try_from(self.cells.len).unwrap_or(u32::MAX);
        cells.filter(|&cell| self.is_nearly_full(cell)).collect()
    }

    /// Counts what was spoken after a change in the place of what was spoken before it, and says which passages are
    /// judged otherwise by that. O(shingles).
    pub(super) fn change(&mut self, before: &Spoken, after: &Spoken) -> Flips {
        let mut cells: Vec<u32> = before.iter().chain(after).flatten().copied().collect();
        cells.iter_mut().for_each(|shingle| *shingle >>= self.shift);
        cells.sort_unstable();
        cells.dedup();
        for (texts, change) in [(before, -1_i16), (after, 1)] {
            for shingle in texts.iter().flatten() {
                let cell = self.cells.get_mut((shingle >> self.shift) as usize);
                *cell = cell.saturating_add_signed(change);
            }
        }
        let is_full = |cell: u32| self.cells.get(cell as usize) > self.limit;
        cells.retain(|&cell| is_full(cell) != self.is_common(cell << self.shift));
        let (up, down) = cells.iter().partition(|&&cell| is_full(cell));
        if !cells.is_empty() {
            let full = Arc::make_mut(&mut self.full);
            for &cell in &cells {
                full[(cell >> 6) as usize] ^= 1 << (cell & 63);
            }
        }
        Flips { up, down }
    }
}

/// The texts that speak for the mailboxes of an application: its own, or that of least key among those of one mailbox.
pub(super) fn spoken(
    corpus: &Corpus,
    app: Option<AppIx>,
    mailboxes: &[Option<AttributeIx>],
) -> Spoken {
    let mut texts = Vec::new();
    for mailbox in mailboxes {
        let speaker = match mailbox {
            Some(email) => corpus
                .uses_of(*email)
                .map(|(app, _)| corpus.app(app))
                .filter(|x| x.email() == Some(*email))
                .min_by_key(App::key),
            None => app.map(|app| corpus.app(app)),
        };
        texts.extend(speaker.map(|x| x.shingles().to_vec()));
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        matching::Entry,
        model::{Application, Column, Source},
    };
    use std::collections::BTreeMap;

    /// An application whose text is these words and a phrase that everybody has.
    fn entry(i: usize, own: &str) -> Entry {
        let fields = [
            (Column::Email, format!("m{i}@example.com")),
            (Column::ResumeText, format!("{own} we are what everybody says of themselves")),
        ];
        let application = Application {
            id: format!("A{i}").parse().unwrap(),
            fields: fields.into_iter().collect(),
            extra: BTreeMap::new(),
            nested: BTreeMap::new(),
            source: Source { file: "a.csv".into(), row: 1 },
        };
        Entry { normalized: crate::normalize::normalize(&application).into(), label: "x".into() }
    }

    fn check(corpus: &Corpus) {
        for app in corpus.apps() {
            let x = corpus.app(app);
            assert!(x.front().is_sorted() && x.back().is_sorted());
            assert!(x.back().iter().all(|&s| corpus.passages().is_common(s)));
            let own = x.front().iter().filter(|&&s| !corpus.passages().is_common(s)).count();
            assert_eq!(corpus.passages().own_length(&x), length(u16::try_from(own).unwrap()));
        }
    }

    #[test]
    fn what_is_a_texts_own_stands_in_front_also_when_it_was_common_once() {
        let word = |i: usize| format!("alpha{i} beta{i} gamma{i} delta{i}");
        let entries = (0..90).map(|i| entry(i, &word(i % 30))).collect();
        let mut corpus = Corpus::build(entries);
        check(&corpus);
        assert!(corpus.apps().all(|app| corpus.app(app).back().len() >= 5));
        // Three texts had each phrase, more than two are many: one that goes makes it the others' own.
        let Entry { normalized, label } = entry(0, "something else altogether");
        let before = corpus.app(AppIx::new(30)).front().len();
        let (_, flips) = corpus.put_settled(&normalized, &label).unwrap();
        let has = |app: &AppIx| corpus.passages().has_any(&corpus.app(*app), &flips.down);
        let touched: Vec<AppIx> = corpus.apps().filter(has).collect();
        assert!(touched.contains(&AppIx::new(30)));
        corpus.count_own(&touched);
        assert!(corpus.app(AppIx::new(30)).front().len() > before);
        check(&corpus);
    }
}
