//! Building rings: from the links of a network to components, parts, and the rings that pass the gates. Not
//! responsible for ids (`lineage`) nor for statuses (`engine`).
//!
//! Invariant: every ring is connected over links that bind; which rings there are, and all that is said of them,
//! depends only on the network and the policy, not on the numbers that arrival gave to applicants and links.

use crate::{
    graph::{Network, Seam, Seams, Sets, components},
    matching::{Background, Policy},
    model::{
        ApplicantIx, Artefact, Bits, Bridge, DropOne, Family, LinkIx, LinkStrength, Ring, RingId,
        RingStatus, Share,
    },
    rings::{
        artefact, cut, gate, joining,
        piece::{Piece, number},
        set::ahead,
    },
};
use std::collections::BTreeSet;

/// The rings of a network, best supported first, each under the id it would have if it were new. O(links).
#[must_use]
pub fn build(network: &Network, background: &Background, policy: &Policy) -> Vec<Ring> {
    let joined = joining::joined(network, background, policy);
    let builder = Builder { network, background, policy, joined: &joined };
    let links = network.link_ixs().filter(|&ix| builder.binds(ix));
    let ends = links.map(|ix| (network.link(ix).a, network.link(ix).b));
    let found = components(network.applicants().slots(), ends);
    let mut rings: Vec<Ring> = found.iter().flat_map(|members| builder.parts(members)).collect();
    rings.sort_by(ahead);
    rings
}

pub(super) struct Builder<'a> {
    pub network: &'a Network,
    pub background: &'a Background,
    pub policy: &'a Policy,
    /// Links that bind only within their group, sorted.
    pub joined: &'a [LinkIx],
}

impl<'a> Builder<'a> {
    fn is_joined(&self, link: LinkIx) -> bool {
        self.joined.binary_search(&link).is_ok()
    }

    pub fn binds(&self, link: LinkIx) -> bool {
        self.network.link(link).strength == LinkStrength::Ring || self.is_joined(link)
    }

    /// Links that bind, among these members, sorted. O(m log m) over all their links.
    pub fn links(&self, members: &[ApplicantIx]) -> Vec<LinkIx> {
        let mut links: Vec<LinkIx> = members
            .iter()
            .flat_map(|&m| self.network.links_of(m).iter().map(move |&ix| (m, ix)))
            .filter(|&(m, ix)| {
                let link = self.network.link(ix);
                // Each is met from both ends and kept from the first.
                m == link.a && self.binds(ix) && members.binary_search(&link.b).is_ok()
            })
            .map(|(_, ix)| ix)
            .collect();
        links.sort_unstable();
        links
    }

    /// The rings of one component: one, or several where a weak bridge holds it together, or none.
    pub fn parts(&self, members: &[ApplicantIx]) -> Vec<Ring> {
        self.of(&Piece::new(self.network, self.policy, |ix| self.binds(ix), members))
    }

    fn of(&self, piece: &Piece<'a>) -> Vec<Ring> {
        let built = Built {
            artefacts: artefact::collect(piece, self.background),
            seams: Seams::new(piece.members.len(), &piece.ends),
            tree: piece.tree(),
            piece,
        };
        let Built { artefacts, seams, tree, .. } = &built;
        let Some(cut) = cut::weakest(piece, self.policy, artefacts, seams, tree) else {
            return built.ring(self).into_iter().collect();
        };
        let mut sides = piece.split(&cut.side_of, cut.sides);
        let first = |side: &Piece<'_>| side.order.iter().min().copied();
        sides.sort_by(|a, b| {
            let size = |side: &Piece<'_>| side.members.len();
            size(b).cmp(&size(a)).then_with(|| first(a).cmp(&first(b)))
        });
        let mut rings: Vec<Ring> = sides.iter().flat_map(|side| self.of(side)).collect();
        let (a, b) = piece.ends[cut.bridge as usize];
        let ends = [piece.members[a as usize], piece.members[b as usize]];
        for ring in &mut rings {
            let is_in = |m: &&ApplicantIx| ring.members.binary_search(m).is_ok();
            if !ends.iter().any(|m| is_in(&m)) {
                continue;
            }
            // The side of the end that is not in this ring.
            let outside: Vec<ApplicantIx> = ends.iter().filter(|m| !is_in(m)).copied().collect();
            let other = sides.iter().find(|side| outside.iter().any(|&m| side.member(m).is_some()));
            let side = other.map(|side| side.members.clone()).unwrap_or_default();
            let link = piece.links[cut.bridge as usize];
            ring.bridges.push(Bridge { link, weak: true, side });
            ring.bridges.sort_by_cached_key(|bridge| {
                let link = bridge.link;
                (self.network.link(link).bits, self.network.link_order(link))
            });
        }
        rings
    }
}

/// A piece, and what both cutting it and describing it need.
struct Built<'p, 'a> {
    piece: &'p Piece<'a>,
    artefacts: Vec<Artefact>,
    seams: Seams,
    /// A spanning tree of the greatest worth.
    tree: Vec<u32>,
}

impl Built<'_, '_> {
    /// The ring of these members, if they pass the gates.
    fn ring(self, builder: &Builder<'_>) -> Option<Ring> {
        let (piece, network, policy) = (self.piece, builder.network, builder.policy);
        let identities = piece.identities();
        let mut gates = gate::judge(network, identities, &self.artefacts, &policy.ring);
        gates.extend(gate::joined(piece.links.iter().filter(|&&ix| builder.is_joined(ix)).count()));
        if gates.iter().any(|gate| !gate.passed) {
            return None;
        }
        let families: BTreeSet<Family> = self
            .artefacts
            .iter()
            .filter(|a| a.bits > Bits::new(1.0))
            .map(|a| a.family)
            .filter(|f| f.counts())
            .collect();
        let corpus = network.corpus();
        let applications =
            || piece.members.iter().flat_map(|&m| &network.applicant(m).applications).copied();
        let times = || applications().filter_map(|app| corpus.submitted(app));
        let first = applications().min_by_key(|&app| corpus.app(app).key())?;
        Some(Ring {
            id: RingId::derive(corpus.id_text(first)),
            members: piece.members.clone(),
            identities: number(identities),
            drop_one: self.drop_one(policy),
            // A ring is ranked by the bits of its maximum spanning tree, prior included, so that it gains by every
            // further member and not by every further pair.
            score: self.tree.iter().map(|&link| piece.totals[link as usize]).sum(),
            links: piece.links.clone(),
            families: families.into_iter().collect(),
            bridges: self.bridges(),
            cut_members: piece.named(&self.seams.hinges),
            gates,
            status: RingStatus::Open,
            first_seen: times().min(),
            last_seen: times().max(),
            artefacts: self.artefacts,
        })
    }

    /// The bridges, weakest first, each with its smaller side.
    fn bridges(&self) -> Vec<Bridge> {
        let (piece, n) = (self.piece, self.piece.members.len());
        let mut seams: Vec<&Seam> = self.seams.bridges.iter().collect();
        seams.sort_by(|p, q| piece.weaker(p.edge, q.edge));
        let first = |side: &[u32]| side.iter().map(|&m| piece.order[m as usize]).min();
        let bridge = |seam: &Seam| {
            let mut side = self.seams.behind(seam).to_vec();
            side.sort_unstable();
            if 2 * side.len() >= n {
                let others: Vec<u32> =
                    (0..number(n)).filter(|m| side.binary_search(m).is_err()).collect();
                // Of two halves the one that comes second.
                if 2 * side.len() > n || first(&side) < first(&others) {
                    side = others;
                }
            }
            Bridge { link: piece.links[seam.edge as usize], weak: false, side: piece.named(&side) }
        };
        seams.into_iter().map(bridge).collect()
    }

    /// The artefact without which least remains.
    fn drop_one(&self, policy: &Policy) -> Option<DropOne> {
        let piece = self.piece;
        let mut falls = vec![false; piece.links.len()];
        let mut sets = Sets::new(piece.members.len());
        let without = |(i, artefact): (u32, &Artefact)| {
            // A link of which nothing is gone stays, be it joined and too weak by itself.
            let gone = piece.about(artefact).iter().filter(|said| {
                let rest = piece.totals[said.link as usize] - said.sum;
                said.sum != Bits::ZERO && rest < policy.link.threshold
            });
            let gone: Vec<usize> = gone.map(|said| said.link as usize).collect();
            for &link in &gone {
                falls[link] = true;
            }
            sets.part();
            for (&(a, b), _) in piece.ends.iter().zip(&falls).filter(|(_, falls)| !**falls) {
                if sets.len() > 1 {
                    sets.join(a, b);
                }
            }
            for &link in &gone {
                falls[link] = false;
            }
            let mut parts: Vec<u32> =
                sets.numbered().1.into_iter().filter(|&size| size > 1).collect();
            parts.sort_unstable_by(|a, b| b.cmp(a));
            let largest = parts.first().map_or(0, |&n| n as usize);
            DropOne { artefact: i, remaining: Share::of(largest, piece.members.len()), parts }
        };
        (0_u32..).zip(&self.artefacts).take(12).map(without).min_by(|p, q| {
            p.remaining.get().total_cmp(&q.remaining.get()).then(p.artefact.cmp(&q.artefact))
        })
    }
}
