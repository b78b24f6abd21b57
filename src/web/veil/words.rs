//! Contact data in free text: mailboxes, numbers, network addresses, profiles and streets found by what they look like and
//! masked where they stand. Not responsible for values of a known kind (`mask`).
//!
//! Two strengths: `masked` for texts that somebody wrote (resumes, notes, reasons), which rather masks too much; `sure` for
//! whole pages, which masks only what can be nothing else.
//!
//! Invariant: no text takes longer than a small multiple of its length.

use crate::{
    explain::mask::{self, DOTS},
    reference::street::{directional, number_word, ordinal, suffix},
};
use std::net::{Ipv4Addr, Ipv6Addr};

/// Longest piece that is read as one thing, in characters.
const LONGEST: usize = 300;
/// Endings of hosts that a profile may be at, where nothing else says that a text is an address.
const TOPS: &[&str] = &[
    "com", "org", "net", "io", "dev", "me", "co", "us", "info", "app", "page", "site", "tech",
    "in", "uk", "ca", "de", "fr", "eu", "example", "edu", "xyz", "link", "bio",
];
/// Words between a number and a street's last word that make a count of it: "3 years in court".
const COUNTED: &[&str] = &[
    "of",
    "in",
    "at",
    "on",
    "a",
    "an",
    "the",
    "and",
    "or",
    "to",
    "for",
    "by",
    "years",
    "months",
    "days",
    "people",
    "members",
    "applicants",
    "applications",
    "times",
    "one",
    "use",
    "uses",
];

/// How much is taken for contact data.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Strength {
    /// What looks like it.
    Likely,
    /// What can be nothing else.
    Sure,
}

/// A text somebody wrote, its contact data masked.
pub fn masked(text: &str) -> String {
    replaced(text, Strength::Likely).unwrap_or_else(|| text.to_owned())
}

/// A text with what is surely contact data masked; none when there is none in it.
pub fn sure(text: &str) -> Option<String> {
    replaced(text, Strength::Sure)
}

/// A text in which each of these stands masked, in any letter case; what is shorter than four characters is left.
pub fn without(text: &str, known: &[(String, String)]) -> String {
    let mut text = text.to_owned();
    for (value, shown) in known.iter().filter(|(value, _)| value.trim().chars().count() >= 4) {
        // Letter case that changes lengths would misplace what is cut out: such a text is looked through as it is.
        let (folded, wanted) = (text.to_lowercase(), value.trim().to_lowercase());
        let folded = if folded.len() == text.len() { folded } else { text.clone() };
        let mut out = String::with_capacity(text.len());
        let mut from = 0;
        for (at, found) in folded.match_indices(&wanted) {
            let (Some(before), Some(_)) = (text.get(from..at), text.get(at..at + found.len()))
            else {
                continue;
            };
            out.push_str(before);
            out.push_str(shown);
            from = at + found.len();
        }
        out.push_str(text.get(from..).unwrap_or_default());
        text = out;
    }
    text
}

fn replaced(text: &str, strength: Strength) -> Option<String> {
    let worth = |c: char| c.is_numeric() || is_at(c) || matches!(c, '/' | '%' | '[' | ':');
    if strength == Strength::Sure && !text.chars().any(|c| c.is_numeric() || is_at(c)) {
        return None;
    }
    if !text.chars().any(worth)
        && !text.split_whitespace().any(|w| number_word(&w.to_lowercase()).is_some())
    {
        return None;
    }
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let (mut at, mut changed) = (0, false);
    while let Some(&c) = chars.get(at) {
        let before = at.checked_sub(1).and_then(|i| chars.get(i)).copied();
        match found(&chars, at, before, strength) {
            Some((end, shown)) if end > at => {
                out.push_str(&shown);
                (at, changed) = (end, true);
            }
            _ => {
                out.push(c);
                at += 1;
            }
        }
    }
    changed.then_some(out)
}

/// What begins at a place, where it ends, and what stands for it.
fn found(
    chars: &[char],
    at: usize,
    before: Option<char>,
    strength: Strength,
) -> Option<(usize, String)> {
    let first = chars.get(at).copied()?;
    let rest = chars.get(at..(at + LONGEST).min(chars.len()))?;
    let starts_word = before.is_none_or(|c| !is_local(c) && !is_at(c));
    if starts_word && (is_local(first) || is_at(first)) {
        let whole = mailbox(rest, strength)
            .or_else(|| network6(rest))
            .or_else(|| (strength == Strength::Likely).then(|| page(rest)).flatten());
        if let Some((n, shown)) = whole {
            return Some((at + n, shown));
        }
    }
    let starts_number = before.is_none_or(|c| !c.is_alphanumeric());
    if starts_number && (first.is_numeric() || matches!(first, '+' | '(' | '\u{ff0b}' | '\u{ff08}'))
    {
        let is_version = before.is_some_and(|c| matches!(c, '/' | '.' | '-'));
        let (n, shown) = network4(rest)
            .filter(|_| !is_version)
            .or_else(|| number(rest, strength))
            .or_else(|| (strength == Strength::Likely).then(|| street(rest)).flatten())?;
        return Some((at + n, shown));
    }
    if strength == Strength::Likely && starts_number && first.is_uppercase() {
        let (n, shown) = street(rest).or_else(|| po_box(rest))?;
        return Some((at + n, shown));
    }
    (strength == Strength::Likely && starts_number && first.is_lowercase())
        .then(|| po_box(rest))
        .flatten()
        .map(|(n, shown)| (at + n, shown))
}

fn is_at(c: char) -> bool {
    matches!(c, '@' | '\u{ff20}' | '\u{fe6b}')
}

fn is_local(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-' | '\u{ff0e}')
}

fn run(chars: &[char], from: usize, is: impl Fn(char) -> bool) -> usize {
    from + chars.iter().skip(from).take_while(|&&c| is(c)).count()
}

/// Where the sign between mailbox and domain begins and ends, if it stands there: `@`, ` @ `, `(at)`, `%40`.
fn sign(chars: &[char], from: usize) -> Option<(usize, usize)> {
    let open = run(chars, from, |c| c == ' ').min(from + 2);
    let after = match chars.get(open..)? {
        [c, ..] if is_at(*c) => open + 1,
        ['(' | '[', 'a' | 'A', 't' | 'T', ')' | ']', ..] => open + 4,
        _ => return None,
    };
    Some((from, run(chars, after, |c| c == ' ').min(after + 2)))
}

/// A mailbox, or a handle after an `@`.
fn mailbox(chars: &[char], strength: Strength) -> Option<(usize, String)> {
    let local = run(chars, 0, is_local);
    let written: String = chars.get(..local)?.iter().collect();
    if let Some((name, domain)) = written.split_once("%40") {
        return Some((local, mask::mailbox(&format!("{name}@{domain}"))));
    }
    let (_, from) = sign(chars, local)?;
    let mut end = run(chars, from, is_local);
    while end > from
        && chars.get(end - 1).is_some_and(|c| matches!(c, '.' | '-' | '_' | '\u{ff0e}'))
    {
        end -= 1;
    }
    let domain: String = chars.get(from..end)?.iter().collect();
    if local == 0 {
        let is_handle = strength == Strength::Likely && from == 1 && domain.len() >= 2;
        return is_handle.then(|| (end, "@•••".to_owned()));
    }
    // A text that was cut behind the sign still says who it is.
    if domain.is_empty() && from == local + 1 && chars.get(from).is_none_or(|&c| c == '…') {
        let first = written.chars().find(|c| c.is_alphanumeric())?;
        return Some((from, format!("{first}•••@")));
    }
    let is_spaced = from > local + 1;
    if domain.is_empty() || (is_spaced && !domain.contains(['.', '\u{ff0e}'])) {
        return None;
    }
    let shown = mask::mailbox(&format!("{written}@{}", domain.replace('\u{ff0e}', ".")));
    Some((end, shown))
}

fn network4(chars: &[char]) -> Option<(usize, String)> {
    let end = run(chars, 0, |c| c.is_ascii_digit() || c == '.').min(16);
    let text: String = chars.get(..end)?.iter().collect();
    let text = text.trim_end_matches('.');
    let ends = chars.get(text.len()).is_none_or(|c| !c.is_alphanumeric());
    (ends && text.parse::<Ipv4Addr>().is_ok()).then(|| (text.len(), mask::network(text)))
}

fn network6(chars: &[char]) -> Option<(usize, String)> {
    let is = |c: char| c.is_ascii_hexdigit() || c == ':';
    let end = run(chars, 0, is).min(45);
    let text: String = chars.get(..end)?.iter().collect();
    let text = text.trim_end_matches(':').to_owned() + if text.ends_with("::") { "::" } else { "" };
    let enough = text.matches(':').count() >= 2 && text.len() >= 6;
    let ends = chars.get(text.len()).is_none_or(|c| !c.is_alphanumeric());
    (enough && ends && text.parse::<Ipv6Addr>().is_ok()).then(|| {
        let length = chars.get(text.len()).is_some_and(|&c| c == '/');
        let more =
            if length { run(chars, text.len() + 1, |c| c.is_ascii_digit()) } else { text.len() };
        (more, mask::network(&text))
    })
}

/// A number somebody can be called at: its groups of digits tell it from dates, counts and amounts.
fn number(chars: &[char], strength: Strength) -> Option<(usize, String)> {
    let is_between = |c: char| {
        matches!(c, ' ' | '-' | '.' | '(' | ')' | '/' | '_' | '\u{a0}' | '\u{2010}'..='\u{2015}')
            || matches!(c, '\u{ff08}' | '\u{ff09}' | '\u{ff0d}' | '\u{3000}')
    };
    let plus = chars.first().is_some_and(|c| matches!(c, '+' | '\u{ff0b}'));
    let open = chars.iter().take(3).any(|c| matches!(c, '(' | '\u{ff08}'));
    let mut at = run(chars, usize::from(plus), is_between);
    let mut groups: Vec<(usize, usize)> = Vec::new();
    while groups.len() < 7 {
        let end = run(chars, at, char::is_numeric);
        if end == at {
            break;
        }
        groups.push((end - at, end));
        let next = run(chars, end, is_between);
        if next > end + 3 {
            break;
        }
        at = next;
    }
    let starts_with = |digit: char| chars.iter().find(|c| c.is_numeric()) == Some(&digit);
    for n in (1..=groups.len()).rev() {
        let taken = groups.get(..n)?;
        let &(_, end) = taken.last()?;
        if chars.get(end).is_some_and(|c| c.is_alphanumeric()) {
            continue;
        }
        let lens: Vec<usize> = taken.iter().map(|(len, _)| *len).collect();
        let digits: usize = lens.iter().sum();
        let is_sure = matches!(lens.as_slice(), [3, 3, 4] | [1, 3, 3, 4]) || (plus && digits >= 8);
        let is_likely = matches!(
            lens.as_slice(),
            [10] | [3, 4] | [3, 7] | [1, 10] | [6, 4] | [1, 6, 4] | [1, 3, 7] | [2, 2, 2, 2, 2]
        ) || (lens == [11] && starts_with('1'))
            || ((9..=12).contains(&digits) && n > 1 && (open || starts_with('0')));
        let is_cut = n > 1 && digits >= 6 && chars.get(end) == Some(&'…');
        let is_likely = is_likely || is_cut;
        if digits <= 15 && (is_sure || (is_likely && strength == Strength::Likely)) {
            let text: String = chars.get(..end)?.iter().collect();
            return Some((end, mask::number(&text)));
        }
    }
    None
}

/// The address of a page: its host stays as far as it names no owner.
fn page(chars: &[char]) -> Option<(usize, String)> {
    let is = |c: char| {
        !c.is_whitespace()
            && !matches!(c, '"' | '\'' | '<' | '>' | '(' | ')' | '[' | ']' | ',' | ';')
    };
    let mut end = run(chars, 0, is);
    while end > 0 && chars.get(end - 1).is_some_and(|c| matches!(c, '.' | ':' | '!' | '?')) {
        end -= 1;
    }
    let text: String = chars.get(..end)?.iter().collect();
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) if scheme.chars().all(|c| c.is_ascii_alphabetic()) => (true, rest),
        _ => (false, text.as_str()),
    };
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let top = host.rsplit_once('.').map(|(_, top)| top.to_lowercase())?;
    let is_page = scheme || host.starts_with("www.") || (!path.is_empty() && TOPS.contains(&&*top));
    if !is_page || !host.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | ':')) {
        return None;
    }
    Some((end, format!("{}/•••", mask::owner_hidden(&host.to_lowercase()))))
}

/// The words of a text with where each begins and ends, at most so many.
fn words(chars: &[char], most: usize) -> Vec<(usize, usize, String)> {
    let mut all = Vec::new();
    let mut at = 0;
    while all.len() < most {
        let end = run(chars, at, |c| !c.is_whitespace());
        if end == at {
            break;
        }
        all.push((at, end, chars.get(at..end).unwrap_or_default().iter().collect()));
        at = run(chars, end, |c| matches!(c, ' ' | '\u{a0}'));
    }
    all
}

/// A street with its number: `12 Maple Court`, `One Maple Court`, `12 maple ct`.
fn street(chars: &[char]) -> Option<(usize, String)> {
    let words = words(chars, 9);
    let (_, end, number) = words.first()?;
    let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let digits = number.chars().filter(|c| c.is_numeric()).count();
    let spelled = number_word(&bare(number)).is_some();
    if !(spelled
        || (1..=6).contains(&digits) && number.chars().all(|c| c.is_alphanumeric() || c == '-'))
    {
        return None;
    }
    let mut is_titled = true;
    for (i, (_, last, word)) in words.iter().enumerate().skip(1).take(6) {
        let plain = bare(word);
        let is_title = word.chars().next().is_some_and(|c| c.is_uppercase() || c.is_numeric());
        is_titled &= is_title || directional(&plain).is_some() || ordinal(&plain).is_some();
        if COUNTED.contains(&plain.as_str()) {
            return None;
        }
        let may_end = i >= 2 && suffix(&plain).is_some();
        if may_end && (is_titled || (i <= 4 && digits >= 2)) {
            // A unit after it belongs to it.
            let unit = words.get(i + 1..).unwrap_or_default();
            let until = match unit {
                [(_, end, one), ..] if one.starts_with('#') => *end,
                [(_, _, one), (_, end, two), ..]
                    if crate::reference::street::designator(&bare(one)).is_some()
                        && (two.chars().any(char::is_numeric) || two.chars().count() <= 2) =>
                {
                    *end
                }
                _ => *last,
            };
            let rest: String = chars.get(*end..until)?.iter().collect();
            let rest =
                if until > *last { mask::place(&rest) } else { rest.trim_start().to_owned() };
            return Some((until, format!("{DOTS} {rest}")));
        }
        if word.ends_with([',', '.', ';']) && !may_end && plain.len() > 2 {
            return None;
        }
    }
    None
}

/// `PO Box 12`.
fn po_box(chars: &[char]) -> Option<(usize, String)> {
    let words = words(chars, 4);
    let folded: Vec<String> = words
        .iter()
        .map(|(_, _, w)| {
            w.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
        })
        .collect();
    let at = match folded.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["po", "box", ..] | ["pob", ..] if folded.first().is_some_and(|w| w == "po") => 2,
        ["p", "o", "box", ..] => 3,
        ["pob" | "pobox", ..] => 1,
        _ => return None,
    };
    let (from, end, word) = words.get(at)?;
    if !word.chars().any(char::is_numeric) {
        return None;
    }
    let before: String = chars.get(..*from)?.iter().collect();
    Some((*end, format!("{before}{DOTS}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn contact_data_is_found_in_the_spellings_people_use() {
        for (text, shown) in [
            ("write to Jane.Doe+x@Example.com.", "write to j•••@example.com."),
            ("jane @ example.com or jane (at) example.com", "j•••@example.com or j•••@example.com"),
            ("jane%40example.com", "j•••@example.com"),
            ("ＪＡＮＥ＠example．com", "ｊ•••@example.com"),
            ("call (202) 555-0118 or +1 202.555.0118", "call (202) 555-•••• or (202) 555-••••"),
            ("2025550118, 555-0118", "(202) 555-••••, ••••"),
            ("２０２-５５５-０１１８", "(202) 555-••••"),
            ("from 198.51.100.7 and 2001:db8:1:2::9", "from 198.51.•.• and 2001:db8:•"),
            ("see https://www.linkedin.com/in/jane-doe/", "see linkedin.com/•••"),
            ("github.com/jdoe, https://jdoe.github.io/x", "github.com/•••, •••.github.io/•••"),
            ("tweets as @jane_doe", "tweets as @•••"),
            ("lives at 12 Maple Court, Springfield", "lives at •••• Maple Court, Springfield"),
            ("9058 MADISON LANE APT 4", "•••• MADISON LANE APT ••••"),
            ("One Maple Court", "•••• Maple Court"),
            ("by 4744 hillside ln #14", "by •••• hillside ln ••••"),
            ("P.O. Box 12", "P.O. Box ••••"),
            ("cut jane.doe@…", "cut j•••@…"),
            ("cut 202-555-01…", "cut ••••…"),
        ] {
            assert_eq!(masked(text), shown, "{text}");
        }
    }

    #[test]
    fn dates_counts_amounts_versions_and_ids_are_no_contact_data() {
        for text in [
            "on 2022-09-05 19:13:56Z, from 1999-09 to 2004-05",
            "1,000,000 rows in 3 years at Zephyrloop Software, 25 business units",
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/126.0.0.0",
            "A0000001 and ring_0123456789ab",
            "3 of 4 members use one place, 15 years in court",
            "React and/or TCP/IP, Node.js/Express",
            "12.6 bits; -4.6 bits of 100,000",
        ] {
            assert_eq!(masked(text), text);
        }
    }

    #[test]
    fn on_whole_pages_only_what_is_surely_contact_data_is_masked() {
        assert_eq!(sure("call 202-555-0118").as_deref(), Some("call (202) 555-••••"));
        assert_eq!(
            sure("j@example.com, 198.51.100.7").as_deref(),
            Some("j•••@example.com, 198.51.•.•")
        );
        for text in ["1795392000", "555-0118", "12 Maple Court", "https://example.com/x", "@page"] {
            assert_eq!(sure(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_known_is_masked_in_any_letter_case() {
        let known = [("JDoe-36".to_owned(), "j•••".to_owned()), ("abc".to_owned(), "x".to_owned())];
        assert_eq!(without("the account jdoe-36 of abc", &known), "the account j••• of abc");
        assert_eq!(without("İ jdoe-36", &[("jdoe-36".into(), "•".into())]), "İ •");
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC{0,80}") {
            let _ = (masked(&text), sure(&text), without(&text, &[(text.clone(), DOTS.to_owned())]));
        }

        #[test]
        fn a_mailbox_anywhere_in_a_text_is_masked(
            before in "[a-z ,.]{0,10} ", local in "[a-z][a-z0-9]{2,8}", after in "[ ,.;]{1,3}[a-z]{0,5}",
        ) {
            let text = format!("{before}{local}@example.com{after}");
            let wanted = format!("{local}@");
            prop_assert!(!masked(&text).contains(&wanted), "{}", masked(&text));
            prop_assert!(sure(&text).is_some_and(|t| !t.contains(&wanted)));
        }
    }
}
