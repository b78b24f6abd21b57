//! Attributes: the values that applications share, as nodes of the graph. Not responsible for how a raw text
//! becomes a canonical value (`normalize`) nor for how much sharing one is worth (`matching`).
//!
//! Invariant: kind and canonical value determine the id.

use crate::model::AttributeId;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

macro_rules! kinds {
    ($($variant:ident = $name:literal, $label:literal, $plural:literal;)*) => {
        /// What sort of value an attribute is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum AttributeKind { $(#[doc = $label] $variant,)* }

        impl AttributeKind {
            /// Every kind, in display order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name used on the command line, in JSON and in URLs.
            #[must_use]
            pub fn name(self) -> &'static str { match self { $(Self::$variant => $name,)* } }

            /// The word for one of them, for people.
            #[must_use]
            pub fn label(self) -> &'static str { match self { $(Self::$variant => $label,)* } }

            /// The word for several of them.
            #[must_use]
            pub fn plural(self) -> &'static str { match self { $(Self::$variant => $plural,)* } }
        }
    };
}

kinds! {
    Phone = "phone", "phone", "phones";
    Email = "email", "mailbox", "mailboxes";
    Address = "address", "address", "addresses";
    Institution = "institution", "institution", "institutions";
    Employer = "employer", "employer", "employers";
    Profile = "profile", "profile", "profiles";
    Ip = "ip", "IP address", "IP addresses";
    Device = "device", "device", "devices";
    Document = "document", "document", "documents";
    Photo = "photo", "photo", "photos";
    Referee = "referee", "referee", "referees";
    PaymentAccount = "payment_account", "payment account", "payment accounts";
    GovernmentId = "government_id", "government id", "government ids";
}

impl AttributeKind {
    /// Whether screens mask values of this kind and exports seal them.
    #[must_use]
    pub fn is_sealed(self) -> bool {
        matches!(self, Self::PaymentAccount | Self::GovernmentId)
    }

    /// Whether values of this kind are things that an operator uses and another employer may meet again, and not what somebody
    /// says of a life.
    #[must_use]
    pub fn is_artefact(self) -> bool {
        !matches!(self, Self::Institution | Self::Employer | Self::GovernmentId)
    }

    /// Whether values of this kind are contact data: by them somebody is reached, located or looked up elsewhere. Who may
    /// not read contact data sees them masked. Files and pictures are not: they are ids of things, and reach nobody.
    #[must_use]
    pub fn is_contact(self) -> bool {
        match self {
            Self::Phone
            | Self::Email
            | Self::Address
            | Self::Profile
            | Self::Ip
            | Self::Device
            | Self::Referee => true,
            Self::Institution
            | Self::Employer
            | Self::Document
            | Self::Photo
            | Self::PaymentAccount
            | Self::GovernmentId => false,
        }
    }
}

impl fmt::Display for AttributeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A text that names no kind of attribute.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a kind of attribute; the kinds are {list}", list = AttributeKind::ALL.iter().map(|k| k.name()).collect::<Vec<_>>().join(", "))]
pub struct UnknownKind(pub String);

impl FromStr for AttributeKind {
    type Err = UnknownKind;
    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        let folded = text.trim().to_lowercase().replace('-', "_");
        Self::ALL
            .iter()
            .copied()
            .find(|k| k.name() == folded)
            .ok_or_else(|| UnknownKind(text.chars().take(80).collect()))
    }
}

/// How an application uses a value: one address can be the home of one applicant and the delivery point of
/// another, and still is one attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The applicant's own value.
    Own,
    /// The delivery address.
    Shipping,
    /// A referee's contact.
    Referee,
}

/// A value that applications share.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Attribute {
    /// What sort of value.
    pub kind: AttributeKind,
    /// The canonical value, as `normalize` writes it.
    pub value: String,
}

impl Attribute {
    /// The id that belongs to this kind and value.
    #[must_use]
    pub fn id(&self) -> AttributeId {
        AttributeId::derive(&format!("{}\u{1f}{}", self.kind.name(), self.value))
    }

    /// The number that the id of this kind and value writes, without making the id: `buffer` is used and left
    /// in any state.
    #[must_use]
    pub fn number(kind: AttributeKind, value: &str, buffer: &mut String) -> u64 {
        buffer.clear();
        for part in ["ringer:1:", AttributeId::PREFIX, ":", kind.name(), "\u{1f}", value] {
            buffer.push_str(part);
        }
        xxhash_rust::xxh3::xxh3_64(buffer.as_bytes()) & ((1 << 60) - 1)
    }

    /// Whether screens mask the value and exports seal it.
    #[must_use]
    pub fn is_sealed(&self) -> bool {
        self.kind.is_sealed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_parse_from_their_names_and_unknown_ones_are_told_the_list() {
        for &kind in AttributeKind::ALL {
            assert_eq!(kind.name().parse::<AttributeKind>().unwrap(), kind);
        }
        let error = "shoe".parse::<AttributeKind>().unwrap_err().to_string();
        assert!(error.contains("\"shoe\"") && error.contains("payment_account"), "{error}");
    }

    #[test]
    fn the_number_of_a_value_is_the_one_its_id_writes() {
        let attribute = Attribute { kind: AttributeKind::Phone, value: "+12025550123".into() };
        let number = Attribute::number(attribute.kind, &attribute.value, &mut String::new());
        assert_eq!(attribute.id().number(), number);
    }

    #[test]
    fn the_same_text_under_two_kinds_is_two_attributes() {
        let of = |kind| Attribute { kind, value: "x".into() }.id();
        assert_ne!(of(AttributeKind::Institution), of(AttributeKind::Employer));
    }
}
