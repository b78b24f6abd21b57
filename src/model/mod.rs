//! The nouns: ids, applications, attributes, evidence, links, rings, judgements, facts, scores. No I/O and no
//! library of another room: values that every room shares.
//!
//! Invariant: nothing here reads a file, a clock or a store, and nothing here imports another room.

mod applicant;
mod application;
mod attribute;
mod case;
mod case_event;
mod check;
pub mod column;
mod digest;
mod erasure;
mod evidence;
mod fact;
mod fields;
mod hold;
mod ids;
mod import;
mod ix;
mod judgement;
mod lineage;
mod link;
mod normalized;
mod policy_change;
mod referral;
mod ring;
mod score;
pub mod sealed;
pub mod spreadsheet;
mod time;
mod tlp;
mod watch;
mod words;

pub use applicant::*;
pub use application::*;
pub use attribute::*;
pub use case::*;
pub use case_event::*;
pub use check::*;
pub use column::{Column, fold};
pub use digest::*;
pub use erasure::*;
pub use evidence::*;
pub use fact::*;
pub use fields::Fields;
pub use hold::*;
pub use ids::*;
pub use import::*;
pub use ix::*;
pub use judgement::*;
pub use lineage::*;
pub use link::*;
pub use normalized::*;
pub use policy_change::*;
pub use referral::*;
pub use ring::*;
pub use score::*;
pub use time::*;
pub use tlp::*;
pub use watch::*;
