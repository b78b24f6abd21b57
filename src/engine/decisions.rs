//! Decisions: every judgement ever made, with what became of it. Not responsible for its effect (`ledger` keeps those in
//! force, `matching` obeys them).
//!
//! Invariant: nothing is ever taken out; a judgement that was withdrawn stays, with who withdrew it, when and why; a clone
//! is cheap and does not see what is added later.

use crate::{
    matching::{Dictionary, Shelf},
    model::{Judgement, JudgementId, Moment, Seq},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64;

/// A withdrawal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenBack {
    /// The fact that says so.
    pub seq: Seq,
    /// By whom.
    pub by: String,
    /// When.
    pub at: Moment,
    /// Why.
    pub why: String,
}

/// A judgement and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The fact that says so.
    pub seq: Seq,
    /// What was judged, by whom, when and why.
    pub judgement: Judgement,
    /// Its withdrawal; none while it is in force.
    pub taken_back: Option<TakenBack>,
}

impl Decision {
    /// Whether it is in force.
    #[must_use]
    pub fn is_in_force(&self) -> bool {
        self.taken_back.is_none()
    }
}

/// Every judgement ever made, oldest first. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Decisions {
    all: Shelf<Arc<Decision>>,
    by_id: Dictionary,
}

impl Decisions {
    /// Number of judgements ever made.
    #[must_use]
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether nobody ever judged.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.len() == 0
    }

    /// The judgement with this id, in force or not. O(1).
    #[must_use]
    pub fn find(&self, id: &JudgementId) -> Option<&Decision> {
        let is = |n: u32| self.all.get(n as usize).judgement.id == *id;
        self.by_id.find(hash(id), is).map(|n| &**self.all.get(n as usize))
    }

    /// Every one, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Decision> {
        (0..self.all.len()).map(|at| &**self.all.get(at))
    }

    /// Those in force, oldest first.
    #[must_use]
    pub fn in_force(&self) -> Vec<Judgement> {
        self.iter().filter(|d| d.is_in_force()).map(|d| d.judgement.clone()).collect()
    }

    /// Notes a judgement.
    pub fn judge(&mut self, seq: Seq, judgement: Judgement) {
        self.add(Decision { seq, judgement, taken_back: None });
    }

    /// Notes that a judgement was withdrawn; one that is not in force stays as it is.
    pub fn take_back(&mut self, id: &JudgementId, taken_back: &TakenBack) {
        loop {
            let is = |n: u32| {
                let decision = self.all.get(n as usize);
                decision.judgement.id == *id && decision.is_in_force()
            };
            let Some(at) = self.by_id.find(hash(id), is) else { return };
            Arc::make_mut(self.all.get_mut(at as usize)).taken_back = Some(taken_back.clone());
        }
    }

    fn add(&mut self, decision: Decision) {
        let number = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        self.by_id.insert(hash(&decision.judgement.id), number);
        self.all.push(Arc::new(decision));
    }
}

impl FromIterator<Decision> for Decisions {
    fn from_iter<I: IntoIterator<Item = Decision>>(decisions: I) -> Self {
        let mut all = Self::default();
        decisions.into_iter().for_each(|decision| all.add(decision));
        all
    }
}

impl PartialEq for Decisions {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

fn hash(id: &JudgementId) -> u64 {
    xxh3_64(id.as_str().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{RingId, RingStatus, Verdict};

    fn judgement(name: &str) -> Judgement {
        Judgement {
            id: JudgementId::derive(name),
            verdict: Verdict::Ring { ring: RingId::derive("r"), verdict: RingStatus::Confirmed },
            by: "ann".to_owned(),
            at: Moment(1),
            why: "seen".to_owned(),
        }
    }

    #[test]
    fn what_was_withdrawn_stays_and_a_clone_does_not_see_what_comes_later() {
        let mut all = Decisions::default();
        (0..200).for_each(|n| all.judge(Seq(n), judgement(&n.to_string())));
        let before = all.clone();
        let id = JudgementId::derive("7");
        let back =
            TakenBack { seq: Seq(300), by: "bob".into(), at: Moment(2), why: "mixed up".into() };
        all.take_back(&id, &back);
        let again = TakenBack { by: "eve".into(), ..back.clone() };
        all.take_back(&id, &again);
        assert_eq!(all.find(&id).unwrap().taken_back, Some(back));
        assert!(before.find(&id).unwrap().is_in_force());
        assert_eq!((all.len(), all.in_force().len(), before.in_force().len()), (200, 199, 200));
        let told: Decisions = all.iter().cloned().collect();
        assert!(told == all && told != before);
        assert!(all.find(&JudgementId::derive("nobody")).is_none());
    }
}
