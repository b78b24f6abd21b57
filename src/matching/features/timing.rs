//! Timing: submitted in one sitting, or soon after a rejection. Adds to other evidence and never links by itself.

use crate::{
    matching::{
        Comparer, Feature, Pair, Shared,
        feature::{NO_SERIES, Own},
    },
    model::{BackgroundClass, Bits, Column, Family, Normalized},
};

/// Submitted in one sitting.
pub struct Sitting;

/// An hour and a half, in seconds.
const SITTING: u64 = 5_400;

/// Forty-five days, in seconds.
const RETURN: i64 = 45 * 86_400;

/// Evidence without a value of its own, worth `bits` where something else speaks for a link.
fn adds(bits: Bits) -> Shared {
    Shared {
        attribute: None,
        series: NO_SERIES,
        class: BackgroundClass::Common,
        bits,
        hub: 0.0,
        own: Own::Not,
    }
}

impl Feature for Sitting {
    fn name(&self) -> &'static str {
        "timing"
    }
    fn label(&self) -> &'static str {
        "Timing"
    }
    fn describe(&self) -> &'static str {
        "Submitted within an hour and a half of each other. Adds to other evidence and never links by itself."
    }
    fn family(&self) -> Family {
        Family::Timing
    }
    fn columns(&self) -> &'static [Column] {
        &[Column::SubmittedAt]
    }
    fn sharing(&self, cx: &Comparer<'_>, pair: &Pair<'_>) -> Option<Shared> {
        let (x, y) = (&pair.x, &pair.y);
        (x.apart(y)? <= SITTING).then(|| adds(cx.policy.link.sitting))
    }
    fn value(&self, n: &Normalized) -> Option<String> {
        n.submitted_at.map(|t| t.to_string())
    }
}

/// Submitted soon after another was rejected.
pub struct ReturnAfterRejection;

impl Feature for ReturnAfterRejection {
    fn name(&self) -> &'static str {
        "return_after_rejection"
    }
    fn label(&self) -> &'static str {
        "Return after rejection"
    }
    fn describe(&self) -> &'static str {
        "One application was rejected and the other submitted within 45 days after it for the same kind of \
         role. Adds to other evidence and never links by itself."
    }
    fn family(&self) -> Family {
        Family::Timing
    }
    fn columns(&self) -> &'static [Column] {
        &[Column::SubmittedAt, Column::Role, Column::Outcome]
    }
    fn sharing(&self, cx: &Comparer<'_>, pair: &Pair<'_>) -> Option<Shared> {
        let (x, y) = (&pair.x, &pair.y);
        let (first, second) = if x.submitted()? <= y.submitted()? { (x, y) } else { (y, x) };
        let seconds = second.submitted()?.seconds_since(first.submitted()?);
        let rejected =
            || first.outcome().is_some_and(|outcome| cx.corpus.word(outcome).contains("reject"));
        ((1..=RETURN).contains(&seconds)
            && first.role().is_some()
            && first.role() == second.role()
            && rejected())
        .then(|| adds(cx.policy.link.return_after_rejection))
    }
    fn value(&self, n: &Normalized) -> Option<String> {
        n.outcome.as_deref().map(str::to_owned)
    }
}
