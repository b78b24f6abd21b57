//! Government numbers: tell one person from two, never a signal, masked wherever they are shown.

use crate::{
    matching::{Comparer, Feature, Findings, Pair, Seen, similarity::osa_within},
    model::{Bits, Column, Family, Normalized, sealed},
};

/// The government number, or its keyed hash.
pub struct GovernmentId;

/// Whether two applications give different numbers that differ in nothing but the last two signs. O(length).
#[must_use]
pub fn are_in_a_row(cx: &Comparer<'_>, pair: &Pair<'_>) -> bool {
    let (Some(id), Some(other)) = (pair.x.national_id(), pair.y.national_id()) else {
        return false;
    };
    let (x, y) = (cx.corpus.value(id).as_bytes(), cx.corpus.value(other).as_bytes());
    let (Some((first, _)), Some((other_first, _))) =
        (x.split_last_chunk::<2>(), y.split_last_chunk::<2>())
    else {
        return false;
    };
    id != other && (5..=14).contains(&x.len()) && first == other_first
}

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
    fn identity(&self, cx: &Comparer<'_>, pair: &Pair<'_>, found: &mut Findings) {
        let (Some(id), Some(other)) = (pair.x.national_id(), pair.y.national_id()) else { return };
        if id == other {
            return found.see_value(Seen::NumberSame, cx.frequency_of_own(cx.corpus.uses(id)));
        }
        let (x, y) = (cx.corpus.value(id), cx.corpus.value(other));
        if !sealed::are_comparable(x, y) {
            return;
        }
        // A keyed hash has no neighbours; a number of 5 to 14 signs does.
        let near = (5..=14).contains(&x.len()) && x.len().abs_diff(y.len()) <= 1;
        found.see(match near.then(|| osa_within(x, y, 2)).flatten() {
            Some(0 | 1) => Seen::NumberNear,
            Some(_) => Seen::NumberFar,
            None => Seen::NumberDifferent,
        });
    }
    fn identity_at_most(&self, cx: &Comparer<'_>, pair: &Pair<'_>) -> Bits {
        match (pair.x.national_id(), pair.y.national_id()) {
            (Some(a), Some(b)) if a == b => cx.most(&[Seen::NumberSame]),
            (Some(_), Some(_)) => cx.most(&[Seen::NumberNear, Seen::NumberFar]),
            _ => Bits::ZERO,
        }
    }
    fn value(&self, n: &Normalized) -> Option<String> {
        n.national_id.as_deref().map(str::to_owned)
    }
}
