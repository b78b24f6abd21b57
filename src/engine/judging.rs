//! Judging and withdrawing: a decision is checked, made durable, and takes effect. Not responsible for its effect
//! (`publish`) nor for previewing it (`preview`).
//!
//! While an import runs, which may take minutes, a decision is made durable and answered at once, and takes effect when the
//! import is done (`beside`).
//!
//! Invariant: nothing is decided without a name and a reason; of two who decide about the same thing at once neither is
//! recorded unaware of the other.

use crate::{
    engine::{
        Engine, EngineError, News, View, What, beside::Beside, ledger::Ledger, publish::Brought,
        service::spoken,
    },
    model::{Cause, Fact, Judgement, JudgementId, RingId, Seq, Verdict},
};

/// What was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// The judgement.
    pub id: JudgementId,
    /// Whether the view contains its effect; it will when the import that runs is done.
    pub is_in_effect: bool,
}

impl Engine {
    /// Records a judgement and returns its id; unless an import runs, the view contains its effect when this returns.
    ///
    /// # Errors
    /// When `by` or `why` is blank, when what is judged does not exist, or when the store fails.
    pub fn judge(&self, verdict: Verdict, by: &str, why: &str) -> Result<JudgementId, EngineError> {
        self.judge_as_of(verdict, by, why, None).map(|saved| saved.id)
    }

    /// The same by somebody who saw things as of fact `seen`.
    ///
    /// # Errors
    /// Besides: when others decided about the same thing since, or a ring has changed since; the error tells what.
    pub fn judge_as_of(
        &self,
        verdict: Verdict,
        by: &str,
        why: &str,
        seen: Option<Seq>,
    ) -> Result<Saved, EngineError> {
        let (by, why) = (spoken(by, "the name of who judges")?, spoken(why, "a reason")?);
        if let Some(mut beside) = self.beside_import() {
            let view = self.view();
            fresh(&view, Some(&*beside), &verdict, seen, &by)?;
            exists(&view, &verdict)?;
            let judgement = self.judgement(verdict, by, why);
            let id = judgement.id.clone();
            beside.record(self, Fact::Judged(judgement))?;
            return Ok(Saved { id, is_in_effect: false });
        }
        let mut ledger = self.writer();
        let view = self.view();
        fresh(&view, None, &verdict, seen, &by)?;
        exists(&view, &verdict)?;
        let (before, ring) = (ledger.seq, verdict.ring().cloned());
        let judgement = self.judgement(verdict, by, why);
        let id = judgement.id.clone();
        self.record(&mut ledger, vec![Fact::Judged(judgement)])?;
        self.judged(&mut ledger, before, ring.as_ref(), &id)?;
        Ok(Saved { id, is_in_effect: true })
    }

    /// Withdraws a judgement; persons, links and rings are then as if it had never been made. Returns whether the view
    /// shows that already.
    ///
    /// # Errors
    /// When it is not in force, when `by` or `why` is blank, or when the store fails.
    pub fn withdraw(&self, id: &JudgementId, by: &str, why: &str) -> Result<bool, EngineError> {
        let (by, why) = (spoken(by, "the name of who withdraws it")?, spoken(why, "a reason")?);
        let (judgement, at) = (id.clone(), self.clock.now());
        let fact = Fact::Withdrawn { judgement, by, at, why };
        if let Some(mut beside) = self.beside_import() {
            if let Some((by, at)) = beside.taken_back(id) {
                return Err(EngineError::TakenBack { judgement: id.clone(), by, at });
            }
            if beside.judged(id).is_none() {
                in_force(&self.view(), id)?;
            }
            beside.record(self, fact)?;
            return Ok(false);
        }
        let mut ledger = self.writer();
        let (before, ring) = (ledger.seq, in_force(&self.view(), id)?.ring().cloned());
        self.record(&mut ledger, vec![fact])?;
        self.judged(&mut ledger, before, ring.as_ref(), id)?;
        Ok(true)
    }

    fn judgement(&self, verdict: Verdict, by: String, why: String) -> Judgement {
        let at = self.clock.now();
        let id = JudgementId::derive(&format!("{}\u{1f}{}", self.store.head().seq.0 + 1, at.0));
        Judgement { id, verdict, by, at, why }
    }

    /// Puts a judgement into effect. One about a ring changes only its status.
    fn judged(
        &self,
        ledger: &mut Ledger,
        before: Seq,
        ring: Option<&RingId>,
        id: &JudgementId,
    ) -> Result<(), EngineError> {
        if ring.is_some() {
            return self.restate(ledger, before, ring);
        }
        let through = Cause::Judgement { id: id.clone() };
        self.refresh(ledger, before, Some(&through), Brought::Few)
    }
}

/// Refuses a decision by somebody who does not know what others decided, or what became of the ring, since fact `seen`.
fn fresh(
    view: &View,
    beside: Option<&Beside>,
    verdict: &Verdict,
    seen: Option<Seq>,
    by: &str,
) -> Result<(), EngineError> {
    let Some(seen) = seen else { return Ok(()) };
    let mut news = view.news(verdict, seen, by);
    for (seq, fact) in beside.into_iter().flat_map(Beside::facts).filter(|(seq, _)| *seq > seen) {
        let told = match fact {
            Fact::Judged(j) => {
                let what = What::Judged { verdict: j.verdict.clone(), why: j.why.clone() };
                Some((&j.verdict, News { seq: *seq, at: j.at, by: j.by.clone(), what }))
            }
            Fact::Withdrawn { judgement, by, at, why } => {
                let of = beside.and_then(|b| b.judged(judgement)).map(|j| &j.verdict);
                let of =
                    of.or_else(|| view.decisions.find(judgement).map(|d| &d.judgement.verdict));
                of.map(|of| {
                    let what = What::TakenBack { verdict: of.clone(), why: why.clone() };
                    (of, News { seq: *seq, at: *at, by: by.clone(), what })
                })
            }
            _ => None,
        };
        news.extend(
            told.filter(|(of, n)| view.concerns(of, verdict) && n.by != by).map(|(_, n)| n),
        );
    }
    if news.is_empty() { Ok(()) } else { Err(EngineError::Overtaken { news }) }
}

/// What was judged, provided that it is in force.
fn in_force<'a>(view: &'a View, id: &JudgementId) -> Result<&'a Verdict, EngineError> {
    let decision = view.decisions.find(id);
    match decision.and_then(|d| d.taken_back.as_ref()) {
        Some(back) => {
            Err(EngineError::TakenBack { judgement: id.clone(), by: back.by.clone(), at: back.at })
        }
        None => decision.map(|d| &d.judgement.verdict).ok_or_else(|| EngineError::NotFound {
            what: "judgement in force",
            id: id.to_string(),
        }),
    }
}

/// Refuses a judgement about something that does not exist. A value may be judged before anybody uses it.
pub(super) fn exists(view: &View, verdict: &Verdict) -> Result<(), EngineError> {
    let corpus = view.network.corpus();
    match verdict {
        Verdict::Pair { a, b, .. } => match [a, b].into_iter().find(|id| corpus.find(id).is_none())
        {
            Some(id) => Err(EngineError::NotFound { what: "application", id: id.to_string() }),
            None => Ok(()),
        },
        Verdict::Ring { ring, .. } if view.rings.find(ring).is_none() => {
            Err(EngineError::NotFound { what: "ring", id: ring.to_string() })
        }
        _ => Ok(()),
    }
}
