//! Artefacts: what the members of a ring share, one entry per shared value or near-equality. Not responsible for
//! weighing.
//!
//! Invariant: most important first: the one that holds most members by most bits; of two alike, by feature, value and
//! members, whatever the order of arrival.

use crate::{
    graph::{Network, Structure},
    matching::Background,
    model::{ApplicantIx, Artefact, AttributeIx, Bits, Evidence, Family, FeatureId, LinkIx},
};
use std::collections::{BTreeMap, BTreeSet};

/// Whether a piece of evidence is about this artefact.
#[must_use]
pub fn belongs(artefact: &Artefact, evidence: &Evidence) -> bool {
    evidence.feature == artefact.feature && evidence.attribute == artefact.attribute
}

/// What these members share over these links. O(evidence).
#[must_use]
pub fn collect(
    network: &Network,
    background: &Background,
    members: &[ApplicantIx],
    links: &[LinkIx],
) -> Vec<Artefact> {
    type Key = (FeatureId, Option<AttributeIx>);
    let mut found: BTreeMap<Key, (Family, Bits, BTreeSet<ApplicantIx>, Vec<LinkIx>)> =
        BTreeMap::new();
    for &ix in links {
        let link = network.link(ix);
        for e in link.evidence.iter().filter(|e| e.bits > Bits::ZERO) {
            let entry = found
                .entry((e.feature, e.attribute))
                .or_insert_with(|| (e.family, Bits::ZERO, BTreeSet::new(), Vec::new()));
            entry.1 = entry.1.max(e.bits);
            entry.2.extend([link.a, link.b]);
            entry.3.push(ix);
        }
    }
    let mut artefacts: Vec<Artefact> = Vec::new();
    for ((feature, attribute), (family, bits, sharers, through)) in found {
        let groups = if attribute.is_some() {
            vec![sharers.into_iter().collect()]
        } else {
            // A near-equality holds together those it links, directly or through one another.
            let edges = through.iter().map(|&ix| {
                let link = network.link(ix);
                (link.a, link.b, ix)
            });
            Structure::new(members, edges).components()
        };
        for members in groups.into_iter().filter(|g: &Vec<ApplicantIx>| g.len() > 1) {
            let users = attribute.map_or_else(
                || u32::try_from(members.len()).unwrap_or(u32::MAX),
                |ix| background.of(ix).users,
            );
            artefacts.push(Artefact { attribute, feature, family, members, bits, users });
        }
    }
    let corpus = network.corpus();
    let value = |x: &Artefact| x.attribute.map(|ix| (corpus.kind(ix), corpus.value(ix)));
    let first = |x: &Artefact| x.members.iter().map(|&m| network.order(m)).min();
    artefacts.sort_by(|a, b| {
        let weight = |x: &Artefact| x.bits.hundredths() as i64 * (x.members.len() as i64 - 1);
        weight(b)
            .cmp(&weight(a))
            .then_with(|| a.feature.cmp(&b.feature))
            .then_with(|| value(a).cmp(&value(b)))
            .then_with(|| first(a).cmp(&first(b)))
    });
    artefacts
}
