//! The page that a form leads to which could not be done: what changed since it was made, or which rule is not met, and
//! the form once more with everything that was typed. Not responsible for doing anything.
//!
//! Invariant: what was typed is never lost, and is sent again only by somebody who was shown what changed.

use crate::{
    model::{Case, CaseEntry},
    web::{
        WebError,
        case::{
            form::{Field, Form, Shown},
            past::PastRow,
        },
        page::{self, Chrome, Section},
        state::Visit,
        urls,
    },
};
use actix_web::{HttpResponse, http::StatusCode};
use askama::Template;

/// Why a form could not be done.
pub enum Why<'a> {
    /// Others did this meanwhile.
    Stale(&'a [CaseEntry]),
    /// A rule is not met.
    NotYet(String),
}

#[derive(Template)]
#[template(path = "parts/case_again.html")]
struct AgainPage {
    chrome: Chrome,
    title: String,
    case_url: String,
    heading: &'static str,
    why: String,
    since: Vec<PastRow>,
    wanted: String,
    action: String,
    version: u64,
    fields: Vec<Field>,
}

impl AgainPage {
    fn is_hidden(field: &Field) -> bool {
        field.shown == Shown::Hidden
    }

    fn is_long(field: &Field) -> bool {
        field.shown == Shown::Lines
    }

    fn kind(field: &Field) -> &'static str {
        if field.shown == Shown::Day { "date" } else { "text" }
    }
}

/// The page. `wanted` is what was to happen, as the end of "you wanted to ...".
pub fn page(
    visit: &Visit,
    case: &Case,
    form: &Form,
    wanted: String,
    action: String,
    why: &Why<'_>,
) -> Result<HttpResponse, WebError> {
    let (status, heading, told, since) = match why {
        Why::Stale(since) => {
            let rows = since.iter().map(|entry| PastRow::of(&visit.view, entry, 0)).collect();
            let told = "Nothing of yours was recorded. Since the page you saw, this happened:";
            (StatusCode::CONFLICT, "The case changed meanwhile", told.to_owned(), rows)
        }
        Why::NotYet(why) => {
            (StatusCode::UNPROCESSABLE_ENTITY, "Not yet", format!("{why}."), Vec::new())
        }
    };
    let page = AgainPage {
        chrome: visit.quiet_chrome(heading, Section::Cases),
        title: visit.view.text(&case.title),
        case_url: urls::case(&case.id),
        heading,
        why: told,
        since,
        wanted,
        action,
        version: case.version.0,
        fields: form.fields(),
    };
    page::render_as(status, &page)
}
