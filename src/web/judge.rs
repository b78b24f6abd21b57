//! Judgements sent by a form: recorded, then back to where they were made, with Undo. Not responsible for their
//! effect (`engine`).
//!
//! Invariant: nothing is recorded without a session, its secret, a name and a reason; every answer is a redirect.

use crate::{
    engine::EngineError,
    model::{
        ApplicationId, AttributeId, JudgementId, PairVerdict, RingId, RingStatus, ValueVerdict,
        Verdict,
    },
    web::{
        WebError,
        intake::blocking,
        labels,
        session::{Flash, Undo},
        state::Visit,
        urls,
    },
};
use actix_web::{HttpResponse, http::header::LOCATION, web};
use serde::Deserialize;
use std::str::FromStr;

/// A judgement as a form sends it: `about` says which of the ids count.
#[derive(Debug, Deserialize)]
pub struct Form {
    csrf: String,
    about: String,
    #[serde(default)]
    a: String,
    #[serde(default)]
    b: String,
    #[serde(default)]
    attribute_id: String,
    #[serde(default)]
    ring_id: String,
    #[serde(default)]
    verdict: String,
    #[serde(default)]
    why: String,
}

/// `POST /judgements`.
pub async fn record(visit: Visit, form: web::Form<Form>) -> Result<HttpResponse, WebError> {
    visit.session.check(&form.csrf)?;
    let verdict = verdict(&visit, &form)?;
    let why = form.why.trim().to_owned();
    visit.note.why(&why);
    if why.is_empty() {
        return Err(EngineError::Incomplete("a reason").into());
    }
    let (back, said) = (place(&verdict), labels::verdict(&verdict));
    let (desk, user) = (visit.state.desk.clone(), visit.session.user.clone());
    let judged = verdict.clone();
    let id = aside(move || desk.judge(verdict, &user, &why)).await?;
    let text = match visit.state.desk.view().unmet(&judged) {
        Some(stands) => format!("{said}; but {stands}, because of other judgements"),
        None => said,
    };
    visit
        .state
        .sessions
        .put_flash(&visit.key, Flash { text, undo: Some(Undo::at(urls::withdraw(&id))) });
    Ok(back_to(&back))
}

/// The withdrawal of a judgement, of a watched entry or of an import, as a form sends it.
#[derive(Debug, Deserialize)]
pub struct Withdrawal {
    /// The session's secret.
    pub csrf: String,
    /// The reason, where the form asks for one.
    #[serde(default)]
    pub why: String,
}

impl Withdrawal {
    /// The reason, or that of the button which asks for none.
    pub fn reason(&self) -> String {
        match self.why.trim() {
            "" => "undone on the page",
            why => why,
        }
        .to_owned()
    }
}

/// `POST /judgements/{judgement_id}/withdraw`.
pub async fn withdraw(
    visit: Visit,
    path: web::Path<String>,
    form: web::Form<Withdrawal>,
) -> Result<HttpResponse, WebError> {
    visit.session.check(&form.csrf)?;
    let id: JudgementId = parsed(&path)?;
    let Some(judgement) = visit.view.judgements.iter().find(|j| j.id == id) else {
        return Err(WebError::NotFound { what: "judgement in force", id: id.to_string() });
    };
    let back = place(&judgement.verdict);
    let said = format!("Withdrawn: {}", labels::verdict(&judgement.verdict));
    let (desk, user, why) = (visit.state.desk.clone(), visit.session.user.clone(), form.reason());
    visit.note.why(&why);
    aside(move || desk.withdraw(&id, &user, &why)).await?;
    visit.state.sessions.put_flash(&visit.key, Flash { text: said, undo: None });
    Ok(back_to(&back))
}

/// Runs what may take a while where it does not hold up other answers.
pub async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, EngineError> + Send + 'static,
) -> Result<T, WebError> {
    blocking(move || Ok(work()?)).await
}

pub fn back_to(url: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, url)).finish()
}

pub fn parsed<T: FromStr>(text: &str) -> Result<T, WebError>
where
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|e: T::Err| WebError::BadRequest(e.to_string()))
}

fn verdict(visit: &Visit, form: &Form) -> Result<Verdict, WebError> {
    match form.about.as_str() {
        "pair" => {
            let (a, b): (ApplicationId, ApplicationId) = (parsed(&form.a)?, parsed(&form.b)?);
            let verdict: PairVerdict = parsed(&form.verdict)?;
            Verdict::pair(a, b, verdict).ok_or_else(|| {
                WebError::BadRequest("a pair is judged of two applications, not of one".into())
            })
        }
        "value" => {
            let id: AttributeId = parsed(&form.attribute_id)?;
            let verdict: ValueVerdict = parsed(&form.verdict)?;
            let corpus = visit.view.network.corpus();
            let ix = corpus
                .find_attribute(&id)
                .ok_or_else(|| WebError::NotFound { what: "attribute", id: id.to_string() })?;
            Ok(Verdict::Value { attribute: corpus.attribute(ix).clone(), verdict })
        }
        "ring" => {
            let ring: RingId = parsed(&form.ring_id)?;
            let verdict: RingStatus = parsed(&form.verdict)?;
            Ok(Verdict::Ring { ring, verdict })
        }
        other => Err(WebError::BadRequest(format!(
            "\"{}\" is nothing that can be judged; possible are pair, value and ring",
            other.chars().take(80).collect::<String>()
        ))),
    }
}

/// The page on which a judgement is made.
pub fn place(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Pair { a, b, .. } => urls::compare_applications(a, b),
        Verdict::Value { attribute, .. } => urls::attribute(&attribute.id()),
        Verdict::Ring { ring, .. } => urls::ring(ring),
    }
}
