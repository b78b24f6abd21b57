//! `GET /search?q=`: one box for names, ids and values; every hit says why it is one. `&kind=` shows one kind alone, a page
//! at a time, `&format=json` is for programs. Not responsible for matching people.
//!
//! Invariant: sealed values are never found by what they are, and are shown masked; of every kind it is said how many there
//! are beyond those shown.

use crate::{
    engine::{Found, Group, Hit, HitKind, Wanted},
    explain::words::grouped,
    model::AttributeId,
    svg::network::{self, Shape},
    web::{
        WebError,
        judge::aside,
        page::{self, Chrome, Section},
        pager::Pager,
        state::Visit,
        urls,
        veil::Seen,
    },
};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::{Deserialize, Serialize};

/// Hits of a kind on a page.
const SIZE: usize = 30;
/// Hits of each kind beside the others.
const BESIDE: usize = 10;

/// What to look for.
#[derive(Debug, Default, Deserialize)]
pub struct Ask {
    q: Option<String>,
    kind: Option<String>,
    page: Option<String>,
    format: Option<String>,
}

/// A hit as the table shows it.
struct Row {
    icon: String,
    what: &'static str,
    text: String,
    url: String,
    why: String,
    ring: Option<String>,
    uses: String,
}

/// The hits of one kind.
struct Kind {
    name: &'static str,
    heading: &'static str,
    shown: String,
    /// Where all of them are.
    all: Option<String>,
    rows: Vec<Row>,
    pager: Option<Pager>,
}

#[derive(Template)]
#[template(path = "pages/search.html")]
struct SearchPage {
    chrome: Chrome,
    q: String,
    read_as: Vec<(&'static str, String)>,
    is_name: bool,
    sections: Vec<Kind>,
    /// The kind that is shown alone.
    alone: bool,
    everything: String,
}

/// The answer for programs.
#[derive(Serialize)]
struct Json<'a> {
    q: &'a str,
    #[serde(flatten)]
    found: Found,
}

/// `GET /search`.
pub async fn search(visit: Visit, request: HttpRequest) -> Result<HttpResponse, WebError> {
    let ask: Ask = page::ask(&request)?;
    let q: String = ask.q.clone().unwrap_or_default().trim().chars().take(200).collect();
    let kind = match ask.kind.as_deref() {
        None | Some("") => None,
        Some(text) => Some(of_name(text)?),
    };
    // Before the total is known a page beyond the last cannot be told from others: it is asked for again below.
    let page = ask.page.as_deref().and_then(|p| p.parse::<usize>().ok()).unwrap_or(1).max(1);
    let wanted = match kind {
        None => Wanted::best(BESIDE),
        Some(_) => {
            let first = (page - 1).saturating_mul(SIZE);
            Wanted { kind, first, ..Wanted::best(SIZE) }
        }
    };
    let view = visit.view.clone();
    let typed = q.clone();
    let found = aside(move || {
        let found = view.look_for(&typed, wanted);
        let beyond =
            found.groups.iter().find(|group| Some(group.kind) == kind && group.hits.is_empty());
        Ok(match beyond {
            Some(group) => {
                let first = (group.total - 1) / SIZE * SIZE;
                view.look_for(&typed, Wanted { first, ..wanted })
            }
            None => found,
        })
    })
    .await?;
    if ask.format.as_deref() == Some("json") {
        return Ok(HttpResponse::Ok().json(Json { q: &q, found }));
    }
    let Found { read_as, groups } = found;
    let sections = groups.into_iter().filter(|group| kind.is_none_or(|kind| kind == group.kind));
    let sections =
        sections.map(|group| section(&visit.view, &q, group, &ask, kind.is_some())).collect();
    let mut chrome = visit.chrome("Search", Section::Search);
    chrome.search.clone_from(&q);
    page::render(&SearchPage {
        chrome,
        is_name: read_as.iter().any(|reading| reading.what == "a name"),
        read_as: read_as.into_iter().map(|reading| (reading.what, reading.value)).collect(),
        sections,
        alone: kind.is_some(),
        everything: urls::query(urls::SEARCH, &[("q", &q)]),
        q,
    })
}

fn of_name(text: &str) -> Result<HitKind, WebError> {
    HitKind::ALL.into_iter().find(|kind| kind.name() == text).ok_or_else(|| {
        let shown: String = text.chars().take(40).collect();
        WebError::BadRequest(format!(
            "\"{shown}\" is no kind of result; there are applicant, ring and attribute"
        ))
    })
}

fn section(view: &Seen, q: &str, group: Group, ask: &Ask, alone: bool) -> Kind {
    let Group { kind, total, more, hits } = group;
    let name = kind.name();
    let pager = alone.then(|| {
        Pager::new(ask.page.as_deref(), total, SIZE, urls::SEARCH, "page")
            .keeping(vec![("q", q.to_owned()), ("kind", name.to_owned())])
    });
    let at_least = if more { "more than " } else { "" };
    let shown = match &pager {
        Some(pager) => format!("{}{}", if more { "at least " } else { "" }, pager.range()),
        None if hits.len() < total || more => {
            format!("showing {} of {at_least}{}", hits.len(), grouped(total))
        }
        None => grouped(total),
    };
    let all = (!alone && hits.len() < total)
        .then(|| urls::query(urls::SEARCH, &[("q", q), ("kind", name)]));
    let heading = match kind {
        HitKind::Applicant => "Applicants",
        HitKind::Ring => "Rings",
        HitKind::Attribute => "Values",
    };
    let rows = hits.into_iter().filter_map(|hit| row(view, hit)).collect();
    Kind { name, heading, shown, all, rows, pager }
}

fn row(view: &Seen, hit: Hit) -> Option<Row> {
    let corpus = view.network.corpus();
    let (icon, what, text, url) = match hit.kind {
        HitKind::Ring => (Shape::People, "ring", hit.label, urls::ring(&hit.id.parse().ok()?)),
        HitKind::Applicant => {
            (Shape::Person, "applicant", hit.label, urls::applicant(&hit.id.parse().ok()?))
        }
        HitKind::Attribute => {
            let id: AttributeId = hit.id.parse().ok()?;
            let attribute = corpus.attribute(corpus.find_attribute(&id)?);
            let shape = Shape::Thing(attribute.kind);
            (shape, attribute.kind.label(), view.value(&attribute), urls::attribute(&id))
        }
    };
    Some(Row {
        icon: network::icon(icon),
        what,
        text,
        url,
        why: hit.reason,
        ring: hit.ring.map(|ring| urls::ring(&ring)),
        uses: hit.uses.unwrap_or_default(),
    })
}
