//! Applications of a report by their numbers: which are new, which are linked. Not responsible for what is counted of them
//! (`sections`).
//!
//! Invariant: reads no application, and asks for each new one once.

use crate::{model::AppIx, reports::ground::Ground};
use rayon::prelude::*;

/// Applications that were not known before the period, by number.
#[derive(Debug, Default)]
pub struct Arrivals {
    /// Their numbers, sorted.
    pub new: Vec<AppIx>,
    is_new: Vec<bool>,
}

impl Arrivals {
    /// Those of a report. O(applications of the period + bits of all).
    #[must_use]
    pub fn of(ground: &Ground<'_>) -> Self {
        let corpus = ground.view.network.corpus();
        let ids: Vec<_> =
            ground.period.arrived.iter().filter(|(_, a)| a.is_new).map(|(id, _)| id).collect();
        let mut new: Vec<AppIx> = ids.par_iter().filter_map(|id| corpus.find(id)).collect();
        new.par_sort_unstable();
        let mut is_new = vec![false; corpus.len()];
        for app in &new {
            if let Some(slot) = is_new.get_mut(app.at()) {
                *slot = true;
            }
        }
        Self { new, is_new }
    }

    /// Whether an application is new.
    #[must_use]
    pub fn has(&self, app: AppIx) -> bool {
        self.is_new.get(app.at()).copied().unwrap_or(false)
    }
}

/// Whether each application, by its number, belongs to a member of a ring that the report is about. O(applications).
#[must_use]
pub fn linked(ground: &Ground<'_>) -> Vec<bool> {
    let network = &ground.view.network;
    let mut linked = vec![false; network.corpus().len()];
    let members = ground.view.rings.iter().filter(|ring| ground.is_about(ring));
    for member in members.flat_map(|ring| &ring.members) {
        for app in &network.applicant(*member).applications {
            if let Some(slot) = linked.get_mut(app.at()) {
                *slot = true;
            }
        }
    }
    linked
}
