//! The index: whom an application meets, by key, without looking at everybody. Made when it is first needed, kept
//! up to date afterwards. Not responsible for what keys there are (`blocking`, `link_candidates`, `texts`) nor for
//! what meeting is worth.
//!
//! Invariant: agrees with the corpus it belongs to.

mod busy;
mod postings;
mod watched;

use crate::{
    matching::{
        Corpus,
        blocking::{self, key},
        corpus::{App, TokenIx, WordIx},
        gathering::Gathered,
        index::{
            busy::{Busy, Place},
            postings::Postings,
            watched::Watched,
        },
        link_candidates, texts,
    },
    model::{AppIx, AttributeIx},
};

/// Postings, one for each sort of key.
const POSTINGS: usize = blocking::PASSES + link_candidates::PASSES + 2;
/// Where those of near-equal values begin.
const NEAR: usize = blocking::PASSES;
/// Where those of passages stand.
const PASSAGES: usize = NEAR + link_candidates::PASSES;
/// Where those of counted words and tokens stand.
const COUNTED: usize = PASSAGES + 1;

/// The keys of an application, of each sort.
pub type Keys = Vec<Vec<u64>>;

/// Whom an application meets. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Index {
    postings: Vec<Postings>,
    watched: Watched,
    busy: Busy,
}

/// The key of a counted word.
fn word(word: WordIx) -> u64 {
    key(90, &[word.0])
}

/// The key of a token.
fn token(token: TokenIx) -> u64 {
    key(91, &[token.0])
}

/// The keys of an application of one sort.
fn keys(corpus: &Corpus, x: &App<'_>, sort: usize, mut put: impl FnMut(u64)) {
    match sort {
        0..NEAR => blocking::keys(corpus, x, sort, put),
        NEAR..PASSAGES => link_candidates::near_keys(corpus, x.ix, sort - NEAR, put),
        PASSAGES => texts::widest_sample(x).for_each(|passage| put(texts::spread(passage))),
        _ => {
            corpus.counted_words(x, |w| put(word(w)));
            x.tokens().for_each(|t| put(token(t)));
        }
    }
}

impl Index {
    /// The index of a settled corpus. O(n log n).
    #[must_use]
    pub fn build(corpus: &Corpus) -> Self {
        let of_sort = |sort: usize| {
            let entries = Gathered::from_each(corpus.len(), |i, sink| {
                let x = corpus.app(AppIx::new(i));
                if sort == PASSAGES {
                    let own = texts::own_sample(corpus, &x);
                    own.for_each(|passage| sink.put(texts::spread(passage), x.ix.0));
                } else {
                    keys(corpus, &x, sort, |k| sink.put(k, x.ix.0));
                }
            });
            Postings::build(entries)
        };
        let postings = (0..POSTINGS).map(of_sort).collect();
        Self { postings, watched: Watched::build(corpus), busy: Busy::build(corpus) }
    }

    /// The keys that an application has, of each sort.
    #[must_use]
    pub fn keys_of(&self, corpus: &Corpus, app: AppIx) -> Keys {
        let x = corpus.app(app);
        let of_sort = |sort| {
            let mut all = Vec::new();
            keys(corpus, &x, sort, |k| all.push(k));
            all.sort_unstable();
            all.dedup();
            all
        };
        (0..POSTINGS).map(of_sort).collect()
    }

    /// Takes in an application that is new, or has another version in the place of the one that had these keys.
    pub fn put(&mut self, corpus: &Corpus, app: AppIx, before: Option<Keys>) {
        let after = self.keys_of(corpus, app);
        for (sort, postings) in self.postings.iter_mut().enumerate() {
            postings.put(app, before.as_ref().map(|keys| &*keys[sort]), &after[sort]);
        }
        self.watched.put(corpus, &corpus.app(app));
        self.busy.put(corpus, &corpus.app(app), before.is_some());
    }

    /// Takes in that other passages of an application are its own than before.
    pub fn widen(&mut self, corpus: &Corpus, app: AppIx) {
        let mut all = Vec::new();
        keys(corpus, &corpus.app(app), PASSAGES, |k| all.push(k));
        self.postings[PASSAGES].put(app, Some(&[]), &all);
    }

    /// The applications with passages in cells that became full, or are full no longer: sorted. O(those).
    pub fn holders(&mut self, corpus: &Corpus, cells: &[u32]) -> Vec<AppIx> {
        self.watched.holders(corpus, cells)
    }

    /// The applications with a blocking key of a pass, into `run`, sorted, without repeats; here and below.
    pub fn block(&self, pass: usize, key: u64, run: &mut Vec<AppIx>) {
        self.postings[pass].run(key, run);
    }

    /// Those with a key of near-equal values.
    pub fn near(&self, pass: usize, key: u64, run: &mut Vec<AppIx>) {
        self.postings[NEAR + pass].run(key, run);
    }

    /// Those whose sample may hold a passage: `texts::samples` tells of each.
    pub fn passage(&self, passage: u32, run: &mut Vec<AppIx>) {
        self.postings[PASSAGES].run(texts::spread(passage), run);
    }

    /// Those that use a value, in the order in which they are paired; none where they are so few that they are not kept.
    #[must_use]
    pub fn users(&self, ix: AttributeIx) -> Option<&[Place]> {
        self.busy.users(ix)
    }

    /// Those that have a word which is counted.
    pub fn word(&self, of: WordIx, run: &mut Vec<AppIx>) {
        self.postings[COUNTED].run(word(of), run);
    }

    /// Those that have a token in their name.
    pub fn token(&self, of: TokenIx, run: &mut Vec<AppIx>) {
        self.postings[COUNTED].run(token(of), run);
    }
}
