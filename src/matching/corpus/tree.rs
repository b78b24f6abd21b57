//! Persistent sequences: cheap to clone, so that a view can be kept while the next one is made. Not responsible
//! for what is kept in them.
//!
//! A `Tree` is a sequence of chunks under two levels of shared nodes (the idea of Bagwell and Rompf, *RRB-Trees*,
//! 2011, without the relaxed part): a clone copies pointers to the upper level, a change copies the path to one
//! chunk. A `Shelf` is a tree whose chunks are 256 values each.
//!
//! Invariant: a clone never changes through its origin, nor the origin through a clone.

use rayon::prelude::*;
use std::sync::Arc;

/// Children of a node, and values of a chunk: 2 to the power of this.
pub const BITS: usize = 8;
/// Children of a node, and values of a chunk.
pub const FAN: usize = 1 << BITS;

/// A sequence of chunks.
#[derive(Debug, Clone)]
pub(crate) struct Tree<C> {
    nodes: Vec<Arc<Vec<Arc<C>>>>,
    len: usize,
}

impl<C> Default for Tree<C> {
    fn default() -> Self {
        Self { nodes: Vec::new(), len: 0 }
    }
}

impl<C: Clone> Tree<C> {
    /// A chunk. O(1).
    ///
    /// # Panics
    /// When there is none at this position.
    #[inline]
    #[must_use]
    pub fn chunk(&self, at: usize) -> &C {
        &self.nodes[at >> BITS][at & (FAN - 1)]
    }

    /// The last chunk.
    #[must_use]
    pub fn last(&self) -> Option<&C> {
        self.nodes.last()?.last().map(|chunk| &**chunk)
    }

    /// A chunk, to change; copied first where another clone has it too.
    ///
    /// # Panics
    /// When there is none at this position.
    #[inline]
    pub fn chunk_mut(&mut self, at: usize) -> &mut C {
        let node = Arc::make_mut(&mut self.nodes[at >> BITS]);
        Arc::make_mut(&mut node[at & (FAN - 1)])
    }

    /// Changes every chunk that needs it, on all cores; the others stay shared. O(chunks).
    pub fn update(&mut self, needs: impl Fn(&C) -> bool + Sync, change: impl Fn(&mut C) + Sync)
    where
        C: Send + Sync,
    {
        self.nodes.par_iter_mut().for_each(|node| {
            if node.iter().any(|chunk| needs(chunk)) {
                let chunks = Arc::make_mut(node).par_iter_mut();
                chunks.filter(|chunk| needs(chunk)).for_each(|chunk| change(Arc::make_mut(chunk)));
            }
        });
    }

    /// Adds a chunk at the end.
    pub fn push(&mut self, chunk: C) {
        if self.len & (FAN - 1) == 0 {
            self.nodes.push(Arc::new(Vec::with_capacity(FAN)));
        }
        if let Some(node) = self.nodes.last_mut() {
            Arc::make_mut(node).push(Arc::new(chunk));
            self.len += 1;
        }
    }
}

/// A sequence of values.
#[derive(Debug, Clone)]
pub(crate) struct Shelf<T> {
    tree: Tree<Vec<T>>,
    len: usize,
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self { tree: Tree::default(), len: 0 }
    }
}

impl<T: Clone> Shelf<T> {
    /// Number of values.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// A value. O(1).
    ///
    /// # Panics
    /// When there is none at this position.
    #[inline]
    #[must_use]
    pub fn get(&self, at: usize) -> &T {
        &self.tree.chunk(at >> BITS)[at & (FAN - 1)]
    }

    /// A value, to change.
    ///
    /// # Panics
    /// When there is none at this position.
    #[inline]
    pub fn get_mut(&mut self, at: usize) -> &mut T {
        &mut self.tree.chunk_mut(at >> BITS)[at & (FAN - 1)]
    }

    /// Adds a value at the end.
    pub fn push(&mut self, value: T) {
        if self.len & (FAN - 1) == 0 {
            self.tree.push(Vec::with_capacity(FAN));
        }
        self.tree.chunk_mut(self.len >> BITS).push(value);
        self.len += 1;
    }
}

impl<T: Clone> FromIterator<T> for Shelf<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        let mut shelf = Self::default();
        values.into_iter().for_each(|value| shelf.push(value));
        shelf
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shelf(n: u32) -> Shelf<u32> {
        let mut shelf = Shelf::default();
        (0..n).for_each(|i| shelf.push(i));
        shelf
    }

    fn all(shelf: &Shelf<u32>) -> Vec<u32> {
        (0..shelf.len()).map(|i| *shelf.get(i)).collect()
    }

    #[test]
    fn what_is_pushed_is_found_across_chunks_and_nodes() {
        assert!(all(&shelf(200_000)).into_iter().eq(0..200_000));
    }

    proptest! {
        #[test]
        fn a_clone_is_not_touched_by_changes_of_its_origin(
            n in 1_u32..2_000,
            changes in prop::collection::vec((any::<usize>(), any::<u32>()), 0..40),
        ) {
            let mut shelf = shelf(n);
            let before = shelf.clone();
            let mut plain: Vec<u32> = (0..n).collect();
            for (at, value) in changes {
                let at = at % n as usize;
                *shelf.get_mut(at) = value;
                plain[at] = value;
                shelf.push(value);
                plain.push(value);
            }
            prop_assert_eq!(all(&shelf), plain);
            prop_assert!(all(&before).into_iter().eq(0..n));
        }
    }
}
