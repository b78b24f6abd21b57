//! Time zones: how far each is from UTC, and which ones a country and a state have. Not responsible for summer time: two
//! zones are compared by their standard time, which is good to an hour.
//!
//! Invariant: minutes are east of UTC, within a day; a zone that nobody knows has none.

use super::{area_codes, table::rows};
use rustc_hash::FxHashMap;
use std::{collections::BTreeSet, sync::LazyLock};

const TEXT: &str = include_str!("../../seed_data/reference/time_zones.tsv");

/// Name in lower case to minutes east of UTC.
static ZONES: LazyLock<FxHashMap<String, i32>> = LazyLock::new(|| {
    let row = |[zone, minutes]: [&str; 2]| Some((zone.to_lowercase(), minutes.parse().ok()?));
    rows::<2>(TEXT).filter_map(row).collect()
});

static COUNTRIES: LazyLock<FxHashMap<&'static str, BTreeSet<i32>>> = LazyLock::new(|| {
    let mut all: FxHashMap<&'static str, BTreeSet<i32>> = FxHashMap::default();
    for [_, minutes, country] in rows::<3>(TEXT) {
        if let (Ok(minutes), false) = (minutes.parse(), country.is_empty()) {
            all.entry(country).or_default().insert(minutes);
        }
    }
    all
});

/// `US OH` to the times of its area codes.
static STATES: LazyLock<FxHashMap<String, BTreeSet<i32>>> = LazyLock::new(|| {
    let mut all: FxHashMap<_, BTreeSet<i32>> = FxHashMap::default();
    for code in area_codes::all().filter(|code| !code.region.is_empty()) {
        let country = code.us_state().map_or(code.country, |_| "US");
        let times = code.timezones.iter().filter_map(|zone| minutes(zone));
        all.entry(format!("{country} {}", code.region)).or_default().extend(times);
    }
    all
});

/// Minutes east of UTC, in standard time, of a zone given by its IANA name or as an offset (`UTC+05:30`, `-0800`). O(1).
#[must_use]
pub fn minutes(zone: &str) -> Option<i32> {
    let zone = zone.trim();
    if zone.len() > 64 {
        return None;
    }
    let lower = zone.to_lowercase();
    ZONES.get(&lower).copied().or_else(|| offset(&lower))
}

/// `utc+5`, `gmt-05:30`, `+0900`, `utc`.
fn offset(text: &str) -> Option<i32> {
    let named = text.strip_prefix("utc").or_else(|| text.strip_prefix("gmt"));
    let rest = named.unwrap_or(text).trim();
    let (minus, rest) = match (rest.strip_prefix('+'), rest.strip_prefix(['-', '\u{2212}'])) {
        (Some(rest), _) => (false, rest),
        (_, Some(rest)) => (true, rest),
        _ => return None,
    };
    let (hours, minutes) = match rest.split_once(':') {
        Some(parts) => parts,
        None if rest.len() == 4 => rest.split_at_checked(2)?,
        // Without a name before it, a lone number may as well be minutes.
        None if named.is_some() => (rest, "0"),
        None => return None,
    };
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    let fine = (0..=14).contains(&hours) && (0..60).contains(&minutes);
    let all = hours * 60 + minutes;
    fine.then_some(if minus { -all } else { all })
}

/// The times of a state or province, or of the whole country where the state is not known; empty where nothing is. O(1).
#[must_use]
pub fn of_place(country: &str, state: Option<&str>) -> Option<&'static BTreeSet<i32>> {
    let of_state = state.and_then(|state| STATES.get(&format!("{country} {state}")));
    of_state.or_else(|| COUNTRIES.get(country))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_known_by_name_and_by_offset() {
        for (text, expected) in [
            ("America/New_York", Some(-300)),
            ("america/chicago", Some(-360)),
            ("Asia/Kolkata", Some(330)),
            ("UTC", Some(0)),
            ("UTC+5", Some(300)),
            ("GMT-05:30", Some(-330)),
            ("+0900", Some(540)),
            ("-300", None),
            ("Mars/Olympus", None),
            ("", None),
            ("utc+99", None),
        ] {
            assert_eq!(minutes(text), expected, "{text}");
        }
    }

    #[test]
    fn a_state_has_the_times_of_its_area_codes_and_a_country_those_of_its_zones() {
        let times = |country, state| of_place(country, state).cloned().unwrap_or_default();
        assert_eq!(times("US", Some("OH")), [-300].into());
        assert!(times("US", Some("TN")).len() == 2);
        assert!(times("US", None).len() >= 6);
        assert_eq!(times("GB", Some("somewhere")), [0].into());
        assert!(of_place("ZZ", None).is_none());
    }
}
