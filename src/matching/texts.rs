//! Which applicants' resumes have passages in common, and who else has those. Not responsible for what that is worth
//! (`features::resume`, `background`).
//!
//! Passages meet by a fixed sample of their hashes (Broder, *On the resemblance and containment of documents*, 1997;
//! as FracMinHash in Irber et al., 2022): the least hashes of all, half of them of a text of usual length and a quarter of
//! a long one, so that what two share shows in the sample in proportion. Passages that many applications contain are taken
//! out before.
//!
//! Invariant: depends on the texts alone, not on their order.

use crate::{
    matching::{
        Applicants, Corpus,
        blocking::key,
        corpus::{AHEAD, App},
        features::resume,
        findings::newest,
        gathering::{self, Entry, Gathered},
    },
    model::{AppIx, ApplicantIx, Moment},
};
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use std::rc::Rc;

/// Texts of fewer own passages than this give half of them to the sample, longer ones a quarter.
const SHORT: usize = 160;
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
    /// What stands for what two share, by series key.
    pub wanted: Vec<Wanted>,
}

/// What stands for what two texts share: two passages together, or one where they have but one. By chance a phrase of
/// three words is in many texts of strangers, and hardly in one that has a second phrase in common as well, so that
/// those who have both are those who have the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tell {
    first: u32,
    /// The same again where it is one.
    second: u32,
}

impl Tell {
    fn two(p: u32, q: u32) -> Self {
        Self { first: p.min(q), second: p.max(q) }
    }

    /// What may stand for what two texts share, of the least passages that both have, sorted; what most hold to last.
    #[must_use]
    pub fn all(least: [Option<u32>; 4]) -> [Option<Self>; 4] {
        let two = |i: usize, j: usize| Some(Self::two(least[i]?, least[j]?));
        let one = least[0].map(|p| Self::two(p, p));
        [two(0, 1), two(2, 3).or(two(1, 2)), two(0, 2), one]
    }

    /// What may stand for what a text of these passages shares with others.
    pub fn within(passages: &[u32]) -> impl Iterator<Item = Self> {
        passages
            .iter()
            .enumerate()
            .flat_map(move |(i, &p)| passages[i..].iter().map(move |&q| Self::two(p, q)))
    }

    /// Its series.
    #[must_use]
    pub fn series(self) -> u64 {
        key(74, &[self.first, self.second])
    }

    /// Its passages, one or two.
    pub fn passages(self) -> impl Iterator<Item = u32> {
        let second = Some(self.second).filter(|&second| second != self.first);
        std::iter::once(self.first).chain(second)
    }

    /// Those who have both passages, given who has each.
    pub fn users(self, mut of: impl FnMut(u32) -> Vec<AppIx>) -> Vec<AppIx> {
        let mut users = of(self.first);
        users.sort_unstable();
        if self.second != self.first {
            let mut others = of(self.second);
            others.sort_unstable();
            users.retain(|app| others.binary_search(app).is_ok());
        }
        users
    }
}

/// What stands for what some texts share.
#[derive(Debug)]
pub struct Wanted {
    /// Its series.
    pub series: u64,
    /// Pairs it stands for.
    pub pairs: u32,
    /// The applications that give it to the sample.
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

/// The texts of a corpus that have passages in common. O(sampled passages log n + pairs).
#[must_use]
pub fn texts(corpus: &Corpus, applicants: &Applicants) -> Texts {
    let sampled = sampled(corpus);
    let by_passage = sampled.iter().flat_map(|part| part.chunk_by(|a, b| a.0 == b.0));
    let runs: Vec<&[Entry]> = by_passage.filter(|run| run.len() > 1).collect();
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
    let found: Vec<((u32, u32), Vec<Tell>)> = often
        .par_chunks(AHEAD)
        .with_min_len(16)
        .flat_map_iter(|pairs| {
            applicants.read_ahead(corpus, pairs.iter().map(|&(_, b)| ApplicantIx(b)));
            pairs.iter().filter_map(|&(a, b)| {
                let tells = shared(corpus, applicants, ApplicantIx(a), ApplicantIx(b));
                (!tells.is_empty()).then_some(((a, b), tells))
            })
        })
        .collect();
    let mut wanted: Vec<Tell> = found.iter().flat_map(|(_, tells)| tells).copied().collect();
    wanted.par_sort_unstable();
    let wanted: Vec<&[Tell]> = wanted.chunk_by(|a, b| a == b).collect();
    let users = |passage| {
        let entries = gathering::of_key(&sampled, spread(passage));
        entries.iter().map(|(_, app)| AppIx(*app)).collect()
    };
    let wanted = wanted.par_iter().with_min_len(256).map(|same| Wanted {
        series: same[0].series(),
        pairs: u32::try_from(same.len()).unwrap_or(u32::MAX),
        users: same[0].users(users),
    });
    let mut wanted: Vec<Wanted> = wanted.collect();
    wanted.sort_unstable_by_key(|w| w.series);
    Texts { pairs: found.into_iter().map(|(pair, _)| pair).collect(), wanted }
}

/// What stands for what the newest texts of two applicants share: nothing where that is hardly anything.
#[must_use]
pub fn shared(
    corpus: &Corpus,
    applicants: &Applicants,
    a: ApplicantIx,
    b: ApplicantIx,
) -> Vec<Tell> {
    let mut tells: Vec<Tell> = Vec::new();
    for &x in newest(&applicants.get(a).applications) {
        let x = corpus.app(x);
        for &y in newest(&applicants.get(b).applications) {
            let y = corpus.app(y);
            // Most pairs end here, before more is asked of their texts.
            if resume::in_common(corpus, &x, &y) < FEW {
                continue;
            }
            let common = resume::overlap(corpus, &x, &y);
            let least = common.filter(|o| o.common >= FEW).map(|o| Tell::all(o.least));
            tells.extend(least.into_iter().flatten().flatten());
        }
    }
    tells.sort_unstable();
    tells.dedup();
    tells
}

/// A passage as a sorting key: sampled passages have small numbers, and sorting wants its leading bits to vary.
#[must_use]
pub fn spread(passage: u32) -> u64 {
    u64::from(passage).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Every sampled passage with the applications that contain it, by passage, in parts.
fn sampled(corpus: &Corpus) -> Vec<Vec<Entry>> {
    let all = Gathered::from_each(corpus.len(), |i, sink| {
        let x = corpus.app(AppIx::new(i));
        own_sample(corpus, &x).for_each(|passage| sink.put(spread(passage), x.ix.0));
    });
    all.into_parts()
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
fn in_a_row(
    corpus: &Corpus,
    applicants: &Applicants,
    apps: impl Iterator<Item = AppIx>,
) -> (Vec<ApplicantIx>, usize) {
    let apps: Vec<AppIx> = apps.collect();
    row(applicants, &apps, || {
        let mut placed: Vec<Placed> = apps.iter().map(|&app| placed(corpus, app)).collect();
        placed.sort_unstable();
        Rc::new(placed)
    })
}

/// Where an application stands in a row.
pub type Placed = (Option<Moment>, u64, AppIx);

/// See `Placed`.
#[must_use]
pub fn placed(corpus: &Corpus, app: AppIx) -> Placed {
    let x = corpus.app(app);
    (x.submitted(), x.key(), app)
}

/// The same of these applications, given how to put them in order, which is asked only where it matters.
pub fn row(
    applicants: &Applicants,
    apps: &[AppIx],
    in_order: impl FnOnce() -> Rc<Vec<Placed>>,
) -> (Vec<ApplicantIx>, usize) {
    let users = applicants.different(apps.iter().copied());
    match users.len() {
        0..=ALL => (users, ALL),
        n if n <= CHAIN => {
            let mut seen = FxHashSet::default();
            let all = in_order();
            let row = all.iter().map(|&(_, _, app)| applicants.of(app));
            (row.filter(|&user| seen.insert(user)).collect(), NEXT)
        }
        _ => (Vec::new(), 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_but_one_of_two_passages_is_not_among_those_who_have_both() {
        let least = [Some(3), Some(5), Some(8), None];
        let tells = Tell::all(least);
        assert_eq!(tells[0], Some(Tell::two(5, 3)));
        assert_eq!(tells[3], Some(Tell::two(3, 3)), "what strangers may have comes last");
        let has = |passage| [1, 2, 4].map(|app| AppIx(app * (passage - 2))).to_vec();
        // 3: applications 1, 2, 4; 5: applications 3, 6, 12; 4: applications 2, 4, 8.
        assert_eq!(Tell::two(3, 5).users(has), []);
        assert_eq!(Tell::two(3, 4).users(has), [AppIx(2), AppIx(4)]);
        assert_eq!(Tell::two(3, 3).users(has).len(), 3);
    }

    #[test]
    fn all_that_two_texts_may_be_told_by_is_within_either() {
        let within: Vec<Tell> = Tell::within(&[3, 5, 8, 9, 11]).collect();
        let all = Tell::all([Some(3), Some(5), Some(8), Some(11)]);
        assert!(all.iter().flatten().all(|tell| within.contains(tell)));
        assert_eq!(within.len(), 5 * 6 / 2);
        assert_eq!(Tell::all([None; 4]), [None; 4]);
    }
}
