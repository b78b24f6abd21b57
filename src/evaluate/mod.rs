//! Quality of persons and rings against labelled truth. Not responsible for producing either.
//!
//! Invariant: the figures depend on which applications are together, never on the names of groups or the order of
//! rows.

mod error;
mod quality;
mod truth;

pub use error::EvaluateError;
pub use quality::{KindQuality, PersonQuality, Prf, Quality, RingQuality, evaluate};
pub use truth::{Truth, read_truth};
