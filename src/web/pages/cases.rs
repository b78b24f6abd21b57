//! `GET /cases`: the cases, what waits for whoever looks first; `POST /cases`: opening one. Not responsible for which are
//! listed (`case::list`) nor for changing many at once (`case::bulk`).
//!
//! Invariant: the counts on the tabs are those of the lists behind them.

use crate::{
    casework::{FilteredPage, Permission},
    explain::words::count,
    model::{Case, CaseStatus},
    web::{
        WebError,
        case::{
            list::{Asked, Due, List, Looker, Sort, Statuses, Tab},
            people,
            row::{CaseLine, CaseRow},
        },
        judge::aside,
        page::{self, Chrome, Section},
        pager::Pager,
        saved::Saved,
        state::Visit,
        text::Piece,
        urls,
        veil::Seen,
    },
};
use actix_web::{HttpRequest, HttpResponse, http::header::CONTENT_DISPOSITION};
use askama::Template;
use std::sync::Arc;

/// Cases on a page.
const SIZE: usize = 50;

struct TabLink {
    label: &'static str,
    n: usize,
    url: String,
    is_on: bool,
}

/// A choice of a list in a form: value, words, whether it is the present one.
type Choice = (&'static str, &'static str, bool);

#[derive(Template)]
#[template(path = "pages/cases.html")]
struct CasesPage {
    chrome: Chrome,
    headline: Vec<Piece>,
    tabs: Vec<TabLink>,
    tab: &'static str,
    statuses: Vec<Choice>,
    dues: Vec<Choice>,
    sorts: Vec<Choice>,
    kept: Vec<(&'static str, String)>,
    assignee: String,
    text: String,
    is_filtered: bool,
    clear_url: String,
    all_url: String,
    rows: Vec<CaseRow>,
    pager: Pager,
    people: Vec<String>,
    may_work: bool,
    back: String,
    saved: Saved,
    json_url: String,
    csv_url: String,
    is_without_cases: bool,
}

impl CasesPage {
    /// The statuses that many cases can be given at once.
    fn given(&self) -> Vec<CaseStatus> {
        let all = CaseStatus::ALL.iter().copied();
        all.filter(|s| !matches!(s, CaseStatus::ReferralReady | CaseStatus::Closed)).collect()
    }
}

/// `GET /cases`.
pub async fn cases(visit: Visit, request: HttpRequest) -> Result<HttpResponse, WebError> {
    let asked: Asked = page::ask(&request)?;
    let list = List::read(&asked)?;
    let cases = visit.state.desk.cases();
    let looker = Looker::of(&visit, &cases);
    // Looking through every note takes a while where there are many.
    let (sought, all, who) = (list.clone(), cases.clone(), looker.clone());
    let found = aside(move || Ok((sought.of(&all, &who), headline(&all, &who))));
    let ((shown, counts), headline) = found.await?;
    match asked.format.as_deref().unwrap_or_default() {
        "" => {}
        "json" => {
            let lines: Vec<CaseLine> =
                shown.iter().map(|c| CaseLine::of(&visit.view, c, &looker)).collect();
            return Ok(HttpResponse::Ok().json(lines));
        }
        "csv" => return csv(&visit.view, &shown, &looker),
        other => {
            let quoted: String = other.chars().take(40).collect();
            return Err(WebError::BadRequest(format!(
                "\"{quoted}\" is no format of this list; possible are json and csv"
            )));
        }
    }
    let view = &visit.view;
    let pager = Pager::new(asked.page.as_deref(), shown.len(), SIZE, urls::CASES, "page")
        .keeping(list.pairs())
        .at("#cases");
    let rows = pager.of(&shown).iter().map(|case| CaseRow::of(view, case, &looker)).collect();
    let now = list.url(("page", ""));
    let query = now.split_once('?').map_or("", |(_, query)| query);
    let page = CasesPage {
        headline,
        tabs: tabs(&list, &counts),
        tab: list.tab.name(),
        statuses: statuses(&list),
        dues: dues(&list),
        sorts: sorts(&list),
        kept: list.pairs().into_iter().filter(|(name, _)| *name == "tab").collect(),
        assignee: list.assignee.clone(),
        text: list.text.clone(),
        is_filtered: list.is_filtered(),
        clear_url: List {
            status: Statuses::Open,
            assignee: String::new(),
            due: None,
            text: String::new(),
            ..list.clone()
        }
        .url(("page", "")),
        all_url: format!("{}?tab=all&status=any", urls::CASES),
        rows,
        people: people::suggested(&visit, &cases),
        may_work: visit.session.role.may(Permission::Judge),
        saved: Saved::of(&visit, FilteredPage::Cases, query).await,
        json_url: list.url(("format", "json")),
        csv_url: list.url(("format", "csv")),
        is_without_cases: cases.is_empty(),
        back: list
            .url(("page", &if pager.page > 1 { pager.page.to_string() } else { String::new() })),
        pager,
        chrome: visit.chrome("Cases", Section::Cases),
    };
    page::render(&page)
}

fn headline(cases: &crate::engine::Cases, looker: &Looker) -> Vec<Piece> {
    let open: Vec<&Arc<Case>> = cases.iter().filter(|case| case.is_open()).collect();
    let mine = open.iter().filter(|case| looker.has(case));
    let late = mine.clone().filter(|case| looker.is_overdue(case)).count();
    let mentions = open.iter().filter(|case| looker.is_mentioned(case)).count();
    let mine = mine.count();
    let mut said = match mine {
        0 => "No open case is yours".to_owned(),
        n => format!("{} yours", count(n, "open case is", "open cases are")),
    };
    if late > 0 {
        said.push_str(&format!(", {late} of them overdue"));
    }
    if mentions > 0 {
        said.push_str(&format!("; {} you", count(mentions, "case mentions", "cases mention")));
    }
    let nobody = open.iter().filter(|case| case.assignee.is_none()).count();
    said.push_str(&match nobody {
        0 => ".".to_owned(),
        n => format!("; {} nobody.", count(n, "belongs to", "belong to")),
    });
    vec![Piece::text(said)]
}

fn tabs(list: &List, counts: &[(Tab, usize)]) -> Vec<TabLink> {
    let tab = |&(tab, n): &(Tab, usize)| TabLink {
        label: match tab {
            Tab::Mine => "My work",
            Tab::Unassigned => "Unassigned",
            Tab::All => "All",
        },
        n,
        url: List { tab, ..list.clone() }.url(("page", "")),
        is_on: tab == list.tab,
    };
    counts.iter().map(tab).collect()
}

fn statuses(list: &List) -> Vec<Choice> {
    let ones = CaseStatus::ALL.iter().map(|&status| (Statuses::One(status), status.title()));
    [(Statuses::Open, "not closed"), (Statuses::Any, "any")]
        .into_iter()
        .chain(ones)
        .map(|(status, label)| (status.name(), label, list.status == status))
        .collect()
}

fn dues(list: &List) -> Vec<Choice> {
    let label = |due| match due {
        Due::Overdue => "overdue",
        Due::Soon => "within a week",
        Due::Never => "without a day",
    };
    let all = Due::ALL.iter().map(|&due| (due.name(), label(due), list.due == Some(due)));
    [("", "any day", list.due.is_none())].into_iter().chain(all).collect()
}

fn sorts(list: &List) -> Vec<Choice> {
    let label = |sort| match sort {
        Sort::Urgent => "what waits for me",
        Sort::Due => "due date",
        Sort::Changed => "last change",
        Sort::Opened => "newest",
    };
    Sort::ALL.iter().map(|&sort| (sort.name(), label(sort), list.sort == sort)).collect()
}

fn csv(view: &Seen, shown: &[Arc<Case>], looker: &Looker) -> Result<HttpResponse, WebError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let failed = |e: csv::Error| WebError::Server(std::io::Error::other(e));
    writer.write_record(CaseLine::COLUMNS).map_err(failed)?;
    for case in shown {
        writer.write_record(CaseLine::of(view, case, looker).cells()).map_err(failed)?;
    }
    let bytes =
        writer.into_inner().map_err(|e| WebError::Server(std::io::Error::other(e.to_string())))?;
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"cases.csv\""))
        .body(bytes))
}
