//! The room of matching: applications to candidate pairs to evidence to links. Pure: values in, values out, no
//! store, no clock, no global.

mod background;
pub mod blocking;
mod corpus;
mod counts;
mod feature;
pub mod features;
mod link_candidates;
mod linking;
mod names;
pub mod persons;
pub mod policy;
mod registry;
mod rulings;
pub mod similarity;

pub use background::{Background, Use};
pub use corpus::{Corpus, Entry};
pub use counts::{Counted, Counts};
pub use feature::{Comparer, Feature, Shared, feature};
pub use linking::{Linked, Linker, applicant_of, link};
pub use names::{NameComparison, NameRelation, NameTable};
pub use policy::Policy;
pub use registry::FEATURES;
pub use rulings::Rulings;
