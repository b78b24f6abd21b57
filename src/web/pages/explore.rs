//! `GET /explore?from=&open=&sel=`: walking the network step by step, with what lies behind each step counted before
//! it is taken. Not responsible for what is drawn (`explore::Scene`) nor for the drawing (`svg::network`).
//!
//! Invariant: the list beside the drawing has every node of it, and everything a script can do is a link.

use crate::{
    engine::RingLookup,
    explain::words::{count, shortened},
    graph::NodeIx,
    svg::network::{self, Line},
    web::{
        WebError,
        deciding::{DecideForm, Subject},
        drawing::{self, Drawing},
        explore::{self, Explored, Group, Panel, Scene, Slot, Start, Step, Tour},
        page::{self, Chrome, Section},
        pager::Pager,
        state::Visit,
        text::{Piece, listed},
        urls,
    },
};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

/// Nodes of the list on a page, and all of them where that is asked for.
const ROWS: (usize, usize) = (40, 2_000);

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
    decide: Option<DecideForm>,
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
    let explored = Explored { view: &view, tour: &tour, scene: &scene };
    if asked("format") == Some("json") {
        return Ok(HttpResponse::Ok().json(explored.json(&selected, &notes)));
    }
    page::render(&explored.page(&visit, selected, notes, asked("rows")))
}

fn stale(ids: &[String]) -> String {
    let first = ids.first().map_or("", String::as_str);
    let more = match ids.len() {
        1 => String::new(),
        n => format!(" and {} more", n - 1),
    };
    format!("\"{}\"{more} leads nowhere: it is unknown, or is no more", shortened(first, 60))
}

impl Explored<'_> {
    fn page(
        &self,
        visit: &Visit,
        selected: Vec<NodeIx>,
        notes: Vec<String>,
        asked: Option<&str>,
    ) -> ExplorePage {
        let Explored { tour, scene, .. } = self;
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
            decide: self.subject(&selected).and_then(|subject| {
                Some(DecideForm::of(visit, "chosen", &subject)?.back_to(&visit.here))
            }),
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

    /// What of the selected can be judged: two applicants, or one value.
    fn subject(&self, selected: &[NodeIx]) -> Option<Subject> {
        match selected {
            [NodeIx::Applicant(a), NodeIx::Applicant(b)] => Subject::applicants(self.view, *a, *b),
            [NodeIx::Attribute(ix)] => {
                Some(Subject::Value(self.view.network.corpus().attribute(*ix)))
            }
            _ => None,
        }
    }

    fn verdict(&self) -> Vec<Piece> {
        let Explored { view, tour, scene } = self;
        if scene.known.is_empty() {
            return Vec::new();
        }
        let people = scene.known.iter().filter(|n| matches!(n, NodeIx::Applicant(_))).count();
        let things = scene.known.len() - people;
        let from = tour.from.iter().take(4).map(|start| match start {
            Start::Ring(id) => match view.ring(id) {
                RingLookup::Found(ring) => {
                    let n = ring.members.len();
                    Piece::link(format!("a ring of\u{a0}{n}"), urls::ring(id))
                }
                _ => Piece::link(id.to_string(), urls::ring(id)),
            },
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
            Piece::text(format!(" and {} ", count(things, "value", "values"))),
            Piece::text(match tour.steps.len() {
                0 => "from ".to_owned(),
                n => format!("within {} from ", count(n, "step", "steps")),
            }),
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

    fn drawing(&self, selected: &[NodeIx]) -> Drawing {
        let Explored { tour, scene, .. } = self;
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
            hidden.push(format!(
                "{} of {all} nodes are not drawn, as there are too many",
                scene.left_out
            ));
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

    fn json(&self, selected: &[NodeIx], notes: &[String]) -> serde_json::Value {
        let Explored { tour, scene, .. } = self;
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
