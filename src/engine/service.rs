//! The engine itself: one writer, many readers. Not responsible for what is computed (`derive`) nor for what is
//! remembered (`ledger`) nor for what readers get (`publish`).
//!
//! Invariant: readers never wait for a writer.

use crate::{
    engine::{
        Cases, Effort, EngineError, Screening, Surroundings, View,
        assessed::Assessments,
        assessing::Precision,
        beside::Beside,
        case_keeping::{self, CaseRoom},
        compare::difference,
        erasing::KeptClocks,
        keeping::Keeper,
        ledger::Ledger,
        publish::{Next, catch_up, compute},
        replay::{Replayed, replay},
        screening,
        setting::WhatIfs,
        snapshot,
        watching::{KeptHits, KeptLists},
        witness::Witness,
    },
    explain::{self, PairExplanation},
    matching::{Policy, Rulings},
    model::{AppIx, ApplicantIx, Application, ApplicationId, Clock, Fact, Seq},
    store::{Store, Version},
};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

/// Facts of no consequence that a store may be opened with again and again before a snapshot has them.
const FEW: u64 = 1_000;

/// One writer, many readers, over a store.
pub struct Engine {
    pub(super) store: Arc<dyn Store>,
    /// The policy as configured; the one in force is the view's.
    pub(super) policy: Policy,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) ledger: Mutex<Ledger>,
    pub(super) view: RwLock<Arc<View>>,
    pub(super) keeper: Keeper,
    pub(super) surroundings: Surroundings,
    pub(super) assessments: Assessments,
    pub(super) precision: Precision,
    pub(super) lists: KeptLists,
    pub(super) hits: Arc<KeptHits>,
    /// What people decided while an import had the ledger.
    pub(super) beside: Mutex<Beside>,
    pub(super) cases: CaseRoom,
    pub(super) what_ifs: WhatIfs,
    pub(super) witness: Option<Arc<dyn Witness>>,
    /// Whether applications that were erased are taken in again.
    pub(super) restores_erased: bool,
    pub(super) clocks: Arc<KeptClocks>,
}

/// What `verify` looked at, when all was well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// What the store checked.
    pub store: crate::store::Verified,
    /// Applicants equal to those computed anew.
    pub applicants: usize,
    /// Links equal to those computed anew.
    pub links: usize,
    /// Rings equal to those computed anew.
    pub rings: usize,
    /// Cases equal to those that the journal gives.
    pub cases: usize,
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
        let withdrawn = store.withdrawn();
        let kept = snapshot::read(&*store, &policy)?
            .filter(|(ledger, _)| ledger.seq <= store.head().seq && ledger.is_without(&withdrawn));
        let (mut ledger, kept) = match kept {
            Some((ledger, derived)) => (Ledger { passed_over: withdrawn, ..ledger }, Some(derived)),
            None => (Ledger::without(withdrawn), None),
        };
        let (before, judgements) = (ledger.seq, Arc::clone(&ledger.judgements));
        let in_force = ledger.policy(&policy);
        let mut cases = case_keeping::read(&*store)?;
        let kept_cases = cases.last();
        let from = cases.through().min(ledger.seq);
        let Replayed { changed, through, received } =
            replay(&*store, from, &mut ledger, &mut |seq, fact| cases.fold(seq, fact))?;
        let had_snapshot = kept.is_some();
        let next = match kept {
            Some(derived) if !changed => Next::anew(&ledger, derived),
            Some(derived) => {
                let same = ledger.policy(&policy) == in_force;
                let received = received.as_deref();
                catch_up(derived, &judgements, received, same, &mut ledger, &policy)
            }
            None => {
                let derived = compute(&mut ledger, &policy);
                Next::anew(&ledger, derived)
            }
        };
        // Facts of no consequence to what is computed are read again as quickly as a snapshot with them.
        let is_kept = had_snapshot && !changed && ledger.seq.0 - before.0 < FEW;
        let before = if is_kept { ledger.seq } else { before };
        let engine = Self {
            store: store.into(),
            policy,
            clock,
            ledger: Mutex::new(ledger),
            view: RwLock::default(),
            keeper: Keeper::new(before),
            surroundings: Surroundings::default(),
            assessments: Assessments::default(),
            precision: Precision::default(),
            lists: KeptLists::default(),
            hits: Arc::default(),
            beside: Mutex::default(),
            cases: CaseRoom::new(cases, kept_cases),
            what_ifs: WhatIfs::default(),
            witness: None,
            restores_erased: false,
            clocks: Arc::default(),
        };
        let mut ledger = engine.writer();
        let view = engine.publish(&mut ledger, next, through.as_ref())?;
        engine.keep_if_due(&ledger, &view, 0);
        drop(ledger);
        Ok(engine)
    }

    /// The same engine, which takes applications in again that were erased.
    #[must_use]
    pub fn restoring_erased(mut self) -> Self {
        self.restores_erased = true;
        self
    }

    /// The present view.
    #[must_use]
    pub fn view(&self) -> Arc<View> {
        self.view.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The policy in force.
    #[must_use]
    pub fn policy(&self) -> Arc<Policy> {
        Arc::clone(&self.view().in_force)
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

    /// The newest version of an application that a view contains, as received, whatever came since; none when the store
    /// cannot read it.
    #[must_use]
    pub fn raw(&self, view: &View, app: AppIx) -> Option<Application> {
        let id = view.network.corpus().id(app);
        let versions = self.store.versions_as_of(&id, view.seq, &view.passed_over);
        versions.ok()?.pop().map(|version| version.application)
    }

    /// Why two applicants of a view are or are not linked.
    #[must_use]
    pub fn explain(&self, view: &View, a: ApplicantIx, b: ApplicantIx) -> PairExplanation {
        let rulings = Rulings::build(view.network.corpus(), &view.judgements);
        let ground = explain::Ground {
            network: &view.network,
            background: &view.background,
            rulings: &rulings,
            policy: &view.in_force,
        };
        explain::pair(&ground, a, b, &|app| self.raw(view, app))
    }

    /// Judges an application against everything stored, without storing it.
    #[must_use]
    pub fn screen(&self, application: &Application) -> Screening {
        screening::screen(self, &self.view(), &self.with_hashed_ids(application))
    }

    /// Checks the journal's chain, the served copies, and that the view equals what is computed anew.
    ///
    /// # Errors
    /// The first damage or difference found.
    pub fn verify(&self) -> Result<Checked, EngineError> {
        let view = self.view();
        let store = self.store.verify()?;
        let mut ledger = Ledger::without(self.store.withdrawn());
        let (cases, mut cases_anew) = (self.cases(), Cases::default());
        replay(&*self.store, Seq(0), &mut ledger, &mut |seq, fact| {
            // What came after they were looked at is not in them.
            if seq <= cases.through() {
                cases_anew.fold(seq, fact);
            }
        })?;
        if !cases.same_as(&cases_anew) {
            return Err(EngineError::Differs { what: "the cases" });
        }
        let anew = compute(&mut ledger, &self.policy);
        if let Some(what) = difference(&anew, &*view) {
            return Err(EngineError::Differs { what });
        }
        Ok(Checked {
            store,
            applicants: view.network.applicants().len(),
            links: view.network.n_links(),
            rings: view.rings.len(),
            cases: cases.len(),
        })
    }

    pub(super) fn writer(&self) -> MutexGuard<'_, Ledger> {
        let mut ledger = self.ledger.lock().unwrap_or_else(PoisonError::into_inner);
        self.take_left(&mut ledger);
        ledger
    }

    /// Makes facts durable and folds them into the ledger.
    pub(super) fn record(&self, ledger: &mut Ledger, facts: Vec<Fact>) -> Result<(), EngineError> {
        let last = self.store.append(&facts)?;
        let first = last.0 + 1 - facts.len() as u64;
        for (seq, fact) in (first..).map(Seq).zip(&facts) {
            self.tell(seq, fact);
        }
        ledger.fold((first..).map(Seq).zip(facts).collect());
        Ok(())
    }

    /// How much the last computation compared.
    #[must_use]
    pub fn effort(&self) -> Effort {
        self.view().effort
    }
}

pub(super) fn spoken(text: &str, what: &'static str) -> Result<String, EngineError> {
    let text = text.trim();
    if text.is_empty() { Err(EngineError::Incomplete(what)) } else { Ok(text.to_owned()) }
}
