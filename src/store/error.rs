//! What goes wrong with a store, in words its administrator can act on. Not responsible for exit codes (`cli`)
//! or pages (`web`).
//!
//! Invariant: each message names the place and the way out; damage is told apart from everything else.

use crate::model::Seq;
use std::{
    io,
    path::{Path, PathBuf},
};

/// What went wrong with a store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A file or folder could not be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The disk, or the quota, is used up.
    #[error("the disk of {} is full; free some space on it, then start again", path.display())]
    Full {
        /// What was being written.
        path: PathBuf,
    },
    /// The store only serves.
    #[error("the store takes no more facts: {reason}")]
    ReadOnly {
        /// Why.
        reason: String,
    },
    /// Another process has it.
    #[error(
        "store {} is in use by process {pid} ({command}), since {since}; stop it or use its web interface",
        dir.display()
    )]
    InUse {
        /// The store's folder.
        dir: PathBuf,
        /// The other process; 0 when it has not said yet.
        pid: u32,
        /// What it runs.
        command: String,
        /// Since when, RFC 3339.
        since: String,
    },
    /// Acknowledged bytes are not what was written.
    #[error(
        "{} is damaged at byte {offset} (fact {}): {what}; {}",
        file.display(), seq.0, way_out(file)
    )]
    Damaged {
        /// The file.
        file: PathBuf,
        /// Where in it, in bytes from its start.
        offset: u64,
        /// The fact concerned, or the last whole one before it.
        seq: Seq,
        /// What is wrong.
        what: String,
    },
    /// A file of another program, or of a newer Ringer.
    #[error("{}: {what}", file.display())]
    Format {
        /// The file.
        file: PathBuf,
        /// What was found, and what is known.
        what: String,
    },
    /// Something that no store can take.
    #[error("this cannot be stored: {what}")]
    Encode {
        /// What, and what is allowed.
        what: String,
    },
    /// A dump that cannot be loaded.
    #[error("line {line} of the dump: {what}")]
    Load {
        /// The line, the first being 1.
        line: u64,
        /// What is wrong with it.
        what: String,
    },
    /// A dump is loaded into an empty store only.
    #[error("the store already holds {facts} facts; load the dump into an empty one")]
    NotEmpty {
        /// How many it holds.
        facts: u64,
    },
}

impl StoreError {
    /// Whether the store's own bytes are wrong: an alarm, and exit code 4.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        matches!(self, Self::Damaged { .. })
    }

    /// What the system said about `path`, with a full disk told apart.
    pub(super) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full { path },
            _ => Self::Io { path, source },
        }
    }

    pub(super) fn damaged(file: &Path, offset: u64, seq: Seq, what: impl Into<String>) -> Self {
        Self::Damaged { file: file.to_owned(), offset, seq, what: what.into() }
    }
}

/// What to do about a damaged file: the serving store is derived, all else is the truth.
fn way_out(file: &Path) -> &'static str {
    if file.ends_with("sled") {
        "the journal is whole: start again and the serving store is rebuilt from it"
    } else {
        "nothing was changed: restore the store from a backup or a dump"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_apart_from_other_failures() {
        let full = io::Error::from(io::ErrorKind::StorageFull);
        assert!(matches!(StoreError::io(Path::new("x"))(full), StoreError::Full { .. }));
        let denied = io::Error::from(io::ErrorKind::PermissionDenied);
        assert!(matches!(StoreError::io(Path::new("x"))(denied), StoreError::Io { .. }));
    }

    #[test]
    fn only_damage_is_damage() {
        assert!(StoreError::damaged(Path::new("x"), 1, Seq(2), "bad").is_damage());
        assert!(!StoreError::Full { path: "x".into() }.is_damage());
    }
}
