//! Government numbers: tell one person from two, never a signal, masked wherever they are shown.

use crate::{
    matching::{Comparer, Counted, Feature},
    model::{AppIx, Bits, Column, Family, Normalized},
};

/// The government number, or its keyed hash.
pub struct GovernmentId;

impl Feature for GovernmentId {
    fn name(&self) -> &'static str {
        "government_id"
    }
    fn label(&self) -> &'static str {
        "Government id"
    }
    fn describe(&self) -> &'static str {
        "Equal, one slip apart, or different. Only tells one person from two."
    }
    fn family(&self) -> Family {
        Family::Identity
    }
    fn columns(&self) -> &'static [Column] {
        &[Column::NationalId]
    }
    fn identity(&self, cx: &Comparer<'_>, a: AppIx, b: AppIx) -> Option<Bits> {
        let (x, y) = cx.both(a, b);
        let (x, y) = (x.national_id.as_deref()?, y.national_id.as_deref()?);
        let policy = &cx.policy.identity;
        if x == y {
            let u = cx.corpus.counts().frequency(Counted::NationalId, x, policy.population_floor);
            return Some(cx.agreement(policy.m_national_id[0], u, 18.0));
        }
        // A keyed hash has no neighbours; a number of 5 to 14 signs does.
        let near = (5..=14).contains(&x.len()) && x.len().abs_diff(y.len()) <= 1;
        Some(match near.then(|| strsim::osa_distance(x, y)) {
            Some(1) => Bits::ratio(policy.m_national_id[1], 1e-4),
            Some(2) => Bits::ZERO,
            _ => policy.national_id_conflict,
        })
    }
    fn value(&self, n: &Normalized) -> Option<String> {
        n.national_id.as_deref().map(str::to_owned)
    }
}
