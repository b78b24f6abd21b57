//! The first page: what the document is, of whom, for whom, how far it may go. Not responsible for what is on the others.
//!
//! Invariant: a document that two persons did not review says so here and on every page.

use crate::{
    explain::words::{list, shortened},
    model::{ReferralProfile, RingStatus, Tlp},
    referral::{
        Dossier, Heading,
        document::said::{capital, cut, moment, or, span},
    },
};
use serde::Serialize;

/// What stands in large letters where nobody reviewed it.
pub(super) const DRAFT: &str = "DRAFT — NOT REVIEWED";

/// Characters of what persons wrote for the first page.
const LETTERS: usize = 600;

/// The first page.
#[derive(Debug, Serialize)]
pub(super) struct Cover {
    kind: &'static str,
    pub title: String,
    lead: String,
    /// Name and value, in groups.
    groups: Vec<Vec<(&'static str, String)>>,
    marking: &'static str,
    marking_means: &'static str,
    /// Left of the marking on every page.
    running: String,
    /// At the foot of every page.
    reference: String,
    /// What stands in large letters; empty where two persons reviewed it.
    draft: &'static str,
    draft_means: &'static str,
    /// For whom it is, in a sentence.
    profile: String,
    /// Whether it names claimed identities.
    has_identities: bool,
}

impl Cover {
    pub(super) fn of(dossier: &Dossier) -> Self {
        let heading = &dossier.heading;
        let is_draft = heading.review.is_none();
        let title = title(heading);
        let case = heading.case.as_ref().map_or("", |(id, _)| id.as_str());
        let running = [if is_draft { DRAFT } else { "" }, case, heading.ring.as_str()];
        let running: Vec<&str> = running.into_iter().filter(|part| !part.is_empty()).collect();
        Self {
            kind: match heading.profile {
                ReferralProfile::Full => "Referral package, full",
                ReferralProfile::LawEnforcement => "Referral to law enforcement",
                ReferralProfile::PeerEmployer => "Notice to another employer",
            },
            title,
            lead: capital(&format!(
                "{}: applications for jobs, made under different names, that share what strangers do not share. Nothing \
                 in this document says that anybody is guilty.",
                or(&heading.wording, "suspected identity fraud")
            )),
            groups: vec![about(heading), parties(heading), making(heading)],
            marking: heading.tlp.label(),
            marking_means: means(heading.tlp),
            running: running.join(" · "),
            reference: format!("Referral {}", heading.referral),
            draft: if is_draft { DRAFT } else { "" },
            draft_means: "Two persons have to review a referral before it leaves the house: one proposes it, another one \
                          agrees. Nobody has agreed to this one. It is for discussion only and must not be acted on.",
            profile: format!(
                "Profile of this package: {}: {}.",
                heading.profile.title(),
                heading.profile.about()
            ),
            has_identities: !dossier.identities.is_empty(),
        }
    }
}

/// What the document is called.
pub(super) fn title(heading: &Heading) -> String {
    match &heading.case {
        Some((_, title)) if !title.trim().is_empty() => shortened(title.trim(), 200),
        _ => format!("Ring {}", heading.ring),
    }
}

fn about(heading: &Heading) -> Vec<(&'static str, String)> {
    let case = heading.case.as_ref().map(|(id, _)| id.as_str().to_owned());
    let none = match heading.profile {
        ReferralProfile::PeerEmployer => "not told to another employer",
        _ => "none; made without a case",
    };
    let status = match heading.status {
        RingStatus::Open => "nobody has decided about it",
        RingStatus::Confirmed => "confirmed by a person",
        RingStatus::Dismissed => "dismissed by a person",
        RingStatus::Referred => "confirmed and referred by a person",
    };
    let covers = span(heading.first_seen, heading.last_seen);
    let mut about = vec![
        ("Case", case.unwrap_or_else(|| none.to_owned())),
        ("Ring", format!("{}, {status}", heading.ring)),
        ("Strongest wording", or(&heading.wording, "not stated")),
    ];
    if !covers.is_empty() {
        about.push(("Applications", covers));
    }
    about
}

fn parties(heading: &Heading) -> Vec<(&'static str, String)> {
    const LACKING: &str = "not configured";
    let house = &heading.organisation;
    let lines = |parts: &[&String]| {
        let parts: Vec<&str> =
            parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect();
        or(&parts.join("\n"), LACKING)
    };
    vec![
        ("From", lines(&[&house.name, &house.address])),
        ("Contact", lines(&[&house.contact, &house.phone, &house.email])),
        ("Counsel", lines(&[&house.counsel])),
        ("To", or(&cut(&heading.recipient, LETTERS), "nobody named yet")),
        ("Purpose", or(&cut(&heading.purpose, LETTERS), "not stated")),
    ]
}

fn making(heading: &Heading) -> Vec<(&'static str, String)> {
    let reviewed = heading.review.as_ref().map(|review| {
        let names = [
            format!("proposed by {}", review.proposed_by),
            format!("agreed to by {}", review.agreed_by),
        ];
        format!("{}, {}", list(&names), moment(review.at))
    });
    let mut making = vec![
        ("Made", format!("by {}, {}", or(&heading.by, "an unnamed person"), moment(heading.at))),
        ("Reviewed", reviewed.unwrap_or_else(|| DRAFT.to_owned())),
        ("Referral", heading.referral.to_string()),
    ];
    if let Some(former) = &heading.supersedes {
        making.push(("Supersedes", format!("{former}, which must not be used any more")));
    }
    making
}

/// What a marking lets a recipient do.
fn means(tlp: Tlp) -> &'static str {
    match tlp {
        Tlp::Red => {
            "For the eyes of the named recipients only. It may not be passed on to anybody else, not even within their own \
             organization."
        }
        Tlp::AmberStrict => {
            "For the recipient's own organization only. It may be passed on inside it to those who need to know, and to \
             nobody outside."
        }
        Tlp::Amber => {
            "For the recipient's organization and its clients. It may be passed on to those of them who need to know, and \
             to nobody else."
        }
        Tlp::Green => {
            "For the recipient's community. It may be passed on to peers and partners there, but not be published."
        }
        Tlp::Clear => "May be passed on without limit.",
    }
}
