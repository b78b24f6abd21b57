//! The live view: what every reader sees, an immutable snapshot of everything computed up to one fact. Not
//! responsible for computing it (`engine::derive`) nor for raw texts (the store has them).
//!
//! Invariant: a view never changes; the engine swaps in a new one.

use crate::{
    engine::{Checks, Decisions, Effort, History, Imports, JudgedMembers, Made, Reports, Watched},
    graph::Network,
    indicators::Tallies,
    matching::{Background, Edges, Index, Policy},
    model::{
        ApplicantIx, ApplicationId, Check, CheckItem, ErasureRecord, HoldRecord, ImportId,
        ImportRecord, Judgement, LineageKind, LinkIx, PolicyRecord, Ring, RingId, Seq,
    },
    rings::Rings,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, OnceLock},
};

/// What a ring id leads to.
#[derive(Debug)]
pub enum RingLookup<'a> {
    /// The ring.
    Found(&'a Ring),
    /// It was merged into this one.
    MovedTo(RingId),
    /// It existed and no longer does.
    Dissolved,
    /// No ring ever had this id.
    Unknown,
}

/// Everything computed up to one fact. Cheap to clone.
#[derive(Debug, Default, Clone)]
pub struct View {
    /// The last fact it contains.
    pub seq: Seq,
    /// Hash of the policy in force.
    pub policy: String,
    /// The policy in force.
    pub in_force: Arc<Policy>,
    /// Applicants, attributes and links.
    pub network: Arc<Network>,
    /// Who uses which value, and how far its users have other things in common.
    pub background: Arc<Background>,
    /// Along what applicants were grown.
    pub edges: Edges,
    /// Rings, highest score first.
    pub rings: Rings,
    /// What happened to each ring, oldest first.
    pub lineage: History,
    /// Judgements in force, oldest first.
    pub judgements: Arc<Vec<Judgement>>,
    /// Every judgement ever made, withdrawn ones too.
    pub decisions: Decisions,
    /// The members that a ring had when a judgement in force was made about it.
    pub judged: Arc<JudgedMembers>,
    /// Every change of the policy, oldest first.
    pub policy_changes: Arc<Vec<PolicyRecord>>,
    /// The last fact that changes who belongs together, or what people decided.
    pub weighed: Seq,
    /// What is usual among all applications received.
    pub tallies: Arc<Tallies>,
    /// What people checked.
    pub checks: Arc<Checks>,
    /// What is on the store's watch-lists.
    pub watched: Arc<Watched>,
    /// Every import, oldest first.
    pub imports: Arc<Imports>,
    /// The imports that were withdrawn.
    pub passed_over: Arc<BTreeSet<ImportId>>,
    /// Every hold, oldest first, released ones too.
    pub holds: Arc<Vec<HoldRecord>>,
    /// Every erasure, oldest first.
    pub erasures: Arc<Vec<ErasureRecord>>,
    /// Schedules, reports, alerts and deliveries.
    pub reports: Arc<Reports>,
    /// How much was compared.
    pub effort: Effort,
    /// How it was made.
    pub made: Made,
    /// Whom each application meets, made when first asked for.
    pub index: Arc<OnceLock<Index>>,
}

impl View {
    /// What a ring id leads to.
    #[must_use]
    pub fn ring(&self, id: &RingId) -> RingLookup<'_> {
        if let Some(ring) = self.rings.find(id) {
            return RingLookup::Found(ring);
        }
        let Some(last) = self.lineage.get(id).and_then(|events| events.last()) else {
            return RingLookup::Unknown;
        };
        match (&last.event.kind, &last.event.other) {
            (LineageKind::Merged, Some(into)) => RingLookup::MovedTo(into.clone()),
            _ => RingLookup::Dissolved,
        }
    }

    /// What is remembered of an import. O(imports).
    #[must_use]
    pub fn import(&self, id: &ImportId) -> Option<&ImportRecord> {
        self.imports.iter().find(|record| record.id == *id)
    }

    /// The ring an applicant is in.
    #[must_use]
    pub fn ring_of(&self, applicant: ApplicantIx) -> Option<&Ring> {
        self.rings.of(applicant)
    }

    /// The applicant that an applicant id or an application id names.
    #[must_use]
    pub fn applicant(&self, id: &str) -> Option<ApplicantIx> {
        if let Some(found) = id.parse().ok().and_then(|id| self.network.find(&id)) {
            return Some(found);
        }
        let id: ApplicationId = id.parse().ok()?;
        self.network.corpus().find(&id).map(|app| self.network.applicant_of(app))
    }

    /// Whom each application meets. O(n log n) at the first call after everything was computed.
    #[must_use]
    pub fn index(&self) -> &Index {
        self.index.get_or_init(|| Index::build(self.network.corpus()))
    }

    /// The last check of each item about any of these applications. O(applications × items).
    #[must_use]
    pub fn checked<'a>(
        &self,
        applications: impl IntoIterator<Item = &'a ApplicationId>,
    ) -> BTreeMap<CheckItem, &Check> {
        let mut last: BTreeMap<CheckItem, &(Seq, Check)> = BTreeMap::new();
        let all = applications.into_iter().filter_map(|id| self.checks.get(id)).flatten();
        for (item, check) in all {
            let known = last.entry(*item).or_insert(check);
            if check.0 > known.0 {
                *known = check;
            }
        }
        last.into_iter().map(|(item, (_, check))| (item, check)).collect()
    }

    /// The best argued path between two applicants; none when they are not connected.
    #[must_use]
    pub fn path(&self, from: ApplicantIx, to: ApplicantIx) -> Option<Vec<LinkIx>> {
        crate::graph::path(&self.network, from, to)
    }
}
