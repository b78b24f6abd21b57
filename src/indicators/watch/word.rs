//! One word of a name, with what is known of it, and how a word of a claim may be a word of a watched name: mistyped, cut short,
//! respelt. Not responsible for whole names (`compare`).
//!
//! Invariant: a word that names are known to have is no slip for another; general words apart, no word is cut down to less than
//! half.

use crate::{
    indicators::watch::spelling::{Sort, is_rare},
    matching::similarity::osa_within,
    reference::{
        institutions::frequency,
        names::{NameAlias, alias},
        organisation_words::{concept, is_generic},
    },
};

/// A word that no more schools have may be a general word cut short or mistyped in the tables.
const HARDLY: u32 = 5;

/// General words of this length and more have no neighbor one letter away.
const LONG: usize = 7;

/// Letters of an ending.
const ENDING: usize = 4;

/// How far a word is one that names have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// No table has it.
    No,
    /// A few schools have it.
    Hardly,
    /// It is a word of names.
    Yes,
}

/// One word of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// What it says.
    pub text: Box<str>,
    /// Whether it tells a name from most others.
    pub rare: bool,
    /// Whether many names have it.
    pub generic: bool,
    /// How far it is one that names have.
    pub known: Known,
}

/// How a word of a claim is a word of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Match {
    /// It is it.
    Same,
    /// Written together or apart.
    Joined,
    /// In another spelling.
    Respelt,
    /// Cut short.
    Abbreviated,
    /// With so many slips.
    Slips(usize),
}

impl Word {
    /// What is known of a word. O(1).
    pub fn new(text: &str) -> Self {
        let known = match (concept(text), frequency(text)) {
            (Some(_), _) => Known::Yes,
            (None, 0) => Known::No,
            (None, 1..=HARDLY) => Known::Hardly,
            (None, _) => Known::Yes,
        };
        Self { text: text.into(), rare: is_rare(text), generic: is_generic(text), known }
    }

    /// Whether it may be a word of a name in the same language other than by being it, or by being written together or apart.
    pub fn is_open(&self) -> bool {
        self.known != Known::Yes || self.text.starts_with(['d', 'l'])
    }
}

impl Match {
    /// The less, the more alike.
    pub fn cost(self) -> usize {
        match self {
            Self::Same => 0,
            Self::Joined | Self::Respelt | Self::Abbreviated => 1,
            Self::Slips(n) => 2 * n,
        }
    }
}

/// How a word of a claim may be a word of a name, other than being it.
pub(super) fn alike(sort: Sort, two_languages: bool, claim: &Word, name: &Word) -> Option<Match> {
    let (a, b) = (&*claim.text, &*name.text);
    if two_languages && stem(a) == b {
        return Some(Match::Respelt);
    }
    if claim.known == Known::Yes {
        return None;
    }
    // Of a long general word even a slip that some table has made is one, and one in its first letter.
    let near = a.len() + 1 >= b.len() && a.len() <= b.len() + 2;
    if name.generic && b.len() >= LONG && near && osa_within(stem(a), b, 1).is_some() {
        return Some(Match::Slips(1));
    }
    if !begins_alike(a, b) {
        return None;
    }
    // Beginnings of general words are hardly names, even where some school has one.
    if (name.generic || claim.known == Known::No) && is_short_for(a, name) {
        return Some(Match::Abbreviated);
    }
    if claim.known == Known::Hardly {
        return None;
    }
    let most = bound(sort, a.len().min(b.len()));
    let slips = || {
        // General words compare in the singular.
        let singular = || name.generic.then(|| osa_within(stem(a), b, most))?;
        (most > 0).then(|| osa_within(a, b, most).or_else(singular))?
    };
    if !name.generic && alias(a, b) == Some(NameAlias::Romanisation) {
        return Some(Match::Respelt);
    }
    if two_languages && is_inflected(a, b) {
        return Some(Match::Respelt);
    }
    slips().map(Match::Slips)
}

/// Whether two words of two languages differ in their endings only: `jagiellonski`, `jagiellonian`.
fn is_inflected(a: &str, b: &str) -> bool {
    let same = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
    let whole = same >= 4 && (same == a.len() || same == b.len());
    (same >= 5 || whole) && a.len() - same <= ENDING && b.len() - same <= ENDING
}

/// A word without the "s" of the plural or the genitive.
fn stem(word: &str) -> &str {
    word.strip_suffix('s').unwrap_or(word)
}

/// Slips that a word of this length may have.
pub(super) fn bound(sort: Sort, len: usize) -> usize {
    let (one, two) = match sort {
        Sort::School => (5, 9),
        // Firms are called what they like, so that one letter more often makes another.
        Sort::Firm => (7, 11),
    };
    usize::from(len >= one) + usize::from(len >= two)
}

/// Nobody mistypes how a word begins; romanisations differ there only within a pair of letters.
fn begins_alike(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let (Some(&x), Some(&y)) = (a.first(), b.first()) else { return false };
    const PAIRS: &[[u8; 2]] = &[*b"kg", *b"pb", *b"td", *b"cj", *b"yj", *b"rl"];
    x == y
        || PAIRS.iter().any(|pair| pair.contains(&x) && pair.contains(&y))
        || (a.get(1) == b.first() && b.get(1) == a.first())
}

/// Whether a word is a beginning of another, or what is left of it without vowels.
fn is_short_for(short: &str, name: &Word) -> bool {
    let word = &*name.text;
    if short.len() < 3 || word.len() < short.len() + 2 {
        return false;
    }
    if word.starts_with(short) {
        return name.generic || short.len() * 2 >= word.len().max(8);
    }
    let vowels = short.bytes().skip(1).filter(|b| b"aeiou".contains(b)).count();
    let mut rest = word.bytes();
    name.generic
        && vowels == 0
        && short.as_bytes().first() == word.as_bytes().first()
        && short.bytes().all(|b| rest.any(|r| r == b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(claim: &str, name: &str) -> Option<Match> {
        alike(Sort::School, false, &Word::new(claim), &Word::new(name))
    }

    #[test]
    fn words_are_mistyped_cut_short_and_respelt() {
        assert_eq!(told("univeristies", "university"), None, "spelling mends that before");
        assert_eq!(told("tehcnology", "technology"), Some(Match::Slips(1)));
        assert_eq!(told("niversity", "university"), Some(Match::Slips(1)));
        assert_eq!(told("agri", "agriculture"), Some(Match::Abbreviated));
        assert_eq!(told("mgmt", "management"), Some(Match::Abbreviated));
        assert_eq!(told("pyongy", "pyongyang"), Some(Match::Abbreviated));
        assert_eq!(told("pyo", "pyongyang"), None);
        assert_eq!(told("gim", "kim"), Some(Match::Respelt));
        assert_eq!(told("rochvlle", "rochville"), Some(Match::Slips(1)));
        assert_eq!(told("xochville", "rochville"), None);
        assert_eq!(told("southern", "northern"), None);
        assert_eq!(told("henan", "hunan"), None);
    }
}
