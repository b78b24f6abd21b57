//! How far an application got, read quickly: most say so in two columns, and only those with lists of access or shipments are
//! read whole. Also where something was sent. Not responsible for the words of stages (`indicators::Reach`).
//!
//! Invariant: the same step as `Reach::of` gives.

use crate::{
    engine::{Engine, EngineError},
    indicators::{Reach, Subject},
    model::{Address, Application, ApplicationId, Column, PlaceKind, Seq, fold},
    normalize::{
        address,
        fold::{is_nothing, words},
    },
};

/// How far an application got. O(length of stage and outcome), and O(bytes) where access or shipments are listed.
#[must_use]
pub fn reach(application: &Application) -> Reach {
    let listed = application.nested.keys().any(|name| {
        let name = fold(name);
        name == "access" || name == "shipments"
    });
    if listed || application.extra.keys().any(|name| fold(name) == fold("access_granted")) {
        return Reach::of(&Subject::new(application));
    }
    let columns = [Column::Stage, Column::Outcome].map(|column| application.get(column));
    let said: Vec<_> =
        columns.into_iter().flatten().filter(|t| !is_nothing(t)).filter_map(words).collect();
    Reach::read(said.iter().map(|text| &**text))
}

/// How far the newest version of an application got that had come by this fact; none where none had.
///
/// # Errors
/// When the store cannot be read.
pub fn reach_by(
    engine: &Engine,
    id: &ApplicationId,
    by: Seq,
) -> Result<Option<Reach>, EngineError> {
    let versions = engine.store().versions(id)?;
    let newest = versions.into_iter().rfind(|version| version.seq <= by);
    Ok(newest.map(|version| reach(&version.application)))
}

/// Whether it lists shipments.
#[must_use]
pub fn has_shipments(application: &Application) -> bool {
    application.nested.keys().any(|name| fold(name) == "shipments")
}

/// The places where shipments of an application are to go or went. O(bytes).
#[must_use]
pub fn shipped_to(subject: &Subject<'_>) -> Vec<Address> {
    let mut all = Vec::new();
    for shipment in subject.record.list("shipments") {
        for names in [&["ship_to", "address", "to"][..], &["delivered_to"]] {
            let place = shipment.text(names).and_then(|text| address::parse_line(&text));
            all.extend(place.filter(|place| place.place != PlaceKind::Area));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Source;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn it_is_the_step_that_indicators_see(
            stage in prop::sample::select(vec!["", "applied", "Offer extended", "no offer", "hired", "On-site interview"]),
            outcome in prop::sample::select(vec!["", "Rejected", "offer accepted", "never started", "n/a", "no", "none"]),
            list in prop::sample::select(vec!["", "shipments", "Access", "skills"]),
            granted in prop::sample::select(vec!["", "yes", "no"]),
        ) {
            let given = [(Column::Stage, stage), (Column::Outcome, outcome)];
            let given = given.into_iter().filter(|(_, text)| !text.is_empty());
            let mut application = Application {
                id: "A1".parse().unwrap(),
                fields: given.collect(),
                extra: BTreeMap::new(),
                nested: BTreeMap::new(),
                source: Source { file: "rows.csv".to_owned(), row: 1 },
            };
            if !list.is_empty() {
                application.nested.insert(list.to_owned(), r#"[{"serial":"X1"}]"#.to_owned());
            }
            if !granted.is_empty() {
                application.extra.insert("Access Granted".to_owned(), granted.to_owned());
            }
            prop_assert_eq!(reach(&application), Reach::of(&Subject::new(&application)));
        }
    }
}
