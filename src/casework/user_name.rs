//! The name somebody signs in under and judges under. Not responsible for who exists.
//!
//! Invariant: 2 to 64 characters, none of which hides or reorders others; two names that fold to the same text are
//! one name, so that nobody can sign as a look-alike.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use unicode_normalization::UnicodeNormalization;

/// A user's name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UserName(String);

/// Why a text is no user name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" cannot be a user name: take 2 to 64 letters, digits, dots, hyphens, underscores, @ or single spaces \
     between words"
)]
pub struct BadUserName(String);

impl UserName {
    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What two names of one user have in common: compatibility form, lower case.
    #[must_use]
    pub fn folded(&self) -> String {
        self.0.nfkc().collect::<String>().to_lowercase()
    }
}

impl FromStr for UserName {
    type Err = BadUserName;

    fn from_str(text: &str) -> Result<Self, BadUserName> {
        let name: String = text.trim().nfc().take(200).collect();
        let length = name.chars().count();
        let allowed =
            |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '@' | ' ' | '\'');
        if !(2..=64).contains(&length) || !name.chars().all(allowed) || name.contains("  ") {
            return Err(BadUserName(name.chars().filter(|c| !c.is_control()).take(80).collect()));
        }
        Ok(Self(name))
    }
}

impl TryFrom<String> for UserName {
    type Error = BadUserName;

    fn try_from(text: String) -> Result<Self, BadUserName> {
        text.parse()
    }
}

impl From<UserName> for String {
    fn from(name: UserName) -> Self {
        name.0
    }
}

impl fmt::Display for UserName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_people_and_mailboxes_are_names_and_tricks_are_not() {
        for fine in ["ann", "Ann O'Neil", "j.doe@example.com", "Łukasz", "李 雷"] {
            assert_eq!(fine.parse::<UserName>().unwrap().as_str(), fine);
        }
        for bad in ["", "a", "a\u{202e}b", "a\nb", "<b>", "a  b", "x\u{200b}y", &"a".repeat(65)] {
            assert!(bad.parse::<UserName>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn look_alikes_by_case_or_width_are_one_name() {
        let folded = |text: &str| text.parse::<UserName>().unwrap().folded();
        assert_eq!(folded("Ann"), folded("ANN"));
        assert_eq!(folded("ａｎｎ"), folded("ann"));
    }
}
