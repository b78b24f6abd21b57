//! `GET /rings/{ring_id}`: one ring, verdict first, then everything it rests on. Not responsible for finding words
//! for its standing (`standing`) nor for the drawing (`drawing`).
//!
//! Invariant: a ring id that ever existed gets an answer that says what became of it.

use crate::{
    engine::{RingLookup, View},
    explain::{self, RingReport},
    model::{
        ApplicantIx, Artefact, AttributeIx, AttributeKind, Bits, Discount, LineageKind, Link,
        LinkIx, Ring, RingId, RingStatus, Verdict,
    },
    web::{
        WebError, drawing,
        evidence::{self, EvidenceRow},
        judge::aside,
        labels::{self, JudgementRow},
        members::{self, MemberGroup},
        page::{self, Chrome, Section},
        pager::Pager,
        standing::{self, Sentence},
        state::Visit,
        svg::{
            network::{self, Shape},
            timeline::{self, Bar},
        },
        text::Piece,
        urls,
    },
};
use actix_web::{HttpRequest, HttpResponse, http::header::LOCATION, web};
use askama::Template;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// Members on a page, and shared things, and links.
const MEMBERS: usize = 50;
const THINGS: usize = 40;
const LINKS: usize = 15;

/// Which pages of the long tables, and whence.
#[derive(Debug, Default, Deserialize)]
pub struct Ask {
    members: Option<String>,
    shared: Option<String>,
    links: Option<String>,
    from: Option<String>,
    format: Option<String>,
}

struct GateRow {
    name: String,
    passed: bool,
    detail: String,
}

/// Something shared.
struct ThingRow {
    icon: String,
    kind: &'static str,
    value: String,
    href: String,
    n_members: usize,
    outside: usize,
    bits: Bits,
    discount: String,
    crowded: bool,
}

/// A link with its evidence.
struct LinkRow {
    a: String,
    a_url: String,
    b: String,
    b_url: String,
    sentence: String,
    bits: Bits,
    families: String,
    against: bool,
    compare: String,
    evidence: Vec<EvidenceRow>,
}

struct LineageRow {
    day: String,
    seq: u64,
    kind: &'static str,
    other: String,
    members: usize,
    cause: Vec<Piece>,
}

#[derive(Template)]
#[template(path = "pages/ring.html")]
struct RingPage {
    chrome: Chrome,
    id: RingId,
    note: Vec<Piece>,
    verdict: Sentence,
    status: &'static str,
    status_name: &'static str,
    score: String,
    n_identities: usize,
    n_applications: usize,
    n_links: usize,
    speaks_for: Vec<Sentence>,
    speaks_against: Vec<Sentence>,
    gates: Vec<GateRow>,
    holds: Vec<Sentence>,
    drawing: drawing::Drawing,
    has_weak_bridge: bool,
    legend: Vec<(String, &'static str)>,
    things: Vec<ThingRow>,
    things_pager: Pager,
    groups: Vec<MemberGroup>,
    members_pager: Pager,
    links: Vec<LinkRow>,
    links_pager: Pager,
    timeline: String,
    bars: Vec<Bar>,
    indicators: RingReport,
    lineage: Vec<LineageRow>,
    innocent: Vec<&'static str>,
    judgements: Vec<JudgementRow>,
    json_url: String,
}

/// `GET /rings/{ring_id}`.
pub async fn ring(
    visit: Visit,
    path: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, WebError> {
    let ask: Ask = page::ask(&request)?;
    let missing = || WebError::NotFound { what: "ring", id: path.chars().take(80).collect() };
    let id: RingId = path.parse().map_err(|_| missing())?;
    let view = visit.view.clone();
    match view.ring(&id) {
        // Drawing, and reading what members wrote, take milliseconds that others need not wait.
        RingLookup::Found(ring) if ask.format.as_deref() == Some("json") => {
            let (view, id) = (view.clone(), ring.id.clone());
            let told =
                aside(move || Ok(view.rings.find(&id).map(|ring| json(&visit, &view, ring))));
            Ok(HttpResponse::Ok().json(told.await?))
        }
        RingLookup::Found(ring) => {
            let (view, id) = (view.clone(), ring.id.clone());
            let made = page::aside(move || {
                let ring = view.rings.find(&id)?;
                Some(built(&visit, &view, ring, &ask))
            });
            made.await?.ok_or_else(missing)
        }
        RingLookup::MovedTo(into) => Ok(HttpResponse::PermanentRedirect()
            .insert_header((LOCATION, format!("{}?from={id}", urls::ring(&into))))
            .finish()),
        RingLookup::Dissolved => {
            let story = dissolved(&view, &id);
            Err(WebError::Dissolved { ring: id, story })
        }
        RingLookup::Unknown => Err(missing()),
    }
}

fn built(visit: &Visit, view: &View, ring: &Ring, ask: &Ask) -> RingPage {
    let here = urls::ring(&ring.id);
    let pager = |asked: &Option<String>, total, size, name| {
        let mut kept = Vec::new();
        for (n, value) in
            [("shared", &ask.shared), ("members", &ask.members), ("links", &ask.links)]
        {
            if n != name {
                kept.push((n, value.clone().unwrap_or_default()));
            }
        }
        Pager::new(asked.as_deref(), total, size, here.as_str(), name).keeping(kept)
    };
    let things_pager = pager(&ask.shared, ring.artefacts.len(), THINGS, "shared").at("#shared");
    let members_pager = pager(&ask.members, ring.members.len(), MEMBERS, "members").at("#members");
    let links_pager = pager(&ask.links, ring.links.len(), LINKS, "links").at("#links");
    let discounts = discounts(view, ring);
    let mut by_bits = ring.links.clone();
    by_bits.sort_by_key(|&l| (std::cmp::Reverse(view.network.link(l).bits), l));
    let bars = timeline::bars(&members::moments(view, ring));
    RingPage {
        chrome: visit.chrome(format!("Ring {}", ring.id), Section::Queue),
        note: note(view, ring, ask.from.as_deref()),
        verdict: labels::ring_sentence(&view.network, ring),
        status: labels::status(ring.status),
        status_name: ring.status.name(),
        score: format!("{:.0}", ring.score.get()),
        n_identities: ring.identities as usize,
        n_applications: ring
            .members
            .iter()
            .map(|&m| view.network.applicant(m).applications.len())
            .sum(),
        n_links: ring.links.len(),
        speaks_for: standing::speaks_for(view, ring),
        speaks_against: standing::speaks_against(view, ring),
        gates: ring
            .gates
            .iter()
            .map(|g| GateRow {
                name: labels::sentence_case(&g.name.replace('_', " ")),
                passed: g.passed,
                detail: g.detail.clone(),
            })
            .collect(),
        holds: standing::holds(view, ring),
        drawing: drawing::of_ring(view, ring),
        has_weak_bridge: ring.bridges.iter().any(|b| b.weak),
        legend: legend(view, ring),
        things: things_pager
            .of(&ring.artefacts)
            .iter()
            .map(|a| thing(view, a, &discounts))
            .collect(),
        things_pager,
        groups: members::groups(view, ring, &members_pager),
        members_pager,
        links: links_pager.of(&by_bits).iter().map(|&l| link_row(view, l)).collect(),
        links_pager,
        timeline: timeline::figure(&bars, "Applications of the members by day of submission"),
        bars: bars.into_iter().filter(|b| b.n > 0).collect(),
        indicators: RingReport::of(&visit.state.desk.assess_ring(view, ring)),
        lineage: lineage(view, &ring.id),
        innocent: explain::innocent(&view.network, ring),
        judgements: labels::judgements(
            view,
            |v| matches!(v, Verdict::Ring { ring: r, .. } if *r == ring.id),
        ),
        json_url: format!("{here}?format=json"),
        id: ring.id.clone(),
    }
}

impl RingPage {
    /// The decisions a person can take.
    fn decisions(&self) -> Vec<(&'static str, &'static str)> {
        let say = |status| match status {
            RingStatus::Confirmed => "Confirm: these applications are coordinated",
            RingStatus::Dismissed => "Dismiss: there is an innocent explanation",
            RingStatus::Referred => "Mark as referred to law enforcement",
            RingStatus::Open => "Reopen: no decision",
        };
        RingStatus::ALL
            .iter()
            .filter(|s| s.name() != self.status_name)
            .map(|&s| (s.name(), say(s)))
            .collect()
    }
}

/// Where somebody comes from who followed the link of a ring that was merged into this one.
fn note(view: &View, ring: &Ring, from: Option<&str>) -> Vec<Piece> {
    let Some(from) = from.and_then(|f| f.parse::<RingId>().ok()) else { return Vec::new() };
    match view.ring(&from) {
        RingLookup::MovedTo(into) if into == ring.id => vec![Piece::text(format!(
            "Ring {from} was merged into this one. Its old address keeps leading here."
        ))],
        _ => Vec::new(),
    }
}

fn dissolved(view: &View, id: &RingId) -> Vec<Vec<Piece>> {
    let Some(last) = view.lineage.get(id).and_then(|e| e.last()) else { return Vec::new() };
    let mut story = vec![vec![Piece::text(format!(
        "It {} on {} (fact {}).",
        last.event.kind.label(),
        last.at.day(),
        last.seq.0
    ))]];
    let mut through = vec![Piece::text("Cause: ")];
    through.extend(labels::cause(view, &last.event.cause));
    story.push(through);
    // A ring that dissolved has no members left after the event: look at the one before it.
    let before = view.lineage.get(id).and_then(|events| {
        events.iter().rev().map(|e| &e.event.members).find(|members| !members.is_empty())
    });
    if let Some(members) = before {
        let applicants: BTreeSet<ApplicantIx> = members
            .iter()
            .filter_map(|app| view.network.corpus().find(app))
            .map(|app| view.network.applicant_of(app))
            .collect();
        let applicants: Vec<ApplicantIx> = applicants.into_iter().collect();
        let mut were = vec![Piece::text("Its last members were ")];
        were.extend(standing::named(view, &applicants));
        story.push(were);
    }
    story
}

/// The discount of each shared attribute, as the links of the ring show it.
fn discounts(view: &View, ring: &Ring) -> BTreeMap<AttributeIx, Discount> {
    let mut found = BTreeMap::new();
    for &l in &ring.links {
        for e in &view.network.link(l).evidence {
            if let (Some(ix), Some(discount)) = (e.attribute, e.discount) {
                found.entry(ix).or_insert(discount);
            }
        }
    }
    found
}

fn thing(
    view: &View,
    artefact: &Artefact,
    discounts: &BTreeMap<AttributeIx, Discount>,
) -> ThingRow {
    let outside = (artefact.users as usize).saturating_sub(artefact.members.len());
    let discount = artefact.attribute.and_then(|ix| discounts.get(&ix));
    let (shape, kind, value, href) = match artefact.attribute {
        Some(ix) => {
            let attribute = view.network.corpus().attribute(ix);
            let href = urls::attribute(&attribute.id());
            (Shape::Thing(attribute.kind), attribute.kind.label(), labels::value(&attribute), href)
        }
        None => (
            Shape::Near,
            artefact.family.label(),
            labels::feature(artefact.feature).to_owned(),
            String::new(),
        ),
    };
    ThingRow {
        icon: network::icon(shape),
        kind,
        value,
        href,
        n_members: artefact.members.len(),
        outside: if artefact.attribute.is_some() { outside } else { 0 },
        bits: artefact.bits,
        discount: discount.map_or_else(String::new, labels::discount),
        crowded: discount.is_some_and(|d| standing::is_crowded(d.class)),
    }
}

fn legend(view: &View, ring: &Ring) -> Vec<(String, &'static str)> {
    let kinds: BTreeSet<AttributeKind> = ring
        .artefacts
        .iter()
        .filter_map(|a| Some(view.network.corpus().attribute(a.attribute?).kind))
        .collect();
    let mut rows = vec![(network::icon(Shape::Person), "claimed identity")];
    rows.extend(kinds.into_iter().map(|k| (network::icon(Shape::Thing(k)), k.label())));
    if ring.artefacts.iter().any(|a| a.attribute.is_none()) {
        rows.push((network::icon(Shape::Near), "nearly equal"));
    }
    rows
}

fn families(link: &Link) -> String {
    let families: BTreeSet<_> =
        link.evidence.iter().filter(|e| e.bits > Bits::ZERO).map(|e| e.family).collect();
    families.into_iter().map(|f| f.label()).collect::<Vec<_>>().join(", ")
}

fn link_row(view: &View, ix: LinkIx) -> LinkRow {
    let link = view.network.link(ix);
    let id = |m: ApplicantIx| &view.network.applicant(m).id;
    LinkRow {
        a: view.network.label(link.a).to_owned(),
        a_url: urls::applicant(id(link.a)),
        b: view.network.label(link.b).to_owned(),
        b_url: urls::applicant(id(link.b)),
        sentence: explain::link_sentence(&view.network, link),
        bits: link.bits,
        families: families(link),
        against: link.evidence.iter().any(|e| e.bits < Bits::ZERO),
        compare: urls::compare(id(link.a).as_str(), id(link.b).as_str()),
        evidence: evidence::of_link(view, link),
    }
}

fn lineage(view: &View, id: &RingId) -> Vec<LineageRow> {
    let events = view.lineage.get(id).unwrap_or_default();
    events
        .iter()
        .rev()
        .map(|recorded| LineageRow {
            day: recorded.at.day(),
            seq: recorded.seq.0,
            kind: recorded.event.kind.label(),
            other: match (&recorded.event.other, recorded.event.kind) {
                (Some(other), LineageKind::Split) => format!("from {other}"),
                (Some(other), _) => format!("with {other}"),
                (None, _) => String::new(),
            },
            members: recorded.event.members.len(),
            cause: labels::cause(view, &recorded.event.cause),
        })
        .collect()
}

/// The ring as JSON tells it: ids and sealed values masked, as on the page.
fn json(visit: &Visit, view: &View, ring: &Ring) -> serde_json::Value {
    let corpus = view.network.corpus();
    let id = |m: &ApplicantIx| view.network.applicant(*m).id.as_str();
    serde_json::json!({
        "ring_id": ring.id,
        "status": ring.status,
        "verdict": explain::ring_sentence(&view.network, ring),
        "score_bits": ring.score.get(),
        "applicants": ring.members.iter().map(|m| serde_json::json!({
            "applicant_id": id(m),
            "label": view.network.label(*m),
            "application_ids": view.network.applicant(*m).applications.iter()
                .map(|&app| corpus.id_text(app)).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "shared": ring.artefacts.iter().map(|a| {
            let attribute = a.attribute.map(|ix| corpus.attribute(ix));
            serde_json::json!({
                "attribute_id": attribute.as_ref().map(|x| x.id()),
                "kind": attribute.as_ref().map(|x| x.kind),
                "value": attribute.as_ref().map(labels::value),
                "family": a.family,
                "bits": a.bits.get(),
                "applicant_ids": a.members.iter().map(id).collect::<Vec<_>>(),
                "users": a.users,
            })
        }).collect::<Vec<_>>(),
        "links": ring.links.iter().map(|&l| {
            let link = view.network.link(l);
            serde_json::json!({
                "a": id(&link.a), "b": id(&link.b), "class": link.class, "bits": link.bits.get(),
            })
        }).collect::<Vec<_>>(),
        "gates": ring.gates,
        "families": ring.families,
        "indicators": RingReport::of(&visit.state.desk.assess_ring(view, ring)),
        "as_of": { "seq": view.seq, "policy": view.policy },
    })
}
