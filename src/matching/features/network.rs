//! IP addresses: the same one, or the same network within a week.

use crate::{
    matching::{Comparer, Feature, Shared, features::attribute::shared_value},
    model::{AppIx, AttributeKind, BackgroundClass, Bits, Column, Family, Normalized},
};

/// The same IP address.
pub struct IpAddress;

impl Feature for IpAddress {
    fn name(&self) -> &'static str {
        "ip"
    }
    fn label(&self) -> &'static str {
        "IP address"
    }
    fn describe(&self) -> &'static str {
        "The same address (for IPv6 the same /64). Households, offices, carriers and VPN exits put many \
         people behind one, so it weighs little alone and is judged as a hub where its users have nothing \
         else in common."
    }
    fn family(&self) -> Family {
        Family::Network
    }
    fn columns(&self) -> &'static [Column] {
        &[Column::Ip]
    }
    fn identity(&self, cx: &Comparer<'_>, a: AppIx, b: AppIx) -> Option<Bits> {
        let ix = shared_value(cx, a, b, AttributeKind::Ip)?;
        let n = cx.corpus.applications().len().max(cx.policy.identity.population_floor as usize);
        let share = crate::model::Share::of(cx.corpus.users(ix).len(), n);
        Some(cx.agreement(0.3, share.get(), 6.0))
    }
    fn sharing(&self, cx: &Comparer<'_>, a: AppIx, b: AppIx) -> Option<Shared> {
        let attribute = shared_value(cx, a, b, AttributeKind::Ip)?;
        let policy = cx.policy.link.ip;
        Some(Shared {
            attribute: Some(attribute),
            class: BackgroundClass::BusyNetwork,
            bits: policy.bits(),
            hub: policy.hub,
        })
    }
    fn value(&self, n: &Normalized) -> Option<String> {
        n.ip.as_ref().map(|ip| ip.canonical.to_string())
    }
}

/// Submitted close together through one channel.
pub struct Timing;

/// Ten minutes, in seconds.
const WINDOW: u64 = 600;

impl Feature for Timing {
    fn name(&self) -> &'static str {
        "timing"
    }
    fn label(&self) -> &'static str {
        "Timing"
    }
    fn describe(&self) -> &'static str {
        "Submitted within ten minutes of each other through one channel. Adds to other evidence and never \
         links by itself."
    }
    fn family(&self) -> Family {
        Family::Timing
    }
    fn columns(&self) -> &'static [Column] {
        &[Column::SubmittedAt, Column::Channel]
    }
    fn sharing(&self, cx: &Comparer<'_>, a: AppIx, b: AppIx) -> Option<Shared> {
        let (x, y) = cx.both(a, b);
        let apart = x.submitted_at?.0.abs_diff(y.submitted_at?.0);
        let policy = cx.policy.link.timing;
        (apart <= WINDOW && x.channel.is_some() && x.channel == y.channel).then(|| Shared {
            attribute: None,
            class: BackgroundClass::Common,
            bits: Bits::ratio(policy.m, policy.innocent),
            hub: policy.hub,
        })
    }
    fn value(&self, n: &Normalized) -> Option<String> {
        n.submitted_at.map(|t| t.to_string())
    }
}
