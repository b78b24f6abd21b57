//! An entry as a row of a table: what the page, the command and the export have in common. Not responsible for where it is
//! written.
//!
//! Invariant: no cell of a table is run as a formula by whoever opens it.

use crate::casework::audit::{Entry, Event};

/// The columns of an entry.
pub const COLUMNS: [&str; 10] =
    ["n", "at", "who", "action", "subject", "place", "why", "fact", "status", "prev"];

/// The cells of an entry, in the order of its columns, not yet guarded.
#[must_use]
pub fn cells(entry: &Entry) -> [String; 10] {
    let event = &entry.event;
    let number = |n: Option<String>| n.unwrap_or_default();
    [
        entry.n.to_string(),
        event.at.to_string(),
        event.who.clone(),
        event.action.to_string(),
        said(event),
        event.place.clone(),
        event.why.clone(),
        number(event.fact.map(|n| n.to_string())),
        number(event.status.map(|n| n.to_string())),
        entry.prev.clone(),
    ]
}

/// The subject in one line: `ring_id=ring_0123456789ab route=/rings/{ring_id}`.
#[must_use]
pub fn said(event: &Event) -> String {
    let parts: Vec<String> =
        event.subject.iter().map(|(name, value)| format!("{name}={value}")).collect();
    parts.join(" ")
}

/// The text with an apostrophe in front where a spreadsheet would take it for a formula.
#[must_use]
pub fn guarded(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}
