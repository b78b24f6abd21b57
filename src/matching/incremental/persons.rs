//! Persons brought up to date: edges that are new, gone or weigh otherwise, and the clusters grown anew of whatever
//! hangs together with them. Not responsible for links.
//!
//! Invariant: edges and applicants are those that resolving everything finds.

use crate::{
    matching::{
        Comparer, Corpus, Edges, Index, Pair, Policy, Rulings,
        edges::Edge,
        incremental::{Attempt, Known, Reason, blocks::Asked, reread::Reread},
        persons::{compare_reaching, grow, prior},
    },
    model::{AppIx, Applicant, ApplicantIx, Bits, PairVerdict},
};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Most applications that are grown anew.
const MOST: usize = 50_000;
/// Most applications whose candidates are looked for.
const LOOKED_FOR: usize = 2_500;

/// Most members of a block that became another one.
const BLOCK: usize = 400;

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
    let mut grown: BTreeSet<AppIx> = changed.iter().chain(touched).copied().collect();
    let looked_for: Vec<AppIx> = changed.union(again).copied().collect();
    if looked_for.len() > LOOKED_FOR {
        return Err(Reason::Component);
    }
    // Whoever is in a block that became another one may meet where they did not, or no longer.
    let mut blocks: Vec<Vec<AppIx>> = Vec::new();
    let found: Vec<_> = looked_for
        .par_iter()
        .map(|&app| {
            let held = asked.held(app);
            let near = asked.near_of(app, &held).into_iter();
            let others: Vec<(AppIx, Bits)> =
                near.filter_map(|y| Some((y, total(app, y)?))).collect();
            let mut blocks = Vec::new();
            if changed.contains(&app) {
                blocks = asked.changed(&held, &was, changed);
                if app.at() < before.corpus.len() {
                    blocks.extend(was.changed(&was.held(app), &asked, changed));
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
    for members in &blocks {
        if members.len() > BLOCK {
            return Err(Reason::Component);
        }
        for (i, &a) in members.iter().enumerate() {
            pairs.extend(members[i + 1..].iter().map(|&b| (a.min(b), a.max(b))));
        }
    }
    for (a, b) in pairs {
        let bits = total(a, b).filter(|_| asked.meet(a, b));
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
        let later: Vec<AppIx> = edges.of(a).iter().map(|(b, _)| *b).filter(|b| *b > a).collect();
        for b in later {
            let bits = total(a, b);
            edges.put(a, b, bits);
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
