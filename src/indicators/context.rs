//! What may be asked beside the application itself: what is usual, what is watched, what is known of addresses and schools.
//! Not responsible for keeping any of it.
//!
//! Invariant: read-only, and the same answers all the time an assessment lasts.

use crate::{
    indicators::{Completions, IndicatorPolicy, IpIntel, Tallies, WatchLists},
    model::{Moment, PersonName},
};
use std::cell::Cell;

/// What may be asked beside the application itself.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The numbers in force.
    pub policy: &'a IndicatorPolicy,
    /// What is usual.
    pub tallies: &'a Tallies,
    /// What is watched.
    pub watched: &'a WatchLists,
    /// What is known of IP addresses.
    pub ips: &'a dyn IpIntel,
    /// Which majors schools awarded, where somebody told.
    pub completions: Option<&'a Completions>,
    /// Names of others whom something ties to the applicant.
    pub tied: &'a [&'a PersonName],
    /// The hour of the assessment.
    pub now: &'a Hour,
}

/// The hour of an assessment, which remembers whether anybody asked for it: what did not depend on it holds at any other
/// hour too.
#[derive(Debug)]
pub struct Hour {
    at: Moment,
    asked: Cell<bool>,
}

impl Hour {
    /// This one.
    #[must_use]
    pub fn of(at: Moment) -> Self {
        Self { at, asked: Cell::new(false) }
    }

    /// When it is.
    #[must_use]
    pub fn get(&self) -> Moment {
        self.asked.set(true);
        self.at
    }

    /// Whether anybody asked for it.
    #[must_use]
    pub fn was_asked(&self) -> bool {
        self.asked.get()
    }
}
