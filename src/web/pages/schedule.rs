//! `/reports/new` and `/reports/schedules/{name}`: a schedule is made, looked at, changed, with its next moments and its history.
//! Not responsible for pausing and removing one, nor for running it (`reporting::doing`), nor for what the form says
//! (`reporting::form`).
//!
//! Invariant: a form that cannot be taken comes back as it was typed, with what is wrong at its field; nothing is changed over
//! what somebody else changed meanwhile.

use crate::{
    casework::Permission,
    engine::{RunRecord, Standing},
    model::{Recipient, ReportFormat, Schedule, Slug},
    reports::Sight,
    web::{
        WebError,
        flash::Flash,
        judge::{aside, back_to},
        page::{self, Chrome, Section},
        pager::Pager,
        reporting::{
            Fields, Hour, Lacking, PRESETS, Ready, Reporting, RunRow, Wrong, doing::slug, lacking,
            place, zones,
        },
        state::Visit,
        urls,
    },
};
use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use askama::Template;
use serde::Deserialize;

/// Runs on a page.
const SIZE: usize = 15;
/// Moments shown.
const NEXT: usize = 5;

/// Which runs to show.
#[derive(Debug, Default, Deserialize)]
pub struct Ask {
    runs: Option<String>,
}

/// Who gets it, and what they see.
struct Recipients {
    to: String,
    kind: &'static str,
    sees: &'static str,
    lacks: String,
}

#[derive(Template)]
#[template(path = "pages/schedule.html")]
struct SchedulePage {
    chrome: Chrome,
    /// Whether it is yet to be made.
    is_new: bool,
    headline: String,
    fields: Fields,
    wrong: Wrong,
    next: Vec<Hour>,
    is_looked_at: bool,
    presets: &'static [(&'static str, &'static str, &'static str)],
    zones: &'static [String],
    formats: &'static [ReportFormat],
    recipients: Vec<Recipients>,
    url: String,
    run_url: String,
    turn_url: String,
    paused: String,
    set: String,
    runs: Vec<RunRow>,
    pager: Pager,
    is_at_work: bool,
}

impl SchedulePage {
    /// Whether whoever looks may change it.
    fn may(&self) -> bool {
        self.chrome.may(Permission::Report)
    }
}

/// A schedule that is there.
fn known(visit: &Visit, name: &str) -> Result<Standing<Schedule>, WebError> {
    let name = slug("schedule", name)?;
    let found = visit.view.reports.schedules().get(&name).cloned();
    found.ok_or_else(|| WebError::NotFound { what: "schedule", id: name.to_string() })
}

fn works(visit: &Visit) -> Option<&dyn Reporting> {
    visit.state.reports.as_deref()
}

/// `GET /reports/new`.
pub async fn fresh(visit: Visit) -> Result<HttpResponse, WebError> {
    let fields = Fields::fresh(visit.display.zone_name());
    let mut ready = fields.read(works(&visit), visit.state.desk.now());
    ready.wrong = Wrong::default();
    page::render(&built(&visit, None, &fields, ready, &Ask::default(), &Lacking::new()))
}

/// `POST /reports/new`.
pub async fn make(visit: Visit, form: web::Form<Fields>) -> Result<HttpResponse, WebError> {
    visit.session.check(&form.csrf)?;
    let fields = form.into_inner();
    let mut ready = fields.read(works(&visit), visit.state.desk.now());
    let is_there = |name: &Slug| visit.view.reports.schedules().contains_key(name);
    if ready.schedule.as_ref().is_some_and(|schedule| is_there(&schedule.name)) {
        ready.wrong.name = "there is a schedule of this name; open it to change it".to_owned();
    }
    taken(visit, None, fields, ready).await
}

/// `GET /reports/schedules/{name}`.
pub async fn schedule(
    visit: Visit,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, WebError> {
    let ask: Ask = page::ask(&request)?;
    let standing = known(&visit, &path)?;
    let fields = Fields::of(&standing.is);
    let ready = fields.read(works(&visit), visit.state.desk.now());
    let lacks = lacking(&visit, standing.is.to.clone()).await?;
    page::render(&built(&visit, Some(&standing), &fields, ready, &ask, &lacks))
}

/// `POST /reports/schedules/{name}`.
pub async fn change(
    visit: Visit,
    path: web::Path<String>,
    form: web::Form<Fields>,
) -> Result<HttpResponse, WebError> {
    visit.session.check(&form.csrf)?;
    let standing = known(&visit, &path)?;
    let mut fields = form.into_inner();
    // That of the page, whatever was sent.
    fields.name = standing.is.name.to_string();
    let mut ready = fields.read(works(&visit), visit.state.desk.now());
    if fields.seen != standing.seq.0.to_string() {
        ready.wrong.whole = format!(
            "{} changed this schedule since you opened it. What you typed is kept below; send it again to put it in place of theirs",
            standing.by
        );
    }
    taken(visit, Some(standing), fields, ready).await
}

/// Saves what the form says, or shows it again.
async fn taken(
    visit: Visit,
    standing: Option<Standing<Schedule>>,
    fields: Fields,
    ready: Ready,
) -> Result<HttpResponse, WebError> {
    let is_wrong = ready.wrong.is_any();
    let schedule = ready.schedule.clone().filter(|_| !is_wrong && fields.go != "look");
    let Some(schedule) = schedule else {
        let status = if is_wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        let shown = ready.schedule.as_ref().or(standing.as_ref().map(|standing| &standing.is));
        let to = shown.map(|schedule| schedule.to.clone()).unwrap_or_default();
        let lacks = lacking(&visit, to).await?;
        let page = built(&visit, standing.as_ref(), &fields, ready, &Ask::default(), &lacks);
        return page::render_as(status, &page);
    };
    let (desk, user, name) =
        (visit.state.desk.clone(), visit.session.user.clone(), schedule.name.clone());
    aside(move || desk.set_schedule(schedule, &user)).await?;
    let what = if standing.is_some() { "changed" } else { "made" };
    let text = format!("Schedule {name} is {what}");
    visit.state.sessions.put_flash(&visit.key, Flash { text, undo: None });
    Ok(back_to(&urls::schedule(&name)))
}

fn built(
    visit: &Visit,
    standing: Option<&Standing<Schedule>>,
    fields: &Fields,
    ready: Ready,
    ask: &Ask,
    lacks: &Lacking,
) -> SchedulePage {
    let reports = &visit.view.reports;
    let may = visit.session.role.may(Permission::Report);
    let name = standing.map(|standing| standing.is.name.clone());
    let runs: Vec<&RunRecord> =
        name.as_ref().map_or_else(Vec::new, |name| reports.runs_of(name).collect());
    let url = name.as_ref().map_or_else(|| urls::NEW_SCHEDULE.to_owned(), urls::schedule);
    let pager = Pager::new(ask.runs.as_deref(), runs.len(), SIZE, url.clone(), "runs").at("#runs");
    let saved = ready.schedule.as_ref().or(standing.map(|standing| &standing.is));
    let paused = standing.and_then(|standing| standing.paused.as_ref());
    let mut fields = fields.clone();
    if let Some(standing) = standing {
        fields.seen = standing.seq.0.to_string();
        if !may {
            // What cannot be sent need not be there.
            fields.to = String::new();
        }
    }
    let title = name
        .as_ref()
        .map_or_else(|| "A new schedule of reports".to_owned(), |name| format!("Schedule {name}"));
    SchedulePage {
        is_new: standing.is_none(),
        headline: headline(standing, &ready),
        wrong: ready.wrong,
        is_looked_at: fields.go == "look",
        recipients: saved.map_or_else(Vec::new, |schedule| recipients(visit, schedule, lacks, may)),
        next: if paused.is_none() || fields.go == "look" {
            ready.next.into_iter().take(NEXT).collect()
        } else {
            Vec::new()
        },
        fields,
        presets: PRESETS,
        zones: zones(),
        formats: ReportFormat::ALL,
        run_url: name.as_ref().map_or_else(String::new, urls::run_schedule),
        turn_url: name.as_ref().map_or_else(String::new, urls::turn_schedule),
        url,
        paused: paused.map_or_else(String::new, |pause| {
            format!("Paused on {} by {}: {}", pause.at.day(), pause.by, visit.view.text(&pause.why))
        }),
        set: standing.map_or_else(String::new, |standing| {
            format!("as {} set it on {}", standing.by, standing.from.day())
        }),
        runs: pager.of(&runs).iter().map(|record| RunRow::of(visit, record)).collect(),
        pager,
        is_at_work: visit.state.reports.is_some(),
        chrome: visit.chrome(title, Section::Reports),
    }
}

/// When the next report comes.
fn headline(standing: Option<&Standing<Schedule>>, ready: &Ready) -> String {
    let Some(standing) = standing else {
        return "Say when a report is due, which rings it is about, and who gets it.".to_owned();
    };
    if standing.paused.is_some() {
        return "It is paused: nothing is made until it is resumed.".to_owned();
    }
    match ready.next.first() {
        Some(next) => format!("The next report is due {}, {}.", next.there, next.zone),
        None => format!("Due by {} on the clock of {}.", standing.is.cron, standing.is.zone),
    }
}

fn recipients(visit: &Visit, schedule: &Schedule, lacks: &Lacking, may: bool) -> Vec<Recipients> {
    let sees = |to: &Recipient| match works(visit).map(|w| w.sight_of(to, schedule.personal)) {
        Some(Sight::Full) => "names, contact data and counts",
        Some(Sight::Masked) => "names, with contact data masked",
        Some(Sight::Counts) => "counts and links only",
        None => "",
    };
    let row = |to: &Recipient| Recipients {
        to: place(to, may),
        kind: to.kind(),
        sees: sees(to),
        lacks: lacks.get(to).cloned().unwrap_or_default(),
    };
    schedule.to.iter().map(row).collect()
}
