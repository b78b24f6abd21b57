//! The tokens of all names: how common each is, whether it is a given or a family name, and what it may be an
//! alias of. Learned from where tokens stand in names. Not responsible for comparing whole names (`names`).
//!
//! Invariant: counts depend only on the set of names.

use crate::{
    matching::{
        corpus::{Interner, Shelf, TokenIx, coarse, hash},
        similarity::Letters,
    },
    reference::names::{alias, clusters, spelling_key},
};
use rphonetic::{DoubleMetaphone, Encoder};

/// What is known of a token from its letters alone.
#[derive(Debug, Clone, Copy)]
struct Facts {
    /// Groups of nicknames and romanisations.
    clusters: &'static [u32],
    /// Equal for tokens that differ in choices of transliteration only.
    spelling: u64,
    /// How often each letter occurs.
    letters: Letters,
    /// How it sounds, hashed.
    sound: u32,
    /// Bytes.
    length: u16,
    first: char,
}

/// Tokens of names, numbered and counted. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Tokens {
    /// Counted: names with the token. Marked: names in which it stands last.
    values: Interner,
    facts: Shelf<Facts>,
    names: u32,
}

impl Tokens {
    /// The number of a token, given to it where it has none. O(length).
    pub fn intern(&mut self, token: &str) -> TokenIx {
        let number = self.values.intern(hash(0, token), 0, token);
        if number as usize == self.facts.len() {
            let sound = DoubleMetaphone::default().encode(token);
            let sound = if sound.is_empty() { token } else { &sound };
            #[expect(clippy::cast_possible_truncation, reason = "half of a hash")]
            let sound = hash(1, sound) as u32;
            self.facts.push(Facts {
                clusters: clusters(token),
                spelling: spelling_key(token),
                letters: Letters::of(token),
                sound,
                length: u16::try_from(token.len()).unwrap_or(u16::MAX),
                first: token.chars().next().unwrap_or(' '),
            });
        }
        TokenIx(number)
    }

    /// The number of a token, if any name ever had it. O(length).
    #[must_use]
    pub fn find(&self, token: &str) -> Option<TokenIx> {
        self.values.find(hash(0, token), 0, token).map(TokenIx)
    }

    /// Every token with its letters; some may be in no name any more.
    pub fn all(&self) -> impl Iterator<Item = (TokenIx, &Letters)> {
        (0..self.facts.len())
            .filter_map(|at| Some((TokenIx(u32::try_from(at).ok()?), &self.facts.get(at).letters)))
    }

    /// Number of tokens.
    #[must_use]
    pub fn len(&self) -> usize {
        self.facts.len()
    }

    /// Whether there is no token.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.facts.len() == 0
    }

    /// Counts a token of a name, or takes it back; `last` when it stands last of several.
    pub fn count(&mut self, token: TokenIx, last: bool, change: i32) {
        self.values.add(token.0, change);
        if last {
            self.values.mark(token.0, change);
        }
    }

    /// Counts a name, or takes it back.
    pub fn count_name(&mut self, change: i32) {
        self.names = self.names.saturating_add_signed(change);
    }

    fn facts(&self, token: TokenIx) -> &Facts {
        self.facts.get(token.0 as usize)
    }

    /// The token's letters.
    ///
    /// # Panics
    /// When the number is of other tokens, here and below.
    #[inline]
    #[must_use]
    pub fn text(&self, token: TokenIx) -> &str {
        self.values.text(token.0)
    }

    /// Its length in bytes.
    #[inline]
    #[must_use]
    pub fn length(&self, token: TokenIx) -> usize {
        usize::from(self.facts(token).length)
    }

    /// Whether two tokens can be `most` slips apart; of a no it is certain.
    #[inline]
    #[must_use]
    pub fn may_be_within(&self, a: TokenIx, b: TokenIx, most: usize) -> bool {
        self.facts(a).letters.may_be_within(&self.facts(b).letters, most)
    }

    /// Its first letter.
    #[inline]
    #[must_use]
    pub fn first(&self, token: TokenIx) -> char {
        self.facts(token).first
    }

    /// Numbers that it has in common with what sounds like it or may be an alias of it: alias groups where it
    /// is in any, its sound, hashed.
    pub fn sounds(&self, token: TokenIx) -> impl Iterator<Item = u32> + Clone + use<> {
        let facts = *self.facts(token);
        let groups = facts.clusters.iter().take(2).map(|&group| group.wrapping_mul(0x9e37_79b1));
        groups.chain([facts.sound])
    }

    /// How many names have a token, which may be newer than these tokens.
    #[must_use]
    pub fn count_if_known(&self, token: TokenIx) -> u32 {
        if (token.0 as usize) < self.len() { self.values.count(token.0) } else { 0 }
    }

    /// How many names the frequency of a token is judged against: at least `floor`, by leading bits.
    #[must_use]
    pub fn population(&self, floor: u32) -> f64 {
        f64::from(coarse(self.names.max(floor)))
    }

    /// Share of `population` names with this token, smoothed by one.
    #[inline]
    #[must_use]
    pub fn frequency(&self, token: TokenIx, population: f64) -> f64 {
        f64::from(coarse(self.values.count(token.0)) + 1) / population
    }

    /// Whether a token stands last in most names that have it, both counts judged by their leading four bits, so that
    /// a token that is as often a given name does not change sides with every name.
    #[inline]
    #[must_use]
    pub fn is_family(&self, token: TokenIx) -> bool {
        let leading = |n: u32| {
            let kept = 28_u32.saturating_sub(n.leading_zeros());
            u64::from((n >> kept) << kept)
        };
        let total = self.values.count(token.0);
        total == 0 || leading(self.values.marked(token.0)) * 2 > leading(total)
    }

    /// Whether a token is in no group of nicknames and spellings.
    #[inline]
    #[must_use]
    pub fn is_unlisted(&self, token: TokenIx) -> bool {
        self.facts(token).clusters.is_empty()
    }

    /// Whether two different tokens may be one name: a nickname, another romanisation.
    #[must_use]
    pub fn are_aliases(&self, a: TokenIx, b: TokenIx) -> bool {
        let (x, y) = (self.facts(a), self.facts(b));
        (x.spelling == y.spelling || x.clusters.iter().any(|group| y.clusters.contains(group)))
            && alias(self.text(a), self.text(b)).is_some()
    }
}
