//! Outside text as it may stand on one line of any file: what is invisible is shown, what breaks lines is a blank. Not
//! responsible for quoting (each form's own) nor for formulas (`model::spreadsheet`); the exact bytes are in `originals/`.
//!
//! Invariant: no control character, no direction mark and nothing that XML 1.0 forbids is left; what is plain is not changed.

use std::{borrow::Cow, fmt::Write};

/// The text on one line: line breaks and tabs as a blank; other control characters, direction marks and characters that
/// show nothing as `<U+202E>`, since they are evidence too. Joiners stay, because scripts need them. O(length).
#[must_use]
pub fn plain(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| breaks(c) || is_hidden(c)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\r' && chars.peek() == Some(&'\n') {
            continue;
        }
        if breaks(c) {
            out.push(' ');
        } else if is_hidden(c) {
            let _ = write!(out, "<U+{:04X}>", u32::from(c));
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// JSON with what is invisible in its strings written as `\\u202e`: it says the same to programs, and shows to people.
/// O(length).
#[must_use]
pub fn plain_json(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        // Below the blank it is layout: in strings the writer has escaped it.
        if c < ' ' || !(breaks(c) || is_hidden(c)) {
            out.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
    out
}

/// Whether it ends a line, or stands for a gap, in some program.
fn breaks(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\u{b}' | '\u{c}' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Whether it acts or hides rather than shows.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
        // Never characters: the last two of each plane, and a row of one; XML forbids some of them.
        || (u32::from(c) & 0xfffe) == 0xfffe
        || matches!(c, '\u{fdd0}'..='\u{fdef}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn json_shows_what_hides() {
        assert_eq!(plain_json("\"a\u{202e}\u{e0041}é\""), "\"a\\u202e\\udb40\\udc41é\"");
    }

    #[test]
    fn what_hides_is_shown_and_what_breaks_a_line_is_a_blank() {
        for (given, shown) in [
            ("a\r\nb\tc\u{2028}d", "a b c d"),
            ("a\u{202e}b\u{0}", "a<U+202E>b<U+0000>"),
            ("\u{feff}x\u{fffe}", "<U+FEFF>x<U+FFFE>"),
            ("\u{e0041}", "<U+E0041>"),
            ("", ""),
        ] {
            assert_eq!(plain(given), shown);
        }
        for same in ["عادل", "अनिल क्\u{200d}ष", "陈晓明", "O'Hara & <b>", "\u{2764}\u{fe0f}"]
        {
            assert!(matches!(plain(same), Cow::Borrowed(text) if text == same), "{same}");
        }
    }

    proptest! {
        #[test]
        fn plain_json_says_the_same(text in "(?s:.){0,40}") {
            let json = plain_json(&serde_json::to_string(&text).unwrap());
            prop_assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
            prop_assert!(!json.chars().any(|c| breaks(c) || is_hidden(c)));
        }

        #[test]
        fn nothing_is_left_that_breaks_lines_or_hides(text in "(?s:.){0,40}") {
            let shown = plain(&text);
            prop_assert!(!shown.chars().any(|c| breaks(c) || is_hidden(c)));
            prop_assert_eq!(plain(&shown), &*shown, "once is enough");
        }
    }
}
