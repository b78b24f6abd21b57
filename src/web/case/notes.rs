//! The notes of a case as its page shows them. Not responsible for turning Markdown into HTML (`markdown`).
//!
//! Invariant: a note that was struck stays readable, with who struck it and why.

use crate::{
    casework::{Actor, Permission, Role, UserName, mentions},
    engine::{Cases, RingLookup, View},
    model::{ApplicantId, AttributeId, Case, CaseId, CaseNote, Moment, RingId},
    web::{
        case::list::Looker,
        markdown::{self, Links},
        urls,
        veil::Seen,
    },
};

/// A note.
pub struct NoteRow {
    /// The fact that brought it.
    pub seq: u64,
    /// Who wrote it.
    pub by: String,
    /// When.
    pub at: Moment,
    /// As HTML that can do nothing.
    pub note_html: String,
    /// Whether it mentions whoever looks.
    pub is_for_me: bool,
    /// Who struck it, when and why.
    pub struck: Option<(String, Moment, String)>,
    /// Whether whoever looks may strike it.
    pub may_strike: bool,
}

/// The notes of a case, newest first.
pub fn newest(case: &Case) -> Vec<&CaseNote> {
    case.notes.iter().rev().collect()
}

/// A note, for whoever looks.
pub fn row(
    view: &Seen,
    cases: &Cases,
    case: &Case,
    note: &CaseNote,
    looker: &Looker,
    actor: &Actor,
) -> NoteRow {
    let person =
        |name: &UserName| urls::query(urls::CASES, &[("tab", "all"), ("assignee", name.as_str())]);
    let id = |word: &str| leads(view, cases, word);
    let links = Links { names: &looker.names, person: &person, id: &id };
    NoteRow {
        seq: note.seq.0,
        by: note.by.clone(),
        at: note.at,
        note_html: markdown::html(&view.text(&note.text), links),
        is_for_me: mentions(&note.text, &looker.names)
            .iter()
            .any(|mention| actor.is(mention.name.as_str())),
        struck: note.struck.as_ref().map(|s| (s.by.clone(), s.at, view.text(&s.why))),
        may_strike: note.struck.is_none()
            && case.is_open()
            && actor.role.may(Permission::Judge)
            && (actor.is(&note.by) || actor.role >= Role::Supervisor),
    }
}

/// Where a word of a note leads: the id of a ring, an applicant, a value, a case or an application that is known.
fn leads(view: &View, cases: &Cases, word: &str) -> Option<String> {
    if let Ok(id) = word.parse::<RingId>() {
        return (!matches!(view.ring(&id), RingLookup::Unknown)).then(|| urls::ring(&id));
    }
    if let Ok(id) = word.parse::<CaseId>() {
        return cases.get(&id).map(|case| urls::case(&case.id));
    }
    if let Ok(id) = word.parse::<AttributeId>() {
        return view.network.corpus().find_attribute(&id).map(|_| urls::attribute(&id));
    }
    let is_applicant = word.parse::<ApplicantId>().is_ok();
    // A number or a word of the language may be somebody's application id as well.
    let is_application = word.len() >= 4
        && word.bytes().any(|b| b.is_ascii_digit())
        && word.bytes().any(|b| b.is_ascii_alphabetic());
    if !is_applicant && !is_application {
        return None;
    }
    let applicant = view.applicant(word)?;
    Some(urls::applicant(&view.network.applicant(applicant).id))
}
