//! The graph: applicants, attributes and links; components, bridges, paths, layout. petgraph lives here only.

mod layout;
mod network;
mod path;
mod seams;
mod sets;
mod structure;

pub use layout::{Layout, LayoutOptions, NodeBox, Point, Spring, layout};
pub use network::Network;
pub use path::path;
pub use seams::{Seam, Seams};
pub use sets::Sets;
pub use structure::{Structure, components};
