//! The engine itself: one writer, many readers. Not responsible for what is computed (`derive`).
//!
//! Invariant: a view is swapped in only after the facts it contains are durable.

use crate::{
    engine::{EngineError, Screening, View},
    explain::PairExplanation,
    matching::Policy,
    model::{ApplicantIx, Application, ApplicationId, Clock, JudgementId, Verdict},
    store::{Store, Version},
};
use std::sync::{Arc, PoisonError, RwLock};

/// One writer, many readers, over a store.
pub struct Engine {
    store: Box<dyn Store>,
    policy: Policy,
    clock: Arc<dyn Clock>,
    view: RwLock<Arc<View>>,
}

impl Engine {
    /// An engine over an open store: reads the newest snapshot, or computes everything from the journal.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn open(
        store: Box<dyn Store>,
        policy: Policy,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, EngineError> {
        Ok(Self { store, policy, clock, view: RwLock::default() })
    }

    /// The present view.
    #[must_use]
    pub fn view(&self) -> Arc<View> {
        self.view.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The policy in force.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The clock the engine was given.
    #[must_use]
    pub fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// The store, for reading.
    #[must_use]
    pub fn store(&self) -> &dyn Store {
        &*self.store
    }

    /// Every version of an application as received, oldest first.
    ///
    /// # Errors
    /// When it is unknown or the store fails.
    pub fn versions(&self, id: &ApplicationId) -> Result<Vec<Version>, EngineError> {
        let versions = self.store.versions(id)?;
        if versions.is_empty() {
            return Err(EngineError::NotFound { what: "application", id: id.to_string() });
        }
        Ok(versions)
    }

    /// Why two applicants of a view are or are not linked.
    ///
    /// # Errors
    /// When a raw value cannot be read.
    pub fn explain(
        &self,
        _view: &View,
        _a: ApplicantIx,
        _b: ApplicantIx,
    ) -> Result<PairExplanation, EngineError> {
        Err(EngineError::Incomplete("the explanation"))
    }

    /// Records a judgement and returns its id; the view contains its effect when this returns.
    ///
    /// # Errors
    /// When `by` or `why` is blank, when what is judged does not exist, or when the store fails.
    pub fn judge(
        &self,
        _verdict: Verdict,
        _by: &str,
        _why: &str,
    ) -> Result<JudgementId, EngineError> {
        Err(EngineError::Incomplete("an engine"))
    }

    /// Withdraws a judgement; the view is then as if it had never been made.
    ///
    /// # Errors
    /// When it is not in force, or when the store fails.
    pub fn withdraw(&self, _id: &JudgementId, _by: &str, _why: &str) -> Result<(), EngineError> {
        Err(EngineError::Incomplete("an engine"))
    }

    /// Judges an application against everything stored, without storing it.
    ///
    /// # Errors
    /// When a raw value cannot be read.
    pub fn screen(&self, _application: &Application) -> Result<Screening, EngineError> {
        Err(EngineError::Incomplete("an engine"))
    }
}
