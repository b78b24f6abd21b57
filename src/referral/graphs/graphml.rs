//! `graph.graphml`: the network as GraphML, which networkx, igraph, yEd, Gephi and Cytoscape load. Not responsible for what
//! is in the network.
//!
//! Reference: GraphML 1.0, with `attr.name` and `attr.type`.
//!
//! Invariant: every value has a key that says its type; the marking is a value of the graph and a comment in front.

use crate::referral::{
    Dossier, PackageFile, Part, ReferralError,
    graphs::{
        network::{EDGE_FIELDS, Field, NODE_FIELDS, Network, Sort},
        xml::Xml,
    },
};

/// The network as GraphML.
#[derive(Debug)]
pub struct GraphMl;

/// What the form has besides the network's own: names for people, and weights for programs that draw.
const LABEL: Field = ("label", Sort::Text);
const WEIGHT: Field = ("weight", Sort::Real);

impl Part for GraphMl {
    fn name(&self) -> &'static str {
        "graphml"
    }

    fn about(&self) -> &'static str {
        "the network of claimed identities and shared things, for networkx, igraph, yEd and Cytoscape"
    }

    fn files(&self, dossier: &Dossier) -> Result<Vec<PackageFile>, ReferralError> {
        let Some(network) = Network::of(dossier) else { return Ok(Vec::new()) };
        let bytes = written(&network, dossier.heading.tlp.label());
        let media_type = "application/graphml+xml";
        Ok(vec![PackageFile::new("graph.graphml", self.about(), media_type, bytes)])
    }
}

fn written(network: &Network, tlp: &str) -> Vec<u8> {
    let mut xml = Xml::new(tlp);
    xml.open(
        "graphml",
        &[
            ("xmlns", "http://graphml.graphdrawing.org/xmlns"),
            ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
            (
                "xsi:schemaLocation",
                "http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd",
            ),
        ],
    );
    let of_graph: Vec<Field> = network.about.iter().map(|(name, _)| (*name, Sort::Text)).collect();
    let of_nodes: Vec<Field> = [LABEL].iter().chain(NODE_FIELDS).copied().collect();
    let of_edges: Vec<Field> = [LABEL, WEIGHT].iter().chain(EDGE_FIELDS).copied().collect();
    for (owner, fields) in [("graph", &of_graph), ("node", &of_nodes), ("edge", &of_edges)] {
        for (name, sort) in fields {
            let id = key(owner, name);
            let attributes = [
                ("id", &*id),
                ("for", owner),
                ("attr.name", name),
                ("attr.type", attr_type(*sort)),
            ];
            xml.leaf("key", &attributes);
        }
    }
    xml.open("graph", &[("id", "ring"), ("edgedefault", "undirected")]);
    data(&mut xml, "graph", &network.about);
    for node in &network.nodes {
        xml.open("node", &[("id", &node.id)]);
        datum(&mut xml, "node", "label", &node.label);
        data(&mut xml, "node", &node.values);
        xml.close();
    }
    for edge in &network.edges {
        let ends = network.nodes.get(edge.from).zip(network.nodes.get(edge.to));
        let Some((from, to)) = ends else { continue };
        xml.open("edge", &[("id", &edge.id), ("source", &from.id), ("target", &to.id)]);
        datum(&mut xml, "edge", "label", &edge.label);
        datum(&mut xml, "edge", "weight", &edge.weight());
        data(&mut xml, "edge", &edge.values);
        xml.close();
    }
    xml.into_bytes()
}

fn data(xml: &mut Xml, owner: &str, values: &[(&'static str, String)]) {
    for (name, value) in values {
        datum(xml, owner, name, value);
    }
}

fn datum(xml: &mut Xml, owner: &str, name: &str, value: &str) {
    xml.text("data", &[("key", &key(owner, name))], value);
}

/// The id of a key: names are unique by owner only.
fn key(owner: &str, name: &str) -> String {
    format!("{owner}_{name}")
}

fn attr_type(sort: Sort) -> &'static str {
    match sort {
        Sort::Text => "string",
        Sort::Real => "double",
        Sort::Whole => "int",
        Sort::Flag => "boolean",
    }
}
