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
        Applicants, Background, Comparer, Corpus, FEATURES, NameRelation, Policy, Rulings, Trace,
        background::Corroboration,
        combine::reduce,
        corpus::AHEAD,
        findings::{self, Found, home_alone},
        link_candidates::link_candidates,
        names, pictures, texts,
    },
    model::{
        Agreement, AppIx, ApplicantIx, AttributeKind, BackgroundClass, Bits, Evidence, Family,
        FeatureId, Link, LinkClass, LinkStrength, PairVerdict, ValueVerdict,
    },
};
use rayon::prelude::*;

/// Most users of what can corroborate something else, or two hubs would vouch for each other.
pub(super) const FEW_ENOUGH: u32 = 12;

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
    pub applicants: &'a Applicants,
    /// The judgements in force.
    pub rulings: &'a Rulings,
}

/// Links between the applicants of a corpus. O(pairs).
#[must_use]
pub fn link(
    corpus: &Corpus,
    applicants: &Applicants,
    rulings: &Rulings,
    policy: &Policy,
) -> Linked {
    let linker = Linker { comparer: Comparer::new(corpus, policy), applicants, rulings };
    let mut candidates = link_candidates(corpus, applicants, policy);
    let texts = texts::texts(corpus, applicants);
    texts.pairs.iter().for_each(|&(a, b)| candidates.add(a, b));
    for (a, b, _, _) in rulings.pairs() {
        candidates.add(applicants.of(a).0, applicants.of(b).0);
    }
    candidates.settle();
    let pictures = pictures::pictures(corpus);
    let background = Background::new(corpus, applicants, &texts.wanted, &pictures);
    drop(texts);
    let looked: Vec<Looked> =
        candidates.pairs.par_chunks(1_024).map(|pairs| linker.look(pairs, &background)).collect();
    let compared = candidates.pairs.len() as u64;
    drop(candidates.pairs);
    let background = background.with(looked.iter().flat_map(|l| &l.corroboration));
    let links = looked
        .par_iter()
        .flat_map_iter(|l| {
            l.kept.iter().enumerate().filter_map(|(i, &(a, b, from, to))| {
                if i % AHEAD == 0 {
                    let next = l.kept[i..].iter().take(AHEAD).map(|&(_, b, _, _)| b);
                    applicants.read_ahead(corpus, next);
                }
                linker.weigh_up(
                    a,
                    b,
                    &mut l.found[from as usize..to as usize].to_vec(),
                    &background,
                )
            })
        })
        .collect();
    Linked { links, background, compared, uncompared: candidates.uncompared }
}

/// What was seen in a stretch of candidate pairs.
#[derive(Default)]
struct Looked {
    corroboration: Vec<Corroboration>,
    found: Vec<Found>,
    /// Pairs that may come to something, and where in `found` what they share stands.
    kept: Vec<(ApplicantIx, ApplicantIx, u32, u32)>,
}

impl Linker<'_> {
    pub(super) fn applications(&self, ix: ApplicantIx) -> &[AppIx] {
        &self.applicants.get(ix).applications
    }

    /// Looks at pairs for the first time.
    fn look(&self, pairs: &[(ApplicantIx, ApplicantIx)], background: &Background) -> Looked {
        let mut looked = Looked::default();
        let mut found = Vec::new();
        for (i, &(a, b)) in pairs.iter().enumerate() {
            if i % AHEAD == 0 {
                let next = pairs[i..].iter().take(AHEAD).map(|&(_, b)| b);
                self.applicants.read_ahead(self.comparer.corpus, next);
            }
            let (left, right) = (self.applications(a), self.applications(b));
            findings::find(&self.comparer, left, right, background, &mut found);
            let judged = self.ruling(a, b).is_some();
            if found.is_empty() && !judged {
                continue;
            }
            looked.corroboration.extend(self.corroboration(a, b, &found, background));
            if judged || self.may_matter(a, b, &found, background) {
                let from = looked.found.len();
                looked.found.extend_from_slice(&found);
                let at = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
                looked.kept.push((a, b, at(from), at(looked.found.len())));
            }
        }
        looked
    }

    /// Whether what two applicants share could be worth showing.
    fn may_matter(
        &self,
        a: ApplicantIx,
        b: ApplicantIx,
        found: &[Found],
        background: &Background,
    ) -> bool {
        let judged_bad = |f: &Found| {
            let ruling = f.shared.attribute.and_then(|ix| self.rulings.value(ix));
            ruling == Some(ValueVerdict::KnownBad)
        };
        findings::at_most(&self.comparer, found, background) >= self.comparer.policy.link.watch
            || (!self.rulings.is_empty() && found.iter().any(judged_bad))
            || (home_alone(found)
                && findings::family_shared(
                    &self.comparer,
                    self.applications(a),
                    self.applications(b),
                ))
    }

    /// Of what each comparison found the best, by what it is worth against its background.
    pub(super) fn best(&self, found: &mut Vec<Found>, background: &Background) {
        let (corpus, policy) = (self.comparer.corpus, self.comparer.policy);
        if found.windows(2).all(|pair| pair[0].feature != pair[1].feature) {
            return;
        }
        let worth = |f: &Found| {
            let bits = background.weigh(corpus, &f.shared, self.rulings, policy).0;
            let value = f.shared.attribute.map(|ix| corpus.value(ix));
            (bits, f.shared.bits, std::cmp::Reverse(value))
        };
        let mut kept = 0;
        for i in 0..found.len() {
            if kept > 0 && found[kept - 1].feature == found[i].feature {
                if worth(&found[i]) > worth(&found[kept - 1]) {
                    found[kept - 1] = found[i];
                }
            } else {
                found[kept] = found[i];
                kept += 1;
            }
        }
        found.truncate(kept);
    }

    pub(super) fn corroboration(
        &self,
        a: ApplicantIx,
        b: ApplicantIx,
        found: &[Found],
        background: &Background,
    ) -> Option<Corroboration> {
        // A network says nothing before others vouch for it.
        let rare = |f: &Found| {
            f.shared.bits >= Bits::new(2.0)
                && f.shared.class != BackgroundClass::BusyNetwork
                && f.family.counts()
                && background.crowd(&f.shared).is_none_or(|crowd| crowd.users <= FEW_ENOUGH)
                && f.shared
                    .attribute
                    .is_none_or(|ix| self.rulings.value(ix) != Some(ValueVerdict::Common))
        };
        // One school or employer explains all that its people share there, and where they live together as well
        // also what a home explains.
        let together = found.iter().any(rare) && self.together(found, background);
        let premises = together && found.iter().any(|f| self.is_premises(f, background));
        // Where they get parcels they may live, and then their network is that place's.
        let housed = self.one_place(found);
        let source = |f: &Found| match self.source(f) {
            Family::Delivery if housed => Family::Address,
            Family::Text if together && f.family == Family::Text => Family::History,
            Family::Address if premises => Family::History,
            other => other,
        };
        let mut families: Vec<Family> = found.iter().filter(|f| rare(f)).map(source).collect();
        families.sort_unstable();
        families.dedup();
        let traces: Vec<(Trace, Family)> =
            found.iter().filter_map(|f| Some((f.shared.trace()?, source(f)))).collect();
        (!families.is_empty() && !traces.is_empty()).then_some(Corroboration {
            a,
            b,
            families,
            traces,
        })
    }

    /// Whether two get parcels at one place and use one network: who does may live there, and the place explains both. A
    /// machine goes where its user goes.
    pub(super) fn one_place(&self, found: &[Found]) -> bool {
        let is_network = |f: &Found| {
            let kind = f.shared.attribute.map(|ix| self.comparer.corpus.kind(ix));
            f.family == Family::Network && kind == Some(AttributeKind::Ip)
        };
        found.iter().any(|f| f.family == Family::Delivery) && found.iter().any(is_network)
    }

    /// The family a find counts in: a page of code or of the web that does not belong to one person is its
    /// school's or employer's, like a referee.
    pub(super) fn source(&self, f: &Found) -> Family {
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
        let (left, right) = (self.applications(a), self.applications(b));
        let mut found = Vec::new();
        findings::find(&self.comparer, left, right, background, &mut found);
        self.best(&mut found, background);
        let evidence = self.weighed(a, b, &mut found, background);
        self.conclude(a, b, &found, evidence)
    }

    /// What was found and weighed, with what a household and judgements make of it.
    fn conclude(
        &self,
        a: ApplicantIx,
        b: ApplicantIx,
        found: &[Found],
        mut evidence: Vec<Evidence>,
    ) -> (LinkClass, Vec<Evidence>) {
        let (relation, family_shared) = self.names(a, b);
        let household = family_shared && home_alone(found);
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

    /// The link between two applicants, if there is anything to show.
    #[must_use]
    pub fn link(&self, a: ApplicantIx, b: ApplicantIx, background: &Background) -> Option<Link> {
        self.link_found(a, b, self.find(a, b, background), background)
    }

    /// How strong a link is when the prior and the lines alone were moved, and not what is kept of pairs: it weighs what
    /// it weighed. None where it is not shown any more. O(judgements of the two).
    #[must_use]
    pub fn redrawn(&self, link: &Link) -> Option<LinkStrength> {
        let policy = &self.comparer.policy.link;
        let ruling = self.ruling(link.a, link.b).map(|(verdict, _, _)| verdict);
        let total = policy.prior + link.bits;
        let binds = match ruling {
            Some(PairVerdict::Linked) => true,
            Some(PairVerdict::NotLinked) => false,
            _ => link.class == LinkClass::SharedInfrastructure && total >= policy.threshold,
        };
        let shown = ruling.is_some() || link.class == LinkClass::Household || total >= policy.watch;
        match binds {
            true => Some(LinkStrength::Ring),
            false => shown.then_some(LinkStrength::Watch),
        }
    }

    /// What two applicants share.
    pub(super) fn find(
        &self,
        a: ApplicantIx,
        b: ApplicantIx,
        background: &Background,
    ) -> Vec<Found> {
        let (left, right) = (self.applications(a), self.applications(b));
        let mut found = Vec::new();
        findings::find(&self.comparer, left, right, background, &mut found);
        found
    }

    /// The link between two applicants who share this, if there is anything to show.
    pub(super) fn link_found(
        &self,
        a: ApplicantIx,
        b: ApplicantIx,
        mut found: Vec<Found>,
        background: &Background,
    ) -> Option<Link> {
        let judged = self.ruling(a, b).is_some();
        let shown = judged || (!found.is_empty() && self.may_matter(a, b, &found, background));
        if shown { self.weigh_up(a, b, &mut found, background) } else { None }
    }

    /// The link that what was found makes, if there is anything to show.
    fn weigh_up(
        &self,
        a: ApplicantIx,
        b: ApplicantIx,
        found: &mut Vec<Found>,
        background: &Background,
    ) -> Option<Link> {
        let policy = &self.comparer.policy.link;
        let ruling = self.ruling(a, b).map(|(verdict, _, _)| verdict);
        self.best(found, background);
        let evidence = self.weighed(a, b, found, background);
        // Most pairs end here, before their names are compared.
        let total = policy.prior + evidence.iter().map(|e| e.bits).sum();
        if total < policy.watch && ruling.is_none() && !home_alone(found) {
            return None;
        }
        let (class, evidence) = self.conclude(a, b, found, evidence);
        let bits: Bits = evidence.iter().map(|e| e.bits).sum();
        let total = policy.prior + bits;
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
        counted: Family::Judgement,
        agreement: Agreement::Supports,
        bits,
        left,
        right,
        attribute: None,
        discount: None,
    })
}
