//! Statistics of counts: how far a ratio or a share can be trusted. Not responsible for what is counted, nor for the words
//! (`sections`).
//!
//! Two counts are compared as those of two Poisson processes: given their sum, the later one is binomial, so that the exact
//! interval of that split (Clopper and Pearson, Biometrika 26 (1934), 404) gives an exact one of the ratio (Przyborowski and
//! Wilenski, Biometrika 31 (1940), 313). Shares have Wilson's interval (Journal of the American Statistical Association 22
//! (1927), 209), and differences of shares the one Newcombe made of it (Statistics in Medicine 17 (1998), 873, method 10).
//!
//! All intervals hold 95 %, and take what is counted for independent. Applications of one ring are not, so that the truth may
//! lie outside more often: whoever shows one says so.
//!
//! Invariant: an interval contains its estimate, and nothing here is ever NaN.

use crate::casework::wilson;

/// Fewest counts on either side of which a ratio is told.
pub const FEWEST: u64 = 5;

/// What leaves 2.5 % on either side.
const TAIL: f64 = 0.025;

/// From the least to the most that something may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The least.
    pub low: f64,
    /// The most; infinite where nothing bounds it.
    pub high: f64,
}

impl Interval {
    /// Whether a value lies in it.
    #[must_use]
    pub fn has(&self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }
}

/// An estimate with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The estimate; infinite for a ratio to nothing.
    pub value: f64,
    /// Where it may lie.
    pub interval: Interval,
}

/// How often something happened, in how much time or among how many.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// How often.
    pub n: u64,
    /// In how much: above 0, in any unit, the same one for all rates that are compared.
    pub of: f64,
}

impl Rate {
    /// So often, in as much as what it is compared with.
    #[must_use]
    pub fn of(n: u64) -> Self {
        Self { n, of: 1.0 }
    }
}

/// The exact interval of a share, after Clopper and Pearson. Nothing of nothing may be any share.
#[must_use]
pub fn exact_share(part: u64, whole: u64) -> Interval {
    let part = part.min(whole);
    let (k, n) = (float(part), float(whole));
    let low = if part == 0 { 0.0 } else { beta_quantile(TAIL, k, n - k + 1.0) };
    let high = if part == whole { 1.0 } else { beta_quantile(1.0 - TAIL, k + 1.0, n - k) };
    Interval { low, high }
}

/// How many times as often something happened after as before; none where it never happened.
#[must_use]
pub fn rate_ratio(after: Rate, before: Rate) -> Option<Estimate> {
    let n = after.n + before.n;
    let exposure = before.of / after.of;
    let usable = n > 0 && exposure.is_finite() && exposure > 0.0;
    usable.then(|| {
        let odds = |share: f64| {
            if share >= 1.0 { f64::INFINITY } else { share / (1.0 - share) * exposure }
        };
        let split = exact_share(after.n, n);
        let value = match before.n {
            0 => f64::INFINITY,
            _ => float(after.n) / float(before.n) * exposure,
        };
        Estimate { value, interval: Interval { low: odds(split.low), high: odds(split.high) } }
    })
}

/// A share with Wilson's interval; none of nothing.
#[must_use]
pub fn share(part: u64, whole: u64) -> Option<Estimate> {
    let told = |part: u64| usize::try_from(part).ok();
    let (part, whole) = (told(part.min(whole))?, told(whole)?);
    (whole > 0).then(|| {
        let said = wilson(part, whole);
        let value = said.share.get();
        let interval =
            Interval { low: said.low.get().min(value), high: said.high.get().max(value) };
        Estimate { value, interval }
    })
}

/// By how much a share grew, each given as part and whole, with Newcombe's interval; none where either is of nothing.
#[must_use]
pub fn share_difference(after: (u64, u64), before: (u64, u64)) -> Option<Estimate> {
    let (p, q) = (share(after.0, after.1)?, share(before.0, before.1)?);
    let value = p.value - q.value;
    let down = (p.value - p.interval.low).hypot(q.interval.high - q.value);
    let up = (p.interval.high - p.value).hypot(q.value - q.interval.low);
    Some(Estimate { value, interval: Interval { low: value - down, high: value + up } })
}

#[expect(clippy::cast_precision_loss, reason = "counts far below 2^53")]
fn float(n: u64) -> f64 {
    n as f64
}

/// Where the distribution function of Beta(a, b) reaches `p`, by bisection: a hundred halvings leave nothing to tell.
fn beta_quantile(p: f64, a: f64, b: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..100 {
        let middle = f64::midpoint(low, high);
        if incomplete_beta(a, b, middle) < p { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

/// The regularised incomplete beta function, by the continued fraction of the Digital Library of Mathematical Functions,
/// 8.17.22, evaluated as Lentz did (Applied Optics 15 (1976), 668).
fn incomplete_beta(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return if x <= 0.0 { 0.0 } else { 1.0 };
    }
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - incomplete_beta(b, a, 1.0 - x);
    }
    let front = a.mul_add(x.ln(), b * (-x).ln_1p()) + ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b);
    let kept = |value: f64| if value.abs() < 1e-300 { 1e-300 } else { value };
    let (mut c, mut d) = (1.0, 1.0 / kept(1.0 - (a + b) * x / (a + 1.0)));
    let mut fraction = d;
    for step in 1..2_000_u32 {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut turn = 1.0;
        for term in [even, odd] {
            d = 1.0 / kept(1.0 + term * d);
            c = kept(1.0 + term / c);
            turn = d * c;
            fraction *= turn;
        }
        if (turn - 1.0).abs() < 1e-15 {
            break;
        }
    }
    (front.exp() * fraction / a).clamp(0.0, 1.0)
}

/// The logarithm of the gamma function for `x > 0`, by the approximation of Lanczos (SIAM Journal on Numerical Analysis 1
/// (1964), 86) with g = 7 and nine terms.
fn ln_gamma(x: f64) -> f64 {
    const FIRST: f64 = 0.999_999_999_999_809_9;
    const TERMS: [f64; 8] = [
        676.520_368_121_885_1,
        -1_259.139_216_722_402_8,
        771.323_428_777_653_1,
        -176.615_029_162_140_6,
        12.507_343_278_686_905,
        -0.138_571_095_265_720_12,
        9.984_369_578_019_572e-6,
        1.505_632_735_149_311_6e-7,
    ];
    if x < 0.5 {
        return (std::f64::consts::PI / (std::f64::consts::PI * x).sin()).ln() - ln_gamma(1.0 - x);
    }
    let x = x - 1.0;
    let terms = TERMS.iter().zip(1_u32..);
    let sum = terms.fold(FIRST, |sum, (term, i)| sum + term / (x + f64::from(i)));
    let t = x + 7.5;
    let half_ln_two_pi = 0.5 * (2.0 * std::f64::consts::PI).ln();
    (x + 0.5).mul_add(t.ln(), half_ln_two_pi) - t + sum.ln()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn near(found: f64, known: f64) {
        assert!((found - known).abs() <= 1e-7 * known.abs().max(1.0), "{found} is not {known}");
    }

    #[test]
    fn the_incomplete_beta_function_is_the_one_of_scipy() {
        for (a, b, x, known) in [
            (2.0, 3.0, 0.4, 0.524_8),
            (5_000.0, 4_001.0, 0.55, 0.147_124_649_385_997_17),
            (0.5, 0.5, 0.1, 0.204_832_764_699_133_45),
            (100_000.0, 120_001.0, 0.454_5, 0.483_750_898_154_807_54),
        ] {
            near(incomplete_beta(a, b, x), known);
        }
    }

    #[test]
    fn the_interval_of_a_share_is_the_one_of_clopper_and_pearson() {
        for ((part, whole), low, high) in [
            ((8, 10), 0.443_904_537_692_358_5, 0.974_789_273_673_166_6),
            ((1, 29), 0.000_872_646_883_579_922, 0.177_644_295_488_722_9),
            ((81, 263), 0.252_736_745_585_271_26, 0.367_621_922_601_351_35),
        ] {
            let found = exact_share(part, whole);
            near(found.low, low);
            near(found.high, high);
        }
        assert_eq!(exact_share(0, 0), Interval { low: 0.0, high: 1.0 });
    }

    #[test]
    fn the_ratio_of_two_rates_is_the_one_of_poisson_test_in_r() {
        // The second example of `?poisson.test`: 11 in 800 against 21 in 3011.
        let r = rate_ratio(Rate { n: 11, of: 800.0 }, Rate { n: 21, of: 3_011.0 }).unwrap();
        near(r.value, 1.971_488_095);
        near(r.interval.low, 0.858_426_403);
        near(r.interval.high, 4.277_265_944);
        for (after, before, low, high) in [
            (127, 100, 0.969_544_421_173, 1.667_382_848_737),
            (5_000, 4_000, 1.198_853_025_759, 1.303_392_149_690),
            (1, 1, 0.012_739_367_084, 78.496_835_316_263),
            (0, 10, 0.0, 0.446_125_549_592),
        ] {
            let found = rate_ratio(Rate::of(after), Rate::of(before)).unwrap().interval;
            near(found.low, low);
            near(found.high, high);
        }
        let never = rate_ratio(Rate::of(10), Rate::of(0)).unwrap();
        near(never.interval.low, 2.241_521_475_098);
        assert!(never.interval.high.is_infinite() && never.value.is_infinite());
        assert_eq!(rate_ratio(Rate::of(0), Rate::of(0)), None);
    }

    #[test]
    fn the_interval_of_a_difference_is_the_one_newcombe_tells() {
        // Table II of his paper, method 10, contrasts a, c and e.
        for (after, before, low, high) in [
            ((56, 70), (48, 80), 0.0524, 0.3339),
            ((9, 10), (3, 10), 0.1705, 0.8090),
            ((5, 56), (0, 29), -0.0381, 0.1926),
        ] {
            let found = share_difference(after, before).unwrap().interval;
            assert_eq!(
                (format!("{:.4}", found.low), format!("{:.4}", found.high)),
                (format!("{low:.4}"), format!("{high:.4}"))
            );
        }
        assert_eq!(share_difference((0, 0), (1, 2)), None);
    }

    proptest! {
        #[test]
        fn an_interval_contains_its_estimate_and_exchanging_the_sides_inverts_it(
            after in 0_u64..5_000, before in 0_u64..5_000, one in 1_u32..100, other in 1_u32..100,
        ) {
            prop_assume!(after + before > 0);
            let (x, y) = (Rate { n: after, of: one.into() }, Rate { n: before, of: other.into() });
            let (there, back) = (rate_ratio(x, y).unwrap(), rate_ratio(y, x).unwrap());
            prop_assert!(there.interval.has(there.value), "{there:?}");
            let same = |a: f64, b: f64| a == b || (a - b).abs() <= 1e-6 * a.abs().max(b.abs());
            prop_assert!(same(there.interval.low, 1.0 / back.interval.high), "{there:?} {back:?}");
            prop_assert!(same(there.interval.high, 1.0 / back.interval.low), "{there:?} {back:?}");
        }

        #[test]
        fn more_counts_after_raise_the_ratio_and_both_its_bounds(after in 0_u64..3_000, before in 1_u64..3_000) {
            let ratio = |n| rate_ratio(Rate::of(n), Rate::of(before)).unwrap();
            let (less, more) = (ratio(after), ratio(after + 1));
            prop_assert!(less.value < more.value);
            prop_assert!(less.interval.low < more.interval.low && less.interval.high < more.interval.high);
        }

        #[test]
        fn ten_times_the_counts_tell_a_ratio_more_closely(after in 1_u64..500, before in 1_u64..500) {
            let width = |times: u64| {
                let found = rate_ratio(Rate::of(after * times), Rate::of(before * times)).unwrap().interval;
                found.high - found.low
            };
            prop_assert!(width(10) < width(1));
        }

        #[test]
        fn a_difference_of_shares_lies_in_its_interval_and_turns_with_its_sides(
            a in 0_u64..400, more in 0_u64..400, b in 0_u64..400, further in 0_u64..400,
        ) {
            prop_assume!(a + more > 0 && b + further > 0);
            let (p, q) = ((a, a + more), (b, b + further));
            let (there, back) = (share_difference(p, q).unwrap(), share_difference(q, p).unwrap());
            prop_assert!(there.interval.has(there.value));
            prop_assert!((there.interval.low + back.interval.high).abs() < 1e-12);
            prop_assert!(there.interval.low >= -1.0 - 1e-12 && there.interval.high <= 1.0 + 1e-12);
            let own = share(a, a + more).unwrap();
            prop_assert!(own.interval.has(own.value));
        }
    }
}
