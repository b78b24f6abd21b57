//! The mark of a case elsewhere: on the page of a ring or an applicant, and in the queue. Not responsible for the page of
//! the case.
//!
//! Invariant: a ring that a case covers bears its mark, whatever id it was linked by.

use crate::{
    casework::{Follower, Permission},
    engine::Cases,
    explain::words::{count, shortened},
    model::{ApplicantIx, Case, CaseSubject, Ring, RingId},
    web::{state::Visit, urls, veil::Seen},
};
use std::collections::BTreeMap;

/// A case in a few words.
#[derive(Clone)]
pub struct Mark {
    /// Its page.
    pub url: String,
    /// What it is called.
    pub title: String,
    /// Its status.
    pub status: &'static str,
    /// The name of the status in style sheets.
    pub status_class: &'static str,
    /// Who has it; empty when nobody.
    pub assignee: String,
    /// Whether it is still worked on.
    pub is_open: bool,
}

impl Mark {
    fn of(view: &Seen, case: &Case) -> Self {
        Self {
            url: urls::case(&case.id),
            title: shortened(&view.text(&case.title), 80),
            status: case.status.title(),
            status_class: case.status.name(),
            assignee: case.assignee.clone().unwrap_or_default(),
            is_open: case.is_open(),
        }
    }
}

/// The cases of something, and the form that opens one where that can be done.
pub struct CaseBox {
    /// Open cases first.
    pub marks: Vec<Mark>,
    /// The field that says what a case would be about, its value, and the title that is suggested.
    pub open: Option<(&'static str, String, String)>,
}

impl CaseBox {
    fn new(visit: &Visit, mut marks: Vec<Mark>, about: (&'static str, String, String)) -> Self {
        marks.sort_by_key(|mark| !mark.is_open);
        let may = visit.session.role.may(Permission::Judge);
        let is_covered = marks.iter().any(|mark| mark.is_open);
        Self { open: (may && !is_covered).then_some(about), marks }
    }

    /// The cases that cover a ring. O(events of all rings) where there is a case at all.
    pub fn of_ring(visit: &Visit, view: &Seen, ring: &Ring) -> Self {
        let cases = visit.state.desk.cases();
        let marks = if cases.is_empty() {
            Vec::new()
        } else {
            let covering = Follower::new(view).covering(&cases, &ring.id);
            covering.iter().map(|case| Mark::of(view, case)).collect()
        };
        let n = count(ring.identities as usize, "identity", "identities");
        let day = ring.last_seen.map_or_else(String::new, |at| format!(", last on {}", at.day()));
        let title = format!("Ring of {n}{day}");
        Self::new(visit, marks, ("ring_id", ring.id.to_string(), title))
    }

    /// The cases about an applicant.
    pub fn of_applicant(visit: &Visit, view: &Seen, ix: ApplicantIx) -> Self {
        let cases = visit.state.desk.cases();
        let about = |case: &&std::sync::Arc<Case>| match &case.subject {
            CaseSubject::Applicant(id) => view.applicant(id.as_str()) == Some(ix),
            CaseSubject::Ring(_) => false,
        };
        let marks = cases.iter().filter(about).map(|case| Mark::of(view, case)).collect();
        let title = format!("Applicant {}", view.network.applicant(ix).id);
        let id = view.network.applicant(ix).id.to_string();
        Self::new(visit, marks, ("applicant_id", id, title))
    }
}

/// The open case of each ring that has one. O(events of all rings) where there is an open case at all.
pub fn by_ring(view: &Seen, cases: &Cases) -> BTreeMap<RingId, Mark> {
    let mut marks = BTreeMap::new();
    let mut open = cases.iter().filter(|case| case.is_open()).peekable();
    if open.peek().is_none() {
        return marks;
    }
    let follower = Follower::new(view);
    for case in open {
        for covered in follower.reach(case).covered {
            marks.entry(covered.ring.id.clone()).or_insert_with(|| Mark::of(view, case));
        }
    }
    marks
}
