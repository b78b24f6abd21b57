//! Watch-lists: values that somebody wants to hear of, with who says so and how good that is. Not responsible for finding
//! them among applications (`indicators::watch`).
//!
//! Invariant: an entry never names a person; list, kind and value determine its id.

use crate::model::{Moment, Tlp, WatchId, words::words};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

words! {
    /// What sort of value is watched.
    WatchKind, UnknownWatchKind, "a kind of watched value",
    Institution = "institution", "school or university";
    Employer = "employer", "employer";
    Domain = "domain", "domain of mailboxes and web sites";
    Email = "email", "mailbox";
    Handle = "handle", "handle or profile";
    Phone = "phone", "phone number";
    Wallet = "wallet", "wallet";
    Address = "address", "postal address";
}

impl WatchKind {
    /// Whether entries of this kind are contact data (see `AttributeKind::is_contact`).
    #[must_use]
    pub fn is_contact(self) -> bool {
        match self {
            Self::Email | Self::Handle | Self::Phone | Self::Wallet | Self::Address => true,
            Self::Institution | Self::Employer | Self::Domain => false,
        }
    }
}

words! {
    /// How good the source of an entry is.
    Grade, UnknownGrade, "a grade",
    High = "high", "official, or checked by several";
    Medium = "medium", "one source that was right before";
    Low = "low", "unconfirmed";
}

/// One watched value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatchEntry {
    /// Its id.
    pub id: WatchId,
    /// The list it is on.
    pub list: String,
    /// What sort of value.
    pub kind: WatchKind,
    /// The value as given.
    pub value: String,
    /// Other names of it, each as good as the value.
    pub aliases: Vec<String>,
    /// Names that others have too: they never match alone.
    pub weak_aliases: Vec<String>,
    /// Why it is watched.
    pub reason: String,
    /// Who says so.
    pub source: String,
    /// How good the source is.
    pub grade: Grade,
    /// Who may see it.
    pub tlp: Tlp,
    /// Since when it holds.
    pub added: Moment,
    /// Until when it holds.
    pub expires: Option<Moment>,
}

impl WatchEntry {
    /// The id that belongs to a list, a kind and a value.
    #[must_use]
    pub fn id_of(list: &str, kind: WatchKind, value: &str) -> WatchId {
        WatchId::derive(&format!("{list}\u{1f}{}\u{1f}{value}", kind.name()))
    }

    /// Whether it holds at this moment.
    #[must_use]
    pub fn holds_at(&self, now: Moment) -> bool {
        self.added <= now && self.expires.is_none_or(|end| now < end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_the_spellings_files_use_and_others_are_told_the_list() {
        assert_eq!("AMBER+STRICT".parse(), Ok(Tlp::AmberStrict));
        assert_eq!("amber-strict".parse(), Ok(Tlp::AmberStrict));
        assert_eq!(" Institution ".parse(), Ok(WatchKind::Institution));
        let error = "white".parse::<Tlp>().unwrap_err().to_string();
        assert!(error.contains("\"white\"") && error.contains("clear"), "{error}");
    }
}
