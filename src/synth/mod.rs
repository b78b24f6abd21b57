//! Labelled synthetic applications (rings, confusers, noise) for the demo, tests and benches: seeded, streamed to
//! disk, of any size. Not responsible for measuring anything on them (`evaluate`).
//!
//! The design: one generator makes every person, honest or not. Honest groups (`honest`) share things for innocent
//! reasons, rings (`rings`) share things because one pair of hands writes them (`kit`). What an application shows
//! of a person, with all noise, is written by one scribe (`scribe`). Openings, agencies, mail drops, dorms and the
//! like are common to all (`world`).
//!
//! Invariant: the same options give the same bytes, on every machine; and nothing about a name, a school or a
//! place depends on whether somebody belongs to a ring.

mod contact;
mod dice;
mod error;
mod generate;
mod honest;
mod kit;
mod life;
mod memory;
mod options;
mod person;
mod place;
mod pools;
mod quarter;
mod resume;
mod rings;
mod row;
mod scribe;
mod slip;
mod story;
mod world;

pub use error::SynthError;
pub use generate::{PlantedRing, Summary, generate, ring_name};
pub use options::{Noise, Options, Resumes, RingSpacing, Story};
pub use quarter::{
    Planted, PlantedDay, PlantedDecision, PlantedEvent, PlantedFile, Quarter, QuarterSummary,
    WEEKS, quarter, quarter_files,
};
