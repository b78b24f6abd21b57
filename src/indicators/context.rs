//! What may be asked beside the application itself: what is usual, what is watched, what is known of addresses and schools.
//! Not responsible for keeping any of it.
//!
//! Invariant: read-only, and the same answers all the time an assessment lasts.

use crate::{
    indicators::{Completions, IndicatorPolicy, IpIntel, Tallies, WatchLists},
    model::{Moment, PersonName},
};

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
    pub now: Moment,
}
