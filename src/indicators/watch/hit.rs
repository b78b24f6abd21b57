//! A hit: that something an application says is a watched value, and how the two were found to be the same. Not responsible
//! for what follows from it.
//!
//! Invariant: a hit names the entry, the name of it that matched and the value as claimed.

use crate::model::WatchEntry;
use std::{fmt, sync::Arc};

/// How a watched value and a claimed one were found to be the same, strictest first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// The value itself.
    Exact,
    /// One of its other names.
    Alias,
    /// The same words in another order.
    Reordered,
    /// With words cut short.
    Abbreviated,
    /// In another language, spelling or wording.
    OtherLanguage,
    /// With something around it that names no other: a faculty, a place, an abbreviation.
    Within,
    /// With slips.
    Misspelled,
    /// A domain under the one watched.
    Under,
    /// A name that others bear too, with something else in the application that says the same.
    WeakAlias(String),
}

impl How {
    /// The name in JSON and tables.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Alias => "alias",
            Self::Reordered => "reordered",
            Self::Abbreviated => "abbreviated",
            Self::OtherLanguage => "other_language",
            Self::Within => "within",
            Self::Misspelled => "misspelled",
            Self::Under => "under",
            Self::WeakAlias(_) => "weak_alias",
        }
    }
}

impl fmt::Display for How {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact => f.write_str("exactly"),
            Self::Alias => f.write_str("by another of its names"),
            Self::Reordered => f.write_str("in another order of words"),
            Self::Abbreviated => f.write_str("abbreviated"),
            Self::OtherLanguage => f.write_str("in another language or spelling"),
            Self::Within => f.write_str("with something around it"),
            Self::Misspelled => f.write_str("misspelt"),
            Self::Under => f.write_str("as a domain under it"),
            Self::WeakAlias(with) => {
                write!(f, "by a name that others bear too, together with {with}")
            }
        }
    }
}

/// That something an application says is watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchHit {
    /// The entry.
    pub entry: Arc<WatchEntry>,
    /// Which of its names or values it was.
    pub matched: String,
    /// How.
    pub how: How,
    /// What is claimed, as far as it is known in its own spelling.
    pub claimed: String,
}

impl WatchHit {
    /// One order for hits: by list, entry and claim.
    #[must_use]
    pub fn order(&self, other: &Self) -> std::cmp::Ordering {
        let key = |hit: &Self| (hit.entry.list.clone(), hit.entry.id.clone(), hit.claimed.clone());
        key(self).cmp(&key(other)).then_with(|| self.how.cmp(&other.how))
    }
}
