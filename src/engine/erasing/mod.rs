//! Erasing: everything held of somebody goes out of the journal and of all that is made from it, and a tombstone stays.
//! Not responsible for whether it may (`casework::keeping`) nor for files beside the journal (`casework`).
//!
//! As with an import that is withdrawn everything is computed anew: that is rare, and cannot leave a remainder. Neither an
//! import nor work on a case goes on meanwhile; readers keep the view before until the new one is there, and then nothing of
//! it is kept.
//!
//! Invariant: the view afterwards is the one that the journal gives in which they never applied; whoever is erased is named
//! in no fact, snapshot or answer that is kept.

mod clocks;
mod gather;
mod redact;
mod spelling;
mod taken_back;
mod terms;

pub(super) use clocks::KeptClocks;
pub use clocks::{HeldSince, Place};
pub use gather::{ErasurePlan, Goes};
pub use terms::Terms;

use crate::{
    engine::{
        Cases, Engine, EngineError, View,
        ledger::Ledger,
        publish::{Next, compute},
        replay::replay,
        service::spoken,
    },
    model::{ApplicationId, Cause, Erasure, ErasureBasis, ErasureId, Fact, FileHash, Seq},
    store::{StoreError, tombstone_of},
};
use gather::{Order, gather};
use std::{
    collections::BTreeSet,
    sync::{Arc, PoisonError},
};

/// Whom to erase, and what is said of it.
#[derive(Debug, Clone)]
pub struct EraseOrder {
    /// Their applications.
    pub applications: BTreeSet<ApplicationId>,
    /// Claimed identities that they belong to.
    pub applicants: u32,
    /// Attached files that go beside those of cases about them alone.
    pub files: BTreeSet<FileHash>,
    /// On what ground.
    pub basis: ErasureBasis,
    /// Rules that are set aside, one sentence each.
    pub set_aside: Vec<String>,
    /// By whom.
    pub by: String,
    /// Why.
    pub why: String,
}

/// What was erased.
#[derive(Debug)]
pub struct Erased {
    /// The erasure.
    pub id: ErasureId,
    /// What went.
    pub plan: ErasurePlan,
}

impl Engine {
    /// What erasing the owners of these applications would do. Changes nothing; O(journal).
    ///
    /// # Errors
    /// When nothing is held of them, or the journal cannot be read.
    pub fn plan_erasure(
        &self,
        applications: &BTreeSet<ApplicationId>,
        files: &BTreeSet<FileHash>,
    ) -> Result<ErasurePlan, EngineError> {
        let (id, now) = (ErasureId::derive(""), self.clock.now());
        let order = Order { applications, files, id: &id, now };
        gather(&*self.store, &self.view(), &self.cases(), &order)
    }

    /// Erases. `may` is asked once more when nobody can put a hold any longer. `first` takes what lies beside the journal and
    /// could not be told afterwards to be theirs. Attached files are for the caller to remove; the tombstone names them.
    /// Computes everything anew: O(journal).
    ///
    /// # Errors
    /// When `may` or `first` refuses, when nothing is held, when `by` or `why` is blank or `why` names whom it is about, or when the
    /// store fails. Nothing has happened then, unless the store says that it has to be started again.
    pub fn erase(
        &self,
        order: &EraseOrder,
        may: &dyn Fn(&View, &Cases) -> Result<(), EngineError>,
        first: &dyn Fn(&ErasurePlan) -> Result<(), EngineError>,
    ) -> Result<Erased, EngineError> {
        let by = spoken(&order.by, "the name of who erases")?;
        let why = spoken(&order.why, "a reason")?;
        let mut ledger = self.writer();
        if let Some(reason) = self.store.read_only() {
            return Err(StoreError::ReadOnly { reason }.into());
        }
        // A snapshot that is being written is of the view before.
        self.keeper.wait();
        let writing = self.cases.writer();
        let cases = self.cases.present();
        let view = self.view();
        may(&view, &cases)?;
        let at = self.clock.now();
        let id = ErasureId::derive(&format!("{}\u{1f}{}", self.store.head().seq.0 + 1, at.0));
        let (applications, files) = (&order.applications, &order.files);
        let asked = Order { applications, files, id: &id, now: at };
        let plan = gather(&*self.store, &view, &cases, &asked)?;
        drop(view);
        if plan.terms.are_in(&why) {
            let text =
                "the reason is kept for good and names a value of whom it is about; say it without";
            return Err(EngineError::Refused(text.to_owned()));
        }
        first(&plan)?;
        let mut hashes: Vec<_> = applications.iter().map(tombstone_of).collect();
        hashes.sort_unstable();
        let erasure = Erasure {
            id: id.clone(),
            applications: hashes,
            applicants: order.applicants,
            facts: Vec::new(),
            files: plan.files.iter().cloned().collect(),
            basis: order.basis,
            set_aside: order.set_aside.clone(),
            by,
            at,
            why,
        };
        let seq = self.store.erase(erasure.clone(), &plan.facts)?;
        self.tell(seq, &Fact::Erasure(Box::new(erasure)));
        let mut anew = Ledger::without(Arc::clone(&ledger.passed_over));
        let mut cases = Cases::default();
        replay(&*self.store, Seq(0), &mut anew, &mut |seq, fact| cases.fold(seq, fact))?;
        self.cases.swap(cases);
        drop(writing);
        let derived = compute(&mut anew, &self.policy);
        *ledger = anew;
        self.forget_kept();
        let next = Next::anew(&ledger, derived);
        let through = Cause::Erasure { id: id.clone() };
        let view = self.publish(&mut ledger, next, Some(&through))?;
        // The snapshots are gone.
        self.keep(&ledger, &view);
        Ok(Erased { id, plan })
    }

    /// Keeps nothing that was computed before.
    fn forget_kept(&self) {
        self.assessments.forget();
        self.what_ifs.forget();
        *self.precision.lock().unwrap_or_else(PoisonError::into_inner) = None;
        *self.lists.lock().unwrap_or_else(PoisonError::into_inner) = None;
        *self.hits.lock().unwrap_or_else(PoisonError::into_inner) = None;
        *self.clocks.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
