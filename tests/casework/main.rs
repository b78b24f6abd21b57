//! Casework as a library: cases as facts, the rules, what a case covers, and the files attached to it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail")]

mod files;
mod folding;
mod killing;
mod lab;
mod reach;
mod rules;
