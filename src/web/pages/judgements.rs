//! `GET /judgements`: every judgement ever made, those withdrawn too, newest first, filtered by the address. Not responsible
//! for judging (`web::judge`).
//!
//! Invariant: nothing that was ever decided is missing; the number beside a filter is that of what it shows.

use crate::{
    engine::Decision,
    explain::words::{count, grouped},
    model::Verdict,
    web::{
        WebError,
        labels::{self, JudgementRow},
        page::{self, Chrome, Section},
        pager::Pager,
        state::Visit,
        urls,
    },
};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Judgements on a page.
const SIZE: usize = 50;
/// People in the list to choose from.
const PEOPLE: usize = 200;

/// Which ones.
#[derive(Debug, Default, Clone, Deserialize)]
pub struct Ask {
    by: Option<String>,
    kind: Option<String>,
    verdict: Option<String>,
    state: Option<String>,
    page: Option<String>,
}

/// The filters, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Filters {
    by: String,
    /// `pair`, `value`, `ring` or nothing.
    kind: &'static str,
    /// The name of a verdict, or nothing.
    verdict: &'static str,
    /// `in_force`, `withdrawn` or nothing.
    state: &'static str,
}

/// What can be chosen, with its words.
const KINDS: &[(&str, &str)] =
    &[("", "Everything"), ("pair", "Pairs"), ("value", "Values"), ("ring", "Rings")];
const STATES: &[(&str, &str)] =
    &[("", "All"), ("in_force", "In force"), ("withdrawn", "Withdrawn")];
const VERDICTS: &[(&str, &str)] = &[
    ("", "anything"),
    ("same", "the same person"),
    ("different", "different persons"),
    ("linked", "belong together"),
    ("not_linked", "do not belong together"),
    ("common", "innocently shared"),
    ("known_bad", "known to belong to an operator"),
    ("open", "open again"),
    ("confirmed", "confirmed"),
    ("dismissed", "dismissed"),
    ("referred", "referred"),
];

/// A filter as a link.
struct Facet {
    label: &'static str,
    n: usize,
    url: String,
    on: bool,
}

#[derive(Template)]
#[template(path = "pages/judgements.html")]
struct JudgementsPage {
    chrome: Chrome,
    headline: String,
    states: Vec<Facet>,
    kinds: Vec<Facet>,
    verdicts: Vec<(&'static str, &'static str, bool)>,
    people: Vec<(String, bool)>,
    kept: Vec<(&'static str, String)>,
    rows: Vec<JudgementRow>,
    pager: Pager,
    is_filtered: bool,
    is_empty: bool,
}

/// `GET /judgements`.
pub async fn judgements(visit: Visit, request: HttpRequest) -> Result<HttpResponse, WebError> {
    let ask: Ask = page::ask(&request)?;
    let filters = Filters::read(&ask)?;
    let view = visit.view.clone();
    let all: Vec<&Decision> = view.decisions.iter().rev().collect();
    let shown: Vec<&Decision> = all.iter().copied().filter(|d| filters.fit(d)).collect();
    let pager = Pager::new(ask.page.as_deref(), shown.len(), SIZE, urls::JUDGEMENTS, "page")
        .keeping(filters.pairs());
    let facets = |choices: &[(&'static str, &'static str)],
                  of: fn(Filters, &'static str) -> Filters| {
        let facet = |&(value, label): &(&'static str, &'static str)| {
            let other = of(filters.clone(), value);
            let n = all.iter().filter(|d| other.fit(d)).count();
            Facet { label, n, url: other.url(), on: other == filters }
        };
        choices.iter().map(facet).collect::<Vec<Facet>>()
    };
    let in_force = all.iter().filter(|d| d.is_in_force()).count();
    page::render(&JudgementsPage {
        chrome: visit.chrome("Judgements", Section::Judgements),
        headline: match all.len() {
            0 => "Nobody has judged anything yet.".to_owned(),
            n => format!(
                "{}: {} in force, {} withdrawn.",
                count(n, "judgement was made", "judgements were made"),
                grouped(in_force),
                grouped(n - in_force)
            ),
        },
        states: facets(STATES, |filters, state| Filters { state, ..filters }),
        kinds: facets(KINDS, |filters, kind| Filters { kind, ..filters }),
        verdicts: VERDICTS.iter().map(|&(v, label)| (v, label, v == filters.verdict)).collect(),
        people: people(&all, &filters.by),
        kept: filters.pairs().into_iter().filter(|(n, _)| matches!(*n, "kind" | "state")).collect(),
        rows: pager.of(&shown).iter().map(|d| labels::judgement(&view, d)).collect(),
        pager,
        is_filtered: filters != Filters::none(),
        is_empty: all.is_empty(),
    })
}

/// Who judged, the busiest first.
fn people(all: &[&Decision], chosen: &str) -> Vec<(String, bool)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for decision in all {
        *counts.entry(decision.judgement.by.as_str()).or_default() += 1;
    }
    let mut people: Vec<(&str, usize)> = counts.into_iter().collect();
    people.sort_by_key(|&(name, n)| (std::cmp::Reverse(n), name));
    let mut names: Vec<(String, bool)> =
        people.iter().take(PEOPLE).map(|(name, _)| ((*name).to_owned(), *name == chosen)).collect();
    if !chosen.is_empty() && !names.iter().any(|(_, on)| *on) {
        names.push((chosen.to_owned(), true));
    }
    names
}

impl Filters {
    fn none() -> Self {
        Self { by: String::new(), kind: "", verdict: "", state: "" }
    }

    fn read(ask: &Ask) -> Result<Self, WebError> {
        let one = |asked: &Option<String>, what: &str, known: &[(&'static str, &str)]| {
            let text = asked.as_deref().unwrap_or_default().trim();
            known.iter().map(|(name, _)| *name).find(|name| *name == text).ok_or_else(|| {
                let names: Vec<&str> =
                    known.iter().map(|(n, _)| *n).filter(|n| !n.is_empty()).collect();
                let shown: String = text.chars().take(40).collect();
                WebError::BadRequest(format!(
                    "\"{shown}\" is no {what}; possible are {}",
                    names.join(", ")
                ))
            })
        };
        Ok(Self {
            by: ask.by.as_deref().unwrap_or_default().trim().chars().take(200).collect(),
            kind: one(&ask.kind, "kind of judgement", KINDS)?,
            verdict: one(&ask.verdict, "verdict", VERDICTS)?,
            state: one(&ask.state, "state of a judgement", STATES)?,
        })
    }

    fn fit(&self, decision: &Decision) -> bool {
        let judgement = &decision.judgement;
        let (kind, verdict) = match &judgement.verdict {
            Verdict::Pair { verdict, .. } => ("pair", verdict.name()),
            Verdict::Value { verdict, .. } => ("value", verdict.name()),
            Verdict::Ring { verdict, .. } => ("ring", verdict.name()),
        };
        (self.by.is_empty() || self.by == judgement.by)
            && (self.kind.is_empty() || self.kind == kind)
            && (self.verdict.is_empty() || self.verdict == verdict)
            && match self.state {
                "in_force" => decision.is_in_force(),
                "withdrawn" => !decision.is_in_force(),
                _ => true,
            }
    }

    fn pairs(&self) -> Vec<(&'static str, String)> {
        vec![
            ("by", self.by.clone()),
            ("kind", self.kind.to_owned()),
            ("verdict", self.verdict.to_owned()),
            ("state", self.state.to_owned()),
        ]
    }

    fn url(&self) -> String {
        let kept = self.pairs();
        let pairs: Vec<(&str, &str)> = kept.iter().map(|(n, v)| (*n, v.as_str())).collect();
        urls::query(urls::JUDGEMENTS, &pairs)
    }
}
