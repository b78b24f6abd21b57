//! Schedules over time: a year with a clock that the test moves, and several processes on one store.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail")]

mod failing;
mod house;
mod processes;
mod racing;
#[path = "../ringer/mod.rs"]
mod ringer;
mod thread;
mod year;
