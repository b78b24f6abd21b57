//! Building rings: from the links of a network to components, parts, and the rings that pass the gates. Not
//! responsible for ids (`lineage`) nor for statuses (`engine`).
//!
//! Invariant: every ring is connected over links that bind; which rings there are, and all that is said of them,
//! depends only on the network and the policy, not on the numbers that arrival gave to applicants and links.

use crate::{
    graph::{Network, Structure, components},
    matching::{Background, Policy},
    model::{
        ApplicantIx, Artefact, Bits, Bridge, DropOne, Family, Gate, LinkClass, LinkIx,
        LinkStrength, Ring, RingId, RingStatus, Share,
    },
    rings::{artefact, gate, set::ahead},
};
use std::{cmp::Ordering, collections::BTreeSet};

/// The rings of a network, best supported first, each under the id it would have if it were new. O(links).
#[must_use]
pub fn build(network: &Network, background: &Background, policy: &Policy) -> Vec<Ring> {
    let binding = network.links().filter(|l| l.strength == LinkStrength::Ring);
    let found = components(network.applicants().slots(), binding.map(|l| (l.a, l.b)));
    let builder = Builder { network, background, policy };
    let mut rings: Vec<Ring> = found.iter().flat_map(|members| builder.parts(members)).collect();
    rings.sort_by(ahead);
    rings
}

pub(super) struct Builder<'a> {
    pub network: &'a Network,
    pub background: &'a Background,
    pub policy: &'a Policy,
}

/// What members share, and the gates they passed.
struct Judged {
    identities: usize,
    artefacts: Vec<Artefact>,
    gates: Vec<Gate>,
}

impl Builder<'_> {
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
                link.strength == LinkStrength::Ring
                    && members.binary_search(&link.a).is_ok()
                    && members.binary_search(&link.b).is_ok()
            })
            .collect();
        links.sort_unstable();
        links.dedup();
        links
    }

    /// Connected components, the largest first.
    fn components(&self, members: &[ApplicantIx], links: &[LinkIx]) -> Vec<Vec<ApplicantIx>> {
        let mut parts = self.structure(members, links).components();
        let first = |part: &[ApplicantIx]| part.iter().map(|&m| self.network.order(m)).min();
        parts.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| first(a).cmp(&first(b))));
        parts
    }

    /// The weaker of two links first.
    fn weaker(&self, p: LinkIx, q: LinkIx) -> Ordering {
        let order = |ix| self.network.link_order(ix);
        self.total(p).cmp(&self.total(q)).then_with(|| order(p).cmp(&order(q)))
    }

    fn structure(&self, members: &[ApplicantIx], links: &[LinkIx]) -> Structure<LinkIx> {
        let edges = links.iter().map(|&ix| {
            let link = self.network.link(ix);
            (link.a, link.b, ix)
        });
        Structure::new(members, edges)
    }

    /// The rings of one component: one, or several where a weak bridge holds it together, or none.
    pub fn parts(&self, members: &[ApplicantIx]) -> Vec<Ring> {
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
                    ring.bridges.sort_by(|p, q| self.weaker(p.link, q.link));
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
                let sides: Vec<Vec<ApplicantIx>> = self.components(members, &rest);
                let least = self.policy.ring.min_identities as usize;
                if sides.iter().filter(|side| side.len() >= least).count() < 2 {
                    return None;
                }
                let whole: Vec<&Vec<ApplicantIx>> =
                    sides.iter().filter(|side| self.is_a_side(side)).collect();
                // What several of one side use as well as several of another is both sides' own.
                let few = |side: &&Vec<ApplicantIx>| {
                    let of = |a: &Artefact| side.iter().filter(|m| a.members.contains(m)).count();
                    artefact.is_none_or(|a| pattern || of(a) < 2)
                };
                let n = whole.len();
                let bridge = cut.into_iter().max_by(|&p, &q| self.weaker(p, q))?;
                (n >= 2 && whole.into_iter().filter(few).count() + 1 >= n)
                    .then_some((n, bridge, sides))
            })
            .max_by(|(n, p, _), (m, q, _)| n.cmp(m).then_with(|| self.weaker(*q, *p)))
            .map(|(_, bridge, sides)| (bridge, sides))
    }

    /// Whether these members would be a ring of enough identities by themselves.
    fn is_a_side(&self, side: &[ApplicantIx]) -> bool {
        side.len() >= self.policy.ring.min_identities as usize
            && self
                .judged(side, &self.links(side))
                .is_some_and(|judged| judged.identities >= self.policy.ring.min_identities as usize)
    }

    /// What these members share and how they pass the gates; none when they do not.
    fn judged(&self, members: &[ApplicantIx], links: &[LinkIx]) -> Option<Judged> {
        let artefacts = artefact::collect(self.network, self.background, members, links);
        let identities = self.identities(members);
        let gates = gate::judge(identities, &artefacts, &self.policy.ring);
        gates.iter().all(|g| g.passed).then_some(Judged { identities, artefacts, gates })
    }

    /// The ring of these members, if they pass the gates.
    fn ring(&self, members: &[ApplicantIx], links: Vec<LinkIx>) -> Option<Ring> {
        let Judged { identities, artefacts, gates } = self.judged(members, &links)?;
        let structure = self.structure(members, &links);
        let mut bridges = structure.bridges();
        bridges.sort_by(|&p, &q| self.weaker(p, q));
        let bridges =
            bridges.into_iter().filter_map(|link| self.bridge(members, &links, link)).collect();
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
        let corpus = self.network.corpus();
        let applications =
            members.iter().flat_map(|&m| &self.network.applicant(m).applications).copied();
        let first = applications.min_by_key(|&app| corpus.app(app).key())?;
        Some(Ring {
            id: RingId::derive(corpus.id_text(first)),
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
        let side = self.components(members, &rest).pop()?;
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
                        self.total(ix) - gone >= self.policy.link.threshold
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
        sorted.sort_by_key(|&ix| std::cmp::Reverse(self.total(ix)));
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
