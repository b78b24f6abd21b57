//! What the journal says of a period: which applications came, first or anew. Not responsible for rings, whose history the
//! view has, nor for what is made of it (`sections`).
//!
//! Invariant: what imports brought that are withdrawn by the end of the period is not in it.

use crate::{
    engine::{Engine, EngineError, View},
    model::{ApplicationId, Fact, ImportId, Point, Seq, WatchId},
    reports::ways::Ways,
    store::StoreError,
};
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
}

impl Period {
    /// Reads the period of a view. O(facts of the period).
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn read(
        engine: &Engine,
        view: &View,
        since: Point,
        until: Point,
    ) -> Result<Self, EngineError> {
        let withdrawn: BTreeSet<&ImportId> =
            view.imports.iter().filter(|i| i.withdrawn.is_some()).map(|i| &i.id).collect();
        let mut arrived: BTreeMap<ApplicationId, Arrived> = BTreeMap::new();
        let mut ways = Ways::default();
        let mut watched = BTreeSet::new();
        // Ends the reading: the store knows no other way to stop early.
        struct Over;
        let mut over: Option<Over> = None;
        let read = engine.store().facts(Seq(since.seq.0 + 1), &mut |seq, fact| {
            if seq > until.seq {
                over = Some(Over);
                return Err(StoreError::Encode { what: "the period is over".to_owned() });
            }
            match fact {
                Fact::Received { import, application } if !withdrawn.contains(&import) => {
                    ways.note(&application);
                    arrived.entry(application.id).or_insert(Arrived { seq, is_new: true });
                }
                Fact::Watched { entries, .. } => watched.extend(entries.into_iter().map(|e| e.id)),
                _ => {}
            }
            Ok(())
        });
        if over.is_none() {
            read?;
        }
        if since.seq > Seq(0) {
            for (id, arrived) in &mut arrived {
                let first = engine.store().versions(id)?.into_iter().next();
                arrived.is_new = first.is_none_or(|first| first.seq > since.seq);
            }
        }
        Ok(Self { since, until, arrived, ways, watched })
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
