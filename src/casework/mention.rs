//! Mentions: `@name` in a note. Not responsible for rendering notes (`web`) nor for telling anybody.
//!
//! Invariant: a mention names an account that exists; code and mail addresses mention nobody.

use crate::casework::UserName;
use std::ops::Range;

/// A mention.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// Where, in bytes of the text, the `@` and the name.
    pub at: Range<usize>,
    /// Whose.
    pub name: UserName,
}

/// Every mention of one of these accounts in a text of Markdown, in order. O(text × accounts).
#[must_use]
pub fn mentions(text: &str, accounts: &[UserName]) -> Vec<Mention> {
    let mut found = Vec::new();
    let mut from = 0;
    for span in prose(text) {
        from = from.max(span.start);
        while let Some(at) = text.get(from..span.end).and_then(|rest| rest.find('@')) {
            let at = from + at;
            from = at + 1;
            let before = text.get(..at).and_then(|t| t.chars().next_back());
            if before.is_some_and(|c| {
                c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '+' | '@' | '/' | '\\')
            }) {
                continue;
            }
            let rest = text.get(from..span.end).unwrap_or_default();
            let longest = accounts
                .iter()
                .filter_map(|name| Some((begins(rest, name)?, name)))
                .max_by_key(|(length, _)| *length);
            if let Some((length, name)) = longest {
                found.push(Mention { at: at..from + length, name: name.clone() });
                from += length;
            }
        }
    }
    found
}

/// Bytes of the account's name at the beginning of a text, which has to end there.
fn begins(text: &str, name: &UserName) -> Option<usize> {
    let wanted = name.folded();
    let mut ends = text.char_indices().map(|(at, c)| at + c.len_utf8()).take(80);
    let length = ends.find(|&end| {
        text.get(..end).is_some_and(|t| t.parse::<UserName>().is_ok_and(|n| n.folded() == wanted))
    })?;
    let mut rest = text.get(length..)?.chars();
    let goes_on = match rest.next() {
        Some('.' | '-' | '@' | '\'') => rest.next().is_some_and(char::is_alphanumeric),
        Some(c) => c.is_alphanumeric() || c == '_',
        None => false,
    };
    (!goes_on).then_some(length)
}

/// The parts of a text of Markdown that are no code.
fn prose(text: &str) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    let mut fence: Option<&str> = None;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.len();
        let trimmed = line.trim_start();
        let indent = line.len() - trimmed.len();
        let mark = ["```", "~~~"].into_iter().find(|mark| trimmed.starts_with(mark));
        match (fence, mark) {
            (Some(open), Some(mark)) if open == mark => fence = None,
            (None, Some(mark)) => fence = Some(mark),
            (Some(_), _) => {}
            (None, None) if indent >= 4 || line.starts_with('\t') => {}
            (None, None) => spans.extend(outside_ticks(text, start..end)),
        }
        start = end;
    }
    spans
}

/// The parts of a line outside pairs of backticks.
fn outside_ticks(text: &str, line: Range<usize>) -> Vec<Range<usize>> {
    let ticks = |from: usize| {
        let rest = text.get(from..line.end).unwrap_or_default();
        let at = rest.find('`')?;
        let run = rest.get(at..).unwrap_or_default().bytes().take_while(|&b| b == b'`').count();
        Some((from + at, run))
    };
    let mut spans = Vec::new();
    let mut from = line.start;
    while let Some((open, run)) = ticks(from) {
        let mut next = open + run;
        let close = loop {
            match ticks(next) {
                Some((at, n)) if n == run => break Some(at + n),
                Some((at, n)) => next = at + n,
                None => break None,
            }
        };
        match close {
            Some(end) => {
                spans.push(from..open);
                from = end;
            }
            None => break,
        }
    }
    spans.push(from..line.end);
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str) -> Vec<String> {
        let accounts: Vec<UserName> = ["ann", "Ann O'Neil", "bob", "j.doe@example.com", "Łukasz"]
            .iter()
            .map(|n| n.parse().unwrap())
            .collect();
        let found = mentions(text, &accounts);
        for mention in &found {
            assert!(text[mention.at.clone()].starts_with('@'));
        }
        found.into_iter().map(|m| m.name.to_string()).collect()
    }

    #[test]
    fn names_of_accounts_are_found_the_longest_first_whatever_their_case() {
        assert_eq!(named("@ann, ask (@BOB)."), ["ann", "bob"]);
        assert_eq!(named("@Ann O'Neil knows; @ann O'Neill does not"), ["Ann O'Neil", "ann"]);
        assert_eq!(named("thanks @j.doe@example.com!"), ["j.doe@example.com"]);
        assert_eq!(named("@łukasz: done. @ann."), ["Łukasz", "ann"]);
        assert_eq!(named("@bob@bob"), Vec::<String>::new());
    }

    #[test]
    fn strangers_mail_addresses_and_code_mention_nobody() {
        for text in [
            "@nobody @anna @ann_b @ann-b",
            "write to x@ann or sue.bob@bob.example",
            "`@ann` and ``a ` @bob``",
            "```\n@ann\n```",
            "~~~ text\n@bob\n~~~",
            "    @ann",
            "\\@ann",
            "@",
        ] {
            assert_eq!(named(text), Vec::<String>::new(), "{text}");
        }
        assert_eq!(named("a ` tick @ann"), ["ann"]);
        assert_eq!(named("```\n@ann\n```\n@bob"), ["bob"]);
    }
}
