//! The effect of a change: what is otherwise in the network and rings after it. Not responsible for making the change
//! (`preview` makes it aside, `judging` in earnest) nor for saying it in words (`web`).
//!
//! Everything is told in applications, since applicants and rings may be other ones afterwards.
//!
//! Invariant: what did not change is not told, and what did is told once: rings that have members in common, before and
//! after, are one change.

use crate::{
    engine::View,
    graph::Network,
    model::{
        AppIx, ApplicantId, ApplicantIx, ApplicationId, Bits, LinkIx, LinkStrength, Ring, RingId,
        RingStatus, Seq,
    },
};
use std::collections::{BTreeMap, BTreeSet};

/// Somebody, before or after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The applicant's id.
    pub id: ApplicantId,
    /// What it is shown as.
    pub name: String,
    /// Its applications, sorted.
    pub applications: Vec<ApplicationId>,
}

/// A ring, before or after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RingState {
    /// Its id; none of a ring that is to be.
    pub id: Option<RingId>,
    /// What people decided about it so far.
    pub status: RingStatus,
    /// Its members.
    pub members: Vec<Person>,
    /// What holds it together.
    pub score: Bits,
}

/// What becomes of a ring, or of several that have to do with each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Turn {
    /// One becomes several.
    Splits,
    /// Several become one.
    Merges,
    /// Several become several others.
    Regroups,
    /// It is no more.
    Dissolves,
    /// It comes about.
    Comes,
    /// Members leave it, and none join.
    Shrinks,
    /// Members join it, and none leave.
    Grows,
    /// Some join it and some leave.
    Exchanges,
    /// Its members stay, and what holds it together counts more or less.
    Weighs,
}

/// Rings that have members in common, before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RingsChange {
    /// Before, largest first.
    pub before: Vec<RingState>,
    /// After, largest first.
    pub after: Vec<RingState>,
    /// Who is in none of them any more.
    pub leave: Vec<Person>,
    /// Who was in none of them before.
    pub join: Vec<Person>,
}

/// Who is one person, before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonsChange {
    /// Before.
    pub before: Vec<Person>,
    /// After.
    pub after: Vec<Person>,
}

/// What a link is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkState {
    /// Bits.
    pub bits: Bits,
    /// Whether it binds.
    pub binds: bool,
}

/// A link that is not what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkChange {
    /// One end.
    pub a: Person,
    /// The other.
    pub b: Person,
    /// Before; none where there was none.
    pub before: Option<LinkState>,
    /// After; none where there will be none.
    pub after: Option<LinkState>,
}

/// Everything that is otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changes {
    /// Rings, those with most members first.
    pub rings: Vec<RingsChange>,
    /// Persons.
    pub persons: Vec<PersonsChange>,
    /// Links: those that no longer bind, those that bind newly, those that count otherwise; strongest first.
    pub links: Vec<LinkChange>,
}

/// What would follow of a judgement or of its withdrawal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    /// The last fact it was seen from.
    pub as_of: Seq,
    /// The ring whose status would be another, with the one it has and the one it would have.
    pub status: Option<(RingId, RingStatus, RingStatus)>,
    /// What else would be otherwise; none where everything would be computed anew, which is too long to wait for.
    pub changes: Option<Changes>,
    /// What stands against it because of other judgements.
    pub unmet: Option<&'static str>,
}

impl RingsChange {
    /// What becomes of them.
    #[must_use]
    pub fn turn(&self) -> Turn {
        match (self.before.len(), self.after.len()) {
            (0, _) => Turn::Comes,
            (_, 0) => Turn::Dissolves,
            (1, 1) => match (self.join.is_empty(), self.leave.is_empty()) {
                (true, true) => Turn::Weighs,
                (false, true) => Turn::Grows,
                (true, false) => Turn::Shrinks,
                (false, false) => Turn::Exchanges,
            },
            (1, _) => Turn::Splits,
            (_, 1) => Turn::Merges,
            _ => Turn::Regroups,
        }
    }
}

impl LinkChange {
    /// Whether it binds newly.
    #[must_use]
    pub fn binds(&self) -> bool {
        self.after.is_some_and(|s| s.binds) && !self.before.is_some_and(|s| s.binds)
    }

    /// Whether it no longer binds.
    #[must_use]
    pub fn looses(&self) -> bool {
        self.before.is_some_and(|s| s.binds) && !self.after.is_some_and(|s| s.binds)
    }
}

impl Changes {
    /// Whether nothing is otherwise.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rings.is_empty() && self.persons.is_empty() && self.links.is_empty()
    }

    /// Everything that is otherwise in one of two views over the same applications. O(n log n).
    #[must_use]
    pub fn between(before: &View, after: &View) -> Self {
        let rings = |view: &View| view.rings.iter().cloned().collect::<Vec<Ring>>();
        let (gone, new) = (rings(before), rings(after));
        let (gone, new) = (gone.iter().collect(), new.iter().collect());
        Self::of(&before.network, &after.network, gone, new, before.network.corpus().apps())
    }

    /// What is otherwise among rings that are `gone` or `new`, and among whom these applications are of. Nothing else may
    /// have changed. O(members and links of these).
    pub(super) fn of(
        before: &Network,
        after: &Network,
        gone: Vec<&Ring>,
        new: Vec<&Ring>,
        among: impl IntoIterator<Item = AppIx>,
    ) -> Self {
        let among: Vec<AppIx> = among.into_iter().collect();
        let sides = Sides { before, after };
        Self {
            rings: sides.rings(gone, new),
            persons: sides.persons(&among),
            links: sides.links(&among),
        }
    }
}

/// Two networks over the same applications.
struct Sides<'a> {
    before: &'a Network,
    after: &'a Network,
}

fn person(network: &Network, ix: ApplicantIx) -> Person {
    let corpus = network.corpus();
    let applicant = network.applicant(ix);
    let mut applications: Vec<ApplicationId> =
        applicant.applications.iter().map(|&app| corpus.id(app)).collect();
    applications.sort_unstable();
    Person { id: applicant.id.clone(), name: network.label(ix).to_owned(), applications }
}

fn applications(network: &Network, ix: ApplicantIx) -> BTreeSet<AppIx> {
    network.applicant(ix).applications.iter().copied().collect()
}

/// Positions of those before and of those after.
type Group = (Vec<usize>, Vec<usize>);

/// Groups of those before and those after that have applications in common, each as positions in the two.
fn together(before: &[BTreeSet<AppIx>], after: &[BTreeSet<AppIx>]) -> Vec<Group> {
    let mut of: BTreeMap<AppIx, usize> = BTreeMap::new();
    for (i, apps) in after.iter().enumerate() {
        of.extend(apps.iter().map(|&app| (app, i)));
    }
    let mut groups: Vec<Group> = Vec::new();
    // Of each one after, the group it is in.
    let mut home: BTreeMap<usize, usize> = BTreeMap::new();
    for (i, apps) in before.iter().enumerate() {
        let heirs: BTreeSet<usize> = apps.iter().filter_map(|app| of.get(app).copied()).collect();
        let met: BTreeSet<usize> = heirs.iter().filter_map(|h| home.get(h).copied()).collect();
        let at = met.first().copied().unwrap_or(groups.len());
        if at == groups.len() {
            groups.push((Vec::new(), Vec::new()));
        }
        let mut joined: Vec<Group> = Vec::new();
        for &other in met.iter().skip(1) {
            joined.extend(groups.get_mut(other).map(std::mem::take));
        }
        if let Some(group) = groups.get_mut(at) {
            for (olds, news) in joined {
                group.0.extend(olds);
                group.1.extend(news);
            }
            group.0.push(i);
            group.1.extend(heirs.iter().filter(|h| !home.contains_key(h)));
            for &heir in group.1.iter() {
                home.insert(heir, at);
            }
        }
    }
    let alone = (0..after.len()).filter(|i| !home.contains_key(i));
    groups.extend(alone.map(|i| (Vec::new(), vec![i])));
    groups.retain(|(olds, news)| !olds.is_empty() || !news.is_empty());
    for (olds, news) in &mut groups {
        olds.sort_unstable();
        news.sort_unstable();
    }
    groups
}

impl Sides<'_> {
    fn rings(&self, gone: Vec<&Ring>, new: Vec<&Ring>) -> Vec<RingsChange> {
        let told = |network: &Network, ring: &Ring| -> BTreeSet<AppIx> {
            ring.members.iter().flat_map(|&m| applications(network, m)).collect()
        };
        let mut gone: Vec<_> = gone.into_iter().map(|r| (told(self.before, r), r)).collect();
        let mut new: Vec<_> = new.into_iter().map(|r| (told(self.after, r), r)).collect();
        // A ring of the same applications that is worth the same is the same to whoever looks at it.
        let key = |(apps, ring): &(BTreeSet<AppIx>, &Ring)| {
            (apps.first().copied(), apps.len(), ring.score, ring.members.len())
        };
        let stays: BTreeSet<_> = {
            let had: BTreeMap<_, &BTreeSet<AppIx>> = gone.iter().map(|g| (key(g), &g.0)).collect();
            new.iter().filter(|n| had.get(&key(n)) == Some(&&n.0)).map(key).collect()
        };
        gone.retain(|g| !stays.contains(&key(g)));
        new.retain(|n| !stays.contains(&key(n)));
        let largest = |a: &(BTreeSet<AppIx>, &Ring), b: &(BTreeSet<AppIx>, &Ring)| {
            b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0))
        };
        gone.sort_by(largest);
        new.sort_by(largest);
        let apps = |rings: &[(BTreeSet<AppIx>, &Ring)]| -> Vec<BTreeSet<AppIx>> {
            rings.iter().map(|(apps, _)| apps.clone()).collect()
        };
        let (was, will) = (apps(&gone), apps(&new));
        let state = |network: &Network, ring: &Ring, is_known: bool| RingState {
            id: is_known.then(|| ring.id.clone()),
            status: if is_known { ring.status } else { RingStatus::Open },
            members: ring.members.iter().map(|&m| person(network, m)).collect(),
            score: ring.score,
        };
        let mut changes: Vec<RingsChange> = together(&was, &will)
            .into_iter()
            .map(|(olds, news)| {
                let olds: Vec<_> = olds.into_iter().filter_map(|i| gone.get(i)).collect();
                let news: Vec<_> = news.into_iter().filter_map(|i| new.get(i)).collect();
                let before: BTreeSet<AppIx> = olds.iter().flat_map(|o| &o.0).copied().collect();
                let after: BTreeSet<AppIx> = news.iter().flat_map(|n| &n.0).copied().collect();
                let outside = |network: &Network, ring: &Ring, others: &BTreeSet<AppIx>| {
                    let members = ring.members.iter().copied();
                    let out = members.filter(|&m| applications(network, m).is_disjoint(others));
                    out.map(|m| person(network, m)).collect::<Vec<Person>>()
                };
                RingsChange {
                    leave: olds.iter().flat_map(|o| outside(self.before, o.1, &after)).collect(),
                    join: news.iter().flat_map(|n| outside(self.after, n.1, &before)).collect(),
                    before: olds.iter().map(|o| state(self.before, o.1, true)).collect(),
                    after: news.iter().map(|n| state(self.after, n.1, false)).collect(),
                }
            })
            .collect();
        let size = |change: &RingsChange| {
            change.before.iter().chain(&change.after).map(|ring| ring.members.len()).max()
        };
        changes.sort_by_key(|change| (std::cmp::Reverse(size(change)), change.turn()));
        changes
    }

    /// Whom these applications are of, before and after.
    fn of(network: &Network, among: &[AppIx]) -> BTreeSet<ApplicantIx> {
        among.iter().map(|&app| network.applicant_of(app)).collect()
    }

    fn persons(&self, among: &[AppIx]) -> Vec<PersonsChange> {
        let all = |network: &Network| -> BTreeMap<BTreeSet<AppIx>, ApplicantIx> {
            let of = Self::of(network, among).into_iter();
            of.map(|ix| (applications(network, ix), ix)).collect()
        };
        let (mut before, mut after) = (all(self.before), all(self.after));
        let stays: Vec<_> = before.keys().filter(|p| after.contains_key(*p)).cloned().collect();
        for same in &stays {
            before.remove(same);
            after.remove(same);
        }
        let (was, before): (Vec<_>, Vec<_>) = before.into_iter().unzip();
        let (will, after): (Vec<_>, Vec<_>) = after.into_iter().unzip();
        let told = |network: &Network, all: &[ApplicantIx], of: Vec<usize>| -> Vec<Person> {
            of.into_iter().filter_map(|i| all.get(i)).map(|&ix| person(network, ix)).collect()
        };
        together(&was, &will)
            .into_iter()
            .map(|(olds, news)| PersonsChange {
                before: told(self.before, &before, olds),
                after: told(self.after, &after, news),
            })
            .collect()
    }

    fn links(&self, among: &[AppIx]) -> Vec<LinkChange> {
        let all = |network: &Network| -> BTreeSet<LinkIx> {
            let of = Self::of(network, among).into_iter();
            of.flat_map(|ix| network.links_of(ix).to_vec()).collect()
        };
        let mut changes = Vec::new();
        for ix in all(self.before) {
            let link = self.before.link(ix);
            let was = state(self.before, ix);
            match (self.same(link.a), self.same(link.b)) {
                (Some(a), Some(b)) => {
                    let will = self.after.link_between(a, b).map(|ix| state(self.after, ix));
                    if will != Some(was) {
                        changes.push(self.change(self.before, link.a, link.b, Some(was), will));
                    }
                }
                _ if was.binds && !binding(self.before, self.after, link.a, link.b) => {
                    changes.push(self.change(self.before, link.a, link.b, Some(was), None));
                }
                _ => {}
            }
        }
        for ix in all(self.after) {
            let link = self.after.link(ix);
            let will = state(self.after, ix);
            let is_new = match (self.was(link.a), self.was(link.b)) {
                (Some(a), Some(b)) => self.before.link_between(a, b).is_none(),
                _ => will.binds && !bound(self.after, self.before, link.a, link.b),
            };
            if is_new {
                changes.push(self.change(self.after, link.a, link.b, None, Some(will)));
            }
        }
        let bits = |change: &LinkChange| {
            let of = |state: &Option<LinkState>| state.map_or(Bits::ZERO, |s| s.bits);
            of(&change.before).max(of(&change.after))
        };
        let sort = |change: &LinkChange| match (change.looses(), change.binds()) {
            (true, _) => 0_u8,
            (_, true) => 1,
            _ => 2,
        };
        changes.sort_by(|x, y| {
            let first = (sort(x), std::cmp::Reverse(bits(x)));
            first.cmp(&(sort(y), std::cmp::Reverse(bits(y)))).then_with(|| {
                let ends = |c: &LinkChange| (c.a.applications.clone(), c.b.applications.clone());
                ends(x).cmp(&ends(y))
            })
        });
        changes
    }

    /// The applicant after that has the same applications as this one before.
    fn same(&self, ix: ApplicantIx) -> Option<ApplicantIx> {
        twin(self.before, self.after, ix)
    }

    /// The applicant before that has the same applications as this one after.
    fn was(&self, ix: ApplicantIx) -> Option<ApplicantIx> {
        twin(self.after, self.before, ix)
    }

    fn change(
        &self,
        network: &Network,
        a: ApplicantIx,
        b: ApplicantIx,
        before: Option<LinkState>,
        after: Option<LinkState>,
    ) -> LinkChange {
        let (a, b) = (person(network, a), person(network, b));
        let (a, b) = if a.applications <= b.applications { (a, b) } else { (b, a) };
        LinkChange { a, b, before, after }
    }
}

fn state(network: &Network, ix: LinkIx) -> LinkState {
    let link = network.link(ix);
    LinkState { bits: link.bits, binds: link.strength == LinkStrength::Ring }
}

fn twin(from: &Network, to: &Network, ix: ApplicantIx) -> Option<ApplicantIx> {
    let apps = applications(from, ix);
    let found = to.applicant_of(*apps.first()?);
    (applications(to, found) == apps).then_some(found)
}

/// Whom the applications of somebody in one network are of in the other.
fn heirs(from: &Network, to: &Network, ix: ApplicantIx) -> BTreeSet<ApplicantIx> {
    applications(from, ix).into_iter().map(|app| to.applicant_of(app)).collect()
}

/// Whether two of one network are one person in the other, or bound.
fn binding(from: &Network, to: &Network, a: ApplicantIx, b: ApplicantIx) -> bool {
    let (a, b) = (heirs(from, to, a), heirs(from, to, b));
    !a.is_disjoint(&b) || a.iter().any(|&p| b.iter().any(|&q| binds(to, p, q)))
}

/// Whether two of one network are bound in the other.
fn bound(from: &Network, to: &Network, a: ApplicantIx, b: ApplicantIx) -> bool {
    let (a, b) = (heirs(from, to, a), heirs(from, to, b));
    a.iter().any(|&p| b.iter().any(|&q| p != q && binds(to, p, q)))
}

fn binds(network: &Network, a: ApplicantIx, b: ApplicantIx) -> bool {
    network.link_between(a, b).is_some_and(|ix| state(network, ix).binds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sets(groups: &[Vec<u8>]) -> Vec<BTreeSet<AppIx>> {
        groups.iter().map(|g| g.iter().map(|&n| AppIx::new(usize::from(n))).collect()).collect()
    }

    #[test]
    fn what_has_members_in_common_by_way_of_others_is_one_change() {
        let before = sets(&[vec![1, 2], vec![3, 4], vec![7], vec![9]]);
        let after = sets(&[vec![1], vec![2, 3], vec![4], vec![7], vec![8]]);
        let found = together(&before, &after);
        let expected =
            [(vec![0, 1], vec![0, 1, 2]), (vec![2], vec![3]), (vec![3], vec![]), (vec![], vec![4])];
        assert_eq!(found, expected);
    }

    proptest! {
        #[test]
        fn each_one_before_and_after_is_in_exactly_one_group(
            olds in prop::collection::vec(0_usize..9, 0..30),
            news in prop::collection::vec(0_usize..9, 0..30),
        ) {
            // Application i is of group olds[i] before and of news[i] after.
            let sides = |of: &[usize]| -> Vec<BTreeSet<AppIx>> {
                let mut all = vec![BTreeSet::new(); 9];
                for (i, &group) in of.iter().enumerate() {
                    all[group].insert(AppIx::new(i));
                }
                all.retain(|g| !g.is_empty());
                all
            };
            let (before, after) = (sides(&olds), sides(&news));
            let found = together(&before, &after);
            let flat = |side: fn(&Group) -> &Vec<usize>| {
                let mut all: Vec<usize> = found.iter().flat_map(|g| side(g).clone()).collect();
                all.sort_unstable();
                all
            };
            prop_assert_eq!(flat(|g| &g.0), (0..before.len()).collect::<Vec<_>>());
            prop_assert_eq!(flat(|g| &g.1), (0..after.len()).collect::<Vec<_>>());
            for (olds, news) in &found {
                let apps = |side: &[BTreeSet<AppIx>], of: &[usize]| -> BTreeSet<AppIx> {
                    of.iter().flat_map(|&i| side[i].clone()).collect()
                };
                let (was, will) = (apps(&before, olds), apps(&after, news));
                for (i, other) in after.iter().enumerate() {
                    prop_assert!(news.contains(&i) || other.is_disjoint(&was));
                }
                for (i, other) in before.iter().enumerate() {
                    prop_assert!(olds.contains(&i) || other.is_disjoint(&will));
                }
            }
        }
    }
}
