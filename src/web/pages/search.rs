//! `GET /search?q=`: one box for names, ids and values; every hit says why it is one. Not responsible for matching
//! people.
//!
//! Invariant: sealed values are found only by a whole value, and are shown masked.

use crate::{
    engine::View,
    model::{AttributeKind, column::fold},
    web::{
        WebError, labels,
        page::{self, Chrome, Section},
        state::Visit,
        svg::network::{self, Shape},
        text::count,
        urls,
    },
};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;

/// Hits shown of each sort.
const LIMIT: usize = 50;

/// What to look for.
#[derive(Debug, Default, Deserialize)]
pub struct Ask {
    q: Option<String>,
}

/// A hit.
struct Hit {
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
    hits: Vec<Hit>,
    more: bool,
}

/// `GET /search`.
pub async fn search(visit: Visit, request: HttpRequest) -> Result<HttpResponse, WebError> {
    let ask: Ask = page::ask(&request)?;
    let q: String = ask.q.unwrap_or_default().trim().chars().take(200).collect();
    let (hits, more) = if q.is_empty() { Default::default() } else { hits(&visit.view, &q) };
    let mut chrome = visit.chrome("Search", Section::Search);
    chrome.search.clone_from(&q);
    page::render(&SearchPage { chrome, q, hits, more })
}

/// The hits, and whether there are more than are shown. Time O(applications + attributes).
fn hits(view: &View, q: &str) -> (Vec<Hit>, bool) {
    let network = &view.network;
    let corpus = network.corpus();
    let (folded, lower) = (fold(q), q.to_lowercase());
    let mut hits = Vec::new();
    for ring in view.rings.iter().filter(|r| r.id.as_str() == lower) {
        hits.push(Hit {
            icon: network::icon(Shape::People),
            what: "ring",
            text: ring.id.to_string(),
            url: urls::ring(&ring.id),
            why: "its id".to_owned(),
        });
    }
    let mut more = false;
    let mut people = 0;
    for (i, applicant) in network.applicants().iter().enumerate() {
        let ix = crate::model::ApplicantIx::new(i);
        let by_id = applicant.id.as_str() == lower;
        let app = applicant.applications.iter().find_map(|&app| {
            let id = &corpus.application(app).id;
            if id.as_str().eq_ignore_ascii_case(q) {
                return Some(format!("application {id}"));
            }
            let label = corpus.label(app);
            (!folded.is_empty() && fold(label).contains(&folded))
                .then(|| format!("the name in application {id}"))
        });
        let Some(why) = by_id.then(|| "its id".to_owned()).or(app) else { continue };
        people += 1;
        if people > LIMIT {
            more = true;
            break;
        }
        hits.push(Hit {
            icon: network::icon(Shape::Person),
            what: "applicant",
            text: network.label(ix).to_owned(),
            url: urls::applicant(&applicant.id),
            why,
        });
    }
    let mut values = 0;
    for (i, attribute) in corpus.attributes().iter().enumerate() {
        let hit = if attribute.is_sealed() {
            attribute.value.eq_ignore_ascii_case(q)
        } else if attribute.kind == AttributeKind::Phone {
            let digits: String = q.chars().filter(char::is_ascii_digit).collect();
            digits.len() >= 4 && attribute.value.contains(&digits)
        } else {
            !folded.is_empty() && fold(&attribute.value).contains(&folded)
        };
        if !hit {
            continue;
        }
        values += 1;
        if values > LIMIT {
            more = true;
            break;
        }
        let users = network.users(crate::model::AttributeIx::new(i)).len();
        hits.push(Hit {
            icon: network::icon(Shape::Thing(attribute.kind)),
            what: attribute.kind.label(),
            text: labels::value(attribute),
            url: urls::attribute(&attribute.id()),
            why: format!("its value; used by {}", count(users, "applicant", "applicants")),
        });
    }
    (hits, more)
}
