//! Graphs of a package: who is claimed and what they share, for programs that draw and measure networks. Not responsible
//! for tables to read (`tables`).
//!
//! Invariant: every form has the same nodes and edges, those of [`network::Network`].

mod gexf;
mod graphml;
mod i2;
mod i2_note;
mod network;
mod xml;

pub use gexf::Gexf;
pub use graphml::GraphMl;
pub use i2::I2;
