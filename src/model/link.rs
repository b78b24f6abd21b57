//! Links: all evidence between two applicants. Not responsible for weighing.
//!
//! Invariant: `a < b`, and `bits` is the sum of the evidence's bits.

use crate::model::{ApplicantIx, Bits, Evidence};
use serde::{Deserialize, Serialize};

/// What a link means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkClass {
    /// Perhaps one person: the names are compatible and identity evidence speaks for it, but not enough to
    /// resolve them, or a judgement keeps them apart.
    SamePerson,
    /// One person applying again with a contact of their own, names compatible.
    Reapplicant,
    /// People who live together, and nothing else: makes no ring.
    Household,
    /// Different claimed identities on shared infrastructure: what rings are made of.
    SharedInfrastructure,
}

impl LinkClass {
    /// The class in words.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::SamePerson => "perhaps the same person",
            Self::Reapplicant => "reapplicant",
            Self::Household => "household",
            Self::SharedInfrastructure => "shared infrastructure",
        }
    }
}

/// How strongly a link binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkStrength {
    /// Seen, not enough to bind: shown, and builds no ring.
    Watch,
    /// Binds two applicants into one component.
    Ring,
}

/// All evidence between two applicants.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// The smaller applicant.
    pub a: ApplicantIx,
    /// The larger applicant.
    pub b: ApplicantIx,
    /// What it means.
    pub class: LinkClass,
    /// How strongly it binds.
    pub strength: LinkStrength,
    /// Sum of the evidence.
    pub bits: Bits,
    /// The evidence, strongest first.
    pub evidence: Vec<Evidence>,
}
