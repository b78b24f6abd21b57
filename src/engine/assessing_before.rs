//! Assessing a ring as it would be without what came after a fact: whether something became urgent, or was so before. Not
//! responsible for what the store was then: who belongs together, and what is usual, is taken as it is known today.
//!
//! Invariant: changes nothing; without anything that came later it is what assessing the ring gives.

use crate::{
    engine::{Engine, View},
    graph::Network,
    indicators::{RingAssessment, WatchLists, watch::shipped},
    model::{
        AppIx, ApplicantIx, Application, ApplicationId, Artefact, Bits, LinkIx, Ring, Seq, WatchId,
    },
};
use rustc_hash::FxHashMap;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

impl Engine {
    /// Assesses what a ring of a view was when it had these applications: as far as they had come by that fact, with what was
    /// checked by then, and without these entries of watch-lists. None where fewer than two members had. O(applications of the
    /// members).
    #[must_use]
    pub fn assess_ring_before(
        &self,
        view: &View,
        ring: &Ring,
        were: &BTreeSet<ApplicationId>,
        by: Seq,
        without: &BTreeSet<WatchId>,
    ) -> Option<RingAssessment> {
        let network = &view.network;
        let was = |member: &ApplicantIx| {
            let applications = &network.applicant(*member).applications;
            applications.iter().any(|&app| were.contains(&network.corpus().id(app)))
        };
        let members: Vec<ApplicantIx> = ring.members.iter().copied().filter(was).collect();
        if members.len() < 2 {
            return None;
        }
        let ring = reduced(network, ring, members);
        let raw = |app: AppIx| -> Option<Application> {
            let versions = self.store().versions(&network.corpus().id(app)).ok()?;
            versions.into_iter().rfind(|v| v.seq <= by).map(|v| v.application)
        };
        let checks = view.checks.iter().filter_map(|(id, checks)| {
            let then: BTreeMap<_, _> = checks
                .iter()
                .filter(|(_, (seq, _))| *seq <= by)
                .map(|(item, check)| (*item, check.clone()))
                .collect();
            were.contains(id).then(|| (id.clone(), then))
        });
        let then = View { checks: Arc::new(checks.collect()), ..view.clone() };
        let now = self.clock().now();
        let watched = if without.is_empty() {
            self.watched(self.indicator_policy())
        } else {
            let own = view.watched.values().filter(|entry| !without.contains(&entry.id)).cloned();
            let all = own.chain(shipped(&self.indicator_policy().shipped_lists));
            Arc::new(WatchLists::new(all, now))
        };
        let policy = self.in_force(view);
        let assessor = super::Assessor {
            view: &then,
            surroundings: &self.surroundings,
            policy: &policy,
            watched: &watched,
            now,
            raw: &raw,
        };
        Some(assessor.ring(&ring))
    }
}

/// A ring with these of its members only.
fn reduced(network: &Network, ring: &Ring, members: Vec<ApplicantIx>) -> Ring {
    let is_in = |ix: &ApplicantIx| members.binary_search(ix).is_ok();
    let links: Vec<LinkIx> = ring
        .links
        .iter()
        .copied()
        .filter(|&ix| {
            let link = network.link(ix);
            is_in(&link.a) && is_in(&link.b)
        })
        .collect();
    let artefacts = ring.artefacts.iter().filter_map(|artefact| {
        let users: Vec<ApplicantIx> = artefact.members.iter().copied().filter(is_in).collect();
        (users.len() > 1).then(|| Artefact { members: users, ..artefact.clone() })
    });
    let gone = u32::try_from(ring.members.len() - members.len()).unwrap_or(u32::MAX);
    Ring {
        identities: ring.identities.saturating_sub(gone).max(2),
        score: strongest_tree(network, &links).min(ring.score),
        artefacts: artefacts.collect(),
        drop_one: None,
        links,
        members,
        ..ring.clone()
    }
}

/// The bits of the strongest tree of these links. O(links log links).
fn strongest_tree(network: &Network, links: &[LinkIx]) -> Bits {
    let mut sorted: Vec<LinkIx> = links.to_vec();
    sorted.sort_by_key(|&ix| (std::cmp::Reverse(network.link(ix).bits), ix));
    let mut above: FxHashMap<ApplicantIx, ApplicantIx> = FxHashMap::default();
    let top = |above: &FxHashMap<ApplicantIx, ApplicantIx>, mut ix: ApplicantIx| {
        while let Some(&next) = above.get(&ix) {
            ix = next;
        }
        ix
    };
    let mut sum = Bits::ZERO;
    for ix in sorted {
        let link = network.link(ix);
        let (a, b) = (top(&above, link.a), top(&above, link.b));
        if a != b {
            above.insert(a, b);
            sum += link.bits;
        }
    }
    sum
}
