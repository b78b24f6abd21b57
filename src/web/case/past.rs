//! What happened to a case, in words. Not responsible for what a case is.
//!
//! Invariant: every event is told by who, when and what; a reason that was given is told with it.

use crate::{
    explain::words::shortened,
    model::{CaseEntry, CaseEvent, Moment},
    web::{text::Piece, urls, veil::Seen},
};

/// Most characters of a note within the history; the whole of it stands among the notes.
const EXCERPT: usize = 160;

/// An event as a table shows it.
pub struct PastRow {
    /// The fact it is.
    pub seq: u64,
    /// When.
    pub at: Moment,
    /// Who.
    pub by: String,
    /// What, as the end of "ann ...".
    pub what: Vec<Piece>,
    /// The reason, or what was written.
    pub why: String,
    /// Whether it was done without having seen what came before it.
    pub was_unseen: bool,
}

impl PastRow {
    /// The row of an event, which followed the fact `before`.
    pub fn of(view: &Seen, entry: &CaseEntry, before: u64) -> Self {
        Self {
            seq: entry.seq.0,
            at: entry.at,
            by: entry.by.clone(),
            what: what(&entry.event),
            why: view.text(&why(&entry.event)),
            was_unseen: entry.on.0 < before,
        }
    }

    /// The rows of a whole history, newest first.
    pub fn all(view: &Seen, history: &[CaseEntry]) -> Vec<Self> {
        let mut before = 0;
        let row = |entry: &CaseEntry| {
            let row = Self::of(view, entry, before);
            before = entry.seq.0;
            row
        };
        let mut rows: Vec<Self> = history.iter().map(row).collect();
        rows.reverse();
        rows
    }
}

fn what(event: &CaseEvent) -> Vec<Piece> {
    match event {
        CaseEvent::RingLinked { ring } => {
            vec![Piece::text("added "), Piece::link(ring.to_string(), urls::ring(ring))]
        }
        CaseEvent::RingUnlinked { ring, .. } => {
            vec![
                Piece::text("took "),
                Piece::link(ring.to_string(), urls::ring(ring)),
                Piece::text(" off"),
            ]
        }
        event => vec![Piece::text(event.sentence())],
    }
}

fn why(event: &CaseEvent) -> String {
    let text = match event {
        CaseEvent::Opened { title, .. } => title,
        CaseEvent::StatusSet { why, .. }
        | CaseEvent::ReferralDeclined { why }
        | CaseEvent::NoteStruck { why, .. }
        | CaseEvent::Detached { why, .. }
        | CaseEvent::RingUnlinked { why, .. } => why,
        CaseEvent::ReferralProposed { alternatives, .. } => alternatives,
        CaseEvent::Noted { text } => text,
        _ => return String::new(),
    };
    shortened(text, EXCERPT)
}
