//! Which applicants are worth comparing as two persons on one infrastructure. Not responsible for comparing.
//!
//! Exact attributes propose all pairs of their users up to a limit; a busier attribute is not dropped, it only
//! proposes no pairs of its own and weighs in wherever others do. Near-equalities propose pairs through keys: series
//! (`series`), stems one letter apart, bands of photo hashes, careers; texts through passages (`texts`).
//!
//! Invariant: as for `blocking`.

use crate::{
    matching::{
        Corpus, Policy,
        blocking::{key, pairs_within},
        series,
    },
    model::{AppIx, ApplicantIx, AttributeIx, AttributeKind, Normalized},
};
use rayon::prelude::*;

/// Users of a busy attribute that each user is paired with: those that came next.
const NEXT: usize = 6;
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
    let exact: Vec<(u64, u32)> = (0..corpus.attributes().len())
        .into_par_iter()
        .filter(|&i| proposes(corpus.attribute(AttributeIx::new(i)).kind))
        .flat_map_iter(|i| {
            corpus
                .users(AttributeIx::new(i))
                .iter()
                .map(move |(app, _)| (i as u64, applicant_of[app.at()].0))
        })
        .collect();
    let (mut pairs, mut uncompared) =
        pairs_within(exact, policy.blocking.attribute as usize, |_| Vec::new());
    let (neighbors, left) = busy(corpus, applicant_of, policy);
    pairs.extend(neighbors);
    uncompared += left;
    let near: Vec<(u64, u32)> = (0..corpus.applications().len())
        .into_par_iter()
        .flat_map_iter(|i| {
            let app = AppIx::new(i);
            let member = applicant_of[i].0;
            near_keys(corpus, app).into_iter().map(move |k| (k, member))
        })
        .collect();
    let (more, skipped) = pairs_within(near, 60, |_| Vec::new());
    pairs.extend(more);
    uncompared += skipped;
    pairs.par_sort_unstable();
    pairs.dedup();
    LinkCandidates {
        pairs: pairs.into_iter().map(|(a, b)| (ApplicantIx(a), ApplicantIx(b))).collect(),
        uncompared,
    }
}

/// For attributes too busy to propose all pairs of their users: each user with the few that came next, so that
/// whoever belongs together through it still hangs together, at a cost that is linear in the users. Also how many
/// pairs are left out.
fn busy(corpus: &Corpus, applicant_of: &[ApplicantIx], policy: &Policy) -> (Vec<(u32, u32)>, u64) {
    let limit = policy.blocking.attribute as usize;
    let mut pairs = Vec::new();
    let mut left = 0;
    for i in 0..corpus.attributes().len() {
        let ix = AttributeIx::new(i);
        if corpus.users(ix).len() <= limit || !proposes(corpus.attribute(ix).kind) {
            continue;
        }
        let mut users: Vec<_> = corpus
            .users(ix)
            .iter()
            .map(|&(app, _)| (corpus.application(app).submitted_at, applicant_of[app.at()].0))
            .collect();
        users.sort_unstable();
        let mut seen = rustc_hash::FxHashSet::default();
        users.retain(|(_, user)| seen.insert(*user));
        if users.len() <= limit {
            continue;
        }
        for (k, &(_, a)) in users.iter().enumerate() {
            for &(_, b) in users.iter().skip(k + 1).take(NEXT) {
                pairs.push((a.min(b), a.max(b)));
            }
        }
        let n = users.len() as u64;
        left += n * (n - 1) / 2 - n * NEXT as u64;
    }
    (pairs, left)
}

/// Keys through which near-equal values meet.
fn near_keys(corpus: &Corpus, app: AppIx) -> Vec<u64> {
    let n: &Normalized = corpus.application(app);
    let mut keys = Vec::new();
    if let Some(email) = n.email.as_ref().filter(|e| e.stem.len() >= 8 && e.stem.is_ascii())
        && series::mailbox(n).is_some()
    {
        // Two stems one letter apart agree after a deletion on each side, or on one.
        for i in 0..email.stem.len() {
            keys.push(key(60, &[&email.stem[..i], &email.stem[i + 1..]]));
        }
        keys.push(key(60, &[&email.stem, ""]));
    }
    keys.extend(series::keys(n));
    if let Some(home) = n.home.as_ref().filter(|h| !h.building.is_empty()) {
        keys.push(key(62, &[&home.building]));
    }
    if let Some(hash) = n.photo.as_ref().and_then(|p| p.phash) {
        // At most six of 64 bits differ, so at least two of eight bytes are equal: one pair of bytes agrees.
        let bytes = hash.to_be_bytes();
        for i in 0..8 {
            for j in i + 1..8 {
                keys.push(key(63, &[&format!("{i}{j}{:02x}{:02x}", bytes[i], bytes[j])]));
            }
        }
    }
    if let (Some(e), Some(j)) = (n.education.first(), n.employment.first())
        && let (Some(school), Some(major), Some(end), Some(employer), Some(title)) =
            (&e.institution, &e.major, e.end, &j.employer, &j.title)
    {
        keys.push(key(64, &[&school.key, major, &end.to_string(), &employer.key, title]));
    }
    keys
}
