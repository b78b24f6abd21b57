//! What can go wrong in making or checking a package. Not responsible for what a person then reads of it (`cli`, `web`).

use std::path::PathBuf;

/// Why a package could not be made or checked.
#[derive(Debug, thiserror::Error)]
pub enum ReferralError {
    /// A choice that makes no package.
    #[error("{0}")]
    Scope(String),
    /// What was asked for is not there.
    #[error("there is no {what} {id}")]
    NotFound {
        /// What.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// A file could not be written in its form.
    #[error("{file}: {what}")]
    Part {
        /// The file, by its path in the package.
        file: String,
        /// Why.
        what: String,
    },
    /// A withheld value was about to leave the house; no package was made.
    #[error(
        "{file} would give away {what}, which is withheld; no package was made. Leave that part out, or report this"
    )]
    Leak {
        /// The file, by its path in the package.
        file: String,
        /// What, never the value itself.
        what: String,
    },
    /// A file or folder.
    #[error("{path}: {source}")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The store.
    #[error(transparent)]
    Engine(#[from] crate::engine::EngineError),
    /// A file of a case.
    #[error("{0}")]
    Attachment(String),
}

impl ReferralError {
    /// An error of a file or folder.
    pub fn io(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { path, source }
    }
}
