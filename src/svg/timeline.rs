//! The timeline: how many applications arrived when. Not responsible for what is done with the span of a bar.
//!
//! Invariant: the bars add up to the number of moments.

use super::chart::{Chart, at, length};
use crate::{
    explain::{
        day::{DAY, Day},
        words::count,
    },
    model::Moment,
};
use std::fmt::Write;

/// At most so many bars.
const BARS: i64 = 40;

/// One bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// First day, or the span of days.
    pub label: String,
    /// Applications in it.
    pub n: usize,
    /// Its first day.
    pub from: Day,
    /// Its last day.
    pub to: Day,
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
            let (start, end) = (Day(from), Day(from + step - 1));
            from += step;
            let label = if step == 1 { start.to_string() } else { format!("{start} to {end}") };
            Bar { label, n, from: start, to: end }
        })
        .collect()
}

/// The timeline with its sentence and its table.
#[must_use]
pub fn chart(moments: &[Moment], title: &str) -> Chart {
    let bars = bars(moments);
    let (Some(first), Some(last)) = (moments.iter().min(), moments.iter().max()) else {
        return Chart::nothing("No application says when it was submitted.");
    };
    let most = bars.iter().max_by(|a, b| a.n.cmp(&b.n).then_with(|| b.from.cmp(&a.from)));
    let busiest = most
        .filter(|bar| bar.n > 1)
        .map_or_else(String::new, |bar| format!(" Most came {}: {}.", span(bar), bar.n));
    let total = count(moments.len(), "application", "applications");
    let caption = if first.day() == last.day() {
        format!("{total} on {}.", first.day())
    } else {
        format!("{total} from {} to {}.{busiest}", first.day(), last.day())
    };
    Chart {
        svg: figure(&bars, title, None),
        caption,
        about: "Applications by day of submission (UTC)".to_owned(),
        head: vec!["Submitted", "Applications"],
        rows: bars
            .into_iter()
            .filter(|bar| bar.n > 0)
            .map(|bar| (bar.label, vec![bar.n.to_string()]))
            .collect(),
    }
}

fn span(bar: &Bar) -> String {
    if bar.from == bar.to {
        format!("on {}", bar.from)
    } else {
        format!("from {} to {}", bar.from, bar.to)
    }
}

/// Where a bar leads, and whether it lies in what is looked at.
pub type Lead<'a> = &'a dyn Fn(&Bar) -> (String, bool);

/// The bars as a drawing; with `lead` each bar is a link.
#[must_use]
pub fn figure(bars: &[Bar], title: &str, lead: Option<Lead<'_>>) -> String {
    const WIDTH: f64 = 720.0;
    const HIGH: f64 = 56.0;
    let most = bars.iter().map(|b| b.n).max().unwrap_or(1).max(1);
    // A bar that is pressed may be wide; one that is only read looks odd when it is.
    let fewest = if lead.is_some() { 8 } else { 24 };
    let (slot, unit) = (length(1, bars.len().max(fewest), WIDTH), length(1, most, HIGH));
    let mut out = format!(
        "<svg class=\"timeline\" viewBox=\"0 0 {WIDTH} 78\" role=\"{}\" aria-label=\"{}\">\
         <path class=\"zero\" d=\"M0 {HIGH}H{WIDTH}\"/>",
        if lead.is_some() { "group" } else { "img" },
        super::escape(title)
    );
    for (i, bar) in bars.iter().enumerate().filter(|(_, b)| b.n > 0) {
        let (x, high) = (at(i, slot), at(bar.n, unit));
        let mut shape = format!(
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{high:.1}\"><title>{}: {}</title></rect>",
            x + 1.0,
            HIGH - high,
            (slot - 2.0).max(1.0),
            super::escape(&bar.label),
            bar.n
        );
        if let Some(lead) = lead {
            let (href, is_in) = lead(bar);
            // The whole height can be pressed, however low the bar.
            shape = format!(
                "<a href=\"{}\" class=\"{}\" aria-label=\"{}: {}\"><rect class=\"hit\" x=\"{x:.1}\" y=\"0\" width=\"{slot:.1}\" height=\"{HIGH}\"/>{shape}</a>",
                super::escape(&href),
                if is_in { "in" } else { "out" },
                super::escape(&bar.label),
                bar.n
            );
        }
        out.push_str(&shape);
    }
    let from = bars.first().map_or("", |b| b.label.as_str());
    let to = bars.last().map_or("", |b| b.label.as_str());
    let _ = write!(out, "<text class=\"axis\" x=\"0\" y=\"73\">{}</text>", super::escape(from));
    if bars.len() > 1 {
        let end = at(bars.len(), slot).max(330.0);
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

    #[test]
    fn a_chart_says_its_numbers_and_a_bar_can_lead_somewhere() {
        let at = |day: i64| Moment(day * DAY);
        let drawn = chart(&[at(0), at(2), at(2)], "<t>");
        assert_eq!(
            drawn.caption,
            "3 applications from 1970-01-01 to 1970-01-03. Most came on 1970-01-03: 2."
        );
        assert_eq!(drawn.rows.len(), 2);
        assert!(!drawn.svg.contains("<t>") && !drawn.svg.contains("<a "));
        let lead = |bar: &Bar| (format!("?from={}&x", bar.from), bar.n > 1);
        let svg = figure(&bars(&[at(0), at(2), at(2)]), "t", Some(&lead));
        assert_eq!(svg.matches("<a ").count(), 2);
        assert!(svg.contains("?from=1970-01-03&amp;x") && svg.contains("class=\"in\""));
        assert!(chart(&[], "t").svg.is_empty());
    }
}
