//! Cuts: whether a piece is two rings that hang together by one weak link, or by one thing on several weak links, and
//! where to cut it then. Not responsible for what its sides are in detail (`build`).
//!
//! A piece can have hundreds of sides under dozens of cuts, so that a side is not built to be judged: it is enough to
//! count its identities and to see what the gates look for.
//!
//! Invariant: a side counts as whole exactly if it has enough identities and `gate::judge` lets it pass.

use crate::{
    graph::{Seams, Sets},
    matching::policy::{Policy, RingPolicy},
    model::{Artefact, Bits, Family, FeatureId},
    rings::{
        apart::Drops,
        gate::{self, Signs},
        piece::{Piece, Said, number},
    },
};

/// Artefacts that are tried, the most important ones.
const TRIED: usize = 40;

/// Where to cut.
pub struct Cut {
    /// Number of the strongest of the links that are cut.
    pub bridge: u32,
    /// The side of each member.
    pub side_of: Vec<u32>,
    /// How many sides there are, each with a number below it.
    pub sides: usize,
    /// How many of them would be rings.
    pub(super) whole: usize,
}

/// The strongest of the weak links that alone hold two sides together, and the sides, where at least two of them would
/// be rings without it. One artefact can lie on several links: they count as one bridge. `tree` is a spanning tree of
/// the piece. O(links) for each artefact and for each weak bridge that has enough members on both sides.
pub fn weakest(
    piece: &Piece<'_>,
    policy: &Policy,
    artefacts: &[Artefact],
    seams: &Seams,
    tree: &[u32],
) -> Option<Cut> {
    let (n, least) = (piece.members.len(), policy.ring.min_identities as usize);
    if n < 2 * least {
        return None;
    }
    let mut knife = Knife::new(piece, &policy.ring, artefacts, tree);
    let mut best: Option<Cut> = None;
    let mut offer = |cut: Cut| {
        let better = best.as_ref().is_none_or(|best| {
            let by_bridge = || piece.weaker(best.bridge, cut.bridge);
            cut.whole.cmp(&best.whole).then_with(by_bridge).is_ge()
        });
        if better {
            best = Some(cut);
        }
    };
    let weak = |link: u32| piece.totals[link as usize] < policy.ring.weak_bridge;
    for seam in &seams.bridges {
        let behind = seams.behind(seam).len();
        if weak(seam.edge) && behind >= least && n - behind >= least {
            knife.at_bridge(seam.edge, seams.behind(seam)).into_iter().for_each(&mut offer);
        }
    }
    let mut patterns: Vec<FeatureId> = Vec::new();
    for artefact in artefacts.iter().take(TRIED) {
        // A pattern that two rings hit upon may look strong, since each has several users of it. Contacts made in series
        // that would carry a ring alone are nothing that two hit upon.
        let made = artefact.family == Family::Series
            && gate::is_strong(piece.network, artefact, &policy.ring);
        let hit_upon = artefact.is_pattern() && !made;
        let alone =
            |said: &&Said| piece.totals[said.link as usize] - said.sum < policy.link.threshold;
        let links = |held: &dyn Fn(&&Said) -> bool| -> Vec<u32> {
            let said = piece.about(artefact).iter().filter(|said| said.sum != Bits::ZERO);
            said.filter(|said| held(said)).map(|said| said.link).collect()
        };
        let cut = if hit_upon { links(&alone) } else { links(&|said| weak(said.link)) };
        knife.without(artefact, &cut).into_iter().for_each(&mut offer);
        // What is said of one group of a pattern is said of all, and they are asked once.
        if artefact.is_pattern() && !patterns.contains(&artefact.feature) {
            patterns.push(artefact.feature);
            knife.between_seasons(&links(&alone)).into_iter().for_each(&mut offer);
        }
    }
    let drops = Drops::of(piece, artefacts);
    if !drops.is_empty() {
        let cut = drops.links(piece, policy.link.threshold);
        knife.at_a_drop(&drops, &cut).into_iter().for_each(&mut offer);
    }
    best
}

/// What all cuts of one piece have in common, and room to work in.
pub(super) struct Knife<'a> {
    pub(super) piece: &'a Piece<'a>,
    policy: &'a RingPolicy,
    tree: &'a [u32],
    in_tree: Vec<bool>,
    /// Artefacts that can carry a ring, with what is said of them: those of a side are among them.
    carrying: Vec<(&'a Artefact, &'a [Said])>,
    is_cut: Vec<bool>,
    sets: Sets,
}

impl<'a> Knife<'a> {
    fn new(
        piece: &'a Piece<'a>,
        policy: &'a RingPolicy,
        artefacts: &'a [Artefact],
        tree: &'a [u32],
    ) -> Self {
        let mut in_tree = vec![false; piece.links.len()];
        for &link in tree {
            in_tree[link as usize] = true;
        }
        let returned = piece.signs.iter().copied().collect::<Signs>().returned();
        let mut carrying: Vec<&Artefact> =
            artefacts.iter().filter(|a| gate::may_carry(a, returned, policy)).collect();
        // Of a near-equality each group is an artefact, and what is said of it is said of all.
        carrying.sort_by_key(|a| (a.feature, a.attribute));
        carrying.dedup_by_key(|a| (a.feature, a.attribute));
        Self {
            piece,
            policy,
            tree,
            in_tree,
            carrying: carrying.into_iter().map(|a| (a, piece.about(a))).collect(),
            is_cut: vec![false; piece.links.len()],
            sets: Sets::new(piece.members.len()),
        }
    }

    /// The two sides of a bridge, if there is reason to cut it.
    fn at_bridge(&self, bridge: u32, behind: &[u32]) -> Option<Cut> {
        let n = self.piece.members.len();
        let mut side_of = vec![0; n];
        for &member in behind {
            side_of[member as usize] = 1;
        }
        let sizes = [number(n - behind.len()), number(behind.len())];
        if !self.hold_better(&side_of, &sizes) {
            return None;
        }
        let whole = self.whole(&side_of, &sizes).iter().filter(|&&is| is).count();
        (whole == 2).then_some(Cut { bridge, side_of, sides: 2, whole })
    }

    /// Whether both sides of a weak bridge hold together better than by bridges: where each is linked only to the next,
    /// as in a ring that never uses anything twice, one link is as good a place to cut as another.
    fn hold_better(&self, side_of: &[u32], sizes: &[u32]) -> bool {
        let mut links = vec![0_u32; sizes.len()];
        for &(a, b) in &self.piece.ends {
            let side = side_of[a as usize] as usize;
            links[side] += u32::from(side == side_of[b as usize] as usize);
        }
        links.iter().zip(sizes).all(|(links, members)| links >= members)
    }

    /// The sides without these links that an artefact lies on, if there is reason to cut them.
    fn without(&mut self, artefact: &Artefact, cut: &[u32]) -> Option<Cut> {
        let (side_of, sizes) = self.sides_without(cut)?;
        if cut.len() == 1 && !self.hold_better(&side_of, &sizes) {
            return None;
        }
        let least = self.policy.min_identities;
        if sizes.iter().filter(|&&size| size >= least).count() < 2 {
            return None;
        }
        let is_whole = self.whole(&side_of, &sizes);
        let whole = is_whole.iter().filter(|&&is| is).count();
        // What several of one side use as well as several of another is both sides' own; not so a pattern.
        let mut users = vec![0_u32; sizes.len()];
        let sharers = Some(&artefact.members).filter(|_| !artefact.is_pattern());
        for member in sharers.into_iter().flatten().filter_map(|&m| self.piece.member(m)) {
            users[side_of[member as usize] as usize] += 1;
        }
        let few = is_whole.iter().zip(&users).filter(|&(&is, &users)| is && users < 2).count();
        let bridge = cut.iter().copied().max_by(|&p, &q| self.piece.weaker(p, q))?;
        let sides = sizes.len();
        (whole >= 2 && few + 1 >= whole).then_some(Cut { bridge, side_of, sides, whole })
    }

    /// The side of each member without these links, and how many are of each; none where all hang together still.
    pub(super) fn sides_without(&mut self, cut: &[u32]) -> Option<(Vec<u32>, Vec<u32>)> {
        // What leaves the tree whole leaves all together.
        if !cut.iter().any(|&link| self.in_tree[link as usize]) {
            return None;
        }
        self.part(cut);
        (self.sets.len() > 1).then(|| self.sets.numbered())
    }

    /// Puts together what holds together without these links.
    fn part(&mut self, cut: &[u32]) {
        for &link in cut {
            self.is_cut[link as usize] = true;
        }
        self.sets.part();
        let ends = &self.piece.ends;
        let others = (0..number(ends.len())).filter(|&link| !self.in_tree[link as usize]);
        for link in self.tree.iter().copied().chain(others) {
            if self.sets.len() == 1 {
                break;
            }
            if !self.is_cut[link as usize] {
                let (a, b) = ends[link as usize];
                self.sets.join(a, b);
            }
        }
        for &link in cut {
            self.is_cut[link as usize] = false;
        }
    }

    /// Which sides would be rings of enough identities by themselves.
    pub(super) fn whole(&self, side_of: &[u32], sizes: &[u32]) -> Vec<bool> {
        let piece = self.piece;
        let side = |(a, b): (u32, u32)| {
            let side = side_of[a as usize];
            (side == side_of[b as usize]).then_some(side as usize)
        };
        let mut identities = sizes.to_vec();
        let mut sets = Sets::new(if piece.alike.is_empty() { 0 } else { side_of.len() });
        for &(a, b) in &piece.alike {
            if let Some(side) = side((a, b))
                && sets.join(a, b)
            {
                identities[side] -= 1;
            }
        }
        let mut signs = vec![Signs::default(); sizes.len()];
        for (&ends, &of_link) in piece.ends.iter().zip(&piece.signs) {
            if let Some(side) = side(ends) {
                signs[side] |= of_link;
            }
        }
        let mut passes: Vec<bool> = signs.iter().map(|signs| signs.suffice(self.policy)).collect();
        for (artefact, said) in &self.carrying {
            let mut found: Vec<(usize, Bits, u32)> = Vec::new();
            // A near-equality is one artefact for each group that it holds together.
            let near = artefact.attribute.is_none();
            let mut groups = Sets::new(if near { side_of.len() } else { 0 });
            for said in said.iter().filter(|said| said.most > Bits::ZERO) {
                let (a, b) = piece.ends[said.link as usize];
                if let Some(side) = side((a, b)).filter(|&side| !passes[side]) {
                    found.extend([(side, said.most, a), (side, said.most, b)]);
                    if near {
                        groups.join(a, b);
                    }
                }
            }
            let mut group = |member: u32| if near { groups.find(member) } else { 0 };
            let mut found: Vec<((usize, u32), Bits, u32)> =
                found.into_iter().map(|(side, bits, m)| ((side, group(m)), bits, m)).collect();
            found.sort_unstable_by_key(|&(group, _, member)| (group, member));
            for of_side in found.chunk_by(|p, q| p.0 == q.0) {
                let mut members: Vec<u32> = of_side.iter().map(|found| found.2).collect();
                members.dedup();
                let members = piece.named(&members);
                let side = of_side[0].0.0;
                // Of a near-equality its members are all the users there are.
                let users = artefact.attribute.map_or(number(members.len()), |_| artefact.users);
                let bits = of_side.iter().map(|found| found.1).max().unwrap_or_default();
                let here = Artefact {
                    members,
                    bits,
                    users,
                    attribute: artefact.attribute,
                    feature: artefact.feature,
                    family: artefact.family,
                };
                passes[side] |=
                    gate::carries(piece.network, &here, signs[side].returned(), self.policy);
            }
        }
        let enough = |side: usize| identities[side] >= self.policy.min_identities;
        (0..sizes.len()).map(|side| enough(side) && passes[side]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        graph::Network,
        matching::{Applicants, Background, Corpus, Entry, FEATURES},
        model::{
            Agreement, AppIx, Applicant, ApplicantId, ApplicantIx, Application, Attribute,
            AttributeKind, Column, Evidence, Link, LinkClass, LinkStrength, Source,
        },
        normalize::normalize,
        rings::artefact,
    };
    use proptest::prelude::*;
    use std::{collections::BTreeMap, sync::LazyLock};

    /// Members in the test.
    const N: u32 = 12;

    /// Everybody has one of five devices.
    static CORPUS: LazyLock<Corpus> = LazyLock::new(|| {
        let entry = |n: u32| {
            let fields = [
                (Column::FullName, format!("Person {n}")),
                (Column::DeviceId, format!("device-{}", n % 5)),
                (Column::Institution, format!("School {}", n % 3)),
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

    /// Evidence about a device, or about none.
    fn evidence((feature, device, bits): (usize, Option<u32>, u8)) -> Evidence {
        let kind = AttributeKind::Device;
        let device = device.map(|n| Attribute { kind, value: format!("device-{n}") });
        Evidence {
            feature: FeatureId(u8::try_from(feature).unwrap()),
            family: FEATURES[feature].family(),
            counted: FEATURES[feature].family(),
            agreement: Agreement::Supports,
            bits: Bits::new(f64::from(bits) - 2.0),
            left: AppIx(0),
            right: AppIx(0),
            attribute: device.map(|device| CORPUS.index_of(&device).unwrap()),
            discount: None,
        }
    }

    /// Any comparison, and often that of texts, of which whose they are matters.
    fn feature() -> impl Strategy<Value = usize> {
        let text = FEATURES.iter().position(|f| f.name() == "resume_text").unwrap();
        prop_oneof![2 => 0..FEATURES.len(), 1 => Just(text)]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn a_side_is_whole_if_the_gates_let_it_pass_by_itself(
            said in prop::collection::vec(
                (0..N, 0..N, prop::bool::weighted(0.1), prop::collection::vec(
                    (feature(), prop::option::of(0_u32..5), 0_u8..14), 1..3)),
                0..24,
            ),
            few_kinds in prop::option::of(0..FEATURES.len()),
            side_of in prop::collection::vec(0_u32..3, N as usize),
        ) {
            let policy = Policy::default();
            let person = |n: u32| {
                let id = ApplicantId::derive(&n.to_string());
                Applicant { id, applications: vec![AppIx(n)] }
            };
            let people = Applicants::new((0..N).map(person).collect(), N as usize);
            let background = Background::new(&CORPUS, &people, &[], &[]);
            let mut network = Network::new(CORPUS.clone(), people, Vec::new());
            for (a, b, alike, said) in said.into_iter().filter(|(a, b, ..)| a != b) {
                let kind = |feature| few_kinds.filter(|_| a % 4 > 0).unwrap_or(feature);
                let said = said.into_iter().map(|(f, value, bits)| (kind(f), value, bits));
                network.put_link(Link {
                    a: ApplicantIx(a.min(b)),
                    b: ApplicantIx(a.max(b)),
                    class: if alike { LinkClass::Reapplicant } else { LinkClass::SharedInfrastructure },
                    strength: if alike { LinkStrength::Watch } else { LinkStrength::Ring },
                    bits: Bits::ZERO,
                    evidence: said.map(evidence).collect(),
                });
            }
            let members: Vec<ApplicantIx> = (0..N).map(ApplicantIx).collect();
            let binds = |ix| network.link(ix).strength == LinkStrength::Ring;
            let piece = Piece::new(&network, &policy, binds, &members);
            let artefacts = artefact::collect(&piece, &background);
            let tree = piece.tree();
            let knife = Knife::new(&piece, &policy.ring, &artefacts, &tree);
            let sides = piece.split(&side_of, 3);
            let sizes: Vec<u32> = sides.iter().map(|side| number(side.members.len())).collect();
            let passes = |side: &Piece<'_>| {
                let artefacts = artefact::collect(side, &background);
                let gates = gate::judge(&network, side.identities(), &artefacts, &policy.ring);
                side.identities() >= policy.ring.min_identities as usize
                    && gates.iter().all(|gate| gate.passed)
            };
            let by_gates: Vec<bool> = sides.iter().map(passes).collect();
            prop_assert_eq!(knife.whole(&side_of, &sizes), by_gates);
            for side in &sides {
                let anew = Piece::new(&network, &policy, binds, &side.members);
                prop_assert_eq!(&side.links, &anew.links);
                prop_assert_eq!(&side.ends, &anew.ends);
                prop_assert_eq!(&side.alike, &anew.alike);
                prop_assert_eq!(
                    artefact::collect(side, &background),
                    artefact::collect(&anew, &background)
                );
            }
        }
    }
}
