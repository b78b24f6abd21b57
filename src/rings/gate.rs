//! Gates: what a component must show to be called a ring. Not responsible for links.
//!
//! Invariant: every gate reports what it saw, passed or not.

use crate::{
    graph::Network,
    matching::{feature, policy::RingPolicy},
    model::{Artefact, BackgroundClass, Bits, Evidence, Family, Gate},
    rings::{alone, ground},
};
use std::{collections::BTreeSet, ops::BitOrAssign};

/// The gates, in the order they are shown.
#[must_use]
pub fn judge(
    network: &Network,
    identities: usize,
    artefacts: &[Artefact],
    policy: &RingPolicy,
) -> Vec<Gate> {
    let families: BTreeSet<Family> =
        artefacts.iter().filter_map(|a| counted(a.family, a.bits)).collect();
    let judged = artefacts.iter().any(|a| a.family == Family::Judgement);
    let enough = policy.min_identities as usize;
    let returned = artefacts.iter().any(|a| feature(a.feature).name() == RETURN);
    // One text under two names in two different files was edited; in one file it may be a wrong upload.
    let edited = artefacts.iter().all(|a| a.family != Family::Document);
    // Two who share a home or a contact as well are rather one person written in two ways, or a family.
    let apart = artefacts.iter().all(|a| !matches!(a.family, Family::Address | Family::Contact));
    // Colleagues and classmates copy from each other.
    let edited = edited && artefacts.iter().all(|a| a.family != Family::Referee);
    let rewritten = |a: &Artefact| {
        let of_two = edited && a.family == Family::Text && a.bits >= policy.text_of_two;
        of_two && !ground::is_unedited_or_an_openings(network, &a.members)
    };
    let two =
        |a: &Artefact| identities == 2 && apart && (tells_two_apart(network, a) || rewritten(a));
    let unique = artefacts.iter().find(|a| {
        came_back(a, returned, policy)
            || (may_be_strong(a, policy)
                && (identities >= enough || two(a))
                && is_strong(network, a, policy))
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
                    .filter(|a| counted(a.family, a.bits).is_some())
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

/// What is to be said of links that bind only because of others.
#[must_use]
pub fn joined(links: usize) -> Option<Gate> {
    (links > 0).then(|| Gate {
        name: "corroborated".to_owned(),
        passed: true,
        detail: format!(
            "{links} links too weak to bind alone, of people who share different things with several of the others or are \
             bound to others already"
        ),
    })
}

/// The feature that sees a second name right after the first was rejected.
const RETURN: &str = "return_after_rejection";

/// The feature that sees mailboxes of one series.
const MAILBOXES: &str = "email_series";

/// The independent family that what is worth so much counts for.
fn counted(family: Family, bits: Bits) -> Option<Family> {
    (bits > Bits::new(1.0) && family.counts()).then(|| family.independent())
}

/// Whether a file is nobody else's that came back under a second name after the first was rejected.
fn came_back(artefact: &Artefact, returned: bool, policy: &RingPolicy) -> bool {
    returned && artefact.family == Family::Document && is_own(artefact, policy.file_of_two)
}

/// Whether one artefact stands in for a second family. A text does not where its members may have met, nor does what stands
/// beside their names in mailboxes unless somebody counted on, nor what one hand used no more than anybody else.
pub fn is_strong(network: &Network, artefact: &Artefact, policy: &RingPolicy) -> bool {
    may_be_strong(artefact, policy)
        && is_of_one_hand(network, artefact)
        && match artefact.family {
            Family::Text => !ground::explains(network, &artefact.members),
            Family::Series if is_of_mailboxes(artefact) => {
                alone::is_run(network, &artefact.members)
                    || (artefact.bits >= policy.unique_series
                        && !alone::is_beside_names(network, &artefact.members))
            }
            _ => true,
        }
}

/// So many who came within the days of one operation are one, whoever else had the thing before or after.
const WAVE: usize = 5;

/// Whether those who have it came as the people of one operation do. Over the years a number is given to somebody else, a place
/// takes in everybody's parcels, one computer is a library's, a manager vouches for one after the other and many quote from one
/// posting: then three in four must have come within one operation, or so many that nobody passes a thing on so fast; where
/// many are innocent by nature, three in four. A profile, a file or an account is passed on to nobody. Somebody may have
/// judged it, too. O(applications).
fn is_of_one_hand(network: &Network, artefact: &Artefact) -> bool {
    if !artefact.is_pattern()
        && matches!(artefact.family, Family::Profile | Family::Document | Family::Payment)
    {
        return true;
    }
    let times = alone::first_used(network, artefact);
    let (known, most) = (times.len(), alone::at_once(times, alone::OPERATION));
    let by_nature = matches!(artefact.family, Family::Text | Family::Network | Family::Referee);
    most * 4 >= known * 3 || (most >= WAVE && !by_nature) || is_judged(network, artefact)
}

/// Whether somebody judged it to be known bad: then it is known to be one hand's, however long it is used. All evidence of a
/// value says so, and the first is asked. O(links of members).
fn is_judged(network: &Network, artefact: &Artefact) -> bool {
    let Some(value) = artefact.attribute else { return false };
    let links = artefact.members.iter().flat_map(|&member| network.links_of(member));
    let mut evidence = links.flat_map(|&link| &network.link(link).evidence);
    let of_it = evidence.find(|e| e.attribute == Some(value));
    of_it.and_then(|e| e.discount).is_some_and(|d| d.class == BackgroundClass::JudgedBad)
}

/// The longest between two uses of one picture that tell of one hand, where two have nothing else in common: days.
const ONE_PICTURE: i64 = 30;

/// The same, whoever its members are.
fn may_be_strong(artefact: &Artefact, policy: &RingPolicy) -> bool {
    let pattern = artefact.is_pattern() && !is_of_mailboxes(artefact);
    is_own(artefact, if pattern { policy.unique_series } else { policy.unique_strong })
}

/// Whether it is a series of mailboxes, which carries more where one hand counted on.
fn is_of_mailboxes(artefact: &Artefact) -> bool {
    artefact.family == Family::Series && feature(artefact.feature).name() == MAILBOXES
}

/// Whether one artefact alone carries a ring of enough identities; `returned` says whether somebody came back after a
/// rejection.
pub fn carries(
    network: &Network,
    artefact: &Artefact,
    returned: bool,
    policy: &RingPolicy,
) -> bool {
    came_back(artefact, returned, policy) || is_strong(network, artefact, policy)
}

/// Whether it could carry a ring of these members or of some of them, whatever they have in common otherwise.
pub fn may_carry(artefact: &Artefact, returned: bool, policy: &RingPolicy) -> bool {
    came_back(artefact, returned, policy) || may_be_strong(artefact, policy)
}

/// What the gates look for in evidence, of one link or of several: independent families, judgements, and whether
/// somebody came back after a rejection.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Signs(u32);

impl Signs {
    const JUDGED: u32 = 1 << 30;
    const RETURNED: u32 = 1 << 31;
    /// Families have the bits below.
    const FAMILIES: u32 = Self::JUDGED - 1;

    /// The signs of one piece of evidence.
    pub fn of(evidence: &Evidence) -> Self {
        if evidence.bits <= Bits::ZERO {
            return Self::default();
        }
        let counted = counted(evidence.family, evidence.bits);
        let mut signs = counted.map_or(0, |family| 1 << family as u32);
        if evidence.family == Family::Judgement {
            signs |= Self::JUDGED;
        }
        if feature(evidence.feature).name() == RETURN {
            signs |= Self::RETURNED;
        }
        Self(signs)
    }

    /// Whether somebody came back after a rejection.
    pub fn returned(self) -> bool {
        self.0 & Self::RETURNED != 0
    }

    /// Whether enough identities are a ring by this, without an artefact that alone carries it.
    pub fn suffice(self, policy: &RingPolicy) -> bool {
        (self.0 & Self::FAMILIES).count_ones() >= policy.min_families || self.0 & Self::JUDGED != 0
    }
}

impl BitOrAssign for Signs {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

impl FromIterator<Self> for Signs {
    fn from_iter<I: IntoIterator<Item = Self>>(all: I) -> Self {
        let mut signs = Self::default();
        all.into_iter().for_each(|one| signs |= one);
        signs
    }
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

/// Whether an artefact can carry a ring of two: a profile, unless it may be a spouse's or a namesake's, and a photo used at
/// one time, since stock pictures are in many hands. Phones are recycled and given wrong, mailboxes are merged by tracking
/// systems, files are uploaded under the wrong name (unless the second name came right after the first was rejected).
fn tells_two_apart(network: &Network, artefact: &Artefact) -> bool {
    match artefact.family {
        Family::Profile => !alone::are_of_one_name(network, &artefact.members),
        Family::Photo => alone::is_of_one_time(network, &artefact.members, ONE_PICTURE),
        _ => false,
    }
}
