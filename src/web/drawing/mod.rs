//! Drawings of networks: which node is which in URLs, what a drawing comes with, and the drawing of a ring. Not
//! responsible for how it looks (`svg::network`) nor for what an explorer opened (`explore`).
//!
//! Invariant: whatever is not drawn is counted and said.

mod ring;

pub use ring::of_ring;

use crate::{
    engine::View,
    explain::words::capital,
    graph::NodeIx,
    matching,
    model::{ApplicantId, Artefact, AttributeId, Moment, Ring},
    svg::network::{self, Edge, Line, Node, Shape},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    str::FromStr,
};

/// So many nodes are drawn at most: beyond it a drawing hides more than it shows.
pub const LIMIT: usize = 300;

/// A node, as URLs name it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum NodeId {
    /// A claimed identity.
    Applicant(ApplicantId),
    /// A value.
    Attribute(AttributeId),
    /// A near-equality in a ring: the name of the comparison and its number among those of that name.
    Near(String),
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Applicant(id) => f.write_str(id.as_str()),
            Self::Attribute(id) => f.write_str(id.as_str()),
            Self::Near(name) => write!(f, "near_{name}"),
        }
    }
}

/// A text that names no node.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("that is no id of a node")]
pub struct NotANode;

impl FromStr for NodeId {
    type Err = NotANode;
    fn from_str(text: &str) -> Result<Self, NotANode> {
        if let Ok(id) = text.parse() {
            return Ok(Self::Applicant(id));
        }
        if let Ok(id) = text.parse() {
            return Ok(Self::Attribute(id));
        }
        let name = text.strip_prefix("near_").ok_or(NotANode)?;
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if name.is_empty() || name.len() > 60 || !name.chars().all(plain) {
            return Err(NotANode);
        }
        Ok(Self::Near(name.to_owned()))
    }
}

impl NodeId {
    /// The name of a node of this view.
    pub fn of(view: &View, node: NodeIx) -> Self {
        match node {
            NodeIx::Applicant(ix) => Self::Applicant(view.network.applicant(ix).id.clone()),
            NodeIx::Attribute(ix) => Self::Attribute(view.network.corpus().attribute(ix).id()),
        }
    }

    /// The node of this view that has this name; none when it is no more, or stands for no single value.
    pub fn find(&self, view: &View) -> Option<NodeIx> {
        match self {
            Self::Applicant(id) => view.network.find(id).map(NodeIx::Applicant),
            Self::Attribute(id) => view.network.corpus().find_attribute(id).map(NodeIx::Attribute),
            Self::Near(_) => None,
        }
    }
}

/// The names of what a ring shares, in the order of its artefacts. O(artefacts).
pub fn names(view: &View, ring: &Ring) -> Vec<NodeId> {
    let mut numbers: BTreeMap<&'static str, usize> = BTreeMap::new();
    let name = |artefact: &Artefact| match artefact.attribute {
        Some(ix) => NodeId::Attribute(view.network.corpus().attribute(ix).id()),
        None => {
            let name = matching::feature(artefact.feature).name();
            let number = numbers.entry(name).or_default();
            *number += 1;
            NodeId::Near(format!("{name}_{}", *number - 1))
        }
    };
    ring.artefacts.iter().map(name).collect()
}

/// How somebody looks at a ring.
#[derive(Debug, Clone, Default)]
pub struct Sight {
    /// What is in the middle of attention; all but it and its neighbours are dimmed.
    pub focus: Option<NodeId>,
    /// Members that applied at this moment or later, if given.
    pub from: Option<Moment>,
    /// Members that applied at this moment or earlier, if given.
    pub to: Option<Moment>,
    /// Parameters of the page that its links keep.
    pub keep: Vec<(&'static str, String)>,
    /// The place on the page that the links of nodes lead to: `#evidence`; empty for its top.
    pub anchor: &'static str,
}

/// A drawing, and what goes with it.
#[derive(Debug, Clone, Default)]
pub struct Drawing {
    /// The SVG.
    pub svg: String,
    /// What was left out or drawn together, in words; empty when nothing was.
    pub hidden: String,
    /// The shapes in it and what they stand for.
    pub legend: Vec<(String, &'static str)>,
    /// Whether it has a dashed line.
    pub has_near: bool,
    /// Whether it has a weak bridge.
    pub has_bridge: bool,
    /// Where to explore from what is drawn; empty where that is this page.
    pub explore: String,
    /// `ring` or `explore`: what the script offers.
    pub mode: &'static str,
}

/// The legend of what is drawn.
pub fn legend(nodes: &[Node]) -> Vec<(String, &'static str)> {
    let shapes: BTreeSet<Shape> = nodes
        .iter()
        .map(|node| match node.shape {
            Shape::People => Shape::Person,
            Shape::Things(kind) => Shape::Thing(kind),
            other => other,
        })
        .collect();
    shapes.into_iter().map(|shape| (network::icon(shape), shape.word())).collect()
}

/// Whether any line is of this sort.
pub fn has(edges: &[Edge], line: Line) -> bool {
    edges.iter().any(|e| e.line == line)
}

/// What was left out, as one sentence; empty for nothing.
pub fn said(hidden: &[String]) -> String {
    if hidden.is_empty() {
        return String::new();
    }
    format!("{}; the tables have all of them.", capital(&hidden.join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_nodes_lead_back_to_them_and_nothing_else_is_one() {
        for id in [
            NodeId::Applicant(ApplicantId::derive("x")),
            NodeId::Attribute(AttributeId::derive("x")),
            NodeId::Near("resume_text_0".into()),
        ] {
            assert_eq!(id.to_string().parse(), Ok(id));
        }
        for bad in ["", "near_", "near_<b>", "apt_", "ring_zzzzzzzzzzzz", &"near_x".repeat(50)] {
            assert_eq!(bad.parse::<NodeId>(), Err(NotANode), "{bad}");
        }
    }
}
