//! Which majors schools awarded: a table that the user supplies. Not responsible for reading files.
//!
//! Invariant: a school that the table does not have says nothing.

/// Which majors schools awarded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Completions {}
