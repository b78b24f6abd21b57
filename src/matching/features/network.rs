//! IP addresses.

use crate::{
    matching::{
        Comparer, Feature, Shared,
        feature::{NO_SERIES, Own},
        features::attribute::shared_value,
    },
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
            series: NO_SERIES,
            class: BackgroundClass::BusyNetwork,
            bits: policy.bits(),
            hub: policy.hub,
            own: Own::Not,
        })
    }
    fn value(&self, n: &Normalized) -> Option<String> {
        n.ip.as_ref().map(|ip| ip.canonical.to_string())
    }
}
