//! What can go wrong in the engine.

use crate::store::StoreError;

/// What can go wrong in the engine.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An id that nothing has.
    #[error("no {what} has the id \"{id}\"")]
    NotFound {
        /// Kind of thing.
        what: &'static str,
        /// The id asked for.
        id: String,
    },
    /// A judgement without a reason or a name.
    #[error("a judgement needs {0}")]
    Incomplete(&'static str),
}
