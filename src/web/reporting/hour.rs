//! Moments on the clock of a schedule, beside the same in UTC. Not responsible for telling when something is due (`reports`).
//!
//! Invariant: a zone that is no longer known is said by its name, and its moments in UTC.

use crate::{model::Moment, reports};
use jiff::{Timestamp, tz::TimeZone};
use std::sync::LazyLock;

/// A moment on two clocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hour {
    /// The moment.
    pub at: Moment,
    /// `Mon 2026-11-30 07:00`.
    pub there: String,
    /// The zone of that clock.
    pub zone: String,
    /// The same in UTC; empty where that is the zone.
    pub utc: String,
}

impl Hour {
    /// A moment on the clock of a zone.
    #[must_use]
    pub fn of(at: Moment, zone: &str) -> Self {
        let known = reports::zone(zone);
        let there = written(at, known.as_ref().unwrap_or(&TimeZone::UTC));
        let utc = written(at, &TimeZone::UTC);
        Self {
            at,
            utc: if known.is_none() || utc == there { String::new() } else { utc },
            there,
            zone: if known.is_some() { zone.to_owned() } else { format!("UTC, for {zone}") },
        }
    }
}

fn written(at: Moment, zone: &TimeZone) -> String {
    Timestamp::from_second(at.0).map_or_else(
        |_| at.to_string(),
        |t| t.to_zoned_datetime(zone.clone()).strftime("%a %Y-%m-%d %H:%M").to_string(),
    )
}

/// The IANA names of time zones that people live in, sorted.
#[must_use]
pub fn zones() -> &'static [String] {
    static ZONES: LazyLock<Vec<String>> = LazyLock::new(|| {
        let all = jiff::tz::db().available().map(|name| name.as_str().to_owned());
        let places = ["Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Pacific"];
        let is_place = |name: &String| {
            name.split_once('/').is_some_and(|(area, _)| places.contains(&area)) || name == "UTC"
        };
        let mut all: Vec<String> = all.filter(is_place).collect();
        all.sort();
        all.dedup();
        all
    });
    &ZONES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_said_on_the_clock_of_its_zone_and_in_utc() {
        let monday = Moment(1_796_040_000);
        let hour = Hour::of(monday, "America/New_York");
        assert_eq!(hour.there, "Mon 2026-11-30 07:00");
        assert_eq!(hour.utc, "Mon 2026-11-30 12:00");
        assert_eq!(Hour::of(monday, "UTC").utc, "");
        assert!(Hour::of(monday, "Mars/Olympus").zone.contains("Mars/Olympus"));
        assert!(zones().iter().any(|zone| zone == "America/New_York"));
    }
}
