//! `GET /reports/{report_id}`: one report, section by section, with how it came about and how far it has come; and
//! `GET /reports/{report_id}/{format}`: the same to keep. Not responsible for making one (`reports`) nor for how its parts become
//! text (`reporting::said`).
//!
//! Invariant: nobody sees more of it than their role and the veil allow, on the page and in a file alike.

use crate::{
    casework::Permission,
    engine::RunRecord,
    explain::words::count,
    model::{Parcel, ReportFormat, ReportId, ReportRun, RunOutcome},
    reports::{
        Report, Sight,
        render::{FORMS, Form, Rendering},
    },
    web::{
        WebError,
        csrf::own_origin,
        intake::blocking,
        page::{self, Chrome, Section},
        reporting::{Hour, Posts, RunRow, SectionView, doing::at_work, sections},
        state::Visit,
        urls,
    },
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    web,
};
use askama::Template;

/// The neighbors of a report among those of its schedule.
struct Beside {
    url: String,
    until: Hour,
}

#[derive(Template)]
#[template(path = "pages/report.html")]
struct ReportPage {
    chrome: Chrome,
    run: RunRow,
    /// What matters most, in one sentence; why there is no report where there is none.
    headline: String,
    is_first: bool,
    is_made: bool,
    /// Why what was made cannot be shown.
    lost: String,
    sections: Vec<SectionView>,
    quiet: String,
    filter: String,
    posts: Posts,
    formats: Vec<(ReportFormat, String)>,
    sees: &'static str,
    before: Option<Beside>,
    after: Option<Beside>,
    since_seq: u64,
    until_seq: u64,
    head: String,
    digest: String,
    settings: String,
    policy: String,
    format: u32,
}

/// The run that made, or should have made, a report.
fn run(visit: &Visit, id: &str) -> Result<RunRecord, WebError> {
    let found = id.parse::<ReportId>().ok().and_then(|id| visit.view.reports.run(&id).cloned());
    let id = id.chars().take(80).collect();
    found.ok_or(WebError::NotFound { what: "report", id })
}

/// The report of a run: kept, or made again.
async fn fetched(visit: &Visit, run: &ReportRun) -> Result<Report, WebError> {
    let (reports, run) = (at_work(visit)?, run.clone());
    blocking(move || Ok(reports.report(&run)?)).await
}

/// `GET /reports/{report_id}`.
pub async fn report(visit: Visit, path: web::Path<String>) -> Result<HttpResponse, WebError> {
    let record = run(&visit, &path)?;
    let run = &record.run;
    let (mut report, mut lost) = (None, String::new());
    if run.is_made() {
        match fetched(&visit, run).await {
            Ok(found) => report = Some(found),
            Err(why @ WebError::Report(_)) => lost = why.to_string(),
            Err(other) => return Err(other),
        }
    }
    page::render(&built(&visit, &record, report.as_ref(), lost))
}

fn built(visit: &Visit, record: &RunRecord, report: Option<&Report>, lost: String) -> ReportPage {
    let (run, reports) = (&record.run, &visit.view.reports);
    let may = visit.session.role.may(Permission::Report);
    let works = visit.state.reports.clone();
    let sees = |to: &crate::model::Recipient| {
        works.as_ref().filter(|_| may).map(|works| works.sight_of(to, run.personal))
    };
    let parcel = Parcel::Report(run.id.clone());
    let posts = Posts::of(reports, &parcel, &run.to, false, may, sees);
    let sections = report.map_or_else(Vec::new, |report| sections(&visit.view, report));
    let quiet = sections.iter().filter(|section| section.n == 0).count();
    let made: Vec<&RunRecord> =
        reports.runs_of(&run.schedule).filter(|record| record.run.is_made()).collect();
    let at = made.iter().position(|other| other.run.id == run.id);
    let beside = |at: Option<usize>| {
        let run = &made.get(at?)?.run;
        Some(Beside { url: urls::report(&run.id), until: Hour::of(run.until.at, &run.zone) })
    };
    let (digest, why) = match &run.outcome {
        RunOutcome::Made { digest, .. } => (digest.to_string(), String::new()),
        RunOutcome::Failed { why } => (String::new(), why.clone()),
    };
    let title = format!("Report {}", run.schedule);
    ReportPage {
        run: RunRow::of(visit, record),
        headline: match report {
            Some(report) if report.headline.is_empty() => "What changed, by section.".to_owned(),
            Some(report) => report.headline.clone(),
            None if run.is_made() => "This report cannot be shown now.".to_owned(),
            None => format!("No report could be made: {why}"),
        },
        is_first: report.map_or(run.since.seq.0 == 0, |report| report.heading.is_first),
        is_made: run.is_made(),
        lost,
        quiet: match quiet {
            0 => String::new(),
            n => count(n, "section has nothing to say", "sections have nothing to say"),
        },
        sections,
        filter: run.filter.clone(),
        posts,
        formats: ReportFormat::ALL
            .iter()
            .map(|format| (*format, urls::report_as(&run.id, *format)))
            .collect(),
        sees: match sight(visit) {
            Sight::Full => "everything, contact data too",
            Sight::Masked | Sight::Counts => "names, with contact data masked",
        },
        after: beside(at.and_then(|at| at.checked_sub(1))),
        before: beside(at.map(|at| at + 1)),
        since_seq: run.since.seq.0,
        until_seq: run.until.seq.0,
        head: run.head.to_string(),
        digest,
        settings: run.settings.clone(),
        policy: report.map_or_else(String::new, |report| report.heading.policy.clone()),
        format: run.format,
        chrome: visit.chrome(title, Section::Reports),
    }
}

/// How much of a report a visit sees.
fn sight(visit: &Visit) -> Sight {
    if visit.view.is_veiled() { Sight::Masked } else { Sight::Full }
}

/// `GET /reports/{report_id}/{format}`.
pub async fn download(
    visit: Visit,
    request: HttpRequest,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, WebError> {
    let (id, format) = path.into_inner();
    let record = run(&visit, &id)?;
    let run = record.run;
    let not_found = |id: &str| WebError::NotFound {
        what: "form of reports",
        id: id.chars().take(80).collect(),
    };
    let format: ReportFormat = format.parse().map_err(|_| not_found(&format))?;
    let form: &'static Form =
        FORMS.iter().find(|form| form.format == format).ok_or_else(|| not_found(format.name()))?;
    if !run.is_made() {
        return Err(WebError::Report("this run made no report".to_owned()));
    }
    let report = fetched(&visit, &run).await?;
    let (base, house) = (own_origin(&request), visit.state.organisation.name.clone());
    let sight = sight(&visit);
    let bytes = blocking(move || {
        let rendering = Rendering { base: &base, sight, house: &house };
        Ok((form.render)(&report, &rendering)?)
    })
    .await?;
    let name = format!("ringer-{}-{}.{}", run.schedule, run.until.at.day(), format.name());
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, form.media_type))
        .insert_header((CONTENT_DISPOSITION, urls::saved_as(&name)))
        .body(bytes))
}
