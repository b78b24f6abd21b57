//! The room of red flags: what is unusual about one application or one ring, each with its reason, its source and its innocent
//! explanations, and what they amount to together. Values in, values out: no store, no clock, no global.
//!
//! `APPLICATION` and `RING` are the lists; everything that shows indicators is made from them. Not responsible for who
//! belongs together (`matching`, `rings`).
//!
//! Invariant: nothing here scores a name, an origin, a language, a citizenship, a school's country or a face; names are
//! read only to compare two of them. Nothing is ever rejected: the most an assessment says is "verify first".

pub mod application;
pub mod combine;
pub mod completions;
pub mod exculpating;
pub mod fairness;
pub mod history;
pub mod idc;
pub mod places;
pub mod ranking;
pub mod record;
pub mod ring;
pub mod tallies;
pub mod versions;
pub mod watch;

mod checked;
mod claimed;
mod context;
mod days;
mod events;
mod indicator;
mod ip_files;
mod ips;
mod policy;
mod profile_facts;
mod reach;
mod roles;
mod subject;

pub use application::APPLICATION;
pub use combine::{Assessment, Band, Row, State, TopicSum, assess};
pub use completions::Completions;
pub use context::{Context, Hour};
pub use exculpating::{EXCULPATING, Effect, Exculpated, Exculpation, Ties};
pub use idc::NameTie;
pub use indicator::{
    Assessed, Compute, Finding, Indicator, KNOWN, Missing, Need, PROPOSAL, Source, Standing,
    Strength, Topic, primary, quoted,
};
pub use ip_files::{IpFileError, IpFiles};
pub use ips::{IpFacts, IpIntel, IpKind, NoIpIntel};
pub use policy::IndicatorPolicy;
pub use ranking::{Rank, RingAssessment, Signal, rank};
pub use reach::Reach;
pub use record::{Entry, Record, Stamp};
pub use ring::{RING, RingCase};
pub use roles::RoleFamily;
pub use subject::{Case, Dossier, Subject};
pub use tallies::{Quarter, Tallies, Tally};
pub use watch::{WatchHit, WatchLists};

/// Every indicator, those of applications first, in display order.
pub fn all() -> impl Iterator<Item = &'static Indicator> {
    APPLICATION.iter().chain(RING).copied()
}
