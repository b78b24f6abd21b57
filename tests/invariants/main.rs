//! The invariants of the design, as properties: whatever is imported, judged and withdrawn, in whatever order and
//! portions, through the engine over a store.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail")]
#![expect(clippy::panic, reason = "a test that cannot go on should fail")]

mod applications;
mod beside;
mod calibrating;
mod cleared;
mod corner_cases;
mod counting_on;
mod histories;
mod judging;
mod lab;
mod lineage;
mod membership;
mod names;
mod previewing;
mod reopening;
mod repeating;
mod reports;
mod screening;
mod sums;
mod thresholds;
mod withdrawing;
