//! Phones: the same number, numbers one digit apart, internet-telephony numbers out of one block.

use crate::{
    matching::{
        Comparer, Counted, Feature, Shared,
        feature::{NO_SERIES, Own, one},
        features::attribute::shared_value,
        series,
    },
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
        let (p, q) = (x.phone.as_ref()?, y.phone.as_ref()?);
        let apart = x.submitted_at.zip(y.submitted_at).map_or(0, |(p, q)| p.0.abs_diff(q.0));
        let recycled = apart > RECYCLED;
        let wired = [p, q].iter().any(|p| p.line_type == Some(LineType::Landline));
        let policy = match () {
            () if recycled => cx.policy.link.phone_recycled,
            () if wired => cx.policy.link.phone_wired,
            () => cx.policy.link.phone,
        };
        (p.e164 == q.e164).then(|| Shared {
            attribute: shared_value(cx, a, b, AttributeKind::Phone),
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

/// One digit or one swap apart.
fn slip(x: &Phone, y: &Phone) -> bool {
    x.e164.len() == y.e164.len() && strsim::osa_distance(&x.e164, &y.e164) == 1
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
    fn sharing(&self, cx: &Comparer<'_>, a: AppIx, b: AppIx) -> Option<Shared> {
        let (x, y) = cx.both(a, b);
        let (x, y) = (x.phone.as_ref()?, y.phone.as_ref()?);
        if x.e164 == y.e164 || x.block != y.block {
            return None;
        }
        let voip = [x, y].iter().any(|p| p.line_type == Some(LineType::Voip));
        let (p, q) = (x.last_three()?, y.last_three()?);
        if !voip || p.abs_diff(q) > 20 {
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
