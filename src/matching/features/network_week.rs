//! One network in one week: addresses next to each other.

use crate::{
    matching::{
        Comparer, Feature, Pair, Shared,
        feature::{Kinds, Own},
        series,
    },
    model::{AttributeKind, BackgroundClass, Column, Family, Normalized},
};

/// Addresses of one network, within a week.
pub struct NetworkWeek;

impl Feature for NetworkWeek {
    fn name(&self) -> &'static str {
        "network_week"
    }
    fn label(&self) -> &'static str {
        "Network in one week"
    }
    fn describe(&self) -> &'static str {
        "Different addresses of one network (/24, for IPv6 /48) within a week. Customers of one provider meet there \
         too, so it weighs little unless several who used it at that time have something else in common."
    }
    fn family(&self) -> Family {
        Family::Network
    }
    fn columns(&self) -> &'static [Column] {
        &[Column::Ip]
    }
    fn sharing(&self, cx: &Comparer<'_>, pair: &Pair<'_>) -> Option<Shared> {
        let (x, y) = (&pair.x, &pair.y);
        // Most pairs end here, before an address is read.
        let apart = x.apart(y)?;
        if apart > u64::from(series::WEEK) * 86_400
            || pair.shares(Kinds::one(AttributeKind::Ip))
            || x.ip().is_none()
            || y.ip().is_none()
        {
            return None;
        }
        let (left, right) = (series::networks(cx.corpus, x)?, series::networks(cx.corpus, y)?);
        let mut both = left.into_iter().filter(|key| right.contains(key));
        let series = [both.next()?, both.next().unwrap_or(0), 0, 0];
        let policy = cx.policy.link.network_week;
        Some(Shared {
            attribute: None,
            series,
            class: BackgroundClass::BusyNetwork,
            bits: policy.bits(),
            hub: policy.hub,
            own: Own::Not,
        })
    }
    fn value(&self, n: &Normalized) -> Option<String> {
        n.ip.as_ref().map(|ip| ip.network.to_string())
    }
}
