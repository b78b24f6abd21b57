//! What two applicants share, before anything of it is weighed against its background. Not responsible for weighing
//! (`linking`).
//!
//! Looking is the part of linking that touches every candidate pair, so it is done once and cheap: comparisons that
//! need a value in common are asked only where there is one, and a pair that could not come to anything even if
//! everything it shares counted in full is dropped.
//!
//! Invariant: a find is kept once a comparison and value, the one worth most.

use crate::{
    matching::{
        Background, Comparer, FEATURES, Feature, Pair, Shared,
        feature::{Kinds, Own},
        names,
        policy::LinkPolicy,
    },
    model::{AppIx, BackgroundClass, Bits, Family, FeatureId},
};
use std::sync::LazyLock;

/// Most applications of an applicant that are looked at: the newest.
const NEWEST: usize = 12;

/// One thing two applicants share, through which applications.
#[derive(Debug, Clone, Copy)]
pub struct Found {
    /// The comparison.
    pub feature: FeatureId,
    /// Its family.
    pub family: Family,
    /// The application on the left.
    pub left: AppIx,
    /// The application on the right.
    pub right: AppIx,
    /// What they share.
    pub shared: Shared,
}

/// The newest applications of an applicant, of applications sorted by submission.
#[must_use]
pub fn newest(applications: &[AppIx]) -> &[AppIx] {
    &applications[applications.len().saturating_sub(NEWEST)..]
}

/// Every comparison with its position in `FEATURES` and what it needs.
static NEEDS: LazyLock<Vec<(u8, Kinds, &dyn Feature)>> =
    LazyLock::new(|| (0..).zip(FEATURES).map(|(i, &f)| (i, f.needs_common(), f)).collect());

/// What two applicants share, into `found`: of each comparison and value the best, in the order of comparisons.
pub fn find(
    cx: &Comparer<'_>,
    left: &[AppIx],
    right: &[AppIx],
    background: &Background,
    found: &mut Vec<Found>,
) {
    found.clear();
    for &a in newest(left).iter().rev() {
        let x = cx.corpus.app(a);
        for &b in newest(right).iter().rev() {
            let pair = Pair::new(cx.corpus, x, cx.corpus.app(b));
            let stale = staleness(cx, &pair);
            for &(i, needs, feature) in NEEDS.iter() {
                if needs != Kinds::NONE && !pair.shares(needs) {
                    continue;
                }
                let Some(mut shared) = feature.sharing(cx, &pair) else { continue };
                background.put_rarest_first(&mut shared.series);
                let family = feature.family();
                if family != Family::Timing {
                    shared.bits += stale;
                }
                let one = Found { feature: FeatureId(i), family, left: a, right: b, shared };
                let same = |f: &&mut Found| {
                    f.feature == one.feature && f.shared.attribute == shared.attribute
                };
                match found.iter_mut().find(same) {
                    Some(other) => {
                        if beats(cx, &one, other) {
                            *other = one;
                        }
                    }
                    None => found.push(one),
                }
            }
        }
    }
    // Timing only adds to something.
    if found.iter().all(|f| f.family == Family::Timing) {
        found.clear();
    }
    if found.len() > 1 {
        let value = |f: &Found| f.shared.attribute.map(|ix| cx.corpus.value(ix));
        found.sort_unstable_by(|p, q| {
            p.feature.cmp(&q.feature).then_with(|| value(p).cmp(&value(q)))
        });
    }
}

/// Whether one find of a comparison and value is better than another: by its bits, and of equals in an order that
/// depends neither on arrival nor on which side is which.
fn beats(cx: &Comparer<'_>, one: &Found, other: &Found) -> bool {
    let key = |f: &Found| {
        let (p, q) = (cx.corpus.app(f.left).key(), cx.corpus.app(f.right).key());
        (f.shared.bits, std::cmp::Reverse((p.min(q), p.max(q))))
    };
    key(one) > key(other)
}

/// What is taken off because two applications lie far apart: an operation lasts weeks or months, and a stock
/// picture, a firm's page or a library's computer for years.
fn staleness(cx: &Comparer<'_>, pair: &Pair<'_>) -> Bits {
    match pair.x.apart(&pair.y).unwrap_or(0) / 86_400 {
        0..=180 => Bits::ZERO,
        181..=540 => cx.policy.link.stale[0],
        _ => cx.policy.link.stale[1],
    }
}

/// Whether everything found is what a home explains: the address, its network and devices, a family's phone,
/// mailbox, account and referee. Something must show the home, or be a contact.
#[must_use]
pub fn home_alone(found: &[Found]) -> bool {
    let of_home = |f: &Found| {
        matches!(
            f.family,
            Family::Address | Family::Network | Family::Contact | Family::Payment | Family::Timing
        )
    };
    let shows = |f: &Found| matches!(f.family, Family::Address | Family::Contact | Family::Network);
    found.iter().all(of_home) && found.iter().any(shows)
}

/// Whether two applicants have a family name in common. At most four applications of each are looked at, the
/// oldest.
#[must_use]
pub fn family_shared(cx: &Comparer<'_>, left: &[AppIx], right: &[AppIx]) -> bool {
    left.iter().take(4).any(|&a| {
        let x = cx.corpus.app(a);
        right.iter().take(4).any(|&b| {
            let y = cx.corpus.app(b);
            names::share_family(cx.corpus.tokens(), &x, &y)
        })
    })
}

/// Whether one find of a family may count with a home or an organization while another counts by itself, so that the two
/// are independent. All finds of any other family count in one group, whichever it is.
fn is_divided(family: Family) -> bool {
    matches!(
        family,
        Family::Contact | Family::Delivery | Family::Document | Family::Series | Family::Profile
    )
}

/// What independent groups could add up to, in any order.
struct Most {
    strongest: Option<Bits>,
    further: Bits,
    cap: Bits,
}

impl Most {
    fn add(&mut self, bits: Bits) {
        let less = match self.strongest {
            Some(strongest) if strongest >= bits => Some(bits),
            before => {
                self.strongest = Some(bits);
                before
            }
        };
        self.further += less.map_or(Bits::ZERO, |bits| bits.max(self.cap));
    }
}

/// The most that what was found, in the order of comparisons, could add up to, prior included: every value in full and
/// with the most its crowd can add, and as a further independent one whatever may count by itself. Of each comparison one
/// find counts.
#[must_use]
pub fn at_most(cx: &Comparer<'_>, found: &[Found], background: &Background) -> Bits {
    let policy = &cx.policy.link;
    let (mut total, mut timing) = (policy.prior, Bits::ZERO);
    let mut best: [Option<Bits>; Family::ALL.len()] = [None; Family::ALL.len()];
    let mut most = Most { strongest: None, further: Bits::ZERO, cap: policy.corroborates_cap };
    // The best find of a comparison whose finds may be independent of those of others of its family.
    let mut alone: Option<(FeatureId, Bits)> = None;
    for f in found {
        if f.family == Family::Timing {
            timing = timing.max(f.shared.bits);
            continue;
        }
        let bits = worth_at_most(f, background, policy);
        if is_divided(f.family) {
            alone = match alone {
                Some((feature, other)) if feature == f.feature => Some((feature, bits.max(other))),
                before => {
                    before.into_iter().for_each(|(_, bits)| most.add(bits));
                    Some((f.feature, bits))
                }
            };
            continue;
        }
        let slot = &mut best[f.family as usize];
        match slot {
            Some(other) => {
                total += Bits::new(bits.min(*other).get() * policy.overlap);
                *other = bits.max(*other);
            }
            None => *slot = Some(bits),
        }
    }
    alone.into_iter().for_each(|(_, bits)| most.add(bits));
    best.into_iter().flatten().for_each(|bits| most.add(bits));
    total + most.strongest.unwrap_or(Bits::ZERO) + most.further + timing
}

/// The most that one find could be worth against its background.
fn worth_at_most(f: &Found, background: &Background, policy: &LinkPolicy) -> Bits {
    let mut bits = f.shared.bits;
    if f.shared.class == BackgroundClass::SharedDevice {
        bits = bits.max(policy.device_apart.bits());
    }
    if f.family == Family::Payment {
        bits = bits.max(policy.payment_apart.bits());
    }
    if f.family == Family::Delivery && f.shared.own == Own::Not {
        bits = bits.max(policy.shipping.bits()) + policy.further_cap;
    }
    if f.family == Family::Address && f.shared.series[0] != 0 {
        bits = bits.max(policy.house_in_two_states.bits()) + policy.further_cap;
    }
    let crowd = background.crowd(&f.shared).map_or(0, |crowd| crowd.inside);
    if f.shared.own != Own::Not && crowd > 2 {
        bits += policy.further_cap;
    }
    if f.family == Family::Address && crowd > 4 {
        bits += policy.crowd_cap;
    }
    bits.max(Bits::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        matching::{
            Applicants, Corpus, Entry, Linker, Policy, Rulings, background::Corroboration,
            pictures, texts,
        },
        model::{Applicant, ApplicantId, ApplicantIx, Application, Column, Source},
        normalize::normalize,
    };
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    /// One of a few values of a column, or none.
    type Given = (Column, &'static [&'static str]);

    const GIVEN: [Given; 14] = [
        (Column::FullName, &["Ada Quill", "Bruno Tarn", "Cleo Okafor", "Edgar Quill"]),
        (Column::Phone, &["212 555 0101", "212 555 0102", "415 555 0199"]),
        (
            Column::Email,
            &["quietfalcon12@example.com", "quietfalcon27@example.com", "a@example.org"],
        ),
        (Column::Street, &["14 Linden Street", "14 Linden Street Apt 2", "900 Quarry Road"]),
        (Column::City, &["Erie"]),
        (Column::State, &["PA", "OH", "ND"]),
        (Column::PostalCode, &["16501"]),
        (Column::ShipStreet, &["14 Linden Street", "77 Harbor Ave"]),
        (Column::ShipState, &["PA", "FL"]),
        (Column::DeviceId, &["c02606452ead7216", "feedfacecafebeef"]),
        (Column::Ip, &["192.0.2.7", "198.51.100.20"]),
        (Column::Linkedin, &["linkedin.com/in/quietfalcon-example", "linkedin.com/in/ada-example"]),
        (Column::Github, &["github.com/quietfalcon12", "github.com/quietfalcon27"]),
        (Column::BankAccountHash, &["5f0c5f0c5f0c5f0c", "77aa77aa77aa77aa"]),
    ];

    fn corpus(picks: &[Vec<usize>]) -> Corpus {
        let entry = |(n, picks): (usize, &Vec<usize>)| {
            let given = GIVEN.iter().zip(picks);
            let mut fields: BTreeMap<Column, String> = given
                .filter_map(|((column, values), &pick)| {
                    Some((*column, (*values.get(pick)?).to_owned()))
                })
                .collect();
            let (month, year) = (n % 12 + 1, 2024 + picks.len() % 2 + picks[0] % 2);
            fields.insert(Column::SubmittedAt, format!("{year}-{month:02}-11"));
            fields.insert(Column::Employer, ["Vertexgate", "Zephyrloop"][picks[1] % 2].to_owned());
            let application = Application {
                id: format!("A{n}").parse().unwrap(),
                fields: fields.into(),
                extra: BTreeMap::new(),
                nested: BTreeMap::new(),
                source: Source { file: "a.csv".into(), row: 1 },
            };
            Entry { normalized: normalize(&application).into(), label: "x".into() }
        };
        Corpus::build(picks.iter().enumerate().map(entry).collect())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn no_findings_add_up_to_more_than_is_said_to_be_the_most(
            picks in prop::collection::vec(prop::collection::vec(0_usize..6, GIVEN.len()), 4..14),
            seen in prop::collection::vec((0_usize..14, 0_usize..14), 0..6),
            bits in prop::collection::vec(prop::option::weighted(0.4, -4.0_f64..16.0), 12),
        ) {
            let (corpus, policy, rulings) = (corpus(&picks), Policy::default(), Rulings::default());
            let n = picks.len();
            let person = |n: usize| Applicant {
                id: ApplicantId::derive(&n.to_string()),
                applications: vec![AppIx::new(n)],
            };
            let applicants = Applicants::new((0..n).map(person).collect(), n);
            let comparer = Comparer::new(&corpus, &policy);
            let linker = Linker { comparer, applicants: &applicants, rulings: &rulings };
            let texts = texts::texts(&corpus, &applicants);
            let alone =
                Background::new(&corpus, &applicants, &texts.wanted, &pictures::pictures(&corpus));
            let mut found = Vec::new();
            let mut corroborated: Vec<Corroboration> = Vec::new();
            for (a, b) in seen.into_iter().filter(|(a, b)| a < b && *b < n) {
                let (p, q) = (ApplicantIx::new(a), ApplicantIx::new(b));
                find(&comparer, &[AppIx::new(a)], &[AppIx::new(b)], &alone, &mut found);
                corroborated.extend(linker.corroboration(p, q, &found, &alone));
            }
            let background = alone.with(corroborated.iter());
            for a in 0..n {
                for b in a + 1..n {
                    let (p, q) = (ApplicantIx::new(a), ApplicantIx::new(b));
                    find(&comparer, &[AppIx::new(a)], &[AppIx::new(b)], &background, &mut found);
                    for (f, bits) in found.iter_mut().zip(&bits) {
                        f.shared.bits = bits.map_or(f.shared.bits, Bits::new);
                    }
                    let most = at_most(&comparer, &found, &background);
                    let mut best = found.clone();
                    linker.best(&mut best, &background);
                    let evidence = linker.weighed(p, q, &mut best, &background);
                    let total = policy.link.prior + evidence.iter().map(|e| e.bits).sum();
                    prop_assert!(total <= most, "{total} of {most}: {found:?} {evidence:?}");
                }
            }
        }
    }
}
