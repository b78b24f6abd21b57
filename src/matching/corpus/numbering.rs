//! The numbers of the values of one application, found or given, and what is read of them ahead. Not responsible for
//! where they stand in its record (`Corpus`).
//!
//! Invariant: what is read ahead changes nothing but how long it takes.

use crate::{
    matching::corpus::{
        Corpus, Word, hash,
        record::{self, NONE, place_word},
    },
    model::{Address, Attribute, AttributeIx, AttributeKind, Normalized, Role},
};

/// The attributes of one application, with their numbers.
pub(super) struct Known<'a> {
    pub attributes: &'a [(Attribute, Role)],
    pub numbers: &'a [AttributeIx],
}

/// Room for what is reckoned of an application before its values are searched for.
#[derive(Debug, Clone, Default)]
pub(super) struct Ahead {
    /// The hashes of its attributes.
    pub hashes: Vec<u64>,
    /// The numbers that its attributes and some words most likely have; `u32::MAX` for none.
    pub numbers: Vec<u32>,
    /// Room for its words.
    pub words: Vec<u32>,
}

impl Corpus {
    /// An address in numbers.
    pub(super) fn address(&mut self, known: &Known<'_>, a: &Address) -> [u32; record::ADDRESS] {
        let dwelling = if a.dwelling.is_empty() {
            NONE
        } else {
            self.known_number(known, AttributeKind::Address, &a.dwelling)
        };
        [
            self.optional(Word::Number, a.number.as_deref()),
            self.optional(Word::Street, a.street.as_deref()),
            self.optional(Word::Unit, a.unit.as_deref()),
            self.optional(Word::City, a.city.as_deref()),
            self.optional(Word::State, a.state.as_deref()),
            self.optional(Word::Postal, a.postal_code.as_deref()),
            self.optional(Word::Country, a.country.as_deref()),
            dwelling,
            self.optional(Word::Building, Some(&a.building)),
            place_word(a.place),
        ]
    }

    /// The number of a word, if there is one.
    pub(super) fn optional(&mut self, kind: Word, text: Option<&str>) -> u32 {
        match text.filter(|t| !t.is_empty()) {
            Some(text) => self.words.intern(hash(kind as u8, text), kind as u8, text),
            None => NONE,
        }
    }

    /// The number of an attribute.
    pub(super) fn kind_number(&mut self, kind: AttributeKind, text: &str) -> u32 {
        let number = Attribute::number(kind, text, &mut self.buffer);
        self.attributes.intern(number, kind as u8, text)
    }

    /// The number of an attribute that most likely is among those known.
    pub(super) fn known_number(
        &mut self,
        known: &Known<'_>,
        kind: AttributeKind,
        text: &str,
    ) -> u32 {
        let is =
            |(attribute, _): &(Attribute, Role)| attribute.kind == kind && attribute.value == text;
        match known.attributes.iter().position(is) {
            Some(at) => known.numbers[at].0,
            None => self.kind_number(kind, text),
        }
    }

    /// Hashes the attributes of an application, and reads what will be asked of them and of its rarer words: in a large
    /// corpus none of that is at hand, and waiting for all of it at once takes hardly longer than for one.
    pub(super) fn read_ahead(&mut self, n: &Normalized) {
        self.ahead.hashes.clear();
        self.ahead.numbers.clear();
        for (Attribute { kind, value }, _) in &n.attributes {
            let number = Attribute::number(*kind, value, &mut self.buffer);
            self.ahead.hashes.push(number);
            self.ahead.numbers.push(self.attributes.guess(number, *kind as u8));
        }
        let (words, guesses) = (&self.words, &mut self.ahead.numbers);
        let mut word = |kind: Word, text: &str| {
            guesses.push(words.guess(hash(kind as u8, text), kind as u8));
        };
        n.email.iter().for_each(|email| word(Word::Stem, &email.stem));
        n.phone.iter().for_each(|phone| word(Word::Block, &phone.block));
        for address in n.home.iter().chain(&n.shipping) {
            word(Word::Building, &address.building);
            address.street.iter().for_each(|street| word(Word::Street, street));
        }
        let (attributes, words) = self.ahead.numbers.split_at(n.attributes.len());
        let known = |number: &&u32| **number != u32::MAX;
        let read = attributes
            .iter()
            .filter(known)
            .map(|&number| self.attributes.touch(number) ^ self.usage.touch(AttributeIx(number)))
            .chain(words.iter().filter(known).map(|&number| self.words.touch(number)))
            .fold(0, |all, one| all ^ one);
        std::hint::black_box(read);
    }
}
