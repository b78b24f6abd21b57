//! Referrals: packages that left the house, as facts. Not responsible for what is in one (`referral`) nor for who may make
//! one (`casework`).
//!
//! Invariant: what a referral names by hash can be recomputed from the package; it is never edited, only superseded or
//! withdrawn by a further fact.

use crate::model::{CaseId, FileHash, Moment, ReferralId, RingId, Seq, Tlp, words::words};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

words! {
    /// For whom a package is, which says what may be in it.
    ReferralProfile, UnknownReferralProfile, "a profile of packages",
    Full = "full", "everything held about the ring, notes of the case too: for your own counsel";
    LawEnforcement = "law_enforcement", "what investigators ask for: claimed identities, shared things, timeline, originals; no notes of the case";
    PeerEmployer = "peer_employer", "shared things alone, for another employer: no names, no applications, no originals";
}

impl ReferralProfile {
    /// The name as people say it.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Full => "Full",
            Self::LawEnforcement => "Law enforcement",
            Self::PeerEmployer => "Peer employer",
        }
    }

    /// The marking such a package has where nobody chose another.
    #[must_use]
    pub fn tlp(self) -> Tlp {
        match self {
            Self::Full | Self::LawEnforcement => Tlp::AmberStrict,
            Self::PeerEmployer => Tlp::Amber,
        }
    }
}

/// The two persons behind a reviewed referral.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// Who proposed to refer.
    pub proposed_by: String,
    /// Who agreed.
    pub agreed_by: String,
    /// When they agreed.
    pub at: Moment,
}

/// A package that was made of a ring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Referral {
    /// Its id.
    pub id: ReferralId,
    /// The ring it is about.
    pub ring: RingId,
    /// The case it was made from; none for a draft without one.
    pub case: Option<CaseId>,
    /// The two persons who reviewed it; none for a draft.
    pub review: Option<Review>,
    /// For whom it is.
    pub profile: ReferralProfile,
    /// Its marking.
    pub tlp: Tlp,
    /// To whom it goes, in words; empty where nobody said.
    pub recipient: String,
    /// What for.
    pub purpose: String,
    /// Who made it.
    pub by: String,
    /// When.
    pub at: Moment,
    /// The last fact it was made from.
    pub head: Seq,
    /// The chain's hash there.
    pub head_hash: FileHash,
    /// SHA-256 of its manifest, which names every other file by hash.
    pub manifest: FileHash,
    /// Number of its files, the manifest among them.
    pub files: u32,
    /// Their size together, in bytes.
    pub bytes: u64,
    /// Claimed identities that are named in it.
    pub identities: u32,
    /// What was withheld, one phrase each.
    pub withheld: Vec<String>,
    /// The earlier referral that it takes the place of.
    pub supersedes: Option<ReferralId>,
}

/// How a referral ended: withdrawn by a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferralEnd {
    /// The fact that says so.
    pub seq: Seq,
    /// By whom.
    pub by: String,
    /// When.
    pub at: Moment,
    /// Why.
    pub why: String,
}

/// A referral and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferralRecord {
    /// The fact that says it was made.
    pub seq: Seq,
    /// The referral.
    pub referral: Referral,
    /// Its withdrawal; none while it stands.
    pub withdrawn: Option<ReferralEnd>,
    /// The later one that took its place.
    pub superseded_by: Option<ReferralId>,
}

impl ReferralRecord {
    /// Whether it neither was withdrawn nor had its place taken.
    #[must_use]
    pub fn stands(&self) -> bool {
        self.withdrawn.is_none() && self.superseded_by.is_none()
    }
}
