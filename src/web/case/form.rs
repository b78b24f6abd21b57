//! What the forms of a case send: one change, and the version of the case that was on the page. Not responsible for
//! whether it is allowed (`casework`).
//!
//! Invariant: a form that is refused can be shown again with everything that was typed in it.

use crate::{
    model::{Case, CaseEvent, CaseStatus, FileHash, RingId, Seq},
    web::{WebError, flash::Undo, judge::parsed, urls},
};
use serde::Deserialize;

/// A change as a form sends it: `what` says which of the fields count.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Form {
    pub csrf: String,
    pub version: String,
    pub what: String,
    pub title: String,
    pub status: String,
    pub why: String,
    pub alternatives: String,
    pub to: String,
    pub due: String,
    pub text: String,
    pub note: String,
    pub sha256: String,
    pub ring_id: String,
}

/// How a field is shown again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// Not at all: it says which thing is meant.
    Hidden,
    /// In a line.
    Line,
    /// In several lines.
    Lines,
    /// As a day.
    Day,
}

/// A field of a form that is shown again.
pub struct Field {
    pub name: &'static str,
    pub label: &'static str,
    pub value: String,
    pub shown: Shown,
}

impl Form {
    /// The version that was on the page.
    ///
    /// # Errors
    /// When it is no number.
    pub fn version(&self) -> Result<Seq, WebError> {
        self.version.trim().parse().map(Seq).map_err(|_| {
            WebError::BadRequest(
                "the form does not say which version of the case it saw".to_owned(),
            )
        })
    }

    /// What is to happen.
    ///
    /// # Errors
    /// When a value cannot be read, or `what` is nothing that happens to a case.
    pub fn event(&self) -> Result<CaseEvent, WebError> {
        let why = || self.why.clone();
        Ok(match self.what.as_str() {
            "rename" => CaseEvent::Renamed { title: self.title.clone() },
            "status" => CaseEvent::set(parsed::<CaseStatus>(&self.status)?, why()),
            "propose" => CaseEvent::propose(self.alternatives.clone()),
            "decline" => CaseEvent::ReferralDeclined { why: why() },
            "assign" => {
                let to = self.to.trim();
                CaseEvent::Assigned { to: (!to.is_empty()).then(|| to.to_owned()) }
            }
            "due" => {
                let due = self.due.trim();
                CaseEvent::DueSet { due: if due.is_empty() { None } else { Some(parsed(due)?) } }
            }
            "note" => CaseEvent::Noted { text: self.text.replace("\r\n", "\n") },
            "strike" => CaseEvent::NoteStruck { note: Seq(parsed(&self.note)?), why: why() },
            "detach" => {
                CaseEvent::Detached { sha256: parsed::<FileHash>(&self.sha256)?, why: why() }
            }
            "link" => CaseEvent::RingLinked { ring: parsed::<RingId>(self.ring_id.trim())? },
            "unlink" => {
                CaseEvent::RingUnlinked { ring: parsed::<RingId>(&self.ring_id)?, why: why() }
            }
            other => {
                let quoted: String = other.chars().take(40).collect();
                return Err(WebError::BadRequest(format!(
                    "\"{quoted}\" is nothing that happens to a case"
                )));
            }
        })
    }

    /// The place on the page of the case that the change belongs to.
    pub fn anchor(&self) -> &'static str {
        match self.what.as_str() {
            "note" | "strike" => "#notes",
            "detach" => "#files",
            "link" | "unlink" => "#rings",
            "propose" | "decline" => "#referral",
            "status" => "#status",
            _ => "",
        }
    }

    /// What counts of it, to be shown again; without the session's secret and the version.
    pub fn fields(&self) -> Vec<Field> {
        let field =
            |name, label, value: &str, shown| Field { name, label, value: value.to_owned(), shown };
        let what = field("what", "", &self.what, Shown::Hidden);
        let why = || field("why", "Reason", &self.why, Shown::Line);
        let ring = || field("ring_id", "", &self.ring_id, Shown::Hidden);
        let rest = match self.what.as_str() {
            "rename" => vec![field("title", "Title", &self.title, Shown::Line)],
            "status" => vec![field("status", "", &self.status, Shown::Hidden), why()],
            "propose" => vec![field(
                "alternatives",
                "Innocent explanations considered, and why they do not hold",
                &self.alternatives,
                Shown::Lines,
            )],
            "assign" => vec![field("to", "Assignee", &self.to, Shown::Line)],
            "due" => vec![field("due", "Due", &self.due, Shown::Day)],
            "note" => vec![field("text", "Note", &self.text, Shown::Lines)],
            "strike" => vec![field("note", "", &self.note, Shown::Hidden), why()],
            "detach" => vec![field("sha256", "", &self.sha256, Shown::Hidden), why()],
            "link" => vec![field("ring_id", "Ring", &self.ring_id, Shown::Line)],
            "unlink" => vec![ring(), why()],
            // "decline", and the approval, which has a route of its own.
            _ => vec![why()],
        };
        std::iter::once(what).chain(rest).collect()
    }
}

/// What takes a change back: a form on the version that the change made.
pub fn undo(before: &Case, event: &CaseEvent, now: Seq) -> Option<Undo> {
    let why = ("why", "undone on the page".to_owned());
    let fields = match event {
        CaseEvent::Renamed { .. } => {
            vec![("what", "rename".to_owned()), ("title", before.title.clone())]
        }
        CaseEvent::StatusSet { .. }
            if before.status != CaseStatus::ReferralReady && before.proposal.is_none() =>
        {
            vec![("what", "status".to_owned()), ("status", before.status.name().to_owned()), why]
        }
        CaseEvent::Assigned { .. } => {
            vec![("what", "assign".to_owned()), ("to", before.assignee.clone().unwrap_or_default())]
        }
        CaseEvent::DueSet { .. } => {
            let due = before.due.map_or_else(String::new, |day| day.to_string());
            vec![("what", "due".to_owned()), ("due", due)]
        }
        CaseEvent::Noted { .. } => {
            vec![("what", "strike".to_owned()), ("note", now.0.to_string()), why]
        }
        CaseEvent::RingLinked { ring } => {
            vec![("what", "unlink".to_owned()), ("ring_id", ring.to_string()), why]
        }
        CaseEvent::RingUnlinked { ring, .. } => {
            vec![("what", "link".to_owned()), ("ring_id", ring.to_string())]
        }
        CaseEvent::ReferralProposed { .. } => vec![("what", "decline".to_owned()), why],
        _ => return None,
    };
    let version = ("version", now.0.to_string());
    let fields = std::iter::once(version).chain(fields).collect();
    Some(Undo { url: urls::change_case(&before.id), fields })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_form_does_not_know_is_refused_and_never_guessed() {
        for (what, field) in [
            ("", ""),
            ("delete", ""),
            ("status", "guilty"),
            ("due", "tomorrow"),
            ("strike", "-1"),
            ("detach", "../../etc/passwd"),
            ("link", "ring"),
        ] {
            let form = Form {
                what: what.to_owned(),
                status: field.to_owned(),
                due: field.to_owned(),
                note: field.to_owned(),
                sha256: field.to_owned(),
                ring_id: field.to_owned(),
                ..Form::default()
            };
            assert!(form.event().is_err(), "{what}");
            assert!(form.version().is_err());
        }
    }

    #[test]
    fn every_change_can_be_shown_again_as_it_was_sent() {
        for what in [
            "rename", "status", "propose", "decline", "assign", "due", "note", "strike", "link",
            "unlink",
        ] {
            let form = Form {
                what: what.to_owned(),
                title: "t".to_owned(),
                status: "linked".to_owned(),
                why: "w".to_owned(),
                alternatives: "a".to_owned(),
                to: "ann".to_owned(),
                due: "2026-11-30".to_owned(),
                text: "n".to_owned(),
                note: "7".to_owned(),
                ring_id: RingId::derive("x").to_string(),
                ..Form::default()
            };
            let mut again = Form::default();
            for field in form.fields() {
                match field.name {
                    "what" => again.what = field.value,
                    "title" => again.title = field.value,
                    "status" => again.status = field.value,
                    "why" => again.why = field.value,
                    "alternatives" => again.alternatives = field.value,
                    "to" => again.to = field.value,
                    "due" => again.due = field.value,
                    "text" => again.text = field.value,
                    "note" => again.note = field.value,
                    "ring_id" => again.ring_id = field.value,
                    other => panic!("{other}"),
                }
            }
            assert_eq!(again.event().unwrap(), form.event().unwrap());
        }
    }
}
