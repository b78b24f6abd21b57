//! Artefacts of files and pictures: hashes, PDF ids, PDF authors, perceptual hashes. Not
//! responsible for opening a file.
//!
//! Invariant: a hash is lower-case hexadecimal; a value that every file of some program carries is
//! no artefact.

use super::fold::{clip, is_nothing, trimmed, words};
use std::borrow::Cow;

/// What hashing nothing gives: MD5, SHA-1 and SHA-256 of no bytes.
const OF_NOTHING: &[&str] = &[
    "d41d8cd98f00b204e9800998ecf8427e",
    "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
];

/// Whether an identifier is a filled-in nothing: one character again and again, or the hash of no bytes.
fn is_blank(id: &str) -> bool {
    is_uniform(id) || OF_NOTHING.contains(&id)
}

/// A SHA-256 in lower-case hexadecimal; blanks, `0x` and `sha256:` before it are dropped.
#[must_use]
pub fn sha256(text: &str) -> Option<Box<str>> {
    if text.len() == 64 && is_lower_hex(text) {
        return (!is_blank(text)).then(|| text.into());
    }
    let text = clip(text).trim().to_ascii_lowercase();
    let hex = text
        .trim_start_matches("sha256:")
        .trim_start_matches("sha-256:")
        .trim_start_matches("0x")
        .trim();
    (hex.len() == 64 && is_hex(hex) && !is_blank(hex)).then(|| hex.into())
}

/// The first element of a PDF trailer's `/ID`: hexadecimal, at least 8 digits.
#[must_use]
pub fn pdf_id(text: &str) -> Option<Box<str>> {
    let text = clip(text).trim().trim_start_matches('[').trim_start();
    let first = text.trim_start_matches('<').split(['>', ',', ' ', ']']).next()?;
    let hex: Cow<'_, str> = if is_lower_hex(first) {
        first.into()
    } else {
        first.chars().filter(|&c| c != '-').map(|c| c.to_ascii_lowercase()).collect()
    };
    ((8..=128).contains(&hex.len()) && is_hex(&hex) && !is_blank(&hex)).then(|| (&*hex).into())
}

/// Author names that programs and shops write into files of thousands of people.
const GENERIC_AUTHORS: &[&str] = &[
    "acer",
    "admin",
    "administrator",
    "adobe",
    "anonymous",
    "apple",
    "asus",
    "author",
    "canva",
    "default user",
    "dell",
    "google",
    "google docs",
    "home",
    "hp",
    "lenovo",
    "libreoffice",
    "microsoft",
    "microsoft office user",
    "microsoft word",
    "ms office user",
    "office",
    "office user",
    "openoffice",
    "owner",
    "pc",
    "python docx",
    "resume",
    "root",
    "student",
    "toshiba",
    "unknown author",
    "user",
    "windows",
    "windows user",
    "word",
    "your name",
];

/// The author of a PDF, folded; none for names that programs write by themselves.
#[must_use]
pub fn pdf_author(text: &str) -> Option<Box<str>> {
    if is_nothing(text) {
        return None;
    }
    let author = words(text)?;
    let fine =
        (2..=100).contains(&author.len()) && GENERIC_AUTHORS.binary_search(&&*author).is_err();
    fine.then_some(author)
}

/// A 64-bit perceptual hash given as up to 16 hexadecimal digits. All-zero and all-one hashes are
/// those of blank pictures and none.
#[must_use]
pub fn phash(text: &str) -> Option<u64> {
    let text = clip(text).trim();
    let hex = text.strip_prefix("0x").or(text.strip_prefix("0X")).unwrap_or(text);
    if hex.len() > 16 || hex.len() < 12 || !is_hex(hex) {
        return None;
    }
    u64::from_str_radix(hex, 16).ok().filter(|&h| h != 0 && h != u64::MAX)
}

/// A keyed hash or government number: letters and digits, lower case; none when shorter than four
/// or all one character, or the hash of nothing.
#[must_use]
pub fn identifier(text: &str) -> Option<Box<str>> {
    if is_nothing(text) {
        return None;
    }
    let id: String =
        clip(text).chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    (id.chars().count() >= 4 && !is_blank(&id)).then(|| id.into())
}

/// A device or cookie id, as given; none for what a program without one writes ("null", zeros).
#[must_use]
pub fn device(text: &str) -> Option<Box<str>> {
    let id = trimmed(text)?;
    let mut marks = id.chars().filter(|c| c.is_alphanumeric());
    let first = marks.next()?;
    let blank = id.len() > 8 && marks.all(|c| c == first);
    (!is_nothing(&id) && !blank).then_some(id)
}

fn is_hex(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Whether a text is hexadecimal as it is kept; also when it is empty.
fn is_lower_hex(text: &str) -> bool {
    text.bytes().fold(true, |fine, b| fine & (b.is_ascii_digit() | matches!(b, b'a'..=b'f')))
}

fn is_uniform(text: &str) -> bool {
    let mut chars = text.chars();
    let first = chars.next();
    chars.all(|c| Some(c) == first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_read_in_the_forms_tools_print() {
        let hex = "0123456789abcdef".repeat(4);
        assert_eq!(
            sha256(&format!(" SHA256:{} ", hex.to_uppercase())).as_deref(),
            Some(hex.as_str())
        );
        assert_eq!(sha256("abc"), None);
        assert_eq!(sha256(&"0".repeat(64)), None);
        assert_eq!(sha256(OF_NOTHING[2]), None);
        assert_eq!(phash("0xF0e1d2c3b4a59687"), Some(0xf0e1_d2c3_b4a5_9687));
        assert_eq!(phash("ffffffffffffffff"), None);
        assert_eq!(phash("xyz"), None);
    }

    #[test]
    fn pdf_artefacts_that_programs_write_for_everybody_are_none() {
        assert_eq!(pdf_id("[<A1B2C3D4E5F60718> <00>]").as_deref(), Some("a1b2c3d4e5f60718"));
        assert_eq!(pdf_id("<00000000000000000000000000000000>"), None);
        assert_eq!(pdf_author(" Jane  DOE ").as_deref(), Some("jane doe"));
        assert_eq!(pdf_author("Microsoft Office User"), None);
        assert_eq!(pdf_author("python-docx"), None);
        assert!(GENERIC_AUTHORS.windows(2).all(|w| w[0] < w[1]));
    }

    #[test]
    fn identifiers_keep_letters_and_digits_only() {
        assert_eq!(identifier("123-45-6789").as_deref(), Some("123456789"));
        assert_eq!(identifier("AB 12 34").as_deref(), Some("ab1234"));
        assert_eq!(identifier("000-00-0000"), None);
        assert_eq!(identifier("n/a"), None);
        assert_eq!(identifier(OF_NOTHING[0]), None);
    }

    #[test]
    fn a_device_that_is_none_is_none() {
        assert_eq!(device(" dev-1 ").as_deref(), Some("dev-1"));
        for none in ["null", "unknown", "00000000-0000-0000-0000-000000000000", "--", ""] {
            assert_eq!(device(none), None, "{none}");
        }
    }
}
