//! Paths: how two applicants are connected, hop by hop, the best argued ways first. Not responsible for saying it in
//! words.
//!
//! A hop goes from applicant to applicant over one link; its cost is lower the more the link says, so the first path
//! is the best argued one, not just the shortest. Links that rest only on values which hundreds use connect everybody
//! with everybody; they can be left out.
//!
//! Invariant: every hop is a link of the network, no path meets an applicant twice, no two paths are the same, and
//! none of it depends on the order of arrival.

use crate::{
    graph::Network,
    model::{ApplicantIx, AttributeIx, Bits, Link, LinkIx},
};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap},
};

/// Applicants looked at before a search gives up.
const LIMIT: usize = 50_000;

/// What to look for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PathOptions {
    /// Paths wanted at most.
    pub most: usize,
    /// Links that rest only on values used more often than this are left out, if given.
    pub hub: Option<u32>,
}

/// Ways from one applicant to another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Paths {
    /// The links of each in order, the best argued first.
    pub paths: Vec<Vec<LinkIx>>,
    /// The values because of which links met on the way were left out, sorted.
    pub avoided: Vec<AttributeIx>,
}

/// The best argued path between two applicants: the links in order from `from` to `to`; none when they are not
/// connected. An empty path when they are one. O(m log n) over the component, at most 50,000 applicants.
#[must_use]
pub fn path(network: &Network, from: ApplicantIx, to: ApplicantIx) -> Option<Vec<LinkIx>> {
    let options = PathOptions { most: 1, hub: None };
    paths(network, from, to, options).paths.pop()
}

/// The best argued paths between two applicants, none of which meets an applicant twice. One empty path when they are
/// one. O(m log n) for the first over at most 50,000 applicants; each further one costs as many searches as the one
/// before has hops, and these hardly leave the way.
///
/// Reference: Yen, "Finding the K shortest loopless paths in a network", 1971; the distances of the first search lead
/// the others.
#[must_use]
pub fn paths(network: &Network, from: ApplicantIx, to: ApplicantIx, options: PathOptions) -> Paths {
    if from == to {
        return Paths { paths: vec![Vec::new()], avoided: Vec::new() };
    }
    let mut search = Search {
        network,
        to,
        hub: options.hub,
        rest: HashMap::new(),
        beyond: 0,
        avoided: BTreeSet::new(),
    };
    let mut found: Vec<Vec<LinkIx>> = Vec::new();
    if search.measure(from) {
        found.extend(search.way(from, &BTreeSet::new(), &BTreeSet::new()));
    }
    // Candidates by cost and, among equals, by the order of their links.
    let mut candidates: BTreeMap<Rank, Vec<LinkIx>> = BTreeMap::new();
    while let Some(last) = found.last().filter(|_| found.len() < options.most) {
        let mut here = from;
        let mut met = BTreeSet::new();
        for (i, &hop) in last.iter().enumerate() {
            let root = last.get(..i).unwrap_or_default();
            let taken: BTreeSet<LinkIx> = found
                .iter()
                .filter(|p| p.get(..i) == Some(root))
                .filter_map(|p| p.get(i).copied())
                .collect();
            if let Some(rest) = search.way(here, &met, &taken) {
                let way: Vec<LinkIx> = root.iter().copied().chain(rest).collect();
                let total = way.iter().map(|&l| cost(network.link(l).bits)).sum();
                let order = way.iter().map(|&l| network.link_order(l)).collect();
                candidates.insert((total, order), way);
            }
            met.insert(here);
            here = other(network.link(hop), here);
        }
        candidates.retain(|_, way| !found.contains(way));
        let Some((_, next)) = candidates.pop_first() else { break };
        found.push(next);
    }
    Paths { paths: found, avoided: search.avoided.into_iter().collect() }
}

/// What a way costs, and among equals an order that does not depend on arrival.
type Rank = (u64, Vec<(u64, u64)>);

/// How somebody is reached: at what cost, from what order of person, and by which link from whom.
type Reached = (u64, u64, Option<(LinkIx, ApplicantIx)>);

fn other(link: &Link, here: ApplicantIx) -> ApplicantIx {
    if link.a == here { link.b } else { link.a }
}

/// The cost of a hop, in thousandths: between 1 and 5 hops that say everything.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between 1,000 and 5,000"
)]
fn cost(bits: Bits) -> u64 {
    (1_000.0 + 4_000.0 / (1.0 + bits.get().max(0.0))).round() as u64
}

/// Searches toward one goal.
struct Search<'a> {
    network: &'a Network,
    to: ApplicantIx,
    hub: Option<u32>,
    /// What the rest of the way costs at least.
    rest: HashMap<ApplicantIx, u64>,
    /// The same for everybody else.
    beyond: u64,
    avoided: BTreeSet<AttributeIx>,
}

impl Search<'_> {
    /// The links of an applicant that count, and whom each leads to.
    fn hops(&mut self, here: ApplicantIx) -> Vec<(LinkIx, ApplicantIx, u64)> {
        let network = self.network;
        let mut hops = Vec::new();
        for &ix in network.links_of(here) {
            let link = network.link(ix);
            match self.hubs(link) {
                Some(hubs) => self.avoided.extend(hubs),
                None => hops.push((ix, other(link, here), cost(link.bits))),
            }
        }
        hops
    }

    /// The values a link rests on when all that speaks for it is values that too many use.
    fn hubs(&self, link: &Link) -> Option<Vec<AttributeIx>> {
        let most = self.hub?;
        let corpus = self.network.corpus();
        let mut speaking = link.evidence.iter().filter(|e| e.bits > Bits::ZERO).peekable();
        speaking.peek()?;
        speaking.map(|e| e.attribute.filter(|&value| corpus.uses(value) > most)).collect()
    }

    /// Measures the way back from the goal; whether `from` is within reach.
    fn measure(&mut self, from: ApplicantIx) -> bool {
        let mut queue = BinaryHeap::from([Reverse((0, self.to))]);
        let mut least = HashMap::from([(self.to, 0)]);
        while let Some(Reverse((far, here))) = queue.pop() {
            if self.rest.contains_key(&here) {
                continue;
            }
            self.rest.insert(here, far);
            self.beyond = far;
            if here == from {
                return true;
            }
            if self.rest.len() >= LIMIT {
                return false;
            }
            for (_, next, cost) in self.hops(here) {
                let known = least.entry(next).or_insert(u64::MAX);
                if far + cost < *known {
                    *known = far + cost;
                    queue.push(Reverse((far + cost, next)));
                }
            }
        }
        false
    }

    /// The cheapest way from here to the goal without meeting some applicants and without some first hops.
    fn way(
        &mut self,
        from: ApplicantIx,
        met: &BTreeSet<ApplicantIx>,
        taken: &BTreeSet<LinkIx>,
    ) -> Option<Vec<LinkIx>> {
        let rest =
            |search: &Self, at: &ApplicantIx| search.rest.get(at).copied().unwrap_or(search.beyond);
        let start = (rest(self, &from), self.network.order(from), from);
        let mut queue = BinaryHeap::from([Reverse(start)]);
        // Cost so far, and the last hop with whom it came from.
        let mut best: HashMap<ApplicantIx, Reached> = HashMap::from([(from, (0, 0, None))]);
        let mut done: BTreeSet<ApplicantIx> = BTreeSet::new();
        while let Some(Reverse((_, _, here))) = queue.pop() {
            if here == self.to {
                let mut way = Vec::new();
                let mut at = here;
                while let Some(&(_, _, Some((link, before)))) = best.get(&at) {
                    way.push(link);
                    at = before;
                }
                way.reverse();
                return Some(way);
            }
            if !done.insert(here) {
                continue;
            }
            if done.len() > LIMIT {
                return None;
            }
            let so_far = best.get(&here).map_or(u64::MAX, |b| b.0);
            let order = self.network.order(here);
            for (link, next, cost) in self.hops(here) {
                let closed = done.contains(&next) || met.contains(&next);
                if closed || (here == from && taken.contains(&link)) {
                    continue;
                }
                let known = best.entry(next).or_insert((u64::MAX, u64::MAX, None));
                let is_new = so_far + cost < known.0;
                if (so_far + cost, order) < (known.0, known.1) {
                    *known = (so_far + cost, order, Some((link, here)));
                }
                if is_new {
                    let ahead = so_far + cost + rest(self, &next);
                    queue.push(Reverse((ahead, self.network.order(next), next)));
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        matching::{Applicants, Corpus},
        model::{AppIx, Applicant, ApplicantId, LinkClass, LinkStrength},
    };
    use proptest::prelude::*;

    fn network(n: u32, links: &[(u32, u32, u8)]) -> Network {
        let person = |i: u32| Applicant {
            id: ApplicantId::derive(&i.to_string()),
            applications: vec![AppIx(i)],
        };
        let corpus = corpus(n);
        let people = Applicants::new((0..n).map(person).collect(), corpus.len());
        let mut network = Network::new(corpus, people, Vec::new());
        for &(a, b, bits) in links {
            let (a, b) = (ApplicantIx(a % n), ApplicantIx(b % n));
            if a != b {
                network.put_link(Link {
                    a: a.min(b),
                    b: a.max(b),
                    class: LinkClass::SharedInfrastructure,
                    strength: LinkStrength::Ring,
                    bits: Bits::new(f64::from(bits)),
                    evidence: Vec::new(),
                });
            }
        }
        network
    }

    fn corpus(n: u32) -> Corpus {
        crate::graph::expand::tests::corpus(&vec![Vec::new(); n as usize])
    }

    /// Every path without repeats, by brute force.
    fn all(network: &Network, from: ApplicantIx, to: ApplicantIx) -> Vec<(u64, Vec<LinkIx>)> {
        fn walk(
            network: &Network,
            at: ApplicantIx,
            to: ApplicantIx,
            met: &mut Vec<ApplicantIx>,
            way: &mut Vec<LinkIx>,
            found: &mut Vec<(u64, Vec<LinkIx>)>,
        ) {
            if at == to {
                let cost = way.iter().map(|&l| cost(network.link(l).bits)).sum();
                return found.push((cost, way.clone()));
            }
            for &l in network.links_of(at) {
                let next = other(network.link(l), at);
                if !met.contains(&next) {
                    met.push(next);
                    way.push(l);
                    walk(network, next, to, met, way, found);
                    way.pop();
                    met.pop();
                }
            }
        }
        let mut found = Vec::new();
        walk(network, from, to, &mut vec![from], &mut Vec::new(), &mut found);
        found.sort();
        found
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]
        #[test]
        fn the_three_paths_are_the_cheapest_of_all_and_meet_nobody_twice(
            links in prop::collection::vec((0_u32..7, 0_u32..7, 0_u8..30), 0..16),
            from in 0_u32..7,
            to in 0_u32..7,
        ) {
            let network = network(7, &links);
            let (from, to) = (ApplicantIx(from), ApplicantIx(to));
            let options = PathOptions { most: 3, hub: None };
            let found = paths(&network, from, to, options);
            if from == to {
                prop_assert_eq!(found.paths, vec![Vec::new()]);
                return Ok(());
            }
            let every = all(&network, from, to);
            let total = |p: &Vec<LinkIx>| p.iter().map(|&l| cost(network.link(l).bits)).sum::<u64>();
            let costs: Vec<u64> = found.paths.iter().map(total).collect();
            let cheapest: Vec<u64> = every.iter().take(3).map(|(cost, _)| *cost).collect();
            prop_assert_eq!(costs, cheapest);
            for p in &found.paths {
                prop_assert!(every.iter().any(|(_, q)| q == p), "{p:?} is a path without repeats");
            }
            let unique: BTreeSet<_> = found.paths.iter().collect();
            prop_assert_eq!(unique.len(), found.paths.len());
            prop_assert_eq!(path(&network, from, to), found.paths.into_iter().next());
        }
    }

    #[test]
    fn a_strong_detour_beats_a_weak_short_cut() {
        let network = network(4, &[(0, 3, 0), (0, 1, 60), (1, 2, 60), (2, 3, 60)]);
        let found =
            paths(&network, ApplicantIx(0), ApplicantIx(3), PathOptions { most: 3, hub: None });
        assert_eq!(found.paths.iter().map(Vec::len).collect::<Vec<_>>(), [3, 1]);
    }
}
