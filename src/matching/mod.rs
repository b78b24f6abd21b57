//! The room of applications to candidate pairs to evidence to links.
