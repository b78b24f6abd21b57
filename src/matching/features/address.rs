//! Home addresses: the same dwelling, the same building, the same neighbourhood.

use crate::{
    matching::{
        Comparer, Corpus, Feature, Findings, Pair, Seen, Shared,
        corpus::{AddressView, WordIx},
        feature::{NO_SERIES, Own, either, one},
        series,
        similarity::{jaro_winkler, osa_within},
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
fn alike(corpus: &Corpus, a: Option<WordIx>, b: Option<WordIx>, least: f64) -> Option<bool> {
    let (a, b) = a.zip(b)?;
    Some(a == b || jaro_winkler(corpus.word(a), corpus.word(b)) >= least)
}

/// Whether two addresses name one building, a slip in the street and a missing ZIP or unit allowed for.
#[must_use]
pub fn same_building(corpus: &Corpus, x: &AddressView<'_>, y: &AddressView<'_>) -> bool {
    if equal(x.building(), y.building()) {
        return true;
    }
    equal(x.number(), y.number())
        && (equal(x.postal(), y.postal()) || equal(x.city(), y.city()))
        && alike(corpus, x.street(), y.street(), 0.92) == Some(true)
}

/// Fewest letters of a unit that is a name rather than a number.
const LONG_UNIT: usize = 5;

/// Whether two addresses have anything written alike in common: where they have not, one slip is not all that is
/// between them. O(1).
fn touch(x: &AddressView<'_>, y: &AddressView<'_>) -> bool {
    equal(x.postal(), y.postal())
        || equal(x.city(), y.city())
        || equal(x.number(), y.number())
        || equal(x.street(), y.street())
        || equal(x.building(), y.building())
        || equal(x.unit(), y.unit())
}

/// How two homes relate, and how common what they share is.
fn relate(cx: &Comparer<'_>, x: &AddressView<'_>, y: &AddressView<'_>) -> (Seen, f64) {
    let corpus = cx.corpus;
    let common = |word: Option<WordIx>| word.map_or(0.0, |w| cx.frequency(corpus.count_of(w)));
    let commoner = |a, b| f64::max(common(a), common(b));
    match (x.dwelling(), y.dwelling()) {
        (Some(a), Some(b)) if a == b => {
            return (Seen::HomeDwelling, cx.frequency(corpus.uses(a)));
        }
        _ => {}
    }
    if !touch(x, y) {
        return (Seen::HomeDifferent, 0.0);
    }
    let alike_long = |a: Option<WordIx>, b: Option<WordIx>| {
        let long = |w: Option<WordIx>| w.is_some_and(|w| corpus.word(w).len() >= LONG_UNIT);
        long(a) && long(b) && alike(cx.corpus, a, b, 0.9) == Some(true)
    };
    if equal(x.building(), y.building()) {
        let (a, b) = (x.unit(), y.unit());
        let other = a.is_some() && b.is_some() && a != b && !alike_long(a, b);
        let seen = if other { Seen::HomeOtherUnit } else { Seen::HomeBuilding };
        return (seen, common(x.building()));
    }
    let near_place = equal(x.postal(), y.postal())
        || equal(x.city(), y.city())
        || near_digits(cx, x.postal(), y.postal())
        || alike(cx.corpus, x.city(), y.city(), 0.92) == Some(true);
    let street = alike(cx.corpus, x.street(), y.street(), 0.88) == Some(true);
    let number = x.number().zip(y.number()).map(|(a, b)| a == b);
    // Street and house name in each other's place.
    let swapped = alike_long(x.street(), y.unit()) || alike_long(x.unit(), y.street());
    match number {
        Some(true) if near_place && (street || swapped) => {
            return (Seen::HomeNear, commoner(x.building(), y.building()));
        }
        _ if near_place && swapped => return (Seen::HomeNear, common(x.street())),
        Some(true) if street => return (Seen::HomeNear, commoner(x.street(), y.street()) / 20.0),
        _ if near_place && street => {
            let slip = number.is_none() || near_digits(cx, x.number(), y.number());
            let at = commoner(x.street(), y.street()).min(commoner(x.postal(), y.postal()));
            return (if slip { Seen::HomeNear } else { Seen::HomeStreet }, at);
        }
        _ => {}
    }
    if equal(x.postal(), y.postal()) {
        (Seen::HomeArea, common(x.postal()))
    } else if alike(cx.corpus, x.city(), y.city(), 0.92) == Some(true) {
        (Seen::HomeCity, commoner(x.city(), y.city()))
    } else {
        (Seen::HomeDifferent, 0.0)
    }
}

/// How two homes relate of which one lacks a street.
fn relate_areas(
    cx: &Comparer<'_>,
    x: &AddressView<'_>,
    y: &AddressView<'_>,
) -> Option<(Seen, f64)> {
    let common = |word: Option<WordIx>| word.map_or(0.0, |w| cx.frequency(cx.corpus.count_of(w)));
    if !touch(x, y) {
        let comparable = x.city().and(y.city()).or(x.postal().and(y.postal()));
        return comparable.map(|_| (Seen::AreaDifferent, 0.0));
    }
    if equal(x.postal(), y.postal()) {
        return Some((Seen::AreaPostal, common(x.postal())));
    }
    match alike(cx.corpus, x.city(), y.city(), 0.92) {
        Some(true) => Some((Seen::AreaCity, common(x.city()).max(common(y.city())))),
        Some(false) => Some((Seen::AreaDifferent, 0.0)),
        None => x.postal().zip(y.postal()).map(|_| (Seen::AreaDifferent, 0.0)),
    }
}

/// Whether two numbers written in digits are one digit or one swap apart.
fn near_digits(cx: &Comparer<'_>, a: Option<WordIx>, b: Option<WordIx>) -> bool {
    let Some((a, b)) = a.zip(b) else { return false };
    let (a, b) = (cx.corpus.word(a), cx.corpus.word(b));
    a.len().min(b.len()) >= 2 && osa_within(a, b, 1).is_some()
}

impl Feature for Home {
    fn name(&self) -> &'static str {
        "home_address"
    }
    fn comparisons(&self) -> Vec<&'static str> {
        vec!["home_address", "unit_name", "area"]
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
    fn identity(&self, cx: &Comparer<'_>, pair: &Pair<'_>, found: &mut Findings) {
        let (Some(x), Some(y)) = (pair.x.home(), pair.y.home()) else { return };
        let streets = x.street().is_some() && y.street().is_some();
        let (seen, frequency) = if streets || x.dwelling().is_some_and(|d| y.dwelling() == Some(d))
        {
            relate(cx, &x, &y)
        } else {
            match relate_areas(cx, &x, &y) {
                Some(found) => found,
                None => return,
            }
        };
        found.see_value(seen, frequency);
        if let (Some(a), Some(b)) = (x.unit(), y.unit())
            && seen != Seen::HomeDwelling
            && cx.corpus.word(a).len().min(cx.corpus.word(b).len()) >= LONG_UNIT
        {
            let same = alike(cx.corpus, Some(a), Some(b), 0.9) == Some(true);
            found.see(if same { Seen::UnitName } else { Seen::UnitNameDifferent });
        }
    }
    fn identity_at_most(&self, cx: &Comparer<'_>, pair: &Pair<'_>) -> Bits {
        let (Some(x), Some(y)) = (pair.x.home(), pair.y.home()) else { return Bits::ZERO };
        if x.dwelling().is_some_and(|d| y.dwelling() == Some(d)) {
            return cx.most(&[Seen::HomeDwelling]);
        }
        if !touch(&x, &y) {
            return Bits::ZERO;
        }
        let homes = [Seen::HomeBuilding, Seen::HomeNear, Seen::AreaPostal];
        let units = x.unit().is_some() && y.unit().is_some();
        cx.most(&homes) + if units { cx.most(&[Seen::UnitName]) } else { Bits::ZERO }
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
        if !same_building(cx.corpus, &x, &y) {
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
        // Of a house and the same house with a slip in it, the one that has a crowd.
        let either = either(series::house(&x), series::house(&y));
        Some(Shared {
            attribute,
            series: house.map_or_else(|| either, one),
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
