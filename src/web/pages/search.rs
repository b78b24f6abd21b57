//! `GET /search?q=`: one box for names, ids and values; every hit says why it is one. Not responsible for matching
//! people.
//!
//! Invariant: sealed values are never found by what they are, and are shown masked.

use crate::{
    engine::{Hit, HitKind, View},
    model::AttributeId,
    web::{
        WebError, labels,
        page::{self, Chrome, Section},
        state::Visit,
        svg::network::{self, Shape},
        urls,
    },
};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;

/// Hits shown.
const LIMIT: usize = 50;

/// What to look for.
#[derive(Debug, Default, Deserialize)]
pub struct Ask {
    q: Option<String>,
}

/// A hit as the table shows it.
struct Row {
    icon: String,
    what: &'static str,
    text: String,
    url: String,
    why: String,
}

#[derive(Template)]
#[template(path = "pages/search.html")]
struct SearchPage {
    chrome: Chrome,
    q: String,
    hits: Vec<Row>,
    more: bool,
}

/// `GET /search`.
pub async fn search(visit: Visit, request: HttpRequest) -> Result<HttpResponse, WebError> {
    let ask: Ask = page::ask(&request)?;
    let q: String = ask.q.unwrap_or_default().trim().chars().take(200).collect();
    let mut found = visit.view.search(&q, LIMIT + 1);
    let more = found.len() > LIMIT;
    found.truncate(LIMIT);
    let hits = found.into_iter().filter_map(|hit| row(&visit.view, hit)).collect();
    let mut chrome = visit.chrome("Search", Section::Search);
    chrome.search.clone_from(&q);
    page::render(&SearchPage { chrome, q, hits, more })
}

fn row(view: &View, hit: Hit) -> Option<Row> {
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
            (shape, attribute.kind.label(), labels::value(&attribute), urls::attribute(&id))
        }
    };
    Some(Row { icon: network::icon(icon), what, text, url, why: hit.reason })
}
