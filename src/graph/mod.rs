//! The graph: applicants, attributes and links; components, bridges, paths, layout. petgraph lives here only.

mod network;

pub use network::Network;
