//! Area codes of the North American numbering plan. Not responsible for parsing numbers
//! (`normalize::phone`).
//!
//! Invariant: a code is found under its three digits and nothing else.

use super::table::rows;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// What an area code says about a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AreaCode {
    /// Three digits.
    pub code: &'static str,
    /// `geographic`, `toll-free`, ...
    pub kind: &'static str,
    /// ISO country code; empty for codes without a place.
    pub country: &'static str,
    /// State or province code.
    pub region: &'static str,
    /// Main cities, the largest first as the source lists them.
    pub cities: Vec<&'static str>,
    /// IANA time zones.
    pub timezones: Vec<&'static str>,
}

impl AreaCode {
    /// The state or territory of the United States that the code belongs to, as addresses name it.
    #[must_use]
    pub fn us_state(&self) -> Option<&'static str> {
        let american = matches!(self.country, "US" | "PR" | "VI" | "GU" | "MP" | "AS");
        (american && !self.region.is_empty()).then_some(self.region)
    }
}

static TABLE: LazyLock<FxHashMap<&'static str, AreaCode>> = LazyLock::new(|| {
    let list = |cell: &'static str| cell.split('|').filter(|s| !s.is_empty()).collect();
    rows::<6>(include_str!("../../seed_data/reference/us_area_codes.tsv"))
        .map(|[code, kind, country, region, cities, timezones]| {
            let row = AreaCode {
                code,
                kind,
                country,
                region,
                cities: list(cities),
                timezones: list(timezones),
            };
            (code, row)
        })
        .collect()
});

/// The area code with these three digits. O(1).
#[must_use]
pub fn area_code(code: &str) -> Option<&'static AreaCode> {
    TABLE.get(code)
}

/// The area code of an E.164 number of country code 1. O(1).
#[must_use]
pub fn of_e164(e164: &str) -> Option<&'static AreaCode> {
    area_code(e164.strip_prefix("+1")?.get(..3)?)
}

/// The IANA time zones of the numbers of a state or province, sorted. O(area codes).
#[must_use]
pub fn zones(country: &str, region: &str) -> Vec<&'static str> {
    let own = TABLE.values().filter(|a| a.country == country && a.region == region);
    let mut zones: Vec<&'static str> = own.flat_map(|a| a.timezones.iter().copied()).collect();
    zones.sort_unstable();
    zones.dedup();
    zones
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn area_codes_know_their_state_and_time_zone() {
        let dc = of_e164("+12025550123").unwrap();
        assert_eq!((dc.region, dc.country, dc.kind), ("DC", "US", "geographic"));
        assert_eq!(dc.timezones, ["America/New_York"]);
        assert_eq!(of_e164("+442079460958"), None);
        assert_eq!(zones("US", "ID"), ["America/Boise", "America/Los_Angeles"]);
        assert!(TABLE.len() > 450);
    }
}
