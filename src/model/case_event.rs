//! What happens to a case: the words of its events. Not responsible for what a case is after them (`case`) nor for who
//! may do what (`casework`).
//!
//! Invariant: positions of variants and order of fields are the format of facts, as in `fact`.

use crate::model::{ApplicationId, Day, IdError, JudgementId, RingId, Seq};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// How far a case has come: the ladder that says which words may be used of those it is about.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum CaseStatus {
    /// They share something; nobody has said what it means.
    #[default]
    Linked,
    /// What speaks against suspicion outweighs it.
    ProbablyOrdinary,
    /// A person confirmed a ring that passes its gates.
    SuspectedRing,
    /// Two persons reviewed it.
    ReferralReady,
    /// Done with.
    Closed,
}

impl CaseStatus {
    /// Every status, in the order of the ladder.
    pub const ALL: &'static [Self] = &[
        Self::Linked,
        Self::ProbablyOrdinary,
        Self::SuspectedRing,
        Self::ReferralReady,
        Self::Closed,
    ];

    /// The name in JSON, in URLs and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Linked => "linked",
            Self::ProbablyOrdinary => "probably_ordinary",
            Self::SuspectedRing => "suspected_ring",
            Self::ReferralReady => "referral_ready",
            Self::Closed => "closed",
        }
    }

    /// The name as people say it.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Linked => "Linked",
            Self::ProbablyOrdinary => "Probably ordinary",
            Self::SuspectedRing => "Suspected ring",
            Self::ReferralReady => "Referral-ready",
            Self::Closed => "Closed",
        }
    }

    /// The strongest words that may be used.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Linked => "share an artifact",
            Self::ProbablyOrdinary => "probably ordinary",
            Self::SuspectedRing => "suspected coordinated applications",
            Self::ReferralReady => "suspected identity fraud",
            Self::Closed => "closed",
        }
    }

    /// What has to hold for it, for people.
    #[must_use]
    pub fn condition(self) -> &'static str {
        match self {
            Self::Linked => "they share something that is more than chance",
            Self::ProbablyOrdinary => {
                "what speaks for an ordinary explanation outweighs the rest, and no ring of the case is confirmed"
            }
            Self::SuspectedRing => {
                "a ring of the case passes its gates and was confirmed by a person whose judgement stands"
            }
            Self::ReferralReady => {
                "every ring of the case is confirmed and passes its gates, the innocent explanations considered are \
                 recorded, the files are whole, and somebody other than the proposer, who may refer, agreed"
            }
            Self::Closed => "somebody said why it is done with",
        }
    }
}

impl fmt::Display for CaseStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A text that names no status.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" is no status of a case; possible are linked, probably_ordinary, suspected_ring, referral_ready and closed"
)]
pub struct UnknownCaseStatus(String);

impl FromStr for CaseStatus {
    type Err = UnknownCaseStatus;

    fn from_str(text: &str) -> Result<Self, UnknownCaseStatus> {
        let folded = text.trim().to_lowercase().replace(['-', ' '], "_");
        let found = Self::ALL.iter().copied().find(|status| status.name() == folded);
        found.ok_or_else(|| UnknownCaseStatus(text.chars().take(80).collect()))
    }
}

/// What a case is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseSubject {
    /// A ring, and what becomes of it.
    Ring(RingId),
    /// The applicant whom this application belongs to: applications keep their ids when persons are resolved anew.
    Applicant(ApplicationId),
}

impl CaseSubject {
    /// The ring, if it is one.
    #[must_use]
    pub fn ring(&self) -> Option<&RingId> {
        match self {
            Self::Ring(ring) => Some(ring),
            Self::Applicant(_) => None,
        }
    }
}

impl fmt::Display for CaseSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ring(ring) => write!(f, "{ring}"),
            Self::Applicant(application) => write!(f, "{application}"),
        }
    }
}

/// The SHA-256 of a file, as 64 hexadecimal digits in lower case: what an attachment is called.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FileHash(String);

impl FileHash {
    /// Of the bytes of a digest.
    #[must_use]
    pub fn of(digest: &[u8]) -> Option<Self> {
        let text: String = digest.iter().map(|b| format!("{b:02x}")).collect();
        (digest.len() == 32).then_some(Self(text))
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for FileHash {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let digit = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        match text.len() == 64 && text.bytes().all(digit) {
            true => Ok(Self(text.to_owned())),
            false => Err(IdError {
                value: text.chars().take(80).collect(),
                expected: "the SHA-256 of a file, 64 hexadecimal digits",
            }),
        }
    }
}

impl TryFrom<String> for FileHash {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<FileHash> for String {
    fn from(hash: FileHash) -> Self {
        hash.0
    }
}

impl fmt::Display for FileHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a ring was when somebody relied on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RingBasis {
    /// The ring.
    pub ring: RingId,
    /// The judgement in force that confirmed it; none when none did.
    pub judgement: Option<JudgementId>,
    /// Applications of its members.
    pub applications: u32,
    /// Hash of its applications and of what its members share: the same as long as both are.
    pub digest: String,
}

/// What a decision about a case was based on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Basis {
    /// The last fact that the decider's view contained.
    pub view: Seq,
    /// The rings that the case covered, by id.
    pub rings: Vec<RingBasis>,
    /// Its files, sorted.
    pub files: Vec<FileHash>,
}

/// One event in the life of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseEvent {
    /// It was opened.
    Opened {
        /// What it is about.
        subject: CaseSubject,
        /// What it is called, 1 to 200 characters.
        title: String,
    },
    /// It got another title.
    Renamed {
        /// What it is called, 1 to 200 characters.
        title: String,
    },
    /// It got another status.
    StatusSet {
        /// Which.
        status: CaseStatus,
        /// Why.
        why: String,
        /// What it rested on; filled in where it is recorded.
        basis: Option<Basis>,
    },
    /// Somebody proposed that it is ready for referral.
    ReferralProposed {
        /// The innocent explanations that were considered, and why they do not hold.
        alternatives: String,
        /// What it rested on; filled in where it is recorded.
        basis: Option<Basis>,
    },
    /// The proposal was declined, or taken back by its author.
    ReferralDeclined {
        /// Why.
        why: String,
    },
    /// It was given to somebody, or to nobody.
    Assigned {
        /// To whom.
        to: Option<String>,
    },
    /// It has to be done by a day, or by none.
    DueSet {
        /// By which.
        due: Option<Day>,
    },
    /// Somebody wrote a note.
    Noted {
        /// What, in Markdown.
        text: String,
    },
    /// A note was struck out; it stays in the history.
    NoteStruck {
        /// The fact that brought the note.
        note: Seq,
        /// Why.
        why: String,
    },
    /// A file was attached; its bytes lie beside the journal under their hash.
    Attached {
        /// Which.
        sha256: FileHash,
        /// What it was called.
        name: String,
        /// What it is, as told by its content.
        media_type: String,
        /// How long, in bytes.
        bytes: u64,
    },
    /// A file was taken off; its bytes stay.
    Detached {
        /// Which.
        sha256: FileHash,
        /// Why.
        why: String,
    },
    /// A ring was added to what the case is about.
    RingLinked {
        /// Which.
        ring: RingId,
    },
    /// A ring was taken off.
    RingUnlinked {
        /// Which.
        ring: RingId,
        /// Why.
        why: String,
    },
}

impl CaseEvent {
    /// A new status.
    #[must_use]
    pub fn set(status: CaseStatus, why: impl Into<String>) -> Self {
        Self::StatusSet { status, why: why.into(), basis: None }
    }

    /// A proposal to refer.
    #[must_use]
    pub fn propose(alternatives: impl Into<String>) -> Self {
        Self::ReferralProposed { alternatives: alternatives.into(), basis: None }
    }

    /// The name in JSON and CSV.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Opened { .. } => "opened",
            Self::Renamed { .. } => "renamed",
            Self::StatusSet { .. } => "status_set",
            Self::ReferralProposed { .. } => "referral_proposed",
            Self::ReferralDeclined { .. } => "referral_declined",
            Self::Assigned { .. } => "assigned",
            Self::DueSet { .. } => "due_set",
            Self::Noted { .. } => "noted",
            Self::NoteStruck { .. } => "note_struck",
            Self::Attached { .. } => "attached",
            Self::Detached { .. } => "detached",
            Self::RingLinked { .. } => "ring_linked",
            Self::RingUnlinked { .. } => "ring_unlinked",
        }
    }

    /// What happened, as the end of "Ada ...". Holds no text that people wrote.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Opened { .. } => "opened the case".to_owned(),
            Self::Renamed { .. } => "gave it another title".to_owned(),
            Self::StatusSet { status, .. } => {
                format!("set the status \u{201c}{}\u{201d}", status.title())
            }
            Self::ReferralProposed { .. } => "proposed a referral".to_owned(),
            Self::ReferralDeclined { .. } => "declined the proposed referral".to_owned(),
            Self::Assigned { to: Some(to) } => format!("assigned it to {to}"),
            Self::Assigned { to: None } => "assigned it to nobody".to_owned(),
            Self::DueSet { due: Some(due) } => format!("set it due on {due}"),
            Self::DueSet { due: None } => "took the due date off".to_owned(),
            Self::Noted { .. } => "wrote a note".to_owned(),
            Self::NoteStruck { .. } => "struck out a note".to_owned(),
            Self::Attached { .. } => "attached a file".to_owned(),
            Self::Detached { .. } => "took a file off".to_owned(),
            Self::RingLinked { ring } => format!("added {ring}"),
            Self::RingUnlinked { ring, .. } => format!("took {ring} off"),
        }
    }

    /// Whether it only adds something of its author's, and so holds whatever others did meanwhile.
    #[must_use]
    pub fn adds_only(&self) -> bool {
        matches!(self, Self::Noted { .. } | Self::Attached { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_read_as_it_is_written_or_said_and_others_are_told_the_list() {
        for &status in CaseStatus::ALL {
            assert_eq!(status.name().parse(), Ok(status));
            assert_eq!(status.title().parse(), Ok(status));
        }
        let error = "guilty".parse::<CaseStatus>().unwrap_err().to_string();
        assert!(error.contains("\"guilty\"") && error.contains("suspected_ring"), "{error}");
    }

    #[test]
    fn a_hash_of_a_file_is_never_a_path() {
        let hash = FileHash::of(&[0xab; 32]).unwrap();
        assert_eq!(hash.to_string().parse(), Ok(hash.clone()));
        assert_eq!(FileHash::of(&[1; 31]), None);
        for bad in ["../../etc/passwd", "", &"A".repeat(64), &"g".repeat(64), &"a".repeat(63)] {
            assert!(bad.parse::<FileHash>().is_err(), "{bad}");
            assert!(serde_json::from_str::<FileHash>(&format!("\"{bad}\"")).is_err());
        }
    }
}
