//! The engine: the only writer. Facts go in, are made durable, and a new view comes out; readers get an
//! immutable view.

mod error;
mod screening;
mod service;
mod view;

pub use error::EngineError;
pub use screening::{ScreenMatch, Screening};
pub use service::Engine;
pub use view::{Recorded, RingLookup, View};
