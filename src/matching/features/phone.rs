//! Phones: the same number, numbers one digit apart, internet-telephony numbers out of one block.

use crate::{
    matching::{
        Comparer, Feature, Findings, Pair, Seen, Shared,
        corpus::{App, last_three},
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
        } else if slip(cx.corpus.value(x), cx.corpus.value(y)) {
            found.see(Seen::PhoneNear);
        } else {
            found.see(Seen::PhoneDifferent);
        }
    }
    fn identity_at_most(&self, cx: &Comparer<'_>, pair: &Pair<'_>) -> Bits {
        match (pair.x.phone(), pair.y.phone()) {
            (Some(a), Some(b)) if a == b => cx.most(&[Seen::PhoneSame]),
            (Some(_), Some(_)) => cx.most(&[Seen::PhoneNear]),
            _ => Bits::ZERO,
        }
    }
    fn sharing(&self, cx: &Comparer<'_>, pair: &Pair<'_>) -> Option<Shared> {
        let (x, y) = (&pair.x, &pair.y);
        let phone = x.phone()?;
        let recycled = x.apart(y).is_some_and(|apart| apart > RECYCLED);
        let policy = if recycled { cx.policy.link.phone_recycled } else { cx.policy.link.phone };
        (y.phone() == Some(phone)).then(|| Shared {
            attribute: Some(phone),
            class: BackgroundClass::Personal,
            bits: policy.bits(),
            hub: policy.hub,
        })
    }
    fn value(&self, n: &Normalized) -> Option<String> {
        n.phone.as_ref().map(|p| p.e164.to_string())
    }
}

/// Two years, in seconds: after that a number may be somebody else's.
const RECYCLED: u64 = 2 * 365 * 86_400;

/// One digit or one swap apart.
fn slip(x: &str, y: &str) -> bool {
    x.len() == y.len() && osa_within(x, y, 1).is_some()
}

/// Numbers that were bought together.
pub struct PhoneBlock;

/// Bits of surprise at `seen` or more where `expected` are expected (Chernoff bound of the Poisson tail).
fn surprise(seen: usize, expected: f64) -> f64 {
    let seen = f64::from(u32::try_from(seen).unwrap_or(u32::MAX));
    if seen <= expected {
        return 0.0;
    }
    (seen * (seen / expected).ln() - seen + expected) / std::f64::consts::LN_2
}

impl Feature for PhoneBlock {
    fn name(&self) -> &'static str {
        "phone_block"
    }
    fn label(&self) -> &'static str {
        "Phone block"
    }
    fn describe(&self) -> &'static str {
        "Two internet-telephony numbers out of one thousands block: numbers bought in batches. Worth more \
         within twenty of each other and in a run of several, less where the block is full of such numbers."
    }
    fn family(&self) -> Family {
        Family::Series
    }
    fn columns(&self) -> &'static [Column] {
        &[Column::Phone, Column::PhoneLineType]
    }
    fn sharing(&self, cx: &Comparer<'_>, pair: &Pair<'_>) -> Option<Shared> {
        let (x, y) = (&pair.x, &pair.y);
        let (phone, other_phone, block) = (x.phone()?, y.phone()?, x.block()?);
        if phone == other_phone || y.block() != Some(block) {
            return None;
        }
        let is = |p: &App<'_>, line| p.line_type() == Some(line);
        let voip = usize::from(is(x, LineType::Voip)) + usize::from(is(y, LineType::Voip));
        let other = [x, y].iter().any(|p| is(p, LineType::Mobile) || is(p, LineType::Landline));
        if voip == 0 || other {
            return None;
        }
        let number = |phone| last_three(cx.corpus.value(phone));
        let (p, q) = (number(phone)?, number(other_phone)?);
        let policy = cx.policy.link.phone_block;
        let near = p.abs_diff(q) <= 20;
        // Numbers of the block outside the neighborhood tell how many strangers to expect inside.
        let (inside, outside) = cx.corpus.voip_around(block, p.midpoint(q));
        let outside = f64::from(u32::try_from(outside).unwrap_or(u32::MAX));
        let expected = outside * 41.0 / 959.0 + 0.04;
        let strangers = if near { expected } else { outside + policy.innocent };
        let m = if near { policy.m } else { policy.m / 2.0 };
        // Two are the pair itself; more of them close together were bought together.
        let run = if near && inside > 2 { surprise(inside, expected) / 4.0 } else { 0.0 };
        let bits = Bits::ratio(m, strangers) + Bits::new(run.min(1.0));
        Some(Shared { attribute: None, class: BackgroundClass::Personal, bits, hub: policy.hub })
    }
    fn value(&self, n: &Normalized) -> Option<String> {
        n.phone.as_ref().map(|p| format!("{}xxx", p.block))
    }
}
