//! One change of one case, as a form sends it: recorded, then back to the case, with Undo where it can be undone. Not
//! responsible for whether it is allowed (`casework`).
//!
//! Invariant: nothing is recorded without a session, its secret and the version that was seen; a refused form is shown
//! again with what was typed.

use crate::{
    casework::{Actor, CaseError},
    engine::{CaseChange, EngineError},
    explain::words::capital,
    model::{Case, CaseEvent, CaseId, CaseStatus},
    web::{
        WebError,
        case::{
            again::{self, Why},
            form::{self, Form},
            list::Looker,
            verdict::begun,
        },
        flash::Flash,
        intake::blocking,
        judge::back_to,
        state::Visit,
        urls,
    },
};
use actix_web::{HttpResponse, web};
use std::sync::Arc;

impl Visit {
    /// Who acts.
    pub fn actor(&self) -> Actor {
        Actor::new(self.session.user.clone(), self.session.role)
    }

    /// The case of that id, as it is now.
    ///
    /// # Errors
    /// When there is none.
    pub fn case(&self, id: &str) -> Result<Arc<Case>, WebError> {
        let missing = || WebError::NotFound { what: "case", id: id.chars().take(80).collect() };
        let id: CaseId = id.parse().map_err(|_| missing())?;
        self.state.desk.cases().get(&id).cloned().ok_or_else(missing)
    }
}

/// `POST /cases/{case_id}/change`.
pub async fn change(
    visit: Visit,
    path: web::Path<String>,
    form: web::Form<Form>,
) -> Result<HttpResponse, WebError> {
    visit.session.check(&form.csrf)?;
    let case = visit.case(&path)?;
    let event = match form.event() {
        Ok(event) => event,
        // What was typed is still there to be mended.
        Err(WebError::BadRequest(why)) if form.fields().len() > 1 && !form.what.is_empty() => {
            let action = urls::change_case(&case.id);
            let wanted = "change this case".to_owned();
            return again::page(&visit, &case, &form, wanted, action, &Why::NotYet(why));
        }
        Err(error) => return Err(error),
    };
    let action = urls::change_case(&case.id);
    done(visit, case, form.into_inner(), event, action).await
}

/// `POST /cases/{case_id}/approve`: the second person's word.
pub async fn approve(
    visit: Visit,
    path: web::Path<String>,
    form: web::Form<Form>,
) -> Result<HttpResponse, WebError> {
    visit.session.check(&form.csrf)?;
    let case = visit.case(&path)?;
    let event = CaseEvent::set(CaseStatus::ReferralReady, form.why.clone());
    let action = urls::approve_case(&case.id);
    let form = Form { what: "approve".to_owned(), ..form.into_inner() };
    done(visit, case, form, event, action).await
}

async fn done(
    visit: Visit,
    case: Arc<Case>,
    form: Form,
    event: CaseEvent,
    action: String,
) -> Result<HttpResponse, WebError> {
    let expected = form.version()?;
    let change = CaseChange { case: case.id.clone(), expected, events: vec![event.clone()] };
    let (state, actor) = (visit.state.clone(), visit.actor());
    let outcome = blocking(move || {
        Ok(state.desk.change_cases(&actor, vec![change], state.attachments.as_ref()))
    });
    let wanted = wanted(&event);
    match outcome.await? {
        Ok(versions) => {
            let now = versions.first().copied().unwrap_or(expected);
            let undo = form::undo(&case, &event, now);
            let text = capital(&format!("you {}", event.sentence()));
            visit.state.sessions.put_flash(&visit.key, Flash { text, undo });
            Ok(back_to(&format!("{}{}", urls::case(&case.id), form.anchor())))
        }
        Err(CaseError::Engine(EngineError::StaleCase { since, .. })) => {
            // The form that is shown again is about the case as it is now.
            let case = visit.case(case.id.as_str())?;
            again::page(&visit, &case, &form, wanted, action, &Why::Stale(&since))
        }
        Err(CaseError::NotYet(why) | CaseError::Engine(EngineError::Refused(why))) => {
            let case = visit.case(case.id.as_str())?;
            let names = Looker::of(&visit, &visit.state.desk.cases()).names;
            again::page(&visit, &case, &form, wanted, action, &Why::NotYet(begun(&why, &names)))
        }
        Err(CaseError::Engine(EngineError::Incomplete(what))) => {
            let why = format!("It needs {what}");
            again::page(&visit, &case, &form, wanted, action, &Why::NotYet(why))
        }
        Err(error) => Err(error.into()),
    }
}

/// What was to happen, as the end of "you wanted to ...".
fn wanted(event: &CaseEvent) -> String {
    match event {
        CaseEvent::Opened { .. } => "open a case".to_owned(),
        CaseEvent::Renamed { .. } => "give it another title".to_owned(),
        CaseEvent::StatusSet { status: CaseStatus::ReferralReady, .. } => {
            "agree that it is ready for referral".to_owned()
        }
        CaseEvent::StatusSet { status, .. } => {
            format!("set the status \u{201c}{}\u{201d}", status.title())
        }
        CaseEvent::ReferralProposed { .. } => "propose a referral".to_owned(),
        CaseEvent::ReferralDeclined { .. } => "decline the proposed referral".to_owned(),
        CaseEvent::Assigned { .. } => "give it to somebody".to_owned(),
        CaseEvent::DueSet { .. } => "set its due date".to_owned(),
        CaseEvent::Noted { .. } => "write a note".to_owned(),
        CaseEvent::NoteStruck { .. } => "strike out a note".to_owned(),
        CaseEvent::Attached { .. } => "attach a file".to_owned(),
        CaseEvent::Detached { .. } => "take a file off".to_owned(),
        CaseEvent::RingLinked { .. } => "add a ring".to_owned(),
        CaseEvent::RingUnlinked { .. } => "take a ring off".to_owned(),
    }
}
