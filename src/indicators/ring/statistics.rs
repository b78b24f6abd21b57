//! The statistics that indicators of a ring use: Fisher's exact test, the Rayleigh test, the Fano factor, the surprise at a
//! count, and shuffles that come out the same every time. Not responsible for what is counted nor for thresholds.
//!
//! References: R. A. Fisher, On the interpretation of chi-squared from contingency tables (1922), and The Design of
//! Experiments (1935); K. V. Mardia and P. E. Jupp, Directional Statistics (2000), section 6.3; U. Fano, Ionization Yield of
//! Radiations II (1947).
//!
//! Invariant: pure; the same numbers give the same result on every machine, save the last digit of a sine.

/// Numbers that look random and are the same every time: SplitMix64 (Steele, Lea and Flood, 2014).
#[derive(Debug, Clone)]
pub(super) struct Dice(u64);

impl Dice {
    /// The numbers of this seed.
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `n`; 0 when there is none. The bias is below n in 2^64.
    pub(super) fn below(&mut self, n: u64) -> u64 {
        let wide = u128::from(self.next()) * u128::from(n);
        u64::try_from(wide >> 64).unwrap_or(0)
    }
}

/// A count as a number to reckon with; counts stay far below 2^53.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
pub(super) fn number(n: usize) -> f64 {
    n as f64
}

/// Fisher's exact test, one-sided: how likely chance alone draws at least `hits` marked ones when `draws` are drawn of
/// `total`, of which `marked` are marked. 1 for numbers that do not fit together. O(draws).
///
/// The hypergeometric terms are built from their neighbors by multiplying, beginning with the most likely one, so that
/// nothing overflows and no logarithm is needed.
pub(super) fn fisher(hits: usize, draws: usize, marked: usize, total: usize) -> f64 {
    if hits > draws || draws > total || marked > total || hits > marked {
        return 1.0;
    }
    let least = (draws + marked).saturating_sub(total);
    let most = draws.min(marked);
    let mode = ((number(draws) + 1.0) * (number(marked) + 1.0) / (number(total) + 2.0)).floor();
    let unmarked = number(total) - number(marked);
    // P(k + 1) / P(k).
    let up = |k: f64| {
        (number(marked) - k) * (number(draws) - k)
            / ((k + 1.0) * (unmarked - number(draws) + k + 1.0))
    };
    let (mut tail, mut all) = (0.0, 0.0);
    let mut add = |k: f64, term: f64| {
        all += term;
        if k >= number(hits) {
            tail += term;
        }
    };
    let mode = mode.clamp(number(least), number(most));
    let (mut k, mut term) = (mode, 1.0);
    while k <= number(most) {
        add(k, term);
        term *= up(k);
        k += 1.0;
    }
    let (mut k, mut term) = (mode, 1.0);
    while k > number(least) {
        k -= 1.0;
        term /= up(k);
        add(k, term);
    }
    (tail / all).clamp(0.0, 1.0)
}

/// How closely hours of a day lie together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Direction {
    /// Mean resultant length: 0 for hours all around the clock, 1 for one and the same.
    pub(super) length: f64,
    /// The mean hour, 0 to 24.
    pub(super) hour: f64,
    /// How likely hours all around the clock lie so closely together (Rayleigh test).
    pub(super) p: f64,
}

/// The Rayleigh test of uniformity on hours of a day, each 0 to 24; none without hours. Its p is the approximation of
/// Mardia and Jupp, good from about ten hours on. O(n).
pub(super) fn rayleigh(hours: &[f64]) -> Option<Direction> {
    use std::f64::consts::TAU;
    if hours.is_empty() {
        return None;
    }
    let n = number(hours.len());
    let angle = |hour: f64| hour / 24.0 * TAU;
    let c: f64 = hours.iter().map(|&h| angle(h).cos()).sum();
    let s: f64 = hours.iter().map(|&h| angle(h).sin()).sum();
    let length = (c.hypot(s) / n).clamp(0.0, 1.0);
    let hour = (s.atan2(c) / TAU * 24.0).rem_euclid(24.0);
    Some(Direction { length, hour, p: rayleigh_p(length, n) })
}

fn rayleigh_p(length: f64, n: f64) -> f64 {
    let z = n * length * length;
    let first = (2.0 * z - z * z) / (4.0 * n);
    let second = 24.0 * z - 132.0 * z.powi(2) + 76.0 * z.powi(3) - 9.0 * z.powi(4);
    ((-z).exp() * (1.0 + first - second / (288.0 * n * n))).clamp(0.0, 1.0)
}

/// The Fano factor of counts in `cells` cells, variance over mean: about 1 where events know nothing of one another, more
/// where they come together. `full` has the counts of the cells that are not empty. 0 without events. O(full cells).
pub(super) fn fano(full: impl IntoIterator<Item = usize>, cells: usize) -> f64 {
    let (mut sum, mut squares) = (0.0, 0.0);
    for count in full {
        sum += number(count);
        squares += number(count) * number(count);
    }
    let mean = sum / number(cells.max(1));
    if mean <= 0.0 { 0.0 } else { (squares / number(cells.max(1)) - mean * mean) / mean }
}

/// How many standard deviations a count lies over the expected one when counts vary as a negative binomial of dispersion 1
/// does (variance: mean and its square). 0 where nothing is expected.
pub(super) fn surprise(count: usize, expected: f64) -> f64 {
    let variance = expected + expected * expected;
    if variance > 0.0 { (number(count) - expected) / variance.sqrt() } else { 0.0 }
}

/// A probability in a reason: "0.003", or "below 0.0001".
pub(super) fn probability(p: f64) -> String {
    if p < 0.0001 { "below 0.0001".to_owned() } else { format!("{p:.4}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, expected: f64, by: f64) {
        assert!((found - expected).abs() < by, "{found} is not {expected}");
    }

    #[test]
    fn fisher_knows_how_likely_a_lady_guesses_which_cup_had_the_milk_first() {
        near(fisher(4, 4, 4, 8), 1.0 / 70.0, 1e-12);
        near(fisher(3, 4, 4, 8), 17.0 / 70.0, 1e-12);
        near(fisher(0, 4, 4, 8), 1.0, 1e-12);
        // Fisher's twins: of 13 identical ones 10 convicted, of 17 others 2.
        near(fisher(10, 13, 12, 30), 0.000_465, 1e-6);
        // Large numbers neither overflow nor vanish.
        near(fisher(500, 1_000, 500_000, 1_000_000), 0.512_6, 1e-3);
        assert!(fisher(60, 60, 10_000, 100_000) < 1e-55);
        assert_eq!(fisher(5, 4, 4, 8), 1.0);
    }

    #[test]
    fn rayleigh_agrees_with_the_tables() {
        // Zar, Biostatistical Analysis, example of eight bearings: length 0.82522, p between 0.001 and 0.002.
        let p = rayleigh_p(0.825_22, 8.0);
        assert!(p > 0.001 && p < 0.002, "{p}");
        // The table's critical value of z for twenty at 5 %.
        near(rayleigh_p((2.986_f64 / 20.0).sqrt(), 20.0), 0.05, 0.002);
        let around: Vec<f64> = (0..24).map(f64::from).collect();
        let found = rayleigh(&around).unwrap();
        assert!(found.length < 1e-9 && found.p > 0.99);
        let night = rayleigh(&[23.0, 23.5, 0.0, 0.5, 1.0]).unwrap();
        near(night.hour.min(24.0 - night.hour), 0.0, 1e-9);
        assert!(night.length > 0.95 && rayleigh(&[]).is_none());
    }

    #[test]
    fn events_that_come_together_have_a_large_fano_factor() {
        near(fano([1; 10], 100), 0.9, 1e-12);
        near(fano([10], 100), 9.9, 1e-12);
        near(fano([2, 2, 2, 2], 4), 0.0, 1e-12);
        assert_eq!(fano([], 10), 0.0);
    }

    #[test]
    fn a_count_surprises_by_how_far_it_lies_over_the_expected_one() {
        near(surprise(20, 2.0), 18.0 / 6.0_f64.sqrt(), 1e-12);
        assert_eq!(surprise(3, 0.0), 0.0);
    }

    #[test]
    fn the_dice_fall_the_same_every_time_and_evenly() {
        // The first numbers of SplitMix64 for seed 1234567, as its authors publish them.
        let mut dice = Dice::new(1_234_567);
        assert_eq!(dice.next(), 6_457_827_717_110_365_317);
        assert_eq!(dice.next(), 3_203_168_211_198_807_973);
        let mut counts = [0; 6];
        for _ in 0..6_000 {
            if let Some(count) = counts.get_mut(usize::try_from(dice.below(6)).unwrap()) {
                *count += 1;
            }
        }
        assert!(counts.iter().all(|&n| n > 880 && n < 1_120), "{counts:?}");
        assert_eq!(dice.below(0), 0);
    }
}
