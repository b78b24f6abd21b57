//! The background: what a shared value is judged against. A widely shared value is never cut off by a count.
//! Each is taken for a mixture of two things: an artefact that one hand passes around, or a hub that unrelated
//! people use. How many of its users share something else as well with another user of it tells which.
//!
//! Not responsible for the weights of the classes (`policy`) nor for adding up (`linking`).
//!
//! Invariant: depends only on who uses a value and on evidence from other, rarer values; never on its own weight.

use crate::{
    matching::{Corpus, Policy, Rulings, Shared},
    model::{
        ApplicantIx, AttributeIx, AttributeKind, BackgroundClass, Bits, Discount, Family, Share,
        ValueVerdict,
    },
};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc};

/// What is known of who uses a value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Use {
    /// Applicants who use it.
    pub users: u32,
    /// Of those, how many share something else with another user of it.
    pub corroborated: u32,
}

/// Who uses which value, and how far its users have other things in common.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Background {
    users: Arc<Vec<u32>>,
    corroborated: Arc<BTreeMap<AttributeIx, u32>>,
    /// Values that one applicant more uses than was counted: the one that is being screened.
    #[serde(skip)]
    newcomer: Vec<AttributeIx>,
}

/// Evidence between two applicants from values that few use, by family: what can corroborate a busier value.
#[derive(Debug, Clone)]
pub struct Corroboration {
    /// One applicant.
    pub a: ApplicantIx,
    /// The other.
    pub b: ApplicantIx,
    /// Families that link them, each as `Family::independent`.
    pub families: Vec<Family>,
    /// Attributes they share, each with the family it counts in.
    pub attributes: Vec<(AttributeIx, Family)>,
}

impl Background {
    /// The background of a corpus resolved into applicants, before any corroboration is known.
    #[must_use]
    pub fn new(corpus: &Corpus, applicant_of: &[ApplicantIx]) -> Self {
        let users = corpus
            .attribute_numbers()
            .map(|ix| {
                if corpus.uses(ix) < 2 {
                    return corpus.uses(ix);
                }
                let mut of: Vec<ApplicantIx> =
                    corpus.uses_of(ix).map(|(app, _)| applicant_of[app.at()]).collect();
                of.sort_unstable();
                of.dedup();
                u32::try_from(of.len()).unwrap_or(u32::MAX)
            })
            .collect();
        Self { users: Arc::new(users), ..Self::default() }
    }

    /// The same background, knowing which users have other things in common. O(pairs × shared values).
    #[must_use]
    pub fn with<'a>(mut self, pairs: impl Iterator<Item = &'a Corroboration>) -> Self {
        let mut seen: FxHashMap<AttributeIx, FxHashSet<ApplicantIx>> = FxHashMap::default();
        for pair in pairs {
            for &(attribute, family) in &pair.attributes {
                if pair.families.iter().any(|f| *f != family) {
                    let users = seen.entry(attribute).or_default();
                    users.insert(pair.a);
                    users.insert(pair.b);
                }
            }
        }
        let count = |(attribute, users): (AttributeIx, FxHashSet<ApplicantIx>)| {
            (attribute, u32::try_from(users.len()).unwrap_or(u32::MAX))
        };
        self.corroborated = Arc::new(seen.into_iter().map(count).collect());
        self
    }

    /// The same background with one applicant more, who uses these values.
    #[must_use]
    pub fn with_newcomer(&self, values: Vec<AttributeIx>) -> Self {
        Self { newcomer: values, ..self.clone() }
    }

    /// Number of attributes it knows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.users.len()
    }

    /// Whether it knows no attribute.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.users.is_empty()
    }

    /// Who uses a value.
    #[must_use]
    pub fn of(&self, attribute: AttributeIx) -> Use {
        let more = u32::from(self.newcomer.contains(&attribute));
        Use {
            users: self.users.get(attribute.at()).copied().unwrap_or(0) + more,
            corroborated: self.corroborated.get(&attribute).copied().unwrap_or(0),
        }
    }

    /// What a shared value is worth against its background, and the discount that was taken off.
    #[must_use]
    pub fn weigh(
        &self,
        corpus: &Corpus,
        shared: &Shared,
        rulings: &Rulings,
        policy: &Policy,
    ) -> (Bits, Option<Discount>) {
        let Some(attribute) = shared.attribute else { return (shared.bits, None) };
        let seen = self.of(attribute);
        let discount = |bits: Bits, class| {
            (shared.bits != bits).then(|| Discount {
                users: seen.users,
                corroborated: Share::of(seen.corroborated as usize, seen.users as usize),
                bits: shared.bits - bits,
                class,
            })
        };
        match rulings.value(attribute) {
            Some(ValueVerdict::Common) => {
                return (Bits::ZERO, discount(Bits::ZERO, BackgroundClass::JudgedCommon));
            }
            Some(ValueVerdict::KnownBad) => {
                let bits = shared.bits + policy.link.known_bad;
                return (bits, discount(bits, BackgroundClass::JudgedBad));
            }
            None => {}
        }
        let bits = mixture(shared, seen, corpus.kind(attribute), policy);
        (bits, discount(bits, shared.class))
    }
}

/// Bits of a value that is an artefact with some probability and a hub otherwise.
fn mixture(shared: &Shared, seen: Use, kind: AttributeKind, policy: &Policy) -> Bits {
    let link = &policy.link;
    let full = shared.bits.get();
    // A mail drop, a campus or a divided building is a hub by its class.
    let by_class = match shared.class {
        BackgroundClass::MailDrop | BackgroundClass::Campus => 0.98,
        _ => shared.hub,
    };
    let n = f64::from(seen.users.max(2));
    let with = f64::from(seen.corroborated);
    // Log-odds of "hub": each user with nothing else in common speaks for it, each one with something against.
    let alone = ((1.0 - link.corroboration_hub) / (1.0 - link.corroboration_ring)).log2();
    let together = (link.corroboration_ring / link.corroboration_hub).log2();
    let prior = (by_class / (1.0 - by_class)).log2();
    // Two users are no crowd: the first two tell nothing about a hub.
    let log_odds = prior + (n - with - 2.0).max(0.0) * alone - with * together;
    let hub = 1.0 / (1.0 + (-log_odds * std::f64::consts::LN_2).exp());
    // On a hub a person has all its other users as innocent company.
    let on_hub = 0.3 / (n - 1.0);
    let mixed = ((1.0 - hub) * full.exp2() + hub * on_hub).max(1e-9).log2();
    let crowd = if kind == AttributeKind::Address && shared.class == BackgroundClass::Dwelling {
        (f64::from(seen.users) - 4.0).max(0.0) * link.crowd.get() * (1.0 - hub)
    } else {
        0.0
    };
    Bits::new(mixed.max(-12.0) + crowd.min(link.crowd_cap.get()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weigh(users: u32, corroborated: u32, class: BackgroundClass, hub: f64) -> f64 {
        let policy = Policy::default();
        let shared = Shared { attribute: None, class, bits: policy.link.phone.bits(), hub };
        let kind = AttributeKind::Phone;
        mixture(&shared, Use { users, corroborated }, kind, &policy).get()
    }

    #[test]
    fn a_value_shared_by_hundreds_who_share_nothing_else_explains_itself() {
        let personal = BackgroundClass::Personal;
        assert!(weigh(2, 0, personal, 0.001) > 6.0);
        assert!(weigh(300, 3, personal, 0.001) < 0.1);
    }

    #[test]
    fn a_busy_value_whose_users_corroborate_each_other_keeps_its_weight() {
        let personal = BackgroundClass::Personal;
        assert!(weigh(40, 30, personal, 0.001) > 6.0);
        assert!(weigh(40, 30, BackgroundClass::MailDrop, 0.02) > 6.0);
        assert!(weigh(40, 2, BackgroundClass::MailDrop, 0.02) < 0.1);
    }

    #[test]
    fn more_corroboration_never_makes_a_value_worth_less() {
        for users in [2, 3, 5, 20, 100] {
            let mut last = f64::NEG_INFINITY;
            for corroborated in 0..=users {
                let bits = weigh(users, corroborated, BackgroundClass::Personal, 0.05);
                assert!(bits >= last, "{users} {corroborated}");
                last = bits;
            }
        }
    }
}
