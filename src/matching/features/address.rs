//! Home addresses: the same dwelling, the same building, the same neighbourhood.

use crate::{
    matching::{
        Comparer, Counted, Feature, Shared,
        feature::{NO_SERIES, Own, one},
        series,
    },
    model::{
        Address, AppIx, AttributeKind, BackgroundClass, Bits, Column, Family, Normalized,
        PlaceKind, Role,
    },
};

/// The home address.
pub struct Home;

/// The class an address is judged against.
#[must_use]
pub fn class_of(cx: &Comparer<'_>, address: &Address) -> BackgroundClass {
    match address.place {
        PlaceKind::MailDrop | PlaceKind::PoBox => BackgroundClass::MailDrop,
        PlaceKind::Campus => BackgroundClass::Campus,
        PlaceKind::Unit => BackgroundClass::Dwelling,
        PlaceKind::Area => BackgroundClass::Common,
        PlaceKind::Street if cx.corpus.is_divided(&address.building) => BackgroundClass::Building,
        PlaceKind::Street => BackgroundClass::Dwelling,
    }
}

/// Whether two addresses name one building, a slip in the street and a missing ZIP or unit allowed for.
#[must_use]
pub fn same_building(x: &Address, y: &Address) -> bool {
    if !x.building.is_empty() && x.building == y.building {
        return true;
    }
    let equal = |a: &Option<Box<str>>, b: &Option<Box<str>>| a.is_some() && a == b;
    let street = match (&x.street, &y.street) {
        (Some(a), Some(b)) => a == b || strsim::jaro_winkler(a, b) >= 0.92,
        _ => false,
    };
    street
        && equal(&x.number, &y.number)
        && (equal(&x.postal_code, &y.postal_code) || equal(&x.city, &y.city))
}

impl Home {
    /// Agreement of two different addresses, part by part: a mistyped street is still the same street.
    fn parts(cx: &Comparer<'_>, x: &Address, y: &Address) -> Bits {
        let policy = &cx.policy.identity;
        let counts = cx.corpus.counts();
        let floor = policy.population_floor;
        let close = |a: &Option<Box<str>>, b: &Option<Box<str>>, least: f64| match (a, b) {
            (Some(a), Some(b)) => Some(a == b || strsim::jaro_winkler(a, b) >= least),
            _ => None,
        };
        let mut bits = 0.0;
        let street = close(&x.street, &y.street, 0.88);
        let number = match (&x.number, &y.number) {
            (Some(a), Some(b)) => Some(a == b),
            _ => None,
        };
        bits += match (street, number) {
            (Some(true), Some(true)) => 9.0,
            (Some(true), Some(false)) => 3.5,
            (Some(true), None) => 5.5,
            (Some(false), Some(true)) => 0.5,
            (Some(false), _) => -1.0,
            _ => 0.0,
        };
        if let (Some(a), Some(b)) = (&x.unit, &y.unit)
            && (a == b || (a.len() > 4 && strsim::jaro_winkler(a, b) >= 0.9))
        {
            // A unit of a few signs repeats everywhere; a house name does not.
            bits += if a.len() > 4 { 6.0 } else { 1.0 };
        }
        let postal = match (&x.postal_code, &y.postal_code) {
            (Some(a), Some(b)) if a == b => {
                cx.agreement(0.6, counts.frequency(Counted::Postal, a, floor), 8.0).get()
            }
            (Some(a), Some(b)) if a.len() == b.len() && strsim::osa_distance(a, b) == 1 => 2.0,
            (Some(_), Some(_)) => -0.5,
            _ => 0.0,
        };
        let city = match (&x.city, &y.city) {
            (Some(a), Some(b)) if a == b || strsim::jaro_winkler(a, b) >= 0.92 => {
                cx.agreement(0.6, counts.frequency(Counted::City, a, floor), 6.0).get()
            }
            _ => 0.0,
        };
        bits += postal.max(city) + 0.25 * postal.min(city);
        Bits::new(bits.clamp(policy.address_differs.get(), 14.0))
    }
}

impl Feature for Home {
    fn name(&self) -> &'static str {
        "home_address"
    }
    fn label(&self) -> &'static str {
        "Home address"
    }
    fn describe(&self) -> &'static str {
        "The same dwelling, the same building, or parts of the address. Families and flatmates share a \
         dwelling, so it does not bind two persons by itself; a home with many more people than homes hold \
         does, and so does one whose people share other things too."
    }
    fn family(&self) -> Family {
        Family::Address
    }
    fn columns(&self) -> &'static [Column] {
        &[
            Column::Street,
            Column::Unit,
            Column::City,
            Column::State,
            Column::PostalCode,
            Column::Country,
        ]
    }
    fn identity(&self, cx: &Comparer<'_>, a: AppIx, b: AppIx) -> Option<Bits> {
        let (x, y) = cx.both(a, b);
        let (x, y) = (x.home.as_ref()?, y.home.as_ref()?);
        let policy = &cx.policy.identity;
        if !x.dwelling.is_empty() && x.dwelling == y.dwelling {
            let u = cx.corpus.counts().frequency(
                Counted::Dwelling,
                &x.dwelling,
                policy.population_floor,
            );
            return Some(cx.agreement(policy.m_dwelling, u, 15.0));
        }
        Some(Self::parts(cx, x, y))
    }
    fn sharing(&self, cx: &Comparer<'_>, a: AppIx, b: AppIx) -> Option<Shared> {
        let (x, y) = cx.both(a, b);
        let (x, y) = (x.home.as_ref()?, y.home.as_ref()?);
        let policy = &cx.policy.link;
        let house = series::house(x).filter(|key| series::house(y) == Some(*key));
        if house.is_some() && x.state.is_some() && y.state.is_some() && x.state != y.state {
            // One house cannot lie in two states: they copied a street and claimed homes of their own.
            let units = x.unit.is_some() && y.unit.is_some() && x.unit != y.unit;
            return (!units).then(|| Shared {
                attribute: None,
                series: house.map_or(NO_SERIES, one),
                class: BackgroundClass::Dwelling,
                bits: policy.house_in_two_states.bits(),
                hub: policy.house_in_two_states.hub,
                own: Own::Anywhere,
            });
        }
        if !same_building(x, y) {
            return None;
        }
        let class = class_of(cx, x);
        let exact = x.dwelling == y.dwelling || (x.unit.is_some() && x.unit == y.unit);
        let sharing = match class {
            BackgroundClass::Dwelling if exact => policy.dwelling,
            // Two different units of one building are neighbours.
            _ if !exact && x.unit.is_some() && y.unit.is_some() => return None,
            _ => policy.building,
        };
        let attribute = cx
            .common(a, b)
            .iter()
            .find(|&&(ix, r, s)| {
                r == Role::Own
                    && s == Role::Own
                    && cx.corpus.attribute(ix).kind == AttributeKind::Address
            })
            .map(|&(ix, _, _)| ix);
        let class = if exact { class } else { BackgroundClass::Building };
        Some(Shared {
            attribute,
            series: house.map_or(NO_SERIES, one),
            class,
            bits: sharing.bits(),
            hub: sharing.hub,
            own: Own::Not,
        })
    }
    fn value(&self, n: &Normalized) -> Option<String> {
        n.home.as_ref().map(|a| a.dwelling.to_string()).filter(|v| !v.is_empty())
    }
}
