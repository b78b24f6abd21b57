//! `GET /applicants/{applicant_id}/erase`: how long somebody's data is kept, what holds it, and what erasing them would take;
//! and the form that does. Not responsible for the rules (`casework::keeping`).
//!
//! Invariant: what goes is shown before it goes; nothing goes without a reason, and a floor not without a further word.

use crate::{
    casework::keeping::{self, AftermathError, Beside, EraseRequest, Keeping, Standing},
    engine::{Cases, EngineError, ErasurePlan, View},
    explain::words::{count, grouped},
    model::{
        ApplicantId, ApplicantIx, ApplicationId, ErasureBasis, FileHash, ReferralId, ReportId,
    },
    reports,
    web::{
        State, WebError,
        flash::Flash,
        intake::blocking,
        judge::back_to,
        page::{self, Chrome, Section},
        pages::find_applicant,
        referral::kept::Kept,
        state::Visit,
        urls,
        veil::Seen,
    },
};
use actix_web::{HttpResponse, http::header::LOCATION, web};
use askama::Template;
use std::collections::{BTreeMap, BTreeSet};

/// Most fields of the form.
const FIELDS: usize = 200;

/// A file of a case that is about others too.
struct FileRow {
    sha256: String,
    name: String,
    case: String,
    case_url: String,
    is_detached: bool,
}

#[derive(Template)]
#[template(path = "pages/erase.html")]
struct ErasePage {
    chrome: Chrome,
    id: ApplicantId,
    name: String,
    since: String,
    from: String,
    until: String,
    floor: String,
    held_by: Vec<String>,
    is_below: bool,
    goes: Vec<(String, &'static str)>,
    packages: Vec<ReferralId>,
    reports: Vec<ReportId>,
    stays: Vec<String>,
    files: Vec<FileRow>,
    bases: &'static [ErasureBasis],
}

impl ErasePage {
    fn can(&self) -> bool {
        self.held_by.is_empty()
    }
}

/// `GET /applicants/{applicant_id}/erase`.
pub async fn erase(visit: Visit, path: web::Path<String>) -> Result<HttpResponse, WebError> {
    let view = visit.view.clone();
    let ix = find_applicant(&view, &path)?;
    let id = &view.network.applicant(ix).id;
    if path.as_str() != id.as_str() {
        return Ok(HttpResponse::SeeOther().insert_header((LOCATION, urls::erase(id))).finish());
    }
    let made = blocking(move || built(&visit, &view, ix)).await?;
    page::render(&made)
}

fn standing(state: &State, view: &Seen, ix: ApplicantIx) -> Result<Standing, WebError> {
    let since = state.desk.held_since(view)?;
    let cases = state.desk.cases();
    Ok(Keeping::new(view, &cases, &state.retention, since, state.desk.now()).standing(ix))
}

fn built(visit: &Visit, view: &Seen, ix: ApplicantIx) -> Result<ErasePage, WebError> {
    let desk = &visit.state.desk;
    let standing = standing(&visit.state, view, ix)?;
    let applicant = view.network.applicant(ix);
    let corpus = view.network.corpus();
    let applications = applicant.applications.iter().map(|&app| corpus.id(app)).collect();
    let plan = desk.plan_erasure(&applications, &BTreeSet::new())?;
    let traces = keeping::traces(
        &visit.state.trail,
        &[applicant.id.clone()].into(),
        &applications,
        &plan.terms,
    )?;
    let packages = visit.state.kept.as_ref().map(|kept| kept.packages().naming(&applications));
    let packages = packages.transpose().map_err(AftermathError::from)?.unwrap_or_default();
    let reports = visit.state.kept_reports.as_ref().map(|kept| kept.copies().naming(&applications));
    let reports = reports.transpose().map_err(AftermathError::from)?.unwrap_or_default();
    let today = crate::model::Day::of(desk.now()).unwrap_or(standing.from);
    Ok(ErasePage {
        chrome: visit.chrome("Hold or erase", Section::Privacy),
        id: applicant.id.clone(),
        name: view.network.label(ix).to_owned(),
        since: standing.since.to_string(),
        from: standing.from.to_string(),
        until: standing.until.map_or_else(String::new, |day| day.to_string()),
        floor: format!(
            "{} days, the rule for {}",
            grouped(standing.interval.floor_days as usize),
            standing.interval.floor_of
        ),
        held_by: standing.held_by.iter().map(ToString::to_string).collect(),
        is_below: standing.from > today,
        goes: goes(&plan),
        packages: packages.into_iter().collect(),
        reports: reports.into_iter().collect(),
        stays: stays(&plan, &traces),
        files: files(visit, view, &applications, &plan),
        bases: ErasureBasis::ALL,
    })
}

/// What goes, in numbers.
fn goes(plan: &ErasurePlan) -> Vec<(String, &'static str)> {
    let goes = &plan.goes;
    let rows = [
        (goes.versions, "versions of applications, as received"),
        (goes.checks, "checks of them"),
        (goes.judgements, "judgements about them, and withdrawals of those"),
        (
            goes.in_part,
            "facts about others too: they stay, without values that only this person has",
        ),
        (goes.attached + goes.others, "other facts"),
        (plan.files.len() as u64, "files attached to cases about this person"),
    ];
    let some = rows.into_iter().filter(|(n, _)| *n > 0);
    some.map(|(n, what)| (grouped(usize::try_from(n).unwrap_or(usize::MAX)), what)).collect()
}

/// What stays, and why.
fn stays(plan: &ErasurePlan, traces: &keeping::Traces) -> Vec<String> {
    let mut stays = vec![
        "a tombstone: when, by whom, why, how much, and a hash of each application's id, by which its row is refused when it comes again".to_owned(),
        "the history of rings they were in, with a token in the place of each application's id".to_owned(),
    ];
    if !plan.watched.is_empty() {
        let n = count(plan.watched.len(), "entry", "entries");
        stays.push(format!("{n} of watch-lists that name a value of theirs: a list has a purpose of its own; take them off it first if they must go"));
    }
    if traces.by_id > 0 {
        let n = usize::try_from(traces.by_id).unwrap_or(usize::MAX);
        stays.push(format!(
            "{} of the audit trail that name them by an id: who looked, and why",
            count(n, "entry", "entries")
        ));
    }
    if !traces.in_reasons.is_empty() {
        let n = count(traces.in_reasons.len(), "entry", "entries");
        stays.push(format!("{n} of the audit trail whose reason names a value of theirs, in the words of colleagues"));
    }
    stays.push(
        "files that were imported, dumps and backups made before: erase there what is still kept"
            .to_owned(),
    );
    stays
}

/// Files of cases that cover or covered them and are about others too, which somebody has to look at.
fn files(
    visit: &Visit,
    view: &Seen,
    applications: &BTreeSet<ApplicationId>,
    plan: &ErasurePlan,
) -> Vec<FileRow> {
    let cases = visit.state.desk.cases();
    let mut rows: BTreeMap<FileHash, FileRow> = BTreeMap::new();
    for file in keeping::files_of(view, &cases, applications) {
        if !plan.files.contains(&file.sha256) {
            rows.entry(file.sha256.clone()).or_insert_with(|| FileRow {
                sha256: file.sha256.to_string(),
                name: view.text(&file.name),
                case: file.case.to_string(),
                case_url: urls::case(&file.case),
                is_detached: file.is_detached,
            });
        }
    }
    rows.into_values().collect()
}

/// What the form sends.
#[derive(Default)]
struct Form {
    csrf: String,
    why: String,
    basis: String,
    despite_floor: bool,
    files: BTreeSet<FileHash>,
}

impl Form {
    fn of(fields: Vec<(String, String)>) -> Result<Self, WebError> {
        if fields.len() > FIELDS {
            return Err(WebError::BadRequest("the form has more fields than the page".to_owned()));
        }
        let mut form = Self::default();
        for (name, value) in fields {
            match name.as_str() {
                "csrf" => form.csrf = value,
                "why" => form.why = value,
                "basis" => form.basis = value,
                "despite_floor" => form.despite_floor = value == "yes",
                "file" => {
                    let file = value.parse::<FileHash>();
                    form.files.insert(file.map_err(|e| WebError::BadRequest(e.to_string()))?);
                }
                _ => {}
            }
        }
        Ok(form)
    }
}

/// `POST /applicants/{applicant_id}/erase`.
pub async fn carry_out(
    visit: Visit,
    path: web::Path<String>,
    form: web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, WebError> {
    let form = Form::of(form.into_inner())?;
    visit.session.check(&form.csrf)?;
    let view = visit.view.clone();
    let ix = find_applicant(&view, &path)?;
    if form.why.trim().is_empty() {
        return Err(EngineError::Incomplete("a reason").into());
    }
    let basis = match form.basis.as_str() {
        "" => ErasureBasis::Request,
        word => word
            .parse()
            .map_err(|e: crate::model::UnknownErasureBasis| WebError::BadRequest(e.to_string()))?,
    };
    let request = EraseRequest {
        applicants: vec![ix],
        taken_back: BTreeSet::new(),
        basis,
        despite_floor: form.despite_floor,
        files: form.files,
        by: visit.session.user.clone(),
        why: form.why,
    };
    let (state, key) = (visit.state.clone(), visit.key);
    let text = blocking(move || erased(&state, &view, &request)).await?;
    visit.state.sessions.put_flash(&key, Flash { text, undo: None });
    Ok(back_to(urls::PRIVACY))
}

fn erased(state: &State, view: &Seen, request: &EraseRequest) -> Result<String, WebError> {
    let (desk, policy, now) = (&state.desk, &state.retention, state.desk.now());
    let since = desk.held_since(view)?;
    let keeping = Keeping::new(view, &desk.cases(), policy, since.clone(), now);
    let order = keeping::order(view, &keeping, request)?;
    let cases = desk.cases();
    let is_there = |file: &FileHash| {
        state.attachments.as_ref().is_some_and(|all| all.has(file))
            || keeping::is_known(&cases, file)
    };
    if let Some(file) = request.files.iter().find(|file| !is_there(file)) {
        return Err(WebError::NotFound { what: "attached file", id: file.to_string() });
    }
    let packages = state.kept.as_ref().map(Kept::packages);
    let reports = state.kept_reports.as_ref().map(reports::Kept::copies);
    let (attachments, filters) = (state.attachments.as_ref(), &state.filters);
    let beside = Beside::new(attachments, filters, packages.as_ref(), reports.as_ref());
    let may = |present: &View, cases: &Cases| {
        if present.weighed != view.weighed {
            let text = "the store changed meanwhile; look again at what goes";
            return Err(EngineError::Refused(text.to_owned()));
        }
        // A hold that was put meanwhile holds.
        let keeping = Keeping::new(present, cases, policy, since.clone(), now);
        keeping::order(present, &keeping, request).map(drop)
    };
    let erased = desk.erase(&order, &may, &|plan| beside.first(&order.applications, plan));
    let (erased, beside) = beside.after::<WebError>(erased)?;
    let copies = |ids: Vec<&str>, one, many| match ids.len() {
        0 => String::new(),
        n => format!(", {}: {}", count(n, one, many), ids.join(", ")),
    };
    let packages = beside.packages.iter().map(ReferralId::as_str).collect();
    let reports = beside.reports.iter().map(ReportId::as_str).collect();
    let copies = copies(packages, "kept package", "kept packages")
        + &copies(reports, "kept report", "kept reports");
    let named: Vec<&str> =
        order.set_aside.iter().map(String::as_str).filter(|said| said.contains("file")).collect();
    let named = match named.is_empty() {
        true => String::new(),
        false => format!("; {}", named.join("; ")),
    };
    Ok(format!(
        "Erased as {}: {}{copies}{named}",
        erased.id,
        count(
            usize::try_from(erased.plan.goes.versions).unwrap_or(usize::MAX),
            "version of an application",
            "versions of applications"
        )
    ))
}
