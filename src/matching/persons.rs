//! Persons: which applications are one claimed person's. Not responsible for links between different persons.
//!
//! Pairs are weighed after Fellegi and Sunter (*A Theory for Record Linkage*, JASA 1969): the sum of log2
//! likelihood ratios over the comparisons, against a prior of one match per application. Where names conflict,
//! what two people who live or work together would share counts only up to a cap, since "unrelated" is then not
//! the only alternative. Clusters grow from the strongest pair down, and two clusters are joined only if their
//! members agree on the whole, so that one vague application does not weld two people together.
//!
//! Invariant: every application is in exactly one applicant; the partition depends only on the set of
//! applications, the rulings and the policy.

use crate::{
    matching::{
        Comparer, Corpus, FEATURES, Feature, NameRelation, Policy, Rulings, blocking,
        policy::IdentityPolicy,
    },
    model::{AppIx, Applicant, ApplicantId, Bits, Family, FeatureId, PairVerdict},
};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// What the comparisons say for "one person" about two applications.
#[derive(Debug, Clone, Copy)]
pub struct Identity {
    /// Bits of each feature, by position in `FEATURES`; none where there was nothing to compare.
    pub parts: [Option<Bits>; 64],
    /// How the names relate.
    pub relation: NameRelation,
    /// Prior plus parts.
    pub total: Bits,
}

impl Identity {
    /// The parts with the feature of each.
    pub fn evidence(&self) -> impl Iterator<Item = (FeatureId, Bits)> {
        (0_u8..).zip(self.parts).filter_map(|(i, bits)| Some((FeatureId(i), bits?)))
    }
}

/// What any two applications start from: one other application of the same person among all.
#[must_use]
pub fn prior(corpus: &Corpus, policy: &Policy) -> Bits {
    let n = corpus.applications().len().max(policy.identity.prior_floor as usize);
    Bits::new(-f64::from(u32::try_from(n).unwrap_or(u32::MAX)).log2())
}

/// Compares two applications as perhaps one person's.
#[must_use]
pub fn compare(cx: &Comparer<'_>, a: AppIx, b: AppIx) -> Identity {
    let policy = &cx.policy.identity;
    let (x, y) = cx.both(a, b);
    let name = cx.corpus.names().compare(x.name.as_ref(), y.name.as_ref(), policy);
    let common = cx.common(a, b);
    let cx = &cx.knowing(&common);
    let mut parts = [None; 64];
    let mut sure = 0;
    let mut own = 0;
    for (feature, part) in FEATURES.iter().zip(&mut parts) {
        *part = match feature.name() {
            "name" => (name.relation != NameRelation::Unknown || name.bits != Bits::ZERO)
                .then_some(name.bits),
            _ => feature.identity(cx, a, b),
        };
        let least = |bits: f64| part.is_some_and(|b| b >= Bits::new(bits));
        let tells = matches!(feature.name(), "birth_date" | "government_id");
        sure += u8::from(tells && least(8.0));
        own += match feature.name() {
            "email" | "phone" | "profile" => u8::from(least(8.0)),
            "education" => u8::from(least(10.0)),
            "resume_text" | "photo" => u8::from(least(6.0)),
            _ => 0,
        };
    }
    let cap = match name.relation {
        // Birth date and government number together are one person's, whatever became of the name.
        _ if sure == 2 => None,
        // So are three or more of mailbox, phone, profile, degree, resume and photo under one family name:
        // people adopt given names and marry. Without any name in common it takes four.
        NameRelation::GivenConflict | NameRelation::FamilyConflict if own >= 3 => None,
        NameRelation::Conflict if own >= 4 => None,
        NameRelation::Conflict if sure == 1 => Some(policy.cap_given_conflict),
        NameRelation::Conflict => Some(policy.cap_name_conflict),
        NameRelation::GivenConflict => Some(policy.cap_given_conflict),
        NameRelation::FamilyConflict => Some(policy.cap_family_conflict),
        NameRelation::Compatible | NameRelation::Unknown => None,
    };
    if let Some(cap) = cap {
        let excess = support(&parts, |f| capped(f, name.relation)) - cap;
        take_off(&mut parts, excess, |f| capped(f, name.relation));
    }
    let start = prior(cx.corpus, cx.policy);
    let at_home = support(&parts, |f| f.family() == Family::Address) >= Bits::new(6.0);
    if name.family_shared && at_home && sure == 0 {
        let sum: Bits = parts.iter().flatten().copied().sum();
        let excess = start + sum - against_relatives(&parts, name.given_bits, policy);
        take_off(&mut parts, excess, |f| explained_by_kinship(f.family()));
    }
    let total = start + parts.iter().flatten().copied().sum();
    Identity { parts, relation: name.relation, total }
}

/// What the comparisons say for "one person" against "two relatives in one home": the family name, the address
/// and the network say nothing, and what relatives may share says little.
fn against_relatives(parts: &Parts, given: Bits, policy: &IdentityPolicy) -> Bits {
    let mut total = policy.relative_prior + given.min(policy.relative_given);
    for (feature, part) in FEATURES.iter().zip(parts) {
        let Some(bits) = *part else { continue };
        total += match feature.family() {
            _ if feature.name() == "name" => Bits::ZERO,
            Family::Address | Family::Network => bits.min(Bits::ZERO),
            Family::Identity | Family::History | Family::Profile => bits,
            _ => bits.min(policy.relative_shared),
        };
    }
    total
}

/// Whether kinship explains support of this family: names, homes and networks run in families.
fn explained_by_kinship(family: Family) -> bool {
    matches!(family, Family::Identity | Family::Address | Family::Network)
}

/// The bits of each feature, by position in `FEATURES`.
type Parts = [Option<Bits>; 64];

/// What the features chosen say for "one person".
fn support(parts: &Parts, chosen: impl Fn(&dyn Feature) -> bool) -> Bits {
    FEATURES
        .iter()
        .zip(parts)
        .filter(|(feature, _)| chosen(**feature))
        .filter_map(|(_, part)| part.filter(|&bits| bits > Bits::ZERO))
        .sum()
}

/// Takes `excess` off the support of the features chosen, each in proportion, so that the parts still add up to
/// the whole.
fn take_off(parts: &mut Parts, excess: Bits, chosen: impl Fn(&dyn Feature) -> bool) {
    let support = support(parts, &chosen);
    if excess <= Bits::ZERO || support <= Bits::ZERO {
        return;
    }
    let keep = (1.0 - excess.get() / support.get()).max(0.0);
    for (feature, part) in FEATURES.iter().zip(parts) {
        if let Some(bits) = part.as_mut().filter(|bits| **bits > Bits::ZERO)
            && chosen(*feature)
        {
            *bits = Bits::new(bits.get() * keep);
        }
    }
}

/// Whether a feature's support is capped under this relation of names: everything that people who live or work
/// together share. Names, birth dates and government numbers are not; nor is a career, unless the names have
/// nothing in common.
fn capped(feature: &dyn Feature, relation: NameRelation) -> bool {
    match feature.family() {
        Family::Identity => false,
        Family::History => relation == NameRelation::Conflict,
        _ => true,
    }
}

/// The applicants of a corpus.
#[derive(Debug)]
pub struct Persons {
    /// The applicants, by the smallest id among their applications.
    pub applicants: Vec<Applicant>,
    /// Pairs compared.
    pub compared: u64,
    /// Pairs that blocking left uncompared.
    pub uncompared: u64,
}

/// Resolves the applications of a corpus into applicants. O(n log n + pairs).
#[must_use]
pub fn resolve(corpus: &Corpus, rulings: &Rulings, policy: &Policy) -> Persons {
    let cx = Comparer::new(corpus, policy);
    let candidates = blocking::identity_candidates(corpus, policy.blocking.block as usize);
    let mut edges: Vec<(Bits, AppIx, AppIx)> = candidates
        .pairs
        .par_iter()
        .filter_map(|&(a, b)| {
            let total = compare(&cx, a, b).total;
            (total >= policy.identity.threshold).then_some((total, a, b))
        })
        .collect();
    edges.par_sort_unstable_by(|p, q| q.0.cmp(&p.0).then((p.1, p.2).cmp(&(q.1, q.2))));
    let mut clusters = Clusters::new(corpus.applications().len());
    for (a, b, verdict, _) in rulings.pairs() {
        if verdict == PairVerdict::Same {
            clusters.join(a, b);
        }
    }
    let apart: Vec<(AppIx, AppIx)> = rulings
        .pairs()
        .filter(|(_, _, v, _)| *v == PairVerdict::Different)
        .map(|(a, b, _, _)| (a, b))
        .collect();
    for (_, a, b) in edges {
        let (p, q) = (clusters.root(a), clusters.root(b));
        if p == q
            || apart.iter().any(|&(x, y)| {
                let ends = (clusters.root(x), clusters.root(y));
                ends == (p, q) || ends == (q, p)
            })
        {
            continue;
        }
        if agree(&cx, clusters.members(p), clusters.members(q)) {
            clusters.join(a, b);
        }
    }
    Persons {
        applicants: clusters.applicants(corpus),
        compared: candidates.pairs.len() as u64,
        uncompared: candidates.uncompared,
    }
}

/// Whether two clusters agree on the whole: the mean over their pairs, each held within ±20 bits so that no
/// single pair decides, is above the floor. At most 8 members of each are looked at.
fn agree(cx: &Comparer<'_>, left: &[AppIx], right: &[AppIx]) -> bool {
    if left.len() == 1 && right.len() == 1 {
        return true;
    }
    let limit = Bits::new(20.0);
    let (mut sum, mut n) = (Bits::ZERO, 0_u32);
    for &a in left.iter().take(8) {
        for &b in right.iter().take(8) {
            sum += compare(cx, a, b).total.clamp(-limit, limit);
            n += 1;
        }
    }
    sum.get() / f64::from(n.max(1)) >= cx.policy.identity.mean_floor.get()
}

/// Disjoint sets with their members at hand.
struct Clusters {
    root: Vec<AppIx>,
    members: Vec<Vec<AppIx>>,
}

impl Clusters {
    fn new(n: usize) -> Self {
        Self {
            root: (0..n).map(AppIx::new).collect(),
            members: (0..n).map(|i| vec![AppIx::new(i)]).collect(),
        }
    }

    fn root(&self, a: AppIx) -> AppIx {
        self.root[a.at()]
    }

    fn members(&self, root: AppIx) -> &[AppIx] {
        &self.members[root.at()]
    }

    /// Joins two sets, relabelling the smaller: O(n log n) over all joins.
    fn join(&mut self, a: AppIx, b: AppIx) {
        let (p, q) = (self.root(a), self.root(b));
        if p == q {
            return;
        }
        let larger = |x: AppIx| (self.members[x.at()].len(), std::cmp::Reverse(x));
        let (keep, gone) = if larger(p) > larger(q) { (p, q) } else { (q, p) };
        let moved = std::mem::take(&mut self.members[gone.at()]);
        for &member in &moved {
            self.root[member.at()] = keep;
        }
        let list = &mut self.members[keep.at()];
        list.extend(moved);
        list.sort_unstable();
    }

    fn applicants(self, corpus: &Corpus) -> Vec<Applicant> {
        let mut by_first: BTreeMap<AppIx, Vec<AppIx>> = BTreeMap::new();
        for members in self.members {
            if let Some(&first) = members.first() {
                by_first.insert(first, members);
            }
        }
        by_first
            .into_values()
            .map(|applications| Applicant { id: id_of(corpus, &applications), applications })
            .collect()
    }
}

/// The id of an applicant: derived from the application that arrived first, so that it stays as more arrive.
fn id_of(corpus: &Corpus, applications: &[AppIx]) -> ApplicantId {
    let first = applications.iter().min_by_key(|&&app| (corpus.arrival(app), app));
    ApplicantId::derive(first.map_or("", |&app| corpus.application(app).id.as_str()))
}
