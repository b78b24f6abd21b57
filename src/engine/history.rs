//! The history of every ring that is or was: what happened to it, oldest first. Not responsible for what happens
//! (`rings::lineage`).
//!
//! Invariant: only added to; a clone is cheap and does not see what is added later.

use crate::{
    matching::{Dictionary, Shelf},
    model::{LineageEvent, Moment, RingId, Seq},
};
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64;

/// A lineage event with where and when it was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The fact that recorded it.
    pub seq: Seq,
    /// When.
    pub at: Moment,
    /// What happened.
    pub event: LineageEvent,
}

/// What happened to one ring.
type Events = Arc<Vec<Arc<Recorded>>>;

/// What happened to each ring. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct History {
    rings: Shelf<(RingId, Events)>,
    by_id: Dictionary,
}

impl History {
    /// Number of rings that are or were.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rings.len()
    }

    /// Whether there never was a ring.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rings.len() == 0
    }

    /// What happened to a ring, oldest first; none when no ring ever had this id. O(1).
    #[must_use]
    pub fn get(&self, ring: &RingId) -> Option<&[Arc<Recorded>]> {
        self.find(ring).map(|at| &**self.rings.get(at).1)
    }

    /// Whether a ring ever had this id.
    #[must_use]
    pub fn contains(&self, ring: &RingId) -> bool {
        self.find(ring).is_some()
    }

    fn find(&self, ring: &RingId) -> Option<usize> {
        let is = |n: u32| self.rings.get(n as usize).0 == *ring;
        self.by_id.find(hash(ring), is).map(|n| n as usize)
    }

    /// Every ring with what happened to it, in the order of ids. O(n log n).
    pub fn iter(&self) -> impl Iterator<Item = (&RingId, &[Arc<Recorded>])> {
        let mut all: Vec<_> = (0..self.rings.len()).map(|at| self.rings.get(at)).collect();
        all.sort_unstable_by_key(|(ring, _)| ring);
        all.into_iter().map(|(ring, events)| (ring, &***events))
    }

    /// Adds what happened to a ring last. O(events of the ring).
    pub fn add(&mut self, recorded: Recorded) {
        let ring = &recorded.event.ring;
        match self.find(ring) {
            Some(at) => Arc::make_mut(&mut self.rings.get_mut(at).1).push(Arc::new(recorded)),
            None => {
                let number = u32::try_from(self.rings.len()).unwrap_or(u32::MAX);
                self.by_id.insert(hash(ring), number);
                self.rings.push((ring.clone(), Arc::new(vec![Arc::new(recorded)])));
            }
        }
    }
}

impl FromIterator<Recorded> for History {
    fn from_iter<I: IntoIterator<Item = Recorded>>(events: I) -> Self {
        let mut history = Self::default();
        events.into_iter().for_each(|recorded| history.add(recorded));
        history
    }
}

impl PartialEq for History {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

fn hash(id: &RingId) -> u64 {
    xxh3_64(id.as_str().as_bytes())
}
