//! Judgements sent by a form: recorded, then back to where they were made or on to the next ring, with Undo. Not responsible
//! for their effect (`engine`) nor for showing it before (`pages::judge`).
//!
//! Invariant: nothing is recorded without a session, its secret, a name and a reason, nor over what somebody else decided
//! meanwhile; every answer is a redirect, but for what was refused.

use crate::{
    casework::{Permission, Role},
    engine::{EngineError, RingLookup, View},
    model::{
        ApplicationId, AttributeId, JudgementId, PairVerdict, RingId, RingStatus, Seq,
        ValueVerdict, Verdict,
    },
    web::{
        WebError,
        deciding::Subject,
        flash::{Flash, Undo},
        intake::blocking,
        labels,
        onward::Onward,
        pages::judge::overtaken,
        state::Visit,
        urls,
    },
};
use actix_web::{HttpResponse, http::header::LOCATION, web};
use serde::Deserialize;
use std::str::FromStr;

/// A judgement as a form sends it, or an address names it: `about` says which of the ids count.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Form {
    /// The session's secret.
    #[serde(default)]
    pub csrf: String,
    /// `pair`, `value`, `ring`, or `withdrawal` where only its effect is asked for.
    #[serde(default)]
    pub about: String,
    /// One application.
    #[serde(default)]
    pub a: String,
    /// The other.
    #[serde(default)]
    pub b: String,
    /// The value.
    #[serde(default)]
    pub attribute_id: String,
    /// The ring.
    #[serde(default)]
    pub ring_id: String,
    /// The judgement whose withdrawal is looked at.
    #[serde(default)]
    pub judgement_id: String,
    /// What is said.
    #[serde(default)]
    pub verdict: String,
    /// Why.
    #[serde(default)]
    pub why: String,
    /// The last fact that whoever decides has seen.
    #[serde(default)]
    pub seen: String,
    /// The page to come back to.
    #[serde(default)]
    pub back: String,
    /// The order of the queue somebody works through.
    #[serde(default)]
    pub q: String,
    /// Where the next ring is shown: `queue`, else its page.
    #[serde(default)]
    pub then: String,
    /// `effect` for nothing but what would change.
    #[serde(default)]
    pub part: String,
}

impl Form {
    /// The last fact that was seen, where the form says so.
    ///
    /// # Errors
    /// When it says something else.
    pub fn seen(&self) -> Result<Option<Seq>, WebError> {
        match self.seen.trim() {
            "" => Ok(None),
            text => text.parse().map(|seq| Some(Seq(seq))).map_err(|_| {
                WebError::BadRequest(
                    "the form does not say what was seen; load its page again".into(),
                )
            }),
        }
    }

    /// What it is about.
    ///
    /// # Errors
    /// When that cannot be read, or does not exist.
    pub(super) fn subject(&self, visit: &Visit) -> Result<Subject, WebError> {
        match self.about.as_str() {
            "pair" => {
                let (a, b): (ApplicationId, ApplicationId) = (parsed(&self.a)?, parsed(&self.b)?);
                if a == b {
                    let one = "a pair is judged of two applications, not of one";
                    return Err(WebError::BadRequest(one.into()));
                }
                Ok(Subject::Pair(a.clone().min(b.clone()), a.max(b)))
            }
            "value" => {
                let id: AttributeId = parsed(&self.attribute_id)?;
                let corpus = visit.view.network.corpus();
                let ix = corpus
                    .find_attribute(&id)
                    .ok_or_else(|| WebError::NotFound { what: "attribute", id: id.to_string() })?;
                Ok(Subject::Value(corpus.attribute(ix)))
            }
            "ring" => Ok(Subject::Ring(parsed(&self.ring_id)?)),
            other => Err(WebError::BadRequest(format!(
                "\"{}\" is nothing that can be judged; possible are pair, value and ring",
                other.chars().take(80).collect::<String>()
            ))),
        }
    }

    /// What it says.
    ///
    /// # Errors
    /// When that cannot be read, when what is judged does not exist, or when only a higher role may say so.
    pub(super) fn verdict(&self, visit: &Visit) -> Result<Verdict, WebError> {
        let verdict = match self.subject(visit)? {
            Subject::Pair(a, b) => {
                let verdict: PairVerdict = parsed(&self.verdict)?;
                Verdict::Pair { a, b, verdict }
            }
            Subject::Value(attribute) => {
                let verdict: ValueVerdict = parsed(&self.verdict)?;
                Verdict::Value { attribute, verdict }
            }
            Subject::Ring(ring) => {
                let verdict: RingStatus = parsed(&self.verdict)?;
                Verdict::Ring { ring, verdict }
            }
        };
        allowed(visit.session.role, &visit.state.desk.as_decided(), &verdict)?;
        Ok(verdict)
    }
}

/// Refuses what only whoever answers for referrals may say, take back, or make something else of. `decided` is as of what
/// people said last.
fn allowed(role: Role, decided: &View, verdict: &Verdict) -> Result<(), WebError> {
    let needs = Permission::Refer;
    let Verdict::Ring { ring, verdict } = verdict else { return Ok(()) };
    let is = decided.rings.find(ring).map(|ring| ring.status);
    match [Some(*verdict), is].contains(&Some(RingStatus::Referred)) && !role.may(needs) {
        true => Err(WebError::Forbidden { role, what: needs.label() }),
        false => Ok(()),
    }
}

/// `POST /judgements`.
pub async fn record(visit: Visit, form: web::Form<Form>) -> Result<HttpResponse, WebError> {
    visit.session.check(&form.csrf)?;
    let verdict = form.verdict(&visit)?;
    let seen = form.seen()?;
    let why = form.why.trim().to_owned();
    if why.is_empty() {
        return Err(EngineError::Incomplete("a reason").into());
    }
    let onward = Onward::of(&visit, verdict.ring(), &form.q, &form.then).await?;
    let (desk, user) = (visit.state.desk.clone(), visit.session.user.clone());
    let judged = verdict.clone();
    let saved = match aside(move || desk.judge_as_of(judged, &user, &why, seen)).await {
        Err(WebError::Engine(EngineError::Overtaken { news })) => {
            return overtaken(visit, form.into_inner(), verdict, news).await;
        }
        saved => saved?,
    };
    let mut text = labels::verdict_by_id(&verdict);
    if !saved.is_in_effect {
        text.push_str("; recorded, and takes effect when the running import is done");
    } else if let Some(stands) = visit.state.desk.view().unmet(&verdict) {
        text.push_str(&format!("; but {stands}, because of other judgements"));
    }
    let undo = |back: String| {
        let mut undo = Undo::at(urls::withdraw(&saved.id));
        undo.fields.push(("back", back));
        Some(undo)
    };
    let (to, undo) = match (&onward, verdict.ring()) {
        (Some(onward), Some(ring)) => {
            let (to, last) = onward.next(&visit);
            if last {
                text.push_str("; it was the last of this queue");
            }
            (to, undo(urls::ring_from(ring, &onward.short(), "")))
        }
        _ => {
            let back = back(&visit, &form.back, &verdict);
            (back.clone(), undo(back))
        }
    };
    visit.state.sessions.put_flash(&visit.key, Flash { text, undo });
    Ok(back_to(&to))
}

/// Where a form comes back to: the page it names, unless that is of a ring which is no more.
fn back(visit: &Visit, asked: &str, verdict: &Verdict) -> String {
    let Some(here) = urls::here(asked) else { return place(verdict) };
    let path = here.split(['?', '#']).next().unwrap_or_default();
    let ring = path.strip_prefix("/rings/").and_then(|id| id.parse::<RingId>().ok());
    let view = visit.state.desk.view();
    match ring.map(|ring| matches!(view.ring(&ring), RingLookup::Found(_))) {
        Some(false) => place(verdict),
        _ => here.to_owned(),
    }
}

/// The withdrawal of a judgement, of a watched entry or of an import, as a form sends it.
#[derive(Debug, Deserialize)]
pub struct Withdrawal {
    /// The session's secret.
    pub csrf: String,
    /// The reason, where the form asks for one.
    #[serde(default)]
    pub why: String,
    /// The page to come back to, where that is not the one of what was judged.
    #[serde(default)]
    pub back: String,
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
    let decided = visit.state.desk.as_decided();
    let Some(decision) = decided.decisions.find(&id) else {
        return Err(WebError::NotFound { what: "judgement in force", id: id.to_string() });
    };
    let judged = &decision.judgement.verdict;
    allowed(visit.session.role, &decided, judged)?;
    let (desk, user, why) = (visit.state.desk.clone(), visit.session.user.clone(), form.reason());
    let is_in_effect = aside(move || desk.withdraw(&id, &user, &why)).await?;
    let mut text = format!("Withdrawn: {}", labels::verdict_by_id(judged));
    if !is_in_effect {
        text.push_str("; takes effect when the running import is done");
    }
    let to = back(&visit, &form.back, judged);
    visit.state.sessions.put_flash(&visit.key, Flash { text, undo: None });
    Ok(back_to(&to))
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

/// The page on which a judgement is made.
pub fn place(verdict: &Verdict) -> String {
    Subject::of(verdict).page()
}
