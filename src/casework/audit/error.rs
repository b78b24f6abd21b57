//! What can go wrong with the trail. Not responsible for exit codes and pages (`cli`, `web`).
//!
//! Invariant: each message names the place and the way out, and holds nothing of an entry but its number.

use std::{
    io,
    path::{Path, PathBuf},
};

/// What can go wrong with the trail.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The disk, or the quota, is used up.
    #[error(
        "the disk of {} is full: nothing is shown or changed that cannot be recorded; free some space on it",
        path.display()
    )]
    Full {
        /// What was being written.
        path: PathBuf,
    },
    /// A file or folder could not be read or written.
    #[error(
        "the audit trail in {}: {source}; nothing is shown or changed that cannot be recorded",
        path.display()
    )]
    Io {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The trail is not as it was written.
    #[error("the audit trail is damaged: {what}. Nothing was changed: restore {} from a backup", dir.display())]
    Damaged {
        /// Its folder.
        dir: PathBuf,
        /// What is wrong, and where.
        what: String,
    },
    /// The system gave no random bytes.
    #[error("the operating system gave no random bytes: {0}")]
    NoRandomness(String),
}

impl AuditError {
    /// What the system said about `path`, with a full disk told apart.
    pub(super) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full { path },
            _ => Self::Io { path, source },
        }
    }

    pub(super) fn damaged(dir: &Path, what: impl Into<String>) -> Self {
        Self::Damaged { dir: dir.to_owned(), what: what.into() }
    }

    /// Whether the bytes of the trail are wrong: an alarm.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        matches!(self, Self::Damaged { .. })
    }
}
