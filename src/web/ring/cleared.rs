//! What people cleared in a ring: links judged not to be ones, and values judged innocently shared. Not responsible for
//! obeying that (`matching`).
//!
//! Invariant: of several judgements about one thing only the last counts, so that nothing is shown as cleared that is not.

use crate::{
    explain::words::{capital, count},
    graph,
    model::{ApplicantIx, Moment, PairVerdict, Ring, ValueVerdict, Verdict},
    web::{judge::place, standing::Sentence, text::Piece, urls, veil::Seen},
};
use std::collections::{BTreeMap, BTreeSet};

/// Rows at most; the rest is counted.
const ROWS: usize = 20;

/// Something cleared.
pub struct ClearedRow {
    pub said: Sentence,
    pub by: String,
    pub at: Moment,
    pub why: String,
    /// The judgement among all.
    pub judgement: String,
}

/// Everything cleared in a ring.
#[derive(Default)]
pub struct Cleared {
    /// `3 links cleared by judgement`; empty where nothing is.
    pub heading: String,
    pub rows: Vec<ClearedRow>,
    pub more: usize,
}

/// What is cleared among the members of a ring, or between one of them and somebody outside. O(judgements in force + values
/// of the members).
pub fn of(view: &Seen, ring: &Ring) -> Cleared {
    let network = &view.network;
    let corpus = network.corpus();
    let inside = |ix: ApplicantIx| ring.members.binary_search(&ix).is_ok();
    let (mut pairs, mut values) = (BTreeSet::new(), BTreeSet::new());
    let mut users: Option<BTreeMap<_, usize>> = None;
    let (mut rows, mut links, mut shared) = (Vec::new(), 0, 0);
    for judgement in view.judgements.iter().rev() {
        let said = match &judgement.verdict {
            Verdict::Pair { a, b, verdict } => {
                let is_last = matches!(verdict, PairVerdict::Linked | PairVerdict::NotLinked)
                    && pairs.insert((a, b));
                let (Some(p), Some(q)) = (corpus.find(a), corpus.find(b)) else { continue };
                let (p, q) = (network.applicant_of(p), network.applicant_of(q));
                let clears = *verdict == PairVerdict::NotLinked && is_last && p != q;
                if !clears || !(inside(p) || inside(q)) {
                    continue;
                }
                links += 1;
                let names = format!("{} and {}", network.label(p), network.label(q));
                let mut said = vec![Piece::link(names, urls::compare_applications(a, b))];
                if !(inside(p) && inside(q)) {
                    let out = if inside(p) { q } else { p };
                    let place =
                        if view.ring_of(out).is_some() { "another ring" } else { "no ring" };
                    said.push(Piece::text(format!("; {} is in {place}", network.label(out))));
                }
                said
            }
            Verdict::Value { attribute, verdict } => {
                let is_last = values.insert(attribute);
                let Some(ix) = corpus.index_of(attribute) else { continue };
                if *verdict != ValueVerdict::Common || !is_last {
                    continue;
                }
                let users = users.get_or_insert_with(|| {
                    let mut all = BTreeMap::new();
                    for &member in &ring.members {
                        for value in graph::values_of(network, member) {
                            *all.entry(value).or_default() += 1;
                        }
                    }
                    all
                });
                let Some(n) = users.get(&ix).filter(|n| **n > 1) else { continue };
                shared += 1;
                let text = format!("{} {}", attribute.kind.label(), view.value(attribute));
                vec![
                    Piece::link(capital(&text), place(&judgement.verdict)),
                    Piece::text(format!(
                        " links nobody; {} use it",
                        count(*n, "member", "members")
                    )),
                ]
            }
            Verdict::Ring { .. } => continue,
        };
        rows.push(ClearedRow {
            said,
            by: judgement.by.clone(),
            at: judgement.at,
            why: view.text(&judgement.why),
            judgement: urls::judgement(&judgement.id),
        });
    }
    let mut heading: Vec<String> = Vec::new();
    if links > 0 {
        heading.push(count(links, "link", "links"));
    }
    if shared > 0 {
        heading.push(count(shared, "shared value", "shared values"));
    }
    let more = rows.len().saturating_sub(ROWS);
    rows.truncate(ROWS);
    let heading = match heading.is_empty() {
        true => String::new(),
        false => format!("{} cleared by judgement", heading.join(" and ")),
    };
    Cleared { heading, rows, more }
}
