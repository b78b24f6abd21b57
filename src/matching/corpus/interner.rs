//! Values under small numbers: each kind and text once, with how often it is used. Not responsible for what a
//! value means.
//!
//! Invariant: one number a kind and text, given in the order of first arrival and never given again.

use crate::matching::corpus::{
    dictionary::{Dictionary, of_kind},
    needle::Needle,
    texts::Texts,
    tree::Shelf,
};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Values of several kinds under numbers.
#[derive(Debug, Clone, Default)]
pub(in crate::matching) struct Interner {
    texts: Texts,
    values: Shelf<Value>,
    index: Dictionary,
}

/// What is kept of a value besides its text.
#[derive(Debug, Clone, Copy)]
struct Value {
    count: u32,
    marked: u32,
    kind: u8,
}

/// The hash that values are found by unless their caller brings one of its own.
#[must_use]
pub(in crate::matching) fn hash(kind: u8, text: &str) -> u64 {
    xxh3_64_with_seed(text.as_bytes(), u64::from(kind))
}

impl Interner {
    /// Number of values.
    #[must_use]
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// The number of a value by its hash, if it has one. O(length).
    #[must_use]
    pub fn find(&self, hash: u64, kind: u8, text: &str) -> Option<u32> {
        self.index.find(of_kind(hash, kind), |n| self.texts.get(n as usize) == text)
    }

    /// The number of the first value of a kind under a hash that is as wanted.
    #[must_use]
    pub fn find_by(&self, hash: u64, kind: u8, is: impl FnMut(u32) -> bool) -> Option<u32> {
        self.index.find(of_kind(hash, kind), is)
    }

    /// The number that a value most likely has, if it has one: for reading ahead.
    #[inline]
    #[must_use]
    pub fn guess(&self, hash: u64, kind: u8) -> u32 {
        self.index.guess(of_kind(hash, kind)).unwrap_or(u32::MAX)
    }

    /// Reads what is asked first of a value, so that it is at hand then.
    #[inline]
    #[must_use]
    pub fn touch(&self, number: u32) -> u64 {
        let text = self.texts.get(number as usize).as_bytes().last();
        u64::from(self.values.get(number as usize).count) ^ u64::from(text.copied().unwrap_or(0))
    }

    /// Hands `found` the number of every value that has one of the parts: see `Corpus::values_with`.
    pub fn with(&self, parts: &[Needle<'_>], found: &mut dyn FnMut(u32, usize, usize) -> bool) {
        self.texts.with(parts, &mut |at, part, from| {
            u32::try_from(at).is_ok_and(|number| found(number, part, from))
        });
    }

    /// Gets ready for that. O(bytes).
    pub fn warm(&self) {
        self.texts.warm();
    }

    /// The number of a value by its hash, given to it where it has none. O(length).
    pub fn intern(&mut self, hash: u64, kind: u8, text: &str) -> u32 {
        if let Some(number) = self.find(hash, kind, text) {
            return number;
        }
        let number = u32::try_from(self.texts.push(text)).unwrap_or(u32::MAX);
        self.values.push(Value { count: 0, marked: 0, kind });
        self.index.insert(of_kind(hash, kind), number);
        number
    }

    /// What a value says.
    ///
    /// # Panics
    /// When the number is of another interner.
    #[inline]
    #[must_use]
    pub fn text(&self, number: u32) -> &str {
        self.texts.get(number as usize)
    }

    /// The kind of a value.
    ///
    /// # Panics
    /// When the number is of another interner.
    #[inline]
    #[must_use]
    pub fn kind(&self, number: u32) -> u8 {
        self.values.get(number as usize).kind
    }

    /// How many uses of a value were counted.
    ///
    /// # Panics
    /// When the number is of another interner.
    #[inline]
    #[must_use]
    pub fn count(&self, number: u32) -> u32 {
        self.values.get(number as usize).count
    }

    /// Counts a use of a value, or takes one back.
    ///
    /// # Panics
    /// When the number is of another interner.
    pub fn add(&mut self, number: u32, change: i32) {
        let count = &mut self.values.get_mut(number as usize).count;
        *count = count.saturating_add_signed(change);
    }
}

impl Interner {
    /// A second count of a value, for what its owner wants to know besides.
    ///
    /// # Panics
    /// When the number is of another interner.
    #[inline]
    #[must_use]
    pub fn marked(&self, number: u32) -> u32 {
        self.values.get(number as usize).marked
    }

    /// Changes the second count of a value.
    ///
    /// # Panics
    /// When the number is of another interner.
    pub fn mark(&mut self, number: u32, change: i32) {
        let count = &mut self.values.get_mut(number as usize).marked;
        *count = count.saturating_add_signed(change);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn intern(values: &mut Interner, kind: u8, text: &str) -> u32 {
        values.intern(hash(kind, text), kind, text)
    }

    fn find(values: &Interner, kind: u8, text: &str) -> Option<u32> {
        values.find(hash(kind, text), kind, text)
    }

    #[test]
    fn one_text_under_two_kinds_is_two_values_and_under_one_kind_is_one() {
        let mut values = Interner::default();
        let a = intern(&mut values, 1, "x");
        let b = intern(&mut values, 2, "x");
        assert_eq!((a, b, intern(&mut values, 1, "x")), (0, 1, 0));
        assert_eq!((find(&values, 2, "x"), find(&values, 3, "x")), (Some(1), None));
        assert_eq!((values.text(b), values.kind(b)), ("x", 2));
    }

    #[test]
    fn a_clone_does_not_see_what_is_interned_later() {
        let mut values = Interner::default();
        for i in 0..10_000 {
            intern(&mut values, 0, &i.to_string());
        }
        let before = values.clone();
        let new = intern(&mut values, 0, "new");
        values.add(0, 3);
        assert_eq!((find(&before, 0, "new"), before.count(0), before.len()), (None, 0, 10_000));
        assert_eq!((find(&values, 0, "new"), values.count(0)), (Some(new), 3));
        assert!((0..10_000).all(|i| find(&before, 0, &i.to_string()) == Some(i)));
    }
}
