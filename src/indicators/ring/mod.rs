//! Indicators of a ring, one file a topic, and what they look at. Not responsible for adding them up (`ranking`) nor for what
//! holds a ring together (`rings`). `people` and `statistics` have what many of them need, and no indicators.
//!
//! To add one: write it in the file of its topic and put its line here, where it belongs in display order.

mod accounts;
mod arrivals;
mod contacts;
mod convergence;
mod documents;
mod growth;
mod hours;
mod interviews;
mod kit;
mod network;
mod payment;
mod people;
mod reach;
mod references;
mod referrals;
mod returns;
mod shape;
mod statistics;
mod targets;
mod tempo;
mod watched;

use crate::{
    indicators::{Context, Dossier, Indicator},
    model::{AttributeKind, Bits, Family, Moment, Share},
};

/// Every indicator of a ring, in display order.
pub const RING: &[&Indicator] = &[
    &shape::CLAIMED_IDENTITIES,
    &shape::EVIDENCE_FAMILIES,
    &shape::SURVIVES_DROP_ONE,
    &convergence::MANY_IDENTITIES,
    &convergence::CLAIMS_DIVERGE,
    &contacts::MANY_NAMES,
    &contacts::MANY_CONTACTS,
    &payment::CONVERGENCE,
    &payment::SAME_WALLET,
    &references::REFEREE_HUB,
    &references::MUTUAL_REFERENCE,
    &referrals::REFERRAL_EDGE,
    &referrals::REFERRAL_CHAIN,
    &accounts::IMPERSONATION,
    &accounts::SAME_ACCOUNT_ID,
    &accounts::CODE_CROSS_COMMIT,
    &accounts::SAME_PORTFOLIO_INFRA,
    &kit::PERSONA_KIT,
    &kit::SAME_CAREER_TUPLE,
    &documents::SAME_XMP_DOCUMENT,
    &documents::LAYOUT_FINGERPRINT,
    &documents::ANSWERS_NEAR_DUPLICATE,
    &network::ANONYMIZER_CONCENTRATION,
    &network::SAME_VPN_EXIT,
    &network::SAME_CLIENT_FINGERPRINT,
    &reach::POST_HIRE_CORROBORATION,
    &interviews::COLLISION,
    &interviews::NEVER_CONCURRENT,
    &growth::GROWTH,
    &tempo::VELOCITY,
    &tempo::BURST_SYNCHRONY,
    &tempo::SUBMIT_ADJACENT,
    &hours::POSTING_LATENCY,
    &hours::SUBMISSION_HOURS,
    &returns::REINCARNATION_RATE,
    &returns::POST_REJECTION_RETURN,
    &targets::ROLE_LIFT,
    &targets::ROLE_SPREAD,
    &targets::CHANNEL_SPREAD,
    &reach::FUNNEL_DEPTH,
    &watched::CONTACT,
];

/// A ring to be assessed.
#[derive(Clone, Copy)]
pub struct RingCase<'a> {
    /// Its members. Each is a claimed identity.
    pub members: &'a [Dossier<'a>],
    /// What holds them together.
    pub shape: &'a Shape,
    /// What the store and the installation know beside it.
    pub context: &'a Context<'a>,
}

impl RingCase<'_> {
    /// When its applications came, in order.
    #[must_use]
    pub fn moments(&self) -> Vec<Moment> {
        let subjects = self.members.iter().flat_map(|m| &m.subjects);
        let mut moments: Vec<Moment> = subjects.filter_map(|s| s.normal.submitted_at).collect();
        moments.sort_unstable();
        moments
    }
}

/// What holds a ring together, as far as indicators ask.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Shape {
    /// Different claimed identities: members who may be one person count once.
    pub identities: usize,
    /// Independent families of evidence.
    pub families: Vec<Family>,
    /// What its members share, most important first.
    pub shared: Vec<SharedThing>,
    /// What of the ring remains without the most important of these.
    pub without_first: Option<Share>,
    /// Links between members, by their places.
    pub links: Vec<Tie>,
}

/// Something that members share.
#[derive(Debug, Clone, PartialEq)]
pub struct SharedThing {
    /// What sort of value; none for a near-equality.
    pub kind: Option<AttributeKind>,
    /// Its family.
    pub family: Family,
    /// The value as it may be shown; empty for a near-equality.
    pub value: String,
    /// What it is, in words.
    pub label: String,
    /// Members that share it, by their places.
    pub members: Vec<usize>,
    /// The most it is worth between two members.
    pub bits: Bits,
    /// Applicants in the whole store that use it.
    pub users: usize,
}

/// A link between two members.
#[derive(Debug, Clone, PartialEq)]
pub struct Tie {
    /// Its ends, by their places.
    pub ends: (usize, usize),
    /// What it is worth.
    pub bits: Bits,
    /// Families of its evidence.
    pub families: Vec<Family>,
}
