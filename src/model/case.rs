//! A case: what people work on together, as the sum of its events. Not responsible for who may do what (`casework`) nor
//! for which cases there are (`engine`).
//!
//! Invariant: a pure fold over events in their order, which takes any event; nothing that was said is lost: notes and
//! files that were taken off stay, with who did so and why.

use crate::model::{
    Basis, CaseEvent, CaseId, CaseStatus, CaseSubject, Day, FileHash, Moment, RingId, Seq,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Something taken off or struck out: by whom, when and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Struck {
    /// By whom.
    pub by: String,
    /// When.
    pub at: Moment,
    /// Why.
    pub why: String,
}

/// A note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseNote {
    /// The fact that brought it: its name within the case.
    pub seq: Seq,
    /// Who wrote it.
    pub by: String,
    /// When.
    pub at: Moment,
    /// What, in Markdown.
    pub text: String,
    /// Whether it was struck out.
    pub struck: Option<Struck>,
}

/// A file attached to a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseFile {
    /// The fact that brought it.
    pub seq: Seq,
    /// Who attached it.
    pub by: String,
    /// When.
    pub at: Moment,
    /// The SHA-256 of its bytes, under which they lie.
    pub sha256: FileHash,
    /// What it was called.
    pub name: String,
    /// What it is.
    pub media_type: String,
    /// How long, in bytes.
    pub bytes: u64,
    /// Whether it was taken off.
    pub detached: Option<Struck>,
}

/// A proposal that a case is ready for referral.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// The fact that brought it.
    pub seq: Seq,
    /// Who proposed.
    pub by: String,
    /// When.
    pub at: Moment,
    /// The innocent explanations that were considered.
    pub alternatives: String,
    /// What it rested on.
    pub basis: Basis,
}

/// An event of a case with who, when, and on which version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseEntry {
    /// The fact that it is.
    pub seq: Seq,
    /// Who.
    pub by: String,
    /// When.
    pub at: Moment,
    /// The version of the case that they had before them.
    pub on: Seq,
    /// What.
    pub event: CaseEvent,
}

/// A case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Its id.
    pub id: CaseId,
    /// What it is about.
    pub subject: CaseSubject,
    /// What it is called.
    pub title: String,
    /// How far it has come.
    pub status: CaseStatus,
    /// Why it has this status; empty for a new one.
    pub why: String,
    /// Who works on it.
    pub assignee: Option<String>,
    /// By when it has to be done.
    pub due: Option<Day>,
    /// Notes, oldest first, struck ones too.
    pub notes: Vec<CaseNote>,
    /// Files, oldest first, those taken off too. One that was attached again after that is there twice.
    pub attachments: Vec<CaseFile>,
    /// The rings it was linked to, each with the fact that did so.
    pub rings: BTreeMap<RingId, Seq>,
    /// The proposal to refer that stands.
    pub proposal: Option<Proposal>,
    /// What was decided on when the status was set; none for what rests on nothing.
    pub basis: Option<Basis>,
    /// Everything that happened, oldest first.
    pub history: Vec<CaseEntry>,
    /// The last event: what somebody has to have seen who decides.
    pub version: Seq,
}

impl Case {
    /// The case that begins with an event; none when that opens none.
    #[must_use]
    pub fn opened(id: CaseId, entry: CaseEntry) -> Option<Self> {
        let CaseEvent::Opened { subject, title } = &entry.event else { return None };
        let rings = subject.ring().map(|ring| (ring.clone(), entry.seq));
        Some(Self {
            id,
            subject: subject.clone(),
            title: title.clone(),
            status: CaseStatus::Linked,
            why: String::new(),
            assignee: None,
            due: None,
            notes: Vec::new(),
            attachments: Vec::new(),
            rings: rings.into_iter().collect(),
            proposal: None,
            basis: None,
            version: entry.seq,
            history: vec![entry],
        })
    }

    /// Takes in its next event. One that does not fit changes nothing but the history.
    pub fn fold(&mut self, entry: CaseEntry) {
        let CaseEntry { seq, at, .. } = entry;
        let by = entry.by.clone();
        let struck = |why: &String| Some(Struck { by: by.clone(), at, why: why.clone() });
        match &entry.event {
            CaseEvent::Opened { .. } => {}
            CaseEvent::Renamed { title } => self.title.clone_from(title),
            CaseEvent::StatusSet { status, why, basis } => {
                self.status = *status;
                self.why.clone_from(why);
                self.basis.clone_from(basis);
                self.proposal = None;
            }
            CaseEvent::ReferralProposed { alternatives, basis } => {
                let (alternatives, basis) = (alternatives.clone(), basis.clone());
                let basis = basis.unwrap_or_default();
                self.proposal = Some(Proposal { seq, by, at, alternatives, basis });
            }
            CaseEvent::ReferralDeclined { .. } => self.proposal = None,
            CaseEvent::Assigned { to } => self.assignee.clone_from(to),
            CaseEvent::DueSet { due } => self.due = *due,
            CaseEvent::Noted { text } => {
                self.notes.push(CaseNote { seq, by, at, text: text.clone(), struck: None });
            }
            CaseEvent::NoteStruck { note, why } => {
                if let Some(note) = self.notes.iter_mut().find(|n| n.seq == *note) {
                    let _ = note.struck.get_or_insert_with(|| Struck { by, at, why: why.clone() });
                }
            }
            CaseEvent::Attached { sha256, name, media_type, bytes } => {
                if self.file(sha256).is_none() {
                    self.attachments.push(CaseFile {
                        seq,
                        by,
                        at,
                        sha256: sha256.clone(),
                        name: name.clone(),
                        media_type: media_type.clone(),
                        bytes: *bytes,
                        detached: None,
                    });
                }
            }
            CaseEvent::Detached { sha256, why } => {
                let mut files = self.attachments.iter_mut();
                if let Some(file) = files.find(|f| f.sha256 == *sha256 && f.detached.is_none()) {
                    file.detached = struck(why);
                }
            }
            CaseEvent::RingLinked { ring } => {
                self.rings.entry(ring.clone()).or_insert(seq);
            }
            CaseEvent::RingUnlinked { ring, .. } => {
                self.rings.remove(ring);
            }
        }
        self.version = seq;
        self.history.push(entry);
    }

    /// Whether it is still worked on.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.status != CaseStatus::Closed
    }

    /// Who opened it, and when.
    #[must_use]
    pub fn opening(&self) -> Option<&CaseEntry> {
        self.history.first()
    }

    /// What happened last.
    #[must_use]
    pub fn last(&self) -> Option<&CaseEntry> {
        self.history.last()
    }

    /// What happened after a version. O(log events).
    #[must_use]
    pub fn since(&self, version: Seq) -> &[CaseEntry] {
        let from = self.history.partition_point(|entry| entry.seq <= version);
        self.history.get(from..).unwrap_or_default()
    }

    /// A file that is attached.
    #[must_use]
    pub fn file(&self, sha256: &FileHash) -> Option<&CaseFile> {
        self.files().find(|file| file.sha256 == *sha256)
    }

    /// The files that are attached.
    pub fn files(&self) -> impl Iterator<Item = &CaseFile> {
        self.attachments.iter().filter(|file| file.detached.is_none())
    }

    /// A note by the fact that brought it.
    #[must_use]
    pub fn note(&self, seq: Seq) -> Option<&CaseNote> {
        self.notes.iter().find(|note| note.seq == seq)
    }

    /// Everybody who did something, in the order they first did, each once as first written.
    #[must_use]
    pub fn people(&self) -> Vec<&str> {
        let mut people: Vec<&str> = Vec::new();
        for entry in &self.history {
            if !people.contains(&entry.by.as_str()) {
                people.push(&entry.by);
            }
        }
        people
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(events: Vec<CaseEvent>) -> Case {
        let id = CaseId::derive("one");
        let mut entries = (1..).zip(events).map(|(seq, event)| {
            let by = format!("user {}", seq % 3);
            CaseEntry { seq: Seq(seq), by, at: Moment(0), on: Seq(seq - 1), event }
        });
        let mut case = Case::opened(id, entries.next().unwrap()).unwrap();
        entries.for_each(|entry| case.fold(entry));
        case
    }

    fn opened() -> CaseEvent {
        let subject = CaseSubject::Ring(RingId::derive("x"));
        CaseEvent::Opened { subject, title: "The farm".to_owned() }
    }

    #[test]
    fn what_was_struck_or_taken_off_stays_with_who_and_why() {
        let sha256 = FileHash::of(&[7; 32]).unwrap();
        let attached = CaseEvent::Attached {
            sha256: sha256.clone(),
            name: "a.pdf".to_owned(),
            media_type: "application/pdf".to_owned(),
            bytes: 3,
        };
        let case = folded(vec![
            opened(),
            CaseEvent::Noted { text: "called them".to_owned() },
            attached.clone(),
            CaseEvent::NoteStruck { note: Seq(2), why: "the wrong case".to_owned() },
            CaseEvent::NoteStruck { note: Seq(2), why: "twice".to_owned() },
            CaseEvent::Detached { sha256: sha256.clone(), why: "the wrong file".to_owned() },
            attached,
        ]);
        let struck = case.note(Seq(2)).unwrap().struck.as_ref().unwrap();
        assert_eq!((struck.why.as_str(), struck.by.as_str()), ("the wrong case", "user 1"));
        assert_eq!(case.attachments.len(), 2);
        assert_eq!(case.file(&sha256).unwrap().seq, Seq(7));
        assert_eq!(case.people(), ["user 1", "user 2", "user 0"]);
        assert_eq!((case.version, case.since(Seq(5)).len()), (Seq(7), 2));
    }

    #[test]
    fn a_new_status_or_a_refusal_ends_a_proposal() {
        for end in [
            CaseEvent::set(CaseStatus::Linked, "not yet"),
            CaseEvent::ReferralDeclined { why: "thin".to_owned() },
        ] {
            let mut case = folded(vec![opened(), CaseEvent::propose("none holds")]);
            assert!(case.proposal.is_some());
            let entry =
                CaseEntry { seq: Seq(3), by: "b".into(), at: Moment(0), on: Seq(2), event: end };
            case.fold(entry);
            assert_eq!(case.proposal, None);
        }
    }

    #[test]
    fn a_case_begins_with_its_opening_and_nothing_else() {
        let event = CaseEvent::Noted { text: "x".to_owned() };
        let entry = CaseEntry { seq: Seq(1), by: "a".into(), at: Moment(0), on: Seq(0), event };
        assert_eq!(Case::opened(CaseId::derive("x"), entry), None);
    }
}
