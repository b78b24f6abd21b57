//! Where each character stands in a short ASCII text, as bits: bit `i` of a character's word is its place `i`. Responsible
//! for nothing else; it is what makes the comparisons of this room bit-parallel.
//!
//! Invariant: a bit beyond the text is never set.

/// Longest text that has positions, in bytes.
pub(super) const LONGEST: usize = 64;

/// The positions of every character of one text. 1 KiB, so it pays for a text that is compared many times.
#[derive(Debug, Clone)]
pub(super) struct Positions([u64; 128]);

impl Positions {
    /// Positions of an ASCII text of at most 64 bytes; nothing for any other. O(bytes).
    pub(super) fn of(text: &[u8]) -> Option<Self> {
        if text.len() > LONGEST || !text.is_ascii() {
            return None;
        }
        let mut table = [0; 128];
        for (i, &byte) in text.iter().enumerate() {
            table[usize::from(byte & 127)] |= 1 << i;
        }
        Some(Self(table))
    }

    /// Positions of one ASCII character.
    #[inline]
    pub(super) fn at(&self, byte: u8) -> u64 {
        self.0[usize::from(byte & 127)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_character_knows_its_places() {
        let positions = Positions::of(b"banana").unwrap();
        assert_eq!(positions.at(b'a'), 0b10_1010);
        assert_eq!(positions.at(b'b'), 0b1);
        assert_eq!(positions.at(b'x'), 0);
    }

    #[test]
    fn a_long_or_foreign_text_has_none() {
        assert!(Positions::of(&[b'a'; 64]).is_some());
        assert!(Positions::of(&[b'a'; 65]).is_none());
        assert!(Positions::of("é".as_bytes()).is_none());
    }
}
