//! How far somebody got: the stages of hiring, by the words of exports. Not responsible for what is suspected of anybody.
//!
//! Invariant: urgency, never evidence: how far an application got says nothing about who is behind it.

use crate::indicators::Subject;
use serde::Serialize;

/// How far an application got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// Applied, or turned down at once.
    #[default]
    Applied,
    /// Interviewed, or about to be.
    Interview,
    /// An offer was made.
    Offer,
    /// Hired.
    Hired,
    /// Equipment was sent.
    Shipped,
    /// Has access to systems.
    Access,
}

impl Reach {
    /// Every step, first to last.
    pub const ALL: &'static [Self] =
        &[Self::Applied, Self::Interview, Self::Offer, Self::Hired, Self::Shipped, Self::Access];

    /// The words for it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Interview => "interviewed",
            Self::Offer => "has an offer",
            Self::Hired => "was hired",
            Self::Shipped => "got equipment",
            Self::Access => "has access",
        }
    }

    /// How far an application got, by its stage, its outcome and what was shipped for it.
    #[must_use]
    pub fn of(subject: &Subject<'_>) -> Self {
        let words = [subject.normal.stage.as_deref(), subject.normal.outcome.as_deref()];
        let said = words.into_iter().flatten().map(Self::read).max().unwrap_or_default();
        let access = subject.record.list("events").iter().any(|e| e.is(&["kind"], "access"));
        let shipped = !subject.record.list("shipments").is_empty();
        let seen = match (access, shipped) {
            (true, _) => Self::Access,
            (false, true) => Self::Shipped,
            _ => Self::Applied,
        };
        said.max(seen)
    }

    /// The step that a stage or an outcome (folded words) names.
    #[must_use]
    pub fn read(words: &str) -> Self {
        let has = |parts: &[&str]| parts.iter().any(|part| words.contains(part));
        if has(&["no offer", "not hired", "rejected", "declined", "withdrawn"]) {
            Self::Applied
        } else if has(&["access", "started", "employee", "active"]) {
            Self::Access
        } else if has(&["shipped", "equipment", "laptop"]) {
            Self::Shipped
        } else if has(&["hired", "onboard", "accepted", "joined"]) {
            Self::Hired
        } else if has(&["offer"]) {
            Self::Offer
        } else if has(&["interview", "onsite", "on site", "phone screen", "assessment"]) {
            Self::Interview
        } else {
            Self::Applied
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_are_read_in_the_words_of_exports() {
        for (words, reach) in [
            ("applied", Reach::Applied),
            ("phone screen", Reach::Interview),
            ("offer extended", Reach::Offer),
            ("offer accepted", Reach::Hired),
            ("hired", Reach::Hired),
            ("rejected after interview", Reach::Applied),
            ("laptop sent", Reach::Shipped),
            ("", Reach::Applied),
        ] {
            assert_eq!(Reach::read(words), reach, "{words}");
        }
    }
}
