//! Edges: pairs of applications that may be one person's, kept so that persons can be grown anew where something
//! changed. Not responsible for weighing them (`persons`).
//!
//! Invariant: an edge is known at both its ends, with one total.

use crate::{
    matching::corpus::Map,
    model::{AppIx, Bits},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Two applications that may be one person's, and how strongly.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Edge {
    /// What speaks for it, prior included.
    pub total: Bits,
    /// The application of lesser position.
    pub a: AppIx,
    /// The other.
    pub b: AppIx,
}

/// The edges of all applications. Cheap to clone.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(into = "Image", from = "Image")]
pub struct Edges {
    of: Map<Arc<[(AppIx, Bits)]>>,
}

/// Edges as a snapshot keeps them, sorted.
type Image = Vec<(AppIx, AppIx, Bits)>;

fn key(app: AppIx) -> u64 {
    crate::matching::blocking::key(77, &[app.0])
}

impl FromIterator<Edge> for Edges {
    fn from_iter<I: IntoIterator<Item = Edge>>(edges: I) -> Self {
        let mut both: Vec<(AppIx, AppIx, Bits)> =
            edges.into_iter().flat_map(|e| [(e.a, e.b, e.total), (e.b, e.a, e.total)]).collect();
        both.sort_unstable_by_key(|(a, b, _)| (*a, *b));
        let of = both.chunk_by(|x, y| x.0 == y.0).map(|same| {
            let others: Vec<(AppIx, Bits)> = same.iter().map(|(_, b, bits)| (*b, *bits)).collect();
            (key(same[0].0), others.into())
        });
        Self { of: of.collect() }
    }
}

impl From<Edges> for Image {
    fn from(edges: Edges) -> Self {
        // A key does not say whose it is; the neighbors know.
        let mut all: Self = Vec::new();
        for (_, others) in edges.of.iter() {
            for &(b, _) in others.iter() {
                let back = edges.of(b).iter().filter(|(a, _)| *a < b);
                all.extend(back.map(|&(a, bits)| (a, b, bits)));
            }
        }
        all.sort_unstable_by_key(|(a, b, _)| (*a, *b));
        all.dedup_by_key(|(a, b, _)| (*a, *b));
        all
    }
}

impl From<Image> for Edges {
    fn from(image: Image) -> Self {
        image.into_iter().map(|(a, b, total)| Edge { total, a, b }).collect()
    }
}

impl Edges {
    /// The edges of an application, by its neighbors.
    #[must_use]
    pub fn of(&self, app: AppIx) -> &[(AppIx, Bits)] {
        self.of.get(key(app)).map_or(&[], |others| others)
    }

    fn set(&mut self, from: AppIx, to: AppIx, total: Option<Bits>) {
        let mut others = self.of(from).to_vec();
        let at = others.binary_search_by_key(&to, |(other, _)| *other);
        match (at, total) {
            (Ok(at), Some(total)) => others[at].1 = total,
            (Ok(at), None) => drop(others.remove(at)),
            (Err(at), Some(total)) => others.insert(at, (to, total)),
            (Err(_), None) => return,
        }
        if others.is_empty() {
            self.of.remove(key(from));
        } else {
            self.of.insert(key(from), others.into());
        }
    }

    /// Puts an edge between two applications, or takes it out, and says whether there was another one or none.
    /// O(edges of the two).
    pub fn put(&mut self, a: AppIx, b: AppIx, total: Option<Bits>) -> bool {
        let known = self.of(a).binary_search_by_key(&b, |(other, _)| *other);
        if known.ok().map(|at| self.of(a)[at].1) == total {
            return false;
        }
        self.set(a, b, total);
        self.set(b, a, total);
        true
    }
}
