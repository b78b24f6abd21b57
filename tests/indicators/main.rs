//! Indicators against tables that a person can read: for each a case that raises it, one that does not, and one in which it
//! cannot be assessed. `README.md` beside this file says how a case is written.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail")]

mod anything;
mod case;
mod fair;
mod innocent;
mod institutions;
mod ip_files;
mod page;
mod stories;

use case::{Case, Order, Outcome, read_all, read_whole};
use ringer::indicators;
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn every_case_comes_out_as_its_table_says() {
    let mut problems = Vec::new();
    for case in read_all() {
        let found = case.outcome();
        if let Some(problem) = case.problem(&found) {
            problems.push(format!("{}: {} ({}): {problem}", case.file, case.indicator, case.what));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn every_indicator_has_a_case_that_raises_it_one_that_does_not_and_one_that_cannot_tell() {
    let mut seen: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for case in read_all() {
        seen.entry(case.indicator.clone()).or_default().insert(case.expect.clone());
    }
    let mut missing = Vec::new();
    for indicator in indicators::all() {
        for kind in ["raised", "clear", "not assessed"] {
            // What every ring has cannot be missing.
            let always = indicator.needs.is_empty() && kind == "not assessed";
            if !always && !seen.get(indicator.id).is_some_and(|kinds| kinds.contains(kind)) {
                missing.push(format!("{} has no case that is {kind}", indicator.id));
            }
        }
    }
    let known: BTreeSet<&str> = indicators::all().map(|i| i.id).collect();
    missing.extend(
        seen.keys().filter(|id| !known.contains(id.as_str())).map(|id| format!("there is no {id}")),
    );
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn every_indicator_can_be_defended() {
    let mut ids = BTreeSet::new();
    for indicator in indicators::all() {
        let id = indicator.id;
        assert!(ids.insert(id), "{id} is there twice");
        assert!(
            id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'),
            "{id}"
        );
        assert!(!indicator.title.is_empty() && !indicator.how.is_empty(), "{id}");
        assert!(!indicator.innocent.is_empty(), "{id} has no innocent explanation");
        assert!(!indicator.sources.is_empty(), "{id} has no source");
    }
}

#[test]
fn no_reason_quotes_what_is_sealed() {
    for case in read_all() {
        if let Outcome::Raised { text, .. } = case.outcome() {
            for sealed in case.sealed() {
                assert!(
                    !text.contains(&sealed),
                    "{}: {} shows {sealed}",
                    case.file,
                    case.indicator
                );
            }
        }
    }
}

#[test]
fn the_order_of_members_does_not_matter() {
    for case in read_all() {
        let reversed = case.outcome_in(Order::Reversed);
        assert_eq!(reversed, case.outcome(), "{}: {} ({})", case.file, case.indicator, case.what);
    }
}

#[test]
fn people_who_are_taken_for_a_ring_by_mistake_raise_no_more_than_their_table_says() {
    let strengths = ["context", "weak", "medium", "strong"];
    let rank = |name: &str| strengths.iter().position(|s| *s == name).unwrap();
    let mut problems = Vec::new();
    for case in read_whole() {
        let most = rank(case.expect.strip_prefix("at most ").unwrap());
        for indicator in indicators::RING {
            if let Outcome::Raised { strength, text } = case.outcome_of(indicator, Order::Written)
                && rank(&strength) > most
            {
                problems.push(format!("{}: {} is {strength}: {text}", case.what, indicator.id));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

impl Case {
    fn problem(&self, found: &Outcome) -> Option<String> {
        match (found, self.expect.as_str()) {
            (Outcome::Raised { strength, .. }, "raised") => match &self.strength {
                Some(wanted) if wanted != strength => Some(format!("is {strength}, not {wanted}")),
                _ => None,
            },
            (Outcome::Clear, "clear") => None,
            (Outcome::NotAssessed(what), "not assessed") => match &self.missing {
                Some(wanted) if wanted != what => {
                    Some(format!("misses \"{what}\", not \"{wanted}\""))
                }
                _ => None,
            },
            (found, wanted) => Some(format!("is {found:?}, not {wanted}")),
        }
    }
}
