//! `GET /attributes/{attribute_id}`: one shared value, who used it when, and whether its users have more in common. Not
//! responsible for what sharing it is worth.
//!
//! Invariant: a hub is shown with all its users, never cut off without saying so.

use crate::{
    explain::{day::Day, words::capital},
    model::{AttributeId, Verdict},
    svg::{
        chart::Chart,
        network::{self, Shape},
        timeline,
    },
    web::{
        WebError,
        deciding::{DecideForm, Subject},
        labels::{self, JudgementRow},
        near::{self, NearRow},
        page::{self, Chrome, Section},
        pager::Pager,
        sharing::{Days, RingRow, Sharing, UserRow},
        state::Visit,
        text::Piece,
        urls,
    },
};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

/// Users on a page.
const SIZE: usize = 50;
/// Rings in the table.
const RINGS: usize = 10;

/// Which days, and which page of the users.
#[derive(Debug, Default, Deserialize)]
pub struct Ask {
    users: Option<String>,
    after: Option<String>,
    before: Option<String>,
}

#[derive(Template)]
#[template(path = "pages/attribute.html")]
struct AttributePage {
    chrome: Chrome,
    id: AttributeId,
    icon: String,
    kind: &'static str,
    value: String,
    is_sealed: bool,
    verdict: Vec<Piece>,
    discount: String,
    background: &'static str,
    corroboration: Vec<Piece>,
    innocent: &'static str,
    after: String,
    before: String,
    window: String,
    here: String,
    users: Vec<UserRow>,
    pager: Pager,
    times: Chart,
    rings: Vec<RingRow>,
    more_rings: usize,
    near: Vec<NearRow>,
    more_near: usize,
    /// Whether what is near is not told to whoever looks.
    is_near_masked: bool,
    judgements: Vec<JudgementRow>,
    decide: Option<DecideForm>,
}

impl AttributePage {
    fn explore(&self) -> String {
        urls::explore(&[self.id.as_str()])
    }
}

/// `GET /attributes/{attribute_id}`.
pub async fn attribute(
    visit: Visit,
    path: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, WebError> {
    let ask: Ask = page::ask(&request)?;
    let missing = || WebError::NotFound { what: "attribute", id: path.chars().take(80).collect() };
    let id: AttributeId = path.parse().map_err(|_| missing())?;
    let days = Days { after: day(ask.after.as_deref())?, before: day(ask.before.as_deref())? };
    let view = visit.view.clone();
    let ix = view.network.corpus().find_attribute(&id).ok_or_else(missing)?;
    let attribute = view.network.corpus().attribute(ix);
    let found = Sharing::of(&view, ix, days);
    let here = urls::attribute(&id);
    let text = |day: Option<Day>| day.map_or_else(String::new, |d| d.to_string());
    let pager = Pager::new(ask.users.as_deref(), found.users.len(), SIZE, here.as_str(), "users")
        .keeping(vec![("after", text(days.after)), ("before", text(days.before))])
        .at("#users");
    let (near, more_near) = near::of(&view, ix, &found.all);
    let mut rings = found.ring_rows(&view);
    let more_rings = rings.len().saturating_sub(RINGS);
    rings.truncate(RINGS);
    page::render(&AttributePage {
        chrome: visit.chrome(
            format!("{} {}", capital(attribute.kind.label()), view.value(&attribute)),
            Section::Queue,
        ),
        icon: network::icon(Shape::Thing(attribute.kind)),
        kind: attribute.kind.label(),
        value: view.value(&attribute),
        is_sealed: attribute.is_sealed(),
        verdict: found.verdict(&view),
        discount: found.discount.as_ref().map_or_else(String::new, labels::discount),
        background: found.discount.map_or("", |d| labels::background(d.class)),
        corroboration: found.corroboration(),
        innocent: labels::innocent(attribute.kind),
        after: text(days.after),
        before: text(days.before),
        window: found.said(days),
        here,
        users: pager.of(&found.users).iter().map(|&u| found.row(&view, u)).collect(),
        pager,
        times: timeline::chart(&found.moments, "Applications that use it, by day of submission"),
        rings,
        more_rings,
        near,
        more_near,
        decide: DecideForm::of(&visit, "value", &Subject::Value(attribute.clone())),
        is_near_masked: view.is_veiled() && attribute.kind.is_contact(),
        judgements: labels::judgements(
            &view,
            |v| matches!(v, Verdict::Value { attribute: a, .. } if *a == attribute),
        ),
        id,
    })
}

/// A day as a date field sends it.
fn day(asked: Option<&str>) -> Result<Option<Day>, WebError> {
    match asked.map(str::trim) {
        None | Some("") => Ok(None),
        Some(text) => Day::read(text).map(Some).ok_or_else(|| {
            let shown: String = text.chars().take(40).collect();
            WebError::BadRequest(format!("\"{shown}\" is no day; write it as 2026-03-01"))
        }),
    }
}
