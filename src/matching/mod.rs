//! The room of matching: applications to candidate pairs to evidence to links.

mod corpus;
mod policy;

pub use corpus::Corpus;
pub use policy::Policy;
