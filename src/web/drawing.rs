//! What of a ring is drawn: its members and the things they share, collapsed where there are too many. Not
//! responsible for how it looks (`svg::network`).
//!
//! Invariant: at most `LIMIT` nodes; whatever is not drawn is counted and said.

use crate::{
    engine::View,
    model::{ApplicantIx, Bits, Ring},
    web::{
        labels,
        svg::network::{self, Edge, Line, Node, Shape},
        text::count,
        urls,
    },
};
use std::collections::BTreeMap;

/// So many nodes are drawn at most: beyond it a drawing hides more than it shows.
pub const LIMIT: usize = 300;
/// So many shared things are drawn at most, the most important first.
const THINGS: usize = 80;

/// A drawing of a ring.
pub struct Drawing {
    /// The SVG.
    pub svg: String,
    /// What was left out or drawn together, in words; empty when nothing was.
    pub hidden: String,
}

/// The drawing of a ring.
pub fn of_ring(view: &View, ring: &Ring) -> Drawing {
    let network = &view.network;
    let corpus = network.corpus();
    let n_things = ring.artefacts.len().min(THINGS);
    let mut nodes = Vec::new();
    let mut shares: BTreeMap<ApplicantIx, Vec<usize>> =
        ring.members.iter().map(|&m| (m, Vec::new())).collect();
    for (i, artefact) in ring.artefacts.iter().take(n_things).enumerate() {
        let users = count(artefact.members.len(), "member shares it", "members share it");
        let (shape, label, href) = match artefact.attribute {
            Some(ix) => {
                let attribute = corpus.attribute(ix);
                let href = urls::attribute(&attribute.id());
                (Shape::Thing(attribute.kind), labels::value(&attribute), href)
            }
            None => {
                (Shape::Near, labels::feature(artefact.feature).to_owned(), "#links".to_owned())
            }
        };
        let kind = match shape {
            Shape::Thing(kind) => kind.label(),
            _ => artefact.family.label(),
        };
        let hint = format!("{kind} {label}: {users}, {} bits", artefact.bits);
        nodes.push(Node { shape, label, hint, href, is_cut: false });
        for member in &artefact.members {
            if let Some(list) = shares.get_mut(member) {
                list.push(i);
            }
        }
    }
    let mut groups: Vec<(Vec<ApplicantIx>, Vec<usize>)> =
        shares.into_iter().map(|(m, things)| (vec![m], things)).collect();
    let mut hidden = Vec::new();
    if groups.len() + n_things > LIMIT {
        groups = together(groups, &ring.cut_members);
        hidden.push("members that share the same things are drawn as one node".to_owned());
    }
    if ring.artefacts.len() > n_things {
        hidden.push(format!(
            "the {} least important of {} shared things are not drawn",
            ring.artefacts.len() - n_things,
            ring.artefacts.len()
        ));
    }
    let room = LIMIT - n_things;
    if groups.len() > room {
        // The members that hold the most things together first.
        groups.sort_by(|a, b| (b.1.len(), &a.0).cmp(&(a.1.len(), &b.0)));
        let left: usize = groups[room..].iter().map(|(members, _)| members.len()).sum();
        groups.truncate(room);
        hidden.push(format!("{left} of {} members are not drawn", ring.members.len()));
    }
    let mut edges = Vec::new();
    let mut node_of: BTreeMap<ApplicantIx, usize> = BTreeMap::new();
    for (members, things) in &groups {
        let at = nodes.len();
        nodes.push(people(view, ring, members));
        node_of.extend(members.iter().map(|&m| (m, at)));
        edges.extend(things.iter().map(|&thing| {
            let artefact = &ring.artefacts[thing];
            let line = if artefact.attribute.is_some() { Line::Exact } else { Line::Near };
            Edge { a: at, b: thing, bits: artefact.bits, line }
        }));
    }
    for bridge in ring.bridges.iter().filter(|b| b.weak) {
        let link = network.link(bridge.link);
        if let (Some(&a), Some(&b)) = (node_of.get(&link.a), node_of.get(&link.b))
            && a != b
        {
            edges.push(Edge { a, b, bits: Bits::ZERO, line: Line::Bridge });
        }
    }
    let title = format!("Ring {}", ring.id);
    let about = format!(
        "{} and {}, joined by {}. The tables below say the same.",
        count(ring.identities as usize, "claimed identity", "claimed identities"),
        count(ring.artefacts.len(), "shared thing", "shared things"),
        count(edges.len(), "line", "lines")
    );
    let seed = xxhash_rust::xxh3::xxh3_64(ring.id.as_str().as_bytes());
    let svg = network::figure(&nodes, &edges, &title, &about, seed);
    let hidden = match hidden.as_slice() {
        [] => String::new(),
        said => {
            format!("{}; the tables have all of them.", labels::sentence_case(&said.join("; ")))
        }
    };
    Drawing { svg, hidden }
}

fn people(view: &View, ring: &Ring, members: &[ApplicantIx]) -> Node {
    match members {
        [one] => {
            let n = view.network.applicant(*one).applications.len();
            let label = view.network.label(*one).to_owned();
            let is_cut = ring.cut_members.binary_search(one).is_ok();
            let mut hint = format!("{label}: {}", count(n, "application", "applications"));
            if is_cut {
                hint.push_str("; the ring falls apart without it");
            }
            let href = urls::applicant(&view.network.applicant(*one).id);
            Node { shape: Shape::Person, label, hint, href, is_cut }
        }
        many => Node {
            shape: Shape::People,
            label: format!("{} members", many.len()),
            hint: format!("{} members that share the same things", many.len()),
            href: "#members".to_owned(),
            is_cut: false,
        },
    }
}

/// Members that share exactly the same things, as one; cut members stay alone.
fn together(
    groups: Vec<(Vec<ApplicantIx>, Vec<usize>)>,
    cut: &[ApplicantIx],
) -> Vec<(Vec<ApplicantIx>, Vec<usize>)> {
    let mut same: BTreeMap<(Vec<usize>, Option<ApplicantIx>), Vec<ApplicantIx>> = BTreeMap::new();
    for (members, things) in groups {
        for member in members {
            let alone = cut.binary_search(&member).is_ok().then_some(member);
            same.entry((things.clone(), alone)).or_default().push(member);
        }
    }
    same.into_iter().map(|((things, _), members)| (members, things)).collect()
}
