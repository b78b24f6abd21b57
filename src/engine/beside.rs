//! Beside an import: what people decide while one runs is made durable at once, and waits here until the import is done.
//! Not responsible for checking it (`judging`).
//!
//! An import has the ledger to itself for as long as it reads, links and finds rings. Facts that people record meanwhile lie
//! in the journal between those of the import. Folding them in late gives the same ledger, since what an import brings
//! and what people decide do not depend on each other, as long as no change of rings is recorded in between: so they are
//! folded in before the first one is. Then the import's view is published under the judgements it was computed under, and
//! each late decision changes it in turn, so that every change of a ring names what it came from.
//!
//! Invariant: a decision that was answered is durable; none waits longer than the import; the ledger is what replaying the
//! journal gives.

use crate::{
    engine::{Engine, EngineError, TakenBack, View, ledger::Ledger, publish::Brought},
    model::{Cause, Fact, Judgement, JudgementId, Moment, RingId, Seq, Verdict},
};
use std::{
    collections::BTreeSet,
    sync::{Arc, MutexGuard, PoisonError},
};

/// What waits for an import to be done.
#[derive(Debug, Default)]
pub(super) struct Beside {
    is_importing: bool,
    facts: Vec<(Seq, Fact)>,
    /// What waited for the import that is about to be done, until a view has all of it.
    settling: Vec<(Seq, Fact)>,
}

impl Beside {
    /// Makes a fact durable that is folded in later.
    pub fn record(&mut self, engine: &Engine, fact: Fact) -> Result<(), EngineError> {
        let seq = engine.store.append(std::slice::from_ref(&fact))?;
        engine.tell(seq, &fact);
        self.facts.push((seq, fact));
        Ok(())
    }

    /// Everything that waits, in the order of the journal.
    pub fn facts(&self) -> &[(Seq, Fact)] {
        &self.facts
    }

    /// The judgement that waits under this id.
    pub fn judged(&self, id: &JudgementId) -> Option<&Judgement> {
        self.facts.iter().find_map(|(_, fact)| match fact {
            Fact::Judged(judgement) if judgement.id == *id => Some(judgement),
            _ => None,
        })
    }

    /// By whom and when this judgement was withdrawn meanwhile, if it was.
    pub fn taken_back(&self, id: &JudgementId) -> Option<(String, Moment)> {
        self.facts.iter().find_map(|(_, fact)| match fact {
            Fact::Withdrawn { judgement, by, at, .. } if judgement == id => Some((by.clone(), *at)),
            _ => None,
        })
    }
}

/// An import that runs, from when it has the ledger until it ends.
pub(super) struct Running<'a>(&'a Engine);

impl Running<'_> {
    /// Ends it: whoever decides from now on waits for the ledger. What was decided meanwhile, in the order of the journal.
    fn end(self) -> Vec<(Seq, Fact)> {
        let mut beside = self.0.beside();
        beside.is_importing = false;
        beside.settling = std::mem::take(&mut beside.facts);
        beside.settling.clone()
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.beside().is_importing = false;
    }
}

impl Engine {
    fn beside(&self) -> MutexGuard<'_, Beside> {
        self.beside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where a decision goes while an import runs; none when none does.
    pub(super) fn beside_import(&self) -> Option<MutexGuard<'_, Beside>> {
        Some(self.beside()).filter(|beside| beside.is_importing)
    }

    /// Whether an import has the ledger, so that decisions take effect when it is done.
    #[must_use]
    pub fn is_importing(&self) -> bool {
        self.beside().is_importing
    }

    /// The present view with what people decided while an import has the ledger: who belongs together is as before, what was
    /// said of it is the newest.
    #[must_use]
    pub fn as_decided(&self) -> Arc<View> {
        let beside = self.beside();
        let view = self.view();
        let waiting = || beside.settling.iter().chain(&beside.facts);
        if waiting().next().is_none() {
            return view;
        }
        let mut view = View::clone(&view);
        let judgements = Arc::make_mut(&mut view.judgements);
        let mut rings = BTreeSet::new();
        for (seq, fact) in waiting() {
            // The view of the import that is about to be done has some of it.
            match fact {
                Fact::Judged(judgement) => {
                    rings.extend(judgement.verdict.ring().cloned());
                    if !judgements.iter().any(|j| j.id == judgement.id) {
                        judgements.push(judgement.clone());
                    }
                    if view.decisions.find(&judgement.id).is_none() {
                        view.decisions.judge(*seq, judgement.clone());
                    }
                }
                Fact::Withdrawn { judgement, by, at, why } => {
                    judgements.retain(|j| j.id != *judgement);
                    let (seq, at) = (*seq, *at);
                    let (by, why) = (by.clone(), why.clone());
                    view.decisions.take_back(judgement, &TakenBack { seq, by, at, why });
                    let judged = view.decisions.find(judgement).map(|d| &d.judgement.verdict);
                    rings.extend(judged.and_then(Verdict::ring).cloned());
                }
                _ => {}
            }
        }
        // Of several about one ring the last that stands counts.
        for ring in rings {
            let said = judgements.iter().rev().find_map(|j| match &j.verdict {
                Verdict::Ring { ring: other, verdict } if *other == ring => Some(*verdict),
                _ => None,
            });
            view.rings.set_status(&ring, said.unwrap_or_default());
        }
        Arc::new(view)
    }

    /// Whether nothing waits.
    pub(super) fn has_nothing_beside(&self) -> bool {
        self.beside().facts.is_empty()
    }

    /// Lets people decide beside an import, which has the ledger.
    pub(super) fn begin_running(&self, _: &Ledger) -> Running<'_> {
        self.beside().is_importing = true;
        Running(self)
    }

    /// What an import left behind that did not end by itself, folded in.
    pub(super) fn take_left(&self, ledger: &mut Ledger) {
        let mut beside = self.beside();
        if !beside.is_importing && !beside.facts.is_empty() {
            ledger.fold_late(std::mem::take(&mut beside.facts));
        }
    }

    /// Ends an import that brought so many applications since fact `before`: publishes its view, and then puts into effect
    /// what people decided meanwhile, one decision after another.
    pub(super) fn settle(
        &self,
        ledger: &mut Ledger,
        before: Seq,
        new: u64,
        running: Running<'_>,
    ) -> Result<(), EngineError> {
        let brought = Brought::so_many(new);
        let next = (new > 0).then(|| self.next(ledger, before, brought));
        let under = match &next {
            Some(next) => Arc::clone(&next.judgements),
            None => Arc::clone(&self.view().judgements),
        };
        let late = running.end();
        if late.is_empty() && next.is_none() {
            return self.restate(ledger, before, None);
        }
        ledger.fold_late(late.clone());
        let all = Arc::clone(&ledger.judgements);
        if !late.is_empty() {
            ledger.judgements = under;
        }
        let done = match next {
            Some(next) => self.publish(ledger, next, None).map(drop),
            None => self.restate(ledger, before, None),
        };
        let done =
            done.and_then(|()| late.iter().try_for_each(|(_, fact)| self.late(ledger, fact)));
        ledger.judgements = all;
        self.beside().settling.clear();
        done?;
        let applications = match brought {
            Brought::Few => 0,
            Brought::Many(n) => n,
        };
        self.keep_if_due(ledger, &self.view(), applications);
        Ok(())
    }

    /// Puts one late decision into effect.
    fn late(&self, ledger: &mut Ledger, fact: &Fact) -> Result<(), EngineError> {
        let judgements = Arc::make_mut(&mut ledger.judgements);
        let (id, ring): (&JudgementId, Option<RingId>) = match fact {
            Fact::Judged(judgement) => {
                judgements.push(judgement.clone());
                (&judgement.id, judgement.verdict.ring().cloned())
            }
            Fact::Withdrawn { judgement, .. } => {
                judgements.retain(|j| j.id != *judgement);
                let verdict = ledger.decisions.find(judgement).map(|d| &d.judgement.verdict);
                (judgement, verdict.and_then(|v| v.ring()).cloned())
            }
            _ => return Ok(()),
        };
        let before = ledger.seq;
        if ring.is_some() {
            return self.restate(ledger, before, ring.as_ref());
        }
        let through = Cause::Judgement { id: id.clone() };
        self.renew(ledger, before, Some(&through), Brought::Few).map(drop)
    }
}
