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
        Background, Comparer, Corpus, FEATURES, Found, NameRelation, Policy, Rulings, Trace,
        background::Corroboration, combine::reduce, home::home_alone,
        link_candidates::link_candidates, texts,
    },
    model::{
        Agreement, AppIx, Applicant, ApplicantIx, BackgroundClass, Bits, Evidence, Family,
        FeatureId, Link, LinkClass, LinkStrength, PairVerdict,
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
    let of = |ix: ApplicantIx| {
        let all = &applicants[ix.at()].applications;
        &all[all.len().saturating_sub(12)..]
    };
    let texts = texts::texts(corpus, &applicant_of, &of);
    candidates.pairs.extend(texts.pairs.iter().map(|&(a, b)| (ApplicantIx(a), ApplicantIx(b))));
    for (a, b, _, _) in rulings.pairs() {
        let (p, q) = (applicant_of[a.at()], applicant_of[b.at()]);
        if p != q {
            candidates.pairs.push((p.min(q), p.max(q)));
        }
    }
    candidates.pairs.sort_unstable();
    candidates.pairs.dedup();
    let background = Background::new(corpus, &applicant_of, &texts.users);
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
    let mut of = vec![ApplicantIx::default(); corpus.applications().len()];
    for (i, applicant) in applicants.iter().enumerate() {
        for app in &applicant.applications {
            of[app.at()] = ApplicantIx::new(i);
        }
    }
    of
}

impl Linker<'_> {
    pub(super) fn applications(&self, ix: ApplicantIx) -> &[AppIx] {
        &self.applicants[ix.at()].applications
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
                && background.crowd(&f.shared).is_none_or(|crowd| crowd.users <= 12)
                && f.shared.attribute.is_none_or(|ix| {
                    self.rulings.value(ix) != Some(crate::model::ValueVerdict::Common)
                })
        };
        let mut families: Vec<Family> =
            found.iter().filter(|f| rare(f)).map(|f| self.source(f)).collect();
        families.sort_unstable();
        families.dedup();
        let traces: Vec<(Trace, Family)> =
            found.iter().filter_map(|f| Some((f.shared.trace()?, self.source(f)))).collect();
        (!families.is_empty() && !traces.is_empty()).then_some(Corroboration {
            a,
            b,
            families,
            traces,
        })
    }

    /// How the names of two applicants relate at their closest, and whether a family name is shared.
    fn names(&self, a: ApplicantIx, b: ApplicantIx) -> (NameRelation, bool) {
        let mut relation = NameRelation::Conflict;
        let mut family = false;
        for &left in self.applications(a).iter().take(4) {
            for &right in self.applications(b).iter().take(4) {
                let (x, y) = self.comparer.both(left, right);
                let compared = self.comparer.corpus.names().compare(
                    x.name.as_ref(),
                    y.name.as_ref(),
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
            .max_by_key(|&((order, _), left, right)| (order, left.min(right), left.max(right)))
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
