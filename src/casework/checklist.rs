//! The verification checklist of a case: what was checked of each member of its rings. Not responsible for recording
//! checks (`engine`).
//!
//! Invariant: every member is there once; of several checks of one item the last counts.

use crate::{
    casework::Reach,
    engine::View,
    model::{ApplicantIx, Case, CaseSubject, Check, CheckItem, CheckResult},
};
use std::collections::BTreeSet;

/// The checklist of one member.
#[derive(Debug)]
pub struct MemberChecks<'v> {
    /// Who.
    pub applicant: ApplicantIx,
    /// Each item in the order of the checklist, and its last check.
    pub items: Vec<(CheckItem, Option<&'v Check>)>,
}

/// What has been checked of one item, over all members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ItemTally {
    /// Which.
    pub item: CheckItem,
    /// Members for whom it was confirmed.
    pub confirmed: usize,
    /// Members for whom it was refuted.
    pub refuted: usize,
    /// Members for whom it could not be told.
    pub inconclusive: usize,
    /// Members for whom nobody has checked it.
    pub open: usize,
}

/// The checklist of a case.
#[derive(Debug)]
pub struct Checklist<'v> {
    /// By number of applicant.
    pub members: Vec<MemberChecks<'v>>,
}

impl<'v> Checklist<'v> {
    /// Of what a case covers; of a case about an applicant, with that one. O(members × items).
    #[must_use]
    pub fn of(case: &Case, reach: &Reach<'_>, view: &'v View) -> Self {
        let rings = reach.covered.iter().flat_map(|covered| covered.ring.members.iter().copied());
        let mut members: BTreeSet<ApplicantIx> = rings.collect();
        if let CaseSubject::Applicant(application) = &case.subject {
            members.extend(view.applicant(application.as_str()));
        }
        let corpus = view.network.corpus();
        let members = members.into_iter().map(|applicant| {
            let ids: Vec<_> = view
                .network
                .applicant(applicant)
                .applications
                .iter()
                .map(|&app| corpus.id(app))
                .collect();
            let checked = view.checked(&ids);
            let items = CheckItem::ALL.iter().map(|&item| (item, checked.get(&item).copied()));
            MemberChecks { applicant, items: items.collect() }
        });
        Self { members: members.collect() }
    }

    /// Item by item, over all members.
    #[must_use]
    pub fn tallies(&self) -> Vec<ItemTally> {
        let tally = |&item: &CheckItem| {
            let results = || {
                let items = self.members.iter().flat_map(|member| &member.items);
                items.filter(move |(i, _)| *i == item).map(|(_, check)| check.map(|c| c.result))
            };
            let count = |wanted: Option<CheckResult>| results().filter(|r| *r == wanted).count();
            ItemTally {
                item,
                confirmed: count(Some(CheckResult::Confirmed)),
                refuted: count(Some(CheckResult::Refuted)),
                inconclusive: count(Some(CheckResult::Inconclusive)),
                open: count(None),
            }
        };
        CheckItem::ALL.iter().map(tally).collect()
    }

    /// Checks done, and checks there are.
    #[must_use]
    pub fn done(&self) -> (usize, usize) {
        let all = || self.members.iter().flat_map(|member| &member.items);
        (all().filter(|(_, check)| check.is_some()).count(), all().count())
    }
}
