//! A piece: members and the links that bind them, numbered from 0, with all that cutting and judging ask again and
//! again read once from the network. Not responsible for what is made of it (`cut`, `build`).
//!
//! Invariant: members and links are sorted and numbered in that order, whatever is said of both ends is said of
//! members, and the links hold all members together.

use crate::{
    graph::{Network, Sets},
    matching::Policy,
    model::{ApplicantIx, Artefact, AttributeIx, Bits, Family, FeatureId, LinkClass, LinkIx},
    rings::gate::Signs,
};
use std::cmp::Ordering;

/// What evidence is about: an artefact's feature and attribute.
pub type Subject = (FeatureId, Option<AttributeIx>);

/// All that one link says about one subject.
#[derive(Debug, Clone, Copy)]
pub struct Said {
    /// About what.
    pub about: Subject,
    /// Its family.
    pub family: Family,
    /// Number of the link.
    pub link: u32,
    /// The most that one piece of evidence is worth.
    pub most: Bits,
    /// All of it.
    pub sum: Bits,
}

/// Members and what holds them together.
pub struct Piece<'a> {
    /// Where they are from.
    pub network: &'a Network,
    /// Members, sorted.
    pub members: Vec<ApplicantIx>,
    /// The order of each that does not depend on arrival.
    pub order: Vec<u64>,
    /// Links that bind among the members, sorted.
    pub links: Vec<LinkIx>,
    /// Numbers of the two that each link binds.
    pub ends: Vec<(u32, u32)>,
    /// What each link is worth, prior included.
    pub totals: Vec<Bits>,
    /// What the gates look for in each.
    pub signs: Vec<Signs>,
    /// What the links say, by subject and link.
    pub said: Vec<Said>,
    /// Members who are linked as perhaps one person.
    pub alike: Vec<(u32, u32)>,
}

/// `n` as a number of a member or link; a piece larger than that does not fit into memory.
pub fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

impl<'a> Piece<'a> {
    /// The piece of these members, sorted, and of the links that bind among them. O(m log m) over all their links.
    pub fn new(
        network: &'a Network,
        policy: &Policy,
        binds: impl Fn(LinkIx) -> bool,
        members: &[ApplicantIx],
    ) -> Self {
        // A link that is met from both ends is one among the members.
        let mut met: Vec<(LinkIx, u32)> = Vec::new();
        for (n, &member) in (0_u32..).zip(members) {
            met.extend(network.links_of(member).iter().map(|&ix| (ix, n)));
        }
        met.sort_unstable();
        let mut piece = Self::empty(network);
        piece.members = members.to_vec();
        piece.order = members.iter().map(|&m| network.order(m)).collect();
        for pair in met.chunk_by(|p, q| p.0 == q.0) {
            let &[(ix, a), (_, b)] = pair else { continue };
            let link = network.link(ix);
            if matches!(link.class, LinkClass::SamePerson | LinkClass::Reapplicant) {
                piece.alike.push((a, b));
            }
            if !binds(ix) {
                continue;
            }
            let said = link.evidence.iter().map(|e| Said {
                about: (e.feature, e.attribute),
                family: e.family,
                link: number(piece.links.len()),
                most: e.bits,
                sum: e.bits,
            });
            piece.said.extend(said);
            piece.links.push(ix);
            piece.ends.push((a, b));
            piece.totals.push(policy.link.prior + link.bits);
            piece.signs.push(link.evidence.iter().map(Signs::of).collect());
        }
        piece.said.sort_unstable_by_key(|said| (said.about, said.link));
        piece.said.dedup_by(|more, said| {
            let same = (more.about, more.link) == (said.about, said.link);
            if same {
                said.most = said.most.max(more.most);
                said.sum += more.sum;
            }
            same
        });
        piece
    }

    /// Nobody.
    fn empty(network: &'a Network) -> Self {
        Self {
            network,
            members: Vec::new(),
            order: Vec::new(),
            links: Vec::new(),
            ends: Vec::new(),
            totals: Vec::new(),
            signs: Vec::new(),
            said: Vec::new(),
            alike: Vec::new(),
        }
    }

    /// The pieces that its sides are, given the side of each member and how many sides there are. O(all of it).
    pub fn split(&self, side_of: &[u32], sides: usize) -> Vec<Self> {
        let mut pieces: Vec<Self> = (0..sides).map(|_| Self::empty(self.network)).collect();
        let mut member_now: Vec<u32> = Vec::with_capacity(self.members.len());
        for (i, &side) in side_of.iter().enumerate() {
            let piece = &mut pieces[side as usize];
            member_now.push(number(piece.members.len()));
            piece.members.push(self.members[i]);
            piece.order.push(self.order[i]);
        }
        let inside = |(a, b): (u32, u32)| {
            let side = side_of[a as usize];
            let now = (member_now[a as usize], member_now[b as usize]);
            (side == side_of[b as usize]).then_some((side as usize, now))
        };
        let mut link_now: Vec<Option<(usize, u32)>> = Vec::with_capacity(self.links.len());
        for (i, &ends) in self.ends.iter().enumerate() {
            link_now.push(inside(ends).map(|(side, ends)| {
                let piece = &mut pieces[side];
                piece.links.push(self.links[i]);
                piece.ends.push(ends);
                piece.totals.push(self.totals[i]);
                piece.signs.push(self.signs[i]);
                (side, number(piece.links.len() - 1))
            }));
        }
        for said in &self.said {
            if let Some((side, link)) = link_now[said.link as usize] {
                pieces[side].said.push(Said { link, ..*said });
            }
        }
        for (side, ends) in self.alike.iter().filter_map(|&ends| inside(ends)) {
            pieces[side].alike.push(ends);
        }
        pieces
    }

    /// What the links say about an artefact, by link. O(log n).
    pub fn about(&self, artefact: &Artefact) -> &[Said] {
        let subject = (artefact.feature, artefact.attribute);
        let from = self.said.partition_point(|said| said.about < subject);
        let rest = &self.said[from..];
        &rest[..rest.partition_point(|said| said.about == subject)]
    }

    /// The weaker of two links first.
    pub fn weaker(&self, p: u32, q: u32) -> Ordering {
        let order = |link: u32| {
            let (a, b) = self.ends[link as usize];
            let (a, b) = (self.order[a as usize], self.order[b as usize]);
            (a.min(b), a.max(b))
        };
        let total = |link: u32| self.totals[link as usize];
        total(p).cmp(&total(q)).then_with(|| order(p).cmp(&order(q)))
    }

    /// Numbers of the links of a spanning tree of the greatest worth (Kruskal). O(m log m).
    pub fn tree(&self) -> Vec<u32> {
        let mut sorted: Vec<u32> = (0..number(self.links.len())).collect();
        sorted.sort_unstable_by_key(|&link| (std::cmp::Reverse(self.totals[link as usize]), link));
        let mut sets = Sets::new(self.members.len());
        sorted.retain(|&link| {
            let (a, b) = self.ends[link as usize];
            sets.len() > 1 && sets.join(a, b)
        });
        sorted
    }

    /// Different claimed identities: members whose names are compatible and who are linked as such count once.
    pub fn identities(&self) -> usize {
        let mut sets = Sets::new(self.members.len());
        for &(a, b) in &self.alike {
            sets.join(a, b);
        }
        sets.len()
    }

    /// The number of a member.
    pub fn member(&self, member: ApplicantIx) -> Option<u32> {
        self.members.binary_search(&member).ok().map(number)
    }

    /// These members by number.
    pub fn named(&self, numbers: &[u32]) -> Vec<ApplicantIx> {
        numbers.iter().map(|&n| self.members[n as usize]).collect()
    }
}
