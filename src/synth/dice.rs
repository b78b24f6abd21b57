//! Seeded chance. A thin layer over ChaCha8, so that the bytes of a data set depend on the seed alone and not
//! on how a random-number crate draws its ranges.
//!
//! Invariant: only integer arithmetic and divisions that IEEE 754 fixes, so every machine draws the same.

use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A stream of chance.
#[derive(Debug, Clone)]
pub struct Dice(ChaCha8Rng);

impl Dice {
    /// The stream with this number of this seed; streams of one seed are independent.
    #[must_use]
    pub fn new(seed: u64, stream: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(stream);
        Self(rng)
    }

    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number below `n`; 0 when `n` is 0.
    pub fn below(&mut self, n: usize) -> usize {
        let wide = u128::from(self.bits()) * (n as u128);
        usize::try_from(wide >> 64).unwrap_or(0)
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = high.saturating_sub(low).saturating_add(1).max(1);
        low.saturating_add(self.below(usize::try_from(span).unwrap_or(1)) as i64)
    }

    /// True with probability `p`.
    pub fn chance(&mut self, p: f64) -> bool {
        ((self.bits() >> 11) as f64) * (1.0 / 9_007_199_254_740_992.0) < p
    }

    /// One of `items`. The slice must not be empty: pools are checked when they are loaded.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// One of `items`, the first ones more often: the smaller of two draws.
    pub fn pick_early<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        let (a, b) = (self.below(items.len()), self.below(items.len()));
        &items[a.min(b)]
    }

    /// One of these words. The slice must not be empty.
    pub fn word(&mut self, words: &[&'static str]) -> &'static str {
        words[self.below(words.len())]
    }

    /// One of these words, the first ones more often.
    pub fn word_early(&mut self, words: &[&'static str]) -> &'static str {
        words[self.below(words.len()).min(self.below(words.len()))]
    }

    /// How often something happens again: counts successes until the first failure, at most `most`.
    pub fn repeat(&mut self, p: f64, most: usize) -> usize {
        (0..most).take_while(|_| self.chance(p)).count()
    }

    /// The items in random order.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }

    /// `n` lower-case hexadecimal digits.
    pub fn hex(&mut self, n: usize) -> String {
        let mut text = String::with_capacity(n);
        let mut bits = 0;
        for i in 0..n {
            if i % 16 == 0 {
                bits = self.bits();
            }
            text.push(char::from(b"0123456789abcdef"[(bits >> 60) as usize]));
            bits <<= 4;
        }
        text
    }
}

/// Ranks drawn with Zipf-like frequency, 1/(rank + offset).
#[derive(Debug, Clone)]
pub struct Zipf {
    cumulative: Vec<u64>,
}

impl Zipf {
    /// Over `n` ranks. A larger `offset` flattens the head.
    #[must_use]
    pub fn new(n: usize, offset: u64) -> Self {
        let mut total = 0_u64;
        let cumulative = (0..n as u64)
            .map(|rank| {
                total += (1 << 32) / (rank + 1 + offset);
                total
            })
            .collect();
        Self { cumulative }
    }

    /// A rank below `n`.
    pub fn draw(&self, dice: &mut Dice) -> usize {
        let total = self.cumulative.last().copied().unwrap_or(0);
        let at = dice.below(usize::try_from(total).unwrap_or(usize::MAX)) as u64;
        self.cumulative.partition_point(|&c| c <= at).min(self.cumulative.len().saturating_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_and_stream_draw_the_same_and_others_do_not() {
        let draw = |seed, stream| {
            (0..8).map(|_| 0).fold((Dice::new(seed, stream), 0), |(mut d, _), _| {
                let b = d.bits();
                (d, b)
            })
        };
        assert_eq!(draw(1, 0).1, draw(1, 0).1);
        assert_ne!(draw(1, 0).1, draw(1, 1).1);
        assert_ne!(draw(1, 0).1, draw(2, 0).1);
    }

    #[test]
    fn draws_stay_in_their_bounds_and_common_ranks_come_more_often() {
        let mut dice = Dice::new(3, 0);
        let zipf = Zipf::new(100, 2);
        let mut counts = [0; 100];
        for _ in 0..10_000 {
            counts[zipf.draw(&mut dice)] += 1;
            assert!((3..=5).contains(&dice.between(3, 5)));
        }
        assert!(counts[0] > 3 * counts[20] && counts[20] > counts[99], "{counts:?}");
        assert_eq!(dice.below(0), 0);
        assert_eq!(dice.hex(20).len(), 20);
    }
}
