//! The figures: how well reported applicants and rings agree with the truth. Not responsible for reading files.
//!
//! Definitions. A *pair* is two applications that are together; precision is the share of reported pairs that are
//! true, recall the share of true pairs that are reported, F1 their harmonic mean. *B-cubed* averages the same over
//! applications instead of pairs (Bagga and Baldwin 1998). A true ring of at least three persons is *found* when
//! one reported ring holds at least 60 % of its applications and at least 80 % of that reported ring belongs to it.
//! A reported ring is *right* when at least 80 % of it belongs to one true ring.

use crate::evaluate::Truth;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Precision, recall and F1, each 0 to 1 and rounded to five digits; an array of three in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Prf(pub f64, pub f64, pub f64);

/// How well applications were put together into persons.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PersonQuality {
    /// Over pairs.
    pub pair: Prf,
    /// B-cubed.
    pub b3: Prf,
    /// Reported applicants.
    pub predicted: usize,
    /// True persons.
    #[serde(rename = "true")]
    pub true_count: usize,
}

/// How well rings were found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RingQuality {
    /// Over pairs.
    pub pair: Prf,
    /// Share of true rings that are found.
    pub found: f64,
    /// Share of reported rings that are right.
    pub right: f64,
    /// Reported rings.
    pub reported: usize,
    /// True rings of at least three persons.
    #[serde(rename = "true")]
    pub true_count: usize,
    /// Applications in the largest reported ring.
    pub largest: u64,
}

/// How many true rings of one kind are found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KindQuality {
    /// The kind, as `rings.csv` calls it.
    pub kind: String,
    /// Found rings.
    pub found: usize,
    /// True rings of at least three persons.
    #[serde(rename = "true")]
    pub true_count: usize,
}

/// All figures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quality {
    /// Labelled applications.
    pub applications: usize,
    /// Labelled applications that were not reported at all; each stands alone.
    pub lost: usize,
    /// Persons.
    pub person: PersonQuality,
    /// Rings.
    pub ring: RingQuality,
    /// By kind, in alphabetical order; empty when the truth names no kinds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<KindQuality>,
}

/// Compares reported groups with the truth. Each member is an application id, an applicant id and a ring id, the
/// last empty when it is in none. Applications without a label are ignored; the last word on one counts.
///
/// # Complexity
/// O(n log n) in the number of labelled applications.
pub fn evaluate<A, P, R>(members: impl Iterator<Item = (A, P, R)>, truth: &Truth) -> Quality
where
    A: AsRef<str>,
    P: AsRef<str>,
    R: AsRef<str>,
{
    let n = truth.applications();
    let (mut applicants, mut rings) = (FxHashMap::default(), FxHashMap::default());
    let mut reported: Vec<Option<(u32, Option<u32>)>> = vec![None; n];
    for (application, applicant, ring) in members {
        let Some(&at) = truth.position.get(application.as_ref()) else { continue };
        let applicant = number(&mut applicants, applicant.as_ref());
        let ring = ring.as_ref();
        let ring = (!ring.is_empty()).then(|| number(&mut rings, ring));
        reported[at as usize] = Some((applicant, ring));
    }
    let lost = reported.iter().filter(|r| r.is_none()).count();
    let mut alone = u32::try_from(applicants.len()).unwrap_or(u32::MAX);
    let applicant: Vec<u32> = reported
        .iter()
        .map(|r| {
            r.map_or_else(
                || {
                    alone += 1;
                    alone
                },
                |(applicant, _)| applicant,
            )
        })
        .collect();
    let ring: Vec<Option<u32>> = reported.iter().map(|r| r.and_then(|(_, ring)| ring)).collect();
    let (ring, kinds) = ring_quality(&ring, truth);
    Quality { applications: n, lost, person: person_quality(&applicant, truth), ring, kinds }
}

fn number(names: &mut FxHashMap<String, u32>, name: &str) -> u32 {
    if let Some(&n) = names.get(name) {
        return n;
    }
    let n = u32::try_from(names.len()).unwrap_or(u32::MAX);
    names.insert(name.to_owned(), n);
    n
}

/// The sum, smallest first, so that it does not depend on the order of the rows to the last digit.
fn in_order(mut parts: Vec<f64>) -> f64 {
    parts.sort_by(f64::total_cmp);
    parts.iter().sum()
}

fn person_quality(applicant: &[u32], truth: &Truth) -> PersonQuality {
    let predicted = counts(applicant.iter().copied());
    let actual = counts(truth.person.iter().copied());
    let both = counts(applicant.iter().copied().zip(truth.person.iter().copied()));
    let share = |k: &u64, of: u64| (k * k) as f64 / of as f64;
    let precision = in_order(both.iter().map(|((p, _), k)| share(k, predicted[p])).collect());
    let recall = in_order(both.iter().map(|((_, t), k)| share(k, actual[t])).collect());
    let n = applicant.len().max(1) as f64;
    PersonQuality {
        pair: pairs(both.values(), predicted.values(), actual.values()),
        b3: prf(precision / n, recall / n),
        predicted: predicted.len(),
        true_count: actual.len(),
    }
}

fn ring_quality(ring: &[Option<u32>], truth: &Truth) -> (RingQuality, Vec<KindQuality>) {
    let reported = counts(ring.iter().filter_map(|r| *r));
    let actual = counts(truth.ring.iter().filter_map(|r| *r));
    let both = counts(ring.iter().zip(&truth.ring).filter_map(|(r, t)| (*r).zip(*t)));
    let mut persons: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    for (ring, person) in truth.ring.iter().zip(&truth.person) {
        if let Some(ring) = ring {
            persons.entry(*ring).or_default().insert(*person);
        }
    }
    let large: BTreeSet<u32> =
        persons.iter().filter(|(_, p)| p.len() >= 3).map(|(r, _)| *r).collect();
    let (mut found, mut right) = (BTreeSet::new(), BTreeSet::new());
    for ((r, t), k) in &both {
        // k >= 0.8 * size, in whole numbers.
        let belongs = 10 * k >= 8 * reported[r];
        if belongs {
            right.insert(*r);
        }
        if belongs && 10 * k >= 6 * actual[t] && large.contains(t) {
            found.insert(*t);
        }
    }
    let share = |part: usize, whole: usize| round(part as f64 / whole.max(1) as f64);
    let quality = RingQuality {
        pair: pairs(both.values(), reported.values(), actual.values()),
        found: share(found.len(), large.len()),
        right: share(right.len(), reported.len()),
        reported: reported.len(),
        true_count: large.len(),
        largest: reported.values().copied().max().unwrap_or(0),
    };
    let mut kinds: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (ring, kind) in &truth.kinds {
        if large.contains(ring) {
            let entry = kinds.entry(kind).or_default();
            entry.0 += usize::from(found.contains(ring));
            entry.1 += 1;
        }
    }
    let kinds = kinds
        .into_iter()
        .map(|(kind, (found, true_count))| KindQuality { kind: kind.to_owned(), found, true_count })
        .collect();
    (quality, kinds)
}

fn counts<T: Ord>(items: impl Iterator<Item = T>) -> BTreeMap<T, u64> {
    let mut sorted: Vec<T> = items.collect();
    sorted.sort_unstable();
    let mut counts: Vec<(T, u64)> = Vec::new();
    for item in sorted {
        match counts.last_mut() {
            Some((last, n)) if *last == item => *n += 1,
            _ => counts.push((item, 1)),
        }
    }
    counts.into_iter().collect()
}

fn pairs<'a>(
    both: impl Iterator<Item = &'a u64>,
    reported: impl Iterator<Item = &'a u64>,
    actual: impl Iterator<Item = &'a u64>,
) -> Prf {
    let (hit, reported, actual) = (pair_sum(both), pair_sum(reported), pair_sum(actual));
    let share = |whole: u64| if whole == 0 { 1.0 } else { hit as f64 / whole as f64 };
    prf(share(reported), share(actual))
}

fn pair_sum<'a>(sizes: impl Iterator<Item = &'a u64>) -> u64 {
    sizes.map(|n| n * n.saturating_sub(1) / 2).sum()
}

fn prf(precision: f64, recall: f64) -> Prf {
    let sum = precision + recall;
    let f1 = if sum > 0.0 { 2.0 * precision * recall / sum } else { 0.0 };
    Prf(round(precision), round(recall), round(f1))
}

fn round(x: f64) -> f64 {
    (x * 1e5).round() / 1e5
}
