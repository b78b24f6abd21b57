//! Personal names as order-free folded tokens. Not responsible for comparing them, nor for anything
//! but spelling: no origin, sex or language is read from a name.
//!
//! Invariant: tokens are lower-case ASCII letters, at least one of them has two, and their number
//! is at most 12.

use self::titles::{generation, is_credential, is_title, strip_titles};
use super::fold::{clip, fold, is_invisible, is_nothing};
use crate::model::PersonName;
use unicode_normalization::UnicodeNormalization;

mod east_asian;
mod titles;

/// Whether a letter is of the Latin script, accents and extensions included.
fn is_latin(c: char) -> bool {
    matches!(c, '\u{0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' | '\u{2c60}'..='\u{2c7f}' | '\u{ff21}'..='\u{ff5a}')
}

/// The name that a text is; none for fillers, mailboxes and texts without two letters.
#[must_use]
pub fn parse(text: &str) -> Option<PersonName> {
    let text = clip(text);
    if is_nothing(text) || text.contains('@') {
        return None;
    }
    let other_script = text.chars().any(|c| c.is_alphabetic() && !is_latin(c));
    let script;
    let text = if text.is_ascii() {
        text
    } else {
        script = east_asian::romanized(text).unwrap_or_else(|| letters_only(text));
        &script
    };
    let text = without_headline(text);
    let apart = camel_case(text);
    let folded = fold(apart.as_deref().unwrap_or(text));
    let mut suffix = None;
    let mut parts: Vec<Vec<Word>> = Vec::with_capacity(2);
    let bare = if folded.contains(['(', '[', '{', '"']) {
        without_brackets(&folded).into()
    } else {
        folded
    };
    for part in bare.split([',', ';']) {
        let mut words = split(part);
        strip_titles(&mut words, !parts.is_empty());
        let is_only_suffix = words.len() == 1
            && !parts.is_empty()
            && words.first().and_then(|w| generation(&w.text)).is_some();
        if is_only_suffix {
            suffix = words.first().and_then(|w| generation(&w.text));
            continue;
        }
        if !words.is_empty() {
            parts.push(words);
        }
    }
    let family_first = parts.len() > 1;
    for (i, words) in parts.iter_mut().enumerate() {
        // "Smith, John V": the V is an initial; "John Smith V": the fifth.
        let last = words.last().map(|w| w.text.as_str()).unwrap_or_default();
        let enough = if family_first && i > 0 {
            words.len() > 1 && last != "v"
        } else {
            words.len() > 2 || (family_first && words.len() > 1)
        };
        if enough && let Some(found) = generation(last) {
            suffix = suffix.or(Some(found));
            words.pop();
        }
    }
    if family_first {
        let family = parts.remove(0);
        parts.push(family);
    }
    let mut words: Vec<Word> = parts.into_iter().flatten().collect();
    words.truncate(12);
    if !family_first {
        east_asian::order(&mut words);
    }
    east_asian::join_syllables(&mut words);
    join_particles(&mut words);
    let tokens: Vec<Box<str>> = words.into_iter().map(|w| w.text.into()).collect();
    if !tokens.iter().any(|t| t.len() >= 2) || is_filler(&tokens) {
        return None;
    }
    Some(PersonName { tokens, suffix: suffix.map(Into::into), other_script })
}

/// A word and how it was written.
#[derive(Debug, Clone)]
struct Word {
    /// Its letters.
    text: String,
    /// Written with a full stop after one letter.
    initial: bool,
    /// Tied to the word before it by a hyphen.
    hyphen: bool,
}

fn split(part: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::with_capacity(4);
    for piece in part.split([' ', '/', '|', '_', '+', '*']).filter(|p| !p.is_empty()) {
        let mut hyphen = false;
        for sub in piece.split('-') {
            // "J.R." is two initials, "Ph.D" one title, "Jr." one word.
            let mut letters = String::with_capacity(sub.len());
            letters.extend(sub.bytes().filter(u8::is_ascii_alphabetic).map(char::from));
            if letters.is_empty() {
                continue;
            }
            let dotted =
                sub.contains('.') && sub.split('.').all(|p| p.len() <= 1) && letters.len() > 1;
            if dotted && !is_title(&letters) && !is_credential(&letters) {
                for c in letters.chars() {
                    words.push(Word { text: c.to_string(), initial: true, hyphen: false });
                }
            } else {
                let initial = letters.len() == 1 && sub.ends_with('.');
                words.push(Word { text: letters, initial, hyphen });
            }
            hyphen = true;
        }
    }
    words
}

/// Pronouns and notes in brackets are dropped; a nickname in quotes or brackets stays as a word.
fn without_brackets(text: &str) -> String {
    const NOTES: &[&str] = &[
        "he",
        "him",
        "his",
        "she",
        "her",
        "hers",
        "they",
        "them",
        "theirs",
        "nee",
        "born",
        "contractor",
        "consultant",
        "remote",
        "intern",
        "candidate",
        "preferred",
        "formerly",
    ];
    let mut out = String::with_capacity(text.len());
    for (i, chunk) in text.split(['(', '[', '{']).enumerate() {
        if i == 0 {
            out.push_str(chunk);
            continue;
        }
        let (inside, after) = chunk.split_once([')', ']', '}']).unwrap_or((chunk, ""));
        let mut words = inside.split(|c: char| !c.is_ascii_alphabetic()).filter(|w| !w.is_empty());
        if !words.any(|w| NOTES.contains(&w)) {
            out.push(' ');
            out.push_str(inside);
        }
        out.push(' ');
        out.push_str(after);
    }
    out.replace(['"', '“', '”'], " ")
}

/// A text without pictures and marks, its apostrophes and dashes as in ASCII.
fn letters_only(text: &str) -> String {
    text.nfkc()
        .filter(|c| !('\u{300}'..='\u{36f}').contains(c) && !is_invisible(*c))
        .map(|c| match c {
            '\u{2018}' | '\u{2019}' | '\u{2bc}' | '\u{2bb}' | '\u{b4}' => '\'',
            '\u{2010}'..='\u{2015}' => '-',
            c if c.is_ascii() || c.is_alphabetic() => c,
            _ => ' ',
        })
        .collect()
}

/// What stands before a job title, as in `Jane Doe - Engineer` and `Jane Doe | Engineer`.
fn without_headline(text: &str) -> &str {
    let cut = [" - ", " | "].iter().filter_map(|mark| text.find(mark)).min();
    match cut.and_then(|at| text.get(..at)) {
        Some(name) if name.trim().contains(' ') => name,
        _ => text,
    }
}

/// `JaneDoe` as two words; a capital after `Mc` or two letters (`DeLuca`, `JoAnn`) divides nothing.
fn camel_case(text: &str) -> Option<String> {
    let text = text.trim();
    if !text.bytes().all(|b| b.is_ascii_alphabetic()) {
        return None;
    }
    let mut capitals = text.char_indices().skip(1).filter(|(_, c)| c.is_ascii_uppercase());
    let (at, _) = capitals.next().filter(|_| capitals.next().is_none())?;
    let (first, second) = text.split_at_checked(at)?;
    (first.len() >= 3 && second.len() >= 3 && !first.eq_ignore_ascii_case("mac"))
        .then(|| format!("{first} {second}"))
}

/// Joins the particles of a family name to what follows, since both writings are common: "de la
/// Cruz" and "Delacruz", "O Brien" and "O'Brien". Never the first word, which may be a given name.
fn join_particles(words: &mut Vec<Word>) {
    const PARTICLES: &[&str] = &[
        "al", "da", "das", "de", "del", "della", "den", "der", "di", "do", "dos", "du", "el", "la",
        "las", "le", "los", "mac", "mc", "saint", "san", "st", "ten", "ter", "van", "vander",
        "von", "zu",
    ];
    // Names in which these particles are names of their own.
    const OTHER: &[&str] = &[
        "bui", "dinh", "duong", "hoang", "huynh", "ngo", "nguyen", "pham", "phan", "tran", "truong",
    ];
    const AFTER_O: &[&str] = &[
        "brien",
        "bryan",
        "callaghan",
        "connell",
        "conner",
        "connor",
        "day",
        "dea",
        "donnell",
        "driscoll",
        "dwyer",
        "gorman",
        "grady",
        "hagan",
        "halloran",
        "hara",
        "hare",
        "keefe",
        "leary",
        "mahony",
        "malley",
        "neal",
        "neil",
        "neill",
        "reilly",
        "riordan",
        "rourke",
        "shaughnessy",
        "shea",
        "sullivan",
        "toole",
    ];
    if words.iter().any(|w| OTHER.contains(&w.text.as_str())) {
        return;
    }
    words.retain(|w| !(w.text == "bin" || w.text == "ibn" || w.text == "bint") || w.hyphen);
    let mut at = words.len().saturating_sub(2);
    while at >= 1 {
        let joins = match (words.get(at), words.get(at + 1)) {
            (Some(a), Some(b)) => {
                b.text.len() > 1
                    && !a.initial
                    && (PARTICLES.contains(&a.text.as_str())
                        || (a.text == "o" && AFTER_O.contains(&b.text.as_str())))
            }
            _ => false,
        };
        if joins {
            let next = words.remove(at + 1).text;
            if let Some(word) = words.get_mut(at) {
                if word.text == "saint" {
                    word.text = "st".to_owned();
                }
                word.text.push_str(&next);
            }
        }
        at -= 1;
    }
}

fn is_filler(tokens: &[Box<str>]) -> bool {
    const WORDS: &[&str] = &[
        "test",
        "testing",
        "tester",
        "user",
        "none",
        "null",
        "unknown",
        "anonymous",
        "asdf",
        "qwerty",
        "applicant",
        "candidate",
        "xxx",
        "abc",
        "na",
        "name",
        "first",
        "last",
        "dummy",
        "sample",
        "foo",
        "bar",
        "blah",
        "deleted",
        "redacted",
        "withheld",
    ];
    tokens.iter().all(|t| WORDS.contains(&&**t) || t.len() < 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let name = parse(text);
        let got = name.map(|n| {
            let suffix = n.suffix.map(|s| format!(" /{s}")).unwrap_or_default();
            format!("{}{suffix}", n.tokens.join(" "))
        });
        assert_eq!(got.as_deref().unwrap_or("-"), expected, "{text}");
    }

    #[test]
    fn names_are_read_through_the_noise_of_forms() {
        check("Jane Doe", "jane doe");
        check("  JANE   DOE ", "jane doe");
        check("Doe, Jane", "jane doe");
        check("Garcia-Lopez, María José", "maria jose garcia lopez");
        check("Dr. John Q. Smith III", "john q smith /iii");
        check("Smith, John Q., Jr.", "john q smith /jr");
        check("Smith Jr., John", "john smith /jr");
        check("John Smith, Jr", "john smith /jr");
        check("John Smith Sr", "john smith /sr");
        check("Smith, John V", "john v smith");
        check("John Smith, PhD, MBA", "john smith");
        check("John Smith MBA", "john smith");
        check("John Smith, MA", "john smith");
        check("Jack Ma", "jack ma");
        check("Ma, Jack", "jack ma");
        check("J.R. Doe", "j r doe");
        check("O'Brien, Pat", "pat obrien");
        check("Pat OBrien", "pat obrien");
        check("Pat O Brien", "pat obrien");
        check("Pat O’Brien", "pat obrien");
        check("John O. Smith", "john o smith");
        check("Juan de la Cruz", "juan delacruz");
        check("Juan Delacruz", "juan delacruz");
        check("Ludwig van der Berg", "ludwig vanderberg");
        check("William \"Bill\" Doe", "william bill doe");
        check("Jane Doe (she/her)", "jane doe");
        check("Müller", "muller");
        check("Иван Петров", "ivan petrov");
        check("waller", "waller");
        check("JaneDoe", "jane doe");
        check("Jane Doe 😀", "jane doe");
        check("Jane Doe - Software Engineer", "jane doe");
        check("PhD Jane Doe", "jane doe");
        check("McDonald", "mcdonald");
    }

    #[test]
    fn names_written_in_either_order_or_joined_or_apart_agree() {
        for text in [
            "Yu-jin Kim",
            "Kim Yu Jin",
            "Kim Yu-jin",
            "Yujin Kim",
            "Yu Jin Kim",
            "Kim, Yu Jin",
            "KIM, Yujin",
        ] {
            check(text, "yujin kim");
        }
        check("Yoo-jin Kim", "yoojin kim");
        check("김유진", "yujin gim");
        check("김 유진", "yujin gim");
        check("유진 김", "yujin gim");
        check("贝拉克·奥巴马", "beilake aobama");
        check("Xiao Ming Wang", "xiaoming wang");
        check("Wang Xiaoming", "wang xiaoming");
        check("王小明", "xiaoming wang");
        check("Wang Jun Li", "junli wang");
        check("이 영희", "yeonghui i");
        check("Wei Zhang", "wei zhang");
        check("Nguyen Van Anh", "nguyen van anh");
    }

    #[test]
    fn what_is_no_name_is_none() {
        for text in [
            "",
            "x",
            "n/a",
            "test",
            "Test User",
            "John@example.com",
            "12345",
            "- -",
            "J. D.",
            "???",
        ] {
            check(text, "-");
        }
    }

    proptest! {
        #[test]
        fn any_text_gives_plain_tokens_or_nothing(text in ".{0,60}|[A-Za-z .,'()-]{0,40}") {
            if let Some(name) = parse(&text) {
                prop_assert!(name.tokens.iter().all(|t| !t.is_empty() && t.bytes().all(|b| b.is_ascii_lowercase())));
                prop_assert!(name.tokens.len() <= 12);
            }
        }
    }
}
