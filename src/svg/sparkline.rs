//! The sparkline of a ring: applications a month over the twelve months up to its last. Not responsible for the
//! timeline, which shows days.
//!
//! Invariant: twelve months, the last being that of the last application.

use super::chart::at;
use crate::{
    explain::day::{Day, month_name},
    model::Moment,
};
use std::fmt::Write;

/// Months shown.
const MONTHS: usize = 12;

/// Applications a month, oldest first, and the first and last month shown; none without a moment.
#[must_use]
pub fn months(moments: &[Moment]) -> Option<([usize; MONTHS], String, String)> {
    let all: Vec<i64> = moments.iter().filter_map(|&m| Day::of(m).month()).collect();
    let last = *all.iter().max()?;
    let first = last - 11;
    let mut counts = [0; MONTHS];
    for month in all {
        if let Some(n) = usize::try_from(month - first).ok().and_then(|i| counts.get_mut(i)) {
            *n += 1;
        }
    }
    Some((counts, month_name(first), month_name(last)))
}

/// The drawing, with what it says as its label; empty without a moment.
#[must_use]
pub fn figure(moments: &[Moment]) -> String {
    const HIGH: usize = 22;
    let Some((counts, first, last)) = months(moments) else { return String::new() };
    let most = counts.iter().copied().max().unwrap_or(1).max(1);
    let busy: Vec<String> = counts.iter().map(usize::to_string).collect();
    // One shape for all bars: a queue has many rows.
    let mut path = String::new();
    for (i, &n) in counts.iter().enumerate().filter(|(_, n)| **n > 0) {
        let high = (n * HIGH).div_ceil(most);
        let _ = write!(path, "M{} 24v-{high}h4v{high}z", at(i, 6.0) + 1.0);
    }
    format!(
        "<svg class=\"spark\" viewBox=\"0 0 73 25\" role=\"img\" aria-label=\"Applications a month, {first} to {last}: {}\">\
         <title>{first} to {last}: {}</title><path class=\"zero\" d=\"M0 24.5H73\"/><path class=\"bars\" d=\"{path}\"/></svg>",
        busy.join(", "),
        busy.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_last_month_is_never_empty_and_nothing_is_counted_twice(
            seconds in prop::collection::vec(-2_000_000_000i64..2_000_000_000, 1..60),
        ) {
            let moments: Vec<Moment> = seconds.into_iter().map(Moment).collect();
            let (counts, ..) = months(&moments).unwrap();
            prop_assert!(counts[11] > 0);
            prop_assert!(counts.iter().sum::<usize>() <= moments.len());
        }
    }

    #[test]
    fn the_label_says_what_the_bars_show() {
        let day = |text: &str| Day::read(text).unwrap().start();
        let svg =
            figure(&[day("2026-11-23"), day("2026-11-01"), day("2026-09-01"), day("2024-01-01")]);
        assert!(svg.contains("2025-12 to 2026-11: 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2\""), "{svg}");
        assert_eq!(figure(&[]), "");
        assert!(figure(&[Moment(i64::MAX)]).is_empty(), "a moment outside the calendar");
    }
}
