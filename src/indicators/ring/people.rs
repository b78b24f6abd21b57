//! The members of a ring as people: whose names conflict, who uses one value, what ties two of them, and how a reason
//! names them. Not responsible for what a shared value says (the indicators) nor for resolving persons (`matching`).
//!
//! Names are read to compare two of them and for nothing else; a member without one conflicts with nobody.
//!
//! Invariant: nothing depends on the places of members, which are given in the order of arrival: whatever is picked or
//! listed is so by names, values and ids of applications.

use crate::{
    indicators::{Missing, RingCase, Subject, idc},
    model::{AttributeKind, Bits, Family, Moment, PersonName},
};
use std::{
    cell::RefCell,
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

/// What a shared thing is worth at least to be a strong one: it makes a link nearly by itself.
const STRONG_BITS: f64 = 5.0;

/// Applications that are named at most in a reason.
const NAMED: usize = 8;

/// Members up to which answers about pairs are kept: a byte for each pair.
const KEPT: usize = 2_048;

/// Members without a name in common from which on no more are looked for, since that costs the square of their number and no
/// threshold is near.
const MANY: usize = 100;

/// A day, in seconds.
pub(super) const DAY: i64 = 86_400;

/// Who used a value when: time and place of the member.
pub(super) type Uses = Vec<(Option<Moment>, usize)>;

/// The members of a ring as people.
pub(super) struct People<'a> {
    names: Vec<Vec<&'a PersonName>>,
    /// The least id of each one's applications.
    ids: Vec<&'a str>,
    /// The dwellings that each claims as a home.
    homes: Vec<BTreeSet<&'a str>>,
    /// The place of each in an order that depends on names and ids alone.
    rank: Vec<usize>,
    /// Whose names conflict, as far as it was asked: 0 not yet, 1 no, 2 yes.
    asked: RefCell<Vec<u8>>,
}

/// Members who use one value, two or more of whom have conflicting names.
pub(super) struct Shared<K> {
    /// The value.
    pub(super) value: K,
    /// All who use it.
    pub(super) members: Vec<usize>,
    /// Of those, ones of whom no two have anything in common in their names.
    pub(super) apart: Vec<usize>,
}

impl<'a> People<'a> {
    /// The members of this ring. O(applications).
    pub(super) fn of(case: &RingCase<'a>) -> Self {
        let members = case.members;
        let names: Vec<Vec<&PersonName>> = members.iter().map(|m| names(&m.subjects)).collect();
        let ids: Vec<&str> = members.iter().map(|m| least_id(&m.subjects)).collect();
        let homes = members.iter().map(|member| {
            let homes = member.subjects.iter().filter_map(|s| s.normal.home.as_ref());
            homes.map(|home| &*home.dwelling).filter(|key| !key.is_empty()).collect()
        });
        let mut order: Vec<usize> = (0..members.len()).collect();
        // Short names first: they conflict with most others.
        order.sort_by_key(|&m| {
            let first = names.get(m).and_then(|names| names.first());
            (first.map(|n| n.tokens.len()), first.map(|n| &n.tokens), ids.get(m))
        });
        let mut rank = vec![0; members.len()];
        for (place, member) in order.into_iter().enumerate() {
            if let Some(slot) = rank.get_mut(member) {
                *slot = place;
            }
        }
        Self { homes: homes.collect(), names, ids, rank, asked: RefCell::default() }
    }

    /// What is missing where fewer than two members gave a name.
    pub(super) fn two_named(&self) -> Result<(), Missing> {
        let named = self.names.iter().filter(|names| !names.is_empty()).count();
        if named < 2 { Err(Missing("names of two members")) } else { Ok(()) }
    }

    /// Whether two members have names, and nothing in common in any of them. O(names²) the first time.
    pub(super) fn conflict(&self, a: usize, b: usize) -> bool {
        if a == b {
            return false;
        }
        let place = a.min(b) * self.names.len() + a.max(b);
        if let Some(&known) = self.asked.borrow().get(place)
            && known != 0
        {
            return known == 2;
        }
        let (Some(x), Some(y)) = (self.names.get(a), self.names.get(b)) else { return false };
        let all = x.iter().all(|p| y.iter().all(|q| idc::conflicts(Some(*p), Some(*q))));
        let found = !x.is_empty() && !y.is_empty() && all;
        let mut asked = self.asked.borrow_mut();
        if asked.is_empty() && self.names.len() <= KEPT {
            asked.resize(self.names.len() * self.names.len(), 0);
        }
        if let Some(slot) = asked.get_mut(place) {
            *slot = if found { 2 } else { 1 };
        }
        found
    }

    /// Members of whom no two have anything in common in their names, as many as taking one after the other finds: a
    /// lower bound of how many people they claim to be. A hundred at most (`crowd` says so). O(members).
    pub(super) fn apart(&self, members: &[usize]) -> Vec<usize> {
        self.apart_up_to(members, MANY)
    }

    /// All of them. O(members²).
    pub(super) fn all_apart(&self, members: &[usize]) -> Vec<usize> {
        self.apart_up_to(members, usize::MAX)
    }

    fn apart_up_to(&self, members: &[usize], most: usize) -> Vec<usize> {
        let mut members: Vec<usize> = members.to_vec();
        members.sort_by_key(|&m| self.rank.get(m));
        members.dedup();
        let mut taken: Vec<usize> = Vec::new();
        for member in members {
            if taken.len() >= most {
                break;
            }
            let named = self.names.get(member).is_some_and(|names| !names.is_empty());
            if named && taken.iter().all(|&other| self.conflict(member, other)) {
                taken.push(member);
            }
        }
        taken
    }

    /// The values that members with conflicting names use, those of most identities first. O(uses log uses), and
    /// O(users²) for each value.
    pub(super) fn shared<K: Ord>(
        &self,
        uses: impl IntoIterator<Item = (K, usize)>,
    ) -> Vec<Shared<K>> {
        let mut by_value: BTreeMap<K, BTreeSet<usize>> = BTreeMap::new();
        for (value, member) in uses {
            by_value.entry(value).or_default().insert(member);
        }
        let mut found: Vec<Shared<K>> = by_value
            .into_iter()
            .filter(|(_, members)| members.len() > 1)
            .map(|(value, members)| {
                let members: Vec<usize> = members.into_iter().collect();
                let apart = self.apart(&members);
                Shared { value, members, apart }
            })
            .filter(|shared| shared.apart.len() > 1)
            .collect();
        // Stable, so that of two alike the lesser value stays first.
        found.sort_by_key(|shared| Reverse((shared.apart.len(), shared.members.len())));
        found
    }

    /// Whether all of these members claim one dwelling as their home, which explains much.
    pub(super) fn live_together(&self, members: &[usize]) -> bool {
        let mut homes = members.iter().filter_map(|&m| self.homes.get(m));
        let Some(first) = homes.next() else { return false };
        let mut common: BTreeSet<&str> = first.clone();
        homes.for_each(|homes| common.retain(|home| homes.contains(home)));
        !common.is_empty()
    }

    /// The least id of a member's applications.
    pub(super) fn id(&self, member: usize) -> &'a str {
        self.ids.get(member).copied().unwrap_or_default()
    }

    /// The first application of each of these members, for a reason: at most eight, and how many more.
    pub(super) fn list(&self, members: &[usize]) -> String {
        let mut ids: Vec<&str> = members.iter().map(|&m| self.id(m)).collect();
        ids.sort_unstable();
        ids.dedup();
        let more = ids.len().saturating_sub(NAMED);
        ids.truncate(NAMED);
        let listed = ids.join(", ");
        if more == 0 { listed } else { format!("{listed} and {more} more") }
    }
}

fn names<'a>(subjects: &'a [Subject<'_>]) -> Vec<&'a PersonName> {
    let mut names: Vec<&PersonName> = subjects.iter().filter_map(Subject::name).collect();
    names.sort_by(|a, b| a.tokens.cmp(&b.tokens));
    names.dedup_by(|a, b| a.tokens == b.tokens);
    names
}

fn least_id<'a>(subjects: &'a [Subject<'_>]) -> &'a str {
    subjects.iter().map(|s| s.application.id.as_str()).min().unwrap_or_default()
}

/// Every application with the place of the member it belongs to.
pub(super) fn subjects<'a>(
    case: &RingCase<'a>,
) -> impl Iterator<Item = (usize, &'a Subject<'a>)> + use<'a> {
    let members = case.members.iter().enumerate();
    members.flat_map(|(m, member)| member.subjects.iter().map(move |subject| (m, subject)))
}

/// The members whose uses fall into the time of this many days in which most members use a value; a use without a time
/// falls into any. The latest such time counts. O(uses log uses).
pub(super) fn densest(uses: &[(Option<Moment>, usize)], days: i64) -> Vec<usize> {
    let undated: BTreeSet<usize> =
        uses.iter().filter(|(at, _)| at.is_none()).map(|u| u.1).collect();
    let mut dated: Vec<(Moment, usize)> = uses.iter().filter_map(|u| Some((u.0?, u.1))).collect();
    dated.sort_unstable();
    let (mut inside, mut best) = (BTreeMap::<usize, usize>::new(), (0, 0..0));
    let mut from = 0;
    for (to, &(at, member)) in dated.iter().enumerate() {
        *inside.entry(member).or_default() += 1;
        while let Some(&(first, leaving)) = dated.get(from)
            && at.seconds_since(first) > days * DAY
        {
            from += 1;
            if let Some(count) = inside.get_mut(&leaving) {
                *count -= 1;
                if *count == 0 {
                    inside.remove(&leaving);
                }
            }
        }
        if inside.len() >= best.0 {
            best = (inside.len(), from..to + 1);
        }
    }
    let within = dated.get(best.1).unwrap_or_default().iter().map(|u| u.1);
    within.chain(undated).collect::<BTreeSet<usize>>().into_iter().collect()
}

/// What ties two members of a ring beside what is being looked at.
pub(super) struct Bonds {
    linked: BTreeSet<(usize, usize)>,
    /// Shared things: family, what each is worth, and the sorted members who share it.
    shared: Vec<(Family, Bits, Vec<usize>)>,
}

impl Bonds {
    /// The bonds of this ring. O(links + uses of shared things).
    pub(super) fn of(case: &RingCase<'_>) -> Self {
        let ends = case.shape.links.iter().map(|link| link.ends);
        let shared = case.shape.shared.iter().map(|thing| {
            let mut members = thing.members.clone();
            members.sort_unstable();
            (thing.family, thing.bits, members)
        });
        let linked = ends.map(|(a, b)| (a.min(b), a.max(b))).collect();
        Self { linked, shared: shared.collect() }
    }

    /// Whether a link or a shared thing ties the two. O(shared things).
    pub(super) fn tied(&self, a: usize, b: usize) -> bool {
        self.linked.contains(&(a.min(b), a.max(b))) || self.both(a, b).next().is_some()
    }

    /// Whether they share a thing that makes a link nearly by itself and that somebody made or owns: a text, a file, a photo,
    /// a profile, an account. No home, school, employer or agency explains those.
    pub(super) fn share_own(&self, a: usize, b: usize) -> bool {
        use Family::{Document, Payment, Photo, Profile, Series, Text};
        let own = [Text, Document, Photo, Profile, Payment, Series];
        self.both(a, b)
            .any(|(family, bits)| own.contains(&family) && bits >= Bits::new(STRONG_BITS))
    }

    /// Whether a member shares such a thing with anybody.
    pub(super) fn any_strong(&self, member: usize) -> bool {
        let mut shared = self.shared.iter();
        shared.any(|(_, bits, members)| {
            *bits >= Bits::new(STRONG_BITS) && members.len() > 1 && has(members, member)
        })
    }

    fn both(&self, a: usize, b: usize) -> impl Iterator<Item = (Family, Bits)> {
        let both = self.shared.iter().filter(move |thing| has(&thing.2, a) && has(&thing.2, b));
        both.map(|(family, bits, _)| (*family, *bits))
    }
}

fn has(sorted: &[usize], member: usize) -> bool {
    sorted.binary_search(&member).is_ok()
}

/// How many applicants of the whole store use a thing of this kind that all of these members share, where matching
/// knows of it.
pub(super) fn users(case: &RingCase<'_>, kind: AttributeKind, members: &[usize]) -> Option<usize> {
    let things = case.shape.shared.iter().filter(|thing| thing.kind == Some(kind));
    let all = things.filter(|thing| members.iter().all(|m| thing.members.contains(m)));
    all.map(|thing| thing.users).max()
}

/// How many people these are, no two of whom have a name in common.
pub(super) fn crowd(apart: &[usize]) -> String {
    let n = apart.len();
    let more = if n >= MANY { " or more" } else { "" };
    format!("{n}{more} people without a name in common")
}

/// A count with its word in the singular or plural.
pub(super) fn count(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crowd_of_a_hundred_may_be_more() {
        assert_eq!(crowd(&[4, 7]), "2 people without a name in common");
        assert_eq!(crowd(&[1; MANY]), "100 or more people without a name in common");
    }

    #[test]
    fn the_time_of_most_members_is_found_and_what_has_no_time_falls_into_it() {
        let day = |n: i64| Some(Moment(n * DAY));
        let uses =
            [(day(0), 1), (day(1), 2), (day(400), 3), (day(401), 3), (day(410), 4), (day(420), 5)];
        assert_eq!(densest(&uses, 365), [3, 4, 5]);
        assert_eq!(densest(&uses, 1_000), [1, 2, 3, 4, 5]);
        let undated = [(None, 9), (day(0), 1), (day(0), 2), (day(500), 3)];
        assert_eq!(densest(&undated, 365), [1, 2, 9]);
        assert!(densest(&[], 365).is_empty());
    }
}
