//! What the document is told of the files around it. Not responsible for the files.
//!
//! Invariant: sorted by path; the hash is that of the list of the evidence, which does not name the document.

use crate::model::FileHash;

/// The files beside the document, and the hash that stands for the evidence among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    /// SHA-256 of `evidence.sha256`.
    pub evidence: FileHash,
    /// The files that list names, by path.
    pub files: Vec<Listed>,
}

/// A file beside the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its path in the package.
    pub path: String,
    /// What is in it.
    pub about: String,
    /// How long it is.
    pub bytes: u64,
    /// SHA-256 of its bytes.
    pub sha256: FileHash,
}

impl Contents {
    /// Where the whole of a list is that the document gives in part: ` in timeline.csv`. O(files).
    #[must_use]
    pub fn place(&self, path: &str) -> String {
        match self.files.iter().any(|file| file.path == path) {
            true => format!("in {path}"),
            false => "not part of this package".to_owned(),
        }
    }
}
