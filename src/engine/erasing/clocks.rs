//! Clocks of retention: since when each application is held, and which places it claims. Not responsible for how long it
//! may be (`casework::keeping`).
//!
//! Invariant: a clock never starts before the application was made; what withdrawn imports brought moves none.

use crate::{
    engine::{Engine, EngineError, View},
    model::{AppIx, Application, Column, Fact, ImportId, Moment, Seq},
    normalize::address,
    reference::{countries, states, zips},
};
use rayon::prelude::*;
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

/// What was read last, and how far.
pub(in crate::engine) type KeptClocks = Mutex<Option<Clocks>>;

/// Clocks as of a view, which those of a later one go on from.
#[derive(Clone, Default)]
pub(in crate::engine) struct Clocks {
    weighed: Seq,
    through: Seq,
    passed_over: Arc<BTreeSet<ImportId>>,
    erasures: usize,
    began: FxHashMap<ImportId, Moment>,
    all: Arc<Vec<HeldSince>>,
}

/// Applications whose places are read together, by all cores.
const SOME: usize = 4_096;

impl Clocks {
    /// Whether those of a view are these with what came since: nothing that counted is passed over or gone meanwhile, so
    /// that applications have the numbers they had.
    fn leads_to(&self, view: &View) -> bool {
        self.through <= view.seq
            && self.all.len() <= view.network.corpus().len()
            && self.erasures == view.erasures.len()
            && self.passed_over == view.passed_over
    }

    /// Moves on by applications, each with the hour at which it came.
    fn take(&mut self, view: &View, known: &mut [bool], came: &mut Vec<(Moment, Application)>) {
        let corpus = view.network.corpus();
        let found: Vec<Option<(AppIx, BTreeSet<Place>)>> = came
            .par_iter()
            .map(|(_, application)| Some((corpus.find(&application.id)?, places(application))))
            .collect();
        let all = Arc::make_mut(&mut self.all);
        for ((at, _), found) in came.drain(..).zip(found) {
            let Some((app, places)) = found else { continue };
            let (Some(held), Some(known)) = (all.get_mut(app.at()), known.get_mut(app.at())) else {
                continue;
            };
            if std::mem::replace(known, true) {
                held.changed = Some(at);
            } else {
                held.received = at;
            }
            held.places.extend(places);
        }
    }
}

impl Engine {
    /// Since when each application of a view is held, by its number. Kept until something weighs; then O(facts since), and
    /// O(journal) at the first time and after something was withdrawn or erased.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn held_since(&self, view: &View) -> Result<Arc<Vec<HeldSince>>, EngineError> {
        let kept = || self.clocks.lock().unwrap_or_else(PoisonError::into_inner);
        let last = kept().clone();
        if let Some(last) = &last
            && last.weighed == view.weighed
        {
            return Ok(Arc::clone(&last.all));
        }
        let mut clocks = last.filter(|last| last.leads_to(view)).unwrap_or_default();
        let mut known = vec![true; clocks.all.len()];
        known.resize(view.network.corpus().len(), false);
        Arc::make_mut(&mut clocks.all).resize(known.len(), HeldSince::default());
        let mut came: Vec<(Moment, Application)> = Vec::new();
        self.store.facts(Seq(clocks.through.0 + 1), &mut |seq, fact| {
            match fact {
                // Of an import that is running.
                _ if seq > view.seq => {}
                Fact::ImportStarted { import, at, .. } => drop(clocks.began.insert(import, at)),
                Fact::Received { import, application } if !view.passed_over.contains(&import) => {
                    let at = clocks.began.get(&import).copied().unwrap_or_default();
                    came.push((at, *application));
                    if came.len() >= SOME {
                        clocks.take(view, &mut known, &mut came);
                    }
                }
                _ => {}
            }
            Ok(())
        })?;
        clocks.take(view, &mut known, &mut came);
        (clocks.weighed, clocks.through) = (view.weighed, view.seq);
        clocks.passed_over = Arc::clone(&view.passed_over);
        clocks.erasures = view.erasures.len();
        let all = Arc::clone(&clocks.all);
        *kept() = Some(clocks);
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
    use crate::{
        engine::fixtures::{import, open, store},
        model::Source,
    };

    #[test]
    fn clocks_that_go_on_are_those_read_anew_also_after_a_withdrawal() {
        let store = store();
        let engine = open(&store);
        const HEAD: &str = "application_id,full_name,state,country\n";
        let same = |when: &str| {
            let view = engine.view();
            let anew = open(&store);
            let by_id = |engine: &Engine, view: &View| -> Vec<String> {
                let (all, corpus) = (engine.held_since(view).unwrap(), view.network.corpus());
                assert_eq!(all.len(), corpus.len(), "{when}");
                let mut all: Vec<String> = corpus
                    .apps()
                    .map(|app| format!("{} {:?}", corpus.id(app), all[app.at()]))
                    .collect();
                all.sort();
                all
            };
            assert_eq!(by_id(&engine, &view), by_id(&anew, &anew.view()), "{when}");
        };
        import(&engine, &format!("{HEAD}A1,Ada Quill,CA,US\nA2,Bruno Tarn,IL,US\n"));
        same("first");
        import(&engine, &format!("{HEAD}A2,Bruno Tarn,OH,US\nA3,Cleo Okafor,,DE\n"));
        same("a new version and a new application");
        let first = engine.imports().last().unwrap().id.clone();
        engine.withdraw_import(&first, "ann", "wrong file").unwrap();
        same("the first withdrawn");
        import(&engine, &format!("{HEAD}A1,Ada Quill,CA,US\n"));
        same("brought again");
    }

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
