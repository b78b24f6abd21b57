//! Time zones: how far a zone is from UTC at a moment, and which zones a place has. Not responsible for where somebody is.
//!
//! Invariant: answers come from the time zone database that is compiled in, never from that of the machine, so that they
//! are the same everywhere.

use super::{area_codes, states, table::rows};
use jiff::tz::TimeZoneDatabase;
use rustc_hash::FxHashMap;
use std::{collections::BTreeSet, sync::LazyLock};

static DATABASE: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

static BY_COUNTRY: LazyLock<FxHashMap<&'static str, Vec<&'static str>>> = LazyLock::new(|| {
    rows::<2>(include_str!("../../seed_data/reference/time_zones.tsv"))
        .map(|[country, zones]| (country, zones.split('|').collect()))
        .collect()
});

/// The zones of a country (ISO code), or of a state or province of it where its zones are known; empty for unknown places.
/// O(area codes).
#[must_use]
pub fn zones(country: &str, state: Option<&str>) -> Vec<&'static str> {
    let state = state.and_then(|s| states::state(s, Some(country)));
    let of_state = state.map(|s| area_codes::zones(country, s.code)).unwrap_or_default();
    if !of_state.is_empty() {
        return of_state;
    }
    BY_COUNTRY.get(country).cloned().unwrap_or_default()
}

/// Minutes east of UTC at a moment (seconds since 1970): of an IANA zone (`America/Chicago`), or of an offset as browsers
/// and logs write it (`UTC-5`, `GMT+05:30`, `-0600`). None for what names neither. O(log transitions).
#[must_use]
pub fn offset(zone: &str, seconds: i64) -> Option<i32> {
    let zone = zone.trim();
    if zone.len() > 64 {
        return None;
    }
    if let Some(offset) = written_offset(zone) {
        return Some(offset);
    }
    let zone = DATABASE.get(zone).ok()?;
    let at = jiff::Timestamp::from_second(seconds).ok()?;
    Some(zone.to_offset(at).seconds() / 60)
}

/// Two moments half a year apart, of which standard time holds at one everywhere: noon of 15 January and of 15 July 2026.
const SEASONS: [i64; 2] = [1_768_478_400, 1_784_116_800];

/// Minutes east of UTC of a zone in standard time: the lesser of two seasons. As [`offset`] reads zones.
#[must_use]
pub fn minutes(zone: &str) -> Option<i32> {
    SEASONS.iter().filter_map(|&at| offset(zone, at)).min()
}

/// The standard times of a state or province, or of the whole country where the state is not known; none for unknown
/// places. O(area codes).
#[must_use]
pub fn of_place(country: &str, state: Option<&str>) -> Option<BTreeSet<i32>> {
    let times: BTreeSet<i32> = zones(country, state).into_iter().filter_map(minutes).collect();
    (!times.is_empty()).then_some(times)
}

/// Whether a zone is UTC by whatever name: what a server, or a browser that hides where it is, says instead of a place.
#[must_use]
pub fn is_utc(zone: &str) -> bool {
    let zone = zone.trim().to_ascii_lowercase();
    let name = zone.strip_prefix("etc/").unwrap_or(&zone);
    matches!(name, "utc" | "gmt" | "uct" | "zulu" | "universal" | "greenwich" | "z")
        || written_offset(&zone) == Some(0)
}

/// Minutes east of UTC of `UTC+2`, `gmt-05:30`, `+0530`, `-6`.
fn written_offset(text: &str) -> Option<i32> {
    let unnamed = ["UTC", "utc", "GMT", "gmt"].iter().find_map(|name| text.strip_prefix(name));
    let text = unnamed.unwrap_or(text).trim();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+')?),
    };
    let number = |digits: &str| -> Option<i32> {
        let fine = (1..=2).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        fine.then(|| digits.parse().ok()).flatten()
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some((hours, minutes)) => (number(hours)?, number(minutes)?),
        None if digits.len() >= 3 => {
            let (hours, minutes) = digits.split_at_checked(digits.len() - 2)?;
            (number(hours)?, number(minutes)?)
        }
        None => (number(digits)?, 0),
    };
    (hours <= 14 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

#[cfg(test)]
mod tests {
    use super::*;

    // 2026-01-15 and 2026-07-15, noon in UTC.
    const WINTER: i64 = 1_768_478_400;
    const SUMMER: i64 = 1_784_116_800;

    #[test]
    fn offsets_follow_the_season_and_the_many_ways_of_writing_them() {
        for (zone, at, expected) in [
            ("America/Chicago", WINTER, Some(-360)),
            ("America/Chicago", SUMMER, Some(-300)),
            ("america/phoenix", SUMMER, Some(-420)),
            ("Asia/Kolkata", WINTER, Some(330)),
            ("UTC", WINTER, Some(0)),
            ("UTC+9", WINTER, Some(540)),
            ("GMT-05:30", WINTER, Some(-330)),
            ("+0545", WINTER, Some(345)),
            ("-6", WINTER, Some(-360)),
            ("UTC+99", WINTER, None),
            ("Middle/Earth", WINTER, None),
            ("", WINTER, None),
            ("+", WINTER, None),
            ("+é1", WINTER, None),
        ] {
            assert_eq!(offset(zone, at), expected, "{zone}");
        }
        assert_eq!(offset("America/Chicago", i64::MAX), None);
    }

    #[test]
    fn standard_time_is_the_same_in_every_season() {
        assert_eq!(minutes("America/Chicago"), Some(-360));
        assert_eq!(minutes("Australia/Sydney"), Some(600));
        assert_eq!(of_place("US", Some("TN")).map(|times| times.len()), Some(2));
        assert_eq!(of_place("ZZ", None), None);
    }

    #[test]
    fn utc_is_seen_under_its_names() {
        for (zone, expected) in
            [("Etc/UTC", true), ("gmt", true), ("UTC+0", true), ("Europe/London", false)]
        {
            assert_eq!(is_utc(zone), expected, "{zone}");
        }
    }

    #[test]
    fn places_have_the_zones_of_their_state_where_that_is_known_and_of_their_country_otherwise() {
        assert_eq!(zones("US", Some("WA")), ["America/Los_Angeles"]);
        assert_eq!(zones("US", Some("FL")), ["America/Chicago", "America/New_York"]);
        assert!(zones("US", None).contains(&"Pacific/Honolulu"));
        assert_eq!(zones("KR", Some("Seoul")), ["Asia/Seoul"]);
        assert!(zones("XX", None).is_empty());
    }

    #[test]
    fn every_zone_of_every_table_is_known() {
        let all = BY_COUNTRY.values().flatten();
        for zone in all.copied().chain(area_codes::zones("US", "NY")) {
            assert!(offset(zone, WINTER).is_some(), "{zone}");
        }
        assert!(BY_COUNTRY.len() > 240);
    }
}
