//! Clocks of retention: since when each application is held, and which places it claims. Not responsible for how long it
//! may be (`casework::keeping`).
//!
//! Invariant: a clock never starts before the application was made; what withdrawn imports brought moves none.

use crate::{
    engine::{Engine, EngineError, View},
    model::{Application, Column, Fact, ImportId, Moment, Seq},
    reference::{countries, states},
};
use rustc_hash::FxHashMap;
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

/// A place that somebody claims: a country, and the code of a state or province where it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// ISO code of the country.
    pub country: &'static str,
    /// Code of the state.
    pub state: Option<&'static str>,
}

/// Since when an application is held.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HeldSince {
    /// When it came first.
    pub received: Moment,
    /// When a version came last that says something else: a stage reached, an outcome.
    pub changed: Option<Moment>,
    /// The places that any version claims.
    pub places: BTreeSet<Place>,
}

/// What was read last, and as of which fact.
pub(in crate::engine) type KeptClocks = Mutex<Option<(Seq, Arc<Vec<HeldSince>>)>>;

impl Engine {
    /// Since when each application of a view is held, by its number. Kept until something weighs; O(journal) then.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn held_since(&self, view: &View) -> Result<Arc<Vec<HeldSince>>, EngineError> {
        let kept = || self.clocks.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((weighed, all)) = &*kept()
            && *weighed == view.weighed
        {
            return Ok(Arc::clone(all));
        }
        let corpus = view.network.corpus();
        let mut all = vec![HeldSince::default(); corpus.len()];
        let mut is_known = vec![false; corpus.len()];
        let mut began: FxHashMap<ImportId, Moment> = FxHashMap::default();
        let withdrawn = view.imports.iter().filter(|record| record.withdrawn.is_some());
        let withdrawn: BTreeSet<&ImportId> = withdrawn.map(|record| &record.id).collect();
        self.store.facts(Seq(1), &mut |_, fact| {
            match fact {
                Fact::ImportStarted { import, at, .. } => drop(began.insert(import, at)),
                Fact::Received { import, application } if !withdrawn.contains(&import) => {
                    let at = began.get(&import).copied().unwrap_or_default();
                    let Some(app) = corpus.find(&application.id) else { return Ok(()) };
                    let (Some(held), Some(known)) =
                        (all.get_mut(app.at()), is_known.get_mut(app.at()))
                    else {
                        return Ok(());
                    };
                    if std::mem::replace(known, true) {
                        held.changed = Some(at);
                    } else {
                        held.received = at;
                    }
                    held.places.extend(places(&application));
                }
                _ => {}
            }
            Ok(())
        })?;
        let all = Arc::new(all);
        *kept() = Some((view.weighed, Arc::clone(&all)));
        Ok(all)
    }
}

fn places(application: &Application) -> impl Iterator<Item = Place> {
    let get = |column| application.get(column).map(str::trim).filter(|text| !text.is_empty());
    let country = get(Column::Country).and_then(countries::code);
    let of = |column| {
        let state = get(column).and_then(|text| states::state(text, country));
        state.map(|state| Place { country: state.country, state: Some(state.code) })
    };
    let home = of(Column::State).or_else(|| country.map(|country| Place { country, state: None }));
    home.into_iter().chain(of(Column::ShipState))
}
