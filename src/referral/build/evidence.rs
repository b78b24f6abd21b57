//! Which two named members hang together, and by what. Not responsible for weighing (`matching`) nor for the words of a
//! comparison (`explain`).
//!
//! Invariant: a link's bits are those of its evidence together; contradicting evidence stands beside supporting.

use super::{Sight, withholding::Withholding};
use crate::{
    explain, matching,
    model::{Agreement, ApplicantIx, Bits, Evidence, LinkIx, LinkStrength},
    referral::{EvidenceLine, LinkLine, Thing, secrets::WITHHELD},
};
use std::collections::{BTreeMap, BTreeSet};

/// Links that are written out, at most: those of one crowded address are the square of its users.
pub(super) const MOST: usize = 5_000;

/// The links between named members, strongest first, and how many there are.
pub(super) fn links(
    sight: &Sight<'_>,
    withheld: &Withholding,
    things: &[Thing],
) -> (Vec<LinkLine>, usize) {
    let network = &sight.ground.view.network;
    let numbers: BTreeMap<ApplicantIx, usize> =
        sight.named.iter().enumerate().map(|(at, &member)| (member, at + 1)).collect();
    let mut found: Vec<(Bits, usize, usize, LinkIx)> = sight
        .ring
        .links
        .iter()
        .filter_map(|&ix| {
            let link = network.link(ix);
            let (a, b) = (*numbers.get(&link.a)?, *numbers.get(&link.b)?);
            Some((link.bits, a.min(b), a.max(b), ix))
        })
        .collect();
    let n = found.len();
    found.sort_by_key(|(bits, a, b, _)| (std::cmp::Reverse(*bits), *a, *b));
    found.truncate(MOST);
    let weak: BTreeSet<LinkIx> =
        sight.ring.bridges.iter().filter(|bridge| bridge.weak).map(|bridge| bridge.link).collect();
    let lines = found.into_iter().map(|(bits, a, b, ix)| {
        let link = network.link(ix);
        let is_turned = numbers.get(&link.a) == Some(&b);
        LinkLine {
            a,
            b,
            class: link.class.label().to_owned(),
            bits,
            binds: link.strength == LinkStrength::Ring,
            is_weak_bridge: weak.contains(&ix),
            evidence: link
                .evidence
                .iter()
                .map(|evidence| line(sight, withheld, things, evidence, is_turned))
                .collect(),
        }
    });
    (lines.collect(), n)
}

fn line(
    sight: &Sight<'_>,
    withheld: &Withholding,
    things: &[Thing],
    evidence: &Evidence,
    is_turned: bool,
) -> EvidenceLine {
    let corpus = sight.ground.view.network.corpus();
    let raw = |app| sight.raws.get(app).map(|raw| (*raw).clone());
    let said = explain::line(corpus, evidence, &raw);
    let feature = matching::feature(evidence.feature);
    let is_hidden = feature.columns().iter().any(|&column| withheld.hides(column))
        || said.attribute.as_ref().is_some_and(|attribute| withheld.withholds(attribute.kind))
        || sight.scope.is_keyed;
    let shown = |text: &str| match is_hidden {
        true => WITHHELD.to_owned(),
        false => withheld.struck(text),
    };
    let (mut left, mut right) = (shown(&said.left), shown(&said.right));
    if is_turned {
        std::mem::swap(&mut left, &mut right);
    }
    let id = said.attribute.as_ref().map(crate::model::Attribute::id);
    EvidenceLine {
        feature: said.feature.to_owned(),
        label: said.label.to_owned(),
        agreement: match said.agreement {
            Agreement::Supports => "supports",
            Agreement::Contradicts => "contradicts",
            Agreement::Neutral => "neutral",
        }
        .to_owned(),
        bits: said.bits,
        left,
        right,
        thing: id.and_then(|id| things.iter().find(|t| t.id.as_ref() == Some(&id))).map(|t| t.no),
        text: withheld.struck(&said.sentence),
        applications: [evidence.left, evidence.right].map(|app| corpus.id(app)).to_vec(),
    }
}
