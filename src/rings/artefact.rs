//! Artefacts: what the members of a ring share, one entry per shared value or near-equality. Not responsible for
//! weighing.
//!
//! Invariant: most important first: the one that holds most members by most bits; of two alike, by feature, value and
//! members, whatever the order of arrival.

use crate::{
    graph::Sets,
    matching::Background,
    model::{ApplicantIx, Artefact, Bits},
    rings::piece::{Piece, number},
};

/// What the members of a piece share over its links. O(evidence), and O(n log n) for n artefacts.
pub fn collect(piece: &Piece<'_>, background: &Background) -> Vec<Artefact> {
    let mut artefacts: Vec<Artefact> = Vec::new();
    // The subject under which a member was last seen, and its place among those who share it.
    let mut seen = vec![(0_u32, 0_u32); piece.members.len()];
    for (turn, said) in (1_u32..).zip(piece.said.chunk_by(|p, q| p.about == q.about)) {
        let (feature, attribute) = said[0].about;
        let speaking = || said.iter().filter(|said| said.most > Bits::ZERO);
        let ends = || speaking().map(|said| piece.ends[said.link as usize]);
        let mut sharers: Vec<u32> = Vec::new();
        for member in ends().flat_map(|(a, b)| [a, b]) {
            if seen[member as usize].0 != turn {
                seen[member as usize].0 = turn;
                sharers.push(member);
            }
        }
        if sharers.is_empty() {
            continue;
        }
        sharers.sort_unstable();
        let groups: Vec<(Vec<ApplicantIx>, Bits)> = if attribute.is_some() {
            let bits = speaking().map(|said| said.most).max().unwrap_or_default();
            vec![(piece.named(&sharers), bits)]
        } else {
            // A near-equality holds together those it links, directly or through one another.
            for (place, &member) in (0_u32..).zip(&sharers) {
                seen[member as usize].1 = place;
            }
            let mut sets = Sets::new(sharers.len());
            for (a, b) in ends() {
                sets.join(seen[a as usize].1, seen[b as usize].1);
            }
            let (numbers, sizes) = sets.numbered();
            let mut groups = vec![(Vec::new(), Bits::ZERO); sizes.len()];
            for (&group, &member) in numbers.iter().zip(&sharers) {
                groups[group as usize].0.push(piece.members[member as usize]);
            }
            for (said, (a, _)) in speaking().zip(ends()) {
                let group = numbers[seen[a as usize].1 as usize];
                let bits = &mut groups[group as usize].1;
                *bits = said.most.max(*bits);
            }
            groups
        };
        let family = said[0].family;
        for (members, bits) in groups {
            let users =
                attribute.map_or_else(|| number(members.len()), |ix| background.of(ix).users);
            artefacts.push(Artefact { attribute, feature, family, members, bits, users });
        }
    }
    let corpus = piece.network.corpus();
    let value = |x: &Artefact| x.attribute.map(|ix| (corpus.kind(ix), corpus.value(ix)));
    let order = |&m: &ApplicantIx| piece.member(m).map(|n| piece.order[n as usize]);
    let first = |x: &Artefact| x.members.iter().filter_map(order).min();
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
