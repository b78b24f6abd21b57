//! A case as lists show it. Not responsible for which are listed (`list`).
//!
//! Invariant: what a case is about is looked up in the view of the request, so that a ring that merged is told by what it
//! became.

use crate::{
    engine::{RingLookup, View},
    explain::words::{count, shortened},
    model::{Case, CaseId, CaseSubject, Moment, Ring, RingId},
    web::{case::list::Looker, text::Piece, urls, veil::Seen},
};
use serde::Serialize;

/// A case as the list shows it.
pub struct CaseRow {
    /// Its id.
    pub id: CaseId,
    /// Its page.
    pub url: String,
    /// Its id and version, as the bulk form sends them.
    pub key: String,
    /// What it is called.
    pub title: String,
    /// What it is about.
    pub about: Vec<Piece>,
    /// Its status.
    pub status: &'static str,
    /// The name of the status in style sheets.
    pub status_class: &'static str,
    /// Who has it; empty when nobody.
    pub assignee: String,
    /// Whether that is whoever looks.
    pub is_mine: bool,
    /// By when.
    pub due: Option<Due>,
    /// Whether a note mentions whoever looks and waits for them.
    pub is_mentioned: bool,
    /// Whether a proposal to refer waits for a second person.
    pub is_proposed: bool,
    /// What happened last, as the end of "ann ...".
    pub last: String,
    /// By whom.
    pub last_by: String,
    /// When.
    pub last_at: Moment,
}

/// A due date as pages show it.
pub struct Due {
    /// The day.
    pub day: String,
    /// How far it is, in words.
    pub said: String,
    /// Whether it has passed.
    pub is_overdue: bool,
}

impl Due {
    /// The due date of a case; the distance is told of open cases only.
    pub fn of(case: &Case, looker: &Looker) -> Option<Self> {
        let day = case.due?.to_string();
        let days = looker.days_left(case);
        let said = match days {
            None => String::new(),
            Some(0) => "today".to_owned(),
            Some(1) => "tomorrow".to_owned(),
            Some(-1) => "overdue by 1 day".to_owned(),
            Some(n) if n < 0 => format!("overdue by {} days", n.unsigned_abs()),
            Some(n) => format!("in {n} days"),
        };
        Some(Self { day, said, is_overdue: days.is_some_and(|n| n < 0) })
    }
}

impl CaseRow {
    /// The row of a case.
    pub fn of(view: &Seen, case: &Case, looker: &Looker) -> Self {
        let last = case.last();
        Self {
            url: urls::case(&case.id),
            key: key(case),
            title: shortened(&view.text(&case.title), 120),
            about: about(view, &case.subject),
            status: case.status.title(),
            status_class: case.status.name(),
            assignee: case.assignee.clone().unwrap_or_default(),
            is_mine: looker.has(case),
            due: Due::of(case, looker),
            is_mentioned: looker.is_mentioned(case),
            is_proposed: case.proposal.is_some(),
            last: last.map(|entry| entry.event.sentence()).unwrap_or_default(),
            last_by: last.map(|entry| entry.by.clone()).unwrap_or_default(),
            last_at: last.map(|entry| entry.at).unwrap_or_default(),
            id: case.id.clone(),
        }
    }
}

/// The id and version of a case in one word.
pub fn key(case: &Case) -> String {
    format!("{}@{}", case.id, case.version.0)
}

/// The ring that one is now.
pub fn ring_now<'a>(view: &'a View, id: &RingId) -> Option<&'a Ring> {
    let mut id = id.clone();
    // A ring that was merged may have been merged on; never in a circle but in a damaged store.
    for _ in 0..64 {
        match view.ring(&id) {
            RingLookup::Found(ring) => return Some(ring),
            RingLookup::MovedTo(into) => id = into,
            RingLookup::Dissolved | RingLookup::Unknown => return None,
        }
    }
    None
}

/// What a case is about, in a few words.
pub fn about(view: &View, subject: &CaseSubject) -> Vec<Piece> {
    match subject {
        CaseSubject::Ring(id) => match ring_now(view, id) {
            Some(ring) => {
                let members = count(ring.members.len(), "member", "members");
                let text = format!("ring of\u{a0}{members}").replace("of\u{a0}1 member", "of one");
                let mut said = vec![Piece::link(text, urls::ring(&ring.id))];
                if ring.id != *id {
                    said.push(Piece::text(", into which the first one merged"));
                }
                said
            }
            None => vec![Piece::link("a ring that dissolved", urls::ring(id))],
        },
        CaseSubject::Applicant(application) => match view.applicant(application.as_str()) {
            Some(applicant) => {
                let id = &view.network.applicant(applicant).id;
                vec![Piece::link(view.network.label(applicant), urls::applicant(id))]
            }
            None => vec![Piece::text(format!("application {application}, no longer in the store"))],
        },
    }
}

/// A case as JSON and CSV tell it.
#[derive(Serialize)]
pub struct CaseLine {
    case_id: String,
    title: String,
    status: &'static str,
    assignee: Option<String>,
    due: Option<String>,
    overdue: bool,
    ring_ids: Vec<String>,
    application_id: Option<String>,
    notes: usize,
    files: usize,
    opened_at: String,
    changed_at: String,
    version: u64,
}

impl CaseLine {
    /// The line of a case.
    pub fn of(view: &Seen, case: &Case, looker: &Looker) -> Self {
        let at = |entry: Option<&crate::model::CaseEntry>| {
            entry.map_or_else(String::new, |entry| entry.at.to_string())
        };
        Self {
            case_id: case.id.to_string(),
            title: view.text(&case.title),
            status: case.status.name(),
            assignee: case.assignee.clone(),
            due: case.due.map(|day| day.to_string()),
            overdue: looker.is_overdue(case),
            ring_ids: case.rings.keys().map(ToString::to_string).collect(),
            application_id: match &case.subject {
                CaseSubject::Applicant(application) => Some(application.to_string()),
                CaseSubject::Ring(_) => None,
            },
            notes: case.notes.iter().filter(|note| note.struck.is_none()).count(),
            files: case.files().count(),
            opened_at: at(case.opening()),
            changed_at: at(case.last()),
            version: case.version.0,
        }
    }

    /// The names of the columns.
    pub const COLUMNS: [&'static str; 13] = [
        "case_id",
        "title",
        "status",
        "assignee",
        "due",
        "overdue",
        "ring_ids",
        "application_id",
        "notes",
        "files",
        "opened_at",
        "changed_at",
        "version",
    ];

    /// The cells, those with text of people's making kept from being run as formulas.
    pub fn cells(&self) -> [String; 13] {
        [
            self.case_id.clone(),
            guarded(&self.title),
            self.status.to_owned(),
            guarded(self.assignee.as_deref().unwrap_or_default()),
            self.due.clone().unwrap_or_default(),
            self.overdue.to_string(),
            self.ring_ids.join(" "),
            guarded(self.application_id.as_deref().unwrap_or_default()),
            self.notes.to_string(),
            self.files.to_string(),
            self.opened_at.clone(),
            self.changed_at.clone(),
            self.version.to_string(),
        ]
    }
}

/// The text with an apostrophe in front where a spreadsheet would take it for a formula.
fn guarded(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if is_formula { format!("'{text}") } else { text.to_owned() }
}
