//! Contact data asked for with a reason, and masked again: by whoever sees it masked, for one thing and a short time. Not
//! responsible for what is masked (`veil`), for who sees all of it (`casework::Role`), nor for taking the reason down
//! (`recording`, by the rule of the route).
//!
//! Invariant: nothing is shown before the reason was taken down; every answer is a redirect.

use crate::{
    casework::Permission,
    model::Moment,
    web::{
        WebError,
        flash::Flash,
        judge::{back_to, parsed},
        session::{Session, SessionKey},
        state::Visit,
        urls,
        veil::{Subject, net},
    },
};
use actix_web::{
    HttpMessage, HttpResponse,
    body::{BoxBody, to_bytes},
    dev::ServiceResponse,
    http::header::CONTENT_TYPE,
    web,
};
use serde::Deserialize;

/// Seconds for which contact data is shown.
const SHOWN: i64 = 15 * 60;
/// Characters of a reason at least and at most: "because" says nothing, and a reason is no report.
const REASON: (usize, usize) = (10, 500);

/// Contact data that somebody asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revealed {
    /// Of what.
    pub subject: Subject,
    /// When.
    pub at: Moment,
    /// Until when it is shown.
    pub until: Moment,
}

/// What is asked for, as a form sends it.
#[derive(Debug, Deserialize)]
pub struct Form {
    csrf: String,
    #[serde(default)]
    what: String,
    #[serde(default)]
    why: String,
    #[serde(default)]
    back: String,
}

impl Form {
    /// The page it was sent from, if that is about the same thing; else that of the thing.
    fn back(&self, visit: &Visit, subject: &Subject) -> String {
        let is_about = |back: &&str| {
            let (path, query) = back.split_once('?').unwrap_or((back, ""));
            Subject::of(&visit.view, path, query).as_ref() == Some(subject)
        };
        urls::here(&self.back).filter(is_about).map_or_else(|| subject.url(), str::to_owned)
    }
}

/// `POST /reveal`.
pub async fn ask(visit: Visit, form: web::Form<Form>) -> Result<HttpResponse, WebError> {
    visit.session.check(&form.csrf)?;
    if visit.session.is_of_token() {
        let said = "a token shows contact data by its role alone; sign in to give a reason";
        return Err(WebError::BadRequest(said.to_owned()));
    }
    let subject: Subject = parsed(&form.what)?;
    if !subject.is_in(&visit.view) {
        return Err(WebError::NotFound { what: subject.noun(), id: subject.to_string() });
    }
    let why = form.why.split_whitespace().collect::<Vec<_>>().join(" ");
    let (least, most) = REASON;
    if !(least..=most).contains(&why.chars().count()) {
        return Err(WebError::BadRequest(format!(
            "a reason to see contact data has {least} to {most} characters; go back and say what it is needed for"
        )));
    }
    let back = form.back(&visit, &subject);
    if !visit.session.role.may(Permission::ReadContacts) {
        let at = visit.state.desk.now();
        visit.note.about("revealed", &subject);
        visit.note.why(&why);
        let until = Moment(at.0 + SHOWN);
        visit.state.sessions.reveal(&visit.key, Revealed { subject, at, until });
    }
    Ok(back_to(&back))
}

/// `POST /reveal/end`.
pub async fn end(visit: Visit, form: web::Form<Form>) -> Result<HttpResponse, WebError> {
    visit.session.check(&form.csrf)?;
    let subject: Subject = parsed(&form.what)?;
    let back = form.back(&visit, &subject);
    visit.state.sessions.mask_again(&visit.key, &subject);
    let text = "Contact data is masked again".to_owned();
    visit.state.sessions.put_flash(&visit.key, Flash { text, undo: None });
    Ok(back_to(&back))
}

/// The answer as whoever asked may see it: what a page let through is masked, unless a reason was given for what it is
/// about.
pub async fn veiled(response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let sees_all = match response.request().extensions().get::<(SessionKey, Session)>() {
        Some((_, session)) => session.role.may(Permission::ReadContacts),
        // Nobody is signed in, so nothing of the store is in it.
        None => true,
    };
    let kind = response.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok());
    let is_page =
        kind.is_some_and(|kind| kind.starts_with("text/html") || kind.starts_with("image/svg"));
    let is_text =
        kind.is_some_and(|kind| kind.starts_with("text/") || kind.starts_with("application/json"));
    if sees_all || !(is_page || is_text) {
        return response;
    }
    if Visit::of(response.request()).is_none_or(|visit| !visit.view.is_veiled()) {
        return response;
    }
    let (request, response) = response.into_parts();
    let (response, body) = response.into_parts();
    let text = match to_bytes(body).await {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        // An answer that broke off is told as that: nothing of it is shown.
        Err(_) => String::new(),
    };
    let masked = if is_page { net::page(&text) } else { net::plain(&text) };
    ServiceResponse::new(request, response.set_body(BoxBody::new(masked)))
}
