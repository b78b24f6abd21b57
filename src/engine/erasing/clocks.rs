//! Clocks of retention: since when each application is held, and which places it claims. Not responsible for how long it
//! may be (`casework::keeping`).
//!
//! Invariant: a clock never starts before the application was made; what withdrawn imports brought moves none.

use crate::{
    engine::{Engine, EngineError, View},
    model::{Application, Column, Fact, ImportId, Moment, Seq},
    normalize::address,
    reference::{countries, states, zips},
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
        self.store.facts(Seq(1), &mut |seq, fact| {
            match fact {
                // Of an import that is running.
                _ if seq > view.seq => {}
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

/// Every place that an application claims, from the columns as they are and from what is read out of them: a floor must not
/// be missed because a state stands in another column, or follows from a ZIP alone. A place too many keeps longer.
fn places(application: &Application) -> BTreeSet<Place> {
    let get = |column| application.get(column).map(str::trim).filter(|text| !text.is_empty());
    let country = get(Column::Country).and_then(countries::code);
    let home = [Column::Street, Column::Unit, Column::City, Column::State, Column::PostalCode];
    let shipping = [
        Column::ShipStreet,
        Column::ShipUnit,
        Column::ShipCity,
        Column::ShipState,
        Column::ShipPostalCode,
    ];
    let mut places = BTreeSet::new();
    // No column says the country of delivery.
    for (columns, country) in [(home, country), (shipping, None)] {
        let [street, unit, city, state, postal_code] = columns.map(get);
        let named = |text: &str| states::state(text, country);
        // A city may be called as a state is: of a line or a city only what stands behind a comma counts.
        let behind = |text: &'_ str| text.split_once(',').map(|(_, rest)| rest.to_owned());
        let lines = [street.and_then(behind), city.and_then(behind), state.map(str::to_owned)];
        for text in lines.iter().flatten() {
            places.extend(written(text).filter_map(named).map(place));
        }
        let fields = address::Fields {
            street,
            unit,
            city,
            state,
            postal_code,
            country: get(Column::Country).filter(|_| country.is_some()),
        };
        let read = address::parse(&fields);
        let state = read.as_ref().and_then(|read| read.state.as_deref());
        places.extend(state.and_then(named).map(place));
        if country.is_none_or(|country| country == "US") {
            let code = read.as_ref().and_then(|read| read.postal_code.as_deref()).or(postal_code);
            let code = code.and_then(|code| code.get(..5));
            let known = code.and_then(zips::zip5).map(|zip| zip.state);
            let roughly = || code.filter(|_| country.is_some()).and_then(zips::zip3_state);
            let state = known.or_else(roughly).and_then(|code| states::state(code, Some("US")));
            places.extend(state.map(place));
        }
    }
    // A country counts where none of its states is known.
    if let Some(country) = country
        && !places.iter().any(|place| place.country == country)
    {
        places.insert(Place { country, state: None });
    }
    places
}

fn place(state: states::State) -> Place {
    Place { country: state.country, state: Some(state.code) }
}

/// What of a text may be the name of a state: all of it, and each part between commas without a ZIP behind it or a country
/// before it, as in "Los Angeles, CA 90012" and "US-CA".
fn written(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split([',', ';', '\n']).filter(|part| part.len() < text.len());
    std::iter::once(text).chain(parts).flat_map(|part| {
        let bare = part.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-' || c == ' ');
        let last = part.split_once(['-', '/']).filter(|(country, _)| {
            let country = country.trim();
            !country.is_empty() && countries::code(country).is_some()
        });
        [Some(part), Some(bare), last.map(|(_, state)| state)].into_iter().flatten().map(str::trim)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Source;

    fn of(fields: &[(Column, &str)]) -> Vec<String> {
        let fields: Vec<_> = fields.iter().map(|(c, text)| (*c, (*text).to_owned())).collect();
        let application = Application {
            id: "A-1".parse().unwrap(),
            fields: fields.into_iter().collect(),
            extra: Default::default(),
            nested: Default::default(),
            source: Source { file: "a.csv".to_owned(), row: 1 },
        };
        let named = |p: &Place| format!("{}-{}", p.country, p.state.unwrap_or_default());
        places(&application).iter().map(named).collect()
    }

    #[test]
    fn a_state_is_found_wherever_it_stands_and_from_a_zip_alone() {
        use Column::{City, Country, PostalCode, ShipPostalCode, State, Street};
        for fields in [
            &[(State, "CA")][..],
            &[(State, "California"), (Country, "USA")],
            &[(Street, "1 Oak St, Los Angeles, CA 90012")],
            &[(Street, "1 Oak St, Los Angeles, CA 90012"), (Country, "US")],
            &[(PostalCode, "90013")],
            &[(PostalCode, "90013-1234"), (Country, "United States")],
            &[(ShipPostalCode, "90013"), (Country, "US")],
            &[(State, "US-CA")],
            &[(City, "Los Angeles, CA")],
            &[(City, "Los Angeles, CA 90012")],
        ] {
            assert!(of(fields).contains(&"US-CA".to_owned()), "{fields:?}: {:?}", of(fields));
        }
        assert_eq!(of(&[(Country, "Germany"), (PostalCode, "90013")]), ["DE-"]);
        assert_eq!(of(&[(Country, "US")]), ["US-"]);
        assert_eq!(of(&[(State, "IL"), (Country, "US"), (City, "Springfield")]), ["US-IL"]);
        assert_eq!(of(&[(City, "Washington"), (State, "DC")]), ["US-DC"]);
        assert_eq!(of(&[]), Vec::<String>::new());
    }
}
