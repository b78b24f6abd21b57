//! Matching brought up to date: what an application more, a new version of one, or another set of judgements changes,
//! and nothing else. Not responsible for matching everything (`persons`, `linking`), for rings, nor for facts.
//!
//! Whatever could be judged differently than before is found through the index and looked at again: the pairs of who
//! is new, those whose block, count or crowd is judged anew, and what hangs together with them. Where that would be
//! much of the store (a busy value's crowd is judged anew, say) it is left to be done from scratch.
//!
//! Invariant: the outcome is that of matching everything.

mod blocks;
mod candidates;
mod crowds;
mod links;
mod persons;
mod recount;
mod reread;

use crate::{
    matching::{
        Applicants, Background, Corpus, Edges, Index, Policy, Rulings,
        incremental::{recount::Recount, reread::Reread},
    },
    model::{AppIx, Applicant, ApplicantIx, AttributeIx, Link, Normalized},
};
use std::collections::BTreeSet;

/// Most texts that contain a passage which is judged otherwise.
const TEXTS: usize = 3_000;

/// Everything that matching knows.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// The applications, settled.
    pub corpus: &'a Corpus,
    /// Who they resolve to.
    pub applicants: &'a Applicants,
    /// Along what.
    pub edges: &'a Edges,
    /// Who uses which value.
    pub background: &'a Background,
    /// Whom each application meets.
    pub index: &'a Index,
    /// The judgements in force.
    pub rulings: &'a Rulings,
}

/// Everything that matching knows after a change.
pub struct Updated {
    /// The applications.
    pub corpus: Corpus,
    /// Who they resolve to.
    pub applicants: Applicants,
    /// Along what.
    pub edges: Edges,
    /// Who uses which value.
    pub background: Background,
    /// Whom each application meets.
    pub index: Index,
    /// What changed.
    pub changes: Changes,
}

/// What an update changed.
#[derive(Debug, Default)]
pub struct Changes {
    /// Applicants that are no more as they were, in order.
    pub retired: Vec<ApplicantIx>,
    /// Those that are there instead, in the order in which they were added.
    pub added: Vec<(ApplicantIx, Applicant)>,
    /// The pairs that were weighed anew, with the link they have now.
    pub links: Vec<(ApplicantIx, ApplicantIx, Option<Link>)>,
    /// Values whose crowd is judged otherwise.
    pub values: Vec<AttributeIx>,
    /// Who has a passage that became common, or no longer is.
    pub reread: BTreeSet<ApplicantIx>,
}

/// Why a change is not made bit by bit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The number of applications, of names or of days is judged anew, and with it every count.
    Size,
    /// A passage of texts became common, or no longer is, and many texts contain it.
    Passage,
    /// A token of very many names is rather a given name now, or rather a family name.
    Token,
    /// A value that very many use is judged anew.
    Count,
    /// Very many applications hang together.
    Component,
    /// The crowd of a busy value is judged anew.
    Crowd,
    /// A value or a near-equality has become too busy, or no longer is, to propose all pairs of its users.
    Busy,
}

/// The outcome of an attempt.
pub type Attempt<T> = Result<T, Reason>;

/// What is known after these applications were received, in this order, and under these rulings. O(what changes).
///
/// # Errors
/// When it is better done from scratch.
pub fn update(
    before: &Known<'_>,
    received: &[(&Normalized, &str)],
    rule: impl FnOnce(&Corpus) -> Rulings,
    policy: &Policy,
) -> Attempt<Updated> {
    let (mut corpus, mut index) = (before.corpus.clone(), before.index.clone());
    let (mut changed, mut texts, mut more) = (BTreeSet::new(), BTreeSet::new(), false);
    for (normalized, label) in received {
        let old = corpus.find(&normalized.id).map(|app| index.keys_of(&corpus, app));
        let (app, flips) = corpus.put_settled(normalized, label).ok_or(Reason::Size)?;
        index.put(&corpus, app, old);
        changed.insert(app);
        for cells in [&flips.up, &flips.down].into_iter().filter(|cells| !cells.is_empty()) {
            let holders = index.holders(&corpus, cells);
            if holders.len() > TEXTS {
                return Err(Reason::Passage);
            }
            corpus.count_own(&holders);
            texts.extend(holders);
        }
        more |= !flips.down.is_empty();
    }
    let holders = texts.clone();
    let reread = Reread::of(before.corpus, &corpus, &changed, texts, more);
    for &app in &reread.again {
        index.widen(&corpus, app);
    }
    let rulings = rule(&corpus);
    let recount = Recount::of(before, &corpus, &index, &changed)?;
    let mut again: BTreeSet<AppIx> = recount.again.clone();
    again.extend(&reread.again);
    let looked_for: BTreeSet<AppIx> = again.union(&recount.renamed).copied().collect();
    let resolved = persons::resolve(
        before,
        &persons::Now { corpus: &corpus, index: &index, rulings: &rulings, policy },
        &changed,
        &looked_for,
        &recount.touched,
        &reread,
    )?;
    let mut applicants = before.applicants.clone();
    let mut changes = Changes { retired: resolved.retired, ..Changes::default() };
    for &ix in &changes.retired {
        applicants.retire(ix);
    }
    for applicant in resolved.formed {
        let ix = applicants.add(applicant.clone());
        changes.added.push((ix, applicant));
    }
    // Whose names, homes or texts are judged otherwise is looked at again with everybody it meets.
    let relooked: BTreeSet<ApplicantIx> = again.iter().map(|&app| applicants.of(app)).collect();
    let after = Known {
        corpus: &corpus,
        applicants: &applicants,
        edges: &resolved.edges,
        background: before.background,
        index: &index,
        rulings: &rulings,
    };
    again.extend(&changed);
    let whose = (&relooked, &again);
    let linked = links::relink(before, &after, &changes, whose, (&recount, &reread), policy)?;
    changes.links = linked.links;
    changes.reread = holders.into_iter().map(|app| applicants.of(app)).collect();
    changes.values = linked.values;
    let (background, edges) = (linked.background, resolved.edges);
    Ok(Updated { corpus, applicants, edges, background, index, changes })
}

/// The applicants that one is compared with: as perhaps the same person, or as perhaps linked. O(what it shares).
#[must_use]
pub fn meets(known: &Known<'_>, me: ApplicantIx, policy: &Policy) -> BTreeSet<ApplicantIx> {
    let limit = policy.blocking.block as usize;
    let asked = blocks::Asked { corpus: known.corpus, index: known.index, limit };
    let mine = &known.applicants.get(me).applications;
    let near = mine.iter().flat_map(|&app| asked.near(app));
    let mut all: BTreeSet<ApplicantIx> = near.map(|app| known.applicants.of(app)).collect();
    all.extend(candidates::Candidates::new(*known, policy).of(me).iter());
    all.remove(&me);
    all
}
