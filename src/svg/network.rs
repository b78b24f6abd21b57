//! The network drawn: people as circles, shared things in the shape of their kind, lines between them. Not
//! responsible for what is drawn (`web::drawing`, `web::explore`).
//!
//! Every node and line also carries what a script needs to draw the same (`data-` attributes), so that the drawing
//! is sent once.
//!
//! Invariant: every node is a link; solid lines are equal values, dashed ones nearly equal; a place is where the
//! shape stands, whatever its label.

pub use crate::svg::kinds::{Shape, icon};
use crate::{
    explain::words::shortened,
    graph::{LayoutOptions, NodeBox, Point, Spring, layout},
    model::Bits,
    svg::escape,
};
use std::fmt::Write;

/// What sets a node apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mark {
    /// The ring falls apart without it.
    pub is_cut: bool,
    /// It is selected, or what the page is about at the moment.
    pub is_selected: bool,
    /// Something else is looked at.
    pub is_dim: bool,
}

/// A node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Its name in URLs and for scripts; no two of a drawing have the same.
    pub id: String,
    /// What it stands for.
    pub shape: Shape,
    /// The words below it.
    pub label: String,
    /// The words shown when pointed at.
    pub hint: String,
    /// Where it leads.
    pub href: String,
    /// What sets it apart.
    pub mark: Mark,
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Line {
    /// Equal values.
    Exact,
    /// Nearly equal.
    Near,
    /// A weak bridge between two parts.
    Bridge,
}

impl Line {
    /// The class of the style sheet.
    pub fn class(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Near => "near",
            Self::Bridge => "bridge",
        }
    }
}

/// Above this many nodes there are no labels, only hints.
pub const LABELLED: usize = 120;
/// Characters of a label.
const LETTERS: usize = 22;
/// Radius of a node.
pub(super) const R: f64 = 11.0;
/// Free room between two nodes, labels included.
const GAP: f64 = 10.0;
/// How far the middle of a shape is above the middle of its room, which has the label below it.
pub const LIFT: f64 = 8.0;

/// How wide a line of this worth is, in units of the drawing.
pub fn width(bits: Bits) -> f64 {
    (0.8 + bits.get().max(0.0) / 7.0).min(4.5)
}

/// The room a node needs with its label; the shape stands `LIFT` above the middle of it.
pub fn room(node: &Node) -> NodeBox {
    #[expect(clippy::cast_precision_loss, reason = "labels are short")]
    let wide = shortened(&node.label, LETTERS).chars().count() as f64 * 6.0 + 6.0;
    NodeBox { width: wide.max(2.0 * R + 8.0), height: 2.0 * R + 20.0 }
}

/// What holds two nodes of a drawing together.
pub fn springs(edges: &[Edge]) -> Vec<Spring> {
    let spring = |e: &Edge| {
        // A weak bridge is long, so that both sides of it can be seen.
        let weight = match e.line {
            Line::Bridge => 0.25,
            _ => 0.6 + (e.bits.get() / 16.0).clamp(0.0, 1.2),
        };
        Spring { a: e.a, b: e.b, weight }
    };
    edges.iter().map(spring).collect()
}

/// How a drawing of this seed is laid out.
pub fn options(seed: u64) -> LayoutOptions {
    LayoutOptions { seed, gap: GAP, wrap: 1_000.0, lift: LIFT, ..LayoutOptions::default() }
}

/// Places for a drawing that stands alone.
pub fn placed(nodes: &[Node], edges: &[Edge], seed: u64) -> Vec<Point> {
    if nodes.len() > LABELLED {
        let side = 2.0 * R + 8.0;
        let boxes = vec![NodeBox { width: side, height: side }; nodes.len()];
        return layout(&boxes, &springs(edges), &options(seed)).places;
    }
    let boxes: Vec<NodeBox> = nodes.iter().map(room).collect();
    let done = layout(&boxes, &springs(edges), &options(seed));
    done.places.into_iter().map(|place| Point { x: place.x, y: place.y - LIFT }).collect()
}

/// The drawing as SVG. It is a group and not an image for screen readers, because its nodes are links. Nodes without
/// a place are left out.
#[must_use]
pub fn figure(
    nodes: &[Node],
    edges: &[Edge],
    places: &[Point],
    title: &str,
    about: &str,
) -> String {
    let labelled = nodes.len() <= LABELLED;
    let (left, top, width, height) = frame(nodes, places, labelled);
    let mut out = format!(
        "<svg class=\"network\" viewBox=\"{left:.0} {top:.0} {width:.0} {height:.0}\" width=\"{width:.0}\" \
         role=\"group\" aria-labelledby=\"net-title net-desc\"><title id=\"net-title\">{}</title>\
         <desc id=\"net-desc\">{}</desc><g class=\"edges\" aria-hidden=\"true\">",
        escape(title),
        escape(about)
    );
    // Weak lines first, so that strong ones lie over them, and a bridge over all.
    let mut order: Vec<&Edge> = edges.iter().collect();
    order.sort_by_key(|e| (e.line == Line::Bridge, e.bits, e.a, e.b));
    for e in order {
        line(&mut out, e, nodes, places);
    }
    out.push_str("</g><g class=\"nodes\">");
    for (node, place) in nodes.iter().zip(places) {
        draw(&mut out, node, (place.x, place.y), labelled);
    }
    out.push_str("</g></svg>");
    out
}

/// What has to be seen: left, top, width and height.
fn frame(nodes: &[Node], places: &[Point], labelled: bool) -> (f64, f64, f64, f64) {
    let (mut left, mut top) = (f64::INFINITY, f64::INFINITY);
    let (mut right, mut bottom) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
    for (node, p) in nodes.iter().zip(places) {
        let (side, below) =
            if labelled { (room(node).width / 2.0, R + 18.0) } else { (R + 10.0, R + 10.0) };
        left = left.min(p.x - side);
        right = right.max(p.x + side);
        top = top.min(p.y - R - 4.0);
        bottom = bottom.max(p.y + below);
    }
    if left > right {
        (left, right, top, bottom) = (0.0, 0.0, 0.0, 0.0);
    }
    // A few nodes are not blown up to the width of the page.
    let (wide, high) = (right - left + 24.0, bottom - top + 24.0);
    let (more_x, more_y) = ((560.0 - wide).max(0.0), (200.0 - high).max(0.0));
    (
        (left - 12.0 - more_x / 2.0).floor(),
        (top - 12.0 - more_y / 2.0).floor(),
        (wide + more_x).ceil(),
        (high + more_y).ceil(),
    )
}

fn line(out: &mut String, e: &Edge, nodes: &[Node], places: &[Point]) {
    let (Some(p), Some(q)) = (places.get(e.a), places.get(e.b)) else { return };
    let (Some(a), Some(b)) = (nodes.get(e.a), nodes.get(e.b)) else { return };
    let dim = if a.mark.is_dim || b.mark.is_dim { " dim" } else { "" };
    let _ = write!(
        out,
        "<path class=\"{}{dim}\" data-a=\"{}\" data-b=\"{}\" stroke-width=\"{:.1}\" \
         d=\"M{:.1} {:.1}L{:.1} {:.1}\"/>",
        e.line.class(),
        escape(&a.id),
        escape(&b.id),
        width(e.bits),
        p.x,
        p.y,
        q.x,
        q.y
    );
}

fn draw(out: &mut String, node: &Node, (x, y): (f64, f64), labelled: bool) {
    let Node { id, shape, label, hint, href, mark } = node;
    let flag = |is: bool, class: &'static str| if is { class } else { "" };
    let _ = write!(
        out,
        "<a href=\"{}\" rel=\"nofollow\" class=\"{}{}{}{}\" data-id=\"{}\" data-x=\"{x:.1}\" data-y=\"{y:.1}\" \
         data-shape=\"{}\"{}><title>{}</title>",
        escape(href),
        shape.class(),
        flag(mark.is_cut, " cut"),
        flag(mark.is_selected, " selected"),
        flag(mark.is_dim, " dim"),
        escape(id),
        shape.outline(),
        flag(mark.is_selected, " aria-current=\"true\""),
        escape(hint)
    );
    if mark.is_cut || mark.is_selected {
        let r = R + if mark.is_selected { 5.5 } else { 4.0 };
        let _ = write!(out, "<circle class=\"halo\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{r}\"/>");
    }
    shape.draw(out, (x, y));
    let short = shortened(label, LETTERS);
    let words = match (labelled, shape.is_several()) {
        (true, _) => short.as_str(),
        // The number alone of several drawn as one.
        (false, true) => short.split(' ').next().unwrap_or_default(),
        (false, false) => "",
    };
    if !words.is_empty() {
        let _ = write!(
            out,
            "<text class=\"label\" x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            y + R + 12.0,
            escape(words)
        );
    }
    out.push_str("</a>");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::AttributeKind;

    fn node(shape: Shape, label: &str) -> Node {
        Node {
            id: format!("id {label}"),
            shape,
            label: label.into(),
            hint: label.into(),
            href: "/x".into(),
            mark: Mark::default(),
        }
    }

    fn drawn(nodes: &[Node], edges: &[Edge]) -> String {
        figure(nodes, edges, &placed(nodes, edges, 1), "<i>", "&")
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
            Edge { a: 0, b: 9, bits: Bits::new(2.0), line: Line::Near },
        ];
        let svg = drawn(&nodes, &edges);
        assert_eq!(svg.matches("<a href=\"/x\"").count(), 3);
        assert_eq!(svg.matches("class=\"exact\"").count(), 1);
        assert_eq!(svg.matches("class=\"near\"").count(), 1);
        assert_eq!(svg, drawn(&nodes, &edges), "drawn the same each time");
        assert!(drawn(&[], &[]).contains("viewBox=\"-280 -100 560 200\""), "{}", drawn(&[], &[]));
    }

    #[test]
    fn hostile_names_stay_text() {
        let svg = drawn(&[node(Shape::Person, "<script>x\"")], &[]);
        assert!(!svg.contains("<script") && !svg.contains("<i>"));
    }

    #[test]
    fn what_is_selected_is_told_without_colour() {
        let mut chosen = node(Shape::Person, "Ann");
        chosen.mark.is_selected = true;
        let svg = drawn(&[chosen, node(Shape::Person, "Ben")], &[]);
        assert_eq!(svg.matches("aria-current=\"true\"").count(), 1);
        assert_eq!(svg.matches("class=\"halo\"").count(), 1);
    }
}
