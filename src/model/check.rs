//! The verification checklist: what a named person checked about a claimed identity, and with what result. Not responsible
//! for what follows from it (`indicators`).
//!
//! Invariant: a check is about one application and holds for the identity it belongs to; of several about one item the
//! last counts.

use crate::model::{ApplicationId, Moment};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

macro_rules! items {
    ($($variant:ident = $name:literal, $about:literal;)*) => {
        /// What can be checked.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum CheckItem { $(#[doc = $about] $variant,)* }

        impl CheckItem {
            /// Every item, in the order of the checklist.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name on the command line and in JSON.
            #[must_use]
            pub fn name(self) -> &'static str { match self { $(Self::$variant => $name,)* } }

            /// What is checked, for people.
            #[must_use]
            pub fn about(self) -> &'static str { match self { $(Self::$variant => $about,)* } }
        }
    };
}

items! {
    IdentityDocument = "identity_document", "Identity document examined by a person";
    Employment = "employment", "Employment confirmed by the employer";
    Education = "education", "Education confirmed by the school or its registrar";
    References = "references", "References reached on numbers that were found independently";
    LiveInterview = "live_interview", "Live interview with the camera on";
    InPersonMeeting = "in_person_meeting", "Met in person, the document in hand";
    EquipmentDelivery = "equipment_delivery", "Equipment handed over to the person";
    IdentityOwner = "identity_owner", "The person whose identity it is says whether they applied";
}

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckResult {
    /// It is as claimed.
    Confirmed,
    /// It is not.
    Refuted,
    /// It could not be told.
    Inconclusive,
}

impl CheckResult {
    /// Every result.
    pub const ALL: &'static [Self] = &[Self::Confirmed, Self::Refuted, Self::Inconclusive];

    /// The name on the command line and in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Refuted => "refuted",
            Self::Inconclusive => "inconclusive",
        }
    }
}

/// A text that names no item or no result of the checklist.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{text}\" is no {what} of the checklist; there are {list}")]
pub struct UnknownCheck {
    text: String,
    what: &'static str,
    list: String,
}

fn find<T: Copy>(
    text: &str,
    what: &'static str,
    all: &[T],
    name: fn(T) -> &'static str,
) -> Result<T, UnknownCheck> {
    let folded = text.trim().to_lowercase().replace(['-', ' '], "_");
    all.iter().copied().find(|&one| name(one) == folded).ok_or_else(|| UnknownCheck {
        text: text.chars().take(80).collect(),
        what,
        list: all.iter().map(|&one| name(one)).collect::<Vec<_>>().join(", "),
    })
}

impl FromStr for CheckItem {
    type Err = UnknownCheck;
    fn from_str(text: &str) -> Result<Self, UnknownCheck> {
        find(text, "item", Self::ALL, Self::name)
    }
}

impl FromStr for CheckResult {
    type Err = UnknownCheck;
    fn from_str(text: &str) -> Result<Self, UnknownCheck> {
        find(text, "result", Self::ALL, Self::name)
    }
}

impl fmt::Display for CheckItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for CheckResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a person checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// The application it was about.
    pub application: ApplicationId,
    /// What was checked.
    pub item: CheckItem,
    /// With what result.
    pub result: CheckResult,
    /// By whom.
    pub by: String,
    /// When.
    pub at: Moment,
    /// How, and what was seen.
    pub note: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_and_results_are_found_by_their_names_and_others_are_told_the_list() {
        for &item in CheckItem::ALL {
            assert_eq!(item.name().replace('_', "-").parse(), Ok(item));
        }
        for &result in CheckResult::ALL {
            assert_eq!(result.name().parse(), Ok(result));
        }
        let error = "shoes".parse::<CheckItem>().unwrap_err().to_string();
        assert!(error.contains("\"shoes\"") && error.contains("live_interview"), "{error}");
    }
}
