//! Applications that imports brought which were taken back: no view has them, and the journal keeps them. Not responsible for
//! taking imports back (`withdrawing`).
//!
//! Invariant: what a view has of an application is not among them.

use crate::{
    engine::{Engine, EngineError},
    model::{ApplicationId, Fact, Seq},
    store::Version,
};
use std::collections::BTreeSet;

impl Engine {
    /// Every version of these applications that came with an import which was taken back, oldest first. O(journal) once an
    /// import was taken back.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn taken_back(&self, ids: &BTreeSet<ApplicationId>) -> Result<Vec<Version>, EngineError> {
        let withdrawn = self.store.withdrawn();
        let mut versions = Vec::new();
        if withdrawn.is_empty() {
            return Ok(versions);
        }
        self.store.facts(Seq(1), &mut |seq, fact| {
            if let Fact::Received { import, application } = fact
                && withdrawn.contains(&import)
                && ids.contains(&application.id)
            {
                versions.push(Version { seq, import, application: *application });
            }
            Ok(())
        })?;
        Ok(versions)
    }

    /// Every version of an application that is held: those of the view and those of imports that were taken back, oldest
    /// first.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn every_version(&self, id: &ApplicationId) -> Result<Vec<Version>, EngineError> {
        let mut versions = self.store.versions(id)?;
        versions.extend(self.taken_back(&[id.clone()].into())?);
        versions.sort_by_key(|version| version.seq);
        Ok(versions)
    }
}
