//! The engine: the only writer. Facts go in, are made durable, and a new view comes out; readers get an
//! immutable view.

mod advance;
mod assessed;
mod assessing;
mod beside;
mod calibrating;
mod case_keeping;
mod cases;
mod compare;
mod decisions;
mod derive;
mod effect;
mod erasing;
mod error;
#[cfg(test)]
pub(crate) mod fixtures;
mod hashed_ids;
mod history;
mod holding;
mod import;
mod judging;
mod keeping;
mod ledger;
mod lineage;
mod news;
mod pipeline;
mod preview;
mod publish;
mod referring;
mod rehearse;
mod replay;
mod reporting;
mod reports;
mod screening;
mod search;
mod service;
mod setting;
mod snapshot;
mod view;
mod watching;
mod what_if;
mod withdrawing;
mod witness;

pub use advance::Made;
pub use assessed::Assessed;
pub use assessing::{Assessor, Raw, Surroundings};
pub use calibrating::Calibrated;
pub use case_keeping::{CaseChange, LONGEST_NOTE, LONGEST_REASON, LONGEST_TITLE};
pub use cases::Cases;
pub use compare::{Computed, difference, difference_but_ids};
pub use decisions::{Decision, Decisions, TakenBack};
pub use derive::{Derived, Effort, derive};
pub use effect::{
    Changes, Effect, LinkChange, LinkState, Person, PersonsChange, RingState, RingsChange, Turn,
};
pub use erasing::{EraseOrder, Erased, ErasurePlan, Goes, HeldSince, Place, Terms};
pub use error::EngineError;
pub use history::{History, Recorded};
pub use import::{Progress, Stage};
pub use judging::Saved;
pub use ledger::{Checks, Imports, JudgedMembers};
pub use news::{News, What};
pub use preview::Proposed;
pub use rehearse::Rehearsed;
pub use reporting::Present;
pub use reports::{AlertRecord, Pause, Reports, RunRecord, Standing, Tries};
pub use screening::{ScreenMatch, Screening};
pub use search::{Found, Group, Hit, HitKind, Reading, Wanted};
pub use service::{Checked, Engine};
pub use setting::Stand;
pub use view::{RingLookup, View};
pub use watching::{StoreHit, Watched, Watching};
pub use what_if::{Decided, Fate, RingChange, WhatIf, what_if};
pub use withdrawing::Undone;
pub use witness::Witness;
