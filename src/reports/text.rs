//! Text in which what may name somebody is told apart from what may not, and from how much of it somebody sees. Not
//! responsible for who sees how much (`casework::Role`).
//!
//! Invariant: whoever sees counts alone gets no name and no value of anybody.

use crate::{
    explain::mask,
    model::{ApplicantId, Attribute, AttributeId, AttributeKind, CaseId, RingId},
};
use serde::{Deserialize, Serialize};

/// Characters at the end of an id that tell masked values apart, as on pages.
const TAG: usize = 4;

/// How much of what is said somebody sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sight {
    /// Counts and links: no name, no value.
    Counts,
    /// Names, and contact data masked: what a viewer sees.
    Masked,
    /// Everything.
    Full,
}

/// A page that something leads to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// A ring.
    Ring(RingId),
    /// An applicant.
    Applicant(ApplicantId),
    /// A value that applications share.
    Attribute(AttributeId),
    /// A case.
    Case(CaseId),
    /// Another page, by its path.
    Page(String),
}

impl Target {
    /// The path of the page, from the root of the server.
    #[must_use]
    pub fn path(&self) -> String {
        match self {
            Self::Ring(id) => format!("/rings/{id}"),
            Self::Applicant(id) => format!("/applicants/{id}"),
            Self::Attribute(id) => format!("/attributes/{id}"),
            Self::Case(id) => format!("/cases/{id}"),
            Self::Page(path) => path.clone(),
        }
    }
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// What names nobody.
    Plain(String),
    /// Words that lead to a page, and name nobody.
    Link {
        /// The words.
        words: String,
        /// Where they lead.
        to: Target,
    },
    /// Somebody.
    Person {
        /// The applicant.
        id: ApplicantId,
        /// The name, or what there is instead.
        label: String,
    },
    /// A value that applications share.
    Value {
        /// The value.
        id: AttributeId,
        /// Of which kind.
        kind: AttributeKind,
        /// As a viewer sees it.
        masked: String,
        /// As it is.
        full: String,
    },
}

impl Part {
    /// A value that applications share. Of one that is sealed only its kind is kept.
    #[must_use]
    pub fn value(attribute: &Attribute) -> Self {
        let id = Attribute::id(attribute);
        if attribute.kind.is_sealed() {
            let words = format!("{} {id}", attribute.kind.label());
            return Self::Link { words, to: Target::Attribute(id) };
        }
        let tag: String = id.as_str().chars().rev().take(TAG).collect();
        let tag: String = tag.chars().rev().collect();
        let masked = match attribute.kind.is_contact() {
            true => format!("#{tag} {}", mask::attribute(attribute)),
            false => attribute.value.clone(),
        };
        Self::Value { id, kind: attribute.kind, masked, full: attribute.value.clone() }
    }

    /// As whoever sees so much gets it.
    #[must_use]
    pub fn said(&self, sight: Sight) -> String {
        match (self, sight) {
            (Self::Plain(words) | Self::Link { words, .. }, _) => words.clone(),
            (Self::Person { id, .. }, Sight::Counts) => format!("applicant {id}"),
            (Self::Person { label, .. }, _) => label.clone(),
            (Self::Value { id, kind, .. }, Sight::Counts) => format!("{} {id}", kind.label()),
            (Self::Value { masked, .. }, Sight::Masked) => masked.clone(),
            (Self::Value { full, .. }, Sight::Full) => full.clone(),
        }
    }

    /// Where it leads.
    #[must_use]
    pub fn target(&self) -> Option<Target> {
        match self {
            Self::Plain(_) => None,
            Self::Link { to, .. } => Some(to.clone()),
            Self::Person { id, .. } => Some(Target::Applicant(id.clone())),
            Self::Value { id, .. } => Some(Target::Attribute(id.clone())),
        }
    }
}

/// A text.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Text(Vec<Part>);

impl Text {
    /// One that names nobody.
    #[must_use]
    pub fn plain(words: impl Into<String>) -> Self {
        Self(vec![Part::Plain(words.into())])
    }

    /// The same with more words that name nobody.
    #[must_use]
    pub fn and(self, words: impl Into<String>) -> Self {
        self.with(Part::Plain(words.into()))
    }

    /// The same with words that lead to a page.
    #[must_use]
    pub fn link(self, words: impl Into<String>, to: Target) -> Self {
        self.with(Part::Link { words: words.into(), to })
    }

    /// The same with another part.
    #[must_use]
    pub fn with(mut self, part: Part) -> Self {
        self.0.push(part);
        self
    }

    /// The same with another text behind it.
    #[must_use]
    pub fn join(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// Its parts.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.0
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As whoever sees so much gets it.
    #[must_use]
    pub fn said(&self, sight: Sight) -> String {
        self.0.iter().map(|part| part.said(sight)).collect()
    }
}

impl From<Part> for Text {
    fn from(part: Part) -> Self {
        Self(vec![part])
    }
}

impl From<String> for Text {
    fn from(words: String) -> Self {
        Self::plain(words)
    }
}

impl From<&str> for Text {
    fn from(words: &str) -> Self {
        Self::plain(words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_value_is_shown_to_nobody() {
        for &kind in AttributeKind::ALL.iter().filter(|kind| kind.is_sealed()) {
            let text = Text::from(Part::value(&Attribute { kind, value: "MARKER".to_owned() }));
            for sight in [Sight::Counts, Sight::Masked, Sight::Full] {
                assert!(!text.said(sight).contains("MARKER"), "{kind}");
            }
        }
    }

    #[test]
    fn whoever_sees_counts_alone_gets_no_name_and_no_value() {
        let phone = Attribute { kind: AttributeKind::Phone, value: "+12025550118".to_owned() };
        let ada = Part::Person { id: ApplicantId::derive("A1"), label: "Ada Quill".to_owned() };
        let text = Text::from(ada).and(" has ").with(Part::value(&phone));
        assert_eq!(text.said(Sight::Full), "Ada Quill has +12025550118");
        let masked = text.said(Sight::Masked);
        assert!(
            masked.starts_with("Ada Quill has #") && masked.ends_with(" (202) 555-••••"),
            "{masked}"
        );
        let counts = text.said(Sight::Counts);
        assert!(!counts.contains("Ada") && !counts.contains("555"), "{counts}");
        assert!(counts.contains("phone"), "{counts}");
        let account = Attribute { kind: AttributeKind::PaymentAccount, value: "acct-7".to_owned() };
        let sealed = Text::from(Part::value(&account));
        assert!(!serde_json::to_string(&sealed).unwrap().contains("acct-7"), "{sealed:?}");
    }
}
