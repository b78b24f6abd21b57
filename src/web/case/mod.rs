//! What the list of cases and the page of a case are made of, and what their forms do. Not responsible for the pages
//! themselves (`pages`) nor for what may be done with a case (`casework`).
//!
//! Invariant: every form carries the version of the case that its page showed.

pub mod again;
pub mod bulk;
pub mod change;
pub mod covered;
pub mod files;
pub mod form;
pub mod list;
pub mod mark;
pub mod notes;
pub mod opening;
pub mod past;
pub mod people;
pub mod row;
pub mod verdict;
