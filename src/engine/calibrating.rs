//! Calibrating a store: what its own applications and judgements say about the identity numbers, and putting that in
//! force. Not responsible for the estimation (`matching::calibrate`).
//!
//! Invariant: importing changes no number; only applying does, as a fact. Calibrating starts from the configured
//! numbers whatever is in force, so that doing it twice gives the same as doing it once.

use crate::{
    engine::{Engine, EngineError, publish::Brought},
    matching::{
        Policy, Rulings,
        calibrate::{self, Calibration},
        persons,
        policy::IdentityPolicy,
    },
    model::{Cause, Fact},
};

/// What calibrating found, and what applying it would do.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibrated {
    /// The numbers, with those in force as what was before.
    pub calibration: Calibration,
    /// Pairs of applications that would become one person's.
    pub joined: u64,
    /// Pairs of applications that would no longer be.
    pub parted: u64,
}

impl Engine {
    /// Estimates the identity numbers from what is stored. Changes nothing.
    #[must_use]
    pub fn calibrate(&self) -> Calibrated {
        let view = self.view();
        let corpus = view.network.corpus();
        let rulings = Rulings::build(corpus, &view.judgements);
        let mut calibration = calibrate::calibrate(corpus, &rulings, &self.policy);
        let levels = &view.in_force.identity.levels;
        for change in &mut calibration.changes {
            change.before = *levels.of(change.seen);
        }
        let identity = calibration.identity.clone();
        let policy = Policy { identity, ..Policy::clone(&view.in_force) };
        let after = persons::resolve(corpus, &rulings, &policy);
        let (joined, parted) = calibrate::difference(view.network.applicants(), &after.applicants);
        Calibrated { calibration, joined, parted }
    }

    /// Puts identity numbers in force, or with none the configured ones again, and computes everything anew.
    ///
    /// # Errors
    /// When `by` is blank, or when the store fails.
    pub fn apply(&self, identity: Option<&IdentityPolicy>, by: &str) -> Result<(), EngineError> {
        let by = super::service::spoken(by, "the name of who applies it")?;
        let json = identity.map(serde_json::to_string).transpose();
        let json = json.map_err(|_| EngineError::Incomplete("numbers that can be written"))?;
        let policy = identity.unwrap_or(&self.policy.identity).hash();
        let mut ledger = self.writer();
        let at = self.clock.now();
        self.record(&mut ledger, vec![Fact::Calibrated { identity: json, policy, by, at }])?;
        let before = ledger.seq;
        self.refresh(&mut ledger, before, Some(&Cause::Policy), Brought::Many(0))
    }
}
