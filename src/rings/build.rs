//! Building rings: from the links of a network to components, parts, and the rings that pass the gates. Not
//! responsible for ids (`lineage`) nor for statuses (`engine`).
//!
//! Invariant: every ring is connected over links that bind; which rings there are depends only on the network
//! and the policy.

use crate::{
    graph::{Network, Structure, components},
    matching::{Background, Policy},
    model::{
        ApplicantIx, Artefact, Bits, Bridge, DropOne, Family, LinkClass, LinkIx, LinkStrength,
        Ring, RingId, RingStatus, Share,
    },
    rings::{artefact, gate, joining},
};
use std::collections::BTreeSet;

/// The rings of a network, best supported first, each under the id it would have if it were new. O(links).
#[must_use]
pub fn build(network: &Network, background: &Background, policy: &Policy) -> Vec<Ring> {
    let joined = joining::joined(network, background, policy);
    let builder = Builder { network, background, policy, joined: &joined };
    let links = (0..network.links().len()).map(LinkIx::new).filter(|&ix| builder.binds(ix));
    let ends = links.map(|ix| (network.link(ix).a, network.link(ix).b));
    let found = components(network.applicants().len(), ends);
    let mut rings: Vec<Ring> = found.iter().flat_map(|members| builder.parts(members)).collect();
    sort(&mut rings);
    rings
}

/// Sorts rings for display: best supported first.
pub fn sort(rings: &mut [Ring]) {
    rings.sort_by(|a, b| b.score.cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
}

struct Builder<'a> {
    network: &'a Network,
    background: &'a Background,
    policy: &'a Policy,
    /// Links that bind only within their group, sorted.
    joined: &'a [LinkIx],
}

impl Builder<'_> {
    fn binds(&self, link: LinkIx) -> bool {
        self.network.link(link).strength == LinkStrength::Ring
            || self.joined.binary_search(&link).is_ok()
    }

    fn total(&self, link: LinkIx) -> Bits {
        self.policy.link.prior + self.network.link(link).bits
    }

    /// Links that bind, among these members, sorted.
    fn links(&self, members: &[ApplicantIx]) -> Vec<LinkIx> {
        let mut links: Vec<LinkIx> = members
            .iter()
            .flat_map(|&m| self.network.links_of(m))
            .copied()
            .filter(|&ix| {
                let link = self.network.link(ix);
                self.binds(ix)
                    && members.binary_search(&link.a).is_ok()
                    && members.binary_search(&link.b).is_ok()
            })
            .collect();
        links.sort_unstable();
        links.dedup();
        links
    }

    fn structure(&self, members: &[ApplicantIx], links: &[LinkIx]) -> Structure<LinkIx> {
        let edges = links.iter().map(|&ix| {
            let link = self.network.link(ix);
            (link.a, link.b, ix)
        });
        Structure::new(members, edges)
    }

    /// The rings of one component: one, or several where a weak bridge holds it together, or none.
    fn parts(&self, members: &[ApplicantIx]) -> Vec<Ring> {
        let links = self.links(members);
        if let Some((bridge, sides)) = self.weak_bridge(members, &links) {
            let ends = [self.network.link(bridge).a, self.network.link(bridge).b];
            let mut rings: Vec<Ring> = sides.iter().flat_map(|side| self.parts(side)).collect();
            for ring in &mut rings {
                if ends.iter().any(|m| ring.members.binary_search(m).is_ok()) {
                    let other = sides.iter().find(|side| {
                        ends.iter().any(|m| {
                            side.binary_search(m).is_ok() && ring.members.binary_search(m).is_err()
                        })
                    });
                    let side = other.cloned().unwrap_or_default();
                    ring.bridges.push(Bridge { link: bridge, weak: true, side });
                }
            }
            return rings;
        }
        self.ring(members, links).into_iter().collect()
    }

    /// The strongest of the weak links that alone hold two sides together, and the sides, where at least two of
    /// them would be rings without it. One artefact can lie on several links: they count as one bridge.
    fn weak_bridge(
        &self,
        members: &[ApplicantIx],
        links: &[LinkIx],
    ) -> Option<(LinkIx, Vec<Vec<ApplicantIx>>)> {
        let artefacts = artefact::collect(self.network, self.background, members, links);
        let structure = self.structure(members, links);
        let single = structure.bridges().into_iter().map(|bridge| (vec![bridge], None));
        let shared = artefacts.iter().take(40).map(|artefact| {
            let carried = |ix: LinkIx| -> Bits {
                let evidence = &self.network.link(ix).evidence;
                evidence.iter().filter(|e| artefact::belongs(artefact, e)).map(|e| e.bits).sum()
            };
            let least = self.policy.link.threshold;
            // A pattern that two rings hit upon may look strong, since each has several users of it.
            let held = |ix: &LinkIx| match carried(*ix) {
                Bits::ZERO => false,
                bits => !artefact.is_pattern() || self.total(*ix) - bits < least,
            };
            (links.iter().copied().filter(held).collect::<Vec<LinkIx>>(), Some(artefact))
        });
        single
            .chain(shared)
            .filter_map(|(mut cut, artefact)| {
                let pattern = artefact.is_some_and(Artefact::is_pattern);
                cut.retain(|&ix| pattern || self.total(ix) < self.policy.ring.weak_bridge);
                let rest: Vec<LinkIx> =
                    links.iter().copied().filter(|ix| !cut.contains(ix)).collect();
                let sides: Vec<Vec<ApplicantIx>> = self.structure(members, &rest).components();
                let whole: Vec<&Vec<ApplicantIx>> =
                    sides.iter().filter(|side| self.is_a_side(side)).collect();
                // What several of one side use as well as several of another is both sides' own.
                let few = |side: &&Vec<ApplicantIx>| {
                    let of = |a: &Artefact| side.iter().filter(|m| a.members.contains(m)).count();
                    artefact.is_none_or(|a| pattern || of(a) < 2)
                };
                let n = whole.len();
                let bridge = cut.into_iter().max_by_key(|&ix| (self.total(ix), ix))?;
                (n >= 2 && whole.into_iter().filter(few).count() + 1 >= n)
                    .then_some((n, bridge, sides))
            })
            .max_by_key(|(n, bridge, _)| (*n, std::cmp::Reverse(self.total(*bridge)), *bridge))
            .map(|(_, bridge, sides)| (bridge, sides))
    }

    /// Whether these members would be a ring of enough identities by themselves.
    fn is_a_side(&self, side: &[ApplicantIx]) -> bool {
        side.len() >= self.policy.ring.min_identities as usize
            && self
                .ring(side, self.links(side))
                .is_some_and(|ring| ring.identities >= self.policy.ring.min_identities)
    }

    /// The ring of these members, if they pass the gates.
    fn ring(&self, members: &[ApplicantIx], links: Vec<LinkIx>) -> Option<Ring> {
        let artefacts = artefact::collect(self.network, self.background, members, &links);
        let identities = self.identities(members);
        let mut gates = gate::judge(identities, &artefacts, &self.policy.ring);
        let joined = links.iter().filter(|ix| self.joined.binary_search(ix).is_ok()).count();
        gates.extend(gate::joined(joined));
        if gates.iter().any(|g| !g.passed) {
            return None;
        }
        let structure = self.structure(members, &links);
        let bridges = structure
            .bridges()
            .into_iter()
            .filter_map(|link| self.bridge(members, &links, link))
            .collect();
        let families: BTreeSet<Family> = artefacts
            .iter()
            .filter(|a| a.bits > Bits::new(1.0))
            .map(|a| a.family)
            .filter(|f| f.counts())
            .collect();
        let times = || {
            members
                .iter()
                .flat_map(|&m| &self.network.applicant(m).applications)
                .filter_map(|&app| self.network.corpus().submitted(app))
        };
        let first = self.network.applicant(*members.first()?).applications.first()?;
        Some(Ring {
            id: RingId::derive(self.network.corpus().id_text(*first)),
            members: members.to_vec(),
            identities: u32::try_from(identities).unwrap_or(u32::MAX),
            drop_one: self.drop_one(members, &links, &artefacts),
            score: self.score(members, &links),
            links,
            artefacts,
            families: families.into_iter().collect(),
            bridges,
            cut_members: structure.cut_members(),
            gates,
            status: RingStatus::Open,
            first_seen: times().min(),
            last_seen: times().max(),
        })
    }

    /// Different claimed identities: members whose names are compatible and who are linked as such count once.
    fn identities(&self, members: &[ApplicantIx]) -> usize {
        let alike = members
            .iter()
            .flat_map(|&m| self.network.links_of(m))
            .map(|&ix| self.network.link(ix))
            .filter(|l| matches!(l.class, LinkClass::SamePerson | LinkClass::Reapplicant))
            .map(|l| (l.a, l.b, ()));
        Structure::new(members, alike).components().len()
    }

    fn bridge(&self, members: &[ApplicantIx], links: &[LinkIx], link: LinkIx) -> Option<Bridge> {
        let rest: Vec<LinkIx> = links.iter().copied().filter(|&ix| ix != link).collect();
        let side = self.structure(members, &rest).components().pop()?;
        Some(Bridge { link, weak: false, side })
    }

    /// The artefact without which least remains.
    fn drop_one(
        &self,
        members: &[ApplicantIx],
        links: &[LinkIx],
        artefacts: &[Artefact],
    ) -> Option<DropOne> {
        (0_u32..)
            .zip(artefacts)
            .take(12)
            .map(|(i, artefact)| {
                let left: Vec<LinkIx> = links
                    .iter()
                    .copied()
                    .filter(|&ix| {
                        let gone: Bits = self
                            .network
                            .link(ix)
                            .evidence
                            .iter()
                            .filter(|e| artefact::belongs(artefact, e))
                            .map(|e| e.bits)
                            .sum();
                        gone == Bits::ZERO || self.total(ix) - gone >= self.policy.link.threshold
                    })
                    .collect();
                let parts: Vec<u32> = self
                    .structure(members, &left)
                    .components()
                    .iter()
                    .map(|part| u32::try_from(part.len()).unwrap_or(u32::MAX))
                    .filter(|&n| n > 1)
                    .collect();
                let largest = parts.first().map_or(0, |&n| n as usize);
                DropOne { artefact: i, remaining: Share::of(largest, members.len()), parts }
            })
            .min_by(|p, q| {
                p.remaining.get().total_cmp(&q.remaining.get()).then(p.artefact.cmp(&q.artefact))
            })
    }

    /// What the ring is ranked by: the bits of its maximum spanning tree (Kruskal), prior included, so that a
    /// ring gains by every further member and not by every further pair.
    fn score(&self, members: &[ApplicantIx], links: &[LinkIx]) -> Bits {
        let mut sorted = links.to_vec();
        sorted.sort_by_key(|&ix| (std::cmp::Reverse(self.total(ix)), ix));
        let mut root: Vec<usize> = (0..members.len()).collect();
        fn find(root: &mut [usize], mut i: usize) -> usize {
            while root[i] != i {
                root[i] = root[root[i]];
                i = root[i];
            }
            i
        }
        let mut score = Bits::ZERO;
        for ix in sorted {
            let link = self.network.link(ix);
            let (Ok(a), Ok(b)) = (members.binary_search(&link.a), members.binary_search(&link.b))
            else {
                continue;
            };
            let (a, b) = (find(&mut root, a), find(&mut root, b));
            if a != b {
                root[a] = b;
                score += self.total(ix);
            }
        }
        score
    }
}
