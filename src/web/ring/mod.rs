//! What the ring page shows, part by part: where somebody looks, how far, and each panel. Not responsible for
//! answering a request (`pages::ring`) nor for the drawing of the network (`drawing`).
//!
//! Invariant: every state of the page is its address; a part says when it shows less than the whole ring.

pub mod charts;
pub mod cleared;
pub mod extent;
pub mod json;
pub mod likeness;
pub mod neighbors;
pub mod panel;
pub mod parts;
pub mod place;
pub mod roll;
pub mod rows;
