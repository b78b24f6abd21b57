//! Joining: several links that are each too weak to bind and among few people corroborate one another. Not
//! responsible for weighing a link (`matching`) nor for what a ring is (`build`).
//!
//! A careful hand passes nothing around: one pair of personas has a phone in common, another a file, a third a parcel
//! address. Each of these a stranger may share by accident with somebody, so none binds. But that the same stranger
//! shares a second thing, of another kind, with somebody whom the first one knows as well is no accident: chance
//! draws the second partner from the whole store, not from the few around the first. So a person is weighed against
//! a small group as against one other person who uses everything that the group uses:
//!
//! - one value counts once, however many of the group have it, and so do near-equalities of one comparison;
//! - what people who know each other have in common (a home and its network, a school, an employer, a referee) is
//!   one cause together, since friends, families and classes form cycles too;
//! - the strongest cause counts by its own weight, further ones as they do between two persons (`LinkPolicy`):
//!   their weight and a share of log2 of the number of applications, because a second coincidence with the same
//!   person is that much rarer;
//! - less log2 of the number of pairs across, which is how many chances there were;
//! - what half of the group and more use, or others, is no tie of a few: two hubs may not vouch for each other.
//!
//! Whom links bind to somebody are hardly innocent bystanders, so that between two of them less is enough
//! (`LinkPolicy::prior_of_bound`): one hand that never uses a thing twice leaves a chain of such links.
//!
//! Otherwise the group must close: only links that lie on a cycle of three or four count, which those of strangers hardly
//! ever do. Those whom links bind anyway are taken as one; everybody else in the group has to hold by this measure, or
//! is taken out and the rest is looked at again.
//!
//! Invariant: what is joined in one component of links depends on that component alone, and not on order.

use crate::{
    graph::{Network, Structure, components},
    matching::{Background, Policy, corpus::doublings, policy::LinkPolicy},
    model::{
        ApplicantIx, AttributeIx, Bits, Evidence, Family, FeatureId, Link, LinkClass, LinkIx,
        LinkStrength,
    },
};
use rustc_hash::{FxHashMap, FxHashSet};
use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

/// Most links of one person that are followed in search of a cycle: who has more is no small group's.
const NEIGHBOURS: usize = 48;

/// So many people may use a thing that ties some of a group together, however small the group is.
const FEW: usize = 3;

/// Links that do not bind by themselves and do within a group, sorted. O(links × neighbours²) where links are many,
/// next to nothing where they are few.
#[must_use]
pub fn joined(network: &Network, background: &Background, policy: &Policy) -> Vec<LinkIx> {
    let links = || network.links().filter(|link| counts(link));
    let mut found: Vec<LinkIx> =
        components(network.applicants().slots(), links().map(|l| (l.a, l.b)))
            .iter()
            .filter(|members| members.len() > 2)
            .flat_map(|members| within(network, background, members, policy))
            .collect();
    found.sort_unstable();
    found
}

/// Whether a link can hold somebody: two claimed identities, and nobody ruled it out.
fn counts(link: &Link) -> bool {
    let ruled_out =
        link.evidence.iter().any(|e| e.family == Family::Judgement && e.bits < Bits::ZERO);
    link.class == LinkClass::SharedInfrastructure && !ruled_out
}

/// What is joined in one component of links, whether they bind or not: of all that count, or of those that bind, lie
/// on short cycles or tie two who are bound. Sorted.
#[must_use]
pub fn within(
    network: &Network,
    background: &Background,
    members: &[ApplicantIx],
    policy: &Policy,
) -> Vec<LinkIx> {
    let group = Group { network, background, policy };
    let all = group.links(members);
    if all.iter().all(|&ix| group.binds(ix)) {
        return Vec::new();
    }
    let mut cycles = Cycles::new(network);
    let closed: Vec<LinkIx> = all.iter().copied().filter(|&ix| cycles.close(ix)).collect();
    let mut joined: Vec<LinkIx> =
        all.iter().copied().filter(|&ix| ties_the_bound(network, background, ix, policy)).collect();
    let mut open = group.parts(members, &closed);
    while let Some(part) = open.pop() {
        let nodes = group.bound(&part);
        let ties = group.ties(&part.links);
        let kept: Vec<&Vec<ApplicantIx>> =
            nodes.iter().filter(|node| group.holds(node, &ties)).collect();
        if kept.len() == nodes.len() {
            // Those whom links bind need no more, and what is weak among them stays weak.
            let places = places(&nodes);
            let across = |ix: &LinkIx| {
                let (a, b) = group.ends(*ix);
                places.get(&a) != places.get(&b)
            };
            joined.extend(part.links.into_iter().filter(across));
        } else {
            let mut kept: Vec<ApplicantIx> = kept.into_iter().flatten().copied().collect();
            kept.sort_unstable();
            open.extend(group.parts(&kept, &part.links));
        }
    }
    joined.sort_unstable();
    joined.dedup();
    joined
}

/// Whether a link too weak to bind joins two each of whom a link binds to somebody else, by things that few use: what
/// many use, two rings may use.
#[must_use]
pub fn ties_the_bound(
    network: &Network,
    background: &Background,
    ix: LinkIx,
    policy: &Policy,
) -> bool {
    let (link, link_policy) = (network.link(ix), &policy.link);
    if link.strength == LinkStrength::Ring || !counts(link) {
        return false;
    }
    let few = |e: &&Evidence| e.family.counts() && users(background, e) as usize <= FEW;
    let bits: Bits = link.evidence.iter().filter(few).map(|e| e.bits).sum();
    let is_bound = |end: ApplicantIx| {
        network.links_of(end).iter().any(|&other| {
            let link = network.link(other);
            link.strength == LinkStrength::Ring && counts(link)
        })
    };
    link_policy.prior_of_bound + bits >= link_policy.threshold
        && is_bound(link.a)
        && is_bound(link.b)
}

/// How many use what evidence is about, two where it is about these two alone.
fn users(background: &Background, e: &Evidence) -> u32 {
    let of = |attribute| background.of(attribute).users;
    e.attribute.map(of).or(e.discount.map(|d| d.users)).unwrap_or(2)
}

/// Which links lie on short cycles.
pub struct Cycles<'a> {
    network: &'a Network,
    near: FxHashMap<ApplicantIx, Rc<BTreeSet<ApplicantIx>>>,
}

impl<'a> Cycles<'a> {
    /// The short cycles of a network.
    #[must_use]
    pub fn new(network: &'a Network) -> Self {
        Self { network, near: FxHashMap::default() }
    }

    /// Whom links that count join to somebody.
    pub fn near(&mut self, of: ApplicantIx) -> Rc<BTreeSet<ApplicantIx>> {
        let network = self.network;
        let near = || {
            let links = network.links_of(of).iter().map(|&ix| network.link(ix));
            let others = links.filter(|l| counts(l)).map(|l| if l.a == of { l.b } else { l.a });
            Rc::new(others.collect())
        };
        Rc::clone(self.near.entry(of).or_insert_with(near))
    }

    /// Whether a link counts and its ends are also joined by one or two others, none of whom has too many links.
    #[must_use]
    pub fn close(&mut self, ix: LinkIx) -> bool {
        let link = self.network.link(ix);
        let (left, right) = (self.near(link.a), self.near(link.b));
        if !counts(link) || left.len().max(right.len()) > NEIGHBOURS {
            return false;
        }
        left.iter().filter(|&&x| x != link.b).any(|&x| {
            // Whichever end it is looked at from, neither of two others may have too many links.
            right.contains(&x) || {
                let near = self.near(x);
                near.len() <= NEIGHBOURS
                    && near.iter().any(|&y| {
                        y != link.a && right.contains(&y) && self.near(y).len() <= NEIGHBOURS
                    })
            }
        })
    }
}

/// Some members and the links among them, sorted.
struct Part {
    members: Vec<ApplicantIx>,
    links: Vec<LinkIx>,
}

/// The links of each member.
type Ties = FxHashMap<ApplicantIx, Vec<LinkIx>>;

/// In which of these each member is.
fn places(groups: &[Vec<ApplicantIx>]) -> FxHashMap<ApplicantIx, usize> {
    let of = |(place, members): (usize, &Vec<ApplicantIx>)| {
        members.iter().map(move |&member| (member, place)).collect::<Vec<_>>()
    };
    groups.iter().enumerate().flat_map(of).collect()
}

struct Group<'a> {
    network: &'a Network,
    background: &'a Background,
    policy: &'a Policy,
}

impl Group<'_> {
    fn binds(&self, ix: LinkIx) -> bool {
        self.network.link(ix).strength == LinkStrength::Ring
    }

    fn ends(&self, ix: LinkIx) -> (ApplicantIx, ApplicantIx) {
        let link = self.network.link(ix);
        (link.a, link.b)
    }

    fn is_inside(&self, ix: LinkIx, members: &[ApplicantIx]) -> bool {
        let (a, b) = self.ends(ix);
        members.binary_search(&a).is_ok() && members.binary_search(&b).is_ok()
    }

    fn structure(&self, members: &[ApplicantIx], links: &[LinkIx]) -> Structure<LinkIx> {
        let edge = |&ix: &LinkIx| {
            let (a, b) = self.ends(ix);
            (a, b, ix)
        };
        Structure::new(members, links.iter().map(edge))
    }

    /// Links among these members, sorted.
    fn links(&self, members: &[ApplicantIx]) -> Vec<LinkIx> {
        let mut links: Vec<LinkIx> = members
            .iter()
            .flat_map(|&m| self.network.links_of(m))
            .copied()
            .filter(|&ix| counts(self.network.link(ix)) && self.is_inside(ix, members))
            .collect();
        links.sort_unstable();
        links.dedup();
        links
    }

    /// The links of each member.
    fn ties(&self, links: &[LinkIx]) -> Ties {
        let mut ties = Ties::default();
        for &ix in links {
            let (a, b) = self.ends(ix);
            ties.entry(a).or_default().push(ix);
            ties.entry(b).or_default().push(ix);
        }
        ties
    }

    /// The parts of at least three that these links hold together without a bridge. O(members + links × log).
    fn parts(&self, members: &[ApplicantIx], links: &[LinkIx]) -> Vec<Part> {
        let mut held: Vec<LinkIx> =
            links.iter().copied().filter(|&ix| self.is_inside(ix, members)).collect();
        let bridges = self.structure(members, &held).bridges();
        held.retain(|ix| bridges.binary_search(ix).is_err());
        let components = self.structure(members, &held).components();
        let places = places(&components);
        let mut parts: Vec<Part> =
            components.into_iter().map(|members| Part { members, links: Vec::new() }).collect();
        for ix in held {
            let place = places.get(&self.ends(ix).0);
            if let Some(part) = place.and_then(|&place| parts.get_mut(place)) {
                part.links.push(ix);
            }
        }
        parts.retain(|part| part.members.len() > 2);
        parts
    }

    /// The members of a part, those together that links bind.
    fn bound(&self, part: &Part) -> Vec<Vec<ApplicantIx>> {
        let binding: Vec<LinkIx> =
            part.links.iter().copied().filter(|&ix| self.binds(ix)).collect();
        self.structure(&part.members, &binding).components()
    }

    /// How many others are at most two links away from these members. O(links of who is at most one away).
    fn reach(&self, node: &[ApplicantIx], ties: &Ties) -> usize {
        let mut reached: FxHashSet<ApplicantIx> = node.iter().copied().collect();
        let mut edge: Vec<ApplicantIx> = node.to_vec();
        for _ in 0..2 {
            let mut next = Vec::new();
            for &ix in edge.iter().filter_map(|member| ties.get(member)).flatten() {
                let (a, b) = self.ends(ix);
                next.extend([a, b].into_iter().filter(|&end| reached.insert(end)));
            }
            edge = next;
        }
        reached.len() - node.len()
    }

    /// Whether members are held by what they share with the rest of their group: those at most two links away, so
    /// that it does not matter what else a large part is made of.
    fn holds(&self, node: &[ApplicantIx], ties: &Ties) -> bool {
        let others = self.reach(node, ties);
        if others == 0 {
            return true;
        }
        type Thing = (FeatureId, Option<AttributeIx>);
        let most = FEW.max((node.len() + others) / 2);
        let mut things: BTreeMap<Thing, (Family, Bits)> = BTreeMap::new();
        for &ix in node.iter().filter_map(|member| ties.get(member)).flatten() {
            let (a, b) = self.ends(ix);
            if node.binary_search(&a).is_ok() == node.binary_search(&b).is_ok() {
                continue;
            }
            let counted = |e: &&Evidence| {
                e.bits > Bits::ZERO
                    && e.family.counts()
                    && users(self.background, e) as usize <= most
            };
            for e in self.network.link(ix).evidence.iter().filter(counted) {
                let cause = cause(e.counted);
                let thing = things.entry((e.feature, e.attribute)).or_insert((cause, e.bits));
                // Of several causes of one thing the same one, whichever link comes first.
                thing.0 = thing.0.min(cause);
                thing.1 = thing.1.max(e.bits);
            }
        }
        let chances = u32::try_from(node.len() * others).unwrap_or(u32::MAX);
        let n = u32::try_from(self.network.corpus().len()).unwrap_or(u32::MAX);
        let total = total(things.into_values().collect(), n, chances, &self.policy.link);
        total.is_some_and(|bits| bits >= self.policy.link.threshold)
    }
}

/// The cause of evidence. People who live, study or work together know one another; a machine of people in several
/// homes is counted by itself.
fn cause(counted: Family) -> Family {
    match counted {
        Family::Network => Family::Network,
        Family::History | Family::Referee => Family::Address,
        other => other.independent(),
    }
}

/// What ties to a group add up to that had so many chances to come about, prior included; none where all have one
/// cause.
fn total(
    mut things: Vec<(Family, Bits)>,
    applications: u32,
    chances: u32,
    link: &LinkPolicy,
) -> Option<Bits> {
    things.sort_unstable_by_key(|&(family, bits)| (std::cmp::Reverse(bits), family));
    let gain = link.corroborates * doublings(applications.max(1_000) as usize);
    let mut causes: Vec<Family> = Vec::new();
    let mut total = link.prior.get() - f64::from(chances).log2();
    for (family, bits) in things {
        let bits = bits.get();
        total += if causes.contains(&family) {
            bits * link.overlap
        } else if causes.is_empty() {
            bits
        } else {
            (bits + gain).min(link.corroborates_cap.get().max(bits))
        };
        if !causes.contains(&family) {
            causes.push(family);
        }
    }
    (causes.len() > 1).then(|| Bits::new(total))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn total_of(things: &[(Family, f64)], chances: u32) -> Option<f64> {
        let things = things.iter().map(|&(f, b)| (f, Bits::new(b))).collect();
        total(things, 100_000, chances, &LinkPolicy::default()).map(Bits::get)
    }

    #[test]
    fn two_things_of_two_kinds_hold_somebody_and_two_of_one_kind_do_not() {
        let two = total_of(&[(Family::Contact, 5.0), (Family::Text, 5.0)], 2).unwrap();
        assert!(two > 1.5, "{two}");
        assert_eq!(total_of(&[(Family::Contact, 5.0), (Family::Contact, 5.0)], 2), None);
    }

    #[test]
    fn the_larger_the_group_the_less_two_things_say() {
        let of = |n| total_of(&[(Family::Contact, 3.0), (Family::Text, 3.0)], n).unwrap();
        assert!(of(2) > of(20) && of(2_000) < 1.5);
    }

    #[test]
    fn those_who_know_each_other_have_one_cause() {
        assert_eq!(cause(Family::Referee), cause(Family::Address));
        assert_ne!(cause(Family::Network), cause(Family::Address));
    }
}
