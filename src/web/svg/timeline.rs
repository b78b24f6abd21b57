//! The timeline: how many applications arrived when. Not responsible for the table that says the same.
//!
//! Invariant: the bars add up to the number of moments.

use crate::model::Moment;
use std::fmt::Write;

const DAY: i64 = 86_400;
/// At most so many bars.
const BARS: i64 = 40;

/// One bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// First day, or the span of days.
    pub label: String,
    /// Applications in it.
    pub n: usize,
}

/// How many arrived when: by day, by week or by a multiple of four weeks, whatever gives at most 40 bars.
#[must_use]
pub fn bars(moments: &[Moment]) -> Vec<Bar> {
    let days: Vec<i64> = moments.iter().map(|m| m.0.div_euclid(DAY)).collect();
    let (Some(&first), Some(&last)) = (days.iter().min(), days.iter().max()) else {
        return Vec::new();
    };
    let span = last - first + 1;
    let step = match span {
        ..=BARS => 1,
        s if s <= BARS * 7 => 7,
        s => 28 * s.div_euclid(28 * BARS).saturating_add(1),
    };
    let n_bars = usize::try_from(span.div_euclid(step) + 1).unwrap_or(1).min(100);
    let mut counts = vec![0; n_bars];
    for day in days {
        let at = usize::try_from((day - first).div_euclid(step)).unwrap_or(0);
        if let Some(count) = counts.get_mut(at.min(n_bars - 1)) {
            *count += 1;
        }
    }
    if counts.last() == Some(&0) && counts.len() > 1 {
        counts.pop();
    }
    let mut from = first;
    counts
        .into_iter()
        .map(|n| {
            let start = Moment(from.saturating_mul(DAY)).day();
            let end = Moment((from + step - 1).saturating_mul(DAY)).day();
            from += step;
            let label = if step == 1 { start } else { format!("{start} to {end}") };
            Bar { label, n }
        })
        .collect()
}

/// The bars as a drawing.
#[must_use]
pub fn figure(bars: &[Bar], title: &str) -> String {
    const WIDTH: f64 = 720.0;
    const HIGH: f64 = 56.0;
    let most = bars.iter().map(|b| b.n).max().unwrap_or(1).max(1);
    #[expect(clippy::cast_precision_loss, reason = "small counts")]
    let (slot, unit) = (WIDTH / bars.len().max(24) as f64, HIGH / most as f64);
    let mut out = format!(
        "<svg class=\"timeline\" viewBox=\"0 0 {WIDTH} 78\" role=\"img\" aria-label=\"{}\">\
         <path class=\"zero\" d=\"M0 {HIGH}H{WIDTH}\"/>",
        super::escape(title)
    );
    for (i, bar) in bars.iter().enumerate().filter(|(_, b)| b.n > 0) {
        #[expect(clippy::cast_precision_loss, reason = "small counts")]
        let (x, high) = (i as f64 * slot, bar.n as f64 * unit);
        let _ = write!(
            out,
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{high:.1}\"><title>{}: {}</title></rect>",
            x + 1.0,
            HIGH - high,
            (slot - 2.0).max(1.0),
            super::escape(&bar.label),
            bar.n
        );
    }
    let from = bars.first().map_or("", |b| b.label.as_str());
    let to = bars.last().map_or("", |b| b.label.as_str());
    let _ = write!(out, "<text class=\"axis\" x=\"0\" y=\"73\">{}</text>", super::escape(from));
    if bars.len() > 1 {
        #[expect(clippy::cast_precision_loss, reason = "small counts")]
        let end = (slot * bars.len() as f64).max(330.0);
        let _ = write!(
            out,
            "<text class=\"axis\" x=\"{end:.1}\" y=\"73\" text-anchor=\"end\">{}</text>",
            super::escape(to)
        );
    }
    out.push_str("</svg>");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_bars_add_up_and_are_few(seconds in prop::collection::vec(0i64..2_000_000_000, 0..60)) {
            let moments: Vec<Moment> = seconds.into_iter().map(Moment).collect();
            let bars = bars(&moments);
            prop_assert_eq!(bars.iter().map(|b| b.n).sum::<usize>(), moments.len());
            prop_assert!(bars.len() <= 42, "{}", bars.len());
        }
    }

    #[test]
    fn days_stay_days_while_they_fit() {
        let at = |day: i64| Moment(day * DAY);
        let drawn = bars(&[at(0), at(0), at(2)]);
        assert_eq!(drawn.iter().map(|b| b.n).collect::<Vec<_>>(), [2, 0, 1]);
        assert_eq!(drawn[2].label, "1970-01-03");
    }
}
