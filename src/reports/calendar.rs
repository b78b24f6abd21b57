//! Weeks and quarters on the clock of a report's zone, up to its hour. Not responsible for what is counted in them (`growth`).
//!
//! A submission that is known to the day alone, which is midnight UTC, belongs to that day wherever the report is read.
//!
//! Invariant: spans of one row follow each other without a gap; only the last one may not be over.

use crate::{explain::day::DAY, model::Moment};
use jiff::{
    Timestamp, ToSpan as _,
    civil::{Date, Time},
    tz::TimeZone,
};

/// Where a span begins or ends: submissions before it are on this side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// For those with a time, in seconds since 1970.
    instant: i64,
    /// For those that give the day alone: the first day that is not before it, as midnight UTC.
    day: i64,
}

impl Edge {
    /// Whether something was submitted before it.
    #[must_use]
    pub fn is_after(self, submitted: Moment) -> bool {
        let day_alone = submitted.0.rem_euclid(DAY) == 0;
        submitted.0 < if day_alone { self.day } else { self.instant }
    }
}

/// A week or a quarter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// `2026-W48` or `2026 Q4`.
    pub name: String,
    /// Its first day.
    pub first: Date,
    /// Where it begins.
    pub from: Edge,
    /// Where it ends; the hour of the report where it is not over.
    pub to: Edge,
    /// Whether it is over.
    pub is_over: bool,
}

/// Two stretches of equal meaning: a span and the one before it, or as many days of both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// Where it begins.
    pub from: Edge,
    /// Where it ends.
    pub to: Edge,
}

impl Side {
    /// Whether something was submitted in it.
    #[must_use]
    pub fn has(&self, submitted: Moment) -> bool {
        !self.from.is_after(submitted) && self.to.is_after(submitted)
    }
}

/// A sort of span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// ISO weeks, from Monday on.
    Week,
    /// Quarters of a calendar year.
    Quarter,
}

impl Unit {
    /// The word for one.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Week => "week",
            Self::Quarter => "quarter",
        }
    }

    /// The first day of the span that a day is in.
    fn first(self, day: Date) -> Option<Date> {
        match self {
            Self::Week => {
                day.checked_sub(i64::from(day.weekday().to_monday_zero_offset()).days()).ok()
            }
            Self::Quarter => Date::new(day.year(), (day.month() - 1) / 3 * 3 + 1, 1).ok(),
        }
    }

    /// The first day of the span before the one that begins with a day.
    fn before(self, first: Date) -> Option<Date> {
        self.first(first.checked_sub(1.day()).ok()?)
    }

    fn name(self, first: Date) -> String {
        match self {
            Self::Week => {
                let week = first.iso_week_date();
                format!("{}-W{:02}", week.year(), week.week())
            }
            Self::Quarter => format!("{} Q{}", first.year(), (first.month() + 2) / 3),
        }
    }
}

/// The hour of a report on the clock of its zone.
#[derive(Debug, Clone)]
pub struct Calendar {
    zone: TimeZone,
    today: Date,
    clock: Time,
    now: Edge,
}

impl Calendar {
    /// That hour; none far out of range.
    #[must_use]
    pub fn of(zone: &TimeZone, now: Moment) -> Option<Self> {
        let here = zone.to_datetime(Timestamp::from_second(now.0).ok()?);
        let tomorrow = here.date().tomorrow().ok()?;
        // What came in this very second has come.
        let now = Edge { instant: now.0.checked_add(1)?, day: midnight(tomorrow)? };
        Some(Self { zone: zone.clone(), today: here.date(), clock: here.time(), now })
    }

    /// The day it is.
    #[must_use]
    pub fn today(&self) -> Date {
        self.today
    }

    /// The hour of the report, behind all that came.
    #[must_use]
    pub fn now(&self) -> Edge {
        self.now
    }

    /// So many spans at most, oldest first, of which the last has the hour of the report in it.
    #[must_use]
    pub fn spans(&self, unit: Unit, most: usize) -> Vec<Span> {
        let mut spans = Vec::new();
        let (mut first, mut to) = (unit.first(self.today), self.now);
        while let Some(day) = first.filter(|_| spans.len() < most) {
            let Some(from) = self.edge(day, Time::midnight()) else { break };
            let is_over = !spans.is_empty();
            spans.push(Span { name: unit.name(day), first: day, from, to, is_over });
            (first, to) = (unit.before(day), from);
        }
        spans.reverse();
        spans
    }

    /// Of two spans that follow each other, the later of which is not over, as many days and hours of the earlier one as
    /// there are of the later; none where less than a day of it is over.
    #[must_use]
    pub fn so_far(&self, earlier: &Span, later: &Span) -> Option<(Side, Side)> {
        let days = later.first.until(self.today).ok()?.get_days();
        let day = earlier.first.checked_add(i64::from(days).days()).ok()?;
        let until = self.edge(day, self.clock)?;
        let until = Edge { instant: until.instant + 1, day: until.day + DAY };
        // A quarter may be shorter than the one after it.
        let to = if until.instant > earlier.to.instant { earlier.to } else { until };
        let side = |from, to| Side { from, to };
        (days >= 1).then(|| (side(later.from, self.now), side(earlier.from, to)))
    }

    fn edge(&self, day: Date, time: Time) -> Option<Edge> {
        let there = day.to_datetime(time).to_zoned_datetime(self.zone.clone()).ok()?;
        Some(Edge { instant: there.timestamp().as_second(), day: midnight(day)? })
    }
}

/// Midnight UTC of a day.
fn midnight(day: Date) -> Option<i64> {
    Some(day.to_zoned_datetime(TimeZone::UTC).ok()?.timestamp().as_second())
}

/// In which of these spans, which follow each other, something was submitted. O(log spans).
#[must_use]
pub fn place(spans: &[Span], submitted: Moment) -> Option<usize> {
    let at = spans.partition_point(|span| !span.to.is_after(submitted));
    spans.get(at).filter(|span| !span.from.is_after(submitted)).map(|_| at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn moment(text: &str) -> Moment {
        Moment(text.parse::<Timestamp>().unwrap().as_second())
    }

    fn calendar(zone: &str, now: &str) -> Calendar {
        Calendar::of(&TimeZone::get(zone).unwrap(), moment(now)).unwrap()
    }

    fn names(spans: &[Span]) -> Vec<&str> {
        spans.iter().map(|span| span.name.as_str()).collect()
    }

    #[test]
    fn weeks_are_those_of_the_iso_and_quarters_those_of_the_year() {
        let here = calendar("UTC", "2027-01-04T00:30:00Z");
        assert_eq!(names(&here.spans(Unit::Week, 3)), ["2026-W52", "2026-W53", "2027-W01"]);
        assert_eq!(names(&here.spans(Unit::Quarter, 3)), ["2026 Q3", "2026 Q4", "2027 Q1"]);
        let weeks = here.spans(Unit::Week, 13);
        assert_eq!((weeks.len(), weeks.iter().filter(|w| !w.is_over).count()), (13, 1));
    }

    #[test]
    fn a_week_begins_when_it_does_in_the_zone_and_a_day_alone_belongs_to_that_day() {
        // Monday 2026-11-23 begins at five in the morning, UTC.
        let weeks = calendar("America/New_York", "2026-11-25T12:00:00Z").spans(Unit::Week, 2);
        let at = |text| place(&weeks, moment(text));
        assert_eq!(at("2026-11-23T04:59:59Z"), Some(0));
        assert_eq!(at("2026-11-23T05:00:00Z"), Some(1));
        assert_eq!(at("2026-11-23T00:00:00Z"), Some(1), "the day alone");
        assert_eq!(at("2026-11-25T12:00:00Z"), Some(1), "the very hour");
        assert_eq!(at("2026-11-25T12:00:01Z"), None);
        assert_eq!(at("2026-11-15T23:00:00Z"), None);
    }

    #[test]
    fn what_is_not_over_is_compared_with_as_many_days_and_hours_of_the_one_before() {
        // The clocks went back on 2026-11-01, within the quarter.
        let here = calendar("America/New_York", "2026-11-25T17:00:00Z");
        let quarters = here.spans(Unit::Quarter, 2);
        let (now, then) = here.so_far(&quarters[0], &quarters[1]).unwrap();
        assert!(now.has(moment("2026-10-01T04:00:00Z")) && now.has(moment("2026-11-25T17:00:00Z")));
        // Day 56 of the quarter before, noon in New York, which was on summer time.
        assert!(then.has(moment("2026-08-25T16:00:00Z")));
        assert!(!then.has(moment("2026-08-25T16:00:01Z")));
        assert!(
            then.has(moment("2026-08-25T00:00:00Z")) && !then.has(moment("2026-08-26T00:00:00Z"))
        );
        let monday = calendar("UTC", "2026-11-23T07:00:00Z");
        let weeks = monday.spans(Unit::Week, 2);
        assert_eq!(monday.so_far(&weeks[0], &weeks[1]), None, "seven hours are no week");
    }

    #[test]
    fn a_longer_quarter_is_compared_with_no_more_than_the_whole_one_before() {
        let here = calendar("UTC", "2026-06-30T12:00:00Z");
        let quarters = here.spans(Unit::Quarter, 2);
        let (_, then) = here.so_far(&quarters[0], &quarters[1]).unwrap();
        assert!(
            then.has(moment("2026-03-31T23:59:59Z")) && !then.has(moment("2026-04-01T00:00:01Z"))
        );
    }

    proptest! {
        #[test]
        fn whatever_came_within_the_spans_has_one_place(at in 0_i64..3_000_000_000, ago in 0_i64..8_000_000) {
            let zone = TimeZone::get("America/New_York").unwrap();
            let here = Calendar::of(&zone, Moment(at)).unwrap();
            for unit in [Unit::Week, Unit::Quarter] {
                let spans = here.spans(unit, 5);
                let submitted = Moment(at - ago);
                let having = |s: &Span| Side { from: s.from, to: s.to }.has(submitted);
                let those: Vec<usize> = (0..spans.len()).filter(|&i| having(&spans[i])).collect();
                prop_assert_eq!(those.first().copied(), place(&spans, submitted));
                prop_assert!(those.len() <= 1);
            }
        }
    }
}
