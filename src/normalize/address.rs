//! Postal addresses: parts, kind of place, and the keys of dwelling and building. Words follow USPS
//! Publication 28; other countries' forms are read as far as their shape shows. Not responsible for
//! whether an address exists.
//!
//! Invariant: `dwelling` and `building` are equal under formatting noise, contain the postal code
//! or else the city, and are empty exactly when the place is an `Area`.

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

/// Five digits of a ZIP given with or without its extension; a leading zero that a spreadsheet lost
/// is put back where the state confirms it.
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

/// Takes country, ZIP, state and city off the end of a street line where the columns for them are
/// empty or say the same.
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
        && (last.concat().len() > 2 || matches!(country, "US" | "GB"))
    {
        area.country = area.country.or(Some(country));
        segments.pop();
    }
    take_foreign_tail(segments, area);
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

/// Takes `London NW1 6XE`, `Montreal QC H3B 1A1` or, in a country outside America, `10115 Berlin`
/// off the end of a street line.
fn take_foreign_tail(segments: &mut Segments, area: &mut Area) {
    if segments.len() < 2 || area.postal_code.is_some() || area.city.is_some() {
        return;
    }
    let Some(last) = segments.last() else { return };
    let letters = |words: &[String]| {
        !words.is_empty() && words.iter().all(|w| w.bytes().all(|b| b.is_ascii_alphabetic()))
    };
    let split = last.len().saturating_sub(2);
    let code = last.get(split..).unwrap_or_default().concat();
    let (code, rest) = if matches!(guess_country(&code, None), Some("CA" | "GB")) {
        (code, last.get(..split).unwrap_or_default().to_vec())
    } else if let Some((first, rest)) = last.split_first()
        && area.country.is_some_and(|c| !matches!(c, "US" | "CA"))
        && (4..=6).contains(&first.len())
        && first.bytes().all(|b| b.is_ascii_digit())
        && letters(rest)
    {
        (first.clone(), rest.to_vec())
    } else {
        return;
    };
    area.postal_code = Some(code);
    segments.pop();
    // What stands before the code is the city, maybe with its province, or else the segment before
    // is.
    let mut city = rest;
    if let Some(province) = city.last().filter(|w| w.len() <= 3)
        && let Some(state) = states::state(province, area.country.or(Some("CA")))
    {
        area.state.get_or_insert_with(|| state.code.to_owned());
        city.pop();
    }
    if city.is_empty()
        && segments.len() > 1
        && segments.last().is_some_and(|s| letters(s))
        && let Some(before) = segments.pop()
    {
        city = before;
    }
    if letters(&city) {
        area.city = Some(city.join(" "));
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn springfield(street: &str) -> Address {
        parse(&Fields {
            street: Some(street),
            city: Some("Springfield"),
            state: Some("IL"),
            postal_code: Some("62701"),
            ..Fields::default()
        })
        .unwrap()
    }

    #[track_caller]
    fn check(street: &str, dwelling: &str, place: PlaceKind) {
        let address = springfield(street);
        assert_eq!((&*address.dwelling, address.place), (dwelling, place), "{street}: {address:?}");
    }

    #[track_caller]
    fn check_line(line: &str, dwelling: &str) {
        let address = parse_line(line);
        let got = address.as_ref().map(|a| &*a.dwelling);
        assert_eq!(got, Some(dwelling), "{line}: {address:?}");
    }

    #[test]
    fn one_dwelling_has_one_key_however_it_is_written() {
        for street in [
            "123 N. Main Street Apt 4B",
            "123 north main st #4b",
            "123 N Main St, Apt. 4-B",
            "123 N Main St Apt 4 B",
            "123 N Main St # 4B",
            "123 N Main St Apt # 4B",
            "123 N Main St, 4B",
            "Apt 4B, 123 N Main St",
            "4B, 123 North Main Street",
            "123 N MAIN STR UNIT 04B",
            "123 N Main St apt4b",
            "123 N Main St Apt 4B, Springfield, IL 62701",
            "123 N Main St Apt 4B Springfield IL 62701-1234",
            "0123 N Main St Apt 4B",
            "c/o Jane Doe, 123 N Main St Apt 4B",
        ] {
            check(street, "123 n main st #4b, 62701", PlaceKind::Unit);
            assert_eq!(&*springfield(street).building, "123 n main st, 62701", "{street}");
        }
    }

    #[test]
    fn street_words_are_canonical() {
        check("42 First Avenue", "42 1st ave, 62701", PlaceKind::Street);
        check("42 1st Ave.", "42 1st ave, 62701", PlaceKind::Street);
        check("42 W 5 St", "42 w 5th st, 62701", PlaceKind::Street);
        check("7 Saint James Street", "7 st james st, 62701", PlaceKind::Street);
        check("7 St. James St", "7 st james st, 62701", PlaceKind::Street);
        check("1200-B Oak Blvd", "1200b oak blvd, 62701", PlaceKind::Street);
        check("1200 B Oak Boulevard", "1200b oak blvd, 62701", PlaceKind::Street);
        check("45-12 34th Ave", "45-12 34th ave, 62701", PlaceKind::Street);
        check("123 1/2 Oak Ln", "123 1/2 oak ln, 62701", PlaceKind::Street);
        check("One Oak Plaza", "1 oak plz, 62701", PlaceKind::Street);
        check("55 North East Oak Rd", "55 ne oak rd, 62701", PlaceKind::Street);
        check("55 N.E. Oak Road", "55 ne oak rd, 62701", PlaceKind::Street);
        check("123 Front St", "123 front st, 62701", PlaceKind::Street);
        check("123 Front St Rear", "123 front st #rear, 62701", PlaceKind::Unit);
        check("123 Oak St Bldg 3 Apt 12", "123 oak st #3 12, 62701", PlaceKind::Unit);
        check("123 Oak St, 2nd Floor", "123 oak st #fl2, 62701", PlaceKind::Unit);
        check("123 Oak St Fl 2", "123 oak st #fl2, 62701", PlaceKind::Unit);
        check("# 12 Oak St", "12 oak st, 62701", PlaceKind::Street);
        check("No. 12 Oak St", "12 oak st, 62701", PlaceKind::Street);
        check("9 Highway 61", "9 hwy 61, 62701", PlaceKind::Street);
        check("123, Oak Street", "123 oak st, 62701", PlaceKind::Street);
        check("The Towers, 123 Oak Street", "123 oak st, 62701", PlaceKind::Street);
    }

    #[test]
    fn boxes_mail_drops_and_halls_are_kinds_of_their_own() {
        check("P.O. Box 12", "po box 12, 62701", PlaceKind::PoBox);
        check("PO BOX #12", "po box 12, 62701", PlaceKind::PoBox);
        check("Post Office Box 12", "po box 12, 62701", PlaceKind::PoBox);
        check("123 Oak St PMB 45", "123 oak st #45, 62701", PlaceKind::MailDrop);
        check("The UPS Store, 123 Oak St #45", "123 oak st #45, 62701", PlaceKind::MailDrop);
        check("WeWork, 123 Oak St", "123 oak st, 62701", PlaceKind::MailDrop);
        check("Regus 123 Oak St Suite 200", "123 oak st #200, 62701", PlaceKind::MailDrop);
        check("Baker Hall Room 203", "baker hall #203, 62701", PlaceKind::Campus);
        check("Baker Hall, Rm. 203", "baker hall #203, 62701", PlaceKind::Campus);
        check("12 College Ave", "12 college ave, 62701", PlaceKind::Street);
        check("12 Hall St", "12 hall st, 62701", PlaceKind::Street);
        let known = parse_line("30 N Gould St Ste R, Sheridan, WY 82801").unwrap();
        assert_eq!(known.place, PlaceKind::MailDrop);
    }

    #[test]
    fn the_unit_column_counts_like_a_unit_in_the_street() {
        for (street, unit) in [
            ("123 Oak St", "Apt 4B"),
            ("123 Oak St", "#4b"),
            ("123 Oak St", "4-B"),
            ("123 Oak St Apt 4B", "4B"),
            ("123 Oak St Apt 4B", ""),
        ] {
            let address = parse(&Fields {
                street: Some(street),
                unit: Some(unit),
                postal_code: Some("62701"),
                ..Fields::default()
            });
            assert_eq!(&*address.unwrap().dwelling, "123 oak st #4b, 62701", "{street} {unit}");
        }
    }

    #[test]
    fn a_zip_fills_in_city_and_state_and_a_town_without_zip_is_kept_apart() {
        let address = parse(&Fields {
            street: Some("123 Oak St"),
            postal_code: Some("62701-1234"),
            ..Fields::default()
        })
        .unwrap();
        assert_eq!(
            (address.city.as_deref(), address.state.as_deref()),
            (Some("springfield"), Some("IL"))
        );
        assert_eq!(address.postal_code.as_deref(), Some("62701"));
        check_line("123 Oak St, Springfield, Illinois", "123 oak st, springfield il");
        check_line("123 Oak St, Salem, Oregon", "123 oak st, salem or");
        check_line("221B Baker Street, London NW1 6XE, UK", "221b baker st, nw16xe");
        check_line("10 High St, London, SW1A 2AA", "10 high st, sw1a2aa");
        check_line("Calle Mayor 12, 28013 Madrid, Spain", "12 calle mayor, 28013");
        check_line("15 Rue de la Paix Apt 3, Montreal, QC H3B 1A1", "15 rue de la paix #3, h3b1a1");
        check_line("RR 2 Box 45, Salem OR 97301", "45 rr 2 box, 97301");
        check_line("123 A St SE, Washington DC 20003", "123 a st se, 20003");
        check_line("9 Saint Marys Rd, St. Louis, MO, USA", "9 st marys rd, st louis mo");
        let lost_zero =
            parse(&Fields { postal_code: Some("2139"), state: Some("MA"), ..Fields::default() })
                .unwrap();
        assert_eq!(lost_zero.postal_code.as_deref(), Some("02139"));
    }

    #[test]
    fn other_countries_are_read_by_their_shape() {
        let at = |street, postal_code, state, country| {
            let fields = Fields {
                street: Some(street),
                postal_code: Some(postal_code),
                state,
                country,
                ..Fields::default()
            };
            parse(&fields).unwrap()
        };
        let au = at("7 wallaby place", "2119", Some("nsw"), None);
        assert_eq!(
            (&*au.dwelling, au.country.as_deref(), au.state.as_deref()),
            ("7 wallaby pl, 2119", Some("AU"), Some("NSW"))
        );
        for street in [
            "4/12 Smith St",
            "Unit 4/12 Smith Street",
            "Unit 4, 12 Smith St",
            "U4/12 Smith St",
            "12 Smith St Unit 4",
        ] {
            assert_eq!(
                &*at(street, "2000", Some("nsw"), Some("Australia")).dwelling,
                "12 smith st #4, 2000",
                "{street}"
            );
        }
        for street in ["Hauptstraße 5", "Hauptstr. 5", "HAUPTSTRASSE 5"] {
            assert_eq!(
                &*at(street, "10115", None, Some("DE")).dwelling,
                "5 hauptstr, 10115",
                "{street}"
            );
        }
        assert_eq!(&*at("Hauptstr. 5 a", "10115", None, Some("DE")).dwelling, "5a hauptstr, 10115");
        for street in ["Flat 2, 10 High Street", "10 High St, Flat 2"] {
            let gb = at(street, "SW1A 1AA", None, None);
            assert_eq!(
                (&*gb.dwelling, gb.country.as_deref()),
                ("10 high st #2, sw1a1aa", Some("GB")),
                "{street}"
            );
        }
        assert_eq!(
            &*at("12 rue de la Paix", "K1A 0B1", None, None).dwelling,
            "12 rue de la paix, k1a0b1"
        );
    }

    #[test]
    fn what_names_no_building_has_no_key() {
        let address =
            parse(&Fields { city: Some("Salem"), state: Some("OR"), ..Fields::default() }).unwrap();
        assert_eq!((address.place, &*address.dwelling), (PlaceKind::Area, ""));
        let no_town = parse_line("123 Oak St").unwrap();
        assert_eq!((no_town.place, &*no_town.dwelling), (PlaceKind::Area, ""));
        let no_number = springfield("Oak St");
        assert_eq!(
            (no_number.place, no_number.street.as_deref()),
            (PlaceKind::Area, Some("oak st"))
        );
        assert_eq!(parse(&Fields { country: Some("US"), ..Fields::default() }), None);
        assert_eq!(parse_line("n/a"), None);
    }

    proptest! {
        #[test]
        fn case_and_punctuation_never_change_the_key(
            number in 1_u32..9999, name in "[a-z]{4,9}", suffix in prop::sample::select(vec!["street", "avenue", "road"]), unit in 1_u32..99,
        ) {
            let plain = springfield(&format!("{number} {name} {suffix} apt {unit}"));
            let noisy = springfield(&format!("  {number}, {} {}.,  APT. #{unit} ", name.to_uppercase(), suffix.to_uppercase()));
            prop_assert_eq!(&plain.dwelling, &noisy.dwelling);
            prop_assert_eq!(&plain.building, &noisy.building);
        }

        #[test]
        fn any_text_gives_keys_exactly_when_a_building_is_named(
            street in ".{0,50}|[0-9a-zA-Z #,/.-]{0,50}", unit in ".{0,10}", city in ".{0,12}", state in "[A-Za-z]{0,3}", postal_code in "[0-9A-Z -]{0,10}",
        ) {
            let fields = Fields {
                street: Some(&street), unit: Some(&unit), city: Some(&city), state: Some(&state), postal_code: Some(&postal_code), country: None,
            };
            if let Some(address) = parse(&fields) {
                prop_assert_eq!(address.dwelling.is_empty(), address.place == PlaceKind::Area);
                prop_assert_eq!(address.building.is_empty(), address.place == PlaceKind::Area);
            }
        }
    }
}
