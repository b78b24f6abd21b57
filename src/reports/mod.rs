//! Scheduled cluster reports: what changed since the last one, through which evidence, and what needs a decision. Planned,
//! built, rendered and delivered here; and alerts between reports.
//!
//! A report is built from the view, the cases and a stretch of the journal into sections (`SECTIONS` is the list), and kept in
//! a canonical form from which every other form is made. What may name somebody is told apart in it, so that whoever gets it
//! sees what their role sees.
//!
//! Not responsible for facts about reports (`engine`), nor for pages (`web`).
//!
//! Invariant: the same stretch of the journal under the same settings gives the same bytes, whenever it is built.

pub mod again;
pub mod alerts;
mod asking;
mod back;
mod beginning;
mod bell;
mod build;
mod calendar;
pub mod delivery;
mod error;
mod filter;
mod ground;
mod headline;
mod kept;
pub mod lineage;
mod numbers;
mod past;
mod period;
mod plan;
mod plan_words;
pub mod render;
mod report;
mod run;
mod running;
pub mod sample;
mod section;
pub mod sections;
mod stage;
pub mod statistics;
mod text;
mod ways;
mod wording;
mod work;
mod zone;

pub use asking::{Answer, Asking, LONGEST_WAIT, Request, Ticket};
pub use build::{Order, build};
pub use error::ReportError;
pub use filter::{Filter, FilterError};
pub use ground::Ground;
pub use kept::Kept;
pub use period::{Arrived, Period};
pub use plan::{Due, MOST_MISSED, Plan};
pub use report::{FORMAT, Heading, Report, digest};
pub use running::{Means, Runner, SightOf};
pub use section::{Figure, Line, Section, Table};
pub use sections::{SECTIONS, SectionKind};
pub use text::{Part, Sight, Target, Text};
pub use ways::{Way, Ways};
pub use work::Work;
pub use zone::zone;
