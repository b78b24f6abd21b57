//! Calendar days and what hangs on them: month, day of the week, hour. Not responsible for the zone somebody is in:
//! everything is UTC, and the pages say so.
//!
//! Invariant: `Day::read(&day.to_string()) == Some(day)` for every day it reads.

use crate::model::Moment;
use jiff::{
    Timestamp,
    civil::Date,
    tz::{Offset, TimeZone},
};
use std::fmt;

/// Seconds of a day.
pub const DAY: i64 = 86_400;

/// The days of the week, Monday first.
pub const WEEK: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// A UTC day, counted from 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(pub i64);

impl Day {
    /// The day a moment is in.
    #[must_use]
    pub fn of(moment: Moment) -> Self {
        Self(moment.0.div_euclid(DAY))
    }

    /// Reads `2026-03-01`, as a date field sends it; none for anything else.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let is_plain = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        let date: Date = if is_plain { text.parse().ok()? } else { return None };
        let midnight = date.to_zoned_datetime(TimeZone::UTC).ok()?.timestamp().as_second();
        Some(Self::of(Moment(midnight)))
    }

    /// Its first moment.
    #[must_use]
    pub fn start(self) -> Moment {
        Moment(self.0.saturating_mul(DAY))
    }

    /// Months since the year 0, so that months can be counted.
    #[must_use]
    pub fn month(self) -> Option<i64> {
        let date = Offset::UTC.to_datetime(Timestamp::from_second(self.start().0).ok()?).date();
        Some(i64::from(date.year()) * 12 + i64::from(date.month()) - 1)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.start().day())
    }
}

/// `2026-03`, of a month counted as `Day::month` does.
#[must_use]
pub fn month_name(month: i64) -> String {
    format!("{:04}-{:02}", month.div_euclid(12), month.rem_euclid(12) + 1)
}

/// Day of the week, Monday 0, and hour, 0 to 23, of a moment.
#[must_use]
pub fn week_hour(moment: Moment) -> (usize, usize) {
    // The first day of 1970 was a Thursday.
    let weekday = (Day::of(moment).0 + 3).rem_euclid(7);
    let hour = moment.0.rem_euclid(DAY) / 3_600;
    (usize::try_from(weekday).unwrap_or(0), usize::try_from(hour).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_date_fields_send_them_and_nothing_else_is() {
        for text in ["1970-01-01", "2026-02-28", "2024-02-29", "1969-12-31"] {
            assert_eq!(Day::read(text).unwrap().to_string(), text);
        }
        for text in ["", "2026-2-1", "2026-02-30", "20260201", "2026-02-01T00", "-100000-01", "x"] {
            assert_eq!(Day::read(text), None, "{text}");
        }
    }

    #[test]
    fn weekdays_hours_and_months_are_those_of_the_calendar() {
        // Monday, 2026-11-23T00:00:00Z.
        assert_eq!(week_hour(Moment(1_795_392_000)), (0, 0));
        assert_eq!(week_hour(Moment(1_795_392_000 - 1)), (6, 23));
        assert_eq!(month_name(Day::read("2026-11-23").unwrap().month().unwrap()), "2026-11");
    }
}
