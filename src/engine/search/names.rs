//! Applicants by name: every word that was typed, in any order, spelt alike, or in another form of the name. Not
//! responsible for values (`values`).
//!
//! Typed words are compared with the different words of all names, of which there are few, and only those whose name has
//! one of the alike are looked at.
//!
//! Invariant: whoever has every word as it was typed is found, unless more have the rarest of them than are looked at.

use crate::{
    matching::{
        Corpus,
        corpus::{App, TokenIx},
        similarity::{Letters, Pattern},
    },
    model::{AppIx, PersonName},
    reference::names::siblings,
};
use rustc_hash::FxHashMap;

/// The fit of a name that has what was typed.
pub(super) const BEST: u8 = 95;
/// The likeness from which on two words are spelt much alike.
const ALIKE: f64 = 0.86;
/// At most so many applications are looked at, those with the better fitting words first.
const LOOKED_AT: usize = 30_000;

/// How a word of a name fits a typed one; the better ones are greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Likeness {
    /// One is the initial of the other.
    Initial,
    /// Spelt much like it.
    Alike,
    /// Another form of the name.
    Form,
    /// It begins with it.
    Begins,
    /// The same.
    Same,
}

/// A word of a name that fits a typed one.
type Fit = (u8, Likeness);

/// A typed word, and what fits it.
struct Word {
    text: Box<str>,
    fits: FxHashMap<TokenIx, Fit>,
    /// Those that fit as a whole, the best first.
    whole: Vec<TokenIx>,
    /// Names that have one of these, at most.
    bearers: usize,
}

impl Word {
    /// `alone` when it is the only word, which an initial cannot stand for. O(different words of all names).
    fn new(corpus: &Corpus, text: &str, alone: bool) -> Self {
        let tokens = corpus.tokens();
        let (letters, pattern) = (Letters::of(text), Pattern::new(text));
        let forms: Vec<TokenIx> = siblings(text).filter_map(|form| tokens.find(form)).collect();
        let first = text.chars().next().unwrap_or(' ');
        let mut fits = FxHashMap::default();
        for (token, theirs) in tokens.all() {
            let (ours, length) = (letters.length(), theirs.length());
            let common = letters.common(theirs) as usize;
            // Spelt alike at best, as many letters as there are in common: Jaro's mean of three shares, the third at most 1,
            // and Winkler's bonus at most 0.4 of what is missing, come to less than 0.886.
            let hopeless = 100 * common * (ours + length) < 143 * ours * length;
            let starts = tokens.first(token) == first;
            let may_begin = starts && common >= ours;
            let initial = !alone && starts && (ours == 1) != (length == 1);
            if hopeless && !may_begin && !initial {
                continue;
            }
            if let Some(fit) = fit(&pattern, tokens.text(token), initial) {
                fits.insert(token, fit);
            }
        }
        for form in forms {
            let fit = fits.entry(form).or_insert((90, Likeness::Form));
            *fit = (*fit).max((90, Likeness::Form));
        }
        fits.retain(|token, _| tokens.count_if_known(*token) > 0);
        let is_whole = |(token, (_, likeness)): (&TokenIx, &Fit)| {
            (*likeness != Likeness::Initial).then_some(*token)
        };
        let mut whole: Vec<TokenIx> = fits.iter().filter_map(is_whole).collect();
        let fit = |token: &TokenIx| fits.get(token).map_or(0, |fit| fit.0);
        whole.sort_unstable_by(|a, b| {
            fit(b).cmp(&fit(a)).then_with(|| tokens.text(*a).cmp(tokens.text(*b)))
        });
        let bearers = whole.iter().map(|&token| tokens.count_if_known(token) as usize).sum();
        Self { text: text.into(), fits, whole, bearers }
    }

    /// Those that fit as initials.
    fn initials(&self) -> Vec<TokenIx> {
        let initial =
            |(token, fit): (&TokenIx, &Fit)| (fit.1 == Likeness::Initial).then_some(*token);
        let mut initials: Vec<TokenIx> = self.fits.iter().filter_map(initial).collect();
        initials.sort_unstable();
        initials
    }
}

fn fit(word: &Pattern<'_>, token: &str, initial: bool) -> Option<Fit> {
    let text = word.text();
    if text == token {
        Some((BEST, Likeness::Same))
    } else if initial {
        Some((82, Likeness::Initial))
    } else if text.len() < 3 {
        None
    } else if token.starts_with(text) {
        Some((91, Likeness::Begins))
    } else {
        let alike = word.jaro_winkler(token) * 0.97;
        // A percentage of at most 95.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 95")]
        let fit = (alike * f64::from(BEST)) as u8;
        (alike >= ALIKE).then_some((fit, Likeness::Alike))
    }
}

/// A name that was typed.
pub(super) struct Query<'a> {
    corpus: &'a Corpus,
    words: Vec<Word>,
}

impl<'a> Query<'a> {
    /// What fits each word. O(words × different words of all names).
    pub(super) fn new(corpus: &'a Corpus, typed: &PersonName) -> Self {
        let alone = typed.tokens.len() == 1;
        let words = typed.tokens.iter().map(|word| Word::new(corpus, word, alone));
        Self { corpus, words: words.collect() }
    }

    /// The applications whose name fits, with how well, one maybe twice; and whether these are all.
    pub(super) fn found(&self) -> (Vec<(AppIx, u8)>, bool) {
        let mut rarest: Vec<&Word> = self.words.iter().filter(|w| w.text.len() > 1).collect();
        rarest.sort_by_key(|word| word.bearers);
        let Some(word) = rarest.first() else { return (Vec::new(), true) };
        // A name has the rarest word, or its initial, and then the next rarest too.
        let count = |tokens: &[TokenIx]| {
            let tokens = tokens.iter().map(|&t| self.corpus.tokens().count_if_known(t) as usize);
            tokens.sum::<usize>()
        };
        let initials = word.initials();
        let next = rarest.get(1).map(|next| &next.whole);
        let others = match next.filter(|next| count(next) < count(&initials)) {
            Some(next) => next,
            None => &initials,
        };
        let listed = word.whole.iter().chain(others).flat_map(|&token| self.corpus.bearers(token));
        let mut apps: Vec<AppIx> = listed.take(LOOKED_AT + 1).collect();
        let all = apps.len() <= LOOKED_AT;
        apps.truncate(LOOKED_AT);
        let mut found = Vec::new();
        self.corpus.each(&apps, |x| found.extend(self.fit(&x).map(|fit| (x.ix, fit))));
        (found, all)
    }

    /// How well the name of an application fits; none when a word is missing, or no word is more than an initial.
    fn fit(&self, x: &App<'_>) -> Option<u8> {
        let (mut least, mut initials) = (BEST, 0);
        for word in &self.words {
            let (fit, likeness) = x.tokens().filter_map(|t| word.fits.get(&t)).max()?;
            least = least.min(*fit);
            initials += usize::from(*likeness == Likeness::Initial);
        }
        (initials < self.words.len()).then_some(least)
    }

    /// Why the name of an application fits.
    pub(super) fn reason(&self, app: AppIx) -> String {
        let mut said: Vec<String> = Vec::new();
        for word in &self.words {
            let tokens = self.corpus.app(app).tokens();
            let best = tokens.filter_map(|t| Some((word.fits.get(&t)?, t))).max();
            let Some(((_, likeness), token)) = best else { continue };
            let (typed, token) = (capital(&word.text), capital(self.corpus.tokens().text(token)));
            match likeness {
                Likeness::Same => {}
                Likeness::Begins => said.push(format!("a name that begins with it: {token}")),
                Likeness::Form => said.push(format!("another form of the name: {typed} → {token}")),
                Likeness::Alike => {
                    said.push(format!("a name spelt much like it: {typed} → {token}"));
                }
                Likeness::Initial => said.push(format!("the initial fits: {typed} → {token}")),
            }
        }
        if said.is_empty() { "name".to_owned() } else { said.join("; ") }
    }
}

/// A folded word as names are written.
fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}
