//! What is kept of a birth date or a government number where ids are hashed: `sealed`, eight digits that tell the key, and
//! thirty-two of a keyed hash. Not responsible for hashing (`ingest`).
//!
//! Invariant: two such texts can be compared only when they were made under one key, and then only for equality.

/// What every one begins with.
pub const PREFIX: &str = "sealed";
/// Digits that tell the key.
pub const KEY_DIGITS: usize = 8;
/// Digits of the hash itself: 128 bits, so that no two values meet by chance.
pub const HASH_DIGITS: usize = 32;

/// The digits that tell under which key a text was hashed; none of a text that is no keyed hash of ours.
#[must_use]
pub fn key_of(text: &str) -> Option<&str> {
    let digits = text.strip_prefix(PREFIX)?;
    let is_hex = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
    if digits.len() != KEY_DIGITS + HASH_DIGITS || !digits.bytes().all(is_hex) {
        return None;
    }
    digits.get(..KEY_DIGITS)
}

/// Whether two values can be compared at all: both as they were given, or both hashed under one key.
#[must_use]
pub fn are_comparable(a: &str, b: &str) -> bool {
    key_of(a) == key_of(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keyed_hash_is_told_from_a_number_and_from_one_of_another_key() {
        let (one, other) =
            (format!("sealed{}", "0".repeat(40)), format!("sealed{}", "1".repeat(40)));
        assert_eq!(key_of(&one), Some("00000000"));
        assert!(are_comparable(&one, &one) && are_comparable("123", "456"));
        assert!(!are_comparable(&one, &other) && !are_comparable(&one, "123456789"));
        for text in ["", "sealed", "sealed0", &format!("sealed{}", "g".repeat(40)), &"0".repeat(46)]
        {
            assert_eq!(key_of(text), None, "{text}");
        }
    }
}
