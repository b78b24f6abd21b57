//! Universities and colleges of the world with the names they are called by. Not responsible for
//! employers, nor for any judgement of a school.
//!
//! Invariant: an alias that two schools share names neither of them, and looking a canonical key up
//! gives the same key again.

use super::table::{gunzip, rows};
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

static TEXT: LazyLock<String> =
    LazyLock::new(|| gunzip(include_bytes!("../../seed_data/reference/universities.tsv.gz")));

/// Folded words to canonical key; no key where the words are ambiguous.
static TABLE: LazyLock<FxHashMap<String, Option<Box<str>>>> = LazyLock::new(|| {
    let mut table: FxHashMap<String, Option<Box<str>>> = FxHashMap::default();
    let mut by_name: FxHashMap<String, Box<str>> = FxHashMap::default();
    let text: &str = &TEXT;
    let all: Vec<[&str; 3]> = rows::<3>(text).collect();
    for [name, ..] in &all {
        let words = words(name);
        let key: Box<str> = words.as_str().into();
        by_name.entry(words.clone()).or_insert_with(|| key.clone());
        table.entry(words).or_insert(Some(key));
    }
    for [alias, name] in
        rows::<2>(include_str!("../../seed_data/reference/institution_aliases.tsv"))
    {
        let target = words(name);
        let key = by_name.get(&target).cloned().unwrap_or_else(|| target.as_str().into());
        table.entry(target).or_insert_with(|| Some(key.clone()));
        table.insert(words(alias), Some(key));
    }
    let mut loose: FxHashMap<String, Option<Box<str>>> = FxHashMap::default();
    let mut add = |alias: String, key: &str| {
        if alias.len() < 3 || by_name.contains_key(&alias) || table.contains_key(&alias) {
            return;
        }
        match loose.get_mut(&alias) {
            None => {
                loose.insert(alias, Some(key.into()));
            }
            Some(seen) if seen.as_deref() != Some(key) => *seen = None,
            Some(_) => {}
        }
    };
    for [name, aliases, _] in &all {
        let key = words(name);
        for alias in aliases.split('|').filter(|a| a.len() > 2) {
            add(words(alias), &key);
        }
    }
    table.extend(loose);
    table
});

/// Where a school is and whether it closed, as far as IPEDS says: schools in the United States alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Campus {
    /// State code.
    pub state: &'static str,
    /// Five digits.
    pub zip: &'static str,
    /// The day it closed, `2020-07-11`; empty while it is open or nothing is known.
    pub closed: &'static str,
}

/// Canonical key to campus; none where one key has several.
static CAMPUSES: LazyLock<FxHashMap<String, Option<Campus>>> = LazyLock::new(|| {
    let text: &'static str = &TEXT;
    let mut table: FxHashMap<String, Option<Campus>> = FxHashMap::default();
    for [name, _, _, state, zip, closed] in rows::<6>(text) {
        let campus = (!zip.is_empty()).then_some(Campus { state, zip, closed });
        let known = table.entry(words(name)).or_insert(campus);
        if *known != campus {
            *known = None;
        }
    }
    table
});

/// How many schools have a word in their name.
static FREQUENCIES: LazyLock<FxHashMap<String, u32>> = LazyLock::new(|| {
    let mut table: FxHashMap<String, u32> = FxHashMap::default();
    let text: &str = &TEXT;
    for [name] in rows::<1>(text) {
        let words = words(name);
        let mut words: Vec<&str> = words.split(' ').collect();
        words.sort_unstable();
        words.dedup();
        for word in words {
            match table.get_mut(word) {
                Some(n) => *n += 1,
                None => drop(table.insert(word.to_owned(), 1)),
            }
        }
    }
    table
});

/// The campus of the school with this canonical key (see [`institution`]). O(1).
#[must_use]
pub fn campus(key: &str) -> Option<Campus> {
    CAMPUSES.get(key).copied().flatten()
}

/// Of some twelve thousand schools, how many have this folded word (see [`words`]) in their name. O(1).
#[must_use]
pub fn frequency(word: &str) -> u32 {
    FREQUENCIES.get(word).copied().unwrap_or(0)
}

/// The folded names of all schools, sorted.
static SORTED: LazyLock<Vec<String>> = LazyLock::new(|| {
    let text: &str = &TEXT;
    let mut names: Vec<String> = rows::<1>(text).map(|[name]| words(name)).collect();
    names.sort_unstable();
    names
});

/// Whether the name of a school begins with these folded words and goes on. O(log n).
#[must_use]
pub fn is_beginning(words: &str) -> bool {
    let longer = format!("{words} ");
    let at = SORTED.partition_point(|name| *name < longer);
    SORTED.get(at).is_some_and(|name| name.starts_with(&longer))
}

/// Words that carry no distinction in a school's name.
const EMPTY_WORDS: &[&str] =
    &["the", "of", "at", "in", "and", "for", "de", "du", "di", "del", "des", "da", "do"];

/// A name of a school as folded words in full: abbreviations written out, words without distinction
/// left out. `Univ. of Calif. - Berkeley` gives `university california berkeley`.
#[must_use]
pub fn words(text: &str) -> String {
    let ascii;
    let text = if text.is_ascii() {
        text
    } else {
        ascii = deunicode::deunicode(text);
        &ascii
    };
    let mut raw: Vec<String> = Vec::with_capacity(8);
    for part in text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '.' || c == '\'')) {
        // "M.I.T." is one word, "Inst.of" are two.
        let dotted = part.split('.').all(|p| p.len() <= 1);
        for piece in if dotted { part.split('\u{0}') } else { part.split('.') } {
            let word: String = piece
                .chars()
                .filter(char::is_ascii_alphanumeric)
                .map(|c| c.to_ascii_lowercase())
                .collect();
            if !word.is_empty() {
                raw.push(word);
            }
        }
    }
    if let [.., main, campus] = raw.as_slice()
        && main == "main"
        && campus == "campus"
    {
        raw.truncate(raw.len() - 2);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for (at, word) in raw.iter().enumerate() {
        let next = raw.get(at + 1).map(String::as_str);
        let full = expand(word, at == 0, next);
        if full.is_empty() || EMPTY_WORDS.contains(&full) {
            continue;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(full);
    }
    out
}

/// The full form of an abbreviated word; `first` and `next` tell `St. John's` from `Ohio St`.
fn expand<'a>(word: &'a str, first: bool, next: Option<&str>) -> &'a str {
    match word {
        "univ" | "uni" | "unv" | "univeristy" | "universty" | "universiy" => "university",
        "u" if first => "university",
        "uc" if first => "university california",
        "csu" | "calstate" if first => "california state university",
        "suny" if first => "state university new york",
        "cuny" if first => "city university new york",
        "iit" if first => "indian institute technology",
        "inst" | "institut" => "institute",
        "tech" if !first => "technology",
        "coll" | "col" => "college",
        "sch" => "school",
        "natl" | "nat" => "national",
        "intl" => "international",
        "calif" => "california",
        "penna" => "pennsylvania",
        "universitat" | "universitaet" | "universite" | "universidad" | "universidade"
        | "universita" | "universiteit" | "universitet" => "university",
        "st" if !first
            && matches!(next, None | Some("university" | "univ" | "u" | "college" | "coll")) =>
        {
            "state"
        }
        "st" => "saint",
        "sci" => "science",
        "eng" | "engg" | "engr" => "engineering",
        "dept" => "department",
        "amp" => "",
        other => other,
    }
}

/// The canonical key of the school that folded words (see [`words`]) name: as they are, with
/// "university" after a state, or without a faculty behind the name. O(words).
#[must_use]
pub fn institution(words: &str) -> Option<&'static str> {
    let table: &'static FxHashMap<String, Option<Box<str>>> = &TABLE;
    if let Some(found) = table.get(words) {
        return found.as_deref();
    }
    if words.ends_with(" state") {
        return table.get(&format!("{words} university"))?.as_deref();
    }
    let faculty = [
        " school ",
        " department ",
        " faculty ",
        " graduate school",
        " college engineering",
        " extension",
    ]
    .iter()
    .filter_map(|mark| words.find(mark))
    .min()?;
    let name = words.get(..faculty).filter(|name| name.contains(' '))?;
    table.get(name)?.as_deref()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_aliases_of_a_school_lead_to_one_key() {
        for (text, key) in [
            ("MIT", "massachusetts institute technology"),
            ("Massachusetts Inst. of Technology", "massachusetts institute technology"),
            ("UC Berkeley", "university california berkeley"),
            ("Univ. of California - Berkeley", "university california berkeley"),
            ("St. John's University", "saint johns university"),
            ("Ohio State", "ohio state university"),
            ("San Jose State", "san jose state university"),
            ("Washington Univ. in St. Louis", "washington university saint louis"),
            ("Stanford University School of Engineering", "stanford university"),
            ("Georgia Institute of Technology-Main Campus", "georgia institute technology"),
            ("TU München", "technical university munich"),
        ] {
            let found = institution(&words(text)).unwrap_or("nothing");
            assert_eq!(found, key, "{text}");
            assert_eq!(institution(found), Some(key), "{text}");
        }
        assert_eq!(institution("no such school"), None);
    }

    #[test]
    fn schools_of_ipeds_know_where_they_are_and_when_they_closed() {
        let closed = campus("macmurray college").unwrap();
        assert_eq!((closed.state, closed.zip, closed.closed), ("IL", "62650", "2020-07-01"));
        assert_eq!(campus("stanford university").unwrap().closed, "");
        assert_eq!(campus("technical university munich"), None);
    }

    #[test]
    fn a_word_is_as_frequent_as_the_schools_that_have_it() {
        assert!(frequency("university") > 5_000);
        assert!((1..20).contains(&frequency("harbin")));
        assert_eq!(frequency("no-such-word"), 0);
        assert!(is_beginning("university california") && !is_beginning("university chaek"));
    }
}
