//! What a case covers now: its rings through growth, mergers and splits. Not responsible for what happens to rings
//! (`rings::lineage`) nor for which rings a case was linked to (`model::case`).
//!
//! A case is about the members that a ring had when it was linked: it goes along with the ring of that id, with the ring
//! that it was merged into, and with every part that left those taking such members along.
//!
//! Invariant: depends on the case and the view alone; every ring that is not the linked one comes with what happened.

use crate::{
    engine::{Cases, Recorded, RingLookup, View},
    model::{ApplicationId, Case, LineageKind, Moment, Ring, RingId, Seq},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Something that happened to a ring of a case after it was linked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The fact that recorded it.
    pub seq: Seq,
    /// When.
    pub at: Moment,
    /// The ring it happened to.
    pub ring: RingId,
    /// The other ring of a merger or a split.
    pub other: Option<RingId>,
    /// What, as a sentence.
    pub text: String,
}

/// A ring that a case covers.
#[derive(Debug)]
pub struct Covered<'v> {
    /// The ring as it is.
    pub ring: &'v Ring,
    /// The id under which it was linked.
    pub linked: RingId,
    /// What happened since, oldest first; empty where nothing did.
    pub story: Vec<Step>,
}

/// A ring that a case was linked to and that is no more, without a successor.
#[derive(Debug)]
pub struct Gone {
    /// Which.
    pub linked: RingId,
    /// What happened since, oldest first.
    pub story: Vec<Step>,
}

/// What a case covers.
#[derive(Debug, Default)]
pub struct Reach<'v> {
    /// Rings that are, by id, each once.
    pub covered: Vec<Covered<'v>>,
    /// Linked rings of which nothing is left.
    pub gone: Vec<Gone>,
}

impl Reach<'_> {
    /// Whether a ring is among them.
    #[must_use]
    pub fn covers(&self, ring: &RingId) -> bool {
        self.covered.iter().any(|covered| covered.ring.id == *ring)
    }
}

/// Follows rings through a view. Made once for many cases: O(events of all rings).
pub struct Follower<'v> {
    view: &'v View,
    /// Parts that left a ring, by that ring.
    left: BTreeMap<&'v RingId, Vec<&'v Recorded>>,
}

/// What is covered of one linked ring.
struct Walk {
    linked: RingId,
    since: Seq,
    members: BTreeSet<ApplicationId>,
}

impl<'v> Follower<'v> {
    /// Of a view.
    #[must_use]
    pub fn new(view: &'v View) -> Self {
        let mut left: BTreeMap<&RingId, Vec<&Recorded>> = BTreeMap::new();
        for (_, events) in view.lineage.iter() {
            for recorded in events {
                let event = &recorded.event;
                if matches!(event.kind, LineageKind::Split | LineageKind::Revived)
                    && let Some(from) = &event.other
                {
                    left.entry(from).or_default().push(recorded);
                }
            }
        }
        Self { view, left }
    }

    /// What a case covers. O(events of its rings).
    #[must_use]
    pub fn reach(&self, case: &Case) -> Reach<'v> {
        let mut covered: BTreeMap<RingId, Covered<'v>> = BTreeMap::new();
        let mut gone = Vec::new();
        for (linked, &since) in &case.rings {
            let found = self.follow(linked, since);
            if found.is_empty() {
                gone.push(Gone { linked: linked.clone(), story: self.end(linked, since) });
            }
            for one in found {
                let known = covered.entry(one.ring.id.clone()).or_insert_with(|| Covered {
                    ring: one.ring,
                    linked: one.linked.clone(),
                    story: Vec::new(),
                });
                // Of two ways to one ring the ring's own id tells, else the first.
                if one.linked == one.ring.id {
                    known.linked = one.linked;
                }
                known.story.extend(one.story);
                known.story.sort_by(|a, b| (a.seq, &a.ring).cmp(&(b.seq, &b.ring)));
                known.story.dedup();
            }
        }
        Reach { covered: covered.into_values().collect(), gone }
    }

    /// The cases, open or closed, that cover a ring now, by id. O(cases).
    #[must_use]
    pub fn covering(&self, cases: &Cases, ring: &RingId) -> Vec<Arc<Case>> {
        let all = cases.iter();
        all.filter(|case| self.reach(case).covers(ring)).map(Arc::clone).collect()
    }

    fn follow(&self, linked: &RingId, since: Seq) -> Vec<Covered<'v>> {
        let walk = Walk { linked: linked.clone(), since, members: self.members(linked, since) };
        let mut covered = Vec::new();
        let mut seen: BTreeSet<RingId> = [linked.clone()].into();
        let mut open: Vec<(RingId, Vec<Step>)> = vec![(linked.clone(), Vec::new())];
        while let Some((id, story)) = open.pop() {
            let mut next = |id: &RingId, story: Vec<Step>| {
                if seen.insert(id.clone()) {
                    open.push((id.clone(), story));
                }
            };
            match self.view.ring(&id) {
                RingLookup::Found(ring) if id == walk.linked || self.shares(&walk, ring) => {
                    let mut story = story.clone();
                    story.extend(self.own(&id, walk.since));
                    covered.push(Covered { ring, linked: walk.linked.clone(), story });
                }
                RingLookup::MovedTo(into) => {
                    let mut story = story.clone();
                    story.extend(self.end(&id, walk.since));
                    next(&into, story);
                }
                RingLookup::Found(_) | RingLookup::Dissolved | RingLookup::Unknown => {}
            }
            for part in self.left.get(&id).into_iter().flatten() {
                let took = || part.event.members.iter().any(|m| walk.members.contains(m));
                if part.seq > walk.since && took() {
                    let mut story = story.clone();
                    story.push(step(part));
                    next(&part.event.ring, story);
                }
            }
        }
        covered
    }

    /// The members that a ring had when a case was linked to it.
    fn members(&self, ring: &RingId, since: Seq) -> BTreeSet<ApplicationId> {
        let events = self.view.lineage.get(ring).unwrap_or_default();
        let whole = || events.iter().filter(|r| !r.event.members.is_empty());
        let then = whole().rfind(|r| r.seq <= since).or_else(|| whole().next());
        then.map(|r| r.event.members.clone()).unwrap_or_default()
    }

    fn shares(&self, walk: &Walk, ring: &Ring) -> bool {
        let network = &self.view.network;
        let applications = ring.members.iter().flat_map(|&m| &network.applicant(m).applications);
        applications.into_iter().any(|&app| walk.members.contains(&network.corpus().id(app)))
    }

    /// What happened to a ring itself since: growth and shrinking are for its own page.
    fn own(&self, ring: &RingId, since: Seq) -> Vec<Step> {
        let events = self.view.lineage.get(ring).unwrap_or_default();
        let told = |kind: LineageKind| {
            !matches!(kind, LineageKind::Grew | LineageKind::Shrank | LineageKind::Born)
        };
        let since = events.iter().filter(|r| r.seq > since && told(r.event.kind));
        since.filter(|r| r.event.kind != LineageKind::Split).map(|r| step(r)).collect()
    }

    /// How a ring came to its end.
    fn end(&self, ring: &RingId, since: Seq) -> Vec<Step> {
        self.own(ring, since)
    }
}

fn step(recorded: &Recorded) -> Step {
    let event = &recorded.event;
    let (ring, cause) = (&event.ring, event.cause.label());
    let n = event.members.len();
    let text = match (event.kind, &event.other) {
        (LineageKind::Merged, Some(into)) => {
            format!("{ring} was merged into {into}, through {cause}")
        }
        (LineageKind::Split, Some(from)) => {
            format!("{ring} split off from {from} with {n} applications, through {cause}")
        }
        (LineageKind::Revived, Some(from)) => {
            format!("{ring} came back out of {from} with {n} applications, through {cause}")
        }
        (kind, _) => format!("{ring} {}, through {cause}", kind.label()),
    };
    Step {
        seq: recorded.seq,
        at: recorded.at,
        ring: ring.clone(),
        other: event.other.clone(),
        text,
    }
}
