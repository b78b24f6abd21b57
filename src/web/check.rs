//! Results of the verification checklist sent by a form: recorded, then back to the applicant. Not responsible for their
//! effect (`indicators`).
//!
//! Invariant: nothing is recorded without a session, its secret, a name and what was seen; the answer is a redirect.

use crate::{
    engine::EngineError,
    model::{CheckItem, CheckResult},
    web::{
        WebError,
        flash::Flash,
        judge::{aside, back_to, parsed},
        pages::find_applicant,
        state::Visit,
        urls,
    },
};
use actix_web::{HttpResponse, web};
use serde::Deserialize;

/// A result as a form sends it.
#[derive(Debug, Deserialize)]
pub struct Form {
    csrf: String,
    #[serde(default)]
    applicant_id: String,
    #[serde(default)]
    item: String,
    #[serde(default)]
    result: String,
    #[serde(default)]
    note: String,
    /// The page of ours to go back to; that of the applicant without.
    #[serde(default)]
    back: String,
}

/// `POST /checks`.
pub async fn record(visit: Visit, form: web::Form<Form>) -> Result<HttpResponse, WebError> {
    visit.session.check(&form.csrf)?;
    let (item, result): (CheckItem, CheckResult) = (parsed(&form.item)?, parsed(&form.result)?);
    let view = visit.view.clone();
    let applicant = view.network.applicant(find_applicant(&view, &form.applicant_id)?);
    // The newest: what is checked is what is claimed today.
    let corpus = view.network.corpus();
    let newest = applicant.applications.iter().max_by_key(|&&app| (corpus.submitted(app), app));
    let Some(application) = newest.map(|&app| corpus.id(app)) else {
        return Err(EngineError::Incomplete("an application").into());
    };
    let (desk, user, note) =
        (visit.state.desk.clone(), visit.session.user.clone(), form.note.clone());
    aside(move || desk.check(&application, item, result, &user, &note)).await?;
    let text = format!("{}: {result}", item.about());
    visit.state.sessions.put_flash(&visit.key, Flash { text, undo: None });
    let own = urls::applicant(&applicant.id);
    Ok(back_to(&format!("{}#checklist", urls::here(&form.back).unwrap_or(&own))))
}
