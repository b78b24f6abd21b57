//! Whether a drawing of a kept report may be shown as it is: files beside the journal can have been changed by anybody. Not
//! responsible for making drawings (`svg`).
//!
//! Invariant: what is let through has only known elements and attributes, so that it runs nothing and asks for nothing.

/// Elements that drawings have.
const ELEMENTS: &[&str] = &[
    "svg", "g", "path", "rect", "circle", "ellipse", "line", "polygon", "polyline", "text",
    "tspan", "title", "desc",
];

/// Attributes that drawings have.
const ATTRIBUTES: &[&str] = &[
    "class",
    "viewBox",
    "role",
    "aria-label",
    "aria-hidden",
    "aria-labelledby",
    "focusable",
    "xmlns",
    "width",
    "height",
    "x",
    "y",
    "dx",
    "dy",
    "x1",
    "x2",
    "y1",
    "y2",
    "cx",
    "cy",
    "r",
    "rx",
    "ry",
    "d",
    "points",
    "transform",
    "text-anchor",
    "dominant-baseline",
    "pathLength",
    "preserveAspectRatio",
];

/// A longer one is no drawing of a report.
const LONGEST: usize = 2 << 20;

/// The drawing; empty where it has anything that drawings do not have. O(length).
#[must_use]
pub fn harmless(svg: &str) -> &str {
    let is_one = svg.starts_with("<svg") && svg.ends_with("</svg>") && svg.len() <= LONGEST;
    if is_one && tags_are_known(svg) { svg } else { "" }
}

fn tags_are_known(svg: &str) -> bool {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = svg;
    let mut has_ended = false;
    while let Some(at) = rest.find('<') {
        let (text, tail) = rest.split_at(at);
        // Text and tags after the end would be the page's.
        if text.contains('>') || has_ended {
            return false;
        }
        let Some(end) = tail.find('>') else { return false };
        let tag = tail.get(1..end).unwrap_or_default();
        rest = tail.get(end + 1..).unwrap_or_default();
        if let Some(name) = tag.strip_prefix('/') {
            if open.pop() != Some(name.trim_end()) {
                return false;
            }
            has_ended = open.is_empty();
            continue;
        }
        let (tag, is_empty) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
        let (name, attributes) = tag.split_once([' ', '\n']).unwrap_or((tag, ""));
        if !ELEMENTS.contains(&name) || !attributes_are_known(attributes) {
            return false;
        }
        if !is_empty {
            open.push(name);
        }
    }
    has_ended && rest.is_empty()
}

fn attributes_are_known(mut rest: &str) -> bool {
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return true;
        }
        let Some((name, tail)) = rest.split_once("=\"") else { return false };
        let Some((value, tail)) = tail.split_once('"') else { return false };
        let is_fine = match name {
            "xmlns" => value == "http://www.w3.org/2000/svg",
            _ => ATTRIBUTES.contains(&name) && !value.contains('<'),
        };
        if !is_fine {
            return false;
        }
        rest = tail;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        explain::day::DAY,
        model::Moment,
        svg::{flow, heat, interval, series, sizes, states, timeline},
    };

    #[test]
    fn every_drawing_that_reports_have_is_let_through() {
        let moments: Vec<Moment> = (1..40).map(|n| Moment(n * DAY / 3 + 60)).collect();
        let place = states::Place { state: "OH".into(), use_: states::Use::Delivery };
        let step = series::Step {
            name: "2026-09-07".into(),
            short: "Sep 7".into(),
            all: 9,
            linked: 3,
            is_over: false,
        };
        let stream = flow::Stream { from: Some("<a>&".into()), to: Some("rg_2".into()), n: 4 };
        for svg in [
            heat::chart(&moments).svg,
            timeline::chart(&moments, "a < b").svg,
            states::chart(&[place]).svg,
            series::chart(&[step]).svg,
            sizes::chart(&[3], &[3, 4]).svg,
            flow::chart(&[stream], "then", "now").svg,
            interval::figure(0.1, 0.2, 0.3),
        ] {
            assert!(!svg.is_empty());
            assert_eq!(harmless(&svg), svg);
        }
    }

    #[test]
    fn what_runs_asks_or_leaves_its_place_is_not() {
        for bad in [
            "",
            "<p></p>",
            "<svg></svg><script>x</script><svg></svg>",
            "<svg><script>x</script></svg>",
            "<svg onload=\"x\"></svg>",
            "<svg><a href=\"javascript:x\"></a></svg>",
            "<svg><image href=\"https://example.com/x.png\"/></svg>",
            "<svg><style>*{fill:url(https://example.com/)}</style></svg>",
            "<svg><g style=\"fill:url(x)\"></g></svg>",
            "<svg><foreignObject></foreignObject></svg>",
            "<svg><g></svg>",
            "<svg><text>a > b</text></svg>",
            "<svg><title><!-- --></title></svg>",
            "<svg class=x></svg>",
            "<svg class='x'></svg>",
            "<svg><![CDATA[<script>]]></svg>",
            "<svg></svg></svg>",
            "<svg xmlns=\"x\"></svg>",
        ] {
            assert_eq!(harmless(bad), "", "{bad}");
        }
    }
}
