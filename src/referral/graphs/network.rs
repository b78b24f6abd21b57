//! The network of a dossier: claimed identities and shared things as nodes, who uses what and who hangs together as edges,
//! with named and typed values. Not responsible for a form of writing it.
//!
//! Invariant: undirected and simple: no edge goes from a node to itself or twice between two; every name of a value is in
//! the list of its owner, once; the order is that of the dossier.

use crate::{
    model::{AttributeKind, Bits, Moment},
    referral::{
        Dossier, Identity, LinkLine, Thing, Value,
        tables::{CAUTION, public_id, seen},
    },
};

/// What sort of value it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// Text.
    Text,
    /// A number with a fraction.
    Real,
    /// A whole number.
    Whole,
    /// `true` or `false`.
    Flag,
}

/// A value a node or an edge may have.
pub(super) type Field = (&'static str, Sort);

/// What nodes may have.
pub(super) const NODE_FIELDS: &[Field] = &[
    ("kind", Sort::Text),
    ("number", Sort::Whole),
    ("ringer_id", Sort::Text),
    ("about", Sort::Text),
    ("value_kind", Sort::Text),
    ("value", Sort::Text),
    ("value_form", Sort::Text),
    ("family", Sort::Text),
    ("bits", Sort::Real),
    ("identities", Sort::Whole),
    ("others_not_named", Sort::Whole),
    ("applications", Sort::Whole),
    ("first_seen_utc", Sort::Text),
    ("last_seen_utc", Sort::Text),
    ("is_delivery", Sort::Flag),
    ("ring_falls_apart_without", Sort::Flag),
    ("judged", Sort::Text),
];

/// What edges may have.
pub(super) const EDGE_FIELDS: &[Field] = &[
    ("kind", Sort::Text),
    ("basis", Sort::Text),
    ("bits", Sort::Real),
    ("binds", Sort::Flag),
    ("is_weak_bridge", Sort::Flag),
    ("supports", Sort::Text),
    ("contradicts", Sort::Text),
    ("first_seen_utc", Sort::Text),
    ("last_seen_utc", Sort::Text),
];

/// Which sort of node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NodeKind {
    /// A claimed identity.
    Identity,
    /// Something that identities share.
    Thing(Option<AttributeKind>),
}

/// A node.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    /// `identity-3`, `thing-2`.
    pub id: String,
    /// The id that later packages give to the same: of Ringer where it gives nothing away.
    pub lasting_id: String,
    /// What it is.
    pub kind: NodeKind,
    /// What it is shown as.
    pub label: String,
    /// First seen.
    pub first: Option<Moment>,
    /// Last seen.
    pub last: Option<Moment>,
    /// Its values by name, written out.
    pub values: Vec<(&'static str, String)>,
}

/// Which sort of edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EdgeKind {
    /// An identity uses a thing: as received.
    Uses,
    /// Two identities hang together: computed.
    Linked {
        /// Whether it binds a ring by itself.
        binds: bool,
    },
}

/// An edge.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Edge {
    /// `uses-1-3`, `linked-1-2`.
    pub id: String,
    /// Place of one node in the list.
    pub from: usize,
    /// Place of the other.
    pub to: usize,
    /// What it is.
    pub kind: EdgeKind,
    /// What it is shown as.
    pub label: String,
    /// What it is worth.
    pub bits: Bits,
    /// First seen.
    pub first: Option<Moment>,
    /// Last seen.
    pub last: Option<Moment>,
    /// Its values by name, written out.
    pub values: Vec<(&'static str, String)>,
}

impl Edge {
    /// What programs that draw take as its weight: bits, and never nothing, since some drop such edges.
    pub fn weight(&self) -> String {
        format!("{:.2}", self.bits.get().max(0.01))
    }
}

/// The network.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Network {
    /// Identities, then things.
    pub nodes: Vec<Node>,
    /// Uses by thing, then links.
    pub edges: Vec<Edge>,
    /// What the whole says of itself.
    pub about: Vec<(&'static str, String)>,
}

impl Network {
    /// Of a dossier; none where there is nothing to draw. O(dossier).
    pub fn of(dossier: &Dossier) -> Option<Self> {
        let (identities, things) = (&dossier.identities, &dossier.things);
        if identities.is_empty() || (things.is_empty() && dossier.links.is_empty()) {
            return None;
        }
        let ring = &dossier.heading.ring;
        let nodes = identities.iter().map(of_identity);
        let nodes =
            nodes.chain(things.iter().map(|thing| of_thing(ring.as_str(), thing))).collect();
        let mut edges: Vec<Edge> = Vec::new();
        for (at, thing) in things.iter().enumerate() {
            let users = thing.identities.iter().filter_map(|no| place(identities, *no));
            edges.extend(users.map(|(from, user)| uses(from, user, identities.len() + at, thing)));
        }
        for link in &dossier.links {
            let ends = place(identities, link.a).zip(place(identities, link.b));
            edges.extend(ends.map(|(a, b)| linked(link, a, b)));
        }
        Some(Self { nodes, edges, about: about(dossier) })
    }
}

/// Where the identity of this number is.
fn place(identities: &[Identity], no: usize) -> Option<(usize, &Identity)> {
    let at = no.checked_sub(1)?;
    Some((at, identities.get(at)?))
}

/// What the whole says of itself.
fn about(dossier: &Dossier) -> Vec<(&'static str, String)> {
    let heading = &dossier.heading;
    let mut about = vec![
        ("tlp", heading.tlp.label().to_owned()),
        ("referral_id", heading.referral.to_string()),
        ("ring_id", heading.ring.to_string()),
        ("wording", heading.wording.clone()),
        ("caution", format!("identities {CAUTION}")),
        ("made_utc", heading.at.to_string()),
        ("made_by", format!("Ringer {}", heading.version)),
    ];
    if !heading.organisation.name.is_empty() {
        about.push(("organization", heading.organisation.name.clone()));
    }
    about
}

fn of_identity(identity: &Identity) -> Node {
    let (first, last) = seen(identity);
    let mut values = vec![
        ("kind", "identity".to_owned()),
        ("number", identity.no.to_string()),
        ("ringer_id", identity.id.to_string()),
        ("about", format!("identity {CAUTION}")),
        ("applications", identity.applications.len().to_string()),
        ("ring_falls_apart_without", identity.is_cut.to_string()),
    ];
    values.extend(times(first, last));
    Node {
        id: format!("identity-{}", identity.no),
        lasting_id: identity.id.to_string(),
        kind: NodeKind::Identity,
        label: identity.label.clone(),
        first,
        last,
        values,
    }
}

fn of_thing(ring: &str, thing: &Thing) -> Node {
    let mut values = vec![
        ("kind", "thing".to_owned()),
        ("number", thing.no.to_string()),
        ("about", thing.label.clone()),
        ("value_form", crate::referral::tables::form(&thing.value).to_owned()),
        ("family", thing.family.clone()),
        ("bits", format!("{:.2}", thing.bits.get())),
        ("identities", thing.identities.len().to_string()),
        ("others_not_named", thing.others.to_string()),
        ("is_delivery", thing.is_delivery.to_string()),
    ];
    values.extend(public_id(thing).map(|id| ("ringer_id", id.to_owned())));
    values.extend(thing.kind.map(|kind| ("value_kind", kind.name().to_owned())));
    if thing.value != Value::None {
        values.push(("value", thing.value.text().to_owned()));
    }
    if !thing.judged.is_empty() {
        values.push(("judged", thing.judged.clone()));
    }
    values.extend(times(thing.first_seen, thing.last_seen));
    let label = match &thing.value {
        Value::Clear(value) => value.clone(),
        Value::Keyed(_) | Value::Withheld | Value::None => format!("{} {}", thing.label, thing.no),
    };
    Node {
        id: format!("thing-{}", thing.no),
        lasting_id: public_id(thing)
            .map_or_else(|| format!("{ring}-thing-{}", thing.no), str::to_owned),
        kind: NodeKind::Thing(thing.kind),
        label,
        first: thing.first_seen,
        last: thing.last_seen,
        values,
    }
}

fn uses(from: usize, user: &Identity, to: usize, thing: &Thing) -> Edge {
    // When this identity used it is not held; it did not before it first applied, nor before anybody did.
    let (first, last) = seen(user);
    let mut values = vec![
        ("kind", "uses".to_owned()),
        ("basis", "as received".to_owned()),
        ("bits", format!("{:.2}", thing.bits.get())),
    ];
    values.extend(times(first, last));
    Edge {
        id: format!("uses-{}-{}", user.no, thing.no),
        from,
        to,
        kind: EdgeKind::Uses,
        label: thing.label.clone(),
        bits: thing.bits,
        first,
        last,
        values,
    }
}

fn linked(link: &LinkLine, (from, a): (usize, &Identity), (to, b): (usize, &Identity)) -> Edge {
    // Two hang together once both are there.
    let first = seen(a).0.max(seen(b).0);
    let last = seen(a).1.max(seen(b).1);
    let said = |agreement: &str| {
        let lines = link.evidence.iter().filter(|line| line.agreement == agreement);
        lines
            .map(|line| format!("{} {:+.2}", line.label, line.bits.get()))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let mut values = vec![
        ("kind", "linked".to_owned()),
        ("basis", "computed".to_owned()),
        ("bits", format!("{:.2}", link.bits.get())),
        ("binds", link.binds.to_string()),
        ("is_weak_bridge", link.is_weak_bridge.to_string()),
    ];
    for (name, agreement) in [("supports", "supports"), ("contradicts", "contradicts")] {
        let text = said(agreement);
        if !text.is_empty() {
            values.push((name, text));
        }
    }
    values.extend(times(first, last));
    Edge {
        id: format!("linked-{}-{}", link.a, link.b),
        from,
        to,
        kind: EdgeKind::Linked { binds: link.binds },
        label: link.class.clone(),
        bits: link.bits,
        first,
        last,
        values,
    }
}

fn times(
    first: Option<Moment>,
    last: Option<Moment>,
) -> impl Iterator<Item = (&'static str, String)> {
    let named = |name, at: Option<Moment>| at.map(|at: Moment| (name, at.to_string()));
    named("first_seen_utc", first).into_iter().chain(named("last_seen_utc", last))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::referral::sample;
    use std::collections::BTreeSet;

    #[test]
    fn every_value_has_a_name_of_its_list_and_every_edge_two_ends() {
        let network = Network::of(&sample::dossier(8)).unwrap();
        let listed = |values: &[(&str, String)], fields: &[Field]| {
            let names: BTreeSet<&str> = values.iter().map(|(name, _)| *name).collect();
            names.len() == values.len() && names.iter().all(|n| fields.iter().any(|f| f.0 == *n))
        };
        assert!(network.nodes.iter().all(|node| listed(&node.values, NODE_FIELDS)));
        let mut pairs = BTreeSet::new();
        for edge in &network.edges {
            assert!(listed(&edge.values, EDGE_FIELDS));
            assert!(edge.from < edge.to && edge.to < network.nodes.len());
            assert!(pairs.insert((edge.from, edge.to)), "{} is there twice", edge.id);
        }
    }

    #[test]
    fn a_value_that_is_not_clear_is_neither_label_nor_id() {
        let mut dossier = sample::dossier(2);
        dossier.things[1].value = Value::Withheld;
        let network = Network::of(&dossier).unwrap();
        let node = &network.nodes[3];
        assert_eq!(node.label, "Phone 2");
        assert_eq!(node.lasting_id, format!("{}-thing-2", dossier.heading.ring));
        assert!(node.values.iter().all(|(name, _)| *name != "ringer_id"));
    }

    #[test]
    fn a_dossier_of_nobody_has_no_network() {
        let mut dossier = sample::dossier(2);
        dossier.identities.clear();
        assert_eq!(Network::of(&dossier), None);
    }
}
