//! Sets: which of `n` numbered things belong together (union-find). Not responsible for what they are.
//!
//! Invariant: which things are together depends only on the pairs that were joined, not on their order.

/// Disjoint sets of the numbers below `n`.
#[derive(Debug, Clone)]
pub struct Sets {
    parent: Vec<u32>,
    n_sets: usize,
}

impl Sets {
    /// Each of `n` by itself.
    #[must_use]
    pub fn new(n: usize) -> Self {
        let parent = (0..u32::try_from(n).unwrap_or(u32::MAX)).collect();
        Self { parent, n_sets: n }
    }

    /// Parts all again. O(n).
    pub fn part(&mut self) {
        for (parent, n) in self.parent.iter_mut().zip(0..) {
            *parent = n;
        }
        self.n_sets = self.parent.len();
    }

    /// What stands for the set of `a`. O(log n) on average.
    pub fn find(&mut self, mut a: u32) -> u32 {
        loop {
            let above = self.parent[a as usize];
            if above == a {
                return a;
            }
            let next = self.parent[above as usize];
            self.parent[a as usize] = next;
            a = next;
        }
    }

    /// Puts the sets of two together, and says whether they were apart.
    pub fn join(&mut self, a: u32, b: u32) -> bool {
        let (a, b) = (self.find(a), self.find(b));
        if a == b {
            return false;
        }
        // The least of a set stands for it.
        self.parent[a.max(b) as usize] = a.min(b);
        self.n_sets -= 1;
        true
    }

    /// Number of sets.
    #[must_use]
    pub fn len(&self) -> usize {
        self.n_sets
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.n_sets == 0
    }

    /// The number of the set of each, counted in the order of their least, and the size of each set. O(n).
    pub fn numbered(&mut self) -> (Vec<u32>, Vec<u32>) {
        let n = self.parent.len();
        let (mut number, mut sizes) = (vec![0_u32; n], Vec::with_capacity(self.n_sets));
        for (i, a) in (0_usize..n).zip(0_u32..) {
            let root = self.find(a);
            if root == a {
                number[i] = u32::try_from(sizes.len()).unwrap_or(u32::MAX);
                sizes.push(0);
            } else {
                number[i] = number[root as usize];
            }
            sizes[number[i] as usize] += 1;
        }
        (number, sizes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_numbered_by_their_least_and_can_be_parted() {
        let mut sets = Sets::new(6);
        assert!(sets.join(4, 1) && sets.join(5, 4) && !sets.join(1, 5));
        assert_eq!(sets.len(), 4);
        assert_eq!(sets.numbered(), (vec![0, 1, 2, 3, 1, 1], vec![1, 3, 1, 1]));
        sets.part();
        assert_eq!(sets.numbered().1, [1; 6]);
        assert!(Sets::new(0).is_empty());
    }
}
