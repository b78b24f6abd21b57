//! `GET /path?from=&to=&hubs=`: how one applicant hangs together with another: up to three ways, hop by hop, with the
//! reason of each. Not responsible for finding them (`graph`) nor for what a link is worth.
//!
//! Invariant: every hop is a link of the network and opens into its evidence; what was left out is said, and one
//! link away.

use crate::{
    explain::words::{count, shortened},
    graph::{PathOptions, Paths, paths},
    model::{ApplicantIx, AttributeIx, Bits, Evidence, Link, LinkIx},
    svg::network::{self, Edge, Line, Mark, Node, Shape},
    web::{
        WebError,
        drawing::{self, Drawing, NodeId},
        evidence::{self, EvidenceRow},
        labels,
        page::{self, Chrome, Section},
        pages::find_applicant,
        state::Visit,
        text::{Piece, listed},
        urls,
        veil::Seen,
    },
};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Ways shown.
const WAYS: usize = 3;
/// A value that more applications use joins strangers: links that rest on such values alone are left out.
const HUB: u32 = 200;
/// Shared things named with a hop.
const OVER: usize = 5;

/// From whom to whom: ids of applicants or of applications; and whether widely used values may lead the way.
#[derive(Debug, Default, Deserialize)]
pub struct Ask {
    from: Option<String>,
    to: Option<String>,
    hubs: Option<String>,
}

/// Something a hop goes over.
struct Over {
    icon: String,
    text: String,
    href: String,
    bits: Bits,
}

/// One hop.
struct Hop {
    from: Piece,
    to: Piece,
    bits: Bits,
    class: &'static str,
    compare: String,
    over: Vec<Over>,
    more: usize,
    has_against: bool,
    is_weakest: bool,
    evidence: Vec<EvidenceRow>,
}

/// One way.
struct Way {
    heading: String,
    total: Bits,
    weakest: Bits,
    hops: Vec<Hop>,
}

#[derive(Template)]
#[template(path = "pages/path.html")]
struct PathPage {
    chrome: Chrome,
    from: String,
    to: String,
    hubs: bool,
    verdict: Vec<Piece>,
    note: Vec<Piece>,
    ways: Vec<Way>,
    drawing: Option<Drawing>,
    /// Where to look when there is no way: side by side, and exploring from both; else empty.
    compare: String,
    explore: String,
}

/// `GET /path`.
pub async fn path(visit: Visit, request: HttpRequest) -> Result<HttpResponse, WebError> {
    let ask: Ask = page::ask(&request)?;
    let view = visit.view.clone();
    let (from, to) = (ask.from.unwrap_or_default(), ask.to.unwrap_or_default());
    let hubs = ask.hubs.as_deref() == Some("1");
    let mut page = PathPage {
        chrome: visit.chrome("Path", Section::Path),
        from,
        to,
        hubs,
        verdict: Vec::new(),
        note: Vec::new(),
        ways: Vec::new(),
        drawing: None,
        compare: String::new(),
        explore: String::new(),
    };
    if !page.from.trim().is_empty() && !page.to.trim().is_empty() {
        let a = find_applicant(&view, &page.from)?;
        let b = find_applicant(&view, &page.to)?;
        let options = PathOptions { most: WAYS, hub: (!hubs).then_some(HUB) };
        let found = paths(&view.network, a, b, options);
        page.verdict = verdict(&view, a, b, &found);
        page.note = note(&view, &page, &found);
        if a != b {
            let ways = found.paths.iter().enumerate();
            page.ways = ways.map(|(i, links)| way(&view, a, i, links)).collect();
            if found.paths.is_empty() {
                let id = |m: ApplicantIx| view.network.applicant(m).id.as_str();
                page.compare = urls::compare(id(a), id(b));
                page.explore = urls::explore(&[id(a), id(b)]);
            }
            page.drawing = (!found.paths.is_empty()).then(|| drawn(&view, a, b, &found.paths));
        }
    }
    page::render(&page)
}

fn person(view: &Seen, ix: ApplicantIx) -> Piece {
    Piece::link(view.network.label(ix), urls::applicant(&view.network.applicant(ix).id))
}

fn verdict(view: &Seen, a: ApplicantIx, b: ApplicantIx, found: &Paths) -> Vec<Piece> {
    let mut pieces = vec![person(view, a)];
    if a == b {
        pieces.push(Piece::text(" is one applicant: there is no way to go."));
        return pieces;
    }
    match found.paths.first() {
        Some(best) => {
            let n = best.len();
            pieces.push(Piece::text(format!(" is {} away from ", count(n, "link", "links"))));
            pieces.push(person(view, b));
            let more = found.paths.len() - 1;
            if more > 0 {
                let ways = count(more, "other way", "other ways");
                pieces.push(Piece::text(format!(", and {ways} lead there")));
            }
        }
        None => {
            pieces.push(Piece::text(" is not connected with "));
            pieces.push(person(view, b));
        }
    }
    pieces.push(Piece::text("."));
    pieces
}

/// What was left out, or let in, and the way to the other.
fn note(view: &Seen, page: &PathPage, found: &Paths) -> Vec<Piece> {
    let url = |hubs: &str| {
        urls::query(urls::PATH, &[("from", &page.from), ("to", &page.to), ("hubs", hubs)])
    };
    if page.hubs {
        return vec![
            Piece::text("Ways over widely used values are included. "),
            Piece::link("Leave them out", url("")),
            Piece::text("."),
        ];
    }
    let n = found.avoided.len();
    if n == 0 {
        return Vec::new();
    }
    let name = |&ix: &AttributeIx| {
        let attribute = view.network.corpus().attribute(ix);
        let text = format!("{} {}", attribute.kind.label(), view.value(&attribute));
        Piece::link(shortened(&text, 50), urls::attribute(&attribute.id()))
    };
    let mut pieces = vec![Piece::text(format!(
        "Avoided {} used by more than {HUB} applications, which join strangers: ",
        count(n, "value", "values")
    ))];
    let mut names: Vec<Piece> = found.avoided.iter().take(3).map(name).collect();
    if n > 3 {
        names.push(Piece::text(format!("{} more", n - 3)));
    }
    pieces.extend(listed(names));
    pieces.push(Piece::text(". "));
    pieces.push(Piece::link("Include them", url("1")));
    pieces.push(Piece::text("."));
    pieces
}

fn way(view: &Seen, from: ApplicantIx, number: usize, links: &[LinkIx]) -> Way {
    let bits = |ix: &LinkIx| view.network.link(*ix).bits;
    let total: Bits = links.iter().map(bits).sum();
    let weakest = links.iter().map(bits).min().unwrap_or_default();
    let mut at = from;
    let mut hops: Vec<Hop> = links.iter().map(|&link| hop(view, &mut at, link)).collect();
    // One hop is not the weakest of one.
    if hops.len() > 1
        && let Some(weak) = hops.iter_mut().find(|h| h.bits == weakest)
    {
        weak.is_weakest = true;
    }
    let name = ["Best argued way", "Second way", "Third way"].get(number).copied();
    let heading = name.unwrap_or("Another way").to_owned();
    Way { heading, total, weakest, hops }
}

fn hop(view: &Seen, at: &mut ApplicantIx, link: LinkIx) -> Hop {
    let link = view.network.link(link);
    let from = *at;
    *at = if link.a == from { link.b } else { link.a };
    let id = |m: ApplicantIx| view.network.applicant(m).id.as_str();
    let over: Vec<Over> = speaking(link).map(|e| over(view, e)).collect();
    Hop {
        from: person(view, from),
        to: person(view, *at),
        bits: link.bits,
        class: link.class.label(),
        compare: urls::compare(id(from), id(*at)),
        more: over.len().saturating_sub(OVER),
        over: over.into_iter().take(OVER).collect(),
        has_against: link.evidence.iter().any(|e| e.bits < Bits::ZERO),
        is_weakest: false,
        evidence: evidence::of_link(view, link),
    }
}

/// The evidence that speaks for a link, strongest first.
fn speaking(link: &Link) -> impl Iterator<Item = &Evidence> {
    link.evidence.iter().filter(|e| e.bits > Bits::ZERO)
}

fn over(view: &Seen, e: &Evidence) -> Over {
    match e.attribute {
        Some(ix) => {
            let attribute = view.network.corpus().attribute(ix);
            Over {
                icon: network::icon(Shape::Thing(attribute.kind)),
                text: shortened(&view.value(&attribute), 60),
                href: urls::attribute(&attribute.id()),
                bits: e.bits,
            }
        }
        None => Over {
            icon: network::icon(Shape::Near),
            text: labels::feature(e.feature).to_owned(),
            href: String::new(),
            bits: e.bits,
        },
    }
}

/// All ways in one drawing: the people, and the strongest values each hop goes over.
fn drawn(view: &Seen, a: ApplicantIx, b: ApplicantIx, ways: &[Vec<LinkIx>]) -> Drawing {
    let mut sketch = Sketch { view, nodes: Vec::new(), edges: Vec::new(), at: BTreeMap::new() };
    let links: std::collections::BTreeSet<LinkIx> = ways.iter().flatten().copied().collect();
    for link in links {
        let link = view.network.link(link);
        let (p, q) = (sketch.person(link.a), sketch.person(link.b));
        let values: Vec<(AttributeIx, Bits)> =
            speaking(link).filter_map(|e| Some((e.attribute?, e.bits))).take(2).collect();
        if values.is_empty() {
            sketch.edges.push(Edge { a: p, b: q, bits: link.bits, line: Line::Near });
        }
        for (value, bits) in values {
            let thing = sketch.value(value);
            for end in [p, q] {
                let line = Line::Exact;
                if !sketch.edges.iter().any(|e| (e.a, e.b) == (end, thing)) {
                    sketch.edges.push(Edge { a: end, b: thing, bits, line });
                }
            }
        }
    }
    for end in [a, b] {
        let at = sketch.person(end);
        if let Some(node) = sketch.nodes.get_mut(at) {
            node.mark.is_selected = true;
        }
    }
    let Sketch { nodes, edges, .. } = sketch;
    let places = network::placed(&nodes, &edges, 7);
    let id = |m: ApplicantIx| view.network.applicant(m).id.as_str();
    Drawing {
        svg: network::figure(&nodes, &edges, &places, "The ways", "The list above says the same."),
        hidden: String::new(),
        legend: drawing::legend(&nodes),
        has_near: drawing::has(&edges, Line::Near),
        has_bridge: false,
        explore: urls::explore(&[id(a), id(b)]),
        mode: "path",
    }
}

/// A drawing being made.
struct Sketch<'a> {
    view: &'a Seen,
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    at: BTreeMap<String, usize>,
}

impl Sketch<'_> {
    fn person(&mut self, ix: ApplicantIx) -> usize {
        let applicant = self.view.network.applicant(ix);
        let label = self.view.network.label(ix).to_owned();
        let (id, href) = (applicant.id.to_string(), urls::applicant(&applicant.id));
        self.add(id, Shape::Person, label.clone(), label, href)
    }

    fn value(&mut self, ix: AttributeIx) -> usize {
        let attribute = self.view.network.corpus().attribute(ix);
        let (id, label) = (attribute.id(), self.view.value(&attribute));
        let hint = format!("{} {label}", attribute.kind.label());
        let href = urls::attribute(&id);
        let id = NodeId::Attribute(id).to_string();
        self.add(id, Shape::Thing(attribute.kind), label, hint, href)
    }

    fn add(
        &mut self,
        id: String,
        shape: Shape,
        label: String,
        hint: String,
        href: String,
    ) -> usize {
        if let Some(&at) = self.at.get(&id) {
            return at;
        }
        let at = self.nodes.len();
        self.at.insert(id.clone(), at);
        self.nodes.push(Node { id, shape, label, hint, href, mark: Mark::default() });
        at
    }
}
