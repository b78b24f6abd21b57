//! Holds sent by a form: put or released, then back. Not responsible for whom one covers (`casework::keeping`) nor for
//! showing them (`pages::privacy`).
//!
//! Invariant: nothing is held or released without a session, its secret, a name and a reason.

use crate::{
    engine::{EngineError, View},
    model::{CaseId, Day, HoldId, HoldOn, RingId},
    web::{
        WebError,
        flash::{Flash, Undo},
        judge::{Withdrawal, aside, back_to, parsed},
        pages::find_applicant,
        state::Visit,
        urls,
    },
};
use actix_web::{HttpResponse, web};
use serde::Deserialize;

/// What holds everything.
pub const EVERYTHING: &str = "everything";

/// A hold as the form sends it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Form {
    csrf: String,
    on: String,
    why: String,
    until: String,
    back: String,
}

/// What a text names: a ring, a case, an applicant or one of their applications, or everything.
fn named(view: &View, text: &str) -> Result<HoldOn, WebError> {
    let text = text.trim();
    if text == EVERYTHING {
        return Ok(HoldOn::All);
    }
    if let Ok(ring) = text.parse::<RingId>() {
        return Ok(HoldOn::Ring(ring));
    }
    if let Ok(case) = text.parse::<CaseId>() {
        return Ok(HoldOn::Case(case));
    }
    let ix = find_applicant(view, text)?;
    let corpus = view.network.corpus();
    let applications = view.network.applicant(ix).applications.iter();
    Ok(HoldOn::Applicant(applications.map(|&app| corpus.id(app)).collect()))
}

/// The page to come back to.
fn back(form: &str) -> String {
    urls::here(form).map_or_else(|| urls::PRIVACY.to_owned(), str::to_owned)
}

/// `POST /holds`.
pub async fn hold(visit: Visit, form: web::Form<Form>) -> Result<HttpResponse, WebError> {
    visit.session.check(&form.csrf)?;
    let on = named(&visit.view, &form.on)?;
    let until = match form.until.trim() {
        "" => None,
        day => Some(parsed::<Day>(day)?),
    };
    let (desk, user) = (visit.state.desk.clone(), visit.session.user.clone());
    let why = form.why.clone();
    let id = aside(move || desk.hold(on, until, &user, &why)).await?;
    visit.note.about("hold_id", &id);
    let text = format!("Held: {id}");
    visit
        .state
        .sessions
        .put_flash(&visit.key, Flash { text, undo: Some(Undo::at(urls::release(&id))) });
    Ok(back_to(&back(&form.back)))
}

/// `POST /holds/{hold_id}/release`.
pub async fn release(
    visit: Visit,
    path: web::Path<String>,
    form: web::Form<Withdrawal>,
) -> Result<HttpResponse, WebError> {
    visit.session.check(&form.csrf)?;
    let id: HoldId = parsed(&path)?;
    if !visit.view.holds.iter().any(|record| record.hold.id == id) {
        return Err(EngineError::NotFound { what: "hold", id: id.to_string() }.into());
    }
    let (desk, user, why) = (visit.state.desk.clone(), visit.session.user.clone(), form.reason());
    let released = id.clone();
    aside(move || desk.release_hold(&released, &user, &why)).await?;
    let text = format!("Released: {id}");
    visit.state.sessions.put_flash(&visit.key, Flash { text, undo: None });
    Ok(back_to(&back(&form.back)))
}
