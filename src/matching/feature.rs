//! The seam for comparisons: what one feature says of two applications. Not responsible for adding up.
//!
//! A feature can speak on either question or on both: are these *one person's* (identity), and do these two
//! *persons* share infrastructure (sharing). Adding a feature is one file under `features/` and one line in
//! `FEATURES`.
//!
//! Invariant: symmetric and pure.

use crate::{
    matching::{Corpus, Policy, Trace},
    model::{
        AppIx, AttributeIx, BackgroundClass, Bits, Column, Family, FeatureId, Normalized, Role,
    },
};
use std::borrow::Cow;

/// What features compare with: the corpus says how common a value is, the policy what that is worth.
#[derive(Clone, Copy)]
pub struct Comparer<'a> {
    /// The corpus.
    pub corpus: &'a Corpus,
    /// The policy.
    pub policy: &'a Policy,
    /// The attributes that the two applications at hand share, where they were looked up before.
    common: Option<&'a [Common]>,
}

/// An attribute that two applications share, and how each uses it.
pub type Common = (AttributeIx, Role, Role);

impl<'a> Comparer<'a> {
    /// Compares with this corpus and policy.
    #[must_use]
    pub fn new(corpus: &'a Corpus, policy: &'a Policy) -> Self {
        Self { corpus, policy, common: None }
    }

    /// The same for two applications whose shared attributes are known.
    #[must_use]
    pub fn knowing<'b>(&self, common: &'b [Common]) -> Comparer<'b>
    where
        'a: 'b,
    {
        Comparer { corpus: self.corpus, policy: self.policy, common: Some(common) }
    }

    /// Every attribute that both applications use, by walking both sorted lists once.
    #[must_use]
    pub fn common(&self, a: AppIx, b: AppIx) -> Cow<'a, [Common]> {
        if let Some(common) = self.common {
            return Cow::Borrowed(common);
        }
        let (x, y) = (self.corpus.used(a), self.corpus.used(b));
        let mut common = Vec::new();
        let mut j = 0;
        for &(ix, role) in x {
            while y.get(j).is_some_and(|(other, _)| *other < ix) {
                j += 1;
            }
            let same = y[j..].iter().take_while(|(other, _)| *other == ix);
            common.extend(same.map(|&(_, other)| (ix, role, other)));
        }
        Cow::Owned(common)
    }

    /// The two applications.
    #[must_use]
    pub fn both(&self, a: AppIx, b: AppIx) -> (&'a Normalized, &'a Normalized) {
        (self.corpus.application(a), self.corpus.application(b))
    }

    /// Bits of agreeing on a value that `frequency` of unrelated people have, when one person agrees with
    /// himself on it `m` of the time; never below zero and at most `cap`.
    #[must_use]
    pub fn agreement(&self, m: f64, frequency: f64, cap: f64) -> Bits {
        Bits::new((m / frequency.max(1e-9)).log2().clamp(0.0, cap))
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

    /// What it says for "one person", in bits; none when there is nothing to compare.
    fn identity(&self, _comparer: &Comparer<'_>, _a: AppIx, _b: AppIx) -> Option<Bits> {
        None
    }

    /// Whether two different persons share it; none when they do not.
    fn sharing(&self, _comparer: &Comparer<'_>, _a: AppIx, _b: AppIx) -> Option<Shared> {
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
