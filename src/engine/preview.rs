//! Previews: what a judgement, or its withdrawal, would change. Not responsible for making it (`judging`) nor for telling
//! the difference (`effect`).
//!
//! Views are immutable and share what they have in common, so that a copy is advanced aside: nobody waits for a preview, and
//! a preview waits for nobody, not for an import either.
//!
//! Invariant: nothing is recorded and no view is published; what is told is what saving it at this view brings.

use crate::{
    engine::{
        Changes, Effect, Engine, EngineError, View, advance::advance_telling, derive::derive,
        judging::exists,
    },
    graph::Network,
    model::{
        AppIx, Judgement, JudgementId, Moment, PairVerdict, Ring, RingId, RingStatus, Verdict,
    },
};
use std::collections::BTreeSet;

/// Applications up to which everything is computed anew for a preview, where advancing would be much of the same.
const ANEW: usize = 5_000;

/// What might be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proposed {
    /// Judging.
    Judge(Verdict),
    /// Withdrawing a judgement.
    TakeBack(JudgementId),
}

impl Engine {
    /// What would follow of a judgement or of a withdrawal. O(what changes), and milliseconds as a rule; a change that
    /// touches so much that everything would be computed anew is told without figures on a large store.
    ///
    /// # Errors
    /// When what is judged does not exist, or the judgement is not in force.
    pub fn preview(&self, proposed: &Proposed) -> Result<Effect, EngineError> {
        self.view().preview(proposed, self.clock.now())
    }
}

impl View {
    /// The same as of this view; `at` is the moment it would be done.
    fn preview(&self, proposed: &Proposed, at: Moment) -> Result<Effect, EngineError> {
        let mut judgements = self.judgements.to_vec();
        let verdict = match proposed {
            Proposed::Judge(verdict) => {
                exists(self, verdict)?;
                judgements.push(Judgement {
                    id: JudgementId::derive("a preview"),
                    verdict: verdict.clone(),
                    by: String::new(),
                    at,
                    why: String::new(),
                });
                verdict.clone()
            }
            Proposed::TakeBack(id) => {
                let Some(judgement) = self.judgements.iter().find(|j| j.id == *id) else {
                    let what = "judgement in force";
                    return Err(EngineError::NotFound { what, id: id.to_string() });
                };
                judgements.retain(|j| j.id != *id);
                judgement.verdict.clone()
            }
        };
        if let Some(ring) = verdict.ring() {
            let (was, will) = (status(&self.judgements, ring), status(&judgements, ring));
            return Ok(Effect {
                as_of: self.seq,
                status: (was != will).then(|| (ring.clone(), was, will)),
                changes: Some(Changes::default()),
                unmet: None,
            });
        }
        let (changes, unmet) = match advance_telling(self, &[], &judgements, &self.in_force) {
            Ok((next, touched)) => {
                let gone: Vec<&Ring> =
                    next.gone.iter().filter_map(|id| self.rings.find(id)).collect();
                let of = |network: &Network, slots: usize| -> Vec<AppIx> {
                    let there = touched.iter().filter(|ix| ix.at() < slots);
                    there.flat_map(|&ix| network.applicant(ix).applications.clone()).collect()
                };
                let mut among: BTreeSet<AppIx> =
                    of(&self.network, self.network.applicants().slots()).into_iter().collect();
                among.extend(of(&next.network, next.network.applicants().slots()));
                let new = next.new.iter().collect();
                let changes = Changes::of(&self.network, &next.network, gone, new, among);
                (Some(changes), unmet(&next.network, &verdict))
            }
            Err(_) if self.network.corpus().len() <= ANEW => {
                let corpus = self.network.corpus().clone();
                let derived = derive(corpus, &judgements, &self.in_force);
                let (gone, new) = (self.rings.iter().collect(), derived.rings.iter().collect());
                let all = self.network.corpus().apps();
                let changes = Changes::of(&self.network, &derived.network, gone, new, all);
                (Some(changes), unmet(&derived.network, &verdict))
            }
            Err(_) => (None, None),
        };
        let is_made = matches!(proposed, Proposed::Judge(_));
        Ok(Effect { as_of: self.seq, status: None, changes, unmet: unmet.filter(|_| is_made) })
    }

    /// What stands in this view against a judgement about a pair, in words: other judgements may bind more.
    #[must_use]
    pub fn unmet(&self, verdict: &Verdict) -> Option<&'static str> {
        unmet(&self.network, verdict)
    }
}

/// What people last decided about a ring.
fn status(judgements: &[Judgement], ring: &RingId) -> RingStatus {
    let decided = judgements.iter().rev().find_map(|j| match &j.verdict {
        Verdict::Ring { ring: other, verdict } if other == ring => Some(*verdict),
        _ => None,
    });
    decided.unwrap_or_default()
}

fn unmet(network: &Network, verdict: &Verdict) -> Option<&'static str> {
    let Verdict::Pair { a, b, verdict } = verdict else { return None };
    let of = |id| network.corpus().find(id).map(|app| network.applicant_of(app));
    let (a, b) = (of(a)?, of(b)?);
    match verdict {
        PairVerdict::Same if a != b => Some("the two are still two persons"),
        PairVerdict::Different if a == b => Some("the two are still one person"),
        _ => None,
    }
}
