//! The preview of a ring beside the queue: enough to decide whether to open it. Not responsible for the ring page.
//!
//! Invariant: what speaks against it and the innocent explanations are never left out for want of room.

use crate::{
    explain,
    model::{Ring, RingId},
    web::{
        labels::{self, Nouns},
        order::{Order, Ranked},
        standing::{self, Sentence},
        text::Piece,
        urls,
        veil::Seen,
    },
};

/// Reasons shown, for and against alike.
const REASONS: usize = 3;

/// A ring in short.
pub struct Preview {
    pub id: RingId,
    pub band: &'static str,
    pub verdict: Sentence,
    pub amounts_to: String,
    pub speaks_for: Vec<Sentence>,
    pub speaks_against: Vec<Sentence>,
    pub weakest: Sentence,
    pub innocent: Vec<&'static str>,
    pub open: String,
    pub decide: String,
    pub table: String,
    pub close: String,
    pub previous: Option<String>,
    pub next: Option<String>,
}

impl Preview {
    /// The preview of the ring at a place of the queue.
    pub fn of(
        view: &Seen,
        order: &Order,
        page: &str,
        shown: &[Ranked<'_>],
        at: usize,
    ) -> Option<Self> {
        let (ring, assessment) = shown.get(at)?;
        let report = view.assessed_ring(assessment);
        let url = |anchor: &str| urls::ring_from(&ring.id, &order.short(), anchor);
        let beside = |at: Option<usize>| {
            let (ring, _) = shown.get(at?)?;
            Some(format!("{}#preview", order.url(("preview", ring.id.as_str()))))
        };
        let there = |sentence: Sentence| -> Sentence {
            // What leads to a place on the ring's page leads there from here too.
            let lead = |mut piece: Piece| {
                if piece.href.starts_with('#') {
                    piece.href = url(&piece.href);
                }
                piece
            };
            sentence.into_iter().map(lead).collect()
        };
        let short = |said: Vec<Sentence>| said.into_iter().take(REASONS).map(there).collect();
        Some(Self {
            id: ring.id.clone(),
            band: report.assessment.band.name(),
            verdict: labels::ring_sentence(view, ring, &Nouns::on(&url(""))),
            amounts_to: report.assessment.sentence,
            speaks_for: short(standing::speaks_for(view, ring)),
            speaks_against: short(standing::speaks_against(view, ring)),
            weakest: there(standing::weakest(view, ring)),
            innocent: innocent(view, ring),
            open: url(""),
            decide: url("#decide"),
            table: urls::query(&urls::ring(&ring.id), &[("view", "table"), ("q", &order.short())]),
            close: format!("{}#rings", order.url(("page", page))),
            previous: beside(at.checked_sub(1)),
            next: beside(Some(at + 1)),
        })
    }
}

fn innocent(view: &Seen, ring: &Ring) -> Vec<&'static str> {
    let mut said = explain::innocent(&view.network, &ring.artefacts);
    said.truncate(REASONS);
    said
}
