//! Expectation maximisation over observed pairs. Not responsible for what is observed, nor for bounds on the result.
//!
//! Invariant: sums are added in the order of the observations, so that the result is the same on every machine.

use crate::{
    matching::{
        Seen,
        calibrate::{blocking::Blocking, observation::Observation},
        levels::{LEVELS, comparisons},
        policy::IdentityPolicy,
    },
    model::Bits,
};
use rayon::prelude::*;

/// Most rounds.
const ROUNDS: usize = 60;

/// At rest: no weight that matters moved by more than this, in bits.
const REST: f64 = 0.02;

/// How many pairs the numbers that the estimation starts from are worth: so that rare levels are not driven by chance.
const WORTH: f64 = 50.0;

/// Observations that are added up together.
const CHUNK: usize = 4_096;

/// What the estimation found.
pub(super) struct Estimate {
    pub(super) identity: IdentityPolicy,
    /// Pairs of one person that show each level, in expectation.
    pub(super) matched: [f64; LEVELS.len()],
    /// Candidate pairs of two persons that show it, in expectation.
    pub(super) unmatched: [f64; LEVELS.len()],
    pub(super) rounds: usize,
    pub(super) converged: bool,
}

/// Sums over pairs.
#[derive(Clone)]
struct Sums {
    matched: [f64; LEVELS.len()],
    unmatched: [f64; LEVELS.len()],
    persons: f64,
    pairs: f64,
}

impl Sums {
    fn new() -> Self {
        let none = [0.0; LEVELS.len()];
        Self { matched: none, unmatched: none, persons: 0.0, pairs: 0.0 }
    }

    fn see(&mut self, observation: &Observation, one: f64, left_out: impl Fn(Seen) -> bool) {
        self.persons += one;
        self.pairs += 1.0;
        for (seen, _) in observation.findings().filter(|&(seen, _)| !left_out(seen)) {
            self.matched[seen as usize] += one;
            self.unmatched[seen as usize] += 1.0 - one;
        }
    }

    fn add(&mut self, other: &Self) {
        for i in 0..LEVELS.len() {
            self.matched[i] += other.matched[i];
            self.unmatched[i] += other.unmatched[i];
        }
        self.persons += other.persons;
        self.pairs += other.pairs;
    }
}

/// The numbers under which the observations are most likely, from `start`. Known pairs are taken at their word.
pub(super) fn maximise(
    start: &IdentityPolicy,
    sessions: &mut [(Blocking, Vec<Observation>)],
    known: &[(Observation, bool)],
) -> Estimate {
    let mut now = start.clone();
    let mut shares = vec![0.5_f64; sessions.len()];
    let mut sums = Sums::new();
    let (mut rounds, mut converged) = (0, false);
    while rounds < ROUNDS && !converged {
        rounds += 1;
        sums = Sums::new();
        for ((blocking, all), share) in sessions.iter().zip(&mut shares) {
            let rests: [bool; LEVELS.len()] =
                std::array::from_fn(|i| blocking.rests_on(LEVELS[i].comparison));
            let left_out = |seen: Seen| rests[seen as usize];
            let begin = Bits::new((*share / (1.0 - *share)).log2());
            let parts: Vec<Sums> = all
                .par_chunks(CHUNK)
                .map(|chunk| {
                    let mut sums = Sums::new();
                    for observation in chunk {
                        let bits = observation.total(&now, start, begin, left_out);
                        sums.see(observation, 1.0 / (1.0 + (-bits.get()).exp2()), left_out);
                    }
                    sums
                })
                .collect();
            let mut session = Sums::new();
            parts.iter().for_each(|part| session.add(part));
            *share = ((session.persons + 1.0) / (session.pairs + 2.0)).clamp(1e-6, 0.999);
            sums.add(&session);
        }
        for (observation, same) in known {
            sums.see(observation, f64::from(u8::from(*same)), |_| false);
        }
        let moved = step(&mut now, start, &sums);
        converged = moved < REST;
    }
    Estimate { identity: now, matched: sums.matched, unmatched: sums.unmatched, rounds, converged }
}

/// Sets m to what the sums say; returns by how many bits the most moved one moved, of levels that enough show.
fn step(now: &mut IdentityPolicy, start: &IdentityPolicy, sums: &Sums) -> f64 {
    let mut most = 0.0_f64;
    for (_, range) in comparisons() {
        let whole: f64 = range.clone().map(|i| sums.matched[i]).sum();
        let weights: f64 = range.clone().map(|i| start.levels.of(Seen::ALL[i]).m).sum();
        for i in range {
            let before = start.levels.of(Seen::ALL[i]).m;
            let level = now.levels.of_mut(Seen::ALL[i]);
            // The levels of a comparison share what they had together, which is not always all.
            let seen = sums.matched[i] * weights.min(1.0);
            let m = ((seen + WORTH * before) / (whole + WORTH)).clamp(1e-5, 0.999);
            if sums.matched[i] > 1.0 {
                most = most.max((m / level.m).log2().abs());
            }
            level.m = m;
        }
    }
    most
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::{NameComparison, NameRelation};
    use proptest::prelude::*;
    use rand_chacha::{
        ChaCha8Rng,
        rand_core::{RngCore, SeedableRng},
    };

    const NOBODY: NameComparison = NameComparison {
        relation: NameRelation::Unknown,
        bits: Bits::ZERO,
        given_bits: Bits::ZERO,
        family_shared: false,
        may_be_relatives: false,
    };

    /// Each comparison's levels with how often one person shows them and how often strangers do.
    const PLANTED: [&[(Seen, f64, f64)]; 4] = [
        &[
            (Seen::EmailSame, 0.8, 0.0001),
            (Seen::EmailNear, 0.05, 0.0001),
            (Seen::EmailDifferent, 0.15, 0.9998),
        ],
        &[(Seen::PhoneSame, 0.55, 0.0001), (Seen::PhoneDifferent, 0.45, 0.9999)],
        &[
            (Seen::Resume80, 0.3, 0.001),
            (Seen::Resume40, 0.5, 0.001),
            (Seen::ResumeDifferent, 0.2, 0.998),
        ],
        &[
            (Seen::SchoolSame, 0.7, 0.0001),
            (Seen::SchoolNear, 0.2, 0.001),
            (Seen::SchoolDifferent, 0.1, 0.9989),
        ],
    ];

    fn simulate(n: usize, share: f64, seed: u64) -> Vec<Observation> {
        let mut dice = ChaCha8Rng::seed_from_u64(seed);
        let mut unit = || f64::from(dice.next_u32()) / (f64::from(u32::MAX) + 1.0);
        (0..n)
            .map(|_| {
                let one = unit() < share;
                let seen: Vec<Seen> = PLANTED
                    .iter()
                    .map(|levels| {
                        let mut left = unit();
                        let rate = |l: &(Seen, f64, f64)| if one { l.1 } else { l.2 };
                        let hit = levels.iter().find(|l| {
                            left -= rate(l);
                            left < 0.0
                        });
                        hit.unwrap_or(&levels[levels.len() - 1]).0
                    })
                    .collect();
                Observation::simulated(&seen, NOBODY)
            })
            .collect()
    }

    #[test]
    fn planted_rates_are_found_again_without_labels() {
        for (share, seed) in [(0.5, 3), (0.1, 4), (0.02, 5)] {
            let n = 40_000;
            let mut sessions = vec![(Blocking::Names, simulate(n, share, seed))];
            let found = maximise(&IdentityPolicy::default(), &mut sessions, &[]);
            assert!(found.converged);
            for &(seen, m, _) in PLANTED.into_iter().flatten() {
                let level = found.identity.levels.of(seen);
                assert!((level.m - m).abs() < 0.05, "{seen:?} {share}: {} for {m}", level.m);
            }
        }
    }

    #[test]
    fn a_blocking_says_nothing_of_what_it_rests_on() {
        let start = IdentityPolicy::default();
        let mut sessions = vec![(Blocking::Contact, simulate(5_000, 0.3, 6))];
        let found = maximise(&start, &mut sessions, &[]);
        let m = |identity: &IdentityPolicy, seen| identity.levels.of(seen).m;
        for seen in [Seen::EmailSame, Seen::EmailDifferent, Seen::PhoneSame] {
            assert!((m(&found.identity, seen) - m(&start, seen)).abs() < 1e-9, "{seen:?}");
        }
        assert!((m(&found.identity, Seen::SchoolSame) - 0.7).abs() < 0.05);
    }

    #[test]
    fn known_pairs_are_taken_at_their_word() {
        let start = IdentityPolicy::default();
        let differs = || Observation::simulated(&[Seen::EmailDifferent], NOBODY);
        let known: Vec<(Observation, bool)> = (0..2_000).map(|_| (differs(), true)).collect();
        let found = maximise(&start, &mut [], &known);
        assert!(found.identity.levels.of(Seen::EmailDifferent).m > 0.8);
    }

    proptest! {
        #[test]
        fn estimates_are_probabilities_whatever_is_seen(
            seen in prop::collection::vec(prop::collection::vec(0..LEVELS.len(), 0..8), 0..60),
        ) {
            let all = seen
                .iter()
                .map(|s| {
                    let levels: Vec<Seen> = s.iter().map(|&i| Seen::ALL[i]).collect();
                    Observation::simulated(&levels, NOBODY)
                })
                .collect();
            let found = maximise(&IdentityPolicy::default(), &mut [(Blocking::Home, all)], &[]);
            for &seen in Seen::ALL {
                let m = found.identity.levels.of(seen).m;
                prop_assert!(m > 0.0 && m < 1.0, "{seen:?} {m}");
            }
        }
    }
}
