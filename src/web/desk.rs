//! What the pages need of the engine, and nothing else. Not responsible for doing it.
//!
//! Invariant: object-safe, so that a test can put a hand-made view on the desk.

use crate::{
    casework::{Actor, Attachments, CaseError, Casework},
    engine::{
        Assessed, CaseChange, Cases, Effect, Engine, EngineError, EraseOrder, Erased, ErasurePlan,
        HeldSince, Progress, Proposed, Rehearsed, Saved, Stand, StoreHit, Undone, View, Watching,
        WhatIf, what_if,
    },
    explain::PairExplanation,
    indicators::{Assessment, Band, IndicatorPolicy, RingAssessment},
    ingest::{Reader, RowProblem},
    matching::{Policy, thresholds::Changes},
    model::{
        AlertRule, ApplicantIx, ApplicationId, CaseId, CaseSubject, CheckItem, CheckResult, Day,
        FileHash, HoldId, HoldOn, ImportCounts, ImportId, ImportRecord, JudgementId, Moment,
        Referral, ReferralId, Ring, Schedule, Seq, Slug, Turn, Verdict, WatchEntry, WatchId,
    },
    referral::ReferralError,
    store::Version,
    web::referral::draft::{self, Drafted, Files, ToRefer},
};
use std::{collections::BTreeSet, sync::Arc};

/// Takes a row that cannot be taken in.
pub type Reject<'a> = &'a mut (dyn FnMut(&RowProblem) -> std::io::Result<()> + Send);

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

    /// The policy as configured, from which what was set in the store departs.
    fn configured(&self) -> Policy {
        Policy::default()
    }

    /// What would be if these thresholds were moved, if that is known already.
    fn what_if_at_hand(&self, _: &View, _: &Changes) -> Option<Arc<WhatIf>> {
        None
    }

    /// The same, computed. May take a minute on a large store.
    ///
    /// # Errors
    /// When the numbers contradict one another.
    fn what_if(&self, view: &View, changes: &Changes) -> Result<Arc<WhatIf>, EngineError> {
        Ok(Arc::new(what_if(view, changes)?))
    }

    /// Sets thresholds, as their effect was looked at. May take a minute on a large store; the view before is served
    /// meanwhile.
    ///
    /// # Errors
    /// When things are not as they were looked at, when nothing would change, when the numbers contradict one another, when
    /// `by` or `why` is blank, or when the store fails.
    fn set_policy(
        &self,
        changes: &Changes,
        seen: &Stand,
        by: &str,
        why: &str,
    ) -> Result<(), EngineError>;

    /// The numbers of indicators.
    fn indicator_policy(&self) -> &IndicatorPolicy;

    /// Everything in a view that is on a watch-list. May take seconds on a large store.
    ///
    /// # Errors
    /// When the store fails.
    fn watch_hits(&self, view: &View) -> Result<Arc<Vec<StoreHit>>, EngineError>;

    /// Adds entries to the store's watch-lists, and looks for them in the store.
    ///
    /// # Errors
    /// When `by` is blank, or when the store fails.
    fn watch(&self, entries: Vec<WatchEntry>, by: &str) -> Result<Watching, EngineError>;

    /// Takes entries off the store's watch-lists.
    ///
    /// # Errors
    /// When one is on none of them, when `by` or `why` is blank, or when the store fails.
    fn unwatch(&self, ids: &[WatchId], by: &str, why: &str) -> Result<(), EngineError>;

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

    /// What would follow of a judgement or of a withdrawal. Milliseconds as a rule.
    ///
    /// # Errors
    /// When what is judged does not exist, or the judgement is not in force.
    fn preview(&self, proposed: &Proposed) -> Result<Effect, EngineError>;

    /// Records a judgement by somebody who saw things as of fact `seen`.
    ///
    /// # Errors
    /// When `by` or `why` is blank, when what is judged does not exist, when others decided about it since, or when the
    /// store fails.
    fn judge_as_of(
        &self,
        verdict: Verdict,
        by: &str,
        why: &str,
        seen: Option<Seq>,
    ) -> Result<Saved, EngineError>;

    /// The same by somebody who need not have looked.
    ///
    /// # Errors
    /// When `by` or `why` is blank, when what is judged does not exist, or when the store fails.
    fn judge(&self, verdict: Verdict, by: &str, why: &str) -> Result<JudgementId, EngineError> {
        self.judge_as_of(verdict, by, why, None).map(|saved| saved.id)
    }

    /// Withdraws a judgement, and says whether that is in effect already.
    ///
    /// # Errors
    /// When it is not in force, or when the store fails.
    fn withdraw(&self, id: &JudgementId, by: &str, why: &str) -> Result<bool, EngineError>;

    /// The present view with what people decided while an import runs, which no view has yet.
    fn as_decided(&self) -> Arc<View> {
        self.view()
    }

    /// Every case. O(1).
    fn cases(&self) -> Arc<Cases>;

    /// Opens a case.
    ///
    /// # Errors
    /// When a rule refuses it, when the ring has an open case, or when the store fails.
    fn open_case(
        &self,
        actor: &Actor,
        subject: CaseSubject,
        title: &str,
    ) -> Result<CaseId, CaseError>;

    /// Changes cases, all or none, and returns their new versions. `files` are those that are attached to cases.
    ///
    /// # Errors
    /// When a rule refuses one, when a case is not as the actor saw it, or when the store fails.
    fn change_cases(
        &self,
        actor: &Actor,
        changes: Vec<CaseChange>,
        files: Option<&Attachments>,
    ) -> Result<Vec<Seq>, CaseError>;

    /// A package before it is made. May take seconds where its files are written too.
    ///
    /// # Errors
    /// When a choice makes no package, when a form cannot be written, or when the store fails.
    fn draft(&self, of: &ToRefer<'_>, files: Files) -> Result<Drafted, ReferralError>;

    /// Records a package that was made of a case as of this version of it, and lies on the disk.
    ///
    /// # Errors
    /// When a rule refuses it, when the case is not as the actor saw it, or when the store fails.
    fn refer(&self, actor: &Actor, referral: Referral, seen: Seq) -> Result<Seq, CaseError>;

    /// Records that a package no longer stands.
    ///
    /// # Errors
    /// When the role is not enough, when it does not stand, when `why` is blank, or when the store fails.
    fn withdraw_referral(
        &self,
        actor: &Actor,
        referral: &ReferralId,
        why: &str,
    ) -> Result<Seq, CaseError>;

    /// Since when each application of a view is held. May take seconds on a large store.
    ///
    /// # Errors
    /// When the store fails.
    fn held_since(&self, _: &View) -> Result<Arc<Vec<HeldSince>>, EngineError> {
        Ok(Arc::default())
    }

    /// Puts a hold.
    ///
    /// # Errors
    /// When what it is on does not exist, when its last day is over, when `by` or `why` is blank, or when the store fails.
    fn hold(
        &self,
        on: HoldOn,
        until: Option<Day>,
        by: &str,
        why: &str,
    ) -> Result<HoldId, EngineError>;

    /// Releases a hold.
    ///
    /// # Errors
    /// When there is no such hold, when it was released before, when `by` or `why` is blank, or when the store fails.
    fn release_hold(&self, id: &HoldId, by: &str, why: &str) -> Result<(), EngineError>;

    /// Every version of an application that is held, also of imports that were taken back, oldest first.
    ///
    /// # Errors
    /// When the store fails.
    fn every_version(&self, id: &ApplicationId) -> Result<Vec<Version>, EngineError> {
        self.versions(id)
    }

    /// What erasing the owners of these applications would do. May take seconds on a large store.
    ///
    /// # Errors
    /// When nothing is held of them, or the store fails.
    fn plan_erasure(
        &self,
        applications: &BTreeSet<ApplicationId>,
        files: &BTreeSet<FileHash>,
    ) -> Result<ErasurePlan, EngineError>;

    /// Erases. May take a minute on a large store; the view before is served meanwhile.
    ///
    /// # Errors
    /// When `may` or a rule refuses it, or when the store fails.
    fn erase(
        &self,
        order: &EraseOrder,
        may: &(dyn Fn(&View, &Cases) -> Result<(), EngineError> + Sync),
        first: &(dyn Fn(&ErasurePlan) -> Result<(), EngineError> + Sync),
    ) -> Result<Erased, EngineError>;

    /// Makes a schedule of reports, or replaces the one of its name.
    ///
    /// # Errors
    /// When `by` is blank, or when the store fails.
    fn set_schedule(&self, schedule: Schedule, by: &str) -> Result<(), EngineError>;

    /// Pauses, resumes or removes a schedule.
    ///
    /// # Errors
    /// When there is none of this name, when it is so already, when `by` or `why` is blank, or when the store fails.
    fn turn_schedule(
        &self,
        name: &Slug,
        turn: Turn,
        by: &str,
        why: &str,
    ) -> Result<(), EngineError>;

    /// Makes a rule of alerts, or replaces the one of its name.
    ///
    /// # Errors
    /// When `by` is blank, or when the store fails.
    fn set_alert_rule(&self, rule: AlertRule, by: &str) -> Result<(), EngineError>;

    /// Pauses, resumes or removes a rule of alerts.
    ///
    /// # Errors
    /// As [`Desk::turn_schedule`] has.
    fn turn_alert_rule(
        &self,
        name: &Slug,
        turn: Turn,
        by: &str,
        why: &str,
    ) -> Result<(), EngineError>;

    /// Every import, newest first.
    fn imports(&self) -> Vec<ImportRecord>;

    /// Withdraws an import. May take a minute on a large store; the view before is served meanwhile.
    ///
    /// # Errors
    /// When there is no such import, when it was withdrawn before, when `by` or `why` is blank, or when the store fails.
    fn withdraw_import(&self, id: &ImportId, by: &str, why: &str) -> Result<Undone, EngineError>;

    /// Imports every row of a reader over the file of that name. May take minutes.
    ///
    /// # Errors
    /// When a reject cannot be written or the store fails; what was durable before stays.
    fn import(
        &self,
        file: &str,
        reader: &mut Reader,
        reject: Reject<'_>,
        by: &str,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<ImportCounts, EngineError>;

    /// Reads every row as an import would, and stores nothing.
    ///
    /// # Errors
    /// When a reject cannot be written.
    fn rehearse(
        &self,
        reader: &mut Reader,
        reject: Reject<'_>,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Rehearsed, EngineError>;
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

    fn configured(&self) -> Policy {
        Self::configured(self).clone()
    }

    fn what_if_at_hand(&self, view: &View, changes: &Changes) -> Option<Arc<WhatIf>> {
        Self::what_if_at_hand(self, view, changes)
    }

    fn what_if(&self, view: &View, changes: &Changes) -> Result<Arc<WhatIf>, EngineError> {
        // Pages go on being answered meanwhile.
        Self::beside_pages(|| Self::what_if(self, view, changes))
    }

    fn set_policy(
        &self,
        changes: &Changes,
        seen: &Stand,
        by: &str,
        why: &str,
    ) -> Result<(), EngineError> {
        Self::beside_pages(|| Self::set_policy(self, changes, seen, by, why))
    }

    fn indicator_policy(&self) -> &IndicatorPolicy {
        Self::indicator_policy(self)
    }

    fn watch_hits(&self, view: &View) -> Result<Arc<Vec<StoreHit>>, EngineError> {
        self.watched_hits(view)
    }

    fn watch(&self, entries: Vec<WatchEntry>, by: &str) -> Result<Watching, EngineError> {
        Self::watch(self, entries, by)
    }

    fn unwatch(&self, ids: &[WatchId], by: &str, why: &str) -> Result<(), EngineError> {
        Self::unwatch(self, ids, by, why)
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

    fn preview(&self, proposed: &Proposed) -> Result<Effect, EngineError> {
        Self::preview(self, proposed)
    }

    fn judge_as_of(
        &self,
        verdict: Verdict,
        by: &str,
        why: &str,
        seen: Option<Seq>,
    ) -> Result<Saved, EngineError> {
        Self::judge_as_of(self, verdict, by, why, seen)
    }

    fn withdraw(&self, id: &JudgementId, by: &str, why: &str) -> Result<bool, EngineError> {
        Self::withdraw(self, id, by, why)
    }

    fn as_decided(&self) -> Arc<View> {
        Self::as_decided(self)
    }

    fn cases(&self) -> Arc<Cases> {
        Self::cases(self)
    }

    fn held_since(&self, view: &View) -> Result<Arc<Vec<HeldSince>>, EngineError> {
        Self::held_since(self, view)
    }

    fn hold(
        &self,
        on: HoldOn,
        until: Option<Day>,
        by: &str,
        why: &str,
    ) -> Result<HoldId, EngineError> {
        Self::hold(self, on, until, by, why)
    }

    fn release_hold(&self, id: &HoldId, by: &str, why: &str) -> Result<(), EngineError> {
        Self::release_hold(self, id, by, why)
    }

    fn every_version(&self, id: &ApplicationId) -> Result<Vec<Version>, EngineError> {
        Self::every_version(self, id)
    }

    fn plan_erasure(
        &self,
        applications: &BTreeSet<ApplicationId>,
        files: &BTreeSet<FileHash>,
    ) -> Result<ErasurePlan, EngineError> {
        Self::plan_erasure(self, applications, files)
    }

    fn erase(
        &self,
        order: &EraseOrder,
        may: &(dyn Fn(&View, &Cases) -> Result<(), EngineError> + Sync),
        first: &(dyn Fn(&ErasurePlan) -> Result<(), EngineError> + Sync),
    ) -> Result<Erased, EngineError> {
        Self::beside_pages(|| Self::erase(self, order, may, first))
    }

    fn open_case(
        &self,
        actor: &Actor,
        subject: CaseSubject,
        title: &str,
    ) -> Result<CaseId, CaseError> {
        // Decisions that wait for a running import count for its rules.
        let view = self.as_decided();
        Casework { engine: self, view: &view, attachments: None }.open(actor, subject, title)
    }

    fn change_cases(
        &self,
        actor: &Actor,
        changes: Vec<CaseChange>,
        files: Option<&Attachments>,
    ) -> Result<Vec<Seq>, CaseError> {
        // Decisions that wait for a running import count for its rules.
        let view = self.as_decided();
        Casework { engine: self, view: &view, attachments: files }.change(actor, changes)
    }

    fn draft(&self, of: &ToRefer<'_>, files: Files) -> Result<Drafted, ReferralError> {
        draft::draft(self, of, files)
    }

    fn refer(&self, actor: &Actor, referral: Referral, seen: Seq) -> Result<Seq, CaseError> {
        let view = self.as_decided();
        Casework { engine: self, view: &view, attachments: None }.refer(actor, referral, seen)
    }

    fn withdraw_referral(
        &self,
        actor: &Actor,
        referral: &ReferralId,
        why: &str,
    ) -> Result<Seq, CaseError> {
        let view = self.as_decided();
        let casework = Casework { engine: self, view: &view, attachments: None };
        casework.withdraw_referral(actor, referral, why)
    }

    fn set_schedule(&self, schedule: Schedule, by: &str) -> Result<(), EngineError> {
        Self::set_schedule(self, schedule, by)
    }

    fn turn_schedule(
        &self,
        name: &Slug,
        turn: Turn,
        by: &str,
        why: &str,
    ) -> Result<(), EngineError> {
        Self::turn_schedule(self, name, turn, by, why)
    }

    fn set_alert_rule(&self, rule: AlertRule, by: &str) -> Result<(), EngineError> {
        Self::set_alert_rule(self, rule, by)
    }

    fn turn_alert_rule(
        &self,
        name: &Slug,
        turn: Turn,
        by: &str,
        why: &str,
    ) -> Result<(), EngineError> {
        Self::turn_alert_rule(self, name, turn, by, why)
    }

    fn imports(&self) -> Vec<ImportRecord> {
        Self::imports(self)
    }

    fn withdraw_import(&self, id: &ImportId, by: &str, why: &str) -> Result<Undone, EngineError> {
        Self::withdraw_import(self, id, by, why)
    }

    fn import(
        &self,
        file: &str,
        reader: &mut Reader,
        reject: Reject<'_>,
        by: &str,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<ImportCounts, EngineError> {
        // Pages go on being answered meanwhile.
        Self::beside_pages(|| Self::import(self, file, reader, reject, by, progress))
    }

    fn rehearse(
        &self,
        reader: &mut Reader,
        reject: Reject<'_>,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Rehearsed, EngineError> {
        Self::beside_pages(|| Self::rehearse(self, reader, reject, progress))
    }
}
