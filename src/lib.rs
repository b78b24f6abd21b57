//! Ringer finds the doubles among job applications and the rings behind them.
//!
//! The rooms are listed in dependency order: a room uses only the rooms above it, and `tests/tidy.rs` checks
//! that. ARCHITECTURE.md is the map.

// Blank lines between the rooms keep rustfmt from sorting them: the order is the architecture.

pub mod model;

pub mod reference;

pub mod normalize;

pub mod ingest;

pub mod matching;

pub mod graph;

pub mod rings;

pub mod indicators;

pub mod explain;

pub mod store;

pub mod engine;

pub mod synth;

pub mod evaluate;

pub mod casework;

pub mod svg;

pub mod typeset;

pub mod referral;

pub mod reports;

pub mod web;

pub mod cli;

/// Millions of short texts and lists come and go in an import, on all cores, and what stays is looked up at random.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;
