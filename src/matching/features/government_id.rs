//! Government numbers: tell one person from two, never a signal, masked wherever they are shown.

use crate::{
    matching::{Comparer, Feature, Pair},
    model::{Bits, Column, Family, Normalized},
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
    fn identity(&self, cx: &Comparer<'_>, pair: &Pair<'_>) -> Option<Bits> {
        let (x, y) = (&pair.x, &pair.y);
        let (id, other) = (x.national_id()?, y.national_id()?);
        let policy = &cx.policy.identity;
        if id == other {
            return Some(cx.agreement_on(policy.m_national_id[0], cx.corpus.uses(id), 18.0));
        }
        let (x, y) = (cx.corpus.value(id), cx.corpus.value(other));
        // A keyed hash has no neighbours; a number of 5 to 14 signs does.
        let near = (5..=14).contains(&x.len()) && x.len().abs_diff(y.len()) <= 1;
        Some(match near.then(|| strsim::osa_distance(x, y)) {
            Some(1) => Bits::ratio(policy.m_national_id[1], 1e-4),
            Some(2) => Bits::ZERO,
            _ => policy.national_id_conflict,
        })
    }
    fn identity_at_most(&self, pair: &Pair<'_>) -> Bits {
        match (pair.x.national_id(), pair.y.national_id()) {
            (Some(a), Some(b)) => Bits::new(if a == b { 18.0 } else { 10.0 }),
            _ => Bits::ZERO,
        }
    }
    fn value(&self, n: &Normalized) -> Option<String> {
        n.national_id.as_deref().map(str::to_owned)
    }
}
