//! Delivery addresses: equipment of several persons going to one place that is home to none of them.

use crate::{
    matching::{
        Comparer, Feature, Shared,
        feature::{NO_SERIES, Own},
        features::address::class_of,
    },
    model::{AppIx, AttributeKind, BackgroundClass, Column, Family, Normalized, Role},
};

/// The delivery address.
pub struct Shipping;

impl Feature for Shipping {
    fn name(&self) -> &'static str {
        "shipping_address"
    }
    fn label(&self) -> &'static str {
        "Delivery address"
    }
    fn describe(&self) -> &'static str {
        "Two persons with different homes have equipment sent to one place, or one's delivery place is the \
         other's home. Homes in other states than the place make it worth more: neighbors meet at a parcel \
         counter. Mail drops are judged as hubs."
    }
    fn family(&self) -> Family {
        Family::Delivery
    }
    fn columns(&self) -> &'static [Column] {
        &[
            Column::ShipStreet,
            Column::ShipUnit,
            Column::ShipCity,
            Column::ShipState,
            Column::ShipPostalCode,
        ]
    }
    fn sharing(&self, cx: &Comparer<'_>, a: AppIx, b: AppIx) -> Option<Shared> {
        let (x, y) = cx.both(a, b);
        let dwelling = |n: &Normalized| n.home.as_ref().map(|h| h.dwelling.clone());
        if dwelling(x).is_some() && dwelling(x) == dwelling(y) {
            // They live together: the home address says it already.
            return None;
        }
        let (attribute, both) = cx
            .common(a, b)
            .iter()
            .filter(|&&(ix, r, s)| {
                cx.corpus.attribute(ix).kind == AttributeKind::Address
                    && (r == Role::Shipping || s == Role::Shipping)
            })
            .map(|&(ix, r, s)| (ix, r == Role::Shipping && s == Role::Shipping))
            .max_by_key(|&(ix, both)| (both, std::cmp::Reverse(ix)))?;
        let policy = &cx.policy.link;
        let place = x.shipping.as_ref().or(y.shipping.as_ref())?;
        let class = class_of(cx, place);
        // Neighbors meet at a parcel counter; homes in several states do not.
        let far = |n: &Normalized| {
            let home = n.home.as_ref().and_then(|h| h.state.as_deref());
            home.is_some() && place.state.is_some() && home != place.state.as_deref()
        };
        let far_apart = far(x) || far(y);
        let sharing = match (both, far(x), far(y)) {
            (true, true, true) => policy.shipping_far,
            (true, true, false) | (true, false, true) => policy.shipping,
            (true, false, false) => policy.shipping_near,
            (false, ..) if far_apart => policy.ship_to_far_home,
            (false, ..) => policy.ship_to_home,
        };
        let hub =
            if class == BackgroundClass::Dwelling { sharing.hub } else { sharing.hub.max(0.5) };
        Some(Shared {
            attribute: Some(attribute),
            series: NO_SERIES,
            class,
            bits: sharing.bits(),
            hub,
            own: if far_apart { Own::Anywhere } else { Own::Not },
        })
    }
    fn value(&self, n: &Normalized) -> Option<String> {
        n.shipping.as_ref().map(|a| a.dwelling.to_string()).filter(|v| !v.is_empty())
    }
}
