//! Structure of a set of applicants and the links among them: connected components, bridges, articulation
//! points, what a cut leaves. Not responsible for which links count.
//!
//! Invariant: results are sorted and depend only on the sets given.

use crate::model::ApplicantIx;
use petgraph::{
    algo::{articulation_points::articulation_points, bridges::bridges},
    graph::{NodeIndex, UnGraph},
    unionfind::UnionFind,
    visit::EdgeRef,
};
use std::collections::BTreeMap;

/// Members and the links among them, `E` saying which link an edge stands for.
pub struct Structure<E> {
    graph: UnGraph<ApplicantIx, E>,
}

impl<E: Copy + Ord> Structure<E> {
    /// The structure of these members and edges; edges to anybody else are left out. O(n log n + m log n).
    #[must_use]
    pub fn new(
        members: &[ApplicantIx],
        edges: impl IntoIterator<Item = (ApplicantIx, ApplicantIx, E)>,
    ) -> Self {
        let mut graph = UnGraph::default();
        let nodes: BTreeMap<ApplicantIx, NodeIndex> =
            members.iter().map(|&m| (m, graph.add_node(m))).collect();
        for (a, b, edge) in edges {
            if let (Some(&a), Some(&b)) = (nodes.get(&a), nodes.get(&b)) {
                graph.add_edge(a, b, edge);
            }
        }
        Self { graph }
    }

    /// Connected components, each sorted, the largest first. O(n + m α).
    #[must_use]
    pub fn components(&self) -> Vec<Vec<ApplicantIx>> {
        let mut sets = UnionFind::<usize>::new(self.graph.node_count());
        for edge in self.graph.edge_references() {
            sets.union(edge.source().index(), edge.target().index());
        }
        let mut parts: BTreeMap<usize, Vec<ApplicantIx>> = BTreeMap::new();
        for node in self.graph.node_indices() {
            parts.entry(sets.find(node.index())).or_default().push(self.graph[node]);
        }
        let mut parts: Vec<Vec<ApplicantIx>> = parts.into_values().collect();
        for part in &mut parts {
            part.sort_unstable();
        }
        parts.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        parts
    }

    /// Edges whose removal disconnects the members, sorted; of parallel edges none is a bridge. O(n + m).
    #[must_use]
    pub fn bridges(&self) -> Vec<E> {
        let mut found: Vec<E> = bridges(&self.graph).map(|edge| *edge.weight()).collect();
        found.sort_unstable();
        found
    }

    /// Members without whom the rest falls apart, sorted. O(n + m).
    #[must_use]
    pub fn cut_members(&self) -> Vec<ApplicantIx> {
        let mut found: Vec<ApplicantIx> =
            articulation_points(&self.graph).into_iter().map(|node| self.graph[node]).collect();
        found.sort_unstable();
        found
    }
}

/// Connected components with at least two members of any number of applicants, each sorted, by their first
/// member. O(n + m α).
#[must_use]
pub fn components(
    n_applicants: usize,
    edges: impl IntoIterator<Item = (ApplicantIx, ApplicantIx)>,
) -> Vec<Vec<ApplicantIx>> {
    let mut sets = UnionFind::<u32>::new(n_applicants);
    let mut touched: Vec<ApplicantIx> = Vec::new();
    for (a, b) in edges {
        sets.union(a.0, b.0);
        touched.push(a);
        touched.push(b);
    }
    touched.sort_unstable();
    touched.dedup();
    let mut parts: BTreeMap<u32, Vec<ApplicantIx>> = BTreeMap::new();
    for member in touched {
        parts.entry(sets.find(member.0)).or_default().push(member);
    }
    let mut parts: Vec<Vec<ApplicantIx>> = parts.into_values().collect();
    parts.sort();
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ix(n: u32) -> ApplicantIx {
        ApplicantIx(n)
    }

    fn structure(edges: &[(u32, u32)]) -> Structure<usize> {
        let members: Vec<ApplicantIx> = (0..7).map(ix).collect();
        let edges = edges.iter().enumerate().map(|(i, &(a, b))| (ix(a), ix(b), i));
        Structure::new(&members, edges)
    }

    #[test]
    fn two_triangles_on_one_edge_have_one_bridge_and_two_cut_members() {
        let s = structure(&[(0, 1), (1, 2), (2, 0), (2, 3), (3, 4), (4, 5), (5, 3)]);
        assert_eq!(s.bridges(), [3]);
        assert_eq!(s.cut_members(), [ix(2), ix(3)]);
        assert_eq!(s.components()[0].len(), 6);
        assert_eq!(s.components()[1], [ix(6)]);
    }

    #[test]
    fn components_of_a_large_store_leave_out_who_has_no_link() {
        assert_eq!(
            components(10, [(ix(3), ix(1)), (ix(8), ix(9))]),
            [vec![ix(1), ix(3)], vec![ix(8), ix(9)]]
        );
    }
}
