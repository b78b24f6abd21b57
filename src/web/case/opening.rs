//! Opening a case from the page of a ring or an applicant. Not responsible for which cases there may be (`casework`).
//!
//! Invariant: a ring that an open case covers gets no second one; whoever tries is led to the first.

use crate::{
    casework::CaseError,
    engine::{CaseChange, EngineError},
    model::{CaseEvent, CaseSubject, RingId},
    web::{
        WebError,
        flash::Flash,
        intake::blocking,
        judge::{back_to, parsed},
        pages::find_applicant,
        state::Visit,
        urls,
    },
};
use actix_web::{HttpResponse, web};
use serde::Deserialize;

/// What the form sends: a ring or an applicant.
#[derive(Debug, Deserialize)]
pub struct Form {
    csrf: String,
    #[serde(default)]
    ring_id: String,
    #[serde(default)]
    applicant_id: String,
    #[serde(default)]
    title: String,
    /// Whether whoever opens it works on it.
    #[serde(default)]
    mine: String,
}

/// `POST /cases`.
pub async fn open(visit: Visit, form: web::Form<Form>) -> Result<HttpResponse, WebError> {
    visit.session.check(&form.csrf)?;
    let subject = subject(&visit, &form)?;
    let (state, actor) = (visit.state.clone(), visit.actor());
    let (title, is_mine) = (form.title.clone(), !form.mine.is_empty());
    let opened = blocking(move || {
        let opened = state.desk.open_case(&actor, subject, &title);
        if let (Ok(id), true) = (&opened, is_mine)
            && let Some(case) = state.desk.cases().get(id).cloned()
        {
            let to = Some(actor.name.clone());
            let (case, expected) = (id.clone(), case.version);
            let change = CaseChange { case, expected, events: vec![CaseEvent::Assigned { to }] };
            // Opened it is all the same when somebody else was faster to take it.
            drop(state.desk.change_cases(&actor, vec![change], None));
        }
        Ok(opened)
    })
    .await?;
    let (id, text) = match opened {
        Ok(id) => (id, "The case is open"),
        Err(CaseError::Engine(EngineError::CaseOpen { case, .. })) => {
            (case, "There is an open case about this ring already: this one")
        }
        Err(error) => return Err(error.into()),
    };
    let flash = Flash { text: text.to_owned(), undo: None };
    visit.state.sessions.put_flash(&visit.key, flash);
    Ok(back_to(&urls::case(&id)))
}

fn subject(visit: &Visit, form: &Form) -> Result<CaseSubject, WebError> {
    match (form.ring_id.trim(), form.applicant_id.trim()) {
        ("", "") => Err(WebError::BadRequest(
            "a case is about a ring or an applicant; open it from the page of one".to_owned(),
        )),
        (ring, "") => Ok(CaseSubject::Ring(parsed::<RingId>(ring)?)),
        (_, applicant) => {
            let network = &visit.view.network;
            let applicant = network.applicant(find_applicant(&visit.view, applicant)?);
            // The first application is what the applicant is called by.
            let first = applicant.applications.iter().map(|&app| network.corpus().id(app)).min();
            let first = first.ok_or(EngineError::Incomplete("an application"))?;
            Ok(CaseSubject::Applicant(first))
        }
    }
}
