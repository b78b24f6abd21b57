//! The room of rings: links to rings. Gates, hub reasoning as far as it concerns rings, drop-one, stable ids with
//! lineage. Pure.

mod alone;
mod apart;
mod artefact;
mod build;
mod cut;
mod gate;
mod ground;
pub mod joining;
pub mod lineage;
mod piece;
mod rebuild;
mod set;

pub use build::build;
pub use rebuild::{Rebuilt, rebuild};
pub use set::Rings;
