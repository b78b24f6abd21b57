//! The room of rings: links to rings. Gates, hub reasoning as far as it concerns rings, drop-one, stable ids with
//! lineage. Pure.

pub mod artefact;
mod build;
mod gate;
pub mod joining;
pub mod lineage;

pub use build::{build, sort};
