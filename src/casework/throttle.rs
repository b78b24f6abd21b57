//! Login throttling: after a few failures a name, and a place, has to wait, each time longer. Not responsible for
//! what a failure is.
//!
//! A wait is never longer than a quarter of an hour: locking a name for good would let anybody lock out anybody.
//!
//! Invariant: a try is counted before it is looked at; what is remembered is bounded.

use crate::model::Moment;
use std::collections::BTreeMap;

/// The longest wait in seconds.
const LONGEST: i64 = 900;
/// After so many seconds without a try it is forgotten.
const FORGET: i64 = 3_600;
/// Names and places remembered at most.
const LIMIT: usize = 10_000;

/// What tries are counted under.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tried {
    /// The name that was tried: five tries cost nothing.
    Name(String),
    /// Where from: fifty cost nothing, since many people may sit behind one address.
    Place(String),
}

/// Tries that were not successful, by what they are counted under.
#[derive(Debug, Default)]
pub struct Throttle {
    tries: BTreeMap<Tried, (u32, Moment)>,
}

impl Tried {
    fn free(&self) -> u32 {
        match self {
            Self::Name(_) => 5,
            Self::Place(_) => 50,
        }
    }
}

impl Throttle {
    /// Counts a try under each of these, before it is looked at: tries made side by side are all counted.
    ///
    /// # Errors
    /// The seconds to wait, when there were too many; such a try is not counted.
    pub fn begin(&mut self, under: &[Tried], now: Moment) -> Result<(), u64> {
        let left = |tried: &Tried| {
            let (n, last) = self.tries.get(tried)?;
            let wait = match (n + 1).saturating_sub(tried.free()) {
                0 => 0,
                over => (1_i64 << over.min(10)).min(LONGEST),
            };
            Some(wait - now.seconds_since(*last))
        };
        let longest = under.iter().filter_map(left).max().unwrap_or(0);
        if let Some(wait) = u64::try_from(longest).ok().filter(|&w| w > 0) {
            return Err(wait);
        }
        for tried in under {
            let (n, last) = self.tries.entry(tried.clone()).or_insert((0, now));
            if now.seconds_since(*last) > FORGET {
                *n = 0;
            }
            (*n, *last) = (n.saturating_add(1), now);
        }
        self.forget(now);
        Ok(())
    }

    /// A try that was begun was successful: its name starts afresh, and its place has one less.
    pub fn succeeded(&mut self, under: &[Tried]) {
        for tried in under {
            match tried {
                Tried::Name(_) => drop(self.tries.remove(tried)),
                Tried::Place(_) => {
                    if let Some((n, _)) = self.tries.get_mut(tried) {
                        *n = n.saturating_sub(1);
                    }
                }
            }
        }
    }

    fn forget(&mut self, now: Moment) {
        if self.tries.len() <= LIMIT {
            return;
        }
        self.tries.retain(|_, (_, last)| now.seconds_since(*last) <= FORGET);
        while self.tries.len() > LIMIT {
            let oldest = self.tries.iter().min_by_key(|(_, (_, last))| *last);
            let Some(oldest) = oldest.map(|(tried, _)| tried.clone()) else { break };
            self.tries.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Tried {
        Tried::Name(text.into())
    }

    #[test]
    fn a_few_slips_cost_nothing_and_many_ever_more() {
        let mut throttle = Throttle::default();
        let ann = [name("ann")];
        for _ in 0..5 {
            assert_eq!(throttle.begin(&ann, Moment(0)), Ok(()));
        }
        let mut now = 0;
        let mut waits = Vec::new();
        for _ in 0..12 {
            let wait = throttle.begin(&ann, Moment(now)).unwrap_err();
            assert!(throttle.begin(&[name("ben")], Moment(now)).is_ok());
            throttle.succeeded(&[name("ben")]);
            waits.push(wait);
            now += i64::try_from(wait).unwrap();
            assert_eq!(throttle.begin(&ann, Moment(now)), Ok(()));
        }
        assert!(waits.windows(2).all(|w| w[0] <= w[1]), "{waits:?}");
        assert_eq!((waits[0], waits[11]), (2, 900));
        throttle.succeeded(&ann);
        assert_eq!(throttle.begin(&ann, Moment(now)), Ok(()));
    }

    #[test]
    fn guessing_many_names_from_one_place_is_slowed_down_too() {
        let mut throttle = Throttle::default();
        let mut refused = 0;
        for i in 0..200 {
            let under = [name(&format!("user {i}")), Tried::Place("192.0.2.1".into())];
            refused += usize::from(throttle.begin(&under, Moment(0)).is_err());
        }
        assert_eq!(refused, 150);
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let mut throttle = Throttle::default();
        for i in 0..10_050 {
            throttle.begin(&[name(&format!("name {i}"))], Moment(i)).unwrap();
        }
        assert!(throttle.tries.len() <= LIMIT);
        assert!(throttle.tries.contains_key(&name("name 10049")));
    }
}
