//! Postal addresses: parts, kind of place, and the keys of dwelling and building. Words follow USPS Publication
//! 28; other countries' forms are read as far as their shape shows. Not responsible for whether an address exists.
//!
//! Invariant: `dwelling` and `building` are equal under formatting noise, contain the postal code or else the city,
//! and are empty exactly when the place is an `Area`.

use super::address_line::{self, Line, Segments};
use super::fold::{clip, is_nothing, words};
use crate::model::{Address, PlaceKind};
use crate::reference::{countries, mail_drops, states, street, zips};

/// The columns of an address, as received.
#[derive(Debug, Clone, Copy, Default)]
pub struct Fields<'a> {
    /// Street line, maybe with unit, city, state and postal code.
    pub street: Option<&'a str>,
    /// Apartment, suite.
    pub unit: Option<&'a str>,
    /// City.
    pub city: Option<&'a str>,
    /// State or region.
    pub state: Option<&'a str>,
    /// Postal code.
    pub postal_code: Option<&'a str>,
    /// Country, code or name.
    pub country: Option<&'a str>,
}

/// The address that a line of text holds: `123 N Main St Apt 4B, Springfield, IL 62701`.
#[must_use]
pub fn parse_line(text: &str) -> Option<Address> {
    parse(&Fields { street: Some(text), ..Fields::default() })
}

/// The address that the columns hold; none when they hold no street, city, state or postal code.
#[must_use]
pub fn parse(fields: &Fields<'_>) -> Option<Address> {
    let given = |text: Option<&str>| text.filter(|t| !is_nothing(t)).map(|t| clip(t).to_owned());
    let mut segments =
        given(fields.street).map_or_else(Segments::new, |t| address_line::segments(&t));
    let mut area = Area {
        city: given(fields.city),
        state: given(fields.state),
        postal_code: given(fields.postal_code),
        country: fields.country.and_then(countries::code),
    };
    take_tail(&mut segments, &mut area);
    let place = area.resolve();
    drop_city(&mut segments, place.city.as_deref());

    let mut line = address_line::parse(segments);
    if let Some(text) = given(fields.unit) {
        let (units, extra) = address_line::unit_column(&text);
        for unit in units {
            if !line.units.contains(&unit) {
                line.units.push(unit);
            }
        }
        line.brand = line.brand.or(extra.brand);
        line.campus = line.campus.or(extra.campus);
        line.po_box = line.po_box.or(extra.po_box);
        line.private_box = line.private_box.or(extra.private_box);
    }
    if line == Line::default()
        && place.city.is_none()
        && place.state.is_none()
        && place.postal_code.is_none()
    {
        return None;
    }
    Some(assemble(line, place))
}

fn assemble(line: Line, area: Resolved) -> Address {
    let locality = match (&area.postal_code, &area.city) {
        (Some(code), _) => code.to_string(),
        (None, Some(city)) => match &area.state {
            Some(state) => format!("{city} {}", state.to_lowercase()),
            None => city.to_string(),
        },
        (None, None) => String::new(),
    };
    let known = line.number.as_deref().is_some_and(|n| {
        mail_drops::is_building(area.postal_code.as_deref().unwrap_or_default(), n, &line.street)
    });
    let drop = line.private_box.is_some() || line.brand.is_some() || known;
    let mut units = line.units;
    units.extend(line.private_box);
    let unit = Some(units.join(" ")).filter(|u| !u.is_empty());
    let numbered = line.number.is_some() && !line.street.is_empty();
    // Without a house number only the name of a hall or of a counter can name a building.
    let building_name = match (numbered, &line.campus, line.brand) {
        (true, ..) => line.number.as_ref().map(|n| format!("{n} {}", line.street)),
        (false, Some(hall), _) => Some(hall.clone()),
        (false, None, Some(brand)) if unit.is_some() => Some(brand.to_owned()),
        _ => None,
    };
    let (place, building_name) = match (&line.po_box, building_name) {
        _ if locality.is_empty() => (PlaceKind::Area, String::new()),
        (Some(number), _) => (PlaceKind::PoBox, format!("po box {number}")),
        (None, Some(name)) if drop => (PlaceKind::MailDrop, name),
        (None, Some(name)) if line.campus.is_some() => (PlaceKind::Campus, name),
        (None, Some(name)) if unit.is_some() => (PlaceKind::Unit, name),
        (None, Some(name)) => (PlaceKind::Street, name),
        (None, None) => (PlaceKind::Area, String::new()),
    };
    let (dwelling, building) = match (place, &unit) {
        (PlaceKind::Area, _) => (String::new(), String::new()),
        (PlaceKind::PoBox, _) | (_, None) => {
            let key = format!("{building_name}, {locality}");
            (key.clone(), key)
        }
        (_, Some(unit)) => {
            (format!("{building_name} #{unit}, {locality}"), format!("{building_name}, {locality}"))
        }
    };
    let boxed = |text: Option<String>| text.filter(|t| !t.is_empty()).map(Into::into);
    let (number, street) = match (place, numbered) {
        (PlaceKind::PoBox, _) => (line.po_box, "po box".to_owned()),
        (PlaceKind::Campus, false) => (None, line.campus.unwrap_or_default()),
        _ => (line.number, line.street),
    };
    Address {
        number: boxed(number),
        street: boxed(Some(street)),
        unit: boxed(unit),
        city: area.city,
        state: area.state,
        postal_code: area.postal_code,
        country: area.country.map(Into::into),
        place,
        dwelling: dwelling.into(),
        building: building.into(),
    }
}

/// City, state, postal code and country as received.
struct Area {
    city: Option<String>,
    state: Option<String>,
    postal_code: Option<String>,
    country: Option<&'static str>,
}

/// The same in canonical form.
struct Resolved {
    city: Option<Box<str>>,
    state: Option<Box<str>>,
    postal_code: Option<Box<str>>,
    country: Option<&'static str>,
}

impl Area {
    fn resolve(self) -> Resolved {
        let code: String = self
            .postal_code
            .as_deref()
            .map(super::fold::fold)
            .unwrap_or_default()
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .take(12)
            .collect();
        let mut city = self.city.as_deref().and_then(words);
        let mut state = self.state;
        // "Austin, TX" in the city column.
        if state.is_none()
            && let Some((before, after)) = self.city.as_deref().and_then(|c| c.rsplit_once(','))
            && states::state(after.trim(), self.country).is_some()
        {
            city = words(before);
            state = Some(after.to_owned());
        }
        let country = self.country.or_else(|| guess_country(&code, state.as_deref()));
        let known = state.as_deref().and_then(|s| states::state(s, country));
        let mut state = known.map(|s| s.code.into()).or_else(|| state.as_deref().and_then(words));
        let postal_code = if country == Some("US") || (country.is_none() && code.len() >= 5) {
            us_zip(&code, state.as_deref())
        } else {
            None
        };
        let postal_code = postal_code.or_else(|| {
            let fine = (3..=10).contains(&code.len())
                && code.bytes().any(|b| b.is_ascii_digit() && b != b'0');
            (fine && country != Some("US")).then_some(code)
        });
        if country == Some("US")
            && let Some(zip) = postal_code.as_deref()
        {
            let details = zips::zip5(zip);
            city = city.or_else(|| details.and_then(|z| words(z.city)));
            if known.is_none() {
                state = details
                    .map(|z| z.state)
                    .or_else(|| zips::zip3_state(zip))
                    .map(Into::into)
                    .or(state);
            }
        }
        Resolved {
            city: city.map(|c| canonical_city(&c)),
            state,
            postal_code: postal_code.map(Into::into),
            country,
        }
    }
}

/// Five digits of a ZIP given with or without its extension; a leading zero that a spreadsheet lost is put back
/// where the state confirms it.
fn us_zip(code: &str, state: Option<&str>) -> Option<String> {
    if code.is_empty()
        || !code.bytes().all(|b| b.is_ascii_digit())
        || code.bytes().all(|b| b == b'0')
    {
        return None;
    }
    match code.len() {
        5 | 9 => code.get(..5).map(str::to_owned),
        4 | 8 => {
            let padded: String = format!("0{code}").chars().take(5).collect();
            let there = zips::zip5(&padded)?;
            state.is_none_or(|s| s == there.state).then_some(padded)
        }
        _ => None,
    }
}

/// The country that postal code and state show, where none was given.
fn guess_country(code: &str, state: Option<&str>) -> Option<&'static str> {
    let in_country = |country| state.is_some_and(|s| states::state(s, Some(country)).is_some());
    let digits = code.bytes().all(|b| b.is_ascii_digit());
    let shape: String = code.chars().map(|c| if c.is_ascii_digit() { '9' } else { 'a' }).collect();
    if digits && code.len() == 4 && in_country("AU") {
        return Some("AU");
    }
    if digits
        && matches!(code.len(), 5 | 9)
        && (in_country("US") || (state.is_none() && zips::zip5(code.get(..5)?).is_some()))
    {
        return Some("US");
    }
    if shape == "a9a9a9" {
        return Some("CA");
    }
    if matches!(shape.as_str(), "a99aa" | "a999aa" | "aa99aa" | "aa999aa" | "a9a9aa" | "aa9a9aa") {
        return Some("GB");
    }
    ["US", "CA", "AU"].into_iter().find(|country| in_country(country))
}

/// A city with the abbreviations of Publication 28 for words that are written both ways.
fn canonical_city(city: &str) -> Box<str> {
    let short: Vec<&str> = city
        .split(' ')
        .map(|word| match word {
            "saint" => "st",
            "sainte" => "ste",
            "fort" => "ft",
            "mount" => "mt",
            other => other,
        })
        .collect();
    match short.as_slice() {
        ["nyc"] | ["new", "york", "city"] => "new york".into(),
        words => words.join(" ").into(),
    }
}

/// Takes country, ZIP, state and city off the end of a street line where the columns for them are empty or say the same.
fn take_tail(segments: &mut Segments, area: &mut Area) {
    let several = segments.len() > 1;
    let pop_segment = |segments: &mut Segments| {
        if segments.last().is_some_and(Vec::is_empty) {
            segments.pop();
        }
    };
    if several
        && let Some(last) = segments.last()
        && last.iter().all(|w| w.bytes().all(|b| b.is_ascii_alphabetic()))
        && let Some(country) = countries::code(&last.concat())
        && (last.concat().len() > 2 || country == "US")
    {
        area.country = area.country.or(Some(country));
        segments.pop();
    }
    let several = segments.len() > 1;
    let Some(last) = segments.last_mut() else { return };
    let is_zip = |w: &str| {
        let (five, plus) = w.split_once('-').unwrap_or((w, "0000"));
        five.len() == 5
            && plus.len() == 4
            && (five.bytes().chain(plus.bytes())).all(|b| b.is_ascii_digit())
    };
    let state_of = |words: &[String]| {
        let text = words.concat();
        (text.len() >= 2 && !text.bytes().any(|b| b.is_ascii_digit()))
            .then(|| states::state(&text, area.country))
            .flatten()
    };
    let mut took_zip = false;
    if last.len() + usize::from(several) >= 2
        && let Some(word) = last.last().filter(|w| is_zip(w)).cloned()
    {
        let before = last.get(..last.len() - 1).unwrap_or_default();
        let state_before =
            before.last().is_some_and(|w| state_of(std::slice::from_ref(w)).is_some())
                || before
                    .len()
                    .checked_sub(2)
                    .and_then(|at| before.get(at..))
                    .is_some_and(|p| state_of(p).is_some());
        let same = area
            .postal_code
            .as_deref()
            .is_some_and(|c| c.trim().starts_with(word.get(..5).unwrap_or("-")));
        if same
            || (area.postal_code.is_none()
                && (state_before
                    || (several && zips::zip5(word.get(..5).unwrap_or_default()).is_some())))
        {
            area.postal_code.get_or_insert(word);
            last.pop();
            took_zip = true;
        }
    }
    pop_segment(segments);
    let several = segments.len() > 1;
    if let Some(last) = segments.last_mut()
        && (took_zip || several)
    {
        for len in [3, 2, 1] {
            let Some(at) = last.len().checked_sub(len) else { continue };
            let Some(found) = last.get(at..).and_then(state_of) else { continue };
            let same =
                area.state.as_deref().is_none_or(|s| states::state(s, area.country) == Some(found));
            if same && (took_zip || (several && street::suffix(&last.concat()).is_none())) {
                area.state.get_or_insert_with(|| found.code.to_owned());
                last.truncate(at);
                break;
            }
        }
    }
    pop_segment(segments);
    if segments.len() > 1
        && area.city.is_none()
        && (took_zip || area.state.is_some() || area.postal_code.is_some())
        && let Some(last) = segments.last()
        && !last.iter().any(|w| {
            w == "#" || w.bytes().any(|b| b.is_ascii_digit()) || street::designator(w).is_some()
        })
    {
        area.city = Some(last.join(" "));
        segments.pop();
    }
}

/// Takes a repeated city off the end of a street line.
fn drop_city(segments: &mut Segments, city: Option<&str>) {
    let Some(city) = city else { return };
    let Some(last) = segments.last_mut() else { return };
    let n = city.split(' ').count();
    let Some(at) = last.len().checked_sub(n) else { return };
    let tail = last.get(at..).unwrap_or_default();
    let same = canonical_city(&tail.join(" ")).as_ref() == city;
    // "12 London" is a street as far as anybody can tell, "12 High St London" is not.
    if same && (at >= 3 || at == 0) {
        last.truncate(at);
    }
    if last.is_empty() {
        segments.pop();
    }
}
