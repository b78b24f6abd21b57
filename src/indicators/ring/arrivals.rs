//! When the applications of a ring came: in order, without those that an agency sent, whose hour is the agency's. Not
//! responsible for what is unusual about it (`tempo`, `hours`).
//!
//! Invariant: sorted by time and then by id, whatever the order of members.

use super::people::{DAY, subjects};
use crate::{
    indicators::{RingCase, Subject, tallies::ChannelTally, tallies::hour_of_week},
    model::{Column, Moment},
};

/// An hour, in seconds.
pub(super) const HOUR: i64 = 3_600;

/// Hours of a week.
pub(super) const WEEK: usize = 168;

/// One application and its time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arrival<'a> {
    /// When.
    pub(super) at: Moment,
    /// Whose, by place.
    pub(super) member: usize,
    /// Whether the hour is known, or only the day.
    pub(super) timed: bool,
    /// Where it came in.
    pub(super) subject: &'a Subject<'a>,
}

impl<'a> Arrival<'a> {
    /// What is usual on its channel; none when nothing is known of it.
    pub(super) fn usual<'t>(&self, case: &RingCase<'t>) -> Option<&'t ChannelTally> {
        case.context.tallies.channel(self.subject.normal.channel.as_deref()?)
    }
}

/// The applications of a ring by time, those of agencies left out. O(n log n).
pub(super) fn arrivals<'a>(case: &RingCase<'a>) -> Vec<Arrival<'a>> {
    let own = subjects(case).filter(|(_, s)| s.normal.agency.is_none());
    let mut all: Vec<Arrival<'a>> = own
        .filter_map(|(member, subject)| {
            let at = subject.normal.submitted_at?;
            Some(Arrival { at, member, timed: is_timed(subject, at), subject })
        })
        .collect();
    all.sort_by(|a, b| {
        a.at.cmp(&b.at).then_with(|| a.subject.application.id.cmp(&b.subject.application.id))
    });
    all
}

/// The same, only those whose hour is known, and of one member in one hour only the first: one sitting is one event.
pub(super) fn sittings<'a>(case: &RingCase<'a>) -> Vec<Arrival<'a>> {
    let mut seen = std::collections::BTreeSet::new();
    let mut all = arrivals(case);
    all.retain(|a| a.timed && seen.insert((a.member, a.at.0.div_euclid(HOUR))));
    all
}

/// Whether a submission says at what hour it was: a clock time, or seconds since 1970. Midnight is what programs write for a
/// day without a clock time.
fn is_timed(subject: &Subject<'_>, at: Moment) -> bool {
    subject.raw(Column::SubmittedAt).map(str::trim).is_some_and(|text| {
        let seconds = text.len() >= 9 && text.bytes().all(|b| b.is_ascii_digit());
        let midnight = text.contains("00:00:00") || at.0 % DAY == 0;
        (text.contains(':') || seconds) && !midnight
    })
}

/// How often each hour of the week is one in which applications come through a channel, beginning with that of 1970-01-01
/// modulo a week as `hour_of_week` counts: its count and one, so that no hour is impossible. Every hour alike where nothing is
/// known.
pub(super) fn habit(usual: Option<&ChannelTally>) -> [u64; WEEK] {
    let mut habit = [1; WEEK];
    for (hour, count) in usual.into_iter().flat_map(|u| &u.hours) {
        if let Some(slot) = habit.get_mut(usize::from(*hour)) {
            *slot += u64::from(*count);
        }
    }
    habit
}

/// How often the hour in which something falls is one of a habit.
pub(super) fn at_hour(habit: &[u64; WEEK], at: Moment) -> u64 {
    habit.get(usize::from(hour_of_week(at))).copied().unwrap_or(1)
}
