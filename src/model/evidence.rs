//! Evidence: one comparison of two values and what it is worth. Not responsible for comparing.
//!
//! Invariant: a link's weight is the sum of its evidence; a test in `matching` holds it to that.

use crate::model::{AppIx, Attribute, AttributeIx, Bits, Share};
use serde::{Deserialize, Serialize};

macro_rules! families {
    ($($variant:ident = $name:literal, $label:literal;)*) => {
        /// Evidence families: what one upload or one household explains at once counts as one family.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Family { $(#[doc = $label] $variant,)* }

        impl Family {
            /// Every family, in display order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name in JSON.
            #[must_use]
            pub fn name(self) -> &'static str { match self { $(Self::$variant => $name,)* } }

            /// The name for people.
            #[must_use]
            pub fn label(self) -> &'static str { match self { $(Self::$variant => $label,)* } }
        }
    };
}

families! {
    Identity = "identity", "identity";
    Contact = "contact", "contact";
    Series = "series", "contacts made in series";
    Address = "address", "address";
    Delivery = "delivery", "delivery";
    Network = "network", "device and network";
    Text = "text", "resume text";
    Document = "document", "files";
    Photo = "photo", "photos";
    Profile = "profile", "online profiles";
    History = "history", "career history";
    Referee = "referee", "referees";
    Payment = "payment", "payment";
    Timing = "timing", "timing";
    Judgement = "judgement", "judgement";
}

impl Family {
    /// Families that one home, one upload, or one school or employer explains at once count as one.
    #[must_use]
    pub fn independent(self) -> Self {
        match self {
            Self::Network => Self::Address,
            Self::Document => Self::Text,
            Self::Referee => Self::History,
            other => other,
        }
    }

    /// Whether it counts towards "independent families" of a ring.
    #[must_use]
    pub fn counts(self) -> bool {
        !matches!(self, Self::Identity | Self::Timing | Self::Judgement)
    }
}

/// Which way a comparison points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Agreement {
    /// Speaks for the link.
    Supports,
    /// Speaks against it.
    Contradicts,
    /// Compared, and says nothing.
    Neutral,
}

impl Agreement {
    /// The sign shown beside it: `+`, `-` or `~`.
    #[must_use]
    pub fn sign(self) -> &'static str {
        match self {
            Self::Supports => "+",
            Self::Contradicts => "-",
            Self::Neutral => "~",
        }
    }
}

/// Why a shared value is worth less than a rare one of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Discount {
    /// Applicants who use the value.
    pub users: u32,
    /// Of those, the share who also share something else with another user of it.
    pub corroborated: Share,
    /// Bits taken off against a value that only these two use.
    pub bits: Bits,
    /// The class of the value, as the policy names it: `mail drop`, `dormitory`, `busy network`, ...
    pub class: BackgroundClass,
}

macro_rules! classes {
    ($($variant:ident = $label:literal;)*) => {
        /// What a value is judged against: how freely unrelated people share a value of this class.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum BackgroundClass { $(#[doc = $label] $variant,)* }

        impl BackgroundClass {
            /// All of them, in display order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The class in words.
            #[must_use]
            pub fn label(self) -> &'static str { match self { $(Self::$variant => $label,)* } }
        }
    };
}

classes! {
    Personal = "personal value";
    Dwelling = "single dwelling";
    Building = "building without unit";
    MailDrop = "mail drop or coworking space";
    Campus = "dormitory or campus";
    AgencyContact = "agency contact";
    BusyNetwork = "busy network, VPN exit or carrier NAT";
    SharedDevice = "shared device";
    Template = "common template";
    Common = "common value";
    JudgedCommon = "judged common by a person";
    JudgedBad = "judged known bad by a person";
}

/// Position of a comparison feature in `matching::FEATURES`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FeatureId(pub u8);

/// One comparison of two values, in its compact form: the values are those of the two applications.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The comparison.
    pub feature: FeatureId,
    /// Its family.
    pub family: Family,
    /// The family it was counted in: what one home, one school or one employer explains counts as one.
    pub counted: Family,
    /// Which way it points.
    pub agreement: Agreement,
    /// What it is worth, after any discount.
    pub bits: Bits,
    /// The application whose value is on the left.
    pub left: AppIx,
    /// The application whose value is on the right.
    pub right: AppIx,
    /// The shared attribute, when the evidence is one value that both use.
    pub attribute: Option<AttributeIx>,
    /// Why it is worth less than it could be.
    pub discount: Option<Discount>,
}

/// One line of an explanation: evidence in words, for a person.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EvidenceLine {
    /// Name of the feature, snake_case.
    pub feature: &'static str,
    /// Label of the feature, for people.
    pub label: &'static str,
    /// Its family.
    pub family: Family,
    /// Which way it points.
    pub agreement: Agreement,
    /// What it is worth.
    pub bits: Bits,
    /// The value on the left, as the source wrote it (masked where sealed).
    pub left: String,
    /// The value on the right.
    pub right: String,
    /// One sentence about the comparison.
    pub sentence: String,
    /// The shared attribute, if there is one.
    pub attribute: Option<Attribute>,
    /// Why it is worth less than it could be.
    pub discount: Option<Discount>,
    /// Source rows, left and right.
    pub sources: [String; 2],
}
