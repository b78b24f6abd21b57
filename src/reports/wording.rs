//! Numbers of reports as people read them: growth, shares and ratios with their intervals. Not responsible for reckoning
//! them (`statistics`).
//!
//! Invariant: nothing is said more exactly than it is known, and never "-0".

use crate::reports::statistics::{Estimate, Interval};

/// A ratio as a change: `+27 %`, `-3 %`; `no bound` where it is infinite.
#[must_use]
pub fn change(ratio: f64) -> String {
    if !ratio.is_finite() {
        return "no bound".to_owned();
    }
    let percent = (ratio - 1.0) * 100.0;
    let text = format!("{percent:+.0} %");
    if text == "-0 %" { "+0 %".to_owned() } else { text }
}

/// A share: `2.4 %`, and from ten per cent on `24 %`.
#[must_use]
pub fn share(value: f64) -> String {
    let percent = value * 100.0;
    let text = if percent < 9.95 { format!("{percent:.1}") } else { format!("{percent:.0}") };
    format!("{text} %")
}

/// How many times as much: `2.1`.
#[must_use]
pub fn times(value: f64) -> String {
    if value.is_finite() { format!("{value:.1}") } else { "no bound".to_owned() }
}

/// A difference of shares: `+0.4 points`.
#[must_use]
pub fn points(value: f64) -> String {
    let text = format!("{:+.1} points", value * 100.0);
    if text.starts_with("-0.0") { text.replacen('-', "+", 1) } else { text }
}

/// An interval, its ends said so: `-3 % to +67 %`.
#[must_use]
pub fn range(interval: Interval, say: fn(f64) -> String) -> String {
    format!("{} to {}", say(interval.low), say(interval.high))
}

/// An estimate with its interval: `+27 % (95 % interval -3 % to +67 %)`.
#[must_use]
pub fn with_interval(estimate: Estimate, say: fn(f64) -> String) -> String {
    format!("{} (95 % interval {})", say(estimate.value), range(estimate.interval, say))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_said_as_exactly_as_they_help() {
        let r = Estimate { value: 1.27, interval: Interval { low: 0.969_5, high: 1.667_4 } };
        assert_eq!(with_interval(r, change), "+27 % (95 % interval -3 % to +67 %)");
        assert_eq!([0.999, 1.0, f64::INFINITY].map(change), ["+0 %", "+0 %", "no bound"]);
        assert_eq!([0.024, 0.0996, 0.5].map(share), ["2.4 %", "10 %", "50 %"]);
        assert_eq!([0.004, -0.000_1].map(points), ["+0.4 points", "+0.0 points"]);
        assert_eq!(times(2.14), "2.1");
    }
}
