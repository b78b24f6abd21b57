//! What is held of somebody who is known only from imports that were taken back: applications as received, and who looked.
//! Not responsible for anybody whom the view has (`gather`).
//!
//! Invariant: nothing is concluded from what was taken back, and none of it is left out.

use crate::{
    casework::{
        audit::{AuditError, Trail},
        keeping::{HeldBy, Keeping},
        subject_access::{
            HeldUntil, SubjectAccess,
            gather::{application, looked_at},
        },
    },
    engine::View,
    model::{ApplicationId, Moment},
    store::Version,
};
use std::collections::BTreeSet;

/// Puts it together. O(entries of the trail).
///
/// # Errors
/// When the trail cannot be read.
pub fn of_taken_back(
    view: &View,
    keeping: &Keeping<'_>,
    id: &ApplicationId,
    versions: Vec<Version>,
    trail: &Trail,
    now: Moment,
) -> Result<SubjectAccess, AuditError> {
    let applications = vec![application(view, id, versions)];
    let last = applications.iter().flat_map(|a| &a.versions).last();
    let since = last.and_then(|version| version.received_at.split('T').next());
    let held = keeping.held_by(id);
    Ok(SubjectAccess {
        made_at: now.to_string(),
        as_of_fact: view.seq.0,
        applicant_id: id.to_string(),
        kept: HeldUntil {
            since: since.unwrap_or_default().to_owned(),
            may_be_erased_from: keeping.today().to_string(),
            rule: "no rule: it was brought in by mistake and taken back".to_owned(),
            kept_until: None,
            holds: held.iter().filter(|by| matches!(by, HeldBy::Hold(_))).count(),
        },
        applications,
        values: Vec::new(),
        links: Vec::new(),
        rings: Vec::new(),
        band: "not rated",
        indicators: Vec::new(),
        speaks_for: Vec::new(),
        decisions: Vec::new(),
        cases: Vec::new(),
        watched: Vec::new(),
        looked_at: looked_at(trail, id.as_str(), &BTreeSet::from([id.clone()]))?,
        referrals: None,
        withheld: vec![
            "The names of colleagues who worked on this: what was done and when is told."
                .to_owned(),
        ],
    })
}
