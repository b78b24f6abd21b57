//! Which applicants' resumes have passages in common, and who else has those. Not responsible for what that is worth
//! (`features::resume`, `background`).
//!
//! Passages meet by a fixed sample of their hashes (Broder, *On the resemblance and containment of documents*, 1997;
//! as FracMinHash in Irber et al., 2022): all texts keep the same quarter of all passages, so what two share shows in
//! the sample in proportion, whatever their lengths. Passages that many applications contain are taken out before.
//!
//! Invariant: depends on the texts alone, not on their order.

use crate::{
    matching::{
        Applicants, Corpus, blocking::key, features::resume, findings::newest,
        sorting::sorted_by_key,
    },
    model::{AppIx, ApplicantIx},
};
use rayon::prelude::*;

/// Texts of fewer own passages than this give half of them to the sample, longer ones a quarter.
const SHORT: usize = 80;
/// Sampled passages that two texts must share to be compared.
const SHARED: usize = 2;
/// Users of a passage up to which all are compared with one another, and up to which each with the next few.
const ALL: usize = 16;
/// See `ALL`.
const CHAIN: usize = 400;
/// How many come next.
const NEXT: usize = 4;
/// Passages two texts must share for their passage to be followed up.
pub const FEW: usize = 6;

/// What texts propose.
#[derive(Debug, Default)]
pub struct Texts {
    /// Pairs of applicants with passages in common, sorted, without repeats.
    pub pairs: Vec<(u32, u32)>,
    /// The users of the passage that stands for what two share, by its series key, sorted.
    pub users: Vec<(u64, Vec<AppIx>)>,
}

/// The part of a sorted text of so many own passages that is sampled.
fn sample(text: &[u32], own: usize) -> &[u32] {
    let cut = if own < SHORT { u32::MAX / 2 } else { u32::MAX / 4 };
    &text[..text.partition_point(|&passage| passage <= cut)]
}

/// The series of the passage that stands for what two texts share: the least that both have.
#[must_use]
pub fn series(passage: u32) -> u64 {
    key(74, &[passage])
}

/// The texts of a corpus that have passages in common. O(sampled passages log n + pairs).
#[must_use]
pub fn texts(corpus: &Corpus, applicants: &Applicants) -> Texts {
    let sampled = sampled(corpus);
    let runs: Vec<&[(u64, u32)]> =
        sampled.chunk_by(|a, b| a.0 == b.0).filter(|run| run.len() > 1).collect();
    let mut met: Vec<(u32, u32)> = runs
        .par_iter()
        .with_min_len(1_024)
        .fold(Vec::new, |mut pairs, run| {
            propose(run, applicants, &mut pairs);
            pairs
        })
        .reduce(Vec::new, |mut a, mut b| {
            a.append(&mut b);
            a
        });
    drop(runs);
    met.par_sort_unstable();
    let often: Vec<(u32, u32)> = met
        .chunk_by(|a, b| a == b)
        .filter(|same| same.len() >= SHARED)
        .map(|same| same[0])
        .collect();
    drop(met);
    let of = |ix: u32| newest(&applicants.get(ApplicantIx(ix)).applications);
    let found: Vec<((u32, u32), Vec<u32>)> = often
        .par_iter()
        .with_min_len(256)
        .filter_map(|&(a, b)| {
            let mut passages: Vec<u32> = Vec::new();
            for &x in of(a) {
                let x = corpus.app(x);
                for &y in of(b) {
                    let common = resume::overlap(corpus, &x, &corpus.app(y));
                    let least = common.filter(|o| o.common >= FEW).map(|o| o.least);
                    passages.extend(least.into_iter().flatten().flatten());
                }
            }
            passages.sort_unstable();
            passages.dedup();
            (!passages.is_empty()).then_some(((a, b), passages))
        })
        .collect();
    let mut wanted: Vec<u32> = found.iter().flat_map(|(_, passages)| passages).copied().collect();
    wanted.sort_unstable();
    wanted.dedup();
    let mut users: Vec<(u64, Vec<AppIx>)> = wanted
        .into_iter()
        .map(|passage| {
            let key = spread(passage);
            let from = sampled.partition_point(|(k, _)| *k < key);
            let same = sampled[from..].iter().take_while(|(k, _)| *k == key);
            (series(passage), same.map(|(_, app)| AppIx(*app)).collect())
        })
        .collect();
    users.sort_unstable();
    Texts { pairs: found.into_iter().map(|(pair, _)| pair).collect(), users }
}

/// A passage as a sorting key: sampled passages have small numbers, and sorting wants its leading bits to vary.
fn spread(passage: u32) -> u64 {
    u64::from(passage).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Every sampled passage with the applications that contain it, by passage.
fn sampled(corpus: &Corpus) -> Vec<(u64, u32)> {
    let all = (0..corpus.len())
        .into_par_iter()
        .with_min_len(1_024)
        .fold(Vec::new, |mut all, i| {
            let x = corpus.app(AppIx::new(i));
            let own = corpus.passages().own_length(&x);
            if own >= resume::LEAST {
                let passages = corpus.passages();
                let sample = sample(x.shingles(), own).iter();
                let own = sample.filter(|&&passage| !passages.is_common(passage));
                all.extend(own.map(|&passage| (spread(passage), x.ix.0)));
            }
            all
        })
        .reduce(Vec::new, |mut a, mut b| {
            a.append(&mut b);
            a
        });
    sorted_by_key(all)
}

/// Pairs of the users of one passage.
fn propose(run: &[(u64, u32)], applicants: &Applicants, pairs: &mut Vec<(u32, u32)>) {
    let mut users: Vec<u32> = run.iter().map(|(_, app)| applicants.of(AppIx(*app)).0).collect();
    users.sort_unstable();
    users.dedup();
    let reach = match users.len() {
        0..=ALL => ALL,
        n if n <= CHAIN => NEXT,
        _ => 0,
    };
    for (i, &a) in users.iter().enumerate() {
        pairs.extend(users.iter().skip(i + 1).take(reach).map(|&b| (a, b)));
    }
}
