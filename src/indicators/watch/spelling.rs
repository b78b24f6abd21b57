//! The name of a school or a firm as words that compare: folded, abbreviations in full, words of other languages as English
//! ones, what says nothing left out. Not responsible for whether two names are one (`compare`).
//!
//! Invariant: spelling the words again gives the same words.

use crate::{
    normalize::{
        fold::{self, clip},
        organisation,
    },
    reference::{
        institutions,
        organisation_words::{self, WordKind, concept, is_foreign},
    },
};

/// Words of a name that are looked at; what follows is no name.
pub(super) const MOST_WORDS: usize = 24;

/// A word that more schools have says little by itself.
const COMMON: u32 = 100;

/// Whose name it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// A school.
    School,
    /// A firm, or whoever else employs.
    Firm,
}

/// A name in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spelled {
    /// As written: folded, abbreviations in full, single blanks.
    pub plain: String,
    /// In concepts, in the order written.
    pub words: Vec<String>,
    /// Whether a general word of it is of another language than English.
    pub foreign: bool,
}

/// A name in words; none when no word remains. O(bytes).
pub(super) fn spell(sort: Sort, text: &str) -> Option<Spelled> {
    let text = clip(text);
    let plain = match sort {
        Sort::School => institutions::words(text),
        // The key drops what firms have behind their names.
        Sort::Firm => institutions::words(&organisation::employer(text)?.key),
    };
    let mut plain: Vec<&str> =
        plain.split(' ').filter(|w| !w.is_empty()).take(MOST_WORDS).collect();
    without_legal_forms(sort, &mut plain);
    if plain.is_empty() {
        return None;
    }
    let mut united = plain.clone();
    organisation_words::unite(&mut united);
    let mut words = Vec::with_capacity(united.len());
    for word in united {
        match concept(word) {
            Some(found) if found.kind == WordKind::Empty => {}
            Some(found) => words.extend(found.words.iter().map(|w| (*w).to_owned())),
            None => words.push(word.to_owned()),
        }
    }
    words.truncate(MOST_WORDS);
    let foreign = fold::words(text).is_some_and(|all| all.split(' ').any(is_foreign));
    (!words.is_empty()).then(|| Spelled { plain: plain.join(" "), words, foreign })
}

/// Legal forms say nothing at the end of a name, nor at the beginning of a firm's.
fn without_legal_forms(sort: Sort, words: &mut Vec<&str>) {
    let is_legal = |word: Option<&&str>| {
        word.and_then(|w| concept(w)).is_some_and(|c| c.kind == WordKind::Legal)
    };
    while words.len() > 1 && is_legal(words.last()) {
        words.pop();
    }
    let ends = if sort == Sort::Firm {
        words.iter().position(|w| !is_legal(Some(w)) && *w != "s")
    } else {
        None
    };
    if let Some(at) = ends {
        words.drain(..at);
    }
}

/// Whether a word of a name tells it from most others.
pub(super) fn is_rare(word: &str) -> bool {
    !organisation_words::is_generic(word) && institutions::frequency(word) <= COMMON
}

/// The first letters of words, in the order written.
pub(super) fn initials<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    words.into_iter().filter_map(|w| w.chars().next()).collect()
}

/// A name and what stands in brackets behind it: `Aerospace Research Institute (Iran)`.
pub(super) fn qualified(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = text.trim().strip_suffix(')')?.rsplit_once('(')?;
    let (name, rest) = (name.trim(), rest.trim());
    (!name.is_empty() && !rest.is_empty()).then_some((name, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_schools_are_the_same_words_in_every_language() {
        for (text, expected) in [
            ("Universität Wien", "university vienna"),
            ("University of Vienna", "university vienna"),
            ("Technische Universität München", "technology university munich"),
            ("Munich University of Technology", "munich university technology"),
            ("Università degli Studi di Milano", "university milan"),
            ("Московский государственный университет", "moscow state university"),
            ("Kim Chaek Univ. of Tech.", "kim chaek university technology"),
            ("Institute of Natural Science, North Korea", "institute natural science dprk"),
            ("Herguan University Inc.", "herguan university"),
        ] {
            let found = spell(Sort::School, text).map(|s| s.words.join(" "));
            assert_eq!(found.as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn legal_forms_say_nothing_at_either_end_of_a_firms_name() {
        for (text, expected) in [
            ("Limited Liability Company Alis", "alis"),
            ("OOO Mokran", "mokran"),
            (
                "Yanbian Silverstar Network Technology Co., Ltd.",
                "yanbian silverstar network technology",
            ),
            ("Company", "company"),
            ("Chilsong Trading Corp.", "chilsong trading"),
        ] {
            let found = spell(Sort::Firm, text).map(|s| s.words.join(" "));
            assert_eq!(found.as_deref(), Some(expected), "{text}");
        }
        assert_eq!(spell(Sort::Firm, "self-employed"), None);
        assert_eq!(spell(Sort::School, " - "), None);
    }

    #[test]
    fn what_stands_in_brackets_behind_a_name_is_told_from_it() {
        assert_eq!(
            qualified("Air Force Medical University (PRC)"),
            Some(("Air Force Medical University", "PRC"))
        );
        assert_eq!(qualified("National (Shahid Beheshti) University"), None);
        assert_eq!(qualified("(x)"), None);
    }
}
