//! Finding watched values among applications. Not responsible for keeping the lists.
//!
//! Invariant: an entry never matches a person's name; a weak alias never matches alone.

/// The entries that hold, ready to be looked up.
#[derive(Debug, Clone, Default)]
pub struct WatchLists {}
