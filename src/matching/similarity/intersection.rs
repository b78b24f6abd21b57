//! What two sorted lists of numbers have in common, without a guess at every step: four numbers of one list are held
//! against four of the other at once, and only where any two are equal they are looked at one by one. Lists that have
//! little in common, as most do, cost two cycles a number.
//!
//! Invariant: what a merge of the two lists finds, in the same order.

/// Numbers that are held against as many others.
const LANES: usize = 4;

/// Calls `take` with every number that is in both lists, in ascending order. Both ascend and repeat nothing. O(length).
#[inline]
pub fn each_common(a: &[u32], b: &[u32], mut take: impl FnMut(u32)) {
    let (mut a, mut b) = (a, b);
    while let (Some(x), Some(y)) = (a.first_chunk::<LANES>(), b.first_chunk::<LANES>()) {
        // Whether any number of one is in the other, without a branch.
        let mut hits = [0_u32; LANES];
        for q in y {
            for (hit, p) in hits.iter_mut().zip(x) {
                *hit |= u32::from(p == q);
            }
        }
        if hits.iter().fold(0, |any, hit| any | hit) != 0 {
            x.iter().filter(|p| y.contains(p)).for_each(|&p| take(p));
        }
        // Whichever ends first has met all that it can; both of them where they end alike.
        let (p, q) = (x[LANES - 1], y[LANES - 1]);
        a = &a[if p <= q { LANES } else { 0 }..];
        b = &b[if q <= p { LANES } else { 0 }..];
    }
    let (mut i, mut j) = (0, 0);
    while let (Some(&p), Some(&q)) = (a.get(i), b.get(j)) {
        if p == q {
            take(p);
        }
        i += usize::from(p <= q);
        j += usize::from(q <= p);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn it_finds_what_two_sets_have_in_common(
            a in prop::collection::btree_set(0_u32..90, 0..60),
            b in prop::collection::btree_set(0_u32..90, 0..60),
        ) {
            let list = |set: &BTreeSet<u32>| set.iter().copied().collect::<Vec<u32>>();
            let mut found = Vec::new();
            each_common(&list(&a), &list(&b), |number| found.push(number));
            prop_assert!(found.iter().eq(a.intersection(&b)));
        }
    }
}
