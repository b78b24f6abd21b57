//! Delivery addresses: equipment of several persons going to one place that is home to none of them.

use crate::{
    matching::{
        Comparer, Feature, Pair, Shared,
        corpus::App,
        drops,
        feature::{NO_SERIES, Own},
        features::address::class_of,
    },
    model::{AttributeKind, BackgroundClass, Column, Family, Normalized, Role},
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
    fn sharing(&self, cx: &Comparer<'_>, pair: &Pair<'_>) -> Option<Shared> {
        let (x, y) = (&pair.x, &pair.y);
        let (left, right) = (x.shipping(), y.shipping());
        if left.is_none() && right.is_none() {
            return None;
        }
        let dwelling = |app: &App<'_>| app.home().and_then(|h| h.dwelling());
        if dwelling(x).is_some() && dwelling(x) == dwelling(y) {
            // They live together: the home address says it already.
            return None;
        }
        let exact = pair
            .common()
            .iter()
            .filter(|&&(ix, r, s)| {
                (r == Role::Shipping || s == Role::Shipping)
                    && cx.corpus.kind(ix) == AttributeKind::Address
            })
            .map(|&(ix, r, s)| (ix, r == Role::Shipping && s == Role::Shipping))
            .max_by_key(|&(ix, both)| (both, std::cmp::Reverse(cx.corpus.value(ix))));
        let (attribute, both, series) = match (exact, left.zip(right)) {
            // Without a unit it may be a house or a mail drop: who else has things sent there tells.
            (Some((attribute, both)), Some((left, right)))
                if left.unit().is_none() && right.unit().is_none() =>
            {
                let [first, second] = drops::common(cx.corpus, &left, &right).unwrap_or_default();
                (Some(attribute), both, [first, second, 0, 0])
            }
            (Some((attribute, both)), _) => (Some(attribute), both, NO_SERIES),
            (None, Some((left, right))) => {
                let [first, second] = drops::common(cx.corpus, &left, &right)?;
                // Two boxes at one mail drop are two.
                if left.unit().zip(right.unit()).is_some_and(|(a, b)| a != b) {
                    return None;
                }
                (None, true, [first, second, 0, 0])
            }
            (None, None) => return None,
        };
        let policy = &cx.policy.link;
        // Of two writings of one place, in an order that does not depend on which side is which.
        let sides = if x.key() <= y.key() { [left, right] } else { [right, left] };
        let places = || sides.into_iter().flatten();
        let place = places().find(|p| p.dwelling() == attribute).or_else(|| places().next())?;
        let class = class_of(cx, &place);
        // Neighbors meet at a parcel counter; homes in several states do not.
        let far = |app: &App<'_>| {
            let home = app.home().and_then(|h| h.state());
            home.is_some() && place.state().is_some() && home != place.state()
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
            attribute,
            series,
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
