//! Blocking: which applications are worth comparing as perhaps one person's. Not responsible for comparing them.
//!
//! Every application has keys; those with a key in common form a block. A block that is too large is not dropped
//! but refined by a second key; what is left uncompared is counted.
//!
//! Invariant: the pairs depend only on the set of applications. Source: the standard blocking of record linkage
//! (Christen, *Data Matching*, 2012, chapter 4), with several keys so that no single typo hides a pair.

use crate::{
    matching::{
        Corpus,
        corpus::App,
        gathering::{Gathered, Sink},
    },
    model::{AppIx, AttributeKind, sealed},
};

/// A number made of a tag and several others, as good as a hash of them (the finaliser of SplitMix64: Steele,
/// Lea, Flood, *Fast splittable pseudorandom number generators*, 2014).
#[inline]
#[must_use]
pub fn key(tag: u8, parts: &[u32]) -> u64 {
    parts.iter().fold(u64::from(tag).wrapping_mul(0x9e37_79b9_7f4a_7c15), |h, &part| {
        let mut x = (h ^ u64::from(part)).wrapping_add(0x9e37_79b9_7f4a_7c15);
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    })
}

/// Whether one person's applications are looked for among the users of an attribute.
fn proposes(kind: AttributeKind) -> bool {
    matches!(
        kind,
        AttributeKind::Email
            | AttributeKind::Phone
            | AttributeKind::Address
            | AttributeKind::Profile
            | AttributeKind::Device
            | AttributeKind::Document
            | AttributeKind::GovernmentId
    )
}

/// Set in a key that is a value in common, and in its refinement by the whole name: who applies under one name with
/// one value again and again is one person however often, so such runs are compared from neighbor to neighbor.
pub const AGAIN: u64 = 1;

/// Passes in which keys are made, so that not all are in memory at once.
pub const PASSES: usize = 3;

/// The keys of an application that are made in one pass.
pub fn keys(corpus: &Corpus, x: &App<'_>, pass: usize, mut put_any: impl FnMut(u64)) {
    if pass == 0 {
        for (attribute, _) in x.used().filter(|&(ix, _)| proposes(corpus.kind(ix))) {
            put_any(key(1, &[attribute.0]) | AGAIN);
        }
    }
    let mut put = |k: u64| put_any(k & !AGAIN);
    let tokens = corpus.tokens();
    // How the names sound; an initial sounds like nothing.
    let sounds = x.tokens().filter(|&t| tokens.length(t) > 1).take(4).map(|t| tokens.sounds(t));
    let all = || sounds.clone().flatten();
    match pass {
        0 => {
            if let Some(stem) = x.stem().filter(|&s| corpus.word(s).len() >= 5) {
                put(key(2, &[stem.0]));
            }
            if let Some(date) = x.birth_date() {
                put(key(7, &[date.0]));
            }
            if let Some(home) = x.home()
                && let Some(number) = home.number()
            {
                if let Some(postal) = home.postal() {
                    put(key(14, &[number.0, postal.0]));
                }
                if let Some(street) = home.street() {
                    put(key(15, &[number.0, street.0]));
                }
            }
        }
        1 => {
            for (i, first) in sounds.clone().enumerate() {
                for second in sounds.clone().skip(i + 1) {
                    for p in first.clone() {
                        second.clone().for_each(|q| put(key(11, &[p.min(q), p.max(q)])));
                    }
                }
            }
            if let Some(postal) = x.home().and_then(|h| h.postal()) {
                all().for_each(|s| put(key(13, &[s, postal.0])));
            }
        }
        _ => {
            if let Some(phone) = x.phone() {
                let digits = corpus.value(phone).bytes().rev().take(4);
                let tail = digits.fold(0, |n, b| n * 256 + u32::from(b));
                all().for_each(|s| put(key(4, &[s, tail])));
            }
            // A keyed hash has no year and no month.
            let date = x.birth_date().map(|d| corpus.word(d));
            if let Some(date) = date.filter(|d| sealed::key_of(d).is_none()) {
                let part = |from, to| date.get(from..to).and_then(|t: &str| t.parse().ok());
                let (year, month, day) =
                    (part(0, 4).unwrap_or(0), part(5, 7).unwrap_or(0), part(8, 10).unwrap_or(0));
                for s in all() {
                    put(key(8, &[s, year, month]));
                    put(key(9, &[s, u32::min(month, day), month.max(day)]));
                    put(key(10, &[s, year]));
                }
            }
            for e in x.education() {
                if let Some(major) = e.major.filter(|_| e.year != 0) {
                    all().for_each(|s| put(key(16, &[s, major.0, u32::from(e.year)])));
                }
                if let Some(school) = e.institution {
                    all().for_each(|s| put(key(17, &[s, school.0, u32::from(e.year)])));
                }
            }
            for j in x.employment() {
                if let Some(employer) = j.employer {
                    all().for_each(|s| put(key(18, &[s, employer.0])));
                }
            }
        }
    }
}

/// What second keys are made of.
const PARTS: usize = 9;

/// The tag of each.
const TAGS: [u8; PARTS] = [101, 102, 103, 104, 105, 106, 107, 109, 110];

/// One of them, by its place in `TAGS`.
#[inline]
fn part(x: &App<'_>, at: usize) -> Option<u32> {
    match at {
        0 => x.stem().map(|w| w.0),
        1 => x.block().map(|w| w.0),
        2 => x.home()?.postal().map(|w| w.0),
        3 => x.home()?.city().map(|w| w.0),
        4 => x.education().next()?.institution.map(|o| o.0),
        5 => x.employment().next()?.employer.map(|o| o.0),
        6 => x.birth_date().map(|w| w.0),
        7 => x.device().map(|d| d.0),
        _ => x.ip().map(|ip| ip.0),
    }
}

fn part_key(at: usize, part: u32) -> u64 {
    key(TAGS[at], &[part]) & !AGAIN
}

/// The key of a whole name.
fn whole_name(x: &App<'_>) -> Option<u64> {
    let mut name: Vec<u32> = x.tokens().map(|t| t.0).collect();
    name.sort_unstable();
    (!name.is_empty()).then(|| key(108, &name) | AGAIN)
}

/// The second keys a large block is refined by.
pub fn second_keys(x: &App<'_>, mut put: impl FnMut(u64)) {
    for at in 0..PARTS {
        part(x, at).into_iter().for_each(|part| put(part_key(at, part)));
    }
    whole_name(x).into_iter().for_each(put);
}

/// The second keys of one application, to find those that others share with it: most share none.
pub struct SecondKeys {
    /// The parts it has: the place of each in `TAGS`, the number, the place of the key in `all`.
    parts: Vec<(usize, u32, usize)>,
    /// The tokens of the name, sorted, and the place of the key of the whole name.
    name: (Vec<u32>, usize),
    /// All of them, sorted, without repeats.
    pub all: Vec<u64>,
}

impl SecondKeys {
    /// Those of an application.
    #[must_use]
    pub fn of(x: &App<'_>) -> Self {
        let mut all = Vec::with_capacity(10);
        second_keys(x, |k| all.push(k));
        all.sort_unstable();
        all.dedup();
        let place = |key: u64| all.binary_search(&key).unwrap_or(usize::MAX);
        let parts = (0..PARTS).filter_map(|at| Some((at, part(x, at)?)));
        let parts = parts.map(|(at, part)| (at, part, place(part_key(at, part)))).collect();
        let mut name: Vec<u32> = x.tokens().map(|t| t.0).collect();
        name.sort_unstable();
        Self { parts, name: (name, whole_name(x).map_or(usize::MAX, place)), all }
    }

    /// The places in `all` of those that another application shares.
    #[inline]
    pub fn shared(&self, y: &App<'_>, mut put: impl FnMut(usize)) {
        for &(at, ours, place) in &self.parts {
            if part(y, at) == Some(ours) {
                put(place);
            }
        }
        let (name, place) = &self.name;
        let mut theirs = y.tokens();
        if theirs.len() == name.len()
            && theirs.all(|token| name.binary_search(&token.0).is_ok())
            && y.has_name()
        {
            // A name may say one token twice.
            let mut theirs: Vec<u32> = y.tokens().map(|t| t.0).collect();
            theirs.sort_unstable();
            if theirs == *name {
                put(*place);
            }
        }
    }
}

/// Overlapping windows of at most `limit` over applications, in an order that does not depend on arrival.
pub fn windows(
    corpus: &Corpus,
    members: &[AppIx],
    limit: usize,
) -> impl Iterator<Item = Vec<AppIx>> + use<> {
    let mut ordered = members.to_vec();
    ordered.sort_unstable_by_key(|&app| corpus.app(app).key());
    ordered.dedup();
    let step = limit.div_ceil(2).max(1);
    (0..ordered.len())
        .step_by(step)
        .map(move |from| ordered[from..ordered.len().min(from + limit)].to_vec())
}

/// Blocks of two or more applications, and the blocks of each application.
#[derive(Debug, Default)]
pub struct Blocks {
    /// Members of all blocks, block after block.
    members: Vec<AppIx>,
    /// Where each block begins in `members`, and at last where the last one ends.
    begins: Vec<u32>,
    /// Blocks of all applications, application after application.
    blocks: Vec<u32>,
    /// Where each application begins in `blocks`, and at last where the last one ends.
    of: Vec<u32>,
    /// Blocks before this one are of whole values: of what is hardly the same by chance.
    strong: u32,
    uncompared: u64,
}

impl Blocks {
    /// The blocks of a corpus, none of more than `limit` members. O(n log n).
    #[must_use]
    pub fn build(corpus: &Corpus, limit: usize) -> Self {
        let mut blocks = Self::default();
        for pass in 0..PASSES {
            let gathered = Gathered::from_each(corpus.len(), |i, sink| {
                let x = corpus.app(AppIx::new(i));
                keys(corpus, &x, pass, |k| sink.put(k, x.ix.0));
            });
            let made = gathered.each_part(|part| {
                let (mut made, mut large) = (Made::default(), Sink::default());
                for run in part.chunk_by(|a, b| a.0 == b.0) {
                    if !made.add(run, limit) {
                        for &(k, member) in run {
                            second_keys(&corpus.app(AppIx(member)), |s| {
                                let refined = k.rotate_left(17) ^ s;
                                large.put(refined & !AGAIN | k & s & AGAIN, member);
                            });
                        }
                    }
                }
                (made, large)
            });
            let (made, large): (Vec<Made>, Vec<Sink>) = made.into_iter().unzip();
            made.into_iter().for_each(|made| blocks.take(made));
            let refined = Gathered::of(large).each_part(|part| {
                let mut made = Made::default();
                for run in part.chunk_by(|a, b| a.0 == b.0) {
                    if !made.add(run, limit) {
                        let n = run.len() as u64;
                        made.uncompared += n * (n - 1) / 2;
                        if run[0].0 & AGAIN == AGAIN {
                            made.add_windows(corpus, run, limit);
                        }
                    }
                }
                made
            });
            refined.into_iter().for_each(|made| blocks.take(made));
            if pass == 0 {
                blocks.strong = u32::try_from(blocks.begins.len()).unwrap_or(u32::MAX);
            }
        }
        blocks.begins.push(u32::try_from(blocks.members.len()).unwrap_or(u32::MAX));
        blocks.index(corpus.len());
        blocks
    }

    /// Takes blocks over that were made by themselves.
    fn take(&mut self, made: Made) {
        let from = u32::try_from(self.members.len()).unwrap_or(u32::MAX);
        self.begins.extend(made.begins.into_iter().map(|begin| from.saturating_add(begin)));
        self.members.extend(made.members);
        self.uncompared += made.uncompared;
    }

    /// Sorts the blocks under their applications.
    fn index(&mut self, n: usize) {
        self.of = vec![0; n + 1];
        for member in &self.members {
            self.of[member.at() + 1] += 1;
        }
        for i in 0..n {
            self.of[i + 1] += self.of[i];
        }
        let mut at = self.of.clone();
        self.blocks = vec![0; self.members.len()];
        for (block, ends) in (0_u32..).zip(self.begins.windows(2)) {
            for member in &self.members[ends[0] as usize..ends[1] as usize] {
                let slot = &mut at[member.at()];
                self.blocks[*slot as usize] = block;
                *slot += 1;
            }
        }
    }

    /// The applications of lesser position that share a block of a whole value with one, or two blocks of how
    /// names sound and something else, sorted, into `near`. Whoever has but one such block in common has nothing
    /// else that would make them one person. `met` is room to work in.
    pub fn before(&self, app: AppIx, met: &mut Vec<u64>, near: &mut Vec<AppIx>) {
        near.clear();
        met.clear();
        let blocks = &self.blocks[self.of[app.at()] as usize..self.of[app.at() + 1] as usize];
        for &block in blocks {
            let from = self.begins[block as usize] as usize;
            let to = self.begins[block as usize + 1] as usize;
            let strong = u64::from(block < self.strong);
            let before = self.members[from..to].iter().take_while(|&&other| other < app);
            met.extend(before.map(|other| u64::from(other.0) << 1 | strong));
        }
        met.sort_unstable();
        for same in met.chunk_by(|a, b| a >> 1 == b >> 1) {
            if same.len() > 1 || same[0] & 1 == 1 {
                near.push(AppIx::new((same[0] >> 1) as usize));
            }
        }
    }

    /// Pairs of blocks that stayed too large even when refined, and so were not proposed by them.
    #[must_use]
    pub fn uncompared(&self) -> u64 {
        self.uncompared
    }
}

/// Blocks of some keys, made by themselves.
#[derive(Debug, Default)]
struct Made {
    /// Members of all of them, block after block.
    members: Vec<AppIx>,
    /// Where each begins in `members`.
    begins: Vec<u32>,
    uncompared: u64,
}

impl Made {
    /// Adds a run of one key as a block; says no when it is too large.
    fn add(&mut self, run: &[(u64, u32)], limit: usize) -> bool {
        let from = self.members.len();
        self.members.extend(run.iter().map(|&(_, member)| AppIx(member)));
        self.members[from..].sort_unstable();
        let mut kept = from;
        for at in from..self.members.len() {
            if at == from || self.members[at] != self.members[kept - 1] {
                self.members[kept] = self.members[at];
                kept += 1;
            }
        }
        let n = kept - from;
        self.members.truncate(if (2..=limit).contains(&n) { kept } else { from });
        if (2..=limit).contains(&n) {
            self.begins.push(u32::try_from(from).unwrap_or(u32::MAX));
        }
        n <= limit
    }

    /// Adds a run that is too large as overlapping blocks of neighbors, in an order that does not depend on arrival,
    /// so that whoever agree hang together. O(n log n), and n times `limit` pairs.
    fn add_windows(&mut self, corpus: &Corpus, run: &[(u64, u32)], limit: usize) {
        let key = run.first().map_or(0, |(k, _)| *k);
        let members: Vec<AppIx> = run.iter().map(|&(_, member)| AppIx(member)).collect();
        for window in windows(corpus, &members, limit) {
            let n = window.len() as u64;
            let window: Vec<(u64, u32)> = window.into_iter().map(|app| (key, app.0)).collect();
            self.add(&window, limit);
            self.uncompared = self.uncompared.saturating_sub(n * n.saturating_sub(1) / 4);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(key: u64, members: &[u32]) -> Vec<(u64, u32)> {
        members.iter().map(|&m| (key, m)).collect()
    }

    #[test]
    fn small_blocks_are_kept_and_large_ones_are_left_to_their_refinement() {
        let mut made = Made::default();
        assert!(made.add(&run(7, &[3, 1, 1, 2]), 3));
        assert!(made.add(&run(8, &[5]), 3));
        assert!(!made.add(&run(9, &[1, 2, 3, 4]), 3));
        assert!(made.add(&run(10, &[1, 4]), 3));
        let mut blocks = Blocks::default();
        blocks.take(made);
        blocks.begins.push(blocks.members.len() as u32);
        blocks.strong = 1;
        blocks.index(6);
        let near = |app| {
            let mut near = Vec::new();
            blocks.before(AppIx(app), &mut Vec::new(), &mut near);
            near.into_iter().map(|a| a.0).collect::<Vec<u32>>()
        };
        assert_eq!((near(1), near(3), near(4), near(5)), (vec![], vec![1, 2], vec![], vec![]));
    }

    #[test]
    fn keys_tell_their_tags_and_the_order_of_their_parts() {
        assert_ne!(key(1, &[1, 2]), key(1, &[2, 1]));
        assert_ne!(key(1, &[1]), key(2, &[1]));
    }
}
