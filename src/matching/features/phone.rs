//! Phones: the same number, numbers one digit apart, internet-telephony numbers out of one block.

use crate::{
    matching::{Comparer, Counted, Feature, Shared, features::attribute::shared_value},
    model::{
        AppIx, AttributeKind, BackgroundClass, Bits, Column, Family, LineType, Normalized, Phone,
    },
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
    fn identity(&self, cx: &Comparer<'_>, a: AppIx, b: AppIx) -> Option<Bits> {
        let (x, y) = cx.both(a, b);
        let (x, y) = (x.phone.as_ref()?, y.phone.as_ref()?);
        let policy = &cx.policy.identity;
        if x.e164 == y.e164 {
            let u = cx.corpus.counts().frequency(Counted::Phone, &x.e164, policy.population_floor);
            return Some(cx.agreement(policy.m_phone, u, 16.0));
        }
        if slip(x, y) {
            return Some(Bits::new(5.0));
        }
        Some(policy.phone_differs)
    }
    fn sharing(&self, cx: &Comparer<'_>, a: AppIx, b: AppIx) -> Option<Shared> {
        let (x, y) = cx.both(a, b);
        let same = x.phone.as_ref()?.e164 == y.phone.as_ref()?.e164;
        let apart = x.submitted_at.zip(y.submitted_at).map_or(0, |(p, q)| p.0.abs_diff(q.0));
        let recycled = apart > RECYCLED;
        let policy = if recycled { cx.policy.link.phone_recycled } else { cx.policy.link.phone };
        same.then(|| Shared {
            attribute: shared_value(cx, a, b, AttributeKind::Phone),
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
fn slip(x: &Phone, y: &Phone) -> bool {
    x.e164.len() == y.e164.len() && strsim::osa_distance(&x.e164, &y.e164) == 1
}

/// Numbers that were bought together.
pub struct PhoneBlock;

impl PhoneBlock {
    fn last_three(phone: &Phone) -> Option<u32> {
        phone.e164.get(phone.e164.len().checked_sub(3)?..)?.parse().ok()
    }
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
         within twenty of each other, less where many applicants have numbers of that block."
    }
    fn family(&self) -> Family {
        Family::Series
    }
    fn columns(&self) -> &'static [Column] {
        &[Column::Phone, Column::PhoneLineType]
    }
    fn sharing(&self, cx: &Comparer<'_>, a: AppIx, b: AppIx) -> Option<Shared> {
        let (x, y) = cx.both(a, b);
        let (x, y) = (x.phone.as_ref()?, y.phone.as_ref()?);
        if x.e164 == y.e164 || x.block != y.block {
            return None;
        }
        let is = |p: &Phone, line| p.line_type == Some(line);
        let voip = usize::from(is(x, LineType::Voip)) + usize::from(is(y, LineType::Voip));
        let other = [x, y].iter().any(|p| is(p, LineType::Mobile) || is(p, LineType::Landline));
        if voip == 0 || other {
            return None;
        }
        let apart = Self::last_three(x)?.abs_diff(Self::last_three(y)?);
        let users = f64::from(cx.corpus.counts().of(Counted::Block, &x.block));
        let policy = cx.policy.link.phone_block;
        // Strangers among those with a number of the block, or within twenty of it.
        let reach = if apart <= 20 { 41.0 / 1_000.0 } else { 1.0 };
        let strangers = (users - 2.0).max(0.0) * reach + policy.innocent;
        let m = if apart <= 20 { policy.m } else { policy.m / 2.0 };
        Some(Shared {
            attribute: None,
            class: BackgroundClass::Personal,
            bits: Bits::ratio(m, strangers),
            hub: policy.hub,
        })
    }
    fn value(&self, n: &Normalized) -> Option<String> {
        n.phone.as_ref().map(|p| format!("{}xxx", p.block))
    }
}
