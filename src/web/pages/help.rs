//! `GET /help`: the words, the marks, the keys, and what Ringer refuses to do. Not responsible for documentation.
//!
//! Invariant: the lists come from the code that uses them.

use crate::{
    model::{AttributeKind, Family},
    web::{
        WebError, labels,
        page::{self, Chrome, Section},
        state::Visit,
        svg::network::{self, Shape},
    },
};
use actix_web::HttpResponse;
use askama::Template;

#[derive(Template)]
#[template(path = "pages/help.html")]
struct HelpPage {
    chrome: Chrome,
    kinds: Vec<(String, &'static str, &'static str)>,
    families: Vec<&'static str>,
}

/// `GET /help`.
pub async fn help(visit: Visit) -> Result<HttpResponse, WebError> {
    page::render(&HelpPage {
        chrome: visit.chrome("Help", Section::Help),
        kinds: AttributeKind::ALL
            .iter()
            .map(|&k| (network::icon(Shape::Thing(k)), k.label(), labels::innocent(k)))
            .collect(),
        families: Family::ALL.iter().map(|f| f.label()).collect(),
    })
}
