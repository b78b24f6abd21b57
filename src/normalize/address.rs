//! Postal addresses: parts, kind of place, and the keys of dwelling and building. Words follow USPS
//! Publication 28; other countries' forms are read as far as their shape shows. Not responsible for
//! whether an address exists.
//!
//! Invariant: `dwelling` and `building` are equal under formatting noise, contain the city, or for want of it (and
//! outside the United States before it) the postal code, and are empty exactly when the place is an `Area`.

use self::area::{Area, Resolved};
use super::address_line::{self, Line, Segments};
use super::fold::{clip, is_nothing};
use crate::model::{Address, PlaceKind};
use crate::reference::{countries, mail_drops};

mod area;
mod tail;
#[cfg(test)]
mod tests;

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
    let columns = [fields.street, fields.unit, fields.city, fields.state, fields.postal_code];
    if columns.into_iter().flatten().all(is_nothing) {
        return None;
    }
    let mut segments =
        given(fields.street).map_or_else(Segments::new, |t| address_line::segments(&t));
    let mut area = Area {
        city: given(fields.city),
        state: given(fields.state),
        postal_code: given(fields.postal_code),
        country: fields.country.and_then(countries::code),
    };
    tail::take(&mut segments, &mut area);
    let place = area.resolve();
    tail::drop_city(&mut segments, place.city.as_deref());

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
    let locality = area.locality();
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
