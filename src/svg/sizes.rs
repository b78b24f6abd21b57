//! Rings by their size, before and after: two bars for each range of sizes. Not responsible for what a size counts.
//!
//! Invariant: the bars of a side add up to its rings.

use super::chart::{Chart, at, length, ticks};
use crate::explain::words::{count, grouped};
use std::fmt::Write;

/// Ranges of sizes: the first and the last of each.
const RANGES: &[(usize, usize)] =
    &[(0, 2), (3, 3), (4, 4), (5, 9), (10, 19), (20, 49), (50, 99), (100, usize::MAX)];

const WIDE: f64 = 640.0;
const LEFT: f64 = 46.0;
const TOP: f64 = 34.0;
const HIGH: f64 = 130.0;

fn name(&(from, to): &(usize, usize)) -> String {
    match (from, to) {
        (0, 2) => "1 or 2".to_owned(),
        (from, usize::MAX) => format!("{from} or more"),
        (from, to) if from == to => from.to_string(),
        (from, to) => format!("{from} to {to}"),
    }
}

fn in_range(sizes: &[usize], &(from, to): &(usize, usize)) -> usize {
    sizes.iter().filter(|&&size| size >= from && size <= to).count()
}

/// Rings by the number of their applications, before and after.
#[must_use]
pub fn chart(before: &[usize], after: &[usize]) -> Chart {
    if before.is_empty() && after.is_empty() {
        return Chart::nothing("There is no ring, and there was none before.");
    }
    let all: Vec<(String, usize, usize)> =
        RANGES.iter().map(|r| (name(r), in_range(before, r), in_range(after, r))).collect();
    let is_used = |row: &(String, usize, usize)| row.1 + row.2 > 0;
    let first = all.iter().position(is_used).unwrap_or(0);
    let last = all.iter().rposition(is_used).unwrap_or(0);
    let shown = all.get(first..=last).unwrap_or_default();
    let largest = after.iter().max().map_or_else(String::new, |n| {
        format!(" The largest has {}.", count(*n, "application", "applications"))
    });
    Chart {
        svg: drawing(shown),
        caption: format!(
            "{}, {} before.{largest}",
            count(after.len(), "ring now", "rings now"),
            grouped(before.len())
        ),
        about: "Rings by the number of their applications, before the period and now".to_owned(),
        head: vec!["Applications", "Rings before", "Rings now"],
        rows: shown
            .iter()
            .map(|(name, b, a)| (name.clone(), vec![grouped(*b), grouped(*a)]))
            .collect(),
    }
}

fn drawing(rows: &[(String, usize, usize)]) -> String {
    let most = rows.iter().map(|row| row.1.max(row.2)).max().unwrap_or(1);
    let ticks = ticks(most);
    let top = ticks.last().copied().unwrap_or(most).max(1);
    let slot = (WIDE - LEFT - 4.0) / at(rows.len().max(1), 1.0);
    let wide = (slot * 0.34).min(46.0);
    let floor = TOP + HIGH;
    let mut out = format!(
        "<svg class=\"sizes\" viewBox=\"0 0 {WIDE} {:.0}\" role=\"img\" aria-label=\"Rings by the number of their applications, before and now\">",
        floor + 40.0
    );
    let _ = write!(
        out,
        "<rect class=\"then\" x=\"{LEFT}\" y=\"3\" width=\"13\" height=\"13\"/><text x=\"{:.0}\" y=\"14\">before the period</text>\
         <rect class=\"now\" x=\"{:.0}\" y=\"3\" width=\"13\" height=\"13\"/><text x=\"{:.0}\" y=\"14\">now</text>",
        LEFT + 19.0,
        LEFT + 150.0,
        LEFT + 169.0
    );
    for &tick in &ticks {
        let y = floor - length(tick, top, HIGH);
        let _ = write!(
            out,
            "<path class=\"{}\" d=\"M{LEFT} {y:.1}H{WIDE}\"/><text class=\"axis\" x=\"{:.0}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            if tick == 0 { "zero" } else { "grid" },
            LEFT - 6.0,
            y + 4.0,
            grouped(tick)
        );
    }
    for (i, (name, before, after)) in rows.iter().enumerate() {
        let middle = LEFT + at(i, slot) + slot / 2.0;
        for (class, n, x) in [("then", before, middle - wide - 2.0), ("now", after, middle + 2.0)] {
            let high = length(*n, top, HIGH);
            if *n > 0 {
                let _ = write!(
                    out,
                    "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{:.1}\" width=\"{wide:.1}\" height=\"{high:.1}\"/>",
                    floor - high
                );
            }
            let _ = write!(
                out,
                "<text class=\"over\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
                x + wide / 2.0,
                floor - high - 4.0,
                grouped(n)
            );
        }
        let _ = write!(
            out,
            "<text class=\"axis\" x=\"{middle:.1}\" y=\"{:.0}\" text-anchor=\"middle\">{name}</text>",
            floor + 17.0
        );
    }
    let _ = write!(
        out,
        "<text class=\"axis\" x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"middle\">applications in the ring</text></svg>",
        LEFT + (WIDE - LEFT) / 2.0,
        floor + 34.0
    );
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_ring_is_in_one_range(
            before in prop::collection::vec(1_usize..300, 0..40),
            after in prop::collection::vec(1_usize..300, 1..40),
        ) {
            let drawn = chart(&before, &after);
            let sum = |side: usize| -> usize {
                drawn.rows.iter().map(|(_, n)| n[side].parse::<usize>().unwrap()).sum()
            };
            prop_assert_eq!((sum(0), sum(1)), (before.len(), after.len()));
        }
    }

    #[test]
    fn ranges_that_nobody_is_in_are_left_out_at_the_ends() {
        let drawn = chart(&[3], &[3, 12, 250]);
        let names: Vec<&str> = drawn.rows.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["3", "4", "5 to 9", "10 to 19", "20 to 49", "50 to 99", "100 or more"]);
        assert_eq!(drawn.caption, "3 rings now, 1 before. The largest has 250 applications.");
        assert!(chart(&[], &[]).svg.is_empty());
    }
}
