//! Deliveries: that it was tried to bring a report or an alert to somebody, as facts. Not responsible for trying
//! (`reports`).
//!
//! Invariant: one fact a try; what was delivered once is not tried again.

use crate::model::{AlertId, Moment, Recipient, ReportId};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What is delivered.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Parcel {
    /// A report.
    Report(ReportId),
    /// An alert.
    Alert(AlertId),
}

impl fmt::Display for Parcel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Report(id) => write!(f, "{id}"),
            Self::Alert(id) => write!(f, "{id}"),
        }
    }
}

/// How a try ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attempt {
    /// Whoever it is for has it.
    Delivered {
        /// What the other side answered, in a line.
        answer: String,
    },
    /// Nobody has it.
    Failed {
        /// Why, without personal data and secrets.
        why: String,
        /// Whether trying again is of no use.
        is_final: bool,
    },
}

/// One try to deliver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// What.
    pub parcel: Parcel,
    /// To whom.
    pub to: Recipient,
    /// Which try it is, from 1.
    pub attempt: u32,
    /// When.
    pub at: Moment,
    /// How it ended.
    pub outcome: Attempt,
}
