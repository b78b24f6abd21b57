//! A ring in words: the verdict sentence, what holds it together, what an innocent explanation would be. Not
//! responsible for what a ring is.
//!
//! Invariant: the sentence says what was observed ("claimed identities share"), never what anybody is.

use crate::{
    explain::words::{count, inside, list},
    graph::Network,
    matching::feature,
    model::{
        Artefact, AttributeIx, AttributeKind, Discount, Link, LinkStrength, Ring, Role, Share,
    },
};
use std::collections::BTreeMap;

/// What members share, as nouns with their counts: "1 delivery address", "2 devices".
#[must_use]
pub fn nouns<'a>(
    network: &Network,
    artefacts: impl IntoIterator<Item = &'a Artefact>,
) -> Vec<String> {
    let mut kinds: BTreeMap<(usize, String, String), usize> = BTreeMap::new();
    for (position, artefact) in artefacts.into_iter().enumerate() {
        let (one, many) = noun(network, artefact);
        let first = kinds
            .keys()
            .find(|(_, known, _)| *known == one)
            .map_or(position, |(position, _, _)| *position);
        *kinds.entry((first, one, many)).or_default() += 1;
    }
    kinds.iter().map(|((_, one, many), n)| count(*n, one, many)).collect()
}

/// What a shared thing is called, one and several of it: "delivery address", "delivery addresses".
#[must_use]
pub fn noun(network: &Network, artefact: &Artefact) -> (String, String) {
    let both = |one: &str, many: &str| (one.to_owned(), many.to_owned());
    match (feature(artefact.feature).name(), artefact.attribute) {
        ("shipping_address", _) => both("delivery address", "delivery addresses"),
        ("home_address", _) => both("home address", "home addresses"),
        ("email_series", _) => both("mailbox series", "mailbox series"),
        ("phone_block", _) => both("block of phone numbers", "blocks of phone numbers"),
        ("handle_series", _) => both("handle series", "handle series"),
        ("resume_text", _) => {
            both("text with rare passages in common", "texts with rare passages in common")
        }
        ("career", _) => both("identical career", "identical careers"),
        ("network_week", _) => both("network used in one week", "networks used in one week"),
        ("timing" | "return_after_rejection", _) => both("pattern in time", "patterns in time"),
        ("judgement", _) => both("judgement", "judgements"),
        (_, Some(ix)) => {
            let kind = network.corpus().attribute(ix).kind;
            both(kind.label(), kind.plural())
        }
        (name, None) => both(&name.replace('_', " "), &format!("{}s", name.replace('_', " "))),
    }
}

/// The verdict sentence: who shares what, since when, and how firmly it holds together.
#[must_use]
pub fn ring_sentence(network: &Network, ring: &Ring) -> String {
    let applications: usize =
        ring.members.iter().map(|&m| network.applicant(m).applications.len()).sum();
    let mut shared = nouns(network, &ring.artefacts);
    let more = shared.len().saturating_sub(4);
    shared.truncate(4);
    if more > 0 {
        shared.push(count(more, "other kind of thing", "other kinds of things"));
    }
    let span = match (ring.first_seen, ring.last_seen) {
        (Some(first), Some(last)) if first.day() == last.day() => {
            format!(" on {}", first.day())
        }
        (Some(first), Some(last)) => {
            let days = last.seconds_since(first) / 86_400;
            format!(
                " over {} ({} to {})",
                count(days.max(1) as usize, "day", "days"),
                first.day(),
                last.day()
            )
        }
        _ => String::new(),
    };
    format!(
        "{} share {}: {}{span}. {}",
        count(ring.identities as usize, "claimed identity", "claimed identities"),
        list(&shared),
        count(applications, "application", "applications"),
        firmness(network, ring)
    )
}

/// How firmly a ring holds together: what remains without its most important artefact.
#[must_use]
pub fn firmness(network: &Network, ring: &Ring) -> String {
    let Some(drop) = &ring.drop_one else { return String::new() };
    let Some(artefact) = ring.artefacts.get(drop.artefact as usize) else { return String::new() };
    let name = format!("the {}", noun(network, artefact).0);
    if drop.remaining >= Share::new(0.999) {
        "It holds together without any one of them.".to_owned()
    } else if drop.parts.is_empty() {
        format!("Without {name} nothing would hold it together.")
    } else {
        format!("Without {name}, {} of the members would still hang together.", drop.remaining)
    }
}

/// The discount of each shared value, as the links of the ring show it. O(evidence of the ring).
#[must_use]
pub fn discounts(network: &Network, ring: &Ring) -> BTreeMap<AttributeIx, Discount> {
    let mut found = BTreeMap::new();
    for e in ring.links.iter().flat_map(|&link| &network.link(link).evidence) {
        if let (Some(ix), Some(discount)) = (e.attribute, e.discount) {
            found.entry(ix).or_insert(discount);
        }
    }
    found
}

/// One link in a sentence.
#[must_use]
pub fn link_sentence(network: &Network, link: &Link) -> String {
    let shared: Vec<String> = link
        .evidence
        .iter()
        .filter(|e| e.bits.hundredths() > 0)
        .map(|e| inside(feature(e.feature).label()))
        .collect();
    let how = match link.strength {
        LinkStrength::Ring => "linked by",
        LinkStrength::Watch => "have in common",
    };
    let shared = if shared.is_empty() { "nothing that counts".to_owned() } else { list(&shared) };
    format!(
        "{} and {}: {how} {shared} ({})",
        network.label(link.a),
        network.label(link.b),
        link.class.label()
    )
}

/// Innocent explanations worth checking before anything else, for what is shared.
#[must_use]
pub fn innocent<'a>(
    network: &Network,
    shared: impl IntoIterator<Item = &'a Artefact>,
) -> Vec<&'static str> {
    let mut found: Vec<&'static str> = Vec::new();
    for artefact in shared {
        let kind = artefact.attribute.map(|ix| network.corpus().attribute(ix).kind);
        let shipped = artefact.attribute.is_some_and(|ix| {
            network.corpus().users(ix).iter().any(|(_, role)| *role == Role::Shipping)
        });
        let text = match (feature(artefact.feature).name(), kind) {
            (_, Some(AttributeKind::Address)) if shipped => {
                "A parcel counter, an office mail room, a relative who receives parcels."
            }
            (_, Some(AttributeKind::Address)) => {
                "Flatmates, a family, a dormitory, a shelter, or a building whose units were left out."
            }
            ("phone" | "phone_block", _) => {
                "A family's phone, a number given to somebody new, an agency's number, a slip of the hand."
            }
            ("email" | "email_series", _) => {
                "A family or agency mailbox, or the tracking system merged two profiles."
            }
            ("shipping_address", None) => {
                "Neighbors, one office mail room, or one parcel counter with several boxes."
            }
            ("home_address", None) => {
                "Neighbors in one building, or one address written in two ways."
            }
            ("return_after_rejection", _) => {
                "Somebody who applies again under a married name; two people who were turned down at one time."
            }
            ("ip" | "network_week" | "timing", _) => {
                "A shared network: home, dormitory, office, carrier, VPN."
            }
            ("device", _) => "A library's, school's or family's computer.",
            ("resume_text" | "career", _) => {
                "A template, a resume writer, a boot camp's sample, text copied from one posting."
            }
            ("resume_file" | "pdf_id" | "pdf_author", _) => {
                "A file uploaded under the wrong name, a resume writer, a shared computer."
            }
            ("photo", _) => "A stock picture or a file uploaded under the wrong name.",
            ("profile" | "handle_series", _) => "A link pasted by mistake, or a shared portfolio.",
            ("referee", _) => "A real manager or teacher who vouches for several.",
            ("payment_account", _) => "Spouses or a family business.",
            _ => continue,
        };
        if !found.contains(&text) {
            found.push(text);
        }
    }
    found
}
