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
}
