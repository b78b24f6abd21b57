//! What can go wrong in the engine.

use crate::{
    engine::{News, case_keeping::told},
    matching::thresholds::ThresholdError,
    model::{CaseEntry, CaseId, ImportId, JudgementId, Moment, RingId},
    store::StoreError,
};

/// What can go wrong in the engine.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An id that nothing has.
    #[error("no {what} has the id \"{id}\"")]
    NotFound {
        /// Kind of thing.
        what: &'static str,
        /// The id asked for.
        id: String,
    },
    /// A judgement, a check or a withdrawal without a reason or a name.
    #[error("this needs {0}")]
    Incomplete(&'static str),
    /// An import that was withdrawn before.
    #[error(
        "import {import} was withdrawn before, on {} by {by}; importing its file again brings it back",
        at.day()
    )]
    Withdrawn {
        /// The import.
        import: ImportId,
        /// By whom.
        by: String,
        /// When.
        at: Moment,
    },
    /// A judgement that was withdrawn before.
    #[error("judgement {judgement} was withdrawn before, on {} by {by}", at.day())]
    TakenBack {
        /// The judgement.
        judgement: JudgementId,
        /// By whom.
        by: String,
        /// When.
        at: Moment,
    },
    /// Others decided about the same thing, or the ring changed, since whoever decides looked at it.
    #[error(
        "this is not what it was when you looked at it: somebody decided meanwhile, or the ring changed"
    )]
    Overtaken {
        /// What happened since, oldest first.
        news: Vec<News>,
    },
    /// Thresholds that cannot be moved so.
    #[error(transparent)]
    Threshold(#[from] ThresholdError),
    /// What a change of the policy was looked at on is no longer what there is.
    #[error(
        "the store or the policy changed since the effect was looked at; look again before you apply it"
    )]
    Outdated,
    /// A rejected row could not be written down.
    #[error("cannot write a rejected row: {0}")]
    Rejects(#[source] std::io::Error),
    /// What is served is not what the facts give.
    #[error(
        "{what} served are not those that the journal gives; delete the folder `snapshots` of the store and open it again"
    )]
    Differs {
        /// What.
        what: &'static str,
    },
    /// A case is not as whoever changes it saw it.
    #[error("case {case} changed meanwhile: {}. Look at it again and decide then", told(since))]
    StaleCase {
        /// The case.
        case: CaseId,
        /// What happened since.
        since: Vec<CaseEntry>,
    },
    /// A ring has an open case.
    #[error("{ring} has an open case, {case}")]
    CaseOpen {
        /// The ring.
        ring: RingId,
        /// Its case.
        case: CaseId,
    },
    /// Something that makes no sense where it was asked for, in a sentence.
    #[error("{0}")]
    Refused(String),
}
