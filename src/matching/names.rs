//! Comparing names, order-free: which tokens of two names are the same, a nickname, a typo, an initial, and how
//! much that says given how common they are. Not responsible for splitting names (`normalize::name`) nor for
//! counting tokens (`tokens`).
//!
//! Invariant: symmetric, and a name, its origin or its language never makes anybody more suspect: the result
//! only tells one person from two.

use crate::{
    matching::{
        Findings, Seen,
        corpus::{App, TokenIx},
        policy::IdentityPolicy,
        similarity::osa_within,
        tokens::Tokens,
    },
    model::Bits,
    reference::names::siblings,
};

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
    /// Whether two people with these names may be relatives: a family name, or a whole name, in common.
    pub may_be_relatives: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum TokenLevel {
    Exact,
    Alias,
    Close,
    Initial,
    Similar,
}

/// Most tokens of a name that are compared.
const MOST: usize = 16;

/// A short list on the stack.
#[derive(Clone, Copy)]
struct List<T> {
    items: [T; MOST],
    len: usize,
}

impl<T: Copy> List<T> {
    fn new(filler: T) -> Self {
        Self { items: [filler; MOST], len: 0 }
    }
    fn push(&mut self, item: T) {
        if let Some(slot) = self.items.get_mut(self.len) {
            *slot = item;
            self.len += 1;
        }
    }
    fn all(&self) -> &[T] {
        &self.items[..self.len]
    }
}

type Names = List<TokenIx>;

fn names(tokens: impl Iterator<Item = TokenIx>) -> Names {
    let mut list = List::new(TokenIx(0));
    for token in tokens {
        list.push(token);
    }
    list
}

/// How many ways there are to mistype a name of usual length by one letter: what a typo has to be rarer than by chance.
const TYPOS: f64 = 200.0;

/// The level of a pair of tokens, and how common chance makes it.
fn finding(
    tokens: &Tokens,
    level: TokenLevel,
    p: TokenIx,
    q: TokenIx,
    population: f64,
) -> (Seen, f64) {
    let frequency = |token| tokens.frequency(token, population);
    // A name used by both as the family's, or by one where the other is new.
    let family = tokens.is_family(p) && tokens.is_family(q);
    let pick = |given, of_family| if family { of_family } else { given };
    match level {
        TokenLevel::Exact => (pick(Seen::GivenExact, Seen::FamilyExact), frequency(p)),
        // All spellings of one name together are about twice as common as the two seen.
        TokenLevel::Alias => {
            (pick(Seen::GivenAlias, Seen::FamilyAlias), 2.0 * (frequency(p) + frequency(q)))
        }
        // One of the two is a slip: were it a name of its own, it would be as common as it is.
        TokenLevel::Close => {
            let rarer = frequency(p).min(frequency(q)) - 1.5 / population;
            (pick(Seen::GivenClose, Seen::FamilyClose), TYPOS * rarer)
        }
        TokenLevel::Initial => (pick(Seen::GivenInitial, Seen::FamilyInitial), 0.0),
        TokenLevel::Similar => (pick(Seen::GivenSimilar, Seen::FamilySimilar), 0.0),
    }
}

/// The most that two names can say: no name is much rarer than one in all.
#[must_use]
pub fn most(tokens: &Tokens, policy: &IdentityPolicy) -> Bits {
    Bits::new(tokens.population(policy.population_floor).log2() - 1.0)
}

/// Compares the names of two applications.
#[must_use]
pub fn compare(
    tokens: &Tokens,
    a: &App<'_>,
    b: &App<'_>,
    policy: &IdentityPolicy,
) -> NameComparison {
    examine(tokens, a, b, policy, &mut Findings::default())
}

/// Whether a token that is mostly used as a family name is shared, as `compare` has it. Most names are told from each
/// other without a comparison of letters.
#[must_use]
pub fn share_family(tokens: &Tokens, a: &App<'_>, b: &App<'_>) -> bool {
    if !a.has_name() || !b.has_name() {
        return false;
    }
    let (x, y) = aligned(tokens, &names(a.tokens()), &names(b.tokens()));
    // What is equal finds its equal before anything else does.
    let equal = |p: &TokenIx| tokens.length(*p) > 1 && y.all().contains(p);
    if x.all().iter().any(|p| equal(p) && tokens.is_family(*p)) {
        return true;
    }
    let family = |p: TokenIx, q: TokenIx| tokens.is_family(p) || tokens.is_family(q);
    let may_be_close = |p: TokenIx, q: TokenIx| {
        p != q
            && tokens.length(p).min(tokens.length(q)) >= 4
            && tokens.may_be_within(p, q, 1)
            && family(p, q)
    };
    x.all().iter().any(|&p| y.all().iter().any(|&q| may_be_close(p, q)))
        && assign(tokens, x.all(), y.all()).all().iter().any(|&(level, i, j)| {
            matches!(level, TokenLevel::Exact | TokenLevel::Close)
                && family(x.items[usize::from(i)], y.items[usize::from(j)])
        })
}

/// The same, with what was found token by token. O(tokens of one × tokens of the other) string comparisons.
pub fn examine(
    tokens: &Tokens,
    a: &App<'_>,
    b: &App<'_>,
    policy: &IdentityPolicy,
    found: &mut Findings,
) -> NameComparison {
    if !a.has_name() || !b.has_name() {
        return NameComparison {
            relation: NameRelation::Unknown,
            bits: Bits::ZERO,
            given_bits: Bits::ZERO,
            family_shared: false,
            may_be_relatives: false,
        };
    }
    let population = tokens.population(policy.population_floor);
    let (x, y) = aligned(tokens, &names(a.tokens()), &names(b.tokens()));
    let pairs = assign(tokens, x.all(), y.all());
    let (mut given_bits, mut most_given) = (Bits::ZERO, Bits::ZERO);
    // Of the tokens in common one at least is a given name, or nobody could be told from relatives.
    let mut least_family: Option<Bits> = None;
    let (mut n_matched, mut n_given, mut n_exact) = (0, 0, 0);
    let mut similar = 0;
    let mut family_shared = false;
    let mut sum = Bits::ZERO;
    for &(level, i, j) in pairs.all() {
        let (p, q) = (x.items[usize::from(i)], y.items[usize::from(j)]);
        let (seen, frequency) = finding(tokens, level, p, q, population);
        found.see_value(seen, frequency);
        match level {
            TokenLevel::Initial => {}
            TokenLevel::Similar => similar += 1,
            _ => n_matched += 1,
        }
        let bits = policy.levels.of(seen).bits(frequency);
        sum += bits;
        n_exact += usize::from(level == TokenLevel::Exact);
        let whole = matches!(level, TokenLevel::Exact | TokenLevel::Close);
        if whole && (tokens.is_family(p) || tokens.is_family(q)) {
            family_shared = true;
            least_family = Some(least_family.map_or(bits, |least| least.min(bits)));
        } else {
            n_given += usize::from(level != TokenLevel::Initial && level != TokenLevel::Similar);
            given_bits += bits;
            if whole {
                most_given = most_given.max(bits);
            }
        }
    }
    let mut left = leftover(tokens, x.all(), pairs.all().iter().map(|p| p.1));
    let mut right = leftover(tokens, y.all(), pairs.all().iter().map(|p| p.2));
    // "Shreya I. Rao" is not "Isha Rao": an initial stands for a name only where no full name is left over.
    for &(_, i, j) in pairs.all().iter().filter(|p| p.0 == TokenLevel::Initial) {
        let (p, q) = (x.items[usize::from(i)], y.items[usize::from(j)]);
        let (short, long) = (tokens.length(p) == 1, tokens.length(q) == 1);
        if short && !long && left.len > 0 {
            right.push(q);
        } else if long && !short && right.len > 0 {
            left.push(p);
        }
    }
    // "N. Patterson" is not "J. Patterson", nor "James Patterson".
    let p = other_initial(tokens, x.all(), pairs.all().iter().map(|p| p.1));
    let q = other_initial(tokens, y.all(), pairs.all().iter().map(|p| p.2));
    let initial_differs = (p && (q || right.len > 0)) || (q && left.len > 0);
    let given_differs =
        initial_differs && (n_given == 0 || (n_given == 1 && least_family.is_none()));
    let further = match left.len.abs_diff(right.len) {
        0 if initial_differs && !given_differs => Seen::OneFurther,
        0 => Seen::NoneFurther,
        1 => Seen::OneFurther,
        _ => Seen::MoreFurther,
    };
    found.see(further);
    sum += policy.levels.of(further).bits(0.0);
    // ... and one at least may be the family's, whatever it mostly is.
    if n_given == 0 && n_matched > 1 {
        given_bits += least_family.unwrap_or(Bits::ZERO);
    } else if least_family.is_none() {
        given_bits = given_bits - most_given;
    }
    let relation = if left.len > 0 && right.len > 0 {
        let families =
            left.all().iter().chain(right.all()).filter(|t| tokens.is_family(**t)).count();
        if n_matched == 0 {
            NameRelation::Conflict
        } else if families * 2 > left.len + right.len {
            NameRelation::FamilyConflict
        } else {
            NameRelation::GivenConflict
        }
    } else if given_differs && n_matched > 0 {
        NameRelation::GivenConflict
    } else if n_matched == 0 && similar < 2 {
        // Only initials agree, or one side has nothing but initials.
        NameRelation::Unknown
    } else {
        NameRelation::Compatible
    };
    // Given and family names of one tongue go together about eight times as often as their frequencies multiplied
    // say.
    let together = if n_exact > 1 { Bits::new(3.0) } else { Bits::ZERO };
    let mut bits = (sum - together).min(most(tokens, policy));
    let mut tell = |seen: Seen| {
        found.see(seen);
        let against = policy.levels.of(seen).bits(0.0);
        bits += against;
        given_bits += against;
    };
    match relation {
        NameRelation::GivenConflict => tell(Seen::GivenConflict),
        NameRelation::FamilyConflict => tell(Seen::FamilyConflict),
        NameRelation::Conflict => {
            tell(Seen::GivenConflict);
            tell(Seen::FamilyConflict);
        }
        NameRelation::Compatible | NameRelation::Unknown => {}
    }
    if a.suffix() != b.suffix() {
        let both = a.suffix().is_some() && b.suffix().is_some();
        tell(if both { Seen::SuffixConflict } else { Seen::SuffixOneSided });
    } else {
        tell(Seen::SuffixSame);
    }
    NameComparison {
        relation,
        bits,
        given_bits,
        family_shared,
        may_be_relatives: family_shared || n_matched > 1,
    }
}

/// The tokens of both names; where one writes as one word what the other writes as two ("garcialopez"), both
/// are given as written in one word.
fn aligned(tokens: &Tokens, a: &Names, b: &Names) -> (Names, Names) {
    // One word for two makes the numbers of words differ.
    if a.len == b.len {
        return (*a, *b);
    }
    let fuse = |long: &Names, short: &Names| -> Names {
        let mut out = List::new(TokenIx(0));
        let mut i = 0;
        while i < long.len {
            let first = long.items[i];
            let joined = long.all().get(i + 1).and_then(|&next| {
                let (p, q) = (tokens.text(first), tokens.text(next));
                short.all().iter().find(|&&t| {
                    tokens.length(t) == p.len() + q.len() && {
                        let whole = tokens.text(t);
                        whole.starts_with(p) && whole.ends_with(q)
                    }
                })
            });
            out.push(joined.copied().unwrap_or(first));
            i += if joined.is_some() { 2 } else { 1 };
        }
        out
    };
    (fuse(a, b), fuse(b, a))
}

/// The best one-to-one assignment of tokens, greedily by level and then by position: levels are so far apart
/// in worth that greedy is optimal but for ties.
fn assign(tokens: &Tokens, a: &[TokenIx], b: &[TokenIx]) -> List<(TokenLevel, u8, u8)> {
    let mut chosen = List::new((TokenLevel::Exact, 0, 0));
    let (mut used_a, mut used_b) = (0_u32, 0_u32);
    // Equal tokens first, as most are; only what is left is compared letter by letter.
    for (i, x) in (0_u8..).zip(a) {
        let free = |j: u8, used: u32| used & (1 << j) == 0;
        if tokens.length(*x) > 1
            && let Some((j, _)) = (0_u8..).zip(b).find(|&(j, y)| x == y && free(j, used_b))
        {
            used_a |= 1 << i;
            used_b |= 1 << j;
            chosen.push((TokenLevel::Exact, i, j));
        }
    }
    if used_a.count_ones() as usize == a.len().min(b.len()) {
        return chosen;
    }
    let mut rest: [(TokenLevel, u8, u8); MOST * MOST] = [(TokenLevel::Exact, 0, 0); MOST * MOST];
    let mut n = 0;
    for (i, x) in (0_u8..).zip(a).filter(|(i, _)| used_a & (1 << i) == 0) {
        for (j, y) in (0_u8..).zip(b).filter(|(j, _)| used_b & (1 << j) == 0) {
            if let Some(level) = token_level(tokens, *x, *y) {
                rest[n] = (level, i, j);
                n += 1;
            }
        }
    }
    rest[..n].sort_unstable();
    for &(level, i, j) in &rest[..n] {
        if used_a & (1 << i) == 0 && used_b & (1 << j) == 0 {
            used_a |= 1 << i;
            used_b |= 1 << j;
            chosen.push((level, i, j));
        }
    }
    chosen
}

fn token_level(tokens: &Tokens, p: TokenIx, q: TokenIx) -> Option<TokenLevel> {
    let (m, n) = (tokens.length(p), tokens.length(q));
    if m == 1 || n == 1 {
        return (tokens.first(p) == tokens.first(q)).then_some(TokenLevel::Initial);
    }
    if p == q {
        return Some(TokenLevel::Exact);
    }
    if tokens.are_aliases(p, q) {
        return Some(TokenLevel::Alias);
    }
    let shorter = m.min(n);
    if m.abs_diff(n) > 4 {
        return (shorter >= 3 && is_short_form(tokens, p, q)).then_some(TokenLevel::Similar);
    }
    let apart = || osa_within(tokens.text(p), tokens.text(q), 2);
    match tokens.may_be_within(p, q, 2).then(apart).flatten() {
        Some(1) if shorter >= 4 => return Some(TokenLevel::Close),
        Some(1) if tokens.first(p) == tokens.first(q) => return Some(TokenLevel::Similar),
        Some(2) if shorter >= 7 => return Some(TokenLevel::Similar),
        _ => {}
    }
    // A mistyped nickname: no name that is known, but nearly one that the other may stand for.
    let slips = |p: TokenIx, q: TokenIx| {
        let x = tokens.text(p);
        tokens.is_unlisted(p)
            && !tokens.is_unlisted(q)
            && siblings(tokens.text(q))
                .any(|s| s.len() >= 4 && may_be_slip(x, s) && osa_within(x, s, 1).is_some())
    };
    if shorter >= 4 && (slips(p, q) || slips(q, p)) {
        return Some(TokenLevel::Similar);
    }
    (shorter >= 3 && is_short_form(tokens, p, q)).then_some(TokenLevel::Similar)
}

/// Whether two texts of four letters or more may be one slip apart: it is not at both ends.
fn may_be_slip(x: &str, y: &str) -> bool {
    let (a, b) = (x.as_bytes(), y.as_bytes());
    a.first() == b.first() || a.last() == b.last()
}

/// Whether one token is the beginning or the end of the other.
fn is_short_form(tokens: &Tokens, p: TokenIx, q: TokenIx) -> bool {
    let (x, y) = (tokens.text(p), tokens.text(q));
    let (short, long) = if x.len() <= y.len() { (x, y) } else { (y, x) };
    long.starts_with(short) || (short.len() >= 4 && long.ends_with(short))
}

/// Whether an initial found no partner.
fn other_initial(tokens: &Tokens, all: &[TokenIx], used: impl Iterator<Item = u8>) -> bool {
    let used = used.fold(0_u32, |used, i| used | (1 << i));
    (0_u8..).zip(all).any(|(i, &t)| used & (1 << i) == 0 && tokens.length(t) == 1)
}

/// Full tokens (not initials) that found no partner.
fn leftover(tokens: &Tokens, all: &[TokenIx], used: impl Iterator<Item = u8>) -> Names {
    let used = used.fold(0_u32, |used, i| used | (1 << i));
    names(
        (0_u8..)
            .zip(all)
            .filter(|&(i, &t)| used & (1 << i) == 0 && tokens.length(t) > 1)
            .map(|(_, &t)| t),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        matching::{Corpus, Entry},
        model::{AppIx, Application, Column, Source},
        normalize::normalize,
    };
    use std::collections::BTreeMap;

    /// A corpus of people with these names.
    fn corpus<'a>(names: impl Iterator<Item = &'a str>) -> Corpus {
        let entry = |(i, name): (usize, &str)| {
            let application = Application {
                id: format!("A{i}").parse().unwrap(),
                fields: [(Column::FullName, name.to_owned())].into(),
                extra: BTreeMap::new(),
                nested: BTreeMap::new(),
                source: Source { file: "a.csv".into(), row: 1 },
            };
            Entry { normalized: normalize(&application).into(), label: name.into() }
        };
        Corpus::build(names.enumerate().map(entry).collect())
    }

    const PEOPLE: [&str; 10] = [
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
    ];

    #[track_caller]
    fn check(a: &str, b: &str, expected: NameRelation) {
        let corpus = corpus(PEOPLE.into_iter().chain([a, b]));
        let policy = IdentityPolicy::default();
        let (x, y) = (corpus.app(AppIx(10)), corpus.app(AppIx(11)));
        let there = compare(corpus.tokens(), &x, &y, &policy);
        assert_eq!(share_family(corpus.tokens(), &x, &y), there.family_shared, "{a} / {b}");
        let back = compare(corpus.tokens(), &y, &x, &policy);
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
        let many = std::iter::repeat_n("john smith", 500);
        let corpus = corpus(many.chain(["ottoline quayle", "ottoline quayle"]));
        let policy = IdentityPolicy::default();
        let bits = |a: u32, b: u32| {
            compare(corpus.tokens(), &corpus.app(AppIx(a)), &corpus.app(AppIx(b)), &policy).bits
        };
        assert!(bits(500, 501) > bits(0, 1));
    }
}
