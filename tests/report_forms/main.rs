//! Reports in every form, read again by programs and libraries of others. Not responsible for what a report says, nor for
//! bringing it anywhere.
//!
//! Every test leaves what it made in the folder `report` of the tests' temporary folder, to be looked at.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail")]

mod files;
mod lab;
mod letters;
mod names;
mod pages;
mod papers;
#[path = "../tools/mod.rs"]
mod tools;
