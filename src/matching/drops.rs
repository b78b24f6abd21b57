//! Delivery places written in several ways: a street without its suffix, a letter lost, a ZIP or a unit left out. Not
//! responsible for what a delivery place in common is worth (`features::shipping`).
//!
//! A place is told by its house number, by how the name of its street sounds, and by its ZIP or its city: that two
//! houses agree in all of these hardly happens.
//!
//! Invariant: depends on delivery addresses alone, not on their order.

use crate::{
    matching::{
        Corpus,
        corpus::{AddressView, App, WordIx},
    },
    reference::street,
};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Fewest consonants of a street's name that tell it from others.
const CONSONANTS: usize = 3;

/// The places that an address may mean, as keys of series: one by its ZIP, one by its city; zero for none.
#[must_use]
pub fn places(corpus: &Corpus, address: &AddressView<'_>) -> [u64; 2] {
    let sound = address.street().map(|word| sound_of_street(corpus.word(word)));
    let (Some(number), Some(sound)) = (address.number(), sound) else { return [0; 2] };
    if sound.len() < CONSONANTS {
        return [0; 2];
    }
    let house = xxh3_64_with_seed(sound.as_bytes(), 78);
    let house = xxh3_64_with_seed(corpus.word(number).as_bytes(), house);
    let at = |word: Option<WordIx>, sound: bool| {
        word.map_or(0, |word| {
            let text = corpus.word(word);
            let text = if sound { consonants(text) } else { text.to_owned() };
            xxh3_64_with_seed(text.as_bytes(), house)
        })
    };
    [at(address.postal(), false), at(address.city(), true)]
}

/// Whether two addresses may mean one place, and which.
#[must_use]
pub fn common(corpus: &Corpus, x: &AddressView<'_>, y: &AddressView<'_>) -> Option<[u64; 2]> {
    // Most pairs end here, before anything is spelled out.
    if x.number() != y.number() {
        return None;
    }
    let (a, b) = (places(corpus, x), places(corpus, y));
    let same = |i: usize| if a[i] == b[i] { a[i] } else { 0 };
    let [zip, city] = [same(0), same(1)];
    match (zip, city) {
        (0, 0) => None,
        (0, city) => Some([city, 0]),
        (zip, city) => Some([zip, city]),
    }
}

/// The keys of the places that an application may have things sent to.
pub fn keys(corpus: &Corpus, x: &App<'_>, put: impl FnMut(u64)) {
    let places = x.shipping().map(|place| places(corpus, &place));
    places.into_iter().flatten().filter(|&key| key != 0).for_each(put);
}

/// How the name of a street sounds, without its direction and its suffix.
fn sound_of_street(street: &str) -> String {
    let name = |word: &&str| street::suffix(word).is_none() && street::directional(word).is_none();
    let words: String = street.split(' ').filter(name).collect();
    consonants(&words)
}

/// The first letter and the consonants that follow, doubles once: what a slip of the pen rarely changes.
fn consonants(text: &str) -> String {
    let mut kept = String::new();
    for c in text.chars().filter(|c| c.is_alphanumeric()).map(|c| c.to_ascii_lowercase()) {
        let soft = matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y' | 'h' | 'w');
        if kept.is_empty() || (!soft && !kept.ends_with(c)) {
            kept.push(c);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_street_sounds_alike_without_suffix_direction_and_vowels() {
        let sound = sound_of_street("e heron ct");
        assert_eq!(sound, sound_of_street("e heron"));
        assert_eq!(sound, sound_of_street("east herron court"));
        assert_ne!(sound, sound_of_street("e harbor ct"));
    }
}
