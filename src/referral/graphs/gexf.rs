//! `graph.gexf`: the network as GEXF, for Gephi: with colors, sizes, a first layout, and the days on which nodes and edges
//! begin and end, for its timeline. Not responsible for what is in the network.
//!
//! Reference: GEXF 1.2draft, which older and newer readers know alike; 1.3 is not read by all of them. Days rather than
//! times, because readers disagree on the name of the format of times; the times are values of nodes and edges.
//!
//! Invariant: the marking is in the description and a comment in front; a node or edge without days is always there.

use crate::referral::{
    Dossier, PackageFile, Part, ReferralError,
    graphs::{
        network::{EDGE_FIELDS, Edge, EdgeKind, Field, NODE_FIELDS, Network, Node, NodeKind, Sort},
        xml::Xml,
    },
};
use std::f64::consts::TAU;

/// The network as GEXF.
#[derive(Debug)]
pub struct Gexf;

impl Part for Gexf {
    fn name(&self) -> &'static str {
        "gexf"
    }

    fn about(&self) -> &'static str {
        "the same network for Gephi, with colors, a layout and a timeline; networkx reads it too"
    }

    fn files(&self, dossier: &Dossier) -> Result<Vec<PackageFile>, ReferralError> {
        let Some(network) = Network::of(dossier) else { return Ok(Vec::new()) };
        let bytes = written(&network, dossier);
        Ok(vec![PackageFile::new("graph.gexf", self.about(), "application/gexf+xml", bytes)])
    }
}

fn written(network: &Network, dossier: &Dossier) -> Vec<u8> {
    let heading = &dossier.heading;
    let mut xml = Xml::new(heading.tlp.label());
    xml.open(
        "gexf",
        &[
            ("xmlns", "http://www.gexf.net/1.2draft"),
            ("xmlns:viz", "http://www.gexf.net/1.2draft/viz"),
            ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
            (
                "xsi:schemaLocation",
                "http://www.gexf.net/1.2draft http://www.gexf.net/1.2draft/gexf.xsd",
            ),
            ("version", "1.2"),
        ],
    );
    xml.open("meta", &[("lastmodifieddate", &heading.at.day())]);
    xml.text("creator", &[], &format!("Ringer {}", heading.version));
    xml.text("keywords", &[], heading.tlp.label());
    let about: Vec<String> =
        network.about.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    xml.text("description", &[], &about.join("; "));
    xml.close();
    xml.open(
        "graph",
        &[("mode", "dynamic"), ("defaultedgetype", "undirected"), ("timeformat", "date")],
    );
    for (owner, fields) in [("node", NODE_FIELDS), ("edge", EDGE_FIELDS)] {
        xml.open("attributes", &[("class", owner), ("mode", "static")]);
        for (name, sort) in fields {
            xml.leaf("attribute", &[("id", name), ("title", name), ("type", attr_type(*sort))]);
        }
        xml.close();
    }
    xml.open("nodes", &[("count", &network.nodes.len().to_string())]);
    let identities = dossier.identities.len();
    for (at, node) in network.nodes.iter().enumerate() {
        let place = match node.kind {
            NodeKind::Identity => on_circle(at, identities, 600.0),
            NodeKind::Thing(_) => {
                on_circle(at - identities, network.nodes.len() - identities, 250.0)
            }
        };
        write_node(&mut xml, node, place);
    }
    xml.close();
    xml.open("edges", &[("count", &network.edges.len().to_string())]);
    for edge in &network.edges {
        let ends = network.nodes.get(edge.from).zip(network.nodes.get(edge.to));
        if let Some((from, to)) = ends {
            write_edge(&mut xml, edge, from, to);
        }
    }
    xml.into_bytes()
}

fn write_node(xml: &mut Xml, node: &Node, (x, y): (i32, i32)) {
    let days = days(node.first.map(|at| at.day()), node.last.map(|at| at.day()));
    let mut attributes = vec![("id", &*node.id), ("label", &*node.label)];
    attributes.extend(days.iter().map(|(name, day)| (*name, &**day)));
    xml.open("node", &attributes);
    values(xml, &node.values, NODE_FIELDS);
    // Told apart by size and form too, not by color alone.
    let (size, shape, [r, g, b]) = match node.kind {
        NodeKind::Identity => ("20.0", "disc", ["31", "95", "153"]),
        NodeKind::Thing(_) => ("10.0", "square", ["196", "98", "16"]),
    };
    xml.leaf("viz:size", &[("value", size)]);
    xml.leaf("viz:position", &[("x", &format!("{x}.0")), ("y", &format!("{y}.0")), ("z", "0.0")]);
    xml.leaf("viz:color", &[("r", r), ("g", g), ("b", b)]);
    xml.leaf("viz:shape", &[("value", shape)]);
    xml.close();
}

fn write_edge(xml: &mut Xml, edge: &Edge, from: &Node, to: &Node) {
    let days = days(edge.first.map(|at| at.day()), edge.last.map(|at| at.day()));
    let weight = edge.weight();
    let mut attributes = vec![
        ("id", &*edge.id),
        ("source", &*from.id),
        ("target", &*to.id),
        ("type", "undirected"),
        ("label", &*edge.label),
        ("weight", &*weight),
    ];
    attributes.extend(days.iter().map(|(name, day)| (*name, &**day)));
    xml.open("edge", &attributes);
    values(xml, &edge.values, EDGE_FIELDS);
    let shape = match edge.kind {
        EdgeKind::Uses => "solid",
        EdgeKind::Linked { binds: true } => "dashed",
        EdgeKind::Linked { binds: false } => "dotted",
    };
    xml.leaf("viz:shape", &[("value", shape)]);
    xml.close();
}

fn values(xml: &mut Xml, values: &[(&'static str, String)], fields: &[Field]) {
    xml.open("attvalues", &[]);
    // In the order of the list, whichever order they were said in.
    for (field, _) in fields {
        if let Some((name, value)) = values.iter().find(|(name, _)| name == field) {
            xml.leaf("attvalue", &[("for", name), ("value", value)]);
        }
    }
    xml.close();
}

fn days(first: Option<String>, last: Option<String>) -> Vec<(&'static str, String)> {
    let start = first.map(|day| ("start", day));
    start.into_iter().chain(last.map(|day| ("end", day))).collect()
}

/// A place on a circle, in whole steps, so that every machine writes the same.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "few nodes, on a circle of at most 600"
)]
fn on_circle(at: usize, of: usize, radius: f64) -> (i32, i32) {
    let angle = TAU * at as f64 / of.max(1) as f64;
    ((radius * angle.cos()).round() as i32, (radius * angle.sin()).round() as i32)
}

fn attr_type(sort: Sort) -> &'static str {
    match sort {
        Sort::Text => "string",
        Sort::Real => "double",
        Sort::Whole => "integer",
        Sort::Flag => "boolean",
    }
}
