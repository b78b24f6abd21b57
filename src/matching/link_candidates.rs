//! Which applicants are worth comparing as two persons on one infrastructure. Not responsible for comparing.
//!
//! Exact attributes propose all pairs of their users up to a limit; a busier attribute is not dropped, it only
//! proposes no pairs of its own and weighs in wherever others do. Near-equalities propose pairs through keys: series
//! (`series`), stems one letter apart, bands of photo hashes, careers; texts through passages (`texts`).
//!
//! Invariant: as for `blocking`.

use crate::{
    matching::{
        Applicants, Corpus, Policy,
        blocking::key,
        corpus::App,
        features::photo,
        findings::newest,
        gathering::{Entry, Gathered},
        series,
    },
    model::{AppIx, ApplicantIx, AttributeIx, AttributeKind},
};
use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Users of a busy attribute that each user is paired with: those that came next.
pub const NEXT: usize = 6;
/// Pairs of applicants worth comparing, and how many pairs of busy attributes were not proposed.
#[derive(Debug, Default)]
pub struct LinkCandidates {
    /// The pairs, smaller first.
    pub pairs: Vec<(ApplicantIx, ApplicantIx)>,
    /// Pairs that only a busy value has in common.
    pub uncompared: u64,
}

impl LinkCandidates {
    /// Sorts the pairs and takes repeats out. O(n log n).
    pub fn settle(&mut self) {
        self.pairs.par_sort_unstable();
        self.pairs.dedup();
    }

    /// Adds a pair, in either order.
    pub fn add(&mut self, a: u32, b: u32) {
        if a != b {
            self.pairs.push((ApplicantIx(a.min(b)), ApplicantIx(a.max(b))));
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
    applicants: &Applicants,
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
                    users_paired(corpus, applicants, ix, limit, &mut found);
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
        let near = Gathered::from_each(corpus.len(), |i, sink| {
            let app = AppIx::new(i);
            let member = applicants.of(app).0;
            near_keys(corpus, app, pass, |k| sink.put(k, member));
        });
        for part in near.each_part(|part| met(corpus, applicants, pass, part)) {
            found.uncompared += part.uncompared;
            found.pairs.extend(part.pairs);
        }
        found.settle();
    }
    found
}

/// Pairs of those who have a key in common, of sorted entries of one pass.
fn met(corpus: &Corpus, applicants: &Applicants, pass: usize, part: &[Entry]) -> LinkCandidates {
    let mut found = LinkCandidates::default();
    let mut members: Vec<u32> = Vec::new();
    for run in part.chunk_by(|a, b| a.0 == b.0).filter(|run| run.len() > 1) {
        members.clear();
        members.extend(run.iter().map(|(_, member)| member));
        members.dedup();
        if members.len() > most(run[0].0) {
            let n = members.len() as u64;
            found.uncompared += n * (n - 1) / 2;
            continue;
        }
        for (i, &a) in members.iter().enumerate() {
            for &b in &members[i + 1..] {
                let apps = |member| applicants.get(ApplicantIx(member)).applications.as_slice();
                if bear_out(corpus, pass, apps(a), apps(b)) {
                    found.add(a, b);
                }
            }
        }
    }
    found
}

/// Whether two applicants, of these applications, who have a key of a pass in common are nearly equal in that: two bytes of
/// their pictures are the same of many strangers.
#[must_use]
pub fn bear_out(corpus: &Corpus, pass: usize, left: &[AppIx], right: &[AppIx]) -> bool {
    let shown = |apps| newest(apps).iter().filter_map(|&app| photo::usable(&corpus.app(app)));
    let near = |p: u64| shown(right).any(|q| (p ^ q).count_ones() <= photo::NEAR);
    pass != BANDS || shown(left).any(near)
}

/// Pairs of the users of an attribute. Of one too busy to propose all of them, each user with the few that came
/// next, so that whoever belongs together through it still hangs together, at a cost that is linear in the users.
fn users_paired(
    corpus: &Corpus,
    applicants: &Applicants,
    ix: AttributeIx,
    limit: usize,
    found: &mut LinkCandidates,
) {
    let users = applicants.different(corpus.uses_of(ix).map(|(app, _)| app));
    if users.len() <= limit {
        for (i, &a) in users.iter().enumerate() {
            users[i + 1..].iter().for_each(|&b| found.add(a.0, b.0));
        }
        return;
    }
    let users = in_a_row(corpus, applicants, ix);
    for (k, a) in users.iter().enumerate() {
        users.iter().skip(k + 1).take(NEXT).for_each(|b| found.add(a.0, b.0));
    }
    let n = users.len() as u64;
    found.uncompared += (n * (n - 1) / 2).saturating_sub(n * NEXT as u64);
}

/// The users of an attribute by their first uses of it.
#[must_use]
pub fn in_a_row(corpus: &Corpus, applicants: &Applicants, ix: AttributeIx) -> Vec<ApplicantIx> {
    let apps: Vec<AppIx> = corpus.uses_of(ix).map(|(app, _)| app).collect();
    let mut users = Vec::with_capacity(apps.len());
    corpus.each(&apps, |x| users.push((x.submitted(), x.key(), applicants.of(x.ix))));
    users.sort_unstable();
    let mut seen = rustc_hash::FxHashSet::default();
    users.retain(|(_, _, user)| seen.insert(*user));
    users.into_iter().map(|(_, _, user)| user).collect()
}

/// Passes in which keys are made, so that not all are in memory at once.
pub const PASSES: usize = 2;
/// A key that more have proposes nobody.
pub const MOST: usize = 60;
/// The same of a network in a fortnight: beyond that it is a carrier's or an exit, and says nothing.
const MOST_OF_A_NETWORK: usize = 24;

/// How many may have a key that proposes them.
#[must_use]
pub fn most(key: u64) -> usize {
    if series::is_network(key) { MOST_OF_A_NETWORK } else { MOST }
}

/// Keys through which near-equal values meet, those of one pass.
pub fn near_keys(corpus: &Corpus, app: AppIx, pass: usize, put: impl FnMut(u64)) {
    let x = corpus.app(app);
    match pass {
        0 => value_keys(corpus, &x, put),
        _ => x.phash().into_iter().flat_map(bands).for_each(put),
    }
}

/// The pass of the bands of pictures.
pub const BANDS: usize = 1;

/// The bands of a picture's hash, as keys. At most six of 64 bits differ, so at least two of eight bytes are equal: one
/// pair of bytes agrees.
pub fn bands(hash: u64) -> impl Iterator<Item = u64> {
    let bytes = hash.to_be_bytes();
    let pairs = (0..8_u8).flat_map(|i| (i + 1..8).map(move |j| (i, j)));
    pairs.map(move |(i, j)| {
        let at = |i: u8| u32::from(bytes[usize::from(i)]);
        key(63, &[u32::from(i), u32::from(j), at(i), at(j)])
    })
}

/// Keys of contacts, handles, buildings and careers.
fn value_keys(corpus: &Corpus, x: &App<'_>, mut put: impl FnMut(u64)) {
    if let Some(stem) = x.stem().filter(|_| series::has_own_stem(corpus, x)) {
        let text = corpus.word(stem);
        if text.len() >= 8 && text.is_ascii() {
            let hash = |parts: &[&str]| {
                parts.iter().fold(60, |h, part| xxh3_64_with_seed(part.as_bytes(), h + 1))
            };
            // Two stems one letter apart agree after a deletion on each side, or on one.
            for i in 0..text.len() {
                put(hash(&[&text[..i], &text[i + 1..]]));
            }
            put(hash(&[text, ""]));
        }
    }
    series::keys(corpus, x, &mut put);
    if let Some(building) = x.home().and_then(|h| h.building()) {
        put(key(62, &[building.0]));
    }
    career(x).into_iter().for_each(put);
}

/// The key of the last school, subject, end, employer and title, where all are given.
#[must_use]
pub fn career(x: &App<'_>) -> Option<u64> {
    let (e, j) = (x.education().next()?, x.employment().next()?);
    let parts = [e.institution?.0, e.major?.0, e.end?.0, j.employer?.0, j.title?.0];
    Some(key(64, &parts))
}
