//! The engine: the only writer. Facts go in, are made durable, and a new view comes out; readers get an
//! immutable view.

mod advance;
mod assessed;
mod assessing;
mod calibrating;
mod compare;
mod derive;
mod error;
#[cfg(test)]
mod fixtures;
mod history;
mod import;
mod keeping;
mod ledger;
mod lineage;
mod pipeline;
mod publish;
mod rehearse;
mod replay;
mod screening;
mod search;
mod service;
mod snapshot;
mod view;
mod watching;
mod withdrawing;
mod witness;

pub use advance::Made;
pub use assessed::Assessed;
pub use assessing::{Assessor, Raw, Surroundings};
pub use calibrating::Calibrated;
pub use compare::{Computed, difference, difference_but_ids};
pub use derive::{Derived, Effort, derive};
pub use error::EngineError;
pub use history::{History, Recorded};
pub use import::{Progress, Stage};
pub use ledger::{Checks, Imports};
pub use rehearse::Rehearsed;
pub use screening::{ScreenMatch, Screening};
pub use search::{Found, Group, Hit, HitKind, Reading, Wanted};
pub use service::{Checked, Engine};
pub use view::{RingLookup, View};
pub use watching::{StoreHit, Watched, Watching};
pub use withdrawing::Undone;
pub use witness::Witness;
