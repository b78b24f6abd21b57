//! What the pages need of the engine, and nothing else. Not responsible for doing it.
//!
//! Invariant: object-safe, so that a test can put a hand-made view on the desk.

use crate::{
    engine::{Assessed, Engine, EngineError, View},
    explain::PairExplanation,
    indicators::{Assessment, Band, IndicatorPolicy, RingAssessment},
    model::{
        ApplicantIx, ApplicationId, CheckItem, CheckResult, JudgementId, Moment, Ring, Verdict,
    },
    store::Version,
};
use std::sync::Arc;

/// What the pages need of the engine.
pub trait Desk: Send + Sync {
    /// The present view.
    fn view(&self) -> Arc<View>;

    /// The present moment.
    fn now(&self) -> Moment;

    /// Every version of an application as received, oldest first.
    ///
    /// # Errors
    /// When it is unknown or the store fails.
    fn versions(&self, id: &ApplicationId) -> Result<Vec<Version>, EngineError>;

    /// Why two applicants of a view are or are not linked, and are or are not one person.
    fn explain(&self, view: &View, a: ApplicantIx, b: ApplicantIx) -> PairExplanation;

    /// What indicators make of an applicant of a view, and the band of the ring it is in.
    fn assess(&self, view: &View, applicant: ApplicantIx) -> (Assessment, Option<Band>);

    /// What indicators make of a ring of a view.
    fn assess_ring(&self, view: &View, ring: &Ring) -> RingAssessment;

    /// What indicators make of every ring of a view, by id. May take a second on a large store.
    fn assess_rings(&self, view: &View) -> Assessed;

    /// The same as far as it is at hand, and whether it is exact: so that no page waits for it after every change.
    fn rings_at_hand(&self, view: &View) -> (Assessed, bool) {
        (self.assess_rings(view), true)
    }

    /// The numbers of indicators.
    fn indicator_policy(&self) -> &IndicatorPolicy;

    /// Records what a person checked about an application.
    ///
    /// # Errors
    /// When the application is unknown, when `by` or `note` is blank, or when the store fails.
    fn check(
        &self,
        application: &ApplicationId,
        item: CheckItem,
        result: CheckResult,
        by: &str,
        note: &str,
    ) -> Result<(), EngineError>;

    /// Records a judgement.
    ///
    /// # Errors
    /// When `by` or `why` is blank, when what is judged does not exist, or when the store fails.
    fn judge(&self, verdict: Verdict, by: &str, why: &str) -> Result<JudgementId, EngineError>;

    /// Withdraws a judgement.
    ///
    /// # Errors
    /// When it is not in force, or when the store fails.
    fn withdraw(&self, id: &JudgementId, by: &str, why: &str) -> Result<(), EngineError>;
}

impl Desk for Engine {
    fn view(&self) -> Arc<View> {
        Self::view(self)
    }

    fn now(&self) -> Moment {
        self.clock().now()
    }

    fn versions(&self, id: &ApplicationId) -> Result<Vec<Version>, EngineError> {
        Self::versions(self, id)
    }

    fn explain(&self, view: &View, a: ApplicantIx, b: ApplicantIx) -> PairExplanation {
        Self::explain(self, view, a, b)
    }

    fn assess(&self, view: &View, applicant: ApplicantIx) -> (Assessment, Option<Band>) {
        Self::assess_standing(self, view, applicant)
    }

    fn assess_ring(&self, view: &View, ring: &Ring) -> RingAssessment {
        Self::assess_ring(self, view, ring)
    }

    fn assess_rings(&self, view: &View) -> Assessed {
        Self::assess_rings(self, view)
    }

    fn rings_at_hand(&self, view: &View) -> (Assessed, bool) {
        Self::rings_at_hand(self, view)
    }

    fn indicator_policy(&self) -> &IndicatorPolicy {
        Self::indicator_policy(self)
    }

    fn check(
        &self,
        application: &ApplicationId,
        item: CheckItem,
        result: CheckResult,
        by: &str,
        note: &str,
    ) -> Result<(), EngineError> {
        Self::check(self, application, item, result, by, note)
    }

    fn judge(&self, verdict: Verdict, by: &str, why: &str) -> Result<JudgementId, EngineError> {
        Self::judge(self, verdict, by, why)
    }

    fn withdraw(&self, id: &JudgementId, by: &str, why: &str) -> Result<(), EngineError> {
        Self::withdraw(self, id, by, why)
    }
}
