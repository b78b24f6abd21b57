//! For how long data may and must be kept: an interval of days, in general and for places. Not responsible for when a clock
//! starts (`standing`).
//!
//! The floor is 365 days: a year after the record or the personnel action (29 CFR 1602.14). For California it is four years,
//! 1461 days, for data of automated decision systems. There is no ceiling unless the installation sets one: which law sets
//! it, and when, is for counsel to say, and a machine must not destroy records by a guess. Nothing is ever erased by itself.
//!
//! Invariant: of several floors the longest holds, of several ceilings the shortest, and never below the floor.

use crate::{
    engine::Place,
    reference::{countries, states},
};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use std::{collections::BTreeSet, fmt};

/// A number of days, at most a hundred years.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Days(u32);

impl Days {
    /// Most days.
    pub const MOST: u32 = 36_525;

    /// The number.
    #[must_use]
    pub fn get(self) -> u32 {
        self.0
    }
}

impl TryFrom<i64> for Days {
    type Error = String;

    fn try_from(days: i64) -> Result<Self, String> {
        let days = u32::try_from(days).ok().filter(|days| *days <= Self::MOST);
        days.map(Self).ok_or_else(|| format!("give days from 0 to {}", Self::MOST))
    }
}

impl From<Days> for i64 {
    fn from(days: Days) -> Self {
        Self::from(days.0)
    }
}

impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            1 => write!(f, "1 day"),
            n => write!(f, "{n} days"),
        }
    }
}

/// A state, by its code or name; of the United States, Canada or Australia.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(into = "String")]
pub struct StateCode {
    country: &'static str,
    code: &'static str,
}

impl TryFrom<String> for StateCode {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let state = states::state(&text, None);
        state.map(|state| Self { country: state.country, code: state.code }).ok_or_else(|| {
            format!("\"{text}\" is no state of the United States, Canada or Australia")
        })
    }
}

impl From<StateCode> for String {
    fn from(state: StateCode) -> Self {
        state.code.to_owned()
    }
}

/// A country, by its ISO code or name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(into = "String")]
pub struct CountryCode(&'static str);

// By hand: a derived one would borrow the names from what is read.
impl<'de> Deserialize<'de> for StateCode {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::try_from(String::deserialize(from)?).map_err(D::Error::custom)
    }
}

impl<'de> Deserialize<'de> for CountryCode {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::try_from(String::deserialize(from)?).map_err(D::Error::custom)
    }
}

impl TryFrom<String> for CountryCode {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        countries::code(&text).map(Self).ok_or_else(|| format!("\"{text}\" is no country"))
    }
}

impl From<CountryCode> for String {
    fn from(country: CountryCode) -> Self {
        country.0.to_owned()
    }
}

/// The rules of a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetentionPlace {
    /// What it is called where its rule is told.
    pub name: String,
    /// Its states.
    #[serde(default)]
    pub states: BTreeSet<StateCode>,
    /// Its countries.
    #[serde(default)]
    pub countries: BTreeSet<CountryCode>,
    /// How long data of people there has to be kept at least.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub floor_days: Option<Days>,
    /// How long it may be kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ceiling_days: Option<Days>,
}

impl RetentionPlace {
    fn has(&self, place: &Place) -> bool {
        let is_state =
            |state: &StateCode| state.country == place.country && Some(state.code) == place.state;
        self.states.iter().any(is_state) || self.countries.iter().any(|c| c.0 == place.country)
    }
}

/// For how long data is kept. As it is written down its places add to the built-in ones; one of the same name, or with the
/// same state, takes the place of a built-in one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Written")]
pub struct RetentionPolicy {
    /// How long it has to be kept at least.
    pub floor_days: Days,
    /// How long it may be kept; none without an end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ceiling_days: Option<Days>,
    /// Places with rules of their own.
    pub places: Vec<RetentionPlace>,
}

/// What is written down of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    floor_days: Option<Days>,
    ceiling_days: Option<Days>,
    #[serde(default)]
    places: Vec<RetentionPlace>,
}

impl From<Written> for RetentionPolicy {
    fn from(written: Written) -> Self {
        let default = Self::default();
        let mut places = written.places;
        let is_overridden = |built_in: &RetentionPlace| {
            places.iter().any(|own| {
                own.name.trim().eq_ignore_ascii_case(&built_in.name)
                    || !own.states.is_disjoint(&built_in.states)
            })
        };
        let mut kept = default.places;
        kept.retain(|built_in| !is_overridden(built_in));
        places.extend(kept);
        Self {
            floor_days: written.floor_days.unwrap_or(default.floor_days),
            ceiling_days: written.ceiling_days,
            places,
        }
    }
}

impl Default for RetentionPolicy {
    fn default() -> Self {
        let california = states::state("CA", Some("US"));
        let california = california.map(|state| RetentionPlace {
            name: "California".to_owned(),
            states: [StateCode { country: state.country, code: state.code }].into(),
            countries: BTreeSet::new(),
            floor_days: Some(Days(1_461)),
            ceiling_days: None,
        });
        Self { floor_days: Days(365), ceiling_days: None, places: california.into_iter().collect() }
    }
}

/// How long the data of somebody is kept, and whose rules those are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Interval {
    /// At least.
    pub floor_days: u32,
    /// Whose rule that is.
    pub floor_of: String,
    /// At most; none without an end.
    pub ceiling_days: Option<u32>,
    /// Whose rule that is.
    pub ceiling_of: String,
}

/// What the rule for everybody is called.
const EVERYBODY: &str = "everybody";

impl RetentionPolicy {
    /// What is wrong with it, if anything is.
    #[must_use]
    pub fn problem(&self) -> Option<String> {
        let is_reversed = |floor: Option<Days>, ceiling: Option<Days>| {
            floor.zip(ceiling).is_some_and(|(floor, ceiling)| ceiling < floor)
        };
        if is_reversed(Some(self.floor_days), self.ceiling_days) {
            return Some(
                "ceiling_days is below floor_days: nothing could ever be kept right".to_owned(),
            );
        }
        let mut names = BTreeSet::new();
        self.places.iter().find_map(|place| {
            let name = place.name.trim();
            if name.is_empty() || !names.insert(name.to_lowercase()) {
                Some("each of retention.places needs a name of its own".to_owned())
            } else if place.states.is_empty() && place.countries.is_empty() {
                Some(format!("retention.places \"{name}\" names neither states nor countries"))
            } else if place.floor_days.is_none() && place.ceiling_days.is_none() {
                Some(format!("retention.places \"{name}\" has neither floor_days nor ceiling_days"))
            } else if is_reversed(place.floor_days, place.ceiling_days) {
                Some(format!("retention.places \"{name}\": ceiling_days is below floor_days"))
            } else {
                None
            }
        })
    }

    /// How long the data of somebody is kept who claims these places.
    #[must_use]
    pub fn interval<'p>(&self, claimed: impl Iterator<Item = &'p Place> + Clone) -> Interval {
        let mut interval = Interval {
            floor_days: self.floor_days.get(),
            floor_of: EVERYBODY.to_owned(),
            ceiling_days: self.ceiling_days.map(Days::get),
            ceiling_of: EVERYBODY.to_owned(),
        };
        for place in &self.places {
            if !claimed.clone().any(|claimed| place.has(claimed)) {
                continue;
            }
            if let Some(floor) =
                place.floor_days.map(Days::get).filter(|n| *n > interval.floor_days)
            {
                (interval.floor_days, interval.floor_of) = (floor, place.name.clone());
            }
            let shorter = |n: &u32| interval.ceiling_days.is_none_or(|ceiling| *n < ceiling);
            if let Some(ceiling) = place.ceiling_days.map(Days::get).filter(shorter) {
                (interval.ceiling_days, interval.ceiling_of) = (Some(ceiling), place.name.clone());
            }
        }
        // What has to be kept may be.
        if interval.ceiling_days.is_some_and(|ceiling| ceiling < interval.floor_days) {
            interval.ceiling_days = Some(interval.floor_days);
            interval.ceiling_of.clone_from(&interval.floor_of);
        }
        interval
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(text: &str) -> Result<RetentionPolicy, String> {
        let policy: RetentionPolicy = toml::from_str(text).map_err(|e| e.message().to_owned())?;
        policy.problem().map_or(Ok(policy), Err)
    }

    const CALIFORNIA: Place = Place { country: "US", state: Some("CA") };
    const GERMANY: Place = Place { country: "DE", state: None };

    #[test]
    fn the_longest_floor_holds_and_the_shortest_ceiling_never_below_it() {
        let policy = policy(
            "floor_days = 365\nceiling_days = 1500\n\
             [[places]]\nname = \"California\"\nstates = [\"California\"]\nfloor_days = 1461\n\
             [[places]]\nname = \"Germany\"\ncountries = [\"Germany\"]\nceiling_days = 180",
        )
        .unwrap();
        let of = |places: &[Place]| {
            let interval = policy.interval(places.iter());
            (interval.floor_days, interval.ceiling_days)
        };
        assert_eq!(of(&[]), (365, Some(1500)));
        assert_eq!(of(&[CALIFORNIA]), (1461, Some(1500)));
        assert_eq!(of(&[GERMANY]), (365, Some(365)));
        assert_eq!(of(&[CALIFORNIA, GERMANY]), (1461, Some(1461)));
    }

    #[test]
    fn places_of_one_s_own_add_to_california_and_one_of_its_name_or_state_takes_its_place() {
        let floor = |places: &str| {
            let policy = policy(places).unwrap();
            assert_eq!(policy, policy_again(&policy), "read again it is the same");
            policy.interval([CALIFORNIA].iter()).floor_days
        };
        let of = |name: &str, states: &str| {
            format!("[[places]]\nname = \"{name}\"\nstates = [\"{states}\"]\nfloor_days = 500")
        };
        assert_eq!(floor(""), 1_461);
        assert_eq!(floor(&of("Illinois", "IL")), 1_461);
        assert_eq!(floor(&of("the coast", "CA")), 500);
        assert_eq!(floor(&of("california", "NV")), 365);
    }

    fn policy_again(policy: &RetentionPolicy) -> RetentionPolicy {
        toml::from_str(&toml::to_string(policy).unwrap()).unwrap()
    }

    #[test]
    fn without_a_configuration_a_year_is_the_floor_four_in_california_and_there_is_no_ceiling() {
        let policy = RetentionPolicy::default();
        assert_eq!(policy.problem(), None);
        let interval = policy.interval([CALIFORNIA].iter());
        assert_eq!((interval.floor_days, interval.floor_of.as_str()), (1_461, "California"));
        let interval = policy.interval([GERMANY].iter());
        assert_eq!((interval.floor_days, interval.ceiling_days), (365, None));
    }

    #[test]
    fn what_cannot_be_is_refused_in_words() {
        for (text, said) in [
            ("floor_days = -1", "days from 0"),
            ("floor_days = 99999", "days from 0"),
            ("floor_days = 400\nceiling_days = 300", "below floor_days"),
            ("florr_days = 1", "unknown field"),
            ("[[places]]\nname = \"x\"\nfloor_days = 1", "neither states nor countries"),
            ("[[places]]\nname = \"x\"\nstates = [\"Atlantis\"]\nfloor_days = 1", "no state"),
            ("[[places]]\nname = \"x\"\ncountries = [\"Atlantis\"]\nfloor_days = 1", "no country"),
            ("[[places]]\nname = \"x\"\ncountries = [\"DE\"]", "neither floor_days"),
            ("[[places]]\nname = \" \"\ncountries = [\"DE\"]\nfloor_days = 1", "a name"),
        ] {
            let error = policy(text).unwrap_err();
            assert!(error.contains(said), "{text}: {error}");
        }
    }
}
