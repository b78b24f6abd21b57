//! The graph: applicants, attributes and links; components, bridges, paths, layout. petgraph lives here only.

mod network;
mod path;
mod structure;

pub use network::Network;
pub use path::path;
pub use structure::{Structure, components};
