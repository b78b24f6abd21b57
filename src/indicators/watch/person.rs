//! Whether a text that should name an organisation seems to be a person's name, which no watch-list may hold. Not responsible
//! for reading names.
//!
//! Invariant: what has a word of an organisation in it, or a legal form, is none.

use crate::reference::{
    names,
    organisation_words::{WordKind, concept},
};

/// Whether a text looks like the bare name of a person: two or three words, none of an organisation, the first or the last
/// a given or family name that the tables know. A firm that is called like a person is told by its legal form. O(bytes).
#[must_use]
pub fn seems_a_person(text: &str) -> bool {
    let Some(folded) = crate::normalize::fold::words(&text.replace('\'', "")) else { return false };
    let words: Vec<&str> = folded.split(' ').collect();
    let is_word = |w: &&str| w.bytes().all(|b| b.is_ascii_alphabetic());
    if !(2..=3).contains(&words.len())
        || !words.iter().all(is_word)
        || words.iter().any(|w| concept(w).is_some_and(|c| c.kind != WordKind::Empty))
    {
        return false;
    }
    let known = |word: Option<&&str>| {
        word.is_some_and(|w| {
            w.len() > 1 && (names::siblings(w).next().is_some() || names::is_family(w))
        })
    };
    known(words.first()) || (known(words.last()) && text.contains(','))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn persons_are_told_from_organisations() {
        for text in ["Robert Example", "Kim Il Sung", "Example, William", "Li Wei"] {
            assert!(seems_a_person(text), "{text}");
        }
        for text in [
            "Robert Example LLC",
            "Kim Il Sung University",
            "Cloud Fox",
            "Silver Star",
            "Kimsuky",
            "Mokran LLC",
            "William and Mary College",
            "Volasys Silver Star",
        ] {
            assert!(!seems_a_person(text), "{text}");
        }
    }
}
