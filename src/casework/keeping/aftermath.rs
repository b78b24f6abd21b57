//! What an erasure takes along beside the journal: attached files and saved filters; and what of it stays in the audit trail.
//! Not responsible for facts (`engine`).
//!
//! The trail is not rewritten: who looked at whom, and why, is what an employer has to be able to account for, and its
//! entries are chained and anchored. It names applicants and applications by their ids, and holds reasons that staff wrote.
//! What stays there is counted and told.
//!
//! Invariant: a file that a tombstone names is removed now or at the next start.

use crate::{
    casework::{
        AttachmentError, Attachments, SavedFilters, SavedFiltersError,
        audit::{AuditError, Entry, Trail},
    },
    engine::{Cases, ErasurePlan, Terms, View},
    model::{ApplicantId, ApplicationId},
};
use std::collections::BTreeSet;

/// What went beside the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Aftermath {
    /// Attached files.
    pub files: usize,
    /// Filters that somebody had saved.
    pub filters: usize,
}

/// What stays in the audit trail.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Traces {
    /// Entries that name them by an id.
    pub by_id: u64,
    /// Numbers of the entries whose reason names a value that only they have; the first hundred.
    pub in_reasons: Vec<u64>,
}

/// Why something beside the journal could not be taken along.
#[derive(Debug, thiserror::Error)]
pub enum AftermathError {
    /// An attached file.
    #[error(
        "the facts are erased, and an attached file is not: {0}; start again to have it removed"
    )]
    File(#[from] AttachmentError),
    /// A saved filter.
    #[error("the facts are erased, and saved filters that name them may not be: {0}")]
    Filters(#[from] SavedFiltersError),
}

/// Takes along what an erasure takes.
///
/// # Errors
/// When a file cannot be removed or the filters not be written; the facts are erased all the same.
pub fn after(
    plan: &ErasurePlan,
    attachments: Option<&Attachments>,
    filters: &SavedFilters,
) -> Result<Aftermath, AftermathError> {
    let mut done =
        Aftermath { filters: filters.forget(&|query| plan.terms.are_in(query))?, files: 0 };
    for file in &plan.files {
        if let Some(attachments) = attachments {
            done.files += usize::from(attachments.remove(file)?);
        }
    }
    Ok(done)
}

/// Removes files that tombstones name and that are still there: whoever erased may have been killed. How many it were.
///
/// # Errors
/// When one cannot be removed.
pub fn finish(
    view: &View,
    cases: &Cases,
    attachments: &Attachments,
) -> Result<usize, AttachmentError> {
    let mut n = 0;
    let named = view.erasures.iter().flat_map(|record| &record.erasure.files);
    for file in named {
        let is_there_again = cases.iter().any(|case| case.file(file).is_some());
        if !is_there_again {
            n += usize::from(attachments.remove(file)?);
        }
    }
    Ok(n)
}

/// What of somebody is in the trail. O(its entries).
///
/// # Errors
/// When it cannot be read.
pub fn traces(
    trail: &Trail,
    applicants: &BTreeSet<ApplicantId>,
    applications: &BTreeSet<ApplicationId>,
    terms: &Terms,
) -> Result<Traces, AuditError> {
    let ids: BTreeSet<&str> = applicants
        .iter()
        .map(ApplicantId::as_str)
        .chain(applications.iter().map(ApplicationId::as_str))
        .collect();
    let mut traces = Traces::default();
    trail.lines::<AuditError>(&mut |line| {
        // A line that cannot be read is for `verify` to tell.
        let Ok(entry) = serde_json::from_slice::<Entry>(line) else { return Ok(()) };
        let mut values = entry.event.subject.iter().flat_map(|(_, value)| value.split(", "));
        traces.by_id += u64::from(values.any(|value| ids.contains(value)));
        if traces.in_reasons.len() < 100 && terms.are_in(&entry.event.why) {
            traces.in_reasons.push(entry.n);
        }
        Ok(())
    })?;
    Ok(traces)
}
