//! The ring drawn: identities as circles with their numbers, shared things in the shape of their kind. Not responsible for
//! how a node is drawn (`svg::network`).
//!
//! A drawing of more nodes than can be labelled is one of groups; where there are too many groups too, it is one of the
//! things alone, tied where an identity uses both.
//!
//! Invariant: the same dossier gives the same drawing, and the caption says what was drawn together or left out.

use crate::{
    explain::words::{count, grouped},
    model::Bits,
    referral::{Dossier, Identity, Thing},
    svg::network::{Edge, LABELLED, Line, Mark, Node, Shape, figure, icon, placed},
};
use std::collections::BTreeMap;

/// So many nodes are drawn at most where they are not labelled by name.
const NODES: usize = LABELLED;
/// Up to so many identities are labelled by name too; more by their numbers alone, which leaves them large enough to read.
const NAMED: usize = 24;
/// Up to so many nodes, things are labelled by their values too.
const LETTERED: usize = 80;
/// More nodes than these take a page across, if they are much wider than high.
const LARGE: usize = 30;
/// So many things where they are drawn alone.
const THINGS: usize = 60;
/// So many ties between them.
const TIES: usize = 150;

/// The drawing with its words.
pub(super) struct Picture {
    /// As the room `svg` draws it.
    pub svg: String,
    /// The sentence below it.
    pub caption: String,
    /// Whether it takes a page across.
    pub is_large: bool,
    /// A shape each, with its word.
    pub legend: Vec<(String, String)>,
}

impl Picture {
    /// None where there is nothing to draw. O(identities · things), and the layout.
    pub(super) fn of(dossier: &Dossier) -> Option<Self> {
        let Dossier { identities, things, .. } = dossier;
        if identities.is_empty() || things.is_empty() {
            return None;
        }
        let (nodes, edges, caption) = if identities.len() + things.len() <= NODES {
            single(dossier)
        } else {
            let groups = groups(identities);
            if groups.len() + things.len() <= NODES {
                grouped_by(&groups, dossier)
            } else {
                things_alone(dossier)
            }
        };
        let places = placed(&nodes, &edges, 1);
        let (mut wide, mut high) = ((f64::MAX, f64::MIN), (f64::MAX, f64::MIN));
        for p in &places {
            wide = (wide.0.min(p.x), wide.1.max(p.x));
            high = (high.0.min(p.y), high.1.max(p.y));
        }
        Some(Self {
            svg: figure(&nodes, &edges, &places, "The ring", &caption),
            is_large: nodes.len() > LARGE && wide.1 - wide.0 > 1.5 * (high.1 - high.0),
            legend: legend(&nodes),
            caption,
        })
    }
}

type Drawn = (Vec<Node>, Vec<Edge>, String);

fn node(id: String, shape: Shape, label: String, is_cut: bool) -> Node {
    let mark = Mark { is_cut, ..Mark::default() };
    Node { id, shape, hint: label.clone(), label, href: "#".to_owned(), mark }
}

fn shape(thing: &Thing) -> Shape {
    thing.kind.map_or(Shape::Near, Shape::Thing)
}

fn line(thing: &Thing) -> Line {
    if thing.kind.is_some() { Line::Exact } else { Line::Near }
}

fn thing_node(thing: &Thing) -> Node {
    let text = thing.value.text();
    let text = if text.is_empty() { &thing.label } else { text };
    node(format!("T{}", thing.no), shape(thing), format!("T{} {text}", thing.no), false)
}

/// Every identity and every thing.
fn single(dossier: &Dossier) -> Drawn {
    let Dossier { identities, things, .. } = dossier;
    let is_named = identities.len() <= NAMED;
    let people = identities.iter().map(|identity| {
        let label = match is_named {
            true => format!("{} {}", identity.no, identity.label),
            false => identity.no.to_string(),
        };
        node(identity.no.to_string(), Shape::Person, label, identity.is_cut)
    });
    let mut nodes: Vec<Node> = people.chain(things.iter().map(thing_node)).collect();
    if nodes.len() > LETTERED {
        let of_things = nodes.iter_mut().skip(identities.len());
        of_things.for_each(|node| node.label.clone_from(&node.id));
    }
    let position: BTreeMap<usize, usize> =
        identities.iter().enumerate().map(|(i, identity)| (identity.no, i)).collect();
    let ties = things.iter().enumerate().flat_map(|(i, thing)| {
        let to = identities.len() + i;
        let of = thing.identities.iter().filter_map(|no| position.get(no).copied());
        of.map(move |a| Edge { a, b: to, bits: thing.bits, line: line(thing) })
    });
    let caption = format!(
        "{} and {} that they share. A line means that the identity uses the thing; the thicker, the more the thing is \
         worth.",
        count(identities.len(), "claimed identity", "claimed identities"),
        count(things.len(), "thing", "things"),
    );
    (nodes, ties.collect(), caption)
}

/// Identities by what they share.
fn groups(identities: &[Identity]) -> Vec<(&[usize], Vec<usize>)> {
    let mut groups: BTreeMap<&[usize], Vec<usize>> = BTreeMap::new();
    for identity in identities {
        groups.entry(&identity.things).or_default().push(identity.no);
    }
    groups.into_iter().collect()
}

/// Identities that share exactly the same things drawn as one.
fn grouped_by(groups: &[(&[usize], Vec<usize>)], dossier: &Dossier) -> Drawn {
    let things = &dossier.things;
    let people = groups.iter().enumerate().map(|(i, (_, who))| match who.as_slice() {
        [one] => node(format!("g{i}"), Shape::Person, format!("identity {one}"), false),
        several => {
            let label = format!("{} identities", grouped(several.len()));
            node(format!("g{i}"), Shape::People, label, false)
        }
    });
    let nodes: Vec<Node> = people.chain(things.iter().map(thing_node)).collect();
    let position: BTreeMap<usize, usize> =
        things.iter().enumerate().map(|(i, thing)| (thing.no, i)).collect();
    let mut edges = Vec::new();
    for (a, (shared, _)) in groups.iter().enumerate() {
        for at in shared.iter().filter_map(|no| position.get(no).copied()) {
            if let Some(thing) = things.get(at) {
                edges.push(Edge { a, b: groups.len() + at, bits: thing.bits, line: line(thing) });
            }
        }
    }
    let caption = format!(
        "{} and {} that they share. Identities that share exactly the same things are drawn as one, with their number; a \
         line means that all of them use the thing.",
        count(dossier.identities.len(), "claimed identity", "claimed identities"),
        count(things.len(), "thing", "things"),
    );
    (nodes, edges, caption)
}

/// The strongest things, tied where an identity uses both.
fn things_alone(dossier: &Dossier) -> Drawn {
    let shown: Vec<&Thing> = dossier.things.iter().take(THINGS).collect();
    let nodes = shown
        .iter()
        .map(|thing| {
            let label = format!("T{}: {} identities", thing.no, grouped(thing.identities.len()));
            node(format!("T{}", thing.no), shape(thing), label, false)
        })
        .collect();
    let position: BTreeMap<usize, usize> =
        shown.iter().enumerate().map(|(i, thing)| (thing.no, i)).collect();
    let mut together: BTreeMap<(usize, usize), u32> = BTreeMap::new();
    for identity in &dossier.identities {
        let mine: Vec<usize> =
            identity.things.iter().filter_map(|no| position.get(no).copied()).collect();
        for (i, &a) in mine.iter().enumerate() {
            for &b in mine.iter().skip(i + 1) {
                *together.entry((a, b)).or_default() += 1;
            }
        }
    }
    let mut ties: Vec<((usize, usize), u32)> = together.into_iter().collect();
    ties.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let left = ties.len().saturating_sub(TIES);
    ties.truncate(TIES);
    let edge = |((a, b), n): ((usize, usize), u32)| Edge {
        a,
        b,
        bits: Bits::new(f64::from(n.min(30))),
        line: Line::Exact,
    };
    let edges = ties.into_iter().map(edge).collect();
    let mut caption = format!(
        "{} are too many to draw. These are the {} strongest of {} that they share, each with the number of identities that \
         use it; a line means that identities use both, the thicker, the more of them.",
        count(dossier.identities.len(), "claimed identity", "claimed identities"),
        shown.len(),
        count(dossier.things.len(), "thing", "things"),
    );
    if left > 0 {
        caption.push_str(&format!(" {} thinner lines are left out.", grouped(left)));
    }
    (nodes, edges, caption)
}

/// Every sort of shape that is drawn.
fn legend(nodes: &[Node]) -> Vec<(String, String)> {
    let mut shapes: Vec<Shape> = nodes.iter().map(|node| node.shape).collect();
    shapes.sort_unstable();
    shapes.dedup();
    let word = |shape: Shape| match shape {
        Shape::People => "several claimed identities".to_owned(),
        _ => shape.word().to_owned(),
    };
    shapes.into_iter().map(|shape| (icon(shape), word(shape))).collect()
}
