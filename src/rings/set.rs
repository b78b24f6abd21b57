//! The rings of a view: found by rank, by id and by member, in a collection that is cheap to clone and to change. Not
//! responsible for building rings (`build`) nor for naming them (`lineage`).
//!
//! Invariant: sorted by score, then by id; ids are distinct, and an applicant is in one ring at most.

use crate::{
    matching::{Dictionary, Shelf},
    model::{ApplicantIx, Ring, RingId, RingStatus},
};
use std::{cmp::Ordering, ops::Index, sync::Arc};
use xxhash_rust::xxh3::xxh3_64;

/// The slot of an applicant that is in no ring.
const NONE: u32 = u32::MAX;

/// Of so many rings changed at once all are sorted anew.
const MANY: usize = 64;

/// Rings, highest score first. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Rings {
    /// In the order in which they came; none where one is no more.
    slots: Shelf<Option<Arc<Ring>>>,
    by_id: Dictionary,
    /// The slot of each applicant's ring.
    of: Shelf<u32>,
    /// Slots, sorted.
    order: Arc<Vec<u32>>,
}

impl Rings {
    /// The ring at a rank, from 0.
    #[must_use]
    pub fn get(&self, rank: usize) -> Option<&Ring> {
        self.order.get(rank).and_then(|&slot| self.slot(slot))
    }

    /// The highest ranked ring.
    #[must_use]
    pub fn first(&self) -> Option<&Ring> {
        self.get(0)
    }

    /// Number of rings.
    #[must_use]
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// Every ring, highest score first.
    pub fn iter(&self) -> impl Iterator<Item = &Ring> {
        self.order.iter().filter_map(|&slot| self.slot(slot))
    }

    /// The ring with this id. O(1).
    #[must_use]
    pub fn find(&self, id: &RingId) -> Option<&Ring> {
        self.slot(self.slot_of(id)?)
    }

    /// The ring an applicant is in. O(1).
    #[must_use]
    pub fn of(&self, applicant: ApplicantIx) -> Option<&Ring> {
        if applicant.at() < self.of.len() { self.slot(*self.of.get(applicant.at())) } else { None }
    }

    fn slot(&self, slot: u32) -> Option<&Ring> {
        if slot == NONE { None } else { self.slots.get(slot as usize).as_deref() }
    }

    fn slot_of(&self, id: &RingId) -> Option<u32> {
        self.by_id.find(hash(id), |slot| self.slot(slot).is_some_and(|ring| ring.id == *id))
    }

    /// Takes some rings out and puts others in. O(members of both), and O(log n) for each of a few, O(n log n) for
    /// many.
    pub fn replace(&mut self, gone: &[RingId], new: Vec<Ring>) {
        let few = gone.len() + new.len() <= MANY;
        for slot in gone.iter().filter_map(|id| self.slot_of(id)).collect::<Vec<_>>() {
            if few && let Some(ring) = self.slot(slot) {
                let rank = self.rank(ring);
                Arc::make_mut(&mut self.order).remove(rank);
            }
            self.take_out(slot);
        }
        for ring in new {
            let rank = self.rank(&ring);
            let slot = self.put(ring);
            let order = Arc::make_mut(&mut self.order);
            if few {
                order.insert(rank, slot);
            } else {
                order.push(slot);
            }
        }
        if !few {
            let slots = &self.slots;
            let ring = |slot: &u32| slots.get(*slot as usize).as_deref();
            let order = Arc::make_mut(&mut self.order);
            order.retain(|slot| ring(slot).is_some());
            order.sort_by(|p, q| match (ring(p), ring(q)) {
                (Some(p), Some(q)) => ahead(p, q),
                _ => Ordering::Equal,
            });
        }
    }

    /// How many of the rings that are in order come before this one.
    fn rank(&self, ring: &Ring) -> usize {
        let before = |slot: &u32| self.slot(*slot).is_some_and(|other| ahead(other, ring).is_lt());
        self.order.partition_point(before)
    }

    fn take_out(&mut self, slot: u32) {
        if let Some(ring) = self.slots.get_mut(slot as usize).take() {
            self.by_id.remove(hash(&ring.id), slot);
            for member in &ring.members {
                if *self.of.get(member.at()) == slot {
                    *self.of.get_mut(member.at()) = NONE;
                }
            }
        }
    }

    fn put(&mut self, ring: Ring) -> u32 {
        let slot = u32::try_from(self.slots.len()).unwrap_or(NONE);
        self.by_id.insert(hash(&ring.id), slot);
        for member in &ring.members {
            while self.of.len() <= member.at() {
                self.of.push(NONE);
            }
            *self.of.get_mut(member.at()) = slot;
        }
        self.slots.push(Some(Arc::new(ring)));
        slot
    }

    /// Says what people decided about a ring.
    pub fn set_status(&mut self, id: &RingId, status: RingStatus) {
        let Some(slot) = self.slot_of(id) else { return };
        if let Some(ring) = self.slots.get_mut(slot as usize) {
            Arc::make_mut(ring).status = status;
        }
    }
}

impl FromIterator<Ring> for Rings {
    fn from_iter<I: IntoIterator<Item = Ring>>(rings: I) -> Self {
        let mut all = Self::default();
        all.replace(&[], rings.into_iter().collect());
        all
    }
}

impl Index<usize> for Rings {
    type Output = Ring;

    fn index(&self, rank: usize) -> &Ring {
        match self.get(rank) {
            Some(ring) => ring,
            None => panic!("there are {} rings, and none at rank {rank}", self.len()),
        }
    }
}

impl PartialEq for Rings {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other.iter())
    }
}

fn hash(id: &RingId) -> u64 {
    xxh3_64(id.as_str().as_bytes())
}

/// Best supported first.
pub fn ahead(a: &Ring, b: &Ring) -> Ordering {
    b.score.cmp(&a.score).then_with(|| a.id.cmp(&b.id))
}
