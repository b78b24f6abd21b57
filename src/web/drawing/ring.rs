//! What of a ring is drawn: its members and the things they share, collapsed where there are too many. Not
//! responsible for how it looks (`svg::network`).
//!
//! Invariant: at most `LIMIT` nodes; a node stands at the same place whatever is looked at.

use crate::{
    explain::words::count,
    model::{ApplicantIx, Artefact, Ring},
    svg::network::{self, Edge, Line, Mark, Node, Shape},
    web::{
        drawing::{Drawing, LIMIT, NodeId, Sight, has, legend, names, said},
        labels, urls,
        veil::Seen,
    },
};
use std::collections::{BTreeMap, BTreeSet};

/// So many shared things are drawn at most, the most important first.
const THINGS: usize = 80;

/// The drawing of a ring as somebody looks at it. Its nodes lead to the page of the ring with that node in focus,
/// or with none when it is already.
pub fn of_ring(view: &Seen, ring: &Ring, sight: &Sight) -> Drawing {
    let mut hidden = Vec::new();
    let mut nodes = things(view, ring);
    let n_things = nodes.len();
    if ring.artefacts.len() > n_things {
        hidden.push(format!(
            "the {} least important of {} shared things are not drawn",
            ring.artefacts.len() - n_things,
            ring.artefacts.len()
        ));
    }
    let groups = groups(ring, n_things, &mut hidden);
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
        let link = view.network.link(bridge.link);
        if let (Some(&a), Some(&b)) = (node_of.get(&link.a), node_of.get(&link.b))
            && a != b
        {
            edges.push(Edge { a, b, bits: link.bits, line: Line::Bridge });
        }
    }
    let seed = xxhash_rust::xxh3::xxh3_64(ring.id.as_str().as_bytes());
    let places = network::placed(&nodes, &edges, seed);
    for node in &mut nodes {
        node.href = href(ring, sight, node);
    }
    let outside = outside(view, &groups, n_things, sight);
    if !outside.is_empty() {
        let left: usize =
            outside.iter().filter_map(|&at| groups.get(at - n_things)).map(|g| g.0.len()).sum();
        hidden.push(format!("{left} of {} members did not apply in this time", ring.members.len()));
    }
    let (mut nodes, edges, places) = kept(nodes, edges, places, &outside, n_things);
    look(&mut nodes, &edges, sight.focus.as_ref());
    let title = format!("Ring {}", ring.id);
    let about = format!(
        "{} and {}, joined by {}. The tables below say the same.",
        count(ring.identities as usize, "claimed identity", "claimed identities"),
        count(ring.artefacts.len(), "shared thing", "shared things"),
        count(edges.len(), "line", "lines")
    );
    Drawing {
        svg: network::figure(&nodes, &edges, &places, &title, &about),
        hidden: said(&hidden),
        legend: legend(&nodes),
        has_near: has(&edges, Line::Near),
        has_bridge: has(&edges, Line::Bridge),
        explore: urls::explore(&[ring.id.as_str()]),
        mode: "ring",
    }
}

/// The things shared, the most important first.
fn things(view: &Seen, ring: &Ring) -> Vec<Node> {
    let corpus = view.network.corpus();
    let thing = |(artefact, id): (&Artefact, NodeId)| {
        let (shape, kind, label) = match artefact.attribute {
            Some(ix) => {
                let attribute = corpus.attribute(ix);
                let label = view.value(&attribute);
                (Shape::Thing(attribute.kind), attribute.kind.label(), label)
            }
            None => {
                let label = labels::feature(artefact.feature).to_owned();
                (Shape::Near, artefact.family.label(), label)
            }
        };
        let users = count(artefact.members.len(), "member shares it", "members share it");
        let hint = format!("{kind} {label}: {users}, {} bits", artefact.bits);
        Node { id: id.to_string(), shape, label, hint, href: String::new(), mark: Mark::default() }
    };
    ring.artefacts.iter().zip(names(view, ring)).take(THINGS).map(thing).collect()
}

/// Members and the things each shares, drawn together where there are too many.
fn groups(
    ring: &Ring,
    n_things: usize,
    hidden: &mut Vec<String>,
) -> Vec<(Vec<ApplicantIx>, Vec<usize>)> {
    let mut shares: BTreeMap<ApplicantIx, Vec<usize>> =
        ring.members.iter().map(|&m| (m, Vec::new())).collect();
    for (i, artefact) in ring.artefacts.iter().take(n_things).enumerate() {
        for member in &artefact.members {
            if let Some(list) = shares.get_mut(member) {
                list.push(i);
            }
        }
    }
    let mut groups: Vec<(Vec<ApplicantIx>, Vec<usize>)> =
        shares.into_iter().map(|(m, things)| (vec![m], things)).collect();
    if groups.len() + n_things > LIMIT {
        groups = together(groups, &ring.cut_members);
        hidden.push("members that share the same things are drawn as one node".to_owned());
    }
    let room = LIMIT - n_things;
    if groups.len() > room {
        // The members that hold the most things together first.
        groups.sort_by(|a, b| (b.1.len(), &a.0).cmp(&(a.1.len(), &b.0)));
        let left: usize = groups[room..].iter().map(|(members, _)| members.len()).sum();
        groups.truncate(room);
        hidden.push(format!("{left} of {} members are not drawn", ring.members.len()));
    }
    groups
}

fn people(view: &Seen, ring: &Ring, members: &[ApplicantIx]) -> Node {
    match members {
        [one] => {
            let n = view.network.applicant(*one).applications.len();
            let label = view.network.label(*one).to_owned();
            let is_cut = ring.cut_members.binary_search(one).is_ok();
            let mut hint = format!("{label}: {}", count(n, "application", "applications"));
            if is_cut {
                hint.push_str("; the ring falls apart without it");
            }
            Node {
                id: view.network.applicant(*one).id.to_string(),
                shape: Shape::Person,
                label,
                hint,
                href: String::new(),
                mark: Mark { is_cut, ..Mark::default() },
            }
        }
        many => Node {
            id: format!(
                "many_{}",
                many.first().map_or("", |&m| view.network.applicant(m).id.as_str())
            ),
            shape: Shape::People,
            label: format!("{} members", many.len()),
            hint: format!("{} members that share the same things", many.len()),
            href: "#members".to_owned(),
            mark: Mark::default(),
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

/// The page of the ring with this node in focus, everything else as it is.
fn href(ring: &Ring, sight: &Sight, node: &Node) -> String {
    if !node.href.is_empty() {
        return node.href.clone();
    }
    let is_focus = sight.focus.as_ref().is_some_and(|f| f.to_string() == node.id);
    let focus = if is_focus { "" } else { node.id.as_str() };
    let mut pairs: Vec<(&str, &str)> = sight.keep.iter().map(|(n, v)| (*n, v.as_str())).collect();
    pairs.push(("focus", focus));
    format!("{}{}", urls::query(&urls::ring(&ring.id), &pairs), sight.anchor)
}

/// Positions of the members' nodes of which nobody applied in the time looked at.
fn outside(
    view: &Seen,
    groups: &[(Vec<ApplicantIx>, Vec<usize>)],
    n_things: usize,
    sight: &Sight,
) -> BTreeSet<usize> {
    if sight.from.is_none() && sight.to.is_none() {
        return BTreeSet::new();
    }
    let corpus = view.network.corpus();
    let applied = |member: &ApplicantIx| {
        let mut days = view
            .network
            .applicant(*member)
            .applications
            .iter()
            .filter_map(|&app| corpus.submitted(app));
        days.any(|day| {
            sight.from.is_none_or(|from| day >= from) && sight.to.is_none_or(|to| day <= to)
        })
    };
    let gone = groups.iter().enumerate().filter(|(_, (members, _))| !members.iter().any(applied));
    gone.map(|(i, _)| n_things + i).collect()
}

/// What is left without some nodes, and without things that nobody left shares.
fn kept(
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    places: Vec<crate::graph::Point>,
    outside: &BTreeSet<usize>,
    n_things: usize,
) -> (Vec<Node>, Vec<Edge>, Vec<crate::graph::Point>) {
    if outside.is_empty() {
        return (nodes, edges, places);
    }
    let inside = |e: &&Edge| !outside.contains(&e.a) && !outside.contains(&e.b);
    let used: BTreeSet<usize> = edges.iter().filter(inside).flat_map(|e| [e.a, e.b]).collect();
    let stays = |i: usize| !outside.contains(&i) && (i >= n_things || used.contains(&i));
    let mut at = vec![None; nodes.len()];
    let mut next = 0;
    for (i, at) in at.iter_mut().enumerate() {
        if stays(i) {
            *at = Some(next);
            next += 1;
        }
    }
    let moved = |e: Edge| {
        let (a, b) = (at.get(e.a).copied().flatten()?, at.get(e.b).copied().flatten()?);
        Some(Edge { a, b, ..e })
    };
    let edges = edges.into_iter().filter_map(moved).collect();
    let (nodes, places) = nodes
        .into_iter()
        .zip(places)
        .enumerate()
        .filter(|(i, _)| stays(*i))
        .map(|(_, pair)| pair)
        .unzip();
    (nodes, edges, places)
}

/// Dims all but what is in focus and its neighbours.
fn look(nodes: &mut [Node], edges: &[Edge], focus: Option<&NodeId>) {
    let Some(focus) = focus.map(ToString::to_string) else { return };
    let Some(at) = nodes.iter().position(|n| n.id == focus) else { return };
    let mut near = BTreeSet::from([at]);
    for e in edges {
        if e.a == at {
            near.insert(e.b);
        }
        if e.b == at {
            near.insert(e.a);
        }
    }
    for (i, node) in nodes.iter_mut().enumerate() {
        node.mark.is_selected = i == at;
        node.mark.is_dim = !near.contains(&i);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        engine::View,
        graph::Network,
        matching::{Applicants, Corpus, Entry},
        model::{
            AppIx, Applicant, ApplicantId, Application, Artefact, Attribute, AttributeIx,
            AttributeKind, Column, Family, FeatureId, Moment, Normalized, RingId, RingStatus, Role,
            Source,
        },
        normalize::normalize,
        web::veil::Veil,
    };
    use std::sync::Arc;

    /// Three members that share a phone, two of them a device too; member `i` applied at moment `10 · i`.
    fn ring() -> (Seen, Ring) {
        let row = |i: usize| {
            let application = Application {
                id: format!("APP-{i}").parse().unwrap(),
                fields: BTreeMap::<Column, String>::new().into(),
                extra: BTreeMap::new(),
                nested: BTreeMap::new(),
                source: Source { file: "a.csv".to_owned(), row: 1 },
            };
            let value = |kind, value: &str| (Attribute { kind, value: value.into() }, Role::Own);
            let mut attributes = vec![value(AttributeKind::Phone, "+12025550118")];
            if i < 2 {
                attributes.push(value(AttributeKind::Device, "d-1"));
            }
            let submitted_at = Some(Moment(10 * i as i64));
            let normalized = Normalized { attributes, submitted_at, ..normalize(&application) };
            Entry { normalized: Arc::new(normalized), label: format!("Member {i}").into() }
        };
        let corpus = Corpus::build((0..3).map(row).collect());
        let person = |i: usize| Applicant {
            id: ApplicantId::derive(&i.to_string()),
            applications: vec![AppIx::new(i)],
        };
        let people = Applicants::new((0..3).map(person).collect(), 3);
        let artefact = |ix: AttributeIx| Artefact {
            attribute: Some(ix),
            feature: FeatureId(0),
            family: Family::Contact,
            members: corpus.users(ix).iter().map(|(app, _)| ApplicantIx(app.0)).collect(),
            bits: crate::model::Bits::new(9.0),
            users: 3,
        };
        let ring = Ring {
            id: RingId::derive("x"),
            members: (0..3).map(ApplicantIx).collect(),
            identities: 3,
            links: vec![],
            artefacts: corpus.attribute_numbers().map(artefact).collect(),
            families: vec![],
            drop_one: None,
            bridges: vec![],
            cut_members: vec![],
            gates: vec![],
            score: crate::model::Bits::ZERO,
            status: RingStatus::Open,
            first_seen: None,
            last_seen: None,
        };
        let network = Arc::new(Network::new(corpus, people, vec![]));
        (Seen::new(Arc::new(View { network, ..View::default() }), Veil::Lifted), ring)
    }

    /// Where each node stands, by its label.
    fn places(drawing: &Drawing) -> Vec<String> {
        drawing
            .svg
            .split("<a ")
            .skip(1)
            .filter_map(|a| a.split("data-id=").nth(1)?.split(" data-shape").next())
            .map(str::to_owned)
            .collect()
    }

    #[test]
    fn a_time_leaves_out_members_and_what_only_they_share_and_moves_nobody() {
        let (view, ring) = ring();
        let all = of_ring(&view, &ring, &Sight::default());
        assert_eq!(places(&all).len(), 5);
        assert!(all.hidden.is_empty());
        let late = Sight { from: Some(Moment(15)), ..Sight::default() };
        let some = of_ring(&view, &ring, &late);
        assert_eq!(
            some.hidden,
            "2 of 3 members did not apply in this time; the tables have all of them."
        );
        let left = places(&some);
        assert_eq!(left.len(), 2, "one member and the phone: nobody left has the device: {left:?}");
        assert!(left.iter().all(|place| places(&all).contains(place)));
        let first = Sight { to: Some(Moment(0)), ..Sight::default() };
        assert_eq!(places(&of_ring(&view, &ring, &first)).len(), 3, "the last moment counts");
    }

    #[test]
    fn what_is_in_focus_stands_out_with_its_neighbours_and_its_link_ends_that() {
        let (view, ring) = ring();
        let third = NodeId::Applicant(ApplicantId::derive("2"));
        let sight = Sight {
            focus: Some(third.clone()),
            keep: vec![("tab", "graph".to_owned())],
            anchor: "#evidence",
            ..Sight::default()
        };
        let drawing = of_ring(&view, &ring, &sight);
        assert_eq!(drawing.svg.matches(" selected\"").count(), 1);
        // The phone is joined to it; the device and the two others are not.
        assert_eq!(
            drawing.svg.matches("<a href").count() - drawing.svg.matches(" dim\" data-id").count(),
            2
        );
        assert!(drawing.svg.contains(&format!("href=\"/rings/{}?tab=graph#evidence\"", ring.id)));
        assert!(drawing.svg.contains("?tab=graph&amp;focus=apt_"));
        let nobody = Sight { focus: "apt_zzzzzzzzzzzz".parse().ok(), ..Sight::default() };
        assert!(!of_ring(&view, &ring, &nobody).svg.contains("dim"), "focus on nobody dims nobody");
    }
}
