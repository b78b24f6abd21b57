//! Sentences whose nouns are links. Not responsible for their words.
//!
//! Invariant: a piece is text, never markup; the template escapes it.

/// A piece of a sentence, a link where it leads somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The words.
    pub text: String,
    /// Where they lead; empty when nowhere.
    pub href: String,
}

impl Piece {
    /// Words that lead nowhere.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), href: String::new() }
    }

    /// Words that lead somewhere.
    #[must_use]
    pub fn link(text: impl Into<String>, href: impl Into<String>) -> Self {
        Self { text: text.into(), href: href.into() }
    }
}

/// Nouns in a row: `a`, `a and b`, `a, b and c`.
#[must_use]
pub fn listed(items: Vec<Piece>) -> Vec<Piece> {
    let n = items.len();
    let mut pieces = Vec::with_capacity(2 * n);
    for (i, item) in items.into_iter().enumerate() {
        match (i, n - i) {
            (0, _) => {}
            (_, 1) => pieces.push(Piece::text(" and ")),
            _ => pieces.push(Piece::text(", ")),
        }
        pieces.push(item);
    }
    pieces
}

/// A number with the right form of its noun: `1 phone`, `3 phones`.
#[must_use]
pub fn count(n: usize, one: &str, several: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {several}") }
}

/// A number with its digits in groups of three: `4,812`.
#[must_use]
pub fn grouped(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// At most `limit` characters, the last an ellipsis when something was left out.
#[must_use]
pub fn shortened(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(limit.saturating_sub(1)).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nouns_are_listed_as_people_write_them() {
        let said = |words: &[&str]| -> String {
            listed(words.iter().map(|w| Piece::text(*w)).collect())
                .into_iter()
                .map(|p| p.text)
                .collect()
        };
        assert_eq!(said(&[]), "");
        assert_eq!(said(&["a"]), "a");
        assert_eq!(said(&["a", "b"]), "a and b");
        assert_eq!(said(&["a", "b", "c"]), "a, b and c");
    }

    #[test]
    fn digits_stand_in_groups_of_three() {
        let said = [0, 12, 999, 1_000, 45_678, 1_234_567].map(grouped);
        assert_eq!(said, ["0", "12", "999", "1,000", "45,678", "1,234,567"]);
    }

    #[test]
    fn shortening_counts_characters_and_not_bytes() {
        assert_eq!(shortened("żółć", 4), "żółć");
        assert_eq!(shortened("żółćż", 4), "żół…");
    }
}
