//! Text as a cell that no spreadsheet runs as a formula: the one guard of every CSV that leaves. Not responsible for quoting,
//! which is the writer's.
//!
//! Spreadsheets look at what a cell says once quotes are off, and some first take away blanks, invisible characters or the
//! difference between `＝` and `=`; so does the guard. An apostrophe in front makes a cell a text everywhere. See OWASP, "CSV
//! Injection".
//!
//! Invariant: no guarded cell begins like a formula, whatever blanks, quotes or invisible characters stand before it; a cell
//! that does not begin so is left as it is.

use std::borrow::Cow;

/// The text, with an apostrophe in front where a spreadsheet would take it for a formula. O(leading blanks).
#[must_use]
pub fn guarded(text: &str) -> Cow<'_, str> {
    if begins_like_a_formula(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// Whether a spreadsheet would, or after some tidying might, take the text for a formula.
#[must_use]
pub fn begins_like_a_formula(text: &str) -> bool {
    // A tab or a line break in front opens another cell when such a file is pasted.
    text.starts_with(['\t', '\r', '\n'])
        || text.chars().find(|&c| !is_passed_over(c)).is_some_and(|c| {
            matches!(
                c,
                '=' | '+' | '-' | '@'
                    // Minus sign; what compatibility forms are of these four: small, full width, raised and lowered.
                    | '\u{2212}'
                    | '\u{fe62}' | '\u{fe63}' | '\u{fe66}' | '\u{fe6b}'
                    | '\u{ff0b}' | '\u{ff0d}' | '\u{ff1d}' | '\u{ff20}'
                    | '\u{207a}'..='\u{207c}'
                    | '\u{208a}'..='\u{208c}'
            )
        })
}

/// Whether some program takes the character away before it looks.
fn is_passed_over(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '"' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_a_spreadsheet_would_run_gets_an_apostrophe_and_nothing_else_does() {
        for formula in [
            "=cmd|' /C calc'!A0",
            "+1 202 555 0143",
            "-1+1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n1",
            "  =1",
            "\u{feff}=1",
            "\u{200b}\u{a0}-1",
            "\"=1\"",
            "\u{0}=1",
            "＝1",
            "＋1",
            "－1",
            "＠a",
            "\u{2212}1",
        ] {
            assert_eq!(guarded(formula), format!("'{formula}"), "{formula:?}");
        }
        for text in [
            "",
            " ",
            "Ann",
            "a=1",
            "a-b",
            "'=1",
            "(202) 555-0143",
            "李小龍",
            "1-2",
            "ann@example.com",
        ] {
            assert_eq!(guarded(text), text);
        }
    }

    proptest! {
        #[test]
        fn no_guarded_cell_begins_like_a_formula(
            text in "[ \\t\\r\\n\"'=+\\-@\u{feff}\u{200b}\u{a0}＝＋－＠\u{2212}a1]{0,8}|\\PC*",
        ) {
            let cell = guarded(&text);
            prop_assert!(!begins_like_a_formula(&cell));
            prop_assert_eq!(guarded(&cell), &*cell, "once is enough");
            prop_assert!(*cell == text || *cell == format!("'{text}"), "nothing else is changed");
        }
    }
}
