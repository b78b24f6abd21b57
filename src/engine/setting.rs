//! Setting thresholds: what somebody who may has the policy be from now on, as a fact. Not responsible for which numbers
//! may be moved (`matching::thresholds`) nor for what that would change (`what_if`).
//!
//! Invariant: nothing is set but what was shown: a change names the fact and the policy that its effect was computed on,
//! and is refused when either is no longer that.

use crate::{
    engine::{
        Engine, EngineError, View, WhatIf, ledger::Ledger, publish::Brought, service::spoken,
        what_if::what_if,
    },
    matching::{
        Policy,
        thresholds::{Amount, Changes, Threshold},
    },
    model::{Cause, Fact, PolicyChange, Seq, numbers_set},
    store::StoreError,
};
use std::sync::{Arc, Mutex, PoisonError};

/// Answers that are kept: somebody who tries numbers comes back to the one before.
const KEPT: usize = 8;

/// What a change of the policy was looked at on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stand {
    /// The last fact that weighs.
    pub weighed: Seq,
    /// Hash of the policy in force.
    pub policy: String,
}

/// Answers to what would be, the newest last, and whose turn it is to compute one.
#[derive(Default)]
pub(super) struct WhatIfs {
    answers: Mutex<Vec<Arc<WhatIf>>>,
    turn: Mutex<()>,
}

impl WhatIfs {
    /// Keeps no answer.
    pub fn forget(&self) {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl View {
    /// What a change of the policy that is looked at now was looked at on.
    #[must_use]
    pub fn stand(&self) -> Stand {
        Stand { weighed: self.weighed, policy: self.policy.clone() }
    }
}

impl Engine {
    /// The policy as configured, from which what was set and calibrated departs.
    #[must_use]
    pub fn configured(&self) -> &Policy {
        &self.policy
    }

    /// What would be if these thresholds were moved, if that is known already.
    #[must_use]
    pub fn what_if_at_hand(&self, view: &View, changes: &Changes) -> Option<Arc<WhatIf>> {
        let after = changes.applied_to(&view.in_force).ok()?.hash();
        let answers = self.what_ifs.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let is_it = |known: &&Arc<WhatIf>| {
            (known.weighed, &known.before, &known.after) == (view.weighed, &view.policy, &after)
        };
        answers.iter().find(is_it).cloned()
    }

    /// What would be if these thresholds were moved. One is computed at a time. Seconds on a large store, and a minute where
    /// weaker links are to be kept than are.
    ///
    /// # Errors
    /// When the numbers contradict one another.
    pub fn what_if(&self, view: &View, changes: &Changes) -> Result<Arc<WhatIf>, EngineError> {
        let _turn = self.what_ifs.turn.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = self.what_if_at_hand(view, changes) {
            return Ok(known);
        }
        let answer = Arc::new(what_if(view, changes)?);
        let mut answers = self.what_ifs.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if answers.len() >= KEPT {
            answers.remove(0);
        }
        answers.push(Arc::clone(&answer));
        Ok(answer)
    }

    /// Sets thresholds, each to what it is to be, and computes everything anew. One that is set to what the configuration
    /// says is given back to it. The view shows the effect when this returns.
    ///
    /// # Errors
    /// When the store or the policy is not as it was when the effect was looked at, when nothing would change, when numbers
    /// contradict one another, when `by` or `why` is blank, or when the store fails.
    pub fn set_policy(
        &self,
        changes: &Changes,
        seen: &Stand,
        by: &str,
        why: &str,
    ) -> Result<(), EngineError> {
        let (by, why) = (spoken(by, "the name of who sets it")?, spoken(why, "a reason")?);
        let mut ledger = self.writer();
        let in_force = ledger.policy(&self.policy);
        if (ledger.weighed, in_force.hash()) != (seen.weighed, seen.policy.clone()) {
            return Err(EngineError::Outdated);
        }
        let changed = changes.applied_to(&in_force)?;
        let changes = self.recorded(&ledger, &in_force, changes);
        if changes.is_empty() {
            return Err(EngineError::Incomplete("a number that is not as it stands"));
        }
        if let Some(reason) = self.store.read_only() {
            return Err(StoreError::ReadOnly { reason }.into());
        }
        let (policy, at, before) = (changed.hash(), self.clock.now(), ledger.seq);
        self.record(&mut ledger, vec![Fact::PolicySet { changes, policy, by, at, why }])?;
        self.refresh(&mut ledger, before, Some(&Cause::Policy), Brought::Many(0))
    }

    /// The changes as they are recorded, those that change nothing left out.
    fn recorded(&self, ledger: &Ledger, in_force: &Policy, changes: &Changes) -> Vec<PolicyChange> {
        let set = numbers_set(&ledger.policy_changes);
        let change = |(threshold, to): (&Threshold, Amount)| {
            let before = threshold.of(in_force);
            let after = (to != threshold.of(&self.policy)).then(|| to.to_string());
            let stands = set.get(threshold.name).map(|set| set.value.to_owned());
            (after != stands).then(|| PolicyChange {
                number: threshold.name.to_owned(),
                before: before.to_string(),
                after,
            })
        };
        changes.iter().filter_map(change).collect()
    }
}
