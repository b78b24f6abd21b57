//! The store on disk: the journal as the truth, sled to find an application's versions in it. Not responsible
//! for what lies in either (`store::journal`, `trees`).
//!
//! Invariant: no type of the `sled` crate leaves this folder; whatever happens to sled, nothing acknowledged is
//! lost, and what is served comes from the journal's frame, checked.

mod clean;
mod erasing;
mod opening;
mod options;
mod store;
mod trees;

pub use options::SledOptions;
pub use store::SledStore;
