//! Rings that have to do with each other, and which of them are drawn. Not responsible for where.
//!
//! Invariant: a ring is in one family; families that changed come first.

use super::Stream;
use std::collections::{BTreeMap, BTreeSet};

/// Rings between which applications went, with all that went.
#[derive(Debug, Clone, Default)]
pub(super) struct Family {
    pub streams: Vec<Stream>,
}

impl Family {
    /// Whether anything became of it.
    pub(super) fn is_changed(&self) -> bool {
        self.streams.iter().any(|s| s.from != s.to)
    }

    /// Its rings.
    pub(super) fn rings(&self) -> BTreeSet<&String> {
        self.streams.iter().flat_map(Stream::rings).collect()
    }

    fn moved(&self) -> usize {
        self.streams.iter().filter(|s| s.from != s.to).map(|s| s.n).sum()
    }

    fn all(&self) -> usize {
        self.streams.iter().map(|s| s.n).sum()
    }
}

/// The families, the one in which most moved first. O(streams × log).
pub(super) fn of(streams: &[Stream]) -> Vec<Family> {
    // Every ring leads to one of its family, at last to the first.
    let mut leads: BTreeMap<&String, &String> = BTreeMap::new();
    fn first<'a>(leads: &BTreeMap<&'a String, &'a String>, mut ring: &'a String) -> &'a String {
        while let Some(&next) = leads.get(ring) {
            ring = next;
        }
        ring
    }
    for stream in streams {
        if let (Some(from), Some(to)) = (&stream.from, &stream.to) {
            let (a, b) = (first(&leads, from), first(&leads, to));
            if a != b {
                leads.insert(a.max(b), a.min(b));
            }
        }
    }
    let mut families: BTreeMap<&String, Family> = BTreeMap::new();
    for stream in streams {
        if let Some(ring) = stream.rings().next() {
            let family = families.entry(first(&leads, ring)).or_default();
            family.streams.push(stream.clone());
        }
    }
    let mut all: Vec<Family> = families.into_values().collect();
    all.sort_by_key(|family| std::cmp::Reverse((family.moved(), family.all())));
    all
}

/// As many families as have no more rings than this together, those that changed before the others. Of the first, where it is
/// too large by itself, the rings between which most went.
pub(super) fn drawn(families: &[Family], most: usize) -> Vec<Family> {
    let mut left = most;
    let mut drawn = Vec::new();
    for family in families {
        let n = family.rings().len();
        if n <= left {
            left -= n;
            drawn.push(family.clone());
        } else if left == most {
            let mut streams = family.streams.clone();
            streams.sort_by(|a, b| b.n.cmp(&a.n).then_with(|| a.cmp(b)));
            let mut kept = Family::default();
            for stream in streams {
                let mut rings = kept.rings();
                rings.extend(stream.rings());
                if rings.len() <= most {
                    kept.streams.push(stream);
                }
            }
            kept.streams.sort();
            left -= kept.rings().len().min(left);
            drawn.push(kept);
        }
    }
    drawn
}
