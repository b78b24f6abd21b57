//! Links: what different applicants share, weighed. Not responsible for who is one person (`persons`) nor for what
//! becomes a ring (`rings`).
//!
//! Two passes: the first sees what every pair shares, and from that the background learns which users of a value
//! have other things in common; the second weighs every pair against that background. Values that one home
//! explains (address, network, a family's phone) are explained away for a household.
//!
//! Invariant: a link's bits are the sum of its evidence; a name never adds to it.

use crate::{
    matching::{
        Background, Comparer, Corpus, FEATURES, NameRelation, Pair, Policy, Rulings, Shared,
        background::Corroboration,
        coarse,
        corpus::{AddressView, App},
        features::address::same_building,
        link_candidates::link_candidates,
        names,
        policy::Sharing,
    },
    model::{
        Agreement, AppIx, Applicant, ApplicantIx, AttributeIx, AttributeKind, BackgroundClass,
        Bits, Discount, Evidence, Family, FeatureId, Link, LinkClass, LinkStrength, PairVerdict,
        PlaceKind, Share,
    },
};
use rayon::prelude::*;

/// What linking found.
#[derive(Debug, Default)]
pub struct Linked {
    /// Links, sorted by their ends.
    pub links: Vec<Link>,
    /// Who uses which value.
    pub background: Background,
    /// Pairs of applicants compared.
    pub compared: u64,
    /// Pairs that only a busy value has in common, not compared.
    pub uncompared: u64,
}

/// One thing two applicants share, through which applications.
#[derive(Debug, Clone, Copy)]
struct Found {
    feature: FeatureId,
    family: Family,
    left: AppIx,
    right: AppIx,
    shared: Shared,
}

/// Compares applicants.
#[derive(Clone, Copy)]
pub struct Linker<'a> {
    /// The corpus and the policy.
    pub comparer: Comparer<'a>,
    /// The applicants.
    pub applicants: &'a [Applicant],
    /// The judgements in force.
    pub rulings: &'a Rulings,
}

/// Links between the applicants of a corpus. O(pairs).
#[must_use]
pub fn link(
    corpus: &Corpus,
    applicants: &[Applicant],
    rulings: &Rulings,
    policy: &Policy,
) -> Linked {
    let applicant_of = applicant_of(corpus, applicants);
    let linker = Linker { comparer: Comparer::new(corpus, policy), applicants, rulings };
    let mut candidates = link_candidates(corpus, &applicant_of, policy);
    for (a, b, _, _) in rulings.pairs() {
        let (p, q) = (applicant_of[a.at()], applicant_of[b.at()]);
        if p != q {
            candidates.pairs.push((p.min(q), p.max(q)));
        }
    }
    candidates.pairs.sort_unstable();
    candidates.pairs.dedup();
    let background = Background::new(corpus, &applicant_of);
    let seen: Vec<Corroboration> = candidates
        .pairs
        .par_iter()
        .filter_map(|&(a, b)| linker.corroboration(a, b, &background))
        .collect();
    let background = background.with(&seen);
    let links =
        candidates.pairs.par_iter().filter_map(|&(a, b)| linker.link(a, b, &background)).collect();
    Linked {
        links,
        background,
        compared: candidates.pairs.len() as u64,
        uncompared: candidates.uncompared,
    }
}

/// The applicant of each application.
#[must_use]
pub fn applicant_of(corpus: &Corpus, applicants: &[Applicant]) -> Vec<ApplicantIx> {
    let mut of = vec![ApplicantIx::default(); corpus.len()];
    for (i, applicant) in applicants.iter().enumerate() {
        for app in &applicant.applications {
            of[app.at()] = ApplicantIx::new(i);
        }
    }
    of
}

impl Linker<'_> {
    fn applications(&self, ix: ApplicantIx) -> &[AppIx] {
        &self.applicants[ix.at()].applications
    }

    /// The best of what each feature finds over the applications of both, best by what it is worth against its
    /// background. At most 12 applications of each, the newest, are looked at.
    fn found(&self, a: ApplicantIx, b: ApplicantIx, background: &Background) -> Vec<Found> {
        let mut best: [Option<Found>; 64] = [None; 64];
        for &left in self.applications(a).iter().rev().take(12) {
            for &right in self.applications(b).iter().rev().take(12) {
                let pair = self.comparer.pair(left, right);
                for ((i, feature), slot) in (0_u8..).zip(FEATURES).zip(&mut best) {
                    let Some(mut shared) = feature.sharing(&self.comparer, &pair) else {
                        continue;
                    };
                    let family = feature.family();
                    if family != Family::Timing {
                        shared.bits += self.staleness(&pair);
                    }
                    let found = Found { feature: FeatureId(i), family, left, right, shared };
                    if slot.is_none_or(|other| self.beats(&found, &other, background)) {
                        *slot = Some(found);
                    }
                }
            }
        }
        best.into_iter().flatten().collect()
    }

    /// What is taken off because two applications lie far apart: an operation lasts weeks or months, and a stock
    /// picture, a firm's page or a library's computer for years.
    fn staleness(&self, pair: &Pair<'_>) -> Bits {
        let policy = &self.comparer.policy.link;
        let apart = pair.x.apart(&pair.y).unwrap_or(0);
        match apart / 86_400 {
            0..=180 => Bits::ZERO,
            181..=540 => policy.stale[0],
            _ => policy.stale[1],
        }
    }

    /// Whether one find is worth more than another; of equals, in an order that does not depend on which side is
    /// which.
    fn beats(&self, one: &Found, other: &Found, background: &Background) -> bool {
        let worth = |f: &Found| {
            let (corpus, policy) = (self.comparer.corpus, self.comparer.policy);
            let same = one.shared.attribute == other.shared.attribute;
            if same {
                f.shared.bits
            } else {
                background.weigh(corpus, &f.shared, self.rulings, policy).0
            }
        };
        let key = |f: &Found| {
            let corpus = self.comparer.corpus;
            let (p, q) = (corpus.app(f.left).key(), corpus.app(f.right).key());
            let value = f.shared.attribute.map(|ix| corpus.value(ix));
            (worth(f), f.shared.bits, std::cmp::Reverse((value, p.min(q), p.max(q))))
        };
        key(one) > key(other)
    }

    fn corroboration(
        &self,
        a: ApplicantIx,
        b: ApplicantIx,
        background: &Background,
    ) -> Option<Corroboration> {
        let found = self.found(a, b, background);
        // Only what few people share can corroborate, or two hubs would vouch for each other.
        let rare = |f: &Found| {
            f.shared.bits >= Bits::new(2.0)
                && f.family.counts()
                && f.shared.attribute.is_none_or(|ix| {
                    background.of(ix).users <= 12
                        && self.rulings.value(ix) != Some(crate::model::ValueVerdict::Common)
                })
        };
        let mut families: Vec<Family> =
            found.iter().filter(|f| rare(f)).map(|f| self.source(f)).collect();
        families.sort_unstable();
        families.dedup();
        let attributes: Vec<(AttributeIx, Family)> =
            found.iter().filter_map(|f| Some((f.shared.attribute?, self.source(f)))).collect();
        (!families.is_empty() && !attributes.is_empty()).then_some(Corroboration {
            a,
            b,
            families,
            attributes,
        })
    }

    /// The family a find counts in: a page of code or of the web that does not belong to one person is its
    /// school's or employer's, like a referee.
    fn source(&self, f: &Found) -> Family {
        let corpus = self.comparer.corpus;
        let organisation = f.shared.attribute.is_some_and(|ix| {
            corpus.kind(ix) == AttributeKind::Profile && !corpus.value(ix).starts_with("linkedin:")
        });
        if organisation { Family::Referee.independent() } else { f.family.independent() }
    }

    /// How the names of two applicants relate at their closest, and whether a family name is shared.
    fn names(&self, a: ApplicantIx, b: ApplicantIx) -> (NameRelation, bool) {
        let mut relation = NameRelation::Conflict;
        let mut family = false;
        for &left in self.applications(a).iter().take(4) {
            for &right in self.applications(b).iter().take(4) {
                let corpus = self.comparer.corpus;
                let compared = names::compare(
                    corpus.tokens(),
                    &corpus.app(left),
                    &corpus.app(right),
                    &self.comparer.policy.identity,
                );
                relation = relation.min(compared.relation);
                family |= compared.family_shared;
            }
        }
        (relation, family)
    }

    /// What was last judged of the link between any two of their applications.
    fn ruling(&self, a: ApplicantIx, b: ApplicantIx) -> Option<(PairVerdict, AppIx, AppIx)> {
        if self.rulings.is_empty() {
            return None;
        }
        self.applications(a)
            .iter()
            .flat_map(|&left| self.applications(b).iter().map(move |&right| (left, right)))
            .filter_map(|(left, right)| Some((self.rulings.link(left, right)?, left, right)))
            .max_by_key(|&((order, _), _, _)| order)
            .map(|((_, verdict), left, right)| (verdict, left, right))
    }

    /// The evidence of two applicants, weighed: what linking adds up, and what an explanation shows.
    #[must_use]
    pub fn evidence(
        &self,
        a: ApplicantIx,
        b: ApplicantIx,
        background: &Background,
    ) -> (LinkClass, Vec<Evidence>) {
        let mut found = self.found(a, b, background);
        let mut evidence = self.weighed(a, b, &mut found, background);
        let (relation, family_shared) = self.names(a, b);
        let household = family_shared && home_alone(&found);
        if household {
            for e in &mut evidence {
                reduce(e, Bits::ZERO, BackgroundClass::Dwelling);
            }
        }
        if let Some((verdict, left, right)) = self.ruling(a, b) {
            evidence.extend(judged(verdict, left, right));
        }
        for e in &mut evidence {
            e.agreement = match e.bits.cmp(&Bits::ZERO) {
                std::cmp::Ordering::Greater => Agreement::Supports,
                std::cmp::Ordering::Equal => Agreement::Neutral,
                std::cmp::Ordering::Less => Agreement::Contradicts,
            };
        }
        evidence.sort_by_key(|e| (std::cmp::Reverse(e.bits), e.feature));
        let class = if household {
            LinkClass::Household
        } else if relation <= NameRelation::Compatible {
            let contact = found.iter().any(|f| f.family == Family::Contact);
            if contact { LinkClass::Reapplicant } else { LinkClass::SamePerson }
        } else {
            LinkClass::SharedInfrastructure
        };
        (class, evidence)
    }

    /// What was found, weighed against its background and combined.
    fn weighed(
        &self,
        a: ApplicantIx,
        b: ApplicantIx,
        found: &mut [Found],
        background: &Background,
    ) -> Vec<Evidence> {
        let home = self.home(a, b, found);
        let mut evidence: Vec<Evidence> =
            found.iter().map(|f| self.weigh(f, home, background)).collect();
        self.combine(&mut evidence, home);
        evidence
    }

    /// The homes an applicant gives. A mail drop or a campus is nobody's home.
    fn homes(&self, ix: ApplicantIx) -> Vec<AddressView<'_>> {
        self.applications(ix)
            .iter()
            .filter_map(|&app| self.comparer.corpus.app(app).home())
            .filter(|home| matches!(home.place(), PlaceKind::Street | PlaceKind::Unit))
            .collect()
    }

    /// Whether the two live together, as far as it is known; and a delivery address that is the home of both, or
    /// may be, weighed as the home it is.
    fn home(&self, a: ApplicantIx, b: ApplicantIx, found: &mut [Found]) -> Home {
        let (xs, ys) = (self.homes(a), self.homes(b));
        let cx = &self.comparer;
        let mut shared = xs.iter().any(|x| ys.iter().any(|y| same_building(cx, x, y)));
        for f in found.iter_mut().filter(|f| f.family == Family::Delivery) {
            let place = [f.left, f.right].into_iter().find_map(|app| cx.corpus.app(app).shipping());
            // Who gives a delivery address and no home may well live there.
            let may_live = |app: AppIx, homes: &[AddressView<'_>]| {
                let there = |h: &AddressView<'_>| place.is_some_and(|p| same_building(cx, &p, h));
                let elsewhere = |h: AddressView<'_>| {
                    let state = place.and_then(|p| p.state());
                    h.building().is_some() || (h.state().is_some() && h.state() != state)
                };
                !cx.corpus.app(app).home().is_some_and(elsewhere) || homes.iter().any(there)
            };
            let (left, right) = if self.applications(a).contains(&f.left) {
                (f.left, f.right)
            } else {
                (f.right, f.left)
            };
            let (x, y) = (may_live(left, &xs), may_live(right, &ys));
            if x && y {
                shared = true;
                f.shared.bits = f.shared.bits.min(self.comparer.policy.link.dwelling.bits());
            } else if x || y {
                f.shared.bits = f.shared.bits.min(self.comparer.policy.link.ship_to_home.bits());
            }
        }
        if shared {
            Home::Shared
        } else if xs.is_empty() || ys.is_empty() {
            Home::Unknown
        } else {
            Home::Apart
        }
    }

    /// One thing found, weighed against its background.
    fn weigh(&self, f: &Found, home: Home, background: &Background) -> Evidence {
        let policy = self.comparer.policy;
        let mut shared = f.shared;
        let known = |sharing: Sharing| shared.bits.min(sharing.bits());
        match f.family {
            Family::Contact if home != Home::Apart => {
                shared.bits = known(policy.link.contact_home_unknown);
            }
            // One machine in two homes is no family computer.
            Family::Network
                if home == Home::Apart && shared.class == BackgroundClass::SharedDevice =>
            {
                shared.bits = policy.link.device_apart.bits();
            }
            // Who worked or studied together has a manager, a project and a club in common.
            Family::Referee | Family::Text | Family::Profile
                if f.shared.bits < policy.link.resume[1].bits()
                    && self.were_together(f.left, f.right) =>
            {
                shared.bits = known(policy.link.together);
            }
            _ => {}
        }
        let (bits, mut discount) =
            background.weigh(self.comparer.corpus, &shared, self.rulings, policy);
        if let Some(d) = discount.as_mut() {
            d.bits += f.shared.bits - shared.bits;
        }
        Evidence {
            feature: f.feature,
            family: f.family,
            agreement: Agreement::Supports,
            bits,
            left: f.left,
            right: f.right,
            attribute: f.shared.attribute,
            discount,
        }
    }

    /// Whether two applications name the same employer, or the same school within a year.
    fn were_together(&self, left: AppIx, right: AppIx) -> bool {
        let (x, y): (App<'_>, App<'_>) =
            (self.comparer.corpus.app(left), self.comparer.corpus.app(right));
        let worked = x
            .employment()
            .filter_map(|j| j.employer)
            .any(|e| y.employment().any(|k| k.employer == Some(e)));
        worked
            || x.education().any(|e| {
                y.education().any(|f| {
                    e.institution.is_some()
                        && e.institution == f.institution
                        && (e.year == 0 || f.year == 0 || e.year.abs_diff(f.year) <= 1)
                })
            })
    }

    /// Combines what was found. The strongest family counts by its own weight; each further independent family
    /// counts for more than its weight, since strangers who share one thing by chance hardly ever share another;
    /// further evidence of one family counts for less. Timing adds where something else speaks.
    fn combine(&self, evidence: &mut [Evidence], home: Home) {
        let policy = &self.comparer.policy.link;
        let n = u32::try_from(self.comparer.corpus.len()).unwrap_or(u32::MAX).max(1_000);
        let gain = policy.corroborates * f64::from(coarse(n)).log2();
        let home_first = |e: &Evidence| home == Home::Shared && e.family == Family::Address;
        evidence.sort_by_key(|e| (std::cmp::Reverse(e.bits), e.feature));
        // Where they live together, the home speaks for its group.
        if let Some(at) = evidence.iter().position(home_first) {
            let bits = evidence[at].bits;
            for e in evidence.iter_mut().filter(|e| home.group(e.family) == Family::Address) {
                if e.bits > bits {
                    reduce(e, bits, BackgroundClass::Dwelling);
                }
            }
            evidence.sort_by_key(|e| (std::cmp::Reverse(e.bits), !home_first(e), e.feature));
        }
        let mut seen: Vec<Family> = Vec::new();
        let mut deficit = 0.0_f64;
        for e in evidence.iter_mut().filter(|e| e.family != Family::Timing) {
            let group = home.group(e.family);
            let bits = e.bits.get();
            let judged = e.discount.is_some_and(|d| d.class == BackgroundClass::JudgedCommon);
            // What a home explains says no more than the home.
            let explained =
                home == Home::Shared && group == Family::Address && e.family != Family::Address;
            // A mail drop or a campus brings strangers together: no coincidence, unless its users corroborate.
            let gathers = e.discount.is_some_and(|d| {
                matches!(d.class, BackgroundClass::MailDrop | BackgroundClass::Campus)
            });
            let strangers = gathers && e.bits < Bits::ZERO;
            let bits = if judged || strangers || (explained && seen.contains(&group)) {
                0.0
            } else if seen.contains(&group) {
                bits.max(0.0) * policy.overlap
            } else if seen.is_empty() {
                deficit = bits.min(0.0);
                seen.push(group);
                bits.max(0.0)
            } else {
                seen.push(group);
                (bits + gain + deficit).clamp(0.0, policy.corroborates_cap.get().max(bits))
            };
            settle(e, Bits::new(bits));
        }
        let substance: Bits =
            evidence.iter().filter(|e| e.family != Family::Timing).map(|e| e.bits).sum();
        let mut timed = false;
        for e in evidence.iter_mut().filter(|e| e.family == Family::Timing) {
            if substance <= Bits::ZERO || timed {
                reduce(e, Bits::ZERO, BackgroundClass::Common);
            }
            timed = true;
        }
    }

    /// Whether two applicants share enough to be shown, before names are compared: most pairs do not.
    fn is_worth_a_look(&self, a: ApplicantIx, b: ApplicantIx, background: &Background) -> bool {
        let mut found = self.found(a, b, background);
        if self.ruling(a, b).is_some() || home_alone(&found) {
            return true;
        }
        let evidence = self.weighed(a, b, &mut found, background);
        let policy = &self.comparer.policy.link;
        policy.prior + evidence.iter().map(|e| e.bits).sum() >= policy.watch
    }

    /// The link between two applicants, if there is anything to show.
    #[must_use]
    pub fn link(&self, a: ApplicantIx, b: ApplicantIx, background: &Background) -> Option<Link> {
        if !self.is_worth_a_look(a, b, background) {
            return None;
        }
        let (class, evidence) = self.evidence(a, b, background);
        let bits: Bits = evidence.iter().map(|e| e.bits).sum();
        let policy = &self.comparer.policy.link;
        let total = policy.prior + bits;
        let ruling = self.ruling(a, b).map(|(verdict, _, _)| verdict);
        let binds = match ruling {
            Some(PairVerdict::Linked) => true,
            Some(PairVerdict::NotLinked) => false,
            _ => class == LinkClass::SharedInfrastructure && total >= policy.threshold,
        };
        let class = if binds { LinkClass::SharedInfrastructure } else { class };
        let shown =
            binds || ruling.is_some() || class == LinkClass::Household || total >= policy.watch;
        shown.then_some(Link {
            a,
            b,
            class,
            strength: if binds { LinkStrength::Ring } else { LinkStrength::Watch },
            bits,
            evidence,
        })
    }
}

/// Whether everything found is what a home explains: the address, its network and devices, a family's phone,
/// mailbox, account and referee. Something must show the home, or be a contact.
fn home_alone(found: &[Found]) -> bool {
    let of_home = |f: &Found| {
        matches!(
            f.family,
            Family::Address | Family::Network | Family::Contact | Family::Payment | Family::Timing
        )
    };
    let shows = |f: &Found| matches!(f.family, Family::Address | Family::Contact | Family::Network);
    found.iter().all(of_home) && found.iter().any(shows)
}

/// Whether two applicants live together, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Home {
    /// In one dwelling or one building.
    Shared,
    /// In different places.
    Apart,
    /// The home of one of them is not known.
    Unknown,
}

impl Home {
    /// The family that evidence counts in: what a home explains (its network, and unless the homes are known to
    /// differ its phone and mailbox) counts with the home.
    fn group(self, family: Family) -> Family {
        match family.independent() {
            Family::Contact | Family::Payment if self == Self::Shared => Family::Address,
            Family::Contact if self == Self::Unknown => Family::Address,
            Family::Delivery if self == Self::Shared => Family::Address,
            other => other,
        }
    }
}

/// Sets what evidence counts for, with a discount where that is less than its own weight.
fn settle(e: &mut Evidence, bits: Bits) {
    if bits < e.bits {
        let class = e.discount.map_or(BackgroundClass::Common, |d| d.class);
        reduce(e, bits, class);
    } else {
        e.bits = bits;
    }
}

fn reduce(e: &mut Evidence, bits: Bits, class: BackgroundClass) {
    if bits >= e.bits {
        return;
    }
    let taken = e.bits - bits;
    let before = e.discount.unwrap_or(Discount {
        users: 2,
        corroborated: Share::default(),
        bits: Bits::ZERO,
        class,
    });
    e.discount = Some(Discount { bits: before.bits + taken, class, ..before });
    e.bits = bits;
}

/// A judgement as evidence. "Same" and "different" are about persons and say nothing here.
fn judged(verdict: PairVerdict, left: AppIx, right: AppIx) -> Option<Evidence> {
    let bits = match verdict {
        PairVerdict::Linked => Bits::new(20.0),
        PairVerdict::NotLinked => Bits::new(-20.0),
        PairVerdict::Same | PairVerdict::Different => return None,
    };
    let feature = FEATURES.iter().position(|f| f.name() == "judgement")?;
    Some(Evidence {
        feature: FeatureId(u8::try_from(feature).ok()?),
        family: Family::Judgement,
        agreement: Agreement::Supports,
        bits,
        left,
        right,
        attribute: None,
        discount: None,
    })
}
