//! Whether somebody may be erased, and the order to do so. Not responsible for how their data stands (`standing`).
//!
//! A hold or a standing referral always refuses. A floor can be set aside for a person's own request, by name and with a
//! reason, which the tombstone then says: their right may outweigh a rule of another country. It is never set aside for
//! tidiness.
//!
//! Invariant: every refusal says what holds, until when, and the way out.

use crate::{
    casework::keeping::{HeldBy, Keeping, Standing},
    engine::{EngineError, EraseOrder, View},
    model::{ApplicantIx, ApplicationId, ErasureBasis, FileHash},
};
use std::collections::BTreeSet;

/// What somebody asks for.
#[derive(Debug, Clone)]
pub struct EraseRequest {
    /// Whom to erase.
    pub applicants: Vec<ApplicantIx>,
    /// Applications known only from imports that were taken back. No floor applies to what was brought in by mistake.
    pub taken_back: BTreeSet<ApplicationId>,
    /// On what ground.
    pub basis: ErasureBasis,
    /// Whether floors that have not passed are set aside.
    pub despite_floor: bool,
    /// Attached files that go beside those of cases about them, whichever case had them.
    pub files: BTreeSet<FileHash>,
    /// By whom.
    pub by: String,
    /// Why.
    pub why: String,
}

/// The order to erase, if everybody may be.
///
/// # Errors
/// `Refused`, for the first who may not.
pub fn order(
    view: &View,
    keeping: &Keeping<'_>,
    request: &EraseRequest,
) -> Result<EraseOrder, EngineError> {
    let mut set_aside = Vec::new();
    let mut applications: BTreeSet<ApplicationId> = BTreeSet::new();
    for &ix in &request.applicants {
        let standing = keeping.standing(ix);
        set_aside.extend(may(view, keeping, &standing, request)?);
        let (corpus, apps) = (view.network.corpus(), &view.network.applicant(ix).applications);
        applications.extend(apps.iter().map(|&app| corpus.id(app)));
    }
    for id in &request.taken_back {
        if view.network.corpus().find(id).is_some() {
            return Err(EngineError::Refused(format!(
                "{id} is in the store by another import; ask again"
            )));
        }
        if let Some(by) = keeping.held_by(id).first() {
            let text = format!(
                "{id} is held by {by}. End that first, with a reason, if it is no longer needed"
            );
            return Err(EngineError::Refused(text));
        }
        applications.insert(id.clone());
    }
    for file in &request.files {
        set_aside.push(named(keeping, file)?);
    }
    set_aside.sort_unstable();
    set_aside.dedup();
    Ok(EraseOrder {
        applications,
        applicants: u32::try_from(request.applicants.len() + request.taken_back.len())
            .unwrap_or(u32::MAX),
        files: request.files.clone(),
        basis: request.basis,
        set_aside,
        by: request.by.clone(),
        why: request.why.clone(),
    })
}

/// What is said for good of a file that goes because somebody named it: which cases had it.
fn named(keeping: &Keeping<'_>, file: &FileHash) -> Result<String, EngineError> {
    let mut cases = Vec::new();
    for (case, held) in keeping.cases_with(file) {
        if let Some(by) = held {
            return Err(EngineError::Refused(format!(
                "the file {file} belongs to the case {case}, which is held by {by}. End that first, with a reason, or leave \
                 the file"
            )));
        }
        cases.push(case.as_str());
    }
    Ok(match cases.is_empty() {
        true => format!("the attached file {file} was named; no case has it"),
        false => format!("the attached file {file} was named; it was of {}", cases.join(", ")),
    })
}

/// The floor that is set aside to erase somebody, if one is.
fn may(
    view: &View,
    keeping: &Keeping<'_>,
    standing: &Standing,
    request: &EraseRequest,
) -> Result<Option<String>, EngineError> {
    let id = &view.network.applicant(standing.applicant).id;
    if let Some(by) = standing.held_by.first() {
        let more = match standing.held_by.len() {
            1 => String::new(),
            n => format!(" and {} more", n - 1),
        };
        let way_out = match by {
            HeldBy::Hold(_) => "Release it first, with a reason, if it is no longer needed",
            HeldBy::Referral(_) => {
                "What was handed over must be there for as long as it stands: withdraw the referral first, with a reason"
            }
        };
        return Err(EngineError::Refused(format!("{id} is held by {by}{more}. {way_out}")));
    }
    if standing.from <= keeping.today() {
        return Ok(None);
    }
    let rule = &standing.interval;
    let floor = format!(
        "a floor of {} days since {} (the rule for {})",
        rule.floor_days, standing.since, rule.floor_of
    );
    if !request.despite_floor {
        return Err(EngineError::Refused(format!(
            "{id} may be erased from {} on: {floor} has not passed. Wait until then; where the person's own request \
             outweighs that rule, set the floor aside (--despite-floor), which is recorded with the reason",
            standing.from
        )));
    }
    if request.basis != ErasureBasis::Request {
        return Err(EngineError::Refused(format!(
            "{floor} has not passed, and a floor is set aside for a person's own request only"
        )));
    }
    Ok(Some(format!(
        "a floor of {} days (the rule for {}) had not passed",
        rule.floor_days, rule.floor_of
    )))
}
