//! What is judged otherwise because a count changed: values, words and tokens, and who has them. Not responsible for
//! what follows from it.
//!
//! Invariant: whatever a comparison takes from counts is the same as before, but for what is named here.

use crate::{
    matching::{
        Corpus, Index,
        background::{days, span},
        coarse,
        corpus::{TokenIx, WordIx},
        incremental::{Attempt, Known, Reason},
    },
    model::{AppIx, AttributeIx, Moment},
};
use std::collections::BTreeSet;

/// Most users of what makes candidates be looked for anew.
const FEW: usize = 1_000;
/// Most names with a token that is judged to be of the other sort.
const NAMED: usize = 20_000;
/// Most users of a value whose weight changed.
const MANY: usize = 300_000;

/// What is judged otherwise.
#[derive(Debug, Default)]
pub(super) struct Recount {
    /// Applications whose edges may weigh less than before: what they have became more common.
    pub touched: BTreeSet<AppIx>,
    /// Applications that may have edges they did not have, and to whom names and homes may relate otherwise.
    pub again: BTreeSet<AppIx>,
    /// Values judged otherwise.
    pub values: BTreeSet<AttributeIx>,
    /// Tokens of names that are rather given names now and were rather family names, or the reverse.
    pub turned: Vec<TokenIx>,
    /// The applications with such a token: their names say something else of others', and nothing else of them.
    pub renamed: BTreeSet<AppIx>,
    /// The first and the last submission now.
    pub span: Option<(Moment, Moment)>,
}

/// A count as everything judges it.
fn judged(uses: u32) -> (u32, u32, u32) {
    let own = uses.min(8);
    (own, coarse(uses - own), coarse(uses))
}

impl Recount {
    /// What is judged otherwise after these applications are new or have new versions.
    pub fn of(
        before: &Known<'_>,
        corpus: &Corpus,
        index: &Index,
        changed: &BTreeSet<AppIx>,
    ) -> Attempt<Self> {
        let was = before.corpus;
        let names = |corpus: &Corpus| corpus.tokens().population(1).to_bits();
        let span = span_after(before, corpus, changed);
        if coarse_len(was) != coarse_len(corpus)
            || names(was) != names(corpus)
            || before.background.days() != days(span)
        {
            return Err(Reason::Size);
        }
        let mut recount = Self { span, ..Self::default() };
        let (mut values, mut words, mut tokens) =
            (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for &app in changed {
            for of in [was, corpus].into_iter().filter(|of| app.at() < of.len()) {
                let x = of.app(app);
                values.extend(x.used().map(|(ix, _)| ix));
                of.counted_words(&x, |word| words.extend([word]));
                tokens.extend(x.tokens());
            }
        }
        for ix in values {
            recount.value(before, corpus, ix)?;
        }
        let mut run = Vec::new();
        for word in words {
            recount.word(before, corpus, index, word, &mut run)?;
        }
        for token in tokens {
            recount.token(before, corpus, index, token, &mut run)?;
        }
        Ok(recount)
    }

    fn value(&mut self, before: &Known<'_>, corpus: &Corpus, ix: AttributeIx) -> Attempt<()> {
        let known = ix.at() < before.corpus.attribute_numbers().len();
        let (old, new) = (if known { before.corpus.uses(ix) } else { 0 }, corpus.uses(ix));
        if judged(old) == judged(new) {
            return Ok(());
        }
        self.values.insert(ix);
        let users: Vec<AppIx> = corpus.uses_of(ix).map(|(app, _)| app).collect();
        self.recounted(before, &users, new < old)
    }

    fn recounted(&mut self, before: &Known<'_>, users: &[AppIx], fewer: bool) -> Attempt<()> {
        if fewer {
            if users.len() > FEW {
                return Err(Reason::Count);
            }
            self.again.extend(users);
        } else {
            if users.len() > MANY {
                return Err(Reason::Count);
            }
            self.touched.extend(users.iter().filter(|&&app| !before.edges.of(app).is_empty()));
        }
        Ok(())
    }

    fn word(
        &mut self,
        before: &Known<'_>,
        corpus: &Corpus,
        index: &Index,
        word: WordIx,
        run: &mut Vec<AppIx>,
    ) -> Attempt<()> {
        let was = before.corpus;
        let (old, new) = (was.count_if_known(word), corpus.count_of(word));
        let units = |of: &Corpus| (of.is_divided(word), of.has_many_units(word));
        let divided = units(was) != units(corpus);
        if coarse(old) == coarse(new) && !divided {
            return Ok(());
        }
        index.word(word, run);
        if divided {
            if run.len() > FEW {
                return Err(Reason::Count);
            }
            self.again.extend(run.iter());
        }
        self.recounted(before, run, new < old)
    }

    fn token(
        &mut self,
        before: &Known<'_>,
        corpus: &Corpus,
        index: &Index,
        token: TokenIx,
        run: &mut Vec<AppIx>,
    ) -> Attempt<()> {
        let (was, now) = (before.corpus.tokens(), corpus.tokens());
        let old = was.count_if_known(token);
        let new = now.count_if_known(token);
        let flipped = old > 0 && was.is_family(token) != now.is_family(token);
        if coarse(old) == coarse(new) && !flipped {
            return Ok(());
        }
        index.token(token, run);
        if flipped {
            if run.len() > NAMED {
                return Err(Reason::Token);
            }
            self.turned.push(token);
            self.renamed.extend(run.iter());
        }
        if coarse(old) == coarse(new) {
            return Ok(());
        }
        self.recounted(before, run, new < old)
    }
}

fn coarse_len(corpus: &Corpus) -> u32 {
    coarse(u32::try_from(corpus.len()).unwrap_or(u32::MAX))
}

/// The first and the last submission after these applications changed. O(n) where one of the two was of a version that
/// is replaced.
fn span_after(
    before: &Known<'_>,
    corpus: &Corpus,
    changed: &BTreeSet<AppIx>,
) -> Option<(Moment, Moment)> {
    let old = before.background.span();
    let replaced = changed.iter().filter(|app| app.at() < before.corpus.len());
    let ends = |at: Moment| old.is_some_and(|(first, last)| at == first || at == last);
    if replaced.filter_map(|&app| before.corpus.submitted(app)).any(ends) {
        return span(corpus);
    }
    changed.iter().filter_map(|&app| corpus.submitted(app)).fold(old, |span, at| {
        let (first, last) = span.unwrap_or((at, at));
        Some((first.min(at), last.max(at)))
    })
}
