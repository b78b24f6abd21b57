//! Which applicants are worth comparing as two persons on one infrastructure. Not responsible for comparing.
//!
//! Exact attributes propose all pairs of their users up to a limit; a busier attribute is not dropped, it only
//! proposes no pairs of its own and weighs in wherever others do. Near-equalities propose pairs through keys:
//! MinHash bands of resumes (Broder, *On the resemblance and containment of documents*, 1997), mailbox stems,
//! blocks of internet-telephony numbers, bands of photo hashes, careers.
//!
//! Invariant: as for `blocking`.

use crate::{
    matching::{
        Corpus, Policy, blocking::key, corpus::App, features::resume::LEAST, sorting::sorted_by_key,
    },
    model::{AppIx, ApplicantIx, AttributeIx, AttributeKind, LineType},
};
use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Rows in a MinHash band. Three rows in 42 bands find texts that agree to 0.4 with probability 0.94 and texts
/// that agree to 0.05 with probability 0.005.
const ROWS: usize = 3;
/// Users of a busy attribute that each user is paired with: those that came next.
const NEXT: usize = 6;
/// Number of MinHash bands.
const BANDS: usize = 42;

/// Two applicants worth comparing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// The one of lesser position.
    pub a: ApplicantIx,
    /// The other.
    pub b: ApplicantIx,
    /// Whether a MinHash band puts texts of theirs side by side.
    pub texts: bool,
}

/// Pairs of applicants worth comparing, and how many pairs of busy attributes were not proposed.
#[derive(Debug, Default)]
pub struct LinkCandidates {
    /// The pairs.
    pub pairs: Vec<Candidate>,
    /// Pairs that only a busy value has in common.
    pub uncompared: u64,
}

impl LinkCandidates {
    /// Sorts the pairs and takes repeats out. O(n log n).
    pub fn settle(&mut self) {
        // Of one pair, the candidate with texts comes first.
        self.pairs.par_sort_unstable_by_key(|c| (c.a, c.b, !c.texts));
        self.pairs.dedup_by_key(|c| (c.a, c.b));
    }

    fn add(&mut self, a: u32, b: u32, texts: bool) {
        if a != b {
            self.pairs.push(Candidate {
                a: ApplicantIx(a.min(b)),
                b: ApplicantIx(a.max(b)),
                texts,
            });
        }
    }
}

/// Whether sharing an attribute of this kind can say anything about two persons.
#[must_use]
pub fn proposes(kind: AttributeKind) -> bool {
    !matches!(
        kind,
        AttributeKind::Institution | AttributeKind::Employer | AttributeKind::GovernmentId
    )
}

/// Pairs of applicants that share something. O(entries log entries + pairs).
#[must_use]
pub fn link_candidates(
    corpus: &Corpus,
    applicant_of: &[ApplicantIx],
    policy: &Policy,
) -> LinkCandidates {
    let limit = policy.blocking.attribute as usize;
    let exact: Vec<LinkCandidates> = (0..corpus.attribute_numbers().len())
        .into_par_iter()
        .chunks(4_096)
        .map(|attributes| {
            let mut found = LinkCandidates::default();
            for ix in attributes.into_iter().map(AttributeIx::new) {
                if corpus.uses(ix) >= 2 && proposes(corpus.kind(ix)) {
                    users_paired(corpus, applicant_of, ix, limit, &mut found);
                }
            }
            found
        })
        .collect();
    let mut found = LinkCandidates::default();
    for part in exact {
        found.uncompared += part.uncompared;
        found.pairs.extend(part.pairs);
    }
    found.settle();
    for pass in 0..PASSES {
        let near: Vec<(u64, u32)> = (0..corpus.len())
            .into_par_iter()
            .with_min_len(1_024)
            .fold(Vec::new, |mut near, i| {
                let member = applicant_of[i].0;
                near_keys(corpus, AppIx::new(i), pass, |k| near.push((k, member)));
                near
            })
            .reduce(Vec::new, |mut a, mut b| {
                a.append(&mut b);
                a
            });
        let mut near = sorted_by_key(near);
        near.dedup();
        for run in near.chunk_by(|a, b| a.0 == b.0).filter(|run| run.len() > 1) {
            if run.len() <= MOST {
                for (i, (_, a)) in run.iter().enumerate() {
                    run[i + 1..].iter().for_each(|(_, b)| found.add(*a, *b, pass >= TEXTS));
                }
            } else {
                let n = run.len() as u64;
                found.uncompared += n * (n - 1) / 2;
            }
        }
        drop(near);
        found.settle();
    }
    found
}

/// Pairs of the users of an attribute. Of one too busy to propose all of them, each user with the few that came
/// next, so that whoever belongs together through it still hangs together, at a cost that is linear in the users.
fn users_paired(
    corpus: &Corpus,
    applicant_of: &[ApplicantIx],
    ix: AttributeIx,
    limit: usize,
    found: &mut LinkCandidates,
) {
    let mut users: Vec<u32> = corpus.uses_of(ix).map(|(app, _)| applicant_of[app.at()].0).collect();
    users.sort_unstable();
    users.dedup();
    if users.len() <= limit {
        for (i, &a) in users.iter().enumerate() {
            users[i + 1..].iter().for_each(|&b| found.add(a, b, false));
        }
        return;
    }
    let mut users: Vec<_> = corpus
        .uses_of(ix)
        .map(|(app, _)| {
            let x = corpus.app(app);
            (x.submitted(), x.key(), applicant_of[app.at()].0)
        })
        .collect();
    users.sort_unstable();
    let mut seen = rustc_hash::FxHashSet::default();
    users.retain(|(_, _, user)| seen.insert(*user));
    for (k, &(_, _, a)) in users.iter().enumerate() {
        for &(_, _, b) in users.iter().skip(k + 1).take(NEXT) {
            found.add(a, b, false);
        }
    }
    let n = users.len() as u64;
    found.uncompared += n * (n - 1) / 2 - n * NEXT as u64;
}

/// Passes in which keys are made, so that not all are in memory at once; those from `TEXTS` on are of texts.
const PASSES: usize = TEXTS + BANDS / GROUP;
const TEXTS: usize = 2;
/// Bands in a pass.
const GROUP: usize = 14;
/// A key that more have proposes nobody.
const MOST: usize = 60;

/// Keys through which near-equal values meet, those of one pass.
fn near_keys(corpus: &Corpus, app: AppIx, pass: usize, mut put: impl FnMut(u64)) {
    let x = corpus.app(app);
    match pass {
        0 => value_keys(corpus, &x, put),
        1 => {
            if let Some(hash) = x.phash() {
                // At most six of 64 bits differ, so at least two of eight bytes are equal: one pair of bytes
                // agrees.
                let bytes = hash.to_be_bytes();
                for i in 0..8_u8 {
                    for j in i + 1..8 {
                        let at = |i: u8| u32::from(bytes[usize::from(i)]);
                        put(key(63, &[u32::from(i), u32::from(j), at(i), at(j)]));
                    }
                }
            }
        }
        _ => band_keys(corpus, &x, pass - TEXTS, put),
    }
}

/// Whether a MinHash band puts texts of two applicants side by side. O(length of the texts).
#[must_use]
pub fn texts_meet(corpus: &Corpus, left: &[AppIx], right: &[AppIx]) -> bool {
    let keys = |apps: &[AppIx]| {
        let mut keys = rustc_hash::FxHashSet::default();
        for app in apps {
            for group in 0..BANDS / GROUP {
                band_keys(corpus, &corpus.app(*app), group, |k| {
                    keys.insert(k);
                });
            }
        }
        keys
    };
    let left = keys(left);
    !left.is_empty() && !left.is_disjoint(&keys(right))
}

fn band_keys(corpus: &Corpus, x: &App<'_>, group: usize, put: impl FnMut(u64)) {
    if x.shingles().len() >= LEAST {
        let own = corpus.passages().own(x.shingles());
        if own.clone().count() >= LEAST {
            bands(own, group).for_each(put);
        }
    }
}

/// Keys of contacts, handles, buildings and careers.
fn value_keys(corpus: &Corpus, x: &App<'_>, mut put: impl FnMut(u64)) {
    if let Some(stem) = x.stem() {
        let text = corpus.word(stem);
        let hash = |parts: &[&str]| {
            parts.iter().fold(60, |h, part| xxh3_64_with_seed(part.as_bytes(), h + 1))
        };
        if text.len() >= 6 {
            put(key(60, &[stem.0]));
        }
        if text.len() >= 8 && text.is_ascii() {
            // Two stems one letter apart agree after a deletion on each side, or on one.
            for i in 0..text.len() {
                put(hash(&[&text[..i], &text[i + 1..]]));
            }
            put(hash(&[text, ""]));
        }
    }
    if let Some(block) = x.block()
        && !matches!(x.line_type(), Some(LineType::Mobile | LineType::Landline))
    {
        put(key(61, &[block.0]));
    }
    for profile in x.profiles() {
        if let Some(stem) = profile.stem {
            put(key(65, &[profile.platform.0, stem.0]));
        }
    }
    if let Some(building) = x.home().and_then(|h| h.building()) {
        put(key(62, &[building.0]));
    }
    if let (Some(e), Some(j)) = (x.education().next(), x.employment().next())
        && let (Some(school), Some(major), Some(end), Some(employer), Some(title)) =
            (e.institution, e.major, e.end, j.employer, j.title)
    {
        put(key(64, &[school.0, major.0, end.0, employer.0, title.0]));
    }
}

/// The keys of one group of bands of a set of shingles: of each row the least hash under one permutation.
fn bands(text: impl Iterator<Item = u32>, group: usize) -> impl Iterator<Item = u64> {
    let mut least = [u32::MAX; ROWS * GROUP];
    for shingle in text {
        // One multiplication a permutation, each with an odd multiplier and an offset of its own.
        let x = u64::from(shingle).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        for (row, slot) in (0_u64..).zip(&mut least) {
            let row = row + (group * ROWS * GROUP) as u64;
            let seed = (row + 1).wrapping_mul(0xbf58_476d_1ce4_e5b9) | 1;
            let hash = ((x ^ seed).wrapping_mul(seed) >> 32) as u32;
            *slot = (*slot).min(hash);
        }
    }
    (0..GROUP).map(move |band| {
        let rows = &least[band * ROWS..(band + 1) * ROWS];
        rows.iter().fold(0xa5a5_0000 + (group * GROUP + band) as u64, |h, &r| {
            (h ^ u64::from(r)).wrapping_mul(0x94d0_49bb_1331_11eb).rotate_left(31)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn texts_that_agree_to_a_half_meet_in_a_band_and_unrelated_ones_do_not() {
        let a: Vec<u32> = (0..150).map(|i| i * 7_919 + 13).collect();
        let near: Vec<u32> = a.iter().copied().take(100).chain(9_000_000..9_000_050).collect();
        let far: Vec<u32> = (0..150).map(|i| i * 104_729 + 5_000_017).collect();
        let set = |t: &[u32]| {
            let groups = 0..BANDS / GROUP;
            groups.flat_map(|g| bands(t.iter().copied(), g)).collect::<BTreeSet<u64>>()
        };
        assert!(set(&a).intersection(&set(&near)).count() > 0);
        assert_eq!(set(&a).intersection(&set(&far)).count(), 0);
    }
}
