//! Counts as they are judged: roughly, so that one application more changes few weights. Not responsible for what is
//! counted.
//!
//! Invariant: never more than the count itself, but for a size, which is judged as between two doublings.

/// A count by its leading two bits up to 64, and by its leading bit beyond: 1, 2, 3, 4, 6, 8, ... 48, 64, 128. So one
/// application more changes what a common value says hardly ever, and then for all its users at once.
#[inline]
#[must_use]
pub fn coarse(count: u32) -> u32 {
    let bits = if count < 64 { 30 } else { 31 };
    let kept = bits - count.leading_zeros().min(bits);
    (count >> kept) << kept
}

/// How often a store of so many applications has doubled, to the middle between two doublings: what grows with the
/// logarithm of the store is judged by it, so that one application more hardly ever changes it.
#[must_use]
pub fn doublings(applications: usize) -> f64 {
    f64::from(applications.max(1).ilog2()) + 0.5
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_judged_by_their_leading_bits() {
        let seen: Vec<u32> = (0..=20).map(coarse).collect();
        assert_eq!(seen, [0, 1, 2, 3, 4, 4, 6, 6, 8, 8, 8, 8, 12, 12, 12, 12, 16, 16, 16, 16, 16]);
        let seen = [47, 63, 64, 127, 128, 1_000_000, u32::MAX].map(coarse);
        assert_eq!(seen, [32, 48, 64, 64, 128, 1 << 19, 1 << 31]);
    }
}
