//! What an indicator is: a red flag that can be computed on one application or one ring, with everything a person needs to
//! defend it. Not responsible for the list of them (`application`, `ring`) nor for adding them up (`combine`).
//!
//! Invariant: an indicator has a title, says how it is computed, names its source and at least one innocent explanation;
//! it reads no name but to compare two, no origin, language or looks. What is not there is not assessed and never counts.

use crate::indicators::{Case, RingCase};
use serde::Serialize;
use std::fmt;

/// How much an indicator may say. What each is worth in bits stands in the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    /// A reason to look, or context for others: counts for nothing.
    Context,
    /// Ordinary by itself; never acts alone.
    Weak,
    /// Unusual, with known innocent causes.
    Medium,
    /// Hard to explain innocently.
    Strong,
}

impl Strength {
    /// The name in JSON and tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Context => "context",
            Self::Weak => "weak",
            Self::Medium => "medium",
            Self::Strong => "strong",
        }
    }
}

impl fmt::Display for Strength {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

macro_rules! topics {
    ($($variant:ident = $name:literal, $label:literal;)*) => {
        /// What an indicator is about. Those of one topic tend to have one cause, so together they count only so far.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Topic { $(#[doc = $label] $variant,)* }

        impl Topic {
            /// Every topic, in display order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name in JSON and tables.
            #[must_use]
            pub fn name(self) -> &'static str { match self { $(Self::$variant => $name,)* } }

            /// The heading, for people.
            #[must_use]
            pub fn label(self) -> &'static str { match self { $(Self::$variant => $label,)* } }
        }
    };
}

topics! {
    Phone = "phone", "Phone";
    Email = "email", "Mailbox";
    Address = "address", "Address and delivery";
    Place = "place", "Where somebody is";
    Education = "education", "Education";
    Employment = "employment", "Employment";
    Profile = "profile", "Profiles and code accounts";
    Document = "document", "Documents and photos";
    Network = "network", "Network and device";
    Observation = "observation", "Interviews and onboarding";
    Identity = "identity", "Identity, payment and references";
    WatchList = "watch_list", "Watch-lists";
    Links = "links", "What members share";
    Shape = "shape", "Shape of the ring";
    Tempo = "tempo", "Timing and growth";
    Targets = "targets", "Roles and channels";
    Reach = "reach", "How far it got";
}

/// How well a source was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Standing {
    /// The primary text was read.
    P,
    /// As quoted or reported by a source that names the primary.
    Q,
    /// A proposal of this project; no outside source claims it.
    D,
    /// General knowledge, unverified.
    U,
}

impl Standing {
    /// What the letter stands for.
    #[must_use]
    pub fn about(self) -> &'static str {
        match self {
            Self::P => "primary text read",
            Self::Q => "as quoted or reported elsewhere",
            Self::D => "a proposal of this project",
            Self::U => "general knowledge, unverified",
        }
    }
}

/// Where an indicator comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Source {
    /// Who says so.
    pub name: &'static str,
    /// How well that was seen.
    pub standing: Standing,
}

/// The source whose text was read.
#[must_use]
pub const fn primary(name: &'static str) -> Source {
    Source { name, standing: Standing::P }
}

/// A source known from others who name it.
#[must_use]
pub const fn quoted(name: &'static str) -> Source {
    Source { name, standing: Standing::Q }
}

/// Nobody else says so.
pub const PROPOSAL: Source = Source { name: "Ringer", standing: Standing::D };

/// What is known and not verified.
pub const KNOWN: Source = Source { name: "general knowledge", standing: Standing::U };

/// What an indicator found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How much it may say here.
    pub strength: Strength,
    /// Whether it counts half, being only half there.
    pub half: bool,
    /// Why, in one sentence without a full stop.
    pub reason: String,
    /// The values it rests on, as received, each with what it is. Never a sealed one.
    pub values: Vec<(&'static str, String)>,
}

impl Finding {
    /// A finding without values.
    #[must_use]
    pub fn new(strength: Strength, reason: impl Into<String>) -> Self {
        Self { strength, half: false, reason: reason.into(), values: Vec::new() }
    }

    /// The same, resting on this value too.
    #[must_use]
    pub fn with(mut self, what: &'static str, value: impl Into<String>) -> Self {
        self.values.push((what, value.into()));
        self
    }

    /// The same, counting half.
    #[must_use]
    pub fn halved(mut self) -> Self {
        self.half = true;
        self
    }
}

/// What is missing, so that an indicator cannot be assessed: a phrase that goes with "no ... in this application".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Missing(pub &'static str);

/// What an indicator says: raised with a finding, clear, or not assessed.
pub type Assessed = Result<Option<Finding>, Missing>;

/// Turns what may be missing into what can be asked with `?`.
pub trait Need<T> {
    /// The value, or what is missing: a phrase that goes with "no ... in this application".
    ///
    /// # Errors
    /// When there is none.
    fn need(self, what: &'static str) -> Result<T, Missing>;
}

impl<T> Need<T> for Option<T> {
    fn need(self, what: &'static str) -> Result<T, Missing> {
        self.ok_or(Missing(what))
    }
}

impl<T> Need<Vec<T>> for Vec<T> {
    /// A list with something in it.
    fn need(self, what: &'static str) -> Result<Vec<T>, Missing> {
        if self.is_empty() { Err(Missing(what)) } else { Ok(self) }
    }
}

/// How an indicator is computed, on whatever it is about.
#[derive(Clone, Copy)]
pub enum Compute {
    /// On one application.
    Application(fn(&Case<'_>) -> Assessed),
    /// On a ring.
    Ring(fn(&RingCase<'_>) -> Assessed),
}

/// A red flag with everything a person needs to defend it.
#[derive(Clone, Copy)]
pub struct Indicator {
    /// Stable id, in words joined by hyphens.
    pub id: &'static str,
    /// What it says, in a few words.
    pub title: &'static str,
    /// What it is about.
    pub topic: Topic,
    /// The fields it needs.
    pub needs: &'static [&'static str],
    /// How it is computed, in one or two sentences.
    pub how: &'static str,
    /// The most it may say.
    pub strength: Strength,
    /// Known innocent explanations, at least one.
    pub innocent: &'static [&'static str],
    /// Where it comes from.
    pub sources: &'static [Source],
    /// Whether it compares two names; what happens to such ones when names are exchanged is reported.
    pub compares_names: bool,
    /// How it is computed.
    pub compute: Compute,
}

impl Indicator {
    /// `application` or `ring`.
    #[must_use]
    pub fn scope(&self) -> &'static str {
        match self.compute {
            Compute::Application(_) => "application",
            Compute::Ring(_) => "ring",
        }
    }
}

impl fmt::Debug for Indicator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}

impl PartialEq for Indicator {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Indicator {}
