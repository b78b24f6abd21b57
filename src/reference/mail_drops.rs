//! Hints that an address is a mail drop, virtual office or coworking space. They describe a place,
//! never a person: many honest people use one. Not responsible for parsing addresses.
//!
//! Invariant: texts are folded words, brands match whole words only.

use super::table::rows;
use rustc_hash::FxHashSet;
use std::sync::LazyLock;

const TEXT: &str = include_str!("../../seed_data/reference/mail_drops.tsv");

/// Phrases that name the trade itself rather than a brand.
const TRADE: &[&str] = &[
    "virtual office",
    "coworking",
    "co working",
    "mail forwarding",
    "private mailbox",
    "registered agent",
];

/// Brand names that are also everyday words, and so count only as a whole line.
const EVERYDAY: &[&str] = &["stable", "spaces", "firstbase"];

static BRANDS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut brands: Vec<String> = rows::<3>(TEXT)
        .filter(|[hint, ..]| *hint == "brand")
        .map(|[_, _, name]| words(name).trim_start_matches("the ").to_owned())
        .filter(|name| !EVERYDAY.contains(&name.as_str()))
        .chain(TRADE.iter().map(|&s| s.to_owned()))
        .collect();
    brands.sort();
    brands
});

static FIRST_WORDS: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| {
    let brands: &'static [String] = &BRANDS;
    brands.iter().filter_map(|b| b.split(' ').next()).collect()
});

static BUILDINGS: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| {
    rows::<2>(TEXT).filter(|[hint, _]| *hint == "address").map(|[_, key]| key).collect()
});

/// ZIPs of those buildings: nearly every address is told from them by it.
static ZIPS: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| {
    BUILDINGS.iter().filter_map(|key| key.split_once('|')).map(|(zip, _)| zip).collect()
});

fn words(text: &str) -> String {
    let spaced: String = text
        .chars()
        .filter(|&c| c != '\'')
        .map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { ' ' })
        .collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The mail-drop brand or trade that a line of folded words names. O(words).
#[must_use]
pub fn brand(line: &str) -> Option<&'static str> {
    let line = line.trim();
    if let Some(&whole) = EVERYDAY.iter().find(|&&w| w == line) {
        return Some(whole);
    }
    if !line.split(' ').any(|word| FIRST_WORDS.contains(word)) {
        return None;
    }
    let brands: &'static [String] = &BRANDS;
    brands.iter().map(String::as_str).find(|brand| {
        line.match_indices(brand).any(|(at, _)| {
            let before = line.get(..at).unwrap_or_default();
            let after = line.get(at + brand.len()..).unwrap_or_default();
            (before.is_empty() || before.ends_with(' '))
                && (after.is_empty() || after.starts_with(' '))
        })
    })
}

/// Whether a building is a widely known mail drop: five-digit ZIP, house number and canonical
/// street. O(1).
#[must_use]
pub fn is_building(zip: &str, number: &str, street: &str) -> bool {
    if !ZIPS.contains(zip) {
        return false;
    }
    let key = format!("{zip}|{number} {street}").replace(' ', "_");
    BUILDINGS.contains(key.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brands_match_as_whole_words_only() {
        assert_eq!(brand("wework 5th floor"), Some("wework"));
        assert_eq!(brand("ups store 1234"), Some("ups store"));
        assert_eq!(brand("stable"), Some("stable"));
        assert_eq!(brand("old stable ln"), None);
        assert_eq!(brand("reguson ave"), None);
        assert_eq!(brand("main st"), None);
    }

    #[test]
    fn buildings_known_for_forwarding_mail_are_recognised_by_canonical_street() {
        assert!(is_building("82801", "30", "n gould st"));
        assert!(!is_building("82801", "31", "n gould st"));
    }
}
