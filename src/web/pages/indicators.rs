//! `GET /indicators`: every indicator with what a person needs to defend it, and the numbers in force. Not responsible for
//! any of them.
//!
//! Invariant: made from the lists that are computed, so that nothing is described that does not run, and nothing runs that
//! is not described.

use crate::{
    indicators::{self, Band, EXCULPATING, Exculpation, Indicator, IndicatorPolicy, Topic},
    model::Bits,
    web::{
        WebError,
        page::{self, Chrome, Section},
        state::Visit,
    },
};
use actix_web::HttpResponse;
use askama::Template;

/// One indicator.
struct Row {
    indicator: &'static Indicator,
    bits: Bits,
    muted: bool,
}

#[derive(Template)]
#[template(path = "pages/indicators.html")]
struct IndicatorsPage {
    chrome: Chrome,
    n: usize,
    topics: Vec<(Topic, Vec<Row>)>,
    exculpating: &'static [Exculpation],
    bands: Vec<(Band, String)>,
    policy: IndicatorPolicy,
    hash: String,
}

/// `GET /indicators`.
pub async fn indicators(visit: Visit) -> Result<HttpResponse, WebError> {
    let policy = visit.state.desk.indicator_policy().clone();
    let row = |indicator: &'static Indicator| Row {
        indicator,
        bits: policy.worth_of(indicator.id, indicator.strength),
        muted: policy.muted.contains(indicator.id),
    };
    let of = |topic| indicators::all().filter(|i| i.topic == topic).map(row).collect();
    let mut topics: Vec<(Topic, Vec<Row>)> = Topic::ALL.iter().map(|&t| (t, of(t))).collect();
    topics.retain(|(_, rows)| !rows.is_empty());
    let from = |bits: Bits, topics| format!("from {bits} bits, and {topics} must speak");
    let bands = vec![
        (Band::None, format!("below {} bits", policy.note)),
        (Band::Note, format!("from {} bits", policy.note)),
        (Band::Verify, from(policy.verify, "two topics")),
        (Band::Urgent, from(policy.urgent, "three topics")),
    ];
    page::render(&IndicatorsPage {
        chrome: visit.chrome("Indicators", Section::Indicators),
        n: indicators::all().count(),
        topics,
        exculpating: EXCULPATING,
        bands,
        hash: policy.hash(),
        policy,
    })
}
