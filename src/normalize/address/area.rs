//! City, state, postal code and country in canonical form. Not responsible for finding them in a street
//! line (`tail`).
//!
//! Invariant: a postal code is never all zeros, and that of the United States has five digits.

use crate::normalize::fold::{fold, words};
use crate::reference::{states, zips};

/// City, state, postal code and country as received.
pub(super) struct Area {
    pub(super) city: Option<String>,
    pub(super) state: Option<String>,
    pub(super) postal_code: Option<String>,
    pub(super) country: Option<&'static str>,
}

/// The same in canonical form.
pub(super) struct Resolved {
    pub(super) city: Option<Box<str>>,
    pub(super) state: Option<Box<str>>,
    pub(super) postal_code: Option<Box<str>>,
    pub(super) country: Option<&'static str>,
}

impl Area {
    /// The canonical form; what is missing follows from the postal code where that is known.
    pub(super) fn resolve(self) -> Resolved {
        let code: String = self
            .postal_code
            .as_deref()
            .map(fold)
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

impl Resolved {
    /// What the keys of dwelling and building end in. In the United States the city that the ZIP belongs to, so
    /// that rows with and without a ZIP have one key; elsewhere the postal code, and the city where there is none.
    pub(super) fn locality(&self) -> String {
        let zip = self.postal_code.as_deref();
        let of_zip = zip.filter(|_| self.country == Some("US")).and_then(zips::zip5);
        let (city, state) = match of_zip {
            Some(zip) => (words(zip.city).map(|c| canonical_city(&c)), Some(zip.state)),
            None => (self.city.clone(), self.state.as_deref()),
        };
        match (zip, city, state) {
            (Some(code), _, _) if of_zip.is_none() => code.to_owned(),
            (_, Some(city), Some(state)) => format!("{city} {}", state.to_lowercase()),
            (_, Some(city), None) => city.to_string(),
            (Some(code), None, _) => code.to_owned(),
            (None, None, _) => String::new(),
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
pub(super) fn guess_country(code: &str, state: Option<&str>) -> Option<&'static str> {
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
pub(super) fn canonical_city(city: &str) -> Box<str> {
    let changes = |word: &str| matches!(word, "saint" | "sainte" | "fort" | "mount");
    if !matches!(city, "nyc" | "new york city") && !city.split(' ').any(changes) {
        return city.into();
    }
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
