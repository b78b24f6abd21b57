//! The weeks that a drawing shows: Monday to Sunday on the clock of the report's zone, up to its hour. Not responsible for what
//! is counted in them.
//!
//! A submission that is known to the day alone, which is midnight UTC, belongs to that day wherever the report is read.
//!
//! Invariant: weeks follow each other without a gap, and only the last is not over.

use crate::{explain::day::DAY, model::Moment};
use jiff::{
    Timestamp, ToSpan as _,
    civil::{Date, Time},
    tz::TimeZone,
};

/// Weeks that follow each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weeks {
    /// First days, oldest first.
    pub firsts: Vec<Date>,
    /// Where they begin, in seconds since 1970, for what has a time.
    starts: Vec<i64>,
    /// The hour up to which they go.
    now: Moment,
    /// The first day after that hour's, as midnight UTC.
    tomorrow: i64,
}

impl Weeks {
    /// So many weeks up to an hour, the last one having it in it; fewer far out of range.
    #[must_use]
    pub fn up_to(now: Moment, zone: &TimeZone, most: usize) -> Self {
        let mut weeks = Self { firsts: Vec::new(), starts: Vec::new(), now, tomorrow: i64::MIN };
        let Ok(stamp) = Timestamp::from_second(now.0) else { return weeks };
        let today = zone.to_datetime(stamp).date();
        weeks.tomorrow = today.tomorrow().ok().and_then(midnight).unwrap_or(i64::MAX);
        let monday = i64::from(today.weekday().to_monday_zero_offset());
        let mut first = today.checked_sub(monday.days()).ok();
        while let Some(day) = first.filter(|_| weeks.firsts.len() < most) {
            let there = day.to_datetime(Time::midnight()).to_zoned_datetime(zone.clone());
            let Ok(there) = there else { break };
            weeks.firsts.push(day);
            weeks.starts.push(there.timestamp().as_second());
            first = day.checked_sub(7.days()).ok();
        }
        weeks.firsts.reverse();
        weeks.starts.reverse();
        weeks
    }

    /// In which week something was submitted; none before the first and after the hour. O(log weeks).
    #[must_use]
    pub fn place(&self, submitted: Moment) -> Option<usize> {
        let day_alone = submitted.0.rem_euclid(DAY) == 0;
        let (is_late, after) = if day_alone {
            let first = self.firsts.first().copied().and_then(midnight)?;
            let days = submitted.0.checked_sub(first)?.div_euclid(DAY);
            (submitted.0 >= self.tomorrow, usize::try_from(days.div_euclid(7) + 1).unwrap_or(0))
        } else {
            (submitted > self.now, self.starts.partition_point(|&start| start <= submitted.0))
        };
        if is_late { None } else { after.checked_sub(1).filter(|&at| at < self.firsts.len()) }
    }
}

fn midnight(day: Date) -> Option<i64> {
    Some(day.to_zoned_datetime(TimeZone::UTC).ok()?.timestamp().as_second())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn moment(text: &str) -> Moment {
        Moment(text.parse::<Timestamp>().unwrap().as_second())
    }

    #[test]
    fn a_week_begins_when_it_does_in_the_zone_and_a_day_alone_belongs_to_that_day() {
        // Monday 2026-11-23 begins at five in the morning, UTC.
        let zone = TimeZone::get("America/New_York").unwrap();
        let weeks = Weeks::up_to(moment("2026-11-25T12:00:00Z"), &zone, 2);
        let at = |text| weeks.place(moment(text));
        assert_eq!(weeks.firsts[1].to_string(), "2026-11-23");
        assert_eq!(at("2026-11-23T04:59:59Z"), Some(0));
        assert_eq!(at("2026-11-23T05:00:00Z"), Some(1));
        assert_eq!(at("2026-11-23T00:00:00Z"), Some(1), "the day alone");
        assert_eq!(at("2026-11-22T00:00:00Z"), Some(0), "the day alone");
        assert_eq!(at("2026-11-25T12:00:00Z"), Some(1), "the very hour");
        assert_eq!(at("2026-11-25T12:00:01Z"), None);
        assert_eq!(at("2026-11-25T00:00:00Z"), Some(1), "today");
        assert_eq!(at("2026-11-26T00:00:00Z"), None, "tomorrow");
        assert_eq!(at("2026-11-15T23:00:00Z"), None);
        assert_eq!(at("2026-11-15T00:00:00Z"), None, "the Sunday before the first");
    }

    proptest! {
        #[test]
        fn no_moment_is_out_of_range(now in any::<i64>(), then in any::<i64>()) {
            let weeks = Weeks::up_to(Moment(now), &TimeZone::UTC, 13);
            let place = weeks.place(Moment(then));
            prop_assert!(place.is_none_or(|at| at < weeks.firsts.len()));
        }
    }
}
