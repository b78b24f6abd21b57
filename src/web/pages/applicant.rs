//! `GET /applicants/{applicant_id}`: one claimed identity: what it shares, whom it is linked to, what it wrote. An
//! application's id in its place leads to its applicant. Not responsible for resolving anybody.
//!
//! Invariant: fields are shown as received, sealed ones masked.

use crate::{
    explain::{
        AssessmentReport,
        words::{capital, count, shortened},
    },
    model::{
        AppIx, ApplicantId, ApplicantIx, Application, ApplicationId, AttributeIx, Bits, CheckItem,
        CheckResult, LinkIx, LinkStrength, Moment, Verdict, column,
    },
    svg::{
        chart::Chart,
        heat,
        network::{self, Shape},
        timeline,
    },
    web::{
        WebError,
        case::mark::CaseBox,
        evidence::{self, EvidenceRow},
        labels::{self, JudgementRow},
        page::{self, Chrome, Section},
        pager::Pager,
        pages::find_applicant,
        state::Visit,
        text::Piece,
        urls,
        veil::Seen,
    },
};
use actix_web::{HttpRequest, HttpResponse, http::header::LOCATION, web};
use askama::Template;
use serde::Deserialize;
use std::collections::BTreeSet;

/// Links on a page, and applications.
const LINKS: usize = 25;
const APPLICATIONS: usize = 10;

/// Which pages of the long tables.
#[derive(Debug, Default, Deserialize)]
pub struct Ask {
    links: Option<String>,
    applications: Option<String>,
}

/// A value the applicant gave.
struct ValueRow {
    icon: String,
    kind: &'static str,
    value: String,
    href: String,
    roles: String,
    others: usize,
}

/// Somebody it is linked to.
struct LinkRow {
    name: String,
    url: String,
    class: &'static str,
    strength: &'static str,
    bits: Bits,
    compare: String,
    evidence: Vec<EvidenceRow>,
}

/// An item of the checklist, and what came of it.
struct CheckRow {
    item: CheckItem,
    result: &'static str,
    by: String,
    day: String,
    note: String,
}

/// An application as received.
struct ApplicationView {
    id: String,
    day: String,
    source: String,
    versions: usize,
    fields: Vec<(String, String)>,
    nested: Vec<(String, Vec<String>)>,
    problem: String,
}

#[derive(Template)]
#[template(path = "pages/applicant.html")]
struct ApplicantPage {
    chrome: Chrome,
    id: ApplicantId,
    name: String,
    verdict: Vec<Piece>,
    values: Vec<ValueRow>,
    links: Vec<LinkRow>,
    links_pager: Pager,
    applications: Vec<ApplicationView>,
    applications_pager: Pager,
    times: Vec<Chart>,
    indicators: AssessmentReport,
    in_ring: Option<(String, &'static str)>,
    checklist: Vec<CheckRow>,
    judgements: Vec<JudgementRow>,
    case_box: CaseBox,
}

impl ApplicantPage {
    fn explore(&self) -> String {
        urls::explore(&[self.id.as_str()])
    }
}

/// `GET /applicants/{applicant_id}`.
pub async fn applicant(
    visit: Visit,
    path: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, WebError> {
    let ask: Ask = page::ask(&request)?;
    let view = visit.view.clone();
    let ix = find_applicant(&view, &path)?;
    let id = &view.network.applicant(ix).id;
    if path.as_str() != id.as_str() {
        return Ok(HttpResponse::SeeOther()
            .insert_header((LOCATION, urls::applicant(id)))
            .finish());
    }
    // Reading what it wrote takes milliseconds that others need not wait.
    let made = page::aside(move || Some(built(&visit, &view, ix, &ask))).await?;
    made.ok_or(WebError::NotFound { what: "applicant", id: path.into_inner() })
}

fn built(visit: &Visit, view: &Seen, ix: ApplicantIx, ask: &Ask) -> ApplicantPage {
    let id = &view.network.applicant(ix).id;
    let name = view.network.label(ix).to_owned();
    let here = urls::applicant(id);
    let apps = &view.network.applicant(ix).applications;
    let mut links = view.network.links_of(ix).to_vec();
    links.sort_by_key(|&l| (std::cmp::Reverse(view.network.link(l).bits), l));
    let links_pager =
        Pager::new(ask.links.as_deref(), links.len(), LINKS, here.as_str(), "links").at("#links");
    let applications_pager = Pager::new(
        ask.applications.as_deref(),
        apps.len(),
        APPLICATIONS,
        here.as_str(),
        "applications",
    )
    .at("#applications");
    let moments: Vec<Moment> =
        apps.iter().filter_map(|&a| view.network.corpus().submitted(a)).collect();
    // Newest first: what the person says today is asked for more often than what it said first.
    let mut newest = apps.clone();
    let corpus = view.network.corpus();
    newest.sort_by_key(|&a| std::cmp::Reverse((corpus.submitted(a), a)));
    let (assessment, band) = visit.state.desk.assess(view, ix);
    ApplicantPage {
        chrome: visit.chrome(name.as_str(), Section::Queue),
        verdict: verdict(view, ix),
        values: values(view, ix),
        links: links_pager.of(&links).iter().map(|&l| link_row(view, ix, l)).collect(),
        links_pager,
        applications: applications_pager
            .of(&newest)
            .iter()
            .map(|&app| received(visit, app))
            .collect(),
        applications_pager,
        times: times(&moments),
        indicators: view.assessed(&assessment),
        in_ring: view.ring_of(ix).zip(band).map(|(ring, band)| (urls::ring(&ring.id), band.name())),
        checklist: checklist(view, ix),
        case_box: CaseBox::of_applicant(visit, view, ix),
        judgements: labels::judgements(view, |v| about(view, ix, v)),
        id: id.clone(),
        name,
    }
}

/// Applications so many are a pattern of hours; fewer are told by the timeline.
const PATTERN: usize = 3;

/// When it applied: the timeline, and the hours of the week where there are enough to see a pattern.
fn times(moments: &[Moment]) -> Vec<Chart> {
    let mut charts = vec![timeline::chart(moments, "Applications by day of submission")];
    if moments.len() >= PATTERN {
        charts.push(heat::chart(moments));
    }
    charts
}

/// The checklist with the last result of each item.
fn checklist(view: &Seen, ix: ApplicantIx) -> Vec<CheckRow> {
    let corpus = view.network.corpus();
    let applications = &view.network.applicant(ix).applications;
    let ids: Vec<ApplicationId> = applications.iter().map(|&app| corpus.id(app)).collect();
    let checked = view.checked(&ids);
    let row = |&item: &CheckItem| {
        let last = checked.get(&item);
        CheckRow {
            item,
            result: last.map_or("open", |c| c.result.name()),
            by: last.map_or_else(String::new, |c| c.by.clone()),
            day: last.map_or_else(String::new, |c| c.at.day()),
            note: last.map_or_else(String::new, |c| view.text(&c.note)),
        }
    };
    CheckItem::ALL.iter().map(row).collect()
}

impl ApplicantPage {
    /// What a check can end with.
    fn results(&self) -> &'static [CheckResult] {
        CheckResult::ALL
    }
}

fn about(view: &Seen, ix: ApplicantIx, verdict: &Verdict) -> bool {
    let own = |id: &ApplicationId| {
        view.network.corpus().find(id).is_some_and(|app| view.network.applicant_of(app) == ix)
    };
    matches!(verdict, Verdict::Pair { a, b, .. } if own(a) || own(b))
}

fn verdict(view: &Seen, ix: ApplicantIx) -> Vec<Piece> {
    let applicant = view.network.applicant(ix);
    let links = view.network.links_of(ix);
    let binding =
        links.iter().filter(|&&l| view.network.link(l).strength == LinkStrength::Ring).count();
    let n = applicant.applications.len();
    let mut pieces = vec![
        Piece::text("One claimed identity behind "),
        Piece::link(count(n, "application", "applications"), "#applications"),
        Piece::text("; "),
    ];
    match view.ring_of(ix) {
        Some(ring) => {
            pieces.push(Piece::text("in "));
            pieces.push(Piece::link(
                format!("a ring of\u{a0}{}", ring.members.len()),
                urls::ring(&ring.id),
            ));
        }
        None => pieces.push(Piece::text("in no ring")),
    }
    pieces.push(Piece::text("; "));
    pieces.push(Piece::link(
        match links.len() {
            0 => "linked to nobody".to_owned(),
            n => format!("linked to {}", count(n, "other applicant", "other applicants")),
        },
        "#links",
    ));
    if binding < links.len() {
        pieces.push(Piece::text(format!(", {} of them too weakly to bind", links.len() - binding)));
    }
    pieces.push(Piece::text("."));
    pieces
}

/// What it gave that is a node of the graph, shared by the fewest first, unshared values last.
fn values(view: &Seen, ix: ApplicantIx) -> Vec<ValueRow> {
    let corpus = view.network.corpus();
    let mut used: Vec<_> = view
        .network
        .applicant(ix)
        .applications
        .iter()
        .flat_map(|&app| corpus.app(app).used())
        .collect();
    used.sort_unstable();
    used.dedup();
    let mut rows: Vec<(usize, AttributeIx, BTreeSet<&'static str>)> = Vec::new();
    for (attribute, role) in used {
        match rows.last_mut() {
            Some((_, last, roles)) if *last == attribute => {
                roles.insert(labels::role(role));
            }
            _ => {
                let others = view.network.users(attribute).len().saturating_sub(1);
                rows.push((others, attribute, [labels::role(role)].into()));
            }
        }
    }
    rows.sort_by_key(|(others, attribute, _)| (*others == 0, *others, *attribute));
    rows.into_iter()
        .map(|(others, ix, roles)| {
            let attribute = corpus.attribute(ix);
            ValueRow {
                icon: network::icon(Shape::Thing(attribute.kind)),
                kind: attribute.kind.label(),
                value: view.value(&attribute),
                href: urls::attribute(&attribute.id()),
                roles: roles.into_iter().collect::<Vec<_>>().join(", "),
                others,
            }
        })
        .collect()
}

fn link_row(view: &Seen, ix: ApplicantIx, link: LinkIx) -> LinkRow {
    let link = view.network.link(link);
    let other = if link.a == ix { link.b } else { link.a };
    let other_id = &view.network.applicant(other).id;
    LinkRow {
        name: view.network.label(other).to_owned(),
        url: urls::applicant(other_id),
        class: link.class.label(),
        strength: match link.strength {
            LinkStrength::Ring => "binds",
            LinkStrength::Watch => "too weak to bind",
        },
        bits: link.bits,
        compare: urls::compare(view.network.applicant(ix).id.as_str(), other_id.as_str()),
        evidence: evidence::of_link(view, link),
    }
}

/// An application as the store has it.
fn received(visit: &Visit, app: AppIx) -> ApplicationView {
    let view = &visit.view;
    let corpus = view.network.corpus();
    let id = corpus.id(app);
    let day = corpus.submitted(app).map_or_else(|| "no date".to_owned(), |m| m.day());
    let mut shown = ApplicationView {
        id: id.to_string(),
        day,
        source: String::new(),
        versions: 0,
        fields: Vec::new(),
        nested: Vec::new(),
        problem: String::new(),
    };
    match visit.state.desk.versions(&id) {
        Ok(versions) => {
            shown.versions = versions.len();
            if let Some(newest) = versions.last() {
                let application = &newest.application;
                shown.source = format!(
                    "{}, row {}",
                    view.text(&application.source.file),
                    application.source.row
                );
                shown.fields = fields(view, application);
                shown.nested = nested(view, application);
            }
        }
        Err(_) => shown.problem = "What was received cannot be read from the store.".to_owned(),
    }
    shown
}

/// Every field as received: known columns, then unknown ones under their own names.
fn fields(view: &Seen, application: &Application) -> Vec<(String, String)> {
    let known = application.fields.iter().map(|(column, value)| {
        (labels::column(column), shortened(&view.field(column, value), 2_000))
    });
    let unknown = application
        .extra
        .iter()
        .map(|(name, value)| (view.text(name), shortened(&view.named(name, value), 2_000)));
    known.chain(unknown).collect()
}

/// Nested lists, one line an entry.
fn nested(view: &Seen, application: &Application) -> Vec<(String, Vec<String>)> {
    application
        .nested
        .iter()
        .map(|(name, json)| {
            let list = match serde_json::from_str::<serde_json::Value>(json) {
                Ok(serde_json::Value::Array(entries)) => entries,
                Ok(one) => vec![one],
                Err(_) => Vec::new(),
            };
            let lines = list
                .iter()
                .take(50)
                .map(|entry| shortened(&line(view, name, entry), 500))
                .collect();
            (capital(&name.replace('_', " ")), lines)
        })
        .collect()
}

/// An entry of a list, or a part of one that came under this name.
fn line(view: &Seen, name: &str, entry: &serde_json::Value) -> String {
    use serde_json::Value;
    match entry {
        Value::Object(map) => map
            .iter()
            .map(|(name, value)| {
                let shown = if column::sounds_sealed(name) {
                    labels::SEALED.to_owned()
                } else {
                    line(view, name, value)
                };
                format!("{}: {shown}", view.text(&name.replace('_', " ")))
            })
            .collect::<Vec<_>>()
            .join(", "),
        Value::Array(list) => {
            list.iter().map(|one| line(view, name, one)).collect::<Vec<_>>().join(", ")
        }
        Value::String(text) => view.named(name, text),
        other => view.named(name, &other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn nested_entries_mask_what_sounds_sealed() {
        let entry =
            serde_json::json!({"school": "X", "birth_date": "1990-01-01", "n": [1, {"ssn": "9"}]});
        let view = Seen::new(Arc::default(), crate::web::veil::Veil::Lifted);
        let shown = line(&view, "education", &entry);
        assert!(shown.contains("school: X") && !shown.contains("1990") && !shown.contains('9'));
    }
}
