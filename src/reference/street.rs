//! Words of street addresses after USPS Publication 28: suffixes, directionals, secondary units,
//! ordinals. Not responsible for the order of the words (`normalize::address`).
//!
//! Invariant: every function takes one folded (lower-case ASCII) word and is O(1).

use super::table::rows;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// A designator of a secondary unit, such as `apt`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Designator {
    /// USPS abbreviation, lower case.
    pub abbreviation: &'static str,
    /// Whether a number has to follow; `rear` and `bsmt` stand alone.
    pub needs_number: bool,
}

static SUFFIXES: LazyLock<FxHashMap<&'static str, &'static str>> = LazyLock::new(|| {
    rows::<2>(include_str!("../../seed_data/reference/street_suffixes.tsv"))
        .map(Into::into)
        .chain(SUFFIXES_ELSEWHERE.iter().copied())
        .collect()
});

/// Abbreviations used in Australia, Britain and Spain, beside those of Publication 28.
const SUFFIXES_ELSEWHERE: &[(&str, &str)] = &[
    ("bvd", "blvd"),
    ("cct", "circuit"),
    ("crct", "circuit"),
    ("cl", "close"),
    ("gr", "grv"),
    ("pde", "parade"),
    ("tce", "ter"),
    ("avenida", "ave"),
    ("avda", "ave"),
];

static DIRECTIONALS: LazyLock<FxHashMap<&'static str, &'static str>> = LazyLock::new(|| {
    rows::<2>(include_str!("../../seed_data/reference/directionals.tsv"))
        .flat_map(|[short, variants]| variants.split('|').map(move |v| (v, short)))
        .filter(|(v, _)| !v.contains(' ') && *v != "no" && *v != "so")
        .collect()
});

/// Designators used outside the United States, beside those of Publication 28.
const ELSEWHERE: &[(&str, &str)] = &[
    ("flat", "apt"),
    ("app", "apt"),
    ("appt", "apt"),
    ("apto", "apt"),
    ("apart", "apt"),
    ("aptmt", "apt"),
    ("appartement", "apt"),
    ("wohnung", "apt"),
    ("whg", "apt"),
    ("kv", "apt"),
    ("villa", "villa"),
    ("townhouse", "unit"),
    ("level", "fl"),
    ("stock", "fl"),
    ("etage", "fl"),
    ("blk", "bldg"),
    ("block", "bldg"),
    ("tower", "bldg"),
    ("no", "unit"),
    ("num", "unit"),
    ("number", "unit"),
];

static UNITS: LazyLock<FxHashMap<&'static str, Designator>> =
    LazyLock::new(|| {
        rows::<3>(include_str!("../../seed_data/reference/unit_designators.tsv"))
            .flat_map(|[abbreviation, variants, needs]| {
                let row = Designator { abbreviation, needs_number: needs == "yes" };
                variants.split('|').map(move |v| (v, row))
            })
            .chain(ELSEWHERE.iter().map(|&(word, abbreviation)| {
                (word, Designator { abbreviation, needs_number: true })
            }))
            .collect()
    });

/// The abbreviation of a street suffix: `street` and `str` give `st`.
#[must_use]
pub fn suffix(word: &str) -> Option<&'static str> {
    SUFFIXES.get(word).copied()
}

/// The abbreviation of a directional: `north` gives `n`, `southwest` gives `sw`.
#[must_use]
pub fn directional(word: &str) -> Option<&'static str> {
    DIRECTIONALS.get(word).copied()
}

/// The designator that a word is.
#[must_use]
pub fn designator(word: &str) -> Option<Designator> {
    UNITS.get(word).copied()
}

/// An ordinal number word as digits: `first` gives `1st`.
#[must_use]
pub fn ordinal(word: &str) -> Option<&'static str> {
    Some(match word {
        "first" => "1st",
        "second" => "2nd",
        "third" => "3rd",
        "fourth" => "4th",
        "fifth" => "5th",
        "sixth" => "6th",
        "seventh" => "7th",
        "eighth" => "8th",
        "ninth" => "9th",
        "tenth" => "10th",
        "eleventh" => "11th",
        "twelfth" => "12th",
        "thirteenth" => "13th",
        "fourteenth" => "14th",
        "fifteenth" => "15th",
        "sixteenth" => "16th",
        "seventeenth" => "17th",
        "eighteenth" => "18th",
        "nineteenth" => "19th",
        "twentieth" => "20th",
        "thirtieth" => "30th",
        "fortieth" => "40th",
        "fiftieth" => "50th",
        _ => return None,
    })
}

/// A number word as it begins an address: `one` gives `1`.
#[must_use]
pub fn number_word(word: &str) -> Option<&'static str> {
    Some(match word {
        "one" => "1",
        "two" => "2",
        "three" => "3",
        "four" => "4",
        "five" => "5",
        "six" => "6",
        "seven" => "7",
        "eight" => "8",
        "nine" => "9",
        "ten" => "10",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn street_words_have_the_abbreviations_of_publication_28() {
        assert_eq!(suffix("street"), Some("st"));
        assert_eq!(suffix("boulevard"), Some("blvd"));
        assert_eq!(suffix("main"), None);
        assert_eq!(directional("northwest"), Some("nw"));
        assert_eq!(designator("suite").map(|d| d.abbreviation), Some("ste"));
        assert!(!designator("rear").unwrap().needs_number);
        assert_eq!(ordinal("first"), Some("1st"));
        assert_eq!(number_word("one"), Some("1"));
    }
}
