//! Attached files that are or may be about somebody: those of every case that covers or ever covered them. Not responsible
//! for which go by themselves (`engine`) nor for removing them (`aftermath`).
//!
//! Invariant: a file that was taken off a case is among them, and so is one of a case whose ring they have left.

use crate::{
    casework::Follower,
    engine::{Cases, RingLookup, View},
    model::{ApplicationId, Case, CaseEvent, CaseId, CaseSubject, FileHash, RingId},
};
use std::collections::BTreeSet;

/// A file of a case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileOf {
    /// The file.
    pub sha256: FileHash,
    /// A case that has or had it.
    pub case: CaseId,
    /// What it is called there.
    pub name: String,
    /// Whether it was taken off that case.
    pub is_detached: bool,
}

/// The files of every case that covers these people or ever did, by file. O(history of rings and of cases).
#[must_use]
pub fn files_of(view: &View, cases: &Cases, applications: &BTreeSet<ApplicationId>) -> Vec<FileOf> {
    let was_in: BTreeSet<&RingId> = view
        .lineage
        .iter()
        .filter(|(_, events)| events.iter().any(|r| !r.event.members.is_disjoint(applications)))
        .map(|(ring, _)| ring)
        .collect();
    let follower = Follower::new(view);
    let about = cases.iter().filter(|case| {
        matches!(&case.subject, CaseSubject::Applicant(id) if applications.contains(id))
            || linked(case).any(|ring| was_in.contains(ring) || leads_to(view, ring, &was_in))
            || follower.reach(case).covered.iter().any(|c| was_in.contains(&c.ring.id))
    });
    let mut files: Vec<FileOf> = about
        .flat_map(|case| {
            case.attachments.iter().map(|file| FileOf {
                sha256: file.sha256.clone(),
                case: case.id.clone(),
                name: file.name.clone(),
                is_detached: file.detached.is_some(),
            })
        })
        .collect();
    // One that was attached again is there as attached.
    files.sort_by(|a, b| {
        (&a.sha256, &a.case, a.is_detached).cmp(&(&b.sha256, &b.case, b.is_detached))
    });
    files.dedup_by(|a, b| (&a.sha256, &a.case) == (&b.sha256, &b.case));
    files
}

/// Whether a case has a file or had it.
#[must_use]
pub fn is_known(cases: &Cases, file: &FileHash) -> bool {
    cases.iter().any(|case| case.attachments.iter().any(|attached| attached.sha256 == *file))
}

/// The rings that a case is or was linked to.
fn linked(case: &Case) -> impl Iterator<Item = &RingId> {
    let events = case.history.iter().filter_map(|entry| match &entry.event {
        CaseEvent::RingLinked { ring } | CaseEvent::RingUnlinked { ring, .. } => Some(ring),
        _ => None,
    });
    case.subject.ring().into_iter().chain(case.rings.keys()).chain(events)
}

/// Whether a ring was merged into one of these.
fn leads_to(view: &View, ring: &RingId, into: &BTreeSet<&RingId>) -> bool {
    let mut ring = ring.clone();
    // Redirects cannot form a circle, but a damaged history must not hang a page either.
    for _ in 0..=view.lineage.len() {
        match view.ring(&ring) {
            RingLookup::MovedTo(next) => ring = next,
            _ => break,
        }
        if into.contains(&ring) {
            return true;
        }
    }
    false
}
