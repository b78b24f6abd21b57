//! Rings that went quiet: nobody of them has applied for some weeks. Not responsible for what else became of them.
//!
//! It is counted by when their applications were submitted, not by when they were imported: a ring goes quiet at one moment,
//! which lies in one period, and again only after a later application. Rings that were found in the period itself are
//! not told, since those that are found in old data have been quiet all along.
//!
//! Invariant: of two periods that follow one another at most one has a ring as quiet, unless somebody of it applied between.

use crate::{
    engine::View,
    model::{Moment, Ring, Seq},
    reports::Period,
};

/// Days without an application after which a ring is quiet: four weeks, so that one whose personas apply once a month is not
/// told as quiet each time.
pub const QUIET_DAYS: u32 = 28;

/// A ring that went quiet.
#[derive(Debug, Clone, Copy)]
pub struct Quiet<'a> {
    /// The ring.
    pub ring: &'a Ring,
    /// Its last application.
    pub last: Moment,
    /// When it had been without another for [`QUIET_DAYS`].
    pub at: Moment,
}

/// The rings that went quiet in a period, the latest first. O(rings).
#[must_use]
pub fn quiet<'a>(view: &'a View, period: &Period) -> Vec<Quiet<'a>> {
    let (since, until) = (period.since.at, period.until.at);
    let mut found: Vec<Quiet<'a>> = view
        .rings
        .iter()
        .filter_map(|ring| {
            let last = ring.last_seen?;
            let at = Moment(last.0.saturating_add(i64::from(QUIET_DAYS) * 86_400));
            let went = at > since && at <= until && was_there(view, ring, period.since.seq);
            went.then_some(Quiet { ring, last, at })
        })
        .collect();
    found.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| a.ring.id.cmp(&b.ring.id)));
    found
}

/// Whether a ring was there at a fact.
fn was_there(view: &View, ring: &Ring, at: Seq) -> bool {
    let events = view.lineage.get(&ring.id).unwrap_or_default();
    let before = events.iter().rev().find(|recorded| recorded.seq <= at);
    before.is_some_and(|recorded| super::there(&recorded.event).is_some())
}
