//! What an erasure takes along beside the journal: attached files, kept packages and reports, and saved filters; and what of it
//! stays in the audit trail. Not responsible for facts (`engine`).
//!
//! Filters, packages and reports go first: once the facts are gone nothing tells any longer which of them named somebody, so that an
//! erasure that is interrupted could not be finished. Attached files go last; the tombstone names them.
//!
//! The trail is not rewritten: who looked at whom, and why, is what an employer has to be able to account for, and its
//! entries are chained and anchored. It names applicants and applications by their ids, and holds reasons that staff wrote.
//! What stays there is counted and told.
//!
//! Invariant: when the tombstone is written no filter, no package and no report names them any longer; a file that a tombstone names is
//! removed now or at the next start.

use crate::{
    casework::{
        AttachmentError, Attachments, SavedFilters, SavedFiltersError,
        audit::{AuditError, Entry, Trail},
        keeping::{CopiesError, KeptReports, Packages},
    },
    engine::{Cases, EngineError, Erased, ErasurePlan, Terms, View},
    model::{ApplicantId, ApplicationId, ReferralId, ReportId},
};
use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

/// What went beside the journal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Aftermath {
    /// Attached files.
    pub files: usize,
    /// Filters that somebody had saved.
    pub filters: usize,
    /// Kept copies of packages that named them.
    pub packages: BTreeSet<ReferralId>,
    /// Kept reports that named them or showed a value of theirs; each is made again without them when it is asked for.
    pub reports: BTreeSet<ReportId>,
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
    #[error("nothing was erased, since saved filters that name them could not be removed: {0}")]
    Filters(#[from] SavedFiltersError),
    /// A kept package or report.
    #[error("nothing was erased, since kept copies that name them could not be removed: {0}")]
    Copies(#[from] CopiesError),
}

/// Where what lies beside the journal is, and what went of it.
pub struct Beside<'b> {
    attachments: Option<&'b Attachments>,
    filters: &'b SavedFilters,
    packages: Option<&'b Packages>,
    reports: Option<&'b KeptReports>,
    done: Mutex<Result<Aftermath, AftermathError>>,
}

impl<'b> Beside<'b> {
    /// Where it is; none of what this store has not.
    #[must_use]
    pub fn new(
        attachments: Option<&'b Attachments>,
        filters: &'b SavedFilters,
        packages: Option<&'b Packages>,
        reports: Option<&'b KeptReports>,
    ) -> Self {
        let done = Mutex::new(Ok(Aftermath::default()));
        Self { attachments, filters, packages, reports, done }
    }

    /// Takes what has to go before the tombstone is written: given to [`Engine::erase`](crate::engine::Engine::erase).
    ///
    /// # Errors
    /// `Refused`, when something cannot be removed; `after` says what.
    pub fn first(
        &self,
        applications: &BTreeSet<ApplicationId>,
        plan: &ErasurePlan,
    ) -> Result<(), EngineError> {
        let done = self.taken(applications, plan);
        let told = done.as_ref().map(drop).map_err(ToString::to_string);
        *self.done.lock().unwrap_or_else(PoisonError::into_inner) = done;
        told.map_err(EngineError::Refused)
    }

    fn taken(
        &self,
        applications: &BTreeSet<ApplicationId>,
        plan: &ErasurePlan,
    ) -> Result<Aftermath, AftermathError> {
        let filters = self.filters.forget(&|query| plan.terms.are_in(query))?;
        let mut done = Aftermath { filters, ..Aftermath::default() };
        if let Some(packages) = self.packages {
            for id in packages.naming(applications)? {
                packages.remove(&id)?;
                done.packages.insert(id);
            }
        }
        if let Some(reports) = self.reports {
            for id in reports.naming(applications)? {
                reports.remove(&id)?;
                done.reports.insert(id);
            }
        }
        Ok(done)
    }

    /// Takes what is left once the facts are erased, and tells all that went.
    ///
    /// # Errors
    /// When the erasure failed, or a file cannot be removed: the facts are erased all the same then.
    pub fn after<E: From<EngineError> + From<AftermathError>>(
        self,
        erased: Result<Erased, EngineError>,
    ) -> Result<(Erased, Aftermath), E> {
        // What failed beside the journal says more than that the erasure was refused for it.
        let mut done = self.done.into_inner().unwrap_or_else(PoisonError::into_inner)?;
        let erased = erased?;
        for file in &erased.plan.files {
            if let Some(attachments) = self.attachments {
                let removed = attachments.remove(file).map_err(AftermathError::from)?;
                done.files += usize::from(removed);
            }
        }
        Ok((erased, done))
    }
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
