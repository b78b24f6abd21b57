//! Which of what somebody typed is an id that may stand in the trail. Not responsible for what becomes of the rest
//! (`typed`).
//!
//! Invariant: a text that is neither an id of Ringer's own, which says nothing of anybody, nor of an application in the
//! store is none.

use crate::{
    engine::View,
    model::{
        AlertId, ApplicantId, AttributeId, CaseId, ErasureId, HoldId, ImportId, JudgementId,
        ReferralId, ReportId, RingId, WatchId,
    },
};

/// The id that a text is, and what it is of. An application is named by its applicant, so that both are found together.
#[must_use]
pub fn known(view: &View, text: &str) -> Option<(&'static str, String)> {
    let text = text.trim();
    let own = [
        ("ring_id", text.parse::<RingId>().is_ok()),
        ("applicant_id", text.parse::<ApplicantId>().is_ok()),
        ("attribute_id", text.parse::<AttributeId>().is_ok()),
        ("judgement_id", text.parse::<JudgementId>().is_ok()),
        ("case_id", text.parse::<CaseId>().is_ok()),
        ("referral_id", text.parse::<ReferralId>().is_ok()),
        ("hold_id", text.parse::<HoldId>().is_ok()),
        ("erasure_id", text.parse::<ErasureId>().is_ok()),
        ("import_id", text.parse::<ImportId>().is_ok()),
        ("watch_id", text.parse::<WatchId>().is_ok()),
        ("report_id", text.parse::<ReportId>().is_ok()),
        ("alert_id", text.parse::<AlertId>().is_ok()),
    ];
    if let Some((name, _)) = own.into_iter().find(|(_, is)| *is) {
        return Some((name, text.to_owned()));
    }
    let ix = view.applicant(text)?;
    Some(("applicant_id", view.network.applicant(ix).id.to_string()))
}
