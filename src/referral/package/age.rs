//! Encryption to X25519 recipients in the age format, version 1 (<https://age-encryption.org/v1>): writing only. Not
//! responsible for what is encrypted, nor for keys: nobody here can read what was written.
//!
//! The format is small and its primitives are those of `ring`, which TLS brings anyway; two programs by others read it in
//! the tests.
//!
//! Invariant: the key of a file is drawn afresh and used for that file alone.

use crate::referral::ReferralError;
use ring::{
    aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey},
    agreement::{EphemeralPrivateKey, UnparsedPublicKey, X25519, agree_ephemeral},
    hkdf::{self, HKDF_SHA256},
    hmac,
    rand::{SecureRandom, SystemRandom},
};
use std::{fmt, str::FromStr};

/// Bytes of plain text of one piece of the payload, by the format.
const PIECE: usize = 64 << 10;

/// What every recipient begins with.
const PREFIX: &str = "age";

const BECH32: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// For whom something is encrypted: the public half of an X25519 key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recipient([u8; 32]);

/// Why a text is no recipient.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{given}\" is no recipient of age: {why}. `age-keygen` makes a key and prints its recipient, which begins with age1"
)]
pub struct UnfitRecipient {
    given: String,
    why: &'static str,
}

/// The checksum of Bech32 (BIP 173).
fn polymod(values: impl IntoIterator<Item = u8>) -> u32 {
    const GENERATOR: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    values.into_iter().fold(1, |sum: u32, value| {
        let top = sum >> 25;
        let mixed = ((sum & 0x01ff_ffff) << 5) ^ u32::from(value);
        let rows = GENERATOR.iter().enumerate();
        rows.filter(|(i, _)| (top >> i) & 1 == 1).fold(mixed, |sum, (_, row)| sum ^ row)
    })
}

impl FromStr for Recipient {
    type Err = UnfitRecipient;

    fn from_str(text: &str) -> Result<Self, UnfitRecipient> {
        let text = text.trim();
        let unfit = |why| UnfitRecipient { given: text.chars().take(80).collect(), why };
        if text.to_uppercase().starts_with("AGE-SECRET-KEY-") {
            // It must not be quoted back into a terminal or a log either.
            let why = "it is a secret key, which nobody else should have; give its recipient";
            return Err(UnfitRecipient { given: "AGE-SECRET-KEY-...".to_owned(), why });
        }
        if text.chars().any(|c| c.is_ascii_uppercase())
            && text.chars().any(|c| c.is_ascii_lowercase())
        {
            return Err(unfit("it mixes capitals and small letters"));
        }
        let lower = text.to_ascii_lowercase();
        let Some(data) = lower.strip_prefix(PREFIX).and_then(|rest| rest.strip_prefix('1')) else {
            return Err(unfit("only recipients of X25519 keys are taken"));
        };
        let digit = |b: u8| BECH32.iter().position(|&c| c == b).and_then(|n| u8::try_from(n).ok());
        let Some(digits) = data.bytes().map(digit).collect::<Option<Vec<u8>>>() else {
            return Err(unfit("it has a letter that no recipient has"));
        };
        let prefix = PREFIX.bytes();
        let expanded = prefix.clone().map(|b| b >> 5).chain([0]).chain(prefix.map(|b| b & 31));
        // 52 digits of 5 bits for 32 bytes, and 6 of checksum.
        if digits.len() != 58 || polymod(expanded.chain(digits.iter().copied())) != 1 {
            return Err(unfit("it was mistyped or cut short"));
        }
        let (mut bytes, mut bits, mut held) = ([0; 32], 0_u32, 0_u32);
        let mut slots = bytes.iter_mut();
        for digit in digits.iter().take(52) {
            held = (held << 5) | u32::from(*digit);
            bits += 5;
            if bits >= 8 {
                bits -= 8;
                if let Some(slot) = slots.next() {
                    *slot = u8::try_from((held >> bits) & 0xff).unwrap_or_default();
                }
            }
        }
        if held & ((1 << bits) - 1) != 0 {
            return Err(unfit("it was mistyped or cut short"));
        }
        Ok(Self(bytes))
    }
}

impl fmt::Display for Recipient {
    /// As `age` writes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut digits, mut held, mut bits) = (Vec::new(), 0_u32, 0_u32);
        for byte in self.0 {
            held = (held << 8) | u32::from(byte);
            bits += 8;
            while bits >= 5 {
                bits -= 5;
                digits.push(u8::try_from((held >> bits) & 31).unwrap_or_default());
            }
        }
        digits.push(u8::try_from((held << (5 - bits)) & 31).unwrap_or_default());
        let prefix = PREFIX.bytes();
        let expanded = prefix.clone().map(|b| b >> 5).chain([0]).chain(prefix.map(|b| b & 31));
        let sum = polymod(expanded.chain(digits.iter().copied()).chain([0; 6])) ^ 1;
        digits
            .extend((0..6).rev().map(|i| u8::try_from((sum >> (5 * i)) & 31).unwrap_or_default()));
        let letter = |d: &u8| BECH32.get(usize::from(*d)).copied().map_or('q', char::from);
        write!(f, "{PREFIX}1{}", digits.iter().map(letter).collect::<String>())
    }
}

/// Base 64 without padding, as the header has it.
fn base64(bytes: &[u8]) -> String {
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let byte = |i: usize| u32::from(three.get(i).copied().unwrap_or(0));
        let word = (byte(0) << 16) | (byte(1) << 8) | byte(2);
        for i in 0..=three.len() {
            let digit = usize::try_from((word >> (18 - 6 * i)) & 63).unwrap_or_default();
            text.push(BASE64.get(digit).copied().map_or('A', char::from));
        }
    }
    text
}

/// How long a key is.
struct Bytes32;

impl hkdf::KeyType for Bytes32 {
    fn len(&self) -> usize {
        32
    }
}

fn failed(what: &str) -> ReferralError {
    ReferralError::Part {
        file: super::annex::PATH.to_owned(),
        what: format!("cannot encrypt: {what}"),
    }
}

/// A key derived from another.
fn derived(secret: &[u8], salt: &[u8], about: &[u8]) -> Option<[u8; 32]> {
    let mut key = [0; 32];
    let from = hkdf::Salt::new(HKDF_SHA256, salt).extract(secret);
    from.expand(&[about], Bytes32).ok()?.fill(&mut key).ok()?;
    Some(key)
}

/// The bytes encrypted under a key with a nonce that is used once.
fn sealed(key: &[u8; 32], nonce: [u8; 12], plain: &[u8]) -> Option<Vec<u8>> {
    let key = LessSafeKey::new(UnboundKey::new(&CHACHA20_POLY1305, key).ok()?);
    let mut bytes = plain.to_vec();
    let nonce = Nonce::assume_unique_for_key(nonce);
    key.seal_in_place_append_tag(nonce, Aad::empty(), &mut bytes).ok()?;
    Some(bytes)
}

/// The part of the header that gives one recipient the key of the file.
fn stanza(recipient: &Recipient, file_key: &[u8; 16], random: &dyn SecureRandom) -> Option<String> {
    let ephemeral = EphemeralPrivateKey::generate(&X25519, random).ok()?;
    let share = ephemeral.compute_public_key().ok()?;
    let salt = [share.as_ref(), recipient.0.as_slice()].concat();
    let theirs = UnparsedPublicKey::new(&X25519, recipient.0);
    let about = b"age-encryption.org/v1/X25519";
    let key =
        agree_ephemeral(ephemeral, &theirs, |shared| derived(shared, &salt, about)).ok()??;
    let wrapped = sealed(&key, [0; 12], file_key)?;
    Some(format!("-> X25519 {}\n{}\n", base64(share.as_ref()), base64(&wrapped)))
}

/// The bytes encrypted so that each of the recipients can read them; different at every call. O(bytes).
///
/// # Errors
/// When there is no recipient, a recipient's key is none that can be agreed with, or the system has no random numbers.
pub(super) fn encrypted(to: &[Recipient], plain: &[u8]) -> Result<Vec<u8>, ReferralError> {
    if to.is_empty() {
        return Err(failed("nobody to encrypt for was named"));
    }
    let random = SystemRandom::new();
    let no_random = |_| failed("the system gives no random numbers");
    let (mut file_key, mut nonce) = ([0; 16], [0; 16]);
    random.fill(&mut file_key).map_err(no_random)?;
    random.fill(&mut nonce).map_err(no_random)?;
    let mut header = String::from("age-encryption.org/v1\n");
    for recipient in to {
        let part = stanza(recipient, &file_key, &random)
            .ok_or_else(|| failed(&format!("{recipient} is a key that nobody can have")))?;
        header.push_str(&part);
    }
    header.push_str("---");
    let broken = || failed("the library refused");
    let mac_key = derived(&file_key, b"", b"header").ok_or_else(broken)?;
    let mac = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &mac_key), header.as_bytes());
    header.push_str(&format!(" {}\n", base64(mac.as_ref())));
    let mut bytes = header.into_bytes();
    bytes.extend(nonce);
    let key = derived(&file_key, &nonce, b"payload").ok_or_else(broken)?;
    let pieces = plain.len().div_ceil(PIECE).max(1);
    for n in 0..pieces {
        let from = n * PIECE;
        let piece = plain.get(from..plain.len().min(from + PIECE)).unwrap_or_default();
        let mut nonce = [0; 12];
        if let Some(counter) = nonce.get_mut(3..11) {
            counter.copy_from_slice(&(n as u64).to_be_bytes());
        }
        nonce[11] = u8::from(n + 1 == pieces);
        bytes.extend(sealed(&key, nonce, piece).ok_or_else(broken)?);
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A recipient of the format's own test vectors.
    const KNOWN: &str = "age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg";

    #[test]
    fn a_recipient_is_written_as_it_was_read() {
        let recipient: Recipient = KNOWN.parse().unwrap();
        assert_eq!(recipient.to_string(), KNOWN);
        assert_eq!(KNOWN.to_uppercase().parse(), Ok(recipient));
    }

    #[test]
    fn what_is_no_recipient_is_refused_with_the_reason() {
        let mistyped = KNOWN.replace("yhqr", "yhqq");
        for (text, why) in [
            ("", "only recipients of X25519"),
            ("ssh-ed25519 AAAA", "mixes capitals"),
            ("age1qqqq", "mistyped or cut short"),
            (mistyped.as_str(), "mistyped or cut short"),
            ("age1bio", "has a letter"),
            ("ada@example.com", "only recipients of X25519"),
        ] {
            let error = text.parse::<Recipient>().unwrap_err().to_string();
            assert!(error.contains(why) && error.contains("age-keygen"), "{text}: {error}");
        }
        let secret = "AGE-SECRET-KEY-1QQQQQQQQ";
        let error = secret.parse::<Recipient>().unwrap_err().to_string();
        assert!(error.contains("secret key") && !error.contains("1QQQQ"), "{error}");
    }

    #[test]
    fn a_file_has_a_header_and_pieces_of_the_right_length_and_is_another_each_time() {
        let to: Recipient = KNOWN.parse().unwrap();
        for len in [0, 1, PIECE, PIECE + 1, 2 * PIECE] {
            let bytes = encrypted(&[to, to], &vec![b'x'; len]).unwrap();
            let end = bytes.windows(4).position(|w| w == b"--- ").unwrap() + 4 + 43 + 1;
            let pieces = len.div_ceil(PIECE).max(1);
            assert_eq!(bytes.len(), end + 16 + len + 16 * pieces, "{len}");
            assert!(bytes.starts_with(b"age-encryption.org/v1\n-> X25519 "));
        }
        assert_ne!(encrypted(&[to], b"x").unwrap(), encrypted(&[to], b"x").unwrap());
        assert!(encrypted(&[], b"x").is_err());
        assert!(encrypted(&[Recipient([0; 32])], b"x").is_err(), "a key of low order");
    }

    #[test]
    fn base64_is_that_of_the_standard_without_padding() {
        for (bytes, text) in
            [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg")]
        {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }
}
