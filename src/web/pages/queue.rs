//! `GET /`: the rings, most urgent first, a page at a time, filtered by links and a form, with a preview of one. Not
//! responsible for ranking nor for filtering (`order`).
//!
//! Invariant: the counts beside the filters are those of the rings the filters would show.

use crate::{
    casework::{FilteredPage, Permission},
    explain::words::{capital, count, grouped},
    indicators::{Band, RingAssessment},
    model::{AttributeKind, Moment, Ring, RingId, RingStatus, Verdict},
    svg::{sparkline, thumbnail},
    web::{
        WebError,
        case::mark::{self, Mark},
        deciding::{self, DecideForm, Subject},
        judge::aside,
        labels::{self, Nouns},
        members,
        order::{Order, Ranked, Sort},
        page::{self, Chrome, Section},
        pager::Pager,
        preview::Preview,
        saved::Saved,
        state::Visit,
        text::Piece,
        urls,
        veil::Seen,
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
    band: Option<String>,
    sort: Option<String>,
    page: Option<String>,
    preview: Option<String>,
    format: Option<String>,
}

/// A ring as the queue shows it.
struct Row {
    rank: usize,
    id: RingId,
    url: String,
    links_url: String,
    indicators_url: String,
    time_url: String,
    preview_url: String,
    is_previewed: bool,
    is_aside: bool,
    figure: String,
    bar: String,
    sentence: Vec<Piece>,
    n_identities: usize,
    n_applications: usize,
    score: String,
    last: String,
    reach: String,
    status: &'static str,
    status_class: &'static str,
    band: &'static str,
    why: String,
    case: Option<Mark>,
}

/// A filter as a link.
struct Facet {
    label: String,
    n: usize,
    url: String,
    on: bool,
}

/// The head of a column that sorts.
struct SortHead {
    url: String,
    on: bool,
}

#[derive(Template)]
#[template(path = "pages/queue.html")]
struct QueuePage {
    chrome: Chrome,
    headline: Vec<Piece>,
    facets: Vec<Facet>,
    bands: Vec<Facet>,
    by_rank: SortHead,
    by_size: SortHead,
    by_last: SortHead,
    kinds: Vec<(&'static str, &'static str, bool)>,
    kept: Vec<(&'static str, String)>,
    clear_url: String,
    min: String,
    rows: Vec<Row>,
    pager: Pager,
    preview: Option<Preview>,
    decide: Option<DecideForm>,
    order: String,
    may_judge: bool,
    n_aside: usize,
    reasons: Vec<String>,
    missing: String,
    is_filtered: bool,
    is_empty_store: bool,
    saved: Saved,
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
    let order = Order::read([
        ask.status.as_deref(),
        ask.min.as_deref(),
        ask.kind.as_deref(),
        ask.band.as_deref(),
        ask.sort.as_deref(),
    ])?;
    let (desk, seen) = (visit.state.desk.clone(), view.clone());
    let ((assessed, exact), marks) =
        aside(move || Ok((desk.rings_at_hand(&seen), mark::by_ring(&seen, &desk.cases())))).await?;
    if !exact {
        // The next page gets what nobody waits for now.
        let (desk, seen) = (visit.state.desk.clone(), view.clone());
        drop(web::block(move || desk.assess_rings(&seen)));
    }
    let shown = order.rings(&view, &assessed);
    if ask.format.as_deref() == Some("json") {
        let list: Vec<RingJson<'_>> = shown.iter().map(|(ring, a)| json(&view, ring, a)).collect();
        return Ok(HttpResponse::Ok().json(list));
    }
    let wanted = ask.preview.as_deref().unwrap_or_default();
    let place = shown.iter().position(|(ring, _)| ring.id.as_str() == wanted);
    // A preview brings the page of its ring with it.
    let asked = match place {
        Some(at) if ask.page.is_none() => (at / SIZE + 1).to_string(),
        _ => ask.page.clone().unwrap_or_default(),
    };
    let pager =
        Pager::new(Some(&asked), shown.len(), SIZE, urls::QUEUE, "page").keeping(order.pairs());
    let page = if pager.page > 1 { pager.page.to_string() } else { String::new() };
    let rows = pager.of(&shown).iter().enumerate();
    let rows = rows.map(|(i, ranked)| Row {
        is_aside: visit.session.has_aside(&ranked.0.id),
        case: marks.get(&ranked.0.id).cloned(),
        ..row(&view, &order, ranked, pager.first() + i + 1, wanted)
    });
    let all: Vec<Ranked<'_>> =
        view.queue(&assessed).into_iter().filter(|(r, _)| order.fits(&view, r)).collect();
    let now = order.url(("page", ""));
    let saved =
        Saved::of(&visit, FilteredPage::Queue, now.split_once('?').map_or("", |(_, q)| q)).await;
    let sorted = |sort| SortHead {
        url: format!("{}#rings", Order { sort, ..order }.url(("page", ""))),
        on: order.sort == sort,
    };
    let preview = place.and_then(|at| Preview::of(&view, &order, &page, &shown, at));
    let subject = preview.as_ref().map(|preview| Subject::Ring(preview.id.clone()));
    let decide = subject.as_ref().and_then(|s| DecideForm::of(&visit, "preview", s));
    page::render(&QueuePage {
        decide: decide.map(|form| form.then_next(&order.short(), "queue")),
        order: order.short(),
        may_judge: visit.session.role.may(Permission::Judge),
        n_aside: visit.session.n_aside(),
        reasons: deciding::reasons(&visit, |v| matches!(v, Verdict::Ring { .. })),
        chrome: visit.chrome("Queue", Section::Queue),
        headline: headline(&view),
        facets: statuses(&order, &all),
        bands: bands(&order, &all),
        by_rank: sorted(Sort::Rank),
        by_size: sorted(Sort::Size),
        by_last: sorted(Sort::Last),
        kinds: AttributeKind::ALL
            .iter()
            .map(|&k| (k.name(), k.plural(), order.kind == Some(k)))
            .collect(),
        kept: order.pairs().into_iter().filter(|(n, _)| !matches!(*n, "min" | "kind")).collect(),
        clear_url: Order { min: 0, kind: None, band: None, ..order }.url(("page", "")),
        min: if order.min == 0 { String::new() } else { order.min.to_string() },
        rows: rows.collect(),
        preview,
        missing: match place {
            None if !wanted.is_empty() => wanted.chars().take(40).collect(),
            _ => String::new(),
        },
        pager,
        is_filtered: order.min > 0 || order.kind.is_some() || order.band.is_some(),
        saved,
        is_empty_store: view.network.applicants().is_empty(),
    })
}

/// The statuses as links, each with the number of rings it would show.
fn statuses(order: &Order, all: &[Ranked<'_>]) -> Vec<Facet> {
    let facet = |label: &str, status: Option<RingStatus>| {
        let other = Order { status, ..*order };
        let n = all.iter().filter(|(r, a)| other.has_status(r) && other.has_band(a)).count();
        let url = other.url(("page", ""));
        Facet { label: label.to_owned(), n, url, on: order.status == status }
    };
    let mut facets: Vec<Facet> =
        RingStatus::ALL.iter().map(|&s| facet(labels::status(s), Some(s))).collect();
    facets.push(facet("All", None));
    facets
}

/// The bands as links, the most urgent first; a band without rings is left out unless it is the one shown.
fn bands(order: &Order, all: &[Ranked<'_>]) -> Vec<Facet> {
    let facet = |label: String, band: Option<Band>| {
        let other = Order { band, ..*order };
        let n = all.iter().filter(|(r, a)| other.has_status(r) && other.has_band(a)).count();
        Facet { label, n, url: other.url(("page", "")), on: order.band == band }
    };
    let mut facets = vec![facet("Any band".to_owned(), None)];
    facets.extend(Band::ALL.iter().rev().map(|&band| facet(capital(band.name()), Some(band))));
    facets.retain(|f| f.n > 0 || f.on);
    facets
}

fn headline(view: &Seen) -> Vec<Piece> {
    let open = view.rings.iter().filter(|r| r.status == RingStatus::Open).count();
    let network = &view.network;
    let inside: usize = view.rings.iter().map(|r| r.members.len()).sum();
    vec![
        Piece::text(match open {
            0 => "No ring waits for a decision".to_owned(),
            n => count(n, "ring waits for a decision", "rings wait for a decision"),
        }),
        Piece::text(format!(
            "; {} of {} from {} are in a ring.",
            grouped(inside),
            count(network.applicants().len(), "applicant", "applicants"),
            count(network.corpus().len(), "application", "applications"),
        )),
    ]
}

fn n_applications(view: &Seen, ring: &Ring) -> usize {
    ring.members.iter().map(|&m| view.network.applicant(m).applications.len()).sum()
}

fn row(view: &Seen, order: &Order, ranked: &Ranked<'_>, rank: usize, previewed: &str) -> Row {
    let (ring, assessment) = ranked;
    let short = order.short();
    let url = |anchor: &str| urls::ring_from(&ring.id, &short, anchor);
    let moments: Vec<Moment> = members::moments(view, ring);
    let farthest = assessment.reach.label();
    Row {
        rank,
        sentence: labels::shared_nouns(view, ring, &Nouns::on(&url(""))),
        url: url(""),
        links_url: url("#links"),
        indicators_url: url("#indicators"),
        time_url: url("#time"),
        preview_url: format!("{}#preview", order.url(("preview", ring.id.as_str()))),
        is_previewed: ring.id.as_str() == previewed,
        is_aside: false,
        figure: thumbnail::figure(ring),
        bar: sparkline::figure(&moments),
        id: ring.id.clone(),
        n_identities: ring.identities as usize,
        n_applications: n_applications(view, ring),
        score: format!("{:.0}", ring.score.get()),
        last: ring.last_seen.map_or_else(String::new, |m| m.day()),
        reach: match assessment.advanced {
            0 => farthest.to_owned(),
            n => format!("{farthest}; {n} got an offer"),
        },
        status: labels::status(ring.status),
        status_class: ring.status.name(),
        band: assessment.band().name(),
        why: view.assessed_ring(assessment).assessment.sentence,
        case: None,
    }
}

fn json<'a>(view: &Seen, ring: &'a Ring, assessment: &RingAssessment) -> RingJson<'a> {
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
