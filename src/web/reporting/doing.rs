//! What is done to schedules, rules and reports by a click: paused, resumed, removed, run now, delivered once more; then back.
//! Not responsible for setting them (`pages::schedule`, `pages::alert_rule`).
//!
//! Invariant: nothing is done without a session and its secret, and what stops something needs a reason.

use crate::{
    engine::EngineError,
    explain::words::count,
    model::{AlertId, Parcel, ReportId, RunOutcome, Slug, Turn},
    reports::ReportError,
    web::{
        WebError,
        flash::{Flash, Undo},
        intake::blocking,
        judge::{aside, back_to, parsed},
        reporting::Reporting,
        state::Visit,
        urls,
    },
};
use actix_web::{HttpResponse, web};
use serde::Deserialize;
use std::sync::Arc;

/// What is to be done, as a form sends it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Form {
    csrf: String,
    turn: String,
    why: String,
    parcel: String,
    back: String,
}

impl Form {
    fn turn(&self) -> Result<Turn, WebError> {
        match self.turn.as_str() {
            "paused" => Ok(Turn::Paused),
            "resumed" => Ok(Turn::Resumed),
            "removed" => Ok(Turn::Removed),
            _ => Err(WebError::BadRequest("the form says neither pause, resume nor remove".into())),
        }
    }

    /// The reason; resuming is one.
    fn why(&self, turn: Turn) -> String {
        match (self.why.trim(), turn) {
            ("", Turn::Resumed) => "resumed on the page".to_owned(),
            (why, _) => why.to_owned(),
        }
    }
}

/// What to leave for the next page once something is turned; resuming undoes a pause.
fn flash(name: &Slug, what: &str, turn: Turn, url: String) -> Flash {
    let undo =
        (turn == Turn::Paused).then(|| Undo { url, fields: vec![("turn", "resumed".to_owned())] });
    Flash { text: format!("{what} {name} is {}", turn.label()), undo }
}

/// `POST /reports/schedules/{name}/turn`.
pub async fn turn_schedule(
    visit: Visit,
    path: web::Path<String>,
    form: web::Form<Form>,
) -> Result<HttpResponse, WebError> {
    visit.session.check(&form.csrf)?;
    let (name, turn) = (slug("schedule", &path)?, form.turn()?);
    let (desk, user, why) = (visit.state.desk.clone(), visit.session.user.clone(), form.why(turn));
    let turned = name.clone();
    aside(move || desk.turn_schedule(&turned, turn, &user, &why)).await.map_err(told)?;
    let told = flash(&name, "Schedule", turn, urls::turn_schedule(&name));
    visit.state.sessions.put_flash(&visit.key, told);
    let gone = turn == Turn::Removed;
    Ok(back_to(&if gone { urls::REPORTS.to_owned() } else { urls::schedule(&name) }))
}

/// `POST /reports/alerts/rules/{name}/turn`.
pub async fn turn_rule(
    visit: Visit,
    path: web::Path<String>,
    form: web::Form<Form>,
) -> Result<HttpResponse, WebError> {
    visit.session.check(&form.csrf)?;
    let (name, turn) = (slug("rule of alerts", &path)?, form.turn()?);
    let (desk, user, why) = (visit.state.desk.clone(), visit.session.user.clone(), form.why(turn));
    let turned = name.clone();
    aside(move || desk.turn_alert_rule(&turned, turn, &user, &why)).await.map_err(told)?;
    let told = flash(&name, "Rule", turn, urls::turn_alert_rule(&name));
    visit.state.sessions.put_flash(&visit.key, told);
    let gone = turn == Turn::Removed;
    Ok(back_to(&if gone { urls::ALERTS.to_owned() } else { urls::alert_rule(&name) }))
}

/// `POST /reports/schedules/{name}/run`.
pub async fn run(
    visit: Visit,
    path: web::Path<String>,
    form: web::Form<Form>,
) -> Result<HttpResponse, WebError> {
    visit.session.check(&form.csrf)?;
    let name = slug("schedule", &path)?;
    if !visit.view.reports.schedules().contains_key(&name) {
        return Err(WebError::NotFound { what: "schedule", id: name.to_string() });
    }
    let (reports, user) = (at_work(&visit)?, visit.session.user.clone());
    let asked = name.clone();
    let run = blocking(move || Ok(reports.run_now(&asked, &user)?)).await?;
    let (text, to) = match &run.outcome {
        RunOutcome::Made { .. } => ("The report is made".to_owned(), urls::report(&run.id)),
        RunOutcome::Failed { why } => {
            (format!("No report could be made: {why}"), urls::schedule(&name))
        }
    };
    visit.state.sessions.put_flash(&visit.key, Flash { text, undo: None });
    Ok(back_to(&to))
}

/// `POST /reports/deliver`.
pub async fn deliver(visit: Visit, form: web::Form<Form>) -> Result<HttpResponse, WebError> {
    visit.session.check(&form.csrf)?;
    let reports = &visit.view.reports;
    let (parcel, page) = if let Ok(id) = form.parcel.parse::<ReportId>() {
        let run = reports.run(&id).filter(|record| record.run.is_made());
        let page = urls::report(&id);
        (run.map(|_| Parcel::Report(id)), page)
    } else {
        let id: AlertId = parsed(&form.parcel)?;
        (reports.alert(&id).map(|_| Parcel::Alert(id)), urls::ALERTS.to_owned())
    };
    let Some(parcel) = parcel else {
        let id = form.parcel.chars().take(80).collect();
        return Err(WebError::NotFound { what: "report or alert", id });
    };
    visit.note.about("parcel", &parcel);
    let (reports, user) = (at_work(&visit)?, visit.session.user.clone());
    let sent = parcel.clone();
    blocking(move || Ok(reports.deliver_now(&sent, &user)?)).await?;
    let back = urls::here(&form.back).map_or(page, str::to_owned);
    let visit = visit.anew();
    let open = visit.view.reports.undelivered();
    let left = open.iter().find(|(other, _)| *other == parcel).map_or(0, |(_, to)| to.len());
    let text = match left {
        0 => format!("Whoever was to get {parcel} has it, or was tried for the last time"),
        n => format!("{} still without {parcel}", count(n, "recipient is", "recipients are")),
    };
    visit.state.sessions.put_flash(&visit.key, Flash { text, undo: None });
    Ok(back_to(&back))
}

/// What makes and delivers reports.
///
/// # Errors
/// When this server does neither.
pub fn at_work(visit: &Visit) -> Result<Arc<dyn Reporting>, WebError> {
    let reports = visit.state.reports.clone();
    reports.ok_or_else(|| {
        let text = "this server makes and delivers no reports; run ringer report run in a terminal";
        WebError::Report(text.to_owned())
    })
}

/// The name that an address has of something.
///
/// # Errors
/// When nothing can be called so.
pub fn slug(what: &'static str, text: &str) -> Result<Slug, WebError> {
    text.parse().map_err(|_| WebError::NotFound { what, id: text.chars().take(80).collect() })
}

/// What was refused is told with the way back to the reports.
fn told(error: WebError) -> WebError {
    match error {
        WebError::Engine(error @ EngineError::Refused(_)) => ReportError::Engine(error).into(),
        other => other,
    }
}
