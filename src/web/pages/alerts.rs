//! `GET /reports/alerts`: what happened between reports that somebody wanted to hear of at once, and the rules for it. Not
//! responsible for applying rules (`reports`).
//!
//! Invariant: an alert that was held back or not delivered says so.

use crate::{
    casework::Permission,
    engine::{AlertRecord, RingLookup, Standing},
    explain::words::count,
    model::{AlertRule, Moment, Parcel, Slug},
    web::{
        WebError,
        page::{self, Chrome, Section},
        pager::Pager,
        pages::reports::Tab,
        reporting::{Posts, doing::slug},
        state::Visit,
        text::Piece,
        urls,
    },
};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;

/// Alerts on a page.
const SIZE: usize = 25;
/// Applications named of one alert.
const NAMED: usize = 5;

/// What to show.
#[derive(Debug, Default, Deserialize)]
pub struct Ask {
    rule: Option<String>,
    page: Option<String>,
}

/// An alert.
struct AlertRow {
    id: String,
    text: String,
    about: Vec<Piece>,
    who: Vec<Piece>,
    more: usize,
    at: Moment,
    rule: String,
    /// The page of the rule; empty where there is none any more.
    rule_url: String,
    posts: Posts,
    is_held_back: bool,
    as_of: u64,
}

/// A rule.
struct RuleRow {
    name: String,
    url: String,
    about: String,
    to: String,
    paused: String,
    n: usize,
}

#[derive(Template)]
#[template(path = "pages/alerts.html")]
struct AlertsPage {
    chrome: Chrome,
    headline: String,
    tabs: Vec<Tab>,
    chosen: String,
    alerts: Vec<AlertRow>,
    pager: Pager,
    rules: Vec<RuleRow>,
}

impl AlertsPage {
    /// Whether whoever looks may set rules.
    fn may(&self) -> bool {
        self.chrome.may(Permission::Report)
    }
}

/// `GET /reports/alerts`.
pub async fn alerts(visit: Visit, request: HttpRequest) -> Result<HttpResponse, WebError> {
    let ask: Ask = page::ask(&request)?;
    let reports = visit.view.reports.clone();
    let chosen = match ask.rule.as_deref().unwrap_or_default() {
        "" => None,
        text => Some(known(&visit, slug("rule of alerts", text)?)?),
    };
    let is_of =
        |record: &&AlertRecord| chosen.as_ref().is_none_or(|rule| record.alert.rule == *rule);
    let all: Vec<&AlertRecord> = reports.alerts().iter().rev().filter(is_of).collect();
    let name = chosen.as_ref().map_or_else(String::new, Slug::to_string);
    let pager = Pager::new(ask.page.as_deref(), all.len(), SIZE, urls::ALERTS, "page")
        .keeping(vec![("rule", name.clone())])
        .at("#all");
    let chrome = visit.chrome("Alerts", Section::Reports);
    page::render(&AlertsPage {
        headline: headline(&visit, chrome.waits.alerts),
        tabs: tabs(&visit, chosen.as_ref()),
        chosen: name,
        alerts: pager.of(&all).iter().map(|record| row(&visit, record)).collect(),
        pager,
        rules: reports.rules().values().map(|rule| rule_row(&visit, rule)).collect(),
        chrome,
    })
}

/// A rule that is there, or of which there are alerts.
fn known(visit: &Visit, name: Slug) -> Result<Slug, WebError> {
    let reports = &visit.view.reports;
    let is_known = reports.rules().contains_key(&name)
        || reports.alerts().iter().any(|record| record.alert.rule == name);
    match is_known {
        true => Ok(name),
        false => Err(WebError::NotFound { what: "rule of alerts", id: name.to_string() }),
    }
}

fn headline(visit: &Visit, new: usize) -> String {
    let reports = &visit.view.reports;
    match (reports.rules().len(), reports.alerts().len(), new) {
        (0, 0, _) => "Nobody is told of anything between reports.".to_owned(),
        (_, 0, _) => "No rule has applied to anything yet.".to_owned(),
        (_, n, 0) => {
            format!("Nothing new within a day; {} before.", count(n, "alert", "alerts"))
        }
        (_, _, new) => format!(
            "{} within a day. Each is a reason to look, and says nothing about anybody by itself.",
            count(new, "alert", "alerts")
        ),
    }
}

fn tabs(visit: &Visit, chosen: Option<&Slug>) -> Vec<Tab> {
    let reports = &visit.view.reports;
    let mut names: Vec<&Slug> = reports.rules().keys().collect();
    names.extend(reports.alerts().iter().map(|record| &record.alert.rule));
    names.sort();
    names.dedup();
    let n = |name: &Slug| reports.alerts().iter().filter(|r| r.alert.rule == *name).count();
    let all = Tab {
        label: "All".to_owned(),
        url: urls::ALERTS.to_owned(),
        n: reports.alerts().len(),
        is_on: chosen.is_none(),
    };
    let of = names.into_iter().map(|name| Tab {
        label: name.to_string(),
        url: urls::alerts_of(name),
        n: n(name),
        is_on: chosen == Some(name),
    });
    std::iter::once(all).chain(of).collect()
}

fn row(visit: &Visit, record: &AlertRecord) -> AlertRow {
    let (view, reports) = (&visit.view, &visit.view.reports);
    let alert = &record.alert;
    let may = visit.session.role.may(Permission::Report);
    let mut about = Vec::new();
    if let Some(ring) = &alert.ring {
        let words = ring.to_string();
        about.push(match view.ring(ring) {
            RingLookup::Found(_) | RingLookup::MovedTo(_) => Piece::link(words, urls::ring(ring)),
            _ => Piece::text(format!("{words}, which is no more")),
        });
    }
    if let Some(id) = &alert.attribute {
        let corpus = view.network.corpus();
        about.push(match corpus.find_attribute(id) {
            Some(ix) => Piece::link(view.value_at(ix), urls::attribute(id)),
            None => Piece::text("a value that nobody has any more"),
        });
    }
    let known: Vec<_> =
        alert.applications.iter().filter_map(|id| view.applicant(id.as_str())).collect();
    let mut known: Vec<_> = known.into_iter().collect();
    known.sort();
    known.dedup();
    let who = known.iter().take(NAMED).map(|&ix| {
        Piece::link(view.network.label(ix), urls::applicant(&view.network.applicant(ix).id))
    });
    let parcel = Parcel::Alert(alert.id.clone());
    let has = reports.rules().contains_key(&alert.rule);
    AlertRow {
        id: alert.id.to_string(),
        text: alert.text.clone(),
        about,
        who: crate::web::text::listed(who.collect()),
        more: known.len().saturating_sub(NAMED),
        at: alert.at,
        rule: alert.rule.to_string(),
        rule_url: if has { urls::alert_rule(&alert.rule) } else { String::new() },
        posts: Posts::of(reports, &parcel, &alert.to, alert.held_back, may, |_| None),
        is_held_back: alert.held_back,
        as_of: alert.as_of.0,
    }
}

fn rule_row(visit: &Visit, standing: &Standing<AlertRule>) -> RuleRow {
    let (rule, reports) = (&standing.is, &visit.view.reports);
    RuleRow {
        name: rule.name.to_string(),
        url: urls::alert_rule(&rule.name),
        about: rule.kind.about().to_owned(),
        to: match rule.to.len() {
            0 => "read here only".to_owned(),
            n => format!("to {}", count(n, "recipient", "recipients")),
        },
        paused: standing.paused.as_ref().map_or_else(String::new, |pause| {
            let why = visit.view.text(&pause.why);
            format!("paused on {} by {}: {why}", pause.at.day(), pause.by)
        }),
        n: reports.alerts().iter().filter(|r| r.alert.rule == rule.name).count(),
    }
}
