//! Calibrating: the numbers of the levels estimated from the applications themselves, without labels, and from
//! judgements where there are some. Not responsible for putting them in force (`engine`).
//!
//! How often unrelated people show a level (`u`) is counted on random pairs. How often one person does (`m`) is
//! estimated by expectation maximisation (Dempster, Laird, Rubin, *Maximum Likelihood from Incomplete Data via the EM
//! Algorithm*, JRSS B 1977) over the findings of candidate pairs, independent of each other given the truth (Winkler,
//! *Using the EM Algorithm for Weight Computation in the Fellegi-Sunter Model*, 1988). Pairs come from several
//! blockings, and a blocking says nothing of the comparisons that it rests on. How common a value is stays what it is.
//!
//! Invariant: the result depends on the set of applications, the rulings and the policy only, and stays within bounds
//! around the built-in numbers.

mod blocking;
mod maximum;
mod observation;
mod random;

use crate::{
    matching::{
        Applicants, Comparer, Corpus, Level, Policy, Rulings, Seen,
        calibrate::{maximum::Estimate, observation::Observation},
        levels::LEVELS,
        policy::IdentityPolicy,
    },
    model::{ApplicantIx, Bits, PairVerdict},
};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

/// Random pairs that are compared.
const RANDOM: usize = 400_000;

/// Candidate pairs of one blocking that are compared.
const CANDIDATES: usize = 60_000;

/// Random pairs that must show a level before its rate is counted rather than built in.
const SEEN: u64 = 5;

/// The most by which a weight may leave the built-in one, in bits.
const FAR: f64 = 4.0;

/// What became of one level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// The level.
    pub seen: Seen,
    /// Its comparison.
    pub comparison: &'static str,
    /// Its name.
    pub level: &'static str,
    /// Its numbers before.
    pub before: Level,
    /// Its numbers after.
    pub after: Level,
    /// Pairs of one person that show it, in expectation.
    pub matched: f64,
    /// Random pairs that show it.
    pub random: u64,
}

impl Change {
    /// Bits before and after, of a level by frequency for a value that one in ten thousand has.
    #[must_use]
    pub fn bits(&self) -> (Bits, Bits) {
        (self.before.bits(1e-4), self.after.bits(1e-4))
    }
}

/// What calibrating found.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration {
    /// The numbers found.
    pub identity: IdentityPolicy,
    /// Level by level.
    pub changes: Vec<Change>,
    /// Candidate pairs looked at.
    pub pairs: usize,
    /// Random pairs looked at.
    pub random: usize,
    /// Judged pairs among them.
    pub judged: usize,
    /// Rounds of estimation.
    pub rounds: usize,
    /// Whether the numbers had come to rest.
    pub converged: bool,
}

/// Estimates the numbers of every level, starting from those in force. O(n log n), and at most so many comparisons as
/// the constants above say.
#[must_use]
pub fn calibrate(corpus: &Corpus, rulings: &Rulings, policy: &Policy) -> Calibration {
    let cx = Comparer::new(corpus, policy);
    let mut counts = [0_u64; LEVELS.len()];
    let pairs = random::pairs(corpus, RANDOM);
    let seen: Vec<Vec<Seen>> = pairs
        .par_iter()
        .map(|&(a, b)| Observation::of(&cx, a, b).findings().map(|(seen, _)| seen).collect())
        .collect();
    for seen in seen.into_iter().flatten() {
        counts[seen as usize] += 1;
    }
    let mut start = policy.identity.clone();
    count_random(&mut start, &counts);
    let mut sessions: Vec<(blocking::Blocking, Vec<Observation>)> = blocking::ALL
        .iter()
        .map(|&blocking| {
            let pairs = blocking.pairs(corpus, CANDIDATES);
            (blocking, pairs.par_iter().map(|&(a, b)| Observation::of(&cx, a, b)).collect())
        })
        .collect();
    let n = sessions.iter().map(|(_, all)| all.len()).sum();
    let labels = judged(&cx, rulings);
    let mut found = maximum::maximise(&start, &mut sessions, &labels);
    bound(&mut found, &policy.identity);
    let changes = Seen::ALL
        .iter()
        .map(|&level| Change {
            seen: level,
            comparison: LEVELS[level as usize].comparison,
            level: LEVELS[level as usize].name,
            before: *policy.identity.levels.of(level),
            after: *found.identity.levels.of(level),
            matched: found.matched[level as usize],
            random: counts[level as usize],
        })
        .collect();
    Calibration {
        identity: found.identity,
        changes,
        pairs: n,
        random: pairs.len(),
        judged: labels.len(),
        rounds: found.rounds,
        converged: found.converged,
    }
}

/// Judged pairs, in an order that does not depend on arrival: whether each is one person.
fn judged(cx: &Comparer<'_>, rulings: &Rulings) -> Vec<(Observation, bool)> {
    let key = |app| cx.corpus.app(app).key();
    let mut all: Vec<_> = rulings
        .pairs()
        .filter_map(|(a, b, verdict, _)| match verdict {
            PairVerdict::Same => Some((a, b, true)),
            PairVerdict::Different => Some((a, b, false)),
            PairVerdict::Linked | PairVerdict::NotLinked => None,
        })
        .collect();
    all.sort_by_key(|&(a, b, _)| (key(a).min(key(b)), key(a).max(key(b))));
    all.into_iter().map(|(a, b, same)| (Observation::of(cx, a, b), same)).collect()
}

/// Sets how often unrelated people show each level to what was counted, where enough did.
fn count_random(identity: &mut IdentityPolicy, counts: &[u64; LEVELS.len()]) {
    for (_, range) in crate::matching::levels::comparisons() {
        let all: u64 = range.clone().map(|i| counts[i]).sum();
        for i in range {
            let level = identity.levels.of_mut(Seen::ALL[i]);
            if counts[i] >= SEEN && !level.by_frequency {
                let (count, all) = (real(counts[i]), real(all));
                level.u = ((count + 20.0 * level.u) / (all + 20.0)).clamp(1e-6, 0.9999);
            }
        }
    }
}

/// Holds the numbers near the built-in ones, and those of levels that nobody showed where they were.
fn bound(found: &mut Estimate, before: &IdentityPolicy) {
    for (i, &seen) in Seen::ALL.iter().enumerate() {
        let built_in = LEVELS[i].level;
        let level = found.identity.levels.of_mut(seen);
        if found.matched[i] < 0.5 && found.unmatched[i] < 0.5 {
            *level = *before.levels.of(seen);
            continue;
        }
        let weight = |l: &Level| if l.by_frequency { l.m.log2() } else { (l.m / l.u).log2() };
        let least = weight(&built_in) - FAR;
        let most = weight(&built_in) + FAR;
        let by = weight(level).clamp(least, most) - weight(level);
        level.m = (level.m * by.exp2()).clamp(1e-5, 0.999);
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
fn real(n: u64) -> f64 {
    n as f64
}

/// Pairs of applications that two partitions into applicants tell apart: those only the second has together, and
/// those only the first has. O(n).
#[must_use]
pub fn difference(before: &Applicants, after: &Applicants) -> (u64, u64) {
    let pairs = |n: u64| n * n.saturating_sub(1) / 2;
    let together = |all: &Applicants| -> u64 {
        all.iter().map(|(_, a)| pairs(a.applications.len() as u64)).sum()
    };
    let mut common = 0;
    for (_, applicant) in after.iter() {
        let mut parts: FxHashMap<ApplicantIx, u64> = FxHashMap::default();
        for &app in &applicant.applications {
            *parts.entry(before.of(app)).or_default() += 1;
        }
        common += parts.values().map(|&n| pairs(n)).sum::<u64>();
    }
    (together(after).saturating_sub(common), together(before).saturating_sub(common))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        matching::{Entry, persons},
        model::{Applicant, Application, Column, Source},
        normalize::normalize,
    };
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    const GIVEN: [&str; 8] = ["ada", "bruno", "cleo", "dina", "edgar", "fenna", "gustav", "hedda"];
    const FAMILY: [&str; 9] =
        ["quill", "tarn", "marsh", "voss", "holt", "brandt", "lindqvist", "okafor", "nakamura"];

    /// Person `i / 2`'s application: the second one changes some of what the first says.
    fn entry(i: usize) -> Entry {
        let person = i / 2;
        let again = i % 2 == 1;
        let name = format!("{} {}", GIVEN[person % 8], FAMILY[(person / 8) % 9]);
        let moved = again && person.is_multiple_of(3);
        let email = if again && person.is_multiple_of(5) { "other" } else { "first" };
        let fields = [
            (Column::FullName, name),
            (Column::Email, format!("{email}{person}@example.com")),
            (Column::Phone, format!("202-555-{:04}", 100 + person % 100)),
            (Column::Street, format!("{} Elm St", if moved { 500 + person } else { person })),
            (Column::City, "Springfield".to_owned()),
            (Column::State, "IL".to_owned()),
            (Column::GradYear, format!("{}", 1990 + person % 30)),
            (Column::Institution, format!("College of {}", FAMILY[person % 9])),
        ];
        let application = Application {
            id: format!("A{i}").parse().unwrap(),
            fields: fields.into(),
            extra: BTreeMap::new(),
            nested: BTreeMap::new(),
            source: Source { file: "a.csv".into(), row: 1 },
        };
        Entry { normalized: normalize(&application).into(), label: "x".into() }
    }

    fn corpus(order: impl Iterator<Item = usize>) -> Corpus {
        Corpus::build(order.map(entry).collect())
    }

    #[test]
    fn calibrating_does_not_depend_on_the_order_of_rows() {
        let n = 140;
        let policy = Policy::default();
        let run = |corpus: &Corpus| calibrate(corpus, &Rulings::build(corpus, &[]), &policy);
        let there = run(&corpus(0..n));
        let back = run(&corpus((0..n).rev()));
        let mixed = run(&corpus((0..n).map(|i| i * 37 % n)));
        assert!(there.pairs > 100 && there.random > 1_000, "{there:?}");
        assert_eq!(there, back);
        assert_eq!(there, mixed);
        assert_ne!(there.identity, policy.identity, "something was learned");
    }

    #[test]
    fn what_changes_is_the_difference_of_the_partitions() {
        let corpus = corpus(0..40);
        let rulings = Rulings::build(&corpus, &[]);
        let before = persons::resolve(&corpus, &rulings, &Policy::default()).applicants;
        assert_eq!(difference(&before, &before), (0, 0));
        let alone = corpus
            .apps()
            .map(|app| Applicant {
                id: crate::model::ApplicantId::derive(corpus.id_text(app)),
                applications: vec![app],
            })
            .collect();
        let alone = Applicants::new(alone, corpus.len());
        let together: u64 = before
            .iter()
            .map(|(_, a)| (a.applications.len() * (a.applications.len() - 1) / 2) as u64)
            .sum();
        assert!(together > 10);
        assert_eq!(difference(&before, &alone), (0, together));
        assert_eq!(difference(&alone, &before), (together, 0));
    }

    #[test]
    fn an_empty_store_keeps_every_number() {
        let corpus = Corpus::default();
        let policy = Policy::default();
        let found = calibrate(&corpus, &Rulings::build(&corpus, &[]), &policy);
        assert_eq!((found.identity, found.pairs, found.random), (policy.identity, 0, 0));
    }

    proptest! {
        #[test]
        fn numbers_stay_within_bounds(
            m in prop::collection::vec(1e-6_f64..1.0, LEVELS.len()),
            u in prop::collection::vec(1e-6_f64..1.0, LEVELS.len()),
            shown in prop::collection::vec(any::<bool>(), LEVELS.len()),
        ) {
            let before = IdentityPolicy::default();
            let mut found = Estimate {
                identity: before.clone(),
                matched: std::array::from_fn(|i| if shown[i] { 100.0 } else { 0.0 }),
                unmatched: [0.0; LEVELS.len()],
                rounds: 1,
                converged: true,
            };
            for (i, &seen) in Seen::ALL.iter().enumerate() {
                let level = found.identity.levels.of_mut(seen);
                level.m = m[i];
                if !level.by_frequency {
                    level.u = u[i];
                }
            }
            bound(&mut found, &before);
            for (i, &seen) in Seen::ALL.iter().enumerate() {
                let (now, built_in) = (found.identity.levels.of(seen), LEVELS[i].level);
                if !shown[i] {
                    prop_assert_eq!(*now, built_in);
                } else if !now.by_frequency {
                    let moved = (now.m / now.u).log2() - (built_in.m / built_in.u).log2();
                    prop_assert!(moved.abs() <= FAR + 0.01 || now.m <= 1e-5 || now.m >= 0.999);
                }
                prop_assert!(now.m > 0.0 && now.m < 1.0);
            }
        }
    }
}
