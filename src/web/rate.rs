//! How often whoever sends requests may do so: a bucket of requests each, which fills again as time goes by. Not responsible for
//! signing in, whose tries are counted apart (`casework::Throttle`).
//!
//! A bucket is one number, the moment by which it is full again (the generic cell rate algorithm). There is a fixed number of
//! buckets, and a hash whose key nobody outside knows says whose is whose: however many addresses ask, memory stays the same,
//! and nobody can aim at somebody else's bucket.
//!
//! Invariant: within `t` seconds no more than `burst + t * per_second` requests of one sender are let through.

use std::{
    hash::{BuildHasher, RandomState},
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, PoisonError},
    time::Instant,
};

/// Buckets of one kind: 128 KiB. Two of a few hundred people rarely share one.
const SLOTS: usize = 16 << 10;
/// Seconds' worth of requests that may come at once: somebody opens many tabs, and then reads.
const BURST: f64 = 10.0;
/// Whoever is not signed in sees nothing but the way in, and needs a fifth of what somebody signed in does.
const OUTSIDE: f64 = 0.2;
/// A first page has some fifteen files, and a whole office may come from one address.
const FILES: f64 = 4.0;

/// Whose request it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    /// Somebody signed in, by what their session is kept under.
    Session([u8; 32]),
    /// Somebody who is not, by address.
    Outside(IpAddr),
    /// Somebody at an address who asks for an embedded file.
    Files(IpAddr),
}

/// How often requests may come.
#[derive(Debug)]
pub struct Rate(Option<Limits>);

#[derive(Debug)]
struct Limits {
    sessions: Buckets,
    outside: Buckets,
    files: Buckets,
    hasher: RandomState,
    begun: Instant,
}

#[derive(Debug)]
struct Buckets {
    per_second: f64,
    full_at: Mutex<Vec<f64>>,
}

impl Rate {
    /// As often as anybody likes.
    #[must_use]
    pub fn unlimited() -> Self {
        Self(None)
    }

    /// So many requests a second for each session, ten seconds' worth of them at once, and in proportion for whoever is not
    /// signed in. Zero lifts every limit.
    #[must_use]
    pub fn per_second(requests: u32) -> Self {
        if requests == 0 {
            return Self::unlimited();
        }
        let buckets = |times: f64| Buckets {
            per_second: f64::from(requests) * times,
            full_at: Mutex::new(vec![0.0; SLOTS]),
        };
        Self(Some(Limits {
            sessions: buckets(1.0),
            outside: buckets(OUTSIDE),
            files: buckets(FILES),
            hasher: RandomState::new(),
            begun: Instant::now(),
        }))
    }

    /// Counts a request. O(1).
    ///
    /// # Errors
    /// The seconds to wait, when there were too many; such a request is not counted.
    pub fn take(&self, sender: Sender) -> Result<(), u64> {
        match &self.0 {
            None => Ok(()),
            Some(limits) => limits.take(sender, limits.begun.elapsed().as_secs_f64()),
        }
    }
}

impl Limits {
    fn take(&self, sender: Sender, now: f64) -> Result<(), u64> {
        let (buckets, hash) = match sender {
            Sender::Session(key) => (&self.sessions, self.hasher.hash_one(key)),
            Sender::Outside(address) => (&self.outside, self.hasher.hash_one(place(address))),
            Sender::Files(address) => (&self.files, self.hasher.hash_one(place(address))),
        };
        buckets.take(usize::try_from(hash % SLOTS as u64).unwrap_or(0), now)
    }
}

impl Buckets {
    fn take(&self, slot: usize, now: f64) -> Result<(), u64> {
        let mut all = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(full_at) = all.get_mut(slot) else { return Ok(()) };
        let next = full_at.max(now) + 1.0 / self.per_second;
        let over = next - now - BURST.max(1.0 / self.per_second);
        // What remains after adding up many fractions is no request.
        if over > 1e-9 {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "above 0, and at most what one request takes"
            )]
            return Err(over.ceil().max(1.0) as u64);
        }
        *full_at = next;
        Ok(())
    }
}

/// What counts as one place: an address, or the network that one holder of IPv6 addresses has at least.
#[must_use]
pub fn place(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX)).into(),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn limits(requests: u32) -> Limits {
        Rate::per_second(requests).0.unwrap()
    }

    fn address(n: u32) -> IpAddr {
        std::net::Ipv4Addr::from_bits(0xC633_6400 | n).into()
    }

    fn let_through(limits: &Limits, sender: Sender, asked: usize, now: f64) -> usize {
        (0..asked).filter(|_| limits.take(sender, now).is_ok()).count()
    }

    #[test]
    fn a_burst_is_let_through_and_then_as_many_as_fill_again() {
        let limits = limits(20);
        let ann = Sender::Session([1; 32]);
        assert_eq!(let_through(&limits, ann, 500, 0.0), 200);
        assert_eq!(limits.take(ann, 0.0), Err(1));
        assert_eq!(let_through(&limits, ann, 500, 0.5), 10);
        assert_eq!(let_through(&limits, ann, 500, 1_000.0), 200);
        assert_eq!(let_through(&limits, Sender::Session([2; 32]), 5, 0.5), 5, "others have theirs");
        assert_eq!(let_through(&limits, Sender::Outside(address(1)), 500, 0.0), 40);
        assert!(let_through(&limits, Sender::Files(address(1)), 500, 0.0) == 500);
    }

    #[test]
    fn one_holder_of_many_addresses_is_one_place() {
        let at = |text: &str| place(text.parse().unwrap());
        assert_eq!(at("2001:db8:1:2::1"), at("2001:db8:1:2:ffff::9"));
        assert_ne!(at("2001:db8:1:2::1"), at("2001:db8:1:3::1"));
        assert_eq!(at("::ffff:192.0.2.1"), at("192.0.2.1"));
        assert_ne!(at("192.0.2.1"), at("192.0.2.2"));
    }

    #[test]
    fn however_many_addresses_ask_memory_stays_the_same_and_somebody_new_gets_in() {
        let limits = limits(20);
        for n in 0..2_000 {
            let _ = limits.take(Sender::Outside(address(n)), 0.0);
        }
        assert_eq!(limits.outside.full_at.lock().unwrap().len(), SLOTS);
        assert_eq!(limits.take(Sender::Session([9; 32]), 0.0), Ok(()));
    }

    #[test]
    fn without_a_limit_nobody_waits() {
        let rate = Rate::per_second(0);
        assert!((0..10_000).all(|_| rate.take(Sender::Session([0; 32])).is_ok()));
    }

    proptest! {
        #[test]
        fn never_more_than_the_burst_and_what_filled_again(
            per_second in 1_u32..100,
            gaps in proptest::collection::vec(0.0_f64..0.5, 1..400),
        ) {
            let limits = limits(per_second);
            let (mut now, mut through) = (0.0, 0_u32);
            for gap in gaps {
                now += gap;
                match limits.take(Sender::Session([0; 32]), now) {
                    Ok(()) => through += 1,
                    Err(wait) => prop_assert!(wait >= 1),
                }
                let most = f64::from(per_second) * (BURST + now) + 1e-6;
                prop_assert!(f64::from(through) <= most, "{} of {}", through, most);
            }
        }
    }
}
