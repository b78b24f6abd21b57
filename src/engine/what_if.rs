//! What would be if thresholds were moved: which rings would come, go, grow and fall apart, and what that makes of people's
//! verdicts. Not responsible for moving them (`setting`).
//!
//! Only what moves is computed anew: gates and bridges leave the links alone; another line or another start leaves what
//! they weigh alone; only where weaker links are to be kept is everybody compared again.
//!
//! Invariant: records nothing, and says what applying the same numbers to the same view then does, ring for ring.

use crate::{
    engine::{View, ledger::decided},
    graph::Network,
    matching::{
        Background, Comparer, Linker, Policy, Rulings, link,
        thresholds::{Changes, ThresholdError},
    },
    model::{
        ApplicantIx, ApplicationId, Cause, LineageEvent, LineageKind, Link, Ring, RingId,
        RingStatus, Seq,
    },
    rings::{
        self,
        lineage::{Bygone, Members, name},
    },
};
use rayon::prelude::*;
use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

/// What would become of a ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fate {
    /// It is not there today and would be.
    Appears,
    /// It was there once and would be again.
    Returns,
    /// It would be a part that leaves another ring.
    SplitsOff,
    /// It would lose members, and perhaps gain others.
    Shrinks,
    /// It would gain members and lose none.
    Grows,
    /// It would become a part of another ring.
    Merges,
    /// It would be no ring any more.
    Vanishes,
}

impl Fate {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Appears,
        Self::Returns,
        Self::SplitsOff,
        Self::Shrinks,
        Self::Grows,
        Self::Merges,
        Self::Vanishes,
    ];

    /// The name in JSON and URLs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Appears => "appears",
            Self::Returns => "returns",
            Self::SplitsOff => "splits_off",
            Self::Shrinks => "shrinks",
            Self::Grows => "grows",
            Self::Merges => "merges",
            Self::Vanishes => "vanishes",
        }
    }
}

/// One ring that would change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RingChange {
    /// The ring: as it is called today, or as it would be called.
    pub ring: RingId,
    /// What would become of it.
    pub fate: Fate,
    /// What people decided about it.
    pub status: RingStatus,
    /// The ring it would merge into or leave.
    pub other: Option<RingId>,
    /// Its applications today.
    pub before: usize,
    /// Its applications then.
    pub after: usize,
    /// Applications that would join.
    pub joined: usize,
    /// Applications that would leave.
    pub left: usize,
    /// Some of those who would be in it, or who are where it vanishes: at most six.
    pub some: Vec<ApplicantIx>,
}

impl RingChange {
    /// How many applications it is about.
    #[must_use]
    pub fn size(&self) -> usize {
        self.joined + self.left
    }
}

/// Rings that people decided about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Decided {
    /// Confirmed or referred.
    pub confirmed: usize,
    /// Dismissed.
    pub dismissed: usize,
}

/// What would be.
#[derive(Debug, Clone, PartialEq)]
pub struct WhatIf {
    /// The fact as of which it was computed: the last that weighs.
    pub weighed: Seq,
    /// Hash of the policy in force.
    pub before: String,
    /// Hash of the policy that would be.
    pub after: String,
    /// Rings that would change, the largest change first.
    pub rings: Vec<RingChange>,
    /// Rings today.
    pub rings_before: usize,
    /// Rings then.
    pub rings_after: usize,
    /// Rings that stand today and that people decided about.
    pub decided_before: Decided,
    /// Of those, the ones that would still stand, by themselves or in another ring.
    pub decided_after: Decided,
    /// Applications that are in no ring and would be in one.
    pub entering: usize,
    /// Applications that are in a ring and would be in none.
    pub leaving: usize,
    /// What would be recorded of rings.
    pub events: Vec<LineageEvent>,
}

impl WhatIf {
    /// How many rings have each fate, those with none left out.
    #[must_use]
    pub fn fates(&self) -> BTreeMap<Fate, usize> {
        let mut fates = BTreeMap::new();
        for ring in &self.rings {
            *fates.entry(ring.fate).or_default() += 1;
        }
        fates
    }
}

/// What would be if these thresholds were moved from those in force. O(links + rings), and O(pairs) where weaker links are
/// to be kept than are.
///
/// # Errors
/// When the numbers contradict one another.
pub fn what_if(view: &View, changes: &Changes) -> Result<WhatIf, ThresholdError> {
    let policy = changes.applied_to(&view.in_force)?;
    let (network, background) = relinked(view, &policy);
    let built = rings::build(&network, &background, &policy);
    let applications = |ring: &Ring| -> Members {
        let all = ring.members.iter().flat_map(|&m| &network.applicant(m).applications);
        all.map(|&app| network.corpus().id(app)).collect()
    };
    let mut today: Vec<(Members, Ring)> =
        built.into_iter().map(|ring| (applications(&ring), ring)).collect();
    today.sort_by(|(p, a), (q, b)| b.score.cmp(&a.score).then_with(|| p.first().cmp(&q.first())));
    let (today, new): (Vec<Members>, Vec<Ring>) = today.into_iter().unzip();
    let was: BTreeMap<RingId, Members> =
        view.rings.iter().map(|ring| (ring.id.clone(), applications(ring))).collect();
    let yesterday: BTreeMap<&RingId, &Members> = was.iter().collect();
    let decided = decided(&view.judgements, &view.judged);
    let is_used = |id: &RingId| view.lineage.contains(id);
    let (ids, events) =
        name(&yesterday, &today, &bygone(view), &decided, is_used, |_, _| Cause::Policy);
    let sorted = |sets: &mut dyn Iterator<Item = &Members>| -> BTreeSet<ApplicationId> {
        sets.flatten().cloned().collect()
    };
    let (inside, then) = (sorted(&mut was.values()), sorted(&mut today.iter()));
    let by_id: BTreeMap<&RingId, &Ring> = ids.iter().zip(&new).collect();
    let rings = ring_changes(view, &was, &by_id, &events);
    let (decided_before, decided_after) = verdicts(view, &rings);
    Ok(WhatIf {
        weighed: view.weighed,
        before: view.policy.clone(),
        after: policy.hash(),
        rings_before: view.rings.len(),
        rings_after: today.len(),
        decided_before,
        decided_after,
        entering: then.difference(&inside).count(),
        leaving: inside.difference(&then).count(),
        rings,
        events,
    })
}

/// The links as they would be, and what is known of values then.
fn relinked<'a>(view: &'a View, policy: &Policy) -> (Cow<'a, Network>, Cow<'a, Background>) {
    let (now, then) = (&view.in_force.link, &policy.link);
    if now == then {
        return (Cow::Borrowed(&view.network), Cow::Borrowed(&view.background));
    }
    let (corpus, applicants) = (view.network.corpus(), view.network.applicants());
    let rulings = Rulings::build(corpus, &view.judgements);
    if then.watch - then.prior < now.watch - now.prior {
        let linked = link(corpus, applicants, &rulings, policy);
        let network = Network::new(corpus.clone(), applicants.clone(), linked.links);
        return (Cow::Owned(network), Cow::Owned(linked.background));
    }
    let linker = Linker { comparer: Comparer::new(corpus, policy), applicants, rulings: &rulings };
    // Where less is kept, what pairs share is looked at again: some fall to a quick look that they passed before.
    let is_less = then.watch - then.prior > now.watch - now.prior;
    let strength = |link: &Link| match is_less {
        true => linker.link(link.a, link.b, &view.background).map(|link| link.strength),
        false => linker.redrawn(link),
    };
    let links: Vec<&Link> = view.network.links().collect();
    let moved: Vec<_> = links
        .par_iter()
        .map(|&link| (link, strength(link)))
        .filter(|(link, strength)| *strength != Some(link.strength))
        .collect();
    let mut network = Network::clone(&view.network);
    for (link, strength) in moved {
        match strength {
            Some(strength) => drop(network.put_link(Link { strength, ..link.clone() })),
            None => drop(network.remove_link(link.a, link.b)),
        }
    }
    (Cow::Owned(network), Cow::Borrowed(&view.background))
}

/// Rings that are no more, from what happened to them. O(events).
fn bygone(view: &View) -> Bygone {
    let past = view.lineage.iter().filter_map(|(ring, events)| {
        let (last, before) = events.split_last()?;
        if !last.event.members.is_empty() {
            return None;
        }
        let members = || before.iter().map(|recorded| &recorded.event.members);
        let at_last = members().next_back()?;
        let past = match members().max_by_key(|members| members.len()) {
            Some(largest) if largest.len() > at_last.len() => {
                vec![at_last.clone(), largest.clone()]
            }
            _ => vec![at_last.clone()],
        };
        Some((ring.clone(), past))
    });
    past.collect()
}

/// One line a ring, the largest change first.
fn ring_changes(
    view: &View,
    was: &BTreeMap<RingId, Members>,
    then: &BTreeMap<&RingId, &Ring>,
    events: &[LineageEvent],
) -> Vec<RingChange> {
    const SOME: usize = 6;
    let mut by_ring: BTreeMap<&RingId, Vec<&LineageEvent>> = BTreeMap::new();
    for event in events {
        by_ring.entry(&event.ring).or_default().push(event);
    }
    let nobody = Members::new();
    let change = |(ring, events): (&RingId, Vec<&LineageEvent>)| {
        let last = events.last()?;
        let fate = events.iter().map(|event| fate(event.kind)).min()?;
        let before = was.get(ring).unwrap_or(&nobody);
        let stands = view.rings.find(ring);
        let members = then.get(ring).map(|ring| &ring.members).or(stands.map(|r| &r.members));
        Some(RingChange {
            ring: ring.clone(),
            fate,
            status: stands.map(|ring| ring.status).unwrap_or_default(),
            other: last.other.clone(),
            before: before.len(),
            after: last.members.len(),
            joined: last.members.difference(before).count(),
            left: before.difference(&last.members).count(),
            some: members.into_iter().flatten().take(SOME).copied().collect(),
        })
    };
    let mut all: Vec<RingChange> = by_ring.into_iter().filter_map(change).collect();
    all.sort_by(|a, b| b.size().cmp(&a.size()).then_with(|| a.ring.cmp(&b.ring)));
    all
}

fn fate(kind: LineageKind) -> Fate {
    match kind {
        LineageKind::Born => Fate::Appears,
        LineageKind::Revived => Fate::Returns,
        LineageKind::Split => Fate::SplitsOff,
        LineageKind::Shrank => Fate::Shrinks,
        LineageKind::Grew => Fate::Grows,
        LineageKind::Merged => Fate::Merges,
        LineageKind::Dissolved => Fate::Vanishes,
    }
}

/// Rings of today that people decided about, and those of them that would not vanish.
fn verdicts(view: &View, changes: &[RingChange]) -> (Decided, Decided) {
    let vanish: BTreeSet<&RingId> =
        changes.iter().filter(|c| c.fate == Fate::Vanishes).map(|c| &c.ring).collect();
    let (mut before, mut after) = (Decided::default(), Decided::default());
    for ring in view.rings.iter() {
        let place = |decided: &mut Decided| match ring.status {
            RingStatus::Open => {}
            RingStatus::Dismissed => decided.dismissed += 1,
            RingStatus::Confirmed | RingStatus::Referred => decided.confirmed += 1,
        };
        place(&mut before);
        if !vanish.contains(&ring.id) {
            place(&mut after);
        }
    }
    (before, after)
}
