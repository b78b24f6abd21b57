//! The scope of a package: who and what may leave the house. Not responsible for keeping to it (`build`).
//!
//! Invariant: what a scope does not name as chosen stays.

use crate::model::{ApplicantId, AttributeKind, ReferralProfile, Tlp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Which members of a ring are named.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Members {
    /// All of them.
    #[default]
    All,
    /// These alone; the others become bystanders.
    Only(BTreeSet<ApplicantId>),
}

impl Members {
    /// Whether a member is named.
    #[must_use]
    pub fn has(&self, applicant: &ApplicantId) -> bool {
        match self {
            Self::All => true,
            Self::Only(chosen) => chosen.contains(applicant),
        }
    }
}

/// What may leave the house.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// For whom it is.
    pub profile: ReferralProfile,
    /// Its marking.
    pub tlp: Tlp,
    /// Which members are named.
    pub members: Members,
    /// Kinds of value that are withheld, sealed ones aside, which always are.
    pub without: BTreeSet<AttributeKind>,
    /// Whether applications go along as they were received.
    pub originals: bool,
    /// Whether the files of the case go along.
    pub attachments: bool,
    /// Whether notes of the case go along.
    pub notes: bool,
    /// Whether values are given as keyed hashes, which only who has the key can compare.
    pub is_keyed: bool,
    /// What it is for.
    pub purpose: String,
    /// To whom it goes, in words.
    pub recipient: String,
    /// For whom sealed values are encrypted (age recipients, `age1...`); none leaves them out.
    pub annex_for: Vec<String>,
}

impl Scope {
    /// What a package of this profile has where nobody chose otherwise.
    #[must_use]
    pub fn of(profile: ReferralProfile) -> Self {
        let peer = profile == ReferralProfile::PeerEmployer;
        Self {
            profile,
            tlp: profile.tlp(),
            members: Members::All,
            without: BTreeSet::new(),
            originals: !peer,
            attachments: !peer,
            notes: profile == ReferralProfile::Full,
            is_keyed: false,
            purpose: String::new(),
            recipient: String::new(),
            annex_for: Vec::new(),
        }
    }

    /// Whether values of this kind are withheld.
    #[must_use]
    pub fn withholds(&self, kind: AttributeKind) -> bool {
        kind.is_sealed() || self.without.contains(&kind)
    }
}

/// The house that refers: the complainant. All of it is as configured; what is empty was not.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Organisation {
    /// Its name.
    pub name: String,
    /// Its postal address, on one line.
    pub address: String,
    /// Its phone number.
    pub phone: String,
    /// Its mailbox.
    pub email: String,
    /// The person to ask, with their role.
    pub contact: String,
    /// Its counsel.
    pub counsel: String,
}
