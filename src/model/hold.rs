//! Legal holds: what must not be erased until somebody says so, or until a day. Not responsible for whom a hold covers
//! (`casework::keeping`).
//!
//! Invariant: a hold is never edited; releasing one is a further fact, and one that has ended stays on record.

use crate::model::{ApplicationId, CaseId, Day, HoldId, Moment, RingId, Seq};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, fmt};

/// What a hold is on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldOn {
    /// Everybody who is in this ring or ever was.
    Ring(RingId),
    /// Whoever any of these applications belongs to: applications keep their ids when persons are resolved anew.
    Applicant(BTreeSet<ApplicationId>),
    /// Everybody whom this case covers.
    Case(CaseId),
    /// The whole store.
    All,
}

impl fmt::Display for HoldOn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ring(ring) => write!(f, "{ring}"),
            Self::Applicant(applications) => {
                let ids: Vec<&str> = applications.iter().map(ApplicationId::as_str).collect();
                write!(f, "{}", ids.join(", "))
            }
            Self::Case(case) => write!(f, "{case}"),
            Self::All => write!(f, "everything"),
        }
    }
}

/// A legal hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Its id.
    pub id: HoldId,
    /// On what.
    pub on: HoldOn,
    /// Why.
    pub why: String,
    /// By whom.
    pub by: String,
    /// When.
    pub at: Moment,
    /// The last day on which it holds; none until it is released.
    pub until: Option<Day>,
}

/// How a hold ended: released by a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldEnd {
    /// The fact that says so.
    pub seq: Seq,
    /// By whom.
    pub by: String,
    /// When.
    pub at: Moment,
    /// Why.
    pub why: String,
}

/// A hold and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldRecord {
    /// The fact that says it was put.
    pub seq: Seq,
    /// The hold.
    pub hold: Hold,
    /// Its release; none while nobody released it.
    pub released: Option<HoldEnd>,
}

impl HoldRecord {
    /// Whether it holds on a day: nobody released it, and its last day is not over.
    #[must_use]
    pub fn holds(&self, today: Day) -> bool {
        self.released.is_none() && self.hold.until.is_none_or(|until| today <= until)
    }
}
