//! Deriving: everything that follows from the applications, the judgements and the policy. Not responsible for
//! ring ids, which have a history (`rings::lineage`), nor for storing anything.
//!
//! Invariant: a pure function: the same facts give the same persons, links and rings, whatever the order or the batches
//! they came in.

use crate::{
    graph::Network,
    matching::{Background, Corpus, Edges, Policy, Rulings, link, persons},
    model::{Judgement, Ring},
    rings,
};

/// How much was compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Effort {
    /// Pairs of applications compared as perhaps one person's.
    pub person_pairs: u64,
    /// Pairs in blocks that stayed too large even when refined: not compared.
    pub person_pairs_left: u64,
    /// Pairs of applicants compared as perhaps linked.
    pub link_pairs: u64,
    /// Pairs that have only a busy value in common: not compared.
    pub link_pairs_left: u64,
}

/// What follows from applications, judgements and policy.
#[derive(Debug, Default)]
pub struct Derived {
    /// Applicants, attributes and links.
    pub network: Network,
    /// Who uses which value, and how far its users have other things in common.
    pub background: Background,
    /// Along what applicants were grown.
    pub edges: Edges,
    /// Rings, best supported first, under provisional ids.
    pub rings: Vec<Ring>,
    /// How much was compared.
    pub effort: Effort,
}

/// Derives everything. O(n log n + pairs).
#[must_use]
pub fn derive(mut corpus: Corpus, judgements: &[Judgement], policy: &Policy) -> Derived {
    corpus.settle();
    let rulings = Rulings::build(&corpus, judgements);
    let persons = persons::resolve(&corpus, &rulings, policy);
    let linked = link(&corpus, &persons.applicants, &rulings, policy);
    let effort = Effort {
        person_pairs: persons.compared,
        person_pairs_left: persons.uncompared,
        link_pairs: linked.compared,
        link_pairs_left: linked.uncompared,
    };
    let network = Network::new(corpus, persons.applicants, linked.links);
    let rings = rings::build(&network, &linked.background, policy);
    let (background, edges) = (linked.background, persons.edges);
    Derived { network, background, edges, rings, effort }
}
