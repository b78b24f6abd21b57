//! Moments and dates: UTC seconds for when things happened, dates that know how precise they are, and the
//! clock that is passed in. Not responsible for parsing the many ways people write a date (`normalize::date`).
//!
//! Invariant: nothing outside `SystemClock` reads the machine's time.

use crate::model::IdError;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A moment in seconds since 1970-01-01T00:00:00Z.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct Moment(pub i64);

impl Moment {
    /// Seconds from `earlier` to `self`; negative when `earlier` is later.
    #[must_use]
    pub fn seconds_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The UTC day, `2026-11-23`.
    #[must_use]
    pub fn day(self) -> String {
        self.to_string().chars().take_while(|&c| c != 'T').collect()
    }
}

impl fmt::Display for Moment {
    /// RFC 3339 in UTC; a moment out of range is shown as its second count.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_second(self.0) {
            Ok(t) => write!(f, "{t}"),
            Err(_) => write!(f, "@{}", self.0),
        }
    }
}

/// A calendar date of which the month or the day may be unknown. Ordered by year, month, day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PartialDate {
    /// Year, 1 to 9999.
    pub year: u16,
    /// Month 1 to 12, when known.
    pub month: Option<u8>,
    /// Day 1 to 31, when known; never known without the month.
    pub day: Option<u8>,
}

impl PartialDate {
    /// Reads what `Display` writes; none for anything else.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let year = parts.next()?.parse().ok()?;
        let month = parts.next().and_then(|m| m.parse().ok());
        let day = parts.next().and_then(|d| d.parse().ok());
        Some(Self { year, month, day })
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        if let Some(month) = self.month {
            write!(f, "-{month:02}")?;
        }
        if let Some(day) = self.day {
            write!(f, "-{day:02}")?;
        }
        Ok(())
    }
}

/// A calendar day, as a due date is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day(jiff::civil::Date);

impl Day {
    /// The UTC day of a moment; none out of range.
    #[must_use]
    pub fn of(moment: Moment) -> Option<Self> {
        moment.day().parse().ok()
    }

    /// Days from `earlier` to `self`; negative when `earlier` is later.
    #[must_use]
    pub fn days_since(self, earlier: Self) -> i32 {
        self.0.since(earlier.0).map_or(0, |span| span.get_days())
    }

    /// The day so many days later; none beyond the year 9999.
    #[must_use]
    pub fn plus(self, days: u32) -> Option<Self> {
        let span = jiff::Span::new().try_days(days).ok()?;
        self.0.checked_add(span).ok().map(Self)
    }
}

impl FromStr for Day {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let text = text.trim();
        let date = (text.len() == 10).then(|| text.parse::<jiff::civil::Date>().ok()).flatten();
        date.filter(|date| date.year() >= 1900).map(Self).ok_or_else(|| IdError {
            value: text.chars().take(80).collect(),
            expected: "a day such as 2026-11-30",
        })
    }
}

impl TryFrom<String> for Day {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Moment;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    fn now(&self) -> Moment {
        Moment(jiff::Timestamp::now().as_second())
    }
}

/// A clock that stands still, for tests and for rebuilding a past state.
#[derive(Debug, Clone, Copy)]
pub struct FixedClock(pub Moment);

impl Clock for FixedClock {
    fn now(&self) -> Moment {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_print_as_utc_and_extreme_ones_do_not_panic() {
        assert_eq!(Moment(0).to_string(), "1970-01-01T00:00:00Z");
        assert_eq!(Moment(1_795_392_000).day(), "2026-11-23");
        assert!(Moment(i64::MAX).to_string().starts_with('@'));
    }

    #[test]
    fn a_day_is_read_as_it_is_written_and_nothing_else_is_a_day() {
        let day: Day = " 2026-11-30 ".parse().unwrap();
        assert_eq!(day.to_string(), "2026-11-30");
        assert_eq!(day.days_since("2026-10-30".parse().unwrap()), 31);
        assert_eq!(Day::of(Moment(1_795_392_000)), "2026-11-23".parse().ok());
        assert_eq!(Day::of(Moment(i64::MAX)), None);
        for bad in ["", "2026-02-30", "30.11.2026", "2026-11-30T10:00", "0001-01-01", "20261130"] {
            assert!(bad.parse::<Day>().is_err(), "{bad}");
        }
    }

    #[test]
    fn dates_print_as_precisely_as_they_are_known() {
        let d = PartialDate { year: 1990, month: Some(2), day: None };
        assert_eq!(d.to_string(), "1990-02");
    }
}
