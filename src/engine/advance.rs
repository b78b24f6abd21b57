//! Advancing: a view after a few applications more, or under other judgements, made from the view before. Not
//! responsible for what is compared again (`matching::incremental`), nor for publishing.
//!
//! Invariant: nobody can tell what was advanced from what was derived anew.

use crate::{
    engine::{Derived, View, ledger::Received, publish::Next},
    graph::Network,
    matching::{
        Background, Corpus, Edges, Index, Policy, Rulings,
        incremental::{self, Known, Reason},
    },
    model::{ApplicantIx, AttributeIx, Family, Judgement, LinkIx, Normalized},
    rings::{Rebuilt, build, rebuild},
};
use std::{
    collections::BTreeSet,
    sync::{Arc, OnceLock},
};

/// Applications that are taken in at once: of more, deriving everything anew is hardly more work.
pub const FEW: usize = 256;

/// How a view was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Made {
    /// Derived anew: first, after a large import, or under another policy.
    #[default]
    Anew,
    /// Derived anew, since advancing would have been much of the same.
    Instead(Reason),
    /// Advanced from the view before.
    Advanced,
}

/// Everything a step goes from, but for rings.
#[derive(Clone, Copy)]
struct Before<'a> {
    network: &'a Network,
    background: &'a Background,
    edges: &'a Edges,
    index: &'a Index,
    judgements: &'a [Judgement],
}

/// What a step comes to, and who may be in another ring by it.
struct Step {
    network: Network,
    background: Background,
    edges: Edges,
    index: Index,
    touched: BTreeSet<ApplicantIx>,
    /// Values whose crowd is judged otherwise.
    values: Vec<AttributeIx>,
}

/// What follows when these applications were received as well and these judgements are in force. O(what changes).
///
/// # Errors
/// When it is better derived anew.
pub fn advance(
    view: &View,
    received: &[Received],
    judgements: &Arc<Vec<Judgement>>,
    policy: &Policy,
) -> Result<Next, Reason> {
    let (next, _) = advance_telling(view, received, judgements, policy)?;
    Ok(Next { judgements: Arc::clone(judgements), ..next })
}

/// The same without saying under which judgements, and among whom anything can be otherwise: numbers of applicants before
/// or after.
///
/// # Errors
/// When it is better derived anew.
pub fn advance_telling(
    view: &View,
    received: &[Received],
    judgements: &[Judgement],
    policy: &Policy,
) -> Result<(Next, BTreeSet<ApplicantIx>), Reason> {
    let before = Before {
        network: &view.network,
        background: &view.background,
        edges: &view.edges,
        index: view.index(),
        judgements: &view.judgements,
    };
    let Step { network, background, edges, index, mut touched, values } =
        step(before, received, judgements, policy)?;
    for value in values {
        let about =
            |ix: &LinkIx| network.link(*ix).evidence.iter().any(|e| e.attribute == Some(value));
        let held = |user: &ApplicantIx| network.links_of(*user).iter().any(about);
        touched.extend(network.users(value).into_iter().filter(held));
    }
    let Rebuilt { gone, new } = rebuild(&network, &background, policy, &view.rings, &touched);
    let next = Next {
        network,
        background,
        edges,
        index: Arc::new(OnceLock::from(index)),
        rings: view.rings.clone(),
        gone,
        new,
        effort: view.effort,
        made: Made::Advanced,
        judgements: Arc::default(),
    };
    Ok((next, touched))
}

/// What a snapshot held, brought up to the applications and judgements since; and whom each application meets.
///
/// # Errors
/// When it is better derived anew.
pub fn catch_up(
    kept: Derived,
    kept_judgements: &[Judgement],
    received: &[Received],
    judgements: &[Judgement],
    policy: &Policy,
) -> Result<(Derived, Index), Reason> {
    let mut index = Index::build(kept.network.corpus());
    let mut derived = kept;
    let mut known = kept_judgements;
    for lot in Some(&[][..]).filter(|_| received.is_empty()).into_iter().chain(received.chunks(FEW))
    {
        let before = Before {
            network: &derived.network,
            background: &derived.background,
            edges: &derived.edges,
            index: &index,
            judgements: known,
        };
        let done = step(before, lot, judgements, policy)?;
        index = done.index;
        let Step { network, background, edges, .. } = done;
        derived = Derived { network, background, edges, ..derived };
        known = judgements;
    }
    derived.rings = build(&derived.network, &derived.background, policy);
    Ok((derived, index))
}

fn step(
    before: Before<'_>,
    received: &[Received],
    judgements: &[Judgement],
    policy: &Policy,
) -> Result<Step, Reason> {
    let corpus = before.network.corpus();
    let known = Known {
        corpus,
        applicants: before.network.applicants(),
        edges: before.edges,
        background: before.background,
        index: before.index,
        rulings: &Rulings::build(corpus, before.judgements),
    };
    let received: Vec<(&Normalized, &str)> = received.iter().map(Received::parts).collect();
    let rule = |corpus: &Corpus| Rulings::build(corpus, judgements);
    let updated = incremental::update(&known, &received, rule, policy)?;
    let changes = updated.changes;
    let mut network = before.network.clone();
    network.set_corpus(updated.corpus);
    let mut touched: BTreeSet<ApplicantIx> = changes.retired.iter().copied().collect();
    for &ix in &changes.retired {
        let links = network.links_of(ix).iter().map(|&link| network.link(link));
        touched.extend(links.flat_map(|link| [link.a, link.b]));
        network.retire(ix);
    }
    for (_, applicant) in changes.added {
        touched.insert(network.add_applicant(applicant));
    }
    for (a, b, link) in changes.links {
        let old = network.link_between(a, b);
        if old.map(|ix| network.link(ix)) != link.as_ref() {
            touched.extend([a, b]);
            match link {
                Some(link) => drop(network.put_link(link)),
                None => drop(network.remove_link(a, b)),
            }
        }
    }
    // What carries a ring depends on what is a text's own, also where no link changes by that.
    let by_text = |ix: &LinkIx| network.link(*ix).evidence.iter().any(|e| e.family == Family::Text);
    let by_text = |user: &ApplicantIx| network.links_of(*user).iter().any(by_text);
    touched.extend(changes.reread.into_iter().filter(by_text));
    let (background, edges, index) = (updated.background, updated.edges, updated.index);
    Ok(Step { network, background, edges, index, touched, values: changes.values })
}
