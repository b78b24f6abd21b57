//! Secrets that machines make: session cookies, invitations, API tokens. Not responsible for what people type
//! (`password`).
//!
//! A secret has 256 bits of the operating system's randomness, so one pass of SHA-256 keeps it: nobody can try them
//! out. Only the hash is ever stored.
//!
//! Invariant: a secret is never printed by `Debug`; hashes are compared in a time that does not depend on where they
//! differ.

use crate::casework::AccountsError;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;

/// A secret in clear, to be shown once.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

/// What is kept of it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SecretHash(String);

impl Secret {
    /// A fresh one: 32 bytes from the operating system, in hexadecimal.
    ///
    /// # Errors
    /// When the system has none to give.
    pub fn fresh() -> Result<Self, AccountsError> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|e| AccountsError::NoRandomness(e.to_string()))?;
        Ok(Self(hexadecimal(&bytes)))
    }

    /// The one that somebody presents; whatever it is, it only ever gets hashed.
    #[must_use]
    pub fn presented(text: &str) -> Self {
        Self(text.chars().take(200).collect())
    }

    /// In clear.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    #[must_use]
    pub fn hash(&self) -> SecretHash {
        SecretHash(hexadecimal(&Sha256::digest(self.0.as_bytes())))
    }
}

impl SecretHash {
    /// Whether it is the hash of this secret.
    #[must_use]
    pub fn is_of(&self, secret: &Secret) -> bool {
        let other = secret.hash();
        let differing = self.0.bytes().zip(other.0.bytes()).fold(0, |acc, (a, b)| acc | (a ^ b));
        self.0.len() == other.0.len() && differing == 0
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_opens_its_own_hash_and_shows_itself_nowhere() {
        let (a, b) = (Secret::fresh().unwrap(), Secret::fresh().unwrap());
        assert_ne!(a, b);
        assert_eq!(a.reveal().len(), 64);
        assert!(a.hash().is_of(&Secret::presented(a.reveal())) && !a.hash().is_of(&b));
        let printed = format!("{a:?}{:?}", a.hash());
        assert!(!printed.contains(&a.reveal()[..8]), "{printed}");
        let damaged: SecretHash = serde_json::from_str("\"\"").unwrap();
        assert!(!damaged.is_of(&a));
    }
}
