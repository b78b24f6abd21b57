//! The policy: every number that decides, on one screen, each with its reason. Not responsible for applying them.
//!
//! Invariant: pure data; its hash is stamped on everything computed under it.

use crate::model::Bits;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The numbers that decide.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// Two applications are one person from this many bits on, prior included.
    pub same_person: Bits,
}

impl Default for Policy {
    fn default() -> Self {
        Self { same_person: Bits::new(4.0) }
    }
}

impl Policy {
    /// Hash of the policy: the first 12 hexadecimal digits of the SHA-256 of its JSON.
    #[must_use]
    pub fn hash(&self) -> String {
        let json = serde_json::to_vec(self).unwrap_or_default();
        let digest = Sha256::digest(&json);
        digest.iter().take(6).map(|b| format!("{b:02x}")).collect()
    }
}
