//! A page of plain text, 78 columns wide, that is read in any editor and pasted into any form. Not responsible for what it
//! says.
//!
//! Invariant: no line is wider than 78 columns but for a single word that is; no line ends in a blank.

use crate::referral::plain::plain;

/// Columns of a line.
const WIDTH: usize = 78;

/// A page of plain text.
#[derive(Debug, Default)]
pub struct Prose(String);

impl Prose {
    /// An empty page.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A line over a rule.
    pub fn title(&mut self, text: &str) {
        self.paragraph(text);
        self.0.push_str(&"=".repeat(width(text).min(WIDTH)));
        self.0.push('\n');
    }

    /// A section: a blank line, its name, a thin rule.
    pub fn section(&mut self, text: &str) {
        self.blank();
        self.paragraph(text);
        self.0.push_str(&"-".repeat(width(text).min(WIDTH)));
        self.0.push('\n');
    }

    /// A blank line.
    pub fn blank(&mut self) {
        self.0.push('\n');
    }

    /// A paragraph from the margin.
    pub fn paragraph(&mut self, text: &str) {
        self.wrap("", "", text);
    }

    /// A field: `Name: value`, going on indented.
    pub fn field(&mut self, name: &str, value: &str) {
        self.wrap("", "    ", &format!("{name}: {value}"));
    }

    /// A field of several values: one value as a field, more as a list below the name; none says what `none` says.
    pub fn fields(&mut self, name: &str, values: &[String], none: &str) {
        match values {
            [] => self.field(name, none),
            [one] => self.field(name, one),
            more => {
                self.paragraph(&format!("{name}:"));
                for value in more {
                    self.item(value);
                }
            }
        }
    }

    /// An item of a list.
    pub fn item(&mut self, text: &str) {
        self.wrap("  - ", "    ", text);
    }

    /// A numbered step.
    pub fn step(&mut self, no: usize, text: &str) {
        self.wrap(&format!("{no:>2}. "), "    ", text);
    }

    /// The page.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.0.into_bytes()
    }

    fn wrap(&mut self, first: &str, others: &str, text: &str) {
        let shown = plain(text);
        let mut line = first.to_owned();
        let mut has_word = false;
        for word in shown.split_whitespace() {
            if has_word && width(&line) + 1 + width(word) > WIDTH {
                self.0.push_str(&line);
                self.0.push('\n');
                line = others.to_owned();
                has_word = false;
            }
            if has_word {
                line.push(' ');
            }
            line.push_str(word);
            has_word = true;
        }
        self.0.push_str(line.trim_end());
        self.0.push('\n');
    }
}

/// Columns a text takes on a screen of fixed width: two for what East Asian scripts write wide. O(length).
fn width(text: &str) -> usize {
    text.chars().map(|c| if is_wide(c) { 2 } else { 1 }).sum()
}

/// Unicode Standard Annex 11, in blocks.
fn is_wide(c: char) -> bool {
    matches!(c,
        '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}' | '\u{1f300}'..='\u{1faff}' | '\u{20000}'..='\u{3fffd}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_page_is_titled_wrapped_and_indented() {
        let mut page = Prose::new();
        page.title("Title");
        page.section("1. One");
        page.field("Name", &"word ".repeat(20));
        page.fields("Phones", &["1".to_owned(), "2".to_owned()], "not held");
        page.fields("Money", &[], "not held");
        let text = String::from_utf8(page.into_bytes()).unwrap();
        assert!(text.starts_with("Title\n=====\n\n1. One\n------\nName: word word"));
        assert!(text.contains("\n    word word"));
        assert!(text.ends_with("Phones:\n  - 1\n  - 2\nMoney: not held\n"));
    }

    proptest! {
        #[test]
        fn no_line_is_too_wide_but_for_one_word(text in "([a-z李]{1,12}|\\PC{1,8}|[\\n\\t ]){0,60}") {
            let mut page = Prose::new();
            page.item(&text);
            for line in String::from_utf8(page.into_bytes()).unwrap().lines() {
                let words = line.trim_start_matches("  - ").split_whitespace().count();
                prop_assert!(width(line) <= WIDTH || words <= 1, "{line}");
                prop_assert!(!line.ends_with(' '));
            }
        }
    }
}
