//! The audit trail: who did or saw what, when, from where and why. Not responsible for asking who somebody is (`web`,
//! `cli`) nor for the facts that decisions are (`store`).
//!
//! The trail is a log of its own beside the journal: reads come by the thousands, must never wait for an import that
//! holds the writer, and may be kept for another time than facts. It is plain NDJSON; each line holds the SHA-256 of the
//! line before. Its head is anchored in the journal from time to time, so that neither can be rewritten or cut without
//! the other telling.
//!
//! Invariant: nothing is shown or changed before it is in the trail, or is made up for before the next thing is; the
//! trail holds ids and what staff wrote as a reason, never what was searched for.

mod action;
mod chain;
mod check;
mod entry;
mod error;
mod export;
mod follow;
mod known;
mod search;
mod segment;
mod trail;
mod typed;
mod witness;

pub use action::{Action, UnknownAction};
pub use check::{Held, check};
pub use entry::{Entry, Event, Subject};
pub use error::AuditError;
pub use export::{COLUMNS, cells, guarded, said};
pub use follow::Followed;
pub use known::known;
pub use search::{Found, Query};
pub use trail::{Anchor, EachEntry, Trail};
pub use witness::{Decided, decided, recover};
