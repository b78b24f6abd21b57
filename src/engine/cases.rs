//! The cases of a store and the referrals made from them: what its facts about them add up to. Not responsible for writing such facts (`case_keeping`)
//! nor for who may do what (`casework`).
//!
//! They are kept beside the ledger: a case changes no person, link or ring, and work on it never waits for an import.
//!
//! Invariant: a pure fold over the facts about cases in their order; a fact that was folded before changes nothing.

use crate::model::{
    Case, CaseEntry, CaseEvent, CaseId, Fact, ReferralEnd, ReferralId, ReferralRecord, RingId, Seq,
};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Every case of a store. Cheap to clone: O(cases), none of which is copied.
#[derive(Debug, Clone, Default)]
pub struct Cases {
    /// Every fact about a case up to this one is in it.
    through: Seq,
    /// The last fact that is about one.
    last: Seq,
    all: BTreeMap<CaseId, Arc<Case>>,
    by_ring: Arc<BTreeMap<RingId, BTreeSet<CaseId>>>,
    /// Every referral, oldest first.
    referrals: Arc<Vec<ReferralRecord>>,
}

/// The cases as a snapshot keeps them.
#[derive(Serialize, Deserialize)]
pub(super) struct CasesImage {
    through: Seq,
    all: Vec<Case>,
    referrals: Vec<ReferralRecord>,
}

impl Cases {
    /// Every fact about a case up to this one is in it.
    #[must_use]
    pub fn through(&self) -> Seq {
        self.through
    }

    /// The last fact about a case; 0 when there is none.
    #[must_use]
    pub fn last(&self) -> Seq {
        self.last
    }

    /// Number of cases, open or closed.
    #[must_use]
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// A case. O(log cases).
    #[must_use]
    pub fn get(&self, id: &CaseId) -> Option<&Arc<Case>> {
        self.all.get(id)
    }

    /// Every case, open or closed, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Case>> {
        self.all.values()
    }

    /// The cases that are linked to a ring under this id, open or closed, by id. What became of the ring is not
    /// followed here.
    pub fn of_ring(&self, ring: &RingId) -> impl Iterator<Item = &Arc<Case>> {
        self.by_ring.get(ring).into_iter().flatten().filter_map(|id| self.all.get(id))
    }

    /// The open case that is linked to a ring under this id, other than `but`.
    #[must_use]
    pub fn taken(&self, ring: &RingId, but: Option<&CaseId>) -> Option<&Arc<Case>> {
        self.of_ring(ring).find(|case| case.is_open() && Some(&case.id) != but)
    }

    /// Every referral, oldest first, withdrawn ones too.
    #[must_use]
    pub fn referrals(&self) -> &[ReferralRecord] {
        &self.referrals
    }

    /// A referral. O(referrals).
    #[must_use]
    pub fn referral(&self, id: &ReferralId) -> Option<&ReferralRecord> {
        self.referrals.iter().find(|record| record.referral.id == *id)
    }

    /// The referrals of a ring under this id, newest first. O(referrals).
    pub fn referrals_of<'c>(
        &'c self,
        ring: &'c RingId,
    ) -> impl Iterator<Item = &'c ReferralRecord> {
        self.referrals.iter().rev().filter(move |record| record.referral.ring == *ring)
    }

    /// Takes in a fact; one about something else, or taken in before, changes nothing. O(log cases + events of the
    /// case where a reader holds on to it).
    pub(super) fn fold(&mut self, seq: Seq, fact: &Fact) {
        if seq <= self.through {
            return;
        }
        self.through = seq;
        match fact {
            Fact::Case { .. } => self.fold_case(seq, fact),
            Fact::Referred(_) | Fact::ReferralWithdrawn { .. } => self.fold_referral(seq, fact),
            _ => {}
        }
    }

    fn fold_referral(&mut self, seq: Seq, fact: &Fact) {
        self.last = seq;
        let all = Arc::make_mut(&mut self.referrals);
        match fact {
            Fact::Referred(referral) => {
                let referral = (**referral).clone();
                let former =
                    all.iter_mut().find(|r| Some(&r.referral.id) == referral.supersedes.as_ref());
                if let Some(former) = former {
                    former.superseded_by = Some(referral.id.clone());
                }
                all.push(ReferralRecord { seq, referral, withdrawn: None, superseded_by: None });
            }
            Fact::ReferralWithdrawn { referral, by, at, why } => {
                if let Some(record) = all.iter_mut().find(|r| r.referral.id == *referral) {
                    let end = ReferralEnd { seq, by: by.clone(), at: *at, why: why.clone() };
                    let _ = record.withdrawn.get_or_insert(end);
                }
            }
            _ => {}
        }
    }

    fn fold_case(&mut self, seq: Seq, fact: &Fact) {
        let Fact::Case { case: id, by, at, on, event } = fact else { return };
        self.last = seq;
        let entry = CaseEntry { seq, by: by.clone(), at: *at, on: *on, event: event.clone() };
        match self.all.get_mut(id) {
            Some(case) => {
                let case = Arc::make_mut(case);
                let before = case.rings.len();
                case.fold(entry);
                if case.rings.len() == before {
                    return;
                }
            }
            None => {
                let Some(case) = Case::opened(id.clone(), entry) else { return };
                self.all.insert(id.clone(), Arc::new(case));
            }
        }
        self.relink(id);
    }

    /// Notes that no fact up to this one is about a case that is not in here.
    pub(super) fn looked_through(&mut self, seq: Seq) {
        self.through = self.through.max(seq);
    }

    /// Brings what is known by ring up to what the case says.
    fn relink(&mut self, id: &CaseId) {
        let Some(case) = self.all.get(id) else { return };
        let by_ring = Arc::make_mut(&mut self.by_ring);
        for ring in case.rings.keys() {
            by_ring.entry(ring.clone()).or_default().insert(id.clone());
        }
        if let Some(CaseEvent::RingUnlinked { ring, .. }) = case.last().map(|entry| &entry.event)
            && let Some(cases) = by_ring.get_mut(ring)
        {
            cases.remove(id);
        }
    }

    /// Whether both hold the same cases with the same histories, as far as both went.
    #[must_use]
    pub fn same_as(&self, other: &Self) -> bool {
        self.all == other.all && self.referrals == other.referrals
    }

    /// As a snapshot keeps them.
    pub(super) fn image(&self) -> CasesImage {
        let all = self.all.values().map(|case| Case::clone(case)).collect();
        CasesImage { through: self.through, all, referrals: self.referrals.to_vec() }
    }
}

impl From<CasesImage> for Cases {
    fn from(image: CasesImage) -> Self {
        let mut cases = Self { through: image.through, ..Self::default() };
        for case in image.all {
            cases.last = cases.last.max(case.version);
            for ring in case.rings.keys() {
                let by_ring = Arc::make_mut(&mut cases.by_ring);
                by_ring.entry(ring.clone()).or_default().insert(case.id.clone());
            }
            cases.all.insert(case.id.clone(), Arc::new(case));
        }
        for record in &image.referrals {
            let end = record.withdrawn.as_ref().map_or(record.seq, |end| end.seq);
            cases.last = cases.last.max(end);
        }
        cases.referrals = Arc::new(image.referrals);
        cases
    }
}
