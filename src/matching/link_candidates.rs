//! Which applicants are worth comparing as two persons on one infrastructure. Not responsible for comparing.
//!
//! Exact attributes propose all pairs of their users up to a limit; a busier attribute is not dropped, it only
//! proposes no pairs of its own and weighs in wherever others do. Near-equalities propose pairs through keys:
//! MinHash bands of resumes (Broder, *On the resemblance and containment of documents*, 1997), mailbox stems,
//! blocks of internet-telephony numbers, bands of photo hashes, careers.
//!
//! Invariant: as for `blocking`.

use crate::{
    matching::{Corpus, Policy, blocking::key, features::resume::LEAST, sorting::sorted_by_key},
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

/// Pairs of applicants worth comparing, and how many pairs of busy attributes were not proposed.
#[derive(Debug, Default)]
pub struct LinkCandidates {
    /// The pairs, smaller first, sorted, without repeats.
    pub pairs: Vec<(ApplicantIx, ApplicantIx)>,
    /// Pairs that only a busy value has in common.
    pub uncompared: u64,
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
    let exact: Vec<(Vec<(u32, u32)>, u64)> = (0..corpus.attribute_numbers().len())
        .into_par_iter()
        .chunks(4_096)
        .map(|attributes| {
            let (mut pairs, mut left) = (Vec::new(), 0);
            for ix in attributes.into_iter().map(AttributeIx::new) {
                if corpus.uses(ix) >= 2 && proposes(corpus.kind(ix)) {
                    left += users_paired(corpus, applicant_of, ix, limit, &mut pairs);
                }
            }
            (pairs, left)
        })
        .collect();
    let mut uncompared = exact.iter().map(|(_, left)| left).sum();
    let mut pairs: Vec<(u32, u32)> = exact.into_iter().flat_map(|(pairs, _)| pairs).collect();
    let near: Vec<(u64, u32)> = (0..corpus.len())
        .into_par_iter()
        .with_min_len(1_024)
        .fold(Vec::new, |mut near, i| {
            let member = applicant_of[i].0;
            near_keys(corpus, AppIx::new(i), |k| near.push((k, member)));
            near
        })
        .reduce(Vec::new, |mut a, mut b| {
            a.append(&mut b);
            a
        });
    let mut near = sorted_by_key(near);
    near.dedup();
    for run in near.chunk_by(|a, b| a.0 == b.0) {
        if run.len() <= 60 {
            for (i, (_, a)) in run.iter().enumerate() {
                pairs.extend(run[i + 1..].iter().map(|(_, b)| (*a, *b)));
            }
        } else {
            let n = run.len() as u64;
            uncompared += n * (n - 1) / 2;
        }
    }
    pairs.par_sort_unstable();
    pairs.dedup();
    LinkCandidates {
        pairs: pairs.into_iter().map(|(a, b)| (ApplicantIx(a), ApplicantIx(b))).collect(),
        uncompared,
    }
}

/// Pairs of the users of an attribute. Of one too busy to propose all of them, each user with the few that came
/// next, so that whoever belongs together through it still hangs together, at a cost that is linear in the users.
/// Returns how many pairs are left out.
fn users_paired(
    corpus: &Corpus,
    applicant_of: &[ApplicantIx],
    ix: AttributeIx,
    limit: usize,
    pairs: &mut Vec<(u32, u32)>,
) -> u64 {
    let mut users: Vec<u32> = corpus.uses_of(ix).map(|(app, _)| applicant_of[app.at()].0).collect();
    users.sort_unstable();
    users.dedup();
    if users.len() <= limit {
        for (i, &a) in users.iter().enumerate() {
            pairs.extend(users[i + 1..].iter().map(|&b| (a, b)));
        }
        return 0;
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
            pairs.push((a.min(b), a.max(b)));
        }
    }
    let n = users.len() as u64;
    n * (n - 1) / 2 - n * NEXT as u64
}

/// Keys through which near-equal values meet.
fn near_keys(corpus: &Corpus, app: AppIx, mut put: impl FnMut(u64)) {
    let x = corpus.app(app);
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
    if let Some(hash) = x.phash() {
        // At most six of 64 bits differ, so at least two of eight bytes are equal: one pair of bytes agrees.
        let bytes = hash.to_be_bytes();
        for i in 0..8_u8 {
            for j in i + 1..8 {
                let at = |i: u8| u32::from(bytes[usize::from(i)]);
                put(key(63, &[u32::from(i), u32::from(j), at(i), at(j)]));
            }
        }
    }
    if let (Some(e), Some(j)) = (x.education().next(), x.employment().next())
        && let (Some(school), Some(major), Some(end), Some(employer), Some(title)) =
            (e.institution, e.major, e.end, j.employer, j.title)
    {
        put(key(64, &[school.0, major.0, end.0, employer.0, title.0]));
    }
    if x.shingles().len() >= LEAST {
        let own = corpus.passages().own(x.shingles());
        if own.clone().count() >= LEAST {
            bands(own).for_each(put);
        }
    }
}

/// The band keys of a set of shingles.
fn bands(text: impl Iterator<Item = u32>) -> impl Iterator<Item = u64> {
    let mut least = [u32::MAX; ROWS * BANDS];
    for shingle in text {
        // One multiplication a permutation: odd multipliers from a fixed sequence permute the 64-bit numbers.
        let mut x = u64::from(shingle).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        for slot in &mut least {
            x ^= x >> 29;
            x = x.wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let hash = (x >> 32) as u32;
            *slot = (*slot).min(hash);
        }
    }
    (0..BANDS).map(move |band| {
        let rows = &least[band * ROWS..(band + 1) * ROWS];
        rows.iter().fold(0xa5a5_0000 + band as u64, |h, &r| {
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
        let set = |t: &[u32]| bands(t.iter().copied()).collect::<BTreeSet<u64>>();
        assert!(set(&a).intersection(&set(&near)).count() > 0);
        assert_eq!(set(&a).intersection(&set(&far)).count(), 0);
    }
}
