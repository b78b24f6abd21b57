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
    /// A rejected row could not be written down.
    #[error("cannot write a rejected row: {0}")]
    Rejects(#[source] std::io::Error),
    /// What is served is not what the facts give.
    #[error(
        "{what} served are not those that the journal gives; delete the folder `snapshots` of the store and open it again"
    )]
    Differs {
        /// What.
        what: &'static str,
    },
}
