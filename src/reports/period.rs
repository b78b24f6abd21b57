//! What the journal says of a period: which applications came, first or anew, and which imports came and went. Not responsible
//! for rings, whose history the view has, nor for what is made of it (`sections`).
//!
//! Invariant: what imports brought that are withdrawn by the end of the period is not in it.

use crate::{
    engine::{Engine, EngineError, View},
    model::{ApplicationId, Fact, ImportId, Point, Seq, WatchId},
    reports::ways::Ways,
    store::Glance,
};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// How an application came in a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrived {
    /// The fact that brought it first in the period.
    pub seq: Seq,
    /// Whether it was not known before the period.
    pub is_new: bool,
}

/// What came in a period.
#[derive(Debug, Clone, Default)]
pub struct Period {
    /// Where it begins: after this.
    pub since: Point,
    /// Where it ends: with this.
    pub until: Point,
    /// Applications that came, new ones and new versions.
    pub arrived: BTreeMap<ApplicationId, Arrived>,
    /// By which ways they came.
    pub ways: Ways,
    /// Entries that came to watch-lists, or came to say something else.
    pub watched: BTreeSet<WatchId>,
    /// Imports that began, oldest first, those withdrawn too.
    pub imports: Vec<ImportId>,
    /// Imports that were withdrawn, in the order in which they were.
    pub withdrawn: Vec<ImportId>,
}

impl Period {
    /// Reads the period of a view, from an engine that ends where it does. O(facts of the period).
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn read(
        engine: &Engine,
        view: &View,
        since: Point,
        until: Point,
    ) -> Result<Self, EngineError> {
        let mut period = Self { since, until, ..Self::default() };
        let mut came: Vec<(ApplicationId, Seq)> = Vec::new();
        engine.store().glances(Seq(since.seq.0 + 1), &mut |seq, glance| {
            match glance {
                _ if seq > until.seq => {}
                Glance::Came { import, application, opening, channel } => {
                    if !view.passed_over.contains(&import) {
                        period.ways.note(&application, channel.as_deref(), opening.as_deref());
                        came.push((application, seq));
                    }
                }
                Glance::Fact(fact) => match fact.remaining() {
                    Some(Fact::ImportStarted { import, .. }) => period.imports.push(import),
                    Some(Fact::Watched { entries, .. }) => {
                        period.watched.extend(entries.into_iter().map(|entry| entry.id));
                    }
                    Some(Fact::ImportWithdrawn { import, .. }) => period.withdrawn.push(import),
                    _ => {}
                },
            }
            Ok(())
        })?;
        // The first of each stays.
        came.par_sort_unstable();
        came.dedup_by(|later, first| later.0 == first.0);
        let is_new = |id: &ApplicationId| -> Result<bool, EngineError> {
            // Of one that was not known the store reads nothing.
            let before = engine.store().versions_as_of(id, since.seq, &view.passed_over)?;
            Ok(before.is_empty())
        };
        let arrived = came.into_par_iter().map(|(id, seq)| {
            let is_new = since.seq == Seq(0) || is_new(&id)?;
            Ok((id, Arrived { seq, is_new }))
        });
        let arrived: Vec<(ApplicationId, Arrived)> = arrived.collect::<Result<_, EngineError>>()?;
        period.arrived = arrived.into_iter().collect();
        Ok(period)
    }

    /// Whether a fact is of the period.
    #[must_use]
    pub fn has(&self, seq: Seq) -> bool {
        seq > self.since.seq && seq <= self.until.seq
    }

    /// Whether an application was not known before the period.
    #[must_use]
    pub fn is_new(&self, application: &ApplicationId) -> bool {
        self.arrived.get(application).is_some_and(|arrived| arrived.is_new)
    }
}
