//! `GET /privacy`: how long data is kept, who is past that, what is held, and what was erased. Not responsible for the rules
//! (`casework::keeping`).
//!
//! Invariant: names nobody but by ids and by what they are shown as elsewhere; holds on people who were erased name nobody.

use crate::{
    casework::keeping::{Keeping, Standing},
    explain::words::{count, grouped},
    model::{Day, HoldOn, Moment},
    web::{
        WebError,
        judge::aside,
        page::{self, Chrome, Section},
        pager::Pager,
        state::Visit,
        text::Piece,
        urls,
    },
};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;

/// Lines of a table on a page.
const SIZE: usize = 25;

/// Which pages of the tables.
#[derive(Debug, Default, Deserialize)]
pub struct Ask {
    due: Option<String>,
    holds: Option<String>,
    erasures: Option<String>,
}

/// Somebody who is due.
struct DueRow {
    name: String,
    url: String,
    erase: String,
    since: String,
    until: String,
}

/// A hold.
struct HoldRow {
    id: String,
    on: Piece,
    why: String,
    by: String,
    since: String,
    until: String,
    /// `holds`, `over` or `released`.
    state: &'static str,
    release: String,
}

/// An erasure.
struct ErasureRow {
    id: String,
    day: String,
    by: String,
    why: String,
    basis: &'static str,
    applicants: String,
    set_aside: String,
}

#[derive(Template)]
#[template(path = "pages/privacy.html")]
struct PrivacyPage {
    chrome: Chrome,
    headline: String,
    rules: Vec<(String, String, String)>,
    has_ceiling: bool,
    due: Vec<DueRow>,
    due_pager: Pager,
    next_due: String,
    holds: Vec<HoldRow>,
    holds_pager: Pager,
    held: String,
    below: String,
    erasures: Vec<ErasureRow>,
    erasures_pager: Pager,
}

/// What was counted.
struct Counted {
    due: Vec<Standing>,
    next_due: Option<Day>,
    held: usize,
    below: usize,
    applicants: usize,
    today: Day,
}

/// `GET /privacy`.
pub async fn privacy(visit: Visit, request: HttpRequest) -> Result<HttpResponse, WebError> {
    let ask: Ask = page::ask(&request)?;
    let (desk, view, cases) =
        (visit.state.desk.clone(), visit.view.clone(), visit.state.desk.cases());
    let policy = visit.state.retention.clone();
    let counted = aside(move || {
        let since = desk.held_since(&view)?;
        let keeping = Keeping::new(&view, &cases, &policy, since, desk.now());
        let today = keeping.today();
        let all: Vec<Standing> = keeping.all().collect();
        let free = || all.iter().filter(|s| s.held_by.is_empty());
        let mut due: Vec<Standing> = all.iter().filter(|s| s.is_due(today)).cloned().collect();
        due.sort_by_key(|s| (s.until, s.applicant));
        Ok(Counted {
            next_due: free().filter_map(|s| s.until.filter(|until| *until >= today)).min(),
            held: all.iter().filter(|s| !s.held_by.is_empty()).count(),
            below: free().filter(|s| s.from > today).count(),
            applicants: all.len(),
            due,
            today,
        })
    })
    .await?;
    page::render(&built(&visit, &ask, &counted))
}

fn built(visit: &Visit, ask: &Ask, counted: &Counted) -> PrivacyPage {
    let (view, today) = (&visit.view, counted.today);
    let pager = |asked: &Option<String>, n, name, at| {
        Pager::new(asked.as_deref(), n, SIZE, urls::PRIVACY, name).at(at)
    };
    let due_pager = pager(&ask.due, counted.due.len(), "due", "#due");
    let due = due_pager.of(&counted.due).iter().map(|standing| {
        let id = &view.network.applicant(standing.applicant).id;
        DueRow {
            name: view.network.label(standing.applicant).to_owned(),
            url: urls::applicant(id),
            erase: urls::erase(id),
            since: standing.since.to_string(),
            until: standing.until.map_or_else(String::new, |day| day.to_string()),
        }
    });
    let mut records: Vec<_> = view.holds.iter().rev().collect();
    records.sort_by_key(|record| !record.holds(today));
    let holds_pager = pager(&ask.holds, records.len(), "holds", "#holds");
    let holds = holds_pager.of(&records).iter().map(|record| {
        let hold = &record.hold;
        let state = match &record.released {
            Some(_) => "released",
            None if record.holds(today) => "holds",
            None => "over",
        };
        HoldRow {
            id: hold.id.to_string(),
            on: on(visit, &hold.on),
            why: view.text(&hold.why),
            by: hold.by.clone(),
            since: hold.at.day(),
            until: match &record.released {
                Some(end) => format!("{} by {}: {}", end.at.day(), end.by, view.text(&end.why)),
                None => hold.until.map_or_else(String::new, |day| day.to_string()),
            },
            state,
            release: if state == "holds" { urls::release(&hold.id) } else { String::new() },
        }
    });
    let records: Vec<_> = view.erasures.iter().rev().collect();
    let erasures_pager = pager(&ask.erasures, records.len(), "erasures", "#erasures");
    let erasures = erasures_pager.of(&records).iter().map(|record| {
        let erasure = &record.erasure;
        ErasureRow {
            id: erasure.id.to_string(),
            day: Moment::day(erasure.at),
            by: erasure.by.clone(),
            why: view.text(&erasure.why),
            basis: erasure.basis.about(),
            applicants: grouped(erasure.applicants as usize),
            set_aside: erasure.set_aside.join("; "),
        }
    });
    PrivacyPage {
        headline: headline(counted),
        rules: rules(visit),
        has_ceiling: visit.state.retention.ceiling_days.is_some(),
        due: due.collect(),
        due_pager,
        next_due: counted
            .next_due
            .and_then(|last| last.plus(1))
            .map_or_else(String::new, |day| day.to_string()),
        holds: holds.collect(),
        holds_pager,
        held: count(counted.held, "applicant is", "applicants are"),
        below: count(counted.below, "applicant is", "applicants are"),
        erasures: erasures.collect(),
        erasures_pager,
        chrome: visit.chrome("Retention and holds", Section::Privacy),
    }
}

fn headline(counted: &Counted) -> String {
    let due = match counted.due.len() {
        0 => "Nobody is kept longer than they may be".to_owned(),
        n => format!("{} kept longer than they may be", count(n, "applicant is", "applicants are")),
    };
    format!(
        "{due}; {} of {} held. Nothing is erased by itself.",
        grouped(counted.held),
        count(counted.applicants, "applicant is", "applicants are")
    )
}

/// The rules in force: for whom, at least, at most.
fn rules(visit: &Visit) -> Vec<(String, String, String)> {
    let policy = &visit.state.retention;
    let days = |days: Option<crate::casework::keeping::Days>, none: &str| {
        days.map_or_else(|| none.to_owned(), |days| days.to_string())
    };
    let everybody = (
        "Everybody".to_owned(),
        policy.floor_days.to_string(),
        days(policy.ceiling_days, "no end"),
    );
    let places = policy.places.iter().map(|place| {
        (
            place.name.clone(),
            days(place.floor_days, "as everybody"),
            days(place.ceiling_days, "as everybody"),
        )
    });
    std::iter::once(everybody).chain(places).collect()
}

/// What a hold is on, with the way there.
fn on(visit: &Visit, on: &HoldOn) -> Piece {
    match on {
        HoldOn::Ring(ring) => Piece::link(format!("ring {ring}"), urls::ring(ring)),
        HoldOn::Case(case) => Piece::link(format!("case {case}"), urls::case(case)),
        HoldOn::All => Piece::text("everything"),
        HoldOn::Applicant(applications) => {
            let view = &visit.view;
            let found = applications.iter().find_map(|id| view.applicant(id.as_str()));
            match found {
                Some(ix) => {
                    let id = &view.network.applicant(ix).id;
                    Piece::link(format!("applicant {id}"), urls::applicant(id))
                }
                None => Piece::text("an applicant who is no longer here"),
            }
        }
    }
}
