//! How the document says moments, lengths, strengths and lists of numbers. Not responsible for what they are of.
//!
//! Invariant: whatever is shortened says by how much.

use crate::{
    explain::words::{count, grouped},
    model::{Bits, Moment},
    referral::Contents,
};
use serde::Serialize;

/// So many runs of numbers are given in one place.
const RUNS: usize = 24;
/// So many where there is little room.
const FEW: usize = 6;
/// Characters of a paragraph, below what typesetting shows of one text.
const PARAGRAPH: usize = 3_000;

/// A number, or a run of them, and where it leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Ref {
    /// `3`, `7–12`, `T4`.
    pub text: String,
    /// The name of its place in the document; empty where it has none.
    pub to: String,
}

/// Several of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub(super) struct Refs {
    /// In ascending order.
    pub parts: Vec<Ref>,
    /// What was left out: ` and 312 more`; empty where nothing was.
    pub more: String,
}

/// Numbers of identities, of which those up to `placed` have a place.
pub(super) fn identities(numbers: &[usize], placed: usize) -> Refs {
    refs(numbers, placed, RUNS, ("", "identity"))
}

/// Numbers of things, of which those up to `placed` have a place.
pub(super) fn things(numbers: &[usize], placed: usize) -> Refs {
    refs(numbers, placed, RUNS, ("T", "thing"))
}

/// The same of identities where there is little room.
pub(super) fn first_identities(numbers: &[usize], placed: usize) -> Refs {
    refs(numbers, placed, FEW, ("", "identity"))
}

/// The same of things where there is little room: the first are the strongest.
pub(super) fn first_things(numbers: &[usize], placed: usize) -> Refs {
    refs(numbers, placed, FEW, ("T", "thing"))
}

fn refs(numbers: &[usize], placed: usize, most: usize, (before, name): (&str, &str)) -> Refs {
    let runs = runs(numbers);
    let left: usize = runs.iter().skip(most).map(|&(from, to)| to - from + 1).sum();
    let part = |&(from, to): &(usize, usize)| Ref {
        text: match to - from {
            0 => format!("{before}{from}"),
            _ => format!("{before}{from}–{before}{to}"),
        },
        to: if from <= placed { format!("{name}-{from}") } else { String::new() },
    };
    Refs {
        parts: runs.iter().take(most).map(part).collect(),
        more: if left == 0 { String::new() } else { format!(" and {} more", grouped(left)) },
    }
}

/// Numbers as runs: three or more that follow one another are one.
fn runs(numbers: &[usize]) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    for &n in numbers {
        match found.last_mut() {
            Some((_, to)) if *to + 1 == n => *to = n,
            Some((_, to)) if *to == n => {}
            _ => found.push((n, n)),
        }
    }
    let apart = |(from, to): (usize, usize)| match to - from {
        1 => vec![(from, from), (to, to)],
        _ => vec![(from, to)],
    };
    found.into_iter().flat_map(apart).collect()
}

/// `2026-03-01 09:00 UTC`.
pub(super) fn moment(at: Moment) -> String {
    let text = at.to_string();
    match (text.get(..10), text.get(10..11), text.get(11..16)) {
        (Some(day), Some("T"), Some(time)) => format!("{day} {time} UTC"),
        _ => text,
    }
}

/// The same of what may not be known.
pub(super) fn moment_or(at: Option<Moment>, otherwise: &str) -> String {
    at.map_or_else(|| otherwise.to_owned(), moment)
}

/// `from 2026-03-01 to 2026-03-08`, `on 2026-03-01`, or nothing.
pub(super) fn span(first: Option<Moment>, last: Option<Moment>) -> String {
    match (first.map(Moment::day), last.map(Moment::day)) {
        (Some(from), Some(to)) if from == to => format!("on {from}"),
        (Some(from), Some(to)) => format!("from {from} to {to}"),
        (Some(day), None) | (None, Some(day)) => format!("on {day}"),
        (None, None) => String::new(),
    }
}

/// `+14.5 bits`.
pub(super) fn bits(bits: Bits) -> String {
    let text = bits.to_string().replace('-', "−");
    format!("{text} bits")
}

/// What a bar of this worth is of the longest one, 0 to 1.
pub(super) fn share(bits: Bits, most: Bits) -> f64 {
    let most = most.get().max(0.01);
    (bits.get() / most).clamp(0.0, 1.0)
}

/// Where the whole of a list is that the document gives in part: `in timeline.csv`. O(files).
pub(super) fn place_in(contents: &Contents, path: &str) -> String {
    match contents.files.iter().any(|file| file.path == path) {
        true => format!("in {path}"),
        false => "not part of this package".to_owned(),
    }
}

/// At most so many characters, and how many there are where it was cut.
pub(super) fn cut(text: &str, limit: usize) -> String {
    let all = text.chars().count();
    if all <= limit {
        return text.to_owned();
    }
    let short: String = text.chars().take(limit).collect();
    format!("{short} … (cut here; it has {})", count(all, "character", "characters"))
}

/// A long text in paragraphs, none of which is longer than a page shows; over `limit` characters it is cut and says so.
pub(super) fn paragraphs(text: &str, limit: usize) -> Vec<String> {
    let text = cut(text.trim(), limit);
    let mut found = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let mut part = String::new();
        let mut length = 0;
        for word in line.split_inclusive(char::is_whitespace) {
            let letters = word.chars().count();
            if length > 0 && length + letters > PARAGRAPH {
                found.push(std::mem::take(&mut part));
                length = 0;
            }
            part.push_str(word);
            length += letters;
        }
        found.push(part);
    }
    found
}

/// The text, or what is said where there is none.
pub(super) fn or(text: &str, otherwise: &str) -> String {
    let text = text.trim();
    if text.is_empty() { otherwise.to_owned() } else { text.to_owned() }
}

/// The first letter in upper case.
pub(super) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// A text that ends as a sentence does.
pub(super) fn sentence(text: &str) -> String {
    let text = capital(text.trim());
    let is_ended = text.is_empty() || text.ends_with(['.', '!', '?', '。', '…']);
    if is_ended { text } else { format!("{text}.") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_said_as_runs_and_what_is_left_out_is_counted() {
        let said = identities(&[1, 2, 3, 5, 6, 9], 5);
        let texts: Vec<&str> = said.parts.iter().map(|p| p.text.as_str()).collect();
        assert_eq!(texts, ["1–3", "5", "6", "9"]);
        assert_eq!(said.parts[0].to, "identity-1");
        assert_eq!(said.parts[2].to, "", "6 has no place of its own");
        assert_eq!(said.more, "");
        let odd: Vec<usize> = (0..100).map(|n| 2 * n + 1).collect();
        let said = things(&odd, 1_000);
        assert_eq!((said.parts.len(), said.more.as_str()), (RUNS, " and 76 more"));
        assert_eq!(said.parts[1].text, "T3");
    }

    #[test]
    fn moments_and_spans_are_said_in_utc() {
        assert_eq!(moment(Moment(1_772_355_600)), "2026-03-01 09:00 UTC");
        assert!(moment(Moment(i64::MAX)).starts_with('@'));
        assert_eq!(span(Some(Moment(0)), Some(Moment(86_400))), "from 1970-01-01 to 1970-01-02");
        assert_eq!(span(None, Some(Moment(0))), "on 1970-01-01");
    }

    #[test]
    fn what_is_cut_says_how_long_it_was() {
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("日本語だ", 2), "日本 … (cut here; it has 4 characters)");
        let long = format!("{}\n\nend", "word ".repeat(1_000));
        let parts: Vec<usize> =
            paragraphs(&long, 9_000).iter().map(|p| p.chars().count()).collect();
        assert_eq!(parts, [3_000, 1_999, 3]);
        assert!(paragraphs(&long, 10).join("").ends_with("(cut here; it has 5,005 characters)"));
        assert_eq!(sentence("it says"), "It says.");
        assert_eq!(bits(Bits::new(-2.0)), "−2.0 bits");
    }
}
