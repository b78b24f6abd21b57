//! Home addresses: the same dwelling, the same building, the same neighbourhood.

use crate::{
    matching::{
        Comparer, Feature, Pair, Shared,
        corpus::{AddressView, WordIx},
        feature::{NO_SERIES, Own, one},
        series,
    },
    model::{AttributeKind, BackgroundClass, Bits, Column, Family, Normalized, PlaceKind, Role},
};

/// The home address.
pub struct Home;

/// The class an address is judged against.
#[must_use]
pub fn class_of(cx: &Comparer<'_>, address: &AddressView<'_>) -> BackgroundClass {
    match address.place() {
        PlaceKind::MailDrop | PlaceKind::PoBox => BackgroundClass::MailDrop,
        PlaceKind::Campus => BackgroundClass::Campus,
        PlaceKind::Unit => BackgroundClass::Dwelling,
        PlaceKind::Area => BackgroundClass::Common,
        PlaceKind::Street if address.building().is_some_and(|b| cx.corpus.is_divided(b)) => {
            BackgroundClass::Building
        }
        PlaceKind::Street => BackgroundClass::Dwelling,
    }
}

fn equal(a: Option<WordIx>, b: Option<WordIx>) -> bool {
    a.is_some() && a == b
}

/// Whether two words are equal or alike to `least`; none when one is missing.
fn alike(cx: &Comparer<'_>, a: Option<WordIx>, b: Option<WordIx>, least: f64) -> Option<bool> {
    let (a, b) = a.zip(b)?;
    Some(a == b || strsim::jaro_winkler(cx.corpus.word(a), cx.corpus.word(b)) >= least)
}

/// Whether two addresses name one building, a slip in the street and a missing ZIP or unit allowed for.
#[must_use]
pub fn same_building(cx: &Comparer<'_>, x: &AddressView<'_>, y: &AddressView<'_>) -> bool {
    if equal(x.building(), y.building()) {
        return true;
    }
    equal(x.number(), y.number())
        && (equal(x.postal(), y.postal()) || equal(x.city(), y.city()))
        && alike(cx, x.street(), y.street(), 0.92) == Some(true)
}

impl Home {
    /// Agreement of two different addresses, part by part: a mistyped street is still the same street.
    fn parts(cx: &Comparer<'_>, x: &AddressView<'_>, y: &AddressView<'_>) -> Bits {
        let policy = &cx.policy.identity;
        let corpus = cx.corpus;
        let mut bits = 0.0;
        let street = alike(cx, x.street(), y.street(), 0.88);
        let number = x.number().zip(y.number()).map(|(a, b)| a == b);
        bits += match (street, number) {
            (Some(true), Some(true)) => 9.0,
            (Some(true), Some(false)) => 3.5,
            (Some(true), None) => 5.5,
            (Some(false), Some(true)) => 0.5,
            (Some(false), _) => -1.0,
            _ => 0.0,
        };
        if let (Some(a), Some(b)) = (x.unit(), y.unit()) {
            let long = corpus.word(a).len() > 4;
            if a == b || (long && alike(cx, Some(a), Some(b), 0.9) == Some(true)) {
                // A unit of a few signs repeats everywhere; a house name does not.
                bits += if long { 6.0 } else { 1.0 };
            }
        }
        let postal = match (x.postal(), y.postal()) {
            (Some(a), Some(b)) if a == b => cx.agreement_on(0.6, corpus.count_of(a), 8.0).get(),
            (Some(a), Some(b)) => {
                let (a, b) = (corpus.word(a), corpus.word(b));
                if a.len() == b.len() && strsim::osa_distance(a, b) == 1 { 2.0 } else { -0.5 }
            }
            _ => 0.0,
        };
        let city = match (x.city(), y.city()) {
            (Some(a), Some(b)) if alike(cx, Some(a), Some(b), 0.92) == Some(true) => {
                let count = corpus.count_of(a).min(corpus.count_of(b));
                cx.agreement_on(0.6, count, 6.0).get()
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
    fn identity(&self, cx: &Comparer<'_>, pair: &Pair<'_>) -> Option<Bits> {
        let (x, y) = (pair.x.home()?, pair.y.home()?);
        match (x.dwelling(), y.dwelling()) {
            (Some(a), Some(b)) if a == b => {
                Some(cx.agreement_on(cx.policy.identity.m_dwelling, cx.corpus.uses(a), 15.0))
            }
            _ => Some(Self::parts(cx, &x, &y)),
        }
    }
    fn identity_at_most(&self, pair: &Pair<'_>) -> Bits {
        match (pair.x.home(), pair.y.home()) {
            (Some(_), Some(_)) => Bits::new(15.0),
            _ => Bits::ZERO,
        }
    }
    fn sharing(&self, cx: &Comparer<'_>, pair: &Pair<'_>) -> Option<Shared> {
        let (x, y) = (pair.x.home()?, pair.y.home()?);
        let policy = &cx.policy.link;
        let house = series::house(&x).filter(|key| series::house(&y) == Some(*key));
        if house.is_some() && x.state().is_some() && y.state().is_some() && x.state() != y.state() {
            // One house cannot lie in two states: they copied a street and claimed homes of their own.
            let units = x.unit().is_some() && y.unit().is_some() && x.unit() != y.unit();
            return (!units).then(|| Shared {
                attribute: None,
                series: house.map_or(NO_SERIES, one),
                class: BackgroundClass::Dwelling,
                bits: policy.house_in_two_states.bits(),
                hub: policy.house_in_two_states.hub,
                own: Own::Anywhere,
            });
        }
        if !same_building(cx, &x, &y) {
            return None;
        }
        // Of a flat and its building without a unit, the building.
        let class = class_of(cx, &x).max(class_of(cx, &y));
        let exact = x.dwelling() == y.dwelling() || equal(x.unit(), y.unit());
        let sharing = match class {
            BackgroundClass::Dwelling if exact => policy.dwelling,
            // Two different units of one building are neighbours.
            _ if !exact && x.unit().is_some() && y.unit().is_some() => return None,
            _ => policy.building,
        };
        let attribute = pair
            .common()
            .iter()
            .find(|&&(ix, r, s)| {
                r == Role::Own && s == Role::Own && cx.corpus.kind(ix) == AttributeKind::Address
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
