//! Time between dates that may not be known to the day. Not responsible for reading dates (`normalize::date`).
//!
//! Invariant: where a month or a day is unknown, the caller says which way it errs, so that doubt can be read in favor of
//! the applicant.

use crate::{
    model::{Moment, PartialDate},
    normalize::date,
};

/// Seconds of a day.
pub(crate) const DAY: i64 = 86_400;

/// The first day that a date may mean, as its midnight.
pub(crate) fn earliest(date: PartialDate) -> Option<Moment> {
    let (month, day) = (date.month.unwrap_or(1), date.day.unwrap_or(1));
    date::moment(&format!("{:04}-{month:02}-{day:02}", date.year))
}

/// The last day that a date may mean, as its midnight.
pub(crate) fn latest(date: PartialDate) -> Option<Moment> {
    if date.day.is_some() {
        return earliest(date);
    }
    let next = match date.month {
        Some(month @ 1..=11) => PartialDate { month: Some(month + 1), ..date },
        _ => PartialDate { year: date.year.checked_add(1)?, month: Some(1), day: None },
    };
    Some(Moment(earliest(next)?.0 - DAY))
}

/// Whole days from one moment to another; negative when it lies before.
pub(crate) fn between(from: Moment, to: Moment) -> i64 {
    to.seconds_since(from).div_euclid(DAY)
}

/// A span of days in words: months or years where it is long.
pub(crate) fn span(days: i64) -> String {
    match days.abs() {
        0 => "less than a day".to_owned(),
        1 => "1 day".to_owned(),
        n @ ..60 => format!("{n} days"),
        n @ ..730 => format!("{} months", n / 30),
        n => format!("{} years", n * 100 / 36_525),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_day_is_the_first_or_the_last_it_may_be() {
        let day = |date: Option<Moment>| date.map(|m| m.day());
        for (text, first, last) in [
            ("2024-02-10", "2024-02-10", "2024-02-10"),
            ("2024-02", "2024-02-01", "2024-02-29"),
            ("2024-12", "2024-12-01", "2024-12-31"),
            ("2024", "2024-01-01", "2024-12-31"),
        ] {
            let date = date::parse(text).unwrap();
            assert_eq!(day(earliest(date)).as_deref(), Some(first), "{text}");
            assert_eq!(day(latest(date)).as_deref(), Some(last), "{text}");
        }
        assert_eq!(latest(PartialDate { year: u16::MAX, month: None, day: None }), None);
    }

    #[test]
    fn spans_are_said_in_the_unit_people_would_use() {
        for (days, said) in [
            (0, "less than a day"),
            (1, "1 day"),
            (59, "59 days"),
            (90, "3 months"),
            (1_461, "4 years"),
        ] {
            assert_eq!(span(days), said);
        }
    }
}
