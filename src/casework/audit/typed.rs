//! What somebody typed, as the trail keeps it: a keyed hash and a length. Not responsible for where the key is kept
//! (`trail`).
//!
//! A search text is most often the name or the number of somebody who did nothing wrong, so the trail must not become a
//! list of them. A plain hash would be: phone numbers are guessed in seconds. With a key that stays in the store's folder
//! an auditor can still ask "who searched for this?", since the store makes the same hash of the same text; whoever has
//! only an exported trail learns nothing, and without the key nobody ever will.
//!
//! Invariant: the same text under the same key gives the same words, however it was spaced at its ends or capitalized.

use sha2::{Digest, Sha256};

/// Bytes of a block of SHA-256, and of a key.
const BLOCK: usize = 64;
pub(super) const KEY: usize = 32;

/// What stands for a text: `hmac-sha256:` with 128 bits of it, and how many characters it has.
pub(super) fn typed(key: &[u8; KEY], text: &str) -> String {
    let folded = text.trim().to_lowercase();
    let hash: String =
        hmac(key, folded.as_bytes()).iter().take(16).map(|b| format!("{b:02x}")).collect();
    format!("hmac-sha256:{hash} length:{}", folded.chars().count())
}

/// HMAC-SHA-256 (RFC 2104) under a key no longer than a block.
fn hmac(key: &[u8], text: &[u8]) -> [u8; 32] {
    let pad = |with: u8| {
        let mut block = [with; BLOCK];
        block.iter_mut().zip(key).for_each(|(b, k)| *b ^= k);
        block
    };
    let inner = Sha256::new().chain_update(pad(0x36)).chain_update(text).finalize();
    Sha256::new().chain_update(pad(0x5c)).chain_update(inner).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_one_of_the_standard() {
        // RFC 4231, test case 2.
        let hex: String = hmac(b"Jefe", b"what do ya want for nothing?")
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        assert_eq!(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    #[test]
    fn the_same_text_gives_the_same_words_under_the_same_key_only() {
        let (one, other) = ([1; KEY], [2; KEY]);
        assert_eq!(typed(&one, " Ada Quill "), typed(&one, "ada quill"));
        assert_ne!(typed(&one, "ada quill"), typed(&other, "ada quill"));
        assert_ne!(typed(&one, "ada quill"), typed(&one, "ada quil"));
        assert!(typed(&one, "Żółć").ends_with(" length:4"));
    }
}
