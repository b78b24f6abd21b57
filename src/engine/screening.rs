//! Screening: an application that is not stored, judged against everything that is.
//!
//! Invariant: screening changes nothing.

use crate::model::{ApplicantId, ApplicationId, EvidenceLine, LinkClass, LinkStrength, RingId};
use serde::Serialize;

/// One applicant the screened application has to do with.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ScreenMatch {
    /// The applicant.
    pub applicant_id: ApplicantId,
    /// The name shown.
    pub label: String,
    /// Whether it is taken for the same person.
    pub same_person: bool,
    /// Class of the link it would have.
    pub class: Option<LinkClass>,
    /// How strongly it would bind.
    pub strength: Option<LinkStrength>,
    /// Ring the applicant is in.
    pub ring_id: Option<RingId>,
    /// The evidence.
    pub lines: Vec<EvidenceLine>,
}

/// What screening found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Screening {
    /// The application.
    pub application_id: ApplicationId,
    /// One sentence.
    pub verdict: String,
    /// Rings it would join, or bridge when there are several.
    pub rings: Vec<RingId>,
    /// Whom it matches, strongest first.
    pub matches: Vec<ScreenMatch>,
}
