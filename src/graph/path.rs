//! Paths: how two applicants are connected, hop by hop. Not responsible for saying it in words.
//!
//! A hop goes from applicant to applicant over one link; its cost is lower the more the link says, so the path
//! found is the best argued one, not just the shortest.
//!
//! Invariant: every hop is a link of the network; the path does not depend on the order of arrival.

use crate::{
    graph::Network,
    model::{ApplicantIx, LinkIx},
};
use petgraph::{algo::dijkstra, graph::UnGraph};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Applicants looked at before a search gives up.
const LIMIT: usize = 50_000;

/// The best argued path between two applicants: the links in order from `from` to `to`; none when they are not
/// connected. An empty path when they are one. O(m log n) over the component, at most 50,000 applicants.
#[must_use]
pub fn path(network: &Network, from: ApplicantIx, to: ApplicantIx) -> Option<Vec<LinkIx>> {
    if from == to {
        return Some(Vec::new());
    }
    let reached = reach(network, from, to)?;
    let mut graph: UnGraph<ApplicantIx, f64> = UnGraph::default();
    let nodes: BTreeMap<ApplicantIx, _> = reached.iter().map(|&m| (m, graph.add_node(m))).collect();
    let mut links: BTreeSet<LinkIx> = BTreeSet::new();
    for &member in &reached {
        links.extend(network.links_of(member));
    }
    for &ix in &links {
        let link = network.link(ix);
        if let (Some(&a), Some(&b)) = (nodes.get(&link.a), nodes.get(&link.b)) {
            graph.add_edge(a, b, cost(link.bits.get()));
        }
    }
    let (start, goal) = (*nodes.get(&from)?, *nodes.get(&to)?);
    let distance = dijkstra(&graph, goal, None, |edge| *edge.weight());
    // Walk down the distances from the start: every step takes the neighbor that is nearest to the goal.
    let mut here = start;
    let mut hops = Vec::new();
    while here != goal {
        let (next, link) = network
            .links_of(graph[here])
            .iter()
            .filter_map(|&ix| {
                let link = network.link(ix);
                let other = if link.a == graph[here] { link.b } else { link.a };
                let node = *nodes.get(&other)?;
                let rest = distance.get(&node)?;
                Some((rest + cost(link.bits.get()), node, ix))
            })
            .min_by(|p, q| {
                let order = |ix| network.link_order(ix);
                p.0.total_cmp(&q.0).then_with(|| order(p.2).cmp(&order(q.2)))
            })
            .map(|(_, node, ix)| (node, ix))?;
        if distance.get(&next)? >= distance.get(&here)? {
            return None;
        }
        hops.push(link);
        here = next;
    }
    Some(hops)
}

fn cost(bits: f64) -> f64 {
    1.0 + 4.0 / (1.0 + bits.max(0.0))
}

/// Everybody within reach of `from`, breadth first, until `to` and its neighborhood are among them.
fn reach(network: &Network, from: ApplicantIx, to: ApplicantIx) -> Option<Vec<ApplicantIx>> {
    let mut seen = BTreeSet::from([from]);
    let mut queue = VecDeque::from([from]);
    while let Some(here) = queue.pop_front() {
        if seen.len() > LIMIT {
            break;
        }
        let mut next: Vec<ApplicantIx> = network
            .links_of(here)
            .iter()
            .map(|&ix| network.link(ix))
            .map(|link| if link.a == here { link.b } else { link.a })
            .filter(|other| !seen.contains(other))
            .collect();
        next.sort_by_cached_key(|&other| network.order(other));
        for other in next {
            if seen.insert(other) {
                queue.push_back(other);
            }
        }
    }
    seen.contains(&to).then(|| seen.into_iter().collect())
}
