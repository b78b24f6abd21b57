//! Withdrawing imports, and listing them. Not responsible for carrying one out (`import`).
//!
//! Everything is computed anew from a ledger without the import: that is rare, and cannot leave a remainder. Readers keep
//! the view before until the new one is there, and the fact is recorded only when all of that is done, so that a process
//! that is killed has withdrawn the import or has not begun to.
//!
//! Invariant: the view afterwards is the one that the journal gives in which the withdrawn imports brought nothing.

use crate::{
    engine::{
        Engine, EngineError, View,
        ledger::Ledger,
        publish::{Next, compute},
        replay::replay,
        service::spoken,
    },
    model::{ApplicationId, Cause, Fact, ImportId, ImportRecord, Seq},
    store::StoreError,
};
use rustc_hash::FxHashMap;
use std::{collections::BTreeSet, sync::Arc};

/// What became of the applications that a withdrawn import brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Undone {
    /// Applications that came with it alone, and are gone.
    pub gone: u64,
    /// Applications that are back at the version before.
    pub back: u64,
    /// Applications of which a later import brought a newer version, which stays.
    pub kept: u64,
}

impl Engine {
    /// Every import, newest first.
    #[must_use]
    pub fn imports(&self) -> Vec<ImportRecord> {
        self.view().imports.iter().rev().cloned().collect()
    }

    /// Withdraws an import: nothing that it brought counts any more, as if it had not come; the view shows that when this
    /// returns. What it received stays in the journal. Importing the file again brings it back. Rows of later files that
    /// only repeated what it brought are not kept, so that those go as well until such a file is imported again.
    /// Judgements and checks about applications that are gone stay, without effect until those come again. Computes
    /// everything anew: O(journal).
    ///
    /// # Errors
    /// When there is no such import, when it was withdrawn before, when `by` or `why` is blank, or when the store fails.
    /// Nothing has changed then, unless it failed when what happened to rings was to be recorded: then the import is
    /// withdrawn, and the next change or the next start shows it.
    pub fn withdraw_import(
        &self,
        id: &ImportId,
        by: &str,
        why: &str,
    ) -> Result<Undone, EngineError> {
        let (by, why) = (spoken(by, "the name of who withdraws it")?, spoken(why, "a reason")?);
        let mut ledger = self.writer();
        let Some(record) = ledger.imports.iter().find(|record| record.id == *id) else {
            return Err(EngineError::NotFound { what: "import", id: id.to_string() });
        };
        if let Some(before) = &record.withdrawn {
            return Err(EngineError::Withdrawn {
                import: id.clone(),
                by: before.by.clone(),
                at: before.at,
            });
        }
        if let Some(reason) = self.store.read_only() {
            return Err(StoreError::ReadOnly { reason }.into());
        }
        let (mut anew, undone) = self.without(&ledger, id)?;
        let derived = compute(&mut anew, &self.policy);
        let (import, at) = (id.clone(), self.clock.now());
        self.record(&mut anew, vec![Fact::ImportWithdrawn { import, by, at, why }])?;
        *ledger = anew;
        let next = Next::anew(&ledger, derived);
        let through = Cause::ImportWithdrawn { id: id.clone() };
        let view = self.publish(&mut ledger, next, Some(&through))?;
        // An older snapshot is of no use any more.
        self.keep_if_due(&ledger, &view, view.network.corpus().len() as u64);
        Ok(undone)
    }

    /// The ledger as the journal gives it without one import more.
    fn without(&self, ledger: &Ledger, id: &ImportId) -> Result<(Ledger, Undone), EngineError> {
        let others = Arc::clone(&ledger.passed_over);
        let all: BTreeSet<ImportId> = others.iter().chain([id]).cloned().collect();
        let mut anew = Ledger::without(Arc::new(all));
        // Of each application that it brought, whether its version is the newest.
        let mut brought: FxHashMap<ApplicationId, bool> = FxHashMap::default();
        replay(&*self.store, Seq(0), &mut anew, &mut |_, fact| {
            if let Fact::Received { import, application } = fact {
                if import == id {
                    brought.insert(application.id.clone(), true);
                } else if let Some(newest) = brought.get_mut(&application.id) {
                    *newest &= others.contains(import);
                }
            }
        })?;
        anew.settle();
        let mut undone = Undone::default();
        for (application, newest) in brought {
            match anew.knows(&application) {
                false => undone.gone += 1,
                true if newest => undone.back += 1,
                true => undone.kept += 1,
            }
        }
        Ok((anew, undone))
    }
}

impl View {
    /// Imports after this one that count and had rows which were known: some of those may be rows that this import brought,
    /// which go with it unless such a file is imported again. Oldest first; O(imports).
    #[must_use]
    pub fn repeated_after(&self, id: &ImportId) -> Vec<&ImportRecord> {
        let later = self.imports.iter().skip_while(|record| record.id != *id).skip(1);
        later.filter(|record| record.withdrawn.is_none() && record.counts.repeated > 0).collect()
    }
}
