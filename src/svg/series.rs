//! Applications by week, and how many of each week's are linked: a bar a week, its linked part filled. Not responsible for
//! which weeks there are nor for what counts as linked.
//!
//! Invariant: a bar is as high as its number; a week that is not over is told by its dashed outline and in words.

use super::{
    chart::{Chart, at, length, ticks},
    escape,
};
use crate::explain::words::{count, grouped};
use std::fmt::Write;

const WIDE: f64 = 640.0;
const LEFT: f64 = 46.0;
const TOP: f64 = 34.0;
const HIGH: f64 = 150.0;

/// A week, or whatever a bar stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What it is called in the table, such as `2026-09-07`.
    pub name: String,
    /// What it is called below its bar, such as `Sep 7`.
    pub short: String,
    /// Applications in it.
    pub all: usize,
    /// Those of them that are linked.
    pub linked: usize,
    /// Whether it is over.
    pub is_over: bool,
}

/// The weeks, oldest first, with their sentence and their table.
#[must_use]
pub fn chart(steps: &[Step]) -> Chart {
    let all: usize = steps.iter().map(|step| step.all).sum();
    if all == 0 {
        return Chart::nothing("No application says that it was submitted in these weeks.");
    }
    let linked: usize = steps.iter().map(|step| step.linked).sum();
    let busiest = steps.iter().rev().max_by_key(|step| step.linked).filter(|s| s.linked > 0);
    let busiest = busiest.map_or_else(String::new, |step| {
        format!(
            " Most linked ones came in the week from {}: {} of {}.",
            step.name,
            grouped(step.linked),
            grouped(step.all)
        )
    });
    let open = match steps.last() {
        Some(step) if !step.is_over => " The last week is not over.",
        _ => "",
    };
    let row = |step: &Step| {
        let name =
            if step.is_over { step.name.clone() } else { format!("{}, not over", step.name) };
        (name, vec![grouped(step.all), grouped(step.linked)])
    };
    Chart {
        svg: drawing(steps),
        caption: format!(
            "{} of {} of {} are linked.{busiest}{open}",
            grouped(linked),
            count(all, "application", "applications"),
            count(steps.len(), "week", "weeks"),
        ),
        about: "Applications by the week they were submitted in, and those of them that are linked"
            .to_owned(),
        head: vec!["Week from", "Applications", "Linked"],
        rows: steps.iter().map(row).collect(),
    }
}

fn drawing(steps: &[Step]) -> String {
    let most = steps.iter().map(|step| step.all).max().unwrap_or(1);
    let ticks = ticks(most);
    let top = ticks.last().copied().unwrap_or(most).max(1);
    let slot = (WIDE - LEFT - 4.0) / at(steps.len().max(1), 1.0);
    let wide = (slot * 0.7).min(40.0);
    let floor = TOP + HIGH;
    let mut out = format!(
        "<svg class=\"series\" viewBox=\"0 0 {WIDE} {:.0}\" role=\"img\" aria-label=\"Applications by week, and how many of them are linked\">",
        floor + 44.0
    );
    legend(&mut out, steps.last().is_some_and(|step| !step.is_over));
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
    let _ = write!(
        out,
        "<text class=\"share\" x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"end\">linked</text>",
        LEFT - 6.0,
        floor + 19.0
    );
    // Names are written as far apart as they fit, counted from the last.
    let every = (1..).find(|&n| at(n, slot) >= 46.0).unwrap_or(1);
    for (i, step) in steps.iter().enumerate() {
        let x = LEFT + at(i, slot) + (slot - wide) / 2.0;
        let middle = x + wide / 2.0;
        let (whole, part) = (length(step.all, top, HIGH), length(step.linked, top, HIGH));
        let class = if step.is_over { "bar" } else { "bar open" };
        let _ = write!(
            out,
            "<g class=\"{class}\"><title>Week from {}: {}, {} linked</title>",
            escape(&step.name),
            count(step.all, "application", "applications"),
            grouped(step.linked)
        );
        if step.all > 0 {
            let _ = write!(
                out,
                "<rect class=\"all\" x=\"{x:.1}\" y=\"{:.1}\" width=\"{wide:.1}\" height=\"{whole:.1}\"/>",
                floor - whole
            );
        }
        if step.linked > 0 {
            let _ = write!(
                out,
                "<rect class=\"linked\" x=\"{x:.1}\" y=\"{:.1}\" width=\"{wide:.1}\" height=\"{part:.1}\"/>",
                floor - part
            );
        }
        let said = grouped(step.linked);
        if at(said.len(), 7.0) <= slot {
            let _ = write!(
                out,
                "<text class=\"share\" x=\"{middle:.1}\" y=\"{:.0}\" text-anchor=\"middle\">{said}</text>",
                floor + 19.0
            );
        }
        let said = grouped(step.all);
        if step.all > 0 && at(said.len(), 7.0) <= slot {
            let _ = write!(
                out,
                "<text class=\"over\" x=\"{middle:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{said}</text>",
                floor - whole - 4.0
            );
        }
        out.push_str("</g>");
        if (steps.len() - 1 - i).is_multiple_of(every) {
            let _ = write!(
                out,
                "<text class=\"axis\" x=\"{middle:.1}\" y=\"{:.0}\" text-anchor=\"middle\">{}</text>",
                floor + 36.0,
                escape(&step.short)
            );
        }
    }
    out.push_str("</svg>");
    out
}

fn legend(out: &mut String, has_open: bool) {
    let mut x = LEFT;
    let mut entry = |group: &str, class: &str, words: &str| {
        let _ = write!(
            out,
            "<g class=\"{group}\"><rect class=\"{class}\" x=\"{x:.0}\" y=\"3\" width=\"13\" height=\"13\"/><text x=\"{:.0}\" y=\"14\">{words}</text></g>",
            x + 19.0
        );
        x += 44.0 + at(words.len(), 6.2);
    };
    entry("bar", "linked", "linked");
    entry("bar", "all", "all applications");
    if has_open {
        entry("bar open", "all", "week that is not over");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(n: usize, all: usize, linked: usize) -> Step {
        Step {
            name: format!("2026-09-{n:02}"),
            short: format!("Sep {n}"),
            all,
            linked,
            is_over: n != 13,
        }
    }

    #[test]
    fn every_week_has_a_row_and_the_one_that_is_not_over_says_so() {
        let steps: Vec<Step> = (1..=13).map(|n| step(n, n * 100, n)).collect();
        let drawn = chart(&steps);
        assert_eq!(drawn.rows.len(), 13);
        assert_eq!(drawn.rows[12].0, "2026-09-13, not over");
        assert_eq!(drawn.rows[12].1, ["1,300", "13"]);
        assert!(drawn.caption.starts_with("91 of 9,100 applications of 13 weeks are linked."));
        assert!(drawn.caption.contains("week from 2026-09-13: 13 of 1,300."), "{}", drawn.caption);
        assert!(drawn.caption.ends_with("The last week is not over."));
        // One in the legend.
        assert_eq!(drawn.svg.matches("bar open").count(), 2);
        assert!(drawn.svg.contains(">Sep 13<") && !drawn.svg.contains(">Sep 12</text>"));
    }

    #[test]
    fn weeks_without_anything_draw_nothing_and_names_are_text() {
        assert!(chart(&[]).svg.is_empty());
        assert!(chart(&[step(1, 0, 0)]).svg.is_empty());
        let hostile = Step { name: "<b>".to_owned(), short: "<i>".to_owned(), ..step(1, 3, 2) };
        let svg = chart(&[hostile]).svg;
        assert!(!svg.contains("<b>") && !svg.contains("<i>"));
    }
}
