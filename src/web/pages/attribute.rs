//! `GET /attributes/{attribute_id}`: one shared value, who uses it, and whether its users have more in common. Not
//! responsible for what sharing it is worth.
//!
//! Invariant: a hub is shown with all its users, never cut off without saying so.

use crate::{
    engine::View,
    model::{ApplicantIx, AttributeId, AttributeIx, Bits, Discount, RingId, Verdict},
    web::{
        WebError,
        labels::{self, JudgementRow},
        page::{self, Chrome, Section},
        pager::Pager,
        state::Visit,
        svg::network::{self, Shape},
        text::{Piece, count, listed},
        urls,
    },
};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// Users on a page.
const SIZE: usize = 50;

/// Which page of the users.
#[derive(Debug, Default, Deserialize)]
pub struct Ask {
    users: Option<String>,
}

/// A user of the value.
struct UserRow {
    name: String,
    url: String,
    applications: String,
    roles: String,
    last: String,
    ring: String,
    ring_url: String,
    more: usize,
}

#[derive(Template)]
#[template(path = "pages/attribute.html")]
struct AttributePage {
    chrome: Chrome,
    id: AttributeId,
    icon: String,
    kind: &'static str,
    value: String,
    is_sealed: bool,
    verdict: Vec<Piece>,
    discount: String,
    corroboration: Vec<Piece>,
    innocent: &'static str,
    can_be_bad: bool,
    users: Vec<UserRow>,
    pager: Pager,
    judgements: Vec<JudgementRow>,
}

impl AttributePage {
    fn explore(&self) -> String {
        urls::explore(&[self.id.as_str()])
    }
}

/// `GET /attributes/{attribute_id}`.
pub async fn attribute(
    visit: Visit,
    path: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, WebError> {
    let ask: Ask = page::ask(&request)?;
    let missing = || WebError::NotFound { what: "attribute", id: path.chars().take(80).collect() };
    let id: AttributeId = path.parse().map_err(|_| missing())?;
    let view = visit.view.clone();
    let ix = view.network.corpus().find_attribute(&id).ok_or_else(missing)?;
    let attribute = view.network.corpus().attribute(ix);
    let found = Sharing::of(&view, ix);
    let pager =
        Pager::new(ask.users.as_deref(), found.users.len(), SIZE, urls::attribute(&id), "users")
            .at("#users");
    page::render(&AttributePage {
        chrome: visit.chrome(
            format!(
                "{} {}",
                labels::sentence_case(attribute.kind.label()),
                labels::value(&attribute)
            ),
            Section::Queue,
        ),
        icon: network::icon(Shape::Thing(attribute.kind)),
        kind: attribute.kind.label(),
        value: labels::value(&attribute),
        is_sealed: attribute.is_sealed(),
        verdict: found.verdict(&view),
        discount: found.discount.as_ref().map_or_else(String::new, labels::discount),
        corroboration: found.corroboration(),
        innocent: labels::innocent(attribute.kind),
        can_be_bad: labels::can_be_known_bad(attribute.kind),
        users: pager.of(&found.users).iter().map(|&u| found.row(&view, ix, u)).collect(),
        pager,
        judgements: labels::judgements(
            &view,
            |v| matches!(v, Verdict::Value { attribute: a, .. } if *a == attribute),
        ),
        id,
    })
}

/// Who shares the value, and what else they share.
struct Sharing {
    /// Users, those with the most else in common first.
    users: Vec<ApplicantIx>,
    /// For each user, how many other users it is linked to by other evidence.
    more: BTreeMap<ApplicantIx, usize>,
    rings: BTreeSet<RingId>,
    discount: Option<Discount>,
}

impl Sharing {
    /// Time O(links of the users).
    fn of(view: &View, attribute: AttributeIx) -> Self {
        let network = &view.network;
        let mut users = network.users(attribute);
        let mut more = BTreeMap::new();
        let mut rings = BTreeSet::new();
        let mut discount: Option<Discount> = None;
        for &user in &users {
            rings.extend(view.ring_of(user).map(|r| r.id.clone()));
            let mut n = 0;
            for &l in network.links_of(user) {
                let link = network.link(l);
                let other = if link.a == user { link.b } else { link.a };
                if users.binary_search(&other).is_err() {
                    continue;
                }
                for e in link.evidence.iter().filter(|e| e.attribute == Some(attribute)) {
                    discount = discount.or(e.discount);
                }
                n += usize::from(
                    link.evidence
                        .iter()
                        .any(|e| e.attribute != Some(attribute) && e.bits > Bits::ZERO),
                );
            }
            more.insert(user, n);
        }
        users.sort_by_key(|u| (std::cmp::Reverse(more.get(u).copied().unwrap_or(0)), *u));
        Self { users, more, rings, discount }
    }

    fn verdict(&self, view: &View) -> Vec<Piece> {
        let mut pieces = vec![
            Piece::text("Used by "),
            Piece::link(count(self.users.len(), "applicant", "applicants"), "#users"),
        ];
        let rings: Vec<Piece> = self
            .rings
            .iter()
            .take(5)
            .map(|id| {
                let n = view.rings.iter().find(|r| r.id == *id).map_or(0, |r| r.members.len());
                Piece::link(format!("a ring of\u{a0}{n}"), urls::ring(id))
            })
            .collect();
        if rings.is_empty() {
            pieces.push(Piece::text(", none of them in a ring"));
        } else {
            pieces.push(Piece::text("; in "));
            pieces.extend(listed(rings));
            if self.rings.len() > 5 {
                pieces.push(Piece::text(format!(" and {} more rings", self.rings.len() - 5)));
            }
        }
        pieces.push(Piece::text("."));
        pieces
    }

    fn corroboration(&self) -> Vec<Piece> {
        let n = self.users.len();
        if n < 2 {
            return vec![Piece::text("Nobody else uses it, so it links nobody.")];
        }
        let more = self.more.values().filter(|&&m| m > 0).count();
        let said = match (more, n - more) {
            (0, _) => "No two of its users have anything else in common. That is what an innocently shared \
                       value looks like."
                .to_owned(),
            (_, 0) => format!("All {n} also share something else with another user of it."),
            (m, rest) => format!(
                "{m} of {n} also share something else with another user of it; {rest} have only this in common."
            ),
        };
        vec![Piece::text(said)]
    }

    fn row(&self, view: &View, attribute: AttributeIx, user: ApplicantIx) -> UserRow {
        let network = &view.network;
        let corpus = network.corpus();
        let own: Vec<_> = corpus
            .users(attribute)
            .into_iter()
            .filter(|(app, _)| network.applicant_of(*app) == user)
            .collect();
        let ids: BTreeSet<&str> = own.iter().map(|(app, _)| corpus.id_text(*app)).collect();
        let roles: BTreeSet<&str> = own.iter().map(|(_, role)| labels::role(*role)).collect();
        let last = own.iter().filter_map(|(app, _)| corpus.submitted(*app)).max();
        let ring = view.ring_of(user);
        let mut applications: Vec<&str> = ids.iter().copied().take(4).collect();
        if ids.len() > 4 {
            applications.push("…");
        }
        UserRow {
            name: network.label(user).to_owned(),
            url: urls::applicant(&network.applicant(user).id),
            applications: applications.join(", "),
            roles: roles.into_iter().collect::<Vec<_>>().join(", "),
            last: last.map_or_else(String::new, |m| m.day()),
            ring: ring.map_or_else(String::new, |r| format!("ring of {}", r.members.len())),
            ring_url: ring.map_or_else(String::new, |r| urls::ring(&r.id)),
            more: self.more.get(&user).copied().unwrap_or(0),
        }
    }
}
