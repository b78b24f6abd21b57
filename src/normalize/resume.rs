//! Resume texts as sets of word shingles. Not responsible for taking shared
//! boilerplate out (`matching`) nor for reading files.
//!
//! Invariant: format version 2. The same text gives the same shingles on every machine; changing
//! a constant here changes the version, since shingles are kept and compared across time.

use super::fold::is_invisible;
use crate::model::{PersonName, ResumeText};
use unicode_normalization::UnicodeNormalization;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Version of the shingle format.
pub const FORMAT: u64 = 2;

/// Words in a shingle.
pub const WIDTH: usize = 3;

/// Words read at most; what follows is ignored, so that a hostile text costs no more than a long
/// one.
const MAX_WORDS: usize = 20_000;

/// The shingles of a text without its contact lines and without `name`, whose occurrences are two
/// or more of its tokens in a row. O(length).
#[must_use]
pub fn shingle(text: &str, name: Option<&PersonName>) -> ResumeText {
    let words = words(text, name);
    let mut shingles = shingles(&words);
    shingles.sort_unstable();
    shingles.dedup();
    ResumeText { shingles, n_words: u32::try_from(words.len()).unwrap_or(u32::MAX) }
}

/// The same shingles in the order of the text, repeats and all: what a reader is shown a passage by.
/// O(length).
#[must_use]
pub fn in_order(text: &str, name: Option<&PersonName>) -> Vec<u32> {
    shingles(&words(text, name))
}

/// The words of a text that count, hashed.
fn words(text: &str, name: Option<&PersonName>) -> Vec<u64> {
    let mut words: Vec<u64> = Vec::with_capacity(text.len().min(1 << 17) / 6);
    let own: Vec<u64> =
        name.map_or_else(Vec::new, |n| n.tokens.iter().map(|t| hash(t.as_bytes())).collect());
    let mut buffer = String::new();
    for line in text.lines() {
        if words.len() >= MAX_WORDS {
            break;
        }
        if is_contact(line) {
            continue;
        }
        let from = words.len();
        if line.is_ascii() {
            buffer.clear();
            buffer.push_str(line);
            buffer.make_ascii_lowercase();
            each_ascii_word(buffer.as_bytes(), |word| words.push(hash(word)));
        } else {
            let unified: String = line.nfkc().filter(|c| !is_invisible(*c)).collect();
            each_word(&unified, &mut buffer, |word| words.push(hash(word.as_bytes())));
        }
        if own.len() >= 2 {
            drop_runs(&mut words, from, &own);
        }
    }
    words.truncate(MAX_WORDS);
    words
}

/// The shingles of these words, in their order.
fn shingles(words: &[u64]) -> Vec<u32> {
    let mut bytes: Vec<u8> = Vec::with_capacity(words.len() * 8);
    for word in words {
        bytes.extend_from_slice(&word.to_le_bytes());
    }
    match words.len() {
        0 => Vec::new(),
        n if n < WIDTH => {
            let mut padded = [0_u8; WIDTH * 8];
            for (slot, byte) in padded.iter_mut().zip(&bytes) {
                *slot = *byte;
            }
            vec![low(hash(&padded))]
        }
        _ => bytes.windows(WIDTH * 8).step_by(8).map(|window| low(hash(window))).collect(),
    }
}

fn hash(bytes: &[u8]) -> u64 {
    xxh3_64_with_seed(bytes, FORMAT)
}

fn low(hash: u64) -> u32 {
    let [a, b, c, d, ..] = hash.to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}

/// Calls `take` with each word of ASCII text.
fn each_ascii_word(line: &[u8], mut take: impl FnMut(&[u8])) {
    let mut rest = line;
    while let Some(from) = rest.iter().position(u8::is_ascii_alphanumeric) {
        let (_, word) = rest.split_at_checked(from).unwrap_or_default();
        let len = word.iter().position(|b| !b.is_ascii_alphanumeric()).unwrap_or(word.len());
        let (word, after) = word.split_at_checked(len).unwrap_or_default();
        take(word);
        rest = after;
    }
}

/// Calls `take` with each lower-case word; a character of a script without blanks is a word of its
/// own.
fn each_word(line: &str, buffer: &mut String, mut take: impl FnMut(&str)) {
    buffer.clear();
    for c in line.chars() {
        if c.is_ascii_alphanumeric() {
            buffer.push(c.to_ascii_lowercase());
            continue;
        }
        let alone = matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}');
        if (alone || !c.is_alphanumeric()) && !buffer.is_empty() {
            take(buffer);
            buffer.clear();
        }
        if c.is_alphanumeric() {
            buffer.extend(c.to_lowercase());
        }
        if alone {
            take(buffer);
            buffer.clear();
        }
    }
    if !buffer.is_empty() {
        take(buffer);
        buffer.clear();
    }
}

/// Drops runs of two or more words of `own` among the words from `from` on.
fn drop_runs(words: &mut Vec<u64>, from: usize, own: &[u64]) {
    let line = words.get(from..).unwrap_or_default();
    if !line.array_windows().any(|[a, b]| own.contains(a) && own.contains(b)) {
        return;
    }
    let tail: Vec<u64> = words.drain(from..).collect();
    for run in tail.chunk_by(|a, b| own.contains(a) == own.contains(b)) {
        if run.len() < 2 || !run.first().is_some_and(|w| own.contains(w)) {
            words.extend_from_slice(run);
        }
    }
}

/// Short lines with a mailbox, a web address or a phone number.
fn is_contact(line: &str) -> bool {
    let line = line.trim();
    if line.len() > 160 {
        return false;
    }
    let web = line.contains("http")
        || line.contains("www.")
        || line.contains("linkedin.com")
        || line.contains("github.com");
    if line.contains('@') || web {
        return true;
    }
    // A phone number: ten digits or more with nothing but phone punctuation between them.
    let mut digits = 0;
    for c in line.chars() {
        if c.is_ascii_digit() {
            digits += 1;
            if digits >= 10 {
                return true;
            }
        } else if !matches!(c, ' ' | '-' | '.' | '(' | ')' | '+' | '\u{a0}') {
            digits = 0;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> ResumeText {
        shingle(text, None)
    }

    #[test]
    fn contact_lines_letter_case_and_the_own_name_do_not_matter() {
        let body = "Built a pipeline that moved orders to the cloud\nLed a team of five engineers";
        let name = super::super::name::parse("Jane Doe");
        let full = format!(
            "Jane Doe\njane@example.com | +1 202-555-0123\n(202) 555 0123\nwww.example.com\n{}",
            body.to_uppercase()
        );
        assert_eq!(shingle(&full, name.as_ref()), plain(body));
        assert_eq!(plain(body).n_words, 15);
        assert_eq!(plain(body).shingles.len(), 13);
    }

    #[test]
    fn short_and_empty_texts_have_one_shingle_and_none() {
        assert_eq!(plain("three short words").shingles.len(), 1);
        assert!(plain(" \n ").shingles.is_empty());
    }

    #[test]
    fn a_sentence_changed_in_one_word_loses_the_shingles_around_it() {
        let a = plain("one two three four five six seven eight nine ten");
        let b = plain("one two three four five six seven eight nine eleven");
        let kept = a.shingles.iter().filter(|s| b.shingles.contains(s)).count();
        assert_eq!((kept, a.shingles.len(), b.shingles.len()), (7, 8, 8));
    }

    #[test]
    fn the_format_is_pinned() {
        let text = plain("one two three four five six");
        assert_eq!(text.shingles, [1_242_266_207, 1_752_363_952, 2_024_971_158, 3_866_774_587]);
    }
}
