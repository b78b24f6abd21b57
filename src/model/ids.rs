//! Identifiers as validated newtypes: the only way in is `FromStr` (or a derivation from content), so an
//! id that exists is a well-formed id. Not responsible for looking anything up.
//!
//! Invariant: `id.to_string().parse() == Ok(id)`, and serde goes through the same validation.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use xxhash_rust::xxh3::xxh3_64;

/// Why a text is not an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{value}\" is not {expected}")]
pub struct IdError {
    /// What was given, shortened to 80 characters.
    pub value: String,
    /// What would have been accepted.
    pub expected: &'static str,
}

impl IdError {
    fn new(value: &str, expected: &'static str) -> Self {
        Self { value: value.chars().take(80).collect(), expected }
    }
}

/// Crockford's base 32 in lower case: no letter is mistaken for a digit when read aloud.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// The low 60 bits of `n` as 12 characters of Crockford base 32.
#[must_use]
pub fn base32(n: u64) -> String {
    (0..12)
        .rev()
        .filter_map(|i| ALPHABET.get(usize::try_from((n >> (5 * i)) & 31).ok()?).copied())
        .map(char::from)
        .collect()
}

/// The number that characters of base 32 write.
fn number(text: &str) -> u64 {
    text.bytes()
        .fold(0, |n, b| (n << 5) | ALPHABET.iter().position(|&c| c == b).unwrap_or(0) as u64)
}

fn is_base32(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| ALPHABET.contains(&b))
}

/// Declares an id that Ringer makes itself: a prefix, an underscore and 12 characters of base 32.
macro_rules! decl_id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// What every id of this kind starts with.
            pub const PREFIX: &'static str = $prefix;

            /// The id that belongs to `content`: the same content gives the same id, on any machine (XXH3,
            /// format version 1).
            #[must_use]
            pub fn derive(content: &str) -> Self {
                let hash = xxh3_64(format!("ringer:1:{}:{content}", $prefix).as_bytes());
                Self(format!("{}_{}", $prefix, base32(hash)))
            }

            /// The number that the id writes: the low 60 bits of the hash it was derived by.
            #[must_use]
            pub fn number(&self) -> u64 {
                number(self.0.get($prefix.len() + 1..).unwrap_or(""))
            }

            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                match text.strip_prefix(concat!($prefix, "_")) {
                    Some(rest) if is_base32(rest) => Ok(Self(text.to_owned())),
                    _ => Err(IdError::new(
                        text,
                        concat!("an id of the form ", $prefix, "_ and 12 letters or digits"),
                    )),
                }
            }
        }

        decl_id!(@common $name);
    };
    (@common $name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }
    };
}

decl_id!(
    /// One claimed identity. Derived from its first application, so it stays while the applicant grows.
    ApplicantId,
    "apt"
);
decl_id!(
    /// One ring, for as long as it lives; see lineage for what happens to it.
    RingId,
    "ring"
);
decl_id!(
    /// One value that applications share, derived from its kind and canonical value.
    AttributeId,
    "att"
);
decl_id!(
    /// One run of `ringer import` over one file.
    ImportId,
    "imp"
);
decl_id!(
    /// One entry of a watch-list, derived from its list, kind and value.
    WatchId,
    "wat"
);
decl_id!(
    /// One judgement of a person.
    JudgementId,
    "jdg"
);
decl_id!(
    /// One case that people work on.
    CaseId,
    "cas"
);
decl_id!(
    /// One referral package.
    ReferralId,
    "ref"
);
decl_id!(
    /// One legal hold.
    HoldId,
    "hld"
);
decl_id!(
    /// One erasure, and its tombstone.
    ErasureId,
    "era"
);

decl_id!(
    /// One cluster report.
    ReportId,
    "rep"
);
decl_id!(
    /// One alert.
    AlertId,
    "alr"
);

/// The id an application has in the system it came from.
///
/// Any text of 1 to 200 characters without control characters and without blanks at its ends.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ApplicationId(String);

impl ApplicationId {
    /// The id that a text is which was one before.
    #[must_use]
    pub(crate) fn known(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ApplicationId {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        let text = text.trim();
        let n = text.chars().count();
        if n == 0 || n > 200 || text.chars().any(char::is_control) {
            return Err(IdError::new(
                text,
                "an application id (1 to 200 characters, no control characters)",
            ));
        }
        Ok(Self(text.to_owned()))
    }
}

decl_id!(@common ApplicationId);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derived_ids_parse_back_to_themselves_and_do_not_depend_on_the_machine() {
        let id = RingId::derive("a\u{1f}b");
        assert_eq!(id.to_string().parse::<RingId>().unwrap(), id);
        assert_eq!(id, RingId::derive("a\u{1f}b"));
        assert_ne!(id, RingId::derive("ab"));
        assert_eq!(ApplicantId::derive("APP-1").to_string(), ApplicantId::derive("APP-1").as_str());
    }

    #[test]
    fn an_id_of_another_kind_is_refused_also_by_serde() {
        let ring = RingId::derive("x").to_string();
        assert!(ring.parse::<ApplicantId>().is_err());
        assert!(serde_json::from_str::<RingId>("\"ring_UPPERCASE123\"").is_err());
    }

    #[test]
    fn application_ids_are_trimmed_and_bounded() {
        assert_eq!(" A-1 ".parse::<ApplicationId>().unwrap().as_str(), "A-1");
        assert!("".parse::<ApplicationId>().is_err());
        assert!("a\u{0}b".parse::<ApplicationId>().is_err());
        assert!("x".repeat(201).parse::<ApplicationId>().is_err());
    }
}
