//! IP addresses.

use crate::{
    matching::{
        Comparer, Feature, Findings, Pair, Seen, Shared,
        feature::{Kinds, NO_SERIES, Own},
    },
    model::{AttributeKind, BackgroundClass, Bits, Column, Family, Normalized},
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
    fn identity(&self, cx: &Comparer<'_>, pair: &Pair<'_>, found: &mut Findings) {
        if let Some(ix) = cx.shared_value(pair, AttributeKind::Ip) {
            found.see_value(Seen::IpSame, cx.frequency(cx.corpus.uses(ix)));
        } else if pair.x.ip().is_some() && pair.y.ip().is_some() {
            found.see(Seen::IpDifferent);
        }
    }
    fn identity_at_most(&self, cx: &Comparer<'_>, pair: &Pair<'_>) -> Bits {
        match (pair.x.ip(), pair.y.ip()) {
            (Some(a), Some(b)) if a == b => cx.most(&[Seen::IpSame]),
            (Some(_), Some(_)) => cx.most(&[Seen::IpDifferent]),
            _ => Bits::ZERO,
        }
    }
    fn needs_common(&self) -> Kinds {
        Kinds::one(AttributeKind::Ip)
    }
    fn sharing(&self, cx: &Comparer<'_>, pair: &Pair<'_>) -> Option<Shared> {
        let attribute = cx.shared_value(pair, AttributeKind::Ip)?;
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
