//! Structure of a set of applicants and the links among them: connected components and bridges. Not responsible for
//! which links count.
//!
//! Invariant: results are sorted and depend only on the sets given.

use crate::{
    graph::{Seams, Sets},
    model::ApplicantIx,
};
use petgraph::unionfind::UnionFind;
use std::collections::BTreeMap;

/// Members and the links among them, `E` saying which link an edge stands for.
pub struct Structure<E> {
    members: Vec<ApplicantIx>,
    ends: Vec<(u32, u32)>,
    edges: Vec<E>,
}

impl<E: Copy + Ord> Structure<E> {
    /// The structure of these members and edges; edges to anybody else are left out. O(n log n + m log n).
    #[must_use]
    pub fn new(
        members: &[ApplicantIx],
        edges: impl IntoIterator<Item = (ApplicantIx, ApplicantIx, E)>,
    ) -> Self {
        let mut members = members.to_vec();
        members.sort_unstable();
        members.dedup();
        let at = |m| members.binary_search(&m).ok().and_then(|at| u32::try_from(at).ok());
        let inside = |(a, b, edge)| Some(((at(a)?, at(b)?), edge));
        let (ends, edges) = edges.into_iter().filter_map(inside).unzip();
        Self { members, ends, edges }
    }

    /// Connected components, each sorted, the largest first. O(n + m α).
    #[must_use]
    pub fn components(&self) -> Vec<Vec<ApplicantIx>> {
        let mut sets = Sets::new(self.members.len());
        for &(a, b) in &self.ends {
            sets.join(a, b);
        }
        let (numbers, sizes) = sets.numbered();
        let mut parts: Vec<Vec<ApplicantIx>> =
            sizes.iter().map(|&size| Vec::with_capacity(size as usize)).collect();
        for (number, &member) in numbers.into_iter().zip(&self.members) {
            parts[number as usize].push(member);
        }
        parts.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        parts
    }

    /// Edges whose removal disconnects the members, sorted; of parallel edges none is a bridge. O(n + m).
    #[must_use]
    pub fn bridges(&self) -> Vec<E> {
        let seams = Seams::new(self.members.len(), &self.ends);
        let mut found: Vec<E> =
            seams.bridges.iter().map(|seam| self.edges[seam.edge as usize]).collect();
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
    fn two_triangles_on_one_edge_have_one_bridge() {
        let s = structure(&[(0, 1), (1, 2), (2, 0), (2, 3), (3, 4), (4, 5), (5, 3)]);
        assert_eq!(s.bridges(), [3]);
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
