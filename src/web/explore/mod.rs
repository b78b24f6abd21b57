//! Exploring: what an address says was opened, what of it is drawn, and what a selection has in common. Not
//! responsible for the page (`pages::explore`).
//!
//! Invariant: the address alone determines the drawing, and one more step at its end moves nothing that was there.

mod scene;
mod selection;
mod tour;

pub use scene::{Scene, Slot, kind_word, label, shape};
pub use selection::{Selection, ShareRow};
pub use tour::{Cluster, STEPS, Start, Step, Tour};
