//! Verdicts by month: confirmed rings above the line, dismissed ones below it. Not responsible for counting them.
//!
//! Invariant: a column is as long as its number, months without a verdict keep their place, and months that are not drawn
//! are said.

use super::{
    chart::{Chart, at, length},
    escape,
};
use crate::explain::{day::month_name, words::count};
use std::fmt::Write;

/// Months drawn at most: the last ones.
const MONTHS: usize = 24;

/// The verdicts of one month, counted as `Day::month` does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Month {
    /// Which.
    pub month: i64,
    /// Rings confirmed.
    pub confirmed: usize,
    /// Rings dismissed.
    pub dismissed: usize,
}

/// The months in their order, each once. `href` says where a month leads.
#[must_use]
pub fn chart(months: &[Month], href: &dyn Fn(&str) -> String) -> Chart {
    let (Some(first), Some(last)) = (months.first(), months.last()) else {
        return Chart::nothing("Nobody has decided about a ring yet.");
    };
    let from = first.month.max(last.month - at_most());
    let drawn: Vec<Month> = (from..=last.month)
        .map(|month| {
            let empty = Month { month, confirmed: 0, dismissed: 0 };
            months.iter().find(|m| m.month == month).copied().unwrap_or(empty)
        })
        .collect();
    let sum = |of: fn(&Month) -> usize| months.iter().map(of).sum::<usize>();
    let earlier = months.iter().filter(|m| m.month < from).count();
    let mut caption = format!(
        "{} confirmed and {} dismissed {}, by the month of the last verdict.",
        count(sum(|m| m.confirmed), "ring", "rings"),
        sum(|m| m.dismissed),
        match month_name(first.month) {
            from if first.month == last.month => format!("in {from}"),
            from => format!("from {from} to {}", month_name(last.month)),
        }
    );
    if earlier > 0 {
        let _ = write!(
            caption,
            " The drawing leaves out {}.",
            count(earlier, "earlier month", "earlier months")
        );
    }
    Chart {
        svg: drawing(&drawn, href),
        caption,
        about: "Rings confirmed and dismissed by month".to_owned(),
        head: vec!["Month", "Confirmed", "Dismissed"],
        rows: months
            .iter()
            .map(|m| (month_name(m.month), vec![m.confirmed.to_string(), m.dismissed.to_string()]))
            .collect(),
    }
}

fn at_most() -> i64 {
    i64::try_from(MONTHS).unwrap_or(i64::MAX) - 1
}

fn drawing(months: &[Month], href: &dyn Fn(&str) -> String) -> String {
    const STEP: f64 = 28.0;
    const HIGH: f64 = 70.0;
    const LEFT: f64 = 76.0;
    const ZERO: f64 = 92.0;
    let most = months.iter().map(|m| m.confirmed.max(m.dismissed)).max().unwrap_or(0);
    // As wide as the most months are, so that letters have one size however few there are.
    let wide = LEFT + at(MONTHS, STEP) + 8.0;
    let mut out = format!(
        "<svg class=\"verdicts\" viewBox=\"0 0 {wide:.0} 206\" role=\"group\" aria-label=\"Rings confirmed and dismissed by month\">\
         <text class=\"axis\" x=\"0\" y=\"60\">confirmed</text><text class=\"axis\" x=\"0\" y=\"132\">dismissed</text>\
         <path class=\"zero\" d=\"M{LEFT} {ZERO}H{wide:.0}\"/>"
    );
    for (i, month) in months.iter().enumerate() {
        let (x, name) = (LEFT + at(i, STEP), month_name(month.month));
        let (up, down) = (length(month.confirmed, most, HIGH), length(month.dismissed, most, HIGH));
        if i % 3 == 0 {
            let _ =
                write!(out, "<text class=\"axis\" x=\"{x:.0}\" y=\"200\">{}</text>", escape(&name));
        }
        if month.confirmed + month.dismissed == 0 {
            continue;
        }
        let _ = write!(
            out,
            "<a href=\"{}\"><title>{name}: {} confirmed, {} dismissed</title>\
             <rect class=\"hit\" x=\"{x:.0}\" y=\"4\" width=\"{STEP}\" height=\"178\"/>",
            escape(&href(&name)),
            month.confirmed,
            month.dismissed
        );
        let bar = |out: &mut String, class: &str, y: f64, high: f64, n: usize, text: f64| {
            if n > 0 {
                let _ = write!(
                    out,
                    "<rect class=\"{class}\" x=\"{:.0}\" y=\"{y:.1}\" width=\"18\" height=\"{:.1}\"/>\
                     <text x=\"{:.0}\" y=\"{text:.1}\" text-anchor=\"middle\">{n}</text>",
                    x + 2.0,
                    high.max(1.0),
                    x + 11.0,
                );
            }
        };
        bar(&mut out, "confirmed", ZERO - up, up, month.confirmed, ZERO - up - 4.0);
        bar(&mut out, "dismissed", ZERO, down, month.dismissed, ZERO + down + 13.0);
        out.push_str("</a>");
    }
    out.push_str("</svg>");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(month: i64, confirmed: usize, dismissed: usize) -> Month {
        Month { month, confirmed, dismissed }
    }

    #[test]
    fn every_month_with_a_verdict_is_a_link_and_those_left_out_are_said() {
        let href = |name: &str| format!("/precision?by=month&of={name}");
        let drawn = chart(&[month(24_300, 2, 0), month(24_322, 1, 3)], &href);
        assert_eq!(drawn.svg.matches("<a ").count(), 2);
        assert!(drawn.svg.contains("by=month&amp;of=2026-11"), "{}", drawn.svg);
        assert!(
            drawn.caption.starts_with("3 rings confirmed and 3 dismissed from 2025-01 to 2026-11")
        );
        let long = chart(&[month(24_000, 1, 0), month(24_322, 1, 0)], &href);
        assert!(long.caption.ends_with("leaves out 1 earlier month."), "{}", long.caption);
        assert_eq!((long.svg.matches("<a ").count(), long.rows.len()), (1, 2));
        assert!(chart(&[], &href).svg.is_empty());
    }
}
