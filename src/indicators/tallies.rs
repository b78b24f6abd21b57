//! What is usual: how often things occur among all applications received, by channel and by quarter. Not responsible for what
//! deviates (`application`, `ring`).
//!
//! Every version of an application that was ever received counts once, so that the tallies do not depend on order.
//!
//! Invariant: a sum over applications: merging the tallies of two halves gives those of the whole.

use crate::{
    indicators::RoleFamily,
    model::{Application, Column, Moment, Normalized, fold},
    normalize::date,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Fewest US numbers of a channel whose habit can be told.
const FEWEST: u32 = 20;

/// What is usual among all applications received.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tallies {
    channels: BTreeMap<Box<str>, ChannelTally>,
    quarters: BTreeMap<Quarter, QuarterTally>,
}

/// What is usual on one channel.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelTally {
    /// Applications.
    pub applications: u32,
    /// Of those, with a US phone number.
    pub us_phones: u32,
    /// Of those, typed with "+1".
    pub plus_one: u32,
    /// By hour of the week in UTC, 0 being Monday's first.
    pub hours: BTreeMap<u8, u32>,
    /// By class of the delay since the opening was posted, as far as that is known.
    pub delays: BTreeMap<u8, u32>,
}

/// What is usual in one quarter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuarterTally {
    /// Applications with a role.
    pub with_role: u32,
    /// By family of roles.
    pub families: BTreeMap<RoleFamily, u32>,
}

/// A quarter of a year in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Quarter {
    /// Year.
    pub year: i16,
    /// 1 to 4.
    pub quarter: u8,
}

impl Quarter {
    /// The quarter of a moment; none far out of range.
    #[must_use]
    pub fn of(at: Moment) -> Option<Self> {
        let instant = jiff::Timestamp::from_second(at.0).ok()?;
        let date = jiff::tz::Offset::UTC.to_datetime(instant);
        let quarter = u8::try_from((date.month() + 2) / 3).ok()?;
        Some(Self { year: date.year(), quarter })
    }
}

/// The hour of the week of a moment in UTC, 0 to 167; 0 is Monday's first.
#[must_use]
pub fn hour_of_week(at: Moment) -> u8 {
    // 1970-01-01 was a Thursday.
    let hours = at.0.div_euclid(3_600) + 3 * 24;
    u8::try_from(hours.rem_euclid(168)).unwrap_or(0)
}

/// Seconds from the posting of an opening to the application for it; none where the unknown column `posted_at` is missing
/// or later. O(unknown columns).
#[must_use]
pub fn delay(application: &Application, submitted: Moment) -> Option<i64> {
    // Folding every name costs more than looking at its length.
    let mut extra = application.extra.iter().filter(|(name, _)| (8..=10).contains(&name.len()));
    let (_, posted) = extra.find(|(name, _)| fold(name) == "postedat")?;
    let seconds = submitted.seconds_since(date::moment(posted)?);
    (seconds >= 0).then_some(seconds)
}

/// The class of a delay: how often its minutes double. 0 is under a minute, 1 under three, 2 under seven.
#[must_use]
pub fn delay_class(seconds: i64) -> u8 {
    let minutes = u64::try_from(seconds / 60).unwrap_or(0).saturating_add(1);
    u8::try_from(minutes.ilog2()).unwrap_or(u8::MAX)
}

/// What one application adds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    channel: Option<Box<str>>,
    us_phone: bool,
    plus_one: bool,
    at: Option<Moment>,
    role: Option<RoleFamily>,
    delay: Option<u8>,
}

impl Tally {
    /// What an application adds. O(its phone and role).
    #[must_use]
    pub fn of(application: &Application, normal: &Normalized) -> Self {
        let typed = application.get(Column::Phone);
        let us_phone = normal.phone.as_ref().is_some_and(|p| p.e164.starts_with("+1"));
        Self {
            channel: normal.channel.clone(),
            us_phone,
            plus_one: us_phone && typed.is_some_and(has_plus_one),
            at: normal.submitted_at,
            role: normal.role.as_deref().map(RoleFamily::of),
            delay: normal.submitted_at.and_then(|at| delay(application, at)).map(delay_class),
        }
    }
}

/// Whether a number was typed with the country code of the United States in front.
#[must_use]
pub fn has_plus_one(typed: &str) -> bool {
    let mut chars = typed.trim_start().chars();
    chars.next() == Some('+') && chars.find(|c| !c.is_whitespace() && *c != '(') == Some('1')
}

impl Tallies {
    /// The tallies of these applications.
    #[must_use]
    pub fn of<'a>(all: impl IntoIterator<Item = (&'a Application, &'a Normalized)>) -> Self {
        let mut tallies = Self::default();
        for (application, normal) in all {
            tallies.add(&Tally::of(application, normal));
        }
        tallies
    }

    /// Counts one application more. O(log channels).
    pub fn add(&mut self, tally: &Tally) {
        if let Some(channel) = &tally.channel {
            let at = self.channels.entry(channel.clone()).or_default();
            at.applications += 1;
            at.us_phones += u32::from(tally.us_phone);
            at.plus_one += u32::from(tally.plus_one);
            if let Some(moment) = tally.at {
                *at.hours.entry(hour_of_week(moment)).or_default() += 1;
            }
            if let Some(class) = tally.delay {
                *at.delays.entry(class).or_default() += 1;
            }
        }
        if let Some((quarter, role)) = tally.at.and_then(Quarter::of).zip(tally.role) {
            let at = self.quarters.entry(quarter).or_default();
            at.with_role += 1;
            *at.families.entry(role).or_default() += 1;
        }
    }

    /// What is usual on a channel (folded); none when nothing came through it.
    #[must_use]
    pub fn channel(&self, channel: &str) -> Option<&ChannelTally> {
        self.channels.get(channel)
    }

    /// What is usual in a quarter.
    #[must_use]
    pub fn quarter(&self, quarter: Quarter) -> Option<&QuarterTally> {
        self.quarters.get(&quarter)
    }

    /// The quarters with applications, oldest first.
    pub fn quarters(&self) -> impl Iterator<Item = (Quarter, &QuarterTally)> {
        self.quarters.iter().map(|(quarter, tally)| (*quarter, tally))
    }
}

impl ChannelTally {
    /// Numbers typed with "+1" of all US numbers, in per cent; none while there are fewer than twenty.
    #[must_use]
    pub fn plus_one_percent(&self) -> Option<u32> {
        (self.us_phones >= FEWEST)
            .then(|| u32::try_from(u64::from(self.plus_one) * 100 / u64::from(self.us_phones)).ok())
            .flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_typed_with_plus_one_however_it_is_spaced() {
        for (typed, expected) in [
            ("+1 202 555 0123", true),
            (" +1(202)5550123", true),
            ("+(1) 202", true),
            ("1 202 555 0123", false),
            ("+44 20 7946 0958", false),
            ("202-555-0123", false),
        ] {
            assert_eq!(has_plus_one(typed), expected, "{typed}");
        }
    }

    #[test]
    fn delays_fall_into_classes_that_double() {
        let classes = [0, 59, 60, 179, 180, 420, 86_400].map(delay_class);
        assert_eq!(classes, [0, 0, 1, 1, 2, 3, 10]);
        assert_eq!(delay_class(-5), 0);
    }

    #[test]
    fn the_week_begins_on_monday_and_the_year_in_january() {
        // 2026-11-23 was a Monday.
        let monday = Moment(1_795_392_000);
        assert_eq!(monday.day(), "2026-11-23");
        assert_eq!(hour_of_week(monday), 0);
        assert_eq!(hour_of_week(Moment(monday.0 - 1)), 167);
        assert_eq!(Quarter::of(monday), Some(Quarter { year: 2026, quarter: 4 }));
    }
}
