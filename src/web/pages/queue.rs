//! `GET /`: the rings, most urgent first, a page at a time, filtered by a form. Not responsible for ranking.
//!
//! Invariant: the counts beside the filters are those of the rings the filters would show.

use crate::{
    engine::View,
    explain::RingReport,
    indicators::RingAssessment,
    model::{AttributeKind, Ring, RingId, RingStatus, UnknownKind, UnknownVerdict},
    web::{
        WebError,
        judge::aside,
        labels,
        page::{self, Chrome, Section},
        pager::Pager,
        state::Visit,
        text::{Piece, count},
        urls,
    },
};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::{Deserialize, Serialize};

/// Rings on a page.
const SIZE: usize = 50;

/// The filters.
#[derive(Debug, Default, Clone, Deserialize)]
pub struct Ask {
    status: Option<String>,
    min: Option<String>,
    kind: Option<String>,
    page: Option<String>,
    format: Option<String>,
}

/// A ring as the queue shows it.
struct Row {
    rank: usize,
    id: RingId,
    url: String,
    sentence: Vec<Piece>,
    n_identities: usize,
    n_applications: usize,
    score: String,
    families: String,
    last: String,
    status: &'static str,
    status_class: &'static str,
    band: &'static str,
    why: String,
}

/// A filter as a link.
struct Facet {
    label: &'static str,
    n: usize,
    url: String,
    on: bool,
}

#[derive(Template)]
#[template(path = "pages/queue.html")]
struct QueuePage {
    chrome: Chrome,
    headline: Vec<Piece>,
    facets: Vec<Facet>,
    kinds: Vec<(&'static str, &'static str, bool)>,
    status: String,
    min: String,
    rows: Vec<Row>,
    pager: Pager,
    is_filtered: bool,
    is_empty_store: bool,
}

/// A ring as JSON tells it.
#[derive(Serialize)]
struct RingJson<'a> {
    ring_id: &'a RingId,
    status: RingStatus,
    score_bits: f64,
    band: &'static str,
    rank_bits: f64,
    applicants: usize,
    applications: usize,
    families: Vec<&'static str>,
    first_seen: Option<String>,
    last_seen: Option<String>,
}

/// `GET /`.
pub async fn queue(visit: Visit, request: HttpRequest) -> Result<HttpResponse, WebError> {
    let ask: Ask = page::ask(&request)?;
    let view = visit.view.clone();
    let filter = Filter::new(&ask)?;
    let (desk, seen) = (visit.state.desk.clone(), view.clone());
    let (assessed, exact) = aside(move || Ok(desk.rings_at_hand(&seen))).await?;
    if !exact {
        // The next page gets what nobody waits for now.
        let (desk, seen) = (visit.state.desk.clone(), view.clone());
        drop(web::block(move || desk.assess_rings(&seen)));
    }
    let mut shown = view.queue(&assessed);
    shown.retain(|(r, _)| filter.status.is_none_or(|s| r.status == s) && filter.passes(&view, r));
    if ask.format.as_deref() == Some("json") {
        let list: Vec<RingJson<'_>> = shown.iter().map(|(ring, a)| json(&view, ring, a)).collect();
        return Ok(HttpResponse::Ok().json(list));
    }
    let keep = |status: &str| {
        vec![
            ("status", status.to_owned()),
            ("min", filter.min_text()),
            ("kind", filter.kind_text()),
        ]
    };
    let pager = Pager::new(ask.page.as_deref(), shown.len(), SIZE, urls::QUEUE, "page")
        .keeping(keep(filter.status_text()));
    let rows = pager
        .of(&shown)
        .iter()
        .enumerate()
        .map(|(i, (ring, a))| row(&view, ring, a, pager.first() + i + 1))
        .collect();
    let facet = |label, name: &str, status: Option<RingStatus>| Facet {
        label,
        n: view
            .rings
            .iter()
            .filter(|r| status.is_none_or(|s| r.status == s) && filter.passes(&view, r))
            .count(),
        url: {
            let kept = keep(name);
            let pairs: Vec<(&str, &str)> = kept.iter().map(|(n, v)| (*n, v.as_str())).collect();
            urls::query(urls::QUEUE, &pairs)
        },
        on: filter.status == status,
    };
    let mut facets: Vec<Facet> =
        RingStatus::ALL.iter().map(|&s| facet(labels::status(s), s.name(), Some(s))).collect();
    facets.push(facet("All", "all", None));
    page::render(&QueuePage {
        chrome: visit.chrome("Queue", Section::Queue),
        headline: headline(&view),
        facets,
        kinds: AttributeKind::ALL
            .iter()
            .map(|&k| (k.name(), k.plural(), filter.kind == Some(k)))
            .collect(),
        status: filter.status_text().to_owned(),
        min: filter.min_text(),
        rows,
        pager,
        is_filtered: filter.min > 0 || filter.kind.is_some(),
        is_empty_store: view.network.applicants().is_empty(),
    })
}

/// The filters, understood.
struct Filter {
    status: Option<RingStatus>,
    min: usize,
    kind: Option<AttributeKind>,
}

impl Filter {
    fn new(ask: &Ask) -> Result<Self, WebError> {
        let bad = |e: String| WebError::BadRequest(e);
        let status = match ask.status.as_deref() {
            None | Some("") => Some(RingStatus::Open),
            Some("all") => None,
            Some(text) => Some(text.parse().map_err(|e: UnknownVerdict| bad(e.to_string()))?),
        };
        let kind = match ask.kind.as_deref() {
            None | Some("") => None,
            Some(text) => Some(text.parse().map_err(|e: UnknownKind| bad(e.to_string()))?),
        };
        let min = match ask.min.as_deref().map(str::trim) {
            None | Some("") => 0,
            Some(text) => text.parse().map_err(|_| {
                let shown: String = text.chars().take(40).collect();
                bad(format!("\"{shown}\" is no number of members"))
            })?,
        };
        Ok(Self { status, min, kind })
    }

    /// Whether a ring passes all filters but that of its status.
    fn passes(&self, view: &View, ring: &Ring) -> bool {
        let corpus = view.network.corpus();
        ring.members.len() >= self.min
            && self.kind.is_none_or(|kind| {
                ring.artefacts
                    .iter()
                    .any(|a| a.attribute.is_some_and(|ix| corpus.attribute(ix).kind == kind))
            })
    }

    fn status_text(&self) -> &'static str {
        self.status.map_or("all", RingStatus::name)
    }

    fn min_text(&self) -> String {
        if self.min == 0 { String::new() } else { self.min.to_string() }
    }

    fn kind_text(&self) -> String {
        self.kind.map_or_else(String::new, |k| k.name().to_owned())
    }
}

fn headline(view: &View) -> Vec<Piece> {
    let open = view.rings.iter().filter(|r| r.status == RingStatus::Open).count();
    let network = &view.network;
    let inside: usize = view.rings.iter().map(|r| r.members.len()).sum();
    vec![
        Piece::text(match open {
            0 => "No ring waits for a decision".to_owned(),
            n => count(n, "ring waits for a decision", "rings wait for a decision"),
        }),
        Piece::text(format!(
            "; {inside} of {} from {} are in a ring.",
            count(network.applicants().len(), "applicant", "applicants"),
            count(network.corpus().len(), "application", "applications"),
        )),
    ]
}

fn n_applications(view: &View, ring: &Ring) -> usize {
    ring.members.iter().map(|&m| view.network.applicant(m).applications.len()).sum()
}

fn row(view: &View, ring: &Ring, assessment: &RingAssessment, rank: usize) -> Row {
    let url = urls::ring(&ring.id);
    let families: Vec<&str> = ring.families.iter().map(|f| f.label()).collect();
    Row {
        rank,
        sentence: labels::shared_nouns(&view.network, ring, &url),
        url,
        id: ring.id.clone(),
        n_identities: ring.identities as usize,
        n_applications: n_applications(view, ring),
        score: format!("{:.0}", ring.score.get()),
        families: families.join(", "),
        last: ring.last_seen.map_or_else(String::new, |m| m.day()),
        status: labels::status(ring.status),
        status_class: ring.status.name(),
        band: assessment.band().name(),
        why: RingReport::of(assessment).assessment.sentence,
    }
}

fn json<'a>(view: &View, ring: &'a Ring, assessment: &RingAssessment) -> RingJson<'a> {
    RingJson {
        ring_id: &ring.id,
        status: ring.status,
        score_bits: ring.score.get(),
        band: assessment.band().name(),
        rank_bits: assessment.rank.total.get(),
        applicants: ring.members.len(),
        applications: n_applications(view, ring),
        families: ring.families.iter().map(|f| f.name()).collect(),
        first_seen: ring.first_seen.map(|m| m.to_string()),
        last_seen: ring.last_seen.map(|m| m.to_string()),
    }
}
