//! The room of rings: links to rings. Gates, hub reasoning as far as it concerns rings, drop-one, stable ids with
//! lineage. Pure.

pub mod artefact;
mod build;
mod gate;
pub mod lineage;
mod rebuild;
mod set;

pub use build::build;
pub use rebuild::{Rebuilt, rebuild};
pub use set::Rings;
