//! What can go wrong when somebody works on a case. Not responsible for exit codes and pages (`cli`, `web`).
//!
//! Invariant: every message says what and the way out, and holds no personal data of an applicant.

use crate::{
    casework::{AttachmentError, Permission, Role},
    engine::EngineError,
};

/// What can go wrong when somebody works on a case.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// The engine refused, or the store failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// A file cannot be taken, or is not what it was.
    #[error(transparent)]
    Attachment(#[from] AttachmentError),
    /// The role is not enough.
    #[error("as {role} you may not {}", what.label())]
    Forbidden {
        /// What they are.
        role: Role,
        /// What they wanted.
        what: Permission,
    },
    /// A rule of casework is not met: which, and what to do, in a sentence.
    #[error("{0}")]
    NotYet(String),
}
