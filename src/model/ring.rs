//! Rings: different claimed identities held together by shared infrastructure, and what holds them. Not
//! responsible for finding them (`rings`) nor for saying it in words (`explain`).
//!
//! Invariant: members are sorted; a ring has at least two different claimed identities.

use crate::model::{ApplicantIx, AttributeIx, Bits, Family, LinkIx, Moment, RingId, Share};
use serde::{Deserialize, Serialize};

/// What people decided about a ring.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum RingStatus {
    /// Nobody has decided.
    #[default]
    Open,
    /// Confirmed by a person.
    Confirmed,
    /// Dismissed by a person.
    Dismissed,
    /// Referred to law enforcement.
    Referred,
}

impl RingStatus {
    /// Every status.
    pub const ALL: &'static [Self] =
        &[Self::Open, Self::Confirmed, Self::Dismissed, Self::Referred];

    /// The name in JSON, on the command line and in URLs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Confirmed => "confirmed",
            Self::Dismissed => "dismissed",
            Self::Referred => "referred",
        }
    }
}

/// Something the members of a ring share: one attribute, or a kind of near-equality without a single value
/// (texts that are almost the same, phones of one block).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Artefact {
    /// The shared attribute; none for a near-equality.
    pub attribute: Option<AttributeIx>,
    /// Name of the feature that saw it.
    pub feature: crate::model::FeatureId,
    /// Its family.
    pub family: Family,
    /// Members that share it, sorted.
    pub members: Vec<ApplicantIx>,
    /// The most it is worth between two members.
    pub bits: Bits,
    /// Applicants in the whole store that use it.
    pub users: u32,
}

impl Artefact {
    /// Whether it is a pattern that strangers can hit upon too: mailboxes, handles or numbers of one series.
    #[must_use]
    pub fn is_pattern(&self) -> bool {
        self.attribute.is_none() && matches!(self.family, Family::Series | Family::Profile)
    }
}

/// What remains of a ring without its most important artefact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DropOne {
    /// Position in `Ring::artefacts` of the one taken away.
    pub artefact: u32,
    /// Size of the largest part that remains, as a share of the members.
    pub remaining: Share,
    /// Sizes of the parts that remain, largest first, single members left out.
    pub parts: Vec<u32>,
}

/// A link whose removal splits a ring in two.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bridge {
    /// The link.
    pub link: LinkIx,
    /// Whether it is so weak that the two sides are shown as two parts.
    pub weak: bool,
    /// Members on the smaller side, sorted.
    pub side: Vec<ApplicantIx>,
}

/// A gate a ring had to pass, and how.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Gate {
    /// Name, snake_case.
    pub name: String,
    /// Whether it was passed.
    pub passed: bool,
    /// What was seen, in a phrase.
    pub detail: String,
}

/// A ring.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ring {
    /// Stable id.
    pub id: RingId,
    /// Members, sorted.
    pub members: Vec<ApplicantIx>,
    /// Different claimed identities among them: members who may be one person count once.
    pub identities: u32,
    /// Links among the members that bind, sorted.
    pub links: Vec<LinkIx>,
    /// What members share, most important first.
    pub artefacts: Vec<Artefact>,
    /// Independent evidence families, sorted.
    pub families: Vec<Family>,
    /// What remains without the most important artefact.
    pub drop_one: Option<DropOne>,
    /// Bridges, weakest first.
    pub bridges: Vec<Bridge>,
    /// Members without whom the ring falls apart (articulation points), sorted.
    pub cut_members: Vec<ApplicantIx>,
    /// Gates and how they were passed.
    pub gates: Vec<Gate>,
    /// What it is ranked by: the strongest spanning tree's bits.
    pub score: Bits,
    /// What people decided.
    pub status: RingStatus,
    /// First submission of a member.
    pub first_seen: Option<Moment>,
    /// Last submission of a member.
    pub last_seen: Option<Moment>,
}
