//! Indicators of a ring, one file a topic, and what they look at. Not responsible for adding them up (`ranking`) nor for what
//! holds a ring together (`rings`).
//!
//! To add one: write it in the file of its topic and put its line here, where it belongs in display order.

mod shape;
mod watched;

use crate::{
    indicators::{Context, Dossier, Indicator},
    model::{AttributeKind, Bits, Family, Moment, Share},
};

/// Every indicator of a ring, in display order.
pub const RING: &[&Indicator] = &[&shape::CLAIMED_IDENTITIES, &watched::CONTACT];

/// A ring to be assessed.
#[derive(Clone, Copy)]
pub struct RingCase<'a> {
    /// Its members. Each is a claimed identity.
    pub members: &'a [Dossier<'a>],
    /// What holds them together.
    pub shape: &'a Shape,
    /// What the store and the installation know beside it.
    pub context: &'a Context<'a>,
}

impl RingCase<'_> {
    /// When its applications came, in order.
    #[must_use]
    pub fn moments(&self) -> Vec<Moment> {
        let subjects = self.members.iter().flat_map(|m| &m.subjects);
        let mut moments: Vec<Moment> = subjects.filter_map(|s| s.normal.submitted_at).collect();
        moments.sort_unstable();
        moments
    }
}

/// What holds a ring together, as far as indicators ask.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Shape {
    /// Different claimed identities: members who may be one person count once.
    pub identities: usize,
    /// Independent families of evidence.
    pub families: Vec<Family>,
    /// What its members share, most important first.
    pub shared: Vec<SharedThing>,
    /// What of the ring remains without the most important of these.
    pub without_first: Option<Share>,
    /// Links between members, by their places.
    pub links: Vec<Tie>,
}

/// Something that members share.
#[derive(Debug, Clone, PartialEq)]
pub struct SharedThing {
    /// What sort of value; none for a near-equality.
    pub kind: Option<AttributeKind>,
    /// Its family.
    pub family: Family,
    /// The value as it may be shown; empty for a near-equality.
    pub value: String,
    /// What it is, in words.
    pub label: String,
    /// Members that share it, by their places.
    pub members: Vec<usize>,
    /// The most it is worth between two members.
    pub bits: Bits,
    /// Applicants in the whole store that use it.
    pub users: usize,
}

/// A link between two members.
#[derive(Debug, Clone, PartialEq)]
pub struct Tie {
    /// Its ends, by their places.
    pub ends: (usize, usize),
    /// What it is worth.
    pub bits: Bits,
    /// Families of its evidence.
    pub families: Vec<Family>,
}
