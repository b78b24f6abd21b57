//! The graph: applicants, attributes and links; components, bridges, paths, layout. petgraph lives here only.

mod clear;
mod expand;
mod layout;
mod network;
mod path;
mod pinned;
mod seams;
mod sets;
mod structure;

pub use expand::{
    Count, NodeIx, PAGE, Page, Relation, UnknownRelation, expand, relations, values_of,
};
pub use layout::{Layout, LayoutOptions, NodeBox, Point, Spring, layout};
pub use network::Network;
pub use path::{PathOptions, Paths, path, paths};
pub use pinned::layout_pinned;
pub use seams::{Seam, Seams};
pub use sets::Sets;
pub use structure::{Structure, components};
