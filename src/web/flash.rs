//! What the next page tells of what was just done, and what takes it back. Not responsible for keeping it (`session`).
//!
//! Invariant: it names things by their ids, and holds nobody's contact data.

/// What the next page tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flash {
    /// In a sentence.
    pub text: String,
    /// What Undo sends.
    pub undo: Option<Undo>,
}

/// What takes back what was just done: a form that is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undo {
    /// Where to.
    pub url: String,
    /// What it says beside the session's secret.
    pub fields: Vec<(&'static str, String)>,
}

impl Undo {
    /// An address that needs to be told nothing.
    #[must_use]
    pub fn at(url: String) -> Self {
        Self { url, fields: Vec::new() }
    }
}
