//! Building again the rings that a change of the network can have changed, and no others. Not responsible for how a
//! ring is built (`build`).
//!
//! A ring depends on the links of its component, those that bind, those on short cycles and those between two who are
//! bound, on what its members share and say of themselves, and on which passages are their own, so that it can have
//! changed only where a component has, or once had, somebody whom the change touched or who is linked to one.
//!
//! Invariant: with those that are gone taken out and the new ones put in, the rings are those that `build` gives.

use crate::{
    graph::{Network, Structure},
    matching::{Background, Policy},
    model::{ApplicantIx, LinkStrength, Ring, RingId},
    rings::{
        Rings,
        build::Builder,
        joining::{self, Cycles},
        set::ahead,
    },
};
use rustc_hash::FxHashSet;
use std::collections::{BTreeMap, BTreeSet};

/// What became of the rings.
#[derive(Debug, Default)]
pub struct Rebuilt {
    /// Rings that are no more as they were, by id.
    pub gone: Vec<RingId>,
    /// Those there are now in their places, best supported first, under provisional ids.
    pub new: Vec<Ring>,
}

/// Builds anew what a change can have changed of the `old` rings. `touched` are both ends of every link that was put,
/// replaced or removed, whoever was added or retired, the users of every value of which the background now says
/// something else, and whoever is linked by a text of which a passage became common or no longer is. O(members and links
/// of the components they are or were in).
#[must_use]
pub fn rebuild(
    network: &Network,
    background: &Background,
    policy: &Policy,
    old: &Rings,
    touched: &BTreeSet<ApplicantIx>,
) -> Rebuilt {
    let mut cycles = Cycles::new(network);
    // A link that came or went may close or open short cycles of those next to its ends.
    let mut start: BTreeSet<ApplicantIx> = touched.clone();
    for &here in touched {
        start.extend(cycles.near(here).iter());
    }
    let mut waiting: Vec<ApplicantIx> = start.into_iter().rev().collect();
    let mut seen: FxHashSet<ApplicantIx> = FxHashSet::default();
    let mut gone: BTreeMap<&RingId, &Ring> = BTreeMap::new();
    let mut new: Vec<Ring> = Vec::new();
    while let Some(start) = waiting.pop() {
        if !seen.insert(start) {
            continue;
        }
        let mut members = vec![start];
        let mut at = 0;
        while let Some(&here) = members.get(at) {
            at += 1;
            if let Some(ring) = old.of(here)
                && gone.insert(&ring.id, ring).is_none()
            {
                waiting.extend(&ring.members);
            }
            for &ix in network.links_of(here) {
                let link = network.link(ix);
                let other = if link.a == here { link.b } else { link.a };
                if seen.contains(&other) {
                    continue;
                }
                if link.strength == LinkStrength::Ring
                    || joining::ties_the_bound(network, background, ix, policy)
                    || cycles.close(ix)
                {
                    seen.insert(other);
                    members.push(other);
                }
            }
        }
        if members.len() > 1 {
            members.sort_unstable();
            let joined = joining::within(network, background, &members, policy);
            let builder = Builder { network, background, policy, joined: &joined };
            let binding = builder.links(&members);
            let ends = binding.iter().map(|&ix| (network.link(ix).a, network.link(ix).b, ix));
            let parts = Structure::new(&members, ends).components();
            new.extend(parts.iter().filter(|part| part.len() > 1).flat_map(|p| builder.parts(p)));
        }
    }
    // What comes out as it was has not changed.
    new.retain(|ring| {
        let was = ring.members.first().and_then(|&member| old.of(member));
        match was.filter(|was| same(ring, was)) {
            Some(was) => gone.remove(&was.id).is_none(),
            None => true,
        }
    });
    new.sort_by(ahead);
    Rebuilt { gone: gone.into_keys().cloned().collect(), new }
}

/// Whether two rings are the same but for id and status.
fn same(a: &Ring, b: &Ring) -> bool {
    a.members == b.members && Ring { id: b.id.clone(), status: b.status, ..a.clone() } == *b
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        matching::{Applicants, Corpus, Entry, FEATURES},
        model::{
            Agreement, AppIx, Applicant, ApplicantId, Application, Attribute, AttributeKind, Bits,
            Column, Evidence, FeatureId, Link, LinkClass, LinkIx, Source,
        },
        normalize::normalize,
    };
    use proptest::prelude::*;
    use std::sync::LazyLock;

    /// Applications in the tests.
    const N: u32 = 18;

    static CORPUS: LazyLock<Corpus> = LazyLock::new(|| {
        let entry = |n: u32| {
            let fields = [
                (Column::FullName, format!("Person {n}")),
                (Column::Phone, format!("202-555-01{:02}", n % 4)),
                (Column::DeviceId, format!("device-{}", n % 3)),
                (Column::SubmittedAt, format!("2026-01-{:02}", n + 1)),
            ];
            let application = Application {
                id: format!("A{n}").parse().unwrap(),
                fields: fields.into(),
                extra: BTreeMap::new(),
                nested: BTreeMap::new(),
                source: Source { file: "a.csv".into(), row: 1 },
            };
            Entry { normalized: normalize(&application).into(), label: "x".into() }
        };
        Corpus::build((0..N).map(entry).collect())
    });

    /// A piece of evidence of one of a few kinds.
    fn evidence((what, number, bits): (usize, usize, u8)) -> Evidence {
        let (name, kind) = [
            ("phone", Some(AttributeKind::Phone)),
            ("device", Some(AttributeKind::Device)),
            ("resume_text", None),
            ("handle_series", None),
            ("home_address", None),
        ][what];
        let feature = FEATURES.iter().position(|f| f.name() == name).unwrap();
        let value = |kind| match kind {
            AttributeKind::Phone => format!("+120255501{:02}", number % 4),
            _ => format!("device-{}", number % 3),
        };
        let attribute =
            kind.map(|kind| CORPUS.index_of(&Attribute { kind, value: value(kind) }).unwrap());
        Evidence {
            feature: FeatureId(u8::try_from(feature).unwrap()),
            family: FEATURES[feature].family(),
            counted: FEATURES[feature].family(),
            agreement: Agreement::Supports,
            bits: Bits::new(f64::from(bits)),
            left: AppIx(0),
            right: AppIx(0),
            attribute,
            discount: None,
        }
    }

    type Said = Vec<(usize, usize, u8)>;

    fn link(policy: &Policy, (a, b): (ApplicantIx, ApplicantIx), said: &Said, alike: bool) -> Link {
        let evidence: Vec<Evidence> = said.iter().copied().map(evidence).collect();
        let bits: Bits = evidence.iter().map(|e| e.bits).sum();
        let binds = !alike && policy.link.prior + bits >= policy.link.threshold;
        Link {
            a: a.min(b),
            b: a.max(b),
            class: if alike { LinkClass::Reapplicant } else { LinkClass::SharedInfrastructure },
            strength: if binds { LinkStrength::Ring } else { LinkStrength::Watch },
            bits,
            evidence,
        }
    }

    fn person(n: u32, applications: Vec<AppIx>) -> Applicant {
        Applicant { id: ApplicantId::derive(&n.to_string()), applications }
    }

    fn said() -> impl Strategy<Value = Said> {
        prop::collection::vec((0_usize..5, 0_usize..4, 1_u8..12), 1..4)
    }

    /// A link that is put or removed between the applicants of two applications, or an applicant that is resolved
    /// anew, with links to others.
    #[derive(Debug, Clone)]
    enum Change {
        Put(u32, u32, Said, bool),
        Remove(u32, u32),
        Resolve(u32, u32),
    }

    fn change() -> impl Strategy<Value = Change> {
        prop_oneof![
            4 => (0..N, 0..N, said(), prop::bool::weighted(0.1))
                .prop_map(|(a, b, said, alike)| Change::Put(a, b, said, alike)),
            3 => (0..N, 0..N).prop_map(|(a, b)| Change::Remove(a, b)),
            1 => (0..N, 0..N).prop_map(|(a, b)| Change::Resolve(a, b)),
        ]
    }

    /// Makes a change and returns whom it touched.
    fn make(network: &mut Network, policy: &Policy, change: &Change) -> Vec<ApplicantIx> {
        let of = |network: &Network, app: u32| network.applicant_of(AppIx(app));
        match change {
            Change::Put(a, b, said, alike) => {
                let (p, q) = (of(network, *a), of(network, *b));
                if p != q {
                    network.put_link(link(policy, (p, q), said, *alike));
                }
                vec![p, q]
            }
            Change::Remove(a, b) => {
                let (p, q) = (of(network, *a), of(network, *b));
                network.remove_link(p, q);
                vec![p, q]
            }
            // The second's applications come to the first; or where both are one, the first leaves.
            Change::Resolve(a, b) => {
                let (p, q) = (of(network, *a), of(network, *b));
                let mut all = network.applicant(p).applications.clone();
                all.extend(network.applicant(q).applications.iter().filter(|_| p != q));
                let mut touched = vec![p, q];
                touched.extend(network.retire(p));
                touched.extend(network.retire(q));
                if p == q {
                    all.retain(|app| app.0 != *a);
                    touched.push(network.add_applicant(person(*a, vec![AppIx(*a)])));
                }
                if let Some(first) = all.first() {
                    touched.push(network.add_applicant(person(first.0, all)));
                }
                touched
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn rings_built_again_where_links_changed_are_those_built_from_scratch(
            first in prop::collection::vec(change(), 0..40),
            portions in prop::collection::vec(prop::collection::vec(change(), 1..4), 1..8),
        ) {
            let (policy, background) = (Policy::default(), Background::default());
            let people = (0..N).map(|n| person(n, vec![AppIx(n)])).collect();
            let people = Applicants::new(people, N as usize);
            let mut network = Network::new(CORPUS.clone(), people, Vec::new());
            for change in &first {
                make(&mut network, &policy, change);
            }
            let mut rings: Rings =
                super::super::build(&network, &background, &policy).into_iter().collect();
            for portion in &portions {
                let mut touched = BTreeSet::new();
                for change in portion {
                    touched.extend(make(&mut network, &policy, change));
                }
                let rebuilt = rebuild(&network, &background, &policy, &rings, &touched);
                for ring in &rebuilt.new {
                    prop_assert!(rings.iter().all(|old| !same(ring, old)), "it is as it was");
                }
                rings.replace(&rebuilt.gone, rebuilt.new);
                let scratch = super::super::build(&network, &background, &policy);
                prop_assert_eq!(rings.len(), scratch.len());
                for (ring, anew) in rings.iter().zip(&scratch) {
                    prop_assert_eq!(ring, anew);
                    prop_assert_eq!(rings.find(&ring.id), Some(ring));
                }
                for (ix, _) in network.applicants().iter() {
                    let theirs = scratch.iter().find(|r| r.members.contains(&ix));
                    prop_assert_eq!(rings.of(ix), theirs);
                }
            }
        }

        #[test]
        fn what_is_said_of_rings_does_not_depend_on_numbers(
            changes in prop::collection::vec(change(), 5..60),
            order in Just((0..N).collect::<Vec<u32>>()).prop_shuffle(),
            links_from in any::<prop::sample::Index>(),
        ) {
            let (policy, background) = (Policy::default(), Background::default());
            let people = (0..N).map(|n| person(n, vec![AppIx(n)])).collect();
            let people = Applicants::new(people, N as usize);
            let mut network = Network::new(CORPUS.clone(), people, Vec::new());
            for change in changes.iter().filter(|c| !matches!(c, Change::Resolve(..))) {
                make(&mut network, &policy, change);
            }
            // The same people and links, numbered otherwise.
            let people = order.iter().map(|&n| person(n, vec![AppIx(n)])).collect();
            let people = Applicants::new(people, N as usize);
            let number = |ix: ApplicantIx| people.of(AppIx(ix.0));
            let mut links: Vec<Link> = network.links().cloned().collect();
            for link in &mut links {
                let (a, b) = (number(link.a), number(link.b));
                (link.a, link.b) = (a.min(b), a.max(b));
            }
            if !links.is_empty() {
                let by = links_from.index(links.len());
                links.rotate_left(by);
                links.reverse();
            }
            let other = Network::new(CORPUS.clone(), people.clone(), links);
            let told = |network: &Network, number: &dyn Fn(ApplicantIx) -> ApplicantIx| {
                let who = |members: &[ApplicantIx]| -> BTreeSet<ApplicantIx> {
                    members.iter().map(|&m| number(m)).collect()
                };
                let ends = |ix: LinkIx| who(&[network.link(ix).a, network.link(ix).b]);
                let tell = |ring: &Ring| {
                    let artefacts: Vec<_> = ring
                        .artefacts
                        .iter()
                        .map(|a| (a.feature, a.attribute, who(&a.members), a.bits, a.users))
                        .collect();
                    let bridges: Vec<_> =
                        ring.bridges.iter().map(|b| (ends(b.link), b.weak, who(&b.side))).collect();
                    let links: BTreeSet<_> = ring.links.iter().map(|&ix| ends(ix)).collect();
                    (
                        (ring.id.clone(), who(&ring.members), ring.identities, links, artefacts),
                        (ring.drop_one.clone(), bridges, who(&ring.cut_members)),
                        (ring.gates.clone(), ring.families.clone(), ring.score),
                    )
                };
                let rings = super::super::build(network, &background, &policy);
                rings.iter().map(tell).collect::<Vec<_>>()
            };
            prop_assert_eq!(told(&network, &number), told(&other, &|ix| ix));
        }
    }
}
