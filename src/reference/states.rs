//! States, provinces and territories of the United States, Canada and Australia. Not responsible
//! for other countries.
//!
//! Invariant: names are compared by letters and digits only, so "N.Y." and "ny" are one.

use super::table::rows;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// A state, province or territory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    /// Code, upper case.
    pub code: &'static str,
    /// Full name.
    pub name: &'static str,
    /// ISO country code.
    pub country: &'static str,
}

static TABLE: LazyLock<FxHashMap<String, Vec<State>>> = LazyLock::new(|| {
    let mut table: FxHashMap<String, Vec<State>> = FxHashMap::default();
    for [code, name, country, variants] in
        rows::<4>(include_str!("../../seed_data/reference/states.tsv"))
    {
        let state = State { code, name, country };
        for text in [code, name].into_iter().chain(variants.split('|')) {
            let entry = table.entry(squeeze(text)).or_default();
            if !text.is_empty() && !entry.contains(&state) {
                entry.push(state);
            }
        }
    }
    table
});

fn squeeze(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The state that a text names, in `country` when that is known; without a country the United
/// States win, then Canada, then Australia. O(1).
#[must_use]
pub fn state(text: &str, country: Option<&str>) -> Option<State> {
    if text.len() > 64 {
        return None;
    }
    let mut letters = [0; 64];
    let found = if text.is_ascii() {
        let kept = text.bytes().filter(u8::is_ascii_alphanumeric);
        let mut n = 0;
        for (slot, b) in letters.iter_mut().zip(kept) {
            *slot = b.to_ascii_lowercase();
            n += 1;
        }
        TABLE.get(std::str::from_utf8(letters.get(..n)?).ok()?)?
    } else {
        TABLE.get(squeeze(text).as_str())?
    };
    match country {
        Some(country) => found.iter().copied().find(|s| s.country == country),
        None => found.first().copied(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_found_by_code_name_and_old_abbreviation_within_their_country() {
        for (text, country, code) in [
            ("il", None, "IL"),
            ("Illinois", Some("US"), "IL"),
            ("N.Y.", None, "NY"),
            ("Mass", None, "MA"),
            ("wa", Some("AU"), "WA"),
            ("nsw", None, "NSW"),
            ("Québec", Some("CA"), "QC"),
        ] {
            assert_eq!(state(text, country).map(|s| s.code), Some(code), "{text}");
        }
        assert_eq!(state("bavaria", None), None);
        assert_eq!(state("il", Some("AU")), None);
        assert_eq!(state("wa", Some("AU")).unwrap().name, "Western Australia");
    }
}
