//! Which applicants' resumes have passages in common, and who else has those. Not responsible for what that is worth
//! (`features::resume`, `background`).
//!
//! Passages meet by a fixed sample of their hashes (Broder, *On the resemblance and containment of documents*, 1997;
//! as FracMinHash in Irber et al., 2022): all texts keep the same quarter of all passages, so what two share shows in
//! the sample in proportion, whatever their lengths. Passages that many applications contain are taken out before.
//!
//! Invariant: depends on the texts alone, not on their order.

use crate::{
    matching::{Corpus, blocking::key, features::resume},
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

/// The part of a sorted text that is sampled.
fn sample(text: &[u32]) -> &[u32] {
    let cut = if text.len() < SHORT { u32::MAX / 2 } else { u32::MAX / 4 };
    &text[..text.partition_point(|&passage| passage <= cut)]
}

/// The series of the passage that stands for what two texts share: the least that both have.
#[must_use]
pub fn series(passage: u32) -> u64 {
    key(74, &[&passage.to_string()])
}

/// The texts of a corpus that have passages in common. O(sampled passages log n + pairs).
#[must_use]
pub fn texts(corpus: &Corpus, applicant_of: &[ApplicantIx], applications: &Applications) -> Texts {
    let mut sampled: Vec<(u32, AppIx)> = (0..corpus.applications().len())
        .into_par_iter()
        .flat_map_iter(|i| {
            let app = AppIx::new(i);
            let text = corpus.own_text(app);
            let long = text.len() >= resume::LEAST;
            sample(text).iter().filter(move |_| long).map(move |&passage| (passage, app))
        })
        .collect();
    sampled.par_sort_unstable();
    let groups: Vec<&[(u32, AppIx)]> = sampled.chunk_by(|a, b| a.0 == b.0).collect();
    let mut met: Vec<(u32, u32)> = groups
        .par_iter()
        .filter(|group| group.len() > 1)
        .flat_map_iter(|group| {
            let mut users: Vec<u32> =
                group.iter().map(|(_, app)| applicant_of[app.at()].0).collect();
            users.sort_unstable();
            users.dedup();
            let reach = match users.len() {
                0..=ALL => ALL,
                n if n <= CHAIN => NEXT,
                _ => 0,
            };
            let mut pairs = Vec::new();
            for (i, &a) in users.iter().enumerate() {
                pairs.extend(users.iter().skip(i + 1).take(reach).map(|&b| (a, b)));
            }
            pairs
        })
        .collect();
    met.par_sort_unstable();
    let often: Vec<(u32, u32)> = met
        .chunk_by(|a, b| a == b)
        .filter(|same| same.len() >= SHARED)
        .map(|same| same[0])
        .collect();
    drop(met);
    let found: Vec<((u32, u32), Vec<u32>)> = often
        .par_iter()
        .filter_map(|&(a, b)| {
            let mut passages = Vec::new();
            for &x in applications(ApplicantIx(a)) {
                for &y in applications(ApplicantIx(b)) {
                    let (n, least) = resume::common(corpus.own_text(x), corpus.own_text(y));
                    passages.extend(least.into_iter().flatten().filter(|_| n >= FEW));
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
            let from = sampled.partition_point(|(p, _)| *p < passage);
            let same = sampled[from..].iter().take_while(|(p, _)| *p == passage);
            (series(passage), same.map(|(_, app)| *app).collect())
        })
        .collect();
    users.sort_unstable();
    Texts { pairs: found.into_iter().map(|(pair, _)| pair).collect(), users }
}

/// The applications of an applicant.
pub type Applications<'a> = dyn Fn(ApplicantIx) -> &'a [AppIx] + Sync + 'a;
