//! `GET /judge`, `POST /judge`: what a judgement, or its withdrawal, would change, before it is saved; and what changed
//! meanwhile where one was refused. Not responsible for recording it (`web::judge`) nor for the words (`effects`).
//!
//! Invariant: nothing is recorded here; what was typed is never lost.

use crate::{
    casework::Permission,
    engine::{EngineError, News, Proposed, What},
    explain::words::count,
    model::{JudgementId, Moment, Verdict},
    web::{
        WebError,
        deciding::{DecideForm, Subject},
        effects::EffectView,
        judge::{Form, aside, parsed},
        labels,
        page::{self, Chrome, Section},
        state::Visit,
        urls,
        veil::Seen,
    },
};
use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use askama::Template;

/// Something that happened since somebody looked.
struct NewsRow {
    by: String,
    at: Moment,
    said: String,
    why: String,
}

/// The form that withdraws what is looked at.
struct TakeBack {
    url: String,
    why: String,
    back: String,
}

#[derive(Template)]
#[template(path = "pages/judge.html")]
struct JudgePage {
    chrome: Chrome,
    /// What is proposed, in a sentence; empty where nothing was chosen.
    said: String,
    back: String,
    /// Whether it was refused because of what happened.
    is_refused: bool,
    news: Vec<NewsRow>,
    effect: Option<EffectView>,
    note: String,
    form: Option<DecideForm>,
    take_back: Option<TakeBack>,
}

/// The same as a part of another page.
#[derive(Template)]
#[template(path = "parts/effect.html")]
struct EffectPart {
    effect: EffectView,
}

/// `GET /judge`.
pub async fn judge(visit: Visit, request: HttpRequest) -> Result<HttpResponse, WebError> {
    let form: Form = page::ask(&request)?;
    answer(visit, form).await
}

/// `POST /judge`.
pub async fn shown(visit: Visit, form: web::Form<Form>) -> Result<HttpResponse, WebError> {
    visit.session.check(&form.csrf)?;
    answer(visit, form.into_inner()).await
}

async fn answer(visit: Visit, form: Form) -> Result<HttpResponse, WebError> {
    if form.about.is_empty() {
        let note =
            "A pair is judged on the page that compares the two, a value and a ring on theirs.";
        return blank(&visit, note.to_owned());
    }
    if form.about == "withdrawal" {
        return withdrawal(visit, form).await;
    }
    let subject = form.subject(&visit)?;
    if form.verdict.is_empty() && form.part.is_empty() {
        let why = form.why.clone();
        let page = JudgePage {
            back: came_from(&form, &subject),
            note: "Choose what you say of it; then what follows is told here.".to_owned(),
            form: refilled(&visit, &form, &subject).map(|f| f.filled_in("", &why)),
            ..empty(visit.chrome("What would change", Section::None))
        };
        return page::render(&page);
    }
    let verdict = form.verdict(&visit)?;
    let news = match form.seen()? {
        Some(seen) => visit.view.news(&verdict, seen, &visit.session.user),
        None => Vec::new(),
    };
    told(visit, form, verdict, news, false).await
}

/// The page for somebody who decided about something that is no longer what they saw.
pub async fn overtaken(
    visit: Visit,
    form: Form,
    verdict: Verdict,
    news: Vec<News>,
) -> Result<HttpResponse, WebError> {
    // What happened may be in a view that is newer than the one this visit began with.
    let visit = visit.anew();
    told(visit, form, verdict, news, true).await
}

async fn told(
    visit: Visit,
    form: Form,
    verdict: Verdict,
    news: Vec<News>,
    is_refused: bool,
) -> Result<HttpResponse, WebError> {
    let (desk, proposed) = (visit.state.desk.clone(), Proposed::Judge(verdict.clone()));
    let effect = match aside(move || desk.preview(&proposed)).await {
        // Saying what became of it is worth more than that it is no more.
        Err(WebError::Engine(EngineError::NotFound { .. })) if is_refused => None,
        effect => Some(EffectView::of(&effect?)),
    };
    if form.part == "effect"
        && let Some(effect) = effect
    {
        return page::render(&EffectPart { effect });
    }
    let subject = Subject::of(&verdict);
    let decide = effect.as_ref().and_then(|_| refilled(&visit, &form, &subject));
    let page = JudgePage {
        said: labels::verdict(&visit.view, &verdict),
        back: came_from(&form, &subject),
        is_refused,
        news: news.iter().map(|news| row(&visit.view, news)).collect(),
        note: match (&effect, is_refused) {
            (None, true) => {
                "It is no more, so that nothing can be said of it. Its page tells what \
                             became of it."
                    .to_owned()
            }
            _ => String::new(),
        },
        effect,
        form: decide.map(|f| f.filled_in(&form.verdict.trim().to_lowercase(), &form.why)),
        ..empty(visit.chrome("What would change", Section::None))
    };
    page::render_as(if is_refused { StatusCode::CONFLICT } else { StatusCode::OK }, &page)
}

async fn withdrawal(visit: Visit, form: Form) -> Result<HttpResponse, WebError> {
    let id: JudgementId = parsed(&form.judgement_id)?;
    let (desk, proposed) = (visit.state.desk.clone(), Proposed::TakeBack(id.clone()));
    let effect = EffectView::of(&aside(move || desk.preview(&proposed)).await?);
    if form.part == "effect" {
        return page::render(&EffectPart { effect });
    }
    let judged = visit.view.decisions.find(&id).map(|d| d.judgement.verdict.clone());
    let back = judged.as_ref().map_or_else(
        || urls::JUDGEMENTS.to_owned(),
        |verdict| came_from(&form, &Subject::of(verdict)),
    );
    let said =
        judged.as_ref().map_or_else(String::new, |verdict| labels::verdict(&visit.view, verdict));
    let may = visit.session.role.may(Permission::Judge);
    let page = JudgePage {
        said: format!("Not any more: {said}"),
        take_back: may.then(|| TakeBack {
            url: urls::withdraw(&id),
            why: form.why.clone(),
            back: back.clone(),
        }),
        back,
        effect: Some(effect),
        ..empty(visit.chrome("What would change", Section::None))
    };
    page::render(&page)
}

fn blank(visit: &Visit, note: String) -> Result<HttpResponse, WebError> {
    let back = urls::QUEUE.to_owned();
    let chrome = visit.chrome("What would change", Section::None);
    page::render(&JudgePage { note, back, ..empty(chrome) })
}

fn empty(chrome: Chrome) -> JudgePage {
    JudgePage {
        chrome,
        said: String::new(),
        back: String::new(),
        is_refused: false,
        news: Vec::new(),
        effect: None,
        note: String::new(),
        form: None,
        take_back: None,
    }
}

/// The form again, as of now, on its way to where it was going.
fn refilled(visit: &Visit, form: &Form, subject: &Subject) -> Option<DecideForm> {
    let fresh = DecideForm::of(visit, "judge", subject)?;
    let fresh = if urls::here(&form.back).is_some() { fresh.back_to(&form.back) } else { fresh };
    Some(fresh.then_next(&form.q, &form.then))
}

/// Where somebody came from.
fn came_from(form: &Form, subject: &Subject) -> String {
    match (urls::here(&form.back), subject) {
        (Some(here), _) => here.to_owned(),
        (None, Subject::Ring(ring)) => urls::ring_from(ring, &form.q, ""),
        (None, subject) => subject.page(),
    }
}

fn row(view: &Seen, news: &News) -> NewsRow {
    let (said, why) = match &news.what {
        What::Judged { verdict, why } => (labels::verdict(view, verdict), view.text(why)),
        What::TakenBack { verdict, why } => {
            (format!("Not any more: {}", labels::verdict(view, verdict)), view.text(why))
        }
        What::Changed { ring, kind, other, applications } => {
            let other = other.as_ref().map_or_else(String::new, |other| format!(" (ring {other})"));
            let now = match applications {
                0 => String::new(),
                n => format!("; it has {} now", count(*n, "application", "applications")),
            };
            (format!("Ring {ring} {}{other}{now}", kind.label()), String::new())
        }
    };
    let by = if news.by.is_empty() { "new evidence".to_owned() } else { news.by.clone() };
    NewsRow { by, at: news.at, said, why }
}
