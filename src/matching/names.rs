//! Comparing names, order-free: which tokens of two names are the same, a nickname, a typo, an initial, and how
//! much that says given how common they are. Not responsible for splitting names (`normalize::name`).
//!
//! Invariant: symmetric, and a name, its origin or its language never makes anybody more suspect: the result
//! only tells one person from two.

use crate::{
    matching::policy::IdentityPolicy,
    model::{Bits, PersonName},
    reference::names::alias,
};
use rustc_hash::FxHashMap;
use strsim::{jaro_winkler, osa_distance};

/// How two names relate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameRelation {
    /// One of them is missing.
    Unknown,
    /// Same tokens, or the difference is an initial, a nickname, a typo, a name more.
    Compatible,
    /// A name in common; the given names conflict.
    GivenConflict,
    /// A name in common; the family names conflict.
    FamilyConflict,
    /// Nothing in common.
    Conflict,
}

/// Result of comparing two names.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NameComparison {
    /// How they relate.
    pub relation: NameRelation,
    /// What that says for "one person".
    pub bits: Bits,
    /// The part of it that relatives would not share: without the support of family names.
    pub given_bits: Bits,
    /// Whether a token that is mostly used as a family name is shared.
    pub family_shared: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum TokenLevel {
    Exact,
    Alias,
    Close,
    Initial,
    Similar,
}

/// How common the tokens of names are, and whether they are given or family names: learned from where they
/// stand in the names of the corpus.
#[derive(Debug, Default)]
pub struct NameTable {
    tokens: FxHashMap<Box<str>, TokenCount>,
    names: u32,
}

#[derive(Debug, Clone, Copy, Default)]
struct TokenCount {
    total: u32,
    last: u32,
}

impl NameTable {
    /// The table of these names.
    #[must_use]
    pub fn build<'a>(names: impl Iterator<Item = &'a PersonName>) -> Self {
        let mut table = Self::default();
        for name in names {
            table.names += 1;
            for (i, token) in name.tokens.iter().enumerate() {
                let count = match table.tokens.get_mut(token) {
                    Some(count) => count,
                    None => table.tokens.entry(token.clone()).or_default(),
                };
                count.total += 1;
                count.last += u32::from(i > 0 && i + 1 == name.tokens.len());
            }
        }
        table
    }

    /// Share of names with this token among `population` names, smoothed by one.
    fn frequency(&self, token: &str, population: f64) -> f64 {
        let count = self.tokens.get(token).map_or(0, |c| c.total);
        (f64::from(count) + 1.0) / population
    }

    /// Whether a token stands last in most names that have it.
    #[must_use]
    pub fn is_family(&self, token: &str) -> bool {
        self.tokens.get(token).is_none_or(|c| c.last * 2 > c.total)
    }

    /// Number of names with this token.
    #[must_use]
    pub fn count(&self, token: &str) -> u32 {
        self.tokens.get(token).map_or(0, |c| c.total)
    }

    /// Compares two names. O(tokens of a × tokens of b) string comparisons.
    #[must_use]
    pub fn compare(
        &self,
        a: Option<&PersonName>,
        b: Option<&PersonName>,
        policy: &IdentityPolicy,
    ) -> NameComparison {
        let (Some(a), Some(b)) = (a, b) else {
            return NameComparison {
                relation: NameRelation::Unknown,
                bits: Bits::ZERO,
                given_bits: Bits::ZERO,
                family_shared: false,
            };
        };
        let population = f64::from(self.names.max(policy.population_floor));
        let (a_tokens, b_tokens) = aligned(&a.tokens, &b.tokens);
        let pairs = assign(&a_tokens, &b_tokens);
        let mut bits = 0.0;
        let mut family_bits = 0.0;
        let mut n_matched = 0;
        let mut similar = 0;
        let mut family_shared = false;
        for &(level, i, j) in &pairs {
            let (x, y) = (a_tokens[i], b_tokens[j]);
            let (fx, fy) = (self.frequency(x, population), self.frequency(y, population));
            let gained = match level {
                TokenLevel::Exact => (policy.m_token_exact / fx).log2(),
                // All spellings of one name together are about twice as common as the two seen.
                TokenLevel::Alias => (policy.m_token_alias / (2.0 * (fx + fy))).log2().max(0.5),
                // A random token is this similar to another about once in 500.
                TokenLevel::Close => {
                    (policy.m_token_close / (fx.max(fy) + 0.002)).log2().clamp(0.5, 6.0)
                }
                TokenLevel::Initial => (policy.m_token_initial / 0.06).log2().max(0.3),
                TokenLevel::Similar => -1.5,
            };
            bits += gained;
            match level {
                TokenLevel::Initial => {}
                TokenLevel::Similar => similar += 1,
                _ => {
                    n_matched += 1;
                    if level != TokenLevel::Alias && (self.is_family(x) || self.is_family(y)) {
                        family_shared = true;
                        family_bits += gained;
                    }
                }
            }
        }
        let mut left = leftover(&a_tokens, pairs.iter().map(|p| p.1));
        let mut right = leftover(&b_tokens, pairs.iter().map(|p| p.2));
        // "Shreya I. Rao" is not "Isha Rao": an initial stands for a name only where no full name is left over.
        for &(_, i, j) in pairs.iter().filter(|p| p.0 == TokenLevel::Initial) {
            let (x, y) = (a_tokens[i], b_tokens[j]);
            if x.len() == 1 && y.len() > 1 && !left.is_empty() {
                right.push(y);
            } else if y.len() == 1 && x.len() > 1 && !right.is_empty() {
                left.push(x);
            }
        }
        bits += policy.extra_token.get() * f64_of(left.len().abs_diff(right.len()).min(2));
        let relation = if !left.is_empty() && !right.is_empty() {
            if n_matched == 0 {
                NameRelation::Conflict
            } else if left.iter().chain(&right).filter(|t| self.is_family(t)).count() * 2
                > left.len() + right.len()
            {
                NameRelation::FamilyConflict
            } else {
                NameRelation::GivenConflict
            }
        } else if n_matched == 0 && similar == 0 {
            // Only initials agree, or one side has nothing but initials.
            NameRelation::Unknown
        } else {
            NameRelation::Compatible
        };
        // No name is rarer than one in all; given and family names of one tongue go together more often than
        // their frequencies multiplied say.
        bits = bits.min(population.log2() - 2.0);
        bits = match relation {
            NameRelation::Conflict => policy.name_conflict.get() + bits.min(0.0),
            NameRelation::GivenConflict => bits + policy.given_conflict.get(),
            NameRelation::FamilyConflict => bits + policy.family_conflict.get(),
            NameRelation::Compatible | NameRelation::Unknown => bits,
        };
        if a.suffix != b.suffix {
            let both = a.suffix.is_some() && b.suffix.is_some();
            bits += if both { policy.suffix_conflict } else { policy.suffix_missing }.get();
        }
        let given_bits = Bits::new(bits - family_bits);
        NameComparison { relation, bits: Bits::new(bits), given_bits, family_shared }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a handful of tokens")]
fn f64_of(n: usize) -> f64 {
    n as f64
}

/// The tokens of both names; where one writes as one word what the other writes as two ("garcialopez"), both
/// are given as written in one word.
fn aligned<'a>(a: &'a [Box<str>], b: &'a [Box<str>]) -> (Vec<&'a str>, Vec<&'a str>) {
    let fuse = |long: &'a [Box<str>], short: &'a [Box<str>]| -> Vec<&'a str> {
        let mut out: Vec<&str> = Vec::with_capacity(long.len());
        let mut i = 0;
        while i < long.len() {
            let joined = long.get(i + 1).and_then(|next| {
                short.iter().find(|t| {
                    t.len() == long[i].len() + next.len()
                        && t.starts_with(&*long[i])
                        && t.ends_with(&**next)
                })
            });
            match joined {
                Some(token) => {
                    out.push(token);
                    i += 2;
                }
                None => {
                    out.push(&long[i]);
                    i += 1;
                }
            }
        }
        out
    };
    (fuse(a, b), fuse(b, a))
}

/// The best one-to-one assignment of tokens, greedily by level and then by position: levels are so far apart
/// in worth that greedy is optimal but for ties.
fn assign(a: &[&str], b: &[&str]) -> Vec<(TokenLevel, usize, usize)> {
    let mut all: Vec<(TokenLevel, usize, usize)> = Vec::new();
    for (i, x) in a.iter().enumerate() {
        for (j, y) in b.iter().enumerate() {
            if let Some(level) = token_level(x, y) {
                all.push((level, i, j));
            }
        }
    }
    all.sort_unstable();
    let (mut used_a, mut used_b) = (0_u64, 0_u64);
    all.retain(|&(_, i, j)| {
        let (bit_a, bit_b) = (1_u64 << (i & 63), 1_u64 << (j & 63));
        let free = used_a & bit_a == 0 && used_b & bit_b == 0;
        if free {
            used_a |= bit_a;
            used_b |= bit_b;
        }
        free
    });
    all
}

fn token_level(x: &str, y: &str) -> Option<TokenLevel> {
    if x == y {
        return Some(if x.len() == 1 { TokenLevel::Initial } else { TokenLevel::Exact });
    }
    if x.len() == 1 || y.len() == 1 {
        return (x.chars().next() == y.chars().next()).then_some(TokenLevel::Initial);
    }
    if alias(x, y).is_some() {
        return Some(TokenLevel::Alias);
    }
    let shorter = x.len().min(y.len());
    if x.len().abs_diff(y.len()) > 4 {
        return None;
    }
    let similarity = jaro_winkler(x, y);
    if shorter >= 4 && (similarity >= 0.92 || osa_distance(x, y) <= 1) {
        return Some(TokenLevel::Close);
    }
    if shorter == 3 && osa_distance(x, y) <= 1 && x.chars().next() == y.chars().next() {
        return Some(TokenLevel::Similar);
    }
    (shorter >= 4 && similarity >= 0.82).then_some(TokenLevel::Similar)
}

/// Full tokens (not initials) that found no partner.
fn leftover<'a>(tokens: &[&'a str], used: impl Iterator<Item = usize>) -> Vec<&'a str> {
    let used: Vec<usize> = used.collect();
    tokens
        .iter()
        .enumerate()
        .filter(|(i, t)| !used.contains(i) && t.len() > 1)
        .map(|(_, t)| *t)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> PersonName {
        PersonName { tokens: text.split(' ').map(Into::into).collect(), suffix: None }
    }

    fn table() -> NameTable {
        let names: Vec<PersonName> = [
            "john smith",
            "mary smith",
            "anna jones",
            "anna brown",
            "peter brown",
            "jose garcia",
            "maria lopez",
            "wei zhang",
            "john brown",
            "peter jones",
        ]
        .map(name)
        .to_vec();
        NameTable::build(names.iter())
    }

    #[track_caller]
    fn check(a: &str, b: &str, expected: NameRelation) {
        let (table, policy) = (table(), IdentityPolicy::default());
        let there = table.compare(Some(&name(a)), Some(&name(b)), &policy);
        let back = table.compare(Some(&name(b)), Some(&name(a)), &policy);
        assert_eq!(there.relation, expected, "{a} / {b}: {there:?}");
        assert_eq!(there, back, "symmetric");
    }

    #[test]
    fn names_relate_as_people_would_say() {
        use NameRelation::*;
        check("john smith", "john smith", Compatible);
        check("john smith", "smith john", Compatible);
        check("john smith", "john q smith", Compatible);
        check("john smith", "j smith", Compatible);
        check("john smith", "jhon smith", Compatible);
        check("jose garcia lopez", "jose garcialopez", Compatible);
        check("john smith", "john edward smith", Compatible);
        check("john smith", "mary smith", GivenConflict);
        check("john p smith", "peter smith", GivenConflict);
        check("anna jones", "anna brown", FamilyConflict);
        check("john smith", "anna jones", Conflict);
        check("wei zhang", "jose garcia", Conflict);
    }

    #[test]
    fn a_rare_name_in_common_says_more_than_a_common_one() {
        let mut names = vec![name("john smith"); 500];
        names.extend(vec![name("ottoline quayle"); 2]);
        let (table, policy) = (NameTable::build(names.iter()), IdentityPolicy::default());
        let bits = |n: &str| table.compare(Some(&name(n)), Some(&name(n)), &policy).bits;
        assert!(bits("ottoline quayle") > bits("john smith"));
    }
}
