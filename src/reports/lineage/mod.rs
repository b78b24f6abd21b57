//! What became of each ring between two places of the journal: the net of its events, so that a ring that was born on Tuesday
//! and grew on Wednesday is one birth, and a merger is not also a growth. Not responsible for what happened when
//! (`engine::History`) nor for the words (`sections`).
//!
//! Only the two ends count: a ring is what it was if the same applications are in it, whatever it was between. Which ring went
//! where is read from the events, and believed only where the ends bear it out: a ring merged into another if some of
//! its applications are there now.
//!
//! Invariant: every ring that differs between the two ends is a side of exactly one change, and no other ring is; putting the
//! sides of all changes in the place of what was gives what is.

mod quiet;
mod through;

pub use quiet::{QUIET_DAYS, Quiet, quiet};
pub use through::Through;

use crate::{
    engine::{History, Recorded},
    model::{ApplicationId, LineageEvent, LineageKind, RingId, Seq},
    rings::lineage::Members,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// A ring at both ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Side<'a> {
    /// The ring.
    pub ring: &'a RingId,
    /// Its applications at the beginning; none where it was not there.
    pub before: Option<&'a Members>,
    /// Its applications at the end; none where it is not there.
    pub after: Option<&'a Members>,
    /// Whether it was there at any time before the beginning.
    pub is_known: bool,
}

/// What became of one ring, and of those that merged into it or came out of it.
#[derive(Debug, Clone)]
pub struct Change<'a> {
    /// What it amounts to.
    pub kind: LineageKind,
    /// The ring it is about: of a merger the one that goes on, of a split the one that keeps the id.
    pub ring: Side<'a>,
    /// The rings that merged into it, largest first.
    pub absorbed: Vec<Side<'a>>,
    /// The rings that came out of it, or of those that merged into it, largest first.
    pub parts: Vec<Side<'a>>,
    /// Applications that are in one of these rings and were in none of them.
    pub joined: BTreeSet<&'a ApplicationId>,
    /// Applications that were in one of these rings and are in none of them.
    pub left: BTreeSet<&'a ApplicationId>,
    /// What happened to all of these rings in the period, oldest first.
    pub events: Vec<&'a Recorded>,
    /// Through what.
    pub through: Through<'a>,
}

impl<'a> Change<'a> {
    /// Every ring that it tells of.
    pub fn sides(&self) -> impl Iterator<Item = &Side<'a>> {
        std::iter::once(&self.ring).chain(&self.absorbed).chain(&self.parts)
    }
}

/// What became of all rings.
#[derive(Debug, Clone, Default)]
pub struct Net<'a> {
    /// What changed, by the ring it is about.
    pub changes: Vec<Change<'a>>,
    /// Rings that were there between the two ends only.
    pub passing: u32,
}

impl<'a> Net<'a> {
    /// What became of all rings after fact `since`, up to and with fact `until`. O(rings × log rings + events and members of
    /// those to which something happened).
    #[must_use]
    pub fn of(history: &'a History, since: Seq, until: Seq) -> Self {
        let lives: Lives<'a> =
            history.iter().filter_map(|(ring, all)| Life::read(ring, all, since, until)).collect();
        let mut passing = 0;
        // What belongs to the ring that a change is about.
        let mut owned: BTreeMap<&RingId, Owned<'a>> = BTreeMap::new();
        for &ring in lives.iter().filter(|(_, life)| life.is_changed()).map(|(ring, _)| ring) {
            match heir(&lives, ring) {
                Some(heir) if heir != ring => owned.entry(heir).or_default().absorbed.push(ring),
                _ => drop(owned.entry(ring).or_default()),
            }
        }
        for (&ring, life) in &lives {
            if life.side.before.is_none() && life.side.after.is_none() {
                passing += 1;
            }
            let is_new = life.side.before.is_none() && life.side.after.is_some();
            let took_in = owned.get(ring).is_some_and(|owned| !owned.absorbed.is_empty());
            let Some(parent) = origin(&lives, ring).filter(|_| is_new && !took_in) else {
                continue;
            };
            let owner = heir(&lives, parent).unwrap_or(parent);
            owned.remove(ring);
            owned.entry(owner).or_default().parts.push(ring);
        }
        let change = |(ring, owned)| change(&lives, ring, &owned);
        Self { changes: owned.into_iter().filter_map(change).collect(), passing }
    }

    /// The changes of a kind.
    pub fn of_kind(&self, kind: LineageKind) -> impl Iterator<Item = &Change<'a>> {
        self.changes.iter().filter(move |change| change.kind == kind)
    }
}

/// What belongs to one change beside the ring it is about.
#[derive(Default)]
struct Owned<'a> {
    absorbed: Vec<&'a RingId>,
    parts: Vec<&'a RingId>,
}

/// A ring to which something happened in the period.
struct Life<'a> {
    side: Side<'a>,
    events: &'a [Arc<Recorded>],
}

type Lives<'a> = BTreeMap<&'a RingId, Life<'a>>;

impl<'a> Life<'a> {
    fn read(
        ring: &'a RingId,
        all: &'a [Arc<Recorded>],
        since: Seq,
        until: Seq,
    ) -> Option<(&'a RingId, Self)> {
        let (begin, end) = (
            all.partition_point(|recorded| recorded.seq <= since),
            all.partition_point(|recorded| recorded.seq <= until),
        );
        let events = all.get(begin..end).filter(|events| !events.is_empty())?;
        let before = all.get(..begin).and_then(<[_]>::last);
        let side = Side {
            ring,
            before: before.and_then(|recorded| there(&recorded.event)),
            after: events.last().and_then(|recorded| there(&recorded.event)),
            is_known: before.is_some(),
        };
        Some((ring, Self { side, events }))
    }

    fn is_changed(&self) -> bool {
        self.side.before != self.side.after
    }

    /// The event through which it came to be there for the last time up to fact `until`.
    fn entrance(&self, until: Seq) -> Option<&'a Recorded> {
        let enters =
            |kind| matches!(kind, LineageKind::Born | LineageKind::Split | LineageKind::Revived);
        let mut events = self.events.iter().rev();
        events.find(|r| r.seq <= until && enters(r.event.kind)).map(|recorded| &**recorded)
    }
}

/// Who is in a ring after an event; none where it is gone.
fn there(event: &LineageEvent) -> Option<&Members> {
    match event.kind {
        LineageKind::Dissolved | LineageKind::Merged => None,
        _ => Some(&event.members),
    }
}

/// The ring of the end in which a ring that was there at the beginning goes on: itself, or what it merged into by
/// way of others, provided that any of its applications is there.
fn heir<'a>(lives: &Lives<'a>, ring: &'a RingId) -> Option<&'a RingId> {
    let mut at = ring;
    // Each step leads to a ring that was there later, so that there are no more steps than rings.
    for _ in 0..=lives.len() {
        let life = lives.get(at)?;
        if let Some(after) = life.side.after {
            let before = lives.get(ring)?.side.before;
            let goes_on = at == ring || before.is_some_and(|before| !before.is_disjoint(after));
            return goes_on.then_some(life.side.ring);
        }
        let last = life.events.last()?;
        match (last.event.kind, &last.event.other) {
            (LineageKind::Merged, Some(next)) => at = lives.get_key_value(next)?.0,
            _ => return None,
        }
    }
    None
}

/// The ring of the beginning that a ring of the end came out of, by way of others, provided that any of its applications was
/// there.
fn origin<'a>(lives: &Lives<'a>, ring: &'a RingId) -> Option<&'a RingId> {
    let after = lives.get(ring)?.side.after?;
    let (mut at, mut until) = (ring, Seq(u64::MAX));
    loop {
        let life = lives.get(at)?;
        if at != ring
            && let Some(before) = life.side.before
        {
            return (!before.is_disjoint(after)).then_some(life.side.ring);
        }
        let entrance = life.entrance(until)?;
        let parent = entrance.event.other.as_ref()?;
        // A parent was there before its part.
        until = Seq(entrance.seq.0.checked_sub(1)?);
        at = lives.get_key_value(parent)?.0;
    }
}

fn change<'a>(lives: &Lives<'a>, ring: &RingId, owned: &Owned<'a>) -> Option<Change<'a>> {
    let sides = |rings: &[&RingId], size: fn(&Side<'a>) -> Option<&'a Members>| {
        let mut sides: Vec<Side<'a>> =
            rings.iter().filter_map(|ring| lives.get(*ring)).map(|life| life.side).collect();
        let order = |side: &Side<'a>| std::cmp::Reverse(size(side).map_or(0, BTreeSet::len));
        sides.sort_by(|a, b| order(a).cmp(&order(b)).then_with(|| a.ring.cmp(b.ring)));
        sides
    };
    let own = lives.get(ring)?;
    let absorbed = sides(&owned.absorbed, |side| side.before);
    let parts = sides(&owned.parts, |side| side.after);
    let kind = match (own.side.before, own.side.after) {
        _ if !absorbed.is_empty() => LineageKind::Merged,
        (_, None) => LineageKind::Dissolved,
        _ if !parts.is_empty() => LineageKind::Split,
        (None, Some(_)) if own.side.is_known => LineageKind::Revived,
        (None, Some(_)) => LineageKind::Born,
        (Some(before), Some(after)) if after.len() < before.len() => LineageKind::Shrank,
        (Some(_), Some(_)) => LineageKind::Grew,
    };
    let all = || std::iter::once(&own.side).chain(&absorbed).chain(&parts);
    let were: BTreeSet<&ApplicationId> = all().filter_map(|side| side.before).flatten().collect();
    let are: BTreeSet<&ApplicationId> = all().filter_map(|side| side.after).flatten().collect();
    let (joined, left) = (&are - &were, &were - &are);
    let of = all().filter_map(|side| lives.get(side.ring)).flat_map(|life| life.events);
    let mut events: Vec<&Recorded> = of.map(|recorded| &**recorded).collect();
    events.sort_by(|a, b| a.seq.cmp(&b.seq).then_with(|| a.event.ring.cmp(&b.event.ring)));
    let through = Through::of(&events);
    Some(Change { kind, ring: own.side, absorbed, parts, joined, left, events, through })
}

#[cfg(test)]
mod tests;
