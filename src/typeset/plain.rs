//! Outside text as a page may show it. Not responsible for its layout.
//!
//! Invariant: every character that is shown has a glyph, and none changes how its neighbors look without being seen
//! itself: what would is shown by its number, as `‹U+202E›`.

use super::fonts;
use serde_json::Value;
use std::{borrow::Cow, fmt::Write};

/// So many characters of one text are shown at most; then it says how long it is. A page holds about 4,000.
pub const LONGEST_TEXT: usize = 10_000;

/// A text as a page may show it: lines end with `\n`; control characters, characters that turn the direction of
/// others, invisible ones and those that no font has are shown by their number; a text over [`LONGEST_TEXT`]
/// characters is cut and says so. O(length).
#[must_use]
pub fn shown(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| b == b'\n' || (b' '..=b'~').contains(&b)) && text.len() <= LONGEST_TEXT {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len().min(4 * LONGEST_TEXT));
    let mut chars = text.chars().peekable();
    let mut n = 0;
    while let Some(c) = chars.next() {
        if n == LONGEST_TEXT {
            let all = n + 1 + chars.count();
            let _ = write!(out, " … (cut here; it has {all} characters)");
            break;
        }
        n += 1;
        match c {
            '\r' => {
                chars.next_if_eq(&'\n');
                out.push('\n');
            }
            '\n' | '\u{2028}' | '\u{2029}' => out.push('\n'),
            '\t' => out.push(' '),
            c => push(&mut out, c),
        }
    }
    Cow::Owned(out)
}

fn push(out: &mut String, c: char) {
    if is_shown(c) {
        out.push(c);
    } else {
        let _ = write!(out, "‹U+{:04X}›", u32::from(c));
    }
}

fn is_shown(c: char) -> bool {
    match c {
        ' '..='~' => true,
        // Joiners and marks of direction, without which some scripts are misspelled, and variants of a glyph.
        '\u{200c}'..='\u{200f}' | '\u{61c}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => true,
        // What is there and cannot be seen.
        '\u{ad}'
        | '\u{34f}'
        | '\u{115f}'..='\u{1160}'
        | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{3164}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e0fff}' => false,
        c if c.is_control() => false,
        c if c.is_whitespace() => true,
        c => fonts::covers(c),
    }
}

/// Makes every string of the data one that a page may show, keys too.
pub(super) fn make_shown(value: &mut Value) {
    match value {
        Value::String(text) => {
            if let Cow::Owned(other) = shown(text) {
                *text = other;
            }
        }
        Value::Array(values) => values.iter_mut().for_each(make_shown),
        Value::Object(entries) => {
            for (key, mut value) in std::mem::take(entries) {
                make_shown(&mut value);
                let key = shown(&key).into_owned();
                entries.insert(key, value);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A drawing whose every character has a glyph. What is replaced can only stand in texts, since the rest of an SVG is
/// ASCII.
pub(super) fn drawable(svg: &str) -> String {
    let mut out = String::with_capacity(svg.len());
    for c in svg.chars() {
        if c.is_ascii_whitespace() { out.push(c) } else { push(&mut out, c) }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn what_cannot_be_seen_or_turns_the_text_is_shown_by_its_number() {
        assert_eq!(shown("exe\u{202e}fdp.cv"), "exe‹U+202E›fdp.cv");
        assert_eq!(shown("a\u{0}b\u{200b}c\u{feff}"), "a‹U+0000›b‹U+200B›c‹U+FEFF›");
        assert_eq!(shown("\u{e000} \u{10ffff}"), "‹U+E000› ‹U+10FFFF›");
        assert_eq!(shown("a\r\nb\rc\u{2028}d\te"), "a\nb\nc\nd e");
    }

    #[test]
    fn names_stay_as_they_are_written() {
        for name in ["Zoë Ångström", "محمد‌علی", "श्रीमान्", "김민수", "王小明", "さくら", "O’Brien", "Ἀλέξανδρος"] {
            assert_eq!(shown(name), name);
        }
    }

    #[test]
    fn a_long_text_is_cut_and_says_how_long_it_is() {
        let text = shown(&"x".repeat(1 << 20)).into_owned();
        assert!(text.ends_with("x … (cut here; it has 1048576 characters)"));
        assert_eq!(shown(&"é".repeat(LONGEST_TEXT)).chars().count(), LONGEST_TEXT);
        assert!(shown(&"é".repeat(LONGEST_TEXT + 1)).ends_with("it has 10001 characters)"));
    }

    #[test]
    fn every_string_of_the_data_is_shown_and_nothing_else_changes() {
        let mut data = json!({"a\u{0}": ["\u{202e}", 1, null, {"b": "\t"}], "c": true});
        make_shown(&mut data);
        assert_eq!(data, json!({"a‹U+0000›": ["‹U+202E›", 1, null, {"b": " "}], "c": true}));
    }

    proptest! {
        #[test]
        fn what_is_shown_needs_no_second_showing(text in "\\PC{0,40}|[\\x00-\\x{10ffff}]{0,20}") {
            let once = shown(&text).into_owned();
            prop_assert_eq!(shown(&once), once.as_str());
        }
    }
}
