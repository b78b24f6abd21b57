//! Persons: which applications are one claimed person's. Not responsible for links between different persons.
//!
//! Pairs are weighed after Fellegi and Sunter (*A Theory for Record Linkage*, JASA 1969): the sum of log2
//! likelihood ratios over the comparisons, against a prior of one match per application. "Unrelated" is not the only
//! alternative, though: where names conflict, or relatives may be at hand, the two are also weighed against being two
//! people of one company, who share whatever companies share, and the lesser total holds. Clusters grow from the
//! strongest pair down, and two clusters are joined only if their members agree on the whole, so that one vague
//! application does not weld two people together.
//!
//! Invariant: every application is in exactly one applicant; the partition depends only on the set of
//! applications, the rulings and the policy.

use crate::{
    matching::{
        Applicants, Comparer, Corpus, Edges, FEATURES, Feature, Findings, NameComparison,
        NameRelation, Pair, Policy, Rulings, Seen,
        blocking::Blocks,
        clusters::Clusters,
        corpus::doublings,
        edges::Edge,
        features::government_id,
        names,
        policy::{CompanyPolicy, IdentityPolicy},
    },
    model::{AppIx, Applicant, Bits, Family, FeatureId, PairVerdict},
};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// What the comparisons say for "one person" about two applications.
#[derive(Debug, Clone, Copy)]
pub struct Identity {
    /// Bits of each feature, by position in `FEATURES`; none where there was nothing to compare.
    pub parts: Parts,
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

/// Bits by position in `FEATURES`.
pub(super) type Parts = [Option<Bits>; FEATURES.len()];

/// What any two applications start from: one other application of the same person among all.
#[must_use]
pub fn prior(corpus: &Corpus, policy: &Policy) -> Bits {
    let n = corpus.len().max(policy.identity.prior_floor as usize);
    Bits::new(-doublings(n))
}

/// Compares two applications as perhaps one person's.
#[must_use]
pub fn compare(cx: &Comparer<'_>, a: AppIx, b: AppIx) -> Identity {
    let start = prior(cx.corpus, cx.policy);
    let pair = cx.pair(a, b);
    let evaluated = evaluate(cx, &pair, start, None).unwrap_or(Evaluated {
        parts: [None; FEATURES.len()],
        name: names::compare(cx.corpus.tokens(), &pair.x, &pair.y, &cx.policy.identity),
        company: Company::default(),
    });
    settle(cx, evaluated, start)
}

/// Whether two applications are taken for one person's as far as they alone say. Most pairs are given up early.
#[must_use]
pub fn reaches(cx: &Comparer<'_>, a: AppIx, b: AppIx) -> bool {
    let start = prior(cx.corpus, cx.policy);
    compare_reaching(cx, &cx.pair(a, b), start, cx.policy.identity.threshold).is_some()
}

/// The total of two, as far as it is needed to know whether it reaches `least`; none when it does not.
pub(super) fn compare_reaching(
    cx: &Comparer<'_>,
    pair: &Pair<'_>,
    start: Bits,
    least: Bits,
) -> Option<Bits> {
    let total = settle(cx, evaluate(cx, pair, start, Some(least))?, start).total;
    (total >= least).then_some(total)
}

/// The features that speak on identity, but for the name, in the order in which they are evaluated: what is one number
/// first, what looks at texts last, since most pairs are given up before.
const ORDER: [&str; 19] = [
    "birth_date",
    "government_id",
    "email",
    "phone",
    "profile",
    "education",
    "employment",
    "home_address",
    "ip",
    "device",
    "photo",
    "resume_file",
    "pdf_id",
    "pdf_author",
    "referee",
    "payment_account",
    "shipping_address",
    "career",
    "resume_text",
];

/// The same as positions in `FEATURES`, and the position of the name.
static POSITIONS: LazyLock<(Vec<usize>, usize)> = LazyLock::new(|| {
    let at = |name: &str| FEATURES.iter().position(|f| f.name() == name);
    (ORDER.iter().filter_map(|name| at(name)).collect(), at("name").unwrap_or(0))
});

/// What was found in two applications, before any cap.
struct Evaluated {
    parts: Parts,
    name: NameComparison,
    company: Company,
}

/// What was seen that tells of two people of one company.
#[derive(Clone, Copy, Default)]
pub(super) struct Company {
    /// Whether they have something in common that a household shares.
    household: bool,
    /// Whether their government numbers differ in nothing but the last two signs: numbers in a row, such as whoever makes up
    /// several people makes up. A slip of one person's may be anywhere, and leaves something of the name.
    pub in_a_row: bool,
}

impl Company {
    /// Takes in what a comparison saw.
    pub fn see(&mut self, seen: Seen) {
        self.household |= seen.is_a_households();
    }
}

/// What two applications say. With `least`, none as soon as it is certain that the total stays below it: caps only
/// take off.
fn evaluate(
    cx: &Comparer<'_>,
    pair: &Pair<'_>,
    start: Bits,
    least: Option<Bits>,
) -> Option<Evaluated> {
    let one;
    let cx = if pair.is_one_record() {
        one = cx.of_one_record();
        &one
    } else {
        cx
    };
    let policy = &cx.policy.identity;
    let (order, name_at) = &*POSITIONS;
    let tokens = cx.corpus.tokens();
    let mut most = [Bits::ZERO; FEATURES.len()];
    let mut bound = start + names::most(tokens, policy);
    let all = bound;
    for &i in order {
        most[i] = FEATURES[i].identity_at_most(cx, pair);
        bound += most[i];
    }
    let hopeless = |bound: Bits| least.is_some_and(|least| bound < least);
    if hopeless(bound) {
        return None;
    }
    let mut parts: Parts = [None; FEATURES.len()];
    let mut found = Findings::default();
    // Pairs that were brought together by one name mostly end here.
    let name = names::examine(tokens, &pair.x, &pair.y, policy, &mut found);
    bound += start + name.bits - all;
    if hopeless(bound) {
        return None;
    }
    // Where names conflict, so little of what two may share counts that it often cannot be enough.
    if name.relation > NameRelation::Compatible
        && against_company(&most.map(Some), name, Company::default(), policy).is_some_and(hopeless)
    {
        return None;
    }
    let tells = name.relation != NameRelation::Unknown || name.bits != Bits::ZERO;
    parts[*name_at] = tells.then_some(name.bits);
    let mut company = Company::default();
    for &i in order {
        parts[i] = part(cx, pair, FEATURES[i], &mut found);
        found.all().iter().for_each(|f| company.see(f.seen));
        bound += parts[i].unwrap_or(Bits::ZERO) - most[i];
        if hopeless(bound) {
            return None;
        }
    }
    company.in_a_row = government_id::are_in_a_row(cx, pair);
    Some(Evaluated { parts, name, company })
}

/// What one feature says; none when it finds nothing to compare.
fn part(
    cx: &Comparer<'_>,
    pair: &Pair<'_>,
    feature: &dyn Feature,
    found: &mut Findings,
) -> Option<Bits> {
    found.clear();
    feature.identity(cx, pair, found);
    (!found.all().is_empty()).then(|| cx.sum(found.all()))
}

/// Adds up, against both alternatives: that the two are strangers, and that they are two people of one company, who
/// live, work or deceive together. Where the second explains more, the excess is taken off what it explains.
fn settle(cx: &Comparer<'_>, evaluated: Evaluated, start: Bits) -> Identity {
    let Evaluated { mut parts, name, company } = evaluated;
    let policy = &cx.policy.identity;
    let sum: Bits = parts.iter().flatten().copied().sum();
    if let Some(total) = against_company(&parts, name, company, policy) {
        take_off(&mut parts, start + sum - total);
    }
    let total = start + parts.iter().flatten().copied().sum();
    Identity { parts, relation: name.relation, total }
}

/// What the comparisons say for "one person" against "two people of one company"; none where nothing suggests two.
/// How many strangers there are does not matter to it, nor how rare a value is that the company shares; so neither
/// total rises as what two share becomes more common.
pub(super) fn against_company(
    parts: &Parts,
    name: NameComparison,
    seen: Company,
    policy: &IdentityPolicy,
) -> Option<Bits> {
    let company = &policy.company;
    let mut total = match name.relation {
        // Relatives: the family name says nothing, and children are named after parents.
        NameRelation::Compatible | NameRelation::Unknown => {
            if !name.may_be_relatives || !seen.household {
                return None;
            }
            company.relatives + name.given_bits.min(company.namesakes)
        }
        NameRelation::GivenConflict => company.relatives + name.given_bits.min(company.given),
        NameRelation::FamilyConflict => company.others + name.bits.min(company.given),
        NameRelation::Conflict => company.others + name.bits,
    };
    let made_up = seen.in_a_row && name.relation == NameRelation::Conflict;
    for (at, (cap, part)) in CAPS.iter().zip(parts).enumerate() {
        if let (Some(cap), Some(bits)) = (cap, *part) {
            let most = match made_up && at == *NUMBER {
                true => company.government_id_near,
                false => cap(company),
            };
            total += bits.min(most);
        }
    }
    Some(total)
}

/// The most that a comparison says of two people of one company.
type Cap = fn(&CompanyPolicy) -> Bits;

/// That of each comparison, by position in `FEATURES`; none for the name, which is weighed by itself.
static CAPS: LazyLock<Vec<Option<Cap>>> = LazyLock::new(|| {
    let cap = |feature: &&dyn Feature| -> Option<Cap> {
        Some(match (feature.name(), feature.family()) {
            ("name", _) => return None,
            ("government_id", _) => |company| company.government_id,
            ("birth_date", _) => |company| company.birth_date,
            ("email", _) => |company| company.email,
            ("phone", _) => |company| company.phone,
            ("profile", _) => |company| company.profile,
            (_, Family::Address | Family::Network) => |_| Bits::ZERO,
            ("education", _) => |company| company.education,
            ("employment", _) => |company| company.employment,
            (_, Family::Text) => |company| company.text,
            _ => |company| company.others_each,
        })
    };
    FEATURES.iter().map(cap).collect()
});

/// The position of the government number in `FEATURES`.
static NUMBER: LazyLock<usize> = LazyLock::new(|| {
    FEATURES.iter().position(|f| f.name() == "government_id").unwrap_or(usize::MAX)
});

/// Takes `excess` off what supports "one person", each part in proportion, so that the parts still add up to the
/// whole.
fn take_off(parts: &mut Parts, excess: Bits) {
    let positive = |part: &&mut Bits| **part > Bits::ZERO;
    let support: Bits = parts.iter().flatten().copied().filter(|bits| *bits > Bits::ZERO).sum();
    if excess <= Bits::ZERO || support <= Bits::ZERO {
        return;
    }
    let keep = (1.0 - excess.get() / support.get()).max(0.0);
    for bits in parts.iter_mut().flatten().filter(positive) {
        *bits = Bits::new(bits.get() * keep);
    }
}

/// The applicants of a corpus.
#[derive(Debug)]
pub struct Persons {
    /// The applicants, by their first arrivals.
    pub applicants: Applicants,
    /// What they were grown along.
    pub edges: Edges,
    /// Pairs compared.
    pub compared: u64,
    /// Pairs that blocking left uncompared.
    pub uncompared: u64,
}

/// Resolves the applications of a corpus into applicants. O(n log n + pairs).
#[must_use]
pub fn resolve(corpus: &Corpus, rulings: &Rulings, policy: &Policy) -> Persons {
    let cx = Comparer::new(corpus, policy);
    let blocks = Blocks::build(corpus, policy.blocking.block as usize);
    let start = prior(corpus, policy);
    let least = policy.identity.threshold;
    let found: Vec<(u64, Vec<Edge>)> = (0..corpus.len())
        .into_par_iter()
        .chunks(1_024)
        .map(|apps| {
            let (mut near, mut met, mut edges, mut compared) =
                (Vec::new(), Vec::new(), Vec::new(), 0);
            for app in apps.into_iter().map(AppIx::new) {
                blocks.before(app, &mut met, &mut near);
                let x = corpus.app(app);
                compared += near.len() as u64;
                // Each is a wait for memory, and they wait together.
                let touched = near.iter().map(|&other| corpus.app(other).touch());
                std::hint::black_box(touched.fold(0, |all, one| all ^ one));
                for &other in &near {
                    let pair = Pair::new(corpus, x, corpus.app(other));
                    if let Some(total) = compare_reaching(&cx, &pair, start, least) {
                        edges.push(Edge { total, a: other, b: app });
                    }
                }
            }
            (compared, edges)
        })
        .collect();
    let compared = found.iter().map(|(n, _)| n).sum();
    let uncompared = blocks.uncompared();
    drop(blocks);
    let mut edges: Vec<Edge> = found.into_iter().flat_map(|(_, edges)| edges).collect();
    let applicants = Applicants::new(grow(&cx, None, &mut edges, rulings), corpus.len());
    Persons { applicants, edges: edges.into_iter().collect(), compared, uncompared }
}

/// Grows clusters from the strongest edge down: of all applications, or of these, sorted, which hang together with no
/// others.
pub(super) fn grow(
    cx: &Comparer<'_>,
    among: Option<&[AppIx]>,
    edges: &mut [Edge],
    rulings: &Rulings,
) -> Vec<Applicant> {
    let key = |app: AppIx| cx.corpus.app(app).key();
    edges.par_sort_unstable_by_key(|e| {
        let (p, q) = (key(e.a), key(e.b));
        (std::cmp::Reverse(e.total), p.min(q), p.max(q))
    });
    let mut clusters = Clusters::new(cx.corpus.len(), among);
    let ruled = |verdict| {
        let all = rulings.pairs().filter(move |(_, _, v, _)| *v == verdict);
        let here = |app: &AppIx| among.is_none_or(|apps| apps.binary_search(app).is_ok());
        all.map(|(a, b, _, _)| (a, b)).filter(move |(a, b)| here(a) && here(b))
    };
    for (a, b) in ruled(PairVerdict::Same) {
        clusters.join(a, b);
    }
    let mut apart = Apart::default();
    for (a, b) in ruled(PairVerdict::Different) {
        apart.put(clusters.root(a), b);
        apart.put(clusters.root(b), a);
    }
    let known: FxHashMap<(AppIx, AppIx), Bits> =
        edges.iter().map(|e| ((e.a, e.b), e.total)).collect();
    for edge in edges {
        let (p, q) = (clusters.root(edge.a), clusters.root(edge.b));
        if p == q || apart.are(&mut clusters, p, q) {
            continue;
        }
        let alone = clusters.is_alone(p) && clusters.is_alone(q);
        if alone || agree(cx, &known, clusters.members(p), clusters.members(q)) {
            clusters.join(edge.a, edge.b);
            apart.join(clusters.root(edge.a), [p, q]);
        }
    }
    clusters.applicants(cx.corpus)
}

/// Which clusters may not be joined: of each, by its root, the applications that one of its own was judged different from.
/// A judgement is moved O(log n) times.
#[derive(Default)]
struct Apart(FxHashMap<AppIx, Vec<AppIx>>);

impl Apart {
    fn put(&mut self, root: AppIx, other: AppIx) {
        self.0.entry(root).or_default().push(other);
    }

    /// Whether two clusters are to stay apart. O(judgements of the one with fewer).
    fn are(&self, clusters: &mut Clusters<'_>, p: AppIx, q: AppIx) -> bool {
        let (Some(ours), Some(theirs)) = (self.0.get(&p), self.0.get(&q)) else { return false };
        let (few, other) = if ours.len() <= theirs.len() { (ours, q) } else { (theirs, p) };
        few.iter().any(|&app| clusters.root(app) == other)
    }

    /// Takes in that two clusters are one under this root.
    fn join(&mut self, root: AppIx, of: [AppIx; 2]) {
        let [mut less, mut more] = of.map(|of| self.0.remove(&of).unwrap_or_default());
        if less.len() > more.len() {
            std::mem::swap(&mut less, &mut more);
        }
        more.append(&mut less);
        if !more.is_empty() {
            self.0.insert(root, more);
        }
    }
}

/// Whether two clusters agree on the whole: the mean over their pairs, each held within -14 and +20 bits so that no
/// single pair decides, is above the floor. Not as far down as up: an application that says little contradicts
/// nothing. At most 8 members of each are looked at, those of least key.
fn agree(
    cx: &Comparer<'_>,
    known: &FxHashMap<(AppIx, AppIx), Bits>,
    left: Vec<AppIx>,
    right: Vec<AppIx>,
) -> bool {
    let (least, limit) = (Bits::new(14.0), Bits::new(20.0));
    let first = |mut members: Vec<AppIx>| {
        members.sort_unstable_by_key(|&app| cx.corpus.app(app).key());
        members.truncate(8);
        members
    };
    let (left, right) = (first(left), first(right));
    let (mut sum, mut n) = (Bits::ZERO, 0_u32);
    for &a in &left {
        for &b in &right {
            let total = known.get(&(a.min(b), a.max(b))).copied();
            sum += total.unwrap_or_else(|| compare(cx, a, b).total).clamp(-least, limit);
            n += 1;
        }
    }
    sum.get() / f64::from(n.max(1)) >= cx.policy.identity.mean_floor.get()
}
