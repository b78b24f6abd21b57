//! Outside text as a page may show it. Not responsible for its layout.
//!
//! Invariant: every character that is shown has a glyph, and none changes how its neighbors look without being seen
//! itself: what would is shown by its number, as `‹U+202E›`.

use super::fonts;
use serde_json::Value;
use std::{borrow::Cow, fmt::Write};
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

/// So many characters of one text are shown at most; then it says how long it is. A page holds about as many.
pub const LONGEST_TEXT: usize = 4_000;

/// So many marks and joiners in a row are shown; more are only counted. No language needs more, and the time and
/// memory to draw a heap of them grow with its square.
const MARKS: usize = 6;
/// So many lines of one text end where they end; the rest runs on.
const LINES: usize = 60;
/// A word of more letters gets places to break.
const LONG_WORD: usize = 28;
/// Letters between two places to break.
const PIECE: usize = 8;

/// A text as a page may show it: lines end with `\n`, and after 60 of them the rest runs on; control characters, characters that turn the direction of
/// others, invisible ones and those that no font has are shown by their number; a heap of marks on one letter is
/// counted; a text over [`LONGEST_TEXT`] characters is cut and says so. O(length).
#[must_use]
pub fn shown(text: &str) -> Cow<'_, str> {
    if text.len() <= LONGEST_TEXT && text.bytes().all(|b| (b' '..=b'~').contains(&b)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len().min(4 * LONGEST_TEXT));
    let mut chars = text.chars().peekable();
    let mut n = 0;
    let (mut heap, mut lines) = (0, 0);
    while let Some(c) = chars.next() {
        if n == LONGEST_TEXT {
            let all = n + 1 + chars.count();
            let _ = write!(out, " … (cut here; it has {all} characters)");
            break;
        }
        n += 1;
        heap = if is_mark(c) { heap + 1 } else { 0 };
        if heap > MARKS {
            if !chars.peek().is_some_and(|&next| is_mark(next)) || n == LONGEST_TEXT {
                let _ = write!(out, "‹and {} marks›", heap - MARKS);
            }
            continue;
        }
        match c {
            '\r' | '\n' | '\u{2028}' | '\u{2029}' => {
                if c == '\r' {
                    chars.next_if_eq(&'\n');
                }
                lines += 1;
                out.push(if lines < LINES { '\n' } else { ' ' });
            }
            '\t' => out.push(' '),
            c => push(&mut out, c),
        }
    }
    Cow::Owned(out)
}

/// What is drawn on or joins its neighbors.
fn is_mark(c: char) -> bool {
    is_combining_mark(c) || matches!(c, '\u{200c}'..='\u{200f}' | '\u{61c}')
}

/// The same with places to break in long words, none within a letter and its marks. Taken for strings only, since a
/// place to break is a character that nobody sees.
fn breakable(text: &mut String) {
    let is_long = |word: &str| word.len() > LONG_WORD && word.chars().nth(LONG_WORD).is_some();
    if !text.split(char::is_whitespace).any(is_long) {
        return;
    }
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for part in text.split_inclusive(char::is_whitespace) {
        let word = part.trim_end();
        if !is_long(word) {
            out.push_str(part);
            continue;
        }
        for (i, letter) in word.graphemes(true).enumerate() {
            if i > 0 && i % PIECE == 0 {
                out.push('\u{200b}');
            }
            out.push_str(letter);
        }
        out.push_str(part.get(word.len()..).unwrap_or_default());
    }
    *text = out;
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
        '\u{200c}'..='\u{200f}'
        | '\u{61c}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{e0100}'..='\u{e01ef}' => true,
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

/// Makes every string of the data one that a page may show, keys too; long words of strings get places to break.
pub(super) fn make_shown(value: &mut Value) {
    match value {
        Value::String(text) => {
            if let Cow::Owned(other) = shown(text) {
                *text = other;
            }
            breakable(text);
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
        for name in [
            "Zoë Ångström",
            "محمد‌علی",
            "श्रीमान्",
            "김민수",
            "王小明",
            "さくら",
            "O’Brien",
            "Ἀλέξανδρος",
        ] {
            assert_eq!(shown(name), name);
        }
    }

    #[test]
    fn a_long_text_is_cut_and_says_how_long_it_is() {
        let text = shown(&"x".repeat(1 << 20)).into_owned();
        assert!(text.ends_with("x … (cut here; it has 1048576 characters)"));
        assert_eq!(shown(&"é".repeat(LONGEST_TEXT)).chars().count(), LONGEST_TEXT);
        assert!(shown(&"é".repeat(LONGEST_TEXT + 1)).ends_with("it has 4001 characters)"));
    }

    #[test]
    fn a_text_of_very_many_lines_runs_on() {
        let text = shown(&"a\n".repeat(1_000)).into_owned();
        assert_eq!((text.matches('\n').count(), text.matches("a ").count()), (59, 941));
    }

    #[test]
    fn a_heap_of_marks_is_counted() {
        let heap = |n| format!("a{}b", "\u{301}".repeat(n));
        assert_eq!(shown(&heap(MARKS)), heap(MARKS));
        assert_eq!(shown(&heap(MARKS + 3)), heap(MARKS).replace('b', "‹and 3 marks›b"));
        let long = shown(&heap(50_000)).into_owned();
        assert!(long.contains("‹and 3993 marks› … (cut here; it has 50002 characters)"), "{long}");
    }

    #[test]
    fn a_long_word_may_break_between_its_letters_and_a_short_one_is_left() {
        let broken = |text: &str| {
            let mut value = json!(text);
            make_shown(&mut value);
            value.as_str().unwrap().to_owned()
        };
        let digest = "0123456789abcdef0123456789abcdef";
        assert_eq!(broken(digest), "01234567\u{200b}89abcdef\u{200b}01234567\u{200b}89abcdef");
        assert_eq!(broken(&format!("see {digest} ")), format!("see {} ", broken(digest)));
        let marked = "e\u{301}".repeat(30);
        assert!(broken(&marked).split('\u{200b}').all(|piece| piece.starts_with('e')));
        let words = "an ordinary sentence of many words, none of which is long";
        assert_eq!(broken(words), words);
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
