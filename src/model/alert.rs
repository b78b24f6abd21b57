//! Alerts between reports: the rules that people set, and where they applied, as facts. Not responsible for applying them
//! (`reports`).
//!
//! Invariant: an alert names no person and no value, only ids; one of the same key is raised once.

use crate::model::{
    AlertId, ApplicationId, AttributeId, Digest, Moment, Recipient, RingId, Seq, Slug, words::words,
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, fmt, str::FromStr};

words! {
    /// What a rule of alerts looks for.
    AlertKind, UnknownAlertKind, "something that alerts are about",
    ConfirmedRingGains = "confirmed_ring_gains", "a ring that people confirmed or referred gains a member";
    AddressIdentities = "address_identities", "an address gets its third claimed identity, or the one that the rule says";
    KnownUnit = "known_unit", "something is sent to an address that a confirmed or referred ring uses, or that is watched";
    WatchedAtOffer = "watched_at_offer", "a watched value in an application at stage offer or later";
    UrgentRing = "urgent_ring", "a ring becomes urgent";
    Return = "return", "somebody in a ring comes back under another identity after a rejection";
}

/// A rule of alerts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertRule {
    /// What people call it.
    pub name: Slug,
    /// What it looks for.
    pub kind: AlertKind,
    /// The number that some rules have: from which identity on. 0 for that of the kind.
    pub number: u32,
    /// Who is told, beside the page of alerts.
    pub to: BTreeSet<Recipient>,
    /// Alerts in an hour that are delivered; what is more is counted in the next one.
    pub hourly: u32,
}

/// Something a rule applied to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// Its id.
    pub id: AlertId,
    /// The rule.
    pub rule: Slug,
    /// What the rule looked for then.
    pub kind: AlertKind,
    /// What it is about and what happened to that: the same thing has the same key.
    pub key: Digest,
    /// The view it was seen in.
    pub as_of: Seq,
    /// When.
    pub at: Moment,
    /// The ring it is about.
    pub ring: Option<RingId>,
    /// The value it is about.
    pub attribute: Option<AttributeId>,
    /// The applications through which it came, at most 20.
    pub applications: BTreeSet<ApplicationId>,
    /// What happened, in a sentence without names and values.
    pub text: String,
    /// Who was to be told then.
    pub to: BTreeSet<Recipient>,
    /// Whether too many came in this hour, so that it is not delivered by itself.
    pub held_back: bool,
}
