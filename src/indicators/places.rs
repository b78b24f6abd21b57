//! Where a claimed place is: its state, its country, and a point that distances can be measured from. Not responsible for
//! what it means that two places differ.
//!
//! Reads `addresses[]` {kind: home, delivery or document; valid_from; street, unit, city, state, postal_code, country, or
//! address as one line}, and the place of any entry: city, state, postal_code, country, or location as one line.
//!
//! Invariant: a place that cannot be told is none, and no country is treated unlike another; distances are known within
//! the United States alone.

use crate::{
    indicators::{Entry, Record, Subject},
    model::{Address, Column, Moment, PlaceKind},
    normalize::address,
    reference::{countries, institutions::Campus, states, zips},
};

/// A claimed place.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// ISO country code.
    pub country: Option<Box<str>>,
    /// State code where known, folded text elsewhere.
    pub state: Option<Box<str>>,
    /// City, folded.
    pub city: Option<Box<str>>,
    /// A ZIP that lies there.
    pub spot: Option<&'static zips::Zip>,
}

impl Place {
    /// Where an address is; none where it names neither state nor country.
    #[must_use]
    pub fn of(address: &Address) -> Option<Self> {
        let american = address.country.as_deref() == Some("US");
        let zip = address.postal_code.as_deref().filter(|_| american).and_then(zips::zip5);
        let (state, city) = (address.state.as_deref(), address.city.as_deref());
        let city_zip = || zips::city(state.filter(|_| american)?, city?);
        let place = Self {
            country: address.country.clone(),
            state: address.state.clone(),
            city: address.city.clone(),
            spot: zip.or_else(city_zip),
        };
        (place.country.is_some() || place.state.is_some()).then_some(place)
    }

    /// Where an application says that home is, if by the country alone.
    #[must_use]
    pub fn home(subject: &Subject<'_>) -> Option<Self> {
        let country = || countries::code(subject.raw(Column::Country)?);
        let alone =
            || Some(Self { country: Some(country()?.into()), state: None, city: None, spot: None });
        subject.normal.home.as_ref().and_then(Self::of).or_else(alone)
    }

    /// Where an entry of a nested list says that it was.
    #[must_use]
    pub fn read(entry: &Entry) -> Option<Self> {
        Self::of(&address_of(entry)?)
    }

    /// Where a school is.
    #[must_use]
    pub fn of_campus(campus: Campus) -> Self {
        let spot = zips::zip5(campus.zip);
        Self {
            country: Some("US".into()),
            state: Some(campus.state.into()),
            city: spot.map(|zip| zip.city.to_lowercase().into()),
            spot,
        }
    }

    /// The state, of a place in the United States.
    #[must_use]
    pub fn us_state(&self) -> Option<&str> {
        self.state.as_deref().filter(|_| self.country.as_deref() == Some("US"))
    }

    /// Kilometres to another place; none where either cannot be placed.
    #[must_use]
    pub fn kilometres(&self, other: &Self) -> Option<f64> {
        Some(zips::kilometres(self.spot?, other.spot?))
    }

    /// Whether another place is farther away than this; by the state where the distance is not known, and none where two
    /// places of one state, or of none, cannot be told apart.
    #[must_use]
    pub fn is_apart(&self, other: &Self, kilometres: f64) -> Option<bool> {
        if let Some(distance) = self.kilometres(other) {
            return Some(distance > kilometres);
        }
        let (a, b) = self.us_state().zip(other.us_state())?;
        (a != b).then_some(true)
    }

    /// For people: "Austin, TX".
    #[must_use]
    pub fn label(&self) -> String {
        let city = self.city.as_deref().map(capitals);
        let state = self.state.as_deref().map(|s| if s.len() > 3 { capitals(s) } else { s.into() });
        let parts: Vec<String> = city.into_iter().chain(state).collect();
        match (parts.is_empty(), &self.country) {
            (true, Some(country)) => country.to_string(),
            _ => parts.join(", "),
        }
    }
}

fn capitals(words: &str) -> String {
    let capital = |word: &str| {
        let mut chars = word.chars();
        chars.next().map(|c| c.to_uppercase().chain(chars).collect::<String>())
    };
    words.split(' ').filter_map(capital).collect::<Vec<_>>().join(" ")
}

/// The address that an entry of a nested list holds, in parts or as one line.
#[must_use]
pub fn address_of(entry: &Entry) -> Option<Address> {
    let text = |names: &[&str]| entry.text(names);
    let line = text(&["street", "address", "line", "location", "place"]);
    let (unit, city) = (text(&["unit", "apartment", "suite"]), text(&["city", "town"]));
    let (state, zip) =
        (text(&["state", "region", "province"]), text(&["postal_code", "zip", "postcode"]));
    let country = text(&["country", "country_code"]);
    let area = line.as_deref().filter(|_| city.is_none() && state.is_none()).and_then(area);
    let (area_city, area_state, area_country) = area.unwrap_or_default();
    address::parse(&address::Fields {
        street: line.as_deref().filter(|_| area.is_none()),
        unit: unit.as_deref(),
        city: city.as_deref().or(area_city),
        state: state.as_deref().or(area_state),
        postal_code: zip.as_deref(),
        country: country.as_deref().or(area_country),
    })
}

/// City, state and country of a line that is no more than that: "Austin, TX", "Austin, Texas, USA", "Munich, DE", "Ohio".
fn area(line: &str) -> Option<(Option<&str>, Option<&str>, Option<&str>)> {
    if line.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    let mut parts: Vec<&str> = line.split(',').map(str::trim).filter(|p| !p.is_empty()).collect();
    let in_state = |state: &str, city: Option<&&str>| {
        let known = states::state(state, None);
        // "DE" is Delaware only behind a town of Delaware.
        let ambiguous = countries::code(state).is_some();
        let town = |code| city.is_some_and(|city| zips::city(code, city).is_some());
        known.is_some_and(|s| !ambiguous || s.country != "US" || city.is_none() || town(s.code))
    };
    let mut country = None;
    if let [before @ .., last] = parts.as_slice()
        && !in_state(last, before.last())
        && countries::code(last).is_some()
    {
        country = parts.pop();
    }
    let mut state = None;
    if let [before @ .., last] = parts.as_slice()
        && in_state(last, before.last())
    {
        state = parts.pop();
    }
    let city = parts.first().copied().filter(|_| state.is_some() || country.is_some());
    (state.is_some() || country.is_some()).then_some((city, state, country))
}

/// What an address of the history is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// Home.
    Home,
    /// Equipment is to be sent there.
    Delivery,
    /// It stands in an identity document.
    Document,
}

/// An address of the history.
#[derive(Debug, Clone)]
pub struct Dated {
    /// What it is for.
    pub purpose: Use,
    /// From when on.
    pub from: Option<Moment>,
    /// The address.
    pub address: Address,
    /// The entry it was read from.
    pub entry: Entry,
}

/// The history of addresses, as far as each says what it is for.
#[must_use]
pub fn history(record: &Record) -> Vec<Dated> {
    let read = |entry: &Entry| {
        let purpose = match entry.word(&["kind", "type", "use", "purpose"])?.as_str() {
            "home" | "residence" | "residential" | "current" | "mailing" => Use::Home,
            "ship" | "shipping" | "delivery" | "equipment" | "ship to" => Use::Delivery,
            "id" | "document" | "id document" | "identity document" | "license" | "licence" => {
                Use::Document
            }
            _ => return None,
        };
        let from = entry.moment(&["valid_from", "from", "since", "changed_at"]);
        Some(Dated { purpose, from, address: address_of(entry)?, entry: entry.clone() })
    };
    record.list("addresses").iter().filter_map(read).collect()
}

/// Whether two addresses may be one house: the same building, or the same number and postal code in streets that a slip
/// of the pen sets apart.
#[must_use]
pub fn is_same_house(a: &Address, b: &Address) -> bool {
    if a.place == PlaceKind::Area || b.place == PlaceKind::Area {
        return false;
    }
    if a.dwelling == b.dwelling || a.building == b.building {
        return true;
    }
    let told = |address: &Address| address.number.is_some() && address.postal_code.is_some();
    let streets = a.street.as_deref().zip(b.street.as_deref());
    told(a)
        && a.number == b.number
        && a.postal_code == b.postal_code
        && streets.is_some_and(|(a, b)| {
            a.starts_with(b) || b.starts_with(a) || super::versions::is_slip(a, b)
        })
}

/// The home address as received; empty where there is none.
#[must_use]
pub fn home_as_received(subject: &Subject<'_>) -> String {
    use Column::{City, PostalCode, State, Street, Unit};
    received(subject, &[Street, Unit, City, State, PostalCode])
}

/// The delivery address as received; empty where there is none.
#[must_use]
pub fn delivery_as_received(subject: &Subject<'_>) -> String {
    use Column::{ShipCity, ShipPostalCode, ShipState, ShipStreet, ShipUnit};
    received(subject, &[ShipStreet, ShipUnit, ShipCity, ShipState, ShipPostalCode])
}

fn received(subject: &Subject<'_>, columns: &[Column]) -> String {
    let parts = columns.iter().filter_map(|column| subject.raw(*column)).map(str::trim);
    parts.collect::<Vec<_>>().join(", ")
}

/// An address for people, from its canonical parts.
#[must_use]
pub fn show(address: &Address) -> String {
    let upper = |text: &str| if text.len() == 2 { text.to_uppercase() } else { capitals(text) };
    let line: Vec<String> = [&address.number, &address.street]
        .into_iter()
        .flatten()
        .map(|text| capitals(text))
        .collect();
    let unit = address.unit.as_deref().map(|unit| format!("#{}", unit.to_uppercase()));
    let line: Vec<String> = line.into_iter().chain(unit).collect();
    let rest = [&address.city, &address.state].into_iter().flatten().map(|text| upper(text));
    let mut parts: Vec<String> = vec![line.join(" ")];
    parts.extend(rest);
    parts.extend(address.postal_code.as_deref().map(str::to_uppercase));
    parts.retain(|part| !part.is_empty());
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str) -> Option<Place> {
        Place::read(&Entry::of([("location", Some(text))]))
    }

    #[test]
    fn a_place_is_told_from_a_line_of_city_state_and_country() {
        for (line, label, state) in [
            ("Austin, TX", "Austin, TX", Some("TX")),
            ("Austin, Texas, USA", "Austin, TX", Some("TX")),
            ("12 Main St, Dallas, TX 75201", "Dallas, TX", Some("TX")),
            ("Wilmington, DE", "Wilmington, DE", Some("DE")),
            ("Munich, DE", "Munich", None),
            ("London, UK", "London", None),
            ("Tbilisi, Georgia", "Tbilisi", None),
            ("Ohio", "OH", Some("OH")),
        ] {
            let place = place(line).unwrap();
            assert_eq!((place.label().as_str(), place.us_state()), (label, state), "{line}");
        }
        assert_eq!(place("Munich, DE").unwrap().country.as_deref(), Some("DE"));
        assert_eq!(place("Remote"), None);
    }

    #[test]
    fn distances_are_between_cities_and_without_them_states_tell() {
        let austin = place("Austin, TX").unwrap();
        let dallas = place("12 Main St, Dallas, TX 75201").unwrap();
        assert!((250.0..350.0).contains(&austin.kilometres(&dallas).unwrap()));
        assert_eq!(austin.is_apart(&dallas, 80.0), Some(true));
        assert_eq!(austin.is_apart(&dallas, 400.0), Some(false));
        let (texas, ohio) = (place("TX").unwrap(), place("OH").unwrap());
        assert_eq!(texas.is_apart(&ohio, 80.0), Some(true));
        assert_eq!(texas.is_apart(&texas, 80.0), None);
    }

    #[test]
    fn one_house_may_be_written_in_several_ways() {
        let read = |text: &str| address::parse_line(text).unwrap();
        let house = read("1418 Maple Court, Dayton, OH 45402");
        for other in [
            "1418 Maple Ct, Dayton, OH 45402",
            "1418 Mapel Ct, Dayton, OH 45402",
            "1418 Maple Ct Apt 2, Dayton, OH 45402",
            "1418 Maple, Dayton, OH 45402",
        ] {
            assert!(is_same_house(&house, &read(other)), "{other}");
        }
        for other in
            ["1420 Maple Ct, Dayton, OH 45402", "1418 Oak Ct, Dayton, OH 45402", "Dayton, OH"]
        {
            assert!(!is_same_house(&house, &read(other)), "{other}");
        }
        assert_eq!(show(&house), "1418 Maple Ct, Dayton, OH, 45402");
    }
}
