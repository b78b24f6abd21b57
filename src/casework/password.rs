//! Passwords: which are accepted and how they are kept. Not responsible for trying them too often (`throttle`).
//!
//! Accepted is what NIST SP 800-63B-4 section 3.1.1 asks for: length instead of kinds of characters, no forced change,
//! any Unicode, nothing that is guessed first. Guessing is estimated by `zxcvbn`, which knows the common passwords,
//! names, dates and keyboard walks; whatever surrounds the user (own name, "ringer") counts as known.
//!
//! Kept is Argon2id with 19 MiB, 2 passes and 1 lane (OWASP Password Storage Cheat Sheet), in PHC form, so that the
//! numbers can be raised later and old hashes still open.
//!
//! Invariant: a `Password` was accepted once; its text is never printed and never kept.

use crate::casework::{AccountsError, UserName};
use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc},
};
use serde::{Deserialize, Serialize};
use std::{fmt, sync::LazyLock};
use unicode_normalization::UnicodeNormalization;

/// Characters at least.
const SHORTEST: usize = 12;
/// Characters at most: beyond it hashing itself would be a way to keep the server busy.
const LONGEST: usize = 128;

/// A password that was accepted.
#[derive(Clone)]
pub struct Password(String);

/// Why a password is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    /// Too few characters.
    #[error(
        "a password has at least {SHORTEST} characters; four or five words that nobody would put together do well"
    )]
    Short,
    /// Too many characters.
    #[error("a password has at most {LONGEST} characters")]
    Long,
    /// Guessed early.
    #[error("this password is among those that are guessed first; take several unrelated words")]
    Guessable,
}

/// What is kept of a password.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PasswordHash(String);

/// What is verified against when there is no such user, so that an unknown name takes as long as a known one.
static NOBODY: LazyLock<Option<PasswordHash>> =
    LazyLock::new(|| PasswordHash::of("a password that nobody has").ok());

/// The same text however it was typed: composed or not.
fn composed(text: &str) -> String {
    text.nfc().take(4 * LONGEST).collect()
}

impl Password {
    /// Accepts a password for somebody of this name.
    ///
    /// # Errors
    /// Says why it is too weak.
    pub fn accept(text: &str, name: &UserName) -> Result<Self, WeakPassword> {
        let text = composed(text);
        match text.chars().count() {
            n if n < SHORTEST => return Err(WeakPassword::Short),
            n if n > LONGEST => return Err(WeakPassword::Long),
            _ => {}
        }
        let around: Vec<String> = name
            .as_str()
            .split(|c: char| !c.is_alphanumeric())
            .chain(["ringer"])
            .filter(|word| word.chars().count() >= 3)
            .map(str::to_lowercase)
            .collect();
        // What is known of the user counts for nothing: the rest has to be a password by itself.
        let own = around.iter().fold(text.to_lowercase(), |rest, word| rest.replace(word, ""));
        if own.chars().count() < SHORTEST / 2 || u8::from(zxcvbn::zxcvbn(&text, &[]).score()) < 3 {
            return Err(WeakPassword::Guessable);
        }
        Ok(Self(text))
    }

    /// What is kept of it. Takes some tens of milliseconds, on purpose.
    ///
    /// # Errors
    /// When the system has no randomness for the salt.
    pub fn hash(&self) -> Result<PasswordHash, AccountsError> {
        PasswordHash::of(&self.0)
    }
}

impl PasswordHash {
    fn of(text: &str) -> Result<Self, AccountsError> {
        let hash = Argon2::default()
            .hash_password(text.as_bytes())
            .map_err(|e| AccountsError::Hashing(e.to_string()))?;
        Ok(Self(hash.to_string()))
    }

    /// Whether somebody typed this password. Takes as long as hashing; a damaged hash opens for nobody.
    #[must_use]
    pub fn is_of(&self, typed: &str) -> bool {
        let typed = composed(typed);
        phc::PasswordHash::new(&self.0)
            .is_ok_and(|hash| Argon2::default().verify_password(typed.as_bytes(), &hash).is_ok())
    }

    /// Takes as long as `is_of`, for a name that nobody has.
    pub fn of_nobody(typed: &str) {
        if let Some(hash) = &*NOBODY {
            std::hint::black_box(hash.is_of(typed));
        }
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ann() -> UserName {
        "ann.whitfield".parse().unwrap()
    }

    #[test]
    fn length_counts_and_kinds_of_characters_do_not() {
        for fine in [
            "plum otter granite lantern",
            "żółw pod starym mostem",
            "六月のとても青い空と長い影です",
        ] {
            assert!(Password::accept(fine, &ann()).is_ok(), "{fine}");
        }
        let refused = |text: &str| Password::accept(text, &ann()).unwrap_err();
        assert_eq!(refused("Ab1!Ab1!"), WeakPassword::Short);
        assert_eq!(refused(&"x".repeat(129)), WeakPassword::Long);
        for guessed in
            ["password1234", "qwertyuiop12", "annwhitfield1", "ringerringer", "aaaaaaaaaaaa"]
        {
            assert_eq!(refused(guessed), WeakPassword::Guessable, "{guessed}");
        }
    }

    #[test]
    fn a_hash_opens_for_its_password_alone_however_that_was_composed() {
        let hash =
            Password::accept("cafe\u{301} plum otter granite", &ann()).unwrap().hash().unwrap();
        assert!(hash.is_of("café plum otter granite"));
        assert!(!hash.is_of("cafe plum otter granite") && !hash.is_of(""));
        assert!(hash.0.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(!PasswordHash("$argon2id$nonsense".into()).is_of("anything at all"));
        assert!(!format!("{hash:?}").contains("argon2"));
    }
}
