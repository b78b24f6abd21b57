//! Applicants: claimed identities. Not responsible for resolving them (`matching::persons`).
//!
//! Invariant: an applicant has at least one application; its applications are sorted; never a destructive
//! merge, since applications stay as they are.

use crate::model::{AppIx, ApplicantId};
use serde::{Deserialize, Serialize};

/// A claimed identity: the applications that resolve to one claimed person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applicant {
    /// Derived from the application that arrived first.
    pub id: ApplicantId,
    /// Its applications, sorted.
    pub applications: Vec<AppIx>,
}
