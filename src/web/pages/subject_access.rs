//! `GET /applicants/{applicant_id}/subject-access`: the letter to somebody who asks what is held of them, to print, and the
//! data that goes with it. Not responsible for what is in either (`casework::subject_access`).
//!
//! Invariant: what is said to whoever looks is outside the letter.

use crate::{
    casework::{
        keeping::{HeldBy, Keeping},
        subject_access::{Asked, Section as Part, SubjectAccess, gather, letter},
    },
    explain::words::count,
    model::{ApplicantId, ApplicantIx},
    web::{
        WebError,
        intake::blocking,
        page::{self, Chrome, Section},
        pages::find_applicant,
        state::Visit,
        urls,
        veil::Seen,
    },
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CONTENT_DISPOSITION, ContentType, LOCATION},
    web,
};
use askama::Template;
use serde::Deserialize;

/// What to answer with.
#[derive(Debug, Default, Deserialize)]
pub struct Ask {
    format: Option<String>,
    referrals: Option<String>,
}

#[derive(Template)]
#[template(path = "pages/subject_access.html")]
struct SubjectAccessPage {
    chrome: Chrome,
    id: ApplicantId,
    day: String,
    parts: Vec<Part>,
    has_referrals: bool,
    told: String,
    names: String,
    with_referrals: bool,
    data: String,
    with: String,
    without: String,
}

/// `GET /applicants/{applicant_id}/subject-access`.
pub async fn subject_access(
    visit: Visit,
    path: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, WebError> {
    let ask: Ask = page::ask(&request)?;
    let view = visit.view.clone();
    let ix = find_applicant(&view, &path)?;
    let id = view.network.applicant(ix).id.clone();
    if path.as_str() != id.as_str() {
        let to = urls::subject_access(&id);
        return Ok(HttpResponse::SeeOther().insert_header((LOCATION, to)).finish());
    }
    let with_referrals = match ask.referrals.as_deref() {
        None | Some("") => false,
        Some("yes") => true,
        Some(_) => {
            return Err(WebError::BadRequest("referrals is yes or not there at all".to_owned()));
        }
    };
    let as_data = match ask.format.as_deref() {
        None | Some("") => false,
        Some("json") => true,
        Some(_) => {
            return Err(WebError::BadRequest("format is json or not there at all".to_owned()));
        }
    };
    let here = urls::subject_access(&id);
    let chrome = visit.chrome("What is held about somebody", Section::Privacy);
    let (held, n_referrals) =
        blocking(move || put_together(&visit, &view, ix, with_referrals)).await?;
    if as_data {
        let text = serde_json::to_vec_pretty(&held).map_err(std::io::Error::from)?;
        return Ok(HttpResponse::Ok()
            .content_type(ContentType::json())
            .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{id}.json\"")))
            .body(text));
    }
    let kept = if with_referrals { "yes" } else { "" };
    page::render(&SubjectAccessPage {
        chrome,
        day: held.made_at.split('T').next().unwrap_or_default().to_owned(),
        parts: letter(&held),
        has_referrals: n_referrals > 0,
        told: count(n_referrals, "standing referral is", "standing referrals are"),
        names: count(n_referrals, "standing referral names", "standing referrals name"),
        with_referrals,
        data: urls::query(&here, &[("format", "json"), ("referrals", kept)]),
        with: urls::query(&here, &[("referrals", "yes")]),
        without: here,
        id,
    })
}

/// The data, and how many standing referrals name them.
fn put_together(
    visit: &Visit,
    view: &Seen,
    ix: ApplicantIx,
    include_referrals: bool,
) -> Result<(SubjectAccess, usize), WebError> {
    let state = &visit.state;
    let (desk, cases) = (&state.desk, state.desk.cases());
    let since = desk.held_since(view)?;
    let keeping = Keeping::new(view, &cases, &state.retention, since, desk.now());
    let (assessment, _) = desk.assess(view, ix);
    let hits = desk.watch_hits(view)?;
    let held = gather(&Asked {
        view,
        cases: &cases,
        keeping: &keeping,
        applicant: ix,
        assessment: &assessment,
        versions: &|id| desk.every_version(id).unwrap_or_default(),
        hits: &hits,
        trail: &state.trail,
        include_referrals,
        now: desk.now(),
    })?;
    let named = keeping.standing(ix).held_by;
    let referrals = named.iter().filter(|by| matches!(by, HeldBy::Referral(_))).count();
    Ok((held, referrals))
}
