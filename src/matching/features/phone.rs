//! Phones: the same number, numbers one digit apart, internet-telephony numbers out of one block.

use crate::{
    matching::{
        Comparer, Feature, Findings, Pair, Seen, Shared,
        corpus::App,
        feature::{Kinds, NO_SERIES, Own, one},
        series,
        similarity::osa_within,
    },
    model::{BackgroundClass, Bits, Column, Family, LineType, Normalized},
};

/// The same number.
pub struct PhoneNumber;

impl Feature for PhoneNumber {
    fn name(&self) -> &'static str {
        "phone"
    }
    fn label(&self) -> &'static str {
        "Phone"
    }
    fn describe(&self) -> &'static str {
        "The same number in E.164 form. One person may change numbers; one number under two names says \
         much, unless they live together."
    }
    fn family(&self) -> Family {
        Family::Contact
    }
    fn columns(&self) -> &'static [Column] {
        &[Column::Phone]
    }
    fn identity(&self, cx: &Comparer<'_>, pair: &Pair<'_>, found: &mut Findings) {
        let (Some(x), Some(y)) = (pair.x.phone(), pair.y.phone()) else { return };
        if x == y {
            found.see_value(Seen::PhoneSame, cx.frequency_of_own(cx.corpus.uses(x)));
        } else if may_be_slip(&pair.x, &pair.y) && slip(cx.corpus.value(x), cx.corpus.value(y)) {
            found.see(Seen::PhoneNear);
        } else {
            found.see(Seen::PhoneDifferent);
        }
    }
    fn identity_at_most(&self, cx: &Comparer<'_>, pair: &Pair<'_>) -> Bits {
        match (pair.x.phone(), pair.y.phone()) {
            (Some(a), Some(b)) if a == b => cx.most(&[Seen::PhoneSame]),
            (Some(_), Some(_)) if may_be_slip(&pair.x, &pair.y) => cx.most(&[Seen::PhoneNear]),
            _ => Bits::ZERO,
        }
    }
    fn needs_common(&self) -> Kinds {
        Kinds::ALL
    }
    fn sharing(&self, cx: &Comparer<'_>, pair: &Pair<'_>) -> Option<Shared> {
        let (x, y) = (&pair.x, &pair.y);
        let phone = x.phone()?;
        let recycled = x.apart(y).is_some_and(|apart| apart > RECYCLED);
        let wired = [x, y].iter().any(|app| app.line_type() == Some(LineType::Landline));
        let policy = match () {
            () if recycled => cx.policy.link.phone_recycled,
            () if wired => cx.policy.link.phone_wired,
            () => cx.policy.link.phone,
        };
        (y.phone() == Some(phone)).then(|| Shared {
            attribute: Some(phone),
            series: NO_SERIES,
            class: BackgroundClass::Personal,
            bits: policy.bits(),
            hub: policy.hub,
            own: Own::Local,
        })
    }
    fn value(&self, n: &Normalized) -> Option<String> {
        n.phone.as_ref().map(|p| p.e164.to_string())
    }
}

/// Two years, in seconds: after that a number may be somebody else's.
const RECYCLED: u64 = 2 * 365 * 86_400;

/// Whether two numbers may be one digit or one swap apart: it is in the last three digits, before them, or a swap of the
/// two in between. O(1).
fn may_be_slip(x: &App<'_>, y: &App<'_>) -> bool {
    let last_two = |app: &App<'_>| app.place_in_block().map(|place| place % 100);
    x.block() == y.block() || last_two(x) == last_two(y)
}

/// One digit or one swap apart.
fn slip(x: &str, y: &str) -> bool {
    x.len() == y.len() && osa_within(x, y, 1).is_some()
}

/// Numbers that were bought together.
pub struct PhoneBlock;

impl Feature for PhoneBlock {
    fn name(&self) -> &'static str {
        "phone_block"
    }
    fn label(&self) -> &'static str {
        "Phone block"
    }
    fn describe(&self) -> &'static str {
        "Two internet-telephony numbers within twenty of each other: numbers bought in batches. Worth more in a \
         run of several that came in one season, less where the block is full of such numbers."
    }
    fn family(&self) -> Family {
        Family::Series
    }
    fn columns(&self) -> &'static [Column] {
        &[Column::Phone, Column::PhoneLineType]
    }
    fn sharing(&self, cx: &Comparer<'_>, pair: &Pair<'_>) -> Option<Shared> {
        let (x, y) = (&pair.x, &pair.y);
        if x.phone()? == y.phone()? || x.block()? != y.block()? {
            return None;
        }
        let voip = [x, y].iter().any(|app| app.line_type() == Some(LineType::Voip));
        if !voip || x.place_in_block()?.abs_diff(y.place_in_block()?) > 20 {
            return None;
        }
        let (cells, others) = (series::cells(x)?, series::cells(y)?);
        let cell = cells.into_iter().find(|key| others.contains(key))?;
        let policy = cx.policy.link.phone_block;
        Some(Shared {
            attribute: None,
            series: one(cell),
            class: BackgroundClass::Personal,
            bits: policy.bits(),
            hub: policy.hub,
            own: Own::Anywhere,
        })
    }
    fn value(&self, n: &Normalized) -> Option<String> {
        n.phone.as_ref().map(|p| format!("{}xxx", p.block))
    }
}
