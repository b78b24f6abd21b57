//! Exploring: what an address says was opened, what of it is drawn, listed and selected. Not responsible for the page
//! (`pages::explore`).
//!
//! Invariant: the address alone determines the drawing, and one more step at its end moves nothing that was there.

mod explored;
mod panel;
mod rows;
mod scene;
mod selection;
mod tour;

pub use explored::Explored;
pub use panel::Panel;
pub use rows::{Group, Row};
pub use scene::{Scene, Slot};
pub use selection::{Selection, ShareRow};
pub use tour::{Cluster, STEPS, Start, Step, Tour};
