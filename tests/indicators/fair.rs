//! What indicators must never do: read a name but to compare two, know of a protected trait, move with whose name it is.

use crate::case::{Outcome, read_all};
use ringer::{
    indicators::{
        self, Context, Dossier, Hour, IndicatorPolicy, NoIpIntel, State, Tallies, Ties, WatchLists,
    },
    ingest::{self, Input, Options},
    model::{Application, Column, Fields, Moment, column::protected_trait},
    normalize::normalize,
    synth,
};
use std::{collections::BTreeMap, fs, path::Path};

/// Words of what is never computed, as they would stand in an indicator's own words or fields.
const NEVER: &[&str] = &[
    "accent",
    "native",
    "nationality",
    "citizen",
    "visa",
    "sponsor",
    "ethnic",
    "race",
    "religion",
    "gender",
    "asian",
    "korean",
    "chinese",
    "russian",
    "foreign degree",
    "non-us",
    "westernized",
    "mother tongue",
    "face recognition",
    "emotion",
    "voice print",
    "avatar",
    "birth year",
    "criminal",
    "looks like",
];

#[test]
fn no_indicator_speaks_of_what_is_never_computed() {
    for indicator in indicators::all() {
        let told = [indicator.title, indicator.how].join(" ").to_lowercase();
        for never in NEVER {
            let words = format!(" {} ", told.replace(|c: char| !c.is_alphanumeric(), " "));
            assert!(!words.contains(&format!(" {never} ")), "{} says \"{never}\"", indicator.id);
        }
        for need in indicator.needs {
            assert_eq!(protected_trait(need), None, "{} needs {need}", indicator.id);
            assert!(!["birth_date", "national_id"].contains(need), "{} needs {need}", indicator.id);
        }
    }
}

/// Every source file of the room, by path.
fn sources(dir: &Path, found: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else {
            found.insert(path.display().to_string(), fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn no_indicator_reads_a_name_but_to_compare_two() {
    let mut all = BTreeMap::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/indicators"), &mut all);
    assert!(all.len() > 10);
    for (path, text) in all {
        // Comparing, and saying that one person goes by two names.
        if path.ends_with("idc.rs") || path.ends_with("exculpating.rs") {
            continue;
        }
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for reading in [
            "Column::FullName",
            "Column::BirthDate",
            "Column::NationalId",
            "birth_date",
            "national_id",
        ] {
            assert!(!code.contains(reading), "{path} reads {reading}");
        }
    }
}

#[test]
fn in_no_written_case_does_a_name_matter_but_to_what_compares_two_of_them() {
    let compares = |id: &str| indicators::all().any(|i| i.id == id && i.compares_names);
    let mut looked_at = 0;
    for (case, other) in read_all().into_iter().zip(read_all()) {
        if compares(&case.indicator) {
            continue;
        }
        looked_at += 1;
        let (before, after) = (case.outcome(), other.renamed().outcome());
        let told = |outcome: &Outcome| match outcome {
            Outcome::Raised { strength, .. } => strength.clone(),
            other => format!("{other:?}"),
        };
        assert_eq!(
            told(&before),
            told(&after),
            "{}: {} ({})",
            case.file,
            case.indicator,
            case.what
        );
    }
    assert!(looked_at > 200, "{looked_at}");
}

fn renamed(application: &Application, name: &str) -> Application {
    let mut fields = Fields::default();
    for (column, value) in application.fields.iter() {
        fields.set(column, if column == Column::FullName { name } else { value });
    }
    Application { fields, ..application.clone() }
}

/// The state of every indicator on an application by itself.
fn states(application: &Application, tallies: &Tallies) -> Vec<(&'static str, bool, State)> {
    let policy = IndicatorPolicy::default();
    let watched = WatchLists::default();
    let context = Context {
        policy: &policy,
        tallies,
        watched: &watched,
        ips: &NoIpIntel,
        completions: None,
        tied: &[],
        now: &Hour::of(Moment(1_795_392_000)),
    };
    let dossier = Dossier::new([application]);
    let assessment = indicators::assess(&dossier, &Ties::default(), &context);
    assessment
        .rows
        .into_iter()
        .map(|row| (row.indicator.id, row.indicator.compares_names, row.state))
        .collect()
}

#[test]
fn exchanging_names_changes_nothing_but_what_compares_two_of_them() {
    let dir = tempfile::tempdir().unwrap();
    synth::generate(&synth::Options::new(1_500, 4_711), dir.path()).unwrap();
    let file = dir.path().join("applications.csv");
    let input = Input::from_arg(&file);
    let all: Vec<Application> =
        ingest::open(input, &Options::default()).unwrap().map(Result::unwrap).collect();
    let normal: Vec<_> = all.iter().map(normalize).collect();
    let tallies = Tallies::of(all.iter().zip(&normal));
    let names: Vec<&str> = all.iter().filter_map(|a| a.get(Column::FullName)).collect();
    let mut changed: BTreeMap<&str, usize> = BTreeMap::new();
    for (n, application) in all.iter().enumerate() {
        // Somebody else's name, far away in the file.
        let other = names[(n * 7 + 311) % names.len()];
        let before = states(application, &tallies);
        let after = states(&renamed(application, other), &tallies);
        for ((id, compares, before), (_, _, after)) in before.iter().zip(&after) {
            if before != after {
                assert!(compares, "{id} changes with the name of {}", application.id);
                *changed.entry(id).or_default() += 1;
            }
        }
    }
    println!("of {} applications, rules that compare two names changed: {changed:?}", all.len());
}
