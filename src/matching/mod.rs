//! The room of matching: applications to candidate pairs to evidence to links. Pure: values in, values out, no
//! store, no clock, no global.

mod applicants;
mod background;
pub mod blocking;
pub mod calibrate;
mod clusters;
mod combine;
pub mod corpus;
pub mod crowd;
pub mod drops;
mod edges;
mod feature;
pub mod features;
mod findings;
mod home;
pub mod incremental;
mod index;
pub mod levels;
mod link_candidates;
mod linking;
pub mod names;
pub mod persons;
pub mod pictures;
pub mod policy;
mod registry;
mod rulings;
pub mod series;
pub mod similarity;
mod sorting;
pub mod texts;
mod tokens;

pub use applicants::Applicants;
pub use background::{Background, Trace};
pub use corpus::{Corpus, Entry, coarse};
pub(crate) use corpus::{Dictionary, Shelf};
pub use crowd::Crowd;
pub use edges::Edges;
pub use feature::{Comparer, Feature, Finding, Findings, Pair, Shared, feature};
pub use index::Index;
pub use levels::{Level, Levels, Seen};
pub use linking::{Linked, Linker, link};
pub use names::{NameComparison, NameRelation};
pub use policy::Policy;
pub use registry::FEATURES;
pub use rulings::Rulings;
pub use tokens::Tokens;
