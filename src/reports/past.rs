//! What a ring was at a fact of the past: its members, and what people had decided about it. Not responsible for what happened
//! to it since (`engine::History`).
//!
//! Invariant: what comes later changes no answer, unless an import is withdrawn or somebody is erased.

use crate::{
    engine::View,
    model::{ApplicationId, LineageKind, RingId, RingStatus, Seq, Verdict},
};
use std::collections::BTreeSet;

/// The applications of a ring after this fact; none where there was no such ring. O(events of the ring).
#[must_use]
pub fn members_at<'v>(
    view: &'v View,
    ring: &RingId,
    at: Seq,
) -> Option<&'v BTreeSet<ApplicationId>> {
    let event = view.lineage.get(ring)?.iter().rfind(|recorded| recorded.seq <= at)?;
    let is_gone = matches!(event.event.kind, LineageKind::Merged | LineageKind::Dissolved);
    (!is_gone).then_some(&event.event.members)
}

/// What people had decided about a ring by this fact. O(judgements).
#[must_use]
pub fn status_at(view: &View, ring: &RingId, at: Seq) -> RingStatus {
    let said = view.decisions.iter().rev().find_map(|decision| match &decision.judgement.verdict {
        Verdict::Ring { ring: judged, verdict } if judged == ring => {
            let stood = decision.taken_back.as_ref().is_none_or(|back| back.seq > at);
            (decision.seq <= at && stood).then_some(*verdict)
        }
        _ => None,
    });
    said.unwrap_or_default()
}

/// Whether people said of a ring that it is one.
#[must_use]
pub fn is_known(status: RingStatus) -> bool {
    matches!(status, RingStatus::Confirmed | RingStatus::Referred)
}
