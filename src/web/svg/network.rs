//! The network drawn: people as circles, shared things in the shape of their kind, lines between them. Not
//! responsible for what is drawn (`web::drawing`).
//!
//! Invariant: kind is told by shape and letter, not by colour alone; every node is a link; solid lines are equal
//! values, dashed ones nearly equal.

use crate::{
    graph::{LayoutOptions, NodeBox, Point, Spring, layout},
    model::{AttributeKind, Bits},
    web::{svg::escape, text::shortened},
};
use std::fmt::Write;

/// What a node stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A claimed identity.
    Person,
    /// Several, drawn as one.
    People,
    /// A value of this kind.
    Thing(AttributeKind),
    /// A near-equality without a single value.
    Near,
}

/// A node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// What it stands for.
    pub shape: Shape,
    /// The words below it.
    pub label: String,
    /// The words shown when pointed at.
    pub hint: String,
    /// Where it leads.
    pub href: String,
    /// Whether the ring falls apart without it.
    pub is_cut: bool,
}

/// A line between two nodes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// Position of one node.
    pub a: usize,
    /// Position of the other.
    pub b: usize,
    /// What it is worth.
    pub bits: Bits,
    /// Which line.
    pub line: Line,
}

/// How a line is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// Equal values.
    Exact,
    /// Nearly equal.
    Near,
    /// A weak bridge between two parts.
    Bridge,
}

/// Above this many nodes there are no labels, only hints.
const LABELLED: usize = 90;
/// Radius of a node.
const R: f64 = 11.0;

/// The drawing as SVG. It is a group and not an image for screen readers, because its nodes are links.
#[must_use]
pub fn figure(nodes: &[Node], edges: &[Edge], title: &str, about: &str, seed: u64) -> String {
    let labelled = nodes.len() <= LABELLED;
    let boxes: Vec<NodeBox> = nodes.iter().map(|n| room(n, labelled)).collect();
    let springs: Vec<Spring> = edges
        .iter()
        .map(|e| Spring { a: e.a, b: e.b, weight: 0.6 + (e.bits.get() / 16.0).clamp(0.0, 1.2) })
        .collect();
    let options = LayoutOptions { seed, gap: 9.0, wrap: 1_000.0, ..LayoutOptions::default() };
    let done = layout(&boxes, &springs, &options);
    let (width, height) = ((done.width + 24.0).max(320.0), done.height + 24.0);
    let shift = ((width - done.width) / 2.0, 12.0);
    let place = |i: usize| {
        let p: Point = done.places[i];
        // The circle sits at the top of its box, the label below.
        (p.x + shift.0, p.y + shift.1 - boxes[i].height / 2.0 + R + 2.0)
    };
    let mut out = format!(
        "<svg class=\"network\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" role=\"group\" \
         aria-labelledby=\"net-title net-desc\"><title id=\"net-title\">{}</title>\
         <desc id=\"net-desc\">{}</desc><g class=\"edges\" aria-hidden=\"true\">",
        escape(title),
        escape(about)
    );
    for e in edges {
        let ((x1, y1), (x2, y2)) = (place(e.a), place(e.b));
        let line = match e.line {
            Line::Exact => "exact",
            Line::Near => "near",
            Line::Bridge => "bridge",
        };
        let wide = (0.8 + e.bits.get().max(0.0) / 7.0).min(4.5);
        let _ = write!(
            out,
            "<path class=\"{line}\" stroke-width=\"{wide:.1}\" d=\"M{x1:.0} {y1:.0}L{x2:.0} {y2:.0}\"/>"
        );
    }
    out.push_str("</g><g class=\"nodes\">");
    for (i, node) in nodes.iter().enumerate() {
        draw(&mut out, node, place(i), labelled);
    }
    out.push_str("</g></svg>");
    out
}

fn room(node: &Node, labelled: bool) -> NodeBox {
    if !labelled {
        // Several drawn as one are wider, and have their number below.
        let more = if node.shape == Shape::People { 9.0 } else { 0.0 };
        return NodeBox { width: 2.0 * R + 4.0 + more, height: 2.0 * R + 4.0 + more };
    }
    #[expect(clippy::cast_precision_loss, reason = "labels are short")]
    let wide = shortened(&node.label, 22).chars().count() as f64 * 5.9 + 4.0;
    NodeBox { width: wide.max(2.0 * R + 4.0), height: 2.0 * R + 19.0 }
}

fn draw(out: &mut String, node: &Node, (x, y): (f64, f64), labelled: bool) {
    let (class, letter) = match node.shape {
        Shape::Person => ("person", ""),
        Shape::People => ("person many", ""),
        Shape::Thing(kind) => (kind_class(kind), letter(kind)),
        Shape::Near => ("thing near", "≈"),
    };
    let cut = if node.is_cut { " cut" } else { "" };
    let _ = write!(
        out,
        "<a href=\"{}\" class=\"{class}{cut}\"><title>{}</title>",
        escape(&node.href),
        escape(&node.hint)
    );
    if node.is_cut {
        let _ =
            write!(out, "<circle class=\"halo\" cx=\"{x:.0}\" cy=\"{y:.0}\" r=\"{}\"/>", R + 4.0);
    }
    match node.shape {
        Shape::Person => person(out, x, y),
        Shape::People => {
            let _ = write!(out, "<circle cx=\"{:.0}\" cy=\"{y:.0}\" r=\"{R}\"/>", x + 5.0);
            person(out, x - 2.0, y);
            if !labelled {
                let n = node.label.split(' ').next().unwrap_or_default();
                let _ = write!(
                    out,
                    "<text class=\"label\" x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"middle\">{}</text>",
                    x,
                    y + R + 9.0,
                    escape(n)
                );
            }
        }
        Shape::Near => {
            let _ = write!(out, "<circle cx=\"{x:.0}\" cy=\"{y:.0}\" r=\"{R}\"/>");
        }
        Shape::Thing(kind) => {
            let points: Vec<String> = outline(kind)
                .iter()
                .map(|(dx, dy)| format!("{:.0},{:.0}", x + dx * R, y + dy * R))
                .collect();
            let _ = write!(out, "<polygon points=\"{}\"/>", points.join(" "));
        }
    }
    if !letter.is_empty() {
        let _ = write!(
            out,
            "<text class=\"letter\" x=\"{x:.0}\" y=\"{:.0}\" text-anchor=\"middle\">{letter}</text>",
            y + 4.0
        );
    }
    if labelled {
        let _ = write!(
            out,
            "<text class=\"label\" x=\"{x:.0}\" y=\"{:.0}\" text-anchor=\"middle\">{}</text>",
            y + R + 12.0,
            escape(&shortened(&node.label, 22))
        );
    }
    out.push_str("</a>");
}

fn person(out: &mut String, x: f64, y: f64) {
    let _ = write!(
        out,
        "<circle cx=\"{x:.0}\" cy=\"{y:.0}\" r=\"{R}\"/>\
         <path class=\"bust\" d=\"M{:.0} {:.0}a5 5 0 0 1 10 0zm2-8a3 3 0 1 0 6 0 3 3 0 1 0-6 0\"/>",
        x - 5.0,
        y + 6.0
    );
}

/// The outline of a kind, in radii around the middle.
fn outline(kind: AttributeKind) -> &'static [(f64, f64)] {
    const SQUARE: &[(f64, f64)] = &[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)];
    const WIDE: &[(f64, f64)] = &[(-1.1, -0.75), (1.1, -0.75), (1.1, 0.75), (-1.1, 0.75)];
    const HOUSE: &[(f64, f64)] = &[(0.0, -1.1), (1.0, -0.2), (0.8, 1.0), (-0.8, 1.0), (-1.0, -0.2)];
    const TRIANGLE: &[(f64, f64)] = &[(0.0, -1.1), (1.15, 0.9), (-1.15, 0.9)];
    const HEXAGON: &[(f64, f64)] =
        &[(-0.55, -1.0), (0.55, -1.0), (1.1, 0.0), (0.55, 1.0), (-0.55, 1.0), (-1.1, 0.0)];
    const DIAMOND: &[(f64, f64)] = &[(0.0, -1.15), (1.15, 0.0), (0.0, 1.15), (-1.15, 0.0)];
    const PAGE: &[(f64, f64)] =
        &[(-0.8, -1.05), (0.35, -1.05), (0.8, -0.6), (0.8, 1.05), (-0.8, 1.05)];
    const OCTAGON: &[(f64, f64)] = &[
        (-0.45, -1.05),
        (0.45, -1.05),
        (1.05, -0.45),
        (1.05, 0.45),
        (0.45, 1.05),
        (-0.45, 1.05),
        (-1.05, 0.45),
        (-1.05, -0.45),
    ];
    const TRAPEZOID: &[(f64, f64)] = &[(-0.7, -0.85), (0.7, -0.85), (1.1, 0.85), (-1.1, 0.85)];
    match kind {
        AttributeKind::Phone => TRIANGLE,
        AttributeKind::Email => WIDE,
        AttributeKind::Address => HOUSE,
        AttributeKind::Institution | AttributeKind::Employer => TRAPEZOID,
        AttributeKind::Profile | AttributeKind::Photo => SQUARE,
        AttributeKind::Ip => OCTAGON,
        AttributeKind::Device => HEXAGON,
        AttributeKind::Document => PAGE,
        AttributeKind::Referee => SQUARE,
        AttributeKind::PaymentAccount | AttributeKind::GovernmentId => DIAMOND,
    }
}

/// The letter inside a shape.
fn letter(kind: AttributeKind) -> &'static str {
    match kind {
        AttributeKind::Phone => "P",
        AttributeKind::Email => "@",
        AttributeKind::Address => "A",
        AttributeKind::Institution => "S",
        AttributeKind::Employer => "E",
        AttributeKind::Profile => "W",
        AttributeKind::Ip => "IP",
        AttributeKind::Device => "D",
        AttributeKind::Document => "F",
        AttributeKind::Photo => "Ph",
        AttributeKind::Referee => "R",
        AttributeKind::PaymentAccount => "$",
        AttributeKind::GovernmentId => "ID",
    }
}

/// The classes of a kind: five colours, since more cannot be told apart.
fn kind_class(kind: AttributeKind) -> &'static str {
    match kind {
        AttributeKind::Phone | AttributeKind::Email | AttributeKind::Referee => "thing contact",
        AttributeKind::Address => "thing address",
        AttributeKind::Ip | AttributeKind::Device => "thing device",
        AttributeKind::Document | AttributeKind::Photo => "thing document",
        AttributeKind::PaymentAccount | AttributeKind::GovernmentId => "thing payment",
        AttributeKind::Institution | AttributeKind::Employer | AttributeKind::Profile => {
            "thing history"
        }
    }
}

/// One shape with its letter, for a legend or a table cell.
#[must_use]
pub fn icon(shape: Shape) -> String {
    let node = Node {
        shape,
        label: String::new(),
        hint: String::new(),
        href: String::new(),
        is_cut: false,
    };
    let mut out = String::new();
    draw(&mut out, &node, (14.0, 14.0), false);
    // The same drawing without the link around it.
    let class = out.split("class=\"").nth(1).and_then(|c| c.split('"').next()).unwrap_or_default();
    let inner = out
        .split_once("</title>")
        .and_then(|(_, rest)| rest.strip_suffix("</a>"))
        .unwrap_or_default();
    format!(
        "<svg class=\"icon\" viewBox=\"0 0 28 28\" aria-hidden=\"true\" focusable=\"false\">\
         <g class=\"{class}\">{inner}</g></svg>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(shape: Shape, label: &str) -> Node {
        Node { shape, label: label.into(), hint: label.into(), href: "/x".into(), is_cut: false }
    }

    #[test]
    fn every_node_is_a_link_and_every_edge_a_line_of_its_kind() {
        let nodes = [
            node(Shape::Person, "Ann"),
            node(Shape::Thing(AttributeKind::Phone), "+1"),
            node(Shape::Near, "text"),
        ];
        let edges = [
            Edge { a: 0, b: 1, bits: Bits::new(9.0), line: Line::Exact },
            Edge { a: 0, b: 2, bits: Bits::new(2.0), line: Line::Near },
        ];
        let svg = figure(&nodes, &edges, "t", "d", 1);
        assert_eq!(svg.matches("<a href=\"/x\"").count(), 3);
        assert_eq!(svg.matches("class=\"exact\"").count(), 1);
        assert_eq!(svg.matches("class=\"near\"").count(), 1);
        assert_eq!(svg, figure(&nodes, &edges, "t", "d", 1), "drawn the same each time");
    }

    #[test]
    fn hostile_names_stay_text() {
        let svg = figure(&[node(Shape::Person, "<script>x\"")], &[], "<i>", "&", 1);
        assert!(!svg.contains("<script") && !svg.contains("<i>"));
    }

    #[test]
    fn kinds_are_told_apart_by_outline_or_letter() {
        let mut seen = std::collections::BTreeSet::new();
        for &kind in AttributeKind::ALL {
            assert!(seen.insert(letter(kind)), "{kind}");
            assert!(icon(Shape::Thing(kind)).contains("polygon"));
        }
    }
}
