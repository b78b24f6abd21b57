//! What happened after a fact, as rules of alerts look at it. Not responsible for what a rule makes of it (`KINDS`).
//!
//! Invariant: what withdrawn imports brought is not in it, and nothing of it is after the view.

use crate::{
    engine::{Engine, Present, View},
    indicators::Reach,
    matching::Rulings,
    model::{
        AppIx, Application, ApplicationId, AttributeIx, Fact, ImportId, LineageEvent, LineageKind,
        PlaceKind, RingId, Seq, ValueVerdict, WatchEntry, WatchId,
    },
    reports::{ReportError, stage},
    store::{StoreError, Version},
};
use std::collections::{BTreeMap, BTreeSet};

/// An application that came, first or anew.
#[derive(Debug, Clone, Copy)]
pub struct Came {
    /// Its place in the view.
    pub app: AppIx,
    /// The farthest that any version of it that came got.
    pub reach: Reach,
    /// Whether any of those lists shipments.
    pub has_shipments: bool,
}

/// What happened after a fact.
pub struct Happened<'a> {
    /// For what has to be read from the store.
    pub engine: &'a Engine,
    /// The view at its end.
    pub view: &'a View,
    /// It begins after this.
    pub after: Seq,
    /// It ends with this.
    pub through: Seq,
    /// The applications that came.
    pub came: BTreeMap<ApplicationId, Came>,
    /// What happened to rings, oldest first.
    pub lineage: Vec<(Seq, LineageEvent)>,
    /// Entries that came to watch-lists, each with the last fact that says so.
    pub watched: BTreeMap<WatchId, (Seq, WatchEntry)>,
    /// Applications about which something was checked.
    pub checked: BTreeSet<ApplicationId>,
    /// What people said of pairs and values.
    rulings: Rulings,
}

impl<'a> Happened<'a> {
    /// Reads it. O(facts after `after`).
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn read(engine: &'a Engine, present: &'a Present, after: Seq) -> Result<Self, ReportError> {
        let (view, through) = (&*present.view, present.head.seq);
        let corpus = view.network.corpus();
        let withdrawn: BTreeSet<&ImportId> =
            view.imports.iter().filter(|i| i.withdrawn.is_some()).map(|i| &i.id).collect();
        let mut all = Self {
            engine,
            view,
            after,
            through,
            came: BTreeMap::new(),
            lineage: Vec::new(),
            watched: BTreeMap::new(),
            checked: BTreeSet::new(),
            rulings: Rulings::build(corpus, &view.judgements),
        };
        // The store knows no other way to stop early than an error.
        let mut is_over = false;
        let read = engine.store().facts(Seq(after.0 + 1), &mut |seq, fact| {
            if seq > through {
                is_over = true;
                return Err(StoreError::Encode { what: "nothing more is asked for".to_owned() });
            }
            match fact {
                Fact::Received { import, application } if !withdrawn.contains(&import) => {
                    all.receive(&application);
                }
                Fact::Lineage { events, .. } => {
                    all.lineage.extend(events.into_iter().map(|event| (seq, event)));
                }
                Fact::Watched { entries, .. } => {
                    let entries = entries.into_iter().map(|entry| (entry.id.clone(), (seq, entry)));
                    all.watched.extend(entries);
                }
                Fact::Unwatched { entries, .. } => {
                    all.watched.retain(|id, _| !entries.contains(id));
                }
                Fact::Checked(check) => drop(all.checked.insert(check.application)),
                _ => {}
            }
            Ok(())
        });
        if !is_over {
            read.map_err(crate::engine::EngineError::from)?;
        }
        Ok(all)
    }

    fn receive(&mut self, application: &Application) {
        let Some(app) = self.view.network.corpus().find(&application.id) else { return };
        let (reach, has_shipments) = (stage::reach(application), stage::has_shipments(application));
        let came = self.came.entry(application.id.clone());
        let came = came.or_insert(Came { app, reach, has_shipments });
        came.reach = came.reach.max(reach);
        came.has_shipments |= has_shipments;
    }

    /// The versions of an application that came, oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn versions(&self, id: &ApplicationId) -> Result<Vec<Version>, ReportError> {
        let all = self.engine.store().versions(id).map_err(crate::engine::EngineError::from)?;
        let is_of = |version: &Version| version.seq > self.after && version.seq <= self.through;
        Ok(all.into_iter().filter(is_of).collect())
    }

    /// The newest version of an application before; none where it was not known.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn before(&self, id: &ApplicationId) -> Result<Option<Application>, ReportError> {
        let all = self.engine.store().versions(id).map_err(crate::engine::EngineError::from)?;
        Ok(all.into_iter().rfind(|version| version.seq <= self.after).map(|v| v.application))
    }

    /// The rings of the view that came about or changed, or a member of which came.
    #[must_use]
    pub fn rings(&self) -> BTreeSet<&'a RingId> {
        let changed = self.lineage.iter().flat_map(|(_, event)| match event.kind {
            LineageKind::Merged => event.other.iter().collect(),
            LineageKind::Dissolved => Vec::new(),
            _ => vec![&event.ring],
        });
        let changed = changed.filter_map(|id| self.view.rings.find(id));
        let of = |app: AppIx| self.view.ring_of(self.view.network.applicant_of(app));
        let came = self.came.values().filter_map(|came| of(came.app));
        changed.chain(came).map(|ring| &ring.id).collect()
    }

    /// Whether an address is somebody's front door, where strangers do not meet by chance: no building of which others name
    /// units, no mail drop, post box or campus, nothing that a school, an employer or an agency has, and nothing that people
    /// judged common.
    #[must_use]
    pub fn is_front_door(&self, address: AttributeIx) -> bool {
        let crowd = self.view.background.of(address);
        let is_shared = crowd.is_premises() || crowd.is_agencys() || crowd.is_desks();
        let is_common = self.rulings.value(address) == Some(ValueVerdict::Common);
        !is_shared
            && !is_common
            && match self.place(address) {
                Some((PlaceKind::Unit, _)) => true,
                Some((PlaceKind::Street, is_divided)) => !is_divided,
                _ => false,
            }
    }

    /// What kind of place an address is, by an application that gives it, and whether others name units of its building.
    fn place(&self, address: AttributeIx) -> Option<(PlaceKind, bool)> {
        let corpus = self.view.network.corpus();
        corpus.uses_of(address).find_map(|(app, _)| {
            let app = corpus.app(app);
            let both = [app.shipping(), app.home()].into_iter().flatten();
            let mut here = both.filter(|view| view.dwelling() == Some(address));
            here.next().map(|view| {
                let building = view.building();
                (view.place(), building.is_some_and(|b| corpus.is_divided(b)))
            })
        })
    }
}
