//! Spellings: what two ways of writing one value have in common. Not responsible for whose a value is (`terms`).
//!
//! Three ways of looking at a text: its words, letters and digits in lower case; squashed, ASCII letters and digits only with
//! accents dropped and other alphabets written in it; and unspaced, for scripts that set no blanks.
//!
//! Invariant: the same text gives the same; what separates words is never part of what is compared.

use crate::normalize::fold::is_invisible;

/// The words of a text, in lower case.
pub fn folded(text: &str) -> Vec<String> {
    let apart = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    apart.map(|word| word.chars().flat_map(char::to_lowercase).collect()).collect()
}

/// A text as ASCII letters and digits in lower case.
#[derive(Debug, Default)]
pub struct Squashed {
    /// The letters and digits.
    pub bytes: Vec<u8>,
    /// By letter: whether something set it apart from the one before, such as a blank, a hyphen or a capital.
    is_apart: Vec<bool>,
}

/// How a letter stands to the one before.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Lower,
    Upper,
    Digit,
    Break,
}

impl Squashed {
    /// Squashes a text. O(its length).
    pub fn of(text: &str) -> Self {
        let mut squashed = Self::default();
        squashed.bytes.reserve(text.len());
        let mut last = Sort::Break;
        for c in text.chars() {
            if c.is_ascii() {
                squashed.put(c, &mut last);
                continue;
            }
            let is_mark = ('\u{300}'..='\u{36f}').contains(&c);
            if is_mark || is_invisible(c) {
                continue;
            }
            match deunicode::deunicode_char(c) {
                Some(ascii) if ascii.contains(|c: char| c.is_ascii_alphanumeric()) => {
                    ascii.chars().for_each(|c| squashed.put(c, &mut last));
                }
                _ => last = Sort::Break,
            }
        }
        squashed
    }

    fn put(&mut self, c: char, last: &mut Sort) {
        let sort = match c {
            'a'..='z' => Sort::Lower,
            'A'..='Z' => Sort::Upper,
            '0'..='9' => Sort::Digit,
            _ => Sort::Break,
        };
        if let (true, Ok(byte)) = (sort != Sort::Break, u8::try_from(c)) {
            let goes_on = matches!(
                (*last, sort),
                (Sort::Lower | Sort::Upper, Sort::Lower)
                    | (Sort::Upper, Sort::Upper)
                    | (Sort::Digit, Sort::Digit)
            );
            self.bytes.push(byte.to_ascii_lowercase());
            self.is_apart.push(!goes_on);
        }
        *last = sort;
    }

    /// Whether what stands before and from this letter on is apart, or there is nothing on one side.
    pub fn is_edge(&self, at: usize) -> bool {
        at == 0 || self.is_apart.get(at).copied().unwrap_or(true)
    }

    /// Whether a number goes on over this place.
    pub fn is_in_number(&self, at: usize) -> bool {
        let is_digit = |at: usize| self.bytes.get(at).is_some_and(u8::is_ascii_digit);
        !self.is_edge(at) && is_digit(at) && is_digit(at - 1)
    }
}

/// Squashed, as a text.
pub fn squash(text: &str) -> String {
    Squashed::of(text).bytes.into_iter().map(char::from).collect()
}

/// An address of the web without scheme and `www.`.
pub fn bare(url: &str) -> &str {
    let url = url.trim();
    let url = url.split_once("://").map_or(url, |(_, rest)| rest);
    url.strip_prefix("www.").or_else(|| url.strip_prefix("WWW.")).unwrap_or(url)
}

/// The last ten digits of what is written like a phone's number; none of what is not.
pub fn last_ten(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let is_written_so = |c: char| c.is_ascii_digit() || c.is_whitespace() || "+-().,/".contains(c);
    let is_one = (10..=15).contains(&digits.len()) && text.chars().all(is_written_so);
    is_one.then(|| digits.get(digits.len() - 10..).unwrap_or_default().to_owned())
}

/// A name with its last part in front, as directories write it.
pub fn turned(name: &str) -> Option<String> {
    let (given, family) = name.trim().rsplit_once(' ')?;
    Some(format!("{family} {given}"))
}

/// Letters and digits without anything between, of a text in a script that sets no blanks; none of another.
pub fn unspaced(text: &str) -> Option<String> {
    let is_of_one = |c: char| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}');
    let all = || text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase);
    text.contains(is_of_one).then(|| all().collect())
}

/// Parts of an address that are values in their own right: host and last part of the path, mailbox and domain.
pub fn parts(value: &str) -> Vec<&str> {
    let value = value.trim();
    if value.contains(char::is_whitespace) {
        return Vec::new();
    }
    if let Some((mailbox, domain)) = value.split_once('@').filter(|_| !value.contains('/')) {
        return vec![mailbox, domain];
    }
    let bare = bare(value);
    let bare = bare.split(['?', '#']).next().unwrap_or(bare).trim_end_matches('/');
    match bare.split_once('/') {
        Some((host, path)) => vec![host, path.rsplit('/').next().unwrap_or(path)],
        None if bare.contains('.') => vec![bare],
        None => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_value_are_squashed_to_the_same() {
        assert_eq!(squash("José Müllerström-Ávila"), squash("JOSE  MULLERSTROM AVILA"));
        assert_eq!(squash("Jose\u{301}"), "jose");
        assert_eq!(last_ten("+1 (202) 555-0188"), last_ten("2025550188"));
        assert_eq!(last_ten("2025550188 or so"), None);
        assert_eq!(squash(bare("https://www.one.example/")), "oneexample");
        assert_eq!(unspaced("山田 太郎").as_deref(), Some("山田太郎"));
        assert_eq!(unspaced("Ada"), None);
        assert_eq!(parts("https://www.one.example/in/ada/"), ["one.example", "ada"]);
        assert_eq!(parts("ada@one.example"), ["ada", "one.example"]);
    }

    #[test]
    fn capitals_and_marks_set_apart_and_numbers_go_on() {
        let squashed = Squashed::of("AdaQuill-10 20");
        let edges: Vec<usize> = (0..=12).filter(|at| squashed.is_edge(*at)).collect();
        assert_eq!(edges, [0, 3, 8, 10, 12]);
        assert!(squashed.is_in_number(9) && !squashed.is_in_number(10));
    }
}
