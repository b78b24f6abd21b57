//! Who shares a value, when, and what else they share. Not responsible for the page (`pages::attribute`) nor for what
//! sharing it is worth.
//!
//! Invariant: every use is counted, or said to lie outside the days that are looked at.

use crate::{
    engine::View,
    explain::{day::Day, words::count},
    model::{AppIx, ApplicantIx, AttributeIx, Bits, Discount, Moment, Ring, Role},
    web::{
        labels,
        text::{Piece, listed},
        urls,
    },
};
use std::collections::{BTreeMap, BTreeSet};

/// Rings named at most.
const RINGS: usize = 5;

/// The days that are looked at: from the day after `after`, to the day before `before`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Days {
    pub after: Option<Day>,
    pub before: Option<Day>,
}

impl Days {
    /// Whether all days are looked at.
    pub fn is_all(self) -> bool {
        self.after.is_none() && self.before.is_none()
    }

    /// Whether a moment lies in them; without a date it lies in all days alone.
    pub fn hold(self, moment: Option<Moment>) -> bool {
        self.is_all()
            || moment.map(Day::of).is_some_and(|day| {
                self.after.is_none_or(|first| first < day)
                    && self.before.is_none_or(|last| day < last)
            })
    }

    /// The days in words: `before 2026-03-01`.
    pub fn said(self) -> String {
        match (self.after, self.before) {
            (None, None) => String::new(),
            (Some(after), None) => format!("after {after}"),
            (None, Some(before)) => format!("before {before}"),
            (Some(after), Some(before)) => format!("after {after} and before {before}"),
        }
    }
}

/// A user of the value.
pub struct UserRow {
    pub name: String,
    pub url: String,
    pub applications: String,
    pub roles: String,
    pub first: String,
    pub last: String,
    pub ring: String,
    pub ring_url: String,
    pub more: usize,
}

/// A ring whose members use the value.
pub struct RingRow {
    pub url: String,
    pub size: usize,
    pub users: usize,
    pub status: &'static str,
}

/// Who shares the value.
pub struct Sharing {
    /// Every user, sorted.
    pub all: Vec<ApplicantIx>,
    /// Users within the days, in the order in which they first used it; those without a date last.
    pub users: Vec<ApplicantIx>,
    /// When it was used within the days.
    pub moments: Vec<Moment>,
    /// Why it counts for less, if links say so.
    pub discount: Option<Discount>,
    uses: BTreeMap<ApplicantIx, Vec<(AppIx, Role)>>,
    more: BTreeMap<ApplicantIx, usize>,
}

impl Sharing {
    /// O(uses + links of the users).
    pub fn of(view: &View, attribute: AttributeIx, days: Days) -> Self {
        let (network, corpus) = (&view.network, view.network.corpus());
        let all = network.users(attribute);
        let mut uses: BTreeMap<ApplicantIx, Vec<(AppIx, Role)>> = BTreeMap::new();
        for (app, role) in corpus.uses_of(attribute) {
            if days.hold(corpus.submitted(app)) {
                uses.entry(network.applicant_of(app)).or_default().push((app, role));
            }
        }
        let mut more = BTreeMap::new();
        let mut discount: Option<Discount> = None;
        for &user in &all {
            let mut n = 0;
            for &l in network.links_of(user) {
                let link = network.link(l);
                let other = if link.a == user { link.b } else { link.a };
                if all.binary_search(&other).is_err() {
                    continue;
                }
                let mut own = link.evidence.iter().filter(|e| e.attribute == Some(attribute));
                discount = discount.or(own.find_map(|e| e.discount));
                let else_ = |e: &&crate::model::Evidence| {
                    e.attribute != Some(attribute) && e.bits > Bits::ZERO
                };
                n += usize::from(link.evidence.iter().any(|e| else_(&e)));
            }
            more.insert(user, n);
        }
        let when = |uses: &Vec<(AppIx, Role)>| {
            let first = uses.iter().filter_map(|(app, _)| corpus.submitted(*app)).min();
            (first.is_none(), first)
        };
        let mut users: Vec<ApplicantIx> = uses.keys().copied().collect();
        users.sort_by_key(|u| (uses.get(u).map(when), *u));
        let apps: BTreeSet<AppIx> = uses.values().flatten().map(|(app, _)| *app).collect();
        let moments = apps.into_iter().filter_map(|app| corpus.submitted(app)).collect();
        Self { all, users, moments, discount, uses, more }
    }

    fn rings<'a>(&self, view: &'a View) -> Vec<(&'a Ring, usize)> {
        let mut rings: BTreeMap<&str, (&Ring, usize)> = BTreeMap::new();
        for ring in self.all.iter().filter_map(|&user| view.ring_of(user)) {
            rings.entry(ring.id.as_str()).or_insert((ring, 0)).1 += 1;
        }
        let mut rings: Vec<_> = rings.into_values().collect();
        rings.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.id.cmp(&b.0.id)));
        rings
    }

    /// The rings it appears in, those with the most users first.
    pub fn ring_rows(&self, view: &View) -> Vec<RingRow> {
        let row = |(ring, users): (&Ring, usize)| RingRow {
            url: urls::ring(&ring.id),
            size: ring.members.len(),
            users,
            status: labels::status(ring.status),
        };
        self.rings(view).into_iter().map(row).collect()
    }

    /// Who uses it, and in which rings they are.
    pub fn verdict(&self, view: &View) -> Vec<Piece> {
        let mut pieces = vec![
            Piece::text("Used by "),
            Piece::link(count(self.all.len(), "applicant", "applicants"), "#users"),
        ];
        let all = self.rings(view);
        let named = |(ring, _): &(&Ring, usize)| {
            Piece::link(format!("a ring of\u{a0}{}", ring.members.len()), urls::ring(&ring.id))
        };
        let rings: Vec<Piece> = all.iter().take(RINGS).map(named).collect();
        if rings.is_empty() {
            pieces.push(Piece::text(", none of them in a ring"));
        } else {
            pieces.push(Piece::text("; in "));
            pieces.extend(listed(rings));
            if all.len() > RINGS {
                pieces.push(Piece::text(format!(" and {} more rings", all.len() - RINGS)));
            }
        }
        pieces.push(Piece::text("."));
        pieces
    }

    /// Whether its users have more in common.
    pub fn corroboration(&self) -> Vec<Piece> {
        let n = self.all.len();
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

    /// What the days leave, in a sentence; empty for all days.
    pub fn said(&self, days: Days) -> String {
        if days.is_all() {
            return String::new();
        }
        let users =
            format!("{} of {}", self.users.len(), count(self.all.len(), "applicant", "applicants"));
        format!("{users} used it {}.", days.said())
    }

    /// One user.
    pub fn row(&self, view: &View, user: ApplicantIx) -> UserRow {
        let (network, corpus) = (&view.network, view.network.corpus());
        let own = self.uses.get(&user).map(Vec::as_slice).unwrap_or_default();
        let ids: BTreeSet<&str> = own.iter().map(|(app, _)| corpus.id_text(*app)).collect();
        let roles: BTreeSet<&str> = own.iter().map(|(_, role)| labels::role(*role)).collect();
        let moments = || own.iter().filter_map(|(app, _)| corpus.submitted(*app));
        let day = |moment: Option<Moment>| moment.map_or_else(String::new, |m| m.day());
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
            first: day(moments().min()),
            last: day(moments().max()),
            ring: ring.map_or_else(String::new, |r| format!("ring of {}", r.members.len())),
            ring_url: ring.map_or_else(String::new, |r| urls::ring(&r.id)),
            more: self.more.get(&user).copied().unwrap_or(0),
        }
    }
}
