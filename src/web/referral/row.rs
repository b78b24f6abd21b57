//! A package that was made, as lists and its page show it. Not responsible for what is in it (`kept`).
//!
//! Invariant: what somebody wrote about it is masked for whoever may not read contact data.

use crate::{
    model::{Moment, ReferralId, ReferralRecord},
    web::{urls, veil::Seen},
};

/// Whether a package may still be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It may.
    Stands,
    /// A later one took its place.
    Superseded,
    /// Somebody withdrew it.
    Withdrawn,
}

impl Standing {
    /// All of them, in display order.
    pub const ALL: &[Self] = &[Self::Stands, Self::Superseded, Self::Withdrawn];

    /// Of a package.
    #[must_use]
    pub fn of(record: &ReferralRecord) -> Self {
        match (&record.withdrawn, &record.superseded_by) {
            (Some(_), _) => Self::Withdrawn,
            (None, Some(_)) => Self::Superseded,
            (None, None) => Self::Stands,
        }
    }

    /// The name in addresses and style sheets.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Stands => "stands",
            Self::Superseded => "superseded",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The name for people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Stands => "Stands",
            Self::Superseded => "Superseded",
            Self::Withdrawn => "Withdrawn",
        }
    }
}

/// A package in a list.
pub struct ReferralRow {
    pub id: String,
    pub url: String,
    pub zip_url: String,
    pub at: Moment,
    pub by: String,
    pub profile: &'static str,
    pub tlp: &'static str,
    pub tlp_class: &'static str,
    pub recipient: String,
    pub purpose: String,
    pub ring: String,
    pub ring_url: String,
    /// The case's page, where it was made from one.
    pub case_url: String,
    pub standing: Standing,
    /// Who withdrew it, when and why.
    pub withdrawn: Option<(String, Moment, String)>,
    /// The one that took its place: id and page.
    pub superseded_by: Option<(String, String)>,
    /// The one whose place it took.
    pub supersedes: Option<(String, String)>,
    pub manifest: String,
}

impl ReferralRow {
    /// The row of a package.
    pub fn of(view: &Seen, record: &ReferralRecord) -> Self {
        let referral = &record.referral;
        let led = |id: &ReferralId| (id.to_string(), urls::referral(id));
        Self {
            id: referral.id.to_string(),
            url: urls::referral(&referral.id),
            zip_url: urls::referral_zip(&referral.id),
            at: referral.at,
            by: referral.by.clone(),
            profile: referral.profile.title(),
            tlp: referral.tlp.label(),
            tlp_class: tlp_class(referral.tlp),
            recipient: view.text(&referral.recipient),
            purpose: view.text(&referral.purpose),
            ring: referral.ring.to_string(),
            ring_url: urls::ring(&referral.ring),
            case_url: referral.case.as_ref().map(urls::case).unwrap_or_default(),
            standing: Standing::of(record),
            withdrawn: record
                .withdrawn
                .as_ref()
                .map(|end| (end.by.clone(), end.at, view.text(&end.why))),
            superseded_by: record.superseded_by.as_ref().map(led),
            supersedes: referral.supersedes.as_ref().map(led),
            manifest: referral.manifest.to_string(),
        }
    }
}

/// The marking's name in style sheets.
pub fn tlp_class(tlp: crate::model::Tlp) -> &'static str {
    use crate::model::Tlp;
    match tlp {
        Tlp::Clear => "clear",
        Tlp::Green => "green",
        Tlp::Amber => "amber",
        Tlp::AmberStrict => "strict",
        Tlp::Red => "red",
    }
}
