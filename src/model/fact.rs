//! Facts: what the journal holds, in the order it happened. Everything else Ringer knows is computed from them.
//! Not responsible for how they are written (`store::journal`).
//!
//! Invariant: facts are only ever added; what an erasure takes out of one leaves its place, its hash and a tombstone that
//! names it. A variant's position and the order of its fields are the format;
//! a change of either needs a new schema number and an upcaster in `store::journal`.

use crate::model::{
    Alert, AlertRule, Application, CaseEvent, CaseId, Check, Delivery, Digest, Erasure, Hold,
    HoldId, ImportId, Judgement, JudgementId, LineageEvent, Moment, PolicyChange, Referral,
    ReferralId, ReportRun, Schedule, Slug, Turn, WatchEntry, WatchId,
};
use serde::{Deserialize, Serialize};

/// Position of a fact in the journal, counted from 1; 0 is before the first.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct Seq(pub u64);

/// How an import ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ImportCounts {
    /// Rows read.
    pub read: u64,
    /// Applications not seen before, or seen with other content (new versions).
    pub new: u64,
    /// Of those, new versions of a known application.
    pub changed: u64,
    /// Rows that say what is already known.
    pub repeated: u64,
    /// Rows that could not be taken, each of them in the rejects file.
    pub rejected: u64,
}

/// One fact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// An import began.
    ImportStarted {
        /// The import.
        import: ImportId,
        /// File name, `-` for standard input.
        file: String,
        /// Who ran it.
        by: String,
        /// When.
        at: Moment,
    },
    /// An application was received.
    Received {
        /// In which import.
        import: ImportId,
        /// The application.
        application: Box<Application>,
    },
    /// An import ended.
    ImportFinished {
        /// The import.
        import: ImportId,
        /// How.
        counts: ImportCounts,
        /// When.
        at: Moment,
    },
    /// A person judged.
    Judged(Judgement),
    /// A judgement was withdrawn.
    Withdrawn {
        /// Which.
        judgement: JudgementId,
        /// By whom.
        by: String,
        /// When.
        at: Moment,
        /// Why.
        why: String,
    },
    /// Rings changed. Recorded so that ring ids keep their history; membership is recomputable.
    Lineage {
        /// The last fact the rings were computed from.
        as_of: Seq,
        /// Hash of the policy in force.
        policy: String,
        /// When.
        at: Moment,
        /// What happened.
        events: Vec<LineageEvent>,
    },
    /// The numbers that tell one person from two were set, or given back to the configuration.
    Calibrated {
        /// The numbers, as JSON; none to go by the configuration again.
        identity: Option<String>,
        /// Hash of the numbers in force from here on.
        policy: String,
        /// By whom.
        by: String,
        /// When.
        at: Moment,
    },
    /// A person checked something about an applicant.
    Checked(Check),
    /// Entries came to a watch-list; one that was there under its id is replaced.
    Watched {
        /// The entries.
        entries: Vec<WatchEntry>,
        /// By whom.
        by: String,
        /// When.
        at: Moment,
    },
    /// Entries left a watch-list.
    Unwatched {
        /// Which.
        entries: Vec<WatchId>,
        /// By whom.
        by: String,
        /// When.
        at: Moment,
        /// Why.
        why: String,
    },
    /// An import was withdrawn: nothing that it brought counts any more, whenever it was received.
    ImportWithdrawn {
        /// Which.
        import: ImportId,
        /// By whom.
        by: String,
        /// When.
        at: Moment,
        /// Why.
        why: String,
    },
    /// Something happened to a case.
    Case {
        /// To which.
        case: CaseId,
        /// Who did it.
        by: String,
        /// When.
        at: Moment,
        /// The last event of the case that they had seen; 0 when it was opened.
        on: Seq,
        /// What.
        event: CaseEvent,
    },
    /// Numbers of the policy were set, or given back to the configuration.
    PolicySet {
        /// Which, from what to what; every other number stays as it is.
        changes: Vec<PolicyChange>,
        /// Hash of the whole policy in force from here on.
        policy: String,
        /// By whom.
        by: String,
        /// When.
        at: Moment,
        /// Why.
        why: String,
    },
    /// The audit trail was anchored: so far it cannot be rewritten or cut without this fact telling.
    AuditAnchored {
        /// Number of the trail's last entry.
        entry: u64,
        /// SHA-256 of its line, in hexadecimal.
        hash: String,
        /// When.
        at: Moment,
    },
    /// A referral package was made; an earlier one may have had its place taken by it.
    Referred(Box<Referral>),
    /// A referral was withdrawn: it no longer stands.
    ReferralWithdrawn {
        /// Which.
        referral: ReferralId,
        /// By whom.
        by: String,
        /// When.
        at: Moment,
        /// Why.
        why: String,
    },
    /// Something must not be erased.
    Held(Box<Hold>),
    /// A hold was released.
    HoldReleased {
        /// Which.
        hold: HoldId,
        /// By whom.
        by: String,
        /// When.
        at: Moment,
        /// Why.
        why: String,
    },
    /// Facts were erased: these.
    Erasure(Box<Erasure>),
    /// A fact stood here and was erased. For the chain it is the fact it stands for.
    Erased {
        /// The kind of that fact, as a number.
        kind: u8,
        /// Its hash.
        hash: Digest,
        /// What stays of it; of the same kind.
        rest: Option<Box<Fact>>,
    },
    /// A schedule of reports was made, or replaced under its name.
    ScheduleSet {
        /// The schedule.
        schedule: Box<Schedule>,
        /// By whom.
        by: String,
        /// When.
        at: Moment,
    },
    /// A schedule was paused, resumed or removed.
    ScheduleTurned {
        /// Its name.
        schedule: Slug,
        /// Which of them.
        turn: Turn,
        /// By whom.
        by: String,
        /// When.
        at: Moment,
        /// Why.
        why: String,
    },
    /// A report was made, or could not be.
    Reported(Box<ReportRun>),
    /// It was tried to deliver a report or an alert.
    Delivered(Box<Delivery>),
    /// A rule of alerts was made, or replaced under its name.
    AlertRuleSet {
        /// The rule.
        rule: Box<AlertRule>,
        /// By whom.
        by: String,
        /// When.
        at: Moment,
    },
    /// A rule of alerts was paused, resumed or removed.
    AlertRuleTurned {
        /// Its name.
        rule: Slug,
        /// Which of them.
        turn: Turn,
        /// By whom.
        by: String,
        /// When.
        at: Moment,
        /// Why.
        why: String,
    },
    /// A rule of alerts applied.
    Alerted(Box<Alert>),
}

impl Fact {
    /// The fact as far as it is still there: of an erased one what stays, if anything does.
    #[must_use]
    pub fn remaining(self) -> Option<Self> {
        match self {
            Self::Erased { rest, .. } => rest.map(|rest| *rest),
            fact => Some(fact),
        }
    }

    /// The same, looked at.
    #[must_use]
    pub fn as_remaining(&self) -> Option<&Self> {
        match self {
            Self::Erased { rest, .. } => rest.as_deref(),
            fact => Some(fact),
        }
    }
}
