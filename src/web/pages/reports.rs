//! `GET /reports`: the newest report in short, every report with how far it has come, and the schedules. Not responsible for
//! what a report says (`pages::report`).
//!
//! Invariant: a run that made no report and a delivery that failed are as loud as a report.

use crate::{
    casework::Permission,
    engine::RunRecord,
    explain::words::{capital, count},
    model::{Slug, Turn},
    reports::SECTIONS,
    web::{
        WebError,
        intake::blocking,
        page::{self, Chrome, Section},
        pager::Pager,
        reporting::{Hour, RunRow, doing::slug},
        state::Visit,
        urls,
    },
};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;

/// Runs on a page.
const SIZE: usize = 25;

/// What to show.
#[derive(Debug, Default, Deserialize)]
pub struct Ask {
    schedule: Option<String>,
    page: Option<String>,
}

/// A tab.
pub struct Tab {
    /// What is in it.
    pub label: String,
    /// Its address.
    pub url: String,
    /// How much is in it.
    pub n: usize,
    /// Whether it is the one that is open.
    pub is_on: bool,
}

/// The newest report.
struct Newest {
    url: String,
    headline: String,
    schedule: String,
    until: Hour,
    /// Number, what of, where.
    counts: Vec<(u32, String, String)>,
    quiet: String,
}

/// A schedule.
struct ScheduleRow {
    name: String,
    url: String,
    cron: String,
    to: String,
    next: Option<Hour>,
    paused: String,
    /// Why its last run made no report; empty where it made one, and where there was none.
    broken: String,
}

#[derive(Template)]
#[template(path = "pages/reports.html")]
struct ReportsPage {
    chrome: Chrome,
    headline: String,
    newest: Option<Newest>,
    tabs: Vec<Tab>,
    chosen: String,
    runs: Vec<RunRow>,
    pager: Pager,
    schedules: Vec<ScheduleRow>,
    /// How many reports and alerts somebody did not get.
    failed: String,
    is_at_work: bool,
}

/// `GET /reports`.
pub async fn reports(visit: Visit, request: HttpRequest) -> Result<HttpResponse, WebError> {
    let ask: Ask = page::ask(&request)?;
    let reports = visit.view.reports.clone();
    let chosen = match ask.schedule.as_deref().unwrap_or_default() {
        "" => None,
        text => Some(known(&visit, slug("schedule", text)?)?),
    };
    let is_of = |record: &&RunRecord| chosen.as_ref().is_none_or(|s| record.run.schedule == *s);
    let runs: Vec<&RunRecord> = reports.runs().iter().rev().filter(is_of).collect();
    let newest = match runs.iter().find(|record| record.run.is_made()) {
        Some(record) => Some(newest(&visit, record).await),
        None => None,
    };
    let chosen_name = chosen.as_ref().map_or_else(String::new, Slug::to_string);
    let pager = Pager::new(ask.page.as_deref(), runs.len(), SIZE, urls::REPORTS, "page")
        .keeping(vec![("schedule", chosen_name.clone())])
        .at("#all");
    let shown = pager.of(&runs).iter().map(|record| RunRow::of(&visit, record)).collect();
    let chrome = visit.chrome("Reports", Section::Reports);
    page::render(&ReportsPage {
        headline: headline(&visit),
        newest,
        tabs: tabs(&visit, chosen.as_ref()),
        chosen: chosen_name,
        runs: shown,
        pager,
        schedules: schedules(&visit),
        failed: match chrome.waits.failed {
            0 => String::new(),
            n => count(n, "report or alert has not come", "reports and alerts have not come"),
        },
        is_at_work: visit.state.reports.is_some(),
        chrome,
    })
}

/// A schedule that is there, or of which there are reports.
fn known(visit: &Visit, name: Slug) -> Result<Slug, WebError> {
    let reports = &visit.view.reports;
    let is_known =
        reports.schedules().contains_key(&name) || reports.runs_of(&name).next().is_some();
    match is_known {
        true => Ok(name),
        false => Err(WebError::NotFound { what: "schedule", id: name.to_string() }),
    }
}

fn headline(visit: &Visit) -> String {
    let reports = &visit.view.reports;
    let n = reports.schedules().len();
    let paused = reports.schedules().values().filter(|s| s.paused.is_some()).count();
    let mut said = match n {
        0 => "No report is scheduled".to_owned(),
        n => format!("{} what changed", count(n, "schedule tells", "schedules tell")),
    };
    if paused > 0 && paused == n {
        said = match n {
            1 => "The one schedule is paused".to_owned(),
            n => format!("All {n} schedules are paused"),
        };
    } else if paused > 0 {
        said.push_str(&format!("; {paused} of them paused"));
    }
    format!("{said}.")
}

/// The newest report in short. Its headline is left out where the report cannot be had: its own page says why.
async fn newest(visit: &Visit, record: &RunRecord) -> Newest {
    let run = record.run.clone();
    let counts = match &run.outcome {
        crate::model::RunOutcome::Made { counts, .. } => counts.clone(),
        crate::model::RunOutcome::Failed { .. } => Default::default(),
    };
    let headline = match visit.state.reports.clone() {
        Some(reports) => {
            let of = run.clone();
            let report = blocking(move || Ok(reports.report(&of)?)).await;
            report.map(|report| report.headline).unwrap_or_default()
        }
        None => String::new(),
    };
    let url = urls::report(&run.id);
    // In the order in which a report has its sections; those of older versions come last.
    let place = |id: &str| SECTIONS.iter().position(|kind| kind.id == id).unwrap_or(usize::MAX);
    let title = |id: &str| match SECTIONS.iter().find(|kind| kind.id == id) {
        Some(kind) => kind.title.to_owned(),
        None => capital(&id.replace('-', " ")),
    };
    let mut counts: Vec<(&String, &u32)> = counts.iter().collect();
    counts.sort_by_key(|(id, _)| (place(id), (*id).clone()));
    let quiet = counts.iter().filter(|(_, n)| **n == 0).count();
    Newest {
        headline,
        schedule: run.schedule.to_string(),
        until: Hour::of(run.until.at, &run.zone),
        counts: counts
            .into_iter()
            .filter(|(_, n)| **n > 0)
            .map(|(id, n)| (*n, title(id), format!("{url}#s-{id}")))
            .collect(),
        quiet: match quiet {
            0 => String::new(),
            n => count(n, "section has nothing to say", "sections have nothing to say"),
        },
        url,
    }
}

fn tabs(visit: &Visit, chosen: Option<&Slug>) -> Vec<Tab> {
    let reports = &visit.view.reports;
    let mut names: Vec<&Slug> = reports.schedules().keys().collect();
    names.extend(reports.runs().iter().map(|record| &record.run.schedule));
    names.sort();
    names.dedup();
    let all = Tab {
        label: "All".to_owned(),
        url: urls::REPORTS.to_owned(),
        n: reports.runs().len(),
        is_on: chosen.is_none(),
    };
    let of = names.into_iter().map(|name| Tab {
        label: name.to_string(),
        url: urls::reports_of(name),
        n: reports.runs_of(name).count(),
        is_on: chosen == Some(name),
    });
    std::iter::once(all).chain(of).collect()
}

fn schedules(visit: &Visit) -> Vec<ScheduleRow> {
    let (reports, now) = (&visit.view.reports, visit.state.desk.now());
    let row = |(name, standing): (&Slug, &crate::engine::Standing<crate::model::Schedule>)| {
        let is = &standing.is;
        let last = reports.runs_of(name).next();
        ScheduleRow {
            name: name.to_string(),
            url: urls::schedule(name),
            cron: is.cron.clone(),
            to: match is.to.len() {
                0 => "read here only".to_owned(),
                n => format!("to {}", count(n, "recipient", "recipients")),
            },
            next: visit
                .state
                .reports
                .as_ref()
                .filter(|_| standing.paused.is_none())
                .and_then(|r| r.next(&is.cron, &is.zone, now, 1).ok()?.first().copied())
                .map(|at| Hour::of(at, &is.zone)),
            paused: standing.paused.as_ref().map_or_else(String::new, |pause| {
                let why = visit.view.text(&pause.why);
                format!("{} {} by {}: {why}", Turn::Paused.label(), pause.at.day(), pause.by)
            }),
            broken: match last.map(|record| &record.run.outcome) {
                Some(crate::model::RunOutcome::Failed { why }) => why.clone(),
                _ => String::new(),
            },
        }
    };
    reports.schedules().iter().map(row).collect()
}

impl ReportsPage {
    /// Whether whoever looks may set schedules.
    fn may(&self) -> bool {
        self.chrome.may(Permission::Report)
    }
}
