//! Judgements: a person's durable, reversible facts. Not responsible for their effect (`matching`, `rings`).
//!
//! Invariant: a judgement is never edited or deleted; withdrawing one is a further fact.

use crate::model::{ApplicationId, Attribute, JudgementId, Moment, RingId, RingStatus};
use serde::{Deserialize, Serialize};

/// What a person says of two applications (and so of the applicants they belong to).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PairVerdict {
    /// One person.
    Same,
    /// Two persons.
    Different,
    /// Belong together, though two persons.
    Linked,
    /// Do not belong together.
    NotLinked,
}

/// What a person says of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValueVerdict {
    /// Innocently shared: our recruiter's phone. Links nobody.
    Common,
    /// Known to belong to an operator.
    KnownBad,
}

/// What is judged, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// About two applications, in order.
    Pair {
        /// The smaller id.
        a: ApplicationId,
        /// The larger id.
        b: ApplicationId,
        /// What is said.
        verdict: PairVerdict,
    },
    /// About a value.
    Value {
        /// The value.
        attribute: Attribute,
        /// What is said.
        verdict: ValueVerdict,
    },
    /// About a ring.
    Ring {
        /// The ring.
        ring: RingId,
        /// What is said; `Open` takes an earlier decision back.
        verdict: RingStatus,
    },
}

/// A person's judgement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgement {
    /// Its id.
    pub id: JudgementId,
    /// What is judged, and how.
    pub verdict: Verdict,
    /// Who says so.
    pub by: String,
    /// When.
    pub at: Moment,
    /// Why.
    pub why: String,
}

impl Verdict {
    /// A verdict about two applications, put in order; none when they are one.
    #[must_use]
    pub fn pair(a: ApplicationId, b: ApplicationId, verdict: PairVerdict) -> Option<Self> {
        match a.cmp(&b) {
            std::cmp::Ordering::Less => Some(Self::Pair { a, b, verdict }),
            std::cmp::Ordering::Greater => Some(Self::Pair { a: b, b: a, verdict }),
            std::cmp::Ordering::Equal => None,
        }
    }

    /// The ring it is about, if it is about one.
    #[must_use]
    pub fn ring(&self) -> Option<&RingId> {
        match self {
            Self::Ring { ring, .. } => Some(ring),
            _ => None,
        }
    }
}

macro_rules! named {
    ($type:ty { $($variant:ident = $name:literal),* }) => {
        impl $type {
            /// The name on the command line and in forms.
            #[must_use]
            pub fn name(self) -> &'static str { match self { $(Self::$variant => $name,)* } }
        }
        impl std::str::FromStr for $type {
            type Err = UnknownVerdict;
            fn from_str(text: &str) -> Result<Self, UnknownVerdict> {
                match text.trim().to_lowercase().replace(['-', ' '], "_").as_str() {
                    $($name => Ok(Self::$variant),)*
                    _ => Err(UnknownVerdict {
                        value: text.chars().take(80).collect(),
                        known: [$($name),*].join(", "),
                    }),
                }
            }
        }
    };
}

/// A text that names no verdict.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{value}\" is not a verdict here; possible are {known}")]
pub struct UnknownVerdict {
    /// What was given.
    pub value: String,
    /// What would have been accepted.
    pub known: String,
}

named!(PairVerdict { Same = "same", Different = "different", Linked = "linked", NotLinked = "not_linked" });
named!(ValueVerdict { Common = "common", KnownBad = "known_bad" });

impl std::str::FromStr for RingStatus {
    type Err = UnknownVerdict;
    fn from_str(text: &str) -> Result<Self, UnknownVerdict> {
        let folded = text.trim().to_lowercase();
        Self::ALL.iter().copied().find(|s| s.name() == folded).ok_or_else(|| UnknownVerdict {
            value: text.chars().take(80).collect(),
            known: Self::ALL.iter().map(|s| s.name()).collect::<Vec<_>>().join(", "),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_is_ordered_at_construction_and_never_of_one_with_itself() {
        let (a, b): (ApplicationId, ApplicationId) = ("A".parse().unwrap(), "B".parse().unwrap());
        assert_eq!(
            Verdict::pair(b.clone(), a.clone(), PairVerdict::Same),
            Verdict::pair(a.clone(), b, PairVerdict::Same)
        );
        assert_eq!(Verdict::pair(a.clone(), a, PairVerdict::Same), None);
    }

    #[test]
    fn verdicts_parse_in_the_spellings_people_type() {
        assert_eq!("not-linked".parse::<PairVerdict>().unwrap(), PairVerdict::NotLinked);
        assert_eq!("Known bad".parse::<ValueVerdict>().unwrap(), ValueVerdict::KnownBad);
        assert!("maybe".parse::<RingStatus>().unwrap_err().to_string().contains("dismissed"));
    }
}
