//! The seam for comparisons: what one feature says of two applications. Not responsible for adding up.
//!
//! A feature can speak on either question or on both: are these *one person's* (identity), and do these two
//! *persons* share infrastructure (sharing). Adding a feature is one file under `features/` and one line in
//! `FEATURES`.
//!
//! Invariant: symmetric and pure.

use crate::{
    matching::{
        Corpus, Policy, Trace, coarse,
        corpus::{App, unpack},
        levels::{Seen, comparisons},
    },
    model::{
        AppIx, AttributeIx, AttributeKind, BackgroundClass, Bits, Column, Family, FeatureId,
        Normalized, Role,
    },
};

/// What features compare with: the corpus says how common a value is, the policy what that is worth.
#[derive(Clone, Copy)]
pub struct Comparer<'a> {
    /// The corpus.
    pub corpus: &'a Corpus,
    /// The policy.
    pub policy: &'a Policy,
    /// What each level says, where that does not depend on the value, and the most it can say: reckoned once.
    says: [(Bits, Bits); Seen::ALL.len()],
    /// Whether others who have a value count: of two records that say the same they do not.
    counts: bool,
}

/// Kinds of attributes, as a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kinds(u32);

impl Kinds {
    /// No kind.
    pub const NONE: Self = Self(0);
    /// Every kind.
    pub const ALL: Self = Self(u32::MAX);

    /// One kind.
    #[must_use]
    pub const fn one(kind: AttributeKind) -> Self {
        Self(1 << kind as u32)
    }

    /// These and another kind.
    const fn and(self, kind: AttributeKind) -> Self {
        Self(self.0 | Self::one(kind).0)
    }

    fn meet(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// What is one person's own.
const OWN: Kinds = Kinds::one(AttributeKind::Email)
    .and(AttributeKind::Phone)
    .and(AttributeKind::Profile)
    .and(AttributeKind::Document)
    .and(AttributeKind::PaymentAccount)
    .and(AttributeKind::GovernmentId);

/// An attribute that two applications share, and how each uses it.
pub type Common = (AttributeIx, Role, Role);

/// Shared attributes of two applications that are kept without an allocation: hardly any two have more.
const FEW: usize = 24;

/// Two applications, and which attributes both use.
#[derive(Clone)]
pub struct Pair<'a> {
    /// One application.
    pub x: App<'a>,
    /// The other.
    pub y: App<'a>,
    /// The kinds of what both use.
    kinds: Kinds,
    few: [Common; FEW],
    n: usize,
    /// All of them, where they are more than a few.
    many: Vec<Common>,
}

impl<'a> Pair<'a> {
    /// Two applications, with every attribute that both use, by walking both sorted lists once.
    #[must_use]
    pub fn new(corpus: &Corpus, x: App<'a>, y: App<'a>) -> Self {
        let nothing = (AttributeIx(0), Role::Own, Role::Own);
        let kinds = Kinds::NONE;
        let mut pair = Self { x, y, kinds, few: [nothing; FEW], n: 0, many: Vec::new() };
        let (a, b) = (x.uses(), y.uses());
        let (mut i, mut j) = (0, 0);
        while let (Some(&p), Some(&q)) = (a.get(i), b.get(j)) {
            let ((left, role), (right, _)) = (unpack(p), unpack(q));
            if left == right {
                // One may use a value in several roles.
                let of_right = b[j..].iter().map(|&q| unpack(q));
                for (_, other) in of_right.take_while(|&(ix, _)| ix == left) {
                    pair.add((left, role, other));
                }
                pair.kinds = pair.kinds.and(corpus.kind(left));
                i += 1;
            } else {
                // Without a branch: which of them is less cannot be guessed.
                i += usize::from(left < right);
                j += usize::from(right < left);
            }
        }
        pair
    }

    /// Whether both use an attribute of one of these kinds, the same one, in whatever role.
    #[inline]
    #[must_use]
    pub fn shares(&self, kinds: Kinds) -> bool {
        self.kinds.meet(kinds)
    }

    /// Whether the two say the same in everything that tells who somebody is: one name of at least two tokens, one birth
    /// date if any, and the same values, at least two, in the same roles, one of them a person's own: namesakes of one firm
    /// have its name and its network. Hardly ever asked further than the first value.
    #[must_use]
    pub fn is_one_record(&self) -> bool {
        let (x, y) = (self.x.uses(), self.y.uses());
        x.len() >= 2
            && x == y
            && self.shares(OWN)
            && self.x.birth_date() == self.y.birth_date()
            && self.x.suffix() == self.y.suffix()
            && self.x.tokens().len() >= 2
            && self.x.tokens().eq(self.y.tokens())
    }

    fn add(&mut self, common: Common) {
        if self.n < FEW {
            self.few[self.n] = common;
        } else {
            if self.n == FEW {
                self.many = self.few.to_vec();
            }
            self.many.push(common);
        }
        self.n += 1;
    }

    /// The attributes that both use, by number.
    #[inline]
    #[must_use]
    pub fn common(&self) -> &[Common] {
        if self.n <= FEW { &self.few[..self.n] } else { &self.many }
    }
}

impl<'a> Comparer<'a> {
    /// Compares with this corpus and policy.
    #[must_use]
    pub fn new(corpus: &'a Corpus, policy: &'a Policy) -> Self {
        let levels = &policy.identity.levels;
        let mut says = [(Bits::ZERO, Bits::ZERO); Seen::ALL.len()];
        for (slot, &seen) in says.iter_mut().zip(Seen::ALL) {
            let level = levels.of(seen);
            *slot = (level.bits(0.0), level.most());
        }
        Self { corpus, policy, says, counts: true }
    }

    /// The same for two records that say the same in everything: whoever else has their values may be that one record
    /// once more, so that no value is common by that.
    pub(super) fn of_one_record(&self) -> Self {
        Self { counts: false, ..*self }
    }

    /// Two applications.
    #[must_use]
    pub fn pair(&self, a: AppIx, b: AppIx) -> Pair<'a> {
        Pair::new(self.corpus, self.corpus.app(a), self.corpus.app(b))
    }

    /// The attribute of this kind that both applications use, in whatever role. Of several, the rarest.
    #[must_use]
    pub fn shared_value(&self, pair: &Pair<'_>, kind: AttributeKind) -> Option<AttributeIx> {
        if !pair.shares(Kinds::one(kind)) {
            return None;
        }
        pair.common()
            .iter()
            .map(|&(ix, _, _)| ix)
            .filter(|&ix| self.corpus.kind(ix) == kind)
            .reduce(|a, b| self.rarer(a, b))
    }

    /// Of two attributes the rarer one; of equals, in an order that does not depend on their arrival.
    #[must_use]
    pub fn rarer(&self, a: AttributeIx, b: AttributeIx) -> AttributeIx {
        let key = |ix| (coarse(self.corpus.uses(ix)), self.corpus.value(ix));
        if a == b || key(a) < key(b) { a } else { b }
    }

    /// Share of applications that have a value which `count` have.
    #[inline]
    #[must_use]
    pub fn frequency(&self, count: u32) -> f64 {
        let count = if self.counts { count } else { count.min(1) };
        self.corpus.share(count, self.policy.identity.population_floor)
    }

    /// Share of applications that have a value which is one person's own (a mailbox, a number) and are somebody
    /// else's, of `count` that have it: a person's own applications explain the first eight of them but for one in
    /// twenty.
    #[inline]
    #[must_use]
    pub fn frequency_of_own(&self, count: u32) -> f64 {
        let count = if self.counts { count } else { count.min(1) };
        let own = count.min(8);
        let whole = self.frequency(1);
        (f64::from(coarse(count - own)) + f64::from(own) / 20.0) * whole
    }

    /// What a finding says for "one person".
    #[inline]
    #[must_use]
    pub fn bits(&self, finding: Finding) -> Bits {
        let level = self.policy.identity.levels.of(finding.seen);
        if level.by_frequency {
            level.bits(finding.frequency)
        } else {
            self.says[finding.seen as usize].0
        }
    }

    /// The most that any of these levels can say for "one person".
    #[inline]
    #[must_use]
    pub fn most(&self, of: &[Seen]) -> Bits {
        of.iter().map(|&seen| self.says[seen as usize].1).fold(Bits::ZERO, Bits::max)
    }

    /// What several findings say together.
    #[must_use]
    pub fn sum(&self, findings: &[Finding]) -> Bits {
        findings.iter().map(|&finding| self.bits(finding)).sum()
    }
}

/// A level of agreement that a comparison found, and how common the shared value is where that matters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Finding {
    /// The level.
    pub seen: Seen,
    /// Share of the population that has the value; 0 for a level that is not by frequency.
    pub frequency: f64,
}

/// What a comparison found in two applications: at most `N` findings, the first of more.
#[derive(Debug, Clone, Copy)]
pub struct Findings<const N: usize = 24> {
    items: [Finding; N],
    len: usize,
}

impl<const N: usize> Default for Findings<N> {
    fn default() -> Self {
        let nothing = Finding { seen: Seen::GivenExact, frequency: 0.0 };
        Self { items: [nothing; N], len: 0 }
    }
}

impl<const N: usize> Findings<N> {
    /// Forgets everything.
    #[inline]
    pub fn clear(&mut self) {
        self.len = 0;
    }

    /// Adds a level that is not by frequency.
    #[inline]
    pub fn see(&mut self, seen: Seen) {
        self.see_value(seen, 0.0);
    }

    /// Adds a level, with how common the shared value is.
    #[inline]
    pub fn see_value(&mut self, seen: Seen, frequency: f64) {
        if let Some(slot) = self.items.get_mut(self.len) {
            *slot = Finding { seen, frequency };
            self.len += 1;
        }
    }

    /// Everything found so far.
    #[inline]
    #[must_use]
    pub fn all(&self) -> &[Finding] {
        &self.items[..self.len]
    }

    /// Adds what another comparison found.
    pub fn extend(&mut self, findings: &[Finding]) {
        findings.iter().for_each(|f| self.see_value(f.seen, f.frequency));
    }
}

/// Keys of series.
pub type Series = [u64; 4];

/// Nothing that is about a series.
pub const NO_SERIES: Series = [0; 4];

/// One series.
#[must_use]
pub fn one(key: u64) -> Series {
    [key, 0, 0, 0]
}

/// The series of two sides that are about one thing, in an order that does not depend on which side is which.
#[must_use]
pub fn either(left: Option<u64>, right: Option<u64>) -> Series {
    let (a, b) = (left.unwrap_or(0), right.unwrap_or(0));
    [a.max(b), a.min(b), 0, 0]
}

/// Whether a value is a thing of one's own, of which many users in one season speak for one hand; of a home, a network
/// or a parcel counter they do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Own {
    /// It is not.
    Not,
    /// It is, and strangers who share it may live anywhere.
    Anywhere,
    /// It is, and strangers who share it live in one place.
    Local,
    /// It is, and strangers who share it come in one season, like a class or a team that was let go: when they come
    /// says nothing.
    Cohort,
}

/// One thing two persons share.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shared {
    /// The shared attribute; none for a near-equality.
    pub attribute: Option<AttributeIx>,
    /// The series both belong to, by their keys, where it is a near-equality of that sort; the first is what it is
    /// about, and zero is none.
    pub series: Series,
    /// Class it is judged against.
    pub class: BackgroundClass,
    /// Worth for "one hand behind both", before hubs and overlap are taken off.
    pub bits: Bits,
    /// How likely such a value is a hub that unrelated people use.
    pub hub: f64,
    /// Whether it is a thing of one's own.
    pub own: Own,
}

impl Shared {
    /// The value or the series it is about.
    #[must_use]
    pub fn trace(&self) -> Option<Trace> {
        let series = self.series[0];
        self.attribute.map(Trace::Value).or((series != 0).then_some(Trace::Series(series)))
    }
}

/// A comparison.
pub trait Feature: Sync {
    /// Name, snake_case.
    fn name(&self) -> &'static str;

    /// Label for people.
    fn label(&self) -> &'static str;

    /// What it compares and how, in a sentence or two: shown on the policy page.
    fn describe(&self) -> &'static str;

    /// Its evidence family.
    fn family(&self) -> Family;

    /// The import columns it looks at, in display order.
    fn columns(&self) -> &'static [Column];

    /// The comparisons of `LEVELS` that it makes: by default the one of its own name, if there is one.
    fn comparisons(&self) -> Vec<&'static str> {
        comparisons().map(|(name, _)| name).filter(|name| *name == self.name()).collect()
    }

    /// What it finds for or against "one person"; nothing when there is nothing to compare.
    fn identity(&self, _comparer: &Comparer<'_>, _pair: &Pair<'_>, _found: &mut Findings) {}

    /// The most that `identity` can say of these two: cheap to know, so that hopeless pairs are given up early.
    fn identity_at_most(&self, _comparer: &Comparer<'_>, _pair: &Pair<'_>) -> Bits {
        Bits::ZERO
    }

    /// The kinds of attributes of which both must use one for `sharing` to be worth asking; none where it is about
    /// something else.
    fn needs_common(&self) -> Kinds {
        Kinds::NONE
    }

    /// Whether two different persons share it; none when they do not.
    fn sharing(&self, _comparer: &Comparer<'_>, _pair: &Pair<'_>) -> Option<Shared> {
        None
    }

    /// The value it looks at, as normalised, for an explanation.
    fn value(&self, application: &Normalized) -> Option<String>;
}

/// The feature with this id.
#[must_use]
pub fn feature(id: FeatureId) -> &'static dyn Feature {
    let list = super::FEATURES;
    list.get(usize::from(id.0)).copied().unwrap_or(list[0])
}
