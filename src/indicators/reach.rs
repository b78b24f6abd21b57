//! How far somebody got: the stages of hiring, by the words of exports. Not responsible for what is suspected of anybody.
//!
//! Invariant: urgency and never evidence: how far an application got says nothing about who is behind it.

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
            Self::Offer => "with an offer",
            Self::Hired => "hired",
            Self::Shipped => "sent equipment",
            Self::Access => "with access",
        }
    }

    /// How far an application got: by its access and its shipments (`access[]`, the unknown column `access_granted`,
    /// `shipments[]`), or else by the words of its stage and outcome.
    #[must_use]
    pub fn of(subject: &Subject<'_>) -> Self {
        let record = &subject.record;
        if record.extra_flag("access_granted") == Some(true) || !record.list("access").is_empty() {
            return Self::Access;
        }
        if !record.list("shipments").is_empty() {
            return Self::Shipped;
        }
        let texts = [subject.normal.stage.as_deref(), subject.normal.outcome.as_deref()];
        Self::read(texts.into_iter().flatten())
    }

    /// The farthest step that stages and outcomes (folded words) name.
    #[must_use]
    pub fn read<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let said: Vec<&str> = texts.into_iter().flat_map(|text| text.split(' ')).collect();
        let has = |words: &[&str]| said.iter().any(|word| words.contains(word));
        let not = has(&["not", "never", "no"]);
        if !not && has(&["hired", "onboarding", "onboarded", "started", "employed", "accepted"]) {
            Self::Hired
        } else if !not && has(&["offer", "offered"]) {
            Self::Offer
        } else if has(&["interview", "interviewed", "interviews", "onsite"]) {
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
            ("second interview", Reach::Interview),
            ("no offer", Reach::Applied),
            ("not hired", Reach::Applied),
            ("offer extended", Reach::Offer),
            ("offer accepted", Reach::Hired),
            ("hired", Reach::Hired),
            ("", Reach::Applied),
        ] {
            assert_eq!(Reach::read([words]), reach, "{words}");
        }
    }
}
