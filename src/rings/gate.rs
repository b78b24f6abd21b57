//! Gates: what a component must show to be called a ring. Not responsible for links.
//!
//! Invariant: every gate reports what it saw, passed or not.

use crate::{
    matching::{feature, policy::RingPolicy},
    model::{Artefact, Bits, Family, Gate},
};
use std::collections::BTreeSet;

/// The gates, in the order they are shown.
#[must_use]
pub fn judge(identities: usize, artefacts: &[Artefact], policy: &RingPolicy) -> Vec<Gate> {
    let families: BTreeSet<Family> = artefacts
        .iter()
        .filter(|a| a.bits > Bits::new(1.0) && a.family.counts())
        .map(|a| a.family.independent())
        .collect();
    let judged = artefacts.iter().any(|a| a.family == Family::Judgement);
    let enough = policy.min_identities as usize;
    let returned = artefacts.iter().any(|a| feature(a.feature).name() == "return_after_rejection");
    // One text under two names in two different files was edited; in one file it may be a wrong upload.
    let edited = artefacts.iter().all(|a| a.family != Family::Document);
    // Two who share a home or a contact as well are rather one person written in two ways, or a family.
    let apart = artefacts.iter().all(|a| !matches!(a.family, Family::Address | Family::Contact));
    // Colleagues and classmates copy from each other.
    let edited = edited && artefacts.iter().all(|a| a.family != Family::Referee);
    let unique = artefacts.iter().find(|a| {
        let two = apart
            && (tells_two_apart(a)
                || (edited && a.family == Family::Text && a.bits >= policy.text_of_two));
        let again = returned && a.family == Family::Document && is_own(a, policy.file_of_two);
        let least = if a.is_pattern() { policy.unique_series } else { policy.unique_strong };
        again || (is_own(a, least) && (identities >= enough || two))
    });
    let name = |a: &Artefact| feature(a.feature).label().to_lowercase();
    let identity_gate = Gate {
        name: "identities".to_owned(),
        passed: identities >= enough || (identities == 2 && (unique.is_some() || judged)),
        detail: match unique {
            Some(a) if identities < enough => {
                format!("{identities} claimed identities and one strong artefact: {}", name(a))
            }
            _ => format!("{identities} different claimed identities"),
        },
    };
    let family_gate = Gate {
        name: "families".to_owned(),
        passed: families.len() >= policy.min_families as usize || unique.is_some() || judged,
        detail: match unique {
            Some(a) if families.len() < policy.min_families as usize => {
                format!(
                    "one evidence family, with a strong artefact that nobody else uses: {}",
                    name(a)
                )
            }
            _ => {
                let labels: BTreeSet<&str> = artefacts
                    .iter()
                    .filter(|a| a.bits > Bits::new(1.0) && a.family.counts())
                    .map(|a| a.family.label())
                    .collect();
                let labels: Vec<&str> = labels.into_iter().collect();
                format!(
                    "{} independent evidence families, from {}",
                    families.len(),
                    labels.join(", ")
                )
            }
        },
    };
    vec![identity_gate, family_gate]
}

/// What is to be said of links that bind only because others corroborate them.
#[must_use]
pub fn joined(links: usize) -> Option<Gate> {
    (links > 0).then(|| Gate {
        name: "corroborated".to_owned(),
        passed: true,
        detail: format!(
            "{links} links too weak to bind alone, of people who share different things with several of the others"
        ),
    })
}

/// Whether one artefact alone can carry a ring: worth at least so much, and nobody's but its members'. Of a delivery
/// address they are three in four: somebody lives there, and some give too little to be linked.
fn is_own(artefact: &Artefact, least: Bits) -> bool {
    let (members, users) = (artefact.members.len(), artefact.users as usize);
    let own = match artefact.family {
        Family::Delivery => users * 3 <= members * 4,
        _ => users <= members,
    };
    artefact.bits >= least && own && artefact.family.counts()
}

/// Whether an artefact can carry a ring of two: a profile, a photo. Phones are recycled and
/// given wrong, mailboxes are merged by tracking systems, files are uploaded under the wrong name (unless the
/// second name came right after the first was rejected).
fn tells_two_apart(artefact: &Artefact) -> bool {
    matches!(artefact.family, Family::Profile | Family::Photo)
}
