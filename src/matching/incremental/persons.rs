//! Persons brought up to date: edges that are new, gone or weigh otherwise, and the clusters grown anew of whatever
//! hangs together with them. Not responsible for links.
//!
//! Invariant: edges and applicants are those that resolving everything finds.

use crate::{
    matching::{
        Comparer, Corpus, Edges, Index, Pair, Policy, Rulings,
        edges::Edge,
        incremental::{
            Attempt, Known, Reason,
            blocks::{Asked, Changed},
            reread::Reread,
        },
        persons::{compare_reaching, grow, prior},
    },
    model::{AppIx, Applicant, ApplicantIx, Bits, PairVerdict},
};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Most applications that are grown anew.
const MOST: usize = 300_000;
/// Most applications whose candidates are looked for.
const LOOKED_FOR: usize = 25_000;

/// Most members of a block all of whose members are paired now and were not.
const BLOCK: usize = 400;
/// Most members of blocks that are looked through for the sake of edges.
const ASKS: usize = 400_000_000;
/// Most pairs that meet now and did not.
const GAINED: usize = 200_000;

/// What holds now.
pub(super) struct Now<'a> {
    pub corpus: &'a Corpus,
    pub index: &'a Index,
    pub rulings: &'a Rulings,
    pub policy: &'a Policy,
}

/// What became of the applicants.
pub(super) struct Resolved {
    pub edges: Edges,
    /// Applicants that are no more as they were, sorted.
    pub retired: Vec<ApplicantIx>,
    /// Those that are there instead, by their first arrivals.
    pub formed: Vec<Applicant>,
}

/// Resolves anew what these applications have to do with: those that are new or have new versions, those whose
/// candidates are to be looked for, and those whose edges are to be weighed.
pub(super) fn resolve(
    before: &Known<'_>,
    now: &Now<'_>,
    changed: &BTreeSet<AppIx>,
    again: &BTreeSet<AppIx>,
    touched: &BTreeSet<AppIx>,
    reread: &Reread,
) -> Attempt<Resolved> {
    let cx = Comparer::new(now.corpus, now.policy);
    let start = prior(now.corpus, now.policy);
    let least = now.policy.identity.threshold;
    let total = |a: AppIx, b: AppIx| {
        // In the order in which everything is compared.
        let (a, b) = (a.min(b), a.max(b));
        compare_reaching(
            &cx,
            &Pair::new(now.corpus, now.corpus.app(b), now.corpus.app(a)),
            start,
            least,
        )
    };
    let limit = now.policy.blocking.block as usize;
    let asked = Asked { corpus: now.corpus, index: now.index, limit };
    let was = Asked { corpus: before.corpus, index: before.index, limit };

    let mut edges = before.edges.clone();
    // Whether two clusters agree is asked of pairs without an edge as well, whose totals nobody keeps.
    let mut grown: BTreeSet<AppIx> = changed.iter().chain(again).chain(touched).copied().collect();
    let looked_for: Vec<AppIx> = changed.union(again).copied().collect();
    if looked_for.len() > LOOKED_FOR {
        return Err(Reason::Component);
    }
    // Whoever is in a block that became another one may meet where they did not, or no longer.
    let mut blocks: Vec<(Changed, bool)> = Vec::new();
    let found: Vec<_> = looked_for
        .par_iter()
        .map(|&app| {
            let held = asked.held(app);
            let near = asked.near_of(app, &held).into_iter();
            let others: Vec<(AppIx, Bits)> =
                near.filter_map(|y| Some((y, total(app, y)?))).collect();
            let mut blocks = Vec::new();
            if changed.contains(&app) {
                let these = asked.changed(&held, &was, changed).into_iter();
                blocks.extend(these.map(|block| (block, true)));
                if app.at() < before.corpus.len() {
                    let these = was.changed(&was.held(app), &asked, changed).into_iter();
                    blocks.extend(these.map(|block| (block, false)));
                }
            }
            (app, others, blocks)
        })
        .collect();
    for (app, others, changed) in found {
        blocks.extend(changed);
        let old: Vec<AppIx> = edges.of(app).iter().map(|(other, _)| *other).collect();
        for other in old {
            if others.binary_search_by_key(&other, |(y, _)| *y).is_err() {
                edges.put(app, other, None);
                grown.extend([app, other]);
            }
        }
        for (other, bits) in others {
            if edges.put(app, other, Some(bits)) {
                grown.extend([app, other]);
            }
        }
    }
    let mut pairs: BTreeSet<(AppIx, AppIx)> = reread.persons(&was, &asked).into_iter().collect();
    let mut asks = 0;
    for (block, now) in &blocks {
        // Whoever meets no longer matters only where there was an edge. To ask whether two meet takes time by the size of
        // their blocks, and in one of thousands of like records each is of that size.
        let known: usize = block.members.iter().map(|&a| edges.of(a).len()).sum();
        asks += known * block.members.len();
        if asks > ASKS {
            return Err(Reason::Component);
        }
        for &a in &block.members {
            let known = edges.of(a).iter().map(|(b, _)| *b).filter(|b| *b > a);
            let known = known.filter(|b| block.members.binary_search(b).is_ok());
            pairs.extend(known.map(|b| (a, b)));
        }
        if let Some(gained) = block.gained(limit, *now) {
            pairs.extend(gained);
        } else if block.joins(*now) {
            if block.members.len() > BLOCK {
                return Err(Reason::Component);
            }
            for (i, &a) in block.members.iter().enumerate() {
                pairs.extend(block.members[i + 1..].iter().map(|&b| (a.min(b), a.max(b))));
            }
        }
        if pairs.len() > GAINED {
            return Err(Reason::Component);
        }
    }
    let pairs: Vec<(AppIx, AppIx)> = pairs.into_iter().collect();
    let weighed: Vec<(AppIx, AppIx, Option<Bits>)> = pairs
        .into_par_iter()
        .with_min_len(256)
        .map(|(a, b)| (a, b, total(a, b).filter(|_| asked.meet(a, b))))
        .collect();
    for (a, b, bits) in weighed {
        if edges.put(a, b, bits) {
            grown.extend([a, b]);
        }
    }
    let judged = |rulings: &Rulings| -> BTreeMap<(AppIx, AppIx), PairVerdict> {
        rulings.pairs().map(|(a, b, verdict, _)| ((a, b), verdict)).collect()
    };
    let (old, new) = (judged(before.rulings), judged(now.rulings));
    for &(a, b) in old.keys().chain(new.keys()) {
        if old.get(&(a, b)) != new.get(&(a, b)) {
            grown.extend([a, b]);
        }
    }
    let component = component(before, &edges, [&old, &new], grown)?;
    let mut among: Vec<Edge> = Vec::new();
    for &a in &component {
        let later = edges.of(a).iter().filter(|(b, _)| *b > a);
        let later: Vec<(AppIx, Bits)> = later.copied().collect();
        for (b, known) in later {
            // All others are known by now.
            let weighs = touched.contains(&a) || touched.contains(&b);
            let bits = if weighs { total(a, b) } else { Some(known) };
            if weighs {
                edges.put(a, b, bits);
            }
            among.extend(bits.map(|total| Edge { total, a, b }));
        }
    }
    let formed = grow(&cx, Some(&component), &mut among, now.rulings);
    let mut retired: BTreeSet<ApplicantIx> = component
        .iter()
        .filter(|app| app.at() < before.corpus.len())
        .map(|&app| before.applicants.of(app))
        .collect();
    let formed: Vec<Applicant> = formed
        .into_iter()
        .filter(|applicant| {
            let first = applicant.applications.iter().min().copied().unwrap_or_default();
            let new = applicant.applications.iter().any(|app| changed.contains(app));
            let same = !new && before.applicants.get(before.applicants.of(first)) == applicant;
            if same {
                retired.remove(&before.applicants.of(first));
            }
            !same
        })
        .collect();
    Ok(Resolved { edges, retired: retired.into_iter().collect(), formed })
}

/// Everything that hangs together with these, along edges of before and of now and along rulings, sorted.
fn component(
    before: &Known<'_>,
    edges: &Edges,
    judged: [&BTreeMap<(AppIx, AppIx), PairVerdict>; 2],
    grown: BTreeSet<AppIx>,
) -> Attempt<Vec<AppIx>> {
    let mut same: BTreeMap<AppIx, Vec<AppIx>> = BTreeMap::new();
    for (&(a, b), _) in judged.iter().flat_map(|j| j.iter()) {
        same.entry(a).or_default().push(b);
        same.entry(b).or_default().push(a);
    }
    let mut found: BTreeSet<AppIx> = grown.clone();
    let mut next: Vec<AppIx> = grown.into_iter().collect();
    while let Some(app) = next.pop() {
        let ruled = same.get(&app).into_iter().flatten().copied();
        let old = before.edges.of(app).iter().map(|(other, _)| *other);
        let new = edges.of(app).iter().map(|(other, _)| *other);
        for other in ruled.chain(old).chain(new) {
            if found.insert(other) {
                next.push(other);
            }
        }
        if found.len() > MOST {
            return Err(Reason::Component);
        }
    }
    Ok(found.into_iter().collect())
}
