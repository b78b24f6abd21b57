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
        Applicants, Corpus, applicants::AHEAD, blocking::key, corpus::App, features::resume,
        findings::newest, sorting::sorted_by_key,
    },
    model::{AppIx, ApplicantIx},
};
use rayon::prelude::*;
use rustc_hash::FxHashSet;

/// Texts of fewer own passages than this give half of them to the sample, longer ones a quarter.
const SHORT: usize = 80;
/// Sampled passages that two texts must share to be compared.
pub const SHARED: usize = 2;
/// Users of a passage up to which all are compared with one another, and up to which each with the next few.
pub const ALL: usize = 16;
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
    /// The passages that stand for what two share, by series key.
    pub wanted: Vec<Wanted>,
}

/// A passage that stands for what some texts share.
#[derive(Debug)]
pub struct Wanted {
    /// Its series.
    pub series: u64,
    /// Pairs it stands for.
    pub pairs: u32,
    /// The applications whose sample has it.
    pub users: Vec<AppIx>,
}

/// Passages up to this one are sampled of a text with so many own passages.
#[must_use]
pub fn cut(own: usize) -> u32 {
    match own {
        0..resume::LEAST => 0,
        resume::LEAST..SHORT => u32::MAX / 2,
        _ => u32::MAX / 4,
    }
}

/// The part of a text that may be sampled, however many of its passages are its own.
pub fn widest_sample<'a>(x: &App<'a>) -> impl Iterator<Item = u32> + use<'a> {
    let up_to = |part: &'a [u32]| part.partition_point(|&passage| passage <= u32::MAX / 2);
    [x.front(), x.back()].into_iter().flat_map(move |part| part[..up_to(part)].iter().copied())
}

/// The part of a text that is sampled: passages of its own.
pub fn own_sample<'a>(corpus: &'a Corpus, x: &App<'a>) -> impl Iterator<Item = u32> + use<'a> {
    let passages = corpus.passages();
    let (text, cut) = (x.front(), cut(passages.own_length(x)));
    let sample = &text[..text.partition_point(|&passage| passage <= cut)];
    sample.iter().copied().filter(move |&passage| !passages.is_common(passage))
}

/// Whether a passage of a text, no common one, is sampled.
#[must_use]
pub fn samples(corpus: &Corpus, app: AppIx, passage: u32) -> bool {
    passage <= cut(corpus.passages().settled_length(app))
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
            propose(corpus, run, applicants, &mut pairs);
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
    let found: Vec<((u32, u32), Vec<u32>)> = often
        .par_chunks(AHEAD)
        .with_min_len(16)
        .flat_map_iter(|pairs| {
            applicants.read_ahead(corpus, pairs.iter().map(|&(_, b)| ApplicantIx(b)));
            pairs.iter().filter_map(|&(a, b)| {
                let passages = shared(corpus, applicants, ApplicantIx(a), ApplicantIx(b));
                (!passages.is_empty()).then_some(((a, b), passages))
            })
        })
        .collect();
    let mut wanted: Vec<u32> = found.iter().flat_map(|(_, passages)| passages).copied().collect();
    wanted.sort_unstable();
    let mut wanted: Vec<Wanted> = wanted
        .chunk_by(|a, b| a == b)
        .map(|same| {
            let key = spread(same[0]);
            let from = sampled.partition_point(|(k, _)| *k < key);
            let users = sampled[from..].iter().take_while(|(k, _)| *k == key);
            Wanted {
                series: series(same[0]),
                pairs: u32::try_from(same.len()).unwrap_or(u32::MAX),
                users: users.map(|(_, app)| AppIx(*app)).collect(),
            }
        })
        .collect();
    wanted.sort_unstable_by_key(|w| w.series);
    Texts { pairs: found.into_iter().map(|(pair, _)| pair).collect(), wanted }
}

/// The passages that stand for what the newest texts of two applicants share: none where that is hardly anything.
#[must_use]
pub fn shared(
    corpus: &Corpus,
    applicants: &Applicants,
    a: ApplicantIx,
    b: ApplicantIx,
) -> Vec<u32> {
    let mut passages: Vec<u32> = Vec::new();
    for &x in newest(&applicants.get(a).applications) {
        let x = corpus.app(x);
        for &y in newest(&applicants.get(b).applications) {
            let y = corpus.app(y);
            // Most pairs end here, before more is asked of their texts.
            if resume::in_common(corpus, &x, &y) < FEW {
                continue;
            }
            let common = resume::overlap(corpus, &x, &y);
            let least = common.filter(|o| o.common >= FEW).map(|o| o.least);
            passages.extend(least.into_iter().flatten().flatten());
        }
    }
    passages.sort_unstable();
    passages.dedup();
    passages
}

/// A passage as a sorting key: sampled passages have small numbers, and sorting wants its leading bits to vary.
#[must_use]
pub fn spread(passage: u32) -> u64 {
    u64::from(passage).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Every sampled passage with the applications that contain it, by passage.
fn sampled(corpus: &Corpus) -> Vec<(u64, u32)> {
    let all = (0..corpus.len())
        .into_par_iter()
        .with_min_len(1_024)
        .fold(Vec::new, |mut all, i| {
            let x = corpus.app(AppIx::new(i));
            all.extend(own_sample(corpus, &x).map(|passage| (spread(passage), x.ix.0)));
            all
        })
        .reduce(Vec::new, |mut a, mut b| {
            a.append(&mut b);
            a
        });
    sorted_by_key(all)
}

/// Pairs of the users of one passage.
fn propose(
    corpus: &Corpus,
    run: &[(u64, u32)],
    applicants: &Applicants,
    pairs: &mut Vec<(u32, u32)>,
) {
    let (users, reach) = in_a_row(corpus, applicants, run.iter().map(|(_, app)| AppIx(*app)));
    for (i, &a) in users.iter().enumerate() {
        let next = users.iter().skip(i + 1).take(reach);
        pairs.extend(next.map(|&b| (a.0.min(b.0), a.0.max(b.0))));
    }
}

/// The users of one passage in a row, in an order that does not depend on arrival, and how many that come next each
/// is paired with.
#[must_use]
pub fn in_a_row(
    corpus: &Corpus,
    applicants: &Applicants,
    apps: impl Iterator<Item = AppIx>,
) -> (Vec<ApplicantIx>, usize) {
    let mut users: Vec<(ApplicantIx, AppIx)> = apps.map(|app| (applicants.of(app), app)).collect();
    users.sort_unstable();
    let n = users.chunk_by(|a, b| a.0 == b.0).count();
    if n > CHAIN {
        return (Vec::new(), 0);
    }
    if n > ALL {
        users.sort_by_cached_key(|&(_, app)| corpus.app(app).key());
        let mut seen = FxHashSet::default();
        users.retain(|(user, _)| seen.insert(*user));
    }
    let mut row: Vec<ApplicantIx> = users.into_iter().map(|(user, _)| user).collect();
    row.dedup();
    (row, if n > ALL { NEXT } else { ALL })
}
