//! Seams: where numbered nodes fall apart when one edge or one node is taken away. Not responsible for what the nodes
//! are.
//!
//! One walk in depth finds all of it (Tarjan): a bridge is an edge under which nothing leads back above it, and what
//! lies behind it is one run of the walk.
//!
//! Invariant: every list is sorted and depends only on the nodes and edges given.

/// An edge without which what it joins falls apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seam {
    /// Position of the edge.
    pub edge: u32,
    /// Where in `Seams::walk` the nodes on one side of it stand.
    run: (u32, u32),
}

/// Bridges and articulation points.
#[derive(Debug, Clone, Default)]
pub struct Seams {
    /// Nodes in the order in which they were met.
    walk: Vec<u32>,
    /// Bridges by edge; of parallel edges none is one.
    pub bridges: Vec<Seam>,
    /// Nodes without which the rest of what they are in falls apart.
    pub hinges: Vec<u32>,
}

/// A node on the way, the edge it was reached by, and where in the list of its neighbors the walk is.
struct Step {
    node: u32,
    by: u32,
    at: u32,
}

const NONE: u32 = u32::MAX;

impl Seams {
    /// The seams of `n` nodes and the edges between them. O(n + edges).
    #[must_use]
    pub fn new(n: usize, ends: &[(u32, u32)]) -> Self {
        let (starts, around) = neighbors(n, ends);
        let mut found = Self::default();
        // When a node was met, and the earliest that what lies under it leads back to.
        let (mut met, mut low) = (vec![NONE; n], vec![NONE; n]);
        let mut is_hinge = vec![false; n];
        let mut steps: Vec<Step> = Vec::new();
        for (root, r) in (0_u32..).zip(0..n) {
            if met[r] != NONE {
                continue;
            }
            let mut children_of_root = 0;
            found.meet(root, &mut met, &mut low);
            steps.push(Step { node: root, by: NONE, at: starts[r] });
            while let Some(step) = steps.last_mut() {
                let here = step.node as usize;
                if step.at < starts[here + 1] {
                    let (other, edge) = around[step.at as usize];
                    step.at += 1;
                    if edge == step.by || other == step.node {
                        continue;
                    }
                    if met[other as usize] == NONE {
                        children_of_root += usize::from(step.node == root);
                        found.meet(other, &mut met, &mut low);
                        steps.push(Step { node: other, by: edge, at: starts[other as usize] });
                    } else {
                        low[here] = low[here].min(met[other as usize]);
                    }
                    continue;
                }
                let by = step.by;
                steps.pop();
                let Some(above) = steps.last().map(|step| step.node) else { continue };
                let a = above as usize;
                low[a] = low[a].min(low[here]);
                if low[here] > met[a] {
                    found.bridges.push(Seam { edge: by, run: (met[here], found.met()) });
                }
                is_hinge[a] |= low[here] >= met[a] && above != root;
            }
            is_hinge[r] = children_of_root > 1;
        }
        found.bridges.sort_unstable_by_key(|seam| seam.edge);
        found.hinges = (0..).zip(is_hinge).filter(|(_, is)| *is).map(|(node, _)| node).collect();
        found
    }

    fn met(&self) -> u32 {
        u32::try_from(self.walk.len()).unwrap_or(NONE)
    }

    fn meet(&mut self, node: u32, met: &mut [u32], low: &mut [u32]) {
        (met[node as usize], low[node as usize]) = (self.met(), self.met());
        self.walk.push(node);
    }

    /// Nodes on one side of a bridge; all others of what it joins are on the other.
    #[must_use]
    pub fn behind(&self, seam: &Seam) -> &[u32] {
        self.walk.get(seam.run.0 as usize..seam.run.1 as usize).unwrap_or_default()
    }
}

/// For each node the edges at it, one list after another, with what they lead to; and where each list begins.
fn neighbors(n: usize, ends: &[(u32, u32)]) -> (Vec<u32>, Vec<(u32, u32)>) {
    let mut starts = vec![0_u32; n + 1];
    for &(a, b) in ends {
        starts[a as usize] += 1;
        starts[b as usize] += 1;
    }
    let mut sum = 0;
    for start in &mut starts {
        sum += *start;
        *start = sum;
    }
    // Filled from the end of each list, after which each start is where it should be.
    let mut around = vec![(0, 0); 2 * ends.len()];
    for (edge, &(a, b)) in (0..).zip(ends) {
        for (here, other) in [(a, b), (b, a)] {
            starts[here as usize] -= 1;
            around[starts[here as usize] as usize] = (other, edge);
        }
    }
    (starts, around)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Sets;
    use proptest::prelude::*;

    /// In how many pieces these nodes are, without one of them where one is named.
    fn pieces(n: u32, ends: &[(u32, u32)], without: Option<u32>) -> usize {
        let mut sets = Sets::new(n as usize);
        for &(a, b) in ends.iter().filter(|(a, b)| Some(*a) != without && Some(*b) != without) {
            sets.join(a, b);
        }
        sets.len() - usize::from(without.is_some())
    }

    proptest! {
        #[test]
        fn seams_are_what_more_pieces_remain_without(
            ends in prop::collection::vec((0_u32..12, 0_u32..12), 0..24),
        ) {
            let n = 12;
            let ends: Vec<_> = ends.into_iter().filter(|(a, b)| a != b).collect();
            let seams = Seams::new(n as usize, &ends);
            let whole = pieces(n, &ends, None);
            let mut bridges = Vec::new();
            for (edge, _) in (0..).zip(&ends) {
                let mut rest = ends.clone();
                rest.remove(edge as usize);
                if pieces(n, &rest, None) > whole {
                    bridges.push(edge);
                }
            }
            prop_assert_eq!(seams.bridges.iter().map(|s| s.edge).collect::<Vec<_>>(), bridges);
            for seam in &seams.bridges {
                let behind = seams.behind(seam);
                let crossing: Vec<u32> = (0..)
                    .zip(&ends)
                    .filter(|(_, (a, b))| behind.contains(a) != behind.contains(b))
                    .map(|(edge, _)| edge)
                    .collect();
                prop_assert_eq!(crossing, [seam.edge]);
            }
            let is_alone = |node: u32| ends.iter().all(|&(a, b)| a != node && b != node);
            let hinges: Vec<u32> = (0..n)
                .filter(|&node| !is_alone(node) && pieces(n, &ends, Some(node)) > whole)
                .collect();
            prop_assert_eq!(seams.hinges, hinges);
        }
    }
}
