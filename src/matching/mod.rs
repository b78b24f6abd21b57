//! The room of matching: applications to candidate pairs to evidence to links. Pure: values in, values out, no
//! store, no clock, no global.

mod background;
pub mod blocking;
mod combine;
mod corpus;
mod counts;
pub mod crowd;
mod feature;
pub mod features;
mod found;
mod home;
mod link_candidates;
mod linking;
mod names;
pub mod persons;
pub mod policy;
mod registry;
mod rulings;
pub mod series;
pub mod texts;

pub use background::{Background, Trace};
pub use corpus::{Corpus, Entry};
pub use counts::{Counted, Counts};
pub use crowd::Crowd;
pub use feature::{Comparer, Feature, Shared, feature};
pub use found::Found;
pub use linking::{Linked, Linker, applicant_of, link};
pub use names::{NameComparison, NameRelation, NameTable};
pub use policy::Policy;
pub use registry::FEATURES;
pub use rulings::Rulings;
