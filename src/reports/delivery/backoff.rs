//! When the next try is due. Not responsible for trying (`outbox`).
//!
//! From a minute to six hours, each wait twice the one before, shortened by up to a fifth so that what failed together does
//! not come back together: 21 tries in about three days. What an administrator mends over a weekend still arrives by itself.
//!
//! Invariant: depends on the record of the tries alone, so it is the same after a restart.

use crate::{
    model::{Attempt, Delivery, Moment},
    reports::delivery::key::chance,
};

/// Tries at most; after the last one it is given up, and people can have it delivered by hand.
pub const MOST_TRIES: u32 = 21;

/// Seconds to the second try.
const FIRST: f64 = 60.0;
/// Seconds between two tries at most.
const LONGEST: i64 = 6 * 3_600;
/// The part of a wait by which it is shortened at most.
const SPREAD: f64 = 0.2;

/// What stands before and after the number of seconds in a reason.
const WAIT: (&str, &str) = (" (asks to wait ", " s)");

/// When the next try of something to somebody is due, given the tries so far: `Moment(0)` where nobody tried, none once it is
/// settled or given up.
#[must_use]
pub fn due_at(tries: &[Delivery]) -> Option<Moment> {
    let Some(last) = tries.last() else { return Some(Moment(0)) };
    let Attempt::Failed { why, is_final: false } = &last.outcome else { return None };
    if last.attempt >= MOST_TRIES {
        return None;
    }
    let doubled =
        FIRST * 2_f64.powi(i32::try_from(last.attempt.saturating_sub(1)).unwrap_or(i32::MAX));
    #[expect(clippy::cast_precision_loss, reason = "six hours")]
    let longest = LONGEST as f64;
    let wait = doubled.min(longest) * (1.0 - SPREAD * chance(&last.parcel, &last.to, last.attempt));
    #[expect(clippy::cast_possible_truncation, reason = "six hours at most")]
    let wait = wait.round() as i64;
    let wait = wait.max(asked(why).min(LONGEST));
    Some(Moment(last.at.0.saturating_add(wait)))
}

/// What is added to a reason so that [`due_at`] waits as long as the other side asked for; at most six hours count.
pub(super) fn asking(seconds: u64) -> String {
    format!("{}{seconds}{}", WAIT.0, WAIT.1)
}

/// The seconds that a reason says the other side asked for; 0 where it says nothing.
fn asked(why: &str) -> i64 {
    let said = why.rsplit_once(WAIT.0).and_then(|(_, rest)| rest.split_once(WAIT.1));
    said.and_then(|(seconds, _)| seconds.parse().ok())
        .map_or(0, |seconds: u64| i64::try_from(seconds).unwrap_or(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Parcel, ReportId};
    use proptest::prelude::*;

    fn failed(attempt: u32, at: i64, why: &str, is_final: bool) -> Delivery {
        Delivery {
            parcel: Parcel::Report(ReportId::derive("r")),
            to: "ann@example.com".parse().unwrap(),
            attempt,
            at: Moment(at),
            outcome: Attempt::Failed { why: why.to_owned(), is_final },
        }
    }

    #[test]
    fn waits_double_from_a_minute_to_six_hours_and_end_after_about_three_days() {
        assert_eq!(due_at(&[]), Some(Moment(0)));
        let (mut tries, mut now, mut waits) = (Vec::new(), 1_000_000, Vec::new());
        for attempt in 1.. {
            tries.push(failed(attempt, now, "busy", false));
            let Some(due) = due_at(&tries) else { break };
            waits.push(due.0 - now);
            now = due.0;
        }
        assert_eq!(waits.len() + 1, MOST_TRIES as usize);
        assert!((48..=60).contains(&waits[0]) && (96..=120).contains(&waits[1]), "{waits:?}");
        assert!(waits.iter().skip(10).all(|wait| (17_280..=21_600).contains(wait)), "{waits:?}");
        let days = (now - 1_000_000) / 86_400;
        assert!((2..=3).contains(&days), "{days}");
    }

    #[test]
    fn what_is_settled_is_not_tried_again() {
        assert_eq!(due_at(&[failed(1, 5, "no such mailbox", true)]), None);
        let mut done = failed(2, 5, "", false);
        done.outcome = Attempt::Delivered { answer: "250".to_owned() };
        assert_eq!(due_at(&[failed(1, 1, "busy", false), done]), None);
    }

    #[test]
    fn the_other_side_is_given_the_time_it_asks_for_but_not_for_ever() {
        let due =
            |seconds| due_at(&[failed(1, 0, &format!("429{}", asking(seconds)), false)]).unwrap().0;
        assert_eq!(due(1_000), 1_000);
        assert!((48..=60).contains(&due(1)), "it is never tried sooner than by itself");
        assert_eq!(due(u64::MAX), LONGEST);
    }

    proptest! {
        #[test]
        fn whatever_the_other_side_says_the_next_try_is_between_a_minute_and_six_hours_away(
            attempt in 1_u32..MOST_TRIES, at in 0_i64..4_000_000_000, why in ".{0,80}"
        ) {
            let due = due_at(&[failed(attempt, at, &why, false)]).unwrap();
            prop_assert!((48..=LONGEST).contains(&due.seconds_since(Moment(at))));
            prop_assert_eq!(due_at(&[failed(attempt, at, &why, false)]), Some(due));
        }
    }
}
