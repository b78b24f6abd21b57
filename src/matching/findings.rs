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

/// The most that what was found could add up to, prior included: every value in full and with the most its crowd
/// can add, every family as a further independent one.
#[must_use]
pub fn at_most(cx: &Comparer<'_>, found: &[Found], background: &Background) -> Bits {
    let policy = &cx.policy.link;
    let (mut total, mut timing) = (policy.prior, Bits::ZERO);
    let mut best: [Option<Bits>; Family::ALL.len()] = [None; Family::ALL.len()];
    for f in found {
        if f.family == Family::Timing {
            timing = timing.max(f.shared.bits);
            continue;
        }
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
        let bits = bits.max(Bits::ZERO);
        let slot = &mut best[f.family as usize];
        match slot {
            Some(other) => {
                total += Bits::new(bits.min(*other).get() * policy.overlap);
                *other = bits.max(*other);
            }
            None => *slot = Some(bits),
        }
    }
    let mut sorted: Vec<Bits> = best.into_iter().flatten().collect();
    sorted.sort_unstable();
    let strongest = sorted.pop().unwrap_or(Bits::ZERO);
    let further = sorted.into_iter().map(|bits| bits.max(policy.corroborates_cap));
    total + strongest + further.sum() + timing
}
