//! The waterfall: how a sum of bits comes about, one step a comparison. Not responsible for the table that says the
//! same in numbers.
//!
//! Invariant: every bar starts where the one before it ended.

use crate::{explain::words::shortened, model::Bits, svg::escape};
use std::fmt::Write;

/// One step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// How far, and which way.
    pub bits: Bits,
}

/// A scale from bits to units: the whole way of the steps, with zero on it.
struct Scale {
    low: f64,
    span: f64,
    width: f64,
}

impl Scale {
    fn new(prior: Bits, steps: &[Step], width: f64) -> Self {
        let (mut at, mut low, mut high) = (prior, 0.0_f64, 0.0_f64);
        low = low.min(at.get());
        high = high.max(at.get());
        for step in steps {
            at += step.bits;
            low = low.min(at.get());
            high = high.max(at.get());
        }
        Self { low, span: (high - low).max(1.0), width }
    }

    fn at(&self, bits: Bits) -> f64 {
        (bits.get() - self.low) / self.span * self.width
    }
}

fn class(bits: Bits) -> &'static str {
    match bits.hundredths().cmp(&0) {
        std::cmp::Ordering::Greater => "for",
        std::cmp::Ordering::Less => "against",
        std::cmp::Ordering::Equal => "neutral",
    }
}

/// One small drawing a step, for the last cell of its table row. The table says the numbers, so they are hidden from
/// screen readers.
#[must_use]
pub fn segments(prior: Bits, steps: &[Step]) -> Vec<String> {
    let scale = Scale::new(prior, steps, 160.0);
    let mut at = prior;
    let zero = scale.at(Bits::ZERO);
    steps
        .iter()
        .map(|step| {
            let from = scale.at(at);
            at += step.bits;
            let to = scale.at(at);
            format!(
                "<svg class=\"segment\" viewBox=\"-1 0 162 14\" aria-hidden=\"true\" focusable=\"false\">\
                 <path class=\"zero\" d=\"M{zero:.1} 0V14\"/>\
                 <rect class=\"{}\" x=\"{:.1}\" y=\"2\" width=\"{:.1}\" height=\"10\"/></svg>",
                class(step.bits),
                from.min(to),
                (to - from).abs().max(1.0),
            )
        })
        .collect()
}

/// The whole waterfall as a figure: where the pair starts, every labelled step, where it ends.
#[must_use]
pub fn figure(prior: Bits, steps: &[(String, Bits)], title: &str) -> String {
    const LEFT: f64 = 210.0;
    const WIDTH: f64 = 430.0;
    const ROW: f64 = 24.0;
    let plain: Vec<Step> = steps.iter().map(|(_, bits)| Step { bits: *bits }).collect();
    let scale = Scale::new(prior, &plain, WIDTH);
    #[expect(clippy::cast_precision_loss, reason = "a handful of rows")]
    let row = |i: usize| 8.0 + i as f64 * ROW;
    let height = row(steps.len() + 2) + 22.0;
    let mut out = format!(
        "<svg class=\"waterfall\" viewBox=\"0 0 720 {height}\" role=\"img\" aria-label=\"{}\">",
        escape(title)
    );
    let zero = LEFT + scale.at(Bits::ZERO);
    let floor = height - 18.0;
    let _ = write!(out, "<path class=\"zero\" d=\"M{zero:.1} 2V{floor}\"/>");
    let _ = write!(
        out,
        "<text class=\"axis\" x=\"{zero:.1}\" y=\"{:.1}\" text-anchor=\"middle\">even odds</text>",
        height - 4.0
    );
    let mut at = Bits::ZERO;
    let start = ("Before any evidence".to_owned(), prior);
    for (i, (label, bits)) in std::iter::once(&start).chain(steps).enumerate() {
        let from = scale.at(at);
        at += *bits;
        let kind = if i == 0 { "prior" } else { class(*bits) };
        bar(&mut out, row(i), label, from, scale.at(at), *bits, kind);
        let _ = write!(
            out,
            "<path class=\"join\" d=\"M{:.1} {:.1}v{:.1}\"/>",
            LEFT + scale.at(at),
            row(i) + 18.0,
            ROW - 14.0
        );
    }
    bar(
        &mut out,
        row(steps.len() + 1),
        "Together",
        scale.at(Bits::ZERO),
        scale.at(at),
        at,
        "total",
    );
    out.push_str("</svg>");

    fn bar(out: &mut String, y: f64, label: &str, from: f64, to: f64, bits: Bits, kind: &str) {
        let (x, width) = (LEFT + from.min(to), (to - from).abs().max(1.5));
        let _ = write!(
            out,
            "<g class=\"{kind}\"><text class=\"name\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>\
             <rect x=\"{x:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"14\"/>\
             <text class=\"bits\" x=\"{:.1}\" y=\"{:.1}\">{bits}</text></g>",
            LEFT - 10.0,
            y + 15.0,
            escape(&shortened(label, 32)),
            y + 4.0,
            LEFT + from.max(to) + 6.0,
            y + 15.0,
        );
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(svg: &str, name: &str) -> Vec<f64> {
        svg.split(&format!("{name}=\""))
            .skip(1)
            .filter_map(|rest| rest.split('"').next()?.parse().ok())
            .collect()
    }

    #[test]
    fn every_bar_starts_where_the_one_before_it_ended() {
        let steps = [10.0, -4.0, 2.0].map(|b| Step { bits: Bits::new(b) });
        let drawn = segments(Bits::ZERO, &steps);
        let ends: Vec<(f64, f64)> = drawn
            .iter()
            .map(|svg| {
                let x = numbers(svg, " x")[0];
                (x, x + numbers(svg, " width")[0])
            })
            .collect();
        assert_eq!(ends, [(0.0, 160.0), (96.0, 160.0), (96.0, 128.0)]);
    }

    #[test]
    fn a_figure_without_steps_or_with_hostile_labels_is_still_well_formed() {
        let empty = figure(Bits::ZERO, &[], "t");
        assert!(empty.starts_with("<svg") && empty.ends_with("</svg>"));
        let hostile = figure(Bits::ZERO, &[("<b>".into(), Bits::new(1.0))], "\"><x>");
        assert!(!hostile.contains("<b>") && !hostile.contains("<x>"));
    }
}
