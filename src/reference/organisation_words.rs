//! Words that names of organisations are made of in several languages: those that many have ("university", "universitet"),
//! places with a name of their own in other languages ("Wien"), legal forms, and words that say nothing. Not responsible
//! for names of schools (`institutions`).
//!
//! Invariant: forms are folded; a form belongs to one concept; singular and plural of a form are one.

use super::table::rows;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::LazyLock;

/// What a word is to a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WordKind {
    /// Many names have it.
    Generic,
    /// A place.
    Place,
    /// It says nothing.
    Empty,
    /// A legal form: it says nothing at either end of a firm's name.
    Legal,
}

/// What a word stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Concept {
    /// What it is to a name.
    pub kind: WordKind,
    /// The words it stands for: itself, its English form, none.
    pub words: Vec<&'static str>,
}

struct Tables {
    forms: FxHashMap<&'static str, Concept>,
    /// Forms that are not English.
    foreign: FxHashSet<&'static str>,
    /// Words in a row, and what stands for them.
    phrases: Vec<(Vec<&'static str>, &'static str)>,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let mut tables =
        Tables { forms: FxHashMap::default(), foreign: FxHashSet::default(), phrases: Vec::new() };
    let text = include_str!("../../seed_data/reference/organisation_words.tsv");
    for [kind, concept, english, others] in rows::<4>(text) {
        let kind = match kind {
            "phrase" => {
                tables.phrases.push((english.split_whitespace().collect(), concept));
                continue;
            }
            "place" => WordKind::Place,
            "empty" => WordKind::Empty,
            "legal" => WordKind::Legal,
            _ => WordKind::Generic,
        };
        let words: Vec<&str> = concept.split_whitespace().collect();
        // A concept of several words is made of concepts of their own.
        let own = Some(concept).filter(|c| !c.is_empty() && !c.contains(' '));
        let forms = own.into_iter().chain(english.split_whitespace());
        for form in forms.chain(others.split_whitespace()) {
            let words = if kind == WordKind::Legal { vec![form] } else { words.clone() };
            tables.forms.entry(form).or_insert(Concept { kind, words });
        }
        tables.foreign.extend(others.split_whitespace());
    }
    tables
});

/// Whether a folded word is a form of another language than English, in the singular or with "s".
#[must_use]
pub fn is_foreign(word: &str) -> bool {
    let foreign = &TABLES.foreign;
    foreign.contains(word) || word.strip_suffix('s').is_some_and(|stem| foreign.contains(stem))
}

/// What a folded word stands for, in the singular or in the plural with "s" or "ies"; none for words that are in no table.
/// O(1).
#[must_use]
pub fn concept(word: &str) -> Option<&'static Concept> {
    let tables: &'static Tables = &TABLES;
    let forms = &tables.forms;
    if let Some(found) = forms.get(word) {
        return Some(found);
    }
    let stem = word.strip_suffix('s').filter(|stem| stem.len() >= 3)?;
    if let Some(found) = forms.get(stem) {
        return Some(found);
    }
    let stem = stem.strip_suffix("ie")?;
    forms.get(format!("{stem}y").as_str())
}

/// Whether many names of organisations have this folded word.
#[must_use]
pub fn is_generic(word: &str) -> bool {
    concept(word).is_some_and(|c| c.kind == WordKind::Generic)
}

/// Replaces words in a row that stand for one thing ("north korea" for "dprk"). O(words × phrases).
pub fn unite(words: &mut Vec<&str>) {
    for (phrase, concept) in &TABLES.phrases {
        while let Some(at) = words.windows(phrase.len()).position(|some| some == phrase.as_slice())
        {
            let with = Some(*concept).filter(|c| !c.is_empty());
            words.splice(at..at + phrase.len(), with);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_one_word_in_several_languages_are_one_concept() {
        for (form, expected) in [
            ("universitesi", "university"),
            ("sciences", "science"),
            ("ciencias", "science"),
            ("technologies", "technology"),
            ("technische", "technology"),
            ("gosudarstvennyi", "state"),
            ("wien", "vienna"),
            ("fachhochschule", "university applied science"),
        ] {
            assert_eq!(
                concept(form).map(|c| c.words.join(" ")).as_deref(),
                Some(expected),
                "{form}"
            );
        }
        assert_eq!(concept("chaek"), None);
        assert!(is_foreign("universitat") && is_foreign("ciencias") && is_foreign("wien"));
        assert!(!is_foreign("university") && !is_foreign("technical") && !is_foreign("los"));
        assert!(is_generic("studies") && !is_generic("wien") && !is_generic("und"));
    }

    #[test]
    fn every_word_of_a_concept_stands_for_itself() {
        for concept in TABLES.forms.values() {
            for word in &concept.words {
                let again = TABLES.forms.get(word).map(|c| &c.words);
                assert_eq!(again, Some(&vec![*word]), "{word}");
            }
        }
    }

    #[test]
    fn phrases_are_replaced_by_what_they_stand_for() {
        let mut words = vec!["academy", "science", "north", "korea"];
        unite(&mut words);
        assert_eq!(words, ["academy", "science", "dprk"]);
        let mut words = vec!["university", "degli", "studi", "milano"];
        unite(&mut words);
        assert_eq!(words, ["university", "milano"]);
    }
}
