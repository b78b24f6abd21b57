//! Cases as lines of a list: `ringer case list`, and the line that every change prints. Not responsible for one case in
//! full (`showing`).
//!
//! Invariant: a line never holds a note.

use crate::{
    casework::{Follower, same_person},
    cli::{
        CliError, Exit,
        context::Context,
        output::{Column, Format, Row, id, number, text},
    },
    engine::Engine,
    model::{Case, CaseId, CaseStatus, CaseSubject, RingId},
};
use serde::Serialize;

/// Which cases are wanted.
pub(super) struct Wanted<'a> {
    pub status: Option<CaseStatus>,
    pub open: bool,
    pub assignee: Option<&'a str>,
    pub unassigned: bool,
    pub ring: Option<&'a RingId>,
}

impl Wanted<'_> {
    fn takes(&self, case: &Case) -> bool {
        let assignee = case.assignee.as_deref();
        self.status.is_none_or(|status| case.status == status)
            && (!self.open || case.is_open())
            && (!self.unassigned || assignee.is_none())
            && self.assignee.is_none_or(|name| assignee.is_some_and(|to| same_person(to, name)))
    }
}

#[derive(Serialize)]
struct Line {
    case_id: CaseId,
    status: CaseStatus,
    version: u64,
    about: &'static str,
    subject: String,
    ring_ids: Vec<RingId>,
    assignee: Option<String>,
    due: Option<String>,
    proposed_by: Option<String>,
    notes: usize,
    files: usize,
    changed_at: String,
    changed_by: String,
    title: String,
}

impl Row for Line {
    const COLUMNS: &'static [Column] = &[
        id("case_id"),
        id("status"),
        number("version"),
        id("about"),
        id("subject"),
        id("ring_ids"),
        text("assignee"),
        id("due"),
        text("proposed_by"),
        number("notes"),
        number("files"),
        id("changed_at"),
        text("changed_by"),
        text("title"),
    ];

    fn cells(&self) -> Vec<String> {
        let rings: Vec<&str> = self.ring_ids.iter().map(RingId::as_str).collect();
        vec![
            self.case_id.to_string(),
            self.status.to_string(),
            self.version.to_string(),
            self.about.to_owned(),
            self.subject.clone(),
            rings.join(" "),
            self.assignee.clone().unwrap_or_default(),
            self.due.clone().unwrap_or_default(),
            self.proposed_by.clone().unwrap_or_default(),
            self.notes.to_string(),
            self.files.to_string(),
            self.changed_at.clone(),
            self.changed_by.clone(),
            self.title.clone(),
        ]
    }
}

impl Line {
    fn of(case: &Case, follower: &Follower<'_>) -> Self {
        let reach = follower.reach(case);
        let last = case.last();
        Self {
            case_id: case.id.clone(),
            status: case.status,
            version: case.version.0,
            about: match case.subject {
                CaseSubject::Ring(_) => "ring",
                CaseSubject::Applicant(_) => "applicant",
            },
            subject: case.subject.to_string(),
            ring_ids: reach.covered.iter().map(|covered| covered.ring.id.clone()).collect(),
            assignee: case.assignee.clone(),
            due: case.due.map(|day| day.to_string()),
            proposed_by: case.proposal.as_ref().map(|p| p.by.clone()),
            notes: case.notes.iter().filter(|note| note.struck.is_none()).count(),
            files: case.files().count(),
            changed_at: last.map(|entry| entry.at.to_string()).unwrap_or_default(),
            changed_by: last.map(|entry| entry.by.clone()).unwrap_or_default(),
            title: case.title.clone(),
        }
    }
}

/// Lists cases: those due first on top, then those that changed last.
pub(super) fn list(
    ctx: &mut Context,
    wanted: &Wanted<'_>,
    format: Format,
) -> Result<Exit, CliError> {
    let engine = ctx.engine()?;
    let (view, cases) = (engine.view(), engine.cases());
    let follower = Follower::new(&view);
    let mut found: Vec<&Case> = cases
        .iter()
        .map(|case| &**case)
        .filter(|case| wanted.takes(case))
        .filter(|case| wanted.ring.is_none_or(|ring| follower.reach(case).covers(ring)))
        .collect();
    found.sort_by_key(|case| {
        (!case.is_open(), case.due.is_none(), case.due, std::cmp::Reverse(case.version))
    });
    let exit = if found.is_empty() { Exit::Nothing } else { Exit::Ok };
    ctx.out.list(format, found.into_iter().map(|case| Line::of(case, &follower)))?;
    if exit == Exit::Nothing {
        ctx.note(match cases.is_empty() {
            true => "there is no case yet; `ringer case open RING` opens one",
            false => "no case is like that; `ringer case list` lists all",
        });
    }
    Ok(exit)
}

/// Prints the line of one case.
pub(super) fn print(
    ctx: &mut Context,
    engine: &Engine,
    id: &CaseId,
    format: Format,
) -> Result<Exit, CliError> {
    let (view, cases) = (engine.view(), engine.cases());
    let follower = Follower::new(&view);
    ctx.out.list(format, cases.get(id).map(|case| Line::of(case, &follower)))?;
    Ok(Exit::Ok)
}
