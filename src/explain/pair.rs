//! Why two applicants are or are not linked: every comparison and its bits. Not responsible for weighing; it
//! calls the same comparisons that linking calls.
//!
//! Invariant: the bits of the lines add up to `total`.

use crate::model::{ApplicantId, ApplicationId, Bits, EvidenceLine, LinkClass, LinkStrength};
use serde::Serialize;

/// One side of a comparison.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Side {
    /// The applicant.
    pub applicant_id: ApplicantId,
    /// The name shown.
    pub label: String,
    /// Its applications.
    pub applications: Vec<ApplicationId>,
}

/// Why two applicants are or are not linked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PairExplanation {
    /// Left.
    pub a: Side,
    /// Right.
    pub b: Side,
    /// One sentence: what was concluded and why.
    pub verdict: String,
    /// Class of the link, when there is one.
    pub class: Option<LinkClass>,
    /// How strongly it binds, when there is one.
    pub strength: Option<LinkStrength>,
    /// What two applicants picked at random start from, in bits.
    pub prior: Bits,
    /// Every comparison, strongest first; those against come last.
    pub lines: Vec<EvidenceLine>,
    /// Sum of the lines, without the prior.
    pub total: Bits,
    /// Judgements that bind this pair, in words.
    pub judgements: Vec<String>,
    /// What would change the verdict, in a sentence.
    pub would_change: String,
}
