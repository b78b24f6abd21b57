//! `GET /path?from=&to=`: how one applicant hangs together with another, hop by hop, with the reason of each. Not
//! responsible for what a link is worth.
//!
//! Invariant: every hop is a link of the network and opens into its evidence.

use crate::{
    engine::View,
    model::{ApplicantIx, Bits, LinkIx},
    web::{
        WebError,
        evidence::{self, EvidenceRow},
        page::{self, Chrome, Section},
        pages::find_applicant,
        state::Visit,
        text::{Piece, count},
        urls,
    },
};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;

/// From whom to whom: ids of applicants or of applications.
#[derive(Debug, Default, Deserialize)]
pub struct Ask {
    from: Option<String>,
    to: Option<String>,
}

/// One hop.
struct Hop {
    from: Piece,
    to: Piece,
    bits: Bits,
    class: &'static str,
    compare: String,
    evidence: Vec<EvidenceRow>,
}

#[derive(Template)]
#[template(path = "pages/path.html")]
struct PathPage {
    chrome: Chrome,
    from: String,
    to: String,
    verdict: Vec<Piece>,
    hops: Vec<Hop>,
}

/// `GET /path`.
pub async fn path(visit: Visit, request: HttpRequest) -> Result<HttpResponse, WebError> {
    let ask: Ask = page::ask(&request)?;
    let view = visit.view.clone();
    let (from, to) = (ask.from.unwrap_or_default(), ask.to.unwrap_or_default());
    let mut verdict = Vec::new();
    let mut hops = Vec::new();
    if !from.trim().is_empty() && !to.trim().is_empty() {
        let (a, b) = (find_applicant(&view, &from)?, find_applicant(&view, &to)?);
        let way = view.path(a, b);
        verdict.push(person(&view, a));
        verdict.push(Piece::text(match &way {
            _ if a == b => " is one applicant: there is no way to go.".to_owned(),
            Some(way) => format!(" is {} away from ", count(way.len(), "link", "links")),
            None => " is not connected with ".to_owned(),
        }));
        if a != b {
            verdict.push(person(&view, b));
            verdict.push(Piece::text("."));
        }
        let mut at = a;
        for link in way.unwrap_or_default() {
            hops.push(hop(&view, &mut at, link));
        }
    }
    let chrome = visit.chrome("Path", Section::Path);
    page::render(&PathPage { chrome, from, to, verdict, hops })
}

fn person(view: &View, ix: ApplicantIx) -> Piece {
    Piece::link(view.network.label(ix), urls::applicant(&view.network.applicant(ix).id))
}

fn hop(view: &View, at: &mut ApplicantIx, link: LinkIx) -> Hop {
    let link = view.network.link(link);
    let from = *at;
    *at = if link.a == from { link.b } else { link.a };
    let id = |m: ApplicantIx| view.network.applicant(m).id.as_str();
    Hop {
        from: person(view, from),
        to: person(view, *at),
        bits: link.bits,
        class: link.class.label(),
        compare: urls::compare(id(from), id(*at)),
        evidence: evidence::of_link(view, link),
    }
}
