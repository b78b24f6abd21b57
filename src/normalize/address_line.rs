//! The street line of an address taken apart: house number, street words, units, boxes. Not
//! responsible for city, state and postal code (`address`).
//!
//! Invariant: every word of the result is folded, and formatting noise (case, punctuation,
//! abbreviations, the place of the unit) does not change it.

use super::fold::fold;
use crate::reference::{mail_drops, street};

/// What a street line says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Line {
    /// House number.
    pub number: Option<String>,
    /// Street in canonical words; empty when there is none.
    pub street: String,
    /// Units without designators, in the order written.
    pub units: Vec<String>,
    /// Number of a post office box.
    pub po_box: Option<String>,
    /// Number of a private mailbox.
    pub private_box: Option<String>,
    /// Mail-drop brand or trade named in the line.
    pub brand: Option<&'static str>,
    /// Hall of residence or campus named in the line, in canonical words.
    pub campus: Option<String>,
}

/// Segments of words: commas and line breaks separate segments.
pub(super) type Segments = Vec<Vec<String>>;

/// Splits a text into segments of folded words; `#` is a word, a hyphen or slash stays only behind
/// a digit.
pub(super) fn segments(text: &str) -> Segments {
    let lines;
    let text = if text.contains(['\n', '\r']) {
        lines = text.replace(['\n', '\r'], ",");
        &lines
    } else {
        text
    };
    let folded = fold(text);
    let mut segments: Segments = vec![Vec::with_capacity(6)];
    let mut word = String::new();
    let mut chars = folded.chars().peekable();
    let mut before = ' ';
    loop {
        let c = chars.next();
        let keep = match c {
            Some(c) if c.is_ascii_alphanumeric() => true,
            Some('-' | '/') => {
                before.is_ascii_digit() && chars.peek().is_some_and(char::is_ascii_alphanumeric)
            }
            Some('.') if before.is_ascii_digit() => false,
            Some('.' | '\'' | '`') => continue,
            _ => false,
        };
        if let (true, Some(c)) = (keep, c) {
            word.push(c);
        } else if !word.is_empty()
            && let Some(last) = segments.last_mut()
        {
            last.push(std::mem::take(&mut word));
        }
        match c {
            Some(',' | ';' | '|') => segments.push(Vec::new()),
            Some('#') => {
                if let Some(last) = segments.last_mut() {
                    last.push("#".to_owned());
                }
            }
            Some(_) => {}
            None => break,
        }
        before = c.unwrap_or(' ');
    }
    segments.retain(|s| !s.is_empty());
    segments
}

/// Takes the segments of a street line apart.
pub(super) fn parse(mut segments: Segments) -> Line {
    let mut line = Line::default();
    for segment in &mut segments {
        drop_care_of(segment);
    }
    for segment in &segments {
        line.brand = line.brand.or_else(|| mail_drops::brand(&segment.join(" ")));
        line.campus = line.campus.take().or_else(|| campus(segment));
    }
    for segment in &mut segments {
        take_boxes(segment, &mut line);
        take_units(segment, &mut line.units);
    }
    segments.retain(|s| !s.is_empty());
    let Some(main) = main_segment(&mut segments, &mut line.units) else {
        return line;
    };
    let mut words: Vec<&str> = main.iter().map(String::as_str).collect();
    line.number = take_number(&mut words, &mut line.units);
    line.street = canonical_street(&words);
    line
}

/// The units that a unit column names, without designators; words without digits are names of
/// houses and no unit, except those that stand for one (`rear`, `bsmt`, ...).
pub(super) fn unit_column(text: &str) -> (Vec<String>, Line) {
    let mut segments = segments(text);
    let mut line = Line::default();
    let mut units = Vec::new();
    for segment in &mut segments {
        line.brand = line.brand.or_else(|| mail_drops::brand(&segment.join(" ")));
        line.campus = line.campus.take().or_else(|| campus(segment));
        take_boxes(segment, &mut line);
        take_units(segment, &mut units);
        if let [only] = segment.as_slice()
            && let Some(d) = street::designator(only)
            && !d.needs_number
        {
            units.push(d.abbreviation.to_owned());
            continue;
        }
        segment.retain(|w| w != "#");
        let short = matches!(segment.as_slice(), [w] if w.len() <= 2);
        let counts = short || segment.iter().any(|w| w.bytes().any(|b| b.is_ascii_digit()));
        if counts && line.po_box.is_none() {
            let joined = if segment.iter().all(|w| w.len() <= 2 || has_digit(w)) {
                segment.concat()
            } else {
                segment.join(" ")
            };
            units.push(clean_unit(&joined));
        }
    }
    (units, line)
}

fn has_digit(word: &str) -> bool {
    word.bytes().any(|b| b.is_ascii_digit())
}

fn all_digits(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit())
}

fn drop_care_of(words: &mut Vec<String>) {
    let starts =
        |with: &[&str]| words.len() >= with.len() && words.iter().zip(with).all(|(a, b)| a == b);
    if starts(&["c", "o"]) || starts(&["co"]) || starts(&["care", "of"]) || starts(&["attn"]) {
        let at = words.iter().position(|w| has_digit(w)).unwrap_or(words.len());
        words.drain(..at);
    }
}

/// A hall of residence or a campus; a street that is named after one is none.
fn campus(words: &[String]) -> Option<String> {
    let named_street = |at: usize| words.get(at + 1).is_some_and(|w| street::suffix(w).is_some());
    let found = words.iter().enumerate().any(|(at, word)| match word.as_str() {
        "dorm" | "dormitory" | "dorms" | "campus" | "residencehall" => !named_street(at),
        "hall" => {
            let residence = at > 0 && words.get(at - 1).is_some_and(|w| w == "residence");
            let ends = words.get(at + 1..).is_none_or(|rest| {
                rest.iter().all(|w| {
                    has_digit(w) || street::designator(w).is_some() || w == "#" || w.len() == 1
                })
            });
            let town = at > 0 && words.get(at - 1).is_some_and(|w| w == "town" || w == "city");
            residence || (at > 0 && ends && !town && !words.first().is_some_and(|w| has_digit(w)))
        }
        "university" | "college" => {
            at > 0 && !named_street(at) && !words.first().is_some_and(|w| has_digit(w))
        }
        "student" => {
            words.get(at + 1).is_some_and(|w| w == "housing" || w == "village" || w == "residence")
        }
        _ => false,
    });
    found.then(|| {
        let names: Vec<&str> = words
            .iter()
            .map(String::as_str)
            .filter(|w| {
                !has_digit(w)
                    && *w != "#"
                    && *w != "the"
                    && !matches!(*w, "room" | "rm" | "apt" | "unit")
            })
            .collect();
        names.join(" ")
    })
}

/// Takes `po box 12` and `pmb 12` out of a segment.
fn take_boxes(words: &mut Vec<String>, line: &mut Line) {
    if matches!(words.first().map(String::as_str), Some("rr" | "hc")) {
        return;
    }
    let mut at = 0;
    while at < words.len() {
        let word = |i: usize| words.get(at + i).map(String::as_str).unwrap_or_default();
        let matches = |with: &[&str]| with.iter().enumerate().all(|(i, w)| word(i) == *w);
        let (kind_len, private) = if matches(&["private", "mailbox"]) {
            (2, true)
        } else if matches(&["private", "mail", "box"]) || matches(&["p", "m", "b"]) {
            (3, true)
        } else if matches(&["pmb"]) {
            (1, true)
        } else if matches(&["post", "office", "box"])
            || matches(&["p", "o", "box"])
            || matches(&["p", "o", "bx"])
        {
            (3, false)
        } else if matches(&["po", "box"]) || matches(&["po", "bx"]) {
            (2, false)
        } else if matches(&["pobox"])
            || matches(&["postfach"])
            || (at == 0 && words.len() <= 3 && matches(&["box"]))
        {
            (1, false)
        } else if at > 0 && matches(&["box"]) && has_digit(word(1)) {
            // The box of a mail room inside a building.
            let id = format!("box{}", clean_unit(word(1)));
            line.units.push(id);
            words.drain(at..=at + 1);
            continue;
        } else {
            at += 1;
            continue;
        };
        let skip = usize::from(matches!(word(kind_len), "#" | "no" | "nr" | "number"));
        let id = word(kind_len + skip).to_owned();
        if !has_digit(&id) || id.len() > 12 {
            at += 1;
            continue;
        }
        let id = clean_unit(&id);
        let slot = if private { &mut line.private_box } else { &mut line.po_box };
        slot.get_or_insert(id);
        words.drain(at..=at + kind_len + skip);
    }
}

/// Takes designators and what they designate out of a segment.
fn take_units(words: &mut Vec<String>, units: &mut Vec<String>) {
    // "U4/12" and "unit4/12" are unit 4 of house 12, which the slash alone says.
    if let Some(first) = words.first_mut()
        && let Some(digits) = first.find(|c: char| c.is_ascii_digit())
        && first.contains('/')
        && first.get(..digits).is_some_and(|w| w == "u" || street::designator(w).is_some())
    {
        first.drain(..digits);
    }
    let mut at = 0;
    while at < words.len() {
        let word = words.get(at).map(String::as_str).unwrap_or_default();
        if let Some((unit, len)) = unit_at(words, at, word) {
            words.drain(at..at + len);
            units.extend(unit);
        } else {
            at += 1;
        }
    }
}

/// The unit that begins at a word, and how many words it takes.
fn unit_at(words: &[String], at: usize, word: &str) -> Option<(Option<String>, usize)> {
    let next = |i: usize| words.get(at + i).map(String::as_str).unwrap_or_default();
    // "2nd floor"
    if is_ordinal(word) && street::designator(next(1)).is_some_and(|d| d.abbreviation == "fl") {
        let digits: String = word.chars().filter(char::is_ascii_digit).collect();
        return Some((Some(format!("fl{digits}")), 2));
    }
    // "apt4b", "ste200", and "u4" as in Australia
    let letters = word.len() - word.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
    if letters > 0 && letters < word.len() && words.len() > 1 {
        let (before, after) = word.split_at_checked(letters)?;
        let joined = street::designator(before).filter(|d| d.needs_number || before == "ph");
        if joined.is_some() && letters >= 2 || (before == "u" && at == 0) {
            return split_slash(words, at, after, joined.map_or("", |d| d.abbreviation), 0);
        }
    }
    let hash = word == "#";
    let designator = if hash { None } else { Some(street::designator(word)?) };
    if let Some(d) = designator
        && !d.needs_number
    {
        let last = at + 1 == words.len();
        return match d.abbreviation {
            "ph" if has_digit(next(1)) => Some((Some(format!("ph{}", clean_unit(next(1)))), 2)),
            "ofc" if has_digit(next(1)) => Some((Some(clean_unit(next(1))), 2)),
            short if last && at >= 3 => Some((Some(short.to_owned()), 1)),
            _ => None,
        };
    }
    // "apt # 4b", "unit no 4"
    let skip = usize::from(!hash && matches!(next(1), "#" | "no" | "number" | "num"));
    let id = next(1 + skip);
    let rest = words.len() - (at + 1 + skip).min(words.len());
    let plain_letter = id.len() == 1 && id.bytes().all(|b| b.is_ascii_alphabetic());
    let strict = designator
        .is_some_and(|d| !matches!(d.abbreviation, "apt" | "ste" | "unit" | "rm"))
        || matches!(word, "un" | "su" | "no" | "num" | "number" | "app" | "suit");
    let fits = (has_digit(id) && !is_ordinal(id))
        || (plain_letter && (!strict || rest == 1))
        || (!strict
            && !id.is_empty()
            && id.len() <= 3
            && rest == 1
            && street::suffix(id).is_none());
    if !fits {
        return None;
    }
    // "# 12 Main St" and "No 12 Main St" begin with a house number, not with a unit.
    let numbers_house = at == 0
        && (hash || matches!(word, "no" | "num" | "number"))
        && !next(2 + skip).is_empty()
        && !words.iter().skip(2 + skip).any(|w| has_digit(w) && !is_ordinal(w));
    if numbers_house {
        return Some((None, 1));
    }
    split_slash(words, at, id, designator.map_or("", |d| d.abbreviation), 1 + skip)
}

/// Finishes a unit whose id is `id`, `before` words after its designator: `4/12` is unit 4 of house
/// 12.
fn split_slash(
    words: &[String],
    at: usize,
    id: &str,
    designator: &str,
    before: usize,
) -> Option<(Option<String>, usize)> {
    if let Some((unit, house)) = id.split_once('/')
        && has_digit(house)
        && words.len() > at + before + 1
    {
        // The caller drains whole words, so the house number is left to `take_number` by taking
        // nothing here unless the designator stands alone.
        return (before > 0 && has_digit(unit)).then_some((None, before));
    }
    let next = words.get(at + before + 1).map(String::as_str).unwrap_or_default();
    let after_next_ends = words.len() <= at + before + 2;
    let letter = |w: &str| w.len() == 1 && w.bytes().all(|b| b.is_ascii_alphabetic());
    // "apt 4 b", "apt b 4"
    let split =
        after_next_ends && ((all_digits(id) && letter(next)) || (letter(id) && all_digits(next)));
    let joined = if split { format!("{id}{next}") } else { id.to_owned() };
    let unit = clean_unit(&joined);
    let unit = if designator == "fl" { format!("fl{unit}") } else { unit };
    Some((Some(unit), before + 1 + usize::from(split)))
}

/// A unit without leading zeros and without hyphens that separate nothing: `04-b` is `4b`, `1-21`
/// stays.
fn clean_unit(unit: &str) -> String {
    let mut out = String::with_capacity(unit.len());
    let bytes = unit.as_bytes();
    for (i, c) in unit.char_indices() {
        if c == '-' {
            let digit =
                |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
            if !(digit(i.checked_sub(1)) && digit(Some(i + 1))) {
                continue;
            }
        }
        out.push(c);
    }
    let trimmed = out.trim_start_matches('0');
    if trimmed.is_empty() { out } else { trimmed.to_owned() }
}

fn is_ordinal(word: &str) -> bool {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    all_digits(digits) && matches!(word.get(digits.len()..), Some("st" | "nd" | "rd" | "th"))
}

/// Whether a word can be a house number.
fn is_number(word: &str) -> bool {
    word.len() <= 10 && word.starts_with(|c: char| c.is_ascii_digit()) && !is_ordinal(word)
}

/// The segment that holds the street; a segment of one short word with a digit beside it is a unit.
fn main_segment(segments: &mut Segments, units: &mut Vec<String>) -> Option<Vec<String>> {
    let starts = |s: &Vec<String>| {
        s.len() >= 2 && s.first().is_some_and(|w| is_number(w) || street::number_word(w).is_some())
    };
    if let Some(at) = segments.iter().position(starts) {
        for other in segments.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, s)| s) {
            if let [only] = other.as_slice()
                && has_digit(only)
                && only.len() <= 6
                && !is_ordinal(only)
            {
                units.push(clean_unit(only));
            }
        }
        return segments.get_mut(at).map(std::mem::take);
    }
    // "123, Main Street"
    if segments.len() >= 2
        && segments.first().is_some_and(|s| s.len() == 1 && s.first().is_some_and(|w| is_number(w)))
    {
        let mut first = segments.remove(0);
        first.append(segments.first_mut()?);
        return Some(first);
    }
    // "Rosenheim House, Hauptstr. 5": the number comes last.
    let ends = |s: &Vec<String>| s.len() >= 2 && s.iter().skip(1).any(|w| is_number(w));
    let at = segments.iter().position(ends).unwrap_or(0);
    segments.get_mut(at).map(std::mem::take)
}

/// Words before a number that make it the number of a road.
fn numbers_a_road(word: &str) -> bool {
    matches!(
        word,
        "highway"
            | "hwy"
            | "route"
            | "rte"
            | "rt"
            | "road"
            | "rd"
            | "interstate"
            | "i"
            | "us"
            | "fm"
            | "cr"
            | "sr"
            | "loop"
            | "avenue"
            | "ave"
            | "street"
            | "st"
            | "state"
            | "county"
            | "box"
    )
}

fn take_number(words: &mut Vec<&str>, units: &mut Vec<String>) -> Option<String> {
    let first = *words.first()?;
    if words.len() >= 2
        && let Some(digits) = street::number_word(first)
    {
        words.remove(0);
        return Some(digits.to_owned());
    }
    if is_number(first) {
        words.remove(0);
        if let Some((unit, house)) = first.split_once('/')
            && has_digit(house)
        {
            units.insert(0, clean_unit(unit));
            return Some(clean_number(house));
        }
        let mut number = clean_number(first);
        if words.len() >= 2 && words.first().is_some_and(|w| matches!(*w, "1/2" | "1/4" | "3/4")) {
            number = format!("{number} {}", words.remove(0));
        } else if words.len() >= 3
            && let Some(letter) = words.first().filter(|w| is_house_letter(w))
            && words.get(1).is_some_and(|w| street::suffix(w).is_none())
        {
            number.push_str(letter);
            words.remove(0);
        }
        return Some(number);
    }
    // "RR 2 Box 45"
    if matches!(words.as_slice(), ["rr" | "hc", route, "box", number] if has_digit(route) && has_digit(number))
    {
        return words.pop().map(clean_number);
    }
    // "Regus 12 Oak St": the name of a building before the number.
    let street_follows = |at: usize| {
        let rest = words.get(at + 1..).unwrap_or_default();
        rest.len() >= 2 && rest.iter().rev().take(2).any(|w| street::suffix(w).is_some())
    };
    let named = (1..words.len()).find(|&at| {
        words.get(at).is_some_and(|w| is_number(w))
            && words.get(at - 1).is_some_and(|w| !numbers_a_road(w))
            && street_follows(at)
    });
    if let Some(at) = named {
        words.drain(..at);
        return take_number(words, units);
    }
    // Number last, as in much of Europe and Latin America.
    if words.len() >= 3
        && words.last().is_some_and(|w| is_house_letter(w))
        && words.get(words.len() - 2).is_some_and(|w| all_digits(w))
    {
        let letter = words.pop()?;
        return words.pop().map(|digits| clean_number(digits) + letter);
    }
    let last = *words.last()?;
    let before = words.len().checked_sub(2).and_then(|at| words.get(at)).copied()?;
    if is_number(last) && !numbers_a_road(before) {
        words.pop();
        if let Some((house, unit)) = last.split_once('/') {
            units.push(clean_unit(unit));
            return Some(clean_number(house));
        }
        return Some(clean_number(last));
    }
    // "Hauptstr. 5 Hinterhaus": "str" before a number is a street even where "st" would name a
    // road.
    if is_number(last) && before.ends_with("str") {
        words.pop();
        return Some(clean_number(last));
    }
    None
}

fn is_house_letter(word: &str) -> bool {
    word.len() == 1 && word.bytes().all(|b| b.is_ascii_alphabetic() && !b"nsew".contains(&b))
}

fn clean_number(number: &str) -> String {
    clean_unit(number)
}

/// Street words in their canonical form.
fn canonical_street(words: &[&str]) -> String {
    let mut out: Vec<std::borrow::Cow<'_, str>> = Vec::with_capacity(words.len());
    let mut at = 0;
    while let Some(&word) = words.get(at) {
        let next = words.get(at + 1).copied().unwrap_or_default();
        at += 1;
        if word == "#" {
            continue;
        }
        if let Some(direction) = street::directional(word) {
            // "n e" and "north east" are "ne".
            let pair = match (direction, street::directional(next)) {
                ("n" | "s", Some(second @ ("e" | "w"))) => Some(format!("{direction}{second}")),
                _ => None,
            };
            match pair {
                Some(pair) => {
                    at += 1;
                    out.push(pair.into());
                }
                None => out.push(direction.into()),
            }
        } else if let Some(ordinal) = street::ordinal(word) {
            out.push(ordinal.into());
        } else if word == "saint" || word == "sankt" {
            out.push("st".into());
        } else if word == "doctor" {
            out.push("dr".into());
        } else if all_digits(word)
            && street::suffix(next).is_some()
            && out.last().is_none_or(|w| street::directional(w).is_some())
        {
            out.push(with_ordinal_ending(word).into());
        } else if let Some(stem) = word.strip_suffix("strasse") {
            out.push(if stem.is_empty() { "st".into() } else { format!("{stem}str").into() });
        } else if let Some(suffix) = street::suffix(word) {
            out.push(suffix.into());
        } else {
            out.push(word.into());
        }
    }
    out.join(" ")
}

fn with_ordinal_ending(digits: &str) -> String {
    let ending = match (
        digits.ends_with("11") || digits.ends_with("12") || digits.ends_with("13"),
        digits.chars().last(),
    ) {
        (false, Some('1')) => "st",
        (false, Some('2')) => "nd",
        (false, Some('3')) => "rd",
        _ => "th",
    };
    format!("{digits}{ending}")
}
