//! `GET /explore?from=&open=&sel=`: walking the network step by step, with what lies behind each step counted before
//! it is taken. Not responsible for what is drawn (`explore::Scene`) nor for the drawing (`svg::network`).
//!
//! Invariant: the list beside the drawing has every node of it, and everything a script can do is a link.

use crate::{
    engine::View,
    graph::{self, Count, NodeIx, PAGE, Relation},
    model::{AttributeKind, Bits},
    web::{
        WebError,
        drawing::{self, Drawing, NodeId},
        explore::{self, Cluster, Scene, Selection, Slot, Start, Step, Tour},
        labels,
        page::{self, Chrome, Section},
        pager::Pager,
        state::Visit,
        svg::network::{self, Line},
        text::{Piece, count, listed, shortened},
        urls,
    },
};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use std::collections::BTreeMap;

/// Nodes of the list on a page, and all of them where that is asked for.
const ROWS: (usize, usize) = (60, 2_000);
/// Rows of what a selection has in common, and of its links.
const SHARED: usize = 25;

/// What lies behind a relation of a node.
struct Chip {
    /// `phones`.
    text: String,
    /// How many.
    n: String,
    /// Where it is opened; empty when it is open.
    href: String,
    /// `open`, `25 of 212, next 25`, or empty.
    state: String,
    /// The same in a sentence.
    hint: String,
    /// Whether nobody else has any of it.
    is_faint: bool,
    /// `expand` or `group`: what the script calls it.
    act: &'static str,
}

/// A node of the list.
struct Row {
    id: String,
    icon: String,
    name: String,
    page: String,
    is_selected: bool,
    /// Where it is selected, or not any more.
    select: String,
    chips: Vec<Chip>,
    hide: String,
    /// Why it is not to be seen by itself; empty when it is.
    aside: &'static str,
}

/// Nodes of a kind.
struct Group {
    heading: String,
    rows: Vec<Row>,
}

/// Something the selected have in common.
struct Shared {
    icon: String,
    kind: &'static str,
    name: String,
    page: String,
    who: String,
    uses: String,
    bits: String,
    discount: String,
    /// Where it is drawn; empty when it is.
    draw: String,
}

/// A link among the selected.
struct Linked {
    bits: Bits,
    sentence: String,
    compare: String,
}

/// What is selected, and what that has in common.
struct Panel {
    heading: Vec<Piece>,
    /// The one selected.
    row: Option<Row>,
    n: usize,
    shares: Vec<Shared>,
    more_shares: usize,
    links: Vec<Linked>,
    more_links: usize,
    note: String,
    /// Comparing and the path, of two.
    compare: String,
    path: String,
    clear: String,
    /// All neighbours that are drawn, of one.
    neighbours: String,
}

#[derive(Template)]
#[template(path = "pages/explore.html")]
struct ExplorePage {
    chrome: Chrome,
    from: String,
    open: String,
    verdict: Vec<Piece>,
    notes: Vec<String>,
    suggestions: Vec<Piece>,
    drawing: Drawing,
    undo: Option<(String, String)>,
    again: String,
    hidden: Option<(String, String)>,
    panel: Panel,
    groups: Vec<Group>,
    pager: Pager,
    /// What is selected and not on this page of the list.
    kept: Vec<String>,
    all: String,
    json: String,
    is_empty: bool,
}

/// `GET /explore`.
pub async fn explore(visit: Visit, request: HttpRequest) -> Result<HttpResponse, WebError> {
    let pairs: Vec<(String, String)> = page::ask(&request)?;
    let asked = |name: &str| pairs.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str());
    let view = visit.view.clone();
    let (tour, mut notes) = Tour::read(&pairs);
    let scene = Scene::of(&view, &tour);
    let selected: Vec<NodeIx> = tour.selected.iter().filter_map(|id| id.find(&view)).collect();
    if !scene.stale.is_empty() {
        notes.push(stale(&scene.stale));
    }
    if selected.len() < tour.selected.len() {
        notes.push("some of what was selected is no more".to_owned());
    }
    let desk = Desk { view: &view, tour: &tour, scene: &scene };
    if asked("format") == Some("json") {
        return Ok(HttpResponse::Ok().json(desk.json(&selected, &notes)));
    }
    page::render(&desk.page(&visit, selected, notes, asked("rows")))
}

fn stale(ids: &[String]) -> String {
    let first = ids.first().map_or("", String::as_str);
    let more = match ids.len() {
        1 => String::new(),
        n => format!(" and {} more", n - 1),
    };
    format!("\"{}\"{more} leads nowhere: it is unknown, or is no more", shortened(first, 60))
}

/// A tour with what it shows.
struct Desk<'a> {
    view: &'a View,
    tour: &'a Tour,
    scene: &'a Scene,
}

impl Desk<'_> {
    fn page(
        &self,
        visit: &Visit,
        selected: Vec<NodeIx>,
        notes: Vec<String>,
        asked: Option<&str>,
    ) -> ExplorePage {
        let Desk { tour, scene, .. } = self;
        let size = if tour.lists_all { ROWS.1 } else { ROWS.0 };
        let mut order = scene.known.clone();
        order.retain(|n| !scene.hidden.contains(n));
        order.sort_by_key(|&n| self.kind_of(n));
        let pager = Pager::new(asked, order.len(), size, tour.url(), "rows").at("#nodes");
        let from: Vec<String> = tour.from.iter().map(Start::to_string).collect();
        let open: Vec<String> = tour.steps.iter().map(Step::to_string).collect();
        let is_empty = scene.known.is_empty();
        ExplorePage {
            chrome: visit.chrome("Explore", Section::Explore),
            from: from.join(","),
            open: open.join(","),
            verdict: self.verdict(),
            notes,
            suggestions: if is_empty { self.suggestions() } else { Vec::new() },
            drawing: self.drawing(&selected),
            undo: tour.undone().map(|t| {
                let last = tour.steps.last().map_or_else(String::new, |s| self.said(s));
                (t.url(), last)
            }),
            again: Tour { from: tour.from.clone(), ..Tour::default() }.url(),
            hidden: (!scene.hidden.is_empty())
                .then(|| (tour.unhidden().url(), count(scene.hidden.len(), "node", "nodes"))),
            panel: self.panel(&selected),
            groups: self.groups(&pager, &order),
            kept: {
                let here = pager.of(&order);
                let away = selected.iter().filter(|n| !here.contains(n));
                away.map(|&n| self.id(n).to_string()).collect()
            },
            all: Tour { lists_all: true, ..(*tour).clone() }.url(),
            json: urls::with(&tour.url(), "format", "json"),
            pager,
            is_empty,
        }
    }

    fn kind_of(&self, node: NodeIx) -> Option<AttributeKind> {
        match node {
            NodeIx::Applicant(_) => None,
            NodeIx::Attribute(ix) => Some(self.view.network.corpus().kind(ix)),
        }
    }

    fn id(&self, node: NodeIx) -> NodeId {
        NodeId::of(self.view, node)
    }

    fn label(&self, node: NodeIx) -> String {
        explore::label(self.view, node)
    }

    fn page_of(&self, node: NodeIx) -> String {
        match self.id(node) {
            NodeId::Applicant(id) => urls::applicant(&id),
            NodeId::Attribute(id) => urls::attribute(&id),
            NodeId::Near(_) => String::new(),
        }
    }

    /// The address with one more step; empty when there is no room for more.
    fn then(&self, step: Step) -> String {
        self.tour.then(step).map_or_else(String::new, |t| t.url())
    }

    fn verdict(&self) -> Vec<Piece> {
        let Desk { view, tour, scene } = self;
        if scene.known.is_empty() {
            return Vec::new();
        }
        let people = scene.known.iter().filter(|n| matches!(n, NodeIx::Applicant(_))).count();
        let things = scene.known.len() - people;
        let from = tour.from.iter().take(4).map(|start| match start {
            Start::Ring(id) => Piece::link(format!("ring {id}"), urls::ring(id)),
            Start::Node(id) => match id.find(view) {
                Some(node) => Piece::link(shortened(&self.label(node), 40), self.page_of(node)),
                None => Piece::text(id.to_string()),
            },
            Start::Text(text) => match view.applicant(text) {
                Some(ix) => {
                    let node = NodeIx::Applicant(ix);
                    Piece::link(self.label(node), self.page_of(node))
                }
                None => Piece::text(shortened(text, 40)),
            },
        });
        let mut pieces = vec![
            Piece::link(count(people, "applicant", "applicants"), "#nodes"),
            Piece::text(format!(" and {} within ", count(things, "value", "values"))),
            Piece::text(count(tour.steps.len(), "step", "steps")),
            Piece::text(" from "),
        ];
        let mut from: Vec<Piece> = from.collect();
        if tour.from.len() > 4 {
            from.push(Piece::text(format!("{} more", tour.from.len() - 4)));
        }
        pieces.extend(listed(from));
        pieces.push(Piece::text("."));
        pieces
    }

    fn suggestions(&self) -> Vec<Piece> {
        let rings = self.view.rings.iter().take(8);
        rings
            .map(|ring| {
                let said = format!(
                    "{}: {} identities, {} shared things",
                    ring.id,
                    ring.identities,
                    ring.artefacts.len()
                );
                Piece::link(said, urls::explore(&[ring.id.as_str()]))
            })
            .collect()
    }

    /// What a step did, in words.
    fn said(&self, step: &Step) -> String {
        let name = |id: &NodeId| {
            let node = id.find(self.view);
            node.map_or_else(|| id.to_string(), |n| shortened(&self.label(n), 30))
        };
        match step {
            Step::Open(id, relation, _) => format!("{} of {}", self.word(*relation, 2), name(id)),
            Step::Hide(id) => format!("hiding {}", name(id)),
            Step::Show(id) => format!("drawing {}", name(id)),
            Step::Each(id, _) => format!("one by one at {}", name(id)),
            Step::One(id, _) => format!("together at {}", name(id)),
        }
    }

    fn word(&self, relation: Relation, n: usize) -> &'static str {
        match relation {
            Relation::Uses(kind) if n == 1 => kind.label(),
            Relation::Uses(kind) => kind.plural(),
            Relation::Linked(class) => class.label(),
            Relation::Users => "users",
        }
    }

    fn drawing(&self, selected: &[NodeIx]) -> Drawing {
        let Desk { tour, scene, .. } = self;
        let nodes = self.marked(selected);
        let said = format!(
            "{} and {}. The list says the same.",
            count(nodes.len(), "node", "nodes"),
            count(scene.edges.len(), "line", "lines")
        );
        let mut hidden = Vec::new();
        let together = scene.slots.iter().filter(|(s, _)| matches!(s, Slot::Many { .. })).count();
        if together > 0 {
            hidden.push(count(together, "node stands for several", "nodes stand for several each"));
        }
        if scene.left_out > 0 {
            let all = scene.known.len();
            hidden.push(format!("{} of {all} nodes are not drawn, as there are too many", scene.left_out));
        }
        if tour.steps.len() >= explore::STEPS {
            hidden.push(format!("{} steps are the most one address holds", explore::STEPS));
        }
        Drawing {
            svg: network::figure(&nodes, &scene.edges, &scene.places, "What was explored", &said),
            hidden: drawing::said(&hidden),
            legend: drawing::legend(&nodes),
            has_near: drawing::has(&scene.edges, Line::Near),
            has_bridge: false,
            explore: String::new(),
            mode: "explore",
        }
    }

    /// The nodes as they are drawn, each leading to where it is selected, or opened when it stands for several.
    fn marked(&self, selected: &[NodeIx]) -> Vec<network::Node> {
        let mut nodes = self.scene.nodes.clone();
        for (node, (slot, stands_for)) in nodes.iter_mut().zip(&self.scene.slots) {
            node.mark.is_selected = stands_for.iter().any(|n| selected.contains(n));
            node.href = match slot {
                Slot::One(ix) if selected == [*ix] => self.tour.selecting([]).url(),
                Slot::One(ix) => self.tour.selecting([self.id(*ix)]).url(),
                Slot::Many { on, cluster } => match on.as_slice() {
                    [anchor] => self.then(Step::Each(self.id(*anchor), *cluster)),
                    _ => "#nodes".to_owned(),
                },
            };
            if node.href.is_empty() {
                node.href = "#nodes".to_owned();
            }
        }
        nodes
    }

    fn groups(&self, pager: &Pager, order: &[NodeIx]) -> Vec<Group> {
        let drawn: BTreeMap<NodeIx, bool> = self
            .scene
            .slots
            .iter()
            .flat_map(|(slot, nodes)| {
                nodes.iter().map(move |&n| (n, matches!(slot, Slot::One(_))))
            })
            .collect();
        let mut groups: Vec<(Option<AttributeKind>, Group)> = Vec::new();
        for &node in pager.of(order) {
            let kind = self.kind_of(node);
            if groups.last().is_none_or(|(k, _)| *k != kind) {
                let n = order.iter().filter(|&&n| self.kind_of(n) == kind).count();
                let plural = kind.map_or("applicants", AttributeKind::plural);
                let heading = format!("{} {n}", labels::sentence_case(plural));
                groups.push((kind, Group { heading, rows: Vec::new() }));
            }
            let aside = match drawn.get(&node) {
                Some(true) => "",
                Some(false) => "drawn together with others",
                None => "not drawn",
            };
            if let Some((_, group)) = groups.last_mut() {
                group.rows.push(Row { aside, ..self.row(node) });
            }
        }
        groups.into_iter().map(|(_, group)| group).collect()
    }

    fn row(&self, node: NodeIx) -> Row {
        let id = self.id(node);
        let is_selected = self.tour.selected.contains(&id);
        Row {
            icon: network::icon(explore::shape(self.view, node)),
            name: self.label(node),
            page: self.page_of(node),
            is_selected,
            select: self.tour.toggled(&id).url(),
            chips: self.chips(node, &id),
            hide: self.then(Step::Hide(id.clone())),
            aside: "",
            id: id.to_string(),
        }
    }

    fn chips(&self, node: NodeIx, id: &NodeId) -> Vec<Chip> {
        let relations = graph::relations(&self.view.network, node);
        let mut chips: Vec<Chip> = relations.iter().map(|c| self.chip(id, c)).collect();
        for (slot, nodes) in &self.scene.slots {
            let Slot::Many { on, cluster } = slot else { continue };
            if on.as_slice() == [node] {
                chips.push(Chip {
                    text: "one by one".to_owned(),
                    n: nodes.len().to_string(),
                    href: self.then(Step::Each(id.clone(), *cluster)),
                    state: String::new(),
                    hint: format!("Draw the {} that are one node now one by one", nodes.len()),
                    is_faint: false,
                    act: "group",
                });
            }
        }
        for step in &self.tour.steps {
            if let Step::Each(of, cluster) = step
                && of == id
            {
                let noun = match cluster {
                    Cluster::People => "applicants",
                    Cluster::Things(kind) => kind.plural(),
                };
                chips.push(Chip {
                    text: format!("{noun} as one"),
                    n: String::new(),
                    href: self.then(Step::One(id.clone(), *cluster)),
                    state: String::new(),
                    hint: format!("Draw the {noun} that hang on this alone as one node"),
                    is_faint: false,
                    act: "group",
                });
            }
        }
        chips
    }

    fn chip(&self, id: &NodeId, c: &Count) -> Chip {
        let open = self.tour.pages(id, c.relation);
        let seen = open.len() * PAGE;
        let next = self.tour.next_page(id, c.relation).filter(|_| seen < c.nodes);
        let step = |page| self.then(Step::Open(id.clone(), c.relation, page));
        let word = self.word(c.relation, c.nodes);
        let state = match (open.len(), next) {
            (0, _) => String::new(),
            (_, None) => "open".to_owned(),
            (_, Some(_)) => format!("{} of {}, next {PAGE}", seen.min(c.nodes), c.nodes),
        };
        let hint = match c.relation {
            Relation::Uses(_) => {
                format!("{} {word}, {} of them used by somebody else too", c.nodes, c.shared)
            }
            Relation::Linked(_) => format!("linked to {} as {word}", c.nodes),
            Relation::Users if c.is_exact => count(c.nodes, "applicant uses it", "applicants use it"),
            Relation::Users => format!("used {} times: the newest users come first", c.nodes),
        };
        let text = match c.relation {
            Relation::Users if !c.is_exact => "uses",
            _ => word,
        };
        Chip {
            text: text.to_owned(),
            n: c.nodes.to_string(),
            href: next.map_or_else(String::new, step),
            state,
            hint,
            is_faint: c.shared == 0,
            act: "expand",
        }
    }

    fn panel(&self, selected: &[NodeIx]) -> Panel {
        let n = selected.len();
        let names = selected.iter().take(4).map(|&node| {
            Piece::link(shortened(&self.label(node), 40), self.page_of(node))
        });
        let mut names: Vec<Piece> = names.collect();
        if n > 4 {
            names.push(Piece::text(format!("{} more", n - 4)));
        }
        let found = if n > 1 { Selection::of(self.view, selected) } else { Selection::default() };
        let ids: Vec<NodeId> = selected.iter().map(|&node| self.id(node)).collect();
        let pair = match ids.as_slice() {
            [NodeId::Applicant(a), NodeId::Applicant(b)] => Some((a.as_str(), b.as_str())),
            _ => None,
        };
        let one = match selected {
            [one] => Some(*one),
            _ => None,
        };
        Panel {
            heading: listed(names),
            row: one.map(|node| self.row(node)),
            n,
            more_shares: found.shares.len().saturating_sub(SHARED),
            shares: found.shares.iter().take(SHARED).map(|s| self.shared(s, n)).collect(),
            more_links: found.links.len().saturating_sub(SHARED),
            links: found
                .links
                .iter()
                .take(SHARED)
                .map(|l| Linked {
                    bits: l.bits,
                    sentence: l.sentence.clone(),
                    compare: urls::compare(
                        self.view.network.applicant(l.a).id.as_str(),
                        self.view.network.applicant(l.b).id.as_str(),
                    ),
                })
                .collect(),
            note: match found.crowded {
                0 => String::new(),
                n => format!(
                    "{} so many users that only those already met here are told.",
                    count(n, "selected value has", "selected values have")
                ),
            },
            compare: pair.map_or_else(String::new, |(a, b)| urls::compare(a, b)),
            path: pair.map_or_else(String::new, |(a, b)| urls::path(a, b)),
            clear: self.tour.selecting([]).url(),
            neighbours: one.map_or_else(String::new, |node| self.neighbours(node)),
        }
    }

    /// Selecting everything that a drawn line joins to this node.
    fn neighbours(&self, node: NodeIx) -> String {
        let Some(at) = self.scene.slot_of(node) else { return String::new() };
        let others = self.scene.edges.iter().filter_map(|e| match (e.a == at, e.b == at) {
            (true, false) => Some(e.b),
            (false, true) => Some(e.a),
            _ => None,
        });
        let nodes: Vec<NodeId> = others
            .filter_map(|i| self.scene.slots.get(i))
            .flat_map(|(_, nodes)| nodes.iter().map(|&n| self.id(n)))
            .collect();
        if nodes.len() < 2 { String::new() } else { self.tour.selecting(nodes).url() }
    }

    fn shared(&self, share: &explore::ShareRow, n: usize) -> Shared {
        let node = share.node;
        let id = self.id(node);
        let is_drawn = self.scene.slot_of(node).is_some();
        let who: Vec<String> =
            share.who.iter().take(4).map(|&w| shortened(&self.label(w), 26)).collect();
        let more = if share.who.len() > 4 { ", …" } else { "" };
        Shared {
            icon: network::icon(explore::shape(self.view, node)),
            kind: explore::kind_word(self.view, node),
            name: self.label(node),
            page: self.page_of(node),
            who: format!("{} of {n}: {}{more}", share.who.len(), who.join(", ")),
            uses: match share.uses {
                0 => String::new(),
                uses => uses.to_string(),
            },
            bits: share.bits.map_or_else(String::new, |b| b.to_string()),
            discount: share.discount.as_ref().map_or_else(String::new, labels::discount),
            draw: if is_drawn { String::new() } else { self.then(Step::Show(id)) },
        }
    }

    fn json(&self, selected: &[NodeIx], notes: &[String]) -> serde_json::Value {
        let Desk { tour, scene, .. } = self;
        let nodes = self.marked(selected);
        let id = |i: usize| nodes.get(i).map_or("", |n| n.id.as_str());
        serde_json::json!({
            "nodes": nodes.iter().zip(&scene.places).zip(&scene.slots).map(|((node, place), (_, of))| {
                serde_json::json!({
                    "id": node.id,
                    "shape": node.shape.outline(),
                    "letter": node.shape.letter(),
                    "label": node.label,
                    "hint": node.hint,
                    "x": (place.x * 10.0).round() / 10.0,
                    "y": (place.y * 10.0).round() / 10.0,
                    "stands_for": of.len(),
                    "selected": node.mark.is_selected,
                    "href": node.href,
                })
            }).collect::<Vec<_>>(),
            "links": scene.edges.iter().map(|e| serde_json::json!({
                "a": id(e.a), "b": id(e.b), "line": e.line.class(), "bits": e.bits,
            })).collect::<Vec<_>>(),
            "known": scene.known.len(),
            "not_drawn": scene.left_out,
            "hidden": scene.hidden.len(),
            "notes": notes,
            "url": tour.url(),
            "undo": tour.undone().map(|t| t.url()),
            "as_of": { "seq": self.view.seq, "policy": self.view.policy },
        })
    }
}
