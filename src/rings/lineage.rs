//! Lineage: which ring is which, from one computation to the next. Not responsible for which rings there are.
//!
//! A ring keeps its id through growth; of rings that merge the largest keeps its id and the others redirect; of
//! the parts of a split the largest keeps the id, unless it is what another ring was before it merged into this one. What
//! people decided about a ring is about the members it had then, so that its id goes where most of those are, and to nobody
//! where none is. A ring that comes back gets its id back. Everything is counted in applications, since applicants may be
//! resolved anew.
//!
//! Invariant: each ring of today has an id no other has; each ring of yesterday is today the same, merged or
//! dissolved; every difference is an event.

use crate::model::{ApplicationId, Cause, LineageEvent, LineageKind, RingId};
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};

/// What a ring was or is: its applications.
pub type Members = BTreeSet<ApplicationId>;

/// What a ring that is no more was: at last, and when it was largest.
pub type Past = Vec<Members>;

/// The members that rings had when people decided about them.
type Decided<'a> = BTreeMap<&'a RingId, &'a Members>;

/// Rings that are no more, with what they were, found by the applications they had.
#[derive(Debug, Clone, Default)]
pub struct Bygone {
    rings: BTreeMap<RingId, Past>,
    by_application: FxHashMap<ApplicationId, Vec<RingId>>,
}

impl Bygone {
    /// Every ring that is no more, by id.
    #[must_use]
    pub fn rings(&self) -> &BTreeMap<RingId, Past> {
        &self.rings
    }

    /// Adds a ring that is no more from now on. O(members).
    pub fn insert(&mut self, ring: RingId, past: Past) {
        self.remove(&ring);
        let all: BTreeSet<&ApplicationId> = past.iter().flatten().collect();
        for application in all {
            self.by_application.entry(application.clone()).or_default().push(ring.clone());
        }
        self.rings.insert(ring, past);
    }

    /// Takes a ring out that is there again. O(members).
    pub fn remove(&mut self, ring: &RingId) {
        for application in self.rings.remove(ring).into_iter().flatten().flatten() {
            if let Some(rings) = self.by_application.get_mut(&application) {
                rings.retain(|r| r != ring);
                if rings.is_empty() {
                    self.by_application.remove(&application);
                }
            }
        }
    }

    /// Whether a ring of the past had exactly these members, at last or when it was largest. O(members).
    fn was(&self, members: &Members) -> bool {
        let first = members.first().and_then(|first| self.by_application.get(first));
        let rings = first.into_iter().flatten().filter_map(|id| self.rings.get(id));
        rings.flatten().any(|was| was == members)
    }

    /// Whether people decided about a ring of the past that had exactly these members. O(members).
    fn was_decided(&self, members: &Members, decided: &Decided<'_>) -> bool {
        let first = members.first().and_then(|first| self.by_application.get(first));
        let is_it = |id: &&RingId| {
            decided.contains_key(*id)
                && self.rings.get(*id).is_some_and(|past| past.iter().any(|was| was == members))
        };
        first.into_iter().flatten().any(|id| is_it(&id))
    }

    /// The ring of the past that these members are, if one is: the one they have most in common with, provided that
    /// is more than half of both; of equals one that people decided about.
    fn come_back(
        &self,
        members: &Members,
        back: &BTreeSet<RingId>,
        decided: &Decided<'_>,
    ) -> Option<RingId> {
        let candidates: BTreeSet<&RingId> =
            members.iter().filter_map(|m| self.by_application.get(m)).flatten().collect();
        candidates
            .into_iter()
            .filter(|id| !back.contains(*id))
            .filter_map(|id| self.rings.get_key_value(id))
            .flat_map(|(id, past)| past.iter().map(move |was| (id, was)))
            .map(|(id, was)| (members.intersection(was).count(), was.len(), id))
            .filter(|&(common, before, _)| common * 2 > before.max(members.len()))
            .max_by_key(|&(common, before, id)| {
                (common, decided.contains_key(id), before, std::cmp::Reverse(id))
            })
            .map(|(_, _, id)| id.clone())
    }
}

impl FromIterator<(RingId, Past)> for Bygone {
    fn from_iter<I: IntoIterator<Item = (RingId, Past)>>(rings: I) -> Self {
        let mut all = Self::default();
        rings.into_iter().for_each(|(ring, past)| all.insert(ring, past));
        all
    }
}

/// Names today's rings after yesterday's, and says what happened. Rings that are today what they were yesterday may be
/// left out of both, since nobody else has a claim to them. `gone` holds every ring that once was and is no
/// more: a new ring that has more than half of one's members and of its own in common with it is that one come back.
/// `decided` has the members that a ring of yesterday or of the past had when people decided about it. One of the past that
/// is there again exactly as it was takes precedence over a ring of yesterday that nobody decided about.
/// `is_used` says whether a ring has or had an id. `cause` says
/// through what a ring changed: it is given today's position (none for a dissolved ring) and the applications
/// that joined or left. O(total members × log).
#[must_use]
pub fn name(
    yesterday: &BTreeMap<&RingId, &Members>,
    today: &[Members],
    gone: &Bygone,
    decided: &Decided<'_>,
    is_used: impl Fn(&RingId) -> bool,
    mut cause: impl FnMut(Option<usize>, &Members) -> Cause,
) -> (Vec<RingId>, Vec<LineageEvent>) {
    let claims = claims(yesterday, today);
    let mut names: Vec<Option<RingId>> = vec![None; today.len()];
    let mut heir: BTreeMap<&RingId, usize> = BTreeMap::new();
    let standing = decided.iter().filter(|(id, _)| yesterday.contains_key(*id));
    let core = core(&standing.map(|(id, members)| (*id, *members)).collect(), today);
    let returns: Vec<bool> = today.iter().map(|members| gone.was(members)).collect();
    let stays = |old: &RingId| {
        claims.iter().any(|(_, _, other, position)| *other == old && !returns[*position])
    };
    // Strongest overlap first; then the larger ring of yesterday, then the smaller id.
    let mut order: Vec<_> = claims.iter().collect();
    order.sort_by_key(|claim| (core.get(&(claim.2, claim.3)), *claim));
    for &(_, _, old, position) in order.into_iter().rev() {
        let barred = match decided.contains_key(old) {
            true => !core.contains_key(&(old, position)),
            false => {
                returns[position] && (stays(old) || gone.was_decided(&today[position], decided))
            }
        };
        if names[position].is_none() && !heir.contains_key(old) && !barred {
            names[position] = Some(old.clone());
            heir.insert(old, position);
        }
    }
    let mut used: BTreeSet<RingId> = BTreeSet::new();
    let mut back: BTreeSet<RingId> = BTreeSet::new();
    let ids: Vec<RingId> = today
        .iter()
        .zip(names)
        .map(|(members, name)| {
            let id = name.unwrap_or_else(|| match gone.come_back(members, &back, decided) {
                Some(id) => {
                    back.insert(id.clone());
                    id
                }
                None => fresh(members, &|id| used.contains(id) || is_used(id)),
            });
            used.insert(id.clone());
            id
        })
        .collect();
    let mut events = Vec::new();
    for (position, (members, id)) in today.iter().zip(&ids).enumerate() {
        let mut event = |kind, other, changed: &Members| {
            events.push(LineageEvent {
                kind,
                ring: id.clone(),
                other,
                members: members.clone(),
                cause: cause(Some(position), changed),
            });
        };
        match yesterday.get(id) {
            Some(before) => {
                let joined: Members = members.difference(before).cloned().collect();
                let left: Members = before.difference(members).cloned().collect();
                if !joined.is_empty() {
                    event(LineageKind::Grew, None, &joined);
                }
                if !left.is_empty() {
                    event(LineageKind::Shrank, None, &left);
                }
            }
            None => {
                let parent = claims
                    .iter()
                    .rev()
                    .find(|(_, _, _, p)| *p == position)
                    .map(|(_, _, old, _)| (*old).clone());
                let kind = match &parent {
                    _ if back.contains(id) => LineageKind::Revived,
                    Some(_) => LineageKind::Split,
                    None => LineageKind::Born,
                };
                event(kind, parent, members);
            }
        }
    }
    for (&id, &before) in yesterday {
        if heir.contains_key(id) {
            continue;
        }
        let into = claims.iter().rev().find(|(_, _, old, _)| **old == *id).map(|(_, _, _, p)| *p);
        events.push(LineageEvent {
            kind: if into.is_some() { LineageKind::Merged } else { LineageKind::Dissolved },
            ring: id.clone(),
            other: into.map(|p| ids[p].clone()),
            members: Members::new(),
            cause: cause(into, before),
        });
    }
    (ids, events)
}

/// How many applications each ring of yesterday has in each of today's, sorted by strength.
fn claims<'a>(
    yesterday: &BTreeMap<&'a RingId, &Members>,
    today: &[Members],
) -> Vec<(usize, usize, &'a RingId, usize)> {
    let mut now: BTreeMap<&ApplicationId, usize> = BTreeMap::new();
    for (position, members) in today.iter().enumerate() {
        for member in members {
            now.insert(member, position);
        }
    }
    let mut claims = Vec::new();
    for (&id, before) in yesterday {
        let mut overlap: BTreeMap<usize, usize> = BTreeMap::new();
        for member in before.iter() {
            if let Some(&position) = now.get(member) {
                *overlap.entry(position).or_default() += 1;
            }
        }
        claims.extend(overlap.into_iter().map(|(position, n)| (n, before.len(), id, position)));
    }
    claims.sort();
    claims
}

/// How many of the applications that a ring had when people decided about it are in each of today's, where any is.
fn core<'a>(decided: &Decided<'a>, today: &[Members]) -> BTreeMap<(&'a RingId, usize), usize> {
    let claims = claims(decided, today);
    claims.into_iter().map(|(n, _, id, position)| ((id, position), n)).collect()
}

/// An id for a new ring: derived from its first application, with a count where that id was used before.
fn fresh(members: &Members, is_used: &dyn Fn(&RingId) -> bool) -> RingId {
    let first = members.first().map_or("", ApplicationId::as_str);
    let mut n = 0_u32;
    loop {
        let id = RingId::derive(&format!("{first}\u{1f}{n}"));
        if !is_used(&id) {
            return id;
        }
        n += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn members(ids: &[u32]) -> Members {
        ids.iter().map(|n| format!("A{n}").parse().unwrap()).collect()
    }

    fn step(
        yesterday: &BTreeMap<RingId, Members>,
        today: &[Members],
    ) -> (Vec<RingId>, Vec<LineageEvent>) {
        let is_used = |id: &RingId| yesterday.contains_key(id);
        let yesterday = yesterday.iter().collect();
        let none = BTreeMap::new();
        name(&yesterday, today, &Bygone::default(), &none, is_used, |_, _| Cause::Policy)
    }

    fn after(gone: &Bygone, today: &[Members]) -> (Vec<RingId>, Vec<LineageEvent>) {
        let is_used = |id: &RingId| gone.rings().contains_key(id);
        let none = BTreeMap::new();
        name(&BTreeMap::new(), today, gone, &none, is_used, |_, _| Cause::Policy)
    }

    fn past(rings: &BTreeMap<RingId, Members>) -> Bygone {
        rings.iter().map(|(id, members)| (id.clone(), vec![members.clone()])).collect()
    }

    fn kinds(events: &[LineageEvent]) -> Vec<LineageKind> {
        events.iter().map(|e| e.kind).collect()
    }

    fn born(today: &[Members]) -> (Vec<RingId>, BTreeMap<RingId, Members>) {
        let (ids, events) = step(&BTreeMap::new(), today);
        assert!(events.iter().all(|e| e.kind == LineageKind::Born));
        let map = ids.iter().cloned().zip(today.iter().cloned()).collect();
        (ids, map)
    }

    #[test]
    fn a_ring_that_grows_keeps_its_id() {
        let (ids, before) = born(&[members(&[1, 2, 3])]);
        let (after, events) = step(&before, &[members(&[1, 2, 3, 4])]);
        assert_eq!(after, ids);
        assert_eq!(kinds(&events), [LineageKind::Grew]);
    }

    #[test]
    fn what_was_decided_about_stays_with_those_it_was_decided_about() {
        let (ids, before) = born(&[members(&[1, 2, 3, 4, 5, 6, 7])]);
        let then = members(&[1, 2, 3]);
        let decided = [(&ids[0], &then)].into();
        let yesterday = before.iter().collect();
        let used = |id: &RingId| before.contains_key(id);
        let named = |today: &[Members]| {
            name(&yesterday, today, &Bygone::default(), &decided, used, |_, _| Cause::Policy)
        };
        let (after, events) = named(&[members(&[4, 5, 6, 7]), members(&[1, 2, 3])]);
        assert_eq!((after[0] == ids[0], after[1] == ids[0]), (false, true));
        assert_eq!(kinds(&events), [LineageKind::Split, LineageKind::Shrank]);
        let (after, _) = named(&[members(&[4, 5, 6, 7])]);
        assert_ne!(after[0], ids[0], "nobody of those is there any more");
    }

    #[test]
    fn a_part_that_is_what_another_ring_was_is_that_ring_again() {
        let (ids, before) = born(&[members(&[1, 2, 3, 4, 5, 6, 7])]);
        let other = RingId::derive("other");
        let gone: Bygone = [(other.clone(), vec![members(&[4, 5, 6, 7])])].into_iter().collect();
        let used = |id: &RingId| before.contains_key(id) || *id == other;
        let (yesterday, none) = (before.iter().collect(), BTreeMap::new());
        let today = [members(&[4, 5, 6, 7]), members(&[1, 2, 3])];
        let (after, _) = name(&yesterday, &today, &gone, &none, used, |_, _| Cause::Policy);
        assert_eq!(after, [other, ids[0].clone()]);
    }

    #[test]
    fn a_ring_that_was_decided_about_and_is_there_again_is_that_ring_whatever_held_its_members_between()
     {
        let (ids, before) = born(&[members(&[1, 2, 3, 4, 5, 6, 7, 8, 9])]);
        let (small, then) = (RingId::derive("small"), members(&[1, 2, 3]));
        let gone: Bygone = [(small.clone(), vec![then.clone()])].into_iter().collect();
        let used = |id: &RingId| before.contains_key(id) || *id == small;
        let (yesterday, today) = (before.iter().collect(), [then.clone()]);
        let named = |decided: &Decided<'_>| {
            name(&yesterday, &today, &gone, decided, used, |_, _| Cause::Policy)
        };
        assert_eq!(named(&BTreeMap::new()).0, ids, "nobody decided about it");
        let (after, events) = named(&[(&small, &then)].into());
        assert_eq!(after, std::slice::from_ref(&small));
        assert_eq!(kinds(&events), [LineageKind::Revived, LineageKind::Merged]);
        assert_eq!((&events[1].ring, &events[1].other), (&ids[0], &Some(small)));
    }

    #[test]
    fn of_two_rings_that_merge_the_larger_keeps_its_id_and_the_other_redirects() {
        let (ids, before) = born(&[members(&[1, 2]), members(&[5, 6, 7])]);
        let (after, events) = step(&before, &[members(&[1, 2, 5, 6, 7])]);
        assert_eq!(after, [ids[1].clone()]);
        assert_eq!(kinds(&events), [LineageKind::Grew, LineageKind::Merged]);
        assert_eq!(events[1].ring, ids[0]);
        assert_eq!(events[1].other, Some(ids[1].clone()));
    }

    #[test]
    fn of_a_split_ring_the_larger_part_keeps_the_id_and_the_other_names_its_parent() {
        let (ids, before) = born(&[members(&[1, 2, 3, 4, 5])]);
        let (after, events) = step(&before, &[members(&[1, 2]), members(&[3, 4, 5])]);
        assert_eq!(after[1], ids[0]);
        assert_ne!(after[0], ids[0]);
        assert_eq!(kinds(&events), [LineageKind::Split, LineageKind::Shrank]);
        assert_eq!(events[0].other, Some(ids[0].clone()));
    }

    #[test]
    fn a_ring_that_comes_back_gets_its_id_back_and_another_one_does_not() {
        let (ids, before) = born(&[members(&[1, 2, 3])]);
        let (_, events) = step(&before, &[]);
        assert_eq!(kinds(&events), [LineageKind::Dissolved]);
        let (again, events) = after(&past(&before), &[members(&[1, 2, 3, 4])]);
        assert_eq!(again, ids);
        assert_eq!(kinds(&events), [LineageKind::Revived]);
        let (other, events) = after(&past(&before), &[members(&[1, 7, 8])]);
        assert_ne!(other, ids);
        assert_eq!(kinds(&events), [LineageKind::Born]);
    }

    fn partition() -> impl Strategy<Value = Vec<Members>> {
        proptest::collection::vec(0_u32..5, 12).prop_map(|labels| {
            let mut rings: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
            for (app, label) in (0_u32..).zip(labels) {
                rings.entry(label).or_default().push(app);
            }
            rings.remove(&0);
            rings.values().map(|ids| members(ids)).collect()
        })
    }

    proptest! {
        #[test]
        fn naming_only_the_rings_that_changed_is_naming_all(
            first in partition(), bygone in partition(), second in partition(),
            kept in proptest::collection::vec(any::<bool>(), 12),
        ) {
            let (_, before) = born(&first);
            let gone: Bygone = bygone
                .into_iter()
                .enumerate()
                .map(|(n, members)| (RingId::derive(&n.to_string()), vec![members]))
                .collect();
            // Some rings stay as they were; the others are what they are today of whom is left.
            let stay: Vec<(&RingId, &Members)> = before
                .iter()
                .zip(&kept)
                .filter(|(_, kept)| **kept)
                .map(|(ring, _)| ring)
                .collect();
            let taken: Members = stay.iter().flat_map(|(_, members)| (*members).clone()).collect();
            let rest: Vec<Members> = second
                .iter()
                .map(|members| members.difference(&taken).cloned().collect::<Members>())
                .filter(|members| members.len() > 1)
                .collect();
            let is_used = |id: &RingId| before.contains_key(id) || gone.rings().contains_key(id);
            let mut today: Vec<Members> = stay.iter().map(|(_, m)| (*m).clone()).collect();
            today.extend(rest.iter().cloned());
            let all = name(&before.iter().collect(), &today, &gone, &BTreeMap::new(), is_used, |_, _| Cause::Policy);
            let mut left: BTreeMap<&RingId, &Members> = before.iter().collect();
            left.retain(|id, _| !stay.iter().any(|(kept, _)| kept == id));
            let some = name(&left, &rest, &gone, &BTreeMap::new(), is_used, |_, _| Cause::Policy);
            prop_assert_eq!(&all.0[stay.len()..], &some.0[..]);
            prop_assert_eq!(all.1, some.1);
        }

        #[test]
        fn every_difference_between_two_days_is_an_event_and_replaying_them_gives_today(
            first in partition(), second in partition()
        ) {
            let (_, before) = born(&first);
            let (ids, events) = step(&before, &second);
            let unique: BTreeSet<&RingId> = ids.iter().collect();
            prop_assert_eq!(unique.len(), ids.len());
            let mut replayed = before;
            for event in &events {
                if event.members.is_empty() {
                    replayed.remove(&event.ring);
                } else {
                    replayed.insert(event.ring.clone(), event.members.clone());
                }
            }
            let today: BTreeMap<RingId, Members> = ids.into_iter().zip(second).collect();
            prop_assert_eq!(replayed, today);
        }
    }
}
