//! Lineage: what happened to a ring, and through what. Not responsible for detecting it (`rings::lineage`).
//!
//! Invariant: every change of a ring's membership is an event that names its cause.

use crate::model::{ApplicationId, AttributeId, RingId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineageKind {
    /// The ring was first seen.
    Born,
    /// It gained applications.
    Grew,
    /// It lost applications.
    Shrank,
    /// Another ring joined it; the other redirects here.
    Merged,
    /// A part left it and became a ring of its own.
    Split,
    /// It no longer passes the gates.
    Dissolved,
    /// It had dissolved or merged, and is there again.
    Revived,
}

impl LineageKind {
    /// The word for people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Born => "born",
            Self::Grew => "grew",
            Self::Shrank => "shrank",
            Self::Merged => "merged",
            Self::Split => "split",
            Self::Dissolved => "dissolved",
            Self::Revived => "came back",
        }
    }
}

/// What a change came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// New applications, by way of these attributes.
    Evidence {
        /// Applications that joined or left, at most 20 named.
        applications: Vec<ApplicationId>,
        /// Attributes through which, strongest first, at most 5.
        attributes: Vec<AttributeId>,
    },
    /// A judgement was made or withdrawn.
    Judgement {
        /// The judgement.
        id: crate::model::JudgementId,
    },
    /// The policy changed.
    Policy,
    /// An import was withdrawn.
    ImportWithdrawn {
        /// The import.
        id: crate::model::ImportId,
    },
    /// Somebody's data was erased.
    Erasure {
        /// The erasure.
        id: crate::model::ErasureId,
    },
}

impl Cause {
    /// The words for people, after "through".
    #[must_use]
    pub fn label(&self) -> &'static str {
        match self {
            Self::Evidence { .. } => "evidence",
            Self::Judgement { .. } => "a judgement",
            Self::Policy => "a change of the policy",
            Self::ImportWithdrawn { .. } => "an import that was withdrawn",
            Self::Erasure { .. } => "an erasure",
        }
    }
}

/// One event in the life of a ring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineageEvent {
    /// What happened.
    pub kind: LineageKind,
    /// To which ring.
    pub ring: RingId,
    /// The other ring of a merger or a split.
    pub other: Option<RingId>,
    /// Applications of the ring after the event.
    pub members: BTreeSet<ApplicationId>,
    /// Through what.
    pub cause: Cause,
}
