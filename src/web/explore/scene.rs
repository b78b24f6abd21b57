//! The scene: the nodes a tour has reached, what holds them together, which are drawn as one and where each stands.
//! Not responsible for words (`pages::explore`).
//!
//! It is made step by step as the tour went: each step places its newcomers around what was there, so that a tour
//! with one more step has everything else where it was.
//!
//! Invariant: at most `LIMIT` nodes are drawn; whatever is reached is in `known`, drawn or not.

use crate::{
    engine::RingLookup,
    explain::words::count,
    graph::{self, NodeBox, NodeIx, Point, layout_pinned},
    model::{ApplicantIx, AttributeIx, AttributeKind, Bits, LinkIx, Ring},
    svg::network::{self, Edge, Line, Mark, Node, Shape},
    web::{
        drawing::{LIMIT, NodeId},
        explore::tour::{Cluster, Start, Step, Tour},
        veil::Seen,
    },
};
use std::collections::{BTreeMap, BTreeSet};

/// Nodes that hang on one other node are drawn as one when there are more than this.
const LOOSE: usize = 8;
/// So many of them still stand alone, the first.
const ALONE: usize = 5;
/// Things and members of a ring to begin with.
const RING: (usize, usize) = (60, 240);
/// Links of an applicant that are looked at for what a value is worth and whom it is linked to.
const LINKS: usize = 3_000;

/// What is drawn as one node.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Slot {
    /// A node.
    One(NodeIx),
    /// Several of a sort that hang on the same nodes.
    Many {
        /// What they hang on, sorted.
        on: Vec<NodeIx>,
        /// Which sort.
        cluster: Cluster,
    },
}

/// What a tour shows.
pub struct Scene {
    /// Everything reached, in the order of the tour; hidden nodes too.
    pub known: Vec<NodeIx>,
    /// What is hidden.
    pub hidden: BTreeSet<NodeIx>,
    /// What is drawn, with the nodes each stands for.
    pub slots: Vec<(Slot, Vec<NodeIx>)>,
    /// The same as nodes of a drawing; links and marks are left to the page.
    pub nodes: Vec<Node>,
    /// Lines between them.
    pub edges: Vec<Edge>,
    /// Where they stand.
    pub places: Vec<Point>,
    /// Nodes reached that are neither drawn, nor in a node that is, nor hidden.
    pub left_out: usize,
    /// Starting points and steps that lead nowhere any more, as the address has them.
    pub stale: Vec<String>,
}

/// The scene while it is made.
struct Growing<'a> {
    view: &'a Seen,
    known: Vec<NodeIx>,
    /// Position in `known`.
    at: BTreeMap<NodeIx, usize>,
    starts: BTreeSet<NodeIx>,
    /// Nodes that were opened or asked for by name: never drawn together with others.
    alone: BTreeSet<NodeIx>,
    hidden: BTreeSet<NodeIx>,
    /// Who of the known uses a value, known or not, and what that is worth.
    users: BTreeMap<AttributeIx, Vec<(NodeIx, Bits)>>,
    /// Links between known applicants.
    links: BTreeSet<LinkIx>,
    /// What was drawn one by one, or as one, by order.
    each: BTreeMap<(NodeIx, Cluster), bool>,
    places: BTreeMap<Slot, Point>,
    labels: BTreeMap<NodeIx, String>,
    stale: Vec<String>,
}

/// A line between two known nodes.
struct Tie {
    a: NodeIx,
    b: NodeIx,
    bits: Bits,
    line: Line,
}

impl Scene {
    /// The scene of a tour. O(steps · nodes + links of the nodes).
    pub fn of(view: &Seen, tour: &Tour) -> Self {
        let mut growing = Growing {
            view,
            known: Vec::new(),
            at: BTreeMap::new(),
            starts: BTreeSet::new(),
            alone: BTreeSet::new(),
            hidden: BTreeSet::new(),
            users: BTreeMap::new(),
            links: BTreeSet::new(),
            each: BTreeMap::new(),
            places: BTreeMap::new(),
            labels: BTreeMap::new(),
            stale: Vec::new(),
        };
        for start in &tour.from {
            growing.begin(start);
        }
        let seed = tour.seed();
        let mut drawn = growing.place(seed);
        for step in &tour.steps {
            growing.step(step);
            drawn = growing.place(seed);
        }
        growing.finished(drawn)
    }

    /// The slot a node is drawn in.
    pub fn slot_of(&self, node: NodeIx) -> Option<usize> {
        self.slots.iter().position(|(_, nodes)| nodes.contains(&node))
    }
}

/// What is drawn after a step.
#[derive(Default)]
struct Drawn {
    slots: Vec<(Slot, Vec<NodeIx>)>,
    nodes: Vec<Node>,
    edges: Vec<Edge>,
}

impl Growing<'_> {
    fn begin(&mut self, start: &Start) {
        let before = self.known.len();
        match start {
            Start::Node(id) => {
                if let Some(node) = id.find(self.view) {
                    self.add(node);
                }
            }
            Start::Text(text) => {
                if let Some(applicant) = self.view.applicant(text) {
                    self.add(NodeIx::Applicant(applicant));
                }
            }
            Start::Ring(id) => {
                let view = self.view;
                match view.ring(id) {
                    RingLookup::Found(ring) => self.begin_ring(ring),
                    RingLookup::MovedTo(into) => {
                        if let RingLookup::Found(ring) = view.ring(&into) {
                            self.begin_ring(ring);
                        }
                    }
                    RingLookup::Dissolved | RingLookup::Unknown => {}
                }
            }
        }
        if self.known.len() == before {
            self.stale.push(start.to_string());
        }
        self.starts.extend(self.known.iter().skip(before));
    }

    fn begin_ring(&mut self, ring: &Ring) {
        let things = ring.artefacts.iter().filter_map(|a| a.attribute).take(RING.0);
        for thing in things.collect::<Vec<_>>() {
            self.add(NodeIx::Attribute(thing));
        }
        let mut members = ring.members.clone();
        if members.len() > RING.1 {
            // Those that hold the most together.
            let shares = |m: &ApplicantIx| {
                ring.artefacts.iter().filter(|a| a.members.binary_search(m).is_ok()).count()
            };
            members.sort_by_cached_key(|m| (std::cmp::Reverse(shares(m)), *m));
            members.truncate(RING.1);
        }
        for member in members {
            self.add(NodeIx::Applicant(member));
        }
    }

    fn step(&mut self, step: &Step) {
        let found = match step {
            Step::Open(id, relation, page) => id.find(self.view).map(|node| {
                self.add(node);
                self.alone.insert(node);
                for next in graph::expand(&self.view.network, node, *relation, *page).nodes {
                    self.add(next);
                }
            }),
            Step::Show(id) => id.find(self.view).map(|node| {
                self.add(node);
                self.alone.insert(node);
                self.hidden.remove(&node);
            }),
            Step::Hide(id) => id.find(self.view).map(|node| {
                self.hidden.insert(node);
            }),
            Step::Each(id, cluster) => id.find(self.view).map(|node| {
                self.each.insert((node, *cluster), true);
            }),
            Step::One(id, cluster) => id.find(self.view).map(|node| {
                self.each.insert((node, *cluster), false);
            }),
        };
        if found.is_none() {
            self.stale.push(step.to_string());
        }
    }

    /// Makes a node known. O(values + links) of an applicant.
    fn add(&mut self, node: NodeIx) {
        if self.at.contains_key(&node) {
            return;
        }
        self.at.insert(node, self.known.len());
        self.known.push(node);
        let NodeIx::Applicant(applicant) = node else { return };
        let network = &self.view.network;
        let mut worth: BTreeMap<AttributeIx, Bits> = BTreeMap::new();
        for &ix in network.links_of(applicant).iter().take(LINKS) {
            let link = network.link(ix);
            let other = NodeIx::Applicant(if link.a == applicant { link.b } else { link.a });
            if self.at.contains_key(&other) {
                self.links.insert(ix);
            }
            for e in &link.evidence {
                if let Some(attribute) = e.attribute {
                    let bits = worth.entry(attribute).or_insert(e.bits);
                    *bits = (*bits).max(e.bits);
                }
            }
        }
        for attribute in graph::values_of(network, applicant) {
            let bits = worth.get(&attribute).copied().unwrap_or_default();
            self.users.entry(attribute).or_default().push((node, bits));
        }
    }

    /// The lines between known nodes: a link is not drawn where a value it rests on is to be seen.
    fn ties(&self) -> Vec<Tie> {
        let mut ties = Vec::new();
        for &node in &self.known {
            let NodeIx::Attribute(attribute) = node else { continue };
            for &(user, bits) in self.users.get(&attribute).into_iter().flatten() {
                ties.push(Tie { a: user, b: node, bits, line: Line::Exact });
            }
        }
        let network = &self.view.network;
        for &ix in &self.links {
            let link = network.link(ix);
            let values = || link.evidence.iter().filter(|e| e.bits > Bits::ZERO);
            let is_drawn = |a: AttributeIx| {
                let value = NodeIx::Attribute(a);
                self.at.contains_key(&value) && !self.hidden.contains(&value)
            };
            if values().any(|e| e.attribute.is_some_and(is_drawn)) {
                continue;
            }
            let is_exact = values().any(|e| e.attribute.is_some());
            let line = if is_exact { Line::Exact } else { Line::Near };
            let (a, b) = (NodeIx::Applicant(link.a), NodeIx::Applicant(link.b));
            ties.push(Tie { a, b, bits: link.bits, line });
        }
        ties
    }

    fn cluster_of(&self, node: NodeIx) -> Cluster {
        match node {
            NodeIx::Applicant(_) => Cluster::People,
            NodeIx::Attribute(ix) => Cluster::Things(self.view.network.corpus().kind(ix)),
        }
    }

    /// What is drawn as one node, in the order of the tour.
    fn slots(&self, ties: &[Tie]) -> Vec<(Slot, Vec<NodeIx>)> {
        let mut near: BTreeMap<NodeIx, BTreeSet<NodeIx>> = BTreeMap::new();
        for tie in ties {
            near.entry(tie.a).or_default().insert(tie.b);
            near.entry(tie.b).or_default().insert(tie.a);
        }
        // Nodes that may be drawn together, by what they hang on; hidden ones do not count.
        let mut sets: BTreeMap<(Vec<NodeIx>, Cluster), Vec<NodeIx>> = BTreeMap::new();
        for &node in &self.known {
            let free = !self.starts.contains(&node) && !self.alone.contains(&node);
            let Some(on) = near.get(&node).filter(|_| free && !self.hidden.contains(&node)) else {
                continue;
            };
            let key = (on.iter().copied().collect(), self.cluster_of(node));
            sets.entry(key).or_default().push(node);
        }
        let mut joined: BTreeMap<NodeIx, Slot> = BTreeMap::new();
        let join =
            |joined: &mut BTreeMap<NodeIx, Slot>, on: &[NodeIx], cluster, nodes: &[NodeIx]| {
                for &node in nodes {
                    joined.insert(node, Slot::Many { on: on.to_vec(), cluster });
                }
            };
        for ((on, cluster), nodes) in &sets {
            let &[anchor] = on.as_slice() else { continue };
            match self.each.get(&(anchor, *cluster)) {
                Some(true) => {}
                Some(false) if nodes.len() > 1 => join(&mut joined, on, *cluster, nodes),
                None if nodes.len() > LOOSE => {
                    join(&mut joined, on, *cluster, nodes.get(ALONE..).unwrap_or_default());
                }
                _ => {}
            }
        }
        let collected = self.collected(&joined);
        if collected.len() <= LIMIT {
            return collected;
        }
        // Too many: also draw together what hangs on the same several nodes.
        for ((on, cluster), nodes) in &sets {
            if nodes.len() > 2 {
                join(&mut joined, on, *cluster, nodes);
            }
        }
        let mut collected = self.collected(&joined);
        collected.truncate(LIMIT);
        collected
    }

    fn collected(&self, joined: &BTreeMap<NodeIx, Slot>) -> Vec<(Slot, Vec<NodeIx>)> {
        let mut slots: Vec<(Slot, Vec<NodeIx>)> = Vec::new();
        let mut at: BTreeMap<&Slot, usize> = BTreeMap::new();
        for &node in self.known.iter().filter(|n| !self.hidden.contains(n)) {
            match joined.get(&node) {
                None => slots.push((Slot::One(node), vec![node])),
                Some(slot) => {
                    let at = *at.entry(slot).or_insert_with(|| {
                        slots.push((slot.clone(), Vec::new()));
                        slots.len() - 1
                    });
                    if let Some((_, nodes)) = slots.get_mut(at) {
                        nodes.push(node);
                    }
                }
            }
        }
        slots
    }

    /// What is drawn now; newcomers get their places.
    fn place(&mut self, seed: u64) -> Drawn {
        let ties = self.ties();
        let slots = self.slots(&ties);
        let mut at: BTreeMap<NodeIx, usize> = BTreeMap::new();
        for (i, (_, nodes)) in slots.iter().enumerate() {
            at.extend(nodes.iter().map(|&node| (node, i)));
        }
        let mut lines: BTreeMap<(usize, usize), (Line, Bits)> = BTreeMap::new();
        for tie in ties {
            let (Some(&a), Some(&b)) = (at.get(&tie.a), at.get(&tie.b)) else { continue };
            if a == b {
                continue;
            }
            let known = lines.entry((a.min(b), a.max(b))).or_insert((tie.line, tie.bits));
            *known = (known.0.min(tie.line), known.1.max(tie.bits));
        }
        let edges: Vec<Edge> =
            lines.into_iter().map(|((a, b), (line, bits))| Edge { a, b, bits, line }).collect();
        let nodes: Vec<Node> = slots.iter().map(|(slot, nodes)| self.node(slot, nodes)).collect();
        let boxes: Vec<NodeBox> = nodes.iter().map(network::room).collect();
        let given: Vec<Option<Point>> =
            slots.iter().map(|(slot, _)| self.places.get(slot).copied()).collect();
        if given.iter().any(Option::is_none) {
            let options = network::options(seed);
            let places = layout_pinned(&boxes, &network::springs(&edges), &given, &options);
            for ((slot, _), place) in slots.iter().zip(places) {
                self.places.entry(slot.clone()).or_insert(place);
            }
        }
        Drawn { slots, nodes, edges }
    }

    fn label(&mut self, node: NodeIx) -> String {
        let view = self.view;
        let label = self.labels.entry(node).or_insert_with(|| label(view, node));
        label.clone()
    }

    fn node(&mut self, slot: &Slot, nodes: &[NodeIx]) -> Node {
        let view = self.view;
        let (href, mark) = (String::new(), Mark::default());
        match slot {
            Slot::One(node) => {
                let label = self.label(*node);
                let (shape, hint) = match node {
                    NodeIx::Applicant(ix) => {
                        let n = view.network.applicant(*ix).applications.len();
                        let said = count(n, "application", "applications");
                        (Shape::Person, format!("{label}: {said}"))
                    }
                    NodeIx::Attribute(ix) => {
                        let kind = view.network.corpus().kind(*ix);
                        let n = view.network.corpus().uses(*ix) as usize;
                        let said = count(n, "use", "uses");
                        (Shape::Thing(kind), format!("{} {label}: {said}", kind.label()))
                    }
                };
                Node { id: NodeId::of(view, *node).to_string(), shape, label, hint, href, mark }
            }
            Slot::Many { on, cluster } => {
                let names: Vec<String> = on.iter().map(|&n| self.label(n)).collect();
                let (shape, noun) = match cluster {
                    Cluster::People => (Shape::People, "applicants"),
                    Cluster::Things(kind) => (Shape::Things(*kind), kind.plural()),
                };
                let label = format!("{} more {noun}", nodes.len());
                let hint =
                    format!("{} {noun} that hang on {} alone", nodes.len(), names.join(", "));
                let ids: Vec<String> =
                    on.iter().map(|&n| NodeId::of(view, n).to_string()).collect();
                let id = format!("many_{}_{cluster}", ids.join("_"));
                Node { id, shape, label, hint, href, mark }
            }
        }
    }

    fn finished(self, drawn: Drawn) -> Scene {
        let Drawn { slots, nodes, edges } = drawn;
        let shown: usize = slots.iter().map(|(_, nodes)| nodes.len()).sum();
        let hidden: BTreeSet<NodeIx> =
            self.hidden.into_iter().filter(|n| self.at.contains_key(n)).collect();
        // The shape stands above the middle of its room.
        let places = slots
            .iter()
            .map(|(slot, _)| self.places.get(slot).copied().unwrap_or_default())
            .map(|p| Point { x: p.x, y: p.y - network::LIFT })
            .collect();
        Scene {
            left_out: self.known.len() - hidden.len() - shown,
            known: self.known,
            hidden,
            slots,
            nodes,
            edges,
            places,
            stale: self.stale,
        }
    }
}

/// The words for a node: a name, or a value as screens show it.
pub fn label(view: &Seen, node: NodeIx) -> String {
    match node {
        NodeIx::Applicant(ix) => {
            let name = view.network.label(ix);
            if name.trim().is_empty() {
                view.network.applicant(ix).id.to_string()
            } else {
                name.to_owned()
            }
        }
        NodeIx::Attribute(ix) => view.value_at(ix),
    }
}

/// The shape of a node.
pub fn shape(view: &Seen, node: NodeIx) -> Shape {
    match node {
        NodeIx::Applicant(_) => Shape::Person,
        NodeIx::Attribute(ix) => Shape::Thing(view.network.corpus().kind(ix)),
    }
}

/// The word for the kind of a node.
pub fn kind_word(view: &Seen, node: NodeIx) -> &'static str {
    match node {
        NodeIx::Applicant(_) => "applicant",
        NodeIx::Attribute(ix) => AttributeKind::label(view.network.corpus().kind(ix)),
    }
}
