//! Folding text to lower-case ASCII, the common ground of all comparisons. Not responsible for any
//! meaning.
//!
//! Invariant: the result is ASCII without control characters, and folding it again changes nothing.

use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// Longest text that any single value is read from, in bytes; what lies beyond is not a value but a
/// paste.
pub const MAX_VALUE: usize = 2048;

/// `text` cut to [`MAX_VALUE`] bytes at a character boundary.
#[must_use]
pub fn clip(text: &str) -> &str {
    text.get(..text.floor_char_boundary(MAX_VALUE)).unwrap_or_default()
}

/// Lower-case ASCII of a text: compatibility forms unified, accents dropped, other scripts
/// transliterated, control characters turned into blanks. ASCII that is already folded is borrowed.
#[must_use]
pub fn fold(text: &str) -> Cow<'_, str> {
    let text = clip(text);
    if text.is_ascii() {
        // Without an early exit, so that many bytes are looked at at once.
        let changes = |b: &u8| b.is_ascii_uppercase() | b.is_ascii_control();
        if !text.as_bytes().iter().fold(false, |any, b| any | changes(b)) {
            return Cow::Borrowed(text);
        }
        return Cow::Owned(lower(text.to_owned()));
    }
    let unified: String = text.nfkc().filter(|c| !is_invisible(*c)).collect();
    Cow::Owned(lower(deunicode::deunicode_with_tofu(&unified, " ")))
}

/// ASCII in lower case, its control characters as blanks.
fn lower(mut text: String) -> String {
    text.make_ascii_lowercase();
    if text.bytes().any(|b| b.is_ascii_control()) {
        text = text.replace(|c: char| c.is_ascii_control(), " ");
    }
    text
}

/// Characters that are not seen and separate nothing: zero-width and direction marks, soft hyphen,
/// byte order mark.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

/// The words of a text, folded, joined by single blanks, without punctuation; none when no word
/// remains.
#[must_use]
pub fn words(text: &str) -> Option<Box<str>> {
    let clipped = clip(text);
    // ASCII needs no folding first: everything but letters and digits divides words either way.
    let folded = if clipped.is_ascii() { Cow::Borrowed(clipped) } else { fold(clipped) };
    let mut out = String::with_capacity(folded.len());
    let mut divided = false;
    for b in folded.bytes() {
        if b.is_ascii_alphanumeric() {
            if divided && !out.is_empty() {
                out.push(' ');
            }
            divided = false;
            out.push(char::from(b.to_ascii_lowercase()));
        } else {
            divided = true;
        }
    }
    (!out.is_empty()).then(|| out.into_boxed_str())
}

/// A text without blanks at its ends and invisible characters, as given otherwise; none when
/// nothing remains.
#[must_use]
pub fn trimmed(text: &str) -> Option<Box<str>> {
    let text =
        clip(text).trim_matches(|c: char| c.is_whitespace() || c.is_control() || is_invisible(c));
    (!text.is_empty()).then(|| text.into())
}

/// Whether a text is what people and programs write for "nothing".
#[must_use]
pub fn is_nothing(text: &str) -> bool {
    let text = text.trim();
    const LONGEST: usize = 14;
    const NOTHING: &[&str] = &[
        "",
        "-",
        "--",
        "---",
        ".",
        "..",
        "...",
        "?",
        "/",
        "0",
        "n/a",
        "n.a.",
        "na",
        "nil",
        "none",
        "null",
        "nan",
        "n\\a",
        "#n/a",
        "unknown",
        "undefined",
        "not applicable",
        "not available",
        "not provided",
        "no",
        "tbd",
        "x",
        "xx",
        "xxx",
        "xxxx",
        "test",
        "asdf",
        "qwerty",
        "(null)",
        "\\n",
        "keine",
        "ninguno",
    ];
    text.len() <= LONGEST
        && NOTHING.iter().any(|n| n.len() == text.len() && n.eq_ignore_ascii_case(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_unifies_what_looks_alike() {
        for (text, expected) in [
            ("José", "jose"),
            ("ＡＢＣ１２３", "abc123"),
            ("Straße", "strasse"),
            ("Иван", "ivan"),
            ("a\u{200b}b\tc", "ab c"),
            ("plain", "plain"),
        ] {
            assert_eq!(fold(text), expected, "{text}");
        }
    }

    #[test]
    fn words_lose_punctuation_and_nothing_is_nothing() {
        assert_eq!(
            words("  Sr. Software-Engineer (ML) ").as_deref(),
            Some("sr software engineer ml")
        );
        assert_eq!(words(" -- "), None);
        assert!(is_nothing(" N/A ") && is_nothing("null") && !is_nothing("Nathan"));
    }
}
